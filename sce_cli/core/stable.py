"""Softmax and its logarithm without overflow, underflow or cancellation.

With m = max z and d_k = z_k − m ≤ 0, every formula here is built from exp(d_k) ∈ [0, 1]:

    S             = Σ_k exp(d_k) over all k but one that attains the maximum
    logsumexp(z)  = m + log1p(S)
    log_softmax_j = d_j − log1p(S)
    softmax_j     = exp(d_j) / (1 + S)

Nothing overflows, because no exponent is positive. Nothing cancels, because d_j and −log1p(S) have the same
sign and S is a sum of positive terms. log1p keeps S when it is far below 1: log_softmax([40, 0]) is
[−4.2e-18, −40], where log(softmax) gives 0.

The subtraction z_k − m rounds, and exp turns that absolute error into a relative one of up to |d_k| half
units. `_centre` therefore returns that error e too, and exp(d + e) = exp(d)·(1 + e) puts it back. It works on halves,
because z_k − m may overflow where (z_k − m)/2 can't. S is carried as an unevaluated sum of two floats.

Source: P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
functions", IMA J. Numer. Anal. 41 (2021), for the maximum and log1p; D. E. Knuth, TAOCP 2, 4.2.2, for the
exact error of a sum.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sce_cli.core.checks import Array, as_logits


def logsumexp(logits: ArrayLike, axis: int = -1) -> Array:
    """log Σ_k exp(z_k) along `axis`, in nats.

    logits: any shape, real numbers or −∞. Returns that shape without `axis`, in [max z, max z + log K]; −∞
    where every logit is −∞. Raises ValueError for NaN and +∞.
    """
    z = np.moveaxis(as_logits(logits), axis, -1)
    largest, half, error = _centre(z)
    _, rest, rounding = _exponentials(half, error)
    above = np.log1p(rest)
    total = largest + above
    with np.errstate(under="ignore"):
        correction = _rounding_error(largest, above, total) + rounding / (1 + rest)
    return (total + correction)[..., 0]


def log_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """log p_j = z_j − logsumexp(z) along `axis`, in nats.

    logits: any shape, real numbers or −∞ (a masked class, which gets log p = −∞). Returns the same shape,
    in [−∞, 0]. Raises ValueError for NaN, for +∞, and where every logit is −∞.
    """
    half, error, beyond = _log_parts(logits, axis)
    with np.errstate(over="ignore"):
        return np.moveaxis(2 * half + (2 * error - beyond), -1, axis)


def half_surprise(logits: ArrayLike, axis: int = -1) -> Array:
    """−log p_j/2 along `axis`, in nats: finite wherever z_j is, where log p_j may already be beyond the floats.

    Arguments, shape and errors as in `log_softmax`.
    """
    half, error, beyond = _log_parts(logits, axis)
    with np.errstate(under="ignore"):
        return np.moveaxis((beyond / 2 - error) - half, -1, axis)


def _log_parts(logits: ArrayLike, axis: int) -> tuple[Array, Array, Array]:
    """Return d/2, e/2 and log(1 + S), the classes last: log p = d + e − log(1 + S)."""
    z = np.moveaxis(_not_all_masked(as_logits(logits), axis), axis, -1)
    _, half, error = _centre(z)
    _, rest, rounding = _exponentials(half, error)
    with np.errstate(under="ignore"):
        return half, error, np.log1p(rest) + rounding / (1 + rest)


def softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """p_j = exp(z_j) / Σ_k exp(z_k) along `axis`.

    logits: any shape, real numbers or −∞ (a masked class, which gets p = 0). Returns the same shape, in
    [0, 1], summing to 1 along `axis`. Raises ValueError for NaN, for +∞, and where every logit is −∞.
    """
    z = np.moveaxis(_not_all_masked(as_logits(logits), axis), axis, -1)
    _, half, error = _centre(z)
    exponentials, rest, rounding = _exponentials(half, error)
    with np.errstate(under="ignore"):
        return np.moveaxis(exponentials / (1 + (rest + rounding)), -1, axis)


def softmax_and_log(logits: ArrayLike) -> tuple[Array, Array]:
    """softmax and log_softmax over the last axis, from the exponentials that both are made of.

    logits, shapes and errors as in `softmax`; the digits are those of the two.
    """
    _, half, error = _centre(_not_all_masked(as_logits(logits), -1))
    exponentials, rest, rounding = _exponentials(half, error)
    with np.errstate(over="ignore", under="ignore"):
        beyond = np.log1p(rest) + rounding / (1 + rest)
        return exponentials / (1 + (rest + rounding)), 2 * half + (2 * error - beyond)


def weighted_sum(weights: Array, values: Array) -> Array:
    """Σ w_k·v_k over the last axis for w ≥ 0, v ≥ 0, with 0·∞ = 0; right to a few units in the last place.

    A product that is subnormal has lost digits. Where the sum is that small, it is added 1/ε times as large.
    """
    limits = np.finfo(values.dtype)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        total = accurate_sum(np.where(weights > 0, weights * values, 0))
        tiny = np.abs(total) < limits.smallest_normal / limits.eps
        if tiny.any():
            larger = accurate_sum(np.where(weights > 0, weights / limits.eps * values, 0))
            total = np.where(tiny, larger * limits.eps, total)
    return total[..., 0]


def naive_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """exp(z_j) / Σ_k exp(z_k) as written, kept to show how it fails: NaN or 0/0 beyond |z| ≈ 709 in float64.

    Shapes and errors as in `softmax`. Where every exp(z_k) is a normal number, it agrees with `softmax`.
    """
    z = as_logits(logits)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        exponentials = np.exp(z)
        quotient: Array = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return quotient


def accurate_sum(terms: Array) -> Array:
    """Σ over the last axis, of shape (…, 1), for terms ≥ 0 or +∞; right to one unit in the last place."""
    total, rounding = sum_in_two(terms)
    return total + rounding


def sum_in_two(terms: Array) -> tuple[Array, Array]:
    """Return Σ over the last axis, for terms ≥ 0 or +∞, and what its roundings lost, both of shape (…, 1); it may be ∞.

    Adds neighbours until one column is left and keeps each addition's exact error (Knuth's two-sum), so both together
    are right to far below a unit in the last place, whatever the length.
    """
    lost = np.zeros_like(terms[..., :1])
    while terms.shape[-1] > 1:
        if terms.shape[-1] % 2:
            terms = np.concatenate([terms, np.zeros_like(terms[..., :1])], axis=-1)
        left, right = terms[..., 0::2], terms[..., 1::2]
        with np.errstate(over="ignore"):
            terms = left + right
        lost = lost + _rounding_error(left, right, terms).sum(axis=-1, keepdims=True)
    return terms, lost


def _centre(z: Array) -> tuple[Array, Array, Array]:
    """Return max z, z/2 − max z/2 as rounded, and the exact rounding error of that subtraction."""
    largest = z.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", under="ignore"):
        half = np.where(np.isneginf(z), z, z / 2 - largest / 2)
        error = _rounding_error(z / 2, -largest / 2, half)
    return largest, half, error


def _exponentials(half: Array, error: Array) -> tuple[Array, Array, Array]:
    """Return exp(d + e), and S, its sum without the 1 of one of the largest logits, in two parts.

    half: d/2; error: e/2. Subnormal terms have lost digits before they are added. Where S is so small, it is added 1/ε
    times as large, from exp(d) = exp(d/2)².
    """
    largest, limits = half.argmax(axis=-1, keepdims=True), np.finfo(half.dtype)
    with np.errstate(over="ignore", under="ignore"):
        exponentials = np.exp(2 * half)
        corrections = exponentials * (2 * error)
        rest, rounding = sum_in_two(_without(exponentials, largest))
        rounding = rounding + corrections.sum(axis=-1, keepdims=True)  # of the largest it is 0
        tiny = rest < limits.smallest_normal / limits.eps
        if tiny.any():
            root = np.exp(half) * (1 + error)
            larger, lost = sum_in_two(_without(root / limits.eps * root, largest))
            rest = np.where(tiny, (larger + lost) * limits.eps, rest)
            rounding = np.where(tiny, 0, rounding)
    return exponentials + corrections, rest, rounding.astype(rest.dtype)


def _without(terms: Array, index: NDArray[np.intp]) -> Array:
    others = terms.copy()
    np.put_along_axis(others, index, 0, axis=-1)
    return others


def _rounding_error(left: Array, right: Array, total: Array) -> Array:
    """Return (left + right) − total exactly, where total = fl(left + right); 0 where an infinity takes part."""
    with np.errstate(invalid="ignore"):
        right_part = total - left
        error = (left - (total - right_part)) + (right - right_part)
    return np.where(np.isfinite(error), error, error.dtype.type(0))


def _not_all_masked(logits: Array, axis: int) -> Array:
    if (logits.max(axis=axis) == -np.inf).any():
        raise ValueError("every logit is -inf: a softmax needs at least one class that isn't masked")
    return logits
