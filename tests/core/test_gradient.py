"""The gradient of cross-entropy against finite differences, wrong gradients, and the differences' own error."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import central_difference, cross_entropy_from_logits, cross_entropy_gradient, smooth_labels, softmax
from sce_cli.core.checks import Array
from tests.core import reference
from tests.core.cases import EPSILON, LOGITS, UNDERFLOW, distributions, logit_vectors, logits, repeatable

DEFAULT = np.array([2.0, 1.0, 0.1])
BEST_STEP = EPSILON ** (1 / 3)

Gradient = Callable[[Array, Array], Array]


def numeric_gradient(q: Array, z: Array, step: float = BEST_STEP) -> Array:
    def loss(own: Array) -> Array:
        rows = np.tile(z, (z.size, 1))
        np.fill_diagonal(rows, own)
        return cross_entropy_from_logits(q, rows)

    numeric: Array = central_difference(loss, z, np.full_like(z, step))
    return numeric


def agree(analytic: Array, numeric: Array) -> bool:
    """Whether no entry differs by more than 1e-8 of the largest."""
    return bool(np.abs(analytic - numeric).max() <= 1e-8 * np.abs(numeric).max())


TARGETS = [
    np.array([1.0, 0.0, 0.0]),
    np.array([0.0, 0.0, 1.0]),
    np.array([0.2, 0.5, 0.3]),
    smooth_labels(np.array([0.0, 1.0, 0.0]), 0.1),
    np.array([1.0, 1.0, 0.0]),
    np.array([0.1, 0.0, 0.0]),
]
SCORES = [DEFAULT, np.zeros(3), np.array([-1.0, 0.5, 3.0]), np.array([-8.0, 8.0, 1.0])]
EVERYWHERE = pytest.mark.parametrize(("q", "z"), [(q, z) for q in TARGETS for z in SCORES])


# Known values.


def test_the_gradient_of_the_default_scores() -> None:
    gradient = cross_entropy_gradient([1, 0, 0], DEFAULT)
    np.testing.assert_allclose(gradient, [-0.340999, 0.242433, 0.098566], rtol=0, atol=5e-7)


def test_a_target_that_does_not_sum_to_1_scales_the_prediction() -> None:
    np.testing.assert_allclose(cross_entropy_gradient([1, 1, 0], DEFAULT), [0.318, -0.515, 0.197], rtol=0, atol=5e-4)


def test_the_gradient_does_not_vanish_on_a_saturated_wrong_answer() -> None:
    z, q = np.array([-8.0, 8.0]), np.array([1.0, 0.0])
    p = softmax(z)
    squared_error = (np.diag(p) - np.outer(p, p)) @ (p - q)
    assert cross_entropy_gradient(q, z)[0] == pytest.approx(-1, abs=2e-7)
    assert squared_error[0] == pytest.approx(-2e-7, rel=0.2)


def test_scores_are_needed_where_the_loss_is_a_thousand() -> None:
    assert cross_entropy_gradient([0, 1, 0], [1000, 0, 0]).tolist() == [1, -1, 0]


# Against mpmath, in units in the last place.


def test_a_confident_right_answer_keeps_its_tiny_gradient() -> None:
    tiny = 4.248354255291589e-18
    np.testing.assert_allclose(cross_entropy_gradient([1, 0], [40, 0]), [-tiny, tiny], rtol=4 * EPSILON)


@pytest.mark.parametrize("family", LOGITS)
def test_the_gradient_of_each_class_is_within_4_ulps_for_each_unit_of_gap(family: str) -> None:
    for z in logits(family):
        if z.size > 10:
            continue
        with np.errstate(over="ignore"):
            gap = np.minimum(z.max() - z, UNDERFLOW)
        for q in np.eye(z.size):
            errors = reference.ulp_errors(cross_entropy_gradient(q, z), reference.cross_entropy_gradient(q, z))
            assert (errors <= 4 * (1 + gap)).all(), (q, z)


@EVERYWHERE
def test_the_gradient_is_as_accurate_as_its_two_parts(q: Array, z: Array) -> None:
    expected = np.array([*map(float, reference.cross_entropy_gradient(q, z))])
    assert (np.abs(cross_entropy_gradient(q, z) - expected) <= 8 * EPSILON * (softmax(z) * q.sum() + q)).all()


# By finite differences.


@EVERYWHERE
def test_the_gradient_is_the_derivative_of_cross_entropy(q: Array, z: Array) -> None:
    assert agree(cross_entropy_gradient(q, z), numeric_gradient(q, z))


def sign_flipped(q: Array, z: Array) -> Array:
    return -cross_entropy_gradient(q, z)


def diagonal_only(q: Array, z: Array) -> Array:
    p = softmax(z)
    return -q / p * p * (1 - p)


def without_the_targets_sum(q: Array, z: Array) -> Array:
    return softmax(z) - q


def one_per_mille_too_long(q: Array, z: Array) -> Array:
    return 1.001 * cross_entropy_gradient(q, z)


@EVERYWHERE
@pytest.mark.parametrize("wrong", [sign_flipped, diagonal_only, one_per_mille_too_long])
def test_a_wrong_gradient_is_detected(wrong: Gradient, q: Array, z: Array) -> None:
    assert not agree(wrong(q, z), numeric_gradient(q, z))


@pytest.mark.parametrize("q", [q for q in TARGETS if abs(q.sum() - 1) > 0.1])
@pytest.mark.parametrize("z", SCORES)
def test_p_minus_q_is_detected_where_the_target_does_not_sum_to_1(q: Array, z: Array) -> None:
    assert not agree(without_the_targets_sum(q, z), numeric_gradient(q, z))


@pytest.mark.parametrize("z", SCORES[:3])
def test_the_jacobian_of_softmax_is_the_derivative_of_softmax_and_the_gradients_derivative(z: Array) -> None:
    p, q = softmax(z), np.array([0.2, 0.5, 0.3])
    jacobian = np.diag(p) - np.outer(p, p)
    for j in range(z.size):

        def shifted(own: Array, j: int = j) -> Array:
            rows = np.tile(z, (z.size, 1))
            rows[:, j] = own
            return rows

        step = np.full_like(z, BEST_STEP)
        of_p = central_difference(lambda own: np.diagonal(softmax(shifted(own))), np.full_like(z, z[j]), step)
        of_g = central_difference(
            lambda own: np.diagonal(cross_entropy_gradient(q, shifted(own))),
            np.full_like(z, z[j]),
            step,
        )
        assert agree(jacobian[j], of_p)
        assert agree(jacobian[j], of_g)


# Properties.


@repeatable
@given(st.integers(1, 8).flatmap(lambda k: st.tuples(distributions(k), st.integers(0, 10**6))))
def test_the_gradient_sums_to_0(case: tuple[Array, int]) -> None:
    q, seed = case
    z = np.random.default_rng(seed).normal(size=q.size) * 30
    assert abs(cross_entropy_gradient(q, z).sum()) <= 8 * EPSILON


@repeatable
@given(logit_vectors())
def test_the_gradient_vanishes_where_the_prediction_is_the_target(z: Array) -> None:
    assert np.abs(cross_entropy_gradient(softmax(z), z)).max() <= 4 * EPSILON


def test_the_gradient_acts_on_each_row_of_a_batch() -> None:
    q, z = np.stack(TARGETS), np.stack([DEFAULT, *SCORES, DEFAULT])
    rows = [cross_entropy_gradient(*row) for row in zip(q, z, strict=True)]
    np.testing.assert_allclose(cross_entropy_gradient(q, z), rows, rtol=4 * EPSILON)
    np.testing.assert_allclose(cross_entropy_gradient(q[0], z)[1], cross_entropy_gradient(q[0], z[1]), rtol=4 * EPSILON)


def test_a_masked_class_has_no_gradient_unless_it_is_the_target() -> None:
    assert cross_entropy_gradient([1, 0, 0], [0, 0, -np.inf]).tolist() == [-0.5, 0.5, 0]
    assert cross_entropy_gradient([0, 0, 1], [0, 0, -np.inf]).tolist() == [0.5, 0.5, -1]


# The central difference itself.


def test_a_difference_of_a_parabola_is_exact() -> None:
    x = np.array([-3.0, 0.0, 0.5, 7.0])
    assert central_difference(lambda at: at**2, x, np.full(4, 0.25)).tolist() == (2 * x).tolist()


@pytest.mark.parametrize(
    ("function", "derivative"), [(np.exp, np.exp(0.7)), (np.sin, np.cos(0.7)), (np.tanh, 1 / np.cosh(0.7) ** 2)]
)
def test_the_error_falls_as_the_square_of_the_step(function: Callable[[Array], Array], derivative: float) -> None:
    x, steps = np.full(6, 0.7), 0.1 * 0.5 ** np.arange(6)
    error = np.abs(central_difference(function, x, steps) - derivative)
    ratio = error[:-1] / error[1:]
    np.testing.assert_allclose(ratio, 4, rtol=0.03)


def test_rounding_takes_over_below_the_best_step() -> None:
    steps = np.array([1e-1, 1e-3, BEST_STEP, 1e-9, 1e-13])
    error = np.abs(central_difference(np.exp, np.ones(5), steps) / np.e - 1)
    assert error[2] < 1e-10
    assert (np.diff(error)[:2] < 0).all()
    assert (np.diff(error)[2:] > 0).all()


def test_the_step_that_was_really_taken_divides_the_difference() -> None:
    x = np.array([1e6, 3.0, 0.1])
    step = np.array([1e-8, 1e-9, 1e-12])
    np.testing.assert_array_equal(central_difference(lambda at: 4 * at, x, step), 4)


def test_each_entry_has_its_own_step_and_the_shape_stays() -> None:
    x = np.array([[1.0, 2.0], [4.0, 8.0]])
    slope = central_difference(np.log, x, BEST_STEP * x)
    np.testing.assert_allclose(slope, 1 / x, rtol=1e-9)
    assert slope.shape == (2, 2)


def test_float32_wants_a_larger_step() -> None:
    z, q = DEFAULT.astype(np.float32), np.array([1, 0, 0], dtype=np.float32)
    analytic = cross_entropy_gradient(q, z)
    assert numeric_gradient(q, z, 1e-2).dtype == np.float32
    error = {step: np.abs(numeric_gradient(q, z, step) / analytic - 1).max() for step in (1e-2, 1e-6)}
    assert error[1e-2] < 1e-4
    assert error[1e-6] > 1e-2
