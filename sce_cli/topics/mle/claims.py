"""What `sce mle` claims, each claim by two independent routes."""

from collections.abc import Iterator

import numpy as np

from sce_cli import core
from sce_cli.core import EPSILON, ROUNDING, rounding_of_sum
from sce_cli.core.checks import Array
from sce_cli.study import Check
from sce_cli.topics.mle.path import cross_entropy_by_logits, mean_loss, path, share, slope
from sce_cli.translation import N_

EVENLY = np.arange(1, 2000) / 2000
GRID = np.concatenate([10.0 ** np.arange(-300, -3), EVENLY, 1 - 0.1 ** np.arange(4, 16)])
"""p over the whole open interval (0, 1): evenly, and ever closer to both ends."""

MOST_ENTRIES = 2_000_000
"""Of the grid times the colours; with very many colours the grid is thinned."""

DIFFERENCE_STEP = EPSILON ** (1 / 3)
"""A central difference's step h, relative to p(1 − p): truncation falls as h², rounding rises as ε/h."""

LOSS_FLOOR = 1 / 2
"""Losses below this, in nats, are compared absolutely.

A loss errs by two units of its own size, but p doesn't add up to 1 in its last digits, which costs up to three units
of 1, and what rounding takes from the logarithms ln p adds up to one unit of Σ p·|ln p| ≤ ln K.
"""


def grid_of(colours: int) -> Array:
    """Return the grid, thinned for very many colours."""
    return GRID[:: 1 + GRID.size * colours // MOST_ENTRIES]


def derivation_checks(n: Array) -> Iterator[Check]:
    """Hold the sum of logarithms against the product, and both derivatives against differences, along the path."""
    grid = grid_of(n.size)
    product, log_sum = core.likelihood(n, path(n, grid)), core.log_likelihood(n, path(n, grid))
    normal = product >= float(np.finfo(np.float64).tiny)
    if normal.any():
        yield Check(
            N_("ln of the product = sum of ln, at {count} p without underflow"),
            core.largest_error(np.log(product[normal]), log_sum[normal]),
            rounding_of_sum(2 * n.size),  # of each colour, a power and a factor, or a term and an addition
            {"count": f"{normal.sum():,}"},
        )
    yield from _derivative_checks(n, EVENLY[:: 1 + EVENLY.size * n.size // MOST_ENTRIES])


def _derivative_checks(n: Array, p: Array) -> Iterator[Check]:
    """Compare with central differences, whose truncation is (h/p)²/3 of a term n/p, and (h/p)² of one n/p².

    What they subtract is rounded: of ln L each term by two units, and each of K additions by half a unit of the sum;
    1 − p by a unit of 1, which moves a logarithm as much. That error is divided by h.
    """
    step, count = DIFFERENCE_STEP * p * (1 - p), {"count": f"{p.size:,}"}
    units, total, predictions = 4 + n.size / 2, n.sum(), path(n, p)
    found = core.central_difference(lambda at: core.log_likelihood(n, path(n, at)), p, step)
    size = core.log_likelihood_gradient(n, predictions) @ np.append(1, share(n))
    rounding = EPSILON * (2 * total - units * core.log_likelihood(n, predictions)) / (step * size)
    yield Check(
        N_("slope = finite difference of ln L, at {count} p, relative to its terms"),
        float((np.abs(found - slope(n, p)) / size).max()),
        DIFFERENCE_STEP**2 + ROUNDING + float(rounding.max()),
        count,
    )
    bend = core.central_difference(lambda at: slope(n, at), p, step)
    expected = core.log_likelihood_curvature(n, predictions) @ np.append(1, share(n) ** 2)
    rounding = EPSILON * units * size / (step * np.abs(expected))
    yield Check(
        N_("second derivative = finite difference of the slope, at {count} p, relatively"),
        float((np.abs(bend - expected) / np.abs(expected)).max()),
        DIFFERENCE_STEP**2 + ROUNDING + float(rounding.max()),
        count,
    )


def cross_entropy_checks(n: Array, q: Array) -> Iterator[Check]:
    """Hold cross-entropy against the likelihood and against its parts: along the path, and all over the simplex."""
    along = path(n, grid_of(n.size))
    predictions = along if n.size == 2 else np.vstack([along, _anywhere(n.size)])
    likelihood, parts = _cross_entropy_claims(n.size)
    count = {"count": f"{len(predictions):,}"}
    loss, by_logits = mean_loss(n, predictions), cross_entropy_by_logits(q, predictions)
    yield Check(likelihood, core.largest_error(by_logits, loss, LOSS_FLOOR), rounding_of_sum(n.size), count)
    loss, added = core.cross_entropy(q, predictions), core.entropy(q) + core.kl_divergence(q, predictions)
    yield Check(parts, core.largest_error(added, loss, LOSS_FLOOR), ROUNDING, count)


def _cross_entropy_claims(colours: int) -> tuple[str, str]:
    if colours == 2:
        return (
            N_("−ln L/N = BCE(q, p) at {count} p in (0, 1)"),
            N_("BCE(q, p) = H(q) + KL(q‖p) at {count} p in (0, 1)"),
        )
    return (
        N_("−ln L/N = CE(q, p) at {count} distributions p"),
        N_("CE(q, p) = H(q) + KL(q‖p) at {count} distributions p"),
    )


def _anywhere(colours: int) -> Array:
    """Return distributions from all over the simplex, its corners included."""
    random = np.random.default_rng(0)
    sharpness = 10.0 ** random.uniform(-2, 2, size=(min(2000, MOST_ENTRIES // colours), 1))
    return core.softmax(sharpness * random.normal(size=(sharpness.size, colours)))
