"""The names of the columns: those of the first row, or x0, x1, … where the first row looks like the others."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sce_cli.datasets.dialect import Row, usual_width
from sce_cli.datasets.kinds import is_missing, is_unusable
from sce_cli.datasets.number_forms import COMMA, NUMBER, POINT, form_of
from sce_cli.datasets.spelling import cleaned
from sce_cli.errors import SceError, quoted
from sce_cli.translation import _

CLASS = "class"

FEW = 100
"""Rows in which a word is held against the numbers below it."""

DECIMALS = (POINT, COMMA)

FEWEST_BELOW_UNITS = 3
"""Rows of numbers below which a row of words is no accident."""

FEWEST_COUNTED = 3
"""Cells from which on it is no accident that they are 0, 1, 2 and so on."""

FIRST_YEAR, LAST_YEAR = 1500, 2199

FEWEST_ROW_NAMES = 10
"""Different whole numbers from which on it is no accident that they are."""

Decimals = tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """The names of the columns, and what they are worth.

    names: one a column, all different. found: whether the table has a row of them. first_line: where the rows below
    begin. unnamed: the places of columns without a name, which are called column 1 and so on. renamed: names that
    stand there twice, and what the second was called. matched: names that are read as others, and these. units: whether
    a row of words stands between the names and the numbers.
    """

    names: tuple[str, ...]
    found: bool
    first_line: int
    unnamed: tuple[int, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    matched: tuple[tuple[str, str], ...] = ()
    units: bool = False

    @property
    def height(self) -> int:
        """How many rows stand above the table's own."""
        return int(self.found) + self.units


def looks_like_names(first: Sequence[str], others: Sequence[Sequence[str]], decimals: Decimals) -> bool:
    """Whether the first row is a header: one of its cells has no place in its column.

    That's a word above numbers that doesn't come again, unless all other cells fit what is below; or a cell of the
    last column, or in all of several columns of words, that never comes again although the others do.
    """
    if others and count_above_others(first, others[:FEW]):
        return True
    if not others:
        return not any(is_number(cell, decimals) for cell in first)
    words = strangers = 0
    words_again, fitting = [], []
    for place, cell in enumerate(map(str.strip, first)):
        column = [row[place].strip() for row in others[:FEW] if len(row) > place]
        known = [other for other in column if not is_missing(other, number=True)]
        numbers = sum(is_number(other, decimals) for other in known)
        if known and 3 * numbers >= 2 * len(known):
            a_word = not is_missing(cell, number=True) and not is_number(cell, decimals)
            words += a_word and cell not in known
            words_again += [True] * (a_word and cell in known)
            fitting += [cell] * is_number(cell, decimals)
        elif repeats(column):
            words_again.append(cell in column)
            strangers += cell not in column
    if words:
        return words > 1 or strangers > 0 or not (fitting or any(words_again)) or _rise(fitting)
    if words_again == [False] and strangers and len(fitting) == len(first) - 1 and _rise(fitting):
        return True
    return not any(words_again) and never_again(first, others, decimals)


def _rise(cells: Sequence[str]) -> bool:
    """Whether cells are several whole numbers, each larger than the one before, as years and wavelengths are."""
    if len(cells) < 2 or not all(cell.isdecimal() for cell in cells):
        return False
    return all(int(before) < int(after) for before, after in pairwise(cells))


