"""The names of curves stand behind their ends, in their order, and never on each other."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from sce_cli.drawing import plot
from sce_cli.drawing.curve_ends import APART, name_ends


def drawn(*heights: float, level: float | None = None) -> Axes:
    """Return axes from 0 to 1 with curves that end at heights, each with its name."""
    axes = plot.panels(1, "a title")[1][0]
    for height in heights:
        axes.plot([0, 1], [0.5, height])
    if level is not None:
        axes.axhline(level)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    name_ends(axes, [f"{height}" for height in heights], "" if level is None else "level")
    return axes


def places(axes: Axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in axes.texts}


def test_names_stand_at_the_ends_that_are_apart() -> None:
    assert places(drawn(0.2, 0.8, level=0.5)) == {"0.2": (1.02, 0.2), "0.8": (1.02, 0.8), "level": (1.02, 0.5)}


@pytest.mark.parametrize("heights", [(0.5, 0.51, 0.52), (0.0, 0.001, 0.002), (1.0, 0.999, 0.3), (0.1, 0.15, 0.9, 0.14)])
def test_names_that_would_touch_make_way_in_their_order(heights: tuple[float, ...]) -> None:
    shown = [places(drawn(*heights))[str(height)][1] for height in sorted(heights)]
    assert (np.diff(shown) >= APART - 1e-12).all()
    assert min(shown) >= 0
    assert max(shown) <= 1
    assert max(abs(at - height) for at, height in zip(shown, sorted(heights), strict=True)) < 3 * APART


def test_the_name_of_a_curve_that_ends_early_stands_there_if_no_other_runs_there() -> None:
    def short_one(other: float) -> tuple[float, float]:
        axes = plot.panels(1, "a title")[1][0]
        axes.plot([0, 1], [other, other])
        axes.plot([0, 0.2], [0.5, 0.4])
        axes.set(xlim=(0, 1), ylim=(0, 1))
        name_ends(axes, ["long", "short"])
        return places(axes)["short"]

    assert short_one(0.8) == pytest.approx((0.23, 0.4))
    assert short_one(0.42)[0] == 1.02


def test_names_have_the_curves_colours_but_darker() -> None:
    axes = drawn(0.2, 0.8)
    for line, text in zip(axes.lines, axes.texts, strict=True):
        assert text.get_color() == plot.dark(line.get_color())
