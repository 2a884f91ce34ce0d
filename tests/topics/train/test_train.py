"""`sce train`: what it reaches, its claims, planted mistakes, the minimum, divergence, the view, what is refused."""

import csv
import io
import itertools
import json
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.optimize  # type: ignore[import-untyped]
import scipy.special  # type: ignore[import-untyped]
from matplotlib import rc_context
from rich.console import Console

from sce_cli import cli, core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Evaluation, Objective
from sce_cli.datasets import Table, load, plain_preparation
from sce_cli.drawing.plot import STYLE, render
from sce_cli.study import Watch
from sce_cli.topics.train import claims as train_claims
from sce_cli.topics.train import descent_view as descent
from sce_cli.topics.train import files_view as train_files
from sce_cli.topics.train import optimum
from sce_cli.topics.train import run as training
from sce_cli.topics.train import study as train
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.view import TrainView
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import assert_refused, run_sce
from tests.topics.making import trained

view = TrainView()

DATA = ("iris", "penguins", "digits", "blobs", "spiral")
OPTIMIZERS = ("gd", "sgd", "momentum", "adam", "newton")


def study_of(data: str = "iris", **how: Any) -> train.TrainStudy:
    return trained(load(data, seed=how.get("seed", 0)), **how)


once = cache(study_of)
"""study_of, for tests that look at the same study."""


def table(features: Any, labels: Sequence[int], names: Sequence[str] = ("a", "b", "c", "d")) -> Table:
    x = np.array(features, dtype=float)
    return Table(
        name="t.csv",
        features=x,
        labels=np.array(labels, dtype=np.intp),
        class_names=tuple(names[: max(labels) + 1]),
        preparation=plain_preparation([f"x{place}" for place in range(x.shape[1])], label_column="class"),
    )


