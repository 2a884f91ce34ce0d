"""One-purpose guards: each returns its argument as an array, or raises ValueError with the offending value."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]
"""A real array, float32 or float64."""

LARGEST_EXACT_COUNT = 2**53
"""Above this, float64 can't tell a count from its neighbour."""


def as_float(values: ArrayLike, name: str) -> Array:
    """Return `values` as an array of at least one dimension: float32 stays, everything else becomes float64.

    Raises ValueError for what isn't an array of real numbers, and for one without classes.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be real numbers, got an array of {array.dtype}")
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name} must hold at least one class, got shape {array.shape}")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def as_logits(values: ArrayLike, name: str = "logits") -> Array:
    """Return logits: real numbers or −∞ (a masked class). Raises ValueError for NaN and +∞."""
    array = as_float(values, name)
    if not (array < np.inf).all():
        raise ValueError(f"{name} must be finite or -inf (a masked class), got {_first(array, ~(array < np.inf))}")
    return array


def as_weights(values: ArrayLike, name: str) -> Array:
    """Return probabilities or other weights: finite and not negative. Raises ValueError otherwise.

    They need not sum to 1: a gradient's target may be any weights, and the formulas stay well defined.
    """
    array = as_float(values, name)
    legal = (array >= 0) & (array < np.inf)
    if not legal.all():
        raise ValueError(f"{name} must be finite and not negative, got {_first(array, ~legal)}")
    return array + 0.0  # −0 becomes 0: divided by it, a number would turn its sign


def as_counts(values: ArrayLike) -> Array:
    """Return counts n_k as float64, shape (K,).

    Raises ValueError unless they are whole, not negative, not all zero, and together at most 2**53.
    """
    counts = as_weights(values, "counts").astype(np.float64)
    if counts.ndim != 1:
        raise ValueError(f"counts must have one dimension, got shape {counts.shape}")
    if (counts % 1 != 0).any():
        raise ValueError(f"counts must be whole numbers, got {_first(counts, counts % 1 != 0)}")
    total = sum(int(count) for count in np.asarray(values).tolist())  # exactly: float64 can't tell 2**53 + 1
    if not 0 < total <= LARGEST_EXACT_COUNT:
        raise ValueError(f"counts must add up to between 1 and 2**53, got {total}")
    return counts


def same_classes(first: Array, second: Array, names: str) -> None:
    """Raise ValueError unless both arrays have the same number of classes, their last axis."""
    if first.shape[-1] != second.shape[-1]:
        raise ValueError(f"{names} must have the same number of classes, got {first.shape[-1]} and {second.shape[-1]}")


def _first(array: Array, where: NDArray[np.bool_]) -> float:
    return float(array[where][0])
