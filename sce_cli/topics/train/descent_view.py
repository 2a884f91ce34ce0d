"""How a training went: the way down, several optimisers beside each other, and what is left to the optimum."""

import math
from string import ascii_letters

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.numbers import error_size, quantity
from sce_cli.drawing.tables import table
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.run import FEW_PARAMETERS, Run
from sce_cli.topics.train.study import TrainStudy
from sce_cli.units import Unit

FAR = 0.1
"""A run is far from the minimum while this share of the way is left."""


def diverged_in(run: Run) -> int:
    """Return the epoch in which a run diverged: its last one, or the next if that one's numbers were not finite."""
    return run.epochs if run.objective[-1] > 2 * run.objective[0] else run.epochs + 1


def rate_of(run: Run) -> str:
    """Return the learning rate in three digits."""
    return f"{run.learning_rate or 1:.3g}"


def remedy_for(run: Run) -> str:
    """Return what to try instead of a run that diverged."""
    suggested = "" if run.suggested_rate is None else f"Try --learning-rate {run.suggested_rate:.2g}"
    return f"{suggested}, which suits these data." if suggested else "Add --l2 0.001."


def _divergence(run: Run) -> str:
    return f"diverged[/] in epoch {diverged_in(run)}: η is too large. {remedy_for(run)}"


