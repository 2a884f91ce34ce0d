"""Questions on softmax: what it doesn't see, what it enlarges and what not, and how it is spoilt."""

import math

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, power_of_ten, quantity
from sce_cli.study import NEAR_SHARE, Question, near
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.translation import N_, _
from sce_cli.units import Unit

TOLD_APART = 1e-9
"""Logarithms of probabilities that are closer may differ by rounding alone."""

STEEP = 0.5
"""A slope by the lead that is neither so flat nor steeper than its reciprocal is about -1."""

BROKEN = 800.0
"""A largest exponent of the study at which e^z overflows."""


NO_PROBABILITIES = {
    core.Linear.MIXED: N_("No: the scores have both signs, and so have the shares."),
    core.Linear.ZERO_SUM: N_("No: the scores add up to 0, and nothing can be divided by 0."),
    core.Linear.MASKED: N_("No: a masked class makes the sum -∞, and -∞/-∞ is no number."),
}
"""Why linear normalisation makes no probabilities of the scores."""


def unchanged(study: SoftmaxStudy) -> Question:
    """Ask which change of the scores softmax doesn't see."""
    finite = np.isfinite(study.centred)
    moved = core.log_softmax(study.centred[finite] + 5)
    shift = np.allclose(moved, study.log_prediction[finite], rtol=TOLD_APART, atol=TOLD_APART)
    scale = _all_equal(study)
    why = _(
        "The factor {factor} above and below cancels, so only differences of scores count, and doubling doubles those."
    )
    if scale:
        why = _(
            "The factor {factor} above and below cancels, so only differences of scores count, "
            "and doubling changes nothing, for all are equal."
        )
    heated = study.temperature != 1
    return Question(
        _(
            "Softmax gives each class its {power}, divided by the sum of all. Add 5 to every score, or double every "
            "score: which of the two leaves it as it is?"
        ).format(power="e^(z/T)" if heated else "e^z"),
        float({(True, False): 0, (False, True): 1, (True, True): 2}.get((bool(shift), scale), 3)),
        why.format(factor="e^(5/T)" if heated else "e^5"),
        choices=(_("adding 5"), _("doubling"), _("both"), _("neither")),
    )


def largest(study: SoftmaxStudy) -> Question | None:
    """Ask for the p of the largest score."""
    if _possible(study) < 2:
        return None
    top = int(study.ranking[0])
    return Question(
        _("Class {name} has the largest score, {score}. What probability does it get?").format(
            name=_name(study, top), score=number(study.logits[top])
        ),
        float(study.prediction[top]),
        _("Its e^d is 1, so its p is 1/Σ e^d = 1/{sum}.").format(sum=number(study.exponentials.sum())),
        tolerance=near(float(study.prediction[top]), NEAR_SHARE),
    )


def smallest(study: SoftmaxStudy) -> Question | None:
    """Ask whether softmax or linear normalisation gives the smallest score more, or whether the latter can be used."""
    if study.linear.outcome in NO_PROBABILITIES:
        return Question(
            _("Would z/Σ z also make probabilities of these scores?"),
            1.0,
            _(NO_PROBABILITIES[study.linear.outcome]),
            choices=(_("Yes."), _("No.")),
        )
    last = int(study.ranking[-1])
    logarithms = float(study.log_prediction[last]), _log_share(study.logits, last)
    if math.isinf(logarithms[0]) or math.isclose(*logarithms, abs_tol=TOLD_APART):
        return None
    softmax, linear = map(_exponential, logarithms)
    return Question(
        _("The smallest score is class {name}'s. Which form gives it more?").format(name=_name(study, last)),
        float(logarithms[0] < logarithms[1]),
        _(
            "Softmax gives it {softmax} and z/Σ z {linear}, for the one goes by differences of scores and the other by "
            "ratios."
        ).format(softmax=softmax, linear=linear),
        choices=(_("softmax"), "z/Σ z"),
    )


def _log_share(z: Array, index: int) -> float:
    """Return ln(z_i/Σ z) of scores that aren't all 0 and don't differ in sign, without underflow."""
    size = np.abs(z)
    with np.errstate(divide="ignore"):
        return float(np.log(size[index]) - np.log(size.max()) - np.log((size / size.max()).sum()))


