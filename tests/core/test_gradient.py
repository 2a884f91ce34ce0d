"""The gradient of cross-entropy against finite differences, wrong gradients, and the differences' own error."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import (
    DIFFERENCE_METHODS,
    best_step,
    central_difference,
    check_gradient,
    complex_step,
    cross_entropy_from_logits,
    cross_entropy_gradient,
    finite_difference,
    forward_difference,
    naive_softmax,
    probability_gradient,
    smooth_labels,
    softmax,
    softmax_jacobian,
)
from sce_cli.core.checks import Array
from tests.core import reference
from tests.core.cases import EPSILON, distributions, logit_vectors, repeatable
from tests.each import for_each

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
EVERYWHERE = for_each(("q", "z"), [(q, z) for q in TARGETS for z in SCORES])


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


# Tiny gradients.


def test_a_confident_right_answer_keeps_its_tiny_gradient() -> None:
    tiny = 4.248354255291589e-18
    np.testing.assert_allclose(cross_entropy_gradient([1, 0], [40, 0]), [-tiny, tiny], rtol=4 * EPSILON)


def test_a_tiny_share_of_the_target_keeps_its_gradient() -> None:
    assert cross_entropy_gradient([1, 1e-20], [1000, 0]).tolist() == [1e-20, -1e-20]


@pytest.mark.parametrize("classes", [1, 2, 3, 4, 5, 8, 9, 17])
def test_the_gradient_of_a_target_spread_over_any_number_of_classes(classes: int) -> None:
    random = np.random.default_rng(classes)
    q, z = random.uniform(1, 2, size=classes), random.normal(size=classes)
    expected = np.array([*map(float, reference.cross_entropy_gradient(q, z))])
    error = np.abs(cross_entropy_gradient(q, z) - expected)
    assert (error <= 8 * EPSILON * (softmax(z) * q.sum() + q)).all()


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
@for_each("wrong", [sign_flipped, diagonal_only, one_per_mille_too_long])
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


@pytest.mark.parametrize("difference", [central_difference, forward_difference])
def test_the_step_that_was_really_taken_divides_the_difference(difference: Callable[..., Array]) -> None:
    x = np.array([1e6, 3.0, 0.1])
    step = np.array([1e-8, 1e-9, 1e-12])
    np.testing.assert_array_equal(difference(lambda at: 4 * at, x, step), 4)


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


def test_a_step_that_rounding_swallows_gives_no_nan() -> None:
    assert central_difference(np.exp, 1.0, 1e-300) == forward_difference(np.exp, 1.0, 1e-300) == 0


# The Jacobian and the gradient by the probabilities.


@pytest.mark.parametrize("z", SCORES)
def test_the_jacobian_is_its_formula_and_its_rows_sum_to_0(z: Array) -> None:
    p, jacobian = softmax(z), softmax_jacobian(z)
    np.testing.assert_allclose(jacobian, np.diag(p) - np.outer(p, p), rtol=0, atol=4 * EPSILON)
    np.testing.assert_array_equal(jacobian, jacobian.T)
    assert np.abs(jacobian.sum(axis=1)).max() <= 4 * EPSILON
    assert np.linalg.eigvalsh(jacobian).min() >= -4 * EPSILON


def test_the_jacobian_acts_on_each_row_of_a_batch() -> None:
    batch = np.array([SCORES, SCORES[::-1]])
    jacobians = softmax_jacobian(batch)
    assert jacobians.shape == (2, 4, 3, 3)
    for index in np.ndindex(2, 4):
        np.testing.assert_allclose(jacobians[index], softmax_jacobian(batch[index]), rtol=4 * EPSILON)


def test_the_jacobian_keeps_its_digits_where_the_softmax_is_sure() -> None:
    tiny = 4.248354255291589e-18
    np.testing.assert_allclose(softmax_jacobian([40, 0]), [[tiny, -tiny], [-tiny, tiny]], rtol=4 * EPSILON)
    assert softmax_jacobian([1, -np.inf]).tolist() == [[0, 0], [0, 0]]
    assert softmax_jacobian([5]).tolist() == [[0]]
    assert softmax_jacobian(np.zeros(2, dtype=np.float32)).dtype == np.float32


def test_the_gradient_by_the_probabilities() -> None:
    assert probability_gradient([1, 0, 0.5], [0.5, 0, 0.25]).tolist() == [-2, 0, -2]
    assert probability_gradient([1, 0], [0, 1]).tolist() == [-np.inf, 0]
    assert probability_gradient([[1, 0], [0, 1]], [0.5, 0.5]).tolist() == [[-2, 0], [0, -2]]


@EVERYWHERE
def test_the_chain_rule_collapses_to_the_gradient(q: Array, z: Array) -> None:
    chain = softmax_jacobian(z) @ probability_gradient(q, softmax(z))
    np.testing.assert_allclose(chain, cross_entropy_gradient(q, z), rtol=0, atol=16 * EPSILON)


# Forward difference, complex step, and the step sizes.


def test_a_forward_difference_of_a_line_is_exact_and_its_error_falls_as_the_step() -> None:
    assert forward_difference(lambda at: 3 * at, np.array([1.0, 2.0]), 0.3).tolist() == pytest.approx([3, 3], rel=1e-15)
    error = np.abs(forward_difference(np.exp, np.full(6, 0.7), 0.01 * 0.5 ** np.arange(6)) - np.exp(0.7))
    np.testing.assert_allclose(error[:-1] / error[1:], 2, rtol=0.01)


def test_the_complex_step_has_no_rounding_to_fear() -> None:
    assert complex_step(np.exp, 0.7, 1e-200) == pytest.approx(np.exp(0.7), rel=2 * EPSILON)
    assert complex_step(lambda at: at**3, 2.0, 1e-200) == 12


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize(("method", "power"), [("central", 1 / 3), ("forward", 1 / 2), ("complex", 2)])
def test_the_best_step_is_a_power_of_two_near_theory(method: str, power: float, precision: type) -> None:
    step = best_step(method, precision)
    assert np.frexp(step)[0] == 0.5
    assert 0.7 <= step / float(np.finfo(precision).eps) ** power <= 1.5


def rosenbrock(x: Array) -> Array:
    value: Array = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
    return value


def rosenbrock_gradient(x: Array) -> Array:
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)], dtype=x.dtype)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
def test_a_function_of_ones_own(method: str, precision: type) -> None:
    x: Array = np.array([0.5, -0.7], dtype=precision)
    check = check_gradient(rosenbrock, rosenbrock_gradient(x), x, method=method)
    assert check.holds
    assert check.wrong == ()
    assert check.numeric.dtype == precision
    np.testing.assert_array_equal(check.numeric, finite_difference(rosenbrock, x, method=method))
    np.testing.assert_array_equal(check.absolute_error, np.abs(check.analytic - check.numeric))
    scale = max(np.abs(check.analytic).max(), np.abs(check.numeric).max(), rosenbrock(x) / 10)
    np.testing.assert_allclose(check.relative_error, check.absolute_error / scale)


@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_the_derivatives_have_the_precision_of_x_whatever_the_function_returns(method: str, precision: type) -> None:
    derivative = finite_difference(lambda x: x.prod() * np.float64(1), np.array([3, 2], dtype=precision), method=method)
    assert derivative.dtype == precision
    np.testing.assert_allclose(derivative, [2, 3], rtol=1e-3)


@for_each(
    ("method", "precision", "tolerance"),
    [
        ("central", np.float64, 100 * (2**-34 + 2**-35)),
        ("forward", np.float64, 100 * (2**-26 + 2**-26)),
        ("complex", np.float64, 1000 * 2**-52),
        ("central", np.float32, 100 * (2**-16 + 2**-15)),
        ("forward", np.float32, 100 * (2**-12 + 2**-11)),
        ("complex", np.float32, 1000 * 2**-23),
    ],
)
@for_each("step", [None, 0.5])
def test_the_error_allowed_is_the_best_steps_and_does_not_grow_with_the_step_given(
    method: str, precision: type, tolerance: float, step: float | None
) -> None:
    x: Array = np.array([0.5, -0.7], dtype=precision)
    assert check_gradient(rosenbrock, rosenbrock_gradient(x), x, method=method, step=step).tolerance == tolerance


def test_an_error_is_measured_by_the_larger_gradient_or_by_a_tenth_of_the_value() -> None:
    at = np.zeros(2)
    assert check_gradient(lambda x: 4 * x.sum(), [1, 4], at).relative_error == pytest.approx([0.75, 0], abs=1e-9)
    assert check_gradient(lambda x: 4 * x.sum(), [1, 8], at).relative_error == pytest.approx([0.375, 0.5])
    assert check_gradient(lambda x: 4 * x.sum(), [0, 1], at).relative_error == pytest.approx([1, 0.75])
    assert check_gradient(lambda x: 1000 + x.sum(), [1, 3], at).relative_error == pytest.approx([0, 0.02], abs=1e-9)


def test_a_function_that_is_infinite_nearby_is_wrong_without_a_warning() -> None:
    def wall(x: Array) -> float:
        return float(np.where(x > 0, np.inf, x).sum())

    check = check_gradient(wall, [1, 1], [0, -1])
    assert check.wrong == (0,)


@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
def test_the_wrong_entries_are_named(method: str) -> None:
    x = np.array([0.5, -0.7])
    wrong = rosenbrock_gradient(x) * [1, 1.001]
    check = check_gradient(rosenbrock, wrong, x, method=method)
    assert check.wrong == (1,)
    assert not check.holds
    assert check_gradient(rosenbrock, -wrong, x, method=method).wrong == (0, 1)


def test_an_entry_that_is_not_a_number_is_wrong() -> None:
    check = check_gradient(lambda x: x.sum(), [1, np.nan], [0.5, 0.5])
    assert not check.holds
    assert 1 in check.wrong


def test_a_gradient_of_zeros() -> None:
    assert check_gradient(lambda x: 0 * x.sum(), [0, 0], [1, 2]).holds
    assert check_gradient(lambda x: 7 + 0 * x.sum(), [0, 0], [1, 2]).holds
    assert check_gradient(lambda x: 0 * x.sum(), [0, 1], [1, 2]).wrong == (1,)


@pytest.mark.parametrize("step", [1.0, 1e-15])
def test_an_absurd_step_fails_an_honest_gradient(step: float) -> None:
    assert not check_gradient(np.prod, [6.0, 3.0, 2.0 + 1e-5], [1.0, 2.0, 3.0], step=step).holds
    x = np.array([0.5, -0.7])
    assert not check_gradient(rosenbrock, rosenbrock_gradient(x), x, step=step).holds


def test_what_a_check_refuses() -> None:
    with pytest.raises(ValueError, match="same shape"):
        check_gradient(np.sum, [1, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="method must be one of central, forward, complex"):
        finite_difference(np.sum, [1, 2], method="backward")
    for step in (0, -1, np.inf, np.nan):
        with pytest.raises(ValueError, match="step must be positive and finite"):
            finite_difference(np.sum, [1, 2], step=step)
    for beyond in (1e-60, 1e60):
        with pytest.raises(ValueError, match=re.escape(f"step must be positive and finite in float32, got {beyond}")):
            finite_difference(np.sum, np.ones(2, dtype=np.float32), step=beyond)
        with np.errstate(all="raise"), pytest.raises(ValueError, match="in float32"):
            finite_difference(np.sum, np.ones(2, dtype=np.float32), step=beyond)


# The softmax as it is written.


def test_the_naive_softmax_agrees_until_it_overflows() -> None:
    for z in SCORES:
        np.testing.assert_allclose(naive_softmax(z), softmax(z), rtol=16 * EPSILON)
    np.testing.assert_allclose(naive_softmax(np.stack(SCORES), axis=0).sum(axis=0), 1, rtol=4 * EPSILON)
    assert np.isnan(naive_softmax([1000, 0])[0])
    assert np.isnan(naive_softmax([-1000, -1000])).all()
