"""One example through a trained classifier in six steps, and its figure."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.datasets import picture_shape
from sce_cli.drawing.bars import Bars
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import column, equals, number, quantity
from sce_cli.drawing.picture import Picture
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.predict import questions as ask
from sce_cli.topics.predict.figure_view import figure, panels_of_steps
from sce_cli.topics.predict.study import PredictStudy, Truth
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRONGEST = 5
"""Features whose part in the decision is shown."""


class PredictView(View):
    """One example in six steps."""

    def title(self, study: PredictStudy) -> str:
        """Say which example is followed."""
        return _("Row {row} of {data}, from its features to the gradient").format(
            row=study.example.row, data=escaped(study.example.data)
        )

    def steps(self, study: PredictStudy, unit: Unit) -> list[Step]:
        """Follow the example through logits and softmax to the decision, and against the true class to the gradient."""
        bars = Bars(_names(study), study.prediction.tolist())
        return [
            Step(_("The example"), _example(study)),
            Step(_("Logits: z = W x + b"), _logits(study), ask.decision(study)),
            Step(_("Softmax: p = exp(z)/Σ exp(z)"), bars, ask.confidence(study)),
            Step(_("The decision: the largest p"), _decision(study), ask.reason(study)),
            *_against_the_label(study, unit),
        ]

    def result(self, study: PredictStudy, unit: Unit) -> str:
        """Return the predicted class, and what it costs where the true one is known."""
        names, predicted = _names(study), study.decision.predicted
        name, p = names[predicted], number(float(study.prediction[predicted]))
        if study.truth is None:
            return _("predicted {name} with p = {p}").format(name=name, p=p)
        loss = quantity(study.truth.loss, unit)
        if study.truth.label == predicted:
            return _("predicted {name} with p = {p}, right; loss {loss}").format(name=name, p=p, loss=loss)
        return _("predicted {name} with p = {p}, wrong: it is {true_name}; loss {loss}").format(
            name=name, p=p, true_name=names[study.truth.label], loss=loss
        )

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the example, the logits and the probabilities, at their steps."""
        return panels_of_steps()


def _names(study: PredictStudy) -> list[str]:
    return [escaped(name) for name in study.class_names]


def _example(study: PredictStudy) -> RenderableType:
    example, shape = study.example, picture_shape(study.example.feature_names)
    true = None if study.truth is None else _names(study)[study.truth.label]
    if shape is not None:
        said = "" if true is None else _("The true class is {name}.").format(name=true)
        return Group(Picture(example.features.reshape(shape), float(example.features.max())), "", said)
    names, inputs = map(escaped, example.feature_names), column(example.inputs[: example.features.size].tolist())
    rows = zip(names, map(number, example.features.tolist()), inputs, strict=True)
    said = _("x = (value − mean)/scale.")
    if true is not None:
        said = _("x = (value − mean)/scale. The true class is {name}.").format(name=true)
    return Group(table([_("feature"), _("value"), "x"], rows, words=(0,)), "", said)


def _logits(study: PredictStudy) -> RenderableType:
    rows = zip(_names(study), column(study.logits.tolist()), strict=True)
    return Group(
        table([_("class"), "z"], rows, words=(0,)),
        "",
        _("Scores, not yet probabilities: only their differences count."),
    )


def _decision(study: PredictStudy) -> RenderableType:
    names, first, second = _names(study), study.decision.predicted, study.decision.runner_up
    gap = float(study.logits[first] - study.logits[second])
    with np.errstate(over="ignore"):
        odds = float(np.exp(gap))
    return Group(
        _("   z of {first} − z of {second} {gap}").format(first=names[first], second=names[second], gap=equals(gap)),
        _("   odds of the two: e^{gap} {odds} to 1").format(gap=number(gap, 4), odds=equals(odds)),
        "",
        table([_("what gives it the lead"), ""], _lead_rows(study, gap), words=(0,)),
    )


def _lead_rows(study: PredictStudy, gap: float) -> list[tuple[str, str]]:
    """Return the strongest features, the others, the biases and the sum, each with what it adds to the lead."""
    lead, biases = study.decision.lead, study.decision.lead_of_biases
    strongest = np.argsort(-np.abs(lead), kind="stable")[:STRONGEST]
    rows = [(escaped(study.example.input_names[d]), f"{lead[d]:+.4f}") for d in strongest]
    rest = gap - biases - float(lead[strongest].sum())
    others = [(_("the other features"), f"{rest:+.4f}")] if len(lead) > STRONGEST else []
    return [*rows, *others, (_("the biases"), f"{biases:+.4f}"), (_("together"), f"{gap:+.4f}")]


def _against_the_label(study: PredictStudy, unit: Unit) -> list[Step]:
    if study.truth is None:
        untold = _("The data have no column of classes, so nothing tells the cost.")
        return [Step(_("No loss without the true class"), untold)]
    return [
        Step(_("Cross-entropy against the true class"), _loss(study, study.truth, unit), ask.cost(study, unit)),
        Step(_("The gradient: ∂CE/∂z"), _gradient(study, study.truth), ask.direction(study)),
    ]


def _loss(study: PredictStudy, truth: Truth, unit: Unit) -> RenderableType:
    p = number(float(study.prediction[truth.label]))
    right = truth.label == study.decision.predicted
    return Group(
        _("   q = one-hot at {name}").format(name=_names(study)[truth.label]),
        f"   CE(q, p) = −{unit.log} p = −{unit.log} {p} {equals(truth.loss * unit.per_nat)} {unit.label}",
        _("Right, and the surer the cheaper.") if right else _("Wrong, and the surer the dearer."),
    )


def _gradient(study: PredictStudy, truth: Truth) -> RenderableType:
    columns = [column(values.tolist()) for values in (study.prediction, truth.target, truth.gradient)]
    rows = zip(_names(study), *columns, strict=True)
    return Group(
        "   ∂CE/∂z = p − q",
        "",
        table([_("class"), "p", "q", "p − q"], rows, words=(0,)),
        "",
        _(
            "A step against it raises the true class's logit and lowers the others, each by η times what it is off. It "
            "adds up to 0, and (p − q) xᵀ is the example's share in the gradient of W, in nats per unit of weight."
        ),
    )
