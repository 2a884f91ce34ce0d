"""Every row of a table through a trained classifier: probabilities, predicted classes, losses."""

from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels
from sce_cli.datasets import Table
from sce_cli.datasets.model import Model
from sce_cli.study import Check, Study

ROUNDING = 32 * float(np.finfo(np.float64).eps)
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

ROWS_AT_ONCE = 8192


@dataclass(frozen=True, eq=False)
class PredictionsStudy(Study):
    """The predictions for N rows.

    data: which table; class_names: K names. prediction: p, shape (N, K). predicted: the class of the largest logit,
    shape (N,). labels: the true classes, shape (N,), None if they aren't known; then losses, mean_loss and accuracy are
    None too. losses: CE for each row, nats, shape (N,); mean_loss: their mean. accuracy: the share of right rows.
    """

    data: str
    class_names: tuple[str, ...]
    prediction: Array
    predicted: Labels
    labels: Labels | None
    losses: Array | None
    mean_loss: float | None
    accuracy: float | None


def study(model: Model, table: Table) -> PredictionsStudy:
    """Predict every row of a table, whose columns are the model's features in its order."""
    examples, classes = len(table.features), len(model.class_names)
    prediction, predicted, losses = np.empty((examples, classes)), np.empty(examples, dtype=np.intp), np.zeros(examples)
    labels, by_kernel, error, size = table.labels, 0.0, 0.0, 1.0
    for start in range(0, examples, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        logits = (table.features[rows] - model.mean) / model.scale @ model.weights.T + model.bias
        prediction[rows] = core.softmax(logits)
        predicted[rows] = logits.argmax(axis=1)
        logarithms = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        error = max(error, core.largest_error(np.exp(logarithms), prediction[rows]))
        size = max(size, float(np.abs(logits).max()))
        if labels is not None:
            losses[rows] = core.cross_entropy_from_logits(core.one_hot(labels[rows], classes), logits)
            scores = np.ascontiguousarray(logits.T)
            by_kernel += classifier.mean_loss_and_gradient(scores, labels[rows]) * len(logits) / examples
    mean_loss = float(losses.mean())
    known = labels is not None
    same_loss = Check(
        "mean loss = that of the training's own formula", abs(by_kernel - mean_loss) / max(1.0, mean_loss), ROUNDING
    )
    return PredictionsStudy(
        data=table.name,
        class_names=model.class_names,
        prediction=prediction,
        predicted=predicted,
        labels=labels,
        losses=losses if known else None,
        mean_loss=mean_loss if known else None,
        accuracy=float((predicted == labels).mean()) if known else None,
        checks=(
            Check("softmax = exp(z − ln Σ exp z)", error, ROUNDING * size),
            Check(
                "the probabilities of each row add up to 1", float(np.abs(prediction.sum(axis=1) - 1).max()), ROUNDING
            ),
            *([same_loss] if known else []),
        ),
    )
