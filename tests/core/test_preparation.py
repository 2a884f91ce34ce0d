"""What comes before training: the split keeps every row once, and standardised features have mean 0 and deviation 1."""

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.core import preparation as module
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels
from sce_cli.core.preparation import mean_and_scale, split_in_place, standardise, stratified_test_rows
from tests.core.cases import EPSILON, repeatable
from tests.each import for_each


def drawn_rows(labels: Labels, share: float, seed: int = 1) -> Labels:
    return stratified_test_rows(labels, share, np.random.default_rng(seed))


# The split.


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        ([10, 20, 40], 0.2, [2, 4, 8]),
        ([5, 5], 0.5, [2, 2]),
        ([10, 10], 0.01, [1, 1]),
        ([10, 10], 0.99, [9, 9]),
        ([2, 2, 1000], 0.25, [1, 1, 250]),
        ([0, 6, 0, 3], 1 / 3, [0, 2, 0, 1]),
        ([3], 0.5, [2]),
    ],
)
def test_each_class_gives_its_share_but_at_least_one_row_and_never_all(
    counts: list[int], share: float, expected: list[int]
) -> None:
    labels = np.random.default_rng(2).permutation(np.repeat(np.arange(len(counts)), counts))
    rows = drawn_rows(labels, share)
    assert np.bincount(labels[rows], minlength=len(counts)).tolist() == expected
    assert (np.diff(rows) > 0).all()


@repeatable
@given(
    st.lists(st.integers(2, 30), min_size=1, max_size=6), st.floats(1e-9, 1, exclude_max=True), st.integers(0, 2**32)
)
def test_any_share_keeps_every_row_in_exactly_one_part_and_every_class_in_both(
    counts: list[int], share: float, seed: int
) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    numbers = np.arange(len(labels))
    train, test = split_in_place(numbers.copy(), drawn_rows(labels, share, seed))
    assert sorted([*train, *test]) == numbers.tolist()
    for part in (train, test):
        assert (np.bincount(labels[part], minlength=len(counts)) > 0).all()
    drawn, wanted = np.bincount(labels[test]), share * np.array(counts)
    assert (np.abs(drawn - np.clip(wanted, 1, np.array(counts) - 1)) <= 0.5).all()


def test_without_a_share_there_is_no_test_part() -> None:
    assert drawn_rows(np.array([0, 1, 1]), 0).shape == (0,)
    train, test = split_in_place(np.arange(3), drawn_rows(np.array([0, 1, 1]), 0.0))
    assert (train.tolist(), test.tolist()) == ([0, 1, 2], [])


def test_the_split_is_the_seeds() -> None:
    labels = np.arange(100) % 3
    np.testing.assert_array_equal(drawn_rows(labels, 0.3, seed=5), drawn_rows(labels, 0.3, seed=5))
    assert drawn_rows(labels, 0.3, seed=5).tolist() != drawn_rows(labels, 0.3, seed=6).tolist()


def test_each_class_gives_the_first_of_its_rows_in_a_shuffled_order_so_that_a_seed_means_the_same_everywhere() -> None:
    labels = np.random.default_rng(6).integers(3, size=500)
    shuffled = np.random.default_rng(1).permutation(500).tolist()
    expected = []
    for label in range(3):
        rows = [row for row in shuffled if labels[row] == label]
        expected += rows[: round(0.3 * len(rows))]
    assert drawn_rows(labels, 0.3, seed=1).tolist() == sorted(expected)


def test_every_row_is_as_likely_in_the_test_part() -> None:
    labels = np.repeat([0, 1], [4, 12])
    drawn = np.zeros(16)
    random = np.random.default_rng(3)
    for _ in range(2000):
        drawn[stratified_test_rows(labels, 0.25, random)] += 1
    assert np.abs(drawn / 2000 - 0.25).max() <= 5 * np.sqrt(0.25 * 0.75 / 2000)


def test_a_class_with_one_row_is_refused() -> None:
    with pytest.raises(ValueError, match="every class must have at least two rows, class 2 has one"):
        drawn_rows(np.array([0, 0, 2, 3, 0, 3]), 0.5)


# Moving rows.


@for_each("chunk", [1, 7, 65_536])
@for_each("layout", ["row-major", "column-major", "view", "vector", "texts"])
def test_the_parts_are_the_rows_in_their_order(monkeypatch: pytest.MonkeyPatch, layout: str, chunk: int) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    matrix = np.arange(60.0).reshape(20, 3)
    array = {
        "row-major": matrix,
        "column-major": np.asfortranarray(matrix),
        "view": np.repeat(matrix, 2, axis=0)[::2, ::-1],
        "vector": np.arange(20),
        "texts": np.array([f"text {n}" for n in range(20)]),
    }[layout]
    before, rows = array.copy(), np.array([0, 3, 4, 11, 19])
    train, test = split_in_place(array, rows)
    np.testing.assert_array_equal(test, before[rows])
    np.testing.assert_array_equal(train, np.delete(before, rows, axis=0))
    assert np.shares_memory(train, array)
    assert not np.shares_memory(test, array)


