"""Studies of every kind of legal input, each with the view that explains it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sce_cli.datasets import load
from sce_cli.datasets.model import Model
from sce_cli.study import Study, View
from sce_cli.topics.entropy import study as entropy
from sce_cli.topics.entropy.view import EntropyView
from sce_cli.topics.grad.view import GradView
from sce_cli.topics.mle import study as mle
from sce_cli.topics.mle.view import MleView
from sce_cli.topics.predict import study as predict
from sce_cli.topics.predict.view import PredictView
from sce_cli.topics.softmax import study as softmax
from sce_cli.topics.softmax.view import SoftmaxView
from sce_cli.topics.train import study as train
from sce_cli.topics.train.view import TrainView
from tests.topics.entropy import test_entropy
from tests.topics.grad import test_grad
from tests.topics.making import differentiated, trained
from tests.topics.mle import test_mle
from tests.topics.predict import test_predict
from tests.topics.softmax import test_softmax
from tests.topics.train import test_train

entropy_view = EntropyView()
grad_view = GradView()
mle_view = MleView()
predict_view = PredictView()
softmax_view = SoftmaxView()
train_view = TrainView()

AWKWARD = ("[/]", "a[b]", "[red]x", "p̂", "a\\b", "-", "x" * 30)
"""Names that a user may give, which markup would swallow or end with an exception."""

PREDICTED = (*((row, labels) for row in range(3) for labels in ([1, 2, 0], None)), (0, [2, 2, 2]), (2, [0, 1, 2]))


def named(classes: int) -> tuple[str, ...]:
    return tuple(f"{AWKWARD[k % len(AWKWARD)]}{k}" for k in range(classes))


def default_predict() -> predict.PredictStudy:
    model = trained(load("iris")).model
    return predict.study(model, test_predict.for_prediction(model, "iris"), 77)


def _iris_row(row: int) -> predict.PredictStudy:
    model = test_train.once("iris").model
    return predict.study(model, test_predict.for_prediction(model, "iris"), row)


def _digit() -> predict.PredictStudy:
    model = test_train.once("digits", epochs=5).model
    return predict.study(model, test_predict.for_prediction(model, "digits"), 17)


def _predicted(model: Model, row: int, labels: list[int] | None, rows: Any) -> predict.PredictStudy:
    return predict.study(model, test_predict.table(labels, model, rows), row)


DEFAULTS: dict[str, tuple[View, Callable[[], Study]]] = {
    "mle": (mle_view, lambda: mle.study([6, 4], ("white", "black"))),
    "softmax": (softmax_view, lambda: softmax.study([2, 1, 0.1], ("0", "1", "2"))),
    "entropy": (entropy_view, lambda: entropy.study(("0", "1"), target=(0.6, 0.4), prediction=(0.5, 0.5))),
    "grad": (grad_view, lambda: differentiated([2, 1, 0.1], [1, 0, 0])),
    "train": (train_view, lambda: test_train.once("iris")),
    "predict": (predict_view, default_predict),
}
"""What the commands study without further arguments; predict, which has none, at a row that is taken for another."""


def _entropy(given: dict[str, Any]) -> entropy.EntropyStudy:
    classes = len(given.get("prediction") or given["logits"])
    return entropy.study(named(classes), **given)


def _trained(data: Any, **how: Any) -> train.TrainStudy:
    return trained(test_train.table(*data), **{"test_fraction": 0, "epochs": 30, **how})


COUNTS = [*test_mle.COUNTS, (1, 1, 1), (0, 0, 1, 1), (0,) * 999 + (5,), (0, 1)]
WAYS: list[dict[str, float]] = [
    {"l2": 0.0},
    {"l2": 1e-3},
    {"l2": 0.0, "label_smoothing": 0.1},
    {"learning_rate": 1e6},
]

MANY: dict[str, tuple[View, Callable[[], Study]]] = {
    **{f"mle {counts[:4]}": (mle_view, partial(mle.study, counts, named(len(counts)))) for counts in COUNTS},
    **{
        f"softmax {z[:4]} / {temperature}": (softmax_view, partial(softmax.study, z, named(len(z)), temperature))
        for z, temperature in test_softmax.SCORES
    },
    **{f"entropy, {case}": (entropy_view, partial(_entropy, given)) for case, given in test_entropy.CASES.items()},
    **{
        f"grad, {point}, {method}, {precision}": (
            grad_view,
            partial(differentiated, *given, method=method, precision=precision),
        )
        for point, given in test_grad.POINTS.items()
        for method in test_grad.METHODS
        for precision in test_grad.PRECISIONS
    },
    **{
        f"grad, {point}, {bug}": (grad_view, partial(differentiated, *given, bug=bug))
        for point, given in test_grad.POINTS.items()
        for bug in test_grad.BUGS
    },
    "grad, h too large": (grad_view, partial(differentiated, (2, 1, 0.1), (1, 0, 0), step=1000)),
    "grad, h too small": (grad_view, partial(differentiated, (2, 1, 0.1), (1, 0, 0), step=1e-300)),
    **{
        f"train, {verdict}, {how}": (train_view, partial(_trained, data, **how))
        for verdict, (data, _) in test_train.VERDICTS.items()
        for how in WAYS
    },
    "train, digits": (train_view, partial(test_train.once, "digits", epochs=5)),
    "train, spiral": (train_view, partial(test_train.once, "spiral")),
    "train, compared": (train_view, partial(test_train.once, "penguins", optimizers=test_train.OPTIMIZERS, epochs=20)),
    "train, all diverged": (
        train_view,
        partial(test_train.once, "iris", optimizers=("gd", "momentum"), epochs=20, learning_rate=100.0),
    ),
    "train, awkward names": (
        train_view,
        partial(_trained, ([[0.0], [0], [0], [1], [1], [1], [1]], [0, 0, 1, 1, 1, 1, 1], named(2))),
    ),
    **{
        f"predict {row}, {labels}": (
            predict_view,
            partial(_predicted, test_predict.MODEL, row, labels, test_predict.ROWS),
        )
        for row, labels in PREDICTED
    },
    **{
        f"predict {x}, {label}": (predict_view, partial(_predicted, test_predict.AS_THEY_ARE, 0, [label], [[x, 0.0]]))
        for x in (0.0, 1.0, -1.0, 0.02)
        for label in (0, 1)
    },
    **{f"predict iris {row}": (predict_view, partial(_iris_row, row)) for row in (0, 60, 149)},
    "predict, a picture": (predict_view, _digit),
}
"""Arguments at the ends of what is legal: one class, all equal, masked, underflowing, infinite, diverged."""
