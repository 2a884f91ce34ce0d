"""What `sce train` claims, each claim by two independent routes."""

import math
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.study import Check
from sce_cli.topics.train.run import DIVERGED, FEW_PARAMETERS, Run
from sce_cli.translation import N_

ROUNDING = 32 * float(np.finfo(np.float64).eps)
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

CHECKED_ROWS, CHECKED_WEIGHTS, CHECKED_DIRECTIONS = 500, 50, 10
"""Examples, single weights and random directions that the gradient is checked on."""

BLOCK = 65_536
"""Scores that are recomputed at once."""


def _some(train: Objective) -> tuple[Objective, Array]:
    """Return the objective of a few examples, and the unit of each column of θ, shape (D + 1,): 1/size of its feature.

    With steps in these units the scores move as much as the steps say.
    """
    features, labels = train.features[:CHECKED_ROWS], train.labels[:CHECKED_ROWS]
    size = np.append(np.sqrt(np.einsum("nd,nd->d", features, features) / len(labels)), 1.0)
    unit = 1 / np.where(size > 0, size, 1)
    return Objective(features, labels, train.classes, train.l2, train.smoothing), unit / math.sqrt(train.shape[1])


def _directions(random: "np.random.Generator", shape: tuple[int, int], unit: Array) -> list[Callable[[], Array]]:
    """Return what draws each of the random directions: all of them at once are ten times as large as the parameters."""
    sources = []
    for _ in range(CHECKED_DIRECTIONS):
        sources.append(deepcopy(random))
        random.normal(size=shape)
    return [lambda source=source: deepcopy(source).normal(size=shape) * unit for source in sources]  # type: ignore[misc]


def gradient_check(train: Objective, random: "np.random.Generator") -> core.GradientCheck:
    """Hold the gradient at random parameters against differences along single weights and random directions.

    At W = 0 every prediction is the same, which would hide mistakes.
    """
    some, unit = _some(train)
    here = random.normal(size=train.shape) * unit
    single = random.permutation(here.size)[:CHECKED_WEIGHTS]
    lengths = unit[single % unit.size] * math.sqrt(unit.size)
    directions = _directions(random, train.shape, unit)
    target = core.smooth_labels(core.one_hot(some.labels, train.classes), train.smoothing)

    def value(steps: Array) -> float:
        moved = here.copy()
        moved.ravel()[single] += steps[: len(single)] * lengths
        for place in np.flatnonzero(steps[len(single) :]):
            moved += steps[len(single) + place] * directions[place]()
        logits = some.features @ moved[:, :-1].T + moved[:, -1]
        losses = core.logsumexp(logits) - (target * logits).sum(axis=1)
        return float(losses.mean() + train.l2 / 2 * (moved[:, :-1] ** 2).sum())

    gradient = some.evaluate(here).gradient
    slopes = [*(gradient.ravel()[single] * lengths), *(np.vdot(gradient, direction()) for direction in directions)]
    return core.check_gradient(value, slopes, np.zeros(len(slopes)))


def hessian_check(train: Objective, random: "np.random.Generator") -> list[Check]:
    """Hold the Hessian at random parameters, between random directions, against differences of the gradient.

    It is the one that Newton's method takes: built for few parameters, in products for many.
    """
    some, unit = _some(train)
    here, seen = random.normal(size=(2, *train.shape)) * unit
    directions = _directions(random, train.shape, unit)

    def slope(steps: Array) -> float:
        moved = here.copy()
        for place in np.flatnonzero(steps):
            moved += steps[place] * directions[place]()
        return float(np.vdot(some.evaluate(moved).gradient, seen))

    built = here.size <= FEW_PARAMETERS
    curved = some.hessian(here) @ seen.ravel() if built else some.hessian_vector_product(here)(seen).ravel()
    slopes = [float(np.vdot(curved, direction())) for direction in directions]
    found = core.check_gradient(slope, slopes, np.zeros(len(slopes)))
    claim = N_("the Hessian = central differences of the gradient, relatively")
    return [Check(claim, float(found.relative_error.max()), found.tolerance)]


def target_entropy(classes: int, smoothing: float) -> float:
    """Return H(q) of a target smoothed by ε, in nats: no loss is lower."""
    return float(core.entropy(core.smooth_labels(core.one_hot(0, classes), smoothing)))


