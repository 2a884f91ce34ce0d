"""What `sce train` claims, each claim by two independent routes."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.blocks import CACHED, blocks
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.study import Check
from sce_cli.topics.train.optimum import Least
from sce_cli.topics.train.run import FEW_PARAMETERS, NOISE, Run
from sce_cli.translation import N_

ROUNDING = 2 * core.ROUNDING
"""Allowed where two well-conditioned routes differ by a few roundings."""

CHECKED_ROWS, CHECKED_WEIGHTS, CHECKED_DIRECTIONS = 500, 50, 10
"""Examples, single weights and random directions that the gradient is checked on."""

LEAST_SIZE = 1e-300
"""A feature that is smaller moves no score, whatever its weights; 1 divided by it would be infinite."""

LEAST_SQUARED = 1e-150
"""The square of what is larger is a float with all of its digits."""

BLOCK = 65_536
"""Scores that are recomputed at once."""


def _some(train: Objective) -> tuple[Objective, Array]:
    """Return the objective of a few examples, and the unit of each column of θ, shape (D + 1,).

    It is 1/√(x² + λ) for the feature's largest x: a step of one unit moves no score by more than 1, and the penalty by
    no more than ½. So third derivatives are at most about 1, whatever the features' size, and differences see what
    they should.
    """
    features, labels = train.features[:CHECKED_ROWS], train.labels[:CHECKED_ROWS]
    size = np.append(np.hypot(np.abs(features).max(axis=0), math.sqrt(train.l2)), 1.0)
    unit = 1 / np.maximum(np.where(size > 0, size, 1), LEAST_SIZE)
    return Objective(features, labels, train.classes, train.l2, train.smoothing), unit / math.sqrt(train.shape[1])


def _directions(random: "np.random.Generator", shape: tuple[int, int], unit: Array) -> list[Callable[[], Array]]:
    """Return what draws each of the random directions: all of them at once are ten times as large as the parameters."""
    seeds = random.integers(2**32, size=CHECKED_DIRECTIONS).tolist()
    return [partial(_direction, seed, shape, unit) for seed in seeds]


def _direction(seed: int, shape: tuple[int, int], unit: Array) -> Array:
    drawn: Array = np.random.default_rng(seed).normal(size=shape)
    return drawn * unit


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
        return float(losses.mean() + ((math.sqrt(train.l2) * moved[:, :-1]) ** 2).sum() / 2)

    gradient = some.evaluate(here).gradient
    slopes = [*(gradient.ravel()[single] * lengths), *(np.vdot(gradient, direction()) for direction in directions)]
    return core.check_gradient(value, slopes, np.zeros(len(slopes)))


def hessian_check(train: Objective, random: "np.random.Generator") -> list[Check]:
    """Hold the Hessian at random parameters, between random directions, against differences of the gradient.

    It is the one that Newton's method takes: built for few parameters, in products for many. The weights of features
    whose squares underflow stay out of it.
    """
    some, unit = _some(train)
    unit = np.where(unit < 1 / LEAST_SQUARED, unit, 0)
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
    error = abs(float(first.train_loss[0]) - start) / start
    yield Check(N_("loss before training = ln K"), error, ROUNDING + _rounding_of_sum(train))
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
    yield _recomputed(N_("train loss = recomputed from the weights, row by row"), train, first, first.train_loss)
    if test is not None:
        yield _recomputed(N_("test loss = recomputed from the weights, row by row"), test, first, first.test_loss)
    if train.l2:
        yield _penalised(train, first)
    reported = first.train_accuracy[-1] if test is None else first.test_accuracy[-1]
    measured = confusion.trace() / confusion.sum()
    yield Check(N_("accuracy = the diagonal of the confusion matrix"), abs(float(reported - measured)), ROUNDING)
    yield from _ceiling_checks(runs)
    rate = first.learning_rate
    if first.spec.lowers_each_step and rate and rate <= (1 + ROUNDING) / train.smoothness():
        rise = float(np.diff(first.objective).max(initial=0.0))
        allowed = rounding(train, first.parameters, float(first.objective.max()))
        yield Check(N_("no epoch raises the objective, since the learning rate is at most 1/L"), rise, allowed)


def _recomputed(claim: str, part: Objective, first: Run, losses: Array) -> Check:
    """Hold the reported loss of the last epoch against the one recomputed from the weights."""
    loss = float(losses[-1])
    size = max(1.0, loss)
    return Check(claim, abs(_recomputed_loss(part, first) - loss) / size, rounding(part, first.parameters, loss) / size)


def _penalised(train: Objective, first: Run) -> Check:
    """Hold F against the loss and the penalty, whose sum of D·K squares rounds at each addition."""
    value, penalty = float(first.objective[-1]), train.l2 / 2 * math.fsum(first.weights.ravel() ** 2)
    size = max(1.0, value)
    error = abs(float(first.train_loss[-1]) + penalty - value) / size
    allowed = ROUNDING + core.EPSILON * first.weights.size * penalty / size
    return Check(N_("F = the loss and λ/2·‖W‖², recomputed from the weights"), error, allowed)


def rounding(part: Objective, parameters: Array, loss: float) -> float:
    """Return how far rounding may take two routes to the mean loss at some parameters apart, nats.

    A score is a sum of D + 1 terms, each addition of which rounds by up to ε/2 of the sum of their sizes, however much
    of it cancels; and the sum of K exponentials rounds as often. A loss is the difference of two such numbers, and
    there are two routes.
    """
    classes, width = part.shape
    scores = 2 * (classes + width) * core.EPSILON * size_of_scores(part, parameters)
    return scores + (ROUNDING + _rounding_of_sum(part)) * max(1.0, loss)


def size_of_scores(part: Objective, parameters: Array) -> float:
    """Return a bound of Σ_d |w_d·x_d| + |b|, the largest of all classes, in the mean over the examples."""
    mean = np.zeros(part.features.shape[1])
    for rows in blocks(len(part.labels), max(CACHED // max(mean.size, 1), 1)):
        mean += np.abs(part.features[rows]).sum(axis=0) / len(part.labels)
    with np.errstate(over="ignore"):
        return float(np.abs(parameters).max(axis=0) @ np.append(mean, 1.0))


def _rounding_of_sum(part: Objective) -> float:
    """Return the relative rounding of a sum over the examples: one addition for each block of scores."""
    return core.EPSILON * math.ceil(len(part.labels) * part.classes / CACHED)


def _highest(run: Run) -> float:
    """Return a run's largest objective: ∞ where it diverged although all that is left of it is finite."""
    lost = run.outcome == Outcome.DIVERGED.value and run.overshot_in is None
    return math.inf if lost else float(run.objective.max())


