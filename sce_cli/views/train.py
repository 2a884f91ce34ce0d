"""Training a softmax classifier in seven steps, its figures, and the files that are left of it."""

import csv
import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.datasets import picture_shape
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.terminal import count, error_size, escaped, number, quantity, table
from sce_cli.model import encoded
from sce_cli.study import Step
from sce_cli.topics.train import TrainStudy, classes_at
from sce_cli.topics.training import Run
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_FEATURES = 8
"""Features whose means are listed; of more, the names alone."""

MOST_COLUMNS = 10
"""Classes of a confusion matrix that fits the screen; of more, the confusions that are most frequent."""

NAMES_WIDTH = 30
"""Columns that the names of the classes may take as headers; longer ones give way to numbers."""

FAR = 0.1
"""A run is far from the minimum while this share of the way is left."""

OPTIMIZERS = {
    "gd": "gradient descent: all examples, straight against the gradient",
    "sgd": "stochastic gradient descent: a few examples a step",
    "momentum": "gradient descent with momentum: a heavy ball",
    "adam": "Adam: each weight has a scale of its own",
    "newton": "Newton's method: steps by the curvature",
}
RULES = {
    "gd": "θ ← θ − η·∂F/∂θ",
    "sgd": "θ ← θ − η·∂F/∂θ",
    "momentum": "v ← 0.9·v + ∂F/∂θ,  θ ← θ − η·v",
    "adam": "θ ← θ − η·m/√v,  m, v: means of ∂F/∂θ and its square",
    "newton": "θ ← θ − t·H⁻¹·∂F/∂θ,  H = mean J ⊗ x xᵀ,  J the softmax's",
}


def title(study: TrainStudy) -> str:
    """Say what is learnt from what."""
    features = f"{len(study.feature_names)} feature{'s'[: len(study.feature_names) - 1]}"
    return f"A softmax classifier of {escaped(study.data)}: {len(study.class_names)} classes from {features}"


def steps(study: TrainStudy, unit: Unit) -> list[Step]:
    """Explain the data, the model, its gradient, the start, the descent, the optimum, and what was reached."""
    return [
        Step("The data", _data(study, unit)),
        Step("The model and its loss", _model(study)),
        Step("The gradient, checked before training", _gradient(study)),
        Step("Before training the loss is ln K", _start(study, unit)),
        Step("Training", _training(study, unit)),
        *([Step("The optimisers compared", _compared(study, unit))] if len(study.runs) > 1 else []),
        Step("How far from the optimum", _optimum(study, unit)),
        Step("What was reached", _reached(study, unit)),
    ]


def result(study: TrainStudy, unit: Unit) -> str:
    """Return what was reached in one line, or why nothing was."""
    run = study.runs[0]
    if run.outcome == "diverged":
        return f"diverged in epoch {_diverged_in(run)}: the learning rate {_rate(run)} is too large. {_remedy(study)}"
    loss = run.test_loss[-1] if study.measured_on == "test" else run.train_loss[-1]
    correct, total = int(study.confusion.trace()), int(study.confusion.sum())
    epochs = f"{run.epochs} epoch{'s' if run.epochs != 1 else ''} of {run.optimizer}"
    interrupted = ", interrupted" if run.outcome == "interrupted" else ""
    return (
        f"{study.measured_on} accuracy {correct / total:.1%} ({correct} of {total}), {study.measured_on} loss "
        f"{quantity(float(loss), unit)}, after {epochs}{interrupted}"
    )


def _diverged_in(run: Run) -> int:
    """Return the epoch in which a run diverged: its last one, or the next if that one's numbers were not finite."""
    return run.epochs if run.objective[-1] > 2 * run.objective[0] else run.epochs + 1


def _rate(run: Run) -> str:
    return number(run.learning_rate or 1, 3)


def _remedy(study: TrainStudy) -> str:
    suggested = "" if study.suggested_rate is None else f"Try --learning-rate {study.suggested_rate:.2g}"
    return f"{suggested}, which suits these data." if suggested else "Add --l2 0.001."


