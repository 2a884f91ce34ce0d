"""Two distributions as bars, and the loss as one bar of two parts: its floor, and the gap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Self

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType

from sce_cli import core
from sce_cli.drawing.bars import BarColumns, stacked
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.numerals import written
from sce_cli.play.demonstration import Knob, State, turned
from sce_cli.translation import N_, _

MOST_OUTCOMES = 7
"""What a screen of twenty rows holds."""

UNITS = 100
"""In how many parts the arrows divide a probability of 1."""


@dataclass(frozen=True, eq=False)
class Floor(State):
    """A target q, a prediction p, and which of them comes first."""

    TITLE = N_("floor: the entropy, below which no loss falls")
    KEYS = N_("[bold]x[/] swap the order of the two")
    EXPLAINED = (
        N_("Move p: H(q) stands still, only KL changes, 0 at p = q."),
        N_("Move q: the floor moves too. Swap them: another KL."),
    )

    target: tuple[float, ...] = (0.6, 0.4)
    prediction: tuple[float, ...] = (0.5, 0.5)
    names: tuple[str, ...] = ("0", "1")
    swapped: bool = False

    def after(self, key: str) -> Self:
        """Move a probability, or swap the order."""
        return replace(self, swapped=not self.swapped) if key == "x" else turned(self, key, self.knobs)

    @property
    def knobs(self) -> list[Knob]:
        """Each outcome's p, and each outcome's q."""
        places = range(len(self.names))
        return [
            Knob(name, partial(move, k))
            for name, move in (("p", _with_prediction), ("q", _with_target))
            for k in places
        ]

    @property
    def order(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """What is true and what is predicted, after a swap too."""
        return (self.prediction, self.target) if self.swapped else (self.target, self.prediction)

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """The loss and its two parts."""
        target, prediction = self.order
        return {
            "entropy": float(core.entropy(target)),
            "cross_entropy": float(core.cross_entropy(target, prediction)),
            "divergence": float(core.kl_divergence(target, prediction)),
        }

    @property
    def line(self) -> Sequence[str]:
        """`sce entropy` with these two."""
        numbered = self.names == tuple(map(str, range(len(self.names))))
        target, prediction = (",".join(map(written, values)) for values in self.order)
        named = [] if numbered else ["--names", ",".join(self.names)]
        return ["entropy", "--target", target, "--prediction", prediction, *named]

    def frame(self, rows: int) -> RenderableType:
        """Draw the bars of both, and the loss below."""
        return FloorFrame(self)


def _with_prediction(place: int, state: Floor, steps: int) -> Floor:
    after = moved(state.prediction, place, steps)
    return state if after == state.prediction else replace(state, prediction=after)


def _with_target(place: int, state: Floor, steps: int) -> Floor:
    after = moved(state.target, place, steps)
    return state if after == state.target else replace(state, target=after)


def moved(shares: tuple[float, ...], place: int, steps: int) -> tuple[float, ...]:
    """Return a distribution in which one share has moved by hundredths, and the others keep their ratio, as rounded.

    shares: summing to 1. Returns whole hundredths, summing to 1.
    """
    own = min(max(round(shares[place] * UNITS) + steps, 0), UNITS)
    others = [share for k, share in enumerate(shares) if k != place]
    total = sum(others)
    ideal = [share / total * (UNITS - own) if total else (UNITS - own) / len(others) for share in others]
    parts = [int(part) for part in ideal]
    by_loss = sorted(range(len(parts)), key=lambda k: parts[k] - ideal[k])
    for k in by_loss[: UNITS - own - sum(parts)]:
        parts[k] += 1
    return tuple(part / UNITS for part in [*parts[:place], own, *parts[place:]])


@dataclass(frozen=True, eq=False)
class FloorFrame:
    """The picture of two distributions."""

    state: Floor

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        state = self.state
        chosen, classes = divmod(state.chosen, len(state.names))[0], len(state.names)
        heads = {
            "› p" if chosen == 0 else "  p": [*state.prediction],
            "› q" if chosen == 1 else "  q": [*state.target],
        }
        labels = [
            f"{'›' if state.chosen % classes == k else ' '} {escaped(f'{name} ')}" for k, name in enumerate(state.names)
        ]
        yield ""
        yield BarColumns(labels, heads)
        yield ""
        yield from self._loss(options)

    def _loss(self, options: ConsoleOptions) -> Iterator[str]:
        """Yield the loss in words, and as a bar."""
        numbers, (q, p) = self.state.numbers, ("p", "q") if self.state.swapped else ("q", "p")
        floor, gap, loss = numbers["entropy"], numbers["divergence"], numbers["cross_entropy"]
        yield f"  CE({q}, {p}) = H({q}) + KL({q}‖{p})"
        yield f"  {number(loss)} = {number(floor)} + {number(gap)} {_('nats')}"
        yield ""
        length = options.max_width - MARGIN - 6
        most = max(2 * float(np.log(len(self.state.names))), 1.0)
        whole, solid = (stacked(parts, most, length, options.ascii_only) for parts in ([floor, gap], [floor]))
        rest = f"{'':{len(solid)}}{whole[len(solid) :]}"
        beyond = "…" if floor + gap > most else ""
        for name, drawn in ((f"H({q})", solid), (f"KL({q}‖{p})", rest + beyond), (f"CE({q}, {p})", whole + beyond)):
            yield f"  {name:<{MARGIN}}{drawn}"


MARGIN = 10
"""Columns of a bar's name."""
