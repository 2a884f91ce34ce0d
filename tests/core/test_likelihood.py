"""Counts and their likelihood: known values, derivatives by finite differences, boundaries and underflow."""

import numpy as np
import pytest
import scipy.integrate  # type: ignore[import-untyped]
import scipy.stats  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import (
    central_difference,
    cross_entropy,
    entropy,
    likelihood,
    log_likelihood,
    log_likelihood_curvature,
    log_likelihood_gradient,
    maximum_likelihood_estimate,
)
from sce_cli.core.checks import Array
from tests.core.cases import EPSILON, SMALLEST, distributions, repeatable

BALLS = (6, 4)
GRID = np.linspace(0.01, 0.99, 99)
CURVE = np.stack([GRID, 1 - GRID], axis=-1)


# Known values.


def test_the_likelihood_of_6_white_and_4_black() -> None:
    assert likelihood(BALLS, [0.6, 0.4]) == pytest.approx(0.0011943936, rel=1e-14)
    assert log_likelihood(BALLS, [0.6, 0.4]) == pytest.approx(-6.730117, abs=5e-7)


def test_the_derivatives_at_the_maximum() -> None:
    np.testing.assert_allclose(log_likelihood_gradient(BALLS, [0.6, 0.4]), [10, 10], rtol=4 * EPSILON)
    curvature = log_likelihood_curvature(BALLS, [0.6, 0.4])
    np.testing.assert_allclose(curvature, [-6 / 0.36, -4 / 0.16], rtol=4 * EPSILON)
    assert curvature.sum() == pytest.approx(-41.667, abs=5e-4)


@pytest.mark.parametrize(
    ("counts", "estimate"),
    [((6, 4), [0.6, 0.4]), ((0, 10), [0, 1]), ((7,), [1]), ((1, 2, 1), [0.25, 0.5, 0.25]), ((0, 0, 5), [0, 0, 1])],
)
def test_the_estimate_is_the_observed_share(counts: tuple[int, ...], estimate: list[float]) -> None:
    assert maximum_likelihood_estimate(counts).tolist() == estimate


def test_the_likelihood_is_not_a_density_of_p() -> None:
    area, _ = scipy.integrate.quad(lambda p: float(likelihood(BALLS, [p, 1 - p])), 0, 1)
    assert area == pytest.approx(1 / 2310, rel=1e-12)


def test_the_mean_loss_at_nine_tenths_is_not_the_slip_of_the_article() -> None:
    assert log_likelihood(BALLS, [0.9, 0.1]) / 10 == pytest.approx(-0.98425, abs=5e-6)


# Against independent twins.


@repeatable
@given(st.integers(0, 60), st.integers(0, 60).filter(bool), st.floats(0.01, 0.99))
def test_the_binomial_distribution_is_the_likelihood_times_the_number_of_orders(
    white: int, black: int, p: float
) -> None:
    orders = scipy.special.comb(white + black, white, exact=True)
    expected = scipy.stats.binom.pmf(white, white + black, p)
    np.testing.assert_allclose(orders * likelihood((white, black), [p, 1 - p]), expected, rtol=1e-11)


@pytest.mark.parametrize("counts", [BALLS, (1, 0), (0, 3), (50, 50)])
def test_the_logarithm_of_the_product_is_the_sum(counts: tuple[int, ...]) -> None:
    np.testing.assert_allclose(np.log(likelihood(counts, CURVE)), log_likelihood(counts, CURVE), rtol=1e-13)


@pytest.mark.parametrize("counts", [BALLS, (1, 0), (0, 3), (123456, 654321)])
def test_the_mean_loss_is_cross_entropy_along_the_whole_curve(counts: tuple[int, ...]) -> None:
    q = maximum_likelihood_estimate(counts)
    np.testing.assert_allclose(-log_likelihood(counts, CURVE) / sum(counts), cross_entropy(q, CURVE), rtol=8 * EPSILON)


# Properties.


counts_of_3 = st.tuples(*[st.integers(0, 10**6)] * 3).filter(any)


@repeatable
@given(counts_of_3, distributions(3))
def test_no_distribution_is_likelier_than_the_estimate(counts: tuple[int, ...], p: Array) -> None:
    best = log_likelihood(counts, maximum_likelihood_estimate(counts))
    assert log_likelihood(counts, p) <= best + 8 * EPSILON * abs(best)


@repeatable
@given(counts_of_3)
def test_the_smallest_mean_loss_is_the_entropy(counts: tuple[int, ...]) -> None:
    q = maximum_likelihood_estimate(counts)
    np.testing.assert_allclose(-log_likelihood(counts, q) / sum(counts), entropy(q), rtol=8 * EPSILON)