def _data(study: TrainStudy, unit: Unit) -> RenderableType:
    train, test = study.train_counts, study.test_counts
    rows = [
        (escaped(name), count(int(n)), count(int(m)), number(float(n / train.sum())))
        for name, n, m in zip(study.class_names, train, test, strict=True)
    ]
    rows.append(("all", count(int(train.sum())), count(int(test.sum())), "1"))
    floor = quantity(study.frequency_entropy, unit)
    return Group(
        table(["class", "train", "test", "frequency"], rows, words=(0,)),
        "",
        *_features(study),
        f"Without features the best prediction is the frequencies, with a loss of their entropy, {floor}. "
        "What the features are worth is what training gains on that.",
    )


def _features(study: TrainStudy) -> list[RenderableType]:
    names, standard = study.feature_names, (study.scale != 1).any() or study.mean.any()
    left_out = [f"Left out: {escaped(_listed(study.left_out))}."] if study.left_out else []
    entering = "as (x − mean)/deviation of the training part" if standard else "as they are"
    if len(names) > MOST_FEATURES or not standard:
        return [f"{len(names)} features, {escaped(_listed(names))}, enter {entering}.", *left_out]
    rows = [
        (escaped(name), number(float(mean), 4), number(float(scale), 4))
        for name, mean, scale in zip(names, study.mean, study.scale, strict=True)
    ]
    return [table(["feature", "mean", "deviation"], rows, words=(0,)), "", f"They enter {entering}.", *left_out]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= MOST_FEATURES else [*names[:2], "…", names[-1]])


def _model(study: TrainStudy) -> RenderableType:
    classes, width = study.weights.shape
    smoothed = "(1−ε)·one-hot + ε/K,  ε = " + number(study.label_smoothing)
    return Group(
        "   z = W x + b,   p = softmax(z)",
        f"   W: {classes} × {width},  b: {classes},  together {count(classes * (width + 1))} parameters θ",
        f"   q = {smoothed if study.label_smoothing else 'one-hot at the true class'}",
        "   F(θ) = mean CE(q, p)" + (f" + λ/2·‖W‖²,   λ = {number(study.l2)}" if study.l2 else ""),
        "   ∂F/∂W = mean (p − q) xᵀ" + (" + λ·W" if study.l2 else "") + ",   ∂F/∂b = mean (p − q)",
        "A mean, not a sum: so the step doesn't grow with the number of examples. W and b are unique only up to a "
        "shift that all classes share, which the softmax doesn't see.",
    )


def _gradient(study: TrainStudy) -> RenderableType:
    return Group(
        "   (F(θ + h·u) − F(θ − h·u)) / 2h   against   ∂F/∂θ · u",
        f"   worst relative error: {error_size(study.gradient_error)}, allowed {error_size(study.gradient_tolerance)}",
        f"On {study.checked_rows} of the training examples, at random θ, for {study.checked_weights} single parameters "
        f"and {study.checked_directions} random directions u, in which all of them take part.",
    )


def _start(study: TrainStudy, unit: Unit) -> RenderableType:
    classes = len(study.class_names)
    return Group(
        f"   θ = 0:  p = 1/{classes} for every class,  CE = {unit.log} {classes}",
        f"   loss: {quantity(float(study.runs[0].train_loss[0]), unit)}",
        "A first loss that is far from it is a bug: in the scores, in the loss, or in the labels.",
    )


def _training(study: TrainStudy, unit: Unit) -> RenderableType:
    run = study.runs[0]
    return Group(
        f"{OPTIMIZERS[run.optimizer]}",
        f"   {RULES[run.optimizer]}",
        *_rate_lines(run, study),
        "",
        *_curves(study, run, unit),
        "",
        _history_table(run, unit),
    )


