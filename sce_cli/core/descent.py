"""Descent: one readable loop, and the optimizers that turn a gradient into a step.

An optimizer is called with the gradient g and returns the step to take away from the position. What it remembers, a
velocity or a learning rate for each coordinate, it keeps in itself: one optimizer serves one descent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, as_float

Seen = TypeVar("Seen")

Optimizer = Callable[[Array], Array]
"""From a gradient to the step to take away; both of the position's shape."""


class Outcome(Enum):
    """Why a descent ended; the value is the message for the reader."""

    CONVERGED = "converged"
    SMALL_GRADIENT = "the gradient is below the tolerance"
    """Where that alone is known: a function without a minimiser has such gradients too."""

    OVERSHOT = "overshot"
    """It went on with finite values, but steps that were too long led above the start."""

    DIVERGED = "diverged"
    """It grows without bound, or isn't finite any more."""

    OUT_OF_STEPS = "stopped at the step limit"
    INTERRUPTED = "interrupted"


LEAST_RATE, MOST_RATE = 1e-30, 1e30
"""Bounds of a learning rate: a coordinate that has arrived would otherwise let its rate overflow."""


class GradientDescent:
    """x ← x − η·g: gradient descent as it is written, for a learning rate η > 0."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate

    def __call__(self, gradient: Array) -> Array:
        """Return η·g."""
        return self.learning_rate * gradient


class Momentum:
    """v ← β·v + g, x ← x − η·v: a heavy ball, which keeps its way where gradients agree.

    Source: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational
    Mathematics and Mathematical Physics 4 (1964).
    """

    def __init__(self, learning_rate: float, beta: float = 0.9) -> None:
        self.learning_rate, self.beta = learning_rate, beta
        self.velocity: Array | float = 0.0

    def __call__(self, gradient: Array) -> Array:
        """Return η·v."""
        self.velocity = self.beta * self.velocity + gradient
        return self.learning_rate * self.velocity


class Adam:
    """x ← x − η·m/(√v + ε): each coordinate is scaled by itself.

    m and v are running means of g and g², corrected for their start at 0.
    Source: D. P. Kingma, J. Ba, "Adam: A method for stochastic optimization", ICLR 2015, algorithm 1.
    """

    def __init__(self, learning_rate: float, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.learning_rate, self.beta1, self.beta2 = learning_rate, beta1, beta2
        self.mean: Array | float = 0.0
        self.mean_square: Array | float = 0.0
        self.steps = 0

    def __call__(self, gradient: Array) -> Array:
        """Return η·m/(√v + 1e-8)."""
        self.steps += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * gradient
        self.mean_square = self.beta2 * self.mean_square + (1 - self.beta2) * gradient**2
        mean = self.mean / (1 - self.beta1**self.steps)
        mean_square = self.mean_square / (1 - self.beta2**self.steps)
        step: Array = self.learning_rate * mean / (np.sqrt(mean_square) + 1e-8)
        return step


class DeltaBarDelta:
    """x_i ← x_i − η_i·g_i: each coordinate has a learning rate of its own, η at first, or 1.

    It grows by half while g_i keeps its sign and halves when g_i changes it (a step too far). So coordinates of very
    different curvature all get there. No step is longer than 1, or a rate that grew on a slope would throw its
    coordinate onto the plateau behind. most: no rate is larger, one number or one for each coordinate; 1/curvature is
    enough where a coordinate's curvature is known, and spares those that have arrived from growing their rounding.
    Source: R. A. Jacobs, "Increased rates of convergence through learning rate adaptation", Neural Networks 1
    (1988), here with multiplicative growth.
    """

    def __init__(self, learning_rate: float = 1.0, most: Array | float = MOST_RATE) -> None:
        self.most = most
        self.learning_rate: Array | float = learning_rate
        self.previous: Array | None = None

    def __call__(self, gradient: Array) -> Array:
        """Return η·g, cut off at ±1."""
        if self.previous is not None:
            grow, shrink = gradient.dtype.type(1.5), gradient.dtype.type(0.5)
            moved = np.where(np.sign(gradient) == np.sign(self.previous), grow, shrink)
            rate = np.clip(self.learning_rate * moved, LEAST_RATE, self.most)
            self.learning_rate = rate.astype(gradient.dtype)
        self.previous = gradient
        return np.clip(self.learning_rate * gradient, -1, 1)


OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "gd": GradientDescent,
    "sgd": GradientDescent,
    "momentum": Momentum,
    "adam": Adam,
}
"""What makes an optimizer from its learning rate, by its short name."""


def descend(
    look: Callable[[Array], Seen], start: Array, advance: Callable[[Array, Seen], Array]
) -> Iterator[tuple[Array, Seen]]:
    """Yield the start and each further position, with what was seen there, for ever: the one loop of every descent.

    look: what there is to see at a position, its gradient for instance. advance: the next position, from a position
    and what was seen at it.
    """
    position = start
    while True:
        seen = look(position)
        yield position, seen
        position = advance(position, seen)


def newton_step(gradient: Array, hessian: Array) -> Array:
    """H⁻¹g, the step that leads to the minimum of a quadratic function.

    gradient: any shape of size D; hessian: shape (D, D), symmetric, positive semi-definite. Returns the gradient's
    shape. A billionth of each coordinate's own curvature is added to H, whatever its unit: in directions in which the
    function is flat, and the gradient is 0, H alone has no inverse. It's solved in units that make each curvature 1:
    in others, what is added may be less than the rounding.
    Source: D. W. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", SIAM J. 11 (1963).
    """
    curvature = hessian.diagonal()
    unit = 1 / np.sqrt(np.where(curvature > 0, curvature, 1))
    scaled = unit[:, None] * hessian * unit + 1e-9 * np.eye(unit.size)
    step: Array = unit * np.linalg.solve(scaled, unit * gradient.ravel())
    return step.reshape(gradient.shape)


def conjugate_gradients(product: Callable[[Array], Array], gradient: Array, tolerance: float) -> Array:
    """Solve H·s = g for s, up to ‖H·s − g‖ ≤ tolerance·‖g‖: a step of Newton's method where H is too large to build.

    product: v ↦ H·v for a symmetric, positive semi-definite H, in the gradient's shape, which s has too. However early
    it ends, s leads downhill: g·s > 0. It takes at most as many products as g has entries, and ends at a direction
    without curvature.
    Source: M. R. Hestenes, E. Stiefel, "Methods of conjugate gradients for solving linear systems", Journal of
    Research of the National Bureau of Standards 49 (1952).
    """
    step, residual, direction = np.zeros_like(gradient), gradient.copy(), gradient
    square = float(np.vdot(residual, residual))
    enough = tolerance**2 * square
    for _ in range(gradient.size):
        if square <= enough:
            break
        curved = product(direction)
        curvature = float(np.vdot(direction, curved))
        if curvature <= 0:
            break
        rate = square / curvature
        step += rate * direction
        residual -= rate * curved
        before, square = square, float(np.vdot(residual, residual))
        direction = residual + square / before * direction
    return step


def backtracking_line_search(
    function: Callable[[Array], float], position: Array, value: float, step: Array, slope: float
) -> Array:
    """Return position − t·step for the first t of 1, ½, ¼, … that lowers the function enough.

    value: the function at the position. slope: the derivative along the step, g·step ≥ 0. Enough is t·slope/10⁴ less,
    but for the value's rounding; t = 2⁻³⁰ is taken whatever the function is there.
    Source: L. Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives", Pacific
    Journal of Mathematics 16 (1966).
    """
    rate, rounding = 1.0, 4 * np.finfo(position.dtype).eps * abs(value)
    while not function(position - rate * step) <= value - 1e-4 * rate * slope + rounding and rate > 2**-30:
        rate /= 2
    return position - rate * step


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent ended: the position, shape (D,), its gradient, the steps taken, and why it ended."""

    position: Array
    gradient: Array
    steps: int
    outcome: Outcome


