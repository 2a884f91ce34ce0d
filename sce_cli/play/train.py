"""A classifier that grows epoch by epoch on a table of two features, and what can be changed on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from rich.console import RenderableType

from sce_cli.core.expansion import EXPANSIONS
from sce_cli.datasets import MADE, Table, load
from sce_cli.numerals import written
from sce_cli.play.demonstration import STEPS, Knob, State, turned
from sce_cli.play.train_frame import TrainFrame
from sce_cli.play.training import Training, begun
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.translation import N_

PAUSE = 0.1
"""Seconds between two epochs that can be watched."""

PENALTIES = (0.0, 1e-3, 1e-2, 1e-1, 1.0)

LADDER = tuple(float(f"{digit}e{power}") for power in range(-4, 4) for digit in (1, 2, 5))
"""Learning rates that the arrows lead to."""

SETS = tuple(MADE)

MOST_EPOCHS = 10_000


@dataclass(frozen=True, eq=False)
class Source:
    """A table of two features, and the words of the command line that name it."""

    table: Table
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Train(State):
    """A table, and a training on it."""

    TITLE = N_("train: a classifier in the plane of two features")
    KEYS = N_("[bold]space[/] run, stop  [bold]n[/] epoch  [bold]+ -[/] η  [bold]o f l d[/] as the knobs above")
    EXPLAINED = (
        N_("With x and y alone borders are straight; squares and sines"),
        N_("bend them. A new set, feature or optimiser begins anew."),
    )

    source: Source
    training: Training
    own: Source | None = None
    """The table that it began with, where that is none of the made ones."""

    running: bool = False

    @property
    def pause(self) -> float | None:
        """Seconds until the next epoch."""
        return PAUSE if self.running else None

    def after(self, key: str) -> Self:
        """Run, stop, take one epoch, or turn one of the knobs, by its letter too."""
        if key == " ":
            return replace(self, running=not self.running and not self.training.over)
        if key in {"n", "tick"}:
            return self._on()
        if key in RATE_KEYS:
            rated: Self = _rated(self, RATE_KEYS[key])
            return rated
        if key in LETTERS_OF:
            after: Self = self.knobs[LETTERS_OF.index(key)].turn(self, 1)
            return after
        return turned(self, key, self.knobs) if key in {*STEPS, "up", "down"} else self

    def _on(self) -> Self:
        training = self.training.after_an_epoch() if self.training.epochs < MOST_EPOCHS else self.training
        goes_on = self.running and not training.over and training.epochs < MOST_EPOCHS
        if training is self.training and goes_on == self.running:
            return self
        return replace(self, training=training, running=goes_on)

    @property
    def knobs(self) -> list[Knob]:
        """The features, the learning rate, the penalty, the optimiser and the data."""
        return [
            Knob("f", _expanded),
            Knob("η", _rated),
            Knob("l", _penalised),
            Knob("o", _optimised),
            Knob("d", _supplied),
        ]

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """Where the training stands."""
        train_loss, train_accuracy, test_loss, test_accuracy = self.training.history[-1]
        return {
            "epochs": self.training.epochs,
            "learning_rate": self.training.rate,
            "train_loss": train_loss,
            "train_accuracy": train_accuracy,
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
            "overshot": self.training.overshot,
        }

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was decided."""
        chosen, table = self.training.settings, self.source.table
        return {
            "data": table.name,
            "features": table.feature_names,
            "expand": chosen.expand,
            "optimizer": chosen.optimizers[0],
            "l2": chosen.l2,
            "seed": chosen.seed,
            "running": self.running,
        }

    @property
    def line(self) -> Sequence[str]:
        """`sce train` with what is set now; before the first epoch, this demonstration."""
        chosen, default = self.training.settings, TrainSettings()
        given = {
            "--expand": chosen.expand,
            "--optimizer": chosen.optimizers[0] if chosen.optimizers != default.optimizers else "",
            "--learning-rate": written(chosen.learning_rate) if chosen.learning_rate and self.training.rate else "",
            "--l2": written(chosen.l2) if chosen.l2 != default.l2 else "",
            "--seed": str(chosen.seed) if chosen.seed else "",
            "--epochs": str(self.training.epochs) if self.training.epochs else "",
        }
        begin = ["train"] if self.training.epochs else ["play", "train"]
        options = [word for option, value in given.items() if value for word in (option, value)]
        return [*begin, *self.source.words, *options]

    def frame(self, rows: int) -> RenderableType:
        """Draw the plane beside the loss."""
        return TrainFrame(self.source.table, self.training, self.chosen, rows)


RATE_KEYS = {"+": 1, "=": 1, "-": -1, "_": -1, "−": -1}
"""Plus and minus, on whatever level of the keyboard."""

LETTERS_OF = ("f", "η", "l", "o", "d")
"""The letter of each knob; the learning rate has + and - too."""


def opened(source: Source, settings: TrainSettings, epochs: int) -> Train:
    """Return the demonstration after some epochs on a table of two features."""
    training = begun(source.table, settings)
    for _epoch in range(epochs):
        training = training.after_an_epoch()
    own = None if source.table.name in MADE else source
    return Train(source=source, training=training, own=own)


def _anew(state: Train, **changed: Any) -> Train:
    """Return the state with other settings, before its first epoch; what suited the data is found again."""
    settings = replace(state.training.settings, **changed)
    return replace(state, training=begun(state.source.table, settings))


def _next(values: Sequence[Any], value: Any, steps: int) -> Any:
    return values[(values.index(value) + (1 if steps > 0 else -1)) % len(values)]


def _expanded(state: Train, steps: int) -> Train:
    return _anew(state, expand=_next(("", *EXPANSIONS), state.training.settings.expand, steps), learning_rate=None)


def _optimised(state: Train, steps: int) -> Train:
    name = _next(tuple(OPTIMIZERS), state.training.settings.optimizers[0], steps)
    return _anew(state, optimizers=(name,), learning_rate=None)


def _rated(state: Train, steps: int) -> Any:
    rate = state.training.rate
    if rate is None:
        return state
    places = [place for place, step in enumerate(LADDER) if (step > rate * 1.001 if steps > 0 else step < rate * 0.999)]
    if not places:
        return state
    return replace(state, training=state.training.with_rate(LADDER[places[0] if steps > 0 else places[-1]]))


def _penalised(state: Train, steps: int) -> Train:
    before = state.training.settings.l2
    nearest = min(PENALTIES, key=lambda penalty: abs(penalty - before))
    penalty = _next(PENALTIES, nearest, steps)
    if not state.training.epochs:
        return _anew(state, l2=penalty)
    return replace(state, training=state.training.with_penalty(penalty))


def _supplied(state: Train, steps: int) -> Train:
    sources: list[Source | str] = [*([state.own] if state.own else []), *SETS]
    names = [source if isinstance(source, str) else source.table.name for source in sources]
    chosen = _next(sources, sources[names.index(state.source.table.name)], steps)
    seed = state.training.settings.seed
    source = Source(load(chosen, seed=seed), ("--data", chosen)) if isinstance(chosen, str) else chosen
    return _anew(replace(state, source=source), learning_rate=None)