def _rate_lines(run: Run, study: TrainStudy) -> list[str]:
    examples = int(study.train_counts.sum())
    steps_each = math.ceil(examples / run.batch_size)
    batches = f"{steps_each} steps an epoch, on {run.batch_size} examples each"
    whole = f"one step an epoch, on all {examples} examples"
    rate = "t = 1, halved until F falls" if run.learning_rate is None else f"learning rate η = {_rate(run)}"
    return [f"   {rate}", f"   {whole if steps_each == 1 else batches}", f"   {_ended(run, study)}"]


def _ended(run: Run, study: TrainStudy) -> str:
    epochs = f"{run.epochs} epoch{'s' if run.epochs != 1 else ''}"
    if run.outcome == "diverged":
        return f"[bold red]✗ diverged[/] in epoch {_diverged_in(run)}: η is too large. {_remedy(study)}"
    if run.outcome == "converged":
        return f"converged after {epochs}: the gradient has vanished"
    return f"interrupted after {epochs}" if run.outcome == "interrupted" else f"{epochs}, as many as were asked for"


def _curves(study: TrainStudy, run: Run, unit: Unit) -> list[RenderableType]:
    """Return the objective and the test loss over the epochs, with the floor where it is known."""
    if run.epochs == 0:
        return ["No epoch was finished."]
    tested, floor = study.measured_on == "test", _floor(study)
    curves = [run.objective, run.test_loss] if tested else [run.objective]
    loss = "a: F on the training part" + (", b: loss on the test part" if tested else "")
    dashed = "" if floor is None else "; ╌ the minimum of F" if study.minimum is not None else "; ╌ H(q)"
    return [
        Chart(
            np.arange(run.epochs + 1.0),
            np.array(curves) * unit.per_nat,
            mark=None,
            caption=f"{unit.label} over epochs; {loss}{dashed}",
            letters="ab"[: len(curves)],
            level=None if floor is None else floor * unit.per_nat,
        )
    ]


def _floor(study: TrainStudy) -> float | None:
    """Return what F can't fall below: its minimum, or the entropy of smoothed targets."""
    if study.minimum is not None:
        return study.minimum
    return study.target_entropy if study.label_smoothing else None


def _history_table(run: Run, unit: Unit) -> RenderableType:
    epochs = sorted({epoch for epoch in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if epoch < run.epochs})
    losses = (run.objective, run.train_loss, run.test_loss)
    rows = [
        (
            str(epoch),
            *(_or_dash(_short(float(column[epoch]) * unit.per_nat), column[epoch]) for column in losses),
            *(_or_dash(f"{share[epoch]:.1%}", share[epoch]) for share in (run.train_accuracy, run.test_accuracy)),
        )
        for epoch in [*epochs, run.epochs]
    ]
    return table(["epoch", "F", "train loss", "test loss", "train right", "test right"], rows)


def _short(loss: float) -> str:
    """Format a loss for a table: four decimals, or two digits where that would be nearly nothing."""
    return f"{loss:.4f}" if loss >= 0.001 else error_size(loss)


def _or_dash(text: str, value: float) -> str:
    return "-" if math.isnan(value) else text


def _compared(study: TrainStudy, unit: Unit) -> RenderableType:
    letters = "abcde"[: len(study.runs)]
    names = ", ".join(f"{letter}: {run.optimizer}" for letter, run in zip(letters, study.runs, strict=True))
    distances = [_distance(run, study.minimum) for run in study.runs]
    what = "F" if study.minimum is None else "F − min F"
    longest = max(run.epochs for run in study.runs)
    curves = np.full((len(study.runs), longest + 1), np.nan)
    for row, distance in zip(curves, distances, strict=True):
        row[: distance.size] = np.log10(np.maximum(distance * unit.per_nat, 1e-12))
    rows = [
        (
            letter,
            run.optimizer,
            "-" if run.learning_rate is None else _rate(run),
            str(run.epochs),
            error_size(float(distance[-1]) * unit.per_nat),
            _or_dash(f"{run.test_accuracy[-1]:.1%}", run.test_accuracy[-1]),
            run.outcome.removesuffix(" at the step limit"),
        )
        for letter, run, distance in zip(letters, study.runs, distances, strict=True)
    ]
    drawn: list[RenderableType] = []
    if longest:
        caption = f"log₁₀ of {what} in {unit.label} over epochs; {names}"
        drawn = [Chart(np.arange(longest + 1.0), curves, mark=None, caption=caption, letters=letters), ""]
    return Group(*drawn, table(["", "", "η", "epochs", what, "test right", ""], rows, words=(0, 1, 6)))


