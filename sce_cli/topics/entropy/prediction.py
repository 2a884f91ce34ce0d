"""The target q and the prediction p as they were given, and what p makes each outcome cost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array, as_weights
from sce_cli.core.stable import half_surprise
from sce_cli.study import Record

SMALLEST_NORMAL, SMALLEST = float(np.finfo(np.float64).tiny), float(np.finfo(np.float64).smallest_subnormal)
"""Below the first a float64 loses digits, below the second it is 0: there, only log p tells what p is."""


@dataclass(frozen=True, eq=False)
class Outcomes(Record):
    """Each outcome, as the prediction sees it."""

    possible: NDArray[np.bool_]
    """Whether p gives it a probability, perhaps one too small for a float64, shape (K,)."""

    surprise: Array
    """−ln p_k, shape (K,), nats; ∞ where it is impossible."""

    terms: Array
    """−q_k ln p_k, shape (K,), nats; 0 where q_k is."""


def outcomes(q: Array, p: Array, z: Array | None) -> Outcomes:
    """Return what each outcome costs; z: the logits, if p is their softmax.

    Where −ln p is beyond the floats, its product with q may be none the less: it is taken from half the surprise.
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore", under="ignore"):
        surprise = 0 - (np.log(p) if z is None else core.log_softmax(z))  # −log 1 would be −0
        half = surprise / 2 if z is None else half_surprise(z)
        terms = np.where(q > 0, np.where(np.isinf(surprise), 2 * (q * half), q * surprise), 0)
    return Outcomes(p > 0 if z is None else z > -np.inf, surprise, terms)


def normalised(weights: Sequence[float], name: str) -> tuple[Array, float]:
    """Return weights divided by their sum, and the sum; a power of 2 scales them first, so that none overflows."""
    w = as_weights(weights, name)
    exponent = np.frexp(w.max())[1]
    scaled = np.ldexp(w, -exponent)
    total = math.fsum(scaled)
    if total == 0:
        raise ValueError(f"{name} must hold a number above 0")
    with np.errstate(over="ignore"):
        return scaled / total, float(np.ldexp(total, exponent))


def others(q: Array) -> Array:
    """Return 1 − q, shape (K,); that of the largest q as the sum of the others, which keeps its digits beside 1."""
    rest: Array = 1 - q
    largest = q.argmax()
    rest[largest] = np.delete(q, largest).sum()
    return rest


def divergence(q: Array, p: Array, terms: Array) -> float:
    """Return KL(q‖p), at least 0; an outcome whose p has lost its digits adds −q·log p, from the logits, + q·log q − q.

    That needs a q which has all of its own. Otherwise the digits don't matter: no subnormal term can be seen beside 1.
    """
    lost = (q > 0) & (p < SMALLEST_NORMAL) & ((q >= SMALLEST_NORMAL) | (p == 0))
    kept = core.kl_divergence(np.where(lost, 0, q), p)
    with np.errstate(over="ignore"):
        return float(kept + (terms[lost] + (q[lost] * np.log(q[lost]) - q[lost])).sum())
