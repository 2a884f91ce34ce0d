"""The inputs that a student's functions are tried on, each with all that a function may want of it.

Ordinary probes decide whether a function is right and which mistake it makes. Extremes decide only about the mistakes
that show nowhere else. None has two classes and two examples alone: half a gradient isn't one of two examples there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array

Labels = NDArray[np.intp]

GAPS = (7.0, 14.0, 20.0, 26.0, 32.0, 38.0)
"""How far a label's score is below the largest, for an ε in the logarithm to show: from p = 1e-3 down to 1e-17."""

SMALL = (1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16)
"""Predictions for the same."""


@dataclass(frozen=True, eq=False)
class Probe:
    """One input, by what its parts are."""

    parts: Mapping[str, Any]
    """z (K,) or (N, K), labels (N,) or a class, one_hot and p of z's shape, x (N, D); or q and p (K,)."""

    extreme: bool = False
    """Whether only the mistakes that show nowhere else are decided here."""

    batch: bool = False
    """Whether z holds several examples."""

    scale: float = field(init=False)
    """max(1, the largest finite part)."""

    def __post_init__(self) -> None:
        """Measure it."""
        sizes = [np.abs(part[np.isfinite(part)]).max(initial=1) for part in map(np.asarray, self.parts.values())]
        object.__setattr__(self, "scale", float(max(sizes)))


@cache
def every_score() -> tuple[Probe, ...]:
    """Return the scores for softmax and log_softmax."""
    one: list[Any] = [[1, 0], [2, 1, 0.1], [0.5, -1.5, 2.25, 0, -0.75]]
    rows: list[Any] = [[[1, 0], [0, 3]], [[1, 0, 0], [0, 0, 2]], _random(1, 4, 3), _random(2, 2, 5), _random(3, 3, 3)]
    far: list[Any] = [[1000, 0], [-1000, -1001, -1002], [0, -1000, 5], [2, -np.inf, 1]]
    far_rows: list[Any] = [
        [[1000, 999, 998], [0, 1, 2]],
        [[-1000, -1001, -1003], [-1000, -999, -1000]],
        [[2, -np.inf, 1], [0, 1, -np.inf]],
    ]
    return (
        *(Probe({"z": np.array(z, dtype=float)}) for z in one),
        *(Probe({"z": np.array(z, dtype=float)}, batch=True) for z in rows),
        *(Probe({"z": np.array(z, dtype=float)}, extreme=True) for z in far),
        *(Probe({"z": np.array(z, dtype=float)}, extreme=True, batch=True) for z in far_rows),
    )


@cache
def log_scores() -> tuple[Probe, ...]:
    """Return the same with smaller and smaller p, for log_softmax."""
    return (*every_score(), *(Probe({"z": np.array([0.0, -gap])}, extreme=True) for gap in GAPS))


@cache
def distributions() -> tuple[Probe, ...]:
    """Return pairs of a target q and a prediction p, of which entropy takes q."""
    ordinary: list[Any] = [
        ([0.5, 0.5], [0.9, 0.1]),
        ([0.6, 0.4], [0.25, 0.75]),
        ([0.2, 0.3, 0.5], [0.7, 0.2, 0.1]),
        ([0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4]),
        ([0.05, 0.35, 0.15, 0.2, 0.25], [0.3, 0.05, 0.4, 0.15, 0.1]),
    ]
    zeros: list[Any] = [([1, 0], [0.5, 0.5]), ([1, 0], [1, 0]), ([0.5, 0.5], [1, 0]), ([0, 0.5, 0.5], [0.2, 0.3, 0.5])]
    small = [([0.5, 0.5], [1 - p, p]) for p in SMALL]
    return (*(_pair(q, p) for q, p in ordinary), *(_pair(q, p, extreme=True) for q, p in zeros + small))


@cache
def labelled_scores() -> tuple[Probe, ...]:
    """Return batches of scores with labels and features."""
    ordinary: list[Any] = [
        ([[1, 0]], [1]),
        ([[1, 0], [0, 2]], [1, 0]),
        ([[1, 0, 0], [0, 0, 2]], [1, 0]),
        (_random(4, 4, 3), [0, 2, 1, 0]),
        (_random(5, 5, 4), [1, 0, 2, 2, 1]),
        (_random(6, 3, 3), [2, 0, 2]),
        (_random(7, 4, 5), [4, 0, 3, 1]),
    ]
    return tuple(_batch(z, labels) for z, labels in ordinary)


@cache
def losses() -> tuple[Probe, ...]:
    """Return what a loss is tried on."""
    far: list[Any] = [
        ([[1000, 0]], [0]),
        ([[-1000, -1001, -1002]], [0]),
        ([[0, 1000, 1]], [0]),
        ([[0, -1000, 1]], [0]),
        ([[1000, 999, 998], [0, 1, 2]], [0, 1]),
        *([([[0.0, -gap, -1]], [1]) for gap in GAPS]),
    ]
    return (*labelled_scores(), *(_batch(z, labels, extreme=True) for z, labels in far))


@cache
def gradients() -> tuple[Probe, ...]:
    """Return what a gradient is tried on: within an example, scores are at most 600 apart."""
    far: list[Any] = [
        ([[1000, 400, 700]], [0]),
        ([[-1000, -1400, -1200]], [0]),
        ([[1000, 999, 998], [0, 1, 2]], [0, 1]),
    ]
    return (*labelled_scores(), *(_batch(z, labels, extreme=True) for z, labels in far))


@cache
def predictions() -> tuple[Probe, ...]:
    """Return batches of predictions with labels, of which the last p is 0 in float64."""
    far: list[Any] = [([[0.0, -gap, -1]], [1]) for gap in (*GAPS, 800)]
    return (*labelled_scores(), *(_batch(z, labels, extreme=True) for z, labels in far))


@cache
def examples() -> tuple[Probe, ...]:
    """Return single examples with their class."""
    ordinary: list[Any] = [([1, 0], 1), ([2, 1, 0.1], 0), ([0.5, -1.5, 2.25, 0, -0.75], 3)]
    far: list[Any] = [([1000, 400, 700], 0), ([-1000, -1400, -1200], 0)]
    return (*(_example(z, k) for z, k in ordinary), *(_example(z, k, extreme=True) for z, k in far))


def _random(seed: int, rows: int, columns: int) -> Array:
    """Return scores with two decimals, so that a counterexample is short."""
    return np.random.default_rng(seed).normal(0, 2, (rows, columns)).round(2) + 0.0


def _pair(q: Sequence[float], p: Sequence[float], *, extreme: bool = False) -> Probe:
    return Probe({"q": np.array(q, dtype=float), "p": np.array(p, dtype=float)}, extreme)


def _batch(z: Array | Sequence[Sequence[float]], labels: Sequence[int], *, extreme: bool = False) -> Probe:
    scores, classes = np.array(z, dtype=float), np.array(labels)
    features = np.random.default_rng(len(scores)).normal(0, 1, (len(scores), 3 if scores.shape == (3, 3) else 2))
    return Probe(
        {
            "z": scores,
            "labels": classes,
            "one_hot": core.one_hot(classes, scores.shape[1]),
            "p": core.softmax(scores),
            "x": features.round(2),
        },
        extreme,
        batch=True,
    )


def _example(z: Sequence[float], label: int, *, extreme: bool = False) -> Probe:
    scores = np.array(z, dtype=float)
    one_hot = core.one_hot(label, len(scores))
    return Probe({"z": scores, "labels": label, "one_hot": one_hot, "p": core.softmax(scores)}, extreme)
