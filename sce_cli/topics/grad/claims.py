"""What `sce grad` claims of the derivation, each claim by two independent routes in float64."""

from collections.abc import Iterator

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.core.compare import EPSILON, ROUNDING
from sce_cli.study import Check
from sce_cli.translation import N_

TERM_ROUNDING = 2 * ROUNDING
"""Allowed where two sums of products differ by rounding alone: thirty-two roundings of 2.2e-16."""

DIRECTIONS, SHARES = 50, (0.0, 0.25, 0.5, 1.0, 2.0)
"""How many directions of the logits, and parts of the logits at which the curvature along each is looked at."""

DIFFERENCE_ERROR = 1e-7
"""Allowed where a derivative in float64 meets a central difference: a thousand times (ε^(1/3))² + ε/ε^(1/3)."""


def derivation_claims(q: Array, gradient: Array, chain: Array, precision: str) -> Iterator[Check]:
    """Hold the collapsed form against the sum that it collapses; in float32 it has float32's digits.

    Both are sums of terms that add up to Σq or 2·Σq in size, of which that many roundings are allowed.
    """
    allowed = TERM_ROUNDING * float(np.finfo(precision).eps) / EPSILON
    error = np.abs(chain.sum(axis=1) - gradient).max() / q.sum()
    yield Check(N_("each row of the chain rule adds up to it"), float(error), allowed)
    yield Check(N_("its entries add up to 0"), float(np.abs(gradient.sum()) / q.sum()), allowed)


def jacobian_claims(z: Array, q: Array, jacobian: Array, eigenvalues: Array) -> Iterator[Check]:
    """Hold the Jacobian against differences of what it is the derivative of, and against what its entries imply."""
    free = np.flatnonzero(np.isfinite(z))
    step = core.best_step("central")
    upper, lower = np.tile(z, (2, free.size, 1))
    own = np.arange(free.size), free
    upper[own] += step
    lower[own] -= step
    taken = (upper[own] - lower[own])[:, np.newaxis]  # across a power of two, z + h rounds
    softmax = (core.softmax(upper) - core.softmax(lower)) / taken
    target = np.broadcast_to(q, upper.shape)
    gradient = core.cross_entropy_gradient(target, upper) - core.cross_entropy_gradient(target, lower)
    for claim, difference in (
        (N_("Jacobian = differences of the softmax"), softmax),
        (N_("Jacobian = differences of the gradient"), gradient / (taken * q.sum())),
    ):
        yield Check(claim, core.largest_error(difference, jacobian[free]), DIFFERENCE_ERROR)
    others = (np.diag(jacobian.diagonal()) - jacobian).sum(axis=1)
    error = core.largest_error(jacobian.diagonal(), others)
    yield Check(N_("p_i(1 − p_i) = Σ p_i·p_j over j ≠ i"), error, TERM_ROUNDING)
    below = max(0.0, -float(eigenvalues.min()))
    yield Check(N_("no eigenvalue of the Jacobian is below 0, rounding aside"), below, TERM_ROUNDING)


def convexity_claim(z: Array) -> Check:
    """Hold the curvature along a direction v against the variance of v under p, for many v, at several p.

    Both are differences of sums that add up to Σ p v² or twice that in size, of which that many roundings are allowed.
    """
    free = z[np.isfinite(z)]
    directions = np.random.default_rng(0).normal(size=(DIRECTIONS, free.size))
    errors = []
    for share in SHARES:
        p, jacobian = core.softmax(share * free), core.softmax_jacobian(share * free)
        curvature = ((directions @ jacobian) * directions).sum(axis=1)
        variance = (p * (directions - (directions @ p)[:, np.newaxis]) ** 2).sum(axis=1)
        errors.append(float((np.abs(curvature - variance) / (directions**2 @ p)).max()))
    claim = N_("vᵀ(diag(p) − p pᵀ)v = Σ p(v − Σ p v)², a variance, for {count} pairs of v and p")
    return Check(claim, max(errors), TERM_ROUNDING, {"count": DIRECTIONS * len(SHARES)})
