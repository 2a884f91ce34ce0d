"""Every formula of the core with its twin in mpmath, the unit that its error is measured in, and the limit.

A unit follows from what the formula is conditioned on, not from how it is computed:

ulp                a unit in the last place of the correctly rounded result
ulp·(1 + gap)      for softmax_j, gap = max z − z_j: exp turns the rounding of an exponent d into an error of |d| units
ulp·(2 + gaps)     for p_i·p_j and p_i·(1 − p_i), which take two such factors
ulp of max z       of max(|result|, |max z|): where log Σ exp(z − max z) cancels max z, the result has their rounding
ulp·(1 + gap) of a part   the gradient is p_i·Σ_{k≠i} q_k less q_i·(1 − p_i), and has the larger part's rounding
ulp·K              a product of K powers
ulp·(1 + log2 K)   plain sums of K terms, which NumPy adds in pairs
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from tests.accuracy import inputs
from tests.accuracy.inputs import Batch
from tests.accuracy.rivals import edges
from tests.core import reference
from tests.core.cases import UNDERFLOW

Numbers = float | Array


@dataclass(frozen=True)
class Unit:
    """What an error is measured in.

    factor: how many ulps; size: of which number, where that is larger than the result. Both take the formula's
    arguments and return a number, or an array of the result's shape.
    """

    name: str
    factor: Callable[..., Numbers] = lambda *_: 1.0
    size: Callable[..., Numbers] = lambda *_: 0.0


def _gap(z: Array) -> Array:
    with np.errstate(over="ignore"):
        gap: Array = np.minimum(z.max(axis=-1, keepdims=True) - z, UNDERFLOW)
    return gap


def _two_gaps(z: Array) -> Array:
    gap = _gap(z)
    both: Array = np.concatenate([gap[:, :1] + gap, 2 * gap], axis=-1)
    return both


def _larger_part(q: Array, z: Array) -> Array:
    parts = [reference.cross_entropy_gradient_parts(*row) for row in zip(q, z, strict=True)]
    return np.array([[float(part) for part in row] for row in parts])


ULP = Unit("ulp")
OF_A_GAP = Unit("ulp·(1 + gap)", factor=lambda z: 1 + _gap(z))
OF_TWO_GAPS = Unit("ulp·(2 + gaps)", factor=lambda z: 2 + _two_gaps(z))
OF_THE_MAXIMUM = Unit("ulp of max z", size=lambda z: np.abs(z.max(axis=-1)))
OF_A_PART = Unit("ulp·(1 + gap) of a part", factor=lambda q, z: 1 + _gap(z), size=_larger_part)
OF_A_PRODUCT = Unit("ulp·K", factor=lambda n, _: float(n.shape[-1]))
OF_A_PLAIN_SUM = Unit("ulp·(1 + log2 K)", factor=lambda terms, *_: 1 + float(np.log2(terms.shape[-1])))


@dataclass(frozen=True)
class Formula:
    """A formula of the core.

    ours: takes a batch's arguments. twin: takes one input's, in mpmath. arguments: which arrays of the batch these are.
    """

    name: str
    ours: Callable[..., Array]
    twin: Callable[..., reference.Exact | list[reference.Exact]]
    arguments: Callable[..., Batch]
    unit: Unit = ULP
    limit: float = 4


def _rows(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return a function of batches, from one that takes a single input."""
    return lambda *batch: np.stack([function(*row) for row in zip(*batch, strict=True)])


def _one_hot(label: int, classes: int) -> list[reference.Exact]:
    return [reference.exact.mpf(int(k == label)) for k in range(classes)]


def _all(*batch: Array) -> Batch:
    return batch


def _first(target: Array, *_: Array) -> Batch:
    return (target,)


def _first_two(target: Array, prediction: Array, _: Array) -> Batch:
    return target, prediction


def _logits(_: Array, z: Array) -> Batch:
    return (z,)


def _logits_with_normal_exponentials(_: Array, z: Array) -> Batch:
    return (np.clip(z, -700, 700),)


