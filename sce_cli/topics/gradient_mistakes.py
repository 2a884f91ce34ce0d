"""The classic mistakes in the gradient by the logits: `sce grad` plants them, `sce check` finds them; no NumPy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sce_cli.translation import N_

if TYPE_CHECKING:
    from sce_cli.core.checks import Array


@dataclass(frozen=True)
class GradientMistake:
    """A classic mistake in the gradient of cross-entropy by the logits."""

    cause: str
    """What is wrong, as it stands behind a colon; marked with N_, with the placeholder {copies}."""

    gradient: Callable[["Array", "Array", "Array", int], "Array"]
    """What comes out, of q, of p = softmax(z), of the right gradient, shape (…, K) each, and of the batch's length."""


def _shifted(q: "Array") -> "Array":
    """Return a target with the class before each in its place, the last one before the first."""
    classes = q.shape[-1]
    return q.take([(k + 1) % classes for k in range(classes)], axis=-1)


def _by_the_probabilities(q: "Array", p: "Array") -> "Array":
    """Return −q/p, or −q where that is beyond the floats."""
    import numpy as np  # a command reads the names without it

    return -q / np.where(p * np.finfo(p.dtype).max <= q, 1, p)


GRADIENT_MISTAKES: Mapping[str, GradientMistake] = {
    "sign": GradientMistake(N_("the sign is flipped, q − p·Σq instead of p·Σq − q"), lambda _q, _p, right, _n: -right),
    "missing-off-diagonal": GradientMistake(
        N_("only the diagonal of the Jacobian is used"), lambda q, p, _right, _n: -q * (1 - p)
    ),
    "factor-two": GradientMistake(N_("it is twice as long as it should be"), lambda _q, _p, right, _n: 2 * right),
    "half": GradientMistake(N_("it is half as long as it should be"), lambda _q, _p, right, _n: right / 2),
    "sum-not-mean": GradientMistake(
        N_("it is summed over a batch of {copies} copies of the example, but the loss is their mean"),
        lambda _q, _p, right, n: sum(n * [right], 0 * right),
    ),
    "mean-over-entries": GradientMistake(
        N_("it is divided by the number of classes too"), lambda _q, _p, right, _n: right / right.shape[-1]
    ),
    "by-the-probabilities": GradientMistake(
        N_("it is −q/p, the gradient by the probabilities: the chain rule goes on"),
        lambda q, p, _right, _n: _by_the_probabilities(q, p),
    ),
    "target-left-out": GradientMistake(N_("it is p·Σq, without the target"), lambda q, _p, right, _n: right + q),
    "label-off-by-one": GradientMistake(
        N_("the target is that of the class before"), lambda q, _p, right, _n: right + q - _shifted(q)
    ),
    "unnormalised-target": GradientMistake(
        N_("it is p − q, but q doesn't sum to 1 (one that does is doubled here)"), lambda q, p, _right, _n: p - q
    ),
}
"""The mistakes by their names; a label always sums to 1, so that the last one shows in no function of labels."""
