"""A table of features and classes, in memory once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.preparation import Preparation
from sce_cli.datasets.reading import Reading

PIXEL = re.compile(r"pixel_([0-9]{1,4})_([0-9]{1,4})")

UNKNOWN = -1
"""Stands for the class of a row whose class nobody knows, where others are known."""


@dataclass(frozen=True, eq=False)
class Table:
    """N rows of D features, and the class of each row where it's known."""

    name: str
    """What --data was given."""

    features: NDArray[np.float64]
    """Shape (N, D), in C order; the caller's own, who may rearrange it in place. NaN where a cell is missing and is to
    be filled, or, for prediction, has no filling; else finite."""

    labels: NDArray[np.intp] | None
    """Shape (N,), places in `class_names`, for prediction also UNKNOWN; None for rows whose class nobody knows."""

    class_names: tuple[str, ...]
    """In numerical order if all are whole numbers, else in alphabetical order; in a model's order for prediction."""

    preparation: Preparation
    """How the rows became features: what a model keeps to do the same with new rows."""

    reading: Reading = field(default_factory=Reading)
    """What was found in the data and done with it, as far as it isn't plain."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One for each column of `features`."""
        return self.preparation.feature_names

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that the training data has and that are neither a feature nor the class."""
        return self.preparation.left_out

    @property
    def label_column(self) -> str:
        """The name of the class's column; empty where there is none."""
        return self.preparation.label_column


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
