"""Maximum likelihood: drawn balls → likelihood → its maximum → cross-entropy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core import rounding_of_sum
from sce_cli.core.checks import Array, as_counts
from sce_cli.core.grids import with_value
from sce_cli.study import Check, Record, Study
from sce_cli.topics.mle.claims import cross_entropy_checks, derivation_checks, grid_of
from sce_cli.topics.mle.path import cross_entropy_by_logits, mean_loss, path, slope
from sce_cli.translation import N_

DESCENT_GRADIENT = 1e-12
"""Descent ends when no |p_k − q_k|, which is the gradient, is larger, relative to q_k where that isn't 0."""

NO_MINIMISER = "gradient below the tolerance, without a minimiser"
"""How descent ends where a colour was never drawn: no finite logits give it a probability of 0."""

LEAST_FREQUENCY = 2.0**-53
"""Of a colour that was drawn at all. The logit of one that wasn't goes down for ever."""

TABLE = (0.1, 0.3, 0.5, 0.7, 0.9)
"""The p of the tables, beside the estimate."""


@dataclass(frozen=True, eq=False)
class Peak(Record):
    """The likelihood and its derivatives at the estimate p̂."""

    likelihood: float
    """L(p̂) as the product itself, 0 where it underflows."""

    log_likelihood: float
    """ln L(p̂), nats."""

    gradient: Array
    """∂ ln L/∂p_k, shape (K,), nats; 0 for a colour that was never drawn."""

    curvature: Array
    """∂² ln L/∂p_k², shape (K,), nats; the mixed ones are 0."""


@dataclass(frozen=True, eq=False)
class Table(Record):
    """A few p along the path, the estimate among them if it is inside."""

    p: Array
    """The first colour's probability, shape (T,)."""

    slope: Array
    """d ln L/dp, shape (T,), nats per unit of p."""

    mean_loss: Array
    """−ln L/N from the counts, shape (T,), nats."""

    cross_entropy: Array
    """CE(q, p) from logits, shape (T,), nats."""

    prediction_entropy: Array
    """H(p), which a slip takes for it, shape (T,), nats."""


@dataclass(frozen=True, eq=False)
class Curve(Record):
    """Many p along the path, for drawing."""

    p: Array
    """The first colour's probability, shape (G,), increasing."""

    log_likelihood: Array
    """ln L, shape (G,), nats; −∞ at an end where a colour that was drawn has no probability."""

    cross_entropy: Array
    """CE(q, p), shape (G,), nats."""

    prediction_entropy: Array
    """H(p), which a slip takes for it, shape (G,), nats."""


@dataclass(frozen=True, eq=False)
class Grid(Record):
    """The best p among many that were tried."""

    estimate: float
    """The p of greatest likelihood, of the first colour."""

    spacing: float
    """The largest gap between two p of the grid: no estimate is closer for sure."""


@dataclass(frozen=True, eq=False)
class Descent(Record):
    """Where descent on the logits ended, by delta-bar-delta: along the gradient, each logit at a rate of its own."""

    estimate: Array
    """softmax of the logits, shape (K,)."""

    logits: Array
    """Shape (K,), nats."""

    steps: int
    """Taken from logits of 0."""

    outcome: str
    """Why it ended, as `core.Outcome` says it, or NO_MINIMISER."""


@dataclass(frozen=True, eq=False)
class MleStudy(Study):
    """The maximum likelihood estimate of K colours' probabilities from N balls, and how it was reached."""

    names: tuple[str, ...]
    """Of the K colours."""

    counts: Array
    """Balls of each colour, shape (K,)."""

    estimate: Array
    """p̂ = n/N, shape (K,): the frequencies q, too."""

    entropy: float
    """H(q), nats: the least cross-entropy."""

    peak: Peak
    grid: Grid
    descent: Descent
    table: Table
    curve: Curve


