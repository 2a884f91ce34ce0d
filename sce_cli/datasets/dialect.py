"""How a text table is written down: its encoding, what separates its cells, and where its rows begin."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from sce_cli.datasets.encodings import encoding_of
from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, NUMBER, POINT, Form, form_of
from sce_cli.datasets.spelling import cleaned
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

csv.field_size_limit(2**31 - 1)  # a cell may have any length; a long one in a column that isn't read does no harm

BLANKS = " "
"""Stands for runs of blanks and tabs."""

SIGNS = ("\t", ";", "|", COMMA)

SEPARATORS = (COMMA, ";", "\t", "|", BLANKS)

NAMES = {"comma": COMMA, "semicolon": ";", "tab": "\t", r"\t": "\t", "bar": "|", "pipe": "|", "space": BLANKS}
NAMES |= {"blank": BLANKS, "blanks": BLANKS, "spaces": BLANKS, "": BLANKS}

SAMPLE = 500
"""Rows that are looked at before the table is read."""

FEW = 100
"""Rows that are enough to find what separates the cells."""

MOST_WEIGHED = 2000
"""Cells that are weighed for each separator."""

MOST_FITTING = 0.9
"""Share of the rows below a title that are a table's."""

HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line that tells Excel what separates the cells."""

COMMENT = re.compile(r"\s*(?:#|%|//)\s*")
"""Begins a line that is a remark."""

UNCLOSED = re.compile(r"\s*'[^']*|[^']*'\s*")
"""A cell with a single quote whose other one is missing."""

ODD = re.compile(r'[;|\t"]')
"""Signs that are rare within a cell."""

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
        padding = _padding(self.delimiter, self.quote)
        return (padding.sub(self.quote, line) for line in text)


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


def find_dialect(source: Source, settings: TextSettings) -> Dialect:
    """Return how a source is written down: as the settings say, and for the rest as its beginning looks."""
    encoding, guessed = encoding_of(source, settings.encoding)
    with source.text(encoding) as text:
        lines = list(islice(text, FEW))
    hint = HINT.fullmatch(lines[0].lstrip("\ufeff")) if lines else None
    above = 1 if hint else 0
    delimiter = settings.delimiter
    if delimiter is None:
        delimiter = hint[1] if hint else _likeliest(lines)
    quote = _quote(lines, delimiter)
    padded = delimiter != BLANKS and any(map(_padding(delimiter, quote).search, lines))
    return Dialect(encoding, guessed, delimiter, above, padded, quote)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Return what stands around cells: single quotes where at least half of the lines have them and none a double."""
    sign = r"\s" if delimiter == BLANKS else re.escape(delimiter)
    single = re.compile(rf"(?:^|{sign})\x20*'[^']*'\s*(?:{sign}|$)")
    if not lines or any('"' in line for line in lines):
        return '"'
    return "'" if 2 * sum(single.search(line) is not None for line in lines) >= len(lines) else '"'


@lru_cache
def _padding(delimiter: str, quote: str) -> re.Pattern[str]:
    """Return the pattern of blanks before a quote that begins a cell, or before two that are an empty one."""
    sign = re.escape(delimiter)
    return re.compile(rf"(?<={sign})\x20+{quote}(?!{quote}(?!{sign}|\s*$))")


@lru_cache
def _word(quote: str) -> re.Pattern[str]:
    """Return the pattern of a cell between blanks."""
    return re.compile(rf"{quote}((?:[^{quote}]|{quote}{quote})*){quote}(?=\s|$)|(\S+)")


def _likeliest(lines: Sequence[str]) -> str:
    """Return the separator that gives rows of one length, whose cells are numbers most often."""
    likeliest = max(SEPARATORS, key=lambda delimiter: _likelihood(lines, delimiter))
    if likeliest == BLANKS:
        return next((sign for sign in SIGNS if _separates_alone(lines, sign)), BLANKS)
    return likeliest


def _separates_alone(lines: Sequence[str], sign: str) -> bool:
    """Whether a sign gives rows of one length, and tears no cell in quotes, nor leaves several numbers in one."""
    rows = _table_rows(lines, sign)
    width = usual_width(rows)
    if width < 2 or _fitting(rows, width) < 1:
        return False
    return not any(_is_numbers(cell.strip()) or UNCLOSED.fullmatch(cell) for row in rows for cell in row)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have, 0 without rows; of two numbers that without empty cells at their end."""
    if not rows:
        return 0
    written, trimmed = (Counter(widths).most_common(1)[0][0] for widths in (map(len, rows), map(_trimmed_width, rows)))
    return trimmed if _fitting(rows, trimmed) > _fitting(rows, written) else written


def _trimmed_width(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _fitting(rows: Sequence[Sequence[str]], width: int) -> float:
    """Return the share of the rows that have so many cells, and none but empty ones behind them."""
    return sum(len(cells) >= width >= _trimmed_width(cells) for cells in rows) / len(rows)


def _is_numbers(cell: str) -> bool:
    """Whether a cell is several numbers with blanks between them, and not one with its thousands set apart."""
    words = cell.split()
    several = len(words) > 1 and all(NUMBER.fullmatch(word.replace(COMMA, POINT)) for word in words)
    return several and not any(Form(decimal, grouped=True).value(cell) is not None for decimal in (POINT, COMMA))


def _likelihood(lines: Sequence[str], delimiter: str) -> float:
    """Return how likely a separator is: 0 if it separates nothing.

    It's the share of the rows with the usual number of cells, and of the cells that are numbers, without that of the
    cells that have signs in them that other separators or quotes would be.
    """
    rows = _table_rows(lines, delimiter)
    width = usual_width(rows)
    if width < 2 or len(rows[0]) == 1:
        return 0
    cells = [cell.strip() for row in rows for cell in row][:MOST_WEIGHED]
    decimals = (POINT, COMMA) if delimiter == COMMA else (COMMA, POINT)
    numbers = sum(form_of([cell], decimals).value(cell) is not None for cell in cells)
    odd = sum(ODD.search(cell) is not None for cell in cells)
    return _fitting(rows, width) + (numbers - odd) / len(cells)


def _table_rows(lines: Sequence[str], delimiter: str) -> Sequence[list[str]]:
    """Return the rows that aren't blank, without the first ones of one cell if most others are of one length."""
    found = [cells for _line, cells in split(iter(lines), delimiter, _quote(lines, delimiter))]
    rows = [cells for cells in found if any(map(cleaned, cells))]
    first = next((place for place, cells in enumerate(rows) if sum(map(bool, map(cleaned, cells))) > 1), 0)
    below = rows[first:]
    width = usual_width(below)
    table = len(below) > 1 and width > 1 and _fitting(below, width) >= MOST_FITTING
    return below if table else rows


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
