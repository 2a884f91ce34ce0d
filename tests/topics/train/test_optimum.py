"""The least value of an objective: against SciPy, where there is none, and where it isn't looked for."""

import numpy as np
import pytest
import scipy.optimize  # type: ignore[import-untyped]

from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.topics.train import optimum
from sce_cli.topics.train import run as training
from sce_cli.topics.train.run import Run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import unwatched
from tests.each import for_each

OVERLAPPING = np.array([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]]), np.array([0, 0, 0, 1, 1, 1])
APART = np.array([[-2.0], [-1.0], [-0.5], [0.5], [1.0], [2.0]]), np.array([0, 0, 0, 1, 1, 1])
ONE_APART = (
    np.array([[-2.0, 0], [-1.0, 0], [0.5, 0], [-0.5, 0], [1.0, 0], [2.0, 0], [0, 9], [0.5, 8], [-0.5, 8]]),
    np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]),
)


def objective(data: tuple[Array, Labels], l2: float = 0.0, smoothing: float = 0.0) -> Objective:
    features, labels = data
    return Objective(features, labels, int(labels.max()) + 1, l2, smoothing)


def run_of(train: Objective, optimizer: str = "gd", epochs: int = 0) -> Run:
    return training.run(optimizer, train, None, TrainSettings(epochs=epochs), unwatched)


def found(train: Objective, runs: list[Run]) -> tuple[float | None, str]:
    least = optimum.least_value(train, runs)
    return least.value, least.separability


def least_by_scipy(train: Objective) -> float:
    found = scipy.optimize.minimize(
        lambda x: train.evaluate(x.reshape(train.shape)).value,
        np.zeros(train.shape).ravel(),
        jac=lambda x: train.evaluate(x.reshape(train.shape)).gradient.ravel(),
        tol=1e-12,
    )
    return float(found.fun)


@for_each("optimizer", ["gd", "newton"])
@for_each(
    ("data", "l2", "smoothing"),
    [
        (OVERLAPPING, 0.0, 0.0),
        (OVERLAPPING, 0.1, 0.0),
        (OVERLAPPING, 0.0, 0.2),
        (APART, 0.1, 0.0),
        (APART, 0.0, 0.2),
        (ONE_APART, 0.01, 0.0),
    ],
)
def test_the_least_value_is_scipys(
    optimizer: str,
    data: tuple[Array, Labels],
    l2: float,
    smoothing: float,
) -> None:
    train = objective(data, l2, smoothing)
    least = optimum.least_value(train, [run_of(train, optimizer, epochs=60)])
    assert least.value == pytest.approx(least_by_scipy(train), rel=1e-9)
    assert least.separability == ""
    assert least.parameters is not None
    there = train.evaluate(least.parameters)
    assert there.value == least.value
    assert np.abs(there.gradient).max() == least.gradient <= 1e-10


@pytest.mark.parametrize("epochs", [0, 50])
def test_separable_classes_have_no_least_value_whether_or_not_the_run_separates_them(epochs: int) -> None:
    train = objective(APART)
    assert found(train, [run_of(train, epochs=epochs)]) == (None, "separable")


def test_a_run_that_separates_the_classes_by_little_is_proof_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    train = objective(APART)
    run = run_of(train, epochs=2)
    assert 0 < classifier.least_margin(run.parameters, train.features, train.labels) < 1
    monkeypatch.setattr(optimum, "MOST_NEWTON", 0)
    assert found(train, [run]) == (None, "separable")
    assert found(train, [run_of(train, epochs=0)]) == (None, "")


@pytest.mark.parametrize("epochs", [0, 50])
def test_one_class_that_is_apart_from_two_that_overlap_is_enough(epochs: int) -> None:
    train = objective(ONE_APART)
    assert found(train, [run_of(train, epochs=epochs)]) == (None, "partly separable")


def test_a_newton_run_that_has_converged_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    train = objective(OVERLAPPING, l2=0.1)
    newton = run_of(train, "newton", epochs=60)
    monkeypatch.setattr(optimum, "MOST_NEWTON", 0)
    assert found(train, [run_of(train), newton]) == (newton.objective[-1], "")
    unfinished = run_of(train, "newton", epochs=1)
    assert found(train, [unfinished]) == (None, "")


def test_a_minimum_that_takes_too_long_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    train = objective(OVERLAPPING)
    runs = [run_of(train)]
    cost = 6 * (2 * 2) ** 2
    monkeypatch.setattr(optimum, "MOST_NEWTON", cost)
    assert found(train, runs)[0] is not None
    monkeypatch.setattr(optimum, "MOST_NEWTON", cost - 1)
    assert found(train, runs) == (None, "")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_search_that_is_broken_off_claims_nothing(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    monkeypatch.setattr(optimum, "NEWTON_STEPS", steps)
    for l2 in (0.0, 0.1):
        train = objective(OVERLAPPING, l2)
        assert found(train, [run_of(train)]) == (None, "")
