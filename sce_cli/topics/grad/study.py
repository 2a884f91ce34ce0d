"""The gradient of softmax and cross-entropy: derived, collapsed, and held against finite differences."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sce_cli import core
from sce_cli.core.checks import Array, as_logits, as_weights
from sce_cli.study import Check, Study
from sce_cli.topics.grad.settings import COPIES, Difference

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 32 * EPSILON
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

DIFFERENCE_ERROR = 1e-7
"""Allowed where a derivative in float64 meets a central difference: a thousand times (ε^(1/3))² + ε/ε^(1/3)."""

SATURATED = np.array([-8.0, 8.0])
"""Logits of a softmax that is sure of the wrong class, where class 0 is right."""

DEFAULT = Difference()

SHOWN = 8
"""Logits over which the error is followed from step to step."""

APPROXIMATION = {"central": "central difference", "forward": "forward difference", "complex": "complex step"}

WRONG_GRADIENTS: dict[str, Callable[[Array, Array], Array]] = {
    "sign": lambda q, z: -core.cross_entropy_gradient(q, z),
    "missing-off-diagonal": lambda q, z: -q * (1 - core.softmax(z)),
    "factor-two": lambda q, z: 2 * core.cross_entropy_gradient(q, z),
    "sum-not-mean": lambda q, z: np.tile(core.cross_entropy_gradient(q, z), (COPIES, 1)).sum(axis=0),
    "unnormalised-target": lambda q, z: core.softmax(z) - q,
}
"""The mistakes of BUGS, each as the gradient that comes out: of a target q, shape (K,), and logits z, shape (K,)."""


@dataclass(frozen=True, eq=False)
class GradStudy(Study):
    """The gradient of CE(q, softmax(z)) by the logits, nats per unit of logit, in its parts and checked.

    logits, target, prediction: z, q, p = softmax(z), shape (K,). surprise: −log p, shape (K,), nats. loss: CE(q, p),
    nats. bug: the planted mistake, or "".
    jacobian: ∂p_i/∂z_j, shape (K, K). probability_gradient: ∂CE/∂p_j, shape (K,). chain: ∂CE/∂p_j·∂p_j/∂z_i in row i
    and column j, shape (K, K).

    analytic, numeric: the gradient under test and its finite difference, shape (K,), with the errors of the comparison
    as core.GradientCheck defines them; wrong: the classes that are off. method, step, precision, best_step: how the
    difference was taken, in which floats, and the step that theory calls best.

    step_sizes, step_errors: many steps h, increasing, shape (S,), and the relative error that each gives.
    eigenvalues: of the Jacobian, increasing, shape (K,). saturated_*: CE's gradient and that of ½Σ(p − q)² where the
    softmax is sure of the wrong class, shape (2,). random_errors: the relative errors at random points, of which this
    is the worst, shape (N,), N ≥ 0.
    """

    logits: Array
    target: Array
    prediction: Array
    surprise: Array
    loss: float
    bug: str
    jacobian: Array
    probability_gradient: Array
    chain: Array
    analytic: Array
    numeric: Array
    absolute_error: Array
    relative_error: Array
    tolerance: float
    wrong: tuple[int, ...]
    method: str
    step: float
    precision: str
    best_step: float
    step_sizes: Array
    step_errors: Array
    eigenvalues: Array
    saturated_gradient: Array
    saturated_squared_gradient: Array
    random_errors: Array


def study(
    logits: ArrayLike,
    target: ArrayLike,
    difference: Difference = DEFAULT,
) -> GradStudy:
    """Derive the gradient at one point and check it.

    logits: z, shape (K,), −∞ for a masked class, which must have no target; target: q ≥ 0, shape (K,), not all 0.
    difference: how to compare it with a finite difference, and the mistake to plant.
    Raises ValueError as the core does.
    """
    method, precision, bug = difference.method, difference.precision, difference.bug
    z, q = as_logits(logits).astype(precision), as_weights(target, "target").astype(precision)
    q = _showing(bug, q)
    exact_z, exact_q = z.astype(np.float64), q.astype(np.float64)
    check = _check(z, q, difference)
    jacobian = core.softmax_jacobian(exact_z)
    slopes = core.probability_gradient(exact_q, core.softmax(exact_z))
    chain = _chain(exact_q, core.softmax(exact_z), slopes, jacobian)
    sizes = _step_sizes(method, precision)
    eigenvalues = np.linalg.eigvalsh(jacobian)
    return GradStudy(
        logits=z,
        target=q,
        prediction=core.softmax(z),
        surprise=-core.log_softmax(z),
        loss=float(core.cross_entropy_from_logits(q, z)),
        bug=bug,
        jacobian=jacobian,
        probability_gradient=slopes,
        chain=chain,
        analytic=check.analytic,
        numeric=check.numeric,
        absolute_error=check.absolute_error,
        relative_error=check.relative_error,
        tolerance=check.tolerance,
        wrong=check.wrong,
        method=method,
        step=core.best_step(method, precision) if difference.step is None else difference.step,
        precision=precision,
        best_step=core.best_step(method, precision),
        step_sizes=sizes,
        step_errors=_step_errors(z, q, method, sizes),
        eigenvalues=eigenvalues,
        saturated_gradient=core.cross_entropy_gradient([1, 0], SATURATED),
        saturated_squared_gradient=_squared_error_gradient(np.array([1.0, 0.0]), SATURATED),
        random_errors=np.zeros(0),
        checks=(
            Check(f"analytic gradient = {APPROXIMATION[method]}, relatively", _largest(check), check.tolerance),
            *_derivation_checks(exact_q, check.analytic.astype(np.float64), chain, precision),
            *_jacobian_checks(exact_z, exact_q, jacobian, eigenvalues),
        ),
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


def _check(z: Array, q: Array, difference: Difference) -> core.GradientCheck:
    """Compare the gradient, with a mistake or without, with differences of the loss; a masked class stays out."""
    formula = WRONG_GRADIENTS[difference.bug] if difference.bug else core.cross_entropy_gradient
    analytic, free = formula(q, z), np.isfinite(z)

    def loss(moved: Any) -> Any:
        logits = z.astype(moved.dtype)
        logits[free] = moved
        return _loss(q, logits)

    check = core.check_gradient(loss, analytic[free], z[free], method=difference.method, step=difference.step)
    return core.GradientCheck(
        analytic=_spread(check.analytic, free),
        numeric=_spread(check.numeric, free),
        absolute_error=_spread(check.absolute_error, free),
        relative_error=_spread(check.relative_error, free),
        tolerance=check.tolerance,
    )


def _spread(values: Array, free: Any) -> Array:
    everywhere = np.zeros(free.size, dtype=values.dtype)
    everywhere[free] = values
    return everywhere


def _loss(q: Array, z: Any) -> Any:
    """CE(q, softmax(z)) from the core; for complex logits, which the core refuses, by its definition."""
    if not np.iscomplexobj(z):
        return core.cross_entropy_from_logits(q, z)
    shifted = z - np.take_along_axis(z, z.real.argmax(axis=-1, keepdims=True), axis=-1)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -(q * np.where(q > 0, log_p, 0)).sum(axis=-1)


def _step_errors(z: Array, q: Array, method: str, sizes: Array) -> Array:
    """Return the relative error of the difference for each step, over at most SHOWN of the logits, all at once."""
    free = np.flatnonzero(np.isfinite(z))[:SHOWN]

    def loss(moved: Any) -> Any:
        logits = np.tile(z.astype(moved.dtype), (*moved.shape, 1))
        logits[:, np.arange(free.size), free] = moved
        return _loss(q, logits)

    here = np.tile(z[free], (sizes.size, 1))
    numeric = core.DIFFERENCE_METHODS[method][0](loss, here, sizes[:, np.newaxis].astype(z.dtype))
    analytic = core.cross_entropy_gradient(q, z)[free]
    scale = np.maximum(np.abs(numeric).max(axis=1), max(np.abs(analytic).max(), _loss(q, z) / 10))
    error: Array = np.abs(numeric - analytic).max(axis=1) / np.where(scale > 0, scale, 1)
    return error


def _largest(check: core.GradientCheck) -> float:
    return float(check.relative_error.max())


def _chain(q: Array, p: Array, slopes: Array, jacobian: Array) -> Array:
    """Return ∂CE/∂p_j·∂p_j/∂z_i; where p_j has underflowed to 0, its limit −q_j·(δ_ij − p_i)."""
    with np.errstate(invalid="ignore"):
        terms = slopes[np.newaxis, :] * jacobian.T
    limit = -q * (np.eye(q.size) - p[:, np.newaxis])
    return np.where(p > 0, terms, limit)


def _step_sizes(method: str, precision: str) -> Array:
    """Return steps from far too small to far too large: rounding on one side, truncation on the other."""
    smallest = {"float64": -13.0, "float32": -6.0}[precision] if method != "complex" else -20.0
    return 10.0 ** np.linspace(smallest, 0, 27)


def _squared_error_gradient(q: Array, z: Array) -> Array:
    """Return the gradient of ½Σ(p − q)² by the logits, J·(p − q)."""
    gradient: Array = core.softmax_jacobian(z) @ (core.softmax(z) - q)
    return gradient


def _derivation_checks(q: Array, gradient: Array, chain: Array, precision: str) -> list[Check]:
    """Hold the collapsed form against the sum that it collapses; in float32 it has float32's digits."""
    allowed = ROUNDING * float(np.finfo(precision).eps) / EPSILON
    size = max(1.0, float(q.sum()))
    return [
        Check("each row of the chain rule adds up to it", core.largest_error(chain.sum(axis=1), gradient), allowed),
        Check("its entries add up to 0", abs(float(gradient.sum())) / size, allowed),
    ]