def _distance(run: Run, minimum: float | None) -> Array:
    """Return F − min F after each epoch, or F where the minimum isn't known."""
    distance: Array = np.maximum(run.objective - (minimum or 0.0), 0.0)
    return distance


def _optimum(study: TrainStudy, unit: Unit) -> RenderableType:
    run = study.runs[0]
    reached = f"   F = {quantity(float(run.objective[-1]), unit)}"
    steepness = f"   largest entry of the gradient: {error_size(float(run.gradient_norm[-1]))}"
    lines = [reached, steepness]
    if study.minimum is not None:
        distance = float(_distance(run, study.minimum)[-1])
        lines[1:1] = [
            f"   min F = {quantity(study.minimum, unit)}, found by Newton's method",
            f"   F − min F = {error_size(distance * unit.per_nat)} {unit.label}",
        ]
    if study.label_smoothing:
        lines.append(f"   H(q) of the smoothed targets: {quantity(study.target_entropy, unit)}, a floor of the loss")
    return Group(*lines, *_about_the_optimum(study))


def _about_the_optimum(study: TrainStudy) -> list[str]:
    run = study.runs[0]
    if study.separability == "separable":
        return [
            "The classes of the training part are linearly separable: t·W and t·b with t → ∞ take the loss to 0, so F "
            "has no minimiser without L2. The weights grow for ever, ever more slowly. Add --l2 0.001.",
        ]
    if study.separability:
        return [
            "Some classes of the training part are linearly separable from the others: in their direction the weights "
            "grow for ever, so F has no minimiser without L2. Add --l2 0.001.",
        ]
    if run.outcome == "diverged":
        return ["The run led away from the minimum, and what remains of it is no model."]
    if study.minimum is None:
        return ["The exact minimum isn't known: Newton's method takes too long here."]
    distance = float(run.objective[-1]) - study.minimum
    if distance > FAR * (float(run.objective[0]) - study.minimum):
        unequal = (
            ""
            if study.scale.max() != study.scale.min() or len(study.scale) < 2
            else (
                " Features of very different size, taken as they are, make some directions far steeper than others: a "
                "learning rate that suits the steep ones crawls along the flat ones."
            )
        )
        return [f"Far from it still. Try more --epochs, or --optimizer newton.{unequal}"]
    if distance < 0.01 and run.train_accuracy[-1] < 0.9:
        return [
            f"This is nearly the best there is, and still only {run.train_accuracy[-1]:.0%} of the training examples "
            "are right: no straight border tells these classes apart. It takes other features, or another model.",
        ]
    return ["F is convex: there is one minimum, and every descent with a good learning rate gets there."]


def _reached(study: TrainStudy, unit: Unit) -> RenderableType:
    run = study.runs[0]
    gain = study.frequency_entropy - float(run.train_loss[-1])
    parts = [("train", run.train_loss[-1], run.train_accuracy[-1])]
    if study.measured_on == "test":
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
    names, where = [escaped(name) for name in study.class_names], f"the {study.measured_on} part"
    shares = [
        (name, *(_or_dash(f"{share:.1%}", share) for share in both))
        for name, *both in zip(names, study.precision, study.recall, strict=True)
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
        for k, (name, row) in enumerate(zip(names, study.confusion, strict=True))
    ]
    return [
        f"Rows: the true class in {where}; columns: the predicted one.",
        "",
        table(["", *(names if fits else numbers)], rows, words=(0,)),
    ]


