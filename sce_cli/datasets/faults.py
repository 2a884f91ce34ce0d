"""The first cell or row of a text table that can't be used, named by its row, its line and its column."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from sce_cli.datasets.cells import Cells
from sce_cli.datasets.dialect import BLANKS, Dialect, is_no_row, rows
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header
from sce_cli.datasets.kinds import is_missing, is_unusable
from sce_cli.datasets.labels import are_numbers, name_fault
from sce_cli.datasets.number_forms import LARGEST, NOT_FINITE, NUMBER, Form
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import N_, _, ngettext

MOST_LISTED = 8
"""Columns that a remedy lists."""

WEIGHED = 100
"""Rows that tell how many cells the rows have."""

FEWEST_ABOVE = 3
"""Rows above shorter ones, from which on these may stand below the table."""

SEPARATED = {",": N_("a comma"), ";": N_("a semicolon"), "\t": N_("a tab"), "|": N_("a bar"), BLANKS: N_("a blank")}


def row_fault(source: Source, dialect: Dialect, header: Header) -> SceError:
    """Return the error that names the first row with too many cells or too few."""
    fault = quote_fault(source, dialect)
    if fault is not None:
        return fault
    width = len(header.names)
    below = islice(rows(source, dialect), header.height, None)
    for row, (line, cells) in enumerate(below):
        if len(cells) != width and not is_no_row(cells, width):
            said = ngettext(
                "{given} has {count} cell instead of {width} in row {row} (line {line}).",
                "{given} has {count} cells instead of {width} in row {row} (line {line}).",
                len(cells),
            ).format(given=source.given, count=len(cells), width=width, row=row, line=line)
            if row > FEWEST_ABOVE and all(
                len(others) < width for others in [cells, *(others for _line, others in below)]
            ):
                return SceError(
                    said, _("If that stands below the table, remove it from line {line} on.").format(line=line)
                )
            return SceError(said, _one_cell_a_column(source, dialect, header))
    return SceError(_("{given} can't be read as CSV.").format(given=source.given), _("Save it as CSV again."))


def _one_cell_a_column(source: Source, dialect: Dialect, header: Header) -> str:
    """Return the remedy for a row of another length: the first rows may be no part of the table."""
    first = list(islice(rows(source, dialect), WEIGHED))
    usual = Counter(len(cells) for _line, cells in first).most_common(1)[0][0]
    line = next(line for line, cells in first if len(cells) == usual)
    if usual != len(header.names) and line > 2:
        return _("If line {line}, the first of {count} cells, is the header, remove the lines above it.").format(
            line=line, count=usual
        )
    sign = SEPARATED.get(dialect.delimiter)
    separator = _(sign) if sign else quoted(dialect.delimiter)
    return _('Give each row one cell for each column; put a cell with {separator} in "quotes".').format(
        separator=separator
    )


def quote_fault(source: Source, dialect: Dialect) -> SceError | None:
    """Return the error that names the first quote that opens a cell and whose other one is missing, or stands wrongly.

    Only one that swallows lines counts; within a line a quote may be part of a text.
    """
    if dialect.delimiter == BLANKS:
        return None
    with source.text(dialect.encoding) as text:
        lines, quote = dialect.lines(text), dialect.quote
        reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=quote, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                if next(reader, None) is None:
                    return None
            except csv.Error:
                if reader.line_num > line or _ends(reader):
                    return _open_quote(source.given, quote, line)


def _open_quote(given: str, quote: str, line: int) -> SceError:
    said = _("{given} has a {quote} at the beginning of a cell in line {line} that isn't closed there.")
    remedy = _('Remove the quote, or close it: a {quote} within a cell in "quotes" is written twice.')
    return SceError(said.format(given=given, quote=quote, line=line), remedy.format(quote=quote))


def _ends(reader: Iterator[list[str]]) -> bool:
    return next(reader, None) is None


def cell_at(source: Source, dialect: Dialect, header: Header, row: int, place: int) -> tuple[str, str]:
    """Return a cell without the blanks around it, and where it is."""
    line, cells = next(islice(rows(source, dialect), row + header.height, None))
    where = _("in row {row} (line {line}), column {column}")
    return cells[place].strip(), where.format(row=row, line=line, column=quoted(header.names[place]))


def first_stray(cells: Cells, places: Sequence[int]) -> tuple[int, int] | None:
    """Return the row and the place of the first text in columns of numbers that means no missing cell."""
    found = []
    for place in places:
        strays = np.array([*(not is_missing(name, number=True) for name in cells.names(place)), True])
        bad = cells.looked_up(place, strays, otherwise=False)
        if bad.any():
            found.append((int(bad.argmax()), place))
    return min(found, default=None)


def stray(cell: str, place: tuple[str, str], form: Form, remedy: str, *changes: Change) -> SceError:
    """Return the error of a cell that is no number in a column of numbers of a form.

    place: what holds it, and where it is there. remedy, changes: what to do with the column.
    """
    given, where = place
    if form.sign and replace(form, sign="").value(cell) is not None:
        said = _("{given} has {cell} without {sign}, which the other numbers have, {where}.")
    elif is_unusable(cell) and NUMBER.fullmatch(cell):
        said = _("{given} has the number {cell}, which is too large, {where}.")
        remedy, changes = _("Give numbers between -{most} and {most}.").format(most=f"{LARGEST:g}"), ()
    elif NOT_FINITE.fullmatch(cell):
        said = _("{given} has {cell}, which is not a finite number, {where}.")
    else:
        said = _("{given} has {cell}, which is not a number, {where}.")
    said = said.format(given=given, cell=quoted(cell), where=where, sign=quoted(form.sign))
    return SceError(said, remedy, *changes)


def without_column(names: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """Return the remedy for a cell that is no number in training: correct it, or learn from these columns only."""
    if not names or len(names) > MOST_LISTED:
        return _("Correct the cell, or empty it: rows with an empty cell are left out."), ()
    remedy = _("Correct or empty the cell, or learn from the other columns")
    return remedy, (Change("--features", listed_names(names)),)


def listed_names(names: Sequence[str]) -> str:
    """Return names as --features lists them; one with a comma stands in quotes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(names)
    return text.getvalue()


def missing_cell(cell: str, where: str, given: str) -> SceError:
    """Return the error of a missing cell where none is accepted."""
    said = _("{given} has {cell} for a missing cell {where}.") if cell else _("{given} has an empty cell {where}.")
    return SceError(
        said.format(given=given, cell=quoted(cell), where=where),
        _("Add --missing drop to leave such rows out, or --missing mean to fill the cell"),
        Change("--missing", "drop"),
    )


def class_fault(
    source: Source, dialect: Dialect, header: Header, cells: Cells, place: int, known: Sequence[str] | None
) -> SceError | None:
    """Return the error that names the first class that can't be shown, or that a model doesn't know."""
    names, number = cells.names(place), are_numbers(known or ())
    bad = [not is_missing(name, number=number) and name_fault(name, known) is not None for name in names]
    if not any(bad):
        return None
    row = int(cells.looked_up(place, np.array([*bad, False]), otherwise=False).argmax())
    cell, where = cell_at(source, dialect, header, row, place)
    said, remedy = name_fault(cell, known) or ("", "")
    return SceError(said.format(given=source.given, where=where), remedy)
