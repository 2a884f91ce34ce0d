"""The path through the distributions along which a likelihood is followed.

p is the probability of the first colour, and the other colours share 1 − p as they were drawn. For two colours the path
is all there is.
"""

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array


def path(n: Array, p: Array) -> Array:
    """Return the distributions (p, (1 − p)·share of each other colour), shape (len(p), K)."""
    return np.column_stack([p, np.outer(1 - p, share(n))])


def share(n: Array) -> Array:
    """Return the other colours' shares of what the first one leaves, shape (K − 1,).

    Counts have an exact sum: each share is rounded once, and all of them add up to 1 but for one rounding.
    """
    others = n[1:]
    return others / others.sum() if others.any() else np.full(others.size, 1 / others.size)


def slope(n: Array, p: Array) -> Array:
    """Return the derivative of ln L along the path, n_1/p − (N − n_1)/(1 − p), nats, shape (len(p),)."""
    along: Array = core.log_likelihood_gradient(n, path(n, p)) @ np.append(1, -share(n))
    return along


def mean_loss(n: Array, predictions: Array) -> Array:
    """Return −ln L/N from the counts, nats."""
    mean: Array = core.log_likelihood(n, predictions) / n.sum()
    return -mean


def cross_entropy_by_logits(q: Array, predictions: Array) -> Array:
    """Return CE(q, p) by the other route, logits z_k = ln p_k through log-softmax, nats."""
    with np.errstate(divide="ignore"):
        logits = np.log(predictions)
    return core.cross_entropy_from_logits(q, logits)
