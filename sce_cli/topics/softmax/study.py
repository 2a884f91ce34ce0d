"""Softmax: scores → probabilities; beside linear normalisation, under a temperature, below a loss, computed badly.

Scores z at a temperature T enter every formula as (z − max z)/T. Softmax can't tell that from z/T, and it doesn't
overflow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array, as_logits
from sce_cli.core.compare import ROUNDING
from sce_cli.core.grids import with_value
from sce_cli.study import Check, Record, Study
from sce_cli.topics.softmax import claims
from sce_cli.topics.softmax.temperature import at_temperature, temperatures, thinned

BROKEN_EXPONENTS = (-800.0, -744.0, 700.0, 800.0)
"""The largest exponents that a table shows: 0/0, hardly any digits left, right, ∞/∞."""

LARGEST_SHIFTED = 1e6
"""Beyond it z + 5 would round visibly; there −max z is the shift that keeps the digits."""

LARGEST = float(np.finfo(np.float64).max)
"""The largest float."""

SMALL = 2.0**-500
"""Scores below it are compared 2^500 times as large, which is exact."""

NEAR_LEAD, FAR_LEAD = 5.0, 1000.0
"""Up to which lead the loss is drawn at least, and at most, nats."""

CURVE_OF_LOSS = 121

CLASSES_OF_A_SWEEP = 5
"""Classes whose p is kept over all temperatures."""


@dataclass(frozen=True, eq=False)
class Pairs(Record):
    """Neighbours a > b in the ranking of different scores; none where the two forms can't be compared."""

    larger: Array
    """a, shape (M,)."""

    smaller: Array
    """b, shape (M,)."""

    mean: Array
    """Their logarithmic mean L(a, b), shape (M,)."""

    sharper: Array
    """1 where softmax is the sharper of the two forms, −1 where linear is, 0 where float64 can't tell; shape (M,)."""


@dataclass(frozen=True, eq=False)
class Linear(Record):
    """Linear normalisation z_i/Σ z, softmax's simplest rival."""

    outcome: core.Linear
    """What it does with these scores."""

    shares: Array
    """z_i/Σ z, negative ones too, shape (K,), or (0,) where they are undefined."""

    prediction: Array
    """The shares where they are probabilities, shape (K,), else (0,)."""

    entropy: float
    """Theirs, nats; NaN where they aren't probabilities."""

    pairs: Pairs
    """Which of the two forms is the sharper."""


@dataclass(frozen=True, eq=False)
class Moved(Record):
    """The first-ranked class for the scores z, z + c and z/2, shape (3,) each."""

    shift: float
    """c."""

    prediction: Array
    """Its p by softmax."""

    linear: Array
    """Its linear share, which may be no probability; NaN where it is undefined."""

    log_sum: Array
    """ln Σ e^(z/T), nats, infinite where z/T overflows."""


@dataclass(frozen=True, eq=False)
class Sweep(Record):
    """The softmax at several temperatures."""

    temperature: Array
    """T, increasing, the study's own among them, shape (R,)."""

    prediction: Array
    """p of the first D ≤ 5 classes of the ranking, shape (R, D)."""

    entropy: Array
    """H(p) of all classes, nats, shape (R,)."""


@dataclass(frozen=True, eq=False)
class Loss(Record):
    """Cross-entropy on top of softmax, −ln p_y = ln Σ e^(z/T) − z_y/T, for the first-ranked class y."""

    lead: float
    """d = z_y/T − ln Σ e^(z_k/T) over k ≠ y, nats; ∞ without other classes."""

    value: float
    """The loss −ln p_y, nats."""

    curve_lead: Array
    """Leads around 0 and up to d, unless that is too far off, nats, shape (G,)."""

    curve_value: Array
    """The loss there, ln(1 + e^−d), nats, shape (G,)."""


@dataclass(frozen=True, eq=False)
class Naive(Record):
    """Softmax as written, e^z/Σ e^z, on the scores shifted to have their largest exponent at a few places."""

    exponent: Array
    """Those places, increasing, shape (Q,)."""

    numerator: Array
    """The first-ranked class's e^z, shape (Q,)."""

    sum: Array
    """Σ e^z, shape (Q,)."""

    quotient: Array
    """The first-ranked class's p, NaN where it is ∞/∞ or 0/0, shape (Q,)."""

    given: int
    """The place that the scores have as given."""


