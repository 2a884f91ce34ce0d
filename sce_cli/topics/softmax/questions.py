"""Questions on softmax: what it doesn't see, what it enlarges and what not, and how it is spoilt."""

import math

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, power_of_ten, quantity
from sce_cli.study import Question
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.units import Unit

CLOSE = 0.05
"""What a guessed probability may be off by."""

TOLD_APART = 1e-9
"""Logarithms of probabilities that are closer may differ by rounding alone."""

BROKEN = 800.0
"""A largest exponent of the study at which e^z overflows."""


def unchanged(study: SoftmaxStudy) -> Question:
    """Ask which change of the scores softmax doesn't see."""
    finite = np.isfinite(study.centred)
    moved = core.log_softmax(study.centred[finite] + 5)
    shift = np.allclose(moved, study.log_prediction[finite], rtol=TOLD_APART, atol=TOLD_APART)
    scale = _all_equal(study)
    doubled = "doubling changes nothing, for all are equal" if scale else "doubling doubles those"
    return Question(
        "Add 5 to every score, or double every score. Which of the two leaves softmax as it is?",
        float({(True, False): 0, (False, True): 1, (True, True): 2}.get((bool(shift), scale), 3)),
        f"The factor e^5 above and below cancels, so only differences of scores count, and {doubled}.",
        choices=("adding 5", "doubling", "both", "neither"),
    )


def largest(study: SoftmaxStudy) -> Question | None:
    """Ask for the p of the largest score."""
    if _possible(study) < 2:
        return None
    top = int(study.ranking[0])
    return Question(
        f"Class {_name(study, top)} has the largest score, {number(study.logits[top])}. What probability does it get?",
        float(study.prediction[top]),
        f"Its e^d is 1, so its p is 1/Σ e^d = 1/{number(study.exponentials.sum())}.",
        tolerance=CLOSE,
    )


def smallest(study: SoftmaxStudy) -> Question | None:
    """Ask whether softmax or linear normalisation gives the smallest score more, or whether the latter can be used."""
    if not study.linear.size:
        return Question(
            "Would z/Σ z also make probabilities of these scores?",
            float(not study.linear.size),
            f"No: {study.linear_outcome.value}.",
            choices=("Yes.", "No."),
        )
    last = int(study.ranking[-1])
    logarithms = float(study.log_prediction[last]), _log_share(study.logits, last)
    if math.isinf(logarithms[0]) or math.isclose(*logarithms, abs_tol=TOLD_APART):
        return None
    softmax, linear = map(_exponential, logarithms)
    return Question(
        f"The smallest score is class {_name(study, last)}'s. Which form gives it more?",
        float(logarithms[0] < logarithms[1]),
        f"Softmax gives it {softmax} and z/Σ z {linear}, for the one goes by differences of scores and the other by "
        "ratios.",
        choices=("softmax", "z/Σ z"),
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
    top = int(study.ranking[0])
    underflows = not math.isclose(study.moved_softmax[2], core.softmax(study.centred / 2)[top], rel_tol=TOLD_APART)
    if _all_equal(study) or underflows:
        return None
    return Question(
        f"Every score is halved. What p does class {_name(study, top)} get now?",
        float(study.moved_softmax[2]),
        f"Softmax isn't blind to scale: half the differences take p from {number(study.moved_softmax[0])} to "
        f"{number(study.moved_softmax[2])}.",
        tolerance=CLOSE,
    )


def hottest(study: SoftmaxStudy) -> Question | None:
    """Ask for the p that the largest score has at an endless temperature."""
    if _all_equal(study):
        return None
    possible = _possible(study)
    which = "classes" if possible == study.logits.size else "classes that aren't masked"
    return Question(
        f"T rises without end. Which p does class {_name(study, int(study.ranking[0]))} come to?",
        1 / possible,
        f"All z/T go to 0, so each of the {possible} {which} gets 1/{possible}.",
        tolerance=0.1 / possible,
    )


def naive(study: SoftmaxStudy) -> Question:
    """Ask what the naive form makes of large scores."""
    at = study.naive_exponent.tolist().index(BROKEN)
    largest_z = "z" if study.temperature == 1 else "z/T"
    return Question(
        f"Compute e^z/Σ e^z as it is written, in float64, where the largest {largest_z} is {BROKEN:.0f}. What p comes "
        "out for it?",
        float(
            2 if math.isnan(study.naive_quotient[at]) else abs(study.naive_quotient[at] - study.prediction.max()) > 0
        ),
        f"e^{BROKEN:.0f} is beyond the largest float64, 1.8e308, so that ∞ is divided by ∞.",
        choices=("the right one", "a wrong number", "no number at all"),
    )


def twice(study: SoftmaxStudy, unit: Unit) -> Question | None:
    """Ask how small the loss can be when softmax is applied to probabilities."""
    classes = study.twice.size
    if classes < 2:
        return None
    return Question(
        "A model is certain and right, p = 1, but the loss takes p for scores and applies softmax to it again. How "
        f"large is the loss, in {unit.label}?",
        study.floor * unit.per_nat,
        f"Softmax makes e/(e + {classes - 1}) of that 1, so the loss never falls below {quantity(study.floor, unit)}.",
        tolerance=0.05 * math.log(classes) * unit.per_nat,
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