def study(counts: Sequence[int], names: tuple[str, ...]) -> MleStudy:
    """Estimate the colours' probabilities in closed form, on a grid and by descent, and check each claim.

    counts: balls of each colour, K ≥ 2; names: one for each. Raises ValueError for counts that aren't whole or that
    add up to 0 or to more than 2**53, for one colour only, and for more or fewer names than counts.
    """
    n = as_counts(counts)
    if not 2 <= n.size == len(names):
        raise ValueError(f"counts and names must be equally many, at least two, got {n.size} and {len(names)}")
    q = core.maximum_likelihood_estimate(n)
    grid, descent = _grid(n, q), _descent(q)
    return MleStudy(
        names=names,
        counts=n,
        estimate=q,
        entropy=float(core.entropy(q)),
        peak=_peak(n, q),
        grid=grid,
        descent=descent,
        table=_table(n, q),
        curve=_curve(n, q),
        checks=(*derivation_checks(n), *_estimate_checks(q, grid, descent), *cross_entropy_checks(n, q)),
    )


def _peak(n: Array, q: Array) -> Peak:
    return Peak(
        likelihood=float(core.likelihood(n, q)),
        log_likelihood=float(core.log_likelihood(n, q)),
        gradient=core.log_likelihood_gradient(n, q),
        curvature=core.log_likelihood_curvature(n, q),
    )


def _grid(n: Array, q: Array) -> Grid:
    p = grid_of(n.size)
    return Grid(float(p[core.log_likelihood(n, path(n, p)).argmax()]), float(np.diff(p).max()))


def _descent(q: Array) -> Descent:
    """Descend by rates up to 1/q_k: a coordinate's curvature at the minimum is q_k(1 − q_k)."""
    ended = core.gradient_descent(
        lambda logits: core.cross_entropy_gradient(q, logits),
        np.zeros(q.size),
        optimizer=core.DeltaBarDelta(most=1 / np.where(q > 0, q, LEAST_FREQUENCY)),
        tolerance=DESCENT_GRADIENT * _size(q),
    )
    boundary = ended.outcome is core.Outcome.CONVERGED and not q.all()
    outcome = NO_MINIMISER if boundary else ended.outcome.value
    return Descent(core.softmax(ended.position), ended.position, ended.steps, outcome)


def _size(q: Array) -> Array:
    """Return what the error of an estimate is measured against: q_k, or 1 for a colour that was never drawn."""
    return np.where(q > 0, q, 1.0)


def _table(n: Array, q: Array) -> Table:
    p = with_value(TABLE, float(q[0]) if 0 < q[0] < 1 else 0.5)
    return Table(
        p=p,
        slope=np.where(p == q[0], 0, slope(n, p)),  # N − N = 0, but for rounding
        mean_loss=mean_loss(n, path(n, p)),
        cross_entropy=cross_entropy_by_logits(q, path(n, p)),
        prediction_entropy=core.entropy(path(n, p)),
    )


def _curve(n: Array, q: Array) -> Curve:
    """Take p evenly, and within five standard deviations of p̂, where the likelihood peaks."""
    deviation = np.sqrt(q[0] * (1 - q[0]) / n.sum())
    peak = q[0] + deviation * np.linspace(-5, 5, 41)
    p = with_value([*np.linspace(0.01, 0.99, 197), *peak[(peak > 0.01) & (peak < 0.99)]], float(q[0]))
    predictions = path(n, p)
    return Curve(
        p=p,
        log_likelihood=core.log_likelihood(n, predictions),
        cross_entropy=core.cross_entropy(q, predictions),
        prediction_entropy=core.entropy(predictions),
    )


def _estimate_checks(q: Array, grid: Grid, descent: Descent) -> Iterator[Check]:
    """Hold the closed form against the other two routes."""
    yield Check(N_("p̂ in closed form = best p of the grid"), abs(grid.estimate - float(q[0])), grid.spacing)
    yield Check(
        N_("p̂ in closed form = where descent ends, relatively"),
        float((np.abs(descent.estimate - q) / _size(q)).max()),
        DESCENT_GRADIENT + rounding_of_sum(q.size),
    )
