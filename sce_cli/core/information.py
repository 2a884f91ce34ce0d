"""Entropy, cross-entropy and KL divergence in nats; the target q is always the first argument.

0·log 0 is 0. ∞ is the answer where a class that happens (q > 0) was called impossible (p = 0); no epsilon
hides it. For entries up to 1 every sum here has terms of one sign, so a result that is a normal number has the
relative error of its terms: a few units in the last place.

Source: T. M. Cover, J. A. Thomas, "Elements of Information Theory", 2nd ed. (2006), chapter 2.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sce_cli.core.checks import Array, as_logits, as_weights, same_classes
from sce_cli.core.stable import accurate_sum, half_surprise, weighted_sum


def entropy(target: ArrayLike, axis: int = -1) -> Array:
    """H(q) = −Σ_k q_k log q_k along `axis`, in nats.

    target: probabilities, any shape. Returns that shape without `axis`, in [0, log K].
    Raises ValueError for negative, infinite or NaN entries.
    """
    return cross_entropy(target, target, axis)


def cross_entropy(target: ArrayLike, prediction: ArrayLike, axis: int = -1) -> Array:
    """CE(q, p) = −Σ_k q_k log p_k along `axis`, in nats.

    target, prediction: probabilities; the shapes broadcast, the number of classes must be the same. Returns
    the common shape without `axis`, in [H(q), ∞]; ∞ where some p_k = 0 < q_k. Given logits, use
    `cross_entropy_from_logits`: it keeps digits that probabilities have lost.
    Raises ValueError for negative, infinite or NaN entries and for unequal numbers of classes.
    """
    q, p = _pair(target, lambda: as_weights(prediction, "prediction"), axis, "prediction")
    with np.errstate(divide="ignore"):
        return weighted_sum(q, -np.log(p))


def cross_entropy_from_logits(target: ArrayLike, logits: ArrayLike, axis: int = -1) -> Array:
    """CE(q, softmax(z)) = −Σ_k q_k log_softmax(z)_k along `axis`, in nats.

    target: probabilities; logits: real numbers or −∞ (a masked class); shapes as in `cross_entropy`. Finite
    whenever no class with q_k > 0 is masked: CE of z = [1000, 0, 0] for class 1 is exactly 1000.
    Raises ValueError as `cross_entropy` and `log_softmax` do.
    """
    q, z = _pair(target, lambda: as_logits(logits), axis, "logits")
    with np.errstate(over="ignore"):
        return 2 * weighted_sum(q, half_surprise(z))


def kl_divergence(target: ArrayLike, prediction: ArrayLike, axis: int = -1) -> Array:
    """KL(q‖p) = Σ_k q_k log(q_k/p_k) − q_k + p_k along `axis`, in nats.

    The generalised form: equal to Σ q log(q/p) for distributions, but every term is ≥ 0, so nothing cancels
    where p ≈ q. Not symmetric: the target comes first. Shapes and errors as in `cross_entropy`. Returns
    values in [0, ∞], 0 exactly where p = q.
    """
    q, p = _pair(target, lambda: as_weights(prediction, "prediction"), axis, "prediction")
    total, limits = accurate_sum(_divergence_terms(q, p)), np.finfo(q.dtype)
    tiny = total < limits.smallest_normal / limits.eps
    if tiny.any():  # subnormal terms have lost digits: add them 1/ε times as large, equal entries left out
        q, p = np.where(q == p, 0, q), np.where(q == p, 0, p)
        with np.errstate(over="ignore"):
            larger = accurate_sum(_divergence_terms(q / limits.eps, p / limits.eps))
        total = np.where(tiny, larger * limits.eps, total)
    return total[..., 0]


def one_hot(labels: ArrayLike, classes: int) -> NDArray[np.float64]:
    """q_k = 1 for k = label, else 0: a new last axis of length `classes`.

    labels: integers in 0 … classes − 1, any shape; classes: K. Raises ValueError for anything else.
    """
    indices = np.asarray(labels)
    if not isinstance(classes, int | np.integer):
        raise ValueError(f"classes must be a whole number, got {classes!r}")
    if indices.dtype.kind not in "iu" or (indices < 0).any() or (indices >= classes).any():
        raise ValueError(f"labels must be whole numbers from 0 to {classes - 1}, got {labels!r}")
    return np.asarray(indices[..., np.newaxis] == np.arange(classes), dtype=np.float64)


def smooth_labels(target: ArrayLike, smoothing: float) -> Array:
    """(1 − ε)·q + ε/K along the last axis: a share ε of the target is spread evenly over all K classes.

    target: probabilities, shape (…, K); smoothing: ε in [0, 1]. Returns the target's shape. Raises ValueError for an
    ε outside [0, 1] and for negative, infinite or NaN targets.
    Source: C. Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016, section 7.
    """
    q = as_weights(target, "target")
    if not 0 <= smoothing <= 1:
        raise ValueError(f"smoothing must lie between 0 and 1, got {smoothing}")
    spread = float(smoothing)
    smoothed: Array = (1 - spread) * q + spread / q.shape[-1]
    return smoothed


def _pair(target: ArrayLike, other: Callable[[], Array], axis: int, name: str) -> tuple[Array, Array]:
    """Return both arrays in one precision, with as many dimensions, as many classes, and the classes last."""
    q, values = as_weights(target, "target"), other()
    dimensions, precision = max(q.ndim, values.ndim), np.result_type(q, values)
    first, second = (
        np.moveaxis(array.astype(precision).reshape((1,) * (dimensions - array.ndim) + array.shape), axis, -1)
        for array in (q, values)
    )
    same_classes(first, second, f"target and {name}")
    return first, second


LN2 = 0.6931471805599453
"""The natural logarithm of 2."""

FRACTION_TERMS = 12
"""Each term of the continued fraction in `_near` leaves 3 % of the error at p = 2q, and 0.03**11 < 2**-53."""


def _divergence_terms(q: Array, p: Array) -> Array:
    """Return d(q, p) = q·log(q/p) − q + p ≥ 0 for each class, to a few units in the last place."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        halvings = np.trunc(np.log2(q) - np.log2(p))
        terms = np.where(np.abs(halvings) > 4, _far(q, p), _walk(q, p, halvings))
    return np.where(q == 0, p, terms)


