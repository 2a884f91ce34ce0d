"""How a finite difference is taken, and the classic mistakes that can be planted; no NumPy, so that options read it."""

from dataclasses import dataclass

COPIES = 4
"""The batch, all of the same example, over which the bug `sum-not-mean` sums."""

BUGS = {
    "sign": "the sign is flipped, q − p·Σq instead of p·Σq − q",
    "missing-off-diagonal": "only the diagonal of the Jacobian is used",
    "factor-two": "it is twice as long as it should be",
    "sum-not-mean": f"it is summed over a batch of {COPIES} copies of the example, but the loss is their mean",
    "unnormalised-target": "it is p − q, but q doesn't sum to 1 (one that does is doubled here)",
}
"""Each mistake's name, and what is wrong with the gradient."""


@dataclass(frozen=True)
class Difference:
    """How the gradient is compared: method, step h (None: the best one), precision; bug: the planted mistake, or ""."""

    method: str = "central"
    step: float | None = None
    precision: str = "float64"
    bug: str = ""
