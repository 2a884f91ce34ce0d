"""Questions on one example's way through a classifier: which class, how sure, by what, at which cost."""

import math

import numpy as np

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, quantity
from sce_cli.study import Question
from sce_cli.topics.predict.study import PredictStudy
from sce_cli.units import Unit

CLOSE = 0.05
"""What a guessed probability may be off by."""

MOST_CHOICES = 4

MOST_FEATURES = 8
"""Features whose names may tell something; more are most often the pixels of a picture."""

SMALLEST = float(np.finfo(np.float64).tiny)
"""Below it a p has lost digits or become 0; there, and at 1, only the logits know the loss."""


def decision(study: PredictStudy) -> Question | None:
    """Ask which class the model will choose."""
    first, second = study.predicted, study.runner_up
    if study.logits[first] == study.logits[second]:
        return None
    others = [second, *([] if study.label is None else [study.label]), *range(study.logits.size)]
    shown = sorted(list(dict.fromkeys([first, *others]))[:MOST_CHOICES])
    names = _names(study)
    return Question(
        "Which class will the model choose?",
        float(shown.index(int(study.logits.argmax()))),
        f"{names[first]} has the largest score, {number(float(study.logits[first]))}; {names[second]} follows with "
        f"{number(float(study.logits[second]))}.",
        choices=tuple(names[k] for k in shown),
    )


def confidence(study: PredictStudy) -> Question:
    """Ask for the p of the predicted class."""
    top = study.predicted
    rest = float(np.exp(study.logits - study.logits[top]).sum() - 1)
    return Question(
        f"How sure is the model: what p does softmax give {_names(study)[top]}?",
        float(study.prediction[top]),
        f"For each 1 that its e^z brings into the sum, the other classes bring {number(rest)}.",
        tolerance=CLOSE,
    )


def reason(study: PredictStudy) -> Question | None:
    """Ask which feature speaks most for the predicted class."""
    names, first, second = _names(study), study.predicted, study.runner_up
    ranked = np.argsort(-study.lead, kind="stable").tolist()
    if not 2 <= len(ranked) <= MOST_FEATURES:
        return None
    best, next_one = study.lead[ranked[0]], study.lead[ranked[1]]
    if not best > max(0.0, next_one):
        return None
    shown = sorted(ranked[:MOST_CHOICES])
    return Question(
        f"Which feature speaks most for {names[first]} and against {names[second]}?",
        float(shown.index(ranked[0])),
        f"It adds {best:+.4f} to the lead of the one score over the other, the next one {next_one:+.4f}.",
        choices=tuple(escaped(study.feature_names[d]) for d in shown),
    )


def cost(study: PredictStudy, unit: Unit) -> Question | None:
    """Ask for the loss from the p of the true class."""
    if study.label is None or study.loss is None or not SMALLEST <= study.prediction[study.label] < 1:
        return None
    p, loss = number(float(study.prediction[study.label])), study.loss * unit.per_nat
    return Question(
        f"The true class is {_names(study)[study.label]}, which got p = {p}. How large is the loss, in {unit.label}?",
        loss,
        f"Only the true class counts, and −{unit.log} {p} is {quantity(study.loss, unit)}.",
        tolerance=max(0.05 * math.log(study.logits.size) * unit.per_nat, 0.1 * loss),
        unit=unit.label,
    )


def direction(study: PredictStudy) -> Question | None:
    """Ask for the sign of the gradient's entry of the true class."""
    if study.label is None or study.gradient is None or study.gradient[study.label] == 0:
        return None
    slope = float(study.gradient[study.label])
    return Question(
        f"The gradient's entry for the true class, {_names(study)[study.label]}: is it above or below 0?",
        float(slope < 0),
        f"It is p − 1 = {number(slope)}: the loss falls as that logit rises, and descent goes against the gradient.",
        choices=("above 0", "below 0"),
    )


def _names(study: PredictStudy) -> list[str]:
    return [escaped(name) for name in study.class_names]
