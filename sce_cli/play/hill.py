"""p on the hill of the likelihood: its height, its slope, and what the loss has above its floor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Self

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.core.grids import with_value
from sce_cli.drawing.bars import stacked
from sce_cli.drawing.beside import Beside
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.numerals import written
from sce_cli.play.demonstration import Knob, State, marker, turned
from sce_cli.translation import N_, _

COLOURS = (N_("white"), N_("black"))

MOST_BALLS = 10_000

LEAST = 0.01
"""p goes from here to 1 − LEAST: at 0 and 1 the logarithm ends."""

DEEPEST = -6.0
"""How far below its peak ln L is drawn, nats: e^−6 of the peak looks like 0."""

REACH = 4.0
"""Standard deviations around the peak that are drawn closely."""

TANGENT = 0.15
"""How far a tangent reaches to either side."""

POINTS = np.linspace(LEAST, 1 - LEAST, 197)


@dataclass(frozen=True, eq=False)
class Hill(State):
    """Balls of two colours, and a p of the first one."""

    TITLE = N_("hill: which p explains the balls?")
    KEYS = N_("[bold]w[/] one more ball of the first colour  [bold]b[/] of the second one")
    EXPLAINED = (
        N_("L and ln L peak at the same p, where their slope is 0:"),
        N_("there the loss −ln L/N is its floor H(q), and KL is 0."),
    )

    counts: tuple[int, int] = (6, 4)
    names: tuple[str, str] = COLOURS
    p: float = 0.5

    def after(self, key: str) -> Self:
        """Move p, or add a ball or take one away."""
        if key in {"w", "b"}:
            added: Self = _added("wb".index(key), self, 1)
            return added
        return turned(self, key, self.knobs)

    @property
    def knobs(self) -> list[Knob]:
        """p, and the balls of each colour."""
        colours = [Knob(name, partial(_added, k)) for k, name in enumerate(self.names)]
        return [Knob("p", _walked), *colours]

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """The likelihood at p, its slope, and the loss in its two parts."""
        distribution = np.array([self.p, 1 - self.p])
        q = core.maximum_likelihood_estimate(self.counts)
        log_likelihood = float(core.log_likelihood(self.counts, distribution))
        return {
            "estimate": float(q[0]),
            "likelihood": float(core.likelihood(self.counts, distribution)),
            "log_likelihood": log_likelihood,
            "slope": float(core.log_likelihood_gradient(self.counts, distribution) @ np.array([1.0, -1.0])),
            "mean_loss": -log_likelihood / sum(self.counts),
            "entropy": float(core.entropy(q)),
            "divergence": float(core.kl_divergence(q, distribution)),
        }

    @property
    def called(self) -> Sequence[str]:
        """The colours as a reader sees them."""
        return [*map(_, self.names)] if self.names == COLOURS else self.names

    @property
    def line(self) -> Sequence[str]:
        """`sce mle` on the peak; elsewhere this demonstration, for no other command stands at p."""
        named = [] if self.names == COLOURS else ["--names", ",".join(self.names)]
        counts = ["--counts", ",".join(map(str, self.counts)), *named]
        if self.p == self.numbers["estimate"]:
            return (
                ["mle", *counts] if named else ["mle", "--white", str(self.counts[0]), "--black", str(self.counts[1])]
            )
        return ["play", "hill", *counts, "--probability", written(self.p)]

    def frame(self, rows: int) -> RenderableType:
        """Draw L and ln L, each with its tangent, side by side, and the loss below."""
        return HillFrame(self, rows)

    @cached_property
    def grid(self) -> Array:
        """Where the hill is drawn: evenly, closely around its peak, and at p; shape (G,), increasing."""
        peak, balls = self.numbers["estimate"], sum(self.counts)
        deviation = np.sqrt(peak * (1 - peak) / balls) + 1 / balls
        near = peak + deviation * np.linspace(-REACH, REACH, 61)
        return with_value([*POINTS, *near[(near > 0) & (near < 1)], peak], self.p)

    @cached_property
    def curves(self) -> tuple[Array, Array]:
        """Ln L from its peak down along the grid, shape (G,), and that at p, shape ()."""
        peak = core.log_likelihood(self.counts, core.maximum_likelihood_estimate(self.counts))
        hill = core.log_likelihood(self.counts, np.column_stack([self.grid, 1 - self.grid])) - peak
        return hill, np.asarray(self.numbers["log_likelihood"] - peak)


def _added(place: int, state: Hill, balls: int) -> Any:
    before = state.counts[place]
    after = min(max(before + balls, 0), MOST_BALLS)
    counts = (after, state.counts[1]) if place == 0 else (state.counts[0], after)
    return replace(state, counts=counts) if after != before and any(counts) else state


def _walked(state: Hill, steps: int) -> Hill:
    p = min(max(round(state.p + steps * LEAST, 2), LEAST), 1 - LEAST)
    return state if p == state.p else replace(state, p=p)


@dataclass(frozen=True, eq=False)
class HillFrame:
    """The picture of a hill."""

    state: Hill
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        state, numbers = self.state, self.state.numbers
        (first, second), (here, there) = state.counts, map(escaped, state.called)
        knobs = (f"p = {written(state.p)}", f"{first} {here} ", f"{second} {there} ")
        yield "".join(f"{marker(chosen=state.chosen == place)}{knob}   " for place, knob in enumerate(knobs))
        yield ""
        yield self._hills()
        yield ""
        yield (
            f"  L = {number(numbers['likelihood'])}   ln L = {number(numbers['log_likelihood'])} {_('nats')}   "
            f"{_('slope')} = {number(numbers['slope'])}"
        )
        parts = [numbers["entropy"], numbers["divergence"]]
        yield (
            f"  −ln L/N = H(q) + KL = {number(parts[0])} + {number(parts[1])} = "
            f"[bold]{number(numbers['mean_loss'])}[/] {_('nats')}"
        )
        yield f"  {stacked(parts, 2 * np.log(2), options.max_width - 4, options.ascii_only)}"

    def _hills(self) -> Beside:
        state = self.state
        (log_hill, log_here), slope, height = state.curves, state.numbers["slope"], max(self.rows - 9, 4)
        away = state.grid - state.p
        near = np.abs(away) <= TANGENT
        tangent = np.where(near, log_here + slope * away, np.nan)
        with np.errstate(under="ignore"):
            hill, here = np.exp(log_hill), float(np.exp(log_here))
            flat = np.where(near, here + here * slope * away, np.nan)
        below = max(float(log_here), DEEPEST)
        return Beside(
            _drawn(state.grid, (hill, flat), Window(_("L, its peak as 1"), 0, 1), (state.p, here), height),
            _drawn(
                state.grid, (log_hill, tangent), Window(_("ln L, its peak as 0"), DEEPEST, 0), (state.p, below), height
            ),
        )


@dataclass(frozen=True)
class Window:
    """How much of a hill is drawn: from `low` up to `high`, its peak."""

    caption: str
    low: float
    high: float


def _drawn(grid: Array, curves: tuple[Array, Array], window: Window, mark: tuple[float, float], height: int) -> Chart:
    """Return a chart of a hill and its tangent, as far as they lie in the window; the mark always does."""
    both = np.stack([np.minimum(curves[0], window.high), curves[1]])  # the peak may be above itself by rounding
    both = np.where((both >= window.low) & (both <= window.high), both, np.nan)
    both[0, grid == mark[0]] = mark[1]
    return Chart(grid, both, mark, window.caption, height=height)
