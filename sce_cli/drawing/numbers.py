"""How numbers are printed: values, errors, vectors, quantities with their unit, powers of ten."""

import math
from decimal import Decimal

from sce_cli.core.checks import Array
from sce_cli.units import Unit

LONGEST_VECTOR = 5
"""Entries that a vector shows, likewise."""


def number(value: float, digits: int = 8) -> str:
    """Format a number for reading: 6 decimals in the middle range, else `digits` significant ones.

    What isn't whole never reads as whole, 1 − 1e-15 gets as many digits as that takes; but above 1, what misses a
    whole number by rounding alone does.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    middle = 0.01 <= abs(value) < 1e6
    text = f"{value:.6f}".rstrip("0").rstrip(".") if middle else _with_short_exponent(f"{value:.{digits}g}")
    rounding = abs(value) > 1 and math.isclose(float(text), value, rel_tol=1e-13)
    return _never_whole(value) if middle and "." not in text and float(text) != value and not rounding else text


def _never_whole(value: float) -> str:
    """Return the fewest digits that don't read as a whole number."""
    return next(text for digits in range(7, 18) if float(text := f"{value:.{digits}g}") % 1 or digits == 17)


def _with_short_exponent(text: str) -> str:
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
    return "0" if value == 0 else _with_short_exponent(f"{abs(value):.1e}")


def entry(value: float) -> str:
    """Format an entry of a table to six decimals, or to two digits where they would all be 0."""
    rounds_to_zero = 0 < abs(value) < 5e-7
    return f"{'-' if value < 0 else ''}{error_size(value)}" if rounds_to_zero else f"{value + 0.0:.6f}"


def vector(values: Array) -> str:
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
