"""Gradient descent: it gets to the minimum whatever the scale, and says so when it doesn't; rules and Newton's step."""

import itertools
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import scipy.special  # type: ignore[import-untyped]

from sce_cli import core
from sce_cli.core import (
    Adam,
    DeltaBarDelta,
    GradientDescent,
    Momentum,
    Optimizer,
    Outcome,
    backtracking_line_search,
    conjugate_gradients,
    cross_entropy_gradient,
    descend,
    gradient_descent,
    maximum_likelihood_estimate,
    newton_step,
)
from sce_cli.core.checks import Array
from tests.core.cases import EPSILON, float32
from tests.each import for_each

TOLERANCE = 1e-12
MANY_COLOURS = tuple(np.random.default_rng(8).integers(0, 10**6, size=1000).tolist())
COUNTS = [
    (6, 4),
    (5, 5),
    (7,),
    (0, 10),
    (10, 0),
    (1, 0, 0),
    (0, 3, 7),
    (1, 10**15),
    (10**15, 1),
    (1, 10**7, 10**15),
    tuple(10**k for k in range(15)),
    (1,) * 1000,
    tuple(range(1000)),
    MANY_COLOURS,
    (*MANY_COLOURS, 10**15),
]
EVERY_COUNT = for_each("counts", COUNTS)


# To the observed shares.


@EVERY_COUNT
def test_softmax_of_where_it_ends_is_the_observed_share(counts: tuple[int, ...]) -> None:
    q = maximum_likelihood_estimate(counts)
    descent = gradient_descent(lambda z: cross_entropy_gradient(q, z), np.zeros(q.size), tolerance=TOLERANCE)
    assert descent.outcome is Outcome.CONVERGED
    assert np.abs(scipy.special.softmax(descent.position) - q).max() <= TOLERANCE + 4 * EPSILON


@EVERY_COUNT
def test_the_differences_of_the_logits_are_the_logarithms_of_the_ratios(counts: tuple[int, ...]) -> None:
    q = maximum_likelihood_estimate(counts)
    z = gradient_descent(lambda z: cross_entropy_gradient(q, z), np.zeros(q.size), tolerance=TOLERANCE).position
    known = q > 1e4 * TOLERANCE
    error = np.log(q[known]) - z[known]
    assert (np.abs(error - error[q[known].argmax()]) <= 2 * TOLERANCE / q[known] + 100 * EPSILON).all()


@EVERY_COUNT
def test_each_colour_against_the_rest_ends_at_the_logit_of_its_share(counts: tuple[int, ...]) -> None:
    q = maximum_likelihood_estimate(counts)
    descent = gradient_descent(lambda z: scipy.special.expit(z) - q, np.zeros(q.size), tolerance=TOLERANCE)
    assert descent.outcome is Outcome.CONVERGED
    slope = q * (1 - q)
    known = slope > 1e4 * TOLERANCE
    error = np.abs(descent.position[known] - scipy.special.logit(q[known]))
    assert (error <= 1.001 * (TOLERANCE + EPSILON) / slope[known]).all()


@pytest.mark.parametrize("q", [0.5, 0.1, 1e-7, 1e-15])
def test_a_rare_colour_gets_its_logit_when_the_tolerance_asks_for_it(q: float) -> None:
    descent = gradient_descent(lambda z: scipy.special.expit(z) - q, [0.0], tolerance=1e-10 * q)
    assert descent.outcome is Outcome.CONVERGED
    assert descent.position[0] == pytest.approx(scipy.special.logit(q), rel=3e-10, abs=3e-10)


# To the minimum of a quadratic.


@pytest.mark.parametrize(
    "curvature", [[1.0], [1e-8], [1e8], [1e15], [1e-4, 1.0, 1e4], [1e8, 1e-8], np.logspace(-8, 8, 17).tolist()]
)
def test_a_quadratic_is_minimised_whatever_the_curvature_of_each_coordinate(curvature: list[float]) -> None:
    c, minimum = np.array(curvature), np.linspace(-1, 1, len(curvature))
    descent = gradient_descent(lambda x: c * (x - minimum), np.full(c.size, 3.0), tolerance=1e-9)
    assert descent.outcome is Outcome.CONVERGED
    assert (np.abs(descent.position - minimum) <= 1e-9 / c * (1 + 4 * EPSILON)).all()


def test_a_correlated_quadratic_is_minimised() -> None:
    matrix, minimum = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([5.0, -7.0])
    descent = gradient_descent(lambda x: matrix @ (x - minimum), [0.0, 0.0])
    assert descent.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(descent.position, minimum, rtol=0, atol=TOLERANCE)


