"""What a student's function may be: for each form its inputs, the right answer, and the mistakes that are known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.topics.check import divergence_mistakes, loss_mistakes, probes, slope_mistakes, softmax_mistakes
from sce_cli.topics.check.mistakes import Family, Mistake
from sce_cli.topics.check.probes import Probe


@dataclass(frozen=True)
class Form:
    """A function as it is asked for, or as people write it."""

    probes: Callable[[], tuple[Probe, ...]]

    right: Callable[[Probe], Array]

    mistakes: tuple[Mistake, ...]

    families: tuple[Family, ...] = ()

    shapes: bool = False
    """Whether it is tried on one example and on a batch, of which it may take only one."""


def _z(probe: Probe) -> Array:
    return np.asarray(probe.parts["z"], dtype=float)


def _q(probe: Probe) -> Array:
    return np.asarray(probe.parts["q"])


def _p(probe: Probe) -> Array:
    return np.asarray(probe.parts["p"])


def _losses(probe: Probe) -> Array:
    """Return the loss of each example, or of the one."""
    return core.cross_entropy_from_logits(np.asarray(probe.parts["one_hot"]), _z(probe))


def _loss(probe: Probe) -> Array:
    return np.asarray(_losses(probe).mean())


def _labelled_each(probe: Probe) -> Array:
    """Return −log p of each label, ∞ where p is 0."""
    return core.cross_entropy(np.asarray(probe.parts["one_hot"]), _p(probe))


def _labelled(probe: Probe) -> Array:
    return np.asarray(_labelled_each(probe).mean())


def _entropy_of_labels(probe: Probe) -> Array:
    """Return the entropy of the labels' frequencies."""
    return np.asarray(core.entropy(np.asarray(probe.parts["one_hot"]).mean(axis=0)))


def _slopes(probe: Probe) -> Array:
    """Return p − q of each example, or of the one."""
    return core.cross_entropy_gradient(np.asarray(probe.parts["one_hot"]), _z(probe))


def _gradient(probe: Probe) -> Array:
    return _slopes(probe) / len(_z(probe))


def _weight_gradient(probe: Probe) -> Array:
    return np.asarray(_gradient(probe).T @ np.asarray(probe.parts["x"]))


FORMS: Mapping[str, Form] = {
    "softmax": Form(probes.every_score, lambda at: core.softmax(_z(at)), softmax_mistakes.SOFTMAX, shapes=True),
    "log_softmax": Form(
        probes.log_scores,
        lambda at: core.log_softmax(_z(at)),
        softmax_mistakes.LOG_SOFTMAX,
        softmax_mistakes.LOG_FAMILIES,
        True,
    ),
    "entropy": Form(
        probes.distributions,
        lambda at: core.entropy(_q(at)),
        divergence_mistakes.ENTROPY,
        divergence_mistakes.ENTROPY_FAMILIES,
    ),
    "cross_entropy": Form(
        probes.distributions,
        lambda at: core.cross_entropy(_q(at), _p(at)),
        divergence_mistakes.CROSS_ENTROPY,
        divergence_mistakes.CROSS_ENTROPY_FAMILIES,
    ),
    "kl_divergence": Form(
        probes.distributions,
        lambda at: core.kl_divergence(_q(at), _p(at)),
        divergence_mistakes.KL_DIVERGENCE,
        divergence_mistakes.KL_FAMILIES,
    ),
    "loss": Form(probes.losses, _loss, loss_mistakes.LOSS, loss_mistakes.LOSS_FAMILIES),
    "gradient": Form(probes.gradients, _gradient, slope_mistakes.GRADIENT),
    "weight_gradient": Form(probes.gradients, _weight_gradient, slope_mistakes.WEIGHT_GRADIENT),
    "loss_of_each": Form(probes.losses, _losses, ()),
    "loss_of_one": Form(probes.examples, _losses, ()),
    "gradient_of_one": Form(probes.examples, _slopes, ()),
    "labelled": Form(probes.predictions, _labelled, loss_mistakes.LABELLED, loss_mistakes.LOSS_FAMILIES),
    "labelled_each": Form(
        probes.predictions, _labelled_each, loss_mistakes.LABELLED_EACH, loss_mistakes.LABELLED_EACH_FAMILIES
    ),
    "labelled_one": Form(probes.examples, _labelled_each, ()),
    "entropy_of_labels": Form(probes.labelled_scores, _entropy_of_labels, ()),
    "entropy_of_labels_in_bits": Form(probes.labelled_scores, lambda at: _entropy_of_labels(at) / np.log(2), ()),
    "gradient_of_p": Form(probes.labelled_scores, _gradient, slope_mistakes.GRADIENT),
}
"""The eight functions by their names; then what people write in their place."""
