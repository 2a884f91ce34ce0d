"""Training a softmax classifier in seven steps, its figures, and the files that are left of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, error_size, number, quantity
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.train import questions as ask
from sce_cli.topics.train.descent_view import compared, diverged_in, optimum, or_dash, rate_of, remedy_for, training
from sce_cli.topics.train.files_view import boundary, figure, history, saved
from sce_cli.topics.train.study import TrainStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_FEATURES = 8
"""Features whose means are listed; of more, the names alone."""

MOST_COLUMNS = 10
"""Classes of a confusion matrix that fits the screen; of more, the confusions that are most frequent."""

NAMES_WIDTH = 30
"""Columns that the names of the classes may take as headers; longer ones give way to numbers."""


class TrainView(View):
    """Training in seven steps, or eight where optimisers are compared."""

    def title(self, study: TrainStudy) -> str:
        """Say what is learnt from what."""
        features = f"{len(study.data.feature_names)} feature{'s'[: len(study.data.feature_names) - 1]}"
        return (
            f"A softmax classifier of {escaped(study.data.name)}: {len(study.data.class_names)} classes from {features}"
        )

    def steps(self, study: TrainStudy, unit: Unit) -> list[Step]:
        """Explain the data, the model, its gradient, the start, the descent, the optimum, and what was reached."""
        return [
            Step("The data", _data(study, unit)),
            Step("The model and its loss", _model(study), ask.parameters(study)),
            Step("The gradient, checked before training", _gradient(study)),
            Step("The loss before training", _start(study, unit), ask.start(study, unit)),
            Step("Training", training(study, unit), ask.accuracy(study)),
            *_compared(study, unit),
            Step("How far from the optimum", optimum(study, unit), ask.optimum(study, unit)),
            Step("What was reached", _reached(study, unit), ask.confusion(study)),
        ]

    def result(self, study: TrainStudy, unit: Unit) -> str:
        """Return what was reached in one line, or why nothing was."""
        run = study.first
        if run.outcome == "diverged":
            epoch, rate = diverged_in(run), rate_of(run)
            return f"diverged in epoch {epoch}: the learning rate {rate} is too large. {remedy_for(run)}"
        loss = run.test_loss[-1] if study.reached.measured_on == "test" else run.train_loss[-1]
        part = study.reached.measured_on
        correct, total = int(study.reached.confusion.trace()), int(study.reached.confusion.sum())
        epochs = f"{run.epochs} epoch{'s' if run.epochs != 1 else ''} of {run.optimizer}"
        interrupted = ", interrupted" if run.outcome == "interrupted" else ""
        return (
            f"{part} accuracy {correct / total:.1%} ({correct} of {total}), {part} loss "
            f"{quantity(float(loss), unit)}, after {epochs}{interrupted}{_lost(study)}"
        )

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure, "plot_boundary": boundary}

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the files."""
        return {"history": history, "save": saved}


def _lost(study: TrainStudy) -> str:
    """Name the other optimisers that diverged."""
    names = [run.optimizer for run in study.runs[1:] if run.outcome == "diverged"]
    return f"; {' and '.join(names)} diverged" if names else ""


def _data(study: TrainStudy, unit: Unit) -> RenderableType:
    train, test = study.data.train_counts, study.data.test_counts
    rows = [
        (escaped(name), count(int(n)), count(int(m)), number(float(n / train.sum())))
        for name, n, m in zip(study.data.class_names, train, test, strict=True)
    ]
    rows.append(("all", count(int(train.sum())), count(int(test.sum())), "1"))
    floor = quantity(study.optimum.frequency_entropy, unit)
    return Group(
        table(["class", "train", "test", "frequency"], rows, words=(0,)),
        "",
        *_features(study),
        f"Without features the best prediction is the frequencies, with a loss of their entropy, {floor}. "
        "What the features are worth is what training gains on that.",
    )


def _features(study: TrainStudy) -> list[RenderableType]:
    names, standard = (
        study.data.feature_names,
        (study.data.preparation.scale != 1).any() or study.data.preparation.mean.any(),
    )
    left_out = [f"Left out: {escaped(_listed(study.data.left_out))}."] if study.data.left_out else []
    entering = "as (x − mean)/deviation of the training part" if standard else "as they are"
    if len(names) > MOST_FEATURES or not standard:
        return [f"{len(names)} features, {escaped(_listed(names))}, enter {entering}.", *left_out]
    rows = [
        (escaped(name), number(float(mean), 4), number(float(scale), 4))
        for name, mean, scale in zip(names, study.data.preparation.mean, study.data.preparation.scale, strict=True)
    ]
    return [table(["feature", "mean", "deviation"], rows, words=(0,)), "", f"They enter {entering}.", *left_out]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= MOST_FEATURES else [*names[:2], "…", names[-1]])


