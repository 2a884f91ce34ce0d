"""How numbers are printed: values, errors, vectors, quantities with their unit, powers of ten."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import TYPE_CHECKING

from sce_cli.units import Unit

if TYPE_CHECKING:
    from sce_cli.core.checks import Array

DIGITS = 4
"""Significant digits of a number, and decimals of a table's entry, unless more are asked for: enough for a class."""

LONGEST_VECTOR = 5
"""Entries that a vector shows, likewise."""

_asked: ContextVar[int | None] = ContextVar("digits", default=None)


@contextmanager
def with_digits(digits: int | None) -> Iterator[None]:
    """Have every number in the block printed with so many digits, as `--digits` asks; None: as many as usual."""
    before = _asked.set(digits)
    try:
        yield
    finally:
        _asked.reset(before)


def _digits(need: int) -> int:
    return max(_asked.get() or DIGITS, need)


def number(value: float, need: int = 0) -> str:
    """Format a number for reading: what is short exactly, as 4 or 0.25, anything else to a few significant digits.

    need: the digits that show the point, where that takes more than usual. Zeros at the end tell that the number goes
    on, as in 0.6590. What isn't whole never reads as whole, 1 − 1e-15 gets as many digits as that takes; but what
    misses a short number by rounding alone reads as that.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    digits = _digits(need)
    if not 1e-4 <= abs(value) < 1e6:
        return short_exponent(f"{value:.{digits}g}")
    text = f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"
    if _is_short(text, value):
        return text.rstrip("0").rstrip(".") if "." in text else text
    return text if float(text) % 1 else _never_whole(value)


def _is_short(text: str, value: float) -> bool:
    """Tell whether the digits are all there are, rounding aside, which below 1 may be a distance from 1 that counts."""
    near = float(text)
    return near == value or ((near % 1 != 0 or abs(value) > 1) and math.isclose(near, value, rel_tol=1e-13))


def _never_whole(value: float) -> str:
    """Return the fewest digits that don't read as a whole number."""
    return next(text for digits in range(DIGITS, 18) if float(text := f"{value:.{digits}g}") % 1 or digits == 17)


def about(value: float, digits: int = 2) -> str:
    """Format a number to a few digits, where more of them say nothing: 7.6e-6, 0.13."""
    return number(float(f"{value:.{digits}g}"))


def short_exponent(text: str) -> str:
    """Return a number's text with its exponent as people write it: 4e-5."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def equals(value: float) -> str:
    """Format "= value", or "≈ value" where the digits shown aren't all."""
    text = number(value)
    return f"= {text}" if math.isinf(value) or float(text) == value else f"≈ {text}"


def count(value: float) -> str:
    """Format a whole number exactly, large round ones as powers of ten."""
    short = number(value)
    return short if float(short) == value else f"{value:,.0f}"


def error_size(value: float) -> str:
    """Format the size of an error: two significant digits, or a plain 0."""
    return "0" if value == 0 else short_exponent(f"{abs(value):.1e}")


def entry(value: float, need: int = 0) -> str:
    """Format an entry of a table to a few decimals, or to two digits where they would all be 0.

    need: the decimals that show the point, where that takes more than usual.
    """
    return _fixed(value, _digits(need))


def column(values: Sequence[float], need: int = 0) -> list[str]:
    """Format a column of numbers with as many decimals each, so that their points stand below each other.

    The decimals are those that the largest number's digits leave, or fewer where no number has as many; what would
    round to 0 shows two digits instead.
    """
    finite = [value for value in values if math.isfinite(value)]
    largest = max((abs(value) for value in finite), default=0.0)
    if largest >= 1e6:
        return [number(value, need) for value in values]
    whole_digits = math.floor(math.log10(largest)) if largest >= 1 else -1
    most = max(0, _digits(need) - 1 - whole_digits)
    decimals = next((d for d in range(most) if all(_is_short(f"{value:.{d}f}", value) for value in finite)), most)
    return [_fixed(value, decimals) if math.isfinite(value) else number(value) for value in values]


def _fixed(value: float, decimals: int) -> str:
    """Format a number with so many decimals, or with two digits where they would all be 0."""
    if 0 < abs(value) < 0.5 * 10**-decimals:
        return f"{'-' if value < 0 else ''}{error_size(value)}"
    return f"{value + 0.0:.{decimals}f}"


def vector(values: "Array") -> str:
    """Format a vector in brackets, the middle left out where it is long."""
    shown = [number(value) for value in values]
    return f"({', '.join(shown if len(shown) <= LONGEST_VECTOR else [*shown[:3], '…', shown[-1]])})"


def quantity(nats: float, unit: Unit) -> str:
    """Format a logarithm with its unit."""
    text = number(float(nats) * unit.per_nat)  # a float, unlike a NumPy scalar, goes to ∞ without a warning
    return f"{text} {unit.label.removesuffix('s') if text in ('1', '-1') else unit.label}"


def power_of_ten(exponent: float) -> str:
    """Format 10^exponent, which may be far outside the range of a float."""
    if abs(exponent) >= 1e6:
        return f"10^({exponent:.10g})"  # so far out, the exponent's own rounding hides the leading digits
    mantissa, _, power = f"{Decimal(10) ** Decimal(exponent):.6e}".lower().partition("e")
    return f"{mantissa} × 10^{int(power)}"
