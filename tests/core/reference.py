"""The core's formulas by their definitions in mpmath, and the distance from them in units in the last place.

Everything is computed with `DIGITS` decimal digits and nothing is done against cancellation: log p is z − log Σ exp z,
KL is Σ q·log(q/p) − q + p. The largest cancellation is that of log_softmax, whose smallest result is exp(−745) ≈ 1e-324
beside a maximum that is taken out first. So at most 324 digits are lost, and 400 leave more than 50.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np

from sce_cli.core.checks import Array

DIGITS = 400

NOTHING = -10_000
"""exp of less is below 1e-4342: 0 beside 1 with this many digits, and 0 as a float."""

SMALLEST_NORMAL, LARGEST = float(np.finfo(np.float64).tiny), float(np.finfo(np.float64).max)

exact = mpmath.MPContext()
exact.dps = DIGITS

type_of_float32, type_of_float64 = np.dtype(np.float32), np.dtype(np.float64)

Exact = Any
"""A real number with DIGITS digits, or an infinity."""


def logsumexp(logits: Iterable[float]) -> Exact:
    z = _numbers(logits)
    largest, exponentials = _exponentials(z)
    return largest + exact.log(exact.fsum(exponentials)) if exact.isfinite(largest) else largest


def log_softmax(logits: Iterable[float]) -> list[Exact]:
    z = _numbers(logits)
    largest, exponentials = _exponentials(z)
    log_total = exact.log(exact.fsum(exponentials))
    return [z_j - largest - log_total for z_j in z]


def softmax(logits: Iterable[float]) -> list[Exact]:
    _, exponentials = _exponentials(_numbers(logits))
    total = exact.fsum(exponentials)
    return [exponential / total for exponential in exponentials]


def entropy(target: Iterable[float]) -> Exact:
    q = _numbers(target)
    return cross_entropy(q, q)


def cross_entropy(target: Iterable[float], prediction: Iterable[float]) -> Exact:
    return _surprise(target, [_log(p) for p in _numbers(prediction)])


def cross_entropy_from_logits(target: Iterable[float], logits: Iterable[float]) -> Exact:
    return _surprise(target, log_softmax(logits))


def cross_entropy_gradient(target: Iterable[float], logits: Iterable[float]) -> list[Exact]:
    q = _numbers(target)
    total = exact.fsum(q)
    return [p_i * total - q_i for p_i, q_i in zip(softmax(logits), q, strict=True)]


def cross_entropy_gradient_parts(target: Iterable[float], logits: Iterable[float]) -> list[Exact]:
    """Return the larger of p_i·Σ_{k≠i} q_k and q_i·(1 − p_i), whose difference the gradient is."""
    q, p = _numbers(target), softmax(logits)
    total = exact.fsum(q)
    return [max(p_i * (total - q_i), q_i * (1 - p_i)) for p_i, q_i in zip(p, q, strict=True)]


def softmax_jacobian(logits: Iterable[float]) -> list[Exact]:
    """Return the first row and the diagonal, one after the other."""
    p = softmax(logits)
    return [p[0] * ((j == 0) - p_j) for j, p_j in enumerate(p)] + [p_i * (1 - p_i) for p_i in p]


def smooth_labels(target: Iterable[float], smoothing: float) -> list[Exact]:
    q, share = _numbers(target), exact.mpf(float(smoothing))
    return [(1 - share) * q_k + share / len(q) for q_k in q]


def probability_gradient(target: Iterable[float], prediction: Iterable[float]) -> list[Exact]:
    return [-quotient for quotient in log_likelihood_gradient(target, prediction)]


def kl_divergence(target: Iterable[float], prediction: Iterable[float]) -> Exact:
    """Σ q·log(q/p) − q + p: the usual Σ q·log(q/p) where q and p both sum to 1."""
    pairs = zip(_numbers(target), _numbers(prediction), strict=True)
    return exact.fsum(_divergence(q, p) for q, p in pairs)


def likelihood(counts: Iterable[float], probabilities: Iterable[float]) -> Exact:
    return exact.exp(log_likelihood(counts, probabilities))


def log_likelihood(counts: Iterable[float], probabilities: Iterable[float]) -> Exact:
    return -cross_entropy(counts, probabilities)


def log_likelihood_gradient(counts: Iterable[float], probabilities: Iterable[float]) -> list[Exact]:
    return [_quotient(n, p) for n, p in zip(_numbers(counts), _numbers(probabilities), strict=True)]


def log_likelihood_curvature(counts: Iterable[float], probabilities: Iterable[float]) -> list[Exact]:
    return [-_quotient(n, p**2) for n, p in zip(_numbers(counts), _numbers(probabilities), strict=True)]


def maximum_likelihood_estimate(counts: Iterable[float]) -> list[Exact]:
    n = _numbers(counts)
    total = exact.fsum(n)
    return [n_k / total for n_k in n]


def linear_normalisation(scores: Iterable[float]) -> list[Exact]:
    return maximum_likelihood_estimate(scores)


def logarithmic_mean(larger: Iterable[float], smaller: Iterable[float]) -> list[Exact]:
    pairs = zip(_numbers(larger), _numbers(smaller), strict=True)
    return [(a - b) / exact.log(a / b) if b else exact.zero for a, b in pairs]


def nearest_float(value: Exact, kind: np.dtype[Any]) -> float:
    """Return the float64 or float32 that is nearest, with subnormals and overflow to ∞ as IEEE 754 has them."""
    if kind != type_of_float32 and SMALLEST_NORMAL < abs(value) < LARGEST:
        return float(value)
    decimal = exact.nstr(value, 50)  # float() would round a subnormal twice
    with np.errstate(over="ignore"):
        return float(np.float32(decimal)) if kind == type_of_float32 else float(decimal)


@dataclass(frozen=True, eq=False)
class Rounded:
    """Exact values as floats, shape (N,): the nearest float, and what that leaves out in units in its last place."""

    nearest: Array
    rest: Array


def rounded(values: Iterable[Exact], kind: np.dtype[Any] = type_of_float64) -> Rounded:
    """Return exact values as correctly rounded floats, and the rest of each."""
    exactly = list(values)
    nearest = np.array([nearest_float(value, kind) for value in exactly], dtype=kind)
    units = np.spacing(np.abs(nearest)).tolist()
    rest = [
        float((value - exact.mpf(near)) / exact.mpf(unit)) if np.isfinite(near) else 0.0
        for value, near, unit in zip(exactly, nearest.tolist(), units, strict=True)
    ]
    return Rounded(nearest, np.array(rest))


def ulp_errors(actual: Array, expected: list[Exact] | Rounded, size: float | Array = 0.0) -> Array:
    """Return |actual − expected| for each entry, in units in the last place of the correctly rounded expected value.

    size: where larger, the units are those of this number instead. Where the expected value is ∞, or actual is, they
    must be equal. A NaN is ∞ units away.
    """
    value = expected if isinstance(expected, Rounded) else rounded(expected, actual.dtype)
    assert actual.shape == value.nearest.shape
    with np.errstate(invalid="ignore", over="ignore"):
        own = np.spacing(np.abs(value.nearest)).astype(np.float64)
        unit = np.maximum(own, np.spacing(np.asarray(size, dtype=actual.dtype)))
        error = np.abs((actual.astype(np.float64) - value.nearest) / unit - value.rest * (own / unit))
    finite = np.isfinite(actual) & np.isfinite(value.nearest)
    return np.where(finite, error, np.where(actual == value.nearest, 0.0, np.inf))


def ulps(actual: Array, expected: Exact | list[Exact]) -> float:
    """Return the largest of `ulp_errors`, for a vector or a single number."""
    if isinstance(expected, list):
        return float(ulp_errors(actual, expected).max())
    assert actual.shape == ()
    return float(ulp_errors(actual[np.newaxis], [expected])[0])


def _exponentials(z: list[Exact]) -> tuple[Exact, list[Exact]]:
    largest = max(z)
    return largest, [_exp(z_k - largest) for z_k in z]


@lru_cache(maxsize=2**15)
def _exp(value: Exact) -> Exact:
    return exact.exp(value) if value > NOTHING else exact.zero


@lru_cache(maxsize=2**15)
def _log(value: Exact) -> Exact:
    return exact.log(value) if value else exact.ninf


def _quotient(n: Exact, p: Exact) -> Exact:
    if not n:
        return n
    return n / p if p else exact.inf


def _surprise(target: Iterable[float], log_p: list[Exact]) -> Exact:
    pairs = zip(_numbers(target), log_p, strict=True)
    return -exact.fsum(q * log_p_k for q, log_p_k in pairs if q)


def _divergence(q: Exact, p: Exact) -> Exact:
    if not q:
        return p
    return q * exact.log(q / p) - q + p if p else exact.inf


def _numbers(values: Iterable[Any]) -> list[Exact]:
    return [value if isinstance(value, exact.mpf) else exact.mpf(float(value)) for value in values]
