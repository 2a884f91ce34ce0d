"""Horizontal bars as text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.text import Text

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import column
from sce_cli.drawing.tables import LONGEST_TABLE


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from 0 to 1, one a row, with a label before and the value behind."""

    labels: Sequence[str]
    values: Sequence[float]
    shown: Sequence[str] = field(init=False)
    """The values in as many digits as were asked for when the bars were made."""

    def __post_init__(self) -> None:
        """Print the values."""
        object.__setattr__(self, "shown", column(self.values))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw as wide as the options allow; a long list loses its middle."""
        margin = min(max(cell_len(console.render_str(label).plain) for label in self.labels), options.max_width // 3)
        rows = list(zip(self.labels, self.shown, self.values, strict=True))
        if len(rows) > LONGEST_TABLE:
            rows[LONGEST_TABLE - 2 : -1] = [("…", "", 0.0)]
        digits = max(len(shown) for _, shown, _ in rows)
        length = max(options.max_width - margin - digits - 3, 8)
        for label, shown, value in rows:
            name = set_cell_size(console.render_str(label).plain, margin)
            yield f"{escaped(name)} {shown:>{digits}}  {bar(value, length, options.ascii_only)}"


@dataclass(frozen=True)
class BarColumns:
    """Series of values from 0 to 1 side by side: a row a label, a column of bars a series, headed by its name."""

    labels: Sequence[str]
    series: Mapping[str, Sequence[float]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Draw as wide as the options allow; a long list loses its middle, and a narrow screen the bars."""
        names = [console.render_str(label) for label in self.labels]
        margin = min(max(name.cell_len for name in names), options.max_width // 4)
        width = (options.max_width - margin) // len(self.series) - GAP
        heads = [console.render_str(escaped(name)).plain for name in self.series]
        yield Text(" " * margin + "".join(f"{'':{GAP}}{_fit(head, width)}" for head in heads), style="bold")
        rows = list(zip(names, zip(*self.series.values(), strict=True), strict=True))
        if len(rows) > LONGEST_TABLE:
            rows[LONGEST_TABLE - 2 : -1] = [(Text("…"), (math.nan,) * len(self.series))]
        for name, values in rows:
            cells = (_fit(_valued(value, width, options.ascii_only), width) for value in values)
            yield Text(_fit(name.plain, margin) + "".join(f"{'':{GAP}}{cell}" for cell in cells))


GAP = 2
"""Columns between two series."""


def _fit(text: str, width: int) -> str:
    return set_cell_size(text, width)


def _valued(value: float, width: int, ascii_only: bool) -> str:
    """Return a value to three decimals with its bar, as far as there is room for one."""
    if math.isnan(value):
        return ""
    return f"{_three_decimals(value)} {bar(value, max(width - 6, 0), ascii_only)}"


def _three_decimals(value: float) -> str:
    """Format a value from 0 to 1; what is neither 0 nor 1 doesn't read as one of them."""
    if 0 < value < 0.0005:
        return "<.001"
    return ">.999" if 0.9995 <= value < 1 else f"{value:.3f}"


@dataclass(frozen=True)
class Stack:
    """Parts ≥ 0 of a whole above 0: a row each, its bar beginning where the one before ends, and last the whole's.

    labels, numbers: texts, one a part and one for the whole. parts: finite.
    """

    labels: Sequence[str]
    numbers: Sequence[str]
    parts: Sequence[float]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Draw as wide as the options allow."""
        names = [console.render_str(label) for label in self.labels]
        margin, digits = max(name.cell_len for name in names), max(map(len, self.numbers))
        length, largest = max(options.max_width - margin - digits - 4, 8), max(self.parts)
        scaled = [part / largest for part in self.parts]  # whose sum doesn't overflow
        shares = [part / sum(scaled) for part in scaled]
        begins = [*list(accumulate(shares, initial=0.0))[:-1], 0.0]
        for name, shown, begin, share in zip(names, self.numbers, begins, [*shares, 1.0], strict=True):
            drawn = " " * int(begin * length) + bar(share, length, options.ascii_only)
            yield Text(f"{_fit(name.plain, margin)}  {shown:>{digits}}  {drawn}")


def stacked(values: Sequence[float], most: float, length: int, ascii_only: bool) -> str:
    """Return parts of one bar end to end, each in an ink of its own; its full length stands for `most` and beyond."""
    inks = "=-." if ascii_only else "█░▒"
    ends = [0, *(round(min(end / most, 1) * length) for end in accumulate(values))]
    return "".join(ink * (end - begin) for ink, begin, end in zip(inks, ends, ends[1:], strict=False))


def bar(value: float, length: int, ascii_only: bool) -> str:
    """Return a bar whose full length stands for 1."""
    eighths = ("", "-", "-", "-", "=", "=", "=", "=") if ascii_only else ("", *"▏▎▍▌▋▊▉")
    whole = "=" if ascii_only else "█"
    filled, part = divmod(round(value * length * 8), 8)
    return f"{whole * filled}{eighths[part]}"