@dataclass(frozen=True, eq=False)
class Twice(Record):
    """Softmax applied to its own p."""

    prediction: Array
    """softmax(p), shape (K,)."""

    log_prediction: Array
    """Its logarithm, nats, shape (K,)."""

    floor: float
    """The least that its loss −ln softmax(p)_i can be for any p, nats."""


@dataclass(frozen=True, eq=False)
class SoftmaxStudy(Study):
    """The softmax of K scores at a temperature, and how it compares, moves, fails and repeats."""

    logits: Array
    """The scores z, −∞ for a masked class, shape (K,)."""

    names: tuple[str, ...]
    """Of the classes."""

    temperature: float
    """T, in the unit of the scores."""

    prediction: Array
    """p = softmax(z/T), shape (K,)."""

    log_prediction: Array
    """ln p, nats, shape (K,)."""

    entropy: float
    """H(p), nats."""

    ranking: NDArray[np.intp]
    """The classes from the largest score down, shape (K,)."""

    centred: Array
    """d = (z − max z)/T, shape (K,)."""

    exponentials: Array
    """e^d, shape (K,)."""

    linear: Linear
    moved: Moved
    table: Sweep
    """At a few temperatures."""

    curve: Sweep
    """At many temperatures."""

    naive: Naive
    loss: Loss
    twice: Twice


def study(logits: Sequence[float], names: tuple[str, ...], temperature: float = 1.0) -> SoftmaxStudy:
    """Take the softmax of z/T, hold it against its rivals, and check each claim.

    logits: K ≥ 1 scores, −∞ for a masked class; names: one for each; temperature: T > 0. Raises ValueError for NaN, for
    +∞, for scores that are all −∞, and for a temperature that isn't positive and finite.
    """
    z = _scores(logits, temperature)
    centred, ranking = at_temperature(z, temperature), _ranking(z)
    p = core.softmax(centred)
    linear, twice = _linear(z, temperature), _twice(p)
    table, curve = temperatures(z, temperature)
    return SoftmaxStudy(
        logits=z,
        names=names,
        temperature=temperature,
        prediction=p,
        log_prediction=core.log_softmax(centred),
        entropy=float(core.entropy(p)),
        ranking=ranking,
        centred=centred,
        exponentials=np.exp(centred),
        linear=linear,
        moved=_moved(z, temperature, int(ranking[0])),
        table=_sweep(z, ranking, table),
        curve=_sweep(z, ranking, curve),
        naive=_naive(z, temperature, int(ranking[0])),
        loss=_loss(centred, int(ranking[0])),
        twice=twice,
        checks=_checks(z, ranking, temperature, linear.pairs.sharper, twice.floor),
    )


def _scores(logits: Sequence[float], temperature: float) -> Array:
    """Return the scores as an array, or raise ValueError for those and for temperatures that have no softmax."""
    z = as_logits(logits).astype(np.float64) + 0.0  # −0 becomes 0
    if z.ndim != 1 or not np.isfinite(z).any():
        raise ValueError(f"logits must be one row with at least one finite score, got {logits}")
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")
    return z


def _ranking(z: Array) -> NDArray[np.intp]:
    """Return the classes from the largest score down; equal ones keep their order."""
    return np.argsort(-z, kind="stable")


def _linear(z: Array, temperature: float) -> Linear:
    outcome, shares = core.linear_normalisation(z)
    prediction = shares[:0] if outcome is core.Linear.MIXED else shares
    entropy = float(core.entropy(prediction)) if prediction.size else math.nan
    return Linear(outcome, shares, prediction, entropy, _pairs(z, temperature, outcome))


