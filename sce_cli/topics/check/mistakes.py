"""The bank of known mistakes: each is a short wrong function, which is what it does wrong.

A name stands for several functions where one mistake is written in several ways, and for a family where it has a
constant. What is said of each stands in sentences.py.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.probes import Labels, Probe
from sce_cli.topics.gradient_mistakes import GRADIENT_MISTAKES, GradientMistake

Softmax = Callable[[Array], Array]
Reduce = Callable[[Array], Any]


@dataclass(frozen=True)
class Mistake:
    """A known mistake, as a function of a probe that gives what comes out."""

    name: str
    """Its id, as in the JSON."""

    wrong: Callable[[Probe], Any]

    extreme: bool = False
    """Whether it shows in extremes only."""


@dataclass(frozen=True)
class Family:
    """A mistake with a constant: ε in a logarithm, or the least p that is left."""

    name: str
    wrong: Callable[[Probe, float], Any]


def stable(z: Array) -> Array:
    """Return the softmax of the last axis, as the mistakes below have it where they are right."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def overflow(z: Array) -> Array:
    """Take e^z as it is."""
    weights = np.exp(z)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def one_maximum_for_all(z: Array) -> Array:
    """Take one maximum out of all rows."""
    weights = np.exp(z - z.max())
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def maximum_with_zero(z: Array) -> Array:
    """Look for the maximum from 0 on."""
    weights = np.exp(z - np.maximum(z.max(axis=-1, keepdims=True), 0))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def maximum_of_sizes(z: Array) -> Array:
    """Take the largest |z| out."""
    weights = np.exp(z - np.abs(z).max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def masked_logit(z: Array) -> Array:
    """Take the mean out, which is −∞ as soon as one score is."""
    shifted = z - z.mean(axis=-1, keepdims=True)
    return stable(shifted)


def masked_by_product(z: Array) -> Array:
    """Multiply by 0 what is −∞: only its own entry is lost."""
    return stable(z) + 0 * z


def wrong_axis(z: Array) -> Array:
    """Normalise over the examples."""
    weights = np.exp(z - z.max())
    return np.asarray(weights / weights.sum(axis=0))


def wrong_axis_of_sum(z: Array) -> Array:
    """Take the maximum of each row, but the sum of each column."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=0))


def wrong_axis_of_maximum(z: Array) -> Array:
    """Take the maximum of each column, but the sum of each row."""
    weights = np.exp(z - z.max(axis=0))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def normalised_over_all(z: Array) -> Array:
    """Divide by the sum over all examples."""
    weights = np.exp(z - z.max())
    return np.asarray(weights / weights.sum())


def normalised_over_all_rows(z: Array) -> Array:
    """Divide by the sum over all examples, each of which had its own maximum taken out."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum())


def no_keepdims(z: Array) -> Array:
    """Divide each column by the sum of a row, and take a row's maximum out of a column."""
    weights = np.exp(z - z.max(axis=-1))
    return np.asarray(weights / weights.sum(axis=-1))


def no_keepdims_in_sum(z: Array) -> Array:
    """Divide each column by the sum of a row."""
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1))


def no_keepdims_in_sum_alone(z: Array) -> Array:
    """Divide each column by the sum of a row, all scores being shifted by the same maximum."""
    weights = np.exp(z - z.max())
    return np.asarray(weights / weights.sum(axis=-1))


def no_keepdims_in_maximum(z: Array) -> Array:
    """Take a row's maximum out of a column."""
    weights = np.exp(z - z.max(axis=-1))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def unnormalised(z: Array) -> Array:
    """Leave out the division."""
    return np.asarray(np.exp(z))


def unnormalised_shifted(z: Array) -> Array:
    """Take the maximum out, and leave out the division."""
    return np.asarray(np.exp(z - z.max(axis=-1, keepdims=True)))


def linear(z: Array) -> Array:
    """Leave out the exponential."""
    return np.asarray(z / z.sum(axis=-1, keepdims=True))


SHAPELY: Mapping[str, tuple[Softmax, ...]] = {
    "wrong-axis": (wrong_axis, wrong_axis_of_sum, wrong_axis_of_maximum),
    "normalised-over-all": (normalised_over_all, normalised_over_all_rows),
    "no-keepdims": (no_keepdims, no_keepdims_in_sum, no_keepdims_in_sum_alone, no_keepdims_in_maximum),
    "unnormalised": (unnormalised, unnormalised_shifted),
    "linear": (linear,),
}
"""The mistakes in a softmax that show everywhere."""

