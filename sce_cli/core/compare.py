"""How far apart two routes to the same numbers are."""

import numpy as np

from sce_cli.core.checks import Array


def largest_error(values: Array, reference: Array) -> float:
    """max |value − reference| / max(1, |reference|): relative for large numbers, absolute for small ones.

    Both finite, shapes that broadcast. Returns a number ≥ 0.
    """
    return float((np.abs(values - reference) / np.maximum(np.abs(reference), 1)).max())
