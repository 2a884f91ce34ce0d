"""All cells of a text table in one array, by one fast pass: numbers as they are, texts as codes."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.dialect import BLANKS, Dialect, rows
from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, COMMAS, LARGEST, PLAIN, POINT, Form, plain_value

MOST_TEXTS = 1001
"""Different texts of a column that are told apart."""

CODED = 2.0**400
"""Text number k of a column stands in the array as (k + 1) times this, which no number that can be used reaches."""

PLAIN_BLANKS = " \t\n\r\v\f"
"""What is stripped from texts without a word; other blanks make another spelling, which is said."""

OTHER = "\0other"
"""Stands for all further texts of a column."""


@dataclass(frozen=True)
class NumberCells:
    """A column of numbers, some cells of which may be texts. Unless `mixed`, a text stops the pass."""

    form: Form = PLAIN
    mixed: bool = True


@dataclass(frozen=True)
class TextCells:
    """A column of texts, whatever they look like."""


@dataclass(frozen=True)
class UnreadCells:
    """A column that isn't read."""


CellKind = NumberCells | TextCells | UnreadCells


class Texts(dict[str, float]):
    """The code of each cell; `names` holds the different texts, without the blanks around them, in their order.

    Looking up one text more than MOST_TEXTS gives the code of OTHER, which isn't remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, int] = {}

    def __missing__(self, cell: str) -> float:
        text = cell.strip(PLAIN_BLANKS)
        place = self.names.get(text)
        if place is None:
            if len(self.names) >= MOST_TEXTS:
                return (MOST_TEXTS + 1) * CODED
            place = self.names[text] = len(self.names)
        self[cell] = code = (place + 1) * CODED
        return code


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of N rows and C columns.

    array: shape (N, C); a text is its code. texts: by its place, the texts of each column that may have some.
    lines: how many the text has, those above the rows among them.
    """

    array: NDArray[np.float64]
    texts: Mapping[int, Texts]
    lines: int

    def codes(self, place: int) -> NDArray[np.intp]:
        """Return which text each cell of a column is, shape (N,): −1 for a number, MOST_TEXTS for a further text."""
        column = self.array[:, place]
        coded = column > LARGEST
        codes = np.full(len(column), -1, dtype=np.intp)
        codes[coded] = np.rint(column[coded] / CODED).astype(np.intp) - 1
        return codes

    def names(self, place: int) -> list[str]:
        """Return the texts of a column by their codes."""
        return list(self.texts[place].names) if place in self.texts else []


def read_cells(source: Source, dialect: Dialect, first_line: int, kinds: Sequence[CellKind]) -> Cells | None:
    """Return the cells of all rows from a line on; None if a cell isn't of its kind, or a row of another length."""
    texts: dict[int, Texts] = {}
    converters: dict[int | str, Callable[[str], float]] = {}
    for place, kind in enumerate(kinds):
        if isinstance(kind, UnreadCells):
            converters[place] = len
        elif isinstance(kind, TextCells) or kind.mixed or kind.form != PLAIN:
            texts[place] = Texts()
            converters[place] = _converter(kind, texts[place])
    count = [0]
    plain: dict[str, Any] = {"comments": None, "converters": converters, "ndmin": 2, "encoding": None}
    try:
        if dialect.width:
            array = np.loadtxt(_written(source, dialect, first_line, count), delimiter=COMMA, quotechar='"', **plain)
        else:
            delimiter = None if dialect.delimiter == BLANKS else dialect.delimiter
            how = {"delimiter": delimiter, "quotechar": dialect.quote, "skiprows": first_line - 1}
            with source.text(dialect.encoding) as text:
                array = np.loadtxt(_lines(dialect.lines(text), count), **how, **plain)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        if interrupted(error):
            raise KeyboardInterrupt from None
        return None
    return Cells(array, texts, count[0]) if array.shape[1] == len(kinds) else None


def interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: NumPy turns what a converter raises into an error of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _lines(text: Iterator[str], count: list[int]) -> Iterator[str]:
    """Yield the lines, and count them; between them Python notices Ctrl-C, which np.loadtxt would only at the end."""
    number = 0
    for number, line in enumerate(text, start=1):  # noqa: B007  it's the number of the last line that counts
        yield line
    count[0] = number


def _written(source: Source, dialect: Dialect, first_line: int, count: list[int]) -> Iterator[str]:
    """Yield rows that differed in length as lines of CSV, and count those that the text would have with them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    number = first_line - 1
    for line, cells in rows(source, dialect):
        if line >= first_line:
            number += 1
            writer.writerow(cells)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    count[0] = number


def _converter(kind: TextCells | NumberCells, texts: Texts) -> Callable[[str], float]:
    """Return what makes a number of each cell."""
    if isinstance(kind, TextCells):
        return texts.__getitem__
    if kind.form == COMMAS:
        return _comma_converter(texts)
    value_of = plain_value if kind.form == PLAIN else kind.form.value

    def convert(cell: str) -> float:
        value = value_of(cell)
        return texts[cell] if value is None else value

    return convert


def _comma_converter(texts: Texts) -> Callable[[str], float]:
    """Return what makes a number of each cell with a decimal comma, and quickly."""

    def convert(cell: str) -> float:
        value = None if POINT in cell else plain_value(cell.replace(COMMA, POINT))
        return texts[cell] if value is None else value

    return convert
