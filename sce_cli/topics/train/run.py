"""A training run: the data in two parts, the optimisers with their learning rates, and the history of a run."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sce_cli import core
from sce_cli.core import preparation
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Evaluation, Labels, Objective
from sce_cli.core.descent import Optimizer, Outcome
from sce_cli.core.expansion import expanded
from sce_cli.datasets import Table, fill, means
from sce_cli.study import Record, Watch
from sce_cli.topics.train.optimizers import OPTIMIZERS, OptimizerSpec
from sce_cli.topics.train.settings import TrainSettings

SMALL_GRADIENT = 1e-10
"""A run ends when no entry of the gradient is larger: it has converged, if there is a minimum."""

NOISE = 2
"""How many times the objective of the untrained model a run may have whose learning rate suits the data: the noise of
batches, momentum and steps of a length of their own explain no more."""

SCALE_FREE_RATE = 0.05
SCALE_FREE_REACH = 5
"""About what a first step may move a score by whose length is the learning rate, however steep the objective is."""

RISE = 1e-9
"""What a step of Newton's method may raise the objective by, relatively: rounding, near the minimum."""

FEW_EXAMPLES = 4
"""A smaller batch has a smaller rate than is safe in the mean."""

FARTHEST = 1e100
"""Deviations from the mean that a value of the test part may be away; what is farther counts as this far."""

FEW_PARAMETERS = 300
"""Up to here Newton's method builds the Hessian: about as fast as products with it."""

Advance = Callable[[Array, Evaluation], Array]


@dataclass(frozen=True, eq=False)
class Parts:
    """A table in two parts, each with inputs of shape (N, E) and labels of shape (N,), the test part maybe empty.

    The inputs are the features, the first D of them, and what they were expanded to. mean, scale: what was taken away
    from the features and what they were divided by, shape (D,). fillings: the means of the training part's features,
    which missing ones were filled with, shape (D,).
    """

    train: Array
    train_labels: Labels
    test: Array
    test_labels: Labels
    mean: Array
    scale: Array
    fillings: Array


@dataclass(frozen=True, eq=False)
class Run(Record):
    """One optimiser's run.

    learning_rate: None for Newton's method, whose steps have a length of their own. batch_size: examples of a step.
    outcome: why it ended, or how it went wrong. ceiling: the objective that a run whose steps aren't too long doesn't
    exceed, nats. suggested_rate: a learning rate to try where it overshot or diverged, else None. weights: W, shape
    (K, D); bias: b, shape (K,): the last finite ones. objective, train_loss, test_loss (nats), train_accuracy,
    test_accuracy, gradient_norm (the largest entry): at the start and after each epoch, shape (E + 1,); NaN without a
    test part. At the start all classes tie, and the first one counts as predicted.
    """

    optimizer: str
    learning_rate: float | None
    batch_size: int
    outcome: str
    ceiling: float
    suggested_rate: float | None
    weights: Array
    bias: Array
    objective: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    gradient_norm: Array

    @property
    def parameters(self) -> Array:
        """[W b], shape (K, D + 1)."""
        return np.column_stack([self.weights, self.bias])

    @property
    def spec(self) -> OptimizerSpec:
        """What is declared of the optimiser."""
        return OPTIMIZERS[self.optimizer]

    @property
    def epochs(self) -> int:
        """How many epochs were run, E."""
        return self.objective.size - 1

    @property
    def overshot_in(self) -> int | None:
        """The first epoch whose objective is above the ceiling, None if there is none."""
        above = np.flatnonzero(self.objective > self.ceiling)
        return int(above[0]) if above.size else None

    @property
    def lost(self) -> bool:
        """Whether it overshot or diverged."""
        return self.outcome in (Outcome.OVERSHOT.value, Outcome.DIVERGED.value)