def _ceiling_checks(runs: Sequence[Run]) -> Iterator[Check]:
    """Hold the runs against what no step passes that isn't too long: the start, or twice it where steps are noisy."""
    strict = [one for one in runs if one.ceiling < NOISE * one.objective[0]]
    noisy = [one for one in runs if one not in strict]
    for claim, those in (
        (N_("the objective never rises above that of the untrained model"), strict),
        (N_("the objective stays below twice that of the untrained model"), noisy),
    ):
        if those:
            yield Check(claim, max(0.0, *(_highest(one) - one.ceiling for one in those)), 0.0)


def floor_checks(train: Objective, first: Run, least: Least) -> Iterator[Check]:
    """Hold the run against what it can't fall below: the minimum found by another method, the targets' entropy."""
    if least.value is not None and not first.spec.by_curvature:
        below = max(0.0, least.value - float(first.objective.min()))
        claim = N_("the objective is never below the minimum that Newton's method finds")
        yield Check(claim, below, _slack(train, first, least))
    if train.smoothing:
        below = max(0.0, target_entropy(train.classes, train.smoothing) - float(first.train_loss.min()))
        allowed = rounding(train, first.parameters, float(first.train_loss.min()))
        yield Check(N_("the loss is never below H(q) of the smoothed targets"), below, allowed)


def _slack(train: Objective, first: Run, least: Least) -> float:
    """Return how far above a run's objective the minimum that was found may be.

    F is convex, so F(θ) ≥ F(θ*) + g·(θ − θ*) for the gradient g that is left at θ*, which isn't quite 0. What rounding
    leaves in g is the rounding of a score times a feature, so its product with θ − θ* is that times a score.
    """
    assert least.parameters is not None
    apart = float(np.abs(first.parameters).sum() + np.abs(least.parameters).sum())
    sizes = size_of_scores(train, first.parameters) + size_of_scores(train, least.parameters)
    rounded = max(rounding(train, one, float(first.objective[0])) for one in (first.parameters, least.parameters))
    return least.gradient * apart + rounded * (1 + sizes)


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
