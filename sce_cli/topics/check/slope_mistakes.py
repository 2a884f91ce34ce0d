"""Mistakes in the gradient of the loss by the scores, and by the weights."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.loss_mistakes import off_by_one, one_hot
from sce_cli.topics.check.mistakes import Mistake
from sce_cli.topics.check.probes import Probe
from sce_cli.topics.check.softmax_mistakes import FAR, SHAPELY, Softmax, stable
from sce_cli.topics.gradient_mistakes import GRADIENT_MISTAKES, GradientMistake

Slope = Callable[[Probe], Any]


def _error(probe: Probe) -> Array:
    """Return p − q, which the right gradient is the mean of."""
    return np.asarray(probe.parts["p"] - probe.parts["one_hot"])


def _classic(mistake: GradientMistake, probe: Probe) -> Array:
    error = _error(probe)
    return mistake.gradient(probe.parts["one_hot"], probe.parts["p"], error, len(error))


def _shifted_target(probe: Probe, step: int) -> Array:
    classes = probe.parts["z"].shape[1]
    return np.asarray(probe.parts["p"] - one_hot(off_by_one(probe.parts["labels"], step, classes), classes))


def _softmax_error(wrong: Softmax, probe: Probe) -> Array:
    return np.asarray(wrong(probe.parts["z"]) - probe.parts["one_hot"])


SLOPES: tuple[tuple[str, Slope], ...] = (
    *(
        (name, partial(_classic, mistake))
        for name, mistake in GRADIENT_MISTAKES.items()
        if name != "unnormalised-target"  # labels have a sum of 1
    ),
    *(("label-off-by-one", partial(_shifted_target, step=step)) for step in (1, 2)),
    ("softmax-twice", lambda at: stable(at.parts["p"]) - at.parts["one_hot"]),
    *((name, partial(_softmax_error, wrong)) for name, every in SHAPELY.items() for wrong in every),
)
"""What stands in the place of p − q; the mean over the examples follows."""

FAR_SLOPES: tuple[tuple[str, Slope], ...] = tuple(
    (name, partial(_softmax_error, wrong)) for name, every in FAR.items() for wrong in every
)


def _mean(slope: Slope, at: Probe) -> Any:
    return slope(at) / len(at.parts["z"])


def _by_weights(slope: Slope, at: Probe) -> Array:
    return np.asarray(_mean(slope, at).T @ at.parts["x"])


def _with_bias(at: Probe, *, first: bool) -> Array:
    weights, bias = _by_weights(_error, at), _mean(_error, at).sum(axis=0)[:, None]
    return np.hstack([bias, weights] if first else [weights, bias])


GRADIENT = (
    *(Mistake(name, partial(_mean, slope)) for name, slope in SLOPES),
    *(Mistake(name, partial(_mean, slope), extreme=True) for name, slope in FAR_SLOPES),
)

WEIGHT_GRADIENT = (
    *(Mistake(name, partial(_by_weights, slope)) for name, slope in SLOPES),
    Mistake("transposed", lambda at: _by_weights(_error, at).T),
    *(Mistake("bias-included", partial(_with_bias, first=first)) for first in (True, False)),
    *(Mistake(name, partial(_by_weights, slope), extreme=True) for name, slope in FAR_SLOPES),
)
