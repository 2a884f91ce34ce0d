"""What a study of training says of itself: the data, the way, the first run, and what it was measured on."""

import math

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.descent import Outcome
from sce_cli.datasets import Table, load, plain_preparation
from sce_cli.topics.train import run as training
from sce_cli.topics.train.claims import target_entropy
from sce_cli.topics.train.settings import TrainSettings
from tests.topics.making import trained


def blobs(examples: int = 60, features: int = 2, classes: int = 3) -> Table:
    random = np.random.default_rng(11)
    labels, names = np.arange(examples) % classes, [f"x{d}" for d in range(features)]
    return Table(
        name="blobs",
        features=random.normal(size=(examples, features)) * 5 + 20 + labels[:, np.newaxis],
        labels=labels,
        class_names=tuple(f"class {k}" for k in range(classes)),
        preparation=plain_preparation(names, ["id", *names, "class"], "class"),
    )


def test_a_study_says_what_it_was_given() -> None:
    study = trained(blobs(), epochs=3, l2=0.25, label_smoothing=0.1, seed=7, test_fraction=0.25)
    assert study.data.name == "blobs"
    assert study.data.feature_names == ("x0", "x1")
    assert study.data.left_out == ("id",)
    assert study.data.class_names == ("class 0", "class 1", "class 2")
    assert (study.settings.l2, study.settings.label_smoothing, study.settings.seed, study.settings.test_fraction) == (
        0.25,
        0.1,
        7,
        0.25,
    )
    assert study.data.train_counts.tolist() == [15, 15, 15]
    assert study.data.test_counts.tolist() == [5, 5, 5]
    assert study.optimum.target_entropy == pytest.approx(target_entropy(3, 0.1), rel=1e-15)
    assert study.optimum.frequency_entropy == pytest.approx(math.log(3), rel=1e-15)
    assert study.data.standardisation.mean == pytest.approx([20.5, 20.5], abs=2)
    assert study.data.standardisation.scale == pytest.approx([5, 5], abs=1.5)


def test_a_study_speaks_of_its_first_run() -> None:
    study = trained(blobs(), optimizers=("momentum", "gd"), epochs=3, batch_size=9, learning_rate=0.01)
    first, second = study.runs
    assert (first.optimizer, second.optimizer) == ("momentum", "gd")
    assert (study.first.optimizer, study.first.learning_rate, study.first.batch_size) == ("momentum", 0.01, 9)
    assert (study.first.epochs, study.first.outcome) == (3, Outcome.OUT_OF_STEPS.value)
    assert study.first.suggested_rate is None
    model = study.model
    assert (model.class_names, model.feature_names, model.left_out) == (
        study.data.class_names,
        study.data.feature_names,
        study.data.left_out,
    )
    for holder, names in ((first, ("weights", "bias")), (study.data.standardisation, ("mean", "scale"))):
        for name in names:
            np.testing.assert_array_equal(getattr(model, name), getattr(holder, name))


@pytest.mark.parametrize(
    ("examples", "features", "rows", "weights"), [(60, 2, 48, 9), (60, 30, 48, 50), (900, 4, 500, 15)]
)
def test_a_study_says_how_much_of_the_gradient_it_checked(
    examples: int, features: int, rows: int, weights: int
) -> None:
    study = trained(blobs(examples, features), epochs=1)
    assert (study.gradient.examples, study.gradient.weights, study.gradient.directions) == (rows, weights, 10)
    assert study.gradient.error == study.checks[0].error <= study.gradient.tolerance == study.checks[0].tolerance


def test_the_same_seed_gives_the_same_errors_and_another_one_others() -> None:
    def errors(seed: int) -> list[float]:
        study = trained(blobs(), optimizers=("newton",), epochs=2, seed=seed, test_fraction=0)
        return [check.error for check in study.checks[:2]]

    assert errors(3) == errors(3)
    first, other = errors(3), errors(4)
    assert first[0] != other[0]
    assert first[1] != other[1]


