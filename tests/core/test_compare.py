"""The distance between two routes to the same numbers."""

import math

import numpy as np
import pytest

from sce_cli.core import largest_error, rounding_of_sum


def test_the_error_of_a_large_number_is_relative_and_that_of_a_small_one_absolute() -> None:
    assert largest_error(np.array([1001.0]), np.array([1000.0])) == 1e-3
    assert largest_error(np.array([-999.0]), np.array([-1000.0])) == 1e-3
    assert largest_error(np.array([0.25]), np.array([0.125])) == 0.125
    assert largest_error(np.array([1.5]), np.array([1.0])) == 0.5


def test_the_error_is_relative_down_to_the_floor() -> None:
    assert largest_error(np.array([0.015625]), np.array([0.03125]), floor=0.0078125) == 0.5
    assert largest_error(np.array([0.0078125]), np.array([0.0]), floor=0.015625) == 0.5


def test_equal_infinities_have_no_error_and_a_single_one_is_infinite() -> None:
    assert largest_error(np.array([np.inf, 1.0]), np.array([np.inf, 1.0])) == 0
    assert largest_error(np.array([-np.inf, 1.0]), np.array([-np.inf, 3.0])) == 2 / 3
    assert largest_error(np.array([np.inf]), np.array([1.0])) == np.inf
    assert not np.isfinite(largest_error(np.array([1.0]), np.array([np.inf])))
    assert not np.isfinite(largest_error(np.array([-np.inf]), np.array([np.inf])))


def test_the_reference_is_the_second_argument() -> None:
    assert largest_error(np.array([2.0]), np.array([4.0])) == 0.5
    assert largest_error(np.array([4.0]), np.array([2.0])) == 1


@pytest.mark.parametrize("wrong", [0, 1, 2, 3])
def test_the_largest_of_all_errors_counts(wrong: int) -> None:
    values = np.zeros(4)
    values[wrong] = -0.5
    assert largest_error(values.reshape(2, 2), np.zeros((2, 2))) == 0.5


def test_equal_numbers_have_no_error() -> None:
    assert largest_error(np.array([3.0, 0.0]), np.array([3.0, 0.0])) == 0


def test_a_nan_is_not_hidden_by_a_smaller_error() -> None:
    assert np.isnan(largest_error(np.array([np.nan, 1.0]), np.array([1.0, 1.0])))


def test_a_plain_sum_stays_within_what_is_allowed_for_its_terms() -> None:
    terms = np.random.default_rng(0).uniform(size=(200, 1000))
    sums = np.add.accumulate(terms, axis=1)[:, -1]  # one addition after another; Python 3.12's sum() compensates
    exact = np.array([math.fsum(row) for row in terms.tolist()])
    error = largest_error(sums, exact)
    assert 0 < error <= rounding_of_sum(1000)
    assert rounding_of_sum(10) < rounding_of_sum(1000)
