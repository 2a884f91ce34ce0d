"""Softmax, its logarithm and logsumexp: against known values and mpmath, and their properties."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import cross_entropy_from_logits, log_softmax, logsumexp, softmax
from sce_cli.core.checks import Array
from sce_cli.core.stable import accurate_sum, softmax_and_log
from tests.core import reference
from tests.core.cases import EPSILON, SMALLEST, logit_vectors, repeatable
from tests.each import for_each

DEFAULT = [2.0, 1.0, 0.1]


# Known values.


@pytest.mark.parametrize(
    ("z", "p"),
    [
        (DEFAULT, [0.659001, 0.242433, 0.098566]),
        ([1, 2], [0.268941, 0.731059]),
        ([0.1, 0.2], [0.475021, 0.524979]),
        ([1.5, 0.5], [0.731059, 0.268941]),
        ([7], [1]),
    ],
)
def test_softmax_has_the_known_values(z: list[float], p: list[float]) -> None:
    np.testing.assert_allclose(softmax(z), p, rtol=0, atol=5e-7)


@pytest.mark.parametrize(
    ("temperature", "p"), [(0.5, [0.864, 0.117, 0.019]), (2, [0.502, 0.304, 0.194]), (1e-3, [1, 0, 0])]
)
def test_softmax_at_a_temperature_has_the_known_values(temperature: float, p: list[float]) -> None:
    np.testing.assert_allclose(softmax(np.array(DEFAULT) / temperature), p, rtol=0, atol=5e-4)


def test_a_high_temperature_makes_softmax_uniform() -> None:
    np.testing.assert_allclose(softmax(np.array(DEFAULT) / 1e12), [1 / 3] * 3, rtol=1e-11)


def test_logsumexp_moves_with_a_shift() -> None:
    assert logsumexp(DEFAULT) == pytest.approx(2.417030, abs=5e-7)
    assert logsumexp(np.array(DEFAULT) + 5) == pytest.approx(7.417030, abs=5e-7)


def test_softmax_is_not_scale_invariant() -> None:
    assert softmax(2 * np.array(DEFAULT))[0] > softmax(DEFAULT)[0] + 0.2


def test_a_second_softmax_flattens() -> None:
    once, twice = softmax(DEFAULT), softmax(softmax(DEFAULT))
    assert -np.log(once[0]) == pytest.approx(0.4170, abs=5e-5)
    assert -np.log(twice[0]) == pytest.approx(0.8021, abs=5e-5)


@pytest.mark.parametrize(("classes", "floor"), [(3, 0.5514), (10, 1.4612)])
def test_the_loss_of_a_second_softmax_has_a_floor(classes: int, floor: float) -> None:
    assert -log_softmax(np.eye(classes)[0])[0] == pytest.approx(floor, abs=5e-5)


def test_a_confident_answer_keeps_its_tiny_loss() -> None:
    assert log_softmax([40, 0])[0] == -4.248354255291589e-18
    assert log_softmax([745, 0])[0] == -5e-324


def test_a_score_of_a_thousand_does_not_overflow() -> None:
    assert softmax([1000, 0, 0]).tolist() == [1, 0, 0]
    assert log_softmax([1000, 0, 0]).tolist() == [0, -1000, -1000]
    assert logsumexp([1000, 0, 0]) == 1000


@for_each("classes", [1, 2, 10, 1000])
@for_each("score", [0.0, 1e308, -1e308])
def test_equal_scores_give_equal_shares(classes: int, score: float) -> None:
    z = np.full(classes, score)
    np.testing.assert_array_equal(softmax(z), 1 / classes)
    np.testing.assert_allclose(log_softmax(z), -np.log(classes), rtol=EPSILON)


# Against mpmath, in units in the last place.


@pytest.mark.parametrize("gap", [40, 400, 660, 680, 700, 708])
def test_the_tiny_loss_is_within_4_ulps_where_the_gap_itself_is_rounded(gap: float) -> None:
    random = np.random.default_rng(10)
    for z in np.stack([[0, -gap]] * 12) + random.uniform(-40, 40, size=(12, 2)) / 10:
        assert reference.ulps(log_softmax(z), reference.log_softmax(z)) <= 4, z


def test_softmax_of_small_whole_scores_is_within_5_halves_of_an_ulp() -> None:
    random = np.random.default_rng(5)
    for classes in random.integers(2, 40, size=200):
        z = random.integers(-2, 3, size=classes).astype(float)
        assert reference.ulps(softmax(z), reference.softmax(z)) <= 2.5, z


def test_the_loss_of_a_class_that_is_behind_is_as_good_as_correctly_rounded_whatever_the_shift() -> None:
    random = np.random.default_rng(5)
    for shift, gap in zip(100 * random.normal(size=300), random.uniform(1, 30, size=300), strict=True):
        z = np.array([shift, shift - gap])
        loss = reference.cross_entropy_from_logits([0, 1], z)
        assert reference.ulps(-log_softmax(z)[1], loss) <= 0.6, z
        assert reference.ulps(cross_entropy_from_logits([0, 1], z), loss) <= 0.6, z


def test_a_row_whose_rest_is_subnormal_changes_nothing_for_its_neighbours() -> None:
    z = np.array([[0.0, -720.0, -735.0], [2.0, 1.0, 0.1], [0.0, 0.0, -740.0], [3.0, -np.inf, -np.inf]])
    for function in (softmax, log_softmax, logsumexp):
        np.testing.assert_array_equal(function(z), [function(row) for row in z])


@pytest.mark.parametrize(
    "z",
    [
        [-0.12064807493558864, -1.4977916688946702, -5.835229933134253],
        [-0.003660806850710125, -5.366451979593477, -5.873798293872457],
        [-3.1415631784172606, -0.055544602887858945, -2.0760271093940035],
    ],
)
def test_logsumexp_is_within_4_ulps_where_half_of_the_logarithm_cancels(z: list[float]) -> None:
    assert _logsumexp_ulps(np.array(z)) <= 4


def _logsumexp_ulps(z: Array) -> float:
    expected = reference.logsumexp(z)
    size = max(abs(reference.nearest_float(expected, z.dtype)), abs(z.max()))
    return float(abs(reference.exact.mpf(float(logsumexp(z))) - expected) / reference.exact.mpf(np.spacing(size)))


def test_many_small_terms_beside_a_large_one_count_along_any_axis() -> None:
    z = np.append([0.0, 0.0], np.full(998, -39.2))
    columns = np.stack([z, z], axis=-1)
    log_p, p = reference.log_softmax(z), reference.softmax(z)
    assert reference.ulps(log_softmax(columns, axis=0)[:, 0], log_p) <= 4
    assert reference.ulps(softmax(columns, axis=0)[:, 0], p) <= 4
    assert reference.ulps(logsumexp(columns, axis=0)[:1], [reference.logsumexp(z)]) <= 4


@for_each("gap", [700, 709, 720, 740, 744.4, 745])
@for_each("classes", [10, 200])
def test_many_subnormal_terms_count_for_what_they_are(gap: float, classes: int) -> None:
    z = np.append(0.0, np.full(classes, -gap))
    assert reference.ulps(log_softmax(z)[:1], reference.log_softmax(z)[:1]) <= 4
    assert reference.ulps(logsumexp(z), reference.logsumexp(z)) <= 4


# Properties.


@repeatable
@given(logit_vectors())
def test_softmax_sums_to_1_and_lies_in_0_to_1(z: Array) -> None:
    p = softmax(z)
    assert ((p >= 0) & (p <= 1)).all()
    assert abs(sum(map(Fraction, p.tolist()), Fraction(-1))) <= 4 * EPSILON


@repeatable
@given(logit_vectors())
def test_log_softmax_is_never_positive(z: Array) -> None:
    assert (log_softmax(z) <= 0).all()


@repeatable
@given(logit_vectors(st.floats(-1e300, 1e300)))
def test_logsumexp_lies_between_the_maximum_and_the_maximum_plus_log_k(z: Array) -> None:
    rounding = 4 * np.spacing(max(abs(z.max()), np.log(z.size)))
    assert z.max() <= logsumexp(z) <= z.max() + np.log(z.size) + rounding


@repeatable
@given(logit_vectors(st.integers(-1000, 1000).map(float)))
def test_a_larger_score_never_gets_a_smaller_share(z: Array) -> None:
    assert (np.diff(softmax(z)[np.argsort(z)]) >= 0).all()


@repeatable
@given(logit_vectors(st.integers(-1000, 1000).map(float)), st.integers(-(10**15), 10**15))
def test_an_exact_shift_changes_nothing_but_logsumexp(z: Array, shift: int) -> None:
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=4 * EPSILON)
    np.testing.assert_allclose(log_softmax(z + shift), log_softmax(z), rtol=4 * EPSILON)
    moved, size = logsumexp(z) + shift, max(abs(z.max()), abs(z.max() + shift))
    assert abs(logsumexp(z + shift) - moved) <= 4 * np.spacing(size + 3)


@repeatable
@given(logit_vectors(st.floats(-700, 700)))
def test_log_softmax_is_idempotent(z: Array) -> None:
    once, gap = log_softmax(z), 1 + float(np.ptp(z[np.isfinite(z)]))
    np.testing.assert_allclose(log_softmax(once), once, rtol=8 * gap * EPSILON)


@repeatable
@given(logit_vectors(st.floats(-700, 0)))
def test_exp_of_log_softmax_is_softmax(z: Array) -> None:
    p, log_p = softmax(z), log_softmax(z)
    rounding = np.zeros_like(z)
    rounding[p > 0] = 4 * EPSILON * (1 - log_p[p > 0]) * p[p > 0] + SMALLEST
    assert (np.abs(np.exp(log_p) - p) <= rounding).all()


# Limits and infinities.


def test_a_masked_class_gets_nothing_and_the_others_share_as_if_it_were_not_there() -> None:
    z = [2.0, -np.inf, 1.0, 0.1]
    np.testing.assert_allclose(np.delete(softmax(z), 1), softmax(DEFAULT), rtol=4 * EPSILON)
    np.testing.assert_allclose(np.delete(log_softmax(z), 1), log_softmax(DEFAULT), rtol=4 * EPSILON)
    assert softmax(z)[1] == 0
    assert log_softmax(z)[1] == -np.inf
    assert logsumexp(z) == pytest.approx(float(logsumexp(DEFAULT)), rel=4 * EPSILON)


def test_one_class_that_is_not_masked_gets_everything() -> None:
    assert softmax([-np.inf, -1e308, -np.inf]).tolist() == [0, 1, 0]
    assert log_softmax([-np.inf, -1e308, -np.inf]).tolist() == [-np.inf, 0, -np.inf]


def test_logsumexp_of_nothing_but_masked_classes_is_minus_infinity() -> None:
    assert logsumexp([[-np.inf, -np.inf], [0, -np.inf]]).tolist() == [-np.inf, 0]


def test_the_largest_scores_that_differ_do_not_overflow() -> None:
    largest = float(np.finfo(np.float64).max)
    assert softmax([largest, -largest]).tolist() == [1, 0]
    assert log_softmax([largest, -largest]).tolist() == [0, -np.inf]
    assert logsumexp([largest, -largest]) == largest


# The sum that gives the rounding errors back.


@for_each("terms", [1, 2, 3, 7, 64, 1000])
@for_each("spread", [0, 5, 300])
def test_accurate_sum_is_within_1_ulp(terms: int, spread: float) -> None:
    random = np.random.default_rng(terms)
    for _ in range(20):
        values = random.random(terms) * 10 ** random.uniform(-spread, 0, size=terms)
        total = float(sum(map(Fraction, values.tolist())))
        assert abs(accurate_sum(values)[0] - total) <= np.spacing(total)


def test_accurate_sum_recovers_what_plain_addition_drops() -> None:
    values = np.append(1.0, np.full(1023, 2.0**-53))
    assert accurate_sum(values)[0] == 1 + 1023 * 2.0**-53


def test_accurate_sum_keeps_an_infinite_term_and_sums_each_row() -> None:
    rows = np.array([[1.0, np.inf, 2.0], [1.0, 2.0, 3.0]])
    assert accurate_sum(rows).tolist() == [[np.inf], [6]]


def test_both_at_once_are_the_same_digits() -> None:
    random = np.random.default_rng(3)
    for size in (1e-3, 1, 40, 1e3, 1e308):
        z = size * np.clip(random.normal(size=(50, 7)), -1, 1)
        z[random.random(z.shape) < 0.1] = -np.inf
        z[:, 0] = 0
        for logits in (z, z.clip(-1e30, 1e30).astype(np.float32)):
            p, log_p = softmax_and_log(logits)
            assert p.dtype == log_p.dtype == logits.dtype
            assert (p == softmax(logits)).all()
            assert (log_p == log_softmax(logits)).all()
