"""The gradient of softmax and cross-entropy: derived, collapsed, and held against finite differences."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sce_cli import core
from sce_cli.core.checks import Array, as_logits, as_weights
from sce_cli.core.gradient import least_scale
from sce_cli.study import Check, Record, Study
from sce_cli.topics.grad import claims
from sce_cli.topics.grad.settings import BUGS, COPIES, Difference
from sce_cli.translation import N_

SATURATED = np.array([-8.0, 8.0])
"""Logits of a softmax that is sure of the wrong class, where class 0 is right."""

DEFAULT = Difference()

REACH, CURVE_POINTS = 5.0, 121
"""How far the curve over a logit goes to either side, and a curve's points."""

FARTHEST_BEHIND, FARTHEST_AHEAD = -8.0, 4.0
"""The leads between which two losses are drawn."""

FOLLOWED = 8
"""Logits over which the error is followed from step to step."""

APPROXIMATED = {
    "central": N_("analytic gradient = central difference, relatively"),
    "forward": N_("analytic gradient = forward difference, relatively"),
    "complex": N_("analytic gradient = complex step, relatively"),
}
"""What is claimed of the gradient under test, by the method."""


@dataclass(frozen=True, eq=False)
class Comparison(Record):
    """The gradient under test beside its finite difference, and the errors as core.GradientCheck defines them."""

    analytic: Array
    """∂CE/∂z by the formula, with the planted mistake if there is one, nats per unit of logit, shape (K,)."""

    numeric: Array
    """∂CE/∂z by differences of the loss, nats per unit of logit, shape (K,)."""

    absolute_error: Array
    """Nats per unit of logit, shape (K,)."""

    relative_error: Array
    """Shape (K,)."""

    tolerance: float
    """The relative error allowed."""

    wrong: tuple[int, ...]
    """The classes that are off by more."""

    method: str
    """central, forward or complex."""

    step: float
    """The step h that was taken, in the unit of the logits."""

    best_step: float
    """The step that theory calls best, likewise."""

    precision: str
    """The floats in which both were computed."""


@dataclass(frozen=True, eq=False)
class Derivation(Record):
    """The gradient by the chain rule, in float64; i counts the p, and j the logits."""

    jacobian: Array
    """∂p_i/∂z_j, shape (K, K)."""

    eigenvalues: Array
    """Of the Jacobian, increasing, shape (K,)."""

    probability_gradient: Array
    """∂CE/∂p_i, nats per unit of probability, shape (K,)."""

    chain: Array
    """∂CE/∂p_i·∂p_i/∂z_j, the terms of z_j in row j, nats per unit of logit, shape (K, K)."""


@dataclass(frozen=True, eq=False)
class Steps(Record):
    """What becomes of the finite difference as h changes."""

    size: Array
    """The steps h, increasing, in the unit of the logits, shape (S,)."""

    error: Array
    """The relative error that each gives, shape (S,)."""


@dataclass(frozen=True, eq=False)
class Along(Record):
    """The loss as the logit of one class moves and the others stay, in float64."""

    place: int
    """The class: the one with the largest target."""

    logit: Array
    """Its logit, the given one in the middle, shape (G,)."""

    loss: Array
    """CE there, nats, shape (G,)."""


@dataclass(frozen=True, eq=False)
class Saturated(Record):
    """Two losses of two classes, and their gradients where the softmax is sure of the wrong class."""

    cross_entropy: Array
    """CE's gradient there, nats per unit of logit, shape (2,)."""

    squared_error: Array
    """That of ½Σ(p − q)², per unit of logit, shape (2,)."""

    lead: Array
    """The logit of the true class less that of the other, shape (G,)."""

    losses: Array
    """CE, in nats, and ½Σ(p − q)² there, shape (2, G)."""


@dataclass(frozen=True, eq=False)
class GradStudy(Study):
    """The gradient of CE(q, softmax(z)) by the logits, in its parts and checked."""

    names: tuple[str, ...]
    """The classes."""

    logits: Array
    """z, −∞ for a masked class, shape (K,)."""

    target: Array
    """q, shape (K,)."""

    prediction: Array
    """p = softmax(z), shape (K,)."""

    surprise: Array
    """−ln p, nats, shape (K,)."""

    loss: float
    """CE(q, p), nats."""

    bug: str
    """The name of the planted mistake, or ""."""

    comparison: Comparison
    derivation: Derivation
    steps: Steps
    along: Along
    saturated: Saturated

    random_errors: Array
    """The relative errors at random points, of which this is the worst, shape (N,), N ≥ 0."""


