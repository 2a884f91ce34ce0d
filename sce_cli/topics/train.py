"""A linear softmax classifier on real data: its gradient checked, trained, and measured against the exact minimum."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from sce_cli import core
from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.datasets import Table
from sce_cli.errors import ExitCode
from sce_cli.model import Model
from sce_cli.study import Check, Study
from sce_cli.topics.training import (
    DIVERGED,
    SMALL_GRADIENT,
    Run,
    Watch,
    default_learning_rate,
    newton_advance,
    prepared,
    run,
)

ROUNDING = 32 * float(np.finfo(np.float64).eps)
"""Allowed where two routes in float64 differ by rounding alone: thirty-two roundings of 2.2e-16."""

CHECKED_ROWS, CHECKED_WEIGHTS, CHECKED_DIRECTIONS = 500, 50, 10
"""Examples, single weights and random directions that the gradient is checked on."""

MOST_NEWTON = 1_000_000_000
"""Examples times squared parameters up to which the exact minimum is looked for: about a tenth of a second a step."""

NEWTON_STEPS = 60

LASTING_STEP = 1e-3
"""What the scores still move by in the last step of Newton's method where no minimum is attained; else nearly 0."""

MOST_POINTS = 1000
"""Examples of two features that are kept for the picture of the decision regions."""

BLOCK = 65_536
"""Scores that are recomputed at once."""


@dataclass(frozen=True, eq=False)
class TrainStudy(Study):
    """A trained classifier, how it was trained, and what it is worth. Losses are in nats, shares from 0 to 1.

    data: as it was asked for. feature_names: D names; left_out: columns that weren't used. class_names: K names.
    train_counts, test_counts: examples of each class, shape (K,). mean, scale: features enter as (x − mean)/scale,
    shape (D,). l2, label_smoothing: λ, ε.

    gradient_error: the largest relative error of the gradient on checked_rows examples, over checked_weights single
    weights and checked_directions random directions; gradient_tolerance: allowed.

    runs: one for each optimiser asked for; the first is the one that the rest speaks of. weights, bias: W, shape
    (K, D); b, shape (K,). suggested_rate: a learning rate to try where the run diverged, else None.

    target_entropy: H(q) of the smoothed targets, below which no loss falls. frequency_entropy: H of the training
    part's class frequencies, the least loss without inputs. minimum: the objective's least value, by Newton's method;
    None where that takes too long or isn't attained. separability: "" or "separable" or "partly separable", where no
    finite weights have the least loss.

    measured_on: "test", or "train" without a test part. confusion: examples there, shape (K, K), true class by
    predicted class. precision, recall: shape (K,), NaN where undefined. points, point_labels: training examples for
    the picture of two features, shape (P, 2) and (P,).
    """

    data: str
    feature_names: tuple[str, ...]
    left_out: tuple[str, ...]
    class_names: tuple[str, ...]
    train_counts: Labels
    test_counts: Labels
    mean: Array
    scale: Array
    l2: float
    label_smoothing: float
    seed: int
    gradient_error: float
    gradient_tolerance: float
    checked_rows: int
    checked_weights: int
    checked_directions: int
    runs: tuple[Run, ...]
    optimizer: str
    learning_rate: float | None
    batch_size: int
    epochs: int
    outcome: str
    weights: Array
    bias: Array
    suggested_rate: float | None
    target_entropy: float
    frequency_entropy: float
    minimum: float | None
    separability: str
    measured_on: str
    confusion: Labels
    precision: Array
    recall: Array
    points: Array
    point_labels: Labels

    @property
    def model(self) -> Model:
        """What `sce predict` needs of it."""
        return Model(
            weights=self.weights,
            bias=self.bias,
            mean=self.mean,
            scale=self.scale,
            class_names=self.class_names,
            feature_names=self.feature_names,
            left_out=self.left_out,
        )

    @property
    def exit_code(self) -> ExitCode:
        """What the shell is told: that training was interrupted, or whether every claim holds."""
        interrupted = self.runs[-1].outcome == Outcome.INTERRUPTED.value
        return ExitCode.INTERRUPTED if interrupted else super().exit_code


def unwatched(optimizer: str, epoch: int, here: classifier.Evaluation) -> bool:
    """Go on, without telling anybody."""
    return True


