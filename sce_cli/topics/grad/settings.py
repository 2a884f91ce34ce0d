"""How a finite difference is taken, and the classic mistakes that can be planted; no NumPy, so that options read it."""

from dataclasses import dataclass

from sce_cli.topics.gradient_mistakes import GRADIENT_MISTAKES

COPIES = 4
"""The batch, all of the same example, over which the bug `sum-not-mean` sums."""


BUGS = GRADIENT_MISTAKES
"""The mistakes by their names."""


@dataclass(frozen=True)
class Difference:
    """How the gradient is held against a finite difference."""

    method: str = "central"
    """central, forward or complex."""

    step: float | None = None
    """h, in the unit of the logits; None for the best one."""

    precision: str = "float64"
    """The floats that both are computed in."""

    bug: str = ""
    """The name of the planted mistake, or ""."""
