"""Grids of values for tables and curves."""

from collections.abc import Iterable

import numpy as np

from sce_cli.core.checks import Array


def with_value(values: Iterable[float], another: float) -> Array:
    """Return the different values in increasing order, with one more among them, shape (G,)."""
    return np.array(sorted({*values, another}))  # np.unique would import numpy.ma, a tenth of the whole start