def study(
    table: Table,
    *,
    optimizers: Sequence[str] = ("gd",),
    epochs: int = 200,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    l2: float = 1e-3,
    label_smoothing: float = 0.0,
    seed: int = 0,
    test_fraction: float = 0.2,
    standardize: bool = True,
    watch: Watch = unwatched,
) -> TrainStudy:
    """Train on a part of a labelled table, which is rearranged in place, and measure on the rest.

    optimizers: "gd", "sgd", "momentum", "adam", "newton"; all are run, the first one is what the study speaks of.
    epochs: at most. learning_rate, batch_size: None for what suits the data. watch: is told of every epoch. Raises
    ValueError for a class with a single example, unless test_fraction is 0.
    """
    parts = prepared(table, test_fraction, seed, standardize)
    classes = len(table.class_names)
    train = Objective(parts.train, parts.train_labels, classes, l2, label_smoothing)
    test = Objective(parts.test, parts.test_labels, classes, l2, label_smoothing) if parts.test_labels.size else None
    gradient = _gradient_check(train, np.random.default_rng([seed, 2]))
    how = {"epochs": epochs, "learning_rate": learning_rate, "batch_size": batch_size, "seed": seed, "watch": watch}
    runs = tuple(_until_interrupted(run(name, train, test, **how) for name in optimizers))  # type: ignore[arg-type]
    first = runs[0]
    minimum, separability = _minimum(train, runs)
    measured = test or train
    predictions = classifier.predicted_classes(first.parameters, measured.features)
    confusion = classifier.confusion_matrix(measured.labels, predictions, classes)
    worst = float(gradient.relative_error.max())
    two = parts.train.shape[1] == 2
    shown = slice(MOST_POINTS if two else 0)
    return TrainStudy(
        data=table.name,
        feature_names=table.feature_names,
        left_out=table.left_out,
        class_names=table.class_names,
        train_counts=np.bincount(parts.train_labels, minlength=classes),
        test_counts=np.bincount(parts.test_labels, minlength=classes),
        mean=parts.mean,
        scale=parts.scale,
        l2=l2,
        label_smoothing=label_smoothing,
        seed=seed,
        gradient_error=worst,
        gradient_tolerance=gradient.tolerance,
        checked_rows=min(CHECKED_ROWS, len(train.labels)),
        checked_weights=gradient.analytic.size - CHECKED_DIRECTIONS,
        checked_directions=CHECKED_DIRECTIONS,
        runs=runs,
        optimizer=first.optimizer,
        learning_rate=first.learning_rate,
        batch_size=first.batch_size,
        epochs=first.epochs,
        outcome=first.outcome,
        weights=first.weights,
        bias=first.bias,
        suggested_rate=_suggested_rate(first, train),
        target_entropy=_target_entropy(classes, label_smoothing),
        frequency_entropy=_frequency_entropy(train),
        minimum=minimum,
        separability=separability,
        measured_on="test" if test else "train",
        confusion=confusion,
        precision=_quotient(confusion.diagonal(), confusion.sum(axis=0)),
        recall=_quotient(confusion.diagonal(), confusion.sum(axis=1)),
        points=parts.train[shown] * parts.scale + parts.mean,
        point_labels=parts.train_labels[shown].copy(),
        checks=(
            Check("gradient = central differences, relatively", worst, gradient.tolerance),
            *(_hessian_check(train, np.random.default_rng([seed, 3])) if "newton" in optimizers else []),
            *_start_checks(train, first),
            *_run_checks(train, test, first, confusion),
            *_floor_checks(train, first, minimum),
        ),
    )


def _until_interrupted(runs: Iterator[Run]) -> Iterator[Run]:
    for one in runs:
        yield one
        if one.outcome == Outcome.INTERRUPTED.value:
            return


def _some(train: Objective) -> tuple[Objective, Array]:
    """Return the objective of a few examples, and the unit of each column of θ, shape (D + 1,): 1/size of its feature.

    With steps in these units the scores move as much as the steps say.
    """
    features, labels = train.features[:CHECKED_ROWS], train.labels[:CHECKED_ROWS]
    size = np.append(np.sqrt(np.einsum("nd,nd->d", features, features) / len(labels)), 1.0)
    unit = 1 / np.where(size > 0, size, 1)
    return Objective(features, labels, train.classes, train.l2, train.smoothing), unit / math.sqrt(train.shape[1])


