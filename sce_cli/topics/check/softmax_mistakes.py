"""Mistakes in softmax and log_softmax, of which those of softmax are also made in a loss and its gradient."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.mistakes import KEPT, Family, Kept, Mistake
from sce_cli.topics.check.probes import Probe

Softmax = Callable[[Array], Array]


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


def shifted_log(shift: Softmax, z: Array) -> Array:
    """Return log softmax with something else than each row's maximum taken out."""
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
        Mistake(name, partial(_of_scores, partial(shifted_log, shift), np.asarray), extreme=True)
        for name, shift in LOG_SHIFTS.items()
    ),
)


def _log_of_kept(kept: Kept, probe: Probe, constant: float) -> Array:
    return np.asarray(np.log(kept(stable(probe.parts["z"]), constant)))


LOG_FAMILIES = tuple(Family(name, partial(_log_of_kept, kept)) for name, kept in KEPT)
