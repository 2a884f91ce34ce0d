"""What `sce predict` claims and says: names and rows, ties, and how large a planted mistake is said to be."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.datasets import Table, plain_preparation
from sce_cli.datasets.model import Model
from sce_cli.study import Check
from sce_cli.topics.predict import all_rows_study as predictions
from sce_cli.topics.predict import study as predict
from tests.topics.predict.test_predict import LOGITS, MODEL, ROWS, table, truths_of

HONEST_SOFTMAX, HONEST_LOSS, HONEST_GRADIENT = core.softmax, core.cross_entropy_from_logits, core.cross_entropy_gradient


def error_of(checks: Iterable[Check], words: str) -> float:
    (error,) = [check.error for check in checks if words in check.claim]
    return error


def undecided(classes: int) -> tuple[Model, Table]:
    """Return a model that gives every class the score 0, and a table of one row."""
    names = tuple(f"class {k}" for k in range(classes))
    model = Model(np.zeros((classes, 1)), np.zeros(classes), np.zeros(1), np.ones(1), names, plain_preparation(["x"]))
    return model, table([0], model, [[3.0]])


def test_a_study_says_which_example_it_follows() -> None:
    for row in range(3):
        study = predict.study(MODEL, table([1, 2, 0]), row)
        assert (study.example.data, study.example.row) == ("t.csv", row)
        assert (study.example.feature_names, study.class_names) == (("x", "y"), ("a", "b", "c"))
    everything = predictions.study(MODEL, table([1, 2, 0]))
    assert (everything.data, everything.class_names) == ("t.csv", ("a", "b", "c"))
    assert truths_of(everything).labels.tolist() == [1, 2, 0]


@pytest.mark.parametrize("classes", [2, 40])
def test_of_many_equal_classes_the_first_two_are_the_first(classes: int) -> None:
    model, one = undecided(classes)
    study = predict.study(model, one, 0)
    assert (study.decision.predicted, study.decision.runner_up) == (0, 1)
    assert predictions.study(model, one).predicted.tolist() == [0]
    assert study.decision.lead.tolist() == [0]
    assert study.decision.lead_of_biases == 0


def test_of_equal_classes_among_many_the_first_are_named() -> None:
    model, one = undecided(40)
    best = np.isin(np.arange(40), [7, 12, 13, 16]).astype(float)
    study = predict.study(replace(model, bias=best), one, 0)
    assert (study.decision.predicted, study.decision.runner_up) == (7, 12)


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_rows_taken_in_blocks_are_the_rows(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "ROWS_AT_ONCE", block)
    study = predictions.study(MODEL, table([1, 2, 0]))
    log_p = LOGITS - np.log(np.exp(LOGITS).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(study.prediction, np.exp(log_p), rtol=1e-13)
    assert study.predicted.tolist() == [0, 1, 2]
    np.testing.assert_allclose(truths_of(study).losses, -log_p[[0, 1, 2], [1, 2, 0]], rtol=1e-13)
    assert truths_of(study).mean_loss == pytest.approx(-log_p[[0, 1, 2], [1, 2, 0]].mean(), rel=1e-13)
    assert truths_of(study).accuracy == 0
    assert all(0 <= check.error <= check.tolerance for check in study.checks)
    assert study.checks[0].tolerance == pytest.approx(7.9 * (32 + 3) * 2.0**-52, rel=1e-9, abs=0)
    partly = predictions.study(MODEL, table([0, 2, 2]))
    assert truths_of(partly).accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize("row", range(3))
def test_an_error_of_the_loss_is_relative_to_large_scores(row: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "cross_entropy_from_logits", lambda q, z: HONEST_LOSS(q, z) + 0.25)
    checks = predict.study(MODEL, table([1, 2, 0]), row).checks
    expected = 0.25 / max(1, np.abs(LOGITS[row]).max())
    assert error_of(checks, "loss = ln Σ") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("labels", "size"), [([0, 1, 2], 1.0), ([1, 2, 0], 5.3)])
def test_an_error_of_the_mean_loss_is_relative_to_a_large_one(
    labels: list[int], size: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = classifier.mean_loss_and_gradient
    monkeypatch.setattr(classifier, "mean_loss_and_gradient", lambda z, labels: honest(z, labels) - 0.25)
    study = predictions.study(MODEL, table(labels))
    assert max(1, truths_of(study).mean_loss) == pytest.approx(size, abs=0.05)
    assert error_of(study.checks, "mean loss") == pytest.approx(0.25 / max(1, truths_of(study).mean_loss), rel=1e-9)


def test_an_error_of_the_gradient_is_that_of_its_sum_and_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "cross_entropy_gradient", lambda q, z: HONEST_GRADIENT(q, z) - 0.25)
    checks = predict.study(MODEL, table([1, 2, 0]), 0).checks
    assert error_of(checks, "the gradient adds up to 0") == pytest.approx(0.75, rel=1e-12)
    largest = np.abs(HONEST_GRADIENT([0, 1, 0], LOGITS[0]) - 0.25).max()
    assert error_of(checks, "central differences") == pytest.approx(0.25 / largest, rel=1e-6)


@pytest.mark.parametrize(
    ("mistake", "softmax", "total"),
    [
        (lambda p: 0.5 * p, 0.5, 0.5),
        (lambda p: 0.75 * p, 0.25, 0.25),
        (lambda p: p + np.array([0.125, -0.125, 0]), 0.125, 0.0),
    ],
)
def test_an_error_of_the_softmax_is_that_of_its_entries_and_of_their_sum(
    mistake: Callable[[Array], Array], softmax: float, total: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "softmax", lambda z: mistake(HONEST_SOFTMAX(z)))
    for checks in (predict.study(MODEL, table(), 0).checks, predictions.study(MODEL, table()).checks):
        assert error_of(checks, "softmax = exp") == pytest.approx(softmax, rel=0.1)
        assert error_of(checks, "add up to 1") == pytest.approx(total, abs=1e-12)


def test_an_error_of_the_logits_is_relative_to_large_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = math.fsum

    def careless(terms: Any) -> float:
        """Add a quarter to sums that are not of absolute values."""
        given = list(terms)
        return honest(given) + (0.25 if min(given) < 0 else 0)

    monkeypatch.setattr(math, "fsum", careless)
    small = Model(
        weights=np.array([[0.25, 0], [-0.25, 0]]),
        bias=np.zeros(2),
        mean=np.zeros(2),
        scale=np.ones(2),
        class_names=("a", "b"),
        preparation=plain_preparation(["x", "y"]),
    )
    checks = predict.study(small, table(None, small, [[1.0, 0.0]]), 0).checks
    assert error_of(checks, "logits = W x + b") == pytest.approx(0.25, rel=1e-12)
    large = 2 * 0.5 + 1 * 2 / 2 + 10 * 2 / 5 + 0.1 + 4 * 0.5 + 5 * 2 / 5  # of class a: |w·x|, |w·mean|, |b|
    checks = predict.study(MODEL, table(rows=ROWS[:1]), 0).checks
    assert error_of(checks, "logits = W x + b") >= 0.25 / large - 1e-12


def test_the_lead_of_the_first_over_the_second_is_the_sum_of_its_parts() -> None:
    for row in range(3):
        study = predict.study(MODEL, table(), row)
        first, second = np.sort(LOGITS[row])[::-1][:2]
        assert study.decision.lead.sum() + study.decision.lead_of_biases == pytest.approx(first - second, rel=1e-12)
