"""A long search over models and rows: no claim fails, nothing warns, and everything can be shown."""

import warnings
from typing import Any

import numpy as np
import pytest

from sce_cli.datasets import Table, plain_preparation
from sce_cli.datasets.model import Model
from sce_cli.topics.predict import all_rows_study as predictions
from sce_cli.topics.predict import study as predict
from sce_cli.topics.predict.all_rows_view import AllRowsView
from sce_cli.topics.predict.view import PredictView
from tests.topics.searching import failed, show

RUNS, PARTS = 5000, 10
SHOWN, DRAWN = 25, 250
"""Of how many studies one is shown, and one is drawn."""


def numbers(random: "np.random.Generator", shape: tuple[int, ...], most: float) -> Any:
    """Return numbers of one size, or of any, up to 10 to the power of `most`; some of them 0, some whole."""
    signed = random.normal(size=shape)
    kinds = [
        signed,
        signed * 10.0 ** random.uniform(-5, 5),
        np.sign(signed) * 10.0 ** random.uniform(-320, most, size=shape),
        signed * 10.0 ** random.uniform(-320, most - 2),
        np.sign(signed) * 10.0 ** random.uniform(-3, 3, size=shape),
        np.rint(signed),
        np.zeros(shape),
        1e4 + signed,
    ]
    return kinds[random.integers(len(kinds))]


def pair(random: "np.random.Generator") -> tuple[Model, Table]:
    """Return a model and rows that it can predict."""
    while True:
        classes = int(random.choice([2, 2, 3, 5, 30]))
        width = int(random.choice([1, 2, 3, 8, 200]))
        names, inputs = tuple(f"c{k}" for k in range(classes)), tuple(f"x{d}" for d in range(width))
        scale = np.maximum(np.abs(numbers(random, (width,), 100)), 5e-324) if random.random() < 0.7 else np.ones(width)
        weights, bias = numbers(random, (classes, width), 300), numbers(random, (classes,), 300)
        model = Model(weights, bias, numbers(random, (width,), 100), scale, names, plain_preparation(inputs))
        rows = int(random.integers(1, 20))
        labels = random.integers(classes, size=rows) if random.random() < 0.8 else None
        table = Table("t.csv", numbers(random, (rows, width), 100), labels, names, model.preparation)
        if predict.far_row(table.features, model) is None:
            return model, table


@pytest.mark.search
@pytest.mark.parametrize("part", range(PARTS))
def test_no_claim_fails_whatever_the_model_and_the_row(part: int) -> None:
    faults = []
    for run in range(part, RUNS, PARTS):
        random = np.random.default_rng([30, run])
        model, table = pair(random)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            one = predict.study(model, table, int(random.integers(len(table.features))))
            every = predictions.study(model, table)
            if run // PARTS % SHOWN == 0:
                show(PredictView(), one, draw=run // PARTS % DRAWN == 0)
                show(AllRowsView(), every, draw=False)
        faults += [f"run {run}: {claim}" for claim in (*failed(one), *failed(every))]
    assert not faults, "\n".join(faults)
