"""Maximum likelihood: drawn balls → likelihood → its maximum → cross-entropy.

The likelihood is followed along one path through the distributions: p is the probability of the first colour, and the
other colours share 1 − p as they were drawn. For two colours the path is all there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array, as_counts
from sce_cli.study import Check, Study

EVENLY = np.arange(1, 2000) / 2000
GRID = np.concatenate([10.0 ** np.arange(-300, -3), EVENLY, 1 - 0.1 ** np.arange(4, 16)])
"""p over the whole open interval (0, 1): evenly, and ever closer to both ends."""

MOST_ENTRIES = 2_000_000
"""Of the grid times the colours; with very many colours the grid is thinned."""

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 16 * EPSILON
"""Allowed where two routes differ by rounding alone: sixteen roundings of 2.2e-16."""

DIFFERENCE_STEP = EPSILON ** (1 / 3)
"""A central difference's step h, relative to p(1 − p): truncation falls as h², rounding rises as ε/h."""

DIFFERENCE_ERROR = 1e-6
"""Allowed there: at p = 0.0005, h is 3e-9, and rounding 1 − p costs ε/h = 7e-8 for each of many colours."""

LOSS_FLOOR = 1 / 16
"""Losses below this, in nats, are compared absolutely: rounding 1 − p costs them 1.1e-16, whatever their size."""

DESCENT_GRADIENT = 1e-12
"""Descent ends when no |p_k − q_k|, which is the gradient, is larger, relative to q_k where that isn't 0."""


@dataclass(frozen=True, eq=False)
class MleStudy(Study):
    """The maximum likelihood estimate of K colours' probabilities from N balls, and how it was reached.

    counts, names: the K colours and their balls. estimate: p̂ = q, shape (K,). likelihood: L(p̂) as a product, 0 where
    it underflows. log_likelihood: ln L(p̂), nats. gradient, curvature: first and second derivatives of ln L by
    each p_k at p̂, shape (K,), nats. entropy: H(q), nats.

    table_*: a few values of p, shape (T,): the slope of ln L along the path, nats per unit of p; −ln L/N and
    CE(q, p) by two routes, and H(p), nats. curve_*: many values of p for drawing, shape (G,), nats.

    grid_estimate: the best p of the grid. descent_*: where gradient descent on the logits ended, shape (K,), after how
    many steps, and why.
    """

    counts: Array
    names: tuple[str, ...]
    estimate: Array
    likelihood: float
    log_likelihood: float
    gradient: Array
    curvature: Array
    entropy: float
    table_p: Array
    table_slope: Array
    table_mean_loss: Array
    table_cross_entropy: Array
    table_prediction_entropy: Array
    curve_p: Array
    curve_log_likelihood: Array
    curve_cross_entropy: Array
    grid_estimate: float
    descent_estimate: Array
    descent_logits: Array
    descent_steps: int
    descent_outcome: str


