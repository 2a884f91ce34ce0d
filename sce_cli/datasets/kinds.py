"""What the columns of a table are: numbers, words that can be indicators, dates, row numbers, names, nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import MOST_TEXTS, CellKind, Cells, NumberCells, TextCells, UnreadCells
from sce_cli.datasets.dates import are_days, are_months, is_dates
from sce_cli.datasets.number_forms import COMMA, NOT_FINITE, NUMBER, PLAIN, POINT, form_of, plain_value
from sce_cli.datasets.spelling import cleaned, spellings
from sce_cli.datasets.table_rows import usable
from sce_cli.translation import N_

MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "+nan", "null", "?"})
"""Cells without a value, in small letters."""

MISSING_NUMBER = frozenset({"none", ".", "-", "−", "–", "—"})
"""Cells without a value in a column of numbers; elsewhere they are words, as the classes + and - are."""

MOST_CATEGORIES = 12
"""Different texts that become indicators of themselves."""

MOST_ASKED_CATEGORIES = 100
"""Different texts that become indicators where --features asks for the column."""

OFTEN = 3
"""Rows that a category has on average, and a class that is no measurement."""

NO_STRAYS = 5
"""Of so many cells one at least is a word where words are categories, as 5more is among 2, 3 and 4, and no strays."""

CODE = re.compile(r"[^\W\d_].*[0-9]", re.DOTALL)
"""A word that begins with a letter and has a digit."""

FEWEST_COUNTED = 3
"""Rows from which on a column that counts them isn't an accident."""

FEW = 50
"""Rows that rule out most columns that don't count them."""


class Kind(Enum):
    """What a column is, in words."""

    NUMBERS = N_("numbers")
    TEXT = N_("text")
    DATES = N_("dates")
    COUNTER = N_("row numbers")
    NAMES = N_("row names")
    EMPTY = N_("no value")


class Reason(Enum):
    """Why a column is left out, in words."""

    COUNTS_ROWS = N_("it only counts the rows")
    UNNAMED = N_("a first column without a name")
    NO_VALUE = N_("it has no value")
    DATE = N_("a date is no number")
    TOO_MANY = N_("too many different texts")
    HARDLY_REPEATED = N_("its texts hardly come again")
    ONE_VALUE = N_("always the same text")
    MOSTLY_MISSING = N_("more than half of it is missing")
    NOT_ASKED = N_("not asked for")


@dataclass(frozen=True)
class Facts:
    """What a column holds: how many rows, numbers among them, missing cells; and how often each text comes.

    texts: without those that mean a missing cell, each in its most frequent spelling. further: rows with texts beyond
    MOST_TEXTS. counts: whether its numbers are 0, 1, 2 … or 1, 2, 3 … row by row. numeric: whether two thirds of the
    cells with a value are numbers, even if they are read as texts, infinite and too large ones among them. spelling: of
    each text as it stands there, the most frequent one. days: whether its numbers are days such as 20200131, or months
    such as 2020.01. words_too: whether the words among its numbers are no strays: a few categories, or codes.
    """

    rows: int
    numbers: int
    missing: int
    texts: dict[str, int]
    further: int
    counts: bool
    numeric: bool
    spelling: dict[str, str]
    days: bool = False
    words_too: bool = False

    @property
    def different(self) -> int:
        """How many different texts there are; one more than can be counted if there are further ones."""
        return len(self.texts) + (self.further > 0)


def is_missing(cell: str, *, number: bool = False) -> bool:
    """Whether a cell, without blanks around it, means that there is no value; number: in a column of numbers."""
    if cell[:1].isdigit():  # a shorter way, as most cells of a large table are numbers
        return False
    word = cleaned(cell).lower()
    return word in MISSING or (number and word in MISSING_NUMBER)


def is_unusable(cell: str) -> bool:
    """Whether a cell is an infinite number or one that is too large."""
    return bool(NOT_FINITE.fullmatch(cell) or (NUMBER.fullmatch(cell) and plain_value(cell) is None))


