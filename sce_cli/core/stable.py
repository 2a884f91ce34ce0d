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
units. `_centre` therefore returns that error e too, and exp(d + e) = exp(d)·(1 + e) puts it back.

Source: P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax
functions", IMA J. Numer. Anal. 41 (2021), for the maximum and log1p; D. E. Knuth, TAOCP 2, 4.2.2, for the
exact error of a sum.
"""

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, scores


def logsumexp(logits: ArrayLike, axis: int = -1) -> Array:
    """log Σ_k exp(z_k) along `axis`, in nats.

    logits: any shape, real numbers or −∞. Returns that shape without `axis`, in [max z, max z + log K]; −∞
    where every logit is −∞. Raises ValueError for NaN and +∞.
    """
    z = np.moveaxis(scores(logits), axis, -1)
    largest, shifted, error = _centre(z)
    _, rest = _exponentials(shifted, error)
    return (largest + np.log1p(rest))[..., 0]


def log_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """log p_j = z_j − logsumexp(z) along `axis`, in nats.

    logits: any shape, real numbers or −∞ (a masked class, which gets log p = −∞). Returns the same shape,
    in [−∞, 0]. Raises ValueError for NaN, for +∞, and where every logit is −∞.
    """
    z = np.moveaxis(_not_all_masked(scores(logits), axis), axis, -1)
    _, shifted, error = _centre(z)
    _, rest = _exponentials(shifted, error)
    return np.moveaxis(shifted + (error - np.log1p(rest)), -1, axis)


def softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """p_j = exp(z_j) / Σ_k exp(z_k) along `axis`.

    logits: any shape, real numbers or −∞ (a masked class, which gets p = 0). Returns the same shape, in
    [0, 1], summing to 1 along `axis`. Raises ValueError for NaN, for +∞, and where every logit is −∞.
    """
    z = np.moveaxis(_not_all_masked(scores(logits), axis), axis, -1)
    _, shifted, error = _centre(z)
    exponentials, rest = _exponentials(shifted, error)
    return np.moveaxis(exponentials / (1 + rest), -1, axis)


def naive_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """exp(z_j) / Σ_k exp(z_k) as written, kept to show how it fails: NaN or 0/0 beyond |z| ≈ 709 in float64.

    Shapes and errors as in `softmax`. Where every exp(z_k) is a normal number, it agrees with `softmax`.
    """
    z = scores(logits)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        exponentials = np.exp(z)
        quotient: Array = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return quotient


def accurate_sum(terms: Array) -> Array:
    """Σ over the last axis with the rounding errors of the additions added back, for terms ≥ 0 or +∞.

    Adds neighbours until one column is left and keeps each addition's exact error (Knuth's two-sum), so the
    result is right to about one unit in the last place, whatever the length. Returns shape (…, 1).
    """
    error = np.zeros_like(terms[..., :1])
    while terms.shape[-1] > 1:
        if terms.shape[-1] % 2:
            terms = np.concatenate([terms, np.zeros_like(terms[..., :1])], axis=-1)
        left, right = terms[..., 0::2], terms[..., 1::2]
        terms = left + right
        error = error + _rounding_error(left, right, terms).sum(axis=-1, keepdims=True)
    return terms + error


def _centre(z: Array) -> tuple[Array, Array, Array]:
    """Return max z, d = z − max z as rounded, and the exact rounding error of that subtraction."""
    largest = z.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = np.where(np.isneginf(z), z, z - largest)
    return largest, shifted, _rounding_error(z, -largest, shifted)


def _exponentials(shifted: Array, error: Array) -> tuple[Array, Array]:
    """Return exp(d + e), and S: its sum without the 1 that one of the largest logits contributes."""
    exponentials = np.exp(shifted) * (1 + error)
    others = exponentials.copy()
    np.put_along_axis(others, shifted.argmax(axis=-1, keepdims=True), 0, axis=-1)
    return exponentials, accurate_sum(others)


def _rounding_error(left: Array, right: Array, total: Array) -> Array:
    """Return (left + right) − total exactly, where total = fl(left + right); 0 where an infinity takes part."""
    with np.errstate(over="ignore", invalid="ignore"):
        right_part = total - left
        error = (left - (total - right_part)) + (right - right_part)
    return np.where(np.isfinite(error), error, error.dtype.type(0))


def _not_all_masked(logits: Array, axis: int) -> Array:
    if np.isneginf(logits).all(axis=axis).any():
        raise ValueError("every logit is -inf: a softmax needs at least one class that isn't masked")
    return logits