def _model(study: TrainStudy) -> RenderableType:
    classes, width = study.first.weights.shape
    smoothed = "(1−ε)·one-hot + ε/K,  ε = " + number(study.settings.label_smoothing)
    return Group(
        "   z = W x + b,   p = softmax(z)",
        f"   W: {classes} × {width},  b: {classes},  together {count(classes * (width + 1))} parameters θ",
        f"   q = {smoothed if study.settings.label_smoothing else 'one-hot at the true class'}",
        "   F(θ) = mean CE(q, p)" + (f" + λ/2·‖W‖²,   λ = {number(study.settings.l2)}" if study.settings.l2 else ""),
        "   ∂F/∂W = mean (p − q) xᵀ" + (" + λ·W" if study.settings.l2 else "") + ",   ∂F/∂b = mean (p − q)",
        "A mean, not a sum: so the step doesn't grow with the number of examples. W and b are unique only up to a "
        "shift that all classes share, which the softmax doesn't see.",
    )


def _gradient(study: TrainStudy) -> RenderableType:
    return Group(
        "   (F(θ + h·u) − F(θ − h·u)) / 2h   against   ∂F/∂θ · u",
        f"   worst relative error: {error_size(study.gradient.error)}, allowed {error_size(study.gradient.tolerance)}",
        f"On {study.gradient.examples} of the training examples, at random θ, for {study.gradient.weights} single "
        f"parameters and {study.gradient.directions} random directions u, in which all of them take part.",
    )


def _start(study: TrainStudy, unit: Unit) -> RenderableType:
    classes = len(study.data.class_names)
    return Group(
        f"   θ = 0:  p = 1/{classes} for every class,  CE = {unit.log} {classes}",
        f"   loss: {quantity(float(study.first.train_loss[0]), unit)}",
        "A first loss that is far from it is a bug: in the scores, in the loss, or in the labels.",
    )


def _compared(study: TrainStudy, unit: Unit) -> list[Step]:
    if len(study.runs) == 1:
        return []
    return [Step("The optimisers compared", compared(study, unit), ask.fastest(study, unit))]


def _reached(study: TrainStudy, unit: Unit) -> RenderableType:
    run = study.first
    gain = study.optimum.frequency_entropy - float(run.train_loss[-1])
    parts = [("train", run.train_loss[-1], run.train_accuracy[-1])]
    if study.reached.measured_on == "test":
        parts.append(("test", run.test_loss[-1], run.test_accuracy[-1]))
    rows = [(name, number(float(loss) * unit.per_nat), f"{share:.1%}") for name, loss, share in parts]
    return Group(
        table(["part", f"loss in {unit.label}", "right"], rows, words=(0,)),
        "",
        f"The features are worth {quantity(gain, unit)} an example of the training part.",
        "",
        *_confusion(study),
    )


def _confusion(study: TrainStudy) -> list[RenderableType]:
    """Return how often each class was taken for each, and its precision and recall."""
    names, where = [escaped(name) for name in study.data.class_names], f"the {study.reached.measured_on} part"
    shares = [
        (name, *(or_dash(f"{share:.1%}", share) for share in both))
        for name, *both in zip(names, study.reached.precision, study.reached.recall, strict=True)
    ]
    return [
        *_matrix(study, names, where),
        "",
        table(["class", "precision", "recall"], shares, words=(0,)),
        "",
        "Precision: of what was called so, the share that is. Recall: of what is so, the share that was called so.",
    ]


def _matrix(study: TrainStudy, names: list[str], where: str) -> list[RenderableType]:
    if len(names) > MOST_COLUMNS:
        return [f"Most frequent confusions in {where}: {_worst(study, names)}."]
    numbers = [str(k) for k in range(len(names))]
    fits = sum(map(len, names)) <= NAMES_WIDTH
    rows = [
        (name if fits else f"{k}: {name}", *(f"[bold]{n}[/]" if j == k else str(n) for j, n in enumerate(row)))
        for k, (name, row) in enumerate(zip(names, study.reached.confusion, strict=True))
    ]
    return [
        f"Rows: the true class in {where}; columns: the predicted one.",
        "",
        table(["", *(names if fits else numbers)], rows, words=(0,)),
    ]


def _worst(study: TrainStudy, names: list[str]) -> str:
    off = study.reached.confusion * (1 - np.eye(len(study.data.class_names), dtype=int))
    order = np.argsort(-off, axis=None, kind="stable")[:3]
    pairs = [divmod(int(cell), off.shape[1]) for cell in order if off.flat[cell]]
    texts = [f"{names[true]} taken for {names[called]} ({off[true, called]})" for true, called in pairs]
    return ", ".join(texts) or "none"