def study(
    logits: ArrayLike, target: ArrayLike, difference: Difference = DEFAULT, names: tuple[str, ...] = ()
) -> GradStudy:
    """Derive the gradient at one point and check it.

    logits: z, shape (K,), −∞ for a masked class, which must have no target; target: q ≥ 0, shape (K,), not all 0.
    difference: how to compare it with a finite difference, and the mistake to plant. names: of the classes, else
    numbers from 0.
    Raises ValueError as the core does.
    """
    precision = difference.precision
    z, q = as_logits(logits).astype(precision), as_weights(target, "target").astype(precision)
    q = _showing(difference.bug, q)
    comparison, derivation = _comparison(z, q, difference), _derivation(z, q)
    return GradStudy(
        names=names or tuple(map(str, range(z.size))),
        logits=z,
        target=q,
        prediction=core.softmax(z),
        surprise=-core.log_softmax(z),
        loss=float(core.cross_entropy_from_logits(q, z)),
        bug=difference.bug,
        comparison=comparison,
        derivation=derivation,
        steps=_steps(z, q, difference.method),
        along=_along(z.astype(np.float64), q.astype(np.float64)),
        saturated=_saturated(),
        random_errors=np.zeros(0),
        checks=_checks(z, q, comparison, derivation),
    )


def random_study(points: int, classes: int, seed: int, difference: Difference = DEFAULT) -> GradStudy:
    """Check the gradient at random logits and targets and return the study of the point with the largest error.

    points: N ≥ 1; classes: K ≥ 2; seed: of NumPy's default generator; difference: as in `study`.
    """
    random = np.random.default_rng(seed)
    logits = 3 * random.normal(size=(points, classes))
    targets = core.softmax(3 * random.normal(size=(points, classes)))
    precision = difference.precision
    errors = np.array(
        [
            _largest(_check(z.astype(precision), _showing(difference.bug, q.astype(precision)), difference))
            for z, q in zip(logits, targets, strict=True)
        ]
    )
    worst = int(errors.argmax())
    return replace(study(logits[worst], targets[worst], difference), random_errors=errors)


def _showing(bug: str, q: Array) -> Array:
    """Return the target, doubled where it sums to 1 and would hide the mistake of taking for granted that it does."""
    return 2 * q if bug == "unnormalised-target" and np.isclose(q.sum(), 1) else q


def _comparison(z: Array, q: Array, difference: Difference) -> Comparison:
    check, best = _check(z, q, difference), core.best_step(difference.method, difference.precision)
    return Comparison(
        analytic=check.analytic,
        numeric=check.numeric,
        absolute_error=check.absolute_error,
        relative_error=check.relative_error,
        tolerance=check.tolerance,
        wrong=check.wrong,
        method=difference.method,
        step=best if difference.step is None else difference.step,
        best_step=best,
        precision=difference.precision,
    )


def _check(z: Array, q: Array, difference: Difference) -> core.GradientCheck:
    """Compare the gradient, with a mistake or without, with differences of the loss; a masked class stays out."""
    analytic, free = _gradient(difference.bug, q, z), np.isfinite(z)

    def loss(moved: Any) -> Any:
        logits = z.astype(moved.dtype)
        logits[free] = moved
        return _loss(q, logits)

    check = core.check_gradient(
        loss, analytic[free], z[free], method=difference.method, step=difference.step, grains=_grains(q)
    )
    return core.GradientCheck(
        analytic=_spread(check.analytic, free),
        numeric=_spread(check.numeric, free),
        absolute_error=_spread(check.absolute_error, free),
        relative_error=_spread(check.relative_error, free),
        tolerance=check.tolerance,
    )


def _grains(q: Array) -> float:
    """Return how coarse the loss is where ln p is subnormal, in units of the smallest number."""
    return max(1.0, float(q.sum()))


def _gradient(bug: str, q: Array, z: Array) -> Array:
    """Return the gradient under test, shape (K,)."""
    right = core.cross_entropy_gradient(q, z)
    return BUGS[bug].gradient(q, core.softmax(z), right, COPIES) if bug else right


def _spread(values: Array, free: NDArray[np.bool_]) -> Array:
    everywhere = np.zeros(free.size, dtype=values.dtype)
    everywhere[free] = values
    return everywhere