def prepared(table: Table, settings: TrainSettings) -> Parts:
    """Split a labelled table into a training part and a test part, standardise both as the training part is, expand.

    The table's arrays are rearranged in place, so that a large one isn't copied: it must no longer be used.
    """
    assert table.labels is not None
    random = np.random.default_rng(settings.seed)
    rows = preparation.stratified_test_rows(table.labels, settings.test_fraction, random)
    train, test = preparation.split_in_place(table.features, rows)
    train_labels, test_labels = preparation.split_in_place(table.labels, rows)
    fillings = means(train)
    if table.reading.filled:
        fill(train, fillings)
        fill(test, fillings)
    width = train.shape[1]
    mean, scale = preparation.mean_and_scale(train) if settings.standardize else (np.zeros(width), np.ones(width))
    if settings.standardize:
        preparation.standardise(train, mean, scale)
        with np.errstate(over="ignore"):  # a deviation may be so small that a new value is infinitely many away
            preparation.standardise(test, mean, scale)
        np.clip(test, -FARTHEST, FARTHEST, out=test)
    inputs, test_inputs = expanded(train, settings.expand), expanded(test, settings.expand)
    return Parts(inputs, train_labels, test_inputs, test_labels, mean, scale, fillings)


def run(optimizer: str, train: Objective, test: Objective | None, settings: TrainSettings, watch: Watch) -> Run:
    """Train from W = 0, b = 0 until the epochs are over, the gradient or the numbers vanish, or `watch` ends it.

    optimizer: a key of OPTIMIZERS.
    """
    spec, batch = OPTIMIZERS[optimizer], examples_of_a_step(OPTIMIZERS[optimizer], train, settings)
    rate = (settings.learning_rate or default_learning_rate(spec, train, batch)) if not spec.by_curvature else None
    advance = advancing(train, step_maker(optimizer, rate), batch, np.random.default_rng([settings.seed, 1]))
    ended, kept, history = _descended(advance, train, test, settings.epochs, partial(watch, optimizer))
    objective, train_loss, train_accuracy, gradient_norm, test_loss, test_accuracy = np.array(history).T.copy()
    ceiling = float(objective[0]) * _passing(spec, train, rate, batch, objective)
    outcome = _judged(ended, objective, ceiling, without_bound(spec, rate, train.l2))
    wrong = outcome in (Outcome.OVERSHOT, Outcome.DIVERGED)
    return Run(
        optimizer=optimizer,
        learning_rate=rate,
        batch_size=batch,
        outcome=outcome.value,
        ceiling=ceiling,
        suggested_rate=_suggested_rate(spec, train, rate, batch) if wrong else None,
        weights=kept[:, :-1].copy(),
        bias=kept[:, -1].copy(),
        objective=objective,
        train_loss=train_loss,
        test_loss=test_loss,
        train_accuracy=train_accuracy,
        test_accuracy=test_accuracy,
        gradient_norm=gradient_norm,
    )


def _descended(
    advance: Advance, train: Objective, test: Objective | None, epochs: int, watch: Callable[[int, Evaluation], bool]
) -> tuple[Outcome, Array, list[tuple[float, ...]]]:
    """Descend from 0; return why it ended, the last parameters whose losses are finite, and a row for each epoch."""
    history: list[tuple[float, ...]] = []
    kept: Array = np.zeros(train.shape)
    outcome = None
    path = enumerate(core.descend(train.evaluate, kept, advance))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        while outcome is None:
            epoch, (parameters, here) = next(path)
            tested = test.evaluate(parameters) if test else None
            if not math.isfinite(here.value) or not math.isfinite(tested.loss if tested else 0):
                return Outcome.DIVERGED, kept, history
            kept = parameters
            history.append(_row(here, tested))
            outcome = _outcome(here, epoch == epochs, watch(epoch, here))
    return outcome, kept, history


def _passing(spec: OptimizerSpec, train: Objective, rate: float | None, batch: int, objective: Array) -> float:
    """Return how many times the start's objective is passed only by steps that are too long.

    Whole steps along the gradient or by the curvature don't pass it at all, rounding aside; nor should others at a
    rate that is larger than what suits the data.
    """
    if rate is None or spec.lowers_each_step or objective.max() <= objective[0]:
        return 1 + RISE
    return NOISE if rate <= default_learning_rate(spec, train, batch) else 1 + RISE


