"""What comes before training: the split into two parts, and features of mean 0 and deviation 1."""

import numpy as np
from numpy.typing import NDArray

from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels

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


def split_in_place(array: NDArray[np.generic], test_rows: NDArray[np.intp]) -> tuple[NDArray[np.generic], ...]:
    """Return the rows that aren't test rows, and a copy of those that are.

    array: shape (N, …). test_rows: increasing. The other rows move up within the array, which saves copying them: the
    first part returned is a view of it, so the array must no longer be used.
    """
    test = array[test_rows]
    kept = np.delete(np.arange(len(array)), test_rows)
    length = max(CHUNK // max(array[0].size, 1), 1)
    for start in range(0, len(kept), length):
        rows = kept[start : start + length]
        array[start : start + len(rows)] = array[rows]
    return array[: len(kept)], test


def mean_and_scale(features: Array) -> tuple[Array, Array]:
    """Return each feature's mean and standard deviation, shape (D,); a constant feature's scale is 1.

    features: shape (N, D). A feature is constant if it deviates by rounding alone.
    """
    mean = features.mean(axis=0)
    length, squares = max(CHUNK // features.shape[1], 1), np.zeros(features.shape[1])
    for start in range(0, len(features), length):
        squares += ((features[start : start + length] - mean) ** 2).sum(axis=0)
    scale = np.sqrt(squares / len(features))
    return mean, np.where(scale > 1e-14 * np.abs(mean), scale, 1.0)


def standardise(features: Array, mean: Array, scale: Array) -> None:
    """Overwrite the features with (x − mean)/scale."""
    features -= mean
    features /= scale
