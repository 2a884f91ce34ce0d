"""The core's formulas by their definitions in mpmath, and the distance from them in units in the last place.

Everything is computed with `DIGITS` decimal digits and nothing is done against cancellation: log p is z − log Σ exp z,
KL is Σ q·log(q/p) − q + p. The largest cancellation is that of log_softmax, whose smallest result is exp(−745) ≈ 1e-324
beside a maximum that is taken out first. So at most 324 digits are lost, and 400 leave more than 50.
"""

from collections.abc import Callable, Iterable
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np

from sce_cli.core.checks import Array

DIGITS = 400

NOTHING = -10_000
"""exp of less is below 1e-4342: 0 beside 1 with this many digits, and 0 as a float."""

exact = mpmath.MPContext()
exact.dps = DIGITS

type_of_float32 = np.dtype(np.float32)

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
    return _surprise(target, [exact.log(p) if p else exact.ninf for p in _numbers(prediction)])


def cross_entropy_from_logits(target: Iterable[float], logits: Iterable[float]) -> Exact:
    return _surprise(target, log_softmax(logits))


def cross_entropy_gradient(target: Iterable[float], logits: Iterable[float]) -> list[Exact]:
    q = _numbers(target)
    return [p_i * exact.fsum(q) - q_i for p_i, q_i in zip(softmax(logits), q, strict=True)]


def kl_divergence(target: Iterable[float], prediction: Iterable[float]) -> Exact:
    """Σ q·log(q/p) − q + p: the usual Σ q·log(q/p) where q and p both sum to 1."""
    pairs = zip(_numbers(target), _numbers(prediction), strict=True)
    return exact.fsum(_divergence(q, p) for q, p in pairs)


def log_likelihood(counts: Iterable[float], probabilities: Iterable[float]) -> Exact:
    return -cross_entropy(counts, probabilities)


def nearest_float(value: Exact, kind: np.dtype[Any]) -> float:
    """Return the float64 or float32 that is nearest, with subnormals and overflow to ∞ as IEEE 754 has them."""
    decimal = exact.nstr(value, 50)
    with np.errstate(over="ignore"):
        return float(np.float32(decimal)) if kind == type_of_float32 else float(decimal)


def ulp_errors(actual: Array, expected: list[Exact]) -> Array:
    """Return |actual − expected| for each entry, in units in the last place of the correctly rounded expected value.

    Where that is ∞, or actual is, they must be equal. A NaN is ∞ units away.
    """
    assert actual.shape == (len(expected),)
    return np.array([_ulp_error(number, value) for number, value in zip(actual, expected, strict=True)])


def ulps(actual: Array, expected: Exact | list[Exact]) -> float:
    """Return the largest of `ulp_errors`, for a vector or a single number."""
    if isinstance(expected, list):
        return float(ulp_errors(actual, expected).max())
    assert actual.shape == ()
    return float(ulp_errors(actual[np.newaxis], [expected])[0])


def worst_ulps(
    function: Callable[..., Array], twin: Callable[..., Exact | list[Exact]], cases: Iterable[tuple[Array, ...]]
) -> tuple[float, tuple[Array, ...]]:
    """Return the largest error over all cases, and the arguments where it was found."""
    return max(((ulps(function(*case), twin(*case)), case) for case in cases), key=lambda found: found[0])


def _ulp_error(actual: np.floating[Any], expected: Exact) -> float:
    rounded = nearest_float(expected, actual.dtype)
    if not (np.isfinite(actual) and np.isfinite(rounded)):
        return 0.0 if actual == rounded else np.inf
    unit = np.spacing(actual.dtype.type(abs(rounded)))
    return float(abs(exact.mpf(float(actual)) - expected) / exact.mpf(float(unit)))


def _exponentials(z: list[Exact]) -> tuple[Exact, list[Exact]]:
    largest = max(z)
    return largest, [exact.exp(z_k - largest) if z_k - largest > NOTHING else exact.zero for z_k in z]


def _surprise(target: Iterable[float], log_p: list[Exact]) -> Exact:
    pairs = zip(_numbers(target), log_p, strict=True)
    return -exact.fsum(q * log_p_k for q, log_p_k in pairs if q)


def _divergence(q: Exact, p: Exact) -> Exact:
    if not q:
        return p
    return q * exact.log(q / p) - q + p if p else exact.inf


def _numbers(values: Iterable[Any]) -> list[Exact]:
    return [value if isinstance(value, exact.mpf) else exact.mpf(float(value)) for value in values]