def test_a_minimum_at_infinity_is_approached_until_the_gradient_is_small() -> None:
    descent = gradient_descent(lambda x: -np.exp(-x), [0.0])
    assert descent.outcome is Outcome.CONVERGED
    assert descent.position[0] >= -np.log(TOLERANCE)


# What it reports.


def test_without_a_limit_it_stops_after_a_thousand_steps() -> None:
    assert gradient_descent(lambda x: x, [1.0], optimizer=GradientDescent(2.0)).steps == 1000


def test_it_stops_at_the_step_limit_and_says_so() -> None:
    descent = gradient_descent(lambda x: 0.25 * (x - 100), [0.3, 4.0], max_steps=3)
    assert descent.outcome is Outcome.OUT_OF_STEPS
    assert descent.steps == 3


@pytest.mark.parametrize("max_steps", [0, 1, 5, 16])
def test_too_few_steps_for_6_and_4_balls_are_out_of_steps(max_steps: int) -> None:
    descent = gradient_descent(lambda z: cross_entropy_gradient([0.6, 0.4], z), [0.0, 0.0], max_steps=max_steps)
    assert descent.outcome is Outcome.OUT_OF_STEPS
    assert descent.steps == max_steps
    assert np.abs(descent.gradient).max() > TOLERANCE


def test_one_coordinate_that_has_arrived_is_not_enough() -> None:
    descent = gradient_descent(lambda x: 0.25 * x, [0.0, 8.0], max_steps=3)
    assert descent.outcome is Outcome.OUT_OF_STEPS


@pytest.mark.parametrize("start", [3.0, 0.0])
def test_as_many_steps_as_are_needed_are_enough(start: float) -> None:
    needed = gradient_descent(lambda x: x, [start]).steps
    again = gradient_descent(lambda x: x, [start], max_steps=needed)
    assert (again.outcome, again.steps) == (Outcome.CONVERGED, needed)


def test_the_reported_gradient_is_the_gradient_at_the_reported_position() -> None:
    for max_steps in (4, 1000):
        descent = gradient_descent(lambda x: np.tanh(x - 0.4), [9.0, -2.0], max_steps=max_steps)
        np.testing.assert_array_equal(descent.gradient, np.tanh(descent.position - 0.4))


def test_a_start_at_the_minimum_takes_no_step() -> None:
    descent = gradient_descent(lambda x: x - 2, [2.0], tolerance=0)
    assert (descent.steps, descent.position.tolist(), descent.outcome) == (0, [2], Outcome.CONVERGED)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_has_diverged(bad: float) -> None:
    descent = gradient_descent(lambda x: np.where(x > 1, bad, -1.0), [0.0, -5.0])
    assert descent.outcome is Outcome.DIVERGED
    assert descent.steps == 2
    assert descent.position.tolist() == [2, -3]


def test_each_coordinate_may_have_its_own_tolerance() -> None:
    descent = gradient_descent(lambda x: np.tanh(x), [3.0, 3.0], tolerance=[1e-2, 1e-9])
    assert descent.outcome is Outcome.CONVERGED
    assert (np.abs(descent.gradient) <= [1e-2, 1e-9]).all()
    assert gradient_descent(np.tanh, [3.0, 3.0], tolerance=1e-2).steps < descent.steps


def test_every_coordinate_must_be_within_the_tolerance() -> None:
    descent = gradient_descent(lambda x: x * [1e-3, 1], [1.0, 1e-9], tolerance=1e-6)
    assert np.abs(descent.position[0]) <= 1e-3
    assert descent.steps > 0


def test_the_first_steps_follow_the_stated_rule() -> None:
    visited: list[float] = []

    def gradient(x: Array) -> Array:
        visited.append(float(x[0]))
        return 0.25 * x

    gradient_descent(gradient, [2.0], max_steps=3)
    assert visited == [2, 1.5, 0.9375, 0.41015625]


def test_the_learning_rate_halves_after_a_step_too_far() -> None:
    visited: list[float] = []

    def gradient(x: Array) -> Array:
        visited.append(float(x[0]))
        return 1.5 * x

    gradient_descent(gradient, [0.5], max_steps=3)
    assert visited == [0.5, -0.25, -0.0625, 0.0078125]


