"""Curves as text: braille dots where the stream carries them, ASCII elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from sce_cli.core.checks import Array
from sce_cli.drawing.screen import PICTURE_ROWS
from sce_cli.drawing.ticks import cell_of, even_cells, label_line, labels, most_even_cells, power, round_ticks, share

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each of a braille character's 4 × 2 dots, added to U+2800 (The Unicode Standard, chapter 21.1)."""

LETTERS_EACH = 3
"""How often a curve bears its letter, where there is room."""

DETOUR = 8
"""Columns that a letter moves along its curve to stand where no other curve runs."""


@dataclass(frozen=True, eq=False)
class Chart:
    """Curves y(x) under a caption, with round ticks at both ends of both axes, a marked point and a dashed level.

    x: shape (G,), finite, increasing. y: shape (G,), or (C, G) for C curves; NaN where a curve isn't drawn.
    mark: (x, y) within their range. letters: one a curve, to tell several apart. level: a height of its own.
    powers: which of the axes, "x", "y" or "xy", have logarithms to base 10 on them, labelled with their powers.
    also: further points, drawn smaller. height: text rows at most, without the axis and the caption.
    """

    x: Array
    y: Array
    mark: tuple[float, float] | None
    caption: str
    letters: str = ""
    level: float | None = None
    powers: str = ""
    also: Sequence[tuple[float, float]] = ()
    height: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as wide as the options allow, and about as tall as the screen wants: its ticks stand at even gaps."""
        level = np.nan if self.level is None else self.level
        low, high = float(np.fmin(np.nanmin(self.y), level)), float(np.fmax(np.nanmax(self.y), level))
        x_ticks = round_ticks(float(self.x[0]), float(self.x[-1]), 5, least="x" in self.powers)
        y_ticks = round_ticks(low, high, 3, least="y" in self.powers)
        rows = self._rows(len(y_ticks) - 1, console)
        named, across = self._names("y", y_ticks), self._names("x", x_ticks)
        row_of = dict(zip((cell_of(tick, y_ticks[::-1], rows) for tick in y_ticks), named, strict=True))
        margin = max(map(len, row_of.values()))
        columns = most_even_cells(len(x_ticks) - 1, max(options.max_width - margin - 2, 10))
        bar, tee, corner, dash = "|++-" if options.ascii_only else "│┤└─"
        yield self.caption
        for index, line in enumerate(self._cells(x_ticks, y_ticks, (rows, columns), options.ascii_only)):
            label = row_of.get(index, "")
            yield Segment(f"{label:>{margin}} {tee if label else bar}{''.join(line).rstrip()}\n")
        yield Segment(f"{'':>{margin}} {corner}{dash * columns}\n")
        yield Segment(f"{'':>{margin}}  {label_line(x_ticks, across, columns)}\n")

    def _rows(self, intervals: int, console: Console) -> int:
        """Return the rows: about as many as the screen wants, or at most as many as there are."""
        if self.height is not None:
            return most_even_cells(intervals, self.height)
        return even_cells(intervals, getattr(console, "picture_rows", PICTURE_ROWS))

    def _names(self, axis: str, ticks: list[float]) -> list[str]:
        return list(map(power, ticks)) if axis in self.powers else labels(ticks)

    def _cells(
        self, x_ticks: list[float], y_ticks: list[float], shape: tuple[int, int], ascii_only: bool
    ) -> NDArray[np.str_]:
        """Return the characters inside the axes. shape: rows and columns."""
        rows, columns = shape
        across, down = (1, 1) if ascii_only else (2, 4)
        x, y = share(self.x, x_ticks), share(np.atleast_2d(self.y), y_ticks[::-1])
        dots = np.stack([_dots(x, curve, shape, across, down) for curve in y])
        dots = dots.reshape(-1, rows, down, columns, across).swapaxes(2, 3)
        inked = np.any(dots, axis=(3, 4))
        codes = inked.any(axis=0) * ord("*") if ascii_only else 0x2800 + (dots.any(axis=0) * DOTS).sum(axis=(2, 3))
        cells = np.where(inked.any(axis=0), np.vectorize(chr)(codes), " ")
        if self.level is not None:
            line = cells[cell_of(self.level, y_ticks[::-1], rows)]
            line[line == " "] = "-" if ascii_only else "╌"
        marked = None
        if self.mark is not None:
            marked = cell_of(self.mark[1], y_ticks[::-1], rows), cell_of(self.mark[0], x_ticks, columns)
            cells[marked] = "@" if ascii_only and self.also else "●"
        if self.letters:
            for curve, row, column in _letter_places(dots.sum(axis=(3, 4)), marked):
                cells[row, column] = self.letters[curve]
        for place, height in self.also:
            at = cell_of(height, y_ticks[::-1], rows), cell_of(place, x_ticks, columns)
            if at != marked:
                cells[at] = "o" if ascii_only else "○"
        return cells


def _dots(x: Array, y: Array, shape: tuple[int, int], across: int, down: int) -> NDArray[np.bool_]:
    """Return where a curve has dots, shape (rows·down, columns·across).

    x, y: its points as shares of the axes, shape (G,). A column's dots span the curve's level in its middle, the ways
    halfway to both neighbours, and the points within at which the curve turns or lies more than a row away, so that
    no spike is lost.
    """
    rows, columns = shape
    middles = (np.arange(columns * across) - (across - 1) / 2) / (across * (columns - 1))
    level = np.interp(middles, x, y, left=np.nan, right=np.nan)
    halfway = (level[1:] + level[:-1]) / 2
    ends = np.stack([level, np.append(level[:1], halfway), np.append(halfway, level[-1:])])
    low, high = np.fmin.reduce(ends), np.fmax.reduce(ends)
    column = np.rint(x * across * (columns - 1) + (across - 1) / 2).astype(int)
    for side in (-1, 1):  # an end may lie in a column whose middle the curve doesn't reach, and is drawn beside it
        beside = np.clip(column + side, 0, level.size - 1)
        column = np.where(np.isnan(level[column]) & ~np.isnan(level[beside]), beside, column)
    direction = np.sign(np.diff(np.pad(y, 1, "reflect", reflect_type="odd")))
    stands_out = (direction[1:] != direction[:-1]) | (np.abs(y - level[column]) * (rows - 1) > 1)  # NaN != NaN
    np.fmin.at(low, column[stands_out], y[stands_out])
    np.fmax.at(high, column[stands_out], y[stands_out])
    first, last = (np.rint(end * (rows - 1) * down + (down - 1) / 2) for end in (low, high))
    dot = np.arange(rows * down)[:, np.newaxis]
    return np.asarray((dot >= first) & (dot <= last))


def _letter_places(ink: NDArray[np.int_], marked: tuple[int, int] | None) -> Iterator[tuple[int, int, int]]:
    """Yield curves with the row and column of a letter: near each right end first, then staggered to the left.

    ink: how many dots each curve has in each cell, shape (C, rows, columns). A letter keeps off the marked cell and
    other letters, and where it can off other curves and steep stretches. Short curves choose first.
    """
    inked = ink > 0
    count, _, columns = ink.shape
    cost = np.where(inked.sum(axis=0) > 1, float(DETOUR), 0.0)
    if marked is not None:
        cost[marked] = np.inf
    steep = inked.sum(axis=1)
    order = [int(curve) for curve in np.argsort((steep > 0).sum(axis=1), kind="stable") if steep[curve].any()]
    for turn in range(LETTERS_EACH):
        for index, curve in enumerate(order):
            at = np.flatnonzero(steep[curve])
            rows = np.argmax(2 * ink[curve].cumsum(axis=0) >= ink[curve].sum(axis=0), axis=0)[at]  # the middle dot's
            stagger = (turn + index / count) / LETTERS_EACH if turn else 0
            price = np.abs(at - at[-1] + stagger * (at[-1] - at[0])) + cost[rows, at] + steep[curve, at]
            best = int(np.argmin(price))
            if price[best] < (columns if turn else np.inf):
                row, column = int(rows[best]), int(at[best])
                cost[row, max(column - 2, 0) : column + 3] += columns
                cost[row, column] = np.inf
                yield curve, row, column
