"""Linear normalisation z_i/Σz, softmax's simplest rival, and the mean that tells which of the two is the sharper.

For two scores a > b > 0, softmax at temperature T has the odds e^((a−b)/T) and linear normalisation a/b. Softmax is
the sharper exactly where (a − b)/T > ln a − ln b, that is where the logarithmic mean of a and b exceeds T.

Source: B. C. Carlson, "The logarithmic mean", American Mathematical Monthly 79 (1972).
"""

import math
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, as_logits, as_weights


class Linear(Enum):
    """What linear normalisation makes of scores; the value is the message for the reader."""

    COMPARABLE = "no score is negative, and their sum is positive"
    EQUAL = "all scores are equal, so both forms give every class the same p"
    REVERSED = "the sum is negative, which turns the order upside down: the lowest score gets the largest share"
    MIXED = "the scores have both signs, so some shares are negative, and no probabilities"
    ZERO_SUM = "the scores add up to 0, and nothing can be divided by 0"
    MASKED = "a masked class makes the sum -∞, and -∞/-∞ is no number"


def linear_normalisation(logits: ArrayLike) -> tuple[Linear, Array]:
    """z_i/Σ_k z_k, and what it is worth.

    logits: shape (K,), real numbers or −∞. Returns the outcome and the shares, shape (K,), which sum to 1; those of
    MIXED are no probabilities, and ±∞ beyond the floats. Shape (0,) for ZERO_SUM and MASKED, where they are undefined.
    Raises ValueError for NaN and +∞.
    """
    z = as_logits(logits)
    if np.isneginf(z).any():
        return Linear.MASKED, np.empty(0)
    if _adds_up_to_0(z):
        return Linear.ZERO_SUM, np.empty(0)
    if z.min() < 0 < z.max():
        return Linear.MIXED, _exact_shares(z)
    units = z / np.abs(z).max()  # a common factor cancels, and a sum of scores such as 1e308 would overflow
    shares = units / units.sum() + 0.0  # 0/−2 is −0, which + 0.0 makes 0
    if z.min() == z.max():
        return Linear.EQUAL, shares
    return (Linear.COMPARABLE if z.max() > 0 else Linear.REVERSED), shares


def _adds_up_to_0(z: Array) -> bool:
    """Tell whether the sum is 0, either of the floats or of the decimals they stand for, as in 0.1 + 0.2 − 0.3."""
    if not z.min() < 0 < z.max():
        return not z.any()
    return 0 in (sum(map(Fraction, z.tolist())), sum(Fraction(str(score)) for score in z))


def _exact_shares(z: Array) -> Array:
    """Return z/Σ z of scores of both signs, whose sum in floats would lose its digits or overflow."""
    scores = list(map(Fraction, z.tolist()))
    total = sum(scores)
    return np.array([_nearest(score / total) for score in scores])


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def logarithmic_mean(larger: ArrayLike, smaller: ArrayLike) -> Array:
    """L = (a − b)/(ln a − ln b) for a > b ≥ 0: between b and a, growing with both; 0 for b = 0.

    larger, smaller: arrays of one shape. Returns that shape. ln a − ln b would cancel: it is taken as log1p((a − b)/b)
    where a and b are close, and as ln(a/b) elsewhere, unless a/b is beyond the floats. Raises ValueError for negative,
    infinite or NaN entries.
    """
    a, b = as_weights(larger, "larger"), as_weights(smaller, "smaller")
    with np.errstate(divide="ignore", over="ignore"):
        apart = np.where(np.isfinite(a / b), np.log(a / b), np.log(a) - np.log(b))
        logarithm = np.where(a / 2 > b, apart, np.log1p((a - b) / b))
    mean: Array = (a - b) / logarithm
    return mean
