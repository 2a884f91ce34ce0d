"""Gradients in closed form, finite differences, and the comparison of the two.

Source: for the closed forms C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4; for the
differences W. H. Press et al., "Numerical Recipes", 3rd ed. (2007), section 5.7, and W. Squire, G. Trapp, "Using
complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, as_float, as_weights, same_classes
from sce_cli.core.stable import softmax_and_log


def softmax_jacobian(logits: ArrayLike) -> Array:
    """∂p_i/∂z_j = p_i·(δ_ij − p_j) for p = softmax(z).

    logits: shape (…, K). Returns shape (…, K, K): symmetric, positive semi-definite, every row sums to 0. On the
    diagonal 1 − p_i is −expm1(log p_i), which keeps its digits where p_i is close to 1. It is also the second
    derivative of the cross-entropy by the logits. Raises ValueError as `softmax` does.
    """
    p, log_p = softmax_and_log(logits)
    classes = np.arange(p.shape[-1])
    with np.errstate(under="ignore"):
        jacobian: Array = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
        jacobian[..., classes, classes] = -p * np.expm1(log_p)
    return jacobian


def probability_gradient(target: ArrayLike, prediction: ArrayLike) -> Array:
    """∂CE(q, p)/∂p_j = −q_j/p_j, in nats per unit of probability; 0 where q_j = 0.

    target, prediction: shape (…, K). Returns the common shape; −∞ where p_j = 0 < q_j. Raises ValueError for negative,
    infinite or NaN entries and for unequal numbers of classes.
    """
    q, p = as_weights(target, "target"), as_weights(prediction, "prediction")
    same_classes(q, p, "target and prediction")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        return np.where(q > 0, -q / p, q.dtype.type(0))


def cross_entropy_gradient(target: ArrayLike, logits: ArrayLike) -> Array:
    """∂CE(q, softmax(z))/∂z_i = p_i·Σ_k q_k − q_i, which is p_i − q_i for a target that sums to 1.

    target, logits: shape (…, K), classes last. Returns the common shape, in nats per unit of logit; each row
    sums to 0. Computed as p_i·Σ_{k≠i} q_k − q_i·(1 − p_i), with 1 − p = −expm1(log p): that keeps its digits where the
    softmax is sure and right, −4.2e-18 for z = [40, 0] and class 0, where p − q is 0. Raises ValueError as `softmax`
    does, and for negative targets and unequal numbers of classes.
    """
    q, (p, log_p) = as_weights(target, "target"), softmax_and_log(logits)
    same_classes(q, p, "target and logits")
    with np.errstate(under="ignore"):
        gradient: Array = p * _others(q) + q * np.expm1(log_p)
    return gradient


def _others(q: Array) -> Array:
    """Return Σ_{k≠i} q_k for each i, added up from both sides: to take q_i from the whole sum would cancel."""
    others: Array = _before(q) + _before(q[..., ::-1])[..., ::-1]
    return others


def _before(q: Array) -> Array:
    """Return Σ_{k<i} q_k for each i, in log2 K additions: 1 term, then 2, 4, 8 …, whose roundings don't pile up."""
    sums, terms = np.zeros_like(q), 1
    sums[..., 1:] = q[..., :-1]
    while terms < q.shape[-1]:
        sums[..., terms:] = sums[..., terms:] + sums[..., :-terms]
        terms *= 2
    return sums


def central_difference(function: Callable[[Any], Any], x: Any, step: Any) -> Any:
    """f′(x) ≈ (f(x + h) − f(x − h)) / 2h: truncation falls as h², rounding rises as ε·|f|/h, best h ≈ ε^(1/3).

    x, step > 0: numbers, or arrays of one shape where the function acts on each entry by itself. The difference is
    divided by the step that was really taken, as x ± h is rounded, or by 2h where the rounding swallows h.
    """
    upper, lower = x + step, x - step
    return (function(upper) - function(lower)) / np.where(upper > lower, upper - lower, 2 * step)


def forward_difference(function: Callable[[Any], Any], x: Any, step: Any) -> Any:
    """f′(x) ≈ (f(x + h) − f(x)) / h: truncation falls only as h, best h ≈ ε^(1/2). Else as `central_difference`."""
    upper = x + step
    return (function(upper) - function(x)) / np.where(upper > x, upper - x, step)


def complex_step(function: Callable[[Any], Any], x: Any, step: Any) -> Any:
    """f′(x) ≈ Im f(x + ih) / h: nothing is subtracted, so nothing cancels, and h may be as tiny as one likes.

    The function must be made of operations that accept complex numbers, and be smooth in them: no abs, no max.
    """
    return np.imag(function(x + 1j * step)) / step


DIFFERENCE_METHODS: dict[str, tuple[Callable[..., Any], float]] = {
    "central": (central_difference, 1 / 3),
    "forward": (forward_difference, 1 / 2),
    "complex": (complex_step, 2),
}
"""Each method's function, and the power of the precision's ε that is its best step for values around 1."""


