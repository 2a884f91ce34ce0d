"""Dates and times of the day, in the forms in which tables have them."""

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.table_rows import usable

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
    r"|januar|februar|märz|april|mai|juni|juli|august|oktober|dezember"
    r"|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
)
YEAR = r"(?:[0-9]{4}|'?[0-9]{2})"
CLOCK = r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]\.?m\.?)?|[0-9]{1,2} ?[ap]\.?m\.?)"
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?"
DAYS = (
    r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?",  # 2019-03-01, 2019-03
    r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.] ?(?:[0-9]{4}|[0-9]{2})",  # 1.3.2019, 03/01/19
    rf"[0-9]{{1,2}}(?:st|nd|rd|th)?[-./ ]*(?:of )?(?:{MONTH})(?:[-,./ ]*{YEAR})?",  # 1-Mar-2019, 1. März 2019, 11-Mar
    rf"(?:{MONTH}) [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}",  # March 1, 2019
    rf"(?:{MONTH})[-,./ ]*{YEAR}",  # Mar-11, March 2019
    rf"[0-9]{{4}}[-./ ]?(?:{MONTH})",  # 2019-Mar
    r"[0-9]{4}[-/ ]?[qh][1-4]|[qh][1-4][-/ ]?[0-9]{4}",  # 2020Q1, Q1 2020
    r"[0-9]{4}-?w[0-9]{2}(?:-?[1-7])?",  # 2020-W05-3
    r"[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}[日号])?|第?[1-4一二三四]季度)?|[0-9]{1,2}月[0-9]{1,2}[日号]",
)
DATE = re.compile(
    rf"{WEEKDAY}(?:{'|'.join(DAYS)})(?:,?[T ] *{CLOCK} ?(?:z|utc|gmt|[+-][0-9:]+)?)?|{CLOCK}", re.IGNORECASE
)

FIRST, LAST = 1800_01_01, 2199_12_31
"""The days that numbers of eight digits may be."""

FIRST_YEAR, LAST_YEAR = 1800, 2199

MONTHS_ROUNDING = 1e-9
"""A hundred times the rounding of a year with a fraction, and more."""


FEWEST_MONTHS = 5
"""Different numbers from which on it's no accident that each of them is a year and a month."""

FEW = 50
"""Cells that rule out most columns of other numbers."""


def is_dates(texts: Mapping[str, int]) -> bool:
    """Whether two thirds of the rows' texts are dates or times of the day; texts: how often each comes."""
    dates = sum(n for text, n in texts.items() if DATE.fullmatch(text))
    return 3 * dates >= 2 * sum(texts.values()) > 0


def are_days(column: NDArray[np.float64]) -> bool:
    """Whether all numbers of a column, shape (N,), are days as 20200131 is; a text or NaN is none."""
    first = column[:FEW]
    if not bool(((first >= FIRST) & (first <= LAST)).any()):
        return False
    present = column[usable(column)]
    if not bool(((present >= FIRST) & (present <= LAST) & (present == np.rint(present))).all()):
        return False
    return all(map(_is_day, np.unique(present).astype(np.int64).tolist()))


def are_months(column: NDArray[np.float64]) -> bool:
    """Whether all numbers of a column, shape (N,), are a year and a month as 2020.01 and 2020.12 are."""
    if not _could_be_months(column[:FEW]) or not _could_be_months(column):
        return False
    return len(np.unique(column[usable(column)])) >= FEWEST_MONTHS


def _could_be_months(column: NDArray[np.float64]) -> bool:
    present = column[usable(column)]
    if not bool(((present >= FIRST_YEAR) & (present < LAST_YEAR + 1)).all()):
        return False
    months = 100 * (present - np.floor(present))
    return bool(((np.abs(months - np.rint(months)) < MONTHS_ROUNDING) & (months > 0.5) & (months < 12.5)).all())


def _is_day(number: int) -> bool:
    try:
        date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True
