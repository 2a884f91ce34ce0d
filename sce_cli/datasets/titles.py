"""Lines above a table that are no part of it: titles, remarks, blank rows."""

from collections.abc import Sequence
from dataclasses import replace

from sce_cli.datasets.dialect import BLANKS, COMMENT, Dialect, Row, usual_width, without_remark
from sce_cli.datasets.header import is_number, looks_like_names
from sce_cli.datasets.number_forms import COMMA, POINT
from sce_cli.datasets.spelling import cleaned

MOST = 20
"""Rows above a table, at most."""

DECIMALS = (POINT, COMMA)


def below_titles(dialect: Dialect, sample: Sequence[Row], *, no_header: bool) -> Dialect:
    """Return the dialect with the lines above the table.

    sample: its first rows, those lines among them. no_header: whether none of them can be a header.
    """
    rows = [cells for _, cells in sample]
    width = usual_width([cells for cells in rows if any(map(cleaned, cells))])
    if width < 2:
        return dialect
    first = 0
    while first < min(len(rows) - 1, MOST) and _is_title(rows[first:], width, dialect.delimiter):
        first += 1
    if not first:
        return dialect
    remark = not no_header and _is_header(rows[first - 1 :], width)
    first -= remark
    return replace(dialect, above=sample[first][0] - 1, titles=first, remark=remark)


def _is_title(rows: Sequence[list[str]], width: int, delimiter: str) -> bool:
    """Whether the first row stands above a table of a width, which the others are."""
    cells = rows[0]
    filled = [cell for cell in map(cleaned, cells) if cell]
    if not filled:
        return True
    if COMMENT.match(cells[0]):
        return _is_remark(rows, width, delimiter)
    if len(filled) == 1 and (len(cells) == 1 or (width > 2 and not is_number(filled[0], DECIMALS))):
        return True
    return (len(filled) == 1 or len(cells) != width) and _header_follows(rows, width)


def _is_remark(rows: Sequence[list[str]], width: int, delimiter: str) -> bool:
    """Whether the first row, which begins as a remark does, is one, and no name such as # or % fat."""
    cells = rows[0]
    if len(cells) != width:
        return True
    if 2 * sum(COMMENT.match(other[0]) is not None for other in rows) > len(rows):
        return False
    if _header_follows(rows, width):
        return True
    return cells[0].lstrip().startswith("#") and (delimiter == BLANKS or cleaned(cells[0]) != "#")


def _header_follows(rows: Sequence[list[str]], width: int) -> bool:
    """Whether the next row of the width is a header."""
    place = next((place for place, cells in enumerate(rows[1:MOST], start=1) if len(cells) == width), None)
    if place is None or len(rows) == place + 1:
        return False
    return looks_like_names(rows[place], rows[place + 1 :], DECIMALS)


def _is_header(rows: Sequence[list[str]], width: int) -> bool:
    """Whether the first row is a remark that names the columns of the rows below, as NumPy's savetxt writes it."""
    if not rows[0][0].lstrip().startswith("#") or len(without_remark(rows[0])) != width:
        return False
    return len(rows[1]) == width and not looks_like_names(rows[1], rows[2:], DECIMALS)
