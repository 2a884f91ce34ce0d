"""A curve as text: braille dots where the stream carries them, ASCII elsewhere."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions

from sce_cli.core.checks import Array

HEIGHT = 9
"""Text rows of the drawing, without the axis."""

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each of a braille character's 4 × 2 dots, added to U+2800 (The Unicode Standard, chapter 21.1)."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A curve y(x) under a caption, with round ticks at both ends of both axes and a marked point (x, y).

    x and y: shape (G,), finite, x increasing; the mark lies within their range.
    """

    x: Array
    y: Array
    mark: tuple[float, float]
    caption: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw as wide as the options allow."""
        x_ticks = round_ticks(float(self.x[0]), float(self.x[-1]), 5)
        y_ticks = round_ticks(float(self.y.min()), float(self.y.max()), 3)
        row_of = dict(zip((_cell(tick, y_ticks[::-1], HEIGHT) for tick in y_ticks), labels(y_ticks), strict=True))
        margin = max(map(len, row_of.values()))
        columns = max(options.max_width - margin - 2, 10)
        lines = self._lines(x_ticks, y_ticks, columns, options.ascii_only)
        row, column = _cell(self.mark[1], y_ticks[::-1], HEIGHT), _cell(self.mark[0], x_ticks, columns)
        lines[row] = lines[row][:column] + "●" + lines[row][column + 1 :]

        bar, tee, corner, dash = "|++-" if options.ascii_only else "│┤└─"
        yield self.caption
        for index, line in enumerate(lines):
            label = row_of.get(index, "")
            yield f"{label:>{margin}} {tee if label else bar}{line.rstrip()}"
        yield f"{'':>{margin}} {corner}{dash * columns}"
        yield f"{'':>{margin}}  {_label_line(x_ticks, columns)}"

    def _lines(self, x_ticks: list[float], y_ticks: list[float], columns: int, ascii_only: bool) -> list[str]:
        """Return HEIGHT strings of `columns` characters with the curve on them."""
        across, down = (1, 1) if ascii_only else (2, 4)
        dot_columns = (np.arange(columns * across) - (across - 1) / 2) / (across * (columns - 1))
        at = x_ticks[0] * (1 - dot_columns) + x_ticks[-1] * dot_columns
        height = np.interp(at, self.x, self.y, left=np.nan, right=np.nan)
        level = _share(height, y_ticks[::-1]) * (HEIGHT - 1) * down + (down - 1) / 2
        halfway = (level[1:] + level[:-1]) / 2
        ends = np.stack([level, np.append(level[:1], halfway), np.append(halfway, level[-1:])])
        dot = np.arange(HEIGHT * down)[:, np.newaxis]
        dots = (dot >= np.rint(np.fmin.reduce(ends))) & (dot <= np.rint(np.fmax.reduce(ends)))
        if ascii_only:
            return ["".join(np.where(line, "*", " ")) for line in dots]
        cells = dots.reshape(HEIGHT, 4, columns, 2).transpose(0, 2, 1, 3)
        codes = (cells * DOTS).sum(axis=(2, 3))
        return ["".join(chr(0x2800 + code) if code else " " for code in line) for line in codes]


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten that enclose [low, high], about `most` intervals.

    low ≤ high, both finite. Halves are subtracted, because high − low may overflow.
    """
    half = high / 2 - low / 2
    if half <= max(abs(low), abs(high)) * 1e-13:  # one value, or one but for rounding
        half = abs(low) / 4 or 0.5
        low, high = low - half, low + half
    rough = half / most * 2
    power = math.floor(math.log10(rough))
    factor = next(factor for factor in (1, 2, 5, 10) if float(f"{factor}e{power}") >= rough * (1 - 1e-9))
    step = float(f"{factor}e{power}")
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{index * step:.15g}") for index in range(first, last + 1)]


def labels(ticks: list[float]) -> list[str]:
    """Return the ticks in as few digits as tell them apart."""
    digits = next(digits for digits in range(6, 18) if len({f"{tick:.{digits}g}" for tick in ticks}) == len(ticks))
    return [f"{tick:.{digits}g}" for tick in ticks]


def _share(value: Any, ticks: list[float]) -> Any:
    """Return how far a value lies from the first tick to the last, from 0 to 1."""
    return (value / 2 - ticks[0] / 2) / (ticks[-1] / 2 - ticks[0] / 2)


def _cell(value: float, ticks: list[float], cells: int) -> int:
    """Return the cell, of `cells` with the first tick's and the last's at the ends, that holds a value."""
    cell: int = round(_share(value, ticks) * (cells - 1))
    return cell


def _label_line(ticks: list[float], columns: int) -> str:
    """Return a line with each tick's label centred below its cell; the ends stay inside, and none touch."""
    line = " " * columns
    named = list(zip(ticks, labels(ticks), strict=True))
    for tick, label in (named[0], named[-1], *named[1:-1]):
        start = min(max(_cell(tick, ticks, columns) - len(label) // 2, 0), columns - len(label))
        if not line[max(start - 1, 0) : start + len(label) + 1].strip():
            line = line[:start] + label + line[start + len(label) :]
    return line.rstrip()