def without_bound(spec: OptimizerSpec, rate: float | None, l2: float) -> bool:
    """Tell whether the penalty alone throws W farther with each step: η·λ > 2, with momentum β 2·(1 + β).

    The slope of the cross-entropy is bounded and can't hold it. Without L2, or where a step's length is the rate,
    nothing grows like that.
    """
    if rate is None or spec.scale_free:
        return False
    return rate * l2 > 2 * (1 + spec.momentum)


def _judged(outcome: Outcome, objective: Array, ceiling: float, unbounded: bool) -> Outcome:
    """Return how a run went, as far as was seen: an end that isn't wrong, overshot, or diverged."""
    if outcome in (Outcome.DIVERGED, Outcome.INTERRUPTED):
        return outcome
    if unbounded and objective[-1] > ceiling:
        return Outcome.DIVERGED
    return Outcome.OVERSHOT if objective.max() > ceiling else outcome


def default_learning_rate(spec: OptimizerSpec, train: Objective, batch: int) -> float:
    """Return a learning rate that suits the data: 1/L for the whole batch, less for a small one.

    L is the largest curvature of the objective. The gradient of b examples out of N deviates from the mean, which the
    expected smoothness L_b = (N(b − 1)·L + (N − b)·max L_n) / (b(N − 1)) of a batch takes into account, with
    L_n = ½‖x_n‖² + λ; a constant rate of 1/(2·L_b) is safe in the mean. For b < 4 it is b/4 of that: the labels of so
    few are often all the same, several times in a row. Momentum multiplies a lasting step by 1/(1 − β). Where the rate
    is a step's length, as for Adam, see `_rate_of_scale_free`.
    Source: R. M. Gower et al., "SGD: General analysis and improved rates", ICML 2019, proposition 3.8.
    """
    examples = len(train.labels)
    if spec.scale_free:
        rate = _rate_of_scale_free(spec, train)
        return rate if batch == examples else rate / 10
    whole = train.smoothness()
    if batch == examples:
        return 1 / whole
    squares = np.einsum("nd,nd->n", train.features, train.features)
    single = (float(squares.max()) + 1) / 2 + train.l2
    expected = (examples * (batch - 1) * whole + (examples - batch) * single) / (batch * (examples - 1))
    return (1 - spec.momentum) / (2 * expected) * min(1, batch / FEW_EXAMPLES)


def _rate_of_scale_free(spec: OptimizerSpec, train: Objective) -> float:
    """Return a rate for steps that are about as long as it, however steep the objective is: 0.05, or less.

    A step moves a score by up to η·(1 + Σ|x_d|) ≤ η·(1 + √D·‖x‖), which is no more than 5 in the mean; the first one
    adds no more than ½ of penalty. Of that, what moves all examples alike, for features whose mean is far from 0, is no
    more than ½·ln K: it raises the loss, whichever way it goes. Last, the rate is halved until twice the first step
    doesn't raise the objective.
    """
    examples, width = train.features.shape
    square = float(np.einsum("nd,nd->", train.features, train.features)) / examples
    rate = min(SCALE_FREE_RATE, SCALE_FREE_REACH / (1 + math.sqrt(width * square)))
    rate = min(rate, math.log(train.classes) / 2 / (1 + float(np.abs(train.features.mean(axis=0)).sum())))
    origin = np.zeros(train.shape)
    here = train.evaluate(origin)
    step = core.OPTIMIZERS[spec.name](1.0)(here.gradient)
    length = math.sqrt(train.l2 * step.size) * float(np.abs(step).max())
    rate = min(rate, 1 / length) if length else rate
    while not train.evaluate(origin - 2 * rate * step).value <= here.value:
        rate /= 2
    return rate