def _exponential(logarithm: float) -> str:
    """Format e^logarithm, also where it is too small for a float64."""
    value = math.exp(logarithm)
    return number(value) if value or math.isinf(logarithm) else power_of_ten(logarithm * Unit.DITS.per_nat)


def halved(study: SoftmaxStudy) -> Question | None:
    """Ask for the p of the largest score when all are halved."""
    top, moved = int(study.ranking[0]), study.moved.prediction
    underflows = not math.isclose(moved[2], core.softmax(study.centred / 2)[top], rel_tol=TOLD_APART)
    if _all_equal(study) or underflows:
        return None
    return Question(
        _("Every score is halved. What p does class {name} get now?").format(name=_name(study, top)),
        float(moved[2]),
        _("Softmax isn't blind to scale: half the differences take p from {before} to {after}.").format(
            before=number(moved[0]), after=number(moved[2])
        ),
        tolerance=near(float(moved[2]), NEAR_SHARE),
    )


def hottest(study: SoftmaxStudy) -> Question | None:
    """Ask for the p that the largest score has at an endless temperature."""
    if _all_equal(study):
        return None
    possible = _possible(study)
    why = _("All z/T go to 0, so each of the {classes} classes gets 1/{classes}.")
    if possible < study.logits.size:
        why = _("All z/T go to 0, so each of the {classes} classes that aren't masked gets 1/{classes}.")
    return Question(
        _("T rises without end. Which p does class {name} come to?").format(name=_name(study, int(study.ranking[0]))),
        1 / possible,
        why.format(classes=possible),
        tolerance=near(1 / possible),
    )


def naive(study: SoftmaxStudy) -> Question:
    """Ask what the naive form makes of large scores."""
    quotient = study.naive.quotient[study.naive.exponent.tolist().index(BROKEN)]
    return Question(
        _(
            "Compute e^z/Σ e^z as it is written, in float64, where the largest {exponent} is {value}. "
            "What p comes out for it?"
        ).format(exponent="z" if study.temperature == 1 else "z/T", value=f"{BROKEN:.0f}"),
        float(2 if math.isnan(quotient) else abs(quotient - study.prediction.max()) > 0),
        _("e^{value} is beyond the largest float64, 1.8e308, so that ∞ is divided by ∞.").format(value=f"{BROKEN:.0f}"),
        choices=(_("the right one"), _("a wrong number"), _("no number at all")),
    )


def loss(study: SoftmaxStudy, unit: Unit) -> Question | None:
    """Ask for the loss's slope where the answer is wrong."""
    if math.isinf(study.loss.lead):
        return None
    lead, value = study.loss.curve_lead, study.loss.curve_value
    slope = (value[1] - value[0]) / (lead[1] - lead[0])
    return Question(
        _(
            "The true class's score falls ever further behind, so its p goes to 0. What becomes of the slope of "
            "the loss −{logarithm} p by that score?"
        ).format(logarithm=unit.log),
        float(0 if slope > -STEEP else 1 if slope > -1 / STEEP else 2),
        _(
            "−{logarithm} p is a difference of a logarithm and the score itself, which at last is all that counts."
        ).format(logarithm=unit.log),
        choices=(_("It goes to 0, as that of p does."), _("It comes to a constant."), _("It grows without bound.")),
    )


def twice(study: SoftmaxStudy, unit: Unit) -> Question | None:
    """Ask how small the loss can be when softmax is applied to probabilities."""
    classes, floor = study.logits.size, study.twice.floor
    if classes < 2:
        return None
    return Question(
        _(
            "A model is certain and right, p = 1, but the loss takes p for scores and applies softmax to it again. "
            "How large is the loss, in {unit}?"
        ).format(unit=unit.label),
        floor * unit.per_nat,
        _("Softmax makes e/(e + {others}) of that 1, so the loss never falls below {floor}.").format(
            others=classes - 1, floor=quantity(floor, unit)
        ),
        tolerance=near(floor * unit.per_nat),
        unit=unit.label,
    )


def _name(study: SoftmaxStudy, index: int) -> str:
    return escaped(study.names[index])


def _possible(study: SoftmaxStudy) -> int:
    """Return how many classes aren't masked."""
    return int(np.isfinite(study.logits).sum())


def _all_equal(study: SoftmaxStudy) -> bool:
    finite = study.logits[np.isfinite(study.logits)]
    return bool(finite.min() == finite.max())
