"""One example through a trained classifier: features, logits, softmax, loss, gradient."""

import math
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.datasets import Table
from sce_cli.datasets.model import Model
from sce_cli.study import Check, Study

ROUNDING = 32 * float(np.finfo(np.float64).eps)
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""


@dataclass(frozen=True, eq=False)
class PredictStudy(Study):
    """A prediction and how it comes about.

    data, row: which example; feature_names: D names; class_names: K names. features: as they are, shape (D,);
    inputs: (x − mean)/scale, shape (D,). logits, prediction: z = W x + b, p = softmax(z), shape (K,). predicted,
    runner_up: the classes of the largest and of the second largest logit. lead: what each input adds to the lead of
    the first over the second, shape (D,); lead_bias: what the biases add.

    label: the true class, None if it isn't known; then target, loss (nats) and gradient are None too. target: q,
    one-hot, shape (K,). loss: CE(q, p). gradient: p − q, nats per unit of logit, shape (K,).
    """

    data: str
    row: int
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    features: Array
    inputs: Array
    logits: Array
    prediction: Array
    predicted: int
    runner_up: int
    lead: Array
    lead_bias: float
    label: int | None
    target: Array | None
    loss: float | None
    gradient: Array | None


def study(model: Model, table: Table, row: int) -> PredictStudy:
    """Follow one row of a table, whose columns are the model's features in its order, through the model."""
    features = table.features[row].copy()
    inputs = (features - model.mean) / model.scale
    logits = model.weights @ inputs + model.bias
    predicted, runner_up = (int(k) for k in np.argsort(-logits, kind="stable")[:2])
    label = None if table.labels is None else int(table.labels[row])
    target = None if label is None else core.one_hot(label, logits.size)
    loss = None if target is None else float(core.cross_entropy_from_logits(target, logits))
    gradient = None if target is None else core.cross_entropy_gradient(target, logits)
    return PredictStudy(
        data=table.name,
        row=row,
        feature_names=table.feature_names,
        class_names=table.class_names,
        features=features,
        inputs=inputs,
        logits=logits,
        prediction=core.softmax(logits),
        predicted=predicted,
        runner_up=runner_up,
        lead=(model.weights[predicted] - model.weights[runner_up]) * inputs,
        lead_bias=float(model.bias[predicted] - model.bias[runner_up]),
        label=label,
        target=target,
        loss=loss,
        gradient=gradient,
        checks=(*_forward_checks(model, features, logits), *_loss_checks(target, logits, loss, gradient)),
    )


def _forward_checks(model: Model, features: Array, logits: Array) -> list[Check]:
    """Add up the logits in the features' own units, without rounding, and hold softmax against logaddexp."""
    error = 0.0
    for weights, bias, logit in zip(model.weights / model.scale, model.bias, logits, strict=True):
        terms = [*(weights * features), *(-weights * model.mean), bias]
        error = max(error, abs(math.fsum(terms) - logit) / max(1.0, math.fsum(map(abs, terms))))
    logarithms = logits - np.logaddexp.reduce(logits)
    prediction = core.softmax(logits)
    size = max(1.0, float(np.abs(logits).max()))
    return [
        Check("logits = W x + b in the features' own units, term by term", error, ROUNDING),
        Check("softmax = exp(z − ln Σ exp z)", core.largest_error(np.exp(logarithms), prediction), ROUNDING * size),
        Check("the probabilities add up to 1", abs(math.fsum(prediction) - 1), ROUNDING),
    ]


def _loss_checks(target: Array | None, logits: Array, loss: float | None, gradient: Array | None) -> list[Check]:
    if target is None or loss is None or gradient is None:
        return []
    size = max(1.0, float(np.abs(logits).max()))
    surprise = float(np.logaddexp.reduce(logits) - logits @ target)
    differences = core.check_gradient(lambda z: core.cross_entropy_from_logits(target, z), gradient, logits)
    return [
        Check("loss = ln Σ exp z − z of the true class", abs(surprise - loss) / size, ROUNDING),
        Check(
            "gradient = central differences, relatively", float(differences.relative_error.max()), differences.tolerance
        ),
        Check("the gradient adds up to 0", abs(math.fsum(gradient)), ROUNDING),
    ]