def _pairs(z: Array, temperature: float, outcome: core.Linear) -> Pairs:
    """Compare successive ones of the different scores: they settle all pairs, for along the ranking the mean falls."""
    if outcome is not core.Linear.COMPARABLE:
        return Pairs(*(np.empty(0) for _ in range(4)))
    ranked = np.array(sorted({*z.tolist()}, reverse=True))
    larger, smaller = ranked[:-1], ranked[1:]
    lift = np.where(larger < SMALL, 1 / SMALL, 1.0)  # a mean that is subnormal has lost digits; L and T scale alike
    lifted = core.logarithmic_mean(lift * larger, lift * smaller)
    with np.errstate(over="ignore", under="ignore"):
        mean, above = lifted / lift, lifted / (lift * temperature) - 1
    return Pairs(larger, smaller, mean, np.where(np.abs(above) <= ROUNDING, 0, np.sign(above)))


def _moved(z: Array, temperature: float, top: int) -> Moved:
    shift = 5.0 if np.abs(z[np.isfinite(z)]).max() <= LARGEST_SHIFTED else -float(z.max())
    with np.errstate(over="ignore"):  # a score 2e308 below the largest becomes -∞, and its p is 0 as before
        rows = (z, z + shift, z / 2)
    return Moved(
        shift,
        prediction=np.array([core.softmax(at_temperature(row, temperature))[top] for row in rows]),
        linear=np.array([_share(row, top) for row in rows]),
        log_sum=np.array([_log_sum(row, temperature) for row in rows]),
    )


def _share(z: Array, index: int) -> float:
    shares = core.linear_normalisation(z)[1]
    return float(shares[index]) if shares.size else math.nan


def _log_sum(z: Array, temperature: float) -> float:
    """Return ln Σ e^(z/T)."""
    with np.errstate(over="ignore"):
        return float(z.max() / temperature + core.logsumexp(at_temperature(z, temperature)))


def _sweep(z: Array, ranking: NDArray[np.intp], temperatures: Array) -> Sweep:
    """Return the softmax at temperatures of shape (R, 1)."""
    prediction = core.softmax(at_temperature(z, temperatures))
    return Sweep(temperatures[:, 0], prediction[:, ranking[:CLASSES_OF_A_SWEEP]], core.entropy(prediction))


def _naive(z: Array, temperature: float, top: int) -> Naive:
    given = min(max(float(z.max()) / temperature, -LARGEST), LARGEST)
    exponent = with_value(BROKEN_EXPONENTS, given)
    with np.errstate(over="ignore"):  # a sum beyond the floats is -∞, whose e^z is 0 as before, or LARGEST
        scores = np.minimum(at_temperature(z, temperature) + exponent[:, np.newaxis], LARGEST)
        exponentials = np.exp(scores)
        total = exponentials.sum(axis=1)
    quotient = core.naive_softmax(scores)[:, top]
    return Naive(exponent, exponentials[:, top], total, quotient, exponent.tolist().index(given))


def _loss(centred: Array, top: int) -> Loss:
    """Return the loss of the first-ranked class, whose exponent is 0, and its curve."""
    others = np.delete(centred, top)
    lead = -float(core.logsumexp(others)) if np.isfinite(others).any() else math.inf
    reach = max(abs(lead), NEAR_LEAD) if abs(lead) <= FAR_LEAD else NEAR_LEAD
    curve = np.linspace(-reach, reach, CURVE_OF_LOSS)
    two = np.column_stack([curve, np.zeros(curve.size)])
    return Loss(lead + 0.0, 0.0 - float(core.log_softmax(centred)[top]), curve, -core.log_softmax(two)[:, 0])


def _twice(p: Array) -> Twice:
    return Twice(core.softmax(p), core.log_softmax(p), floor_of_twice(p.size))


def floor_of_twice(classes: int) -> float:
    """Return the least of −ln softmax(p)_i over all distributions p, ln(e + K − 1) − 1, nats."""
    return math.log(math.e + classes - 1) - 1


def _checks(z: Array, ranking: NDArray[np.intp], temperature: float, sharper: Array, floor: float) -> tuple[Check, ...]:
    grid = thinned(temperatures(z, temperature)[1], z.size)
    return (
        *claims.temperature_claims(z, ranking, grid),
        *claims.shift_claims(at_temperature(z, temperature)),
        *claims.linear_claims(z, ranking, temperature, sharper),
        *claims.loss_claims(at_temperature(z, grid), int(ranking[0])),
        *claims.twice_claims(at_temperature(z, grid), floor),
    )
