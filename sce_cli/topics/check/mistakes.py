"""The bank of known mistakes: each is a short wrong function, which is what it does wrong.

A name stands for several functions where one mistake is written in several ways, and for a family where it has a
constant. They stand by subject in softmax_mistakes.py, divergence_mistakes.py, loss_mistakes.py and slope_mistakes.py;
what is said of each, in remarks.py.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.probes import Probe


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
