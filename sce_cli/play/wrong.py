"""Sure and wrong: cross-entropy against the squared error, and their slopes, for two scores (t, 0)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from rich.cells import set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.beside import Beside
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.numbers import number
from sce_cli.numerals import written
from sce_cli.play.demonstration import Knob, State, marker, slider, turned
from sce_cli.translation import N_, _

FARTHEST = 10.0
"""How far t goes to either side."""

POINTS = np.linspace(-FARTHEST, FARTHEST, 401)

RIGHT = np.array([1.0, 0.0])
"""The target: class 0 is right."""


@dataclass(frozen=True, eq=False)
class Wrong(State):
    """The lead t of the right class."""

    TITLE = N_("wrong: what a loss says to one who is sure and wrong")
    KEYS = N_("z = (t, 0), and class 0 is right")
    EXPLAINED = (
        N_("Towards t = −10 the slope of cross-entropy goes to −1;"),
        N_("that of the squared error dies: it never learns better."),
    )

    t: float = 0.0

    def after(self, key: str) -> Self:
        """Move t."""
        return turned(self, key, [Knob("t", _moved)])

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """Both losses, and both slopes by t."""
        cross_entropy, squared_error, slope, flat = _losses(np.array([self.t]))
        return {
            "prediction": core.softmax([self.t, 0.0]),
            "cross_entropy": float(cross_entropy[0]),
            "squared_error": float(squared_error[0]),
            "cross_entropy_slope": float(slope[0]),
            "squared_error_slope": float(flat[0]),
        }

    @property
    def line(self) -> Sequence[str]:
        """`sce grad` at these scores, which derives the slope of cross-entropy there."""
        return ["grad", written(self.t), "0", "--label", "0"]

    def frame(self, rows: int) -> RenderableType:
        """Draw the losses and their slopes, side by side."""
        return WrongFrame(self, rows)


def _moved(state: Wrong, steps: int) -> Wrong:
    t = min(max(round(state.t + steps / 10, 10), -FARTHEST), FARTHEST)
    return state if t == state.t else replace(state, t=t)


def _losses(t: Array) -> tuple[Array, Array, Array, Array]:
    """Return cross-entropy, ½Σ(p − q)² and their derivatives by t, for scores (t, 0), shape (G,) each."""
    logits = np.column_stack([t, np.zeros(t.size)])
    prediction = core.softmax(logits)
    off = prediction - RIGHT
    return (
        core.cross_entropy_from_logits(RIGHT, logits),
        (off**2).sum(axis=1) / 2,
        core.cross_entropy_gradient(RIGHT, logits)[:, 0],
        np.einsum("gk,gk->g", core.softmax_jacobian(logits)[:, 0], off),
    )


LOSSES = np.stack(_losses(POINTS))
"""The curves, shape (4, G): they never move."""


@dataclass(frozen=True, eq=False)
class WrongFrame:
    """The picture of both losses."""

    state: Wrong
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        state, numbers, height = self.state, self.state.numbers, max(self.rows - 9, 4)
        share = (state.t + FARTHEST) / (2 * FARTHEST)
        drawn = slider(share, options.max_width - 32, options.ascii_only)
        yield f"{marker(chosen=True)}t = {state.t:5.1f} {drawn}   p = {numbers['prediction'][0]:.6f}"
        yield ""
        yield Beside(
            self._chart(_("the losses over t"), LOSSES[:2], ("cross_entropy", "squared_error"), height),
            self._chart(_("their slopes over t"), LOSSES[2:], ("cross_entropy_slope", "squared_error_slope"), height),
        )
        yield ""
        for letter, name, key in (
            ("c", _("cross-entropy"), "cross_entropy"),
            ("s", _("squared error"), "squared_error"),
        ):
            loss, slope = number(numbers[key]), number(numbers[f"{key}_slope"])
            yield f"  {letter}  {set_cell_size(name, 16)} {_('loss')} {loss:>9}   {_('slope')} {slope:>10}"

    def _chart(self, caption: str, curves: Array, names: tuple[str, str], height: int) -> Chart:
        first, second = ((self.state.t, self.state.numbers[name]) for name in names)
        return Chart(POINTS, curves, first, caption, letters="cs", also=(second,), height=height)
