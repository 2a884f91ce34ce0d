"""The measuring rod itself: the twins' known values, correct rounding, and naive formulas that must fail."""

import numpy as np
import pytest

from sce_cli.core.checks import Array
from tests.core import reference
from tests.core.cases import SMALLEST, float32

double, single = np.dtype(np.float64), np.dtype(np.float32)


def test_the_twins_keep_50_digits_of_the_smallest_result() -> None:
    tiny = reference.exact.exp(-745)
    error = reference.log_softmax([745, 0])[0] + tiny - tiny**2 / 2
    assert abs(error) < tiny * reference.exact.mpf(10) ** -50
    assert abs(reference.softmax([-745, 0])[0] / (tiny - tiny**2) - 1) < reference.exact.mpf(10) ** -50


def test_the_twins_have_the_known_values() -> None:
    assert float(reference.logsumexp([2, 1, 0.1])) == pytest.approx(2.417030, abs=5e-7)
    assert float(reference.entropy([0.6, 0.4])) == pytest.approx(0.673012, abs=5e-7)
    assert float(reference.kl_divergence([0.5, 0.5], [0.9, 0.1])) == pytest.approx(0.5108, abs=5e-5)
    assert float(reference.cross_entropy([0.6, 0.4], [0.9, 0.1])) == pytest.approx(0.98425, abs=5e-6)
    assert reference.cross_entropy_from_logits([0, 1, 0], [1000, 0, 0]) == 1000
    assert reference.logsumexp([-np.inf]) == -np.inf


def test_values_are_rounded_to_the_nearest_float() -> None:
    third = reference.exact.mpf(1) / 3
    assert reference.nearest_float(third, double) == 1 / 3
    assert reference.nearest_float(third, single) == np.float32(1) / np.float32(3)
    assert reference.nearest_float(reference.exact.exp(-745), double) == SMALLEST
    assert reference.nearest_float(reference.exact.exp(-746), double) == 0
    assert reference.nearest_float(reference.exact.mpf(1e308) * -2, double) == -np.inf
    assert reference.nearest_float(reference.exact.mpf(1e39), single) == np.inf


def test_an_error_is_counted_in_units_of_the_reference() -> None:
    third = reference.exact.mpf(1) / 3
    assert 0 < reference.ulps(np.array(1 / 3), third) < 0.5
    assert 2.5 < reference.ulps(np.array(1 / 3 + 3 * np.spacing(1 / 3)), third) < 3.5
    assert 0 < reference.ulps(float32(1 / 3), [third]) < 0.5
    assert reference.ulps(np.array(2 * SMALLEST), reference.exact.zero) == 2


@pytest.mark.parametrize(
    ("actual", "expected"), [(np.nan, 1), (np.inf, 1), (-np.inf, np.inf), (1.0, np.inf), (np.nan, np.inf)]
)
def test_a_nan_or_a_wrong_infinity_is_infinitely_far_away(actual: float, expected: float) -> None:
    assert reference.ulps(np.array(actual), reference.exact.mpf(expected)) == np.inf


def test_the_right_infinity_has_no_error() -> None:
    assert reference.ulps(np.array(-np.inf), reference.exact.ninf) == 0
    assert reference.ulps(np.array(np.inf), reference.exact.mpf(1e308) * 2) == 0


def test_the_logarithm_of_softmax_fails_where_log_softmax_is_asked_for() -> None:
    exponentials = np.exp(np.array([0.0, -40.0]))
    naive = np.log(exponentials / exponentials.sum())
    assert reference.ulps(naive, reference.log_softmax([40, 0])) > 1e15


def test_the_plain_sum_fails_where_kl_divergence_is_asked_for() -> None:
    q, p = np.array([0.6, 0.4]), np.array([0.6 + 1e-9, 0.4 - 1e-9])
    naive: Array = np.asarray((q * np.log(q / p)).sum())
    assert reference.ulps(naive, reference.kl_divergence(q, p)) > 1e3
