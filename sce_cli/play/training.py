"""A training that goes on epoch by epoch, each leading to a new one: what the demonstration `train` plays."""

import math
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.core import classifier
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Evaluation, Objective
from sce_cli.core.descent import Optimizer
from sce_cli.core.expansion import expanded
from sce_cli.datasets import Table
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.run import (
    RISE,
    SMALL_GRADIENT,
    Parts,
    advancing,
    default_learning_rate,
    examples_of_a_step,
    prepared,
    step_maker,
)
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import objectives


@dataclass(frozen=True, eq=False)
class Training:
    """Where a training stands after some epochs.

    settings: how it goes on; its first optimiser is the one. rate: None for Newton's method. step_of, random: what the
    optimiser remembers, never changed: each epoch works on copies. history: a row an epoch, the start first, of the
    loss and the accuracy on the training part, and on the test part.
    """

    settings: TrainSettings
    parts: Parts
    train: Objective
    test: Objective
    rate: float | None
    batch: int
    step_of: Optimizer | None
    random: "np.random.Generator"
    parameters: Array
    here: Evaluation
    history: tuple[tuple[float, float, float, float], ...]
    lost: bool = False
    """Whether the next step leads beyond the floats."""

    @property
    def epochs(self) -> int:
        """How many have been run."""
        return len(self.history) - 1

    @property
    def overshot(self) -> bool:
        """Whether the objective is above that of the untrained model, ln K."""
        return self.lost or self.here.value > math.log(self.train.classes) * (1 + RISE)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do: the gradient has vanished, or the numbers end."""
        return self.lost or bool(np.abs(self.here.gradient).max() <= SMALL_GRADIENT)

    def after_an_epoch(self) -> "Training":
        """Return the training one epoch on, or itself where it is over."""
        if self.over:
            return self
        step_of, random = copy(self.step_of), deepcopy(self.random)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            parameters = advancing(self.train, step_of, self.batch, random)(self.parameters, self.here)
            here = self.train.evaluate(parameters)
            row = _row(here, self.test, parameters)
        if not np.isfinite([here.value, *row]).all():
            return replace(self, lost=True)
        moved: dict[str, Any] = {"parameters": parameters, "here": here, "history": (*self.history, row)}
        return replace(self, step_of=step_of, random=random, **moved)

    def with_rate(self, rate: float) -> "Training":
        """Return the training with another learning rate, with which it goes on."""
        step_of: Any = copy(self.step_of)
        step_of.learning_rate = rate
        return replace(self, rate=rate, step_of=step_of, settings=replace(self.settings, learning_rate=rate))

    def with_penalty(self, l2: float) -> "Training":
        """Return the training with another penalty, with which it goes on, at the same learning rate."""
        train, test = replace(self.train, l2=l2), replace(self.test, l2=l2)
        here = train.evaluate(self.parameters)
        settings = replace(self.settings, l2=l2, learning_rate=self.rate)  # another one would suit this penalty
        return replace(self, train=train, test=test, here=here, settings=settings)

    def predicted(self, points: Array) -> NDArray[np.intp]:
        """Return the classes at points of the plane, in the features' own units, shape (P, 2)."""
        inputs = expanded((points - self.parts.mean) / self.parts.scale, self.settings.expand)
        return classifier.predicted_classes(self.parameters, inputs)


def begun(table: Table, settings: TrainSettings) -> Training:
    """Return a training before its first epoch; the table stays as it is."""
    assert table.labels is not None
    parts = prepared(replace(table, features=table.features.copy(), labels=table.labels.copy()), settings)
    train, test = objectives(parts, len(table.class_names), settings)
    name = settings.optimizers[0]
    batch = examples_of_a_step(OPTIMIZERS[name], train, settings)
    rate = settings.learning_rate or default_learning_rate(OPTIMIZERS[name], train, batch)
    parameters = np.zeros(train.shape)
    here = train.evaluate(parameters)
    tested = train if test is None else test
    return Training(
        settings=settings,
        parts=parts,
        train=train,
        test=tested,
        rate=None if OPTIMIZERS[name].by_curvature else rate,
        batch=batch,
        step_of=step_maker(name, rate),
        random=np.random.default_rng([settings.seed, 1]),
        parameters=parameters,
        here=here,
        history=(_row(here, tested, parameters),),
    )


def _row(here: Evaluation, test: Objective, parameters: Array) -> tuple[float, float, float, float]:
    tested = test.evaluate(parameters)
    return here.loss, here.accuracy, tested.loss, tested.accuracy