def _suggested_rate(spec: OptimizerSpec, train: Objective, rate: float | None, batch: int) -> float | None:
    """Return a learning rate to try instead of one that was too large: one that suits the data, in one digit."""
    if rate is None:
        return None
    smaller = min(default_learning_rate(spec, train, batch), rate / 10)
    power = 10.0 ** math.floor(math.log10(smaller))
    return math.floor(smaller / power) * power


def examples_of_a_step(spec: OptimizerSpec, train: Objective, settings: TrainSettings) -> int:
    """Return the batch size of an optimiser: what was asked for or its own, and all examples at most."""
    examples = len(train.labels)
    return examples if spec.whole_batch else min(settings.batch_size or spec.batch_size or examples, examples)


def step_maker(optimizer: str, rate: float | None) -> Optimizer | None:
    """Return what turns a gradient into a step; None for Newton's method, which makes one of the curvature too."""
    return None if OPTIMIZERS[optimizer].by_curvature or rate is None else core.OPTIMIZERS[optimizer](rate)


def advancing(train: Objective, step_of: Optimizer | None, batch: int, random: "np.random.Generator") -> Advance:
    """Return what an epoch does to the parameters: one step of all examples, or one of each batch in random order.

    step_of: as `step_maker` gives it; it and `random` remember what they have been through.
    """
    if step_of is None:
        return partial(newton_advance, train)
    if batch == len(train.labels):
        return lambda parameters, here: parameters - step_of(here.gradient)

    def epoch(parameters: Array, _: Evaluation) -> Array:
        order = random.permutation(len(train.labels))
        for start in range(0, len(order), batch):
            parameters = parameters - step_of(train.gradient(parameters, order[start : start + batch]))
        return parameters

    return epoch


def newton_advance(train: Objective, parameters: Array, here: Evaluation) -> Array:
    """Return where a step of Newton's method leads, shortened until the objective falls.

    Of few parameters the Hessian is built and the step is exact. Of many, conjugate gradients come as close to it as
    √‖g‖ asks for: then the error still falls with its power of 1.5. Where features are so large that not even 2⁻³⁰ of
    the step is one that floats can take, it stays.
    Source: R. S. Dembo, S. C. Eisenstat, T. Steihaug, "Inexact Newton methods", SIAM J. Numerical Analysis 19 (1982).
    """
    step = _newton_step(train, parameters, here.gradient)
    if not np.isfinite(step).all():
        return parameters
    slope, value = float(np.vdot(here.gradient, step)), here.value

    def remembered(moved: Array) -> float:
        nonlocal value
        value = train.evaluate(moved).value
        return value

    moved = core.backtracking_line_search(remembered, parameters, here.value, step, slope)
    return moved if value <= here.value * (1 + RISE) else parameters


def _newton_step(train: Objective, parameters: Array, gradient: Array) -> Array:
    """Return H⁻¹g; conjugate gradients take g in a unit of about its largest entry: else its square may overflow."""
    if gradient.size <= FEW_PARAMETERS:
        return core.newton_step(gradient, train.hessian(parameters))
    size = math.ldexp(1.0, math.frexp(float(np.abs(gradient).max()))[1])  # a power of two, which changes no digit
    tolerance = min(0.5, math.sqrt(size * float(np.linalg.norm(gradient / size))))
    return size * core.conjugate_gradients(train.hessian_vector_product(parameters), gradient / size, tolerance)


def _row(train: Evaluation, test: Evaluation | None) -> tuple[float, ...]:
    tested = (test.loss, test.accuracy) if test else (math.nan, math.nan)
    return (train.value, train.loss, train.accuracy, float(np.abs(train.gradient).max()), *tested)


def _outcome(here: Evaluation, last: bool, goes_on: bool) -> Outcome | None:
    """Return why the run ends here, or None if it goes on."""
    if np.abs(here.gradient).max() <= SMALL_GRADIENT:
        return Outcome.CONVERGED
    if not goes_on:
        return Outcome.INTERRUPTED
    return Outcome.OUT_OF_STEPS if last else None