def start_checks(train: Objective, first: Run) -> Iterator[Check]:
    """Hold the untrained loss against ln K, and the fall of the objective along its gradient against the gradient."""
    start = math.log(train.classes)
    yield Check(N_("loss before training = ln K"), abs(float(first.train_loss[0]) - start) / start, ROUNDING)
    origin = np.zeros(train.shape)
    gradient = train.evaluate(origin).gradient
    reach = classifier.largest_score(gradient, train.features)
    reach = max(reach, math.sqrt(train.l2) * float(np.linalg.norm(gradient)))
    if not reach:
        return
    step = gradient / reach  # moves no score by more than 1, and no penalty
    fall = core.check_gradient(
        lambda t: train.evaluate(origin - t[0] * step).value, [-float(np.vdot(gradient, step))], [0.0]
    )
    claim = N_("a step against the gradient g lowers the objective, at the rate ‖g‖²")
    yield Check(claim, float(fall.relative_error.max()), fall.tolerance)


def run_checks(train: Objective, test: Objective | None, runs: Sequence[Run], confusion: Labels) -> Iterator[Check]:
    """Recompute what is reported of the first run from its weights by another route; look at the course of all."""
    first = runs[0]
    recomputed = N_("train loss = recomputed from the weights, row by row")
    also = N_("test loss = recomputed from the weights, row by row")
    for claim, part, loss in ((recomputed, train, first.train_loss[-1]), (also, test, first.test_loss[-1])):
        if part is not None:
            error = abs(_recomputed_loss(part, first) - loss) / max(1.0, loss)
            yield Check(claim, error, ROUNDING)
    if train.l2:
        value, penalty = float(first.objective[-1]), train.l2 / 2 * math.fsum(first.weights.ravel() ** 2)
        error = abs(float(first.train_loss[-1]) + penalty - value) / max(1.0, value)
        yield Check(N_("F = the loss and λ/2·‖W‖², recomputed from the weights"), error, ROUNDING)
    reported = first.train_accuracy[-1] if test is None else first.test_accuracy[-1]
    measured = confusion.trace() / confusion.sum()
    yield Check(N_("accuracy = the diagonal of the confusion matrix"), abs(float(reported - measured)), ROUNDING)
    above = max(_highest(one) - DIVERGED * float(one.objective[0]) for one in runs)
    yield Check(N_("the objective stays below twice that of the untrained model"), max(0.0, above), 0.0)
    if (
        first.spec.lowers_each_step
        and first.learning_rate
        and first.learning_rate <= (1 + ROUNDING) / train.smoothness()
    ):
        rise = float(np.diff(first.objective).max(initial=0.0))
        yield Check(N_("no epoch raises the objective, since the learning rate is at most 1/L"), rise, ROUNDING)


def _highest(run: Run) -> float:
    """Return a run's largest objective: ∞ where it diverged although all that is left of it is finite."""
    highest = float(run.objective.max())
    lost = run.outcome == Outcome.DIVERGED.value and highest <= DIVERGED * float(run.objective[0])
    return math.inf if lost else highest


def floor_checks(train: Objective, first: Run, minimum: float | None) -> Iterator[Check]:
    """Hold the run against what it can't fall below: the minimum found by another method, the targets' entropy."""
    if minimum is not None and not first.spec.by_curvature:
        below = max(0.0, minimum - float(first.objective.min()))
        yield Check(N_("the objective is never below the minimum that Newton's method finds"), below, ROUNDING)
    if train.smoothing:
        below = max(0.0, target_entropy(train.classes, train.smoothing) - float(first.train_loss.min()))
        yield Check(N_("the loss is never below H(q) of the smoothed targets"), below, ROUNDING)


def _recomputed_loss(part: Objective, first: Run) -> float:
    """Return the mean loss from the final weights: q·(logaddexp of the scores − z), row-major, example by example."""
    total, length = 0.0, max(BLOCK // part.classes, 1)
    for start in range(0, len(part.labels), length):
        rows = slice(start, start + length)
        logits = np.einsum("nd,kd->nk", part.features[rows], first.weights) + first.bias
        surprise = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
        target = core.smooth_labels(core.one_hot(part.labels[rows], part.classes), part.smoothing)
        total += float((target * surprise).sum())
    return total / len(part.labels)
