"""The ticks of an axis made of text: round numbers, their labels, and the cells where they stand."""

import math
from typing import Any

from sce_cli.drawing.numbers import short_exponent

SMALLEST = 1e-290
"""Numbers that are smaller are no number of steps apart: a tenth of their distance may be no float."""


def round_ticks(low: float, high: float, most: int, least: float = 0.0) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten that enclose [low, high], about `most` intervals.

    low ≤ high, both finite. least: of an interval. Halves are subtracted, because high − low may overflow.
    """
    half = high / 2 - low / 2
    if half <= max(max(abs(low), abs(high)) * 1e-13, SMALLEST):  # one value, or one but for rounding
        half = abs(low) / 4 if abs(low) > SMALLEST else 0.5
        low, high = low - half, low + half
    rough = max(half / most * 2, least)
    power = math.floor(math.log10(rough))
    factor = next(factor for factor in (1, 2, 5, 10) if float(f"{factor}e{power}") >= rough * (1 - 1e-9))
    step = float(f"{factor}e{power}")
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{index * step:.15g}") for index in range(first, last + 1)]


def labels(ticks: list[float]) -> list[str]:
    """Return the ticks in as few digits as tell them apart."""
    digits = next(digits for digits in range(6, 18) if len({f"{tick:.{digits}g}" for tick in ticks}) == len(ticks))
    return [short_exponent(f"{tick:.{digits}g}") for tick in ticks]


def power(exponent: float) -> str:
    """Return 10^exponent as an axis has it: 0.1, 1, 10, and far out 1e-5."""
    return f"{10.0**exponent:g}" if abs(exponent) < 4 else f"1e{exponent:g}"


def share(value: Any, ticks: list[float]) -> Any:
    """Return how far a value lies from the first tick to the last, from 0 to 1."""
    return (value / 2 - ticks[0] / 2) / (ticks[-1] / 2 - ticks[0] / 2)


def cell_of(value: float, ticks: list[float], cells: int) -> int:
    """Return the cell, of `cells` with the first tick's and the last's at the ends, that holds a value."""
    cell: int = round(share(value, ticks) * (cells - 1))
    return cell


def even_cells(intervals: int, about: int) -> int:
    """Return about so many cells, with as many between any two ticks; intervals: from the first tick to the last."""
    return intervals * max(round((about - 1) / intervals), 1) + 1


def most_even_cells(intervals: int, most: int) -> int:
    """Return the largest such number of cells that isn't larger than `most`, which holds every tick."""
    return intervals * max((most - 1) // intervals, 1) + 1


def label_line(ticks: list[float], names: list[str], columns: int) -> str:
    """Return a line with each tick's label centred below its cell; the ends stay inside, and none touch."""
    line = " " * columns
    named = list(zip(ticks, names, strict=True))
    for tick, label in (named[0], named[-1], *named[1:-1]):
        start = min(max(cell_of(tick, ticks, columns) - len(label) // 2, 0), columns - len(label))
        if not line[max(start - 1, 0) : start + len(label) + 1].strip():
            line = line[:start] + label + line[start + len(label) :]
    return line.rstrip()