def training(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the rule, its learning rate and batches, the curves, and some epochs."""
    run = study.first
    spec = OPTIMIZERS[run.optimizer]
    return Group(
        spec.sentence,
        f"   {spec.formula}",
        *_rate_lines(run, study),
        "",
        *_curves(study, run, unit),
        "",
        _history_table(run, unit),
    )


def _rate_lines(run: Run, study: TrainStudy) -> list[str]:
    examples = int(study.data.train_counts.sum())
    steps_each = math.ceil(examples / run.batch_size)
    batches = f"{steps_each} steps an epoch, on {run.batch_size} examples each"
    whole = f"one step an epoch, on all {examples} examples"
    rate = "t = 1, halved until F falls" if run.learning_rate is None else f"learning rate η = {rate_of(run)}"
    by_products = run.learning_rate is None and run.parameters.size > FEW_PARAMETERS
    solved = ["   H⁻¹·∂F/∂θ by conjugate gradients"] if by_products else []
    return [f"   {rate}", *solved, f"   {whole if steps_each == 1 else batches}", f"   {_ended(run)}"]


def _ended(run: Run) -> str:
    epochs = f"{run.epochs} epoch{'s' if run.epochs != 1 else ''}"
    if run.outcome == "diverged":
        return f"[bold red]✗ {_divergence(run)}"
    if run.outcome == "converged":
        return f"converged after {epochs}: the gradient has vanished"
    return f"interrupted after {epochs}" if run.outcome == "interrupted" else f"{epochs}, as many as were asked for"


def _curves(study: TrainStudy, run: Run, unit: Unit) -> list[RenderableType]:
    """Return the objective and the test loss over the epochs, with the floor where it is known."""
    if run.epochs == 0:
        return ["No epoch was finished."]
    tested, floor = study.reached.measured_on == "test", known_floor(study)
    curves = [run.objective, run.test_loss] if tested else [run.objective]
    loss = "a: F on the training part" + (", b: loss on the test part" if tested else "")
    dashed = "" if floor is None else "; ╌ the minimum of F" if study.optimum.minimum is not None else "; ╌ H(q)"
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


def known_floor(study: TrainStudy) -> float | None:
    """Return what F can't fall below: its minimum, or the entropy of smoothed targets."""
    if study.optimum.minimum is not None:
        return study.optimum.minimum
    return study.optimum.target_entropy if study.settings.label_smoothing else None


def _history_table(run: Run, unit: Unit) -> RenderableType:
    epochs = sorted({epoch for epoch in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if epoch < run.epochs})
    losses = (run.objective, run.train_loss, run.test_loss)
    rows = [
        (
            str(epoch),
            *(or_dash(_short(float(column[epoch]) * unit.per_nat), column[epoch]) for column in losses),
            *(or_dash(f"{share[epoch]:.1%}", share[epoch]) for share in (run.train_accuracy, run.test_accuracy)),
        )
        for epoch in [*epochs, run.epochs]
    ]
    return table(["epoch", "F", "train loss", "test loss", "train right", "test right"], rows)


def _short(loss: float) -> str:
    """Format a loss for a table: four decimals, or two digits where that would be nearly nothing."""
    return f"{loss:.4f}" if loss >= 0.001 else error_size(loss)


def or_dash(text: str, value: float) -> str:
    """Return the text, or a dash where the value is undefined."""
    return "-" if math.isnan(value) else text


def compared(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum of several optimisers, as curves and at the end."""
    letters = ascii_letters[: len(study.runs)]
    names = ", ".join(f"{letter}: {run.optimizer}" for letter, run in zip(letters, study.runs, strict=True))
    distances = [distance_to_minimum(run, study.optimum.minimum) for run in study.runs]
    what = "F" if study.optimum.minimum is None else "F − min F"
    longest = max(run.epochs for run in study.runs)
    curves = np.full((len(study.runs), longest + 1), np.nan)
    for row, distance in zip(curves, distances, strict=True):
        row[: distance.size] = np.log10(np.maximum(distance * unit.per_nat, 1e-12))
    rows = [
        (
            f"{letter} {run.optimizer}",
            "-" if run.learning_rate is None else rate_of(run),
            str(run.epochs),
            error_size(float(distance[-1]) * unit.per_nat),
            "diverged" if run.outcome == "diverged" else or_dash(f"{run.test_accuracy[-1]:.1%}", run.test_accuracy[-1]),
        )
        for letter, run, distance in zip(letters, study.runs, distances, strict=True)
    ]
    drawn: list[RenderableType] = []
    if longest:
        caption = f"log₁₀ of {what} in {unit.label} over epochs; {names}"
        drawn = [Chart(np.arange(longest + 1.0), curves, mark=None, caption=caption, letters=letters), ""]
    lost = [run for run in study.runs[1:] if run.outcome == "diverged"]
    explained = ["", *(f"[bold red]✗ {run.optimizer} {_divergence(run)}" for run in lost)] if lost else []
    return Group(*drawn, table(["", "η", "epochs", what, "test right"], rows, words=(0,)), *explained)


def distance_to_minimum(run: Run, minimum: float | None) -> Array:
    """Return F − min F after each epoch, or F where the minimum isn't known."""
    distance: Array = np.maximum(run.objective - (minimum or 0.0), 0.0)
    return distance


def optimum(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum, and say why it is what it is."""
    run = study.first
    reached = f"   F = {quantity(float(run.objective[-1]), unit)}"
    steepness = f"   largest entry of the gradient: {error_size(float(run.gradient_norm[-1]))}"
    lines = [reached, steepness]
    if study.optimum.minimum is not None:
        distance = float(distance_to_minimum(run, study.optimum.minimum)[-1])
        lines[1:1] = [
            f"   min F = {quantity(study.optimum.minimum, unit)}, found by Newton's method",
            f"   F − min F = {error_size(distance * unit.per_nat)} {unit.label}",
        ]
    if study.settings.label_smoothing:
        lines.append(
            f"   H(q) of the smoothed targets: {quantity(study.optimum.target_entropy, unit)}, a floor of the loss"
        )
    return Group(*lines, *_about_the_optimum(study))


def _about_the_optimum(study: TrainStudy) -> list[str]:
    run = study.first
    if study.optimum.separability == "separable":
        return [
            "The classes of the training part are linearly separable: t·W and t·b with t → ∞ take the loss to 0, so F "
            "has no minimiser without L2. The weights grow for ever, ever more slowly. Add --l2 0.001.",
        ]
    if study.optimum.separability:
        return [
            "Some classes of the training part are linearly separable from the others: in their direction the weights "
            "grow for ever, so F has no minimiser without L2. Add --l2 0.001.",
        ]
    if run.outcome == "diverged":
        return ["The run led away from the minimum, and what remains of it is no model."]
    if study.optimum.minimum is None:
        return ["The exact minimum isn't known: Newton's method takes too long here."]
    distance = float(run.objective[-1]) - study.optimum.minimum
    if distance > FAR * (float(run.objective[0]) - study.optimum.minimum):
        unequal = (
            ""
            if study.data.preparation.scale.max() != study.data.preparation.scale.min()
            or len(study.data.preparation.scale) < 2
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