def facts_of(cells: Cells, place: int, kind: CellKind) -> Facts:
    """Return what a column holds."""
    column, names, times = cells.column(place), cells.names(place), cells.times(place)
    raw = dict(zip(names, times, strict=False))
    numbers = int(usable(column).sum())
    figures = sum(n for text, n in raw.items() if is_unusable(text) or (not numbers and NUMBER.fullmatch(text)))
    read_as_numbers = not isinstance(kind, TextCells)  # else - and None are words, unless they are few
    valued = sum(n for text, n in raw.items() if not is_missing(text, number=read_as_numbers))
    words = valued - figures + sum(times[len(names) :])
    numeric = 0 < numbers + figures >= 2 * words
    present = {text: n for text, n in raw.items() if not is_missing(text, number=numeric)}
    spelling = spellings(present) if isinstance(kind, TextCells) else {text: text for text in present}
    texts: dict[str, int] = {}
    for text, n in present.items():
        texts[spelling[text]] = texts.get(spelling[text], 0) + n
    further = sum(times[len(names) :])
    missing = len(column) - numbers - sum(texts.values()) - further
    counts = _texts_count_rows(cells, place) if isinstance(kind, TextCells) else counts_rows(column)
    days = not texts and (are_days(column) or are_months(column))
    words_too = bool(texts) and (_are_codes(texts, column) or (not further and _are_categories(texts, column)))
    return Facts(len(column), numbers, missing, texts, further, counts, numeric, spelling, days, words_too)


def _are_codes(texts: dict[str, int], column: NDArray[np.float64]) -> bool:
    """Whether whole numbers and words as A/5 21171 are codes, as tickets have them; column: shape (N,)."""
    numbers = column[usable(column)]
    words = {text: n for text, n in texts.items() if not NUMBER.fullmatch(text) and not is_missing(text, number=True)}
    count = sum(words.values())
    if NO_STRAYS * count < count + len(numbers) or OFTEN * len(words) < count:
        return False
    codes = sum(n for text, n in words.items() if CODE.match(text))
    return 10 * codes >= 9 * count and bool((numbers == np.rint(numbers)).all())


def _are_categories(texts: dict[str, int], column: NDArray[np.float64]) -> bool:
    """Whether a few numbers and words come again, the words so often that they aren't strays. column: shape (N,)."""
    words = {text: n for text, n in texts.items() if not NUMBER.fullmatch(text) and not is_missing(text, number=True)}
    cells = sum(texts.values()) + int(usable(column).sum())
    if len(texts) > MOST_CATEGORIES or not words or NO_STRAYS * sum(words.values()) < cells:
        return False
    if min(words.values()) < OFTEN or any(map(_is_figure, words)):
        return False
    different = len(texts) + len(np.unique(column[usable(column)]))
    return different <= MOST_CATEGORIES and OFTEN * different <= cells


def _is_figure(word: str) -> bool:
    """Whether a word is a number of another form than the others, or one that can't be used."""
    return is_unusable(word) or form_of([word], (POINT, COMMA)).value(word) is not None


def counts_rows(column: NDArray[np.float64]) -> bool:
    """Whether numbers are 0, 1, 2 … or 1, 2, 3 … where there are any, shape (N,); a text or NaN is none."""
    if not _count(column[:FEW], usable(column[:FEW])):
        return False
    present = usable(column)
    return int(present.sum()) >= FEWEST_COUNTED and _count(column, present)


def _count(column: NDArray[np.float64], present: NDArray[np.bool_]) -> bool:
    """Whether the numbers that are present are their own places from 0 or from 1 on; shapes (N,)."""
    steps = column[present] - np.flatnonzero(present)
    return not len(steps) or bool(steps[0] in {0, 1} and (steps == steps[0]).all())


def _texts_count_rows(cells: Cells, place: int) -> bool:
    """Whether texts are 0, 1, 2 … or 1, 2, 3 … row by row."""
    numbers = [float(name) if NUMBER.fullmatch(name) else np.nan for name in cells.names(place)]
    if not all(number == row or number == row + 1 for row, number in enumerate(numbers[:FEWEST_COUNTED])):
        return False
    return counts_rows(cells.looked_up(place, np.array([*numbers, np.nan]), otherwise=np.nan))