# Standardising.


def features_of(kind: str) -> Array:
    random = np.random.default_rng(4)
    normal = random.normal(size=(500, 3))
    return {
        "ordinary": normal * [1, 5, 0.1] + [0, 20, -3],
        "far from 0": normal * 1e-4 + [1e6, -1e6, 1e3],
        "huge": normal * 1e200,
        "tiny": normal * 1e-200,
        "of any size": normal * [1e-300, 1, 1e300],
        "one outlier": np.where(np.arange(500)[:, np.newaxis] == 7, 1e9, normal),
        "two values": (normal > 0).astype(float),
        "column-major": np.asfortranarray(normal),
        "view": np.repeat(normal, 2, axis=0)[::2, ::-1],
    }[kind]


KINDS = ["ordinary", "far from 0", "huge", "tiny", "of any size", "one outlier", "two values", "column-major", "view"]


@pytest.mark.parametrize("kind", KINDS)
def test_mean_and_scale_are_those_of_mpmath(kind: str) -> None:
    features = features_of(kind)
    mean, scale = mean_and_scale(features)
    for d, column in enumerate(features.T):
        with mpmath.workdps(400):
            x = [mpmath.mpf(float(value)) for value in column]
            exact_mean = mpmath.fsum(x) / len(x)
            exact_scale = mpmath.sqrt(mpmath.fsum((value - exact_mean) ** 2 for value in x) / len(x))
            largest = float(max(abs(value) for value in x))
            assert abs(mean[d] - exact_mean) <= len(x) * EPSILON * largest
            assert abs(scale[d] / exact_scale - 1) <= 1e-13


@pytest.mark.parametrize("kind", KINDS)
def test_standardised_features_have_mean_0_and_deviation_1(kind: str) -> None:
    features = features_of(kind).copy(order="K")
    mean, scale = mean_and_scale(features)
    standardise(features, mean, scale)
    rounding = 1e-14 + 8 * EPSILON * np.abs(mean / scale)
    assert (np.abs(features.mean(axis=0)) <= rounding).all()
    np.testing.assert_allclose(features.std(axis=0), 1, rtol=1e-13)


def test_standardising_overwrites_with_the_given_mean_and_scale() -> None:
    features = np.array([[1.0, 10.0], [3.0, 30.0]])
    standardise(features, np.array([2.0, 0.0]), np.array([0.5, 10.0]))
    assert features.tolist() == [[-2, 1], [2, 3]]


@for_each("value", [0.0, 0.1, 7.0, -1e6 / 3, 1e300, 1e-310])
@for_each("examples", [1, 3, 1000, 100_000])
def test_a_constant_feature_becomes_0(examples: int, value: float) -> None:
    features = np.column_stack([np.full(examples, value), np.arange(examples)])
    mean, scale = mean_and_scale(features)
    assert (mean[0], scale[0]) == (value, 1)
    standardise(features, mean, scale)
    assert not features[:, 0].any()


def test_a_feature_that_deviates_by_rounding_alone_is_constant_and_one_that_deviates_by_more_is_not() -> None:
    features = np.array([[0.3, 1.0, 0.0], [0.1 + 0.2, 1 + 1e-12, 1e-300]])
    _, scale = mean_and_scale(features)
    assert scale[0] == 1
    np.testing.assert_allclose(scale[1:], [5e-13, 5e-301], rtol=1e-3)


@pytest.mark.parametrize("chunk", [1, 7, 10**9])
def test_mean_and_scale_do_not_depend_on_the_chunks(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    features = features_of("ordinary")
    mean, scale = mean_and_scale(features)
    monkeypatch.setattr(module, "CHUNK", chunk)
    mean_in_chunks, scale_in_chunks = mean_and_scale(features)
    np.testing.assert_allclose(mean_in_chunks, mean, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(scale_in_chunks, scale, rtol=1e-13)


def test_a_deviation_below_the_smallest_float_is_not_0() -> None:
    features = np.array([[0.0]] * 9 + [[5e-324]])
    mean, scale = mean_and_scale(features)
    assert scale[0] == 5e-324
    standardise(features, mean, scale)
    assert np.isfinite(features).all()