def gradient_descent(
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    *,
    optimizer: Optimizer | None = None,
    tolerance: ArrayLike = 1e-12,
    max_steps: int = 1000,
) -> Descent:
    """Minimise a smooth convex function, given its gradient g.

    Only the gradient is asked for: near the minimum the value changes with the square of the distance and can't tell
    the last digits. start: shape (D,). optimizer: GradientDescent(0.1) for instance, DeltaBarDelta() if none is given.
    tolerance: one number or one for each coordinate. Ends when every |g_i| ≤ tolerance, when an entry of the gradient
    isn't finite, or after max_steps. Overflow on the way there gives no warning: the outcome says it.
    """
    optimizer = optimizer or DeltaBarDelta()
    begin = as_float(start, "start").copy()
    path = enumerate(descend(gradient, begin, lambda position, slope: position - optimizer(slope)))
    with np.errstate(over="ignore", invalid="ignore"):
        steps, (position, slope) = next(
            (step, here)
            for step, here in path
            if step == max_steps or _outcome(here[1], tolerance) != Outcome.OUT_OF_STEPS
        )
    return Descent(position, slope, steps, _outcome(slope, tolerance))


def _outcome(slope: Array, tolerance: ArrayLike) -> Outcome:
    if not np.isfinite(slope).all():
        return Outcome.DIVERGED
    return Outcome.CONVERGED if (np.abs(slope) <= tolerance).all() else Outcome.OUT_OF_STEPS
