"""The made sets: seeded, three classes, and as hard for a linear classifier as they are meant to be."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize  # type: ignore[import-untyped]

from sce_cli.core import cross_entropy_from_logits
from sce_cli.datasets import Table, load
from tests.each import for_each


def with_ones(table: Table) -> NDArray[np.float64]:
    return np.column_stack([table.features, np.ones(len(table.features))])


def accuracy_of_a_linear_classifier(table: Table) -> float:
    """Return the share of right answers of softmax regression, fitted by SciPy to all rows."""
    assert table.labels is not None
    inputs, targets = with_ones(table), np.eye(3)[table.labels]

    def loss(weights: NDArray[np.float64]) -> float:
        return float(cross_entropy_from_logits(targets, inputs @ weights.reshape(3, 3)).mean())

    weights = minimize(loss, np.zeros(9)).x.reshape(3, 3)
    return float(((inputs @ weights).argmax(axis=1) == table.labels).mean())


def linearly_separable(table: Table) -> bool:
    """Tell whether scores exist in which each row's class leads every other by 1: a linear programme's feasibility."""
    assert table.labels is not None
    rows = []
    for point, label in zip(with_ones(table), table.labels, strict=True):
        for other in set(range(3)) - {int(label)}:
            row = np.zeros((3, 3))
            row[label], row[other] = -point, point
            rows.append(row.ravel())
    return bool(linprog(np.zeros(9), A_ub=rows, b_ub=-np.ones(len(rows)), bounds=(None, None)).status == 0)


@for_each("seed", range(3))
@for_each(("name", "least", "most"), [("blobs", 0.92, 0.98), ("spiral", 0.4, 0.6)])
def test_made_sets_are_as_hard_as_they_should_be(name: str, least: float, most: float, seed: int) -> None:
    table = load(name, seed=seed)
    assert least < accuracy_of_a_linear_classifier(table) < most
    assert not linearly_separable(table)


def test_the_check_of_separability_sees_clouds_that_are_separable() -> None:
    table = load("blobs")
    assert table.labels is not None
    table.features[:] += 10 * np.array([[1, 0], [-1, 2], [-1, -2]])[table.labels]
    assert linearly_separable(table)
    assert accuracy_of_a_linear_classifier(table) == 1


@for_each("name", ["blobs", "spiral"])
def test_made_sets_are_seeded(name: str) -> None:
    table, again, other = load(name, seed=7), load(name, seed=7), load(name, seed=8)
    assert np.array_equal(table.features, again.features)
    assert not np.isclose(table.features, other.features).all(axis=0).any()
    assert table.labels is not None
    assert np.bincount(table.labels).tolist() == [100, 100, 100]
    assert (table.features.shape, table.feature_names, table.class_names) == ((300, 2), ("x0", "x1"), ("a", "b", "c"))


def test_a_spiral_without_noise_is_three_arms() -> None:
    table = load("spiral")
    assert table.labels is not None
    radius = np.hypot(*table.features.T)
    angle = np.arctan2(*table.features.T)
    off = np.angle(np.exp(1j * (angle - 4 * (table.labels + radius))))[radius > 0]
    assert np.std(off) == pytest.approx(0.2, rel=0.15)
    assert abs(np.mean(off)) < 0.05
    assert radius.max() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_sets_of_two_classes_have_the_shapes_that_they_are_named_after(seed: int) -> None:
    circles, xor, moons = (load(name, seed=seed) for name in ("circles", "xor", "moons"))
    for table in (circles, xor, moons):
        assert table.class_names == ("a", "b")
        assert table.labels is not None
        assert np.bincount(table.labels).tolist() == [150, 150]
    radius = np.hypot(*circles.features.T)
    np.testing.assert_array_less(0.95, ((radius < 0.75) == circles.labels).mean())
    np.testing.assert_array_equal(np.prod(xor.features, axis=1) < 0, xor.labels)
    assert 0.1 <= np.abs(xor.features).min() <= np.abs(xor.features).max() <= 1
    upper = np.abs(np.hypot(*moons.features.T) - 1) < 0.45  # three deviations
    lower = np.abs(np.hypot(moons.features[:, 0] - 1, moons.features[:, 1] - 0.5) - 1) < 0.45
    assert np.where(moons.labels == 0, upper, lower).mean() > 0.98
