"""A linear softmax classifier on real data: its gradient checked, trained, and measured against the exact minimum."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.datasets import Table
from sce_cli.datasets.model import Model
from sce_cli.errors import ExitCode
from sce_cli.study import Check, Study, Watch
from sce_cli.topics.train.claims import (
    CHECKED_DIRECTIONS,
    CHECKED_ROWS,
    floor_checks,
    gradient_check,
    hessian_check,
    run_checks,
    start_checks,
    target_entropy,
)
from sce_cli.topics.train.optimum import least_value
from sce_cli.topics.train.run import (
    Run,
    prepared,
    run,
)
from sce_cli.topics.train.settings import TrainSettings

MOST_POINTS = 1000
"""Examples of two features that are kept for the picture of the decision regions."""


@dataclass(frozen=True, eq=False)
class TrainStudy(Study):
    """A trained classifier, how it was trained, and what it is worth. Losses are in nats, shares from 0 to 1.

    data: as it was asked for. feature_names: D names; left_out: columns that weren't used. class_names: K names.
    train_counts, test_counts: examples of each class, shape (K,). mean, scale: features enter as (x − mean)/scale,
    shape (D,). l2, label_smoothing: λ, ε. test_fraction: the share that was asked for.

    gradient_error: the largest relative error of the gradient on checked_rows examples, over checked_weights single
    weights and checked_directions random directions; gradient_tolerance: allowed.

    runs: one for each optimiser asked for; the first is the one that the rest speaks of. weights, bias: W, shape
    (K, D); b, shape (K,). suggested_rate: a learning rate to try where the run diverged, else None.

    target_entropy: H(q) of the smoothed targets, below which no loss falls. frequency_entropy: H of the training
    part's class frequencies, the least loss without inputs. minimum: the objective's least value, by Newton's method;
    None where that takes too long or isn't attained. separability: "" or "separable" or "partly separable", where no
    finite weights have the least loss.

    measured_on: "test", or "train" without a test part. confusion: examples there, shape (K, K), true class by
    predicted class. precision, recall: shape (K,), NaN where undefined. points, point_labels: training examples for
    the picture of two features, shape (P, 2) and (P,).
    """

    data: str
    feature_names: tuple[str, ...]
    left_out: tuple[str, ...]
    class_names: tuple[str, ...]
    train_counts: Labels
    test_counts: Labels
    mean: Array
    scale: Array
    l2: float
    label_smoothing: float
    seed: int
    test_fraction: float
    gradient_error: float
    gradient_tolerance: float
    checked_rows: int
    checked_weights: int
    checked_directions: int
    runs: tuple[Run, ...]
    optimizer: str
    learning_rate: float | None
    batch_size: int
    epochs: int
    outcome: str
    weights: Array
    bias: Array
    suggested_rate: float | None
    target_entropy: float
    frequency_entropy: float
    minimum: float | None
    separability: str
    measured_on: str
    confusion: Labels
    precision: Array
    recall: Array
    points: Array
    point_labels: Labels

    @property
    def model(self) -> Model:
        """What `sce predict` needs of it."""
        return Model(
            weights=self.weights,
            bias=self.bias,
            mean=self.mean,
            scale=self.scale,
            class_names=self.class_names,
            feature_names=self.feature_names,
            left_out=self.left_out,
        )

    @property
    def exit_code(self) -> ExitCode:
        """What the shell is told: that training was interrupted, or whether every claim holds."""
        interrupted = self.runs[-1].outcome == Outcome.INTERRUPTED.value
        return ExitCode.INTERRUPTED if interrupted else super().exit_code


DEFAULTS = TrainSettings()


def unwatched(optimizer: str, epoch: int, here: classifier.Evaluation) -> bool:
    """Go on, without telling anybody."""
    return True


def study(
    table: Table,
    settings: TrainSettings = DEFAULTS,
    watch: Watch = unwatched,
) -> TrainStudy:
    """Train on a part of a labelled table, which is rearranged in place, and measure on the rest.

    watch: is told of every epoch. Raises ValueError for a class with a single example, unless there is no test part.
    """
    l2, label_smoothing, seed = settings.l2, settings.label_smoothing, settings.seed
    parts = prepared(table, settings.test_fraction, seed, settings.standardize)
    classes = len(table.class_names)
    train = Objective(parts.train, parts.train_labels, classes, l2, label_smoothing)
    test = Objective(parts.test, parts.test_labels, classes, l2, label_smoothing) if parts.test_labels.size else None
    gradient = gradient_check(train, np.random.default_rng([seed, 2]))
    runs = tuple(_until_interrupted(run(name, train, test, settings, watch) for name in settings.optimizers))
    first = runs[0]
    minimum, separability = least_value(train, runs)
    measured = test or train
    predictions = classifier.predicted_classes(first.parameters, measured.features)
    confusion = classifier.confusion_matrix(measured.labels, predictions, classes)
    worst = float(gradient.relative_error.max())
    two = parts.train.shape[1] == 2
    shown = slice(MOST_POINTS if two else 0)
    return TrainStudy(
        data=table.name,
        feature_names=table.feature_names,
        left_out=table.left_out,
        class_names=table.class_names,
        train_counts=np.bincount(parts.train_labels, minlength=classes),
        test_counts=np.bincount(parts.test_labels, minlength=classes),
        mean=parts.mean,
        scale=parts.scale,
        l2=l2,
        label_smoothing=label_smoothing,
        seed=seed,
        test_fraction=settings.test_fraction,
        gradient_error=worst,
        gradient_tolerance=gradient.tolerance,
        checked_rows=min(CHECKED_ROWS, len(train.labels)),
        checked_weights=gradient.analytic.size - CHECKED_DIRECTIONS,
        checked_directions=CHECKED_DIRECTIONS,
        runs=runs,
        optimizer=first.optimizer,
        learning_rate=first.learning_rate,
        batch_size=first.batch_size,
        epochs=first.epochs,
        outcome=first.outcome,
        weights=first.weights,
        bias=first.bias,
        suggested_rate=first.suggested_rate,
        target_entropy=target_entropy(classes, label_smoothing),
        frequency_entropy=_frequency_entropy(train),
        minimum=minimum,
        separability=separability,
        measured_on="test" if test else "train",
        confusion=confusion,
        precision=_quotient(confusion.diagonal(), confusion.sum(axis=0)),
        recall=_quotient(confusion.diagonal(), confusion.sum(axis=1)),
        points=parts.train[shown] * parts.scale + parts.mean,
        point_labels=parts.train_labels[shown].copy(),
        checks=(
            Check("gradient = central differences, relatively", worst, gradient.tolerance),
            *(hessian_check(train, np.random.default_rng([seed, 3])) if "newton" in settings.optimizers else []),
            *start_checks(train, first),
            *run_checks(train, test, runs, confusion),
            *floor_checks(train, first, minimum),
        ),
    )


def _until_interrupted(runs: Iterator[Run]) -> Iterator[Run]:
    for one in runs:
        yield one
        if one.outcome == Outcome.INTERRUPTED.value:
            return


def classes_at(study: TrainStudy, x: Array, y: Array) -> Labels:
    """Return the predicted class at each point of a grid of two features, shape (len(y), len(x))."""
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    parameters = np.column_stack([study.weights, study.bias])
    return classifier.predicted_classes(parameters, (plane - study.mean) / study.scale).reshape(len(y), len(x))


def _frequency_entropy(train: Objective) -> float:
    return float(core.entropy(np.bincount(train.labels, minlength=train.classes) / len(train.labels)))


def _quotient(correct: Labels, total: Labels) -> Array:
    """Return correct/total, NaN where the total is 0."""
    return np.where(total > 0, correct / np.maximum(total, 1), np.nan)
