"""Mistakes in entropy, cross-entropy and KL divergence."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.mistakes import KEPT, Family, Kept, Mistake, at_least, clipped
from sce_cli.topics.check.probes import Probe


def plogp(p: Array) -> Array:
    """Return p·log p, no number where p is 0."""
    return np.asarray(p * np.log(p))


def _with(function: Callable[[Array, Array], Any]) -> Callable[[Probe], Any]:
    """Return a function of q and p as one of a probe."""
    return lambda probe: function(probe.parts["q"], probe.parts["p"])


ENTROPY = (
    Mistake("sign", _with(lambda q, _p: plogp(q).sum())),
    Mistake("log-base-2", _with(lambda q, _p: -(q * np.log2(q)).sum())),
    Mistake("mean-over-classes", _with(lambda q, _p: -plogp(q).mean())),
    Mistake("binary-cross-entropy", _with(lambda q, _p: -(plogp(q) + plogp(1 - q)).sum())),
    Mistake("no-logarithm", _with(lambda q, _p: -(q * q).sum())),
    Mistake("zero-times-log-zero", _with(lambda q, _p: -plogp(q).sum()), extreme=True),
)

CROSS_ENTROPY = (
    Mistake("sign", _with(lambda q, p: (q * np.log(p)).sum())),
    Mistake("log-base-2", _with(lambda q, p: -(q * np.log2(p)).sum())),
    Mistake("target-and-prediction-swapped", _with(lambda q, p: -(p * np.log(q)).sum())),
    Mistake("entropy-of-prediction", _with(lambda _q, p: -plogp(p).sum())),
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
    Family("epsilon-in-log", lambda probe, e: -plogp(probe.parts["q"] + e).sum()),
    Family("clipped-prediction", lambda probe, e: -plogp(clipped(probe.parts["q"], e)).sum()),
    Family("clipped-prediction", lambda probe, e: -plogp(at_least(probe.parts["q"], e)).sum()),
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