def _largest(check: core.GradientCheck) -> float:
    return float(check.relative_error.max())


def _loss(q: Array, z: Any) -> Any:
    """CE(q, softmax(z)) from the core; for complex logits, which the core refuses, by its definition."""
    if not np.iscomplexobj(z):
        return core.cross_entropy_from_logits(q, z)
    shifted = z - np.take_along_axis(z, z.real.argmax(axis=-1, keepdims=True), axis=-1)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -(q * np.where(q > 0, log_p, 0)).sum(axis=-1)


def _derivation(z: Array, q: Array) -> Derivation:
    z, q = z.astype(np.float64), q.astype(np.float64)
    p, jacobian = core.softmax(z), core.softmax_jacobian(z)
    slopes = core.probability_gradient(q, p)
    return Derivation(jacobian, np.linalg.eigvalsh(jacobian), slopes, _chain(q, p, slopes, jacobian))


def _chain(q: Array, p: Array, slopes: Array, jacobian: Array) -> Array:
    """Return ∂CE/∂p_i·∂p_i/∂z_j in row j and column i, or its limit −q_i·(δ_ij − p_j).

    The limit stands in where p_i is 0 or subnormal, and so short of digits, and where q_i/p_i is beyond the floats.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        terms = slopes[np.newaxis, :] * jacobian.T
    limit = -q * (np.eye(q.size) - p[:, np.newaxis])
    return np.where((p >= np.finfo(np.float64).smallest_normal) & np.isfinite(slopes), terms, limit)


def _steps(z: Array, q: Array, method: str) -> Steps:
    """Follow the relative error from steps far too small, all rounding, to far too large ones, all truncation.

    At most FOLLOWED of the logits are moved, all at once.
    """
    smallest = -20.0 if method == "complex" else -13.0 if z.dtype == np.float64 else -6.0
    sizes, free = 10.0 ** np.linspace(smallest, 0, 27), np.flatnonzero(np.isfinite(z))[:FOLLOWED]

    def loss(moved: Any) -> Any:
        logits = np.tile(z.astype(moved.dtype), (*moved.shape, 1))
        logits[:, np.arange(free.size), free] = moved
        return _loss(q, logits)

    here = np.tile(z[free], (sizes.size, 1))
    numeric = core.DIFFERENCE_METHODS[method][0](loss, here, sizes[:, np.newaxis].astype(z.dtype))
    analytic = core.cross_entropy_gradient(q, z)[free]
    least = max(np.abs(analytic).max(), _loss(q, z) / 10, least_scale(method, z.dtype, _grains(q)))
    return Steps(sizes, np.abs(numeric - analytic).max(axis=1) / np.maximum(np.abs(numeric).max(axis=1), least))


def _along(z: Array, q: Array) -> Along:
    place = int(q.argmax())
    logit = z[place] + REACH * np.linspace(-1, 1, CURVE_POINTS)
    logits = np.tile(z, (logit.size, 1))
    logits[:, place] = logit
    return Along(place, logit, core.cross_entropy_from_logits(np.broadcast_to(q, logits.shape), logits))


def _saturated() -> Saturated:
    q, p = np.array([1.0, 0.0]), core.softmax(SATURATED)
    lead = np.linspace(FARTHEST_BEHIND, FARTHEST_AHEAD, CURVE_POINTS)
    logits = np.column_stack([lead, np.zeros(lead.size)])
    return Saturated(
        cross_entropy=core.cross_entropy_gradient(q, SATURATED),
        squared_error=core.softmax_jacobian(SATURATED) @ (p - q),
        lead=lead,
        losses=np.stack([-core.log_softmax(logits)[:, 0], ((core.softmax(logits) - q) ** 2).sum(axis=1) / 2]),
    )


def _checks(z: Array, q: Array, comparison: Comparison, derivation: Derivation) -> tuple[Check, ...]:
    z, q, gradient = z.astype(np.float64), q.astype(np.float64), comparison.analytic.astype(np.float64)
    largest = float(comparison.relative_error.max())
    return (
        Check(APPROXIMATED[comparison.method], largest, comparison.tolerance),
        *claims.derivation_claims(q, gradient, derivation.chain, comparison.precision),
        *claims.jacobian_claims(z, q, derivation.jacobian, derivation.eigenvalues),
        claims.convexity_claim(z),
    )