def study(counts: Sequence[int], names: tuple[str, ...]) -> MleStudy:
    """Estimate the colours' probabilities in closed form, on a grid and by gradient descent, and check each claim.

    counts: balls of each colour, K ≥ 2; names: one for each. Raises ValueError for counts that aren't whole or that
    add up to 0 or to more than 2**53, for one colour only, and for more or fewer names than counts.
    """
    n = as_counts(counts)
    if not 2 <= n.size == len(names):
        raise ValueError(f"counts and names must be equally many, at least two, got {n.size} and {len(names)}")
    q = core.maximum_likelihood_estimate(n)
    grid = GRID[:: 1 + GRID.size * n.size // MOST_ENTRIES]
    spacing = float(np.diff(grid).max())
    grid_estimate = float(grid[core.log_likelihood(n, path(q, grid)).argmax()])
    descent = core.gradient_descent(
        lambda logits: core.cross_entropy_gradient(q, logits),
        np.zeros(n.size),
        tolerance=DESCENT_GRADIENT * _size(q),
    )
    descent_estimate = core.softmax(descent.position)
    table_p = _with([0.1, 0.3, 0.5, 0.7, 0.9], float(q[0]) if 0 < q[0] < 1 else 0.5)
    curve_p = _curve(n, q)
    predictions = path(q, grid) if n.size == 2 else np.vstack([path(q, grid), _anywhere(n.size)])
    return MleStudy(
        counts=n,
        names=names,
        estimate=q,
        likelihood=float(core.likelihood(n, q)),
        log_likelihood=float(core.log_likelihood(n, q)),
        gradient=core.log_likelihood_gradient(n, q),
        curvature=core.log_likelihood_curvature(n, q),
        entropy=float(core.entropy(q)),
        table_p=table_p,
        table_slope=np.where(table_p == q[0], 0, _slope(n, q, table_p)),  # N − N = 0, but for rounding
        table_mean_loss=_mean_loss(n, path(q, table_p)),
        table_cross_entropy=_cross_entropy(q, path(q, table_p)),
        table_prediction_entropy=core.entropy(path(q, table_p)),
        curve_p=curve_p,
        curve_log_likelihood=core.log_likelihood(n, path(q, curve_p)),
        curve_cross_entropy=core.cross_entropy(q, path(q, curve_p)),
        grid_estimate=grid_estimate,
        descent_estimate=descent_estimate,
        descent_logits=descent.position,
        descent_steps=descent.steps,
        descent_outcome=descent.outcome.value,
        checks=(
            *_derivation_checks(n, q, grid),
            Check("p̂ in closed form = best p of the grid", abs(grid_estimate - float(q[0])), spacing),
            Check(
                "p̂ in closed form = where descent ends, relatively",
                float((np.abs(descent_estimate - q) / _size(q)).max()),
                DESCENT_GRADIENT + ROUNDING,
            ),
            *_cross_entropy_checks(n, q, predictions),
        ),
    )


def _with(values: list[float], another: float) -> Array:
    return np.array(sorted({*values, another}))  # np.unique would import numpy.ma, a tenth of the whole start


def _curve(n: Array, q: Array) -> Array:
    """Return p for drawing: evenly, and five standard deviations of p̂ around it, where the likelihood peaks."""
    deviation = np.sqrt(q[0] * (1 - q[0]) / n.sum())
    peak = q[0] + deviation * np.linspace(-5, 5, 41)
    return _with([*np.linspace(0.01, 0.99, 197), *peak[(peak > 0.01) & (peak < 0.99)]], float(q[0]))


def _size(q: Array) -> Array:
    """Return what the error of an estimate is measured against: q_k, or 1 for a colour that was never drawn."""
    return np.where(q > 0, q, 1.0)


def path(q: Array, p: Array) -> Array:
    """Return the distributions (p, (1 − p)·share of each other colour), shape (len(p), K)."""
    return np.column_stack([p, np.outer(1 - p, _share(q))])


def _share(q: Array) -> Array:
    others = q[1:]
    return others / others.sum() if others.any() else np.full(others.size, 1 / others.size)


def _anywhere(classes: int) -> Array:
    """Return distributions from all over the simplex, its corners included."""
    random = np.random.default_rng(0)
    sharpness = 10.0 ** random.uniform(-2, 2, size=(min(2000, MOST_ENTRIES // classes), 1))
    return core.softmax(sharpness * random.normal(size=(sharpness.size, classes)))


def _slope(n: Array, q: Array, p: Array) -> Array:
    """Return the derivative of ln L along the path, n_1/p − (N − n_1)/(1 − p)."""
    slope: Array = core.log_likelihood_gradient(n, path(q, p)) @ np.append(1, -_share(q))
    return slope


def _mean_loss(n: Array, predictions: Array) -> Array:
    """Return −ln L/N from the counts."""
    mean: Array = core.log_likelihood(n, predictions) / n.sum()
    return -mean


def _cross_entropy(q: Array, predictions: Array) -> Array:
    """Return CE(q, p) by the other route: logits z_k = ln p_k through log-softmax."""
    with np.errstate(divide="ignore"):
        logits = np.log(predictions)
    return core.cross_entropy_from_logits(q, logits)


def _derivation_checks(n: Array, q: Array, grid: Array) -> Iterator[Check]:
    product, log_sum = core.likelihood(n, path(q, grid)), core.log_likelihood(n, path(q, grid))
    normal = product >= float(np.finfo(np.float64).tiny)
    if normal.any():
        claim = f"ln of the product = sum of ln, at {normal.sum():,} p without underflow"
        yield Check(claim, core.largest_error(np.log(product[normal]), log_sum[normal]), ROUNDING)
    p = EVENLY[:: 1 + EVENLY.size * n.size // MOST_ENTRIES]
    step = DIFFERENCE_STEP * p * (1 - p)
    slope = core.central_difference(lambda at: core.log_likelihood(n, path(q, at)), p, step)
    size = core.log_likelihood_gradient(n, path(q, p)) @ np.append(1, _share(q))
    yield Check(
        f"slope = finite difference of ln L, at {p.size:,} p, relative to its terms",
        float((np.abs(slope - _slope(n, q, p)) / size).max()),
        DIFFERENCE_ERROR,
    )
    bend = core.central_difference(lambda at: _slope(n, q, at), p, step)
    expected = core.log_likelihood_curvature(n, path(q, p)) @ np.append(1, _share(q) ** 2)
    yield Check(
        f"second derivative = finite difference of the slope, at {p.size:,} p, relatively",
        float((np.abs(bend - expected) / np.abs(expected)).max()),
        DIFFERENCE_ERROR,
    )


def _cross_entropy_checks(n: Array, q: Array, predictions: Array) -> Iterator[Check]:
    where = f"at {len(predictions):,} p in (0, 1)" if n.size == 2 else f"at {len(predictions):,} distributions p"
    name = "BCE" if n.size == 2 else "CE"
    loss, by_logits = _mean_loss(n, predictions), _cross_entropy(q, predictions)
    yield Check(f"−ln L/N = {name}(q, p) {where}", core.largest_error(by_logits, loss, LOSS_FLOOR), ROUNDING)
    loss, parts = core.cross_entropy(q, predictions), core.entropy(q) + core.kl_divergence(q, predictions)
    yield Check(f"{name}(q, p) = H(q) + KL(q‖p) {where}", core.largest_error(parts, loss, LOSS_FLOOR), ROUNDING)
