"""A linear softmax classifier on real data: its gradient checked, trained, and measured against the exact minimum."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.core.expansion import expanded_names
from sce_cli.datasets import Preparation, Reading, Table, picture_shape
from sce_cli.datasets.model import Model
from sce_cli.errors import ExitCode
from sce_cli.study import Check, Record, Study, Watch
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
from sce_cli.topics.train.optimum import Least, least_value, may_lack_a_minimum
from sce_cli.topics.train.run import Parts, Run, prepared, run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.translation import N_

MOST_POINTS = 1000
"""Examples of two features that are kept for the picture of the decision regions."""


@dataclass(frozen=True, eq=False)
class Standardisation(Record):
    """How the features enter: as (x − mean)/scale."""

    mean: Array
    """Of the training part, in the features' own units, shape (D,); 0 where they enter as they are."""

    scale: Array
    """Its standard deviation, likewise; 1 where they enter as they are."""


@dataclass(frozen=True, eq=False)
class Data(Record):
    """What was learnt from."""

    name: str
    """As it was asked for."""

    reading: Reading
    """What was found in it and done with it, as far as it isn't plain."""

    class_names: tuple[str, ...]
    """K names."""

    feature_names: tuple[str, ...]
    """D names."""

    inputs: tuple[str, ...]
    """What enters the scores, E names: the features, and what they are expanded to."""

    left_out: tuple[str, ...]
    """Columns that weren't used."""

    train_counts: Labels
    """Examples of each class in the training part, shape (K,)."""

    test_counts: Labels
    """Likewise in the test part."""

    standardisation: Standardisation

    preparation: Preparation
    """How the rows of the table became features, for new rows."""


@dataclass(frozen=True, eq=False)
class Gradient(Record):
    """The check of the gradient before training."""

    error: float
    """The largest relative error found."""

    tolerance: float
    """The one allowed."""

    examples: int
    """How many of the training part were looked at."""

    weights: int
    """Along how many single parameters."""

    directions: int
    """Along how many random directions, in which all parameters take part."""


@dataclass(frozen=True, eq=False)
class Optimum(Record):
    """What no run gets below, in nats."""

    minimum: float | None
    """The objective's least value, by Newton's method; None where that takes too long or isn't attained."""

    separability: str
    """"separable" or "partly separable" where no finite weights have the least loss, else ""."""

    target_entropy: float
    """H(q) of the smoothed targets, below which no loss falls."""

    frequency_entropy: float
    """H of the training part's class frequencies, the least loss without features."""


@dataclass(frozen=True, eq=False)
class Reached(Record):
    """What the model is worth, on the part that it was measured on."""

    measured_on: str
    """"test", or "train" without a test part."""

    confusion: Labels
    """Examples by their true class, the row, and the predicted one, the column, shape (K, K)."""

    precision: Array
    """Of what was called so, the share that is, shape (K,); NaN where nothing was."""

    recall: Array
    """Of what is so, the share that was called so, shape (K,); NaN where nothing is."""


@dataclass(frozen=True, eq=False)
class Points(Record):
    """What a picture shows of the training examples: those of two features, or the means of pictures."""

    features: Array
    """In their own units, shape (P, D)."""

    labels: Labels
    """Shape (P,)."""

    means: Array
    """Where the features are pixels, the mean of each class, in their own units, shape (K, D); else none, (0, D)."""


