"""Features that bend a linear classifier's borders: products and sines of those that were given.

Scores are linear in what enters them; squares, cubes and sines of two features enter as further ones, and the borders
between the classes become curves in the plane of the two.

Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.1, on fixed basis functions.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import comb

import numpy as np

from sce_cli.core.checks import Array

EXPANSIONS = ("2", "3", "sines")
"""Products of up to two or three features; sin kx and cos kx of each."""

FREQUENCIES = (1, 2, 3)
"""k of the sines."""

POWERS = {2: "²", 3: "³"}


def expanded(features: Array, expansion: str) -> Array:
    """Return the features followed by their products, or by their sines and cosines; "" leaves them as they are.

    features: shape (N, D). expansion: "" or one of EXPANSIONS. Returns shape (N, `expanded_width(D, expansion)`). A
    product that overflows is infinite, without a warning.
    """
    if not expansion:
        return features
    if expansion == "sines":
        waves = [wave(k * features) for k in FREQUENCIES for wave in (np.sin, np.cos)]
        return np.concatenate([features, *waves], axis=1)
    columns = np.empty((len(features), expanded_width(features.shape[1], expansion)))
    with np.errstate(over="ignore", under="ignore"):
        for place, factors in enumerate(_products(features.shape[1], expansion)):
            columns[:, place] = features[:, factors].prod(axis=1)
    return columns


def expanded_width(width: int, expansion: str) -> int:
    """Return how many features D features become."""
    if expansion == "sines":
        return width * (1 + 2 * len(FREQUENCIES))
    return sum(comb(width + degree - 1, degree) for degree in range(1, int(expansion or 1) + 1))


def expanded_names(names: Sequence[str], expansion: str) -> tuple[str, ...]:
    """Return the names of what features become, as x, y, x², x·y, y², or x, sin(x), cos(2·x)."""
    if expansion == "sines":
        inner = [(f"{k}·" if k > 1 else "", wave) for k in FREQUENCIES for wave in ("sin", "cos")]
        return (*names, *(f"{wave}({times}{name})" for times, wave in inner for name in names))
    return tuple(_product_name(names, factors) for factors in _products(len(names), expansion))


def _products(width: int, expansion: str) -> list[list[int]]:
    """Return the places of the factors of each product, those of one factor first."""
    degrees = range(1, int(expansion or 1) + 1)
    return [list(factors) for degree in degrees for factors in combinations_with_replacement(range(width), degree)]


def _product_name(names: Sequence[str], factors: Sequence[int]) -> str:
    times = {place: factors.count(place) for place in factors}
    return "·".join(f"{names[place]}{POWERS.get(count, '')}" for place, count in times.items())
