"""Gradient descent: one readable loop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from sce_cli.core.checks import Array, as_float


class Outcome(Enum):
    """Why a descent ended; the value is the message for the reader."""

    CONVERGED = "converged"
    OUT_OF_STEPS = "stopped at the step limit"


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
    tolerance: float = 1e-12,
    max_steps: int = 1000,
) -> Descent:
    """Minimise a smooth convex function, given its gradient g, by x_i ← x_i − η_i·g_i.

    Each coordinate has a learning rate of its own, 1 at first: it grows by half while g_i keeps its sign and
    halves when g_i changes it (a step too far). So directions of very different curvature all get there, and a
    minimum at infinity is approached in ever longer steps. Only the gradient is asked for: near the minimum the
    value changes with the square of the distance and can't tell the last eight digits.

    start: shape (D,). Ends when every |g_i| ≤ tolerance, or after max_steps.
    Source: R. A. Jacobs, "Increased rates of convergence through learning rate adaptation", Neural Networks 1
    (1988), the delta-bar-delta rule, here with multiplicative growth.
    """
    position = as_float(start, "start")
    slope = gradient(position)
    learning_rate = np.ones_like(position)
    for step in range(max_steps):
        if np.abs(slope).max() <= tolerance:
            return Descent(position, slope, step, Outcome.CONVERGED)
        position = position - learning_rate * slope
        previous, slope = slope, gradient(position)
        learning_rate = learning_rate * np.where(np.sign(slope) == np.sign(previous), 1.5, 0.5)
    return Descent(position, slope, max_steps, Outcome.OUT_OF_STEPS)