FAR: Mapping[str, tuple[Softmax, ...]] = {
    "overflow": (overflow,),
    "one-maximum-for-all": (one_maximum_for_all,),
    "maximum-with-zero": (maximum_with_zero, maximum_of_sizes),
}
"""Those that show where scores are large, or far apart."""

MASKED: Mapping[str, tuple[Softmax, ...]] = {"masked-logit": (masked_logit, masked_by_product)}
"""Those that show where a class is masked."""


def _of_scores(wrong: Softmax, then: Softmax, probe: Probe) -> Array:
    return then(wrong(probe.parts["z"]))


def _each(of: Mapping[str, tuple[Softmax, ...]], *, extreme: bool, then: Softmax = np.asarray) -> tuple[Mistake, ...]:
    """Return the mistakes of a softmax as functions of a probe, with what is done behind it."""
    return tuple(
        Mistake(name, partial(_of_scores, wrong, then), extreme) for name, every in of.items() for wrong in every
    )


SOFTMAX = (
    *_each(SHAPELY, extreme=False),
    *_each(FAR, extreme=True),
    *_each(MASKED, extreme=True),
)


def _log_of_sum(z: Array, maximum: Array | float) -> Array:
    """Return log softmax with this taken out of the scores, by the logarithm of a sum."""
    shifted = z - maximum
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def _shifted_log(shift: Softmax, z: Array) -> Array:
    return _log_of_sum(z, shift(z))


LOG_SHIFTS: Mapping[str, Softmax] = {
    "overflow": lambda _z: np.zeros(1),
    "one-maximum-for-all": lambda z: np.asarray(z.max()),
    "maximum-with-zero": lambda z: np.maximum(z.max(axis=-1, keepdims=True), 0),
    "masked-logit": lambda z: z.mean(axis=-1, keepdims=True),
}
"""What is taken out of the scores in the place of each row's maximum."""


def log_of_softmax(z: Array) -> Array:
    """Take the logarithm of p, which may be 0 in float64."""
    return np.asarray(np.log(stable(z)))


def log_base_2(z: Array) -> Array:
    """Take the logarithm to base 2 of the probabilities."""
    return np.asarray(np.log2(stable(z)))


