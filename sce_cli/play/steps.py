"""Descent on the loss of drawn balls: one learning rate, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
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
from sce_cli.play.demonstration import Knob, State, marker, stepped, turned
from sce_cli.translation import N_, _, ngettext

FARTHEST = 8.0
"""How far the picture reaches to either side of 0."""

START = -4.0

POINTS = np.linspace(-FARTHEST, FARTHEST, 321)

LEAST_RATE, MOST_RATE = 0.1, 1000.0

MOST_STEPS = 1000

SHOWN = 30
"""Steps of the trail that are drawn, the last ones."""

FEWEST = 11
"""Places that there are for steps from the beginning."""

ARRIVED = 1e-6
"""How near the optimum a position has arrived, on the scale of a score."""

HALF = 0.5
"""A step that leaves more of the distance creeps."""


@dataclass(frozen=True, eq=False)
class Steps(State):
    """Balls, a learning rate, and where it has led so far."""

    TITLE = N_("steps: how long a step may be")
    KEYS = N_("[bold]space[/] take a step  [bold]x[/] the loss or its parabola")
    EXPLAINED = (
        N_("A step is η times the slope: too small it creeps, too large"),
        N_("it jumps. The slope has a bound; a parabola's has none."),
    )

    counts: tuple[int, int] = (6, 4)
    learning_rate: float = 1.0
    trail: tuple[float, ...] = (START,)
    """The logits it has been at, the start first."""

    parabola: bool = False
    met: bool = False
    """Whether a step beyond the bound has led across the optimum: only then is the bound shown."""

    def after(self, key: str) -> Self:
        """Take a step, change the function, or turn what is chosen, which begins anew."""
        if key == " ":
            return self.stepped() if self.steps < MOST_STEPS else self
        if key == "x":
            return replace(self, parabola=not self.parabola, trail=self.trail[:1])
        return turned(self, key, [Knob("η", _faster), Knob("z", _elsewhere)])

    def stepped(self) -> Self:
        """Return the state after one step against the slope."""
        before = np.array(self.trail[-1:])
        with np.errstate(over="ignore", invalid="ignore"):
            here = float((before - core.GradientDescent(self.learning_rate)(self.slope(before)))[0])
        crossed = (here - self.optimum) * (self.trail[-1] - self.optimum) < 0
        met = self.met or (crossed and self.learning_rate > self.bound)
        return replace(self, trail=(*self.trail, here), met=met) if np.isfinite(here) else self

    @property
    def steps(self) -> int:
        """How many have been taken."""
        return len(self.trail) - 1

    @cached_property
    def target(self) -> Array:
        """q, the frequencies of the balls."""
        return core.maximum_likelihood_estimate(self.counts)

    @property
    def optimum(self) -> float:
        """The logit whose softmax is q."""
        return float(np.log(self.target[0]) - np.log(self.target[1]))

    @property
    def curvature(self) -> float:
        """p̂(1 − p̂), the loss's second derivative at its optimum."""
        return float(core.softmax_jacobian([self.optimum, 0.0])[0, 0])

    @property
    def bound(self) -> float:
        """2/curvature: a longer step can't settle at the optimum."""
        return 2 / self.curvature

    def loss(self, z: Array) -> Array:
        """Return the loss of logits (z, 0), or its parabola, nats; shape (G,)."""
        if self.parabola:
            return np.asarray(core.entropy(self.target) + self.curvature / 2 * (z - self.optimum) ** 2)
        return core.cross_entropy_from_logits(self.target, _pairs(z))

    @property
    def valley(self) -> Array:
        """The loss along POINTS, which a step doesn't change."""
        return _valley(self.counts, self.parabola)

    def slope(self, z: Array) -> Array:
        """Return its derivative."""
        if self.parabola:
            return np.asarray(self.curvature * (z - self.optimum))
        return core.cross_entropy_gradient(self.target, _pairs(z))[:, 0]

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """Where it stands, and how it goes."""
        here = np.array(self.trail[-1:])
        with np.errstate(over="ignore", invalid="ignore"):
            return {
                "logit": float(here[0]),
                "loss": float(self.loss(here)[0]),
                "slope": float(self.slope(here)[0]),
                "optimum": self.optimum,
                "bound": self.bound if self.met else None,
            }

    @property
    def line(self) -> Sequence[str]:
        """This demonstration, for no other command takes single steps."""
        words = ["play", "steps", "--learning-rate", written(self.learning_rate), "--steps", str(self.steps)]
        words += [] if self.counts == (6, 4) else ["--counts", ",".join(map(str, self.counts))]
        words += [] if self.trail[0] == START else ["--start", written(self.trail[0])]
        return [*words, *["--parabola"] * self.parabola]

    def frame(self, rows: int) -> RenderableType:
        """Draw the loss with the trail on it, and the trail over the steps."""
        return StepsFrame(self, rows)