def best_step(method: str, precision: Any = np.float64) -> float:
    """Return the step h that balances a method's truncation against its rounding, for values around 1.

    It is the power of two next to ε^(1/3), ε^(1/2) or ε²: with a power of two, x + h is exact.
    """
    epsilon, power = float(np.finfo(precision).eps), DIFFERENCE_METHODS[method][1]
    return math.pow(2, round(power * math.log2(epsilon)))


def finite_difference(
    function: Callable[[Any], Any], x: ArrayLike, *, method: str = "central", step: float | None = None
) -> Array:
    """∂f/∂x_i for each i, by moving one coordinate at a time.

    function: takes shape (D,), returns a number. x: shape (D,). method: "central", "forward" or "complex". step: h > 0;
    without it `best_step` for the precision of x, which suits functions that bend on the scale of 1, as those of
    logits do. Returns shape (D,) in the precision of x. Raises ValueError for an unknown method and for a step that
    isn't positive and finite.
    """
    point = as_float(x, "x")
    if method not in DIFFERENCE_METHODS:
        raise ValueError(f"method must be one of {', '.join(DIFFERENCE_METHODS)}, got {method!r}")
    with np.errstate(over="ignore"):
        h = point.dtype.type(best_step(method, point.dtype) if step is None else step)
    if not 0 < h < np.inf:
        raise ValueError(f"step must be positive and finite in {point.dtype}, got {step}")

    def along(index: int) -> Any:
        def moved(value: Any) -> Any:
            other = point.astype(value.dtype)
            other[index] = value
            return function(other)

        return DIFFERENCE_METHODS[method][0](moved, point[index], h)

    return np.array([along(index) for index in range(point.size)], dtype=point.dtype)


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """An analytic gradient beside a numeric one, shape (D,) each.

    absolute_error: |analytic − numeric|. relative_error: that, divided by the largest entry of either gradient, or by
    |f(x)|/10 or `least_scale` where that is larger: below them the rounding of f drowns a difference, so no entry is
    measured against itself. tolerance: the relative error allowed.
    """

    analytic: Array
    numeric: Array
    absolute_error: Array
    relative_error: Array
    tolerance: float

    @property
    def wrong(self) -> tuple[int, ...]:
        """The indices of the entries that are off by more than the tolerance; a NaN is off."""
        return tuple(int(index) for index in np.flatnonzero(~(self.relative_error <= self.tolerance)))

    @property
    def holds(self) -> bool:
        """Whether every entry is within the tolerance."""
        return not self.wrong


def check_gradient(
    function: Callable[[Any], Any],
    gradient: ArrayLike,
    x: ArrayLike,
    *,
    method: str = "central",
    step: float | None = None,
    grains: float = 1.0,
) -> GradientCheck:
    """Hold an analytic gradient of a function against finite differences.

    function, x, method, step: as in `finite_difference`. gradient: the analytic gradient at x, shape (D,). grains: as
    in `least_scale`.

    The tolerance is a hundred times what truncation and rounding add up to at the best step, h² + ε/h or h + ε/h, and
    a thousand ε for the complex step: room for functions whose values and derivatives aren't 1, and still far below
    any mistake in a formula. It doesn't grow with the step given: an absurd step fails an honest gradient. Raises
    ValueError as `finite_difference` does, and for shapes that differ.

    >>> check_gradient(lambda x: (x**2).sum(), [2.0, 4.0], [1.0, 2.0]).holds
    True
    """
    point, analytic = as_float(x, "x"), as_float(gradient, "gradient")
    if point.shape != analytic.shape:
        raise ValueError(f"x and gradient must have the same shape, got {point.shape} and {analytic.shape}")
    numeric = finite_difference(function, point, method=method, step=step)
    absolute = np.abs(analytic - numeric)
    least = least_scale(method, point.dtype, grains)
    scale = max(np.abs(analytic).max(), np.abs(numeric).max(), np.abs(function(point)) / 10, least)
    with np.errstate(invalid="ignore"):
        relative = absolute / scale
    return GradientCheck(analytic, numeric, absolute, relative, tolerance=_tolerance(method, point.dtype))


def least_scale(method: str, precision: Any, grains: float = 1.0) -> float:
    """Return the size of a gradient below which subnormal numbers are too coarse to tell it from its differences.

    They lie η apart, 5e-324 in float64, so a difference of two of them is off by η/h, however small they are. This is
    the size of which ten times that at the best step is the tolerance. grains: how many η the function's smallest
    values are off by, where it multiplies what is subnormal.
    """
    smallest = float(np.finfo(precision).smallest_subnormal)
    return 10 * grains * smallest / (best_step(method, precision) * _tolerance(method, precision))


def _tolerance(method: str, precision: Any) -> float:
    step, epsilon = best_step(method, precision), float(np.finfo(precision).eps)
    if method == "complex":
        return 1000 * epsilon
    return 100 * (step ** (2 if method == "central" else 1) + epsilon / step)