def _count_from_0(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2 and so on, as pandas writes them, without one above the rows' own."""
    names = names if names[0] else names[1:]
    return list(names) == [str(place) for place in range(len(names))]


def count_above_others(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether the first row counts its cells, and no number below is written so: a column has but fractions."""
    names = [name.strip() for name in first]
    if len(names) < FEWEST_COUNTED or not _count_from_0(names):
        return False
    columns = zip(*(row for row in others if len(row) == len(first)), strict=True)
    return any(not any(cell.strip().isdecimal() for cell in column) for column in columns)


def _are_years(cells: Sequence[str]) -> bool:
    """Whether cells are several years, each after the one before."""
    return _rise(cells) and all(FIRST_YEAR <= int(cell) <= LAST_YEAR for cell in cells)


def never_again(first: Sequence[str], others: Sequence[Sequence[str]], decimals: Decimals) -> bool:
    """Whether the first cell of the last column never comes again in it although the others do.

    A number is a name only in a row that counts its cells, as pandas does for columns without names, or that are
    years.
    """
    column, cell = [row[-1].strip() for row in others], first[-1].strip()
    names = [name.strip() for name in first]
    a_name = _count_from_0(names) or _are_years(names) or not is_number(cell, decimals)
    return repeats(column) and cell not in column and a_name


def repeats(cells: Sequence[str]) -> bool:
    """Whether cells come twice on average."""
    return len(cells) >= 2 * len(set(cells)) > 0


def is_number(cell: str, decimals: Decimals) -> bool:
    """Whether a cell is a number in any form, even an infinite one."""
    return form_of([cell.strip()], decimals).value(cell) is not None or is_unusable(cell.strip())


def named(given: str, sample: Sequence[Row], used: Collection[str] | None = None) -> Header:
    """Return the names in the first row: printable, those that come again with a number, columns without one counted.

    used: the columns that a model needs, None in training. Raises SceError.
    """
    names, others = [cleaned(cell) for cell in sample[0][1]], [cells for _line, cells in sample[1:]]
    names = _as_wide_as_the_rows(names, others, complete=used is not None and {*used} <= {*names})
    for name in names:
        if not name.isprintable():
            raise SceError(
                _("{given} has the unprintable name {name} in its header.").format(given=given, name=quoted(name)),
                _("Give each column a name of its own in the first row."),
            )
    unnamed = tuple(place for place, name in enumerate(names) if not name)
    taken, met, renamed = _Taken(names), set(), []
    for place, name in enumerate(names):
        if not name:
            names[place] = taken.free(lambda n, place=place: f"column {place + 1}" + "_" * n, name)  # type: ignore[misc]
        elif name in met:
            names[place] = taken.free(lambda n, name=name: f"{name}_{n + 2}", name)  # type: ignore[misc]
            renamed.append((name, names[place]))
        met.add(name)
    units = len(sample) > 1 and _are_units(sample[1][1], [cells for _line, cells in sample[2:]])
    first_line = sample[1 + units][0] if len(sample) > 1 else 0
    return Header(tuple(names), True, first_line, unnamed, tuple(renamed), units=units)


def _are_units(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether the row below the names has words in several columns, and no number, where nearly all others have one."""
    below = [cells for cells in others if len(cells) == len(first)]
    if len(below) < FEWEST_BELOW_UNITS:
        return False
    words = []
    for place, cell in enumerate(map(cleaned, first)):
        known = [cells[place] for cells in below if not is_missing(cells[place], number=True)]
        if known and 10 * sum(is_number(other, DECIMALS) for other in known) >= 9 * len(known):
            missing = is_missing(cell, number=True)
            if not missing and is_number(cell, DECIMALS):
                return False
            words.append(not missing)
    return sum(words) > 1


class _Taken(set[str]):
    """Names that are taken; it's remembered how often a name was tried, as thousands may be the same."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.tries: Counter[str] = Counter()

    def free(self, name_of: Callable[[int], str], name: str) -> str:
        """Return the first name instead of this one that isn't taken, which then is."""
        tries = self.tries[name] if name else 0
        while name_of(tries) in self:
            tries += 1
        self.tries[name] = tries
        self.add(name_of(tries))
        return name_of(tries)


def _as_wide_as_the_rows(names: list[str], others: Sequence[Sequence[str]], *, complete: bool) -> list[str]:
    """Return the names without empty ones behind the rows' end, or with empty ones for cells that have none.

    R writes row names without a name for them; other tools write a comma behind the last cell. complete: whether the
    names are known to be all but that of the row names.
    """
    width = usual_width(others) if others else len(names)
    while len(names) > width and not names[-1]:
        names.pop()
    more = width - len(names)
    full = [row for row in others if len(row) == width]
    if more > 0 and not any(cell.strip() for row in full for cell in row[-more:]):
        return names + [""] * more
    if more == 1 and (complete or _are_row_names([cleaned(row[0]) for row in full])):
        return ["", *names]
    return names


def _are_row_names(cells: Sequence[str]) -> bool:
    """Whether cells are all different as R's row names are: they count the rows, or are texts or many whole numbers."""
    if list(cells) == [str(row) for row in range(1, len(cells) + 1)]:
        return True
    named = len(cells) >= FEWEST_ROW_NAMES or not any(cell[:1].isdigit() for cell in cells)
    numbers = any(NUMBER.fullmatch(cell) and not cell.isdecimal() for cell in cells)
    return len(set(cells)) == len(cells) and named and not numbers


def numbered(sample: Sequence[Row], label_column: str | None) -> Header:
    """Return the names of columns without a header: x0, x1, …, and class for the last one if no other is asked for."""
    width = usual_width([cells for _line, cells in sample])
    names = [f"x{place}" for place in range(width)]
    if label_column is None or label_column not in names[:-1]:
        names[-1] = CLASS if label_column != names[-1] else names[-1]
    return Header(tuple(names), False, sample[0][0])
