"""One example through a trained classifier: features, logits, softmax, loss, gradient."""

import math
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.blocks import CACHED, blocks
from sce_cli.core.checks import Array
from sce_cli.core.expansion import expanded
from sce_cli.datasets import UNKNOWN, Reading, Table
from sce_cli.datasets.model import Model
from sce_cli.study import Check, Record, Study
from sce_cli.translation import N_

ROUNDING = 2 * core.ROUNDING
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""


@dataclass(frozen=True, eq=False)
class Example(Record):
    """What is predicted from."""

    data: str
    """Which table it stands in."""

    reading: Reading
    """What was found in the table and done with it, as far as it isn't plain."""

    row: int
    """Its place there, from 0."""

    feature_names: tuple[str, ...]
    """D names."""

    features: Array
    """As they are, shape (D,)."""

    input_names: tuple[str, ...]
    """E names: those of the features, and of what they are expanded to."""

    inputs: Array
    """x = (features − mean)/scale, and what they are expanded to, as the model takes them, shape (E,)."""


@dataclass(frozen=True, eq=False)
class Decision(Record):
    """The class chosen, and what speaks for it."""

    predicted: int
    """The class of the largest logit, the first of equals."""

    runner_up: int
    """The class of the second largest."""

    lead: Array
    """What each input adds to the lead of the one logit over the other, shape (E,)."""

    lead_of_biases: float
    """What the biases add to it."""


@dataclass(frozen=True, eq=False)
class Truth(Record):
    """The true class, and what the prediction is worth against it."""

    label: int
    """The true class."""

    target: Array
    """q, one-hot at the label, shape (K,)."""

    loss: float
    """CE(q, p), nats."""

    gradient: Array
    """∂CE/∂z = p − q, nats per unit of logit, shape (K,)."""


@dataclass(frozen=True, eq=False)
class PredictStudy(Study):
    """A prediction and how it comes about."""

    class_names: tuple[str, ...]
    """K names."""

    example: Example
    logits: Array
    """z = W x + b, shape (K,)."""

    prediction: Array
    """p = softmax(z), shape (K,)."""

    decision: Decision
    truth: Truth | None
    """None where the true class isn't known."""


LARGEST_SCORE = 1e300
"""Differences of scores that are smaller than this are floats."""


def far_row(features: Array, model: Model) -> int | None:
    """Return the first row whose scores have terms beyond LARGEST_SCORE, None if no row has; features: shape (N, D)."""
    weights, mean = np.abs(model.weights).max(axis=0), np.abs(model.mean)

    def reach(some: Array) -> Array:
        return np.abs(expanded((np.abs(some) + mean) / model.scale, model.expand))

    for rows in blocks(len(features), max(CACHED // len(weights), 1)):
        with np.errstate(over="ignore", invalid="ignore"):
            terms = reach(features[rows]) @ weights
            within = terms + np.abs(model.bias).max() <= LARGEST_SCORE
        within |= np.isnan(features[rows]).any(axis=1)  # a row without a prediction
        if not within.all():
            return int(rows.start) + int(within.argmin())
    return None


def study(model: Model, table: Table, row: int) -> PredictStudy:
    """Follow one row of a table, whose columns are the model's features in its order, through the model."""
    features = table.features[row].copy()
    inputs = model.inputs(features[np.newaxis])[0]
    logits = model.weights @ inputs + model.bias
    known = table.labels is not None and table.labels[row] != UNKNOWN
    truth = _truth(int(table.labels[row]), logits) if table.labels is not None and known else None
    return PredictStudy(
        class_names=table.class_names,
        example=Example(table.name, table.reading, row, table.feature_names, features, model.input_names, inputs),
        logits=logits,
        prediction=core.softmax(logits),
        decision=_decision(model, inputs, logits),
        truth=truth,
        checks=(*_forward_checks(model, features, logits), *([] if truth is None else _loss_checks(truth, logits))),
    )


def _decision(model: Model, inputs: Array, logits: Array) -> Decision:
    first, second = (int(k) for k in np.argsort(-logits, kind="stable")[:2])
    return Decision(
        predicted=first,
        runner_up=second,
        lead=(model.weights[first] - model.weights[second]) * inputs,
        lead_of_biases=float(model.bias[first] - model.bias[second]),
    )


def _truth(label: int, logits: Array) -> Truth:
    target = core.one_hot(label, logits.size)
    loss = float(core.cross_entropy_from_logits(target, logits))
    return Truth(label, target, loss, core.cross_entropy_gradient(target, logits))


def _forward_checks(model: Model, features: Array, logits: Array) -> list[Check]:
    """Add up the logits in the features' own units, without rounding, and hold softmax against logaddexp.

    A logit's sum of D terms rounds at each addition, by ε/2 of the sum of their sizes; ln Σ exp z by ε/2 of itself for
    each of K classes.
    """
    error, allowed = 0.0, ROUNDING + core.EPSILON * model.weights.shape[1]
    for weights, bias, logit in zip(model.weights, model.bias, logits, strict=True):
        terms = [*_terms(model, weights, features), bias]
        error = max(error, abs(math.fsum(terms) - logit) / max(1.0, math.fsum(map(abs, terms))))
    logarithms = logits - np.logaddexp.reduce(logits)
    prediction = core.softmax(logits)
    return [
        Check(N_("logits = W x + b in the features' own units, term by term"), error, allowed),
        Check(
            N_("softmax = exp(z − ln Σ exp z)"), core.largest_error(np.exp(logarithms), prediction), _of_logits(logits)
        ),
        Check(N_("the probabilities add up to 1"), abs(math.fsum(prediction) - 1), ROUNDING),
    ]


def _terms(model: Model, weights: Array, features: Array) -> list[float]:
    """Return what a logit adds up, the bias aside: in the features' own units, unless they are expanded."""
    if model.expand:
        return [float(w * x) for w, x in zip(weights, model.inputs(features[np.newaxis])[0], strict=True)]
    return [*(weights * (features / model.scale)), *(-weights * (model.mean / model.scale))]


def _of_logits(logits: Array) -> float:
    """Return how far rounding may take ln Σ exp z, and so e^(z − ln Σ exp z), off: K additions of its own size."""
    return (ROUNDING + core.EPSILON * logits.size) * max(1.0, float(np.abs(logits).max()))


def _loss_checks(truth: Truth, logits: Array) -> list[Check]:
    size = max(1.0, float(np.abs(logits).max()))
    surprise = float(np.logaddexp.reduce(logits) - logits @ truth.target)
    shifted = logits - logits.max()  # has the same loss and gradient, and a step of a difference isn't lost in it
    found = core.check_gradient(lambda z: core.cross_entropy_from_logits(truth.target, z), truth.gradient, shifted)
    return [
        Check(
            N_("loss = ln Σ exp z − z of the true class"), abs(surprise - truth.loss) / size, _of_logits(logits) / size
        ),
        Check(N_("gradient = central differences, relatively"), float(found.relative_error.max()), found.tolerance),
        Check(N_("the gradient adds up to 0"), abs(math.fsum(truth.gradient)), ROUNDING),
    ]
