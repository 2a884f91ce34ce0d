"""The figure of a prediction: the example, its logits, and the probabilities beside the truth."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sce_cli.datasets import picture_shape
from sce_cli.drawing.numbers import quantity
from sce_cli.topics.predict.study import Example, PredictStudy
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sce_cli.core.checks import Array

INPUTS, LOGITS, PREDICTION, TRUTH = "C5", "C4", "C0", "C1"
"""A colour for each quantity."""


def figure(study: PredictStudy, unit: Unit) -> "Figure":
    """Draw the example, the logits, and the probabilities beside the truth."""
    from sce_cli.drawing import plot

    names = [plot.literal(name) for name in study.class_names]
    title = _("Row {row} of {data}: {predicted}")
    if study.truth is not None:
        title = _("Row {row} of {data}: {predicted}, truly {true}")
    title = title.format(
        row=study.example.row,
        data=plot.literal(study.example.data),
        predicted=names[study.decision.predicted],
        true="" if study.truth is None else names[study.truth.label],
    )
    drawing, (left, middle, right) = plot.panels(3, title)
    _draw_example(left, study, unit)
    _draw_logits(middle, study, unit)
    _draw_prediction(right, study, unit)
    right.set_yticklabels([])  # the rows are those of the logits
    if study.truth is not None:
        right.set_title(f"CE(q, p) = {quantity(study.truth.loss, unit)}")
    return drawing


def panels_of_steps() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws each panel alone, by the number of its step; none tells the loss."""
    from sce_cli.drawing.plot import alone

    return {1: alone(_draw_example), 2: alone(_draw_logits), 3: alone(_draw_prediction)}


def _draw_example(axes: "Axes", study: PredictStudy, unit: Unit) -> None:
    """Draw a picture, or the first inputs as bars."""
    from sce_cli.drawing import plot

    example = study.example
    shape = picture_shape(example.feature_names)
    if shape is not None:
        axes.imshow(example.features.reshape(shape), cmap="gray_r")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(True)
        axes.grid(visible=False)
        axes.set_title(_("the example"))
        return
    shown = slice(plot.MOST_BARS)
    plot.rows(axes, example.input_names[shown], example.inputs[shown], INPUTS)
    axes.set_title(_title_of_inputs(example))


def _title_of_inputs(example: Example) -> str:
    """Return what the bars of the inputs are, and how many are left out."""
    from sce_cli.drawing.plot import MOST_BARS

    if len(example.inputs) > MOST_BARS:
        return _("inputs x: {count} of {inputs}").format(count=MOST_BARS, inputs=len(example.inputs))
    if len(example.inputs) > len(example.feature_names):
        return _("inputs x")
    return _("x = (value − mean)/scale")


def _draw_logits(axes: "Axes", study: PredictStudy, unit: Unit) -> None:
    from sce_cli.drawing import plot

    plot.rows(axes, study.class_names, study.logits, LOGITS)
    axes.set_title(_("logits z = W x + b"))


def _draw_prediction(axes: "Axes", study: PredictStudy, unit: Unit) -> None:
    """Draw the probabilities, and around the true class's the truth, which is 1."""
    from sce_cli.drawing import plot

    if study.truth is not None:
        label = study.truth.label
        axes.barh(label, 1.0, 0.95, fill=False, edgecolor=TRUTH, hatch="//", linewidth=2)
        _name_truth(axes, label, study.prediction)
    plot.rows(axes, study.class_names, study.prediction, PREDICTION)
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "0.5", "1"])
    axes.set_title("p = softmax(z)")


def _name_truth(axes: "Axes", label: int, prediction: "Array") -> None:
    """Write what the hatched bar is, over the shorter of the bars below it and above."""
    from sce_cli.drawing import plot

    above, below = (prediction[k] if 0 <= k < prediction.size else 2 for k in (label - 1, label + 1))
    down = below <= above
    place = (0.99, label + (0.55 if down else -0.55))
    plot.name_within(axes, place, _("q, the truth"), TRUTH, ha="right", va="top" if down else "bottom", zorder=5)
