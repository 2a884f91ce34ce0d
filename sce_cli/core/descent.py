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
    DIVERGED = "diverged"
    OUT_OF_STEPS = "stopped at the step limit"


LEAST_RATE, MOST_RATE = 1e-30, 1e30
"""Bounds of a learning rate: a coordinate that has arrived would otherwise let its rate overflow."""


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
    tolerance: ArrayLike = 1e-12,
    max_steps: int = 1000,
) -> Descent:
    """Minimise a smooth convex function, given its gradient g, by x_i ← x_i − η_i·g_i.

    Each coordinate has a learning rate of its own, 1 at first: it grows by half while g_i keeps its sign and halves
    when g_i changes it (a step too far). So coordinates of very different curvature all get there. No step is longer
    than 1, or a rate that grew on a slope would throw its coordinate onto the plateau behind. Only the gradient is
    asked for: near the minimum the value changes with the square of the distance and can't tell the last digits.

    start: shape (D,). tolerance: one number or one for each coordinate. Ends when every |g_i| ≤ tolerance, when an
    entry of the gradient isn't finite, or after max_steps.
    Source: R. A. Jacobs, "Increased rates of convergence through learning rate adaptation", Neural Networks 1
    (1988), the delta-bar-delta rule, here with multiplicative growth.
    """
    position = as_float(start, "start").copy()
    slope = gradient(position)
    learning_rate = np.ones_like(position)
    grow, shrink = position.dtype.type(1.5), position.dtype.type(0.5)
    step = 0
    while np.isfinite(slope).all() and (np.abs(slope) > tolerance).any() and step < max_steps:
        position = position - np.clip(learning_rate * slope, -1, 1)
        previous, slope, step = slope, gradient(position), step + 1
        moved = np.where(np.sign(slope) == np.sign(previous), grow, shrink)
        learning_rate = np.clip(learning_rate * moved, LEAST_RATE, MOST_RATE).astype(position.dtype)
    return Descent(position, slope, step, _outcome(slope, tolerance))


def _outcome(slope: Array, tolerance: ArrayLike) -> Outcome:
    if not np.isfinite(slope).all():
        return Outcome.DIVERGED
    return Outcome.CONVERGED if (np.abs(slope) <= tolerance).all() else Outcome.OUT_OF_STEPS
