"""Shades as text: a small grey picture, such as a handwritten digit, and the entries of a matrix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement

from sce_cli.core.checks import Array
from sce_cli.drawing.markup import escaped


@dataclass(frozen=True, eq=False)
class Picture:
    """A rectangle of numbers from 0, left blank, to `highest`, in full ink; each is two characters wide, so square.

    values: shape (rows, columns). Four shades of equal steps stand for what isn't 0.
    """

    values: Array
    highest: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw one line a row."""
        shades = np.array(list(" .:*#" if options.ascii_only else " ░▒▓█"))
        highest = self.highest if self.highest > 0 else 1.0
        level = np.ceil(np.clip(self.values, 0, highest) / highest * (len(shades) - 1)).astype(int)
        for row in shades[level]:
            yield "".join(row.repeat(2))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Ask for no more than its own width, so that something fits beside it."""
        width = 2 * self.values.shape[1]
        return Measurement(width, width)


PALE = 0.005
"""The least size that is drawn in full ink; the three decimals of a smaller one are all but 0."""

CELL = 9
"""Columns of an entry, at least: two of shade, its sign and three decimals, and a gap."""


@dataclass(frozen=True, eq=False)
class ShadedMatrix:
    """A small matrix, the darker a cell the larger its entry's size; the sign and three decimals stand in it.

    values: shape (rows, columns). row_names, column_names: one for each. counts: whether the entries are whole
    numbers of something.
    """

    values: Array
    row_names: Sequence[str]
    column_names: Sequence[str]
    counts: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw one line a row, as many columns as there is room for."""
        shades = " .:*#" if options.ascii_only else " ░▒▓█"
        margin = max(map(cell_len, self.row_names))
        width = max(CELL, *(cell_len(name) + 2 for name in self.column_names))
        every = margin + width * self.values.shape[1] <= options.max_width
        shown = self.values[:, : None if every else max((options.max_width - margin - 2) // width, 1)]
        more = " …" if shown.shape[1] < self.values.shape[1] else ""
        largest = max(float(np.abs(self.values).max()), PALE)
        heads = "".join(f"{'':{width - cell_len(name)}}{name}" for name in self.column_names[: shown.shape[1]])
        yield escaped(f"{'':{margin}}{heads}{more}")
        for name, row in zip(self.row_names, shown, strict=True):
            levels = np.ceil(np.abs(row) / largest * (len(shades) - 1)).astype(int)
            cells = (f"{shades[level] * 2}{self._entry(value)}" for level, value in zip(levels, row, strict=True))
            line = "".join(f"{cell:>{width}}" for cell in cells)
            yield escaped(f"{set_cell_size(name, margin)}{line}{more}")

    def _entry(self, value: float) -> str:
        return f"{value:6.0f}" if self.counts else f"{value + 0.0:+.3f}"