def _target_and_share(q: Array, _: Array, share: Array) -> Batch:
    return q, share


def _labels_and_classes(q: Array, *_: Array) -> Batch:
    return q.argmax(axis=-1), np.full(len(q), q.shape[-1])


OF_LOGITS = (
    Formula("logsumexp", core.logsumexp, reference.logsumexp, _logits, OF_THE_MAXIMUM),
    Formula("log_softmax", core.log_softmax, reference.log_softmax, _logits),
    Formula("softmax", core.softmax, reference.softmax, _logits, OF_A_GAP),
    Formula("naive_softmax", core.naive_softmax, reference.softmax, _logits_with_normal_exponentials, OF_A_PLAIN_SUM),
    Formula(
        "softmax_jacobian",
        lambda z: edges(core.softmax_jacobian(z)),
        reference.softmax_jacobian,
        _logits,
        OF_TWO_GAPS,
    ),
    Formula("cross_entropy_from_logits", core.cross_entropy_from_logits, reference.cross_entropy_from_logits, _all),
    Formula("cross_entropy_gradient", core.cross_entropy_gradient, reference.cross_entropy_gradient, _all, OF_A_PART),
)

OF_DISTRIBUTIONS = (
    Formula("entropy", core.entropy, reference.entropy, _first),
    Formula("cross_entropy", core.cross_entropy, reference.cross_entropy, inputs.at_most_1),
    Formula("kl_divergence", core.kl_divergence, reference.kl_divergence, inputs.some_huge),
    Formula("probability_gradient", core.probability_gradient, reference.probability_gradient, _first_two),
    Formula("smooth_labels", _rows(core.smooth_labels), reference.smooth_labels, _target_and_share),
    Formula("one_hot", _rows(core.one_hot), _one_hot, _labels_and_classes, limit=0),
    Formula(
        "linear_normalisation",
        _rows(lambda z: core.linear_normalisation(z)[1]),
        reference.linear_normalisation,
        _first,
        OF_A_PLAIN_SUM,
    ),
    Formula("logarithmic_mean", core.logarithmic_mean, reference.logarithmic_mean, inputs.in_order),
)

OF_COUNTS = (
    Formula("likelihood", _rows(core.likelihood), reference.likelihood, _all, OF_A_PRODUCT),
    Formula("log_likelihood", _rows(core.log_likelihood), reference.log_likelihood, _all, OF_A_PLAIN_SUM),
    Formula("log_likelihood_gradient", _rows(core.log_likelihood_gradient), reference.log_likelihood_gradient, _all),
    Formula("log_likelihood_curvature", _rows(core.log_likelihood_curvature), reference.log_likelihood_curvature, _all),
    Formula(
        "maximum_likelihood_estimate",
        _rows(core.maximum_likelihood_estimate),
        reference.maximum_likelihood_estimate,
        _first,
    ),
)


@dataclass(frozen=True)
class Group:
    """Formulas of the same inputs."""

    batches: Callable[..., Iterator[Batch]]
    formulas: tuple[Formula, ...]


GROUPS = {
    "logits": Group(inputs.logits, OF_LOGITS),
    "distributions": Group(inputs.distributions, OF_DISTRIBUTIONS),
    "counts": Group(inputs.counts, OF_COUNTS),
}

NOT_FORMULAS = {
    *("Adam", "DeltaBarDelta", "Descent", "Momentum", "Outcome", "Optimizer", "GradientDescent"),
    *("backtracking_line_search", "conjugate_gradients", "descend", "gradient_descent", "newton_step", "OPTIMIZERS"),
    *("GradientCheck", "DIFFERENCE_METHODS", "best_step", "check_gradient", "finite_difference", "largest_error"),
    *("central_difference", "complex_step", "forward_difference"),
    *("Linear", "EPSILON", "ROUNDING", "rounding_of_sum"),
}
"""What else the core offers: methods, whose results are approximate whatever the rounding, and their parts."""
