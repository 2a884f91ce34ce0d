"""What `sce softmax` claims, each claim by two independent routes.

Scores enter as exponents (z − max z)/T, shape (K,), or (G, K) for a grid of temperatures.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.core.compare import EPSILON, ROUNDING
from sce_cli.study import Check
from sce_cli.topics.softmax.temperature import at_temperature, difference, thinned
from sce_cli.translation import N_

FAR_ROUNDING = 4096 * EPSILON
"""Allowed for exponents up to 1000: each rounds by up to 1000·ε, which exp turns into a relative error of p."""

SHIFTS = np.linspace(-1000, 1000, 301)
"""The constants c that the checks add to all scores."""

NAIVE_EXPONENTS = np.linspace(-700, 700, 201)
"""The largest exponents at which e^z as written neither overflows nor loses digits."""

TINY = float(np.finfo(np.float64).tiny)
"""The smallest float that has all its digits."""


def temperature_claims(z: Array, ranking: NDArray[np.intp], temperatures: Array) -> Iterator[Check]:
    """Hold the softmax against its definition, and how it moves with T, at temperatures of shape (G, 1)."""
    exponents, where = at_temperature(z, temperatures), {"count": len(temperatures)}
    p = core.softmax(exponents)
    yield Check(N_("Σ p = 1 at {count} temperatures"), core.largest_error(p.sum(axis=1), np.ones(1)), ROUNDING, where)
    by_log_sum = np.exp(exponents - core.logsumexp(exponents)[:, np.newaxis])
    claim = N_("p = e^(z/T − logsumexp(z/T)) at {count} temperatures")
    yield Check(claim, core.largest_error(p, by_log_sum), ROUNDING, where)
    yield from _odds_claim(z, temperatures, p)
    rises = np.diff(p[:, ranking], axis=1)
    claim = N_("p keeps the order of z, and so the argmax, at {count} temperatures")
    yield Check(claim, float(rises.max(initial=0)), ROUNDING, where)
    yield _entropy_claim(z, p)


def _odds_claim(z: Array, temperatures: Array, p: Array) -> Iterator[Check]:
    normal = np.minimum(p[:, :-1], p[:, 1:]) >= TINY
    if normal.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            log_odds = (np.log(p[:, :-1]) - np.log(p[:, 1:]))[normal]
        error = core.largest_error(log_odds, difference(z[:-1], z[1:], temperatures)[normal])
        claim = N_("odds p_i/p_k = e^((z_i−z_k)/T) at {count} temperatures")
        yield Check(claim, error, FAR_ROUNDING, {"count": len(temperatures)})


def _entropy_claim(z: Array, p: Array) -> Check:
    entropy, classes, ties = core.entropy(p), int(np.isfinite(z).sum()), int((z == z.max()).sum())
    strays = max(-np.diff(entropy).min(initial=0), math.log(ties) - entropy.min(), entropy.max() - math.log(classes))
    return Check(
        N_("H(p) rises with T, from ln {ties} to ln {classes} nats, at {count} temperatures"),
        max(0.0, float(strays)) / max(math.log(classes), 1),
        ROUNDING,
        {"ties": ties, "classes": classes, "count": len(p)},
    )


def shift_claims(exponents: Array) -> Iterator[Check]:
    """Hold the softmax against itself where all scores are shifted, and against its naive form."""
    p, log_sum = core.softmax(exponents), core.logsumexp(exponents)
    shifts = thinned(SHIFTS[:, np.newaxis], exponents.size)
    count = {"count": f"{len(shifts):,}"}
    error = core.largest_error(core.softmax(exponents + shifts), p)
    yield Check(N_("z + c has the same softmax, for {count} c"), error, FAR_ROUNDING, count)
    error = core.largest_error(core.logsumexp(exponents + shifts), log_sum + shifts[:, 0])
    yield Check(N_("logsumexp(z + c) = logsumexp(z) + c, for {count} c"), error, ROUNDING, count)
    naive = core.naive_softmax(exponents + thinned(NAIVE_EXPONENTS[:, np.newaxis], exponents.size))
    finite = naive[np.isfinite(naive).all(axis=1)]
    claim = N_("stable = naive softmax, at {count} shifts where the naive one is fine")
    yield Check(claim, core.largest_error(finite, p), FAR_ROUNDING, {"count": f"{len(finite):,}"})


def linear_claims(z: Array, ranking: NDArray[np.intp], temperature: float, sharper: Array) -> Iterator[Check]:
    """Hold what the logarithmic means say against the probabilities themselves."""
    if not sharper.size:
        return
    exponents = at_temperature(z, temperature)
    p, log_p = core.softmax(exponents)[ranking], core.log_softmax(exponents)[ranking]
    ranked, share = z[ranking], core.linear_normalisation(z)[1][ranking]
    yield Check(
        N_("L > T exactly where softmax's odds exceed the linear ones"),
        float(_misjudged(ranked, share, log_p, sharper)),
        0,
    )
    # one rounding a class in each running sum, and those of the terms: of p·d by ε, and of the share
    lead, allowed = np.cumsum(p) - np.cumsum(share), EPSILON * max(16, z.size)
    if sharper.min() >= 0 < sharper.max():
        claim = N_("the k largest p together are the larger by softmax, for every k")
        yield Check(claim, max(0.0, -float(lead.min())), allowed)
    if sharper.max() <= 0 > sharper.min():
        claim = N_("the k largest p together are the larger by linear normalisation, for every k")
        yield Check(claim, max(0.0, float(lead.max())), allowed)


def _misjudged(ranked: Array, share: Array, log_p: Array, sharper: Array) -> int:
    """Return how many neighbours of different scores have odds that are clearly not what their mean says.

    ranked, share, log_p: the scores, the largest first, and their shares and ln p, shape (K,). sharper: shape (M,).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        log_share = np.log(share)
        excess = np.diff(log_share) - np.diff(log_p)  # of softmax's ln odds over the linear ones
        different = np.diff(ranked) < 0
        known = ((share[1:] >= TINY) | (ranked[1:] == 0))[different]  # a share that underflows has lost its odds
        size = np.maximum(-log_p, np.where(share > 0, -log_share, 0))[1:][different]  # a logarithm rounds by its size
        rounding = ROUNDING * np.maximum(size, 1)
        return int((known & (excess[different] * sharper < -rounding)).sum())


