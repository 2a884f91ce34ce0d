"""One reader for every number that people type: options, arguments and guesses.

Full-width digits and signs, a real minus sign, a fraction (2/3) and a share (60 %) are read as what they mean.
"""

import math
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,4})?", re.IGNORECASE)

DECIMAL_COMMA = re.compile(r"(.*=)?\s*[+-]?[0-9]*,[0-9]+\s*%?")

INFINITE = re.compile(r"([+-]?)(inf|infinity|∞)", re.IGNORECASE)

BEGINNING = re.compile(DECIMAL.pattern + "%?", re.IGNORECASE)

LISTED = re.compile(r"\s*[,;]\s*|\s+")
"""What separates the values of a list."""

BRACKETS = {"[": "]", "(": ")", "{": "}", "【": "】", '"': '"', "'": "'", "“": "”", "‘": "’", "「": "」"}

THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
"""A number whose comma may stand before thousands."""

SIGNS = str.maketrans({"−": "-", "–": "-", "⁄": "/", "÷": "/", "、": ",", "。": "."})
"""Signs that NFKC leaves alone, and what they stand for in a number or a list."""


def plain(text: str) -> str:
    """Return a text with full-width characters as ordinary ones, an ASCII minus and no outer blanks."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).translate(SIGNS).strip()


def exact(text: str) -> Fraction | None:
    """Return the finite number that a text means, exactly; None if it means none."""
    number = plain(text)
    share = number.endswith("%")
    above, slash, below = number.removesuffix("%").rstrip().partition("/")
    if not DECIMAL.fullmatch(above.strip()) or (slash and not DECIMAL.fullmatch(below.strip())):
        return None
    divisor = Fraction(Decimal(below.strip())) if slash else Fraction(1)
    return Fraction(Decimal(above.strip())) / divisor / (100 if share else 1) if divisor else None


def number(text: str) -> float | None:
    """Return the number that a text means as a float, ∞ included; None if it means none."""
    typed = plain(text)
    if DECIMAL.fullmatch(typed):
        return float(typed)
    infinite = INFINITE.fullmatch(typed)
    if infinite:
        return -math.inf if infinite[1] == "-" else math.inf
    value = exact(typed)
    if value is None:
        return None
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def single(text: str) -> float | None:
    """Return what a number that stands alone means: as `number`, or with a decimal comma unless that may be 1,000."""
    typed = plain(text)
    comma = DECIMAL_COMMA.fullmatch(typed) and not THOUSANDS.fullmatch(typed)
    return number(typed.replace(",", ".") if comma else typed)


def leading(text: str) -> str:
    """Return the number that a text begins with, such as 6 of "6 balls", or ""."""
    found = BEGINNING.match(plain(text))
    return found[0] if found else ""


def written(value: float) -> str:
    """Return a number as it is typed, without the .0 of a whole one."""
    return str(value).removesuffix(".0")


def guessed(text: str) -> float | None:
    """Return what a guess means: a number, in which a comma may stand for the point."""
    return number(text.replace(",", ".", 1) if "." not in text else text)


def values(text: str) -> list[str]:
    """Return the values of a list: with commas, semicolons or blanks between them, in brackets or not.

    Between semicolons a comma stands for the point. An empty place is an empty text.
    """
    full = text.replace("，", ";").replace("、", ";") if "；" in text or ";" in text else text
    inner = plain(full)
    while len(inner) > 1 and BRACKETS.get(inner[0]) == inner[-1]:
        inner = inner[1:-1].strip()
    inner = re.sub(r"\s+%", "%", inner) if "%" in inner else inner
    inner = inner[:-1].rstrip() if re.search(r"[0-9%.]\s*[,;]$", inner) else inner
    if ";" in inner:
        parts = [part.strip() for part in inner.split(";")]
        return [part.replace(",", ".") if DECIMAL_COMMA.fullmatch(part) else part for part in parts]
    return LISTED.split(inner)


def last_place(text: str) -> Fraction:
    """Return half a unit of a number's last decimal where it has two or more of them, else 0: what rounding explains.

    0.33 may be off by 0.005, 33 % too; 0.5, 1/3 and 0 are taken as they are.
    """
    typed = plain(text)
    share = typed.endswith("%")
    digits = typed.removesuffix("%").rstrip()
    if not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]*", digits):
        return Fraction(0)
    decimals = len(digits.partition(".")[2]) + (2 if share else 0)
    return Fraction(1, 2 * 10**decimals) if decimals >= 2 else Fraction(0)