def test_no_step_is_longer_than_1() -> None:
    visited: list[list[float]] = []

    def gradient(x: Array) -> Array:
        visited.append(x.tolist())
        return 100 * x

    gradient_descent(gradient, [64.0, -64.0], max_steps=2)
    assert visited == [[64, -64], [63, -63], [62, -62]]


def test_the_gradient_is_asked_once_a_step() -> None:
    asked = 0

    def gradient(x: Array) -> Array:
        nonlocal asked
        asked += 1
        return 0.25 * (x - 100)

    assert gradient_descent(gradient, [0.3], max_steps=7).steps == 7
    assert asked == 8


@pytest.mark.parametrize("start", [[0.0, 0.0], [1.0, 2.0]])
def test_the_reported_position_is_not_the_array_it_started_from(start: list[float]) -> None:
    begin = np.array(start)
    descent = gradient_descent(lambda x: x.copy(), begin)
    assert not np.shares_memory(descent.position, begin)
    assert begin.tolist() == start


def test_the_learning_rate_of_a_coordinate_that_has_arrived_does_not_overflow_in_a_long_descent() -> None:
    q = maximum_likelihood_estimate((0, 3, 7))
    descent = gradient_descent(lambda z: cross_entropy_gradient(q, z), np.zeros(3), max_steps=2000, tolerance=0)
    assert np.isfinite(descent.position).all()


def test_float32_stays_float32() -> None:
    descent = gradient_descent(lambda x: x - np.float32(0.5), float32(3, 4), tolerance=1e-6)
    assert descent.position.dtype == np.float32
    np.testing.assert_allclose(descent.position, 0.5, rtol=0, atol=1e-6)


def test_the_outcomes_are_messages_for_the_reader() -> None:
    assert [outcome.value for outcome in Outcome] == [
        "converged",
        "the gradient is below the tolerance",
        "overshot",
        "diverged",
        "stopped at the step limit",
        "interrupted",
    ]


def test_a_descent_is_frozen() -> None:
    descent = gradient_descent(lambda x: x, [1.0])
    with pytest.raises(FrozenInstanceError):
        descent.steps = 7  # type: ignore[misc]


# The rules: their steps, by hand and as sums over all gradients so far.


GRADIENTS = np.array([[1.0, -2.0, 0.0], [0.5, -2.0, 1e-3], [-3.0, 4.0, 0.0], [0.1, 0.0, -7.0]])

OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {
    "steepest": lambda: GradientDescent(0.25),
    "momentum": lambda: Momentum(0.25),
    "momentum with decay 0.5": lambda: Momentum(0.25, 0.5),
    "adam": lambda: Adam(0.25),
    "delta-bar-delta": DeltaBarDelta,
}
EVERY_RULE = pytest.mark.parametrize("name", OPTIMIZERS)


def steps(optimizer: Optimizer, gradients: Array = GRADIENTS) -> Array:
    return np.array([optimizer(gradient) for gradient in gradients])


def test_the_steepest_step_is_the_gradient_times_the_learning_rate() -> None:
    np.testing.assert_array_equal(steps(GradientDescent(0.25)), GRADIENTS / 4)


@pytest.mark.parametrize("rule", [*core.OPTIMIZERS.values(), DeltaBarDelta])
def test_every_rule_takes_the_learning_rate_first_and_steps_in_proportion(rule: Callable[[float], Optimizer]) -> None:
    gradient = np.array([0.5, -0.25, 0.0])
    np.testing.assert_allclose(rule(0.5)(gradient), 4 * rule(0.125)(gradient), rtol=1e-15)
    assert (rule(0.5)(gradient) * gradient > 0).tolist() == [True, True, False]


def test_momentum_on_a_slope_gathers_speed_up_to_1_over_1_minus_decay() -> None:
    optimizer = Momentum(2.0, 0.5)
    assert [float(optimizer(np.ones(1))[0]) for _ in range(4)] == [2, 3, 3.5, 3.75]


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9])
def test_momentum_adds_up_all_gradients_with_weights_that_decay(decay: float) -> None:
    expected = [sum(decay ** (n - k) * GRADIENTS[k] for k in range(n + 1)) for n in range(len(GRADIENTS))]
    np.testing.assert_allclose(steps(Momentum(0.1, decay)), 0.1 * np.array(expected), rtol=1e-14)


def test_adams_first_step_is_the_learning_rate_in_every_coordinate_that_has_a_gradient() -> None:
    step = Adam(0.1)(np.array([1e-3, -1e3, 0.0, 1e-8]))
    np.testing.assert_allclose(step, [0.1, -0.1, 0, 0.05], rtol=2e-5)


