"""A next word, drawn from softmax(z/T) again and again: the tally approaches p."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.bars import BarColumns
from sce_cli.drawing.numbers import number
from sce_cli.numerals import written
from sce_cli.play.demonstration import Knob, State, marker, turned
from sce_cli.play.scores import heated
from sce_cli.translation import N_, _, ngettext

BEGINNING = N_("The cat sat on the")

LOGITS = {
    "mat": 5.2,
    "sofa": 4.6,
    "floor": 4.5,
    "chair": 4.3,
    "bed": 4.2,
    "table": 4.0,
    "couch": 3.9,
    "roof": 3.8,
    "windowsill": 3.6,
    "fence": 3.4,
    "rug": 3.3,
    "wall": 3.0,
    "step": 2.9,
    "lap": 2.8,
    "carpet": 2.7,
    "bench": 2.6,
    "stairs": 2.5,
    "grass": 2.4,
    "pillow": 2.3,
    "keyboard": 2.2,
    "box": 2.1,
    "porch": 2.0,
    "car": 1.9,
    "desk": 1.8,
    "ground": 1.7,
    "branch": 1.5,
    "balcony": 1.4,
    "newspaper": 1.2,
    "piano": 1.0,
    "suitcase": 0.8,
    "stove": 0.6,
    "laptop": 0.5,
    "hat": 0.2,
    "moon": -0.6,
    "throne": -0.9,
    "dog": -1.2,
    "idea": -2.5,
}
"""Scores of the words that may come next, the likeliest first: made up, and of the size that a language model gives."""

WORDS = tuple(LOGITS)

SHOWN = N_(
    "mat sofa floor chair bed table couch roof windowsill fence rug wall step lap carpet bench stairs grass pillow "
    "keyboard box porch car desk ground branch balcony newspaper piano suitcase stove laptop hat moon throne dog idea"
)
"""The same words as a reader sees them, with blanks between them; translated where they are shown."""

PAUSE = 0.2
"""Seconds between two draws that can be followed."""

MOST_DRAWS = 1_000_000

KEPT = 7
"""The last words that are shown."""

BURST = 20
"""Of so many draws so far, one more is drawn at a time: a long tally hardly moves by one."""


@dataclass(frozen=True, eq=False)
class Sample(State):
    """A temperature, and the words drawn at it so far."""

    TITLE = N_("sample: the next word, drawn at a temperature")
    KEYS = N_("[bold]space[/] run or stop  [bold]n[/] draw one")
    EXPLAINED = (
        N_("Each word is drawn with its p; the tally comes near to p."),
        N_("Cold, the likeliest always wins; hot, anything may come."),
    )

    temperature: float = 1.0
    seed: int = 0
    tally: tuple[int, ...] = (0,) * len(WORDS)
    """How often each word came, in the order of WORDS."""

    last: tuple[int, ...] = ()
    running: bool = False

    def after(self, key: str) -> Self:
        """Draw, run or stop, or change the temperature, which begins a new tally."""
        if key == " ":
            return replace(self, running=not self.running)
        if key in {"n", "tick"}:
            return self.drawn(1 if key == "n" else max(self.draws // BURST, 1))
        return turned(self, key, [Knob("T", _heated)])

    @property
    def pause(self) -> float | None:
        """Seconds until the next draw."""
        return PAUSE if self.running and self.draws < MOST_DRAWS else None

    @property
    def draws(self) -> int:
        """How many words have been drawn."""
        return sum(self.tally)

    def drawn(self, count: int) -> Self:
        """Return the state after further draws: the seed's stream of numbers goes on where it was."""
        count = min(count, MOST_DRAWS - self.draws)
        if count < 1:
            return self
        stream = np.random.Generator(np.random.PCG64(self.seed).advance(self.draws))
        ends = self.numbers["prediction"].cumsum()
        words = np.minimum(ends.searchsorted(stream.random(count), side="right"), len(WORDS) - 1)
        tally = np.array(self.tally) + np.bincount(words, minlength=len(WORDS))
        last = (*self.last, *words[-KEPT:].tolist())[-KEPT:]
        return replace(self, tally=tuple(tally.tolist()), last=last)

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """Softmax and the tally."""
        prediction = core.softmax(np.array([*LOGITS.values()]) / self.temperature)
        share: Array = np.array(self.tally) / max(self.draws, 1)
        return {
            "words": WORDS,
            "logits": tuple(LOGITS.values()),
            "prediction": prediction,
            "share": share,
            "draws": self.draws,
            "entropy": float(core.entropy(prediction)),
        }

    @property
    def settings(self) -> Mapping[str, Any]:
        """Where it stands."""
        return {"temperature": self.temperature, "seed": self.seed, "draws": self.draws, "running": self.running}

    @property
    def line(self) -> Sequence[str]:
        """This demonstration: no other command draws."""
        words = ["play", "sample", "--temperature", written(self.temperature), "--draws", str(self.draws)]
        return [*words, *(["--seed", str(self.seed)] if self.seed else [])]

    def frame(self, rows: int) -> RenderableType:
        """Draw the sentence with its last words, and p beside the tally."""
        return SampleFrame(self, rows)


def _heated(state: Sample, steps: int) -> Sample:
    temperature = heated(state.temperature, steps)
    if temperature == state.temperature:
        return state
    return replace(state, temperature=temperature, tally=Sample.tally, last=())


@dataclass(frozen=True, eq=False)
class SampleFrame:
    """The picture of a sample."""

    state: Sample
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        state, numbers = self.state, self.state.numbers
        entropy = number(numbers["entropy"])
        drawn = ngettext("{count} word drawn", "{count} words drawn", state.draws).format(count=state.draws)
        yield f"{marker(chosen=True)}T = {written(state.temperature):<6} H(p) = {entropy} {_('nats')}   {drawn}"
        yield ""
        words = _(SHOWN).split()
        *before, newest = [words[word] for word in state.last] or ["…"]
        yield f"  {_(BEGINNING)} [bold]{newest}[/]"
        yield f"  {', '.join(reversed(before))}"
        yield ""
        shown = max(self.rows - 7, 3)
        columns = {
            "p": _with_others(numbers["prediction"], shown),
            _("share of those drawn"): _with_others(numbers["share"], shown),
        }
        yield BarColumns([*words[:shown], _("others")], columns)


def _with_others(values: Array, shown: int) -> list[float]:
    return [*values[:shown].tolist(), float(values[shown:].sum())]
