"""Weights near the largest float, whose sums and doubles overflow though the answer doesn't."""

import numpy as np
import pytest

from sce_cli.core import cross_entropy, cross_entropy_gradient, entropy, kl_divergence, probability_gradient
from tests.core import reference

LARGEST = float(np.finfo(np.float64).max)


@pytest.mark.parametrize(
    ("q", "p"),
    [
        ([1e308], [1.1e308]),
        ([1.7e308], [1e308]),
        ([LARGEST], [np.nextafter(LARGEST, 0)]),
        ([1.7e308, 1e308], [1e308, 1e308]),
        ([1e308], [1e307]),
        ([1.5e307], [1.5e308]),
        ([6e307], [1.5e306]),
        ([3e306], [LARGEST]),
    ],
)
def test_kl_divergence_of_huge_weights_is_within_4_ulps(q: list[float], p: list[float]) -> None:
    assert reference.nearest_float(reference.kl_divergence(q, p), np.dtype(np.float64)) < np.inf
    assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4


def test_equal_huge_weights_have_no_divergence_and_too_large_a_divergence_is_infinite() -> None:
    assert kl_divergence([LARGEST, 1e308], [LARGEST, 1e308]) == 0
    assert kl_divergence([LARGEST], [1]) == np.inf
    assert kl_divergence([LARGEST, LARGEST], [1e308, 1e307]) == np.inf


def test_entropies_of_huge_weights_are_negative_and_finite_where_they_can_be() -> None:
    assert reference.ulps(entropy([1e300]), reference.entropy([1e300])) <= 4
    assert cross_entropy([1e300], [np.e]) == pytest.approx(-1e300, rel=1e-15)
    assert entropy([1e308]) == -np.inf


def test_a_gradient_by_tiny_probabilities_is_infinite_where_it_is_beyond_the_floats() -> None:
    assert probability_gradient([1, 1], [1e-310, 1]).tolist() == [-np.inf, -1]


def test_the_gradient_of_huge_weights_is_finite_though_their_sum_is_not() -> None:
    assert cross_entropy_gradient([1e308, 1.5e308], [0, 0]).tolist() == [2.5e307, -2.5e307]
