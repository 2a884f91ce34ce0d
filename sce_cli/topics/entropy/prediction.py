"""The target q and the prediction p as they were given, and what p makes each outcome cost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array, as_weights
from sce_cli.study import Record

SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
"""Below it a float64 loses digits and then becomes 0: there, only log p tells what p is."""


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
    """Return what each outcome costs; z: the logits, if p is their softmax."""
    with np.errstate(divide="ignore"):
        surprise = 0 - (np.log(p) if z is None else core.log_softmax(z))  # −log 1 would be −0
    possible = p > 0 if z is None else z > -np.inf
    return Outcomes(possible, surprise, terms=q * np.where(q > 0, surprise, 0))


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


def divergence(q: Array, p: Array, surprise: Array) -> float:
    """Return KL(q‖p); an outcome whose p is too small for a float64 has the term q·(log q − log p) − q."""
    lost = (q > 0) & (p < SMALLEST_NORMAL)
    others = core.kl_divergence(np.where(lost, 0, q), p)
    return float(others + (q[lost] * (np.log(q[lost]) + surprise[lost]) - q[lost]).sum())
