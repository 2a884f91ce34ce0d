"""What comes before training: the split into two parts, and features of mean 0 and deviation 1."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels

Rows = TypeVar("Rows", bound=NDArray[Any])

SMALLEST = float(np.finfo(np.float64).smallest_subnormal)

CHUNK = 65_536
"""Numbers that are moved at once when rows change their places."""


def stratified_test_rows(labels: Labels, share: float, random: "np.random.Generator") -> NDArray[np.intp]:
    """Draw the rows of a test part: this share of each class, rounded, but at least one row and never all.

    labels: shape (N,). share: from 0, for no test part, to below 1. Returns increasing indices. Raises ValueError for
    a class with a single row, which can't be in both parts.
    """
    if not share:
        return np.empty(0, dtype=np.intp)
    order = random.permutation(len(labels))
    in_classes = order[np.argsort(labels[order], kind="stable")]
    counts = np.bincount(labels)
    if (counts == 1).any():
        raise ValueError(f"every class must have at least two rows, class {int((counts == 1).argmax())} has one")
    taken = np.where(counts > 0, np.clip(np.rint(share * counts), 1, counts - 1), 0).astype(np.intp)
    starts = np.cumsum(counts) - counts
    rows = np.concatenate([in_classes[start : start + n] for start, n in zip(starts, taken, strict=True)])
    return np.sort(rows)


def split_in_place(array: Rows, test_rows: NDArray[np.intp]) -> tuple[Rows, Rows]:
    """Return the rows that aren't test rows, and a copy of those that are.

    array: shape (N, …). test_rows: increasing. The other rows move up within the array, which saves copying them: the
    first part returned is a view of it, so the array must no longer be used.
    """
    test: Rows = array[test_rows]  # type: ignore[assignment]
    kept = np.delete(np.arange(len(array)), test_rows)
    length = _rows_of_a_chunk(array)
    for start in range(0, len(kept), length):
        rows = kept[start : start + length]
        array[start : start + len(rows)] = array[rows]
    return array[: len(kept)], test  # type: ignore[return-value]


def mean_and_scale(features: Array) -> tuple[Array, Array]:
    """Return each feature's mean and standard deviation, shape (D,); a constant feature's scale is 1.

    features: shape (N, D). A feature is constant if it deviates by rounding alone. Both are found from the place within
    the range, (x − min)/(max − min), whose square neither overflows nor underflows, and the squares in a second pass.
    """
    least = features.min(axis=0)
    reach = features.max(axis=0) - least
    varies = reach > 1e-14 * np.abs(least)
    unit = np.where(varies, reach, 1.0)
    place = _mean_of_rows(features, lambda x: (x - least) / unit)
    variance = _mean_of_rows(features, lambda x: ((x - least) / unit - place) ** 2)
    scale = np.maximum(unit * np.sqrt(variance), SMALLEST)  # a deviation below the smallest float isn't 0
    return least + unit * place, np.where(varies, scale, 1.0)


def _mean_of_rows(features: Array, function: Callable[[Array], Array]) -> Array:
    """Return the mean over the rows of a function of each, a chunk at a time: a copy of all may not fit the memory."""
    length, total = _rows_of_a_chunk(features), np.zeros(features.shape[1])
    for start in range(0, len(features), length):
        total += function(features[start : start + length]).sum(axis=0)
    return total / len(features)


def _rows_of_a_chunk(array: NDArray[Any]) -> int:
    return max(CHUNK // max(math.prod(array.shape[1:]), 1), 1)


def standardise(features: Array, mean: Array, scale: Array) -> None:
    """Overwrite the features with (x − mean)/scale."""
    features -= mean
    features /= scale
