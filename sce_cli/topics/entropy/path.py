"""The straight path p_t = (1−t)·p + t·q from the prediction to the target, along which the loss falls to H(q)."""

from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.study import Record
from sce_cli.topics.entropy.prediction import SMALLEST, Outcomes, divergence

PATH = np.linspace(0, 1, 201)
"""The values of t."""


@dataclass(frozen=True, eq=False)
class Path(Record):
    """The loss along the path."""

    t: Array
    """Shape (T,), from 0 to 1."""

    cross_entropy: Array
    """CE(q, p_t), shape (T,), nats; the first may be ∞."""


@dataclass(frozen=True, eq=False)
class Followed(Record):
    """The path with all that is claimed of it."""

    predictions: Array
    """p_t, shape (T, K)."""

    loss: Array
    """CE(q, p_t), shape (T,), nats."""

    divergence: Array
    """KL(q‖p_t), shape (T,), nats."""

    reverse: Array
    """KL(p_t‖q), shape (T,), nats."""


def follow(q: Array, p: Array, z: Array | None, each: Outcomes) -> Followed:
    """Follow the path; at its first p, what a float64 p has lost comes from the logits z, if there are any."""
    predictions = straight_path(np.where(each.possible, np.maximum(p, SMALLEST), 0), q)
    first = core.cross_entropy(q, p) if z is None else core.cross_entropy_from_logits(q, z)
    return Followed(
        predictions=predictions,
        loss=np.append(first, core.cross_entropy(q, predictions[1:])),
        divergence=np.append(divergence(q, p, each.terms), core.kl_divergence(q, predictions[1:])),
        reverse=core.kl_divergence(predictions, q),
    )


def straight_path(p: Array, q: Array) -> Array:
    """Return p_t for every t of PATH, shape (T, K): from p, the first, to q, the last.

    An outcome stays possible on the way from where it is to where it is, though a share of a subnormal may round to 0.
    """
    t = PATH[:, np.newaxis]
    possible = ((t < 1) & (p > 0)) | ((t > 0) & (q > 0))
    return np.where(possible, np.maximum((1 - t) * p + t * q, SMALLEST), 0)
