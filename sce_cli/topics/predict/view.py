"""One example through a trained classifier in six steps, and its figure."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.datasets import picture_shape
from sce_cli.drawing.bars import Bars
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import entry, equals, number, quantity
from sce_cli.drawing.picture import Picture
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.predict import questions as ask
from sce_cli.topics.predict.study import PredictStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRONGEST = 5
"""Features whose part in the decision is shown."""


class PredictView(View):
    """One example in six steps."""

    def title(self, study: PredictStudy) -> str:
        """Say which example is followed."""
        return f"Row {study.row} of {escaped(study.data)}, from its features to the gradient"

    def steps(self, study: PredictStudy, unit: Unit) -> list[Step]:
        """Follow the example through logits and softmax to the decision, and against the true class to the gradient."""
        return [
            Step("The example", _example(study)),
            Step("Logits: z = W x + b", _logits(study), ask.decision(study)),
            Step("Softmax: p = exp(z)/Σ exp(z)", Bars(_names(study), study.prediction.tolist()), ask.confidence(study)),
            Step("The decision: the largest p", _decision(study), ask.reason(study)),
            *_against_the_label(study, unit),
        ]

    def result(self, study: PredictStudy, unit: Unit) -> str:
        """Return the predicted class, and what it costs where the true one is known."""
        names = _names(study)
        predicted = f"predicted {names[study.predicted]} with p = {number(float(study.prediction[study.predicted]))}"
        if study.label is None or study.loss is None:
            return predicted
        verdict = "right" if study.label == study.predicted else f"wrong: it is {names[study.label]}"
        return f"{predicted}, {verdict}; loss {quantity(study.loss, unit)}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _names(study: PredictStudy) -> list[str]:
    return [escaped(name) for name in study.class_names]


def _example(study: PredictStudy) -> RenderableType:
    shape = picture_shape(study.feature_names)
    true = "" if study.label is None else f"The true class is {_names(study)[study.label]}."
    if shape is not None:
        return Group(Picture(study.features.reshape(shape), float(study.features.max())), "", true)
    rows = [
        (escaped(name), number(float(value)), number(float(x), 4))
        for name, value, x in zip(study.feature_names, study.features, study.inputs, strict=True)
    ]
    return Group(table(["feature", "value", "x"], rows, words=(0,)), "", f"x = (value − mean)/scale. {true}")


def _logits(study: PredictStudy) -> RenderableType:
    rows = [(name, number(float(z))) for name, z in zip(_names(study), study.logits, strict=True)]
    return Group(
        table(["class", "z"], rows, words=(0,)),
        "",
        "Scores, not yet probabilities: only their differences count.",
    )


def _decision(study: PredictStudy) -> RenderableType:
    names, first, second = _names(study), study.predicted, study.runner_up
    gap = float(study.logits[first] - study.logits[second])
    strongest = np.argsort(-np.abs(study.lead), kind="stable")[:STRONGEST]
    rows = [(escaped(study.feature_names[d]), f"{study.lead[d]:+.4f}") for d in strongest]
    rest = gap - study.lead_bias - float(study.lead[strongest].sum())
    rows += [("the other features", f"{rest:+.4f}")] if len(study.lead) > STRONGEST else []
    rows += [("the biases", f"{study.lead_bias:+.4f}"), ("together", f"{gap:+.4f}")]
    with np.errstate(over="ignore"):
        odds = float(np.exp(gap))
    return Group(
        f"   z of {names[first]} − z of {names[second]} {equals(gap)}",
        f"   odds of the two: e^{number(gap, 4)} {equals(odds)} to 1",
        "",
        table(["what gives it the lead", ""], rows, words=(0,)),
    )


def _against_the_label(study: PredictStudy, unit: Unit) -> list[Step]:
    if study.label is None or study.target is None or study.loss is None or study.gradient is None:
        return [
            Step("No loss without the true class", "The data have no column of classes, so nothing tells the cost.")
        ]
    names, p = _names(study), float(study.prediction[study.label])
    right = study.label == study.predicted
    loss = Group(
        f"   q = one-hot at {names[study.label]}",
        f"   CE(q, p) = −{unit.log} p = −{unit.log} {number(p)} {equals(study.loss * unit.per_nat)} {unit.label}",
        "Right, and the surer the cheaper." if right else "Wrong, and the surer the dearer.",
    )
    rows = [
        (name, *map(entry, values))
        for name, *values in zip(names, study.prediction, study.target, study.gradient, strict=True)
    ]
    gradient = Group(
        table(["class", "p", "q", "p − q"], rows, words=(0,)),
        "",
        "A step against it raises the true class's logit and lowers the others, each by as much as it is off. It adds "
        "up to 0, and (p − q) xᵀ is the example's share in the gradient of W, in nats per unit of weight.",
    )
    return [
        Step("Cross-entropy against the true class", loss, ask.cost(study, unit)),
        Step("The gradient: ∂CE/∂z = p − q", gradient, ask.direction(study)),
    ]


def figure(study: PredictStudy, unit: Unit) -> "Figure":
    """Draw the example, the logits, and the probabilities beside the truth."""
    from sce_cli.drawing import plot

    drawing, (left, middle, right) = plot.panels(3, f"Row {study.row} of {plot.literal(study.data)}")
    shape = picture_shape(study.feature_names)
    if shape is not None:
        left.imshow(study.features.reshape(shape), cmap="gray_r")
        left.set_axis_off()
        left.set_title("the example")
    else:
        shown = list(range(min(len(study.inputs), plot.MOST_BARS)))
        left.barh(shown, study.inputs[shown], color="C0")
        left.set_yticks(shown, [plot.literal(study.feature_names[d]) for d in shown])
        left.invert_yaxis()
        left.set_title("x = (value − mean)/scale")
    classes = list(range(len(study.class_names)))
    middle.barh(classes, study.logits, color="C1")
    middle.set_title("logits z = W x + b")
    middle.invert_yaxis()
    if len(classes) <= plot.MOST_BARS:
        middle.set_yticks(classes, [plot.literal(name) for name in study.class_names])
    series = {"p = softmax(z)": study.prediction}
    if study.target is not None:
        series["q, the truth"] = study.target
    plot.bars(right, study.class_names, series)
    right.set_title("probabilities" if study.loss is None else f"CE(q, p) = {quantity(study.loss, unit)}")
    return drawing
