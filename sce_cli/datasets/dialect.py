"""How a text table is written down: its encoding, what separates its cells, and where its rows begin."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from sce_cli.datasets.encodings import encoding_of
from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, NUMBER, POINT, Form, form_of
from sce_cli.errors import Change, SceError, quoted

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

HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line that tells Excel what separates the cells."""

WORD = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')

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

    padded: whether blanks stand between a separator and a quote.
    """

    encoding: str
    guessed: bool
    delimiter: str
    above: int = 0
    padded: bool = False

    def lines(self, text: Iterator[str]) -> Iterator[str]:
        """Return the lines of a text without blanks before quotes."""
        if not self.padded:
            return text
        padding = _padding(self.delimiter)
        return (padding.sub('"', line) for line in text)


def delimiter_named(text: str) -> str:
    """Return the separator that --delimiter gives, as a sign or by its name."""
    delimiter = text if text in {"\t", ""} else NAMES.get(text.strip().lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise SceError(
            f"--delimiter {quoted(text)} can't separate cells.",
            "Give one sign or its name: comma, semicolon, tab, bar or blanks.",
            Change("--delimiter", None),
        )
    return delimiter


def decimal_named(text: str) -> str:
    """Return the decimal sign that --decimal gives, as a sign or by its name."""
    sign = {"comma": COMMA, "point": POINT, "dot": POINT}.get(text.strip().lower(), text.strip())
    if sign not in {COMMA, POINT}:
        raise SceError(
            f"--decimal {quoted(text)} is not a decimal sign.", "Give point or comma.", Change("--decimal", "point")
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
    padded = delimiter != BLANKS and any(map(_padding(delimiter).search, lines))
    return Dialect(encoding, guessed, delimiter, above, padded)


@lru_cache
def _padding(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of blanks before a quote that begins a cell, or before two that are an empty one."""
    sign = re.escape(delimiter)
    return re.compile(rf'(?<={sign})\x20+"(?!"(?!{sign}|\s*$))')


def _likeliest(lines: Sequence[str]) -> str:
    """Return the separator that gives rows of one length, whose cells are numbers most often."""
    likeliest = max(SEPARATORS, key=lambda delimiter: _likelihood(lines, delimiter))
    if likeliest == BLANKS:
        return next((sign for sign in SIGNS if _separates_alone(lines, sign)), BLANKS)
    return likeliest


def _separates_alone(lines: Sequence[str], sign: str) -> bool:
    """Whether a sign gives rows of one length, and no cell is several numbers, which blanks would separate."""
    rows = [cells for _, cells in split(iter(lines), sign)]
    if len({len(cells) for cells in rows}) != 1 or len(rows[0]) == 1:
        return False
    return not any(_is_numbers(cell.strip()) for row in rows for cell in row)


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
    rows = [cells for _, cells in split(iter(lines), delimiter)]
    usual = Counter(map(len, rows)).most_common(1)
    if not usual or len(rows[0]) == 1 or usual[0][0] == 1:
        return 0
    cells = [cell.strip() for row in rows for cell in row][:MOST_WEIGHED]
    decimals = (POINT, COMMA) if delimiter == COMMA else (COMMA, POINT)
    numbers = sum(form_of([cell], decimals).value(cell) is not None for cell in cells)
    odd = sum(ODD.search(cell) is not None for cell in cells)
    return usual[0][1] / len(rows) + (numbers - odd) / len(cells)


def split(lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Yield each row that isn't blank with the line where it begins."""
    if delimiter == BLANKS:
        for line, content in enumerate(lines, start=1):
            cells = [bare or word.replace('""', '"') for word, bare in WORD.findall(content)]
            if cells:
                yield line, cells
        return
    reader, line = csv.reader(lines, delimiter=delimiter), 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def rows(source: Source, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows of a table, its header among them."""
    with source.text(dialect.encoding) as text:
        for line, cells in split(dialect.lines(text), dialect.delimiter):
            if line > dialect.above:
                if line == dialect.above + 1:
                    cells = [cells[0].lstrip("\ufeff"), *cells[1:]]
                yield line, cells
