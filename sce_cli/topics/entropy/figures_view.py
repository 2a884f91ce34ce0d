"""The figure of a prediction beside its target, panel by panel: distributions, surprises, and the way to the floor."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.drawing.numbers import quantity
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

    drawing, (left, middle, right) = panels(3, _heading(study, unit))
    _draw_distributions(left, study)
    _draw_surprises(middle, study, unit)
    _draw_path(right, study, unit)
    right.set_title(_path_heading(unit))
    return drawing


def outcomes(study: EntropyStudy, unit: Unit) -> "Figure":
    """Draw q beside p, and the surprises."""
    from sce_cli.drawing.plot import panels

    drawing, (left, right) = panels(2, _heading(study, unit))
    _draw_distributions(left, study)
    _draw_surprises(right, study, unit)
    return drawing


def path(study: EntropyStudy, unit: Unit) -> "Figure":
    """Draw CE along the path, over its floor."""
    from sce_cli.drawing.plot import panels

    drawing, (axes,) = panels(1, _path_heading(unit))
    _draw_path(axes, study, unit)
    return drawing


def _heading(study: EntropyStudy, unit: Unit) -> str:
    return f"CE(q, p) = {quantity(study.cross_entropy, unit)}"


def _path_heading(unit: Unit) -> str:
    return _("CE along the path, {unit}").format(unit=unit.label)


def _draw_distributions(axes: "Axes", study: EntropyStudy) -> None:
    from sce_cli.drawing.plot import bars, end_axis

    bars(axes, study.names, {_("target q"): study.target, _("prediction p"): study.prediction})
    end_axis(axes, (0, 1 + ROOM), (0, 1))
    axes.set_title(_("target and prediction"))
    axes.set_xlabel(_("outcome"))


def _draw_surprises(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    from sce_cli.drawing.plot import bars

    each = study.outcomes
    with np.errstate(over="ignore"):
        costs = {f"−{unit.log} p": each.surprise * unit.per_nat, f"q·(−{unit.log} p)": each.terms * unit.per_nat}
    bars(axes, study.names, costs)
    axes.set_title(_("surprise, {unit}").format(unit=unit.label))
    axes.set_xlabel(_("outcome"))


def _draw_path(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    from sce_cli.drawing.plot import end_axis

    first, floor = first_drawn(study), study.entropy * unit.per_nat
    t, loss = study.path.t[first:], study.path.cross_entropy[first:] * unit.per_nat
    axes.plot(t, loss)
    axes.axhline(floor, color="C1", linestyle="--")
    axes.fill_between(t, floor, loss, color="C0", alpha=0.2)
    axes.plot([1], [floor], "o", color="black", markersize=9, zorder=5, clip_on=False)
    base = 0.0 if flat(study) else floor
    height = max(float(loss[0]) - base, LEAST_DRAWN)
    below = base if base == 0 < floor else base - ROOM * height
    end_axis(axes, (below, base + (1 + ROOM) * height), (0, math.inf))
    axes.set_xlim(0, 1)
    axes.set_xlabel(_("t, from p to q"))
    _name_path(axes, study, unit, (t, loss))


def _name_path(axes: "Axes", study: EntropyStudy, unit: Unit, curve: tuple[Any, Any]) -> None:
    """Write what the curve, the floor and the shade between them are."""
    (t, loss), floor = curve, study.entropy * unit.per_nat
    above: Any = {"textcoords": "offset points", "va": "bottom"}
    axes.annotate("CE(q, p_t)", (float(t[t.size // 8]), float(loss[t.size // 8])), (6, 6), color="C0", **above)
    axes.annotate(
        _("floor H(q) = {floor}").format(floor=quantity(study.entropy, unit)),
        (0.02, floor),
        (0, -8),
        textcoords="offset points",
        va="top",
    )
    if not flat(study):
        middle = t.size // 4
        axes.annotate(
            _("gap KL(q‖p_t)"),
            (float(t[middle]), float(loss[middle] + floor) / 2),
            (0.75, 0.75),
            textcoords="axes fraction",
            ha="center",
            arrowprops={"arrowstyle": "-", "color": "0.4"},
        )
