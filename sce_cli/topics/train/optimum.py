"""The least value of an objective, and whether any parameters have it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Objective
from sce_cli.core.descent import Outcome
from sce_cli.topics.train.run import FEW_PARAMETERS, SMALL_GRADIENT, Run, newton_advance

MOST_NEWTON = 1_000_000_000
"""Multiplications up to which the exact minimum is looked for: about a tenth of a second a step."""

NEWTON_STEPS = 60

LASTING_STEP = 1e-3
"""What the scores still move by in the last step of Newton's method where no minimum is attained; else nearly 0."""


@dataclass(frozen=True, eq=False)
class Least:
    """The least value of an objective, where it was found, and what is left there of the gradient."""

    value: float | None = None
    """Nats; None where it isn't known or not attained."""

    separability: str = ""
    """"separable" or "partly separable" where no finite parameters have it, else ""."""

    parameters: Array | None = None
    """[W b], shape (K, D + 1); None where they aren't known."""

    gradient: float = 0.0
    """The largest entry that is left."""


def least_value(train: Objective, runs: Sequence[Run]) -> Least:
    """Return the least value of the objective, from a run of Newton's method if there was one, else by another."""
    lacking = may_lack_a_minimum(train)
    if lacking and _separates(train, runs[0].parameters):
        return Least(separability="separable")
    known = [one for one in runs if one.spec.by_curvature and one.outcome == Outcome.CONVERGED.value]
    if known and not lacking:
        return Least(float(known[0].objective[-1]), "", known[0].parameters, float(known[0].gradient_norm[-1]))
    parameters = math.prod(train.shape)
    if len(train.labels) * parameters * min(parameters, FEW_PARAMETERS) > MOST_NEWTON:
        return Least()
    found, before, last = _by_newton(train)
    separability = _separability(train, before, last) if lacking else ""
    return Least(separability=separability) if separability else found


def _by_newton(train: Objective) -> tuple[Least, Array, Array]:
    """Minimise by Newton's method; return what was found, no value if the gradient stays, and the last two positions.

    It ends where the classes are separated: there is no minimum.
    """
    last: Array = np.zeros(train.shape)
    before = last
    path = core.descend(train.evaluate, last, partial(newton_advance, train))
    with np.errstate(over="ignore", invalid="ignore"):
        for parameters, here in islice(path, NEWTON_STEPS):
            before, last, gradient = last, parameters, float(np.abs(here.gradient).max())
            if gradient <= SMALL_GRADIENT:
                return Least(here.value, "", last, gradient), before, last
            if may_lack_a_minimum(train) and _separates(train, last):
                break
    return Least(), before, last


def may_lack_a_minimum(train: Objective) -> bool:
    """Tell whether the objective of separable classes would have no minimum."""
    return not train.l2 and not train.smoothing


def _separates(train: Objective, parameters: Array) -> bool:
    return classifier.least_margin(parameters, train.features, train.labels) > 0


def _separability(train: Objective, before: Array, last: Array) -> str:
    """Return whether the classes are linearly separable, "partly" where only some of them are, or "".

    Any weights that give every example the right class, with a lead, prove it. If some classes can't be told apart,
    Newton's method ends with steps in a direction in which only the others still gain: no example loses by it.
    """
    if _separates(train, last):
        return "separable"
    direction = last - before
    size = classifier.largest_score(direction, train.features)
    least = classifier.least_margin(direction, train.features, train.labels)
    return "partly separable" if size > LASTING_STEP and least >= -size / 1e6 else ""