def text_of(study: train.TrainStudy, unit: Unit = Unit.NATS, width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        for step in view.steps(study, unit):
            console.print(step.title, step.body, sep="\n")
    return captured.get() + view.result(study, unit)


def words(text: str) -> str:
    return " ".join(text.split())


def failed(study: train.TrainStudy) -> list[str]:
    return [check.claim for check in study.checks if not check.holds]


def same(first: train.TrainStudy, second: train.TrainStudy) -> bool:
    """Whether every number of every run is the same, bit for bit."""
    pairs = zip(first.runs, second.runs, strict=True)
    names = ("weights", "bias", "objective", "train_loss", "test_loss", "gradient_norm")
    return all(getattr(one, name).tobytes() == getattr(two, name).tobytes() for one, two in pairs for name in names)


# What it reaches


@pytest.mark.parametrize("data", ["iris", "penguins", "digits", "blobs"])
def test_the_defaults_reach_90_per_cent(data: str) -> None:
    study = once(data)
    assert study.reached.measured_on == "test"
    assert study.first.test_accuracy[-1] > 0.9
    assert study.data.test_counts.sum() >= 30
    assert not failed(study)
    assert "Least loss isn't most right" not in text_of(study)


FOUND = np.array([[11.0, 4, -1], [14, 9, -6], [-26, -13, 7]])
"""Weights and biases of the spiral's standardised features, found by small random changes that kept as many right."""


def test_least_loss_is_not_most_right() -> None:
    parts = training.prepared(load("spiral"), TrainSettings())
    train_part = Objective(parts.train, parts.train_labels, 3)
    least = newton_minimum(train_part)
    assert train_part.evaluate(least).accuracy == pytest.approx(0.52, abs=0.005)
    assert train_part.evaluate(FOUND).accuracy == pytest.approx(0.70, abs=0.005)
    losses = [train_part.evaluate(size * FOUND).loss for size in np.geomspace(0.001, 10, 60)]
    assert min(losses) > train_part.evaluate(least).loss + 0.1


def newton_minimum(train_part: Objective) -> Array:
    parameters: Array = np.zeros(train_part.shape)
    for _ in range(20):
        here = train_part.evaluate(parameters)
        parameters = parameters - core.newton_step(here.gradient, train_part.hessian(parameters))
    assert np.abs(train_part.evaluate(parameters).gradient).max() < 1e-10
    return parameters


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_optimiser_unwinds_the_spiral_and_the_view_says_so(optimizer: str) -> None:
    study = once("spiral", optimizers=(optimizer,))
    assert 1 / 3 < study.first.train_accuracy[-1] < 0.6
    assert study.first.test_accuracy[-1] < 0.6
    text = words(text_of(study))
    assert "nearly the least F there is" in text
    assert "Least loss isn't most right: other weights of the same model may get more right" in text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("data", ["iris", "penguins", "blobs"])
def test_every_optimiser_reaches_90_per_cent(data: str, optimizer: str) -> None:
    assert once(data, optimizers=(optimizer,)).runs[0].test_accuracy[-1] > 0.9


# Claims

WAYS: dict[str, dict[str, Any]] = {
    "no l2": {"l2": 0.0},
    "smoothed": {"label_smoothing": 0.1, "test_fraction": 0.0},
    "smoothed, no l2": {"label_smoothing": 0.1, "l2": 0.0},
    "as they are": {"standardize": False},
    "as they are, strong l2": {"standardize": False, "l2": 1.0, "test_fraction": 0.5},
    "uniform targets": {"label_smoothing": 1.0},
}


@for_each("way", WAYS)
@for_each("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("data", ["iris", "penguins", "spiral"])
def test_every_claim_holds(data: str, optimizer: str, way: str) -> None:
    study = study_of(data, optimizers=(optimizer,), epochs=5, **WAYS[way])
    assert not failed(study)
    assert study.first.outcome != "diverged"
    assert "nan" not in text_of(study)


@for_each("optimizer", ["sgd", "momentum", "adam"])
@for_each("batch", [1, 7, 60, 150])
def test_every_claim_holds_for_batches_of_any_size(optimizer: str, batch: int) -> None:
    study = study_of("blobs", optimizers=(optimizer,), epochs=3, batch_size=batch)
    assert not failed(study)
    assert study.first.batch_size == batch


@pytest.mark.parametrize("way", ["no l2", "as they are"])
def test_every_claim_holds_for_digits(way: str) -> None:
    assert not failed(study_of("digits", optimizers=("adam",), epochs=3, **WAYS[way]))


@pytest.mark.parametrize("l2", [1e-300, 1e-12, 1e6, 1e20, 1e100, 1e300])
def test_every_claim_holds_for_an_absurd_l2(l2: float) -> None:
    for optimizer in ("gd", "newton"):
        assert not failed(study_of("iris", optimizers=(optimizer,), epochs=2, l2=l2))


@pytest.mark.parametrize("size", [1e-100, 1e-5, 1e5, 1e100])
@pytest.mark.parametrize("standardize", [True, False])
def test_every_claim_holds_for_features_of_any_size(size: float, standardize: bool) -> None:
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    features = (random.normal(size=(60, 3)) + labels[:, np.newaxis]) * [size, 1, 0]
    for optimizer in OPTIMIZERS:
        study = trained(table(features, labels.tolist()), optimizers=(optimizer,), epochs=3, standardize=standardize)
        assert not failed(study), optimizer
        assert study.first.outcome != "diverged", optimizer


def beside(size: float, offset: float, features: int = 2) -> Table:
    """Return three classes that overlap, in features of one size around an offset."""
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    x = offset + size * (random.normal(size=(60, features)) + labels[:, np.newaxis] * [1, -1][:features])
    return table(x, labels.tolist())


@for_each("optimizer", OPTIMIZERS)
@for_each("l2", [0.0, 1e-3])
@pytest.mark.parametrize(
    ("size", "offset"), [(1.0, 1e4), (1e-3, 1e4), (1.0, 1e9), (1e-160, 0.0), (1e-310, 0.0), (1e-170, 1.0), (1e-8, 1e8)]
)
def test_every_claim_holds_for_features_as_they_are_far_from_0_or_next_to_it(
    size: float, offset: float, l2: float, optimizer: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = trained(beside(size, offset), optimizers=(optimizer,), epochs=20, l2=l2, standardize=False)
    assert not failed(study)


@for_each("batch", [None, 1, 7])
@for_each("split", [10, 50, 97])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_default_rate_never_diverges_on_a_column_of_years(optimizer: str, split: int, batch: int | None) -> None:
    years = table([[1900.0 + n] for n in range(101)], [int(n > split) for n in range(100)] + [0])
    study = trained(years, optimizers=(optimizer,), epochs=60, batch_size=batch, test_fraction=0.0, standardize=False)
    assert not failed(study)


@pytest.mark.parametrize(("data", "batch"), [("spiral", 1), ("blobs", 59), ("iris", 32)])
def test_every_two_optimisers_are_compared_with_a_batch_size_that_only_some_of_them_use(data: str, batch: int) -> None:
    for names in itertools.permutations(OPTIMIZERS, 2):
        study = study_of(data, optimizers=names, epochs=3, batch_size=batch)
        assert not failed(study), names
        examples = int(study.data.train_counts.sum())
        for run in study.runs:
            assert run.batch_size == (examples if run.optimizer in ("gd", "newton") else batch)
        if names[0] in ("gd", "newton"):
            assert f"one step an epoch, on all {examples} examples" in text_of(study)


def test_one_class_more_often_than_others_and_classes_without_features_that_tell() -> None:
    study = trained(table([[1.0]] * 12, [0] * 9 + [1] * 3), l2=0.0, test_fraction=0.0)
    assert not failed(study)
    assert study.first.outcome == "converged"
    assert study.data.standardisation.scale.tolist() == [1]
    assert study.first.train_loss[-1] == pytest.approx(study.optimum.frequency_entropy, rel=1e-12)
    assert study.first.bias[0] - study.first.bias[1] == pytest.approx(math.log(3), abs=1e-8)


def test_where_nothing_can_be_learnt_training_ends_at_once() -> None:
    study = trained(table([[1.0]] * 12, [0, 1] * 6), test_fraction=0.0)
    assert (study.first.epochs, study.first.outcome) == (0, "converged")
    assert not failed(study)
    text = text_of(study)
    assert "converged after 0 epochs" in text
    assert "No epoch was finished." in text


# Planted mistakes

EVALUATE, GRADIENT, HESSIAN = Objective.evaluate, Objective.gradient, Objective.hessian
KERNEL, PREDICTED = classifier._loss_and_gradient, classifier.predicted_classes
PENALTY = Objective._add_penalty


def evaluated(**changes: Callable[[Evaluation], Any]) -> Callable[[Objective, Array], Evaluation]:
    """Return an evaluation in which some fields are wrong."""

    def wrong(objective: Objective, parameters: Array) -> Evaluation:
        honest = EVALUATE(objective, parameters)
        return replace(honest, **{name: change(honest) for name, change in changes.items()})

    return wrong


def of_softmax(z: Array, labels: Any, smoothing: float, examples: int) -> float:
    z[:] = scipy.special.softmax(z, axis=0)
    return KERNEL(z, labels, smoothing, examples)


def without_half(objective: Objective, gradient: Array, parameters: Array) -> float:
    return 2 * PENALTY(objective, gradient, parameters)


def without_penalty_gradient(objective: Objective, gradient: Array, parameters: Array) -> float:
    return PENALTY(objective, np.zeros_like(gradient), parameters)


def diagonal_hessian(objective: Objective, parameters: Array) -> Array:
    return np.diag(np.diag(HESSIAN(objective, parameters)))


MISTAKES: dict[str, tuple[Any, str, Any, str, str]] = {
    "a sum for the mean": (
        classifier,
        "_loss_and_gradient",
        lambda z, labels, smoothing, examples: KERNEL(z, labels, smoothing, 1),
        "gradient = central differences",
        "gd",
    ),
    "softmax of softmax": (classifier, "_loss_and_gradient", of_softmax, "gradient = central differences", "gd"),
    "the gradient's sign": (
        Objective,
        "evaluate",
        evaluated(gradient=lambda here: -here.gradient),
        "gradient = central differences",
        "gd",
    ),
    "the gradient's sign, seen on the way": (
        Objective,
        "evaluate",
        evaluated(gradient=lambda here: -here.gradient),
        "a step against the gradient",
        "gd",
    ),
    "the gradient's sign in a batch": (
        Objective,
        "gradient",
        lambda objective, parameters, rows: -GRADIENT(objective, parameters, rows),
        "the objective stays below twice",
        "sgd",
    ),
    "a gradient without the biases": (
        Objective,
        "evaluate",
        evaluated(gradient=lambda here: here.gradient * [1, 1, 1, 1, 0]),
        "gradient = central differences",
        "gd",
    ),
    "a gradient without λ·W": (Objective, "_add_penalty", without_penalty_gradient, "gradient = central", "gd"),
    "a penalty without ½": (Objective, "_add_penalty", without_half, "F = the loss and λ/2·‖W‖²", "gd"),
    "a loss in bits": (
        Objective,
        "evaluate",
        evaluated(loss=lambda here: here.loss / math.log(2), value=lambda here: here.value / math.log(2)),
        "loss before training = ln K",
        "gd",
    ),
    "a loss of one example less": (
        Objective,
        "evaluate",
        evaluated(loss=lambda here: here.loss * (1.01 if here.accuracy > 0.5 else 1)),
        "loss = recomputed",
        "gd",
    ),
    "a gradient four times too long": (
        Objective,
        "evaluate",
        evaluated(gradient=lambda here: 4 * here.gradient),
        "gradient = central",
        "gd",
    ),
    "an accuracy of errors": (
        Objective,
        "evaluate",
        evaluated(accuracy=lambda here: 1 - here.accuracy),
        "accuracy = the diagonal",
        "gd",
    ),
    "predictions of the second class": (
        classifier,
        "predicted_classes",
        lambda parameters, features: (PREDICTED(parameters, features) + 1) % 3,
        "accuracy = the diagonal",
        "gd",
    ),
    "an Hessian of the diagonal alone": (Objective, "hessian", diagonal_hessian, "the Hessian", "newton"),
    "an Hessian twice as large": (
        Objective,
        "hessian",
        lambda objective, parameters: 2 * HESSIAN(objective, parameters),
        "the Hessian",
        "newton",
    ),
    "an Hessian without p pᵀ": (
        classifier,
        "_sums_of_others",
        np.ones_like,
        "the Hessian",
        "newton",
    ),
    "products with an Hessian without p pᵀ": (
        Objective,
        "hessian_vector_product",
        lambda objective, parameters: lambda v: objective.l2 * v,
        "the Hessian",
        "newton",
    ),
    "a step uphill": (
        core,
        "OPTIMIZERS",
        {"momentum": lambda rate: core.Momentum(-rate)},
        "the objective stays below twice",
        "momentum",
    ),
    "a smoothness four times too small": (
        Objective,
        "smoothness",
        lambda objective: 0.05,
        "no epoch raises the objective",
        "gd",
    ),
    "a minimum that is none": (
        optimum,
        "_by_newton",
        lambda objective: (optimum.Least(1.0, "", np.zeros(objective.shape)), *[np.zeros(objective.shape)] * 2),
        "never below the minimum",
        "gd",
    ),
    "an entropy of the smoothed targets that is too large": (
        train_claims,
        "target_entropy",
        lambda classes, smoothing: 2.0,
        "never below H(q)",
        "gd",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_its_claim(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, wrong, claim, optimizer = MISTAKES[mistake]
    smoothing = 0.1 if "smoothed" in mistake else 0.0
    how: dict[str, Any] = {"optimizers": (optimizer,), "label_smoothing": smoothing, "l2": 0.01, "epochs": 100}
    data = "digits" if "products" in mistake else "iris"
    assert not failed(study_of(data, **how))
    monkeypatch.setattr(where, name, wrong)
    study = study_of(data, **how)
    assert any(claim in named for named in failed(study)), failed(study)
    assert study.exit_code == 1


# The minimum


@pytest.mark.parametrize(
    ("data", "l2", "smoothing"),
    [
        *(("iris", 1e-3, 0.0), ("penguins", 0.1, 0.0), ("blobs", 0.0, 0.0), ("spiral", 1e-6, 0.2)),
        *(("digits", 1e-3, 0.0), ("digits", 0.1, 0.2)),
    ],
)
def test_the_minimum_is_scipys(data: str, l2: float, smoothing: float) -> None:
    study = study_of(data, l2=l2, label_smoothing=smoothing, test_fraction=0.0, epochs=2)
    examples = load(data)
    assert examples.labels is not None
    x = (examples.features - study.data.standardisation.mean) / study.data.standardisation.scale
    classes, width = len(examples.class_names), x.shape[1] + 1
    q = np.eye(classes)[examples.labels] * (1 - smoothing) + smoothing / classes

    def objective(flat: Array) -> tuple[float, Array]:
        theta = flat.reshape(classes, width)
        log_p = scipy.special.log_softmax(x @ theta[:, :-1].T + theta[:, -1], axis=1)
        slope = (np.exp(log_p) - q).T @ np.column_stack([x, np.ones(len(x))]) / len(x)
        slope[:, :-1] += l2 * theta[:, :-1]
        return -(q * log_p).sum() / len(x) + l2 / 2 * (theta[:, :-1] ** 2).sum(), slope.ravel()

    found = scipy.optimize.minimize(
        objective,
        np.zeros(classes * width),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 5000, "ftol": 0, "gtol": 1e-9},
    )
    assert study.optimum.minimum == pytest.approx(found.fun, rel=1e-8)
    assert study.optimum.minimum is not None
    assert study.optimum.minimum <= found.fun + 1e-12


@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam", "newton"])
def test_every_descent_converges_to_the_minimum(optimizer: str) -> None:
    study = study_of("blobs", optimizers=(optimizer,), l2=0.1, epochs=2000)
    assert study.first.outcome == "converged"
    assert study.first.epochs < 2000
    assert study.first.gradient_norm[-1] <= 1e-10
    assert study.optimum.minimum is not None
    assert study.first.objective[-1] == pytest.approx(study.optimum.minimum, abs=1e-15)
    assert "converged after" in text_of(study)
    assert "F is convex: there is one minimum" in text_of(study)


def test_newtons_method_squares_its_error() -> None:
    norms = once("blobs", optimizers=("newton",)).runs[0].gradient_norm
    assert norms[-1] <= 1e-10
    assert norms[-1] < norms[-2] ** 1.5
    assert once("blobs", optimizers=("newton",)).first.learning_rate is None


def test_of_many_parameters_newtons_error_falls_with_its_power_of_one_and_a_half() -> None:
    study = study_of("digits", optimizers=("newton",))
    norms = study.first.gradient_norm
    assert study.first.outcome == "converged"
    assert norms[-2] < 10 * norms[-3] ** 1.5
    assert norms[-1] < 10 * norms[-2] ** 1.5
    assert not failed(study)
    assert "by conjugate gradients" in text_of(study)
    assert "by conjugate gradients" not in text_of(once("blobs", optimizers=("newton",)))


def test_newtons_method_has_no_limit_of_parameters() -> None:
    random = np.random.default_rng(0)
    study = trained(table(random.normal(size=(60, 4000)), [0, 1, 2] * 20), optimizers=("newton",), l2=0.1)
    assert study.first.outcome == "converged"
    assert study.optimum.minimum is not None
    assert not failed(study)


def test_far_from_the_minimum_the_view_says_what_helps() -> None:
    near = words(text_of(study_of("penguins", epochs=1)))
    assert "Far from it still. Try more --epochs, or --optimizer newton." in near
    assert "crawls along the flat ones" not in near
    assert "crawls along the flat ones" in words(text_of(study_of("penguins", standardize=False)))


def test_a_minimum_that_takes_too_long_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "MOST_NEWTON", 100)
    study = study_of("iris", epochs=2)
    assert study.optimum.minimum is None
    assert not failed(study)
    assert "The exact minimum isn't known" in words(text_of(study))
    assert "min F" not in text_of(study)
    newton = study_of("iris", optimizers=("newton",))
    assert newton.optimum.minimum == newton.first.objective[-1]


def test_a_minimum_that_is_not_found_in_time_is_not_blamed_on_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "NEWTON_STEPS", 2)
    text = words(text_of(study_of("iris", epochs=2)))
    assert "The exact minimum isn't known: Newton's method takes too long here." in text
    assert "model of this size" not in text


# Separability

LINE = [[0.0], [1], [2], [4], [5], [6]]
PARTLY = ([[0.0, 0], [0, 0], [1, 0], [1, 0], [5, 5], [6, 5]], [0, 1, 0, 1, 2, 2])
NOT = (LINE, [0, 1, 0, 1, 0, 1])
THREE = ([[0.0, 0], [0, 1], [9, 0], [9, 1], [4, 9], [5, 9]], [0, 0, 1, 1, 2, 2])
XOR = ([[0.0, 0], [1, 1], [0, 1], [1, 0]], [0, 0, 1, 1])
TOUCHING = ([[0.0], [1], [1], [2]], [0, 0, 1, 1])

VERDICTS: dict[str, tuple[Any, str]] = {
    "two on a line": ((LINE, [0, 0, 0, 1, 1, 1]), "separable"),
    "three in the plane": (THREE, "separable"),
    "two of three mixed": (PARTLY, "partly separable"),
    "two that share a point": (TOUCHING, "partly separable"),
    "mixed": (NOT, ""),
    "exclusive or": (XOR, ""),
}


@for_each("optimizer", OPTIMIZERS)
@for_each("verdict", VERDICTS)
def test_separable_classes_have_no_minimiser(verdict: str, optimizer: str) -> None:
    data, expected = VERDICTS[verdict]
    study = trained(table(*data), optimizers=(optimizer,), l2=0.0, test_fraction=0.0, epochs=60)
    assert study.optimum.separability == expected
    assert (study.optimum.minimum is None) is bool(expected)
    assert not failed(study)
    text = words(text_of(study))
    assert ("no minimiser" in text) is bool(expected)
    assert ("The classes of the training part are linearly separable" in text) is (expected == "separable")
    assert ("Some classes of the training part are linearly separable" in text) is (expected == "partly separable")


@for_each("optimizer", ["gd", "newton"])
@for_each("verdict", VERDICTS)
def test_separability_of_many_parameters(verdict: str, optimizer: str) -> None:
    (features, labels), expected = VERDICTS[verdict]
    copies = np.tile(np.array(features), 200)
    study = trained(table(copies, labels), optimizers=(optimizer,), l2=0.0, test_fraction=0.0, epochs=60)
    assert study.first.weights.size > training.FEW_PARAMETERS
    assert study.optimum.separability == expected
    assert (study.optimum.minimum is None) is bool(expected)
    assert not failed(study)


@for_each("verdict", VERDICTS)
@for_each("how", [{"l2": 1e-6}, {"l2": 0.0, "label_smoothing": 0.1}])
def test_with_l2_or_smoothing_there_is_a_minimiser(verdict: str, how: dict[str, float]) -> None:
    study = trained(table(*VERDICTS[verdict][0]), test_fraction=0.0, epochs=60, **how)  # type: ignore[arg-type]
    assert study.optimum.separability == ""
    assert study.optimum.minimum is not None
    assert "minimiser" not in text_of(study)
    assert "separable" not in text_of(study)


def test_the_weights_of_separable_classes_grow_for_ever() -> None:
    sizes = [
        np.abs(trained(table(*THREE), l2=0.0, test_fraction=0.0, epochs=epochs).first.weights).max()
        for epochs in (100, 1000, 10_000)
    ]
    assert sizes[0] < sizes[1] < sizes[2]


# Steps that are too long


@for_each("optimizer", ["gd", "sgd", "momentum", "adam"])
@for_each("standardize", [True, False])
@for_each("rate", [1e3, 1e308])
def test_a_rate_that_is_too_large_is_noticed_and_the_suggested_one_is_not(
    optimizer: str, standardize: bool, rate: float
) -> None:
    how: dict[str, Any] = {"optimizers": (optimizer,), "standardize": standardize}
    study = study_of("penguins", learning_rate=rate, **how, epochs=20)
    assert study.first.lost
    assert study.first.outcome == "diverged" or rate == 1e3
    assert np.isfinite(study.first.weights).all()
    assert np.isfinite(study.first.objective).all()
    assert [*failed(study)] == ["the objective never rises above that of the untrained model"]
    assert study.exit_code == 1
    assert study.first.suggested_rate is not None
    assert study.first.suggested_rate < rate / 9
    text = words(text_of(study))
    assert f"✗ {optimizer} {study.first.outcome}" in text
    assert f"Try --learning-rate {study.first.suggested_rate:.2g}, which suits these data." in view.result(
        study, Unit.NATS
    )
    assert "Try more --epochs" not in text
    assert (train_files.saved(study) is None) is (study.first.outcome == "diverged")
    calm = study_of("penguins", learning_rate=study.first.suggested_rate, **how)
    assert not calm.first.lost
    assert not failed(calm)


def test_the_history_of_a_run_that_diverged_is_kept(tmp_path: Path) -> None:
    history, model = tmp_path / "h.csv", tmp_path / "m.npz"
    run = run_sce("train", "--learning-rate", "3", "--l2", "1", "--history", str(history), "--save", str(model))
    assert (run.exit_code, run.stderr) == (1, "")
    rows = list(csv.DictReader(io.StringIO(history.read_text())))
    objective = [float(row["objective"]) for row in rows]
    first = next(epoch for epoch, value in enumerate(objective) if value > objective[0] == pytest.approx(math.log(3)))
    assert (len(rows), objective[-1]) == (201, max(objective))
    assert f"diverged from epoch {first} on" in words(run.stdout)
    assert "With η·λ > 2 the penalty throws W farther with each step, and F grows without bound" in words(run.stdout)
    assert not model.exists()
    assert f"Notwritten:{model}" in "".join(run.stdout.split())


FAR_GONE: list[dict[str, Any]] = [
    {"learning_rate": 1e140},
    {"l2": 1e270, "optimizers": ("adam",)},
    {"l2": 1e270, "optimizers": ("adam",), "learning_rate": 1e10},
    {"learning_rate": 1e150, "l2": 1e-3, "optimizers": ("gd", "momentum", "adam", "newton", "sgd")},
    {"learning_rate": 1e308, "optimizers": ("sgd",)},
]
"""Runs that diverged, and how far."""


@pytest.mark.parametrize("how", FAR_GONE)
def test_a_run_that_diverged_is_drawn_however_far_it_went(how: dict[str, Any]) -> None:
    assert_drawn("blobs", how, Unit.BITS)  # whose numbers are the largest


@pytest.mark.search
@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("how", FAR_GONE)
@pytest.mark.parametrize("data", ["blobs", "digits"])
def test_a_run_that_diverged_is_drawn_in_every_unit(data: str, how: dict[str, Any], unit: Unit) -> None:
    assert_drawn(data, how, unit)


def test_the_weights_of_pictures_that_diverged_are_drawn() -> None:
    assert_drawn("digits", FAR_GONE[3], Unit.BITS)


def assert_drawn(data: str, how: dict[str, Any], unit: Unit) -> None:
    """Train a little and draw all figures, without a warning."""
    study = study_of(data, epochs=3, **how)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, figure in view.figures().items():
            assert render(partial(figure, study, unit), "svg").startswith(b"<?xml"), name


@for_each("standardize", [True, False])
@for_each("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("data", DATA)
def test_the_default_rate_never_diverges(data: str, optimizer: str, standardize: bool) -> None:
    study = study_of(data, optimizers=(optimizer,), standardize=standardize, epochs=5, test_fraction=0.1)
    assert not study.first.lost


# Several optimisers


def test_optimisers_are_compared_on_the_same_data() -> None:
    study = study_of("iris", optimizers=("gd", "adam", "newton"), epochs=50)
    assert [run.optimizer for run in study.runs] == ["gd", "adam", "newton"]
    for run in study.runs:
        alone = study_of("iris", optimizers=(run.optimizer,), epochs=50)
        assert run.objective.tolist() == alone.runs[0].objective.tolist()
    text = words(text_of(study))
    assert "The optimisers compared" in text
    assert "a: gd, b: adam, c: newton" in text
    assert "F − min F in nats over epochs, on a log axis" in text
    assert not failed(study)
    assert "The optimisers compared" not in text_of(once("iris"))


def test_a_run_that_ended_early_beside_longer_ones() -> None:
    study = study_of("iris", optimizers=("newton", "gd"), epochs=30)
    assert study.first.epochs < study.runs[1].epochs
    assert "converged" in text_of(study)


def test_another_run_that_diverged_is_explained_and_fails_its_claim() -> None:
    study = study_of("iris", optimizers=("newton", "gd", "momentum", "adam"), epochs=30, learning_rate=1e4)
    assert [run.outcome for run in study.runs] == ["converged", "diverged", "diverged", "overshot"]
    assert study.first.suggested_rate is None
    assert [*failed(study)] == ["the objective never rises above that of the untrained model"]
    assert study.exit_code == 1
    text = words(text_of(study))
    for run in study.runs[1:]:
        assert run.suggested_rate is not None
        calm = study_of("iris", optimizers=(run.optimizer,), epochs=30, learning_rate=run.suggested_rate)
        assert not failed(calm)
        assert f"✗ {run.optimizer} {run.outcome} " in text
        assert descent.remedy_for(run) in text
        assert f"Try --learning-rate {run.suggested_rate:.2g}, which suits" in text
    assert view.result(study, Unit.NATS).endswith("of newton; adam overshot; gd and momentum diverged")
    assert train_files.saved(study) is not None


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_in_ascii_every_glyph_has_a_word(optimizer: str) -> None:
    run = run_sce("train", "--ascii", "--compare", f"{optimizer},{'adam' if optimizer == 'gd' else 'gd'}", "--l2", "0")
    assert run.stdout.isascii()
    assert "\\u" not in run.stdout
    assert "\\x" not in run.stdout
    assert "theta <- theta - " in run.stdout


# Seeds, and the two parts


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_seed_gives_the_same_numbers_and_another_one_others(optimizer: str) -> None:
    first, again, other = (study_of("blobs", optimizers=(optimizer,), epochs=3, seed=seed) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)
    assert first.gradient.error == again.gradient.error


def test_the_order_of_batches_is_the_seeds() -> None:
    examples = [load("iris") for _ in range(3)]
    runs = [
        trained(one, optimizers=("sgd",), epochs=1, seed=seed, test_fraction=0.0)
        for one, seed in zip(examples, (1, 1, 2), strict=True)
    ]
    assert same(runs[0], runs[1])
    assert not same(runs[0], runs[2])


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5, 0.9])
def test_the_split_is_stratified_and_standardised_as_the_training_part_is(fraction: float) -> None:
    examples, whole = load("penguins"), load("penguins")
    assert whole.labels is not None
    counts = np.bincount(whole.labels)
    parts = training.prepared(examples, TrainSettings(test_fraction=fraction, seed=3))
    assert np.abs(np.bincount(parts.test_labels) - fraction * counts).max() <= 0.5 + 1e-9
    assert parts.train.mean(axis=0) == pytest.approx([0] * 4, abs=1e-13)
    assert parts.train.std(axis=0) == pytest.approx([1] * 4, rel=1e-13)
    assert np.abs(parts.test.mean(axis=0)).max() > 1e-3
    back = [tuple(row) for row in np.round([*parts.train, *parts.test] * parts.scale + parts.mean, 6).tolist()]
    labels = [*parts.train_labels.tolist(), *parts.test_labels.tolist()]
    expected = [tuple(row) for row in np.round(whole.features, 6).tolist()]
    assert sorted(zip(back, labels, strict=True)) == sorted(zip(expected, whole.labels.tolist(), strict=True))


def test_the_models_statistics_are_the_training_parts() -> None:
    study, parts = once("penguins"), training.prepared(load("penguins"), TrainSettings(standardize=False))
    assert study.data.standardisation.mean == pytest.approx(parts.train.mean(axis=0), rel=1e-14)
    assert study.data.standardisation.scale == pytest.approx(parts.train.std(axis=0), rel=1e-14)
    assert study.data.standardisation.mean.tolist() != pytest.approx(load("penguins").features.mean(axis=0), rel=1e-6)
    raw = study_of("penguins", standardize=False, epochs=1)
    assert (raw.data.standardisation.mean.tolist(), raw.data.standardisation.scale.tolist()) == ([0] * 4, [1] * 4)


def test_without_a_test_part_the_training_part_is_measured() -> None:
    study = study_of("iris", test_fraction=0.0, epochs=20)
    assert study.reached.measured_on == "train"
    assert study.reached.confusion.sum() == 150
    assert np.isnan(study.first.test_loss).all()
    text = text_of(study)
    assert "true class in the train part" in text
    assert "b: loss on the test part" not in text
    assert view.result(study, Unit.NATS).startswith("train accuracy")


# Confusion, precision, recall


def test_confusion_precision_and_recall_by_hand() -> None:
    x = [[-3.0], [-2], [2.5], [1], [2], [-1]]  # a border near 0 has the third and the last one wrong
    study = trained(table(x, [0, 0, 0, 1, 1, 1]), test_fraction=0.0, l2=1.0)
    assert study.reached.confusion.tolist() == [[2, 1], [1, 2]]
    assert study.reached.precision == pytest.approx([2 / 3, 2 / 3])
    assert study.reached.recall == pytest.approx([2 / 3, 2 / 3])


def test_the_confusions_rows_are_true_and_its_columns_predicted() -> None:
    study = trained(table([[0.0]] * 10, [0] * 6 + [1] * 3 + [2]), test_fraction=0.0, epochs=20)
    assert study.reached.confusion.tolist() == [[6, 0, 0], [3, 0, 0], [1, 0, 0]]
    assert study.reached.recall.tolist() == [1, 0, 0]
    assert study.reached.precision[0] == 0.6
    assert np.isnan(study.reached.precision[1:]).all()
    assert re_row(text_of(study), "b") == ["b", "-", "0.0%"]


def re_row(text: str, name: str) -> list[str]:
    """Return the cells of the last table's row of this name."""
    return next(line.split() for line in reversed(text.splitlines()) if line.split()[:1] == [name])


def test_many_classes_show_the_most_frequent_confusions() -> None:
    random = np.random.default_rng(0)
    labels = (np.arange(120) % 12).tolist()
    many = table(random.normal(size=(120, 2)), labels, [f"class {k}" for k in range(12)])
    text = words(text_of(trained(many, epochs=5)))
    assert "Most frequent confusions in the test part: class" in text
    assert " taken for class " in text


# Interruption


def stopped_at(epoch: int, optimizer: str = "gd") -> Watch:
    return lambda name, done, here: not (name == optimizer and done == epoch)


@pytest.mark.parametrize("epoch", [0, 1, 7])
def test_an_interrupted_run_is_the_beginning_of_a_whole_one(epoch: int) -> None:
    study, whole = study_of("iris", watch=stopped_at(epoch)), once("iris")
    assert (study.first.outcome, study.first.epochs) == ("interrupted", epoch)
    assert study.first.objective.tolist() == whole.runs[0].objective[: epoch + 1].tolist()
    assert study.first.weights.tolist() == study_of("iris", epochs=epoch or 1).first.weights.tolist() or epoch == 0
    assert study.exit_code == 130
    assert not failed(study)
    assert view.result(study, Unit.NATS).endswith(f"after {epoch} epoch{'s' * (epoch != 1)} of gd, interrupted")
    assert f"interrupted after {epoch} epoch" in text_of(study)


def test_an_interruption_ends_the_comparison() -> None:
    study = study_of("iris", optimizers=("gd", "adam", "newton"), epochs=5, watch=stopped_at(2, "adam"))
    assert [(run.optimizer, run.epochs) for run in study.runs] == [("gd", 5), ("adam", 2)]
    assert study.exit_code == 130
    assert text_of(study)


def test_every_epoch_is_told() -> None:
    told = []

    def watch(optimizer: str, epoch: int, here: Evaluation) -> bool:
        told.append((optimizer, epoch, here.value))
        return True

    study = study_of("iris", optimizers=("sgd", "gd"), epochs=3, watch=watch)
    assert [entry[:2] for entry in told] == [(name, epoch) for name in ("sgd", "gd") for epoch in range(4)]
    assert [entry[2] for entry in told] == [*study.first.objective, *study.runs[1].objective]


# The view and the files


def test_the_numbers_of_the_view() -> None:
    text = text_of(once("iris"))
    assert "loss: 1.099 nats" in text
    assert "setosa          40     10      0.3333" in text
    assert "They enter as (x − mean)/deviation of the training part." in text
    assert "p = 1/3 for every class" in text
    assert "worst relative error: " in text
    bits = text_of(once("iris"), Unit.BITS)
    assert "loss: 1.585 bits" in bits
    assert "CE = log₂ 3" in bits


def test_h_of_the_smoothed_targets_is_the_floor() -> None:
    study = study_of("iris", label_smoothing=0.3, epochs=5)
    q = np.array([0.8, 0.1, 0.1])
    assert study.optimum.target_entropy == pytest.approx(-(q * np.log(q)).sum())
    assert f"H(q) of the smoothed targets: {study.optimum.target_entropy:#.4g} nats, a floor" in text_of(study)
    assert "H(q)" not in text_of(once("iris"))


def test_a_studys_arrays_are_read_only() -> None:
    study = once("iris")
    records = (study.data, study.data.standardisation, study.reached, study.picture, *study.runs)
    arrays = [value for one in records for value in vars(one).values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 15
    assert not any(array.flags.writeable for array in arrays)


def test_the_history_has_a_row_an_epoch() -> None:
    study = study_of("iris", optimizers=("gd", "newton"), epochs=8, test_fraction=0.0)
    rows = list(csv.DictReader(io.StringIO(train_files.history(study).decode())))
    for run in study.runs:
        own = [row for row in rows if row["optimizer"] == run.optimizer]
        assert [int(row["epoch"]) for row in own] == list(range(run.epochs + 1))
        for column in ("objective", "train_loss", "train_accuracy", "gradient_norm"):
            assert [float(row[column]) for row in own] == getattr(run, column).tolist()
        assert {row["test_loss"] for row in own} == {""}
    tested = list(csv.DictReader(io.StringIO(train_files.history(once("iris")).decode())))
    assert [float(row["test_loss"]) for row in tested] == once("iris").runs[0].test_loss.tolist()


def test_json_is_strict_and_has_every_run() -> None:
    run = run_sce("train", "--compare", "gd,newton", "--epochs", "4", "--test-fraction", "0", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert [one["optimizer"] for one in document["runs"]] == ["gd", "newton"]
    assert document["runs"][0]["objective"][0] == pytest.approx(math.log(3))
    assert document["runs"][0]["test_loss"] == [None] * 5
    assert document["arguments"]["compare"] == ["gd", "newton"]
    assert document["arguments"]["test_fraction"] == 0
    assert run_sce("train", "--epochs", "1", "--json").json["arguments"]["test_fraction"] == 0.2
    assert [len(row) for row in document["runs"][0]["weights"]] == [4, 4, 4]


def test_features_are_chosen_by_name_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = "petal_width_cm,sepal_length_cm"
    assert cli.run(["train", "--features", chosen, "--epochs", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["data"]["feature_names"] == chosen.split(",")
    assert document["data"]["left_out"] == ["sepal_width_cm", "petal_length_cm"]
    assert len(document["picture"]["features"]) == 120
    assert document["data"]["standardisation"]["mean"] == pytest.approx([1.209167, 5.84], abs=1e-6)
    assert cli.run(["train", "--features", chosen, "--epochs", "3"]) == 0
    assert "Left out: sepal_width_cm, petal_length_cm." in words(capsys.readouterr().out)


def test_the_regions_are_the_models() -> None:
    study = trained(load("iris", features=["petal_length_cm", "petal_width_cm"]))
    regions = train.scores_at(study, np.array([1.4, 4.3, 6.0]), np.array([0.2, 2.3]))
    assert regions.shape == (3, 2, 3)
    assert regions[:, 0, 0].argmax() == 0
    assert regions[:, 1, 2].argmax() == 2
    drawn = train.scores_at(study, study.picture.features[:, 0], study.picture.features[:1, 1])[:, 0]
    scores = (
        study.first.weights
        @ (
            (
                study.picture.features[:, [0]] * [1, 0]
                + study.picture.features[:1] * [0, 1]
                - study.data.standardisation.mean
            )
            / study.data.standardisation.scale
        ).T
    )
    np.testing.assert_allclose(drawn, scores + study.first.bias[:, np.newaxis], rtol=1e-12, atol=1e-12)


def test_the_mean_pictures_are_those_of_the_training_part() -> None:
    study, table_of_digits = once("digits", epochs=5), load("digits")
    features = table_of_digits.features.copy()
    parts = training.prepared(table_of_digits, TrainSettings())
    assert study.picture.means.shape == (10, 64)
    back = parts.train * parts.scale + parts.mean
    for k in range(10):
        np.testing.assert_allclose(study.picture.means[k], back[parts.train_labels == k].mean(axis=0), atol=1e-9)
    assert study.picture.means.max() <= features.max()
    assert once("iris").picture.means.shape == (0, 4)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"learning_rate": 200.0, "epochs": 60},
        {"learning_rate": 2100.0},
        {"learning_rate": 1e308},
        {"optimizers": OPTIMIZERS, "epochs": 20},
        {"l2": 0.0, "optimizers": ("newton",)},
        {"label_smoothing": 0.1, "test_fraction": 0.0, "epochs": 1},
    ],
)
def test_each_step_has_its_panel_and_names_stay_on_the_page(how: dict[str, Any]) -> None:
    study = study_of("penguins", **how)
    titles = [step.title for step in view.steps(study, Unit.NATS)]
    assert titles[4:7] == ["Training", "How far from the optimum", "What was reached"]
    with rc_context(STYLE):
        figures = [draw(study, Unit.BITS) for draw in (*view.panels().values(), view.figures()["plot"])]
        for figure in figures:
            figure.draw_without_rendering()
            for text in (text for axes in figure.axes for text in (*axes.texts, axes.title)):
                extent = text.get_window_extent()
                assert extent.x0 >= 0, text
                assert extent.x1 <= figure.bbox.width, text
    assert {*view.panels()} == {5, 6, 7, 8}


def test_a_run_alone_is_named_only_beside_another_line() -> None:
    def names(**how: Any) -> list[str]:
        study = study_of("iris", test_fraction=0.0, epochs=3, **how)
        return [text.get_text() for text in view.panels()[5](study, Unit.NATS).axes[0].texts]

    assert names() == ["F", "min F"]
    assert names(l2=0.0) == []
    assert names(learning_rate=500.0) == ["F", "start"]


def test_the_optimisers_compared_are_not_shown_before_their_step() -> None:
    study = study_of("iris", optimizers=("gd", "newton"), epochs=5)
    assert [len(view.panels()[step](study, Unit.NATS).axes[0].lines) for step in (5, 6, 8)] == [3, 1, 2]


@pytest.mark.parametrize(
    ("data", "words_of_it"),
    [
        ("blobs", ["Decision regions of blobs", "x0", "x1"]),
        ("digits", ["The mean pictures of digits, and the weights", "for the class"]),
    ],
)
def test_the_boundary_is_drawn(data: str, words_of_it: list[str], tmp_path: Path) -> None:
    target = tmp_path / "b.svg"
    run = run_sce("train", "--data", data, "--epochs", "2", "--plot-boundary", str(target), "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    drawn = target.read_text(encoding="utf-8")
    for expected in words_of_it:
        assert expected in drawn
    if data == "digits":
        assert drawn.count("<image") >= 20


def test_two_constant_features_have_a_boundary_too(tmp_path: Path) -> None:
    data, target = tmp_path / "d.csv", tmp_path / "b.svg"
    data.write_text("x,y,class\n" + "1,2,a\n1,2,b\n" * 5)
    run = run_sce("train", "--data", str(data), "--plot-boundary", str(target), "--plot", str(tmp_path / "p.svg"))
    assert (run.exit_code, run.stderr) == (0, "")
    assert target.exists()


# What is refused

ONE_ALONE = "x,y,kind\n1,2,a\n2,3,a\n3,1,b\n4,1,b\n5,5,c\n"

BAD_INPUT = [
    ("--data iri", "--data 'iri' is not a data set or a file that can be read", "Give blobs, "),
    ("--data no.csv", "--data 'no.csv' doesn't exist", "Give blobs"),
    ("--data .", "--data '.' is not a data set", "Give blobs"),
    ("--data iris --label-column kind", "--label-column 'kind' is not a column of --data 'iris'", "The columns are"),
    ("--data blobs --label-column y", "--label-column 'y' doesn't go with --data 'blobs'", "Leave it out"),
    (
        "--features petal_lenght_cm",
        "--features 'petal_lenght_cm' is not a column",
        "Did you mean 'petal_length_cm'? sce train --features petal",
    ),
    ("--features species", "--features 'species' is the column of the classes", "--label-column NAME"),
    ("--features petal_width_cm,petal_width_cm", "is given twice", "Name each column once"),
    ("--features a,,b", "--features 'a,,b' has an empty place", "one name between commas"),
    ("--optimizer sdg", "--optimizer 'sdg' is not known", "Choose gd, sgd"),
    ("--compare gd,sdg", "--compare 'gd,sdg': 'sdg' is not known", "Choose gd, sgd"),
    ("--compare gd,gd", "--compare 'gd,gd' names one twice", "each one once"),
    ("--compare gd,", "--compare 'gd,': '' is not known", "Choose gd, sgd"),
    ("--optimizer adam --compare gd,adam", "--optimizer adam and --compare gd,adam exclude", "The first one"),
    ("--epochs 0", "--epochs '0' is less than 1", "at least 1"),
    ("--epochs 1.5", "--epochs '1.5' is not a whole number", "without a fraction"),
    ("--epochs 1000001", "--epochs '1000001' is more than 1000000", "at most 1000000"),
    ("--epochs many", "--epochs 'many' is not a number", "a number of epochs: sce train --epochs 5"),
    ("--learning-rate 0", "--learning-rate '0' is not a positive finite number", "--learning-rate 0.5"),
    ("--learning-rate -1", "--learning-rate '-1' is not a positive finite number", "--learning-rate 0.5"),
    ("--learning-rate inf", "--learning-rate 'inf' is not a positive", "--learning-rate 0.5"),
    ("--learning-rate nan", "--learning-rate 'nan' is not a positive", "--learning-rate 0.5"),
    ("--learning-rate 1e-400", "--learning-rate '1e-400' is not a positive", "--learning-rate 0.5"),
    ("--optimizer newton --learning-rate 1", "--learning-rate 1: newton has none", "Leave it out"),
    ("--compare newton --learning-rate 1", "--learning-rate 1: newton has none", "Leave it out"),
    ("--batch-size 0 --optimizer sgd", "--batch-size '0' is less than 1", "at least 1"),
    ("--batch-size 2.5 --optimizer sgd", "--batch-size '2.5' is not a whole number", "without a fraction"),
    ("--batch-size 8", "--batch-size 8: gd uses all examples", "--optimizer sgd"),
    ("--batch-size 8 --optimizer newton", "--batch-size 8: newton uses all examples", "--optimizer sgd"),
    ("--batch-size 8 --compare gd,newton", "--batch-size 8: gd,newton use all", "--optimizer sgd"),
    ("--l2 -1", "--l2 '-1' is not a finite number that isn't negative", "--l2 0.5"),
    ("--l2 inf", "--l2 'inf' is not a finite number", "--l2 0.5"),
    ("--l2 none", "--l2 'none' is not a finite number", "--l2 0.5"),
    ("--label-smoothing 1.1", "--label-smoothing '1.1' is not between 0 and 1", "such as 0.1"),
    ("--label-smoothing nan", "--label-smoothing 'nan' is not between 0 and 1", "such as 0.1"),
    ("--seed -1", "--seed '-1' is less than 0", "at least 0"),
    ("--seed 4294967296", "--seed '4294967296' is more than 4294967295", "at most"),
    ("--test-fraction 1", "--test-fraction '1' is not between 0 and 0.9", "such as 0.1"),
    ("--test-fraction -0.1", "--test-fraction '-0.1' is not between 0 and 0.9", "such as 0.1"),
    ("--plot loss.txt", "--plot 'loss.txt' doesn't end in .png, .svg, .pdf", "by the ending"),
    ("--plot-boundary b.csv", "--plot-boundary 'b.csv' doesn't end in", "by the ending"),
    ("--plot-boundary b.svg", "--plot-boundary 'b.svg' draws two features, not 4", "--features sepal_length_cm,sepal"),
    ("--plot-boundary no/b.svg", "--plot-boundary 'no/b.svg' is not a file in a folder", "folder of your own"),
    ("--history h.txt", "--history 'h.txt' doesn't end in .csv", "--history h.csv"),
    ("--history no/h.csv", "--history 'no/h.csv' is not a file in a folder", "folder of your own"),
    ("--save m", "--save 'm' doesn't end in .npz", "--save m.npz"),
    ("--save no/m.npz", "--save 'no/m.npz' is not a file in a folder", "folder of your own"),
    ("--data alone.csv", "--data 'alone.csv', row 4, column 'kind': the only row of class 'c'", "--test-fraction 0"),
    ("iris digits", "iris,digits are several data", "Name one: sce train iris"),
    ("--epoch 5", "--epoch", "--epochs"),
    ("--data alone.csv --history alone.csv", "--history 'alone.csv' would overwrite --data 'alone.csv'", "another"),
    ("--data x.npz --save ./x.npz", "--save 'x.npz' would overwrite --data 'x.npz'", "another"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: str,
    named: str,
    remedy: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alone.csv").write_text(ONE_ALONE)
    np.savez(tmp_path / "x.npz", X=np.eye(4), y=np.arange(4) % 2)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert_refused(["train", *arguments.split()], named, remedy, capsys)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_single_row_of_a_class_is_enough_without_a_test_part(tmp_path: Path) -> None:
    data = tmp_path / "alone.csv"
    data.write_text(ONE_ALONE)
    run = run_sce("train", "--data", str(data), "--test-fraction", "0", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.json["data"]["train_counts"] == [2, 2, 1]


@pytest.mark.parametrize("option", ["--plot", "--plot-boundary", "--history", "--save"])
def test_a_file_that_cannot_be_written_is_not_half_written(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = Path.replace
    files = {"--plot": "p.svg", "--plot-boundary": "b.svg", "--history": "h.csv", "--save": "m.npz"}

    def full(path: Path, target: Path) -> Path:
        if target.name == files[option]:
            raise OSError(28, "No space left on device")
        return honest(path, target)

    for name in files.values():
        (tmp_path / name).write_text("old")
    monkeypatch.setattr(Path, "replace", full)
    asked = [word for name, file in files.items() for word in (name, str(tmp_path / file))]
    assert cli.run(["train", "--data", "blobs", "--epochs", "2", *asked]) == 2
    stdout, stderr = capsys.readouterr()
    assert stdout == ""
    assert stderr.startswith(f"Error: {option} '")
    assert "can't be written: No space left on device.\n" in stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files.values())
    assert (tmp_path / files[option]).read_text() == "old"


def test_two_outputs_are_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "p.svg")
    given = ["train", "--data", "blobs", "--epochs", "2", "--plot", target, "--plot-boundary", target]
    assert cli.run(given) == 2
    assert not list(tmp_path.iterdir())
    capsys.readouterr()
    assert_refused(given, "--plot-boundary and --plot name the same file", "another", capsys)
