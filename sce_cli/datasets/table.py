"""A table of features and classes, in memory once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 4096
"""Rows that are copied or looked at together: a block of them fits the cache."""

PIXEL = re.compile(r"pixel_([0-9]{1,4})_([0-9]{1,4})")


@dataclass(frozen=True, eq=False)
class Table:
    """N rows of D features, and the class of each row where it's known."""

    name: str
    """What --data was given."""

    features: NDArray[np.float64]
    """Shape (N, D), finite, in C order; the caller's own, who may rearrange it in place."""

    feature_names: tuple[str, ...]
    """One for each column of `features`."""

    labels: NDArray[np.intp] | None
    """Shape (N,), places in `class_names`; None for rows whose class nobody knows."""

    class_names: tuple[str, ...]
    """In numerical order if all are whole numbers, else in alphabetical order; in a model's order for prediction."""

    left_out: tuple[str, ...]
    """The columns that the data has and that are neither a feature nor the class."""

    label_column: str
    """The name of the class's column; empty where there is none."""


def picture_shape(feature_names: Sequence[str]) -> tuple[int, int] | None:
    """Return (R, C) if the features are the pixels of pictures: pixel_0_0 to pixel_{R−1}_{C−1}, row by row."""
    last = PIXEL.fullmatch(feature_names[-1]) if feature_names else None
    if last is None:
        return None
    rows, columns = int(last[1]) + 1, int(last[2]) + 1
    if rows * columns != len(feature_names):
        return None
    expected = [f"pixel_{row}_{column}" for row in range(rows) for column in range(columns)]
    return (rows, columns) if list(feature_names) == expected else None


def keep_columns(array: NDArray[np.float64], places: Sequence[int]) -> NDArray[np.float64]:
    """Move the columns at `places`, in that order, to the front of the array's own memory, and return them.

    array: shape (N, C), in C order, overwritten. places: D different columns. Returns shape (N, D), in C order. A block
    of rows never lands behind its own start, so no row is overwritten before it's read.
    """
    width = len(places)
    if tuple(places) == tuple(range(array.shape[1])):
        return array
    flat = array.reshape(-1)
    for first in range(0, len(array), ROWS_AT_ONCE):
        block = np.take(array[first : first + ROWS_AT_ONCE], places, axis=1)
        flat[first * width : first * width + block.size] = block.reshape(-1)
    return flat[: len(array) * width].reshape(len(array), width)


LARGEST = 1e100
"""The size of the largest feature: its square, summed over many rows, is still a float."""


def first_unusable(array: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return the row and the column of the first entry that is NaN or larger than LARGEST; shape (N, D)."""
    for first in range(0, len(array), ROWS_AT_ONCE):
        finite = np.abs(array[first : first + ROWS_AT_ONCE]) <= LARGEST
        if not finite.all():
            row, column = np.unravel_index(int(finite.argmin()), finite.shape)
            return first + int(row), int(column)
    return None
