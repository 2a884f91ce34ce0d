"""CSV files: one fast pass for the numbers, and a slow one that names the first mistake when there is one."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.columns import Columns, ModelColumns, TrainingColumns
from sce_cli.datasets.labels import CODE, Codes, classified, name_fault, too_many_classes
from sce_cli.datasets.table import LARGEST, Table, first_unusable, keep_columns
from sce_cli.errors import SceError, quoted

ENCODING = "utf-8-sig"
"""UTF-8, with the mark that spreadsheets put in front or without it."""

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)

OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv(source: str, path: Path, wanted: TrainingColumns | ModelColumns) -> Table:
    """Return the table in a CSV file: UTF-8, commas, a header row; one column is the class, the rest are numbers.

    Columns that aren't wanted may hold anything. Raises SceError, which names the first cell that is at fault.
    """
    with _decoded(source, path):
        header, line = _beginning(source, path)
        columns = wanted.of_header(source, header)
        codes = Codes()
        array = _read_fast(path, columns, line, codes)
        if array is None or any(name_fault(name, wanted.known) for name in codes.names):
            raise _first_fault(source, path, columns, wanted.known)
        codes_of_rows = None if columns.label is None else array[:, columns.label].astype(CODE)
        features = keep_columns(array, columns.features)
        if first_unusable(features) is not None:
            raise _first_fault(source, path, columns, wanted.known)
    class_names, labels = wanted.known or (), None
    if codes_of_rows is not None:
        class_names, labels = classified(source, columns.label_name, tuple(codes.names), codes_of_rows, wanted.known)
    return Table(source, features, columns.feature_names, labels, class_names, columns.left_out, columns.label_name)


@contextmanager
def _decoded(source: str, path: Path) -> Iterator[None]:
    """Turn what the text decoder and the csv module refuse into SceError."""
    try:
        yield
    except UnicodeDecodeError:
        raise SceError(
            f"--data {quoted(source)} is not UTF-8 text in line {_line_of_bad_bytes(path)}.",
            "Save the table as CSV in UTF-8.",
        ) from None
    except csv.Error as error:
        raise SceError(f"--data {quoted(source)} can't be read as CSV: {error}.", "Save it as CSV again.") from None


def _line_of_bad_bytes(path: Path) -> int:
    with path.open("rb") as file:
        for line, content in enumerate(file, start=1):
            try:
                content.decode()
            except UnicodeDecodeError:
                return line
    return 1


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that isn't blank with the number of the line where it begins."""
    with path.open(newline="", encoding=ENCODING) as file:
        reader = csv.reader(file)
        line = 1
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1


def _beginning(source: str, path: Path) -> tuple[tuple[str, ...], int]:
    """Return the header, and the line where the first row below it begins."""
    rows = list(islice(_rows(path), 2))
    if not rows:
        raise SceError(f"--data {quoted(source)} is empty.", "Give a header row and one row for each example.")
    header = _header(source, [cell.strip() for cell in rows[0][1]])
    if len(rows) == 1:
        raise SceError(f"--data {quoted(source)} has no rows below its header.", "Give one row for each example.")
    return header, rows[1][0]


def _header(source: str, names: list[str]) -> tuple[str, ...]:
    """Return the names of the columns: printable, not empty, all different."""
    separators = [word for sign, word in OTHER_SEPARATORS.items() if len(names) == 1 and sign in names[0]]
    if separators:
        raise SceError(
            f"--data {quoted(source)} has one column, {quoted(names[0])}.",
            f"Put commas between the cells instead of {separators[0]}.",
        )
    if all(NUMBER.fullmatch(name) for name in names[:-1] or names):
        raise SceError(
            f"--data {quoted(source)} has no header: its first row begins with {quoted(names[0])}.",
            "Name the columns in the first row, as in x0,x1,class.",
        )
    for place, name in enumerate(names):
        if not name:
            fault = f"has no name for column {place + 1} of {len(names)}"
        elif not name.isprintable():
            fault = f"has the unprintable name {quoted(name)} in its header"
        elif name in names[:place]:
            fault = f"has two columns named {quoted(name)}"
        else:
            continue
        raise SceError(f"--data {quoted(source)} {fault}.", "Give each column a name of its own in the first row.")
    return tuple(names)


def _read_fast(path: Path, columns: Columns, line: int, codes: Codes) -> NDArray[np.float64] | None:
    """Return all cells from a line on, shape (N, C), or None if any is at fault; the class as its code.

    Columns that aren't read hold the lengths of their cells: the quickest way to accept any text.
    """
    readers: dict[int | str, Callable[[str], int]] = dict.fromkeys(columns.others, len)
    if columns.label is not None:
        readers[columns.label] = codes.__getitem__
    try:
        # of a path, np.loadtxt would download what looks like a URL, and ask for the folder to work in
        with path.open(encoding=ENCODING) as text:
            array = np.loadtxt(
                text, delimiter=",", comments=None, quotechar='"', converters=readers, skiprows=line - 1, ndmin=2
            )
    except ValueError:
        return None
    return array if array.shape[1] == len(columns.names) else None


def _first_fault(source: str, path: Path, columns: Columns, known: Sequence[str] | None) -> SceError:
    """Return the error that names the first cell at fault, row by row."""
    codes = Codes()
    for row, (line, cells) in enumerate(islice(_rows(path), 1, None)):
        where = f"row {row} (line {line})"
        if len(cells) != len(columns.names):
            count = f"{len(cells)} cell{'s' * (len(cells) != 1)} instead of {len(columns.names)}"
            return SceError(
                f"--data {quoted(source)} has {count} in {where}.",
                'Give each row one cell for each column; put a cell with a comma in "quotes".',
            )
        for place, cell in enumerate(cells):
            fault = _cell_fault(cell.strip(), place, columns, known)
            if fault:
                what, remedy = fault
                return SceError(
                    f"--data {quoted(source)} has {what} in {where}, column {quoted(columns.names[place])}.", remedy
                )
        try:
            _ = columns.label is None or codes[cells[columns.label]]
        except ValueError:
            return too_many_classes(source, columns.label_name)
    return SceError(f"--data {quoted(source)} can't be read as CSV.", "Save it as CSV again.")


def _cell_fault(cell: str, place: int, columns: Columns, known: Sequence[str] | None) -> tuple[str, str] | None:
    """Return what is wrong with a cell, and the remedy."""
    if place == columns.label:
        return name_fault(cell, known)
    if place not in columns.features or (NUMBER.fullmatch(cell) and abs(float(cell)) <= LARGEST):
        return None
    remedy = "Leave out rows without a value"
    if known is None:
        remedy += ", or choose other columns with --features"
    if not cell:
        return "an empty cell", f"{remedy}."
    if NUMBER.fullmatch(cell):
        return f"the number {quoted(cell)}, which is too large,", f"Give numbers between -{LARGEST:g} and {LARGEST:g}."
    if NOT_FINITE.fullmatch(cell):
        return f"{quoted(cell)}, which is not a finite number,", f"{remedy}."
    return f"{quoted(cell)}, which is not a number,", f"Give numbers such as -1 or 0.5. {remedy}."
