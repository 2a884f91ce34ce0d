"""A long search over tables and options: no claim fails, nothing warns, and everything can be shown."""

import warnings
from typing import Any

import numpy as np
import pytest

from sce_cli.core.classifier import Labels
from sce_cli.datasets import Table, plain_preparation
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.study import TrainStudy
from sce_cli.topics.train.view import TrainView
from tests.topics.making import trained
from tests.topics.searching import failed, show

RUNS, PARTS = 5000, 10
SHOWN, DRAWN = 25, 500
"""Of how many studies one is shown, and one is drawn."""

OVERSHOT = (
    "the objective never rises above that of the untrained model",
    "the objective stays below twice that of the untrained model",
)
"""The claims that may fail: where a learning rate was given."""


def column(random: "np.random.Generator", rows: int, labels: Labels) -> Any:
    """Return a feature of any kind and any size that a table may hold."""
    noise = random.normal(size=rows) + random.choice([0, 0, 1, 5]) * labels
    size = 10.0 ** random.uniform(-3, 4)
    kinds: list[Any] = [
        lambda: noise,
        lambda: noise * size,
        lambda: noise * 10.0 ** random.uniform(-320, 99),
        lambda: 10.0 ** random.uniform(0, 6) + noise,
        lambda: 1900.0 + random.permutation(rows),
        lambda: 1900.0 + np.arange(rows),
        lambda: random.choice([-1, 1], size=rows) * 10.0 ** random.uniform(-300, 100, size=rows),
        lambda: random.choice([-1, 1], size=rows) * 10.0 ** random.uniform(-3, 3, size=rows),
        lambda: np.full(rows, random.choice([0.0, 1.0, -7.3, 1e100, 5e-324])),
        lambda: (np.arange(rows) == random.integers(rows)) * size,
        lambda: random.integers(0, 3, size=rows).astype(float),
        lambda: 5e-324 * random.integers(0, 9, size=rows),
        lambda: random.choice([-1e100, 1e100, 0.0], size=rows),
    ]
    return np.clip(kinds[random.integers(len(kinds))](), -1e100, 1e100)


def table(random: "np.random.Generator") -> Table:
    """Return a table of a few classes, some of them rare, and mostly few features."""
    classes = int(random.choice([2, 2, 3, 3, 4, 12]))
    counts = 2 + random.integers(0, random.choice([2, 10, 40]), size=classes)
    labels = random.permutation(np.repeat(np.arange(classes), counts))
    width = int(random.choice([1, 1, 2, 2, 3, 4, 9, 120], p=[0.2, 0.1, 0.2, 0.1, 0.15, 0.15, 0.08, 0.02]))
    names = tuple(f"x{place}" for place in range(width))
    features = np.array([column(random, labels.size, labels) for _ in names], dtype=np.float64).T.copy()
    classes_named = tuple(f"c{k}" for k in range(classes))
    return Table("t.csv", features, labels, classes_named, plain_preparation(names, label_column="class"))


def settings(random: "np.random.Generator") -> dict[str, Any]:
    """Return options from all over what the command takes."""
    names = random.permutation(list(OPTIMIZERS))[: random.choice([1, 1, 1, 2, 5])]
    given = 10.0 ** random.choice([random.uniform(-8, 3), random.uniform(-308, 308), 0.0])
    strength = 10.0 ** random.choice([random.uniform(-6, 3), random.uniform(-320, 308)])
    return {
        "optimizers": tuple(str(name) for name in names),
        "epochs": int(random.choice([1, 2, 5, 30])),
        "learning_rate": float(given) if random.random() < 0.3 else None,
        "batch_size": int(random.integers(1, 60)) if random.random() < 0.4 else None,
        "l2": float(random.choice([0.0, 1e-3, strength])),
        "label_smoothing": float(random.choice([0.0, 0.0, 0.0, 0.1, 1.0, random.random(), 1e-300])),
        "seed": int(random.integers(2**32)),
        "test_fraction": float(random.choice([0.0, 0.2, 0.2, 0.5, 0.9])),
        "standardize": bool(random.random() < 0.5),
    }


def unexplained(study: TrainStudy) -> list[str]:
    """Return the claims that fail though no learning rate was given that could have made them."""
    return [claim for claim in failed(study) if study.settings.learning_rate is None or not claim.startswith(OVERSHOT)]


@pytest.mark.search
@pytest.mark.parametrize("part", range(PARTS))
def test_no_claim_fails_whatever_the_table_and_the_options(part: int) -> None:
    view, faults = TrainView(), []
    for run in range(part, RUNS, PARTS):
        random = np.random.default_rng([20, run])
        data, options = table(random), settings(random)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            study = trained(data, **options)
            if run // PARTS % SHOWN == 0:
                show(view, study, draw=run // PARTS % DRAWN == 0)
        faults += [f"run {run}: {claim} with {options}" for claim in unexplained(study)]
    assert not faults, "\n".join(faults)