def _worst(study: TrainStudy, names: list[str]) -> str:
    off = study.confusion * (1 - np.eye(len(study.class_names), dtype=int))
    order = np.argsort(-off, axis=None, kind="stable")[:3]
    pairs = [divmod(int(cell), off.shape[1]) for cell in order if off.flat[cell]]
    texts = [f"{names[true]} taken for {names[called]} ({off[true, called]})" for true, called in pairs]
    return ", ".join(texts) or "none"


def figure(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the loss over the epochs, the distance to the minimum on a log axis, and the confusion matrix."""
    from sce_cli.drawing.plot import confusion, literal, panels

    drawing, (left, middle, right) = panels(3, f"A softmax classifier of {literal(study.data)}")
    for index, run in enumerate(study.runs):
        prefix, colour, epochs = f"{run.optimizer}, " if len(study.runs) > 1 else "", f"C{index}", range(run.epochs + 1)
        left.plot(epochs, run.objective * unit.per_nat, color=colour, linestyle="-", label=f"{prefix}F, train")
        if study.measured_on == "test":
            left.plot(epochs, run.test_loss * unit.per_nat, color=colour, linestyle="--", label=f"{prefix}test loss")
        middle.plot(epochs, np.maximum(_distance(run, study.minimum) * unit.per_nat, 1e-16), label=run.optimizer)
    floor = _floor(study)
    if floor is not None:
        label = "minimum of F" if study.minimum is not None else "H(q)"
        left.axhline(floor * unit.per_nat, color="0.4", linestyle=":", label=label)
    left.set_ylim(bottom=0)
    left.set_title(f"loss in {unit.label}")
    middle.set_yscale("log")
    middle.set_title(f"F − min F in {unit.label}" if study.minimum is not None else f"F in {unit.label}")
    for axes in (left, middle):
        axes.set_xlabel("epoch")
        axes.legend()
    confusion(right, study.class_names, study.confusion)
    right.set_title(f"confusion, {study.measured_on} part")
    return drawing


def boundary(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the decision regions of two features, or the weights of each class where the features are pixels."""
    from sce_cli.drawing import plot

    shape = picture_shape(study.feature_names)
    if shape is not None:
        rows = math.ceil(len(study.class_names) / 5)
        drawing, all_axes = plot.grid(
            rows, min(len(study.class_names), 5), f"The weights of {plot.literal(study.data)}"
        )
        pictures = study.weights.reshape(-1, *shape)
        for spare in all_axes[len(pictures) :]:
            spare.remove()
        plot.images(
            all_axes[: len(pictures)], pictures, study.class_names, "weight: + speaks for the class, − against it"
        )
        return drawing
    drawing, (axes,) = plot.panels(1, f"Decision regions of {plot.literal(study.data)}")
    lowest, highest = study.points.min(axis=0), study.points.max(axis=0)
    margin = np.where(highest > lowest, 0.08 * (highest - lowest), 1.0)
    ranges = [(float(low), float(high)) for low, high in zip(lowest - margin, highest + margin, strict=True)]
    x, y = (np.linspace(*ends, 400) for ends in ranges)
    regions = classes_at(study, x, y)
    plot.regions(axes, ranges[0], ranges[1], regions, study.points, study.point_labels, study.class_names)
    axes.set_xlabel(plot.literal(study.feature_names[0]))
    axes.set_ylabel(plot.literal(study.feature_names[1]))
    return drawing


def history(study: TrainStudy) -> bytes:
    """Return the runs as CSV: a header, and one row an epoch; losses in nats, shares from 0 to 1."""
    columns = ("objective", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "gradient_norm")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["optimizer", "epoch", *columns])
    for run in study.runs:
        values = zip(*(getattr(run, column).tolist() for column in columns), strict=True)
        for epoch, row in enumerate(values):
            rows.writerow([run.optimizer, epoch, *("" if math.isnan(value) else repr(value) for value in row)])
    return text.getvalue().encode()


def saved(study: TrainStudy) -> bytes | None:
    """Return the model as a file, or None for one that diverged."""
    if study.outcome == "diverged":
        return None
    return encoded(study.model)


FIGURES = {"plot_boundary": boundary}
FILES = {"history": history, "save": saved}
