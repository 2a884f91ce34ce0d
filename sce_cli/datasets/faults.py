"""The first cell or row of a text table that can't be used, named by its row, its line and its column."""

import csv
import io
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from sce_cli.datasets.cells import MOST_TEXTS, Cells
from sce_cli.datasets.dialect import BLANKS, Dialect, rows
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header
from sce_cli.datasets.kinds import is_missing, is_unusable
from sce_cli.datasets.labels import name_fault
from sce_cli.datasets.number_forms import LARGEST, NOT_FINITE, NUMBER, Form
from sce_cli.errors import Change, SceError, quoted

MOST_LISTED = 8
"""Columns that a remedy lists."""

SEPARATED = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", BLANKS: "a blank"}


def row_fault(source: Source, dialect: Dialect, header: Header) -> SceError:
    """Return the error that names the first row with too many cells or too few."""
    fault = quote_fault(source, dialect)
    if fault is not None:
        return fault
    width = len(header.names)
    for row, (line, cells) in enumerate(islice(rows(source, dialect), int(header.found), None)):
        if len(cells) != width:
            plural = "s" * (len(cells) != 1)
            separator = SEPARATED.get(dialect.delimiter, quoted(dialect.delimiter))
            return SceError(
                f"{source.given} has {len(cells)} cell{plural} instead of {width} in row {row} (line {line}).",
                f'Give each row one cell for each column; put a cell with {separator} in "quotes".',
            )
    return SceError(f"{source.given} can't be read as CSV.", "Save it as CSV again.")


def quote_fault(source: Source, dialect: Dialect) -> SceError | None:
    """Return the error that names the first quote that opens a cell and whose other one is missing, or stands wrongly.

    Only one that swallows lines counts; within a line a quote may be part of a text.
    """
    if dialect.delimiter == BLANKS:
        return None
    with source.text(dialect.encoding) as text:
        reader = csv.reader(dialect.lines(text), delimiter=dialect.delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                if next(reader, None) is None:
                    return None
            except csv.Error:
                if reader.line_num > line or _ends(reader):
                    return SceError(
                        f"{source.given} has a \" at the beginning of a cell in line {line} that isn't closed there.",
                        'Remove the quote, or close it: a " within a cell in "quotes" is written twice.',
                    )


def _ends(reader: Iterator[list[str]]) -> bool:
    return next(reader, None) is None


def cell_at(source: Source, dialect: Dialect, header: Header, row: int, place: int) -> tuple[str, str]:
    """Return a cell without the blanks around it, and where it is."""
    line, cells = next(islice(rows(source, dialect), row + header.found, None))
    return cells[place].strip(), f"in row {row} (line {line}), column {quoted(header.names[place])}"


def first_text(cells: Cells, places: Sequence[int], *, missing: bool) -> tuple[int, int] | None:
    """Return the row and the place of the first cell in columns of numbers that is missing, or that is a stray text."""
    found = []
    for place in places:
        codes, names = cells.codes(place), cells.names(place)
        wanted = np.array([is_missing(name, number=True) == missing for name in names] + [not missing], dtype=bool)
        bad = (codes >= 0) & np.append(wanted, False)[np.where(codes == MOST_TEXTS, len(names), codes)]
        if missing:
            bad |= np.isnan(cells.array[:, place])
        if bad.any():
            found.append((int(bad.argmax()), place))
    return min(found, default=None)


def stray(cell: str, place: tuple[str, str], form: Form, remedy: str) -> SceError:
    """Return the error of a cell that is no number in a column of numbers of a form.

    place: what holds it, and where it is there. remedy: what to do with the column.
    """
    given, where = place
    if form.sign and replace(form, sign="").value(cell) is not None:
        return SceError(
            f"{given} has {quoted(cell)} without {quoted(form.sign)}, which the other numbers have, {where}.", remedy
        )
    if is_unusable(cell) and NUMBER.fullmatch(cell):
        return SceError(
            f"{given} has the number {quoted(cell)}, which is too large, {where}.",
            f"Give numbers between -{LARGEST:g} and {LARGEST:g}.",
        )
    what = "a finite number" if NOT_FINITE.fullmatch(cell) else "a number"
    return SceError(f"{given} has {quoted(cell)}, which is not {what}, {where}.", remedy)


def without_column(names: Sequence[str]) -> str:
    """Return the remedy for a cell that is no number in training: correct it, or learn from these columns only."""
    if not names or len(names) > MOST_LISTED:
        return "Correct the cell, or empty it: rows with an empty cell are left out."
    return f"Correct or empty the cell, or learn from the other columns: {features_option(names)}."


def features_option(names: Sequence[str]) -> str:
    """Return the option that names these columns, as it is typed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(names)
    return f"--features {shlex.quote(text.getvalue())}"


def label_option(name: str) -> str:
    """Return the option that names the column of the classes, as it is typed."""
    return f"--label-column {shlex.quote(name)}"


def missing_cell(cell: str, where: str, given: str) -> SceError:
    """Return the error of a missing cell where none is accepted."""
    what = f"{quoted(cell)} for a missing cell" if cell else "an empty cell"
    return SceError(
        f"{given} has {what} {where}.",
        "Add --missing drop to leave such rows out, or --missing mean to fill the cell.",
        Change("--missing", "drop"),
    )


def class_fault(
    source: Source, dialect: Dialect, header: Header, cells: Cells, place: int, known: Sequence[str] | None
) -> SceError | None:
    """Return the error that names the first class that can't be shown, or that a model doesn't know."""
    names, codes = cells.names(place), cells.codes(place)
    bad = [code for code, name in enumerate(names) if not is_missing(name) and name_fault(name, known)]
    if not bad:
        return None
    row = int(np.isin(codes, bad).argmax())
    cell, where = cell_at(source, dialect, header, row, place)
    what, remedy = name_fault(cell, known) or ("", "")
    return SceError(f"{source.given} has {what} {where}.", remedy)
