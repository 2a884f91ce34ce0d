"""Gradient descent: it gets to the minimum whatever the scale, and says so when it doesn't."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import scipy.special  # type: ignore[import-untyped]

from sce_cli.core import Outcome, cross_entropy_gradient, gradient_descent, maximum_likelihood_estimate
from sce_cli.core.checks import Array
from tests.core.cases import EPSILON, float32

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
EVERY_COUNT = pytest.mark.parametrize("counts", COUNTS, ids=lambda counts: f"{counts[:3]} of {len(counts)}")


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
        "diverged",
        "stopped at the step limit",
        "interrupted",
    ]


def test_a_descent_is_frozen() -> None:
    descent = gradient_descent(lambda x: x, [1.0])
    with pytest.raises(FrozenInstanceError):
        descent.steps = 7  # type: ignore[misc]