def log_base_2_of_sum(z: Array) -> Array:
    """Take the logarithm to base 2 of the sum, but e to the power of the scores."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log2(np.exp(shifted).sum(axis=-1, keepdims=True)))


def masked_log_by_product(z: Array) -> Array:
    """Multiply by 0 what is −∞: only its own entry is lost."""
    return _log_of_sum(z, z.max(axis=-1, keepdims=True)) + 0 * z


LOG_SOFTMAX = (
    *_each(SHAPELY, extreme=False, then=np.log),
    *_each({"log-base-2": (log_base_2, log_base_2_of_sum)}, extreme=False),
    *_each({"sign": (lambda z: -_log_of_sum(z, z.max(axis=-1, keepdims=True)),)}, extreme=False),
    *_each({"log-of-softmax": (log_of_softmax,)}, extreme=True),
    *_each(FAR, extreme=True, then=np.log),  # what goes wrong first
    *_each({"masked-logit": (masked_log_by_product,)}, extreme=True),
    *(
        Mistake(name, partial(_of_scores, partial(_shifted_log, shift), np.asarray), extreme=True)
        for name, shift in LOG_SHIFTS.items()
    ),
)


Kept = Callable[[Array, float], Array]
"""What is made of probabilities with a constant."""


def added(p: Array, constant: float) -> Array:
    """Add an ε."""
    return np.asarray(p + constant)


def clipped(p: Array, least: float) -> Array:
    """Keep p away from 0 and from 1."""
    return np.asarray(np.clip(p, least, 1 - least))


def at_least(p: Array, least: float) -> Array:
    """Keep p away from 0."""
    return np.asarray(np.maximum(p, least))


KEPT: tuple[tuple[str, Kept], ...] = (
    ("epsilon-in-log", added),
    ("clipped-prediction", clipped),
    ("clipped-prediction", at_least),
)


def _log_of_kept(kept: Kept, probe: Probe, constant: float) -> Array:
    return np.asarray(np.log(kept(stable(probe.parts["z"]), constant)))


LOG_FAMILIES = tuple(Family(name, partial(_log_of_kept, kept)) for name, kept in KEPT)


def _plogp(p: Array) -> Array:
    return np.asarray(p * np.log(p))


def _with(function: Callable[[Array, Array], Any]) -> Callable[[Probe], Any]:
    """Return a function of q and p as one of a probe."""
    return lambda probe: function(probe.parts["q"], probe.parts["p"])


ENTROPY = (
    Mistake("sign", _with(lambda q, _p: _plogp(q).sum())),
    Mistake("log-base-2", _with(lambda q, _p: -(q * np.log2(q)).sum())),
    Mistake("mean-over-classes", _with(lambda q, _p: -_plogp(q).mean())),
    Mistake("binary-cross-entropy", _with(lambda q, _p: -(_plogp(q) + _plogp(1 - q)).sum())),
    Mistake("no-logarithm", _with(lambda q, _p: -(q * q).sum())),
    Mistake("zero-times-log-zero", _with(lambda q, _p: -_plogp(q).sum()), extreme=True),
)

CROSS_ENTROPY = (
    Mistake("sign", _with(lambda q, p: (q * np.log(p)).sum())),
    Mistake("log-base-2", _with(lambda q, p: -(q * np.log2(p)).sum())),
    Mistake("target-and-prediction-swapped", _with(lambda q, p: -(p * np.log(q)).sum())),
    Mistake("entropy-of-prediction", _with(lambda _q, p: -_plogp(p).sum())),
    Mistake("binary-cross-entropy", _with(lambda q, p: -(q * np.log(p) + (1 - q) * np.log(1 - p)).sum())),
    Mistake("binary-cross-entropy", _with(lambda q, p: -(q * np.log(p) + (1 - q) * np.log(1 - p)).mean())),
    Mistake("mean-over-classes", _with(lambda q, p: -(q * np.log(p)).mean())),
    Mistake("no-logarithm", _with(lambda q, p: -(q * p).sum())),
    Mistake("zero-times-log-zero", _with(lambda q, p: -(q * np.log(p)).sum()), extreme=True),
)

KL_DIVERGENCE = (
    Mistake("sign", _with(lambda q, p: (q * np.log(p / q)).sum())),
    Mistake("log-base-2", _with(lambda q, p: (q * np.log2(q / p)).sum())),
    Mistake("target-and-prediction-swapped", _with(lambda q, p: (p * np.log(p / q)).sum())),
    Mistake("cross-entropy-for-kl", _with(lambda q, p: -(q * np.log(p)).sum())),
    Mistake("mean-over-classes", _with(lambda q, p: (q * np.log(q / p)).mean())),
    Mistake("no-logarithm", _with(lambda q, p: (q * (q / p)).sum())),
    Mistake("zero-times-log-zero", _with(lambda q, p: (q * np.log(q / p)).sum()), extreme=True),
    Mistake("zero-times-log-zero", _with(lambda q, p: (q * (np.log(q) - np.log(p))).sum()), extreme=True),
)


def _cross_entropy_of_kept(kept: Kept, probe: Probe, constant: float) -> Any:
    return -(probe.parts["q"] * np.log(kept(probe.parts["p"], constant))).sum()


CROSS_ENTROPY_FAMILIES = tuple(Family(name, partial(_cross_entropy_of_kept, kept)) for name, kept in KEPT)

ENTROPY_FAMILIES = (
    Family("epsilon-in-log", lambda probe, e: -(probe.parts["q"] * np.log(probe.parts["q"] + e)).sum()),
    Family("epsilon-in-log", lambda probe, e: -_plogp(probe.parts["q"] + e).sum()),
    Family("clipped-prediction", lambda probe, e: -_plogp(clipped(probe.parts["q"], e)).sum()),
)


def _divergence(q: Array, above: Array, p: Array) -> Any:
    """Return Σ q log(above/p), where q and what stands in the logarithm may differ."""
    with np.errstate(all="ignore"):
        terms = q * np.log(above / p)
    return np.where(q > 0, terms, 0).sum()


def _divergence_from_kept(kept: Kept, probe: Probe, constant: float) -> Any:
    q = probe.parts["q"]
    return _divergence(q, q, kept(probe.parts["p"], constant))


def _divergence_of_kept(kept: Kept, probe: Probe, constant: float) -> Any:
    q = kept(probe.parts["q"], constant)
    return _divergence(q, q, kept(probe.parts["p"], constant))


KL_FAMILIES = (
    *(Family(name, partial(_divergence_from_kept, kept)) for name, kept in KEPT),
    *(Family(name, partial(_divergence_of_kept, kept)) for name, kept in KEPT),
    Family("epsilon-in-log", lambda at, e: _divergence(at.parts["q"], at.parts["q"] + e, at.parts["p"] + e)),
)


def picked(p: Array, labels: Labels) -> Array:
    """Return the entry of each row's label."""
    return np.asarray(p[np.arange(len(labels)), labels])


