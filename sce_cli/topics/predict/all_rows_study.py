"""Every row of a table through a trained classifier: probabilities, predicted classes, losses."""

import math
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.blocks import CACHED
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels
from sce_cli.datasets import Table
from sce_cli.datasets.model import Model
from sce_cli.study import Check, Record, Study
from sce_cli.translation import N_

ROUNDING = 2 * core.ROUNDING
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

ROWS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class Truths(Record):
    """The true classes, and what the predictions are worth against them."""

    labels: Labels
    """Shape (N,)."""

    losses: Array
    """CE of each row, nats, shape (N,)."""

    mean_loss: float
    """Their mean, nats."""

    accuracy: float
    """The share of rows that are right."""


@dataclass(frozen=True, eq=False)
class PredictionsStudy(Study):
    """The predictions for N rows."""

    data: str
    """Which table."""

    class_names: tuple[str, ...]
    """K names."""

    predicted: Labels
    """The class of the largest logit of each row, the first of equals, shape (N,)."""

    prediction: Array
    """p, shape (N, K)."""

    truth: Truths | None
    """None where the true classes aren't known."""


class _Rows:
    """What is gathered from one block of rows after the other."""

    def __init__(self, model: Model, table: Table) -> None:
        examples, self.classes = len(table.features), len(model.class_names)
        self.model, self.table = model, table
        self.prediction = np.empty((examples, self.classes))
        self.predicted = np.empty(examples, dtype=np.intp)
        self.losses = np.zeros(examples)
        self.loss_by_kernel, self.softmax_error, self.largest_logit = 0.0, 0.0, 1.0

    def take(self, rows: slice) -> None:
        """Predict some rows, by two routes, and their losses where the classes are known."""
        model = self.model
        logits = (self.table.features[rows] - model.mean) / model.scale @ model.weights.T + model.bias
        self.prediction[rows] = core.softmax(logits)
        self.predicted[rows] = logits.argmax(axis=1)
        logarithms = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        error = core.largest_error(np.exp(logarithms), self.prediction[rows])
        self.softmax_error = max(self.softmax_error, error)
        self.largest_logit = max(self.largest_logit, float(np.abs(logits).max()))
        if self.table.labels is not None:
            self._add_losses(rows, logits, self.table.labels[rows])

    def _add_losses(self, rows: slice, logits: Array, labels: Labels) -> None:
        self.losses[rows] = core.cross_entropy_from_logits(core.one_hot(labels, self.classes), logits)
        scores = np.ascontiguousarray(logits.T)
        share = len(logits) / len(self.losses)
        self.loss_by_kernel += classifier.mean_loss_and_gradient(scores, labels) * share


def study(model: Model, table: Table) -> PredictionsStudy:
    """Predict every row of a table, whose columns are the model's features in its order."""
    found = _Rows(model, table)
    for start in range(0, len(table.features), ROWS_AT_ONCE):
        found.take(slice(start, start + ROWS_AT_ONCE))
    truth = None if table.labels is None else _truth(table.labels, found)
    return PredictionsStudy(
        data=table.name,
        class_names=model.class_names,
        predicted=found.predicted,
        prediction=found.prediction,
        truth=truth,
        checks=_checks(found, truth),
    )


def _truth(labels: Labels, found: _Rows) -> Truths:
    return Truths(labels, found.losses, float(found.losses.mean()), float((found.predicted == labels).mean()))


def _checks(found: _Rows, truth: Truths | None) -> tuple[Check, ...]:
    """Allow as many roundings as there are additions: K for ln Σ exp z, one a block of rows for a mean."""
    of_logits = (ROUNDING + core.EPSILON * found.classes) * found.largest_logit
    total = float(np.abs(found.prediction.sum(axis=1) - 1).max())
    checks = (
        Check(N_("softmax = exp(z − ln Σ exp z)"), found.softmax_error, of_logits),
        Check(N_("the probabilities of each row add up to 1"), total, ROUNDING),
    )
    if truth is None:
        return checks
    error = abs(found.loss_by_kernel - truth.mean_loss) / max(1.0, truth.mean_loss)
    blocks = math.ceil(found.prediction.size / CACHED) + math.ceil(len(found.losses) / ROWS_AT_ONCE)
    of_means = ROUNDING + core.EPSILON * blocks
    return (*checks, Check(N_("mean loss = that of the training's own formula"), error, of_means))
