"""How a text table is written down, and its rows: split into cells, below what stands above the table."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, POINT
from sce_cli.datasets.spelling import cleaned
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

csv.field_size_limit(2**31 - 1)  # a cell may have any length; a long one in a column that isn't read does no harm

BLANKS = " "
"""Stands for runs of blanks and tabs."""

NAMES = {"comma": COMMA, "semicolon": ";", "tab": "\t", r"\t": "\t", "bar": "|", "pipe": "|", "space": BLANKS}
NAMES |= {"blank": BLANKS, "blanks": BLANKS, "spaces": BLANKS, "": BLANKS}

SAMPLE = 500
"""Rows that are looked at before the table is read."""

COMMENT = re.compile(r"\s*(?:#|%|//)\s*")
"""Begins a line that is a remark."""

Row = tuple[int, list[str]]
"""The line where a row begins, counted from 1, and its cells."""


@dataclass(frozen=True)
class TextSettings:
    """What the command line says about a text table; None where it is to be found from the text."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    no_header: bool = False


@dataclass(frozen=True)
class Dialect:
    """The encoding by Python's name, whether it was guessed, the separator of cells, and lines above the table.

    padded: whether blanks stand between a separator and a quote. quote: the sign around cells. titles: how many rows
    stand above the table. remark: whether its header stands in a remark. width: of rows that differ in length, the
    cells that each is given; 0 where none does.
    """

    encoding: str
    guessed: bool
    delimiter: str
    above: int = 0
    padded: bool = False
    quote: str = '"'
    titles: int = 0
    remark: bool = False
    width: int = 0

    def lines(self, text: Iterator[str]) -> Iterator[str]:
        """Return the lines of a text without blanks before quotes."""
        if not self.padded:
            return text
        pattern = padding(self.delimiter, self.quote)
        return (pattern.sub(self.quote, line) for line in text)


def delimiter_named(text: str) -> str:
    """Return the separator that --delimiter gives, as a sign or by its name."""
    delimiter = text if text in {"\t", ""} else NAMES.get(text.strip().lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise SceError(
            _("--delimiter {sign} can't separate cells.").format(sign=quoted(text)),
            _("Give one sign or its name: comma, semicolon, tab, bar or blanks, or leave it to be found"),
            Change("--delimiter", None),
        )
    return delimiter


def decimal_named(text: str) -> str:
    """Return the decimal sign that --decimal gives, as a sign or by its name."""
    sign = {"comma": COMMA, "point": POINT, "dot": POINT}.get(text.strip().lower(), text.strip())
    if sign not in {COMMA, POINT}:
        raise SceError(
            _("--decimal {sign} is not a decimal sign.").format(sign=quoted(text)),
            _("Give point or comma"),
            Change("--decimal", "point"),
        )
    return sign


@lru_cache
def padding(delimiter: str, quote: str) -> re.Pattern[str]:
    """Return the pattern of blanks before a quote that begins a cell, or before two that are an empty one."""
    sign = re.escape(delimiter)
    return re.compile(rf"(?<={sign})\x20+{quote}(?!{quote}(?!{sign}|\s*$))")


@lru_cache
def _word(quote: str) -> re.Pattern[str]:
    """Return the pattern of a cell between blanks."""
    return re.compile(rf"{quote}((?:[^{quote}]|{quote}{quote})*){quote}(?=\s|$)|(\S+)")


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have, 0 without rows; of two numbers that without empty cells at their end."""
    if not rows:
        return 0
    written = _commonest(map(len, rows))
    share = fitting(rows, written)
    if share == 1:
        return written
    trimmed = _commonest(map(_trimmed_width, rows))
    return trimmed if fitting(rows, trimmed) > share else written


def _commonest(widths: Iterable[int]) -> int:
    return Counter(widths).most_common(1)[0][0]


def _trimmed_width(cells: Sequence[str]) -> int:
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def fitting(rows: Sequence[Sequence[str]], width: int) -> float:
    """Return the share of the rows that have so many cells, and none but empty ones behind them."""
    fit = sum(len(cells) == width or (len(cells) > width and _trimmed_width(cells) <= width) for cells in rows)
    return fit / len(rows)


def split(lines: Iterator[str], delimiter: str, quote: str = '"') -> Iterator[Row]:
    """Yield each row that isn't blank with the line where it begins."""
    if delimiter == BLANKS:
        for line, content in enumerate(lines, start=1):
            cells = [bare or word.replace(2 * quote, quote) for word, bare in _word(quote).findall(content)]
            if cells:
                yield line, cells
        return
    reader, line = csv.reader(lines, delimiter=delimiter, quotechar=quote), 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def rows(source: Source, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows of a table, its header among them."""
    below = _rows_below(source, dialect)
    if not dialect.width:
        yield from below
        return
    for line, cells in below:
        if not is_no_row(cells, dialect.width):
            yield line, [*cells, *[""] * (dialect.width - len(cells))][: dialect.width]


def _rows_below(source: Source, dialect: Dialect) -> Iterator[Row]:
    with source.text(dialect.encoding) as text:
        for line, cells in split(dialect.lines(text), dialect.delimiter, dialect.quote):
            if line > dialect.above:
                if line == dialect.above + 1:
                    cells = _first(cells, dialect)
                yield line, cells


def _first(cells: list[str], dialect: Dialect) -> list[str]:
    """Return the first row's cells without a mark of byte order, and without what makes them a remark."""
    cells = [cells[0].lstrip("\ufeff"), *cells[1:]]
    return without_remark(cells) if dialect.remark else cells


def without_remark(cells: Sequence[str]) -> list[str]:
    """Return the cells of a remark without its sign."""
    first = COMMENT.sub("", cells[0], count=1)
    return [first, *cells[1:]] if first else list(cells[1:])


def is_no_row(cells: Sequence[str], width: int) -> bool:
    """Whether a line within a table of a width is none of its rows: blanks, a last Ctrl-Z, or a remark."""
    if len(cells) == width:
        return False
    return not any(map(cleaned, cells)) or COMMENT.match(cells[0]) is not None


def as_wide(source: Source, dialect: Dialect, width: int, least: int, first_line: int) -> tuple[Dialect, int] | None:
    """Return the dialect that gives each row so many cells, and how many rows have fewer; None if a row can't be so.

    A row may have more cells only if they are empty. least: the cells that each must have. first_line: of the rows.
    """
    short = 0
    for line, cells in _rows_below(source, dialect):
        if line < first_line or len(cells) == width or is_no_row(cells, width):
            continue
        if len(cells) < least or any(map(cleaned, cells[width:])):
            return None
        short += len(cells) < width
    return replace(dialect, width=width), short