def _jacobian_checks(z: Array, q: Array, jacobian: Array, eigenvalues: Array) -> list[Check]:
    free = np.flatnonzero(np.isfinite(z))
    step = core.best_step("central")
    upper, lower = np.tile(z, (2, free.size, 1))
    upper[np.arange(free.size), free] += step
    lower[np.arange(free.size), free] -= step
    softmax = (core.softmax(upper) - core.softmax(lower)) / (2 * step)
    target = np.broadcast_to(q, upper.shape)
    gradient = core.cross_entropy_gradient(target, upper) - core.cross_entropy_gradient(target, lower)
    second = gradient / (2 * step * q.sum())
    others = (np.diag(jacobian.diagonal()) - jacobian).sum(axis=1)
    return [
        Check("Jacobian = differences of the softmax", core.largest_error(softmax, jacobian[free]), DIFFERENCE_ERROR),
        Check("Jacobian = differences of the gradient", core.largest_error(second, jacobian[free]), DIFFERENCE_ERROR),
        Check("p_i(1 − p_i) = Σ p_i·p_j over j ≠ i", core.largest_error(jacobian.diagonal(), others), ROUNDING),
        Check("no eigenvalue of the Jacobian is negative", max(0.0, -float(eigenvalues.min())), ROUNDING),
    ]