@repeatable
@given(counts_of_3)
def test_the_estimate_sums_to_1_and_keeps_the_proportions(counts: tuple[int, ...]) -> None:
    estimate = maximum_likelihood_estimate(counts)
    assert estimate.sum() == pytest.approx(1, abs=2 * EPSILON)
    np.testing.assert_allclose(estimate * sum(counts), counts, rtol=2 * EPSILON)


@repeatable
@given(counts_of_3, distributions(3))
def test_the_gradient_points_from_anywhere_towards_the_estimate(counts: tuple[int, ...], p: Array) -> None:
    p = p / 2 + 1 / 6
    towards = maximum_likelihood_estimate(counts) - p
    assert log_likelihood_gradient(counts, p) @ towards >= -1e-9 * sum(counts)


# Derivatives by finite differences.


@pytest.mark.parametrize("counts", [BALLS, (1, 0), (0, 3), (10**6, 1)])
def test_the_gradient_is_the_derivative(counts: tuple[int, ...]) -> None:
    def of_white(p: Array) -> Array:
        return log_likelihood(counts, np.stack([p, np.full_like(p, 0.3)], axis=-1))

    numeric = central_difference(of_white, GRID, 6e-6 * GRID)
    analytic = log_likelihood_gradient(counts, CURVE)[:, 0]
    np.testing.assert_allclose(analytic, numeric, rtol=1e-8)


@pytest.mark.parametrize("counts", [BALLS, (1, 0), (0, 3), (10**6, 1)])
def test_the_curvature_is_the_derivative_of_the_gradient(counts: tuple[int, ...]) -> None:
    def of_white(p: Array) -> Array:
        return log_likelihood_gradient(counts, np.stack([p, np.full_like(p, 0.3)], axis=-1))[:, 0]

    numeric = central_difference(of_white, GRID, 6e-6 * GRID)
    np.testing.assert_allclose(log_likelihood_curvature(counts, CURVE)[:, 0], numeric, rtol=1e-8)


# Limits and infinities.


def test_the_product_underflows_where_the_sum_does_not() -> None:
    counts = (111 * 6, 111 * 4)
    assert likelihood(counts, [0.6, 0.4]) == 0
    assert likelihood((110 * 6, 110 * 4), [0.6, 0.4]) > 0
    assert log_likelihood(counts, [0.6, 0.4]) == pytest.approx(-747.04, abs=5e-3)


def test_a_colour_never_drawn_counts_for_nothing() -> None:
    assert likelihood([3, 0], [1, 0]) == 1
    assert likelihood([3, 0], [0.5, 0]) == 0.125
    assert log_likelihood([3, 0], [1, 0]) == 0
    assert log_likelihood_gradient([3, 0], [1, 0]).tolist() == [3, 0]
    assert log_likelihood_curvature([3, 0], [1, 0]).tolist() == [-3, 0]


def test_an_impossible_colour_that_was_drawn_makes_the_likelihood_0() -> None:
    assert likelihood([3, 1], [1, 0]) == 0
    assert log_likelihood([3, 1], [1, 0]) == -np.inf
    assert log_likelihood_gradient([3, 1], [1, 0]).tolist() == [3, np.inf]
    assert log_likelihood_curvature([3, 1], [1, 0]).tolist() == [-3, -np.inf]


@pytest.mark.parametrize("p", [SMALLEST, 1e-310])
def test_a_gradient_too_large_for_a_float_is_infinite(p: float) -> None:
    assert log_likelihood_gradient([1, 1], [p, 1]).tolist() == [np.inf, 1]


@pytest.mark.parametrize("p", [SMALLEST, 1e-160, 1e-155])
def test_a_curvature_too_large_for_a_float_is_infinite(p: float) -> None:
    assert log_likelihood_curvature([1, 1], [p, 1]).tolist() == [-np.inf, -1]


def test_the_maximum_of_a_one_coloured_draw_lies_on_the_boundary_with_a_slope() -> None:
    gradient = log_likelihood_gradient([10, 0], maximum_likelihood_estimate([10, 0]))
    assert gradient.tolist() == [10, 0]


def test_the_largest_counts_keep_their_digits() -> None:
    assert maximum_likelihood_estimate([2**53 - 1, 1]).tolist() == [1 - 2.0**-53, 2.0**-53]
    assert maximum_likelihood_estimate([2**53]).tolist() == [1]
