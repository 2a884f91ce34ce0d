"""Entropy, cross-entropy and KL: against known values and mpmath, and their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import (
    cross_entropy,
    cross_entropy_from_logits,
    entropy,
    kl_divergence,
    log_softmax,
    one_hot,
    smooth_labels,
    softmax,
)
from sce_cli.core.checks import Array
from tests.core import reference
from tests.core.cases import (
    EPSILON,
    SMALLEST,
    distributions,
    pairs_of_distributions,
    repeatable,
)
from tests.each import for_each

DEFAULT = [2.0, 1.0, 0.1]


# Known values.


def test_entropy_of_6_white_and_4_black_in_every_unit() -> None:
    nats = float(entropy([0.6, 0.4]))
    assert nats == pytest.approx(0.673012, abs=5e-7)
    assert nats / np.log(2) == pytest.approx(0.9710, abs=5e-5)
    assert nats / np.log(10) == pytest.approx(0.2923, abs=5e-5)


@pytest.mark.parametrize(("q", "p", "divergence"), [([0.5, 0.5], [0.9, 0.1], 0.5108), ([0.9, 0.1], [0.5, 0.5], 0.3681)])
def test_kl_is_not_symmetric(q: list[float], p: list[float], divergence: float) -> None:
    assert kl_divergence(q, p) == pytest.approx(divergence, abs=5e-5)


def test_cross_entropy_is_not_the_slip_of_the_article() -> None:
    assert cross_entropy([0.6, 0.4], [0.9, 0.1]) == pytest.approx(0.98425, abs=5e-6)
    assert entropy([0.9, 0.1]) == pytest.approx(0.32508, abs=5e-6)


def test_cross_entropy_of_the_default_scores() -> None:
    assert cross_entropy_from_logits([1, 0, 0], DEFAULT) == pytest.approx(0.417030, abs=5e-7)
    assert cross_entropy([1, 0, 0], softmax(DEFAULT)) == pytest.approx(0.417030, abs=5e-7)


def test_cross_entropy_of_a_score_of_a_thousand_is_exactly_a_thousand() -> None:
    assert cross_entropy_from_logits([0, 1, 0], [1000, 0, 0]) == 1000


def test_softmax_loss_is_not_the_summed_sigmoid_loss() -> None:
    p = np.array([0.7, 0.2, 0.1])
    both = [np.stack([1 - p, p], axis=-1), np.stack([[0, 1, 1], [1, 0, 0]], axis=-1)]
    assert cross_entropy([1, 0, 0], p) == pytest.approx(0.357, abs=5e-4)
    assert cross_entropy(both[1], both[0]).sum() == pytest.approx(0.685, abs=5e-4)


@pytest.mark.parametrize(("classes", "loss"), [(3, 1.0986), (10, 2.3026), (1000, 6.9078)])
def test_the_untrained_loss_is_log_k(classes: int, loss: float) -> None:
    assert cross_entropy_from_logits(one_hot(0, classes), np.zeros(classes)) == pytest.approx(loss, abs=5e-5)
    assert entropy(np.full(classes, 1 / classes)) == pytest.approx(np.log(classes), rel=4 * EPSILON)


def test_a_smoothed_target_puts_a_floor_under_the_loss() -> None:
    assert entropy(smooth_labels(one_hot(0, 1000), 0.1)) == pytest.approx(1.0148, abs=5e-5)


# Against mpmath, in units in the last place.


@pytest.mark.parametrize(("q", "z"), [([0.5, 0.5], [1e308, -1e308]), ([0.25, 0.75, 0], [-1e308, 1e308, 0])])
def test_cross_entropy_from_logits_is_within_4_ulps_where_a_log_p_overflows_but_the_loss_does_not(
    q: list[float], z: list[float]
) -> None:
    assert reference.ulps(cross_entropy_from_logits(q, z), reference.cross_entropy_from_logits(q, z)) <= 4


@for_each("exponent", range(-300, 301, 25))
def test_one_term_of_kl_divergence_is_within_4_ulps_at_any_ratio(exponent: int) -> None:
    random = np.random.default_rng(5)
    for ratio in 10.0**exponent * random.uniform(0.9, 1.1, size=10):
        q, p = np.array([min(1, 1 / ratio)]), np.array([min(1, ratio)])
        assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4, (q, p)


@for_each("doublings", range(-8, 9))
def test_one_term_of_kl_divergence_is_within_4_ulps_about_each_power_of_two(doublings: int) -> None:
    random = np.random.default_rng(6)
    for spread in [0, *10 ** random.uniform(-16, -0.5, size=30)]:
        q = random.uniform(0.5, 1, size=1)
        p = q * 2.0**doublings * (1 + spread * random.choice([-1, 1]))
        assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4, (q, p)


@pytest.mark.parametrize(
    ("q", "p"),
    [
        (["0x1.3b5ae09d2644cp-1"], ["0x1.384bd6b44bb5ep-7"]),
        (["0x1.3baa59ebb9f74p-1"], ["0x1.26b9b65a43d5cp-7"]),
        (["0x1.38a2eca5c862bp-2", "0x1.63ae89ad1bceap-1"], ["0x1.5540075140808p-8", "0x1.fd557ff15d7f0p-1"]),
        (["0x1.27f5d3b420d5bp-3", "0x1.b6028b12f7ca9p-1"], ["0x1.1f79128503815p-9", "0x1.fee086ed7afc8p-1"]),
    ],
)
def test_kl_divergence_is_within_4_ulps_where_a_search_found_it_worst(q: list[str], p: list[str]) -> None:
    target, prediction = np.array([*map(float.fromhex, q)]), np.array([*map(float.fromhex, p)])
    assert reference.ulps(kl_divergence(target, prediction), reference.kl_divergence(target, prediction)) <= 4


TINY = np.full(999, SMALLEST)


def test_the_entropy_of_many_subnormal_entries_is_within_4_ulps() -> None:
    q = np.append(1.0, TINY)
    assert reference.ulps(entropy(q), reference.entropy(q)) <= 4


def test_the_cross_entropy_of_many_subnormal_entries_is_within_4_ulps() -> None:
    q, p = np.append(1.0, TINY), np.append(1.0, np.full(999, 1e-300))
    assert reference.ulps(cross_entropy(q, p), reference.cross_entropy(q, p)) <= 4


def test_the_kl_divergence_of_many_subnormal_entries_is_within_4_ulps() -> None:
    q, p = np.append(1.0, TINY), np.append(1.0, 2 * TINY)
    assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4


@for_each("smoothing", [1e-300, 1e-200, 1e-100, 1e-17, 1e-9, 0.1, 1])
@for_each("classes", [2, 10, 100])
def test_smoothed_targets_keep_the_bound(smoothing: float, classes: int) -> None:
    q, z = smooth_labels(one_hot(0, classes), smoothing), np.linspace(300, -300, classes)
    p = softmax(z)
    assert reference.ulps(entropy(q), reference.entropy(q)) <= 4
    assert reference.ulps(cross_entropy_from_logits(q, z), reference.cross_entropy_from_logits(q, z)) <= 4
    assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4


def test_a_thousand_classes_keep_the_bound() -> None:
    random = np.random.default_rng(7)
    q, p = random.dirichlet(np.ones(1000), size=2)
    z = random.normal(size=1000) * 5
    assert reference.ulps(entropy(q), reference.entropy(q)) <= 4
    assert reference.ulps(cross_entropy(q, p), reference.cross_entropy(q, p)) <= 4
    assert reference.ulps(cross_entropy_from_logits(q, z), reference.cross_entropy_from_logits(q, z)) <= 4
    assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4


def test_many_small_terms_beside_a_large_one_count_along_any_axis() -> None:
    q, p = np.append([0.5, 0.5], np.full(998, 1e-18)), np.append([0.4, 0.6], np.full(998, 4e-18))
    q_columns, p_columns = np.stack([q, q], axis=-1), np.stack([p, p], axis=-1)
    assert reference.ulps(entropy(q_columns, axis=0)[:1], [reference.entropy(q)]) <= 4
    assert reference.ulps(cross_entropy(q_columns, p_columns, axis=0)[:1], [reference.cross_entropy(q, p)]) <= 4
    assert reference.ulps(kl_divergence(q_columns, p_columns, axis=0)[:1], [reference.kl_divergence(q, p)]) <= 4


# Properties.


@repeatable
@given(pairs_of_distributions)
def test_cross_entropy_is_entropy_plus_divergence(pair: tuple[Array, Array]) -> None:
    q, p = pair
    np.testing.assert_allclose(entropy(q) + kl_divergence(q, p), cross_entropy(q, p), rtol=16 * EPSILON)


@repeatable
@given(pairs_of_distributions)
def test_kl_divergence_is_positive_unless_the_distributions_are_equal(pair: tuple[Array, Array]) -> None:
    q, p = pair
    assert (kl_divergence(q, p) > 0) == (q != p).any()
    assert kl_divergence(q, q) == 0


@repeatable
@given(st.floats(SMALLEST, 1e300), st.floats(SMALLEST, 1e300))
def test_each_term_of_kl_divergence_is_not_negative(q: float, p: float) -> None:
    assert kl_divergence([q], [p]) >= 0


@pytest.mark.parametrize("q", [0.1, 0.3, 0.5, 0.999])
def test_neighbouring_floats_have_a_positive_divergence_of_the_right_size(q: float) -> None:
    p = np.nextafter(q, 1)
    assert kl_divergence([q], [p]) == pytest.approx((p - q) ** 2 / (2 * q), rel=1e-14)


@repeatable
@given(st.integers(1, 8).flatmap(distributions))
def test_entropy_lies_between_0_and_log_k(q: Array) -> None:
    assert 0 <= entropy(q) <= np.log(q.size) * (1 + 4 * EPSILON)


@repeatable
@given(pairs_of_distributions)
def test_cross_entropy_is_never_below_entropy(pair: tuple[Array, Array]) -> None:
    q, p = pair
    assert cross_entropy(q, p) >= entropy(q) * (1 - 8 * EPSILON)


@repeatable
@given(st.integers(2, 6).flatmap(distributions), st.integers(0, 5))
def test_both_cross_entropies_agree(q: Array, seed: int) -> None:
    z = np.random.default_rng(seed).normal(size=q.size) * 3
    np.testing.assert_allclose(cross_entropy_from_logits(q, z), cross_entropy(q, softmax(z)), rtol=1e-14, atol=1e-15)


# Limits and infinities.


def test_a_certain_event_has_no_entropy() -> None:
    assert entropy([1, 0, 0]) == 0
    assert entropy([1]) == 0
    assert not np.signbit(entropy([1, 0, 0]))


def test_zero_times_log_zero_is_zero() -> None:
    assert cross_entropy([0, 1], [0, 1]) == 0
    assert kl_divergence([0, 1], [0, 1]) == 0
    assert cross_entropy_from_logits([0, 1], [-np.inf, 3]) == 0
    assert cross_entropy([0, 0.5, 0.5], [0, 0.5, 0.5]) == cross_entropy([0.5, 0.5], [0.5, 0.5])


def test_a_class_that_happens_though_impossible_costs_infinity() -> None:
    assert cross_entropy([0.5, 0.5], [1, 0]) == np.inf
    assert kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    assert cross_entropy([SMALLEST, 1], [0, 1]) == np.inf
    assert kl_divergence([SMALLEST, 1], [0, 1]) == np.inf
    assert cross_entropy_from_logits([0.5, 0.5], [3, -np.inf]) == np.inf


@for_each("p", [1e-310, 3e-312, 7 * SMALLEST, SMALLEST])
@for_each("q", [1.0, 0.7, 1e-3])
def test_a_ratio_beyond_the_floats_has_a_logarithm(q: float, p: float) -> None:
    assert reference.ulps(kl_divergence([q], [p]), reference.kl_divergence([q], [p])) <= 4


def test_many_terms_that_are_too_small_for_all_their_digits_add_up_to_a_number_that_has_them() -> None:
    random = np.random.default_rng(12)
    q = np.full(1000, 1e-300)
    p = q * (1 + 1e-5 * random.uniform(0.5, 1, size=1000))
    assert (kl_divergence(q[:, np.newaxis], p[:, np.newaxis]) < 1e-310).all()
    assert reference.ulps(kl_divergence(q, p), reference.kl_divergence(q, p)) <= 4


def test_a_row_of_tiny_weights_beside_a_row_of_huge_ones() -> None:
    q, p = np.array([[1e-305, 3e-305], [1e300, 1e305]]), np.array([[2e-305, 2e-305], [2e300, 3e305]])
    rows = [reference.kl_divergence(*row) for row in zip(q, p, strict=True)]
    assert (reference.ulp_errors(kl_divergence(q, p), rows) <= 4).all()


def test_a_loss_beyond_the_floats_is_infinite() -> None:
    assert cross_entropy([1e308, 1], [1e-300, 1]) == np.inf
    assert cross_entropy_from_logits([1e308, 1], [0, 1000]) == np.inf


def test_a_class_that_never_happens_costs_its_probability_in_each_term_of_kl() -> None:
    assert kl_divergence([0], [0.25]) == 0.25
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(np.log(2), rel=4 * EPSILON)


def test_only_the_row_with_the_impossible_class_is_infinite() -> None:
    assert cross_entropy([[0, 1], [1, 0]], [0.0, 1.0]).tolist() == [0, np.inf]
    assert kl_divergence([[0, 1], [1, 0]], [0.0, 1.0]).tolist() == [0, np.inf]


def test_logits_keep_the_loss_that_probabilities_have_lost() -> None:
    assert cross_entropy_from_logits([1, 0], [40, 0]) == 4.248354255291589e-18
    assert cross_entropy([1, 0], softmax([40, 0])) == 0
    assert cross_entropy_from_logits([0, 1], [2000, 0]) == 2000
    assert cross_entropy([0, 1], softmax([2000, 0])) == np.inf


# Targets.


def test_one_hot_adds_a_last_axis() -> None:
    assert one_hot(1, 3).tolist() == [0, 1, 0]
    assert one_hot([[0], [2]], 3).tolist() == [[[1, 0, 0]], [[0, 0, 1]]]
    assert one_hot(np.array([], dtype=np.int64), 3).shape == (0, 3)
    assert one_hot(np.uint8(2), 3).dtype == np.float64


@repeatable
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_the_largest_entry_of_one_hot_is_the_label(labels: list[int]) -> None:
    assert one_hot(labels, 10).argmax(axis=-1).tolist() == labels
    assert one_hot(labels, 10).sum() == len(labels)


def test_smoothing_spreads_a_share_evenly() -> None:
    np.testing.assert_allclose(smooth_labels([0, 1, 0, 0], 0.2), [0.05, 0.85, 0.05, 0.05], rtol=4 * EPSILON)
    assert smooth_labels([0, 1], 0).tolist() == [0, 1]
    assert smooth_labels([0, 1], 1).tolist() == [0.5, 0.5]
    assert smooth_labels([0, 1], 1e-300).tolist() == [5e-301, 1]


@repeatable
@given(st.integers(1, 8).flatmap(distributions), st.floats(0, 1))
def test_a_smoothed_target_still_sums_to_1(q: Array, smoothing: float) -> None:
    assert smooth_labels(q, smoothing).sum() == pytest.approx(1, abs=4 * EPSILON)


def test_smoothing_acts_on_each_row_of_a_batch() -> None:
    batch = one_hot([0, 2, 1], 3)
    assert smooth_labels(batch, 0.3).tolist() == [smooth_labels(q, 0.3).tolist() for q in batch]


def test_the_loss_of_a_smoothed_target_is_the_mean_of_both_losses() -> None:
    smoothed = cross_entropy_from_logits(smooth_labels([1, 0, 0], 0.3), DEFAULT)
    assert smoothed == pytest.approx(0.7 * -log_softmax(DEFAULT)[0] + 0.3 * -log_softmax(DEFAULT).mean(), rel=1e-15)
