"""`sce train` to the minimum, beside scikit-learn; and as many epochs of gradient descent, beside mlxtend."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from sce_cli import datasets
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Objective
from sce_cli.topics.train.run import prepared, run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import unwatched
from tests.benchmarks.measuring import SCE, Line, compared, leave_out, process, work

L2 = 1e-3
CLOSE = 1e-6
"""How far above the least objective a solution may be, in nats."""

PAIRS = 15

EPOCHS, RATE = 100, 0.5
"""Of the gradient descent beside mlxtend's."""

OURS = [*SCE, "train", "--data", "digits", "--optimizer", "newton", "--l2", str(L2), "--test-fraction", "0", "--json"]
THEIRS = [
    *(sys.executable, str(Path(__file__).with_name("fit_sklearn.py"))),
    *(str(Path(datasets.__file__).with_name("digits.csv")), str(L2)),
]


def digits() -> Objective:
    """Return the objective on all digits, standardised."""
    parts = prepared(datasets.load("digits"), TrainSettings(test_fraction=0))
    return Objective(parts.train, parts.train_labels, 10, L2)


def least_value(objective: Objective) -> float:
    """Return the least value of an objective, found by SciPy's L-BFGS with a gradient computed row by row."""
    from scipy import optimize, special  # type: ignore[import-untyped]

    x, target = objective.features, np.eye(objective.classes)[objective.labels]

    def value_and_gradient(flat: Array) -> tuple[float, Array]:
        parameters = flat.reshape(objective.shape)
        weights = parameters[:, :-1]
        log_p = special.log_softmax(x @ weights.T + parameters[:, -1], axis=1)
        residual = (np.exp(log_p) - target) / len(x)
        value = -(log_p * target).sum() / len(x) + objective.l2 / 2 * (weights**2).sum()
        gradient = np.column_stack([residual.T @ x + objective.l2 * weights, residual.sum(axis=0)])
        return float(value), gradient.ravel()

    found = optimize.minimize(
        value_and_gradient,
        np.zeros(int(np.prod(objective.shape))),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 0, "gtol": 1e-9, "maxcor": 30},
    )
    return float(found.fun)


def excess(objective: Objective, solution: dict[str, Any], least: float) -> float:
    """Return how far above the least value the objective is at a solution's weights and biases."""
    return objective.evaluate(np.column_stack([solution["weights"], solution["bias"]])).value - least


def output(command: list[str]) -> dict[str, Any]:
    """Run a command and return the JSON document that it prints."""
    printed: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return printed


def solution(document: dict[str, Any]) -> dict[str, Any]:
    """Return what bears the weights and biases: the first run of `sce train`, all of what scikit-learn printed."""
    found: dict[str, Any] = document["runs"][0] if "runs" in document else document
    return found


def our_descent(objective: Objective) -> Callable[[], Array]:
    """Return so many epochs of gradient descent with the losses and accuracies on the way; it gives θ = [W b]."""
    settings = TrainSettings(epochs=EPOCHS, learning_rate=RATE)
    return lambda: run("gd", objective, None, settings, unwatched).parameters


def mlxtend_descent(objective: Objective) -> Callable[[], Array]:
    """Return mlxtend's gradient descent on the same data from the same start; it gives θ = [W b].

    Its gradient is a sum, so its rate is divided by N. It keeps the loss on the way, but not the accuracy.
    """
    from mlxtend.classifier import SoftmaxRegression

    x, labels = objective.features, objective.labels
    model = SoftmaxRegression(eta=RATE / len(x), epochs=EPOCHS, n_classes=objective.classes)

    def fitted() -> Array:
        model.w_, model.b_, model.cost_ = np.zeros((x.shape[1], objective.classes)), np.zeros(objective.classes), []
        model.fit(x, labels, init_params=False)
        return np.column_stack([model.w_.T, model.b_])

    return fitted


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    yield from _minimum_lines()
    if not find_spec("mlxtend"):
        return leave_out("mlxtend")
    objective = replace(digits(), l2=0.0)
    what = f"{EPOCHS} epochs of gradient descent, digits"
    yield compared(
        what, "mlxtend", work(our_descent(objective)), work(mlxtend_descent(objective)), limit=None, pairs=PAIRS
    )


def _minimum_lines() -> Iterator[Line]:
    for package in ("scipy", "sklearn"):
        if not find_spec(package):
            return leave_out(package)
    objective = digits()
    least = least_value(objective)
    for whose, command in (("`sce train`", OURS), ("scikit-learn", THEIRS)):
        above = abs(excess(objective, solution(output(command)), least))
        what = f"digits by {whose}, distance from the minimum"
        yield Line(what, "10⁻⁶ nats", above / CLOSE, 1.0, ours=f"{above:.1e} nats")
    what, alone = "digits to the minimum, whole process", {"OPENBLAS_NUM_THREADS": "1"}
    for beside, theirs in (
        ("scikit-learn, whole process", process(*THEIRS)),
        ("scikit-learn, with one thread as `sce` has", process(*THEIRS, **alone)),
    ):
        yield compared(what, beside, process(*OURS), theirs, limit=0.35, pairs=PAIRS)
