"""How a text table is written down, found from its first lines: its encoding, separator and quotes."""

import re
from collections.abc import Sequence
from itertools import islice

from sce_cli.datasets.dialect import BLANKS, Dialect, TextSettings, fitting, padding, split, usual_width
from sce_cli.datasets.encodings import encoding_of
from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, NUMBER, POINT, Form, form_of
from sce_cli.datasets.spelling import cleaned

SIGNS = ("\t", ";", "|", COMMA)

SEPARATORS = (COMMA, ";", "\t", "|", "，", BLANKS)

FEW = 100
"""Rows that are enough to find what separates the cells."""

MOST_WEIGHED = 2000
"""Cells that are weighed for each separator."""

MOST_FITTING = 0.9
"""Share of the rows below a title that are a table's."""

HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line that tells Excel what separates the cells."""

UNCLOSED = re.compile(r"\s*'[^']*|[^']*'\s*")
"""A cell with a single quote whose other one is missing."""

ODD = re.compile(r'[;|\t"]')
"""Signs that are rare within a cell."""


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
    padded = delimiter != BLANKS and any(map(padding(delimiter, quote).search, lines))
    return Dialect(encoding, guessed, delimiter, above, padded, quote)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Return what stands around cells: single quotes where at least half of the lines have them and none a double."""
    sign = r"\s" if delimiter == BLANKS else re.escape(delimiter)
    single = re.compile(rf"(?:^|{sign})\x20*'[^']*'\s*(?:{sign}|$)")
    if not lines or any('"' in line for line in lines):
        return '"'
    return "'" if 2 * sum(single.search(line) is not None for line in lines) >= len(lines) else '"'


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
    if width < 2 or fitting(rows, width) < 1:
        return False
    return not any(_is_numbers(cell.strip()) or UNCLOSED.fullmatch(cell) for row in rows for cell in row)


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
    return fitting(rows, width) + (numbers - odd) / len(cells)


def _table_rows(lines: Sequence[str], delimiter: str) -> Sequence[list[str]]:
    """Return the rows that aren't blank, without the first ones of one cell if most others are of one length."""
    found = [cells for _line, cells in split(iter(lines), delimiter, _quote(lines, delimiter))]
    rows = [cells for cells in found if any(map(cleaned, cells))]
    first = next((place for place, cells in enumerate(rows) if sum(map(bool, map(cleaned, cells))) > 1), 0)
    below = rows[first:]
    width = usual_width(below)
    table = len(below) > 1 and width > 1 and fitting(below, width) >= MOST_FITTING
    return below if table else rows
