"""A classifier grows epoch by epoch: its regions in the plane of two features, and its loss."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from sce_cli.core.checks import Array
from sce_cli.core.expansion import EXPANSIONS
from sce_cli.datasets import MADE, Table, load
from sce_cli.drawing.beside import Beside
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.drawing.plane import Plane, letters
from sce_cli.numerals import written
from sce_cli.play.demonstration import STEPS, Knob, State, marker, turned
from sce_cli.play.training import Training, begun
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.translation import N_, _

PAUSE = 0.1
"""Seconds between two epochs that can be watched."""

PENALTIES = (0.0, 1e-3, 1e-2, 1e-1, 1.0)

LADDER = tuple(float(f"{digit}e{power}") for power in range(-4, 4) for digit in (1, 2, 5))
"""Learning rates that the arrows lead to."""

SETS = tuple(MADE)

FEATURES = {"": N_("x, y"), "2": N_("x, y, squares"), "3": N_("x, y, up to cubes"), "sines": N_("x, y, sines")}
"""What enters the scores, by the name of the expansion."""

MARGIN = 0.05
"""Of the plane beyond the farthest points, as a share of their range."""

MOST_POINTS = 1000
"""Examples that are drawn."""

MOST_EPOCHS = 10_000

PLANE = 0.56
"""The plane's share of the width."""