@pytest.mark.parametrize(("fraction", "measured_on", "examples"), [(0.25, "test", 15), (0, "train", 60)])
def test_confusion_precision_and_recall_are_of_the_part_that_is_named(
    fraction: float, measured_on: str, examples: int
) -> None:
    study = trained(blobs(), epochs=20, test_fraction=fraction)
    assert study.reached.measured_on == measured_on
    confusion = study.reached.confusion
    assert confusion.shape == (3, 3)
    assert confusion.sum() == examples
    assert confusion.sum(axis=1).tolist() == [examples / 3] * 3
    for k in range(3):
        right, said = confusion[k, k], sum(confusion[:, k])
        assert study.reached.recall[k] == pytest.approx(right / (examples / 3), rel=1e-15)
        assert (
            math.isnan(study.reached.precision[k])
            if said == 0
            else study.reached.precision[k] == pytest.approx(right / said)
        )


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_loss_of_the_test_part_is_that_of_its_targets_smoothed_as_those_of_training(smoothing: float) -> None:
    run = trained(blobs(), epochs=20, l2=0.25, label_smoothing=smoothing).runs[0]
    parts = training.prepared(blobs(), TrainSettings())
    target = core.smooth_labels(core.one_hot(parts.test_labels, 3), smoothing)
    losses = core.cross_entropy_from_logits(target, parts.test @ run.weights.T + run.bias)
    assert run.test_loss[-1] == pytest.approx(losses.mean(), rel=1e-12)


def test_a_class_that_is_never_predicted_has_no_precision() -> None:
    table = blobs(40, 1, 2)
    table.features[:] = 0
    study = trained(table, test_fraction=0)
    assert study.reached.confusion.tolist() == [[20, 0], [20, 0]]
    assert study.reached.precision[0] == 0.5
    assert math.isnan(study.reached.precision[1])
    assert study.reached.recall.tolist() == [1, 0]


@pytest.mark.parametrize("standardize", [True, False])
def test_examples_of_two_features_are_kept_as_they_were_given_up_to_a_thousand(standardize: bool) -> None:
    for examples, kept in ((60, 60), (1200, 1000)):
        given = blobs(examples)
        rows, labels = given.features.copy(), given.labels
        assert labels is not None
        study = trained(given, epochs=1, test_fraction=0, standardize=standardize)
        np.testing.assert_allclose(study.picture.features, rows[:kept], rtol=1e-12)
        np.testing.assert_array_equal(study.picture.labels, (np.arange(examples) % 3)[:kept])
    three = trained(blobs(60, 3), epochs=1)
    assert three.picture.features.shape == (0, 3)
    assert three.picture.labels.shape == (0,)


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "sgd", "adam"])
def test_the_rate_that_is_suggested_suits_the_data_in_one_digit(optimizer: str) -> None:
    given = trained(load("iris"), optimizers=(optimizer,), learning_rate=1e4, epochs=50)
    assert given.first.lost
    rate = given.first.suggested_rate
    assert rate is not None
    assert f"{rate:.0e}" == f"{rate:.12e}".replace(".000000000000", "")
    plain = trained(load("iris"), optimizers=(optimizer,), epochs=1)
    assert plain.first.learning_rate is not None
    assert 0.5 * plain.first.learning_rate < rate <= plain.first.learning_rate
    little = trained(load("iris"), optimizers=(optimizer,), learning_rate=1.01 * rate, epochs=2)
    assert little.first.suggested_rate is None


def test_the_rate_that_is_suggested_is_a_tenth_at_most_of_the_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "default_learning_rate", lambda *_: 1e9)
    study = trained(load("iris"), learning_rate=400.0, epochs=50)
    assert study.first.outcome == Outcome.OVERSHOT.value
    assert study.first.suggested_rate == pytest.approx(40, rel=1e-12)