def test_momentum_and_adam_decay_as_their_sources_recommend_unless_told_otherwise() -> None:
    np.testing.assert_array_equal(steps(Momentum(0.1)), steps(Momentum(0.1, 0.9)))
    np.testing.assert_array_equal(steps(Adam(0.1)), steps(Adam(0.1, 0.9, 0.999)))


@pytest.mark.parametrize(("decay", "beta2"), [(0.9, 0.999), (0.5, 0.25)])
def test_adam_divides_the_mean_gradient_by_the_root_of_its_mean_square(decay: float, beta2: float) -> None:
    def weighted_mean(values: Array, decay: float) -> Array:
        weights = decay ** np.arange(len(values))[::-1]
        return np.asarray((weights / weights.sum()) @ values)

    past = [GRADIENTS[: n + 1] for n in range(len(GRADIENTS))]
    expected = [weighted_mean(g, decay) / (np.sqrt(weighted_mean(g**2, beta2)) + 1e-8) for g in past]
    np.testing.assert_allclose(steps(Adam(0.1, decay, beta2)), 0.1 * np.array(expected), rtol=1e-12)


def test_delta_bar_delta_counts_a_gradient_of_0_as_a_change_of_sign() -> None:
    gradients = np.array([[0.5], [0.5], [0.0], [0.25]])
    assert steps(DeltaBarDelta(), gradients)[:, 0].tolist() == [0.5, 0.75, 0, 0.25 * 1.5 / 4]


def test_a_coordinate_that_has_trembled_for_long_can_still_get_away() -> None:
    trembling, steady = (-1.0) ** np.arange(3000), np.ones(200)
    taken = steps(DeltaBarDelta(), np.concatenate([trembling, steady])[:, np.newaxis])
    assert np.abs(taken[100:3000]).max() < 1e-29
    assert taken[-1, 0] == 1


@EVERY_RULE
def test_a_rule_treats_each_coordinate_by_itself_in_arrays_of_any_shape(name: str) -> None:
    together = steps(OPTIMIZERS[name]())
    for i in range(3):
        np.testing.assert_array_equal(steps(OPTIMIZERS[name](), GRADIENTS[:, i]), together[:, i])
    matrices = steps(OPTIMIZERS[name](), np.stack([GRADIENTS, 2 * GRADIENTS], axis=1))
    np.testing.assert_array_equal(matrices[:, 0], together)


@EVERY_RULE
def test_a_rule_leaves_gradients_and_earlier_steps_as_they_are(name: str) -> None:
    optimizer, gradients = OPTIMIZERS[name](), GRADIENTS.copy()
    gradients.flags.writeable = False
    taken = [optimizer(gradient) for gradient in gradients]
    np.testing.assert_array_equal(taken, steps(OPTIMIZERS[name]()))


@EVERY_RULE
def test_a_rule_keeps_float32(name: str) -> None:
    single = [OPTIMIZERS[name]()] * 4
    for optimizer, gradient in zip(single, GRADIENTS.astype(np.float32), strict=True):
        assert optimizer(gradient).dtype == np.float32


@EVERY_RULE
def test_every_optimizer_gets_to_the_minimum(name: str) -> None:
    matrix, minimum = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, -2.0])
    descent = gradient_descent(
        lambda x: matrix @ (x - minimum), [0.0, 0.0], optimizer=OPTIMIZERS[name](), tolerance=1e-9
    )
    assert descent.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(descent.position, minimum, rtol=0, atol=1e-9)


def test_a_rule_remembers_so_that_it_serves_one_descent() -> None:
    optimizer = Momentum(0.1)
    first, second = (gradient_descent(lambda x: x, [1.0], optimizer=optimizer, max_steps=2).position for _ in range(2))
    assert first[0] != second[0]


def test_without_a_rule_each_descent_has_a_delta_bar_delta_of_its_own() -> None:
    first, second = (gradient_descent(lambda x: 0.25 * x, [3.0], max_steps=5).position for _ in range(2))
    given = gradient_descent(lambda x: 0.25 * x, [3.0], optimizer=DeltaBarDelta(), max_steps=5).position
    assert first[0] == second[0] == given[0]


@pytest.mark.parametrize("optimizer", [GradientDescent(3.0), Momentum(4.0), GradientDescent(1e300)])
def test_a_learning_rate_that_is_too_large_has_diverged_without_a_warning(optimizer: Optimizer) -> None:
    descent = gradient_descent(lambda x: x, [1.0, 0.0], optimizer=optimizer, max_steps=10_000)
    assert descent.outcome is Outcome.DIVERGED
    assert not np.isfinite(descent.gradient[0])


