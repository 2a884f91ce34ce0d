"""The figures of a training: losses, distances and confusion; decision regions, or mean pictures and weights."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.datasets import picture_shape
from sce_cli.topics.train.descent_view import ZIGZAG, distance_to_minimum, first_epochs, known_floor
from sce_cli.topics.train.run import Run
from sce_cli.topics.train.study import TrainStudy, scores_at
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


HIGHEST, LOWEST = 1e100, 1e-16
"""Where curves are cut off: an axis that reached as far as floats do could have no margin."""

MOST_SCORES = 2_000_000
"""Scores over the plane whose borders are drawn."""


def figure(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the loss over the epochs, the distance to the minimum on a log axis, and the confusion matrix."""
    from sce_cli.drawing.plot import literal, panels

    title = _("A softmax classifier of {data}").format(data=literal(study.data.name))
    drawing, (left, middle, right) = panels(3, title)
    _draw_losses(left, study, unit, study.runs)
    _draw_distances(middle, study, unit, study.runs)
    _draw_confusion(right, study, unit)
    return drawing


def panels_of_steps() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws each panel alone, by the number of its step; the runs are compared in the last one."""
    from sce_cli.drawing.plot import alone

    return {
        5: alone(lambda axes, study, unit: _draw_losses(axes, study, unit, study.runs[:1])),
        6: alone(lambda axes, study, unit: _draw_distances(axes, study, unit, study.runs[:1])),
        7: alone(_draw_confusion),
        8: alone(lambda axes, study, unit: _draw_distances(axes, study, unit, study.runs)),
    }


def _draw_losses(axes: "Axes", study: TrainStudy, unit: Unit, runs: Sequence[Run]) -> None:
    """Draw the objectives; of one run alone the loss on the test part too, and the least F or the start."""
    from sce_cli.drawing.curve_ends import name_ends
    from sce_cli.drawing.plot import log_axis

    alone = len(runs) == 1
    shown = _shown(runs)
    curves = [(_("F") if alone else run.optimizer, run.objective) for run in runs]
    if alone and study.reached.measured_on == "test" and not runs[0].lost:
        curves.append((_("test loss"), runs[0].test_loss))
    for _name, losses in curves:
        axes.plot(np.minimum(losses[: shown + 1] * unit.per_nat, HIGHEST))
    level, name = _level(study, runs)
    if level is not None:
        axes.axhline(level * unit.per_nat, color="0.4", linestyle=":")
    steep = any(first_epochs(run)[1] for run in runs if run.lost)
    if steep:
        log_axis(axes)
    else:
        axes.set_ylim(bottom=0)
    _count_epochs(axes, shown)
    heading = _("F in {unit}") if len(curves) == len(runs) else _("loss in {unit}")
    axes.set_title(heading.format(unit=unit.label))
    if len(curves) > 1 or level is not None:
        name_ends(axes, [name for name, _losses in curves], name if level is not None else "")


def _shown(runs: Sequence[Run]) -> int:
    """Return up to which epoch curves are drawn: fewer where some zigzag, which would hide each other."""
    longest = max(run.epochs for run in runs)
    return min(longest, ZIGZAG) if any(run.lost for run in runs) else longest


def _level(study: TrainStudy, runs: Sequence[Run]) -> tuple[float | None, str]:
    """Return the height that the losses are to be compared with, and what it is."""
    if any(run.lost for run in runs):
        return float(runs[0].objective[0]), _("start")
    return known_floor(study), _("min F") if study.optimum.minimum is not None else "H(q)"


def _draw_distances(axes: "Axes", study: TrainStudy, unit: Unit, runs: Sequence[Run]) -> None:
    from sce_cli.drawing.curve_ends import name_ends
    from sce_cli.drawing.plot import log_axis

    minimum = study.optimum.minimum
    for run in runs:
        distance = distance_to_minimum(run, minimum)[: _shown(runs) + 1]
        axes.plot(np.clip(distance * unit.per_nat, LOWEST, HIGHEST))
    log_axis(axes)
    _count_epochs(axes, _shown(runs))
    title = _("F in {unit}") if minimum is None else _("F − min F in {unit}")
    axes.set_title(title.format(unit=unit.label))
    name_ends(axes, [run.optimizer for run in runs] if len(runs) > 1 else [])


def _count_epochs(axes: "Axes", epochs: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(0, max(epochs, 1))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel(_("epoch"))


def _draw_confusion(axes: "Axes", study: TrainStudy, unit: Unit) -> None:
    from sce_cli.drawing.plot import confusion

    confusion(axes, study.data.class_names, study.reached.confusion)
    tested = study.reached.measured_on == "test"
    axes.set_title(_("confusion, test part") if tested else _("confusion, train part"))


def boundary(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the decision regions of two features, or mean pictures and weights where the features are pixels."""
    shape = picture_shape(study.data.feature_names)
    return _regions(study) if shape is None else _weights(study, shape)


def _weights(study: TrainStudy, shape: tuple[int, int]) -> "Figure":
    from sce_cli.drawing import plot

    classes, names = len(study.data.class_names), study.data.class_names[: plot.MOST_IMAGES]
    title = _("The mean pictures of {data}, and the weights")
    if len(names) < classes:
        title = _("The mean pictures of {data}, and the weights: the first {count} of {classes} classes")
    title = title.format(data=plot.literal(study.data.name), count=len(names), classes=classes)
    upper, lower = plot.image_panels(len(names), title)
    pixels = shape[0] * shape[1]  # what they are expanded to stands behind them
    weights = study.first.weights[:, :pixels]
    pictures = [values[: len(names)].reshape(-1, *shape) for values in (study.picture.means, weights)]
    plot.images(upper, lower, (pictures[0], pictures[1]), names, (_("mean"), _("weights")))
    return upper[0].get_figure(root=True)  # type: ignore[return-value]


def _regions(study: TrainStudy) -> "Figure":
    from sce_cli.drawing import plot, regions

    title = _("Decision regions of {data}").format(data=plot.literal(study.data.name))
    drawing, (axes,) = plot.panels(1, title)
    points, names = study.picture.features, study.data.feature_names
    lowest, highest = points.min(axis=0), points.max(axis=0)
    margin = np.where(highest > lowest, 0.08 * (highest - lowest), 1.0)
    ranges = [(float(low), float(high)) for low, high in zip(lowest - margin, highest + margin, strict=True)]
    fine = max(min(300, math.isqrt(MOST_SCORES // len(study.data.class_names))), 20)
    x, y = (np.linspace(*ends, fine) for ends in ranges)
    scores = scores_at(study, x, y)
    regions.regions(axes, ranges, scores, points, study.picture.labels, study.data.class_names)
    axes.set_xlabel(plot.literal(names[0]))
    axes.set_ylabel(plot.literal(names[1]))
    return drawing