def _far(q: Array, p: Array) -> Array:
    """Return d(q, p) as it is defined, which is good to the last digits where p and q differ 32-fold.

    Where q/p is beyond the floats, log(q/p) is taken apart into exponents and mantissas.
    """
    ratio = q / p
    (q_mantissa, q_exponent), (p_mantissa, p_exponent) = np.frexp(q), np.frexp(p)
    apart = (q_exponent - p_exponent).astype(q.dtype) * LN2 + np.log(q_mantissa / p_mantissa)
    ordinary = (ratio >= np.finfo(q.dtype).smallest_normal) & (ratio < np.inf)
    logarithm: Array = np.where(ordinary, np.log(ratio), apart)
    return q * (logarithm - 1) + p


def _walk(q: Array, p: Array, halvings: Array) -> Array:
    """Return d(q, p) where the definition would cancel, by way of m = q·2^−k, the last such value before p.

    For any m the definition gives d(q, p) = d(q, m) + d(m, p) + (q − m)·log(m/p), and for an m between q and p
    no part is negative. d(q, m) is a constant times q; p and m are within a factor of 2, so p − m is exact.
    """
    m = q * np.exp2(-halvings)
    to_m: Array = q * (halvings * LN2 + (np.exp2(-halvings) - 1))
    return to_m + (_near(m, p) + (q - m) * np.log1p((m - p) / p))


def _near(q: Array, p: Array) -> Array:
    """Return d(q, p) for p within a factor of 2 of q, from r = (p − q)/(p + q) and log(p/q) = 2 artanh r.

    r is taken as x/(2 + x) with x = (p − q)/q, and q is never doubled: the largest weights have no sum and no double.

    d(q, p) = (p − q)·r − 2·q·r³·T with T = (artanh(r)/r − 1)/r² = 1/3 + r²/5 + …, a small correction.
    T comes from Gauss's continued fraction artanh(r)/r = 1/(1 − r²·t), t = 1/(3 − 4r²/(5 − 9r²/(7 − …))).
    Source: NIST Digital Library of Mathematical Functions, 4.25 and 3.10.
    """
    x = (p - q) / q
    r = x / (2 + x)
    fraction = np.zeros_like(r)
    for j in range(FRACTION_TERMS, 1, -1):
        fraction = j * j * r * r / (2 * j + 1 - fraction)
    t = 1 / (3 - fraction)
    return (p - q) * r - q * (2 * r * r * r * t / (1 - r * r * t))