@dataclass(frozen=True, eq=False)
class TrainStudy(Study):
    """A trained classifier, how it was trained, and what it is worth. Losses are in nats, shares from 0 to 1."""

    data: Data
    settings: TrainSettings
    gradient: Gradient
    runs: tuple[Run, ...]
    """One for each optimiser, in the order asked for; the first one's weights are the model."""

    optimum: Optimum
    reached: Reached
    picture: Points

    @property
    def first(self) -> Run:
        """The run that the optimum and what was reached speak of."""
        return self.runs[0]

    @property
    def model(self) -> Model:
        """What `sce predict` needs of it."""
        return Model(
            weights=self.first.weights,
            bias=self.first.bias,
            mean=self.data.standardisation.mean,
            scale=self.data.standardisation.scale,
            class_names=self.data.class_names,
            preparation=self.data.preparation,
            expand=self.settings.expand,
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


def study(table: Table, settings: TrainSettings = DEFAULTS, watch: Watch = unwatched) -> TrainStudy:
    """Train on a part of a labelled table, which is rearranged in place, and measure on the rest.

    watch: is told of every epoch. Raises ValueError for a class with a single example, unless there is no test part.
    """
    parts = prepared(table, settings)
    train, test = objectives(parts, len(table.class_names), settings)
    checked = gradient_check(train, np.random.default_rng([settings.seed, 2]))
    runs = tuple(_until_interrupted(run(name, train, test, settings, watch) for name in settings.optimizers))
    least = least_value(train, runs)
    runs = tuple(_named_by_the_minimum(one, train, least) for one in runs)
    reached = _reached(runs[0], test or train, "test" if test else "train")
    curved = (
        hessian_check(train, np.random.default_rng([settings.seed, 3]))
        if any(one.spec.by_curvature for one in runs)
        else []
    )
    return TrainStudy(
        data=_data(table, parts, settings.expand),
        settings=settings,
        gradient=_gradient(train, checked),
        runs=runs,
        optimum=_optimum(train, least),
        reached=reached,
        picture=_points(parts, table),
        checks=(
            Check(
                N_("gradient = central differences, relatively"), float(checked.relative_error.max()), checked.tolerance
            ),
            *curved,
            *start_checks(train, runs[0]),
            *run_checks(train, test, runs, reached.confusion),
            *floor_checks(train, runs[0], least),
        ),
    )


def objectives(parts: Parts, classes: int, settings: TrainSettings) -> tuple[Objective, Objective | None]:
    """Return the objective of the training part, and that of the test part if there is one."""
    l2, smoothing = settings.l2, settings.label_smoothing
    train = Objective(parts.train, parts.train_labels, classes, l2, smoothing)
    test = Objective(parts.test, parts.test_labels, classes, l2, smoothing)
    return train, test if parts.test_labels.size else None


def _until_interrupted(runs: Iterator[Run]) -> Iterator[Run]:
    for one in runs:
        yield one
        if one.outcome == Outcome.INTERRUPTED.value:
            return


def _named_by_the_minimum(one: Run, train: Objective, least: Least) -> Run:
    """Return a run, not called converged where no minimum to converge to is known."""
    unknown = may_lack_a_minimum(train) and least.value is None
    if one.outcome == Outcome.CONVERGED.value and unknown:
        return replace(one, outcome=Outcome.SMALL_GRADIENT.value)
    return one


def _data(table: Table, parts: Parts, expand: str) -> Data:
    classes = len(table.class_names)
    return Data(
        name=table.name,
        reading=table.reading,
        class_names=table.class_names,
        feature_names=table.feature_names,
        inputs=expanded_names(table.feature_names, expand),
        left_out=table.left_out,
        train_counts=np.bincount(parts.train_labels, minlength=classes),
        test_counts=np.bincount(parts.test_labels, minlength=classes),
        standardisation=Standardisation(parts.mean, parts.scale),
        preparation=replace(table.preparation, fillings=parts.fillings),
    )


def _gradient(train: Objective, checked: core.GradientCheck) -> Gradient:
    return Gradient(
        error=float(checked.relative_error.max()),
        tolerance=checked.tolerance,
        examples=min(CHECKED_ROWS, len(train.labels)),
        weights=checked.analytic.size - CHECKED_DIRECTIONS,
        directions=CHECKED_DIRECTIONS,
    )


def _optimum(train: Objective, least: Least) -> Optimum:
    frequencies = np.bincount(train.labels, minlength=train.classes) / len(train.labels)
    return Optimum(
        minimum=least.value,
        separability=least.separability,
        target_entropy=target_entropy(train.classes, train.smoothing),
        frequency_entropy=float(core.entropy(frequencies)),
    )


def _reached(first: Run, part: Objective, name: str) -> Reached:
    predictions = classifier.predicted_classes(first.parameters, part.features)
    confusion = classifier.confusion_matrix(part.labels, predictions, part.classes)
    return Reached(
        measured_on=name,
        confusion=confusion,
        precision=_quotient(confusion.diagonal(), confusion.sum(axis=0)),
        recall=_quotient(confusion.diagonal(), confusion.sum(axis=1)),
    )


def _quotient(correct: Labels, total: Labels) -> Array:
    """Return correct/total, NaN where the total is 0."""
    return np.where(total > 0, correct / np.maximum(total, 1), np.nan)


def _points(parts: Parts, table: Table) -> Points:
    width = parts.mean.size
    shown = slice(MOST_POINTS if width == 2 else 0)
    classes = range(len(table.class_names) if picture_shape(table.feature_names) else 0)
    features = parts.train[:, :width]
    means = [features[parts.train_labels == k].mean(axis=0) * parts.scale + parts.mean for k in classes]
    return Points(
        features[shown] * parts.scale + parts.mean,
        parts.train_labels[shown].copy(),
        np.array(means).reshape(-1, width),
    )


def scores_at(study: TrainStudy, x: Array, y: Array) -> Array:
    """Return the score of each class at each point of a grid of two features, shape (K, len(y), len(x))."""
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return classifier.linear_scores(study.first.parameters, study.model.inputs(plane)).reshape(-1, len(y), len(x))