def _gradient_check(train: Objective, random: "np.random.Generator") -> core.GradientCheck:
    """Hold the gradient at random parameters against differences along single weights and random directions.

    At W = 0 every prediction is the same, which would hide mistakes.
    """
    some, unit = _some(train)
    here = random.normal(size=train.shape) * unit
    single = random.permutation(here.size)[:CHECKED_WEIGHTS]
    directions = random.normal(size=(CHECKED_DIRECTIONS, *train.shape)) * unit
    weights = np.zeros((len(single), here.size))
    weights[np.arange(len(single)), single] = np.broadcast_to(unit * math.sqrt(unit.size), train.shape).ravel()[single]
    along = np.concatenate([weights, directions.reshape(CHECKED_DIRECTIONS, -1)])
    target = core.smooth_labels(core.one_hot(some.labels, train.classes), train.smoothing)

    def value(steps: Array) -> float:
        moved = here + (steps @ along).reshape(train.shape)
        logits = some.features @ moved[:, :-1].T + moved[:, -1]
        losses = core.logsumexp(logits) - (target * logits).sum(axis=1)
        return float(losses.mean() + train.l2 / 2 * (moved[:, :-1] ** 2).sum())

    return core.check_gradient(value, along @ some.evaluate(here).gradient.ravel(), np.zeros(len(along)))


def _hessian_check(train: Objective, random: "np.random.Generator") -> list[Check]:
    """Hold the Hessian at random parameters, between random directions, against differences of the gradient."""
    some, unit = _some(train)
    here, seen = random.normal(size=(2, *train.shape)) * unit
    along = (random.normal(size=(CHECKED_DIRECTIONS, *train.shape)) * unit).reshape(CHECKED_DIRECTIONS, -1)

    def slope(steps: Array) -> float:
        return float(np.vdot(some.evaluate(here + (steps @ along).reshape(train.shape)).gradient, seen))

    curvature = along @ some.hessian(here) @ seen.ravel()
    found = core.check_gradient(slope, curvature, np.zeros(len(along)))
    claim = "the Hessian = central differences of the gradient, relatively"
    return [Check(claim, float(found.relative_error.max()), found.tolerance)]


def _minimum(train: Objective, runs: Sequence[Run]) -> tuple[float | None, str]:
    """Return the least value of the objective, None where it isn't known or not attained, and the separability."""
    may_be_separable = not train.l2 and not train.smoothing
    if may_be_separable and _separates(train, runs[0].parameters):
        return None, "separable"
    known = [one.objective[-1] for one in runs if one.optimizer == "newton" and one.outcome == Outcome.CONVERGED.value]
    if known and not may_be_separable:
        return float(known[0]), ""
    if len(train.labels) * math.prod(train.shape) ** 2 > MOST_NEWTON:
        return None, ""
    value, before, last = _by_newton(train)
    separability = _separability(train, before, last) if may_be_separable else ""
    return (None if separability else value), separability


def _by_newton(train: Objective) -> tuple[float | None, Array, Array]:
    """Minimise by Newton's method; return the value, None if the gradient stays, and the last two positions."""
    last: Array = np.zeros(train.shape)
    before = last
    for parameters, here in islice(core.descend(train.evaluate, last, partial(newton_advance, train)), NEWTON_STEPS):
        before, last = last, parameters
        if np.abs(here.gradient).max() <= SMALL_GRADIENT:
            return here.value, before, last
    return None, before, last


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


def _suggested_rate(first: Run, train: Objective) -> float | None:
    """Return a learning rate to try where a run diverged: one that suits the data, in one digit."""
    if first.outcome != Outcome.DIVERGED.value or first.learning_rate is None:
        return None
    suited = default_learning_rate(first.optimizer, train, first.batch_size)
    rate = min(suited, first.learning_rate / 10)
    power = 10.0 ** math.floor(math.log10(rate))
    return math.floor(rate / power) * power


