"""The figure of `sce entropy`, and its panels one by one: distributions, surprises, and the way to the floor."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.drawing.numbers import number, quantity
from sce_cli.topics.entropy.study import EntropyStudy
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FLAT = 1e-3
"""A curve that falls by a smaller part of itself is told in words."""

TALL = 3
"""A loss at t = 0 so many times the next one would flatten the curve."""

LEAST_DRAWN = 1e-250
"""The smallest height of a curve for which an axis is made: Matplotlib takes less for one without extent."""

ROOM = 0.25
"""Room for names above and below a curve or bars, as a share of their height."""


def first_drawn(study: EntropyStudy) -> int:
    """Return where a drawn path begins: not at t = 0 if the loss there is ∞, or dwarfs the rest."""
    return 0 if study.path.cross_entropy[0] <= TALL * study.path.cross_entropy[1] else 1


def flat(study: EntropyStudy) -> bool:
    """Tell whether the loss falls by too little for a curve."""
    return study.divergence < math.inf and study.divergence <= FLAT * study.cross_entropy


def figure(study: EntropyStudy, unit: Unit) -> "Figure":
    """Draw q beside p, the surprises, and CE along the path with its floor H(q) and the gap KL shaded."""
    from sce_cli.drawing.plot import panels

    drawing, (left, middle, right) = panels(3, f"CE(q, p) = {quantity(study.cross_entropy, unit)}")
    draw_distributions(left, study, unit)
    draw_surprises(middle, study, unit)
    draw_path(right, study, unit)
    return drawing


def panels() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws the panels that belong to steps, by the steps' numbers."""
    from sce_cli.drawing.plot import alone

    draws = {1: draw_distributions, 3: draw_surprises, 5: draw_path}
    return {step: alone(draw) for step, draw in draws.items()}


def draw_distributions(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    """Draw q beside p; probabilities end at 1, above which is the legend's place."""
    from sce_cli.drawing.plot import bars, end_axis, slanting

    bars(axes, study.names, {_("target q"): study.target, _("prediction p"): study.prediction})
    end_axis(axes, (0, 1 + (2 if slanting(study.names) else 1) * ROOM), (0, 1))
    axes.set_title(_("target and prediction"))
    axes.set_xlabel(_("outcome"))


def draw_surprises(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    """Draw each outcome's surprise, and what it adds to their mean."""
    from sce_cli.drawing.plot import bars

    each = study.outcomes
    with np.errstate(over="ignore"):
        costs = {f"−{unit.log} p": each.surprise * unit.per_nat, f"q·(−{unit.log} p)": each.terms * unit.per_nat}
    bars(axes, study.names, costs)
    axes.set_title(_("surprise, {unit}").format(unit=unit.label))
    axes.set_xlabel(_("outcome"))


def draw_path(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    """Draw CE along the path over its floor, the gap between them shaded."""
    from sce_cli.drawing.plot import end_axis

    first, floor = first_drawn(study), study.entropy * unit.per_nat
    t, loss = study.path.t[first:], study.path.cross_entropy[first:] * unit.per_nat
    axes.plot(t, loss)
    axes.axhline(floor, color="C1", linestyle="--")
    axes.fill_between(t, floor, loss, color="C0", alpha=0.2)
    axes.plot([1], [floor], "o", color="black", markersize=9, zorder=5, clip_on=False)
    base = 0.0 if flat(study) else floor
    fall = float(loss[0]) - base
    height = fall if fall >= LEAST_DRAWN else 1.0
    below = base if base == 0 < floor else base - ROOM * height
    end_axis(axes, (below, base + (1 + ROOM) * height), (0, math.inf))
    axes.set_xlim(0, 1)
    axes.set_xlabel(_("t, from p to q"))
    axes.set_title(_("CE along the path, {unit}").format(unit=unit.label))
    _name_path(axes, study, unit, (t, loss))


def _name_path(axes: "Axes", study: EntropyStudy, unit: Unit, curve: tuple[Any, Any]) -> None:
    """Write what the curve, the floor and the shade between them are."""
    from sce_cli.drawing.plot import dark

    (t, loss), floor = curve, study.entropy * unit.per_nat
    above: Any = {"textcoords": "offset points", "va": "bottom", "weight": "bold"}
    colour, at = dark(axes.lines[0].get_color()), t.size // 8
    axes.annotate("CE(q, p_t)", (float(t[at]), float(loss[at])), (6, 6), color=colour, **above)
    axes.annotate(
        _("floor H(q) = {floor}").format(floor=number(floor)),
        (0.02, floor),
        (0, -8),
        textcoords="offset points",
        va="top",
    )
    if not flat(study):
        middle = 2 * t.size // 5
        axes.annotate(
            _("gap KL(q‖p_t)"),
            (float(t[middle]), float(loss[middle] + floor) / 2),
            (0.72, 0.9),
            textcoords="axes fraction",
            ha="center",
            arrowprops={"arrowstyle": "-", "color": "0.4"},
        )
