"""Gradients in closed form, and finite differences to hold against them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, masses, same_classes
from sce_cli.core.stable import log_softmax


def cross_entropy_gradient(target: ArrayLike, logits: ArrayLike) -> Array:
    """∂CE(q, softmax(z))/∂z_i = p_i·Σ_k q_k − q_i, which is p_i − q_i for a target that sums to 1.

    target, logits: shape (…, K), classes last. Returns the common shape, in nats per unit of logit; each row
    sums to 0. Computed as p_i·Σ_{k≠i} q_k − q_i·(1 − p_i), with 1 − p = −expm1(log p): that keeps its digits where the
    softmax is sure and right, −4.2e-18 for z = [40, 0] and class 0, where p − q is 0. Raises ValueError as `softmax`
    does, and for negative targets and unequal numbers of classes.
    Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), equation 4.109.
    """
    q, log_p = masses(target, "target"), log_softmax(logits)
    same_classes(q, log_p, "target and logits")
    with np.errstate(under="ignore"):
        gradient: Array = np.exp(log_p) * _others(q) + q * np.expm1(log_p)
    return gradient


def _others(q: Array) -> Array:
    """Return Σ_{k≠i} q_k for each i, added up from both sides: to take q_i from the whole sum would cancel."""
    none = np.zeros_like(q[..., :1])
    before = np.concatenate([none, np.cumsum(q[..., :-1], axis=-1)], axis=-1)
    after = np.concatenate([np.cumsum(q[..., :0:-1], axis=-1)[..., ::-1], none], axis=-1)
    others: Array = before + after
    return others


def central_difference(function: Callable[[Array], Array], x: Array, step: Array) -> Array:
    """f′(x) ≈ (f(x + h) − f(x − h)) / 2h for a function that acts on each entry of x by itself.

    x and step h > 0: the same shape, which is returned. The error falls as h² until rounding, which rises as
    ε·|f|/h, takes over: h ≈ ε^(1/3) times the scale of x balances the two.
    Source: W. H. Press et al., "Numerical Recipes", 3rd ed. (2007), section 5.7.
    """
    upper, lower = x + step, x - step
    return (function(upper) - function(lower)) / (upper - lower)
