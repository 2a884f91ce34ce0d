"""All cells of a text table in one array of records, by one fast pass: numbers as they are, texts as short codes."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.dialect import BLANKS, Dialect, rows
from sce_cli.datasets.files import Source
from sce_cli.datasets.number_forms import COMMA, COMMAS, LARGEST, PLAIN, POINT, Form, ordinary, plain_value

MOST_TEXTS = 1001
"""Different texts of a column that are told apart."""

CODED = 2.0**400
"""Text number k in a column of numbers stands there as (k + 1) times this, which no number that can be used reaches."""

WORD = np.dtype(np.float64).itemsize
"""Bytes of a number; a record has a whole number of them."""

SHORT = np.dtype(np.uint16)
"""The type of a text's code, (k + 1) for text number k, in a column of texts."""

PLAIN_BLANKS = " \t\n\r\v\f"
"""What is stripped from texts without a word; other blanks make another spelling, which is said."""


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

    Text number k has the code (k + 1)·step. Looking up one text more than MOST_TEXTS gives the code of all further
    ones, which isn't remembered.
    """

    def __init__(self, step: float) -> None:
        super().__init__()
        self.step = step
        self.names: dict[str, int] = {}

    def __missing__(self, cell: str) -> float:
        text = cell.strip(PLAIN_BLANKS)
        place = self.names.get(text)
        if place is None:
            if len(self.names) >= MOST_TEXTS:
                return (MOST_TEXTS + 1) * self.step
            place = self.names[text] = len(self.names)
        self[cell] = code = (place + 1) * self.step
        return code


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of N rows.

    records: shape (N,), a record a row: first the columns of numbers, in which a text is its code, then those of texts
    as short codes. slots: where a column of numbers stands among them. texts: by its place, the texts of each column
    that may have some. lines: how many the text has, those above the rows among them.
    """

    records: NDArray[Any]
    slots: Mapping[int, int]
    texts: Mapping[int, Texts]
    lines: int

    @property
    def rows(self) -> int:
        """N."""
        return len(self.records)

    def column(self, place: int) -> NDArray[np.float64]:
        """Return the numbers of a column, shape (N,), larger than LARGEST where a text stands."""
        if place not in self.slots:
            return np.broadcast_to(np.float64(CODED), len(self.records))
        return np.asarray(self.records[str(place)])

    def times(self, place: int) -> list[int]:
        """Return how often each text of a column comes, and behind them how often any further one."""
        column = self.records[str(place)]
        codes = column if column.dtype == SHORT else np.rint(column[column > LARGEST] / CODED).astype(np.intp)
        times: list[int] = np.bincount(codes, minlength=len(self.names(place)) + 1)[1:].tolist()
        return times

    def looked_up(self, place: int, of_texts: NDArray[Any], otherwise: Any) -> NDArray[Any]:
        """Return a value for each cell of a column, shape (N,).

        of_texts: that of each text, and behind them that of any further one. otherwise: that of a number.
        """
        column = self.records[str(place)]
        of_codes = np.concatenate([np.array([otherwise], dtype=of_texts.dtype), of_texts])
        last = np.uint16(len(of_texts))
        if column.dtype == SHORT:
            return np.asarray(of_codes[np.minimum(column, last)])
        values = np.full(len(column), otherwise, dtype=of_texts.dtype)
        rows = np.flatnonzero(column > LARGEST)
        values[rows] = of_codes[np.minimum(np.rint(column[rows] / CODED).astype(np.intp), last)]
        return values

    def names(self, place: int) -> list[str]:
        """Return the texts of a column by their codes."""
        return list(self.texts[place].names) if place in self.texts else []


def codes_of(column: NDArray[Any]) -> NDArray[np.intp]:
    """Return which text each cell of a column of records is, shape (N,): −1 for a number."""
    if column.dtype == SHORT:
        return column.astype(np.intp) - 1
    coded = column > LARGEST
    codes = np.full(len(column), -1, dtype=np.intp)
    codes[coded] = np.rint(column[coded] / CODED).astype(np.intp) - 1
    return codes


def _layout(kinds: Sequence[CellKind]) -> tuple[np.dtype[Any], dict[int, int]]:
    """Return how a record holds the cells of a row, and where columns of numbers stand among them."""
    numbers = [place for place, kind in enumerate(kinds) if isinstance(kind, NumberCells)]
    slots = {place: slot for slot, place in enumerate(numbers)}
    end, offsets = WORD * len(numbers), []
    for place in range(len(kinds)):
        offsets.append(WORD * slots[place] if place in slots else end)
        end += 0 if place in slots else SHORT.itemsize
    formats = [np.dtype(np.float64) if place in slots else SHORT for place in range(len(kinds))]
    size = -(-end // WORD) * WORD
    layout = {"names": [*map(str, range(len(kinds)))], "formats": formats, "offsets": offsets, "itemsize": size}
    return np.dtype(layout), slots  # type: ignore[call-overload]


def read_cells(source: Source, dialect: Dialect, first_line: int, kinds: Sequence[CellKind]) -> Cells | None:
    """Return the cells of all rows from a line on; None if a cell isn't of its kind, or a row of another length."""
    texts: dict[int, Texts] = {}
    converters: dict[int | str, Callable[[str], float]] = {}
    for place, kind in enumerate(kinds):
        if isinstance(kind, UnreadCells):
            converters[place] = _nothing
        elif isinstance(kind, TextCells):
            texts[place] = Texts(1)
            converters[place] = texts[place].__getitem__
        elif kind.mixed or kind.form != PLAIN:
            texts[place] = Texts(CODED)
            converters[place] = _converter(kind, texts[place])
    layout, slots = _layout(kinds)
    count = [0]
    plain: dict[str, Any] = {"dtype": layout, "comments": None, "converters": converters, "ndmin": 1, "encoding": None}
    try:
        if dialect.width:
            records = np.loadtxt(_written(source, dialect, first_line, count), delimiter=COMMA, quotechar='"', **plain)
        else:
            delimiter = None if dialect.delimiter == BLANKS else dialect.delimiter
            plain |= {"delimiter": delimiter, "quotechar": dialect.quote, "skiprows": first_line - 1}
            with source.text(dialect.encoding) as text:
                records = np.loadtxt(_lines(dialect.lines(text), count), **plain)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        if interrupted(error):
            raise KeyboardInterrupt from None
        return None
    return Cells(records, slots, texts, count[0])


def _nothing(_cell: str) -> int:
    """Return what stands for a cell that isn't read."""
    return 0


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


def _converter(kind: NumberCells, texts: Texts) -> Callable[[str], float]:
    """Return what makes a number of each cell."""
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
        bare = cell if cell.isascii() else ordinary(cell)
        value = None if POINT in bare else plain_value(bare.replace(COMMA, POINT))
        return texts[cell] if value is None else value

    return convert