def loss_claims(exponents: Array, top: int) -> Iterator[Check]:
    """Hold the loss against the softplus of the lead that the true class has, and against what convex means.

    top: the first-ranked class, which is taken for the true one.
    """
    where, loss = {"count": len(exponents)}, -core.log_softmax(exponents)
    others = np.delete(exponents, top, axis=1)
    if np.isfinite(others).any(axis=1).all():
        softplus = np.logaddexp(0, core.logsumexp(others) - exponents[:, top])
        claim = N_("−ln p_y = ln(1 + e^−d) of its lead d at {count} temperatures")
        yield Check(claim, core.largest_error(loss[:, top], softplus), ROUNDING, where)
    free = np.isfinite(exponents).all(axis=0)
    here = exponents[:, free]
    there = np.roll(here, 1, axis=1)  # the same scores, of other classes
    ends = -core.log_softmax(here) / 2 - core.log_softmax(there) / 2
    excess = float(((-core.log_softmax(here / 2 + there / 2) - ends) / np.maximum(ends, 1)).max())
    claim = N_("halfway between two rows of scores the loss is at most their mean, at {count} temperatures")
    yield Check(claim, max(0.0, excess), ROUNDING, where)


def twice_claims(exponents: Array, floor: float) -> Iterator[Check]:
    """Hold a second log-softmax against the first, and a second softmax's least loss against its floor, nats."""
    where = {"count": len(exponents)}
    once = core.log_softmax(exponents)
    claim = N_("log-softmax of log-softmax = log-softmax at {count} temperatures")
    yield Check(claim, core.largest_error(core.log_softmax(once), once), ROUNDING, where)
    least = -float(core.log_softmax(core.softmax(exponents)).max())
    certain = -float(core.log_softmax(core.one_hot(0, exponents.shape[1])).max())
    claim = N_("−ln softmax(p) ≥ ln(e+K−1) − 1 at {count} temperatures, = at a one-hot p")
    yield Check(claim, max(abs(certain - floor), floor - least), ROUNDING, where)
