"""Linear normalisation and the logarithmic mean: known values, and scores that have no shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import softmax
from sce_cli.core.linear import Linear, linear_normalisation, logarithmic_mean
from tests.core import reference
from tests.core.cases import EPSILON, SMALLEST, repeatable
from tests.each import for_each


@for_each(
    ("z", "worth", "shares"),
    [
        ([1, 3], Linear.COMPARABLE, [0.25, 0.75]),
        ([0, 2, 6], Linear.COMPARABLE, [0, 0.25, 0.75]),
        ([-1, -3], Linear.REVERSED, [0.25, 0.75]),
        ([0, -2], Linear.REVERSED, [0, 1]),
        ([5, 5], Linear.EQUAL, [0.5, 0.5]),
        ([-5, -5], Linear.EQUAL, [0.5, 0.5]),
        ([7], Linear.EQUAL, [1]),
        ([1, -3], Linear.MIXED, [-0.5, 1.5]),
        ([2, -1, 0.1], Linear.MIXED, [2 / 1.1, -1 / 1.1, 0.1 / 1.1]),
        ([1e308, 1e308, -1e308], Linear.MIXED, [1, 1, -1]),
        ([1e308, -1e308, 0.5], Linear.MIXED, [np.inf, -np.inf, 1]),
        ([1e16, 1, -1e16], Linear.MIXED, [1e16, 1, -1e16]),
        ([1, -1], Linear.ZERO_SUM, []),
        ([0.1, 0.2, -0.3], Linear.ZERO_SUM, []),
        ([0, 0], Linear.ZERO_SUM, []),
        ([1, -np.inf], Linear.MASKED, []),
        ([1e308, 1e308, 0], Linear.COMPARABLE, [0.5, 0.5, 0]),
        ([SMALLEST, 3 * SMALLEST], Linear.COMPARABLE, [0.25, 0.75]),
    ],
)
def test_linear_normalisation_gives_shares_and_says_what_they_are_worth(
    z: list[float], worth: Linear, shares: list[float]
) -> None:
    outcome, found = linear_normalisation(z)
    assert outcome is worth
    assert found == pytest.approx(shares, rel=1e-15)
    assert not np.signbit(found[found == 0]).any()


def test_linear_normalisation_is_scale_invariant_but_not_shift_invariant() -> None:
    z = np.array([2.0, 1.0, 0.5])
    assert linear_normalisation(8 * z)[1].tolist() == linear_normalisation(z)[1].tolist()
    assert linear_normalisation(z + 5)[1][0] < linear_normalisation(z)[1][0] - 0.1


def test_linear_normalisation_refuses_nan() -> None:
    with pytest.raises(ValueError, match="got nan"):
        linear_normalisation([1, np.nan])


def test_the_logarithmic_mean_is_that_of_mpmath() -> None:
    larger = np.array([2.0, 1.0, 1e308, 1e300, 1 + 1e-12, 5.0, 1.0])
    smaller = np.array([1.0, 0.1, 1e-308, SMALLEST, 1.0, 4.9, SMALLEST])
    exact = reference.logarithmic_mean(larger, smaller)
    assert (reference.ulp_errors(logarithmic_mean(larger, smaller), exact) <= 8).all()


def test_the_logarithmic_mean_with_0_is_0() -> None:
    assert logarithmic_mean([3.0, 1e-300], [0.0, 0.0]).tolist() == [0, 0]


@pytest.mark.parametrize(("larger", "smaller", "got"), [([-1.0], [1.0], "larger"), ([2.0], [-1.0], "smaller")])
def test_the_logarithmic_mean_refuses_negative_scores(larger: list[float], smaller: list[float], got: str) -> None:
    with pytest.raises(ValueError, match=rf"{got} must be finite and not negative, got -1\.0"):
        logarithmic_mean(larger, smaller)


@repeatable
@given(st.floats(1e-3, 30), st.floats(1e-3, 30))
def test_softmax_is_the_sharper_where_the_logarithmic_mean_exceeds_1(a: float, b: float) -> None:
    a, b = max(a, b), min(a, b)
    mean = 1.0 if a == b else float(logarithmic_mean([a], [b])[0])
    sharper = softmax([a, b])[0] - linear_normalisation([a, b])[1][0]
    assert sharper * (mean - 1) >= 0 or abs(sharper) <= 4 * EPSILON


@pytest.mark.parametrize(
    ("z", "soft", "linear"), [([2, 1], 0.731, 0.667), ([0.2, 0.1], 0.525, 0.667), ([1.5, 0.5], 0.731, 0.75)]
)
def test_the_known_comparisons(z: list[float], soft: float, linear: float) -> None:
    assert softmax(z)[0] == pytest.approx(soft, abs=5e-4)
    assert linear_normalisation(z)[1][0] == pytest.approx(linear, abs=5e-4)
