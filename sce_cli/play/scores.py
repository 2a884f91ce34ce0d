"""Scores as sliders: softmax, its loss, and its gradient, which pushes each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.bars import bar
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.numerals import written
from sce_cli.play.demonstration import Knob, State, marker, slider, stepped, turned
from sce_cli.translation import N_, _

MOST_CLASSES = 7
"""What a screen of twenty rows holds."""

FARTHEST = 1e6
"""The size of the largest score."""

COLDEST, HOTTEST = 0.01, 1000.0

NEAR = 5.0
"""How far the sliders reach, unless a score is farther."""

LONGEST_NAME = 10
"""Columns for the name of a class."""


@dataclass(frozen=True, eq=False)
class Scores(State):
    """Scores of some classes, the true one, and a temperature."""

    TITLE = N_("scores: softmax and its loss")
    KEYS = N_("[bold]h[/] the formula as it is written in books")
    EXPLAINED = (
        N_("The loss is −ln p of the true class, its slope p − q:"),
        N_("the true score is pushed up, the others down, as p is off."),
    )

    logits: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    label: int = 0
    temperature: float = 1.0
    naive: bool = False
    """Whether the formula as it is written is shown too."""

    def after(self, key: str) -> Self:
        """Turn what is chosen, or show the naive formula or not."""
        return replace(self, naive=not self.naive) if key == "h" else turned(self, key, self.knobs)

    @property
    def knobs(self) -> list[Knob]:
        """The scores, the temperature, and the true class."""
        scores = [Knob(name, _moved(k)) for k, name in enumerate(self.names)]
        return [*scores, Knob("T", _heated), Knob("y", _relabelled)]

    @cached_property
    def scaled(self) -> Array:
        """z/T, shape (K,)."""
        return np.array(self.logits) / self.temperature

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """Softmax, its loss and its gradient."""
        target = core.one_hot(self.label, len(self.logits))
        return {
            "prediction": core.softmax(self.scaled),
            "log_sum": float(core.logsumexp(self.scaled)),
            "cross_entropy": float(core.cross_entropy_from_logits(target, self.scaled)),
            "gradient": core.cross_entropy_gradient(target, self.scaled),
            "naive_prediction": core.naive_softmax(self.scaled),
        }

    @property
    def line(self) -> Sequence[str]:
        """`sce softmax` with these scores."""
        numbered = self.names == tuple(map(str, range(len(self.names))))
        scores = map(written, self.logits)
        words = [*scores] if numbered else [f"{name}={z}" for name, z in zip(self.names, scores, strict=True)]
        return ["softmax", *words, *(["--temperature", written(self.temperature)] if self.temperature != 1 else [])]

    def frame(self, rows: int) -> RenderableType:
        """Draw a row a class, then temperature, class and loss."""
        return ScoresFrame(self)


def _moved(place: int) -> Any:
    def turn(state: Scores, steps: int) -> Scores:
        before = state.logits[place]
        after = stepped(before, steps, 0.1, -FARTHEST, FARTHEST) if np.isfinite(before) else before
        logits = (*state.logits[:place], after, *state.logits[place + 1 :])
        return state if after == before else replace(state, logits=logits)

    return turn


def _heated(state: Scores, steps: int) -> Scores:
    temperature = heated(state.temperature, steps)
    return state if temperature == state.temperature else replace(state, temperature=temperature)


def heated(temperature: float, steps: int) -> float:
    """Return a temperature so many steps hotter: 0.05 each up to 1, 0.1 up to 10, then coarser."""
    unit = 0.05 if temperature < 1 or (temperature == 1 and steps < 0) else 0.1
    if temperature >= 1 and unit == 0.1:
        return stepped(temperature, steps, unit, COLDEST, HOTTEST)
    return min(max(float(f"{temperature + steps * unit:.10g}"), unit), HOTTEST)


def _relabelled(state: Scores, steps: int) -> Scores:
    label = (state.label + (1 if steps > 0 else -1)) % len(state.logits)
    return state if label == state.label or state.logits[label] == -np.inf else replace(state, label=label)


@dataclass(frozen=True, eq=False)
class ScoresFrame:
    """The picture of scores."""

    state: Scores

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw as wide as the options allow."""
        state, ascii_only = self.state, options.ascii_only
        plain = [console.render_str(escaped(name)).plain for name in state.names]
        names = [set_cell_size(name, min(cell_len(name), LONGEST_NAME)) for name in plain]
        margin = max(5, *map(cell_len, names))
        left = options.max_width - margin - 36
        length = max(left // 2, 6)
        grip = max(min(left - length, 15), 5)
        yield ""
        yield f"[bold]  {set_cell_size(_('class'), margin)} {'z':>8} {'':{grip}}  {'p':<8} {'':{length}} p − q[/]"
        for place, name in enumerate(names):
            row = self._row(place, length, grip, ascii_only)
            yield f"{marker(chosen=state.chosen == place)}{escaped(set_cell_size(name, margin))} {row}"
        yield ""
        share = float(np.log10(state.temperature / COLDEST) / np.log10(HOTTEST / COLDEST))
        knob = f"{'T':{margin}} {number(state.temperature):>8} {slider(share, grip, ascii_only)}"
        yield f"{marker(chosen=state.chosen == len(names))}{knob}  {_('divides the scores')}"
        true = escaped(f"{'':{max(8 - cell_len(names[state.label]), 0)}}{names[state.label]} ")
        yield f"{marker(chosen=state.chosen == len(names) + 1)}{'y':{margin}} {true}{'':{grip}} {_('the true class')}"
        yield ""
        yield from self._loss()
        yield from self._naive() if state.naive else ()

    def _row(self, place: int, length: int, grip: int, ascii_only: bool) -> str:
        """Return a score, its slider, p with its bar, and the arrow of its push."""
        state, numbers = self.state, self.state.numbers
        z, p, gradient = state.logits[place], float(numbers["prediction"][place]), float(numbers["gradient"][place])
        reach = max(NEAR, *(abs(z) for z in state.logits if np.isfinite(z)))
        shown = f"{z:.1f}" if np.isfinite(z) and abs(z) < 1e5 and round(z, 1) == z else number(z)
        drawn = bar(p, length, ascii_only)
        colour = "green" if place == state.label else "default"
        push = f"{round(gradient, 3) + 0.0:+.3f} {_arrow(-gradient, ascii_only)}"
        return (
            f"{shown:>8} {slider((z + reach) / (2 * reach), grip, ascii_only)}  {p:.6f} "
            f"[{colour}]{drawn}[/]{'':{length - len(drawn)}} {push}"
        )

    def _loss(self) -> Iterator[str]:
        state, numbers = self.state, self.state.numbers
        formula = "ln Σ e^z − z_y" if state.temperature == 1 else "ln Σ e^(z/T) − z_y/T"
        total, own, loss = numbers["log_sum"], float(state.scaled[state.label]), numbers["cross_entropy"]
        difference = f"{number(total)} − {number(own)}" if own >= 0 else f"{number(total)} + {number(-own)}"
        yield f"  {_('loss')} = {formula}"
        yield f"  {'':{cell_len(_('loss'))}} = {difference} = [bold]{number(loss)}[/] {_('nats')}"

    def _naive(self) -> Iterator[str]:
        """Yield the formula as it is written, for the class that is chosen or the true one."""
        state = self.state
        place = state.chosen if state.chosen < len(state.logits) else state.label
        with np.errstate(over="ignore", under="ignore"):
            exponentials = np.exp(state.scaled)
            above, below = float(exponentials[place]), float(exponentials.sum())
        quotient = float(state.numbers["naive_prediction"][place])
        result = _("[bold red]no number (nan)[/]") if np.isnan(quotient) else number(quotient)
        formula = "e^z / Σ e^z" if state.temperature == 1 else "e^(z/T) / Σ e^(z/T)"
        yield f"  {_('as written')}: {formula}"
        yield f"  {'':{cell_len(_('as written'))}}  = {number(above)} / {number(below)} = {result}"


LEAST_PUSH = 0.0005
"""What three decimals show."""


def _arrow(push: float, ascii_only: bool) -> str:
    """Return an arrow in the direction of a push from −1 to 1, whose length tells its size."""
    left, right, shaft, rest = "<>-." if ascii_only else "←→─·"
    if abs(push) < LEAST_PUSH:
        return rest
    line = shaft * round(4 * abs(push))
    return f"{line}{right}" if push > 0 else f"{left}{line}"