def off_by_one(labels: Labels, step: int, classes: int) -> Labels:
    """Return labels counted from 1, or one too far, which raises an exception behind the last class or begins anew."""
    return (labels - 1, labels + 1, (labels + 1) % classes)[step]


def _one_hot(labels: Labels, classes: int) -> Array:
    return np.asarray(np.eye(classes)[labels])


Picked = Callable[[Array, Labels], Any]


def of_predictions(reduce: Reduce) -> tuple[tuple[str, Picked], ...]:
    """Return the mistakes of a loss by what they make of p and the labels; reduce: what makes one number of all."""

    def shifted(by: int, p: Array, labels: Labels) -> Any:
        return reduce(-np.log(picked(p, off_by_one(labels, by, p.shape[1]))))

    def binary(p: Array, labels: Labels) -> Array:
        q = _one_hot(labels, p.shape[1])
        return np.asarray(q * np.log(p) + (1 - q) * np.log(1 - p))

    return (
        ("sign", lambda p, k: reduce(np.log(picked(p, k)))),
        ("log-base-2", lambda p, k: reduce(-np.log2(picked(p, k)))),
        ("no-logarithm", lambda p, k: reduce(-picked(p, k))),
        ("no-logarithm", lambda p, k: reduce(1 - picked(p, k))),
        ("no-logarithm", lambda p, k: reduce(picked(p, k))),
        *(("label-off-by-one", partial(shifted, by)) for by in range(3)),
        ("labels-as-target", lambda p, k: reduce(-(k[:, None] * np.log(p)).sum(axis=1))),
        ("entropy-of-prediction", lambda p, _k: reduce(-_plogp(p).sum(axis=1))),
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
        Mistake(name, _from_log(partial(_shifted_log, shift)), extreme=True)
        for name, shift in LOG_SHIFTS.items()
        if name != "masked-logit"
    ),
)

LOSS_FAMILIES = _loss_families(np.mean)

LABELLED = _of_p((*of_predictions(np.mean), *OF_THE_MEAN))

LABELLED_EACH = _of_p(of_predictions(np.asarray))
LABELLED_EACH_FAMILIES = _loss_families(np.asarray)

Slope = Callable[[Probe], Any]


def _error(probe: Probe) -> Array:
    """Return p − q, which the right gradient is the mean of."""
    return np.asarray(probe.parts["p"] - probe.parts["one_hot"])


def _classic(mistake: GradientMistake, probe: Probe) -> Array:
    error = _error(probe)
    return mistake.gradient(probe.parts["one_hot"], probe.parts["p"], error, len(error))


def _shifted_target(probe: Probe, step: int) -> Array:
    classes = probe.parts["z"].shape[1]
    return np.asarray(probe.parts["p"] - _one_hot(off_by_one(probe.parts["labels"], step, classes), classes))


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

NOTICED = ("changes-its-input", "float32")
"""Mistakes that are seen in what a function does, not in a value."""

CONSTANTS = (
    *(digit * 10.0**power for power in range(-20, -2) for digit in (1.0, 2.0, 5.0)),
    *(float(np.finfo(kind).eps) for kind in (np.float64, np.float32)),
    1e-300,
    1e-100,
    1e-50,
    1e-30,
    float(np.finfo(np.float64).tiny),
)
"""What people add to a probability, or clip it at."""


def constants(seen: float) -> tuple[float, ...]:
    """Return constants that may lie behind a result of this size where ∞ is right: −log ε, ½ of it, or KL's."""
    tried = (seen, 2 * seen, 2 * seen + 2 * math.log(2))
    return (*CONSTANTS, *(math.exp(-size) for size in tried if 0 < size < 740))
