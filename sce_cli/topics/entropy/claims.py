"""What `sce entropy` claims, each claim by two independent routes."""

import math
from collections.abc import Iterator

import numpy as np

from sce_cli import core
from sce_cli.core import EPSILON, ROUNDING, largest_error, rounding_of_sum
from sce_cli.core.checks import Array
from sce_cli.study import Check
from sce_cli.topics.entropy.path import Followed
from sce_cli.topics.entropy.prediction import SMALLEST_NORMAL, others
from sce_cli.translation import N_

NEAR = 0.1
"""Largest |p/q − 1| at which KL is held against its second-order term."""

LARGEST_EXPONENT = 700
"""exp(709.8) overflows."""


def divergence_checks(q: Array, path: Followed) -> Iterator[Check]:
    """Hold cross-entropy against its parts in both orders, and KL against 0.

    CE − H − KL is Σ q − Σ p, to which the rounding of the weights and of (1−t)·p + t·q gives up to eight units of 1;
    each of the three errs by some two units of its own size.
    """
    count = {"count": len(path.predictions)}
    error = largest_error(core.entropy(q) + path.divergence, path.loss)
    yield Check(N_("CE(q, p) = H(q) + KL(q‖p) at {count} p on the path"), error, ROUNDING, count)
    swapped = core.entropy(path.predictions) + path.reverse
    error = largest_error(swapped, core.cross_entropy(path.predictions, q))
    yield Check(N_("CE(p, q) = H(p) + KL(p‖q) at {count} p on the path"), error, ROUNDING, count)
    below = max(0.0, -float(np.minimum(path.divergence, path.reverse).min()))
    yield Check(N_("KL ≥ 0 in both orders at {count} p on the path"), below, 0.0, count)


def floor_checks(q: Array, loss: Array) -> Iterator[Check]:
    """Compare losses, which are finite but for the first, with H(q) and with their neighbours.

    The rounding of a loss and of its p is up to three and a half units of its size, or of 1; of the four losses in a
    second difference that makes fourteen.
    """
    entropy, bound = float(core.entropy(q)), math.log(q.size)
    yield Check(N_("0 ≤ H(q) ≤ ln K"), max(0.0, -entropy, entropy - bound), ROUNDING * max(1, bound))
    finite = loss[np.isfinite(loss)]
    size = np.maximum(finite, 1)
    below = max(0.0, float(((entropy - finite) / size).max()))
    yield Check(N_("CE(q, p) ≥ H(q) at {count} p on the path"), below, ROUNDING, {"count": finite.size})
    steps = np.diff(finite)
    rise = max(0.0, float((steps / size[:-1]).max()), float((-np.diff(steps) / size[:-2]).max()))
    yield Check(N_("CE(q, p) falls along the path, ever more slowly"), rise, ROUNDING)


def unit_checks(q: Array, path: Followed) -> Iterator[Check]:
    """Compare with plain sums of other logarithms; t = 0 is left out, where p may be 0 or have underflowed."""
    happens, loss = q > 0, path.loss[1:]
    predictions = path.predictions[1:, happens]
    bits = -(q[happens] * np.log2(predictions)).sum(axis=1)
    dits = -(q[happens] * np.log10(predictions)).sum(axis=1)
    error = max(largest_error(bits * math.log(2), loss), largest_error(dits * math.log(10), loss))
    claim = N_("CE by log₂ and log₁₀ = CE in nats, converted, at {count} p")
    yield Check(claim, error, rounding_of_sum(q.size), {"count": len(loss)})


def near_checks(q: Array, p: Array, divergence: float) -> Iterator[Check]:
    """Compare KL(q‖p) near its minimum with the parabola that it is there, Σ (p−q)²/2q.

    With r = p/q − 1, KL = Σ q·(r²/2 − r³/3 + r⁴/4 − …), so that the rest is at most max |r| times the parabola. Of a
    smaller sum than that of 1/ε subnormal units, both routes have lost digits.
    """
    happens = q > 0
    with np.errstate(over="ignore"):
        r = (p[happens] - q[happens]) / q[happens]
    with np.errstate(over="ignore", under="ignore"):
        parabola = float((q[happens] * r * r).sum()) / 2
    if np.abs(r).max() <= NEAR and parabola >= SMALLEST_NORMAL / EPSILON and not p[~happens].any():
        error, allowed = abs(divergence - parabola) / parabola, float(np.abs(r).max())
        yield Check(N_("KL(q‖p) = Σ (p−q)²/2q to second order, relatively"), error, allowed + ROUNDING)


def label_checks(q: Array, surprise: Array, loss: float) -> Iterator[Check]:
    """Hold the loss of a one-hot target against the odds of all outcomes to its own."""
    if np.count_nonzero(q) == 1 and math.isfinite(loss):
        odds = np.logaddexp.reduce(surprise[q.argmax()] - surprise)
        error = largest_error(odds, np.array(loss))
        yield Check(N_("CE = −ln p(label) = ln Σ p_k/p(label)"), error, rounding_of_sum(q.size))


def redundancy_checks(q: Array, redundancy: float | None) -> Iterator[Check]:
    """Hold the redundancy, as a divergence from the uniform distribution, against what H(q) lacks to ln K.

    It errs by the weights' rounding, as CE − H − KL does, divided by ln K.
    """
    if redundancy is not None:
        bound = math.log(q.size)
        lacking = 1 - float(core.entropy(q)) / bound
        yield Check(N_("1 − H(q)/ln K = KL(q‖uniform)/ln K"), abs(redundancy - lacking), ROUNDING / min(bound, 1))


def lead_checks(q: Array, lead: float | None) -> Iterator[Check]:
    """Hold the loss at the best lead of a smoothed target's label against its floor."""
    if lead is not None:
        best = core.cross_entropy_from_logits(q, np.where(q == q.max(), lead, 0.0))
        yield Check(N_("CE = H(q) at the best lead of the logit"), largest_error(best, core.entropy(q)), ROUNDING)


def binary_checks(q: Array, z: Array, terms: Array) -> Iterator[Check]:
    """Hold binary cross-entropies against their formula, written out where its exponentials don't overflow."""
    direct = np.abs(z) < LARGEST_EXPONENT
    if direct.any():
        happens, fails = np.log(1 + np.exp(-z[direct])), np.log(1 + np.exp(z[direct]))
        written = q[direct] * happens + others(q)[direct] * fails
        claim = N_("BCE by log-softmax = q ln(1+e^−z) + (1−q) ln(1+e^z), at {count} z")
        yield Check(claim, largest_error(terms[direct], written), ROUNDING, {"count": int(direct.sum())})
