"""Questions on one example's way through a classifier: which class, how sure, by what, at which cost."""

import math

import numpy as np

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, quantity
from sce_cli.study import NEAR_SHARE, Question, near
from sce_cli.topics.predict.study import PredictStudy
from sce_cli.translation import _
from sce_cli.units import Unit

MOST_CHOICES = 4

MOST_FEATURES = 8
"""Features whose names may tell something; more are most often the pixels of a picture."""

SMALLEST = float(np.finfo(np.float64).tiny)
"""Below it a p has lost digits or become 0; there, and at 1, only the logits know the loss."""


def decision(study: PredictStudy) -> Question | None:
    """Ask which class the model will choose."""
    first, second = study.decision.predicted, study.decision.runner_up
    if study.logits[first] == study.logits[second]:
        return None
    others = [second, *([] if study.truth is None else [study.truth.label]), *range(study.logits.size)]
    shown = sorted(list(dict.fromkeys([first, *others]))[:MOST_CHOICES])
    names = _names(study)
    return Question(
        _("Which class will the model choose?"),
        float(shown.index(int(study.logits.argmax()))),
        _("{first} has the largest score, {score}; {second} follows with {next_score}.").format(
            first=names[first],
            score=number(float(study.logits[first])),
            second=names[second],
            next_score=number(float(study.logits[second])),
        ),
        choices=tuple(names[k] for k in shown),
    )


def confidence(study: PredictStudy) -> Question:
    """Ask for the p of the predicted class."""
    top = study.decision.predicted
    rest = float(np.exp(study.logits - study.logits[top]).sum() - 1)
    return Question(
        _("How sure is the model: what p does softmax give {name}?").format(name=_names(study)[top]),
        float(study.prediction[top]),
        _("For each 1 that its e^z brings into the sum, the other classes bring {rest}.").format(rest=number(rest)),
        tolerance=near(float(study.prediction[top]), NEAR_SHARE),
    )


def reason(study: PredictStudy) -> Question | None:
    """Ask which feature speaks most for the predicted class."""
    names, first, second = _names(study), study.decision.predicted, study.decision.runner_up
    lead = study.decision.lead
    ranked = np.argsort(-lead, kind="stable").tolist()
    if not 2 <= len(ranked) <= MOST_FEATURES:
        return None
    best, next_one = lead[ranked[0]], lead[ranked[1]]
    if not best > max(0.0, next_one):
        return None
    shown = sorted(ranked[:MOST_CHOICES])
    return Question(
        _("Which feature speaks most for {first} and against {second}?").format(
            first=names[first], second=names[second]
        ),
        float(shown.index(ranked[0])),
        _("It adds {best:+.4f} to the lead of the one score over the other, the next one {next_one:+.4f}.").format(
            best=best, next_one=next_one
        ),
        choices=tuple(escaped(study.example.input_names[d]) for d in shown),
    )


def cost(study: PredictStudy, unit: Unit) -> Question | None:
    """Ask for the loss from the p of the true class."""
    truth = study.truth
    if truth is None or not SMALLEST <= study.prediction[truth.label] < 1:
        return None
    p, loss = number(float(study.prediction[truth.label])), truth.loss * unit.per_nat
    return Question(
        _("The true class is {name}, which got p = {p}. How large is the loss, in {unit}?").format(
            name=_names(study)[truth.label], p=p, unit=unit.label
        ),
        loss,
        _("Only the true class counts, and −{log} {p} is {loss}.").format(
            log=unit.log, p=p, loss=quantity(truth.loss, unit)
        ),
        tolerance=max(0.05 * math.log(study.logits.size) * unit.per_nat, 0.1 * loss),
        unit=unit.label,
    )


def direction(study: PredictStudy) -> Question | None:
    """Ask for the sign of the gradient's entry of the true class."""
    truth = study.truth
    if truth is None or truth.gradient[truth.label] == 0:
        return None
    slope = float(truth.gradient[truth.label])
    return Question(
        _("The gradient's entry for the true class, {name}: is it above or below 0?").format(
            name=_names(study)[truth.label]
        ),
        float(slope < 0),
        _("It is p − 1 = {slope}: the loss falls as that logit rises, and descent goes against the gradient.").format(
            slope=number(slope)
        ),
        choices=(_("above 0"), _("below 0")),
    )


def _names(study: PredictStudy) -> list[str]:
    return [escaped(name) for name in study.class_names]