def test_a_gradient_of_infinity_less_infinity_has_diverged_without_a_warning() -> None:
    descent = gradient_descent(lambda x: x**3 - x**5, [3.0], optimizer=GradientDescent(1.0))
    assert descent.outcome is Outcome.DIVERGED
    assert np.isnan(descent.gradient[0])


@pytest.mark.parametrize(("rate", "outcome"), [(1.99, Outcome.CONVERGED), (2.0, Outcome.OUT_OF_STEPS)])
def test_steepest_descent_converges_for_rates_below_2_over_the_curvature(rate: float, outcome: Outcome) -> None:
    descent = gradient_descent(lambda x: x, [1.0], optimizer=GradientDescent(rate), max_steps=5000)
    assert descent.outcome is outcome
    assert (np.abs(descent.position) <= 1).all()


# The loop.


def test_descend_yields_the_start_and_asks_for_no_more_than_it_is_asked_for() -> None:
    looked: list[float] = []

    def look(x: Array) -> float:
        looked.append(float(x[0]))
        return 10 * looked[-1]

    path = descend(look, np.array([1.0]), lambda x, seen: x + seen)
    assert looked == []
    first = [(x.tolist(), seen) for x, seen in itertools.islice(path, 3)]
    assert first == [([1], 10), ([11], 110), ([121], 1210)]
    assert looked == [1, 11, 121]


# Newton's step.


@pytest.mark.parametrize("shape", [(1,), (6,), (2, 3)])
def test_newtons_step_leads_to_the_minimum_of_a_quadratic(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(21)
    size = int(np.prod(shape))
    factor = random.normal(size=(size, size))
    hessian, minimum = factor @ factor.T + np.eye(size), random.normal(size=shape)
    step = newton_step((hessian @ (0 - minimum).ravel()).reshape(shape), hessian)
    assert step.shape == shape
    np.testing.assert_allclose(-step, minimum, rtol=1e-6)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_newtons_step_moves_in_flat_directions_by_rounding_alone_whatever_the_scale(size: float) -> None:
    hessian = size * np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    step = newton_step(size * np.array([3.0, -3.0, 0.0]), hessian)
    assert step[0] - step[1] == pytest.approx(3, rel=2e-9)
    assert abs(step[0] + step[1]) <= 10 * EPSILON / 1e-9
    assert step[2] == 0


@pytest.mark.parametrize("size", [1e-150, 1e-8, 1e8, 1e20, 1e100, 1e150])
def test_newtons_step_has_its_digits_whatever_the_units_of_the_features(size: float) -> None:
    """For a feature in other units the gradient is `size` times as large, the Hessian that twice, the step by 1/size.

    The Hessian is that of four classes at p = 1/4, which is flat where all classes move alike.
    """
    features = np.random.default_rng(0).normal(size=(6, 3))
    hessian = np.kron(np.eye(4) / 4 - 1 / 16, features.T @ features)
    gradient = hessian @ np.random.default_rng(1).normal(size=12)
    unit = np.tile([1, size, 1], 4)
    step = unit * newton_step(unit * gradient, unit[:, None] * hessian * unit)
    np.testing.assert_allclose(hessian @ step, gradient, rtol=0, atol=3e-9 * np.abs(gradient).max())


def test_newtons_step_without_any_curvature_is_0_where_the_gradient_is_and_follows_it_elsewhere() -> None:
    flat = np.zeros((2, 2))
    assert newton_step(np.zeros(2), flat).tolist() == [0, 0]
    step = newton_step(np.array([1.0, -2.0]), flat)
    assert np.isfinite(step).all()
    assert step[1] == -2 * step[0] < 0


# Conjugate gradients.


@pytest.mark.parametrize("tolerance", [0.5, 1e-3, 1e-10])
@pytest.mark.parametrize("shape", [(1,), (40,), (5, 8)])
def test_conjugate_gradients_solve_as_well_as_they_are_asked_to(shape: tuple[int, ...], tolerance: float) -> None:
    random = np.random.default_rng(22)
    size = int(np.prod(shape))
    factor, gradient = random.normal(size=(size, size)), random.normal(size=shape)
    hessian = factor @ factor.T / size + np.eye(size)
    step = conjugate_gradients(lambda v: (hessian @ v.ravel()).reshape(shape), gradient, tolerance)
    assert step.shape == shape
    error = np.linalg.norm(hessian @ step.ravel() - gradient.ravel()) / np.linalg.norm(gradient)
    assert error <= tolerance * (1 + 1e-6)
    assert size == 1 or error > tolerance / 1e3  # and not much better: that would cost time
    assert np.vdot(gradient, step) > 0


def test_conjugate_gradients_need_a_product_for_each_different_curvature() -> None:
    curvatures, seen = np.array([1.0, 1.0, 4.0, 4.0, 9.0]), []

    def product(v: Array) -> Array:
        seen.append(v)
        curved: Array = curvatures * v
        return curved

    np.testing.assert_allclose(conjugate_gradients(product, np.ones(5), 1e-12), 1 / curvatures, rtol=1e-12)
    assert len(seen) == 3


def test_conjugate_gradients_leave_flat_directions_alone() -> None:
    hessian = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    step = conjugate_gradients(lambda v: hessian @ v, np.array([3.0, -3.0, 0.0]), 1e-10)
    np.testing.assert_allclose(step, [1.5, -1.5, 0.0], rtol=1e-15)
    assert not conjugate_gradients(lambda v: hessian @ v, np.array([0.0, 0.0, 2.0]), 1e-10).any()
    assert not conjugate_gradients(lambda v: hessian @ v, np.zeros(3), 1e-10).any()


# Backtracking.


def bowl(x: Array) -> float:
    return float((x**2).sum() / 2)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(1.0, 1), (1.5, 1), (2.0, 1 / 2), (3.0, 1 / 2), (4.0, 1 / 4), (1e6, 2.0**-19), (2.0**40, 2.0**-30)],
)
def test_a_step_is_halved_until_the_function_falls_or_30_times(length: float, expected: float) -> None:
    x = np.array([3.0, 4.0])
    moved = backtracking_line_search(bowl, x, bowl(x), length * x, float(length * x @ x))
    np.testing.assert_array_equal(moved, x - expected * length * x)
    assert (bowl(moved) < bowl(x)) == (expected > 2**-30)


