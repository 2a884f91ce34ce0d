"""How a column writes its numbers: decimal point or comma, thousands separators, percent and currency signs."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.spelling import trimmed

LARGEST = 1e100
"""The size of the largest feature: its square, summed over many rows, is still a float."""

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)

DIGIT = re.compile(r"[0-9]")
POINTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
"""A number whose points may be thousands separators."""

GROUPS = re.compile(r"([0-9]{2,3})[.\x20\u00a0][0-9]{3}(?:[.\x20\u00a0][0-9]{3})*|([0-9])(?:[.\x20\u00a0][0-9]{3}){2,}")
"""Digits in groups that may be an address, and the first of the groups."""

SIGNS = str.maketrans("−－％", "--%")
"""A real minus sign and full-width signs, as ordinary ones."""

FEWEST_ADDRESSES = 5
"""Different cells from which on it is no accident that all begin with the same group."""

PERCENT = "%‰"
POINT, COMMA = ".", ","
BLANK_GROUPS = r"'’\x20\u00a0\u2009\u202f"
"""Thousands separators besides the one of comma and point that isn't the decimal sign."""


@dataclass(frozen=True)
class Form:
    """One way to write numbers; the plain one is Python's own.

    decimal: the decimal sign, a point or a comma. grouped: whether thousands may be set apart. sign: a percent or
    currency sign that every number bears, or none.
    """

    decimal: str = POINT
    grouped: bool = False
    sign: str = ""

    def value(self, cell: str) -> float | None:
        """Return the number that a cell holds, as it is written; None if it holds none, or one that is too large."""
        if self == PLAIN:
            return plain_value(cell)
        if self == COMMAS:
            bare = ordinary(cell)
            return None if POINT in bare else plain_value(bare.replace(COMMA, POINT))
        bare = _without(self.sign, ordinary(cell)) if self.sign else ordinary(cell)
        if bare is None or not _pattern(self.decimal, self.grouped).fullmatch(bare):
            return None
        if self.grouped:
            bare = re.sub(rf"[{_groups(self.decimal)}]", "", bare)
        return plain_value(bare.replace(self.decimal, POINT))


PLAIN, COMMAS = Form(), Form(COMMA)


def plain_value(cell: str) -> float | None:
    """Return the number that a cell holds in Python's own form, without what only Python takes for a number."""
    try:
        value = float(cell)
    except ValueError:
        return _trimmed_value(cell)
    if not cell.isascii():
        return _trimmed_value(cell)
    return value if -LARGEST <= value <= LARGEST and "_" not in cell else None


def ordinary(cell: str) -> str:
    """Return a cell trimmed, with the ordinary signs for a real minus and for full-width ones."""
    return trimmed(cell) if cell.isascii() else trimmed(cell).translate(SIGNS)


def _trimmed_value(cell: str) -> float | None:
    """Return the number in a cell with strange blanks around it, or of signs that aren't ASCII's."""
    bare = ordinary(cell)
    return plain_value(bare) if bare != cell else None


def _groups(decimal: str) -> str:
    return BLANK_GROUPS + (COMMA if decimal == POINT else POINT)


@lru_cache
def _pattern(decimal: str, grouped: bool) -> re.Pattern[str]:
    """Return the pattern of a number without a sign of percent or currency."""
    point = re.escape(decimal)
    plain = rf"[0-9]+({point}[0-9]*)?|{point}[0-9]+"
    thousands = rf"[1-9][0-9]{{0,2}}(?P<group>[{_groups(decimal)}])([0-9]{{3}}(?P=group))*[0-9]{{3}}({point}[0-9]*)?"
    indian = rf"|[1-9][0-9]?(,[0-9]{{2}})+,[0-9]{{3}}({point}[0-9]*)?" if decimal == POINT else ""
    digits = f"{plain}|{thousands}{indian}" if grouped else plain
    return re.compile(rf"[+-]?({digits})(e[+-]?[0-9]+)?", re.IGNORECASE)


