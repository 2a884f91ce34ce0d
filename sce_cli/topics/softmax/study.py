"""Softmax: scores → probabilities; beside linear normalisation, under a temperature, computed badly, applied twice.

Scores z at a temperature T enter every formula as (z − max z)/T. Softmax can't tell that from z/T, and it doesn't
overflow.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array, as_logits
from sce_cli.study import Check, Study

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 16 * EPSILON
"""Allowed where two routes differ by rounding alone: sixteen roundings of 2.2e-16."""

FAR_ROUNDING = 4096 * EPSILON
"""Allowed for exponents up to 1000: each rounds by up to 1000·ε, which exp turns into a relative error of p."""

SHIFTS = np.linspace(-1000, 1000, 301)
"""The constants c that the checks add to all scores."""

NAIVE_EXPONENTS = np.linspace(-700, 700, 201)
"""The largest exponents at which e^z as written neither overflows nor loses digits."""

BROKEN_EXPONENTS = (-800.0, -744.0, 700.0, 800.0)
"""The largest exponents that a table shows: 0/0, hardly any digits left, right, ∞/∞."""

MOST_ENTRIES = 200_000
"""Of a grid times the classes; with very many classes the grid is thinned."""

LARGEST_SHIFTED = 1e6
"""Beyond it z + 5 would round visibly; there −max z is the shift that keeps the digits."""

LARGEST, TINY = float(np.finfo(np.float64).max), float(np.finfo(np.float64).tiny)
"""The largest float, and the smallest one that has all its digits."""

CURVE_POINTS = 121

DRAWN = 5
"""Classes whose p is kept over all temperatures."""


@dataclass(frozen=True, eq=False)
class SoftmaxStudy(Study):
    """The softmax of K scores at a temperature, and how it compares, moves, fails and repeats.

    logits, names: the scores z, −∞ for a masked class. temperature: T. centred: (z − max z)/T; exponentials: e^ of
    that; prediction: p; log_prediction: ln p, nats; ranking: the classes from the largest score down; all of shape
    (K,). entropy: H(p), nats.

    linear_outcome: what z_i/Σz does here. linear: those shares, shape (K,), or (0,) where they aren't probabilities;
    linear_entropy: theirs, nats. pair_*: neighbours a > b in the ranking, shape (M,), none where linear isn't
    comparable: both scores, their logarithmic mean, and 1 where softmax is the sharper of the two forms, −1 where
    linear is, 0 where float64 can't tell.

    shift: c. moved_*: for z, z + c and z/2, shape (3,): the first-ranked class's p by softmax; its linear share, NaN
    where undefined; ln Σ e^(z/T), nats, infinite where z/T overflows.

    drawn: the first D classes of the ranking. table_*: a few temperatures, shape (R,), with p, shape (R, D), and H(p),
    nats. curve_*: the same at many temperatures.

    naive_*: softmax as written, on the same scores shifted to have their largest exponent at a few places, shape (Q,):
    that exponent, the first-ranked class's e^z, Σ e^z, and the quotient, NaN where it is ∞/∞ or 0/0; naive_given: the
    place that the scores have as given.

    twice: softmax(p); twice_log: its ln, nats; shape (K,). floor: the least that −ln of it can be for any p, nats.
    """

    logits: Array
    names: tuple[str, ...]
    temperature: float
    centred: Array
    exponentials: Array
    prediction: Array
    log_prediction: Array
    ranking: Any
    entropy: float
    linear_outcome: core.Linear
    linear: Array
    linear_entropy: float
    pair_larger: Array
    pair_smaller: Array
    pair_mean: Array
    pair_sharper: Array
    shift: float
    moved_softmax: Array
    moved_linear: Array
    moved_log_sum: Array
    drawn: Any
    table_temperature: Array
    table_prediction: Array
    table_entropy: Array
    curve_temperature: Array
    curve_prediction: Array
    curve_entropy: Array
    naive_exponent: Array
    naive_numerator: Array
    naive_sum: Array
    naive_quotient: Array
    naive_given: int
    twice: Array
    twice_log: Array
    floor: float


def study(logits: Sequence[float], names: tuple[str, ...], temperature: float = 1.0) -> SoftmaxStudy:
    """Take the softmax of z/T, hold it against its rivals, and check each claim.

    logits: K ≥ 1 scores, −∞ for a masked class; names: one for each; temperature: T > 0. Raises ValueError for NaN, for
    +∞, for scores that are all −∞, and for a temperature that isn't positive and finite.
    """
    z = as_logits(logits).astype(np.float64) + 0.0  # −0 becomes 0
    if z.ndim != 1 or not np.isfinite(z).any():
        raise ValueError(f"logits must be one row with at least one finite score, got {logits}")
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")
    centred = at_temperature(z, temperature)
    p, log_p = core.softmax(centred), core.log_softmax(centred)
    ranking = _ranking(z)
    top, drawn = int(ranking[0]), ranking[:DRAWN]
    outcome, shares = core.linear_normalisation(z)
    larger, smaller, mean, sharper = _pairs(z, temperature)
    shift = 5.0 if np.abs(z[np.isfinite(z)]).max() <= LARGEST_SHIFTED else -float(z.max())
    with np.errstate(over="ignore"):  # a score 2e308 below the largest becomes -∞, and its p is 0 as before
        moved = (z, z + shift, z / 2)
    table_temperature, curve_temperature = _temperatures(z, temperature)
    table_prediction = core.softmax(at_temperature(z, table_temperature))
    curve_prediction = core.softmax(at_temperature(z, curve_temperature))
    naive_exponent = _with(BROKEN_EXPONENTS, _largest_exponent(z, temperature))
    naive_scores = np.minimum(centred + naive_exponent[:, np.newaxis], LARGEST)
    with np.errstate(over="ignore"):
        naive_exponentials = np.exp(naive_scores)
        naive_sum = naive_exponentials.sum(axis=1)
    return SoftmaxStudy(
        logits=z,
        names=names,
        temperature=temperature,
        centred=centred,
        exponentials=np.exp(centred),
        prediction=p,
        log_prediction=log_p,
        ranking=ranking,
        entropy=float(core.entropy(p)),
        linear_outcome=outcome,
        linear=shares,
        linear_entropy=float(core.entropy(shares)) if shares.size else math.nan,
        pair_larger=larger,
        pair_smaller=smaller,
        pair_mean=mean,
        pair_sharper=sharper,
        shift=shift,
        moved_softmax=np.array([core.softmax(at_temperature(row, temperature))[top] for row in moved]),
        moved_linear=np.array([_share(row, top) for row in moved]),
        moved_log_sum=np.array([_log_sum(row, temperature) for row in moved]),
        drawn=drawn,
        table_temperature=table_temperature[:, 0],
        table_prediction=table_prediction[:, drawn],
        table_entropy=core.entropy(table_prediction),
        curve_temperature=curve_temperature[:, 0],
        curve_prediction=curve_prediction[:, drawn],
        curve_entropy=core.entropy(curve_prediction),
        naive_exponent=naive_exponent,
        naive_numerator=naive_exponentials[:, top],
        naive_sum=naive_sum,
        naive_quotient=core.naive_softmax(naive_scores)[:, top],
        naive_given=naive_exponent.tolist().index(_largest_exponent(z, temperature)),
        twice=core.softmax(p),
        twice_log=core.log_softmax(p),
        floor=floor_of_twice(z.size),
        checks=(
            *_temperature_checks(z, _thinned(curve_temperature, z.size)),
            *_shift_checks(centred),
            *_linear_checks(z, temperature),
            *_twice_checks(at_temperature(z, _thinned(curve_temperature, z.size))),
        ),
    )


def difference(a: Array | float, b: Array | float, temperature: Array | float) -> Array:
    """Return (a − b)/T, by halves: 2e308 apart, two scores have a difference that only T makes small enough."""
    with np.errstate(over="ignore", invalid="ignore"):
        plain = np.asarray(a) - b
        halves = 2 * ((np.asarray(a) / 2 - np.asarray(b) / 2) / temperature)
        return np.where(np.isinf(plain), halves, plain / temperature)


def at_temperature(z: Array, temperature: Array | float) -> Array:
    """Return (z − max z)/T, shape (K,), or (G, K) for temperatures of shape (G, 1)."""
    return difference(z, float(z.max()), temperature)


def floor_of_twice(classes: int) -> float:
    """Return the least of −ln softmax(p)_i over all distributions p, ln(e + K − 1) − 1, nats."""
    return math.log(math.e + classes - 1) - 1


def _pairs(z: Array, temperature: float) -> tuple[Array, Array, Array, Array]:
    """Return the study's pair_*: successive ones of the different scores, the largest first, and what their mean says.

    The neighbours settle all pairs: odds multiply along the ranking, and the mean falls.
    """
    ranked = np.array(sorted({*z.tolist()}, reverse=True))
    if core.linear_normalisation(z)[0] is not core.Linear.COMPARABLE:
        return (np.empty(0),) * 4
    larger, smaller = ranked[:-1], ranked[1:]
    mean = core.logarithmic_mean(larger, smaller)
    with np.errstate(over="ignore"):
        above = mean / temperature - 1
    return larger, smaller, mean, np.where(np.abs(above) <= ROUNDING, 0, np.sign(above))


def _ranking(z: Array) -> Any:
    """Return the classes from the largest score down; equal ones keep their order."""
    return np.argsort(-z, kind="stable")


def _share(z: Array, index: int) -> float:
    shares = core.linear_normalisation(z)[1]
    return float(shares[index]) if shares.size else math.nan


def _log_sum(z: Array, temperature: float) -> float:
    """Return ln Σ e^(z/T)."""
    with np.errstate(over="ignore"):
        return float(z.max() / temperature + core.logsumexp(at_temperature(z, temperature)))


def _largest_exponent(z: Array, temperature: float) -> float:
    """Return max z/T, within the range of a float."""
    return min(max(float(z.max()) / temperature, -LARGEST), LARGEST)


def _temperatures(z: Array, temperature: float) -> tuple[Array, Array]:
    """Return temperatures for a table and for a curve, shape (·, 1), around the scores' spread and with T among them.

    p changes most where T is about as large as max z − min z, so that spread's nearest power of ten is in the middle.
    """
    half = float(z.max()) / 2 - float(z[np.isfinite(z)].min()) / 2
    middle = round(math.log10(half) + math.log10(2)) if half else 0
    middle = min(max(middle, -300), 307)
    low, high = min(middle - 1.5, math.log10(temperature)), max(middle + 1.5, math.log10(temperature))
    table = [float(f"{factor}e{middle}") for factor in ("0.1", "0.5", "1", "2", "10")]
    curve = 10.0 ** np.minimum(np.linspace(low, high, CURVE_POINTS), 308.25)
    return _with(table, temperature)[:, np.newaxis], _with(curve.tolist(), temperature)[:, np.newaxis]


def _with(values: Sequence[float], another: float) -> Array:
    return np.array(sorted({*values, another}))  # np.unique would import numpy.ma, a tenth of the whole start


def _thinned(grid: Array, classes: int) -> Array:
    return grid[:: 1 + grid.size * classes // MOST_ENTRIES]


def _temperature_checks(z: Array, temperatures: Array) -> Iterator[Check]:
    where = f"at {len(temperatures)} temperatures"
    exponents = at_temperature(z, temperatures)
    p = core.softmax(exponents)
    yield Check(f"Σ p = 1 {where}", core.largest_error(p.sum(axis=1), np.ones(1)), ROUNDING)
    by_log_sum = np.exp(exponents - core.logsumexp(exponents)[:, np.newaxis])
    yield Check(f"p = e^(z/T − logsumexp(z/T)) {where}", core.largest_error(p, by_log_sum), ROUNDING)
    normal = np.minimum(p[:, :-1], p[:, 1:]) >= TINY
    if normal.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            log_odds = (np.log(p[:, :-1]) - np.log(p[:, 1:]))[normal]
        error = core.largest_error(log_odds, difference(z[:-1], z[1:], temperatures)[normal])
        yield Check(f"odds p_i/p_k = e^((z_i−z_k)/T) {where}", error, FAR_ROUNDING)
    rises = np.diff(p[:, _ranking(z)], axis=1)
    yield Check(f"p keeps the order of z, and so the argmax, {where}", float(rises.max(initial=0)), ROUNDING)
    entropy, classes, ties = core.entropy(p), int(np.isfinite(z).sum()), int((z == z.max()).sum())
    strays = max(-np.diff(entropy).min(initial=0), math.log(ties) - entropy.min(), entropy.max() - math.log(classes))
    claim = f"H(p) rises with T, from ln {ties} to ln {classes} nats, {where}"
    yield Check(claim, max(0.0, float(strays)) / max(math.log(classes), 1), ROUNDING)


def _shift_checks(exponents: Array) -> Iterator[Check]:
    p, log_sum = core.softmax(exponents), core.logsumexp(exponents)
    shifts = _thinned(SHIFTS[:, np.newaxis], exponents.size)
    claim = f"z + c has the same softmax, for {len(shifts):,} c"
    yield Check(claim, core.largest_error(core.softmax(exponents + shifts), p), FAR_ROUNDING)
    moved = core.logsumexp(exponents + shifts)
    claim = f"logsumexp(z + c) = logsumexp(z) + c, for {len(shifts):,} c"
    yield Check(claim, core.largest_error(moved, log_sum + shifts[:, 0]), ROUNDING)
    naive = core.naive_softmax(exponents + _thinned(NAIVE_EXPONENTS[:, np.newaxis], exponents.size))
    finite = naive[np.isfinite(naive).all(axis=1)]
    claim = f"stable = naive softmax, at {len(finite):,} shifts where the naive one is fine"
    yield Check(claim, core.largest_error(finite, p), FAR_ROUNDING)


def _linear_checks(z: Array, temperature: float) -> Iterator[Check]:
    """Hold what the logarithmic means say against the probabilities themselves."""
    *_, sharper = _pairs(z, temperature)
    if not sharper.size:
        return
    ranking, exponents = _ranking(z), at_temperature(z, temperature)
    p, log_p = core.softmax(exponents)[ranking], core.log_softmax(exponents)[ranking]
    ranked, share = z[ranking], core.linear_normalisation(z)[1][ranking]
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.diff(np.log(share)) - np.diff(log_p)  # of softmax's ln odds over the linear ones
    different = np.diff(ranked) < 0
    known = ((share[1:] >= TINY) | (ranked[1:] == 0))[different]  # a share that underflows has lost its odds
    rounding = ROUNDING * np.maximum(np.abs(log_p[1:][different]), 1)
    wrong = known & (excess[different] * sharper < -rounding)
    yield Check("L > T exactly where softmax's odds exceed the linear ones", float(wrong.sum()), 0)
    for form, sign in (("softmax", 1), ("linear normalisation", -1)):
        if (sharper * sign).min() >= 0 < (sharper * sign).max():
            lead = sign * (np.cumsum(p) - np.cumsum(share))
            claim = f"the k largest p together are the larger by {form}, for every k"
            yield Check(claim, max(0.0, -float(lead.min())), EPSILON * max(16, z.size))  # one rounding a class


def _twice_checks(exponents: Array) -> Iterator[Check]:
    where = f"at {len(exponents)} temperatures"
    once = core.log_softmax(exponents)
    error = core.largest_error(core.log_softmax(once), once)
    yield Check(f"log-softmax of log-softmax = log-softmax {where}", error, ROUNDING)
    floor = floor_of_twice(exponents.shape[1])
    least = -float(core.log_softmax(core.softmax(exponents)).max())
    certain = -float(core.log_softmax(core.one_hot(0, exponents.shape[1])).max())
    claim = f"−ln softmax(p) ≥ ln(e+K−1) − 1 {where}, = at a one-hot p"
    yield Check(claim, max(abs(certain - floor), floor - least), ROUNDING)
