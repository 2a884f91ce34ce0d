"""How far apart two routes to the same numbers are, and how far rounding alone may take them."""

import numpy as np

from sce_cli.core.checks import Array

EPSILON = float(np.finfo(np.float64).eps)
"""The spacing of the float64 behind 1, 2.2e-16: twice the largest relative error of one rounding."""

ROUNDING = 16 * EPSILON
"""Allowed where two routes that are well conditioned differ by a handful of roundings."""


def rounding_of_sum(terms: int) -> float:
    """Return what is allowed where one route adds up so many terms plainly: each of the additions may round."""
    return ROUNDING + terms * EPSILON


def largest_error(values: Array, reference: Array, floor: float = 1.0) -> float:
    """max |value − reference| / max(|reference|, floor): relative down to `floor`, absolute below it.

    Shapes that broadcast; equal infinities differ by 0. Returns a number ≥ 0, ∞ or NaN where only one is finite.
    """
    with np.errstate(invalid="ignore"):
        error = np.abs(values - reference) / np.maximum(np.abs(reference), floor)
    return float(np.where(values == reference, 0, error).max())