def classes_at(study: TrainStudy, x: Array, y: Array) -> Labels:
    """Return the predicted class at each point of a grid of two features, shape (len(y), len(x))."""
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    parameters = np.column_stack([study.weights, study.bias])
    return classifier.predicted_classes(parameters, (plane - study.mean) / study.scale).reshape(len(y), len(x))


def _target_entropy(classes: int, smoothing: float) -> float:
    return float(core.entropy(core.smooth_labels(core.one_hot(0, classes), smoothing)))


def _frequency_entropy(train: Objective) -> float:
    return float(core.entropy(np.bincount(train.labels, minlength=train.classes) / len(train.labels)))


def _quotient(correct: Labels, total: Labels) -> Array:
    """Return correct/total, NaN where the total is 0."""
    return np.where(total > 0, correct / np.maximum(total, 1), np.nan)


def _start_checks(train: Objective, first: Run) -> Iterator[Check]:
    """Hold the untrained loss against ln K, and the fall of the objective along its gradient against the gradient."""
    start = math.log(train.classes)
    yield Check("loss before training = ln K", abs(float(first.train_loss[0]) - start) / start, ROUNDING)
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
    claim = "a step against the gradient g lowers the objective, at the rate ‖g‖²"
    yield Check(claim, float(fall.relative_error.max()), fall.tolerance)


def _run_checks(train: Objective, test: Objective | None, first: Run, confusion: Labels) -> Iterator[Check]:
    """Recompute what is reported from the final weights by another route, and look at the course of the run."""
    for name, part, loss in (("train", train, first.train_loss[-1]), ("test", test, first.test_loss[-1])):
        if part is not None:
            error = abs(_recomputed_loss(part, first) - loss) / max(1.0, loss)
            yield Check(f"{name} loss = recomputed from the weights, row by row", error, ROUNDING)
    if train.l2:
        value, penalty = float(first.objective[-1]), train.l2 / 2 * math.fsum(first.weights.ravel() ** 2)
        error = abs(float(first.train_loss[-1]) + penalty - value) / max(1.0, value)
        yield Check("F = the loss and λ/2·‖W‖², recomputed from the weights", error, ROUNDING)
    reported = first.train_accuracy[-1] if test is None else first.test_accuracy[-1]
    measured = confusion.trace() / confusion.sum()
    yield Check("accuracy = the diagonal of the confusion matrix", abs(float(reported - measured)), ROUNDING)
    highest = float(first.objective.max()) if _finite(first) else math.inf
    limit = DIVERGED * float(first.objective[0])
    yield Check("the objective stays below twice that of the untrained model", max(0.0, highest - limit), 0.0)
    if first.optimizer == "gd" and first.learning_rate and first.learning_rate <= (1 + ROUNDING) / train.smoothness():
        rise = float(np.diff(first.objective).max(initial=0.0))
        yield Check("no epoch raises the objective, since the learning rate is at most 1/L", rise, ROUNDING)


def _finite(first: Run) -> bool:
    """Whether a run that diverged did so with finite numbers."""
    return first.outcome != Outcome.DIVERGED.value or first.objective[-1] > DIVERGED * first.objective[0]


def _floor_checks(train: Objective, first: Run, minimum: float | None) -> Iterator[Check]:
    if minimum is not None and first.optimizer != "newton":
        below = max(0.0, minimum - float(first.objective.min()))
        yield Check("the objective is never below the minimum that Newton's method finds", below, ROUNDING)
    if train.smoothing:
        below = max(0.0, _target_entropy(train.classes, train.smoothing) - float(first.train_loss.min()))
        yield Check("the loss is never below H(q) of the smoothed targets", below, ROUNDING)


def _recomputed_loss(part: Objective, first: Run) -> float:
    """Return the mean loss from the final weights: q·(logaddexp of the scores − z), row-major, example by example."""
    total, length = 0.0, max(BLOCK // part.classes, 1)
    target = core.smooth_labels(np.eye(part.classes), part.smoothing)
    for start in range(0, len(part.labels), length):
        rows = slice(start, start + length)
        logits = np.einsum("nd,kd->nk", part.features[rows], first.weights) + first.bias
        surprise = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
        total += float((target[part.labels[rows]] * surprise).sum())
    return total / len(part.labels)
