"""How a column writes its numbers: decimal point or comma, thousands separators, percent and currency signs."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

LARGEST = 1e100
"""The size of the largest feature: its square, summed over many rows, is still a float."""

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)

DIGIT = re.compile(r"[0-9]")
POINTS = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+")
"""A number whose points may be thousands separators."""

PERCENT = "%‰％"
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
            return None if POINT in cell else plain_value(cell.replace(COMMA, POINT))
        bare = _without(self.sign, cell.strip()) if self.sign else cell.strip()
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
        return None
    return value if -LARGEST <= value <= LARGEST and cell.isascii() and "_" not in cell else None


def _groups(decimal: str) -> str:
    return BLANK_GROUPS + (COMMA if decimal == POINT else POINT)


@lru_cache
def _pattern(decimal: str, grouped: bool) -> re.Pattern[str]:
    """Return the pattern of a number without a sign of percent or currency."""
    point = re.escape(decimal)
    plain = rf"[0-9]+({point}[0-9]*)?|{point}[0-9]+"
    thousands = rf"[0-9]{{1,3}}(?P<group>[{_groups(decimal)}])([0-9]{{2,3}}(?P=group))*[0-9]{{3}}({point}[0-9]*)?"
    digits = f"{plain}|{thousands}" if grouped else plain
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
    return next((sign for sign in cell if sign in PERCENT or unicodedata.category(sign) == "Sc"), "")


def form_of(cells: Sequence[str], decimals: Sequence[str]) -> Form:
    """Return the form in which most of the cells are numbers; of equal ones the plainest.

    decimals: the decimal signs to try, the likelier one first.
    """
    if decimals[0] == POINT and all(map(NUMBER.fullmatch, cells)):
        return PLAIN
    sign = Counter(map(sign_of, cells)).most_common(1)[0][0] if cells else ""
    forms = [Form(decimal, grouped, sign) for decimal in decimals for grouped in (False, True)]
    return max(forms, key=lambda form: sum(form.value(cell) is not None for cell in cells))


def likely_decimals(columns: Iterable[Sequence[str]], delimiter: str) -> tuple[str, str]:
    """Return point and comma, first the one that is the table's decimal sign.

    What decides are the cells that are numbers by one of them only, as 0,5 and 1.25 are; 1,234 may be either, and is a
    fraction where commas don't separate the cells and no cell has a point.
    """
    points = commas = 0
    either = {POINT: 0, COMMA: 0}
    for cells in columns:
        if all(map(NUMBER.fullmatch, cells)):
            fractions = [cell for cell in cells if POINT in cell]
            points += sum(not POINTS.fullmatch(cell) for cell in fractions)
            either[POINT] += len(fractions)
            continue
        for cell in filter(DIGIT.search, cells):
            by_point, by_comma = _could_be(POINT, cell), _could_be(COMMA, cell)
            points += by_point and not by_comma
            commas += by_comma and not by_point
            for sign in either:
                either[sign] += by_point and by_comma and sign in cell
    by_commas = commas > points or (commas == points and delimiter != COMMA and either[COMMA] > 0 == either[POINT])
    return (COMMA, POINT) if by_commas else (POINT, COMMA)


def _could_be(decimal: str, cell: str) -> bool:
    return Form(decimal, True, sign_of(cell)).value(cell) is not None
