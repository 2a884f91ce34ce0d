"""Questions on entropy, cross-entropy and KL: the base, the floor, the order, and two losses that aren't the same."""

import math

import numpy as np

from sce_cli import core
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, quantity
from sce_cli.study import Question
from sce_cli.topics import floor_question as floor
from sce_cli.topics.entropy.study import Binary, EntropyStudy
from sce_cli.translation import _
from sce_cli.units import Unit

EQUAL, DIFFERENT = 1e-12, 1e-6
"""Relative differences of two numbers: up to the first they are equal to rounding, from the second on different."""

SMALLEST_GAP = 1e-16
"""A KL below it belongs to a p that float64 hardly tells from q, nats."""

SURER = 5.0
"""How much further a logit leads, nats, to see what that does to the loss."""


def surprise(study: EntropyStudy, unit: Unit) -> Question | None:
    """Ask for the surprise of the likeliest outcome, or what an impossible one that happens costs."""
    impossible = np.flatnonzero((study.target > 0) & ~study.outcomes.possible)
    if impossible.size:
        return _impossible(study, int(impossible[0]))
    if len(study.names) < 2:
        return None
    k = int(study.prediction.argmax())
    p, cost = number(study.prediction[k]), float(study.outcomes.surprise[k])
    if cost and study.prediction[k] == 1:  # what p lacks to 1 is too small for a float64
        return None
    other = Unit.BITS if unit is Unit.NATS else Unit.NATS
    return Question(
        _("The prediction gives outcome {name} the probability {p}. How surprising is it, −{log} p, in {unit}?").format(
            name=escaped(study.names[k]), p=p, log=unit.log, unit=unit.label
        ),
        cost * unit.per_nat,
        _("−{log} {p} is {cost}; the same surprise to another base is {again}.").format(
            log=unit.log, p=p, cost=quantity(cost, unit), again=quantity(cost, other)
        ),
        tolerance=0.05 * math.log(len(study.names)) * unit.per_nat,
        unit=unit.label,
    )


def _impossible(study: EntropyStudy, k: int) -> Question:
    return Question(
        _(
            "Here outcome {name} happens, q = {q}, but the prediction gives it p = 0. What does the mean surprise "
            "become?"
        ).format(name=escaped(study.names[k]), q=number(study.target[k])),
        float(2 if math.isinf(study.cross_entropy) else study.cross_entropy > 0),
        _("The surprise has no bound as p goes to 0, so no other merit of the prediction makes up for it."),
        choices=(_("0, for p = 0 takes the term away"), _("large, but finite"), _("infinite")),
    )


def least(study: EntropyStudy, unit: Unit) -> Question | None:
    """Ask for the least cross-entropy."""
    return floor.least(
        study.entropy,
        len(study.names),
        unit,
        whether=_("Choose the best p there is. What can be said of the mean surprise?"),
        how_small=_("Choose the best p there is. How small does the mean surprise become, in {unit}?"),
    )


def order(study: EntropyStudy, unit: Unit) -> Question | None:
    """Ask whether KL is the same in both orders."""
    there, back = study.divergence, study.reverse_divergence
    if len(study.names) < 2:
        return None
    same = there == back or math.isclose(there, back, rel_tol=EQUAL)
    if not same and math.isclose(there, back, rel_tol=DIFFERENT):
        return None
    agree = _(
        "KL(q‖p) = {there} and KL(p‖q) = {back}: each is a mean over the outcomes of its own first argument, and here "
        "they happen to agree."
    )
    differ = _(
        "KL(q‖p) = {there} and KL(p‖q) = {back}: each is a mean over the outcomes of its own first argument, so the "
        "order matters."
    )
    return Question(
        _("Is KL(q‖p) the same as KL(p‖q)?"),
        float(2 if same else 1),
        (agree if same else differ).format(there=quantity(there, unit), back=quantity(back, unit)),
        choices=(_("Yes, always: it is a distance."), _("No, here they differ."), _("Here yes, but not always.")),
    )


def halfway(study: EntropyStudy) -> Question | None:
    """Ask how much of the gap is left halfway from the prediction to the target."""
    gap = study.divergence
    if not SMALLEST_GAP < gap < math.inf:
        return None
    left = float(core.kl_divergence(study.target, (study.prediction + study.target) / 2)) / gap
    if round(left, 2) == 0.5:  # near a one-hot q the gap is nearly straight
        return None
    return Question(
        _("Go halfway from p to q, to (p + q)/2. How much of the gap KL(q‖p) is left?"),
        float(1 + np.sign(left - 0.5)),
        _(
            "{left:.1%} is left: the gap is convex in p, so each stretch of the way gains less than the one before."
        ).format(left=left),
        choices=(_("less than half"), _("half"), _("more than half")),
    )


def certainty(study: EntropyStudy, certain: int) -> Question:
    """Ask which logits bring the loss of a one-hot target to 0."""
    losses = [float(core.cross_entropy_from_logits(study.target, lead * study.target)) for lead in (1, 10)]
    lead = _("{lead} for outcome {name}, 0 for the others")
    return Question(
        _("The target is certain, so the floor is 0. Which logits does a softmax need for a loss of exactly 0?"),
        float([*(loss == 0 for loss in losses), True].index(True)),
        _("A lead of 10 still leaves {loss} nats: p = 1 is reached only in the limit of infinite logits.").format(
            loss=number(losses[1])
        ),
        choices=(
            *(lead.format(lead=logit, name=escaped(study.names[certain])) for logit in (1, 10)),
            _("no finite ones"),
        ),
    )


def surer(study: EntropyStudy, lead: float) -> Question | None:
    """Ask what an ever surer prediction does to the loss of a smoothed target; lead: the best one of the logit."""
    at_best, beyond = (_loss_at_lead(study, by) for by in (lead, lead + SURER))
    if lead <= 0 or beyond == at_best:
        return None
    return Question(
        _("The label's logit pulls ahead of all the others, further and further. What does the loss do?"),
        float(1 + (beyond > at_best)),
        _("It is least at a lead of {lead} nats, where p = q; beyond, the smoothed target calls p too sure.").format(
            lead=number(lead)
        ),
        choices=(_("It falls towards 0."), _("It falls towards H(q)."), _("It falls, then rises again.")),
    )


def _loss_at_lead(study: EntropyStudy, lead: float) -> float:
    z = np.where(study.target == study.target.max(), lead, 0.0)
    return float(core.cross_entropy_from_logits(study.target, z))


def two_losses(study: EntropyStudy, binary: Binary, unit: Unit) -> Question | None:
    """Ask how softmax CE compares with the sum of sigmoid BCEs."""
    one, other = study.cross_entropy, binary.cross_entropy
    if math.isinf(one) or math.isclose(one, other, rel_tol=DIFFERENT):
        return None
    return Question(
        _(
            "Take a sigmoid of each logit instead, and add up the binary cross-entropies. How does that compare with "
            "CE?"
        ),
        float(1 + np.sign(other - one)),
        _(
            "CE is {loss} and the sum {binary}, for a sigmoid lets any number of outcomes happen and charges those "
            "that don't."
        ).format(loss=quantity(one, unit), binary=quantity(other, unit)),
        choices=(_("It is less."), _("It is the same."), _("It is more.")),
    )
