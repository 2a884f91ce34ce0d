"""How a training went: the way down, several optimisers beside each other, and what is left to the optimum."""

import math
from string import ascii_letters

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.core.descent import Outcome
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.numbers import error_size, quantity
from sce_cli.drawing.tables import table
from sce_cli.topics.train.run import FEW_PARAMETERS, Run
from sce_cli.topics.train.study import TrainStudy
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

FAR = 0.1
"""A run is far from the minimum while this share of the way is left."""

SHOWN_EPOCHS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Epochs whose numbers are listed, with the last one."""


def diverged_in(run: Run) -> int:
    """Return the epoch in which a run diverged: its last one, or the next if that one's numbers were not finite."""
    return run.epochs if run.objective[-1] > 2 * run.objective[0] else run.epochs + 1


def rate_of(run: Run) -> str:
    """Return the learning rate in three digits."""
    return f"{run.learning_rate or 1:.3g}"


def remedy_for(run: Run) -> str:
    """Return what to try instead of a run that diverged."""
    if run.suggested_rate is None:
        return _("Add --l2 0.001.")
    return _("Try --learning-rate {rate}, which suits these data.").format(rate=f"{run.suggested_rate:.2g}")


def training(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the rule, its learning rate and batches, the curves, and some epochs."""
    run = study.first
    return Group(
        _(run.spec.sentence),
        f"   {_(run.spec.formula)}",
        *(f"   {line}" for line in _way(run, int(study.data.train_counts.sum()))),
        "",
        *_curves(study, run, unit),
        "",
        _history_table(run, unit),
    )


def _way(run: Run, examples: int) -> list[str]:
    """Return the learning rate, the batches, and how the run ended."""
    lines = [_("learning rate η = {rate}").format(rate=rate_of(run))]
    if run.spec.by_curvature:
        lines = [_("t = 1, halved until F falls")]
    if run.spec.by_curvature and run.parameters.size > FEW_PARAMETERS:
        lines.append(_("H⁻¹·∂F/∂θ by conjugate gradients"))
    steps = math.ceil(examples / run.batch_size)
    whole = _("one step an epoch, on all {examples} examples")
    batches = ngettext(
        "{steps} steps an epoch, on {examples} example each",
        "{steps} steps an epoch, on {examples} examples each",
        run.batch_size,
    )
    said = whole.format(examples=examples) if steps == 1 else batches.format(steps=steps, examples=run.batch_size)
    return [*lines, said, _ended(run)]


def _ended(run: Run) -> str:
    if run.outcome == Outcome.DIVERGED.value:
        sentence = _("[bold red]✗ diverged[/] in epoch {epoch}: η is too large.").format(epoch=diverged_in(run))
        return f"{sentence} {remedy_for(run)}"
    sentence = ngettext(
        "{epochs} epoch, as many as were asked for", "{epochs} epochs, as many as were asked for", run.epochs
    )
    if run.outcome == Outcome.CONVERGED.value:
        sentence = ngettext(
            "converged after {epochs} epoch: the gradient has vanished",
            "converged after {epochs} epochs: the gradient has vanished",
            run.epochs,
        )
    if run.outcome == Outcome.INTERRUPTED.value:
        sentence = ngettext("interrupted after {epochs} epoch", "interrupted after {epochs} epochs", run.epochs)
    return sentence.format(epochs=run.epochs)


def _curves(study: TrainStudy, run: Run, unit: Unit) -> list[RenderableType]:
    """Return the objective and the test loss over the epochs, with the floor where it is known."""
    if run.epochs == 0:
        return [_("No epoch was finished.")]
    tested, floor = study.reached.measured_on == "test", known_floor(study)
    curves = [run.objective, run.test_loss] if tested else [run.objective]
    return [
        Chart(
            np.arange(run.epochs + 1.0),
            np.array(curves) * unit.per_nat,
            mark=None,
            caption=_caption(study, tested).format(unit=unit.label),
            letters="ab"[: len(curves)],
            level=None if floor is None else floor * unit.per_nat,
        )
    ]


def _caption(study: TrainStudy, tested: bool) -> str:
    """Return the sentence that says what the curves are, and the dashed line if there is one."""
    if study.optimum.minimum is not None:
        if tested:
            return _("{unit} over epochs; a: F on the training part, b: loss on the test part; ╌ the minimum of F")
        return _("{unit} over epochs; a: F on the training part; ╌ the minimum of F")
    if known_floor(study) is not None:
        if tested:
            return _("{unit} over epochs; a: F on the training part, b: loss on the test part; ╌ H(q)")
        return _("{unit} over epochs; a: F on the training part; ╌ H(q)")
    if tested:
        return _("{unit} over epochs; a: F on the training part, b: loss on the test part")
    return _("{unit} over epochs; a: F on the training part")


def known_floor(study: TrainStudy) -> float | None:
    """Return what F can't fall below: its minimum, or the entropy of smoothed targets."""
    if study.optimum.minimum is not None:
        return study.optimum.minimum
    return study.optimum.target_entropy if study.settings.label_smoothing else None


def _history_table(run: Run, unit: Unit) -> RenderableType:
    losses = (run.objective, run.train_loss, run.test_loss)
    rows = [
        (
            str(epoch),
            *(or_dash(_short(float(column[epoch]) * unit.per_nat), column[epoch]) for column in losses),
            *(or_dash(f"{share[epoch]:.1%}", share[epoch]) for share in (run.train_accuracy, run.test_accuracy)),
        )
        for epoch in [*(epoch for epoch in SHOWN_EPOCHS if epoch < run.epochs), run.epochs]
    ]
    return table([_("epoch"), "F", _("train loss"), _("test loss"), _("train right"), _("test right")], rows)


def _short(loss: float) -> str:
    """Format a loss for a table: four decimals, or two digits where that would be nearly nothing."""
    return f"{loss:.4f}" if loss >= 0.001 else error_size(loss)


def or_dash(text: str, value: float) -> str:
    """Return the text, or a dash where the value is undefined."""
    return "-" if math.isnan(value) else text


def compared(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum of several optimisers, as curves and at the end."""
    letters = ascii_letters[: len(study.runs)]
    lost = [run for run in study.runs[1:] if run.outcome == Outcome.DIVERGED.value]
    explained = ["", *map(_lost, lost)] if lost else []
    return Group(*_distances(study, letters, unit), _compared_table(study, letters, unit), *explained)


def _distances(study: TrainStudy, letters: str, unit: Unit) -> list[RenderableType]:
    """Return the logarithms of the distances as curves, if there are any."""
    longest = max(run.epochs for run in study.runs)
    if not longest:
        return []
    curves = np.full((len(study.runs), longest + 1), np.nan)
    for row, run in zip(curves, study.runs, strict=True):
        distance = distance_to_minimum(run, study.optimum.minimum) * unit.per_nat
        row[: distance.size] = np.log10(np.maximum(distance, 1e-12))
    caption = _("log₁₀ of F − min F in {unit} over epochs; {names}")
    if study.optimum.minimum is None:
        caption = _("log₁₀ of F in {unit} over epochs; {names}")
    names = ", ".join(f"{letter}: {run.optimizer}" for letter, run in zip(letters, study.runs, strict=True))
    said = caption.format(unit=unit.label, names=names)
    return [Chart(np.arange(longest + 1.0), curves, mark=None, caption=said, letters=letters), ""]


def _compared_table(study: TrainStudy, letters: str, unit: Unit) -> RenderableType:
    """Return where each optimiser ended."""
    rows = [
        (
            f"{letter} {run.optimizer}",
            "-" if run.learning_rate is None else rate_of(run),
            str(run.epochs),
            error_size(float(distance_to_minimum(run, study.optimum.minimum)[-1]) * unit.per_nat),
            _("diverged")
            if run.outcome == Outcome.DIVERGED.value
            else or_dash(f"{run.test_accuracy[-1]:.1%}", run.test_accuracy[-1]),
        )
        for letter, run in zip(letters, study.runs, strict=True)
    ]
    what = "F" if study.optimum.minimum is None else "F − min F"
    return table(["", "η", _("epochs"), what, _("test right")], rows, words=(0,))


def _lost(run: Run) -> str:
    """Return what became of another run that diverged."""
    sentence = _("[bold red]✗ {optimizer} diverged[/] in epoch {epoch}: η is too large.")
    return f"{sentence.format(optimizer=run.optimizer, epoch=diverged_in(run))} {remedy_for(run)}"


def distance_to_minimum(run: Run, minimum: float | None) -> Array:
    """Return F − min F after each epoch, or F where the minimum isn't known."""
    distance: Array = np.maximum(run.objective - (minimum or 0.0), 0.0)
    return distance


def optimum(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum, and say why it is what it is."""
    run, minimum = study.first, study.optimum.minimum
    lines = [f"F = {quantity(float(run.objective[-1]), unit)}"]
    if minimum is not None:
        distance = float(distance_to_minimum(run, minimum)[-1])
        lines += [
            _("min F = {minimum}, found by Newton's method").format(minimum=quantity(minimum, unit)),
            f"F − min F = {error_size(distance * unit.per_nat)} {unit.label}",
        ]
    lines.append(_("largest entry of the gradient: {size}").format(size=error_size(float(run.gradient_norm[-1]))))
    if study.settings.label_smoothing:
        floor = _("H(q) of the smoothed targets: {entropy}, a floor of the loss")
        lines.append(floor.format(entropy=quantity(study.optimum.target_entropy, unit)))
    return Group(*(f"   {line}" for line in lines), _about_the_optimum(study))


def _about_the_optimum(study: TrainStudy) -> str:
    """Say why the run is where it is."""
    if study.optimum.separability == "separable":
        return _(
            "The classes of the training part are linearly separable: t·W and t·b with t → ∞ take the loss to 0, so F "
            "has no minimiser without L2. The weights grow for ever, ever more slowly. Add --l2 0.001."
        )
    if study.optimum.separability:
        return _(
            "Some classes of the training part are linearly separable from the others: in their direction the weights "
            "grow for ever, so F has no minimiser without L2. Add --l2 0.001."
        )
    if study.first.outcome == Outcome.DIVERGED.value:
        return _("The run led away from the minimum, and what remains of it is no model.")
    if study.optimum.minimum is None:
        return _("The exact minimum isn't known: Newton's method takes too long here.")
    return _about_the_distance(study, study.optimum.minimum)


def _about_the_distance(study: TrainStudy, minimum: float) -> str:
    """Say whether the minimum is still far, and whether it is worth anything."""
    run, scale = study.first, study.data.standardisation.scale
    distance = float(run.objective[-1]) - minimum
    if distance > FAR * (float(run.objective[0]) - minimum):
        if scale.max() != scale.min() or len(scale) < 2:
            return _("Far from it still. Try more --epochs, or --optimizer newton.")
        return _(
            "Far from it still. Try more --epochs, or --optimizer newton. Features of very different size, taken as "
            "they are, make some directions far steeper than others: a learning rate that suits the steep ones crawls "
            "along the flat ones."
        )
    if distance < 0.01 and run.train_accuracy[-1] < 0.9:
        return _(
            "This is nearly the best there is, and still only {share} of the training examples are right: "
            "no straight border tells these classes apart. It takes other features, or another model."
        ).format(share=f"{run.train_accuracy[-1]:.0%}")
    return _("F is convex: there is one minimum, and every descent with a good learning rate gets there.")
