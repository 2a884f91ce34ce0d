"""Every row of a table through a trained classifier: probabilities, predicted classes, losses."""

import math
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.blocks import CACHED
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels
from sce_cli.datasets import UNKNOWN, Reading, Table, rows_with_nan
from sce_cli.datasets.model import Model
from sce_cli.study import Check, Record, Study
from sce_cli.translation import N_

ROUNDING = 2 * core.ROUNDING
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

ROWS_AT_ONCE = 8192

LOGITS_AT_ONCE = 1 << 16
"""Of some rows together: several arrays of that size stand beside the predictions."""


@dataclass(frozen=True, eq=False)
class Truths(Record):
    """The true classes, and what the predictions are worth against them."""

    labels: Labels
    """Shape (N,); −1 where nobody knows."""

    losses: Array
    """CE of each row, nats, shape (N,); NaN without a class or a prediction."""

    mean_loss: float
    """The mean of the others, nats."""

    accuracy: float
    """The share of them that are right."""


@dataclass(frozen=True, eq=False)
class PredictionsStudy(Study):
    """The predictions for N rows."""

    data: str
    """Which table."""

    reading: Reading
    """What was found in it and done with it, as far as it isn't plain."""

    class_names: tuple[str, ...]
    """K names."""

    predicted: Labels
    """The class of the largest logit of each row, the first of equals, shape (N,); −1 for a row with a missing cell."""

    prediction: Array
    """p, shape (N, K); NaN for a row with a missing cell."""

    truth: Truths | None
    """None where the true classes aren't known."""


class _Rows:
    """What is gathered from one block of rows after the other."""

    def __init__(self, model: Model, table: Table) -> None:
        examples, self.classes = len(table.features), len(model.class_names)
        self.model, self.features = model, table.features
        self.labels = np.full(examples, UNKNOWN) if table.labels is None else table.labels
        complete = ~rows_with_nan(table.features)
        self.complete = np.flatnonzero(complete)
        self.counted = (self.labels != UNKNOWN) & complete
        self.prediction = np.full((examples, self.classes), np.nan)
        self.predicted = np.full(examples, UNKNOWN)
        self.losses = np.full(examples, np.nan)
        self.loss_by_kernel, self.softmax_error, self.sum_error, self.largest_logit = 0.0, 0.0, 0.0, 1.0

    @property
    def at_once(self) -> int:
        """How many rows are predicted together."""
        return min(ROWS_AT_ONCE, max(LOGITS_AT_ONCE // self.classes, 1))

    def take(self, rows: Labels) -> None:
        """Predict some rows, by two routes, and the losses of those whose classes are known; rows: their places."""
        model = self.model
        logits = model.inputs(self.features[rows]) @ model.weights.T + model.bias
        prediction = core.softmax(logits)
        self.prediction[rows] = prediction
        self.predicted[rows] = logits.argmax(axis=1)
        logarithms = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.softmax_error = max(self.softmax_error, core.largest_error(np.exp(logarithms), prediction))
        self.sum_error = max(self.sum_error, float(np.abs(prediction.sum(axis=1) - 1).max()))
        self.largest_logit = max(self.largest_logit, float(np.abs(logits).max()))
        known = self.counted[rows]
        if known.any():
            self._add_losses(rows[known], logits[known])

    def _add_losses(self, rows: Labels, logits: Array) -> None:
        labels = self.labels[rows]
        self.losses[rows] = core.cross_entropy_from_logits(core.one_hot(labels, self.classes), logits)
        scores = np.ascontiguousarray(logits.T)
        share = len(logits) / int(self.counted.sum())
        self.loss_by_kernel += classifier.mean_loss_and_gradient(scores, labels) * share


def study(model: Model, table: Table) -> PredictionsStudy:
    """Predict every row of a table without a missing cell; its columns are the model's features in its order."""
    found = _Rows(model, table)
    for start in range(0, len(found.complete), found.at_once):
        found.take(found.complete[start : start + found.at_once])
    truth = _truth(found) if found.counted.any() else None
    return PredictionsStudy(
        data=table.name,
        reading=table.reading,
        class_names=model.class_names,
        predicted=found.predicted,
        prediction=found.prediction,
        truth=truth,
        checks=_checks(found, truth),
    )


def _truth(found: _Rows) -> Truths:
    right = (found.predicted == found.labels)[found.counted]
    return Truths(found.labels, found.losses, float(found.losses[found.counted].mean()), float(right.mean()))


def _checks(found: _Rows, truth: Truths | None) -> tuple[Check, ...]:
    """Allow as many roundings as there are additions: K for ln Σ exp z, one a block of rows for a mean."""
    of_logits = (ROUNDING + core.EPSILON * found.classes) * found.largest_logit
    checks = (
        Check(N_("softmax = exp(z − ln Σ exp z)"), found.softmax_error, of_logits),
        Check(N_("the probabilities of each row add up to 1"), found.sum_error, ROUNDING),
    )
    if truth is None:
        return checks
    error = abs(found.loss_by_kernel - truth.mean_loss) / max(1.0, truth.mean_loss)
    blocks = math.ceil(found.prediction.size / CACHED) + math.ceil(len(found.losses) / found.at_once)
    of_means = ROUNDING + core.EPSILON * blocks
    return (*checks, Check(N_("mean loss = that of the training's own formula"), error, of_means))
