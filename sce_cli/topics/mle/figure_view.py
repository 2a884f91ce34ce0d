"""The figure of `sce mle`, and its panels one by one: L, its logarithm, and cross-entropy over its floor."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.drawing.numbers import equals, number
from sce_cli.topics.mle.study import MleStudy
from sce_cli.topics.mle.wording_view import estimate, loss_name, title
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST_DRAWN = 1e-250
"""The smallest peak of L that is drawn as it is: Matplotlib takes an axis up to 2e-287 for one without extent."""

HEADROOM = 0.16
"""Room above a peak for its name, as a share of the curve's height."""

BESIDE, WITHIN = 0.04, 0.24
"""How far from an end of the axis, in p, a curve bears its name, and what is shaded below it is pointed at."""


def figure(study: MleStudy, unit: Unit) -> "Figure":
    """Draw L, its logarithm, and cross-entropy with its floor H(q) and the gap KL shaded, all over p."""
    from sce_cli.drawing.plot import literal, panels

    drawing, (left, middle, right) = panels(3, f"{title(study, literal)}; {estimate(study)}")
    draw_likelihood(left, study, unit)
    draw_log_likelihood(middle, study, unit)
    draw_floor(right, study, unit)
    return drawing


def panels() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws the panels that belong to steps, by the steps' numbers."""
    from sce_cli.drawing.plot import alone

    draws = {1: draw_likelihood, 2: draw_log_likelihood, 5: draw_slip, 7: draw_floor}
    return {step: alone(draw) for step, draw in draws.items()}


def drawn_likelihood(study: MleStudy) -> tuple[Array, bool]:
    """Return L along the curve, shape (G,), and whether it is relative to its peak, too small to be drawn as it is."""
    relative = study.peak.likelihood < LEAST_DRAWN
    return np.exp(study.curve.log_likelihood - (study.peak.log_likelihood if relative else 0)), relative


def draw_likelihood(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    """Draw L, its peak marked."""
    from sce_cli.drawing.plot import end_axis

    heights, relative = drawn_likelihood(study)
    axes.plot(study.curve.p, heights)
    _mark(axes, study, float(heights.max()))
    end_axis(axes, (0, (1 + HEADROOM) * float(heights.max())), (0, 1))
    axes.set_title(_("likelihood L(p) / L(p̂)") if relative else _("likelihood L(p)"))


def draw_log_likelihood(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    """Draw the logarithm of L, its peak marked."""
    from sce_cli.drawing.plot import end_axis

    heights = study.curve.log_likelihood * unit.per_nat
    axes.plot(study.curve.p, heights)
    lowest, peak = float(heights.min()), float(heights.max())
    _mark(axes, study, peak)
    end_axis(axes, (lowest - 0.04 * (peak - lowest), peak + HEADROOM * (peak - lowest)), (-math.inf, 0))
    axes.set_title(f"{unit.log} L(p), {unit.label}")


def draw_slip(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    """Draw cross-entropy beside H(p), which a slip takes for it."""
    from sce_cli.drawing.plot import dark

    loss, wrong = (each * unit.per_nat for each in (study.curve.cross_entropy, study.curve.prediction_entropy))
    axes.plot(study.curve.p, loss)
    axes.plot(study.curve.p, wrong)
    axes.set_ylim(bottom=0)
    _name_loss(axes, study, loss)
    top = int(wrong.argmax())
    below: Any = {"textcoords": "offset points", "ha": "center", "va": "top", "weight": "bold"}
    colour = dark(axes.lines[1].get_color())
    axes.annotate(_("a slip, H(p)"), (float(study.curve.p[top]), float(wrong[top])), (0, -12), color=colour, **below)
    _mark(axes, study, study.entropy * unit.per_nat, lowest=True)
    axes.set_title(_("cross-entropy and a slip, {unit}").format(unit=unit.label))


def draw_floor(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    """Draw cross-entropy over its floor, the gap between them shaded."""
    loss, level = study.curve.cross_entropy * unit.per_nat, study.entropy * unit.per_nat
    axes.plot(study.curve.p, loss)
    axes.axhline(level, color="C1", linestyle="--")
    axes.fill_between(study.curve.p, level, loss, color="C0", alpha=0.2)
    axes.set_ylim(bottom=0)
    _name_loss(axes, study, loss)
    _name_gap(axes, study, (loss + level) / 2)
    _name_floor(axes, study, unit)
    _mark(axes, study, level, lowest=True)
    axes.set_title(_("cross-entropy, {unit}").format(unit=unit.label))


def _name_loss(axes: "Axes", study: MleStudy, loss: Array) -> None:
    """Write what the curve is beside its higher end, where there is room within."""
    from sce_cli.drawing.plot import dark

    left = loss[0] >= loss[-1]
    at = int(np.searchsorted(study.curve.p, BESIDE if left else 1 - BESIDE))
    side, offset = ("left", 10) if left else ("right", -10)
    axes.annotate(
        f"{loss_name(study)}(q, p)",
        (float(study.curve.p[at]), float(loss[at])),
        (offset, 0),
        textcoords="offset points",
        color=dark(axes.lines[0].get_color()),
        weight="bold",
        ha=side,
    )


def _name_gap(axes: "Axes", study: MleStudy, middle: Array) -> None:
    """Write what is shaded above the curve's lowest part, with a line to it."""
    left = bool(middle[0] >= middle[-1])
    at = int(np.searchsorted(study.curve.p, WITHIN if left else 1 - WITHIN))
    axes.annotate(
        _("gap KL(q‖p)"),
        (float(study.curve.p[at]), float(middle[at])),
        (0.6 if left else 0.4, 0.82),
        textcoords="axes fraction",
        ha="center",
        arrowprops={"arrowstyle": "-", "color": "0.4"},
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _name_floor(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    """Write the floor below its line where there is room, else above it; on the side away from p̂."""
    level, best = study.entropy * unit.per_nat, float(study.estimate[0])
    below = level > 0.2 * axes.get_ylim()[1]
    axes.annotate(
        _("floor H(q) = {floor}").format(floor=number(study.entropy * unit.per_nat)),
        (0.02 if best > 0.5 else 0.98, level),
        (0, -8 if below else 6),
        textcoords="offset points",
        ha="left" if best > 0.5 else "right",
        va="top" if below else "bottom",
    )


def _mark(axes: "Axes", study: MleStudy, height: float, *, lowest: bool = False) -> None:
    """Mark p̂, above a peak or, where the curve is lowest, at the top of its line; the axis ends where p does."""
    from sce_cli.drawing.plot import short

    best = float(study.estimate[0])
    axes.plot([best], [height], "o", color="black", markersize=9, zorder=5, clip_on=False)
    axes.axvline(best, ymax=1 if lowest else 1 - HEADROOM, color="0.4", linestyle=":", linewidth=1.5)
    side = "right" if best > (0.5 if lowest else 0.9) else "left" if lowest or best < 0.1 else "center"
    axes.annotate(
        f"p̂ {equals(best)}",
        (best, 1 if lowest else height),
        ({"right": -8, "left": 8, "center": 0}[side], -4 if lowest else 10),
        xycoords=("data", "axes fraction" if lowest else "data"),
        textcoords="offset points",
        ha=side,
        va="top" if lowest else "bottom",
    )
    axes.set_xlim(0, 1)
    axes.set_xlabel(f"p = P({short(study.names[0])})")
