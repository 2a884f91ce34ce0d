"""Rows and columns of an array moved in its own memory, and what can't be used found, block by block."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.core.blocks import CACHED
from sce_cli.datasets.number_forms import LARGEST

ROWS_AT_ONCE = 4096
"""Rows that are copied or looked at together: a block of them fits the cache."""


def usable(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which entries are numbers that aren't too large, shape (N,); a text's code and NaN aren't."""
    return (column >= -LARGEST) & (column <= LARGEST)


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


def keep_rows(array: NDArray[Any], kept: NDArray[np.bool_]) -> int:
    """Move the rows that are kept to the front of the array, and return how many there are. kept: shape (N,)."""
    count = 0
    for first in range(0, len(array), ROWS_AT_ONCE):
        block = array[first : first + ROWS_AT_ONCE][kept[first : first + ROWS_AT_ONCE]]
        array[count : count + len(block)] = block
        count += len(block)
    return count


def rows_with_nan(array: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Return which rows have a NaN, shape (N,); array: shape (N, D)."""
    found = np.zeros(len(array), dtype=bool)
    for first in range(0, len(array), ROWS_AT_ONCE):
        found[first : first + ROWS_AT_ONCE] = np.isnan(array[first : first + ROWS_AT_ONCE]).any(axis=1)
    return found


def first_unusable(array: NDArray[np.float64], *, nan: bool = True) -> tuple[int, int] | None:
    """Return the row and the column of the first entry that is larger than LARGEST, or NaN if that counts.

    array: shape (N, D).
    """
    at_once = min(max(CACHED // max(array.shape[1], 1), 1), ROWS_AT_ONCE)
    for first in range(0, len(array), at_once):
        block = np.abs(array[first : first + at_once])
        finite = block <= LARGEST if nan else ~(block > LARGEST)
        if not finite.all():
            row, column = np.unravel_index(int(finite.argmin()), finite.shape)
            return first + int(row), int(column)
    return None
