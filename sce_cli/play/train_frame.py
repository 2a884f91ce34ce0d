"""The picture of a training: the plane of two features beside the loss."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from sce_cli.core.checks import Array
from sce_cli.datasets import Table
from sce_cli.drawing.beside import Beside
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.drawing.plane import Plane, letters
from sce_cli.play.demonstration import marker
from sce_cli.play.training import Training
from sce_cli.translation import N_, _

FEATURES = {"": N_("x, y"), "2": N_("x, y, squares"), "3": N_("x, y, up to cubes"), "sines": N_("x, y, sines")}
"""What enters the scores, by the name of the expansion."""

MARGIN = 0.05
"""Of the plane beyond the farthest points, as a share of their range."""

MOST_POINTS = 1000
"""Examples that are drawn."""

PLANE = 0.56
"""The plane's share of the width."""

FEWEST_EPOCHS = 11
"""Places that there are for epochs from the beginning."""

HIGHEST_LOSS = 10.0
"""Where the curves are cut off, nats."""


@dataclass(frozen=True, eq=False)
class TrainFrame:
    """The picture of a training."""

    table: Table
    training: Training
    chosen: int
    """Which of the knobs."""

    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw as wide as the options allow."""
        train_loss, train_accuracy, _test_loss, test_accuracy = self.training.history[-1]
        across, up = map(escaped, self.table.feature_names)
        for line in (*self._knobs(), f"  x {across}    y {up} "):
            yield _cut(console.render_str(line), options.max_width)
        yield Beside(self._plane(), self._losses(), PLANE)
        yield (
            "  "
            + _("epoch {epoch}  loss {loss} nats  right {train}, test {test}").format(
                epoch=self.training.epochs,
                loss=f"{train_loss:.4f}",
                train=f"{train_accuracy:.1%}",
                test=f"{test_accuracy:.1%}",
            )
        )
        yield _cut(console.render_str(self._state()), options.max_width)

    def _knobs(self) -> Iterator[str]:
        """Yield the knobs in two lines."""
        chosen = self.training.settings
        rate = "-" if self.training.rate is None else number(self.training.rate)
        shown = [
            f"[bold]f[/] {_(FEATURES[chosen.expand])}",
            f"η {rate}",
            f"[bold]l[/] λ {number(chosen.l2)}",
            f"[bold]o[/] {chosen.optimizers[0]}",
            f"[bold]d[/] {escaped(self.table.name)} ",
        ]
        knobs = [f"{marker(chosen=self.chosen == place)}{knob}" for place, knob in enumerate(shown)]
        yield "   ".join(knobs[:3])
        yield "   ".join(knobs[3:])

    def _plane(self) -> Plane:
        training, width = self.training, self.training.parts.mean.size
        shown = slice(MOST_POINTS)
        points = training.train.features[shown, :width] * training.parts.scale + training.parts.mean
        marks = letters(self.table.class_names)
        return Plane(_ranges(points), training.predicted, points, training.train.labels[shown], marks, self._height)

    @property
    def _height(self) -> int:
        return max(self.rows - 5, 5)

    def _losses(self) -> Chart:
        history = np.array(self.training.history)
        reach = max(len(history), FEWEST_EPOCHS)
        losses = np.full((2, reach), np.nan)
        losses[:, : len(history)] = np.minimum(history[:, [0, 2]].T, HIGHEST_LOSS)
        x = np.arange(reach, dtype=float)
        mark = (x[len(history) - 1], float(losses[0, len(history) - 1]))
        caption = _("loss: l learnt, t test")
        return Chart(x, losses, mark, caption, letters="lt", level=0.0, height=self._height - 3)

    def _state(self) -> str:
        """Return what the letters mean, or how the training ended."""
        if self.training.overshot:
            return "  " + _("The loss is above where it began: the learning rate is too large.")
        names = self.table.class_names
        marks = zip(letters(names), names, strict=True)
        listed = ", ".join(mark if mark == name else f"{mark} {escaped(f'{name} ').strip()}" for mark, name in marks)
        return "  " + _("{letters}; a capital is a wrong one").format(letters=listed)


def _cut(line: Text, width: int) -> Text:
    """Return a line, cut off where it is longer than the screen is wide: names may be long."""
    line.truncate(width, overflow="ellipsis")
    return line


def _ranges(points: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of the plane in x and in y, a little beyond the points."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, MARGIN * (high - low), 1.0)
    x, y = np.stack([low - margin, high + margin], axis=1).tolist()
    return (x[0], x[1]), (y[0], y[1])
