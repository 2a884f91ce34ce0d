"""Scores at a temperature, and the temperatures at which a study looks at them."""

import math

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.core.grids import with_value

CURVE_POINTS = 121

MOST_ENTRIES = 200_000
"""Of a grid times the classes; with very many classes the grid is thinned."""


def difference(a: Array | float, b: Array | float, temperature: Array | float) -> Array:
    """Return (a − b)/T, by halves: 2e308 apart, two scores have a difference that only T makes small enough."""
    with np.errstate(over="ignore", invalid="ignore"):
        plain = np.asarray(a) - b
        halves = 2 * ((np.asarray(a) / 2 - np.asarray(b) / 2) / temperature)
        return np.where(np.isinf(plain), halves, plain / temperature)


def at_temperature(z: Array, temperature: Array | float) -> Array:
    """Return (z − max z)/T, shape (K,), or (G, K) for temperatures of shape (G, 1)."""
    return difference(z, float(z.max()), temperature)


def temperatures(z: Array, temperature: float) -> tuple[Array, Array]:
    """Return temperatures for a table and for a curve, shape (·, 1), around the scores' spread and with T among them.

    p changes most where T is about as large as max z − min z, so that spread's nearest power of ten is in the middle.
    """
    half = float(z.max()) / 2 - float(z[np.isfinite(z)].min()) / 2
    middle = round(math.log10(half) + math.log10(2)) if half else 0
    middle = min(max(middle, -300), 307)
    low, high = min(middle - 1.5, math.log10(temperature)), max(middle + 1.5, math.log10(temperature))
    table = [float(f"{factor}e{middle}") for factor in ("0.1", "0.5", "1", "2", "10")]
    curve = 10.0 ** np.minimum(np.linspace(low, high, CURVE_POINTS), 308.25)
    return with_value(table, temperature)[:, np.newaxis], with_value(curve.tolist(), temperature)[:, np.newaxis]


def thinned(grid: Array, classes: int) -> Array:
    """Return so much of a grid that it has at most MOST_ENTRIES entries times the classes."""
    return grid[:: 1 + grid.size * classes // MOST_ENTRIES]
