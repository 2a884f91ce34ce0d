"""Mistakes in the loss of a batch, taken from scores or from predictions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.divergence_mistakes import plogp
from sce_cli.topics.check.mistakes import KEPT, Family, Kept, Mistake
from sce_cli.topics.check.probes import Labels, Probe
from sce_cli.topics.check.softmax_mistakes import (
    FAR,
    LOG_SHIFTS,
    SHAPELY,
    Softmax,
    log_base_2_of_sum,
    shifted_log,
    stable,
)

Reduce = Callable[[Array], Any]


def picked(p: Array, labels: Labels) -> Array:
    """Return the entry of each row's label."""
    return np.asarray(p[np.arange(len(labels)), labels])


def off_by_one(labels: Labels, step: int, classes: int) -> Labels:
    """Return labels counted from 1, or one too far, which raises an exception behind the last class or begins anew."""
    return (labels - 1, labels + 1, (labels + 1) % classes)[step]


def one_hot(labels: Labels, classes: int) -> Array:
    """Return one-hot rows; a label may be −1, the last class. Raises IndexError behind the last one."""
    return np.asarray(np.eye(classes)[labels])


Picked = Callable[[Array, Labels], Any]


def of_predictions(reduce: Reduce) -> tuple[tuple[str, Picked], ...]:
    """Return the mistakes of a loss by what they make of p and the labels; reduce: what makes one number of all."""

    def shifted(by: int, p: Array, labels: Labels) -> Any:
        return reduce(-np.log(picked(p, off_by_one(labels, by, p.shape[1]))))

    def binary(p: Array, labels: Labels) -> Array:
        q = one_hot(labels, p.shape[1])
        return np.asarray(q * np.log(p) + (1 - q) * np.log(1 - p))

    return (
        ("sign", lambda p, k: reduce(np.log(picked(p, k)))),
        ("log-base-2", lambda p, k: reduce(-np.log2(picked(p, k)))),
        ("no-logarithm", lambda p, k: reduce(-picked(p, k))),
        ("no-logarithm", lambda p, k: reduce(1 - picked(p, k))),
        ("no-logarithm", lambda p, k: reduce(picked(p, k))),
        *(("label-off-by-one", partial(shifted, by)) for by in range(3)),
        ("labels-as-target", lambda p, k: reduce(-(k[:, None] * np.log(p)).sum(axis=1))),
        ("entropy-of-prediction", lambda p, _k: reduce(-plogp(p).sum(axis=1))),
        ("binary-cross-entropy", lambda p, k: reduce(-binary(p, k).sum(axis=1))),
        ("binary-cross-entropy", lambda p, k: reduce(-binary(p, k).mean(axis=1))),
    )


OF_THE_MEAN: tuple[tuple[str, Picked], ...] = (
    ("sum-not-mean", lambda p, k: -np.log(picked(p, k)).sum()),
    ("mean-over-entries", lambda p, k: -np.log(picked(p, k)).sum() / p.size),
    ("labels-as-target", lambda p, k: -(k[:, None] * np.log(p)).mean()),
)


def _of_labels(wrong: Picked, probe: Probe) -> Any:
    return wrong(probe.parts["p"], probe.parts["labels"])


def _of_p(mistakes: tuple[tuple[str, Picked], ...]) -> tuple[Mistake, ...]:
    return tuple(Mistake(name, partial(_of_labels, wrong)) for name, wrong in mistakes)


def _loss_families(reduce: Reduce) -> tuple[Family, ...]:
    def wrong(kept: Kept, probe: Probe, constant: float) -> Any:
        return reduce(-np.log(kept(picked(probe.parts["p"], probe.parts["labels"]), constant)))

    return tuple(Family(name, partial(wrong, kept)) for name, kept in KEPT)


def _log_p(wrong: Softmax) -> Callable[[Probe], Any]:
    """Return the mean of −log p for a wrong softmax."""
    return lambda probe: -np.log(picked(wrong(probe.parts["z"]), probe.parts["labels"])).mean()


def _one_hot_log_p(wrong: Softmax) -> Callable[[Probe], Any]:
    """Return the same, summed with a one-hot target: 0·log 0 is no number."""
    return lambda probe: -(probe.parts["one_hot"] * np.log(wrong(probe.parts["z"]))).sum(axis=1).mean()


def _from_log(wrong: Softmax) -> Callable[[Probe], Any]:
    """Return the mean loss from a wrong log softmax."""
    return lambda probe: -picked(wrong(probe.parts["z"]), probe.parts["labels"]).mean()


LOSS = (
    *_of_p((*of_predictions(np.mean), *OF_THE_MEAN)),
    Mistake("softmax-twice", _log_p(lambda z: stable(stable(z)))),
    *(Mistake(name, _log_p(wrong)) for name, every in SHAPELY.items() for wrong in every),
    Mistake("log-base-2", _from_log(log_base_2_of_sum)),
    *(
        Mistake(name, of(wrong), extreme=True)
        for name, every in ({"log-of-softmax": (stable,)} | dict(FAR)).items()
        for wrong in every
        for of in (_log_p, _one_hot_log_p)
    ),
    *(
        Mistake(name, _from_log(partial(shifted_log, shift)), extreme=True)
        for name, shift in LOG_SHIFTS.items()
        if name != "masked-logit"
    ),
)

LOSS_FAMILIES = _loss_families(np.mean)

LABELLED = _of_p((*of_predictions(np.mean), *OF_THE_MEAN))

LABELLED_EACH = _of_p(of_predictions(np.asarray))
LABELLED_EACH_FAMILIES = _loss_families(np.asarray)
