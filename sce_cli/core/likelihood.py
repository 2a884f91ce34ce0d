"""Counts of coloured balls → likelihood, its logarithm, derivative and maximum.

N independent draws, n_k of colour k, each of colour k with probability p_k. The sequence of colours is given; counting
all sequences of the same balls would multiply L(p) by a constant and move nothing. All is computed in float64, in which
counts are exact.

Source: L. Wasserman, "All of Statistics" (2004), chapter 9.
"""

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, as_counts, as_weights, same_classes


def likelihood(counts: ArrayLike, probabilities: ArrayLike) -> Array:
    """L(p) = Π_k p_k^n_k, as the product itself: it underflows to 0 for a few hundred balls.

    counts: shape (K,); probabilities: shape (…, K). Returns shape (…), in [0, 1].
    Raises ValueError for counts that aren't whole, negative entries and unequal numbers of colours.
    """
    n, p = _pair(counts, probabilities)
    with np.errstate(under="ignore"):
        product: Array = np.prod(p**n, axis=-1)
    return product


def log_likelihood(counts: ArrayLike, probabilities: ArrayLike) -> Array:
    """log L(p) = Σ_k n_k log p_k in nats: a sum, which doesn't underflow.

    Shapes and errors as in `likelihood`. Returns values in [−∞, 0]; −∞ where a colour that was drawn has p_k = 0.
    """
    n, p = _pair(counts, probabilities)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(n > 0, n * np.log(p), 0.0)
    total: Array = terms.sum(axis=-1)
    return total


def log_likelihood_gradient(counts: ArrayLike, probabilities: ArrayLike) -> Array:
    """∂log L/∂p_k = n_k/p_k, in nats per unit of probability; 0 for a colour that was never drawn.

    Shapes and errors as in `likelihood`; returns the probabilities' shape.
    """
    n, p = _pair(counts, probabilities)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(n > 0, n / p, 0.0)


def log_likelihood_curvature(counts: ArrayLike, probabilities: ArrayLike) -> Array:
    """∂²log L/∂p_k² = −n_k/p_k², in nats per squared unit of probability; the mixed derivatives are 0.

    Shapes and errors as in `likelihood`; returns the probabilities' shape, in [−∞, 0].
    """
    n, p = _pair(counts, probabilities)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        return np.where(n > 0, -n / p**2, 0.0)


def maximum_likelihood_estimate(counts: ArrayLike) -> Array:
    """p̂_k = n_k/N: where log L is largest among the distributions p.

    counts: shape (K,), whole and not all zero. Returns shape (K,), summing to 1. Raises ValueError otherwise.
    """
    n = as_counts(counts)
    return np.asarray(n / n.sum())


def _pair(counts: ArrayLike, probabilities: ArrayLike) -> tuple[Array, Array]:
    n, p = as_counts(counts), as_weights(probabilities, "probabilities").astype(np.float64)
    same_classes(n, p, "counts and probabilities")
    return n, p