def _without(sign: str, cell: str) -> str | None:
    """Return a cell without its sign, which stands before or behind the number; None if it has none."""
    before, found, behind = cell.partition(sign)
    before, behind = before.strip(), behind.strip()
    if not found or (behind and before not in {"", "+", "-"}):
        return None
    return before + behind


def sign_of(cell: str) -> str:
    """Return the first percent or currency sign of a cell, or none."""
    if cell.isalnum():
        return ""
    return next((sign for sign in ordinary(cell) if sign in PERCENT or unicodedata.category(sign) == "Sc"), "")


def form_of(cells: Sequence[str], decimals: Sequence[str]) -> Form:
    """Return the form in which most of the cells are numbers; of equal ones the plainest.

    decimals: the decimal signs to try, the likelier one first.
    """
    if decimals[0] == POINT and all(map(NUMBER.fullmatch, cells)):
        return PLAIN
    sign = Counter(map(sign_of, cells)).most_common(1)[0][0] if cells else ""
    ways = (False,) if _are_addresses(cells) else (False, True)
    forms = [Form(decimal, grouped, sign) for decimal in decimals for grouped in ways]
    return max(forms, key=lambda form: sum(form.value(cell) is not None for cell in cells))


def _are_addresses(cells: Sequence[str]) -> bool:
    """Whether digits in groups are no thousands: addresses, versions and telephone numbers begin alike."""
    different = {cell.strip() for cell in cells}
    if len(different) < FEWEST_ADDRESSES:
        return False
    found = [match for match in map(GROUPS.fullmatch, different) if match]
    return len(found) == len(different) and len({match[1] or match[2] for match in found}) == 1


@dataclass
class Evidence:
    """How many cells of a table tell its decimal sign.

    points, commas: those that are numbers by that sign only, as 1.25 and 0,5 are. either: of those that may be both,
    as 1,234 is, the ones with a point and the ones with a comma.
    """

    points: int = 0
    commas: int = 0
    either: dict[str, int] = field(default_factory=lambda: {POINT: 0, COMMA: 0})

    def add_cells(self, cells: Iterable[str]) -> None:
        """Count what cells tell, which have no blanks around them."""
        for cell in cells:
            if NUMBER.fullmatch(cell):
                self._add_plain(cell)
            elif DIGIT.search(cell):
                by_point, by_comma = _could_be(POINT, cell), _could_be(COMMA, cell)
                self.points += by_point and not by_comma
                self.commas += by_comma and not by_point
                for sign in self.either:
                    self.either[sign] += by_point and by_comma and sign in cell

    def _add_plain(self, cell: str) -> None:
        if POINT in cell:
            self.points += not POINTS.fullmatch(cell)
            self.either[POINT] += 1

    def add_values(self, values: NDArray[np.float64], decimal: str) -> None:
        """Count what fractions tell that were read by a decimal sign; three digits behind it may be thousands."""
        broken = values[(values != np.rint(values)) & (np.abs(values) <= LARGEST)]
        maybe = (broken == np.round(broken, 3)) & (broken != np.round(broken, 2)) & (np.abs(broken) >= 1)
        sure = int((~maybe).sum())
        self.points += sure * (decimal == POINT)
        self.commas += sure * (decimal == COMMA)
        self.either[decimal] += len(broken) if decimal == POINT else int(maybe.sum())

    def decimals(self, known: str = "") -> tuple[str, ...]:
        """Return the decimal sign of the table; where none is sure the known one, or the point."""
        if known and self.points == self.commas:
            return (known,)
        return (COMMA,) if self.commas > self.points else (POINT,)

    def is_open(self, delimiter: str) -> bool:
        """Whether numbers such as 1,234 may be fractions as well as thousands; commas between cells rule them out."""
        return self.commas == self.points == 0 < self.either[COMMA] and delimiter != COMMA


def evidence_of(columns: Iterable[Sequence[str]]) -> Evidence:
    """Return what the cells of some columns tell of the decimal sign."""
    evidence = Evidence()
    for cells in columns:
        evidence.add_cells(cells)
    return evidence


def _could_be(decimal: str, cell: str) -> bool:
    return Form(decimal, True, sign_of(cell)).value(cell) is not None
