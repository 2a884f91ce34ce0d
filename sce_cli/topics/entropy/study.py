"""Entropy, cross-entropy and KL divergence of a target q and a prediction p."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array, same_classes
from sce_cli.study import Check, Record, Study
from sce_cli.topics.entropy import claims
from sce_cli.topics.entropy.path import PATH, Followed, Path, follow
from sce_cli.topics.entropy.prediction import Outcomes, normalised, others, outcomes


@dataclass(frozen=True, eq=False)
class Given(Record):
    """What the target and the prediction were made from."""

    label: int | None
    """The outcome that a one-hot or smoothed target was made from."""

    smoothing: float
    """The share ε of such a target that is spread over all outcomes."""

    target_sum: float
    """What the target's numbers summed to before they were divided by it; 1 for a label."""

    prediction_sum: float
    """Likewise; 1 for logits."""

    logits: Array | None
    """z, shape (K,), if p = softmax(z)."""


@dataclass(frozen=True, eq=False)
class Goal(Record):
    """What a softmax needs to reach the floor."""

    certain: int | None
    """The only outcome with q > 0, if there is only one: its logit would have to lead without end."""

    best_lead: float | None
    """Of a smoothed target: how far the label's logit stands above the others at p = q, nats."""


@dataclass(frozen=True, eq=False)
class Binary(Record):
    """Each outcome judged by itself."""

    sigmoid: Array
    """σ(z_k), shape (K,)."""

    terms: Array
    """−q ln σ(z) − (1−q) ln(1−σ(z)), shape (K,), nats."""

    cross_entropy: float
    """Their sum, nats; ∞ where it is beyond the floats."""


@dataclass(frozen=True, eq=False)
class EntropyStudy(Study):
    """What the prediction p costs when K outcomes come as the target q says."""

    names: tuple[str, ...]
    """Of the outcomes."""

    target: Array
    """q, shape (K,), summing to 1."""

    prediction: Array
    """p, shape (K,), summing to 1."""

    entropy: float
    """H(q), nats."""

    redundancy: float | None
    """What H(q) lacks to its largest value, 1 − H(q)/ln K, a share; None for one outcome, where both are 0."""

    cross_entropy: float
    """CE(q, p), nats; ∞ where an outcome that happens was called impossible."""

    divergence: float
    """KL(q‖p), nats; ∞ likewise."""

    reverse_divergence: float
    """KL(p‖q), nats; ∞ where p gives an outcome a probability that q rules out."""

    given: Given
    outcomes: Outcomes
    goal: Goal
    path: Path

    binary: Binary | None
    """Only with logits."""


def study(
    names: tuple[str, ...],
    *,
    target: Sequence[float] | None = None,
    label: int | None = None,
    smoothing: float = 0.0,
    prediction: Sequence[float] | None = None,
    logits: Sequence[float] | None = None,
) -> EntropyStudy:
    """Compare a prediction with a target, and check each claim.

    names: one for each of K ≥ 1 outcomes. Target: K weights, or a label and its smoothing ε. Prediction: K weights, or
    K logits. Weights are divided by their sum. Raises ValueError for weights that are negative or all 0, for logits
    that are NaN, +∞ or all −∞, for unequal lengths and for a label outside 0 … K − 1.
    """
    q, p, given = _distributions(target, label, smoothing, prediction, logits)
    z, each, goal, redundancy = given.logits, outcomes(q, p, given.logits), _goal(q, label), _redundancy(q)
    path, binary = follow(q, p, z, each), None if z is None else _binary(q, z)
    return EntropyStudy(
        names=names,
        target=q,
        prediction=p,
        entropy=float(core.entropy(q)),
        redundancy=redundancy,
        cross_entropy=float(path.loss[0]),
        divergence=float(path.divergence[0]),
        reverse_divergence=float(path.reverse[0]),
        given=given,
        outcomes=each,
        goal=goal,
        path=Path(PATH, path.loss),
        binary=binary,
        checks=(
            *_checks(q, p, path, each.surprise, redundancy),
            *claims.lead_checks(q, goal.best_lead),
            *(() if z is None or binary is None else claims.binary_checks(q, z, binary.terms)),
        ),
    )


def _distributions(
    target: Sequence[float] | None,
    label: int | None,
    smoothing: float,
    prediction: Sequence[float] | None,
    logits: Sequence[float] | None,
) -> tuple[Array, Array, Given]:
    """Return q, p, and what they were made from."""
    z = None if logits is None else np.array(logits, dtype=np.float64)
    p, prediction_sum = normalised(prediction or (), "prediction") if z is None else (core.softmax(z), 1.0)
    q, target_sum = normalised(target or (), "target") if label is None else (core.one_hot(label, p.size), 1.0)
    q = core.smooth_labels(q, smoothing)
    same_classes(q, p, "target and prediction")
    return q, p, Given(label, smoothing, target_sum, prediction_sum, z)


def _redundancy(q: Array) -> float | None:
    """Return KL(q‖uniform)/ln K, which keeps the digits that 1 − H(q)/ln K loses where H(q) is nearly ln K."""
    if q.size == 1:
        return None
    return float(core.kl_divergence(q, np.full(q.size, 1 / q.size))) / math.log(q.size)


def _goal(q: Array, label: int | None) -> Goal:
    if np.count_nonzero(q) == 1:
        return Goal(int(q.argmax()), None)
    return Goal(None, None if label is None else float(np.log(q[label]) - np.log(q[label - 1])))


def _binary(q: Array, z: Array) -> Binary:
    """Judge each outcome by itself, through log-softmax: no exp overflows."""
    pairs = np.column_stack([z, np.zeros(z.size)])  # whose softmax is (σ(z_k), 1 − σ(z_k))
    terms = core.cross_entropy_from_logits(np.column_stack([q, others(q)]), pairs)
    with np.errstate(over="ignore"):
        return Binary(core.softmax(pairs)[:, 0], terms, float(terms.sum()))


def _checks(q: Array, p: Array, path: Followed, surprise: Array, redundancy: float | None) -> Iterator[Check]:
    yield from claims.divergence_checks(q, path)
    yield from claims.floor_checks(q, path.loss)
    yield from claims.unit_checks(q, path)
    yield from claims.redundancy_checks(q, redundancy)
    yield from claims.near_checks(q, p, float(path.divergence[0]))
    yield from claims.label_checks(q, surprise, float(path.loss[0]))