def test_a_fall_that_is_a_sliver_of_the_slope_is_not_enough() -> None:
    x = np.array([1.0])
    assert 0 < bowl(x) - bowl(x - 1.9999 * x) < 1e-4 * 1.9999
    assert backtracking_line_search(bowl, x, bowl(x), 1.9999 * x, 1.9999).tolist() == [1 - 1.9999 / 2]


def test_a_step_along_which_nothing_falls_and_nothing_should_is_taken_whole() -> None:
    assert backtracking_line_search(lambda x: 0.0, np.array([1.0]), 0.0, np.array([0.5]), 0.0).tolist() == [0.5]


@pytest.mark.parametrize("there", [np.inf, np.nan])
def test_a_step_is_halved_out_of_where_the_function_is_not_finite(there: float) -> None:
    def slope(x: Array) -> float:
        return float(x[0]) if abs(x[0]) < 1 else there

    assert backtracking_line_search(slope, np.array([0.75]), 0.75, np.array([6.0]), 6.0).tolist() == [0.75 - 6 / 4]


def test_the_rounding_of_the_value_does_not_hold_a_step_up() -> None:
    asked = 0

    def function(x: Array) -> float:
        nonlocal asked
        asked += 1
        return 1e6 * (1 + EPSILON)

    assert backtracking_line_search(function, np.array([1.0]), 1e6, np.array([1e-9]), 1e-12).tolist() == [1 - 1e-9]
    assert asked == 1
    backtracking_line_search(function, np.array([1.0]), 1e6 * (1 - 8 * EPSILON), np.array([1e-9]), 1e-12)
    assert asked == 32


@pytest.mark.parametrize("counts", [(2, 10**8, 10**8), (4, 45278128198217, 45278128198217, 45278128198217)])
def test_rates_up_to_the_inverse_curvature_spare_those_that_have_arrived_from_growing_their_rounding(
    counts: tuple[int, ...],
) -> None:
    q = np.array(counts) / sum(counts)

    def gradient(z: Array) -> Array:
        return cross_entropy_gradient(q, z)

    free = gradient_descent(gradient, np.zeros(q.size), tolerance=1e-12 * q)
    bounded = gradient_descent(gradient, np.zeros(q.size), optimizer=DeltaBarDelta(most=1 / q), tolerance=1e-12 * q)
    assert (free.outcome, bounded.outcome) == (Outcome.OUT_OF_STEPS, Outcome.CONVERGED)
    assert scipy.special.softmax(bounded.position) == pytest.approx(q, rel=2e-12)