@dataclass(frozen=True, eq=False)
class Source:
    """A table of two features, and the words of the command line that name it."""

    table: Table
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Train(State):
    """A table, and a training on it."""

    TITLE = N_("train: a classifier in the plane of two features")
    KEYS = N_("[bold]space[/] run, stop  [bold]n[/] epoch  [bold]+ -[/] η  [bold]o f l d[/] as the knobs above")
    EXPLAINED = (
        N_("With x and y alone borders are straight; squares and sines"),
        N_("bend them. A new set, feature or optimiser begins anew."),
    )

    source: Source | None = None
    training: Training | None = None
    own: Source | None = None
    """The table that it began with, where that is none of the made ones."""

    running: bool = False

    @property
    def now(self) -> Training:
        """The training."""
        assert self.training is not None, "made by `opened`"
        return self.training

    @property
    def pause(self) -> float | None:
        """Seconds until the next epoch."""
        return PAUSE if self.running else None

    def after(self, key: str) -> Self:
        """Run, stop, take one epoch, or turn one of the knobs, by its letter too."""
        if key == " ":
            return replace(self, running=not self.running and not self.now.over)
        if key in {"n", "tick"}:
            return self._on()
        if key in {"+", "-"}:
            rated: Self = _rated(self, 1 if key == "+" else -1)
            return rated
        if key in LETTERS_OF:
            after: Self = self.knobs[LETTERS_OF.index(key)].turn(self, 1)
            return after
        return turned(self, key, self.knobs) if key in {*STEPS, "up", "down"} else self

    def _on(self) -> Self:
        training = self.now.after_an_epoch() if self.now.epochs < MOST_EPOCHS else self.now
        goes_on = self.running and not training.over and training.epochs < MOST_EPOCHS
        if training is self.now and goes_on == self.running:
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
        train_loss, train_accuracy, test_loss, test_accuracy = self.now.history[-1]
        return {
            "epochs": self.now.epochs,
            "learning_rate": self.now.rate,
            "train_loss": train_loss,
            "train_accuracy": train_accuracy,
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
            "overshot": self.now.overshot,
        }

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was decided."""
        assert self.source is not None
        chosen, table = self.now.settings, self.source.table
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
        assert self.source is not None
        chosen, default = self.now.settings, TrainSettings()
        given = {
            "--expand": chosen.expand,
            "--optimizer": chosen.optimizers[0] if chosen.optimizers != default.optimizers else "",
            "--learning-rate": written(chosen.learning_rate) if chosen.learning_rate and self.now.rate else "",
            "--l2": written(chosen.l2) if chosen.l2 != default.l2 else "",
            "--seed": str(chosen.seed) if chosen.seed else "",
            "--epochs": str(self.now.epochs) if self.now.epochs else "",
        }
        begin = ["train"] if self.now.epochs else ["play", "train"]
        options = [word for option, value in given.items() if value for word in (option, value)]
        return [*begin, *self.source.words, *options]

    def frame(self, rows: int) -> RenderableType:
        """Draw the plane beside the loss."""
        return TrainFrame(self, rows)


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
    assert state.source is not None
    settings = replace(state.now.settings, **changed)
    return replace(state, training=begun(state.source.table, settings))


def _next(values: Sequence[Any], value: Any, steps: int) -> Any:
    return values[(values.index(value) + (1 if steps > 0 else -1)) % len(values)]


def _expanded(state: Train, steps: int) -> Train:
    return _anew(state, expand=_next(("", *EXPANSIONS), state.now.settings.expand, steps), learning_rate=None)


def _optimised(state: Train, steps: int) -> Train:
    name = _next(tuple(OPTIMIZERS), state.now.settings.optimizers[0], steps)
    return _anew(state, optimizers=(name,), learning_rate=None)


def _rated(state: Train, steps: int) -> Any:
    rate = state.now.rate
    if rate is None:
        return state
    places = [place for place, step in enumerate(LADDER) if (step > rate * 1.001 if steps > 0 else step < rate * 0.999)]
    if not places:
        return state
    return replace(state, training=state.now.with_rate(LADDER[places[0] if steps > 0 else places[-1]]))


def _penalised(state: Train, steps: int) -> Train:
    before = state.now.settings.l2
    nearest = min(PENALTIES, key=lambda penalty: abs(penalty - before))
    return replace(state, training=state.now.with_penalty(_next(PENALTIES, nearest, steps)))


def _supplied(state: Train, steps: int) -> Train:
    assert state.source is not None
    sources: list[Source | str] = [*([state.own] if state.own else []), *SETS]
    names = [source if isinstance(source, str) else source.table.name for source in sources]
    chosen = _next(sources, sources[names.index(state.source.table.name)], steps)
    seed = state.now.settings.seed
    source = Source(load(chosen, seed=seed), ("--data", chosen)) if isinstance(chosen, str) else chosen
    return _anew(replace(state, source=source), learning_rate=None)


@dataclass(frozen=True, eq=False)
class TrainFrame:
    """The picture of a training."""

    state: Train
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        numbers = self.state.numbers
        assert self.state.source is not None
        across, up = map(escaped, self.state.source.table.feature_names)
        for line in (*self._knobs(), f"  x {across}    y {up} "):
            yield _cut(console.render_str(line), options.max_width)
        yield Beside(self._plane(), self._losses(), PLANE)
        yield (
            "  "
            + _("epoch {epoch}  loss {loss} nats  right {train}, test {test}").format(
                epoch=numbers["epochs"],
                loss=f"{numbers['train_loss']:.4f}",
                train=f"{numbers['train_accuracy']:.1%}",
                test=f"{numbers['test_accuracy']:.1%}",
            )
        )
        yield _cut(console.render_str(self._state()), options.max_width)

    def _knobs(self) -> Iterator[str]:
        """Yield the knobs in two lines."""
        chosen = self.state.now.settings
        rate = "-" if self.state.now.rate is None else number(self.state.now.rate)
        assert self.state.source is not None
        shown = [
            f"[bold]f[/] {_(FEATURES[chosen.expand])}",
            f"η {rate}",
            f"[bold]l[/] λ {number(chosen.l2)}",
            f"[bold]o[/] {chosen.optimizers[0]}",
            f"[bold]d[/] {escaped(self.state.source.table.name)} ",
        ]
        knobs = [f"{marker(chosen=self.state.chosen == place)}{knob}" for place, knob in enumerate(shown)]
        yield "   ".join(knobs[:3])
        yield "   ".join(knobs[3:])

    def _plane(self) -> Plane:
        training, width = self.state.now, self.state.now.parts.mean.size
        shown = slice(MOST_POINTS)
        points = training.train.features[shown, :width] * training.parts.scale + training.parts.mean
        assert self.state.source is not None
        marks = letters(self.state.source.table.class_names)
        return Plane(_ranges(points), training.predicted, points, training.train.labels[shown], marks, self._height)

    @property
    def _height(self) -> int:
        return max(self.rows - 5, 5)

    def _losses(self) -> Chart:
        history = np.array(self.state.now.history)
        reach = max(len(history), FEWEST_EPOCHS)
        losses = np.full((2, reach), np.nan)
        losses[:, : len(history)] = np.minimum(history[:, [0, 2]].T, HIGHEST_LOSS)
        x = np.arange(reach, dtype=float)
        mark = (x[len(history) - 1], float(losses[0, len(history) - 1]))
        caption = _("loss: l learnt, t test")
        return Chart(x, losses, mark, caption, letters="lt", level=0.0, height=self._height - 3)

    def _state(self) -> str:
        """Return what the letters mean, or how the training ended."""
        if self.state.now.overshot:
            return "  " + _("The loss is above where it began: the learning rate is too large.")
        assert self.state.source is not None
        names = self.state.source.table.class_names
        marks = zip(letters(names), names, strict=True)
        listed = ", ".join(mark if mark == name else f"{mark} {escaped(f'{name} ').strip()}" for mark, name in marks)
        return "  " + _("{letters}; a capital is a wrong one").format(letters=listed)


def _cut(line: Text, width: int) -> Text:
    """Return a line, cut off where it is longer than the screen is wide: names may be long."""
    line.truncate(width, overflow="ellipsis")
    return line


FEWEST_EPOCHS = 11
"""Places that there are for epochs from the beginning."""

HIGHEST_LOSS = 10.0
"""Where the curves are cut off, nats."""


def _ranges(points: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of the plane in x and in y, a little beyond the points."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, MARGIN * (high - low), 1.0)
    x, y = np.stack([low - margin, high + margin], axis=1).tolist()
    return (x[0], x[1]), (y[0], y[1])