@cache
def _valley(counts: tuple[int, int], parabola: bool) -> Array:
    return Steps(counts=counts, parabola=parabola).loss(POINTS)


def _pairs(z: Array) -> Array:
    return np.column_stack([z, np.zeros(z.size)])


def _faster(state: Steps, steps: int) -> Steps:
    rate = stepped(state.learning_rate, steps, 0.1, LEAST_RATE, MOST_RATE)
    return state if rate == state.learning_rate else replace(state, learning_rate=rate, trail=state.trail[:1])


def _elsewhere(state: Steps, steps: int) -> Steps:
    start = min(max(round(state.trail[0] + steps / 10, 10), -FARTHEST), FARTHEST)
    return state if start == state.trail[0] else replace(state, trail=(start,))


def manner(state: Steps) -> str:
    """Return what the last step was like, in a sentence."""
    if state.steps == 0:
        return _("Space takes a step.")
    before, here = (z - state.optimum for z in state.trail[-2:])
    if abs(here) < ARRIVED:
        return _("It has arrived.")
    if before * here > 0:
        return _("It creeps: most of the way is left.") if abs(here) > HALF * abs(before) else _("Straight there.")
    if state.learning_rate <= state.bound:
        if abs(here) >= abs(before):
            return _("A zigzag: this step leads to the other side, and no nearer.")
        return _("A zigzag: each step leads to the other side, and nearer.")
    return _("It runs away: each step is longer.") if state.parabola else _("A cycle: it goes around for ever.")


@dataclass(frozen=True, eq=False)
class StepsFrame:
    """The picture of a descent."""

    state: Steps
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        state, numbers = self.state, self.state.numbers
        knobs = (f"η = {written(state.learning_rate)}", _("start z = {z}").format(z=written(state.trail[0])))
        shown = "".join(
            f"{marker(chosen=state.chosen == place)}{set_cell_size(knob, 17)}" for place, knob in enumerate(knobs)
        )
        yield shown + ngettext("{count} step", "{count} steps", state.steps).format(count=state.steps)
        yield ""
        yield Beside(self._valley(), self._over_steps())
        yield ""
        yield (
            f"  z = {number(numbers['logit'])}   {_('loss')} = {number(numbers['loss'])} {_('nats')}   "
            f"{_('slope')} = {number(numbers['slope'])}"
        )
        yield f"  {manner(state)}"
        if state.met:
            bound = f"{state.bound:.4g}"
            yield "  " + _("Beyond η = 2/(p̂(1 − p̂)) = {bound} no step settles.").format(bound=bound)

    @property
    def _height(self) -> int:
        return max(self.rows - 10, 4)

    def _valley(self) -> Chart:
        """Return the loss over z, with the trail on it, as far as the picture reaches."""
        state = self.state
        seen = [z for z in state.trail[-SHOWN:] if abs(z) <= FARTHEST]
        points = [*zip(seen, state.loss(np.array(seen)).tolist(), strict=True)] if seen else []
        inside = abs(state.trail[-1]) <= FARTHEST
        caption = _("its parabola over z") if state.parabola else _("the loss over z")
        return Chart(
            POINTS,
            state.valley,
            points[-1] if inside else None,
            caption,
            also=points[:-1] if inside else points,
            height=self._height,
        )

    def _over_steps(self) -> Chart:
        """Return z over the last steps; a dashed line is the optimum."""
        state = self.state
        first = max(state.steps - SHOWN, 0)
        trail = np.clip(state.trail[first:], -FARTHEST, FARTHEST)
        reach = max(trail.size, FEWEST)
        y = np.concatenate([trail, np.full(reach - trail.size, np.nan)])
        caption = _("z over the steps")
        points = [*zip(range(first, state.steps + 1), trail.tolist(), strict=True)]
        x = np.arange(first, first + reach, dtype=float)
        return Chart(x, y, points[-1], caption, level=state.optimum, height=self._height)
