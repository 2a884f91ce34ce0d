"""Studies from settings given by their names."""

from typing import Any

from numpy.typing import ArrayLike

from sce_cli.datasets import Table
from sce_cli.study import Watch
from sce_cli.topics.grad import study as grad
from sce_cli.topics.grad.settings import Difference
from sce_cli.topics.train import study as train
from sce_cli.topics.train.settings import TrainSettings


def trained(table: Table, *, watch: Watch = train.unwatched, **settings: Any) -> train.TrainStudy:
    """Return the study of a training."""
    return train.study(table, TrainSettings(**settings), watch)


def differentiated(logits: ArrayLike, target: ArrayLike, **settings: Any) -> grad.GradStudy:
    """Return the study of a gradient at a point."""
    return grad.study(logits, target, Difference(**settings))


def differentiated_at_random(points: int, classes: int, seed: int, **settings: Any) -> grad.GradStudy:
    """Return the study of a gradient at the worst of many points."""
    return grad.random_study(points, classes, seed, Difference(**settings))
