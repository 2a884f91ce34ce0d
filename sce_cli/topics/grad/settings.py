"""How a finite difference is taken, and the classic mistakes that can be planted; no NumPy, so that options read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sce_cli.translation import N_

if TYPE_CHECKING:
    from sce_cli.core.checks import Array

COPIES = 4
"""The batch, all of the same example, over which the bug `sum-not-mean` sums."""


@dataclass(frozen=True)
class Bug:
    """A classic mistake in the gradient of cross-entropy by the logits."""

    cause: str
    """What is wrong, as it stands behind a colon; marked with N_, with the placeholder {copies}."""

    gradient: Callable[["Array", "Array", "Array"], "Array"]
    """What comes out, of q, of p = softmax(z) and of the right gradient, shape (K,) each."""


BUGS = {
    "sign": Bug(N_("the sign is flipped, q − p·Σq instead of p·Σq − q"), lambda _q, _p, right: -right),
    "missing-off-diagonal": Bug(N_("only the diagonal of the Jacobian is used"), lambda q, p, _right: -q * (1 - p)),
    "factor-two": Bug(N_("it is twice as long as it should be"), lambda _q, _p, right: 2 * right),
    "sum-not-mean": Bug(
        N_("it is summed over a batch of {copies} copies of the example, but the loss is their mean"),
        lambda _q, _p, right: sum(COPIES * [right], 0 * right),
    ),
    "unnormalised-target": Bug(
        N_("it is p − q, but q doesn't sum to 1 (one that does is doubled here)"), lambda q, p, _right: p - q
    ),
}
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
