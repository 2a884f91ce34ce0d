"""The figure of `sce softmax`, and its panels one by one."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.drawing.numbers import number
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOM = 0.06
"""The height of a name in the scale of p."""

MOST_CLASSES = 12
"""Classes that have a bar."""


def figure(study: SoftmaxStudy, unit: Unit) -> "Figure":
    """Draw softmax beside linear normalisation, p over the temperature, and the entropy over it."""
    from sce_cli.drawing.plot import panels

    title = _("softmax at temperature T = {temperature}").format(temperature=number(study.temperature))
    drawing, (left, middle, right) = panels(3, title)
    draw_shares(left, study, unit)
    draw_temperatures(middle, study, unit)
    draw_entropy(right, study, unit)
    return drawing


def panels() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws the panels that belong to steps, by the steps' numbers."""
    from sce_cli.drawing.plot import alone

    return {3: alone(draw_shares), 5: alone(draw_temperatures)}


def draw_shares(axes: "Axes", study: SoftmaxStudy, unit: Unit) -> None:
    """Draw the p of each class, or the largest ones, beside the linear shares where those are probabilities."""
    from sce_cli.drawing.plot import short

    every = study.logits.size <= MOST_CLASSES
    order = np.arange(study.logits.size) if every else study.ranking[:MOST_CLASSES]
    series = [p for p in (study.prediction, study.linear.prediction) if p.size]
    width = 0.8 / len(series)
    for index, p in enumerate(series):
        rows = np.arange(order.size) + (index - (len(series) - 1) / 2) * width
        axes.barh(rows, p[order], width, color=f"C{index}", hatch="//" * index, edgecolor="white")
    axes.set_yticks(range(order.size), [short(study.names[k]) for k in order])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="y")
    axes.set_title(_("p of each class") if every else _("the {count} largest p").format(count=order.size))
    axes.set_xlabel(_("p by softmax, hatched: z/Σ z") if len(series) > 1 else _("p by softmax"))


def draw_temperatures(axes: "Axes", study: SoftmaxStudy, unit: Unit) -> None:
    """Draw p over the temperature, each curve with its class's name on it; equal scores share a curve."""
    from sce_cli.drawing.curve_ends import name_ends
    from sce_cli.drawing.plot import name_curves

    powers, shown = np.log10(study.curve.temperature), study.curve.prediction.shape[1]
    curves, labels = _different(study, shown)
    for p in curves:
        axes.plot(powers, p, clip_on=False)
    axes.set_title(
        _("p over the temperature")
        if shown == study.logits.size
        else _("the {count} largest of {classes} p").format(count=shown, classes=study.logits.size)
    )
    axes.set_ylim(0, 1)
    _temperature_axis(axes, study)
    if _have_room(curves):
        name_curves(axes, powers, curves, labels)
    else:
        name_ends(axes, labels)


def _have_room(curves: Array) -> bool:
    """Tell whether each curve, of shape (C, R), has a place where a name on it hides no other."""
    others = (np.delete(curves, index, axis=0) for index in range(len(curves)))
    gaps = (np.abs(other - curve).min(axis=0, initial=1.0) for curve, other in zip(curves, others, strict=True))
    return all(gap.max() > ROOM for gap in gaps)


def _different(study: SoftmaxStudy, shown: int) -> tuple[Array, list[str]]:
    """Return the curves that differ, shape (C, R), and the names of the classes that each belongs to."""
    from sce_cli.drawing.plot import short

    scores = study.logits[study.ranking[:shown]]
    first = [index for index in range(shown) if not index or scores[index] != scores[index - 1]]
    names = [short(study.names[k]) for k in study.ranking[:shown]]
    ends = [*first[1:], shown]
    return study.curve.prediction.T[first], [", ".join(names[k:end]) for k, end in zip(first, ends, strict=True)]


def draw_entropy(axes: "Axes", study: SoftmaxStudy, unit: Unit) -> None:
    """Draw the entropy over the temperature, the largest one as a level, and the study's own as a point."""
    powers, classes = np.log10(study.curve.temperature), int(np.isfinite(study.logits).sum())
    largest, own = math.log(classes) * unit.per_nat, math.log10(study.temperature)
    axes.plot(powers, study.curve.entropy * unit.per_nat)
    axes.axhline(largest, color="C1", linestyle="--")
    if classes > 1:
        axes.annotate(f"{unit.log} {classes}", (powers[0], largest), (6, -8), textcoords="offset points", va="top")
    axes.plot(own, study.entropy * unit.per_nat, "o", color="0.2", markersize=10, clip_on=False)
    axes.set_title(_("entropy H(p), {unit}").format(unit=unit.label))
    axes.set_ylim(0, 1.02 * largest or 1)
    _temperature_axis(axes, study)


def _temperature_axis(axes: "Axes", study: SoftmaxStudy) -> None:
    """Label the logarithm of T, which a logarithmic axis can't hold near 1e308, and mark the study's own."""
    from sce_cli.drawing.plot import name_powers

    powers = np.log10(study.curve.temperature)
    axes.axvline(math.log10(study.temperature), color="0.2", linestyle=":", linewidth=1.5)
    axes.set_xlim(powers[0], powers[-1])
    axes.set_xlabel(_("temperature T, dotted at {temperature}").format(temperature=number(study.temperature)))
    name_powers(axes.xaxis)
