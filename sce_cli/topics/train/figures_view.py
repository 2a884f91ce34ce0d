"""The figures of a training: losses, distances and confusion; decision regions or weights."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sce_cli.datasets import picture_shape
from sce_cli.topics.train.descent_view import distance_to_minimum, known_floor
from sce_cli.topics.train.study import TrainStudy, classes_at
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


HIGHEST, LOWEST = 1e100, 1e-16
"""Where curves are cut off: an axis that reached as far as floats do could have no margin."""


def figure(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the loss over the epochs, the distance to the minimum on a log axis, and the confusion matrix."""
    from sce_cli.drawing.plot import confusion, literal, panels

    title = _("A softmax classifier of {data}").format(data=literal(study.data.name))
    drawing, (left, middle, right) = panels(3, title)
    _draw_losses(left, study, unit)
    _draw_distances(middle, study, unit)
    for axes in (left, middle):
        axes.set_xlabel(_("epoch"))
        axes.legend()
    confusion(right, study.data.class_names, study.reached.confusion)
    tested = study.reached.measured_on == "test"
    right.set_title(_("confusion, test part") if tested else _("confusion, train part"))
    return drawing


def _draw_losses(axes: "Axes", study: TrainStudy, unit: Unit) -> None:
    """Draw each run's objective, the loss on the test part where there is one, and the floor where it is known."""
    alone = len(study.runs) == 1
    for index, run in enumerate(study.runs):
        colour, epochs = f"C{index}", range(run.epochs + 1)
        name = _("F, train") if alone else _("{optimizer}, F, train").format(optimizer=run.optimizer)
        axes.plot(epochs, np.minimum(run.objective * unit.per_nat, HIGHEST), color=colour, linestyle="-", label=name)
        if study.reached.measured_on == "test":
            name = _("test loss") if alone else _("{optimizer}, test loss").format(optimizer=run.optimizer)
            axes.plot(
                epochs, np.minimum(run.test_loss * unit.per_nat, HIGHEST), color=colour, linestyle="--", label=name
            )
    floor = known_floor(study)
    if floor is not None:
        label = _("minimum of F") if study.optimum.minimum is not None else "H(q)"
        axes.axhline(floor * unit.per_nat, color="0.4", linestyle=":", label=label)
    axes.set_ylim(bottom=0)
    axes.set_title(_("loss in {unit}").format(unit=unit.label))


def _draw_distances(axes: "Axes", study: TrainStudy, unit: Unit) -> None:
    minimum = study.optimum.minimum
    for run in study.runs:
        distance = np.clip(distance_to_minimum(run, minimum) * unit.per_nat, LOWEST, HIGHEST)
        axes.plot(range(run.epochs + 1), distance, label=run.optimizer)
    axes.set_yscale("log")
    title = _("F in {unit}") if minimum is None else _("F − min F in {unit}")
    axes.set_title(title.format(unit=unit.label))


def boundary(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the decision regions of two features, or the weights of each class where the features are pixels."""
    shape = picture_shape(study.data.feature_names)
    return _regions(study) if shape is None else _weights(study, shape)


def _weights(study: TrainStudy, shape: tuple[int, int]) -> "Figure":
    from sce_cli.drawing import plot

    classes, names = len(study.data.class_names), study.data.class_names[: plot.MOST_IMAGES]
    title = _("The weights of {data}")
    if len(names) < classes:
        title = _("The weights of {data}: the first {count} of {classes} classes")
    title = title.format(data=plot.literal(study.data.name), count=len(names), classes=classes)
    drawing, all_axes = plot.grid(math.ceil(len(names) / 5), min(len(names), 5), title)
    for spare in all_axes[len(names) :]:
        spare.remove()
    meaning = _("weight: + speaks for the class, − against it")
    pixels = shape[0] * shape[1]  # what they are expanded to stands behind them
    weights = study.first.weights[: len(names), :pixels].reshape(-1, *shape)
    plot.images(all_axes[: len(names)], weights, names, meaning)
    return drawing


def _regions(study: TrainStudy) -> "Figure":
    from sce_cli.drawing import plot

    title = _("Decision regions of {data}").format(data=plot.literal(study.data.name))
    drawing, (axes,) = plot.panels(1, title)
    points, names = study.picture.features, study.data.feature_names
    lowest, highest = points.min(axis=0), points.max(axis=0)
    margin = np.where(highest > lowest, 0.08 * (highest - lowest), 1.0)
    ranges = [(float(low), float(high)) for low, high in zip(lowest - margin, highest + margin, strict=True)]
    x, y = (np.linspace(*ends, 400) for ends in ranges)
    regions = classes_at(study, x, y)
    plot.regions(axes, ranges, regions, points, study.picture.labels, study.data.class_names)
    axes.set_xlabel(plot.literal(names[0]))
    axes.set_ylabel(plot.literal(names[1]))
    return drawing
