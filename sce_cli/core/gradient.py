"""Gradients in closed form, and finite differences to hold against them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, masses, same_classes, scores
from sce_cli.core.stable import softmax


def cross_entropy_gradient(target: ArrayLike, logits: ArrayLike) -> Array:
    """∂CE(q, softmax(z))/∂z_i = p_i·Σ_k q_k − q_i, which is p_i − q_i for a target that sums to 1.

    target, logits: shape (…, K), classes last. Returns the common shape, in nats per unit of logit; each row
    sums to 0. Raises ValueError as `softmax` does, and for negative targets and unequal numbers of classes.
    Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), equation 4.109.
    """
    q, z = masses(target, "target"), scores(logits)
    same_classes(q, z, "target and logits")
    return np.asarray(softmax(z) * q.sum(axis=-1, keepdims=True) - q)


def central_difference(function: Callable[[Array], Array], x: Array, step: Array) -> Array:
    """f′(x) ≈ (f(x + h) − f(x − h)) / 2h for a function that acts on each entry of x by itself.

    x and step h > 0: the same shape, which is returned. The error falls as h² until rounding, which rises as
    ε·|f|/h, takes over: h ≈ ε^(1/3) times the scale of x balances the two.
    Source: W. H. Press et al., "Numerical Recipes", 3rd ed. (2007), section 5.7.
    """
    upper, lower = x + step, x - step
    return (function(upper) - function(lower)) / (upper - lower)