def first_kind(sample: Sequence[str], decimals: tuple[str, ...]) -> CellKind:
    """Return what a column seems to hold from a few of its cells, without blanks around them."""
    present = [cell for cell in sample if not is_missing(cell, number=True)]
    if not present:
        return NumberCells() if all(map(is_missing, sample)) else TextCells()
    form = form_of(present, decimals)
    numbers = sum(form.value(cell) is not None for cell in present)
    few = 3 * numbers < 2 * len(present)
    if few and 3 * (numbers + sum(map(is_unusable, present))) < 2 * len(present):
        return TextCells()
    return NumberCells(form, mixed=numbers < len(sample) or form != PLAIN)


def better_kind(kind: CellKind, facts: Facts, sample: Sequence[str], decimals: tuple[str, ...]) -> CellKind:
    """Return what a column holds, now that all of it is known; the same kind if it was read as that."""
    fits = not isinstance(kind, NumberCells) or kind.form.decimal in decimals
    if isinstance(kind, UnreadCells) or (fits and not facts.texts):
        return kind
    if facts.words_too:
        return TextCells()
    if isinstance(kind, TextCells):
        form = form_of(list(facts.texts), decimals)
        numbers = sum(n for text, n in facts.texts.items() if form.value(text) is not None)
        words = sum(n for text, n in facts.texts.items() if not is_missing(text, number=True)) - numbers
        numeric = numbers > 0 and 2 * words <= numbers and not facts.further
        return NumberCells(form) if numeric else kind
    form = form_of([cell for cell in [*sample, *facts.texts] if not is_missing(cell, number=True)], decimals)
    if form != kind.form:
        return NumberCells(form)
    return kind if facts.numeric or not facts.texts else TextCells()


def reason_against(facts: Facts, kind: CellKind, *, row_names: bool, rows_dropped: bool) -> tuple[Kind, Reason | None]:
    """Return what a column is, and why it isn't used although nothing was asked; None if it is.

    row_names: whether it's the first column, without a name, or what pandas makes of one. rows_dropped: whether its
    missing cells cost rows.
    """
    if facts.missing == facts.rows:
        return Kind.EMPTY, Reason.NO_VALUE
    if row_names:
        return Kind.NAMES, Reason.UNNAMED
    if facts.counts:
        return Kind.COUNTER, Reason.COUNTS_ROWS
    mostly = Reason.MOSTLY_MISSING if rows_dropped and 2 * facts.missing > facts.rows else None
    if facts.days:
        return Kind.DATES, Reason.DATE
    if isinstance(kind, NumberCells):
        return Kind.NUMBERS, mostly
    if is_dates(facts.texts):
        return Kind.DATES, Reason.DATE
    return Kind.TEXT, _against_categories(facts) or mostly


def _against_categories(facts: Facts) -> Reason | None:
    if facts.different == 1:
        return Reason.ONE_VALUE
    if OFTEN * facts.different > facts.rows - facts.missing:
        return Reason.HARDLY_REPEATED
    return Reason.TOO_MANY if facts.different > MOST_CATEGORIES else None


def measured(facts: Facts, decimals: tuple[str, ...]) -> int:
    """Return how many different numbers the classes are if they look like a measurement, else 0.

    That's many different numbers that aren't all whole.
    """
    texts = list(facts.texts)
    form = form_of(texts, decimals)
    values = [value for value in map(form.value, texts) if value is not None]
    many = facts.different > MOST_CATEGORIES or OFTEN * facts.different > facts.rows
    broken = any(value != round(value) for value in values)
    return facts.different if broken and many and 3 * len(values) >= 2 * len(texts) else 0


def looks_like_classes(facts: Facts, kind: CellKind, whole: Sequence[float]) -> bool:
    """Whether a column could hold classes: a few texts or whole numbers that come again; whole: its numbers."""
    if facts.counts:
        return False
    if isinstance(kind, TextCells):
        return facts.different >= 2 and OFTEN * facts.different <= facts.rows and not is_dates(facts.texts)
    different = set(whole)
    return 2 <= len(different) <= MOST_CATEGORIES and OFTEN * len(different) <= facts.rows


assert MOST_TEXTS > MOST_ASKED_CATEGORIES
