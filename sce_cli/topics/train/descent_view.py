"""How a training went: the way down, several optimisers beside each other, and what is left to the optimum."""

import math
from string import ascii_letters

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.core.descent import Outcome
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.numbers import about, column, error_size, number, quantity
from sce_cli.drawing.tables import table
from sce_cli.topics.train.run import FEW_PARAMETERS, SMALL_GRADIENT, Run, without_bound
from sce_cli.topics.train.study import TrainStudy
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

ZIGZAG = 40
"""Epochs up to which a run that went wrong is drawn: more would hide its steps in a band."""

SMALL = 0.001
"""A smaller distance shows two digits and a power of ten."""

LOWEST = 1e-12
"""What is lower on a log axis, or 0, is drawn here."""

SPIKE = 1000
"""How many times its start an objective reaches whose logarithm is drawn."""

WIDE = 1e4
"""Losses from here on show two digits and a power of ten."""

FAR = 0.1
"""A run is far from the minimum while this share of the way is left."""

SHOWN_EPOCHS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Epochs whose numbers are listed, with the last one."""


def rate_of(run: Run) -> str:
    """Return the learning rate in three digits."""
    return about(run.learning_rate or 1, 3)


def remedy_for(run: Run) -> str:
    """Return what to try instead of a run that diverged."""
    if run.suggested_rate is None:
        return _("Add --l2 0.001.")
    return _("Try --learning-rate {rate}, which suits these data.").format(rate=f"{run.suggested_rate:.2g}")


def how_it_went_wrong(run: Run, l2: float, unit: Unit) -> str:
    """Say of a run that overshot or diverged what was seen of it, and what to try."""
    first, highest = (quantity(float(value), unit) for value in (run.objective[0], run.objective.max()))
    epoch = run.overshot_in
    if run.outcome == Outcome.OVERSHOT.value:
        sentence = _(
            "[bold red]✗ {optimizer} overshot[/] in epoch {epoch}: η is too large. F rose above its start, {first}, to "
            "{highest}, and is {last} after {epochs} epochs."
        )
    elif epoch is not None and without_bound(run.spec, run.learning_rate, l2):
        sentence = _(
            "[bold red]✗ {optimizer} diverged[/] from epoch {epoch} on: η is too large. With η·λ > {most} the penalty "
            "throws W farther with each step, and F grows without bound."
        )
    else:
        epoch = run.epochs + 1
        sentence = _("[bold red]✗ {optimizer} diverged[/] in epoch {epoch}: η is too large. F is no finite number.")
    said = sentence.format(
        optimizer=run.optimizer,
        epoch=epoch,
        epochs=run.epochs,
        first=first,
        highest=highest,
        last=quantity(float(run.objective[-1]), unit),
        most=number(2 * (1 + run.spec.momentum)),
    )
    return f"{said} {remedy_for(run)}"


def training(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the rule, its learning rate and batches, the curves, and some epochs."""
    run = study.first
    return Group(
        _(run.spec.sentence),
        *(f"   {line}" for line in _(run.spec.formula).splitlines()),
        *(f"   {line}" for line in _way(run, study)),
        *([how_it_went_wrong(run, study.settings.l2, unit)] if run.lost else []),
        "",
        *(_zigzag(run, unit) if run.lost else _curves(study, run, unit)),
        "",
        _history_table(run, unit),
    )


def _way(run: Run, study: TrainStudy) -> list[str]:
    """Return the learning rate, the batches, and how the run ended."""
    examples = int(study.data.train_counts.sum())
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
    return [*lines, said, *([] if run.lost else [_ended(run)])]


def _ended(run: Run) -> str:
    sentence = ngettext(
        "{epochs} epoch, as many as were asked for", "{epochs} epochs, as many as were asked for", run.epochs
    )
    if run.outcome == Outcome.CONVERGED.value:
        sentence = ngettext(
            "converged after {epochs} epoch: the gradient has vanished",
            "converged after {epochs} epochs: the gradient has vanished",
            run.epochs,
        )
    if run.outcome == Outcome.SMALL_GRADIENT.value:
        sentence = ngettext(
            "ended after {epochs} epoch: the gradient is below {tolerance}",
            "ended after {epochs} epochs: the gradient is below {tolerance}",
            run.epochs,
        )
    if run.outcome == Outcome.INTERRUPTED.value:
        sentence = ngettext("interrupted after {epochs} epoch", "interrupted after {epochs} epochs", run.epochs)
    return sentence.format(epochs=run.epochs, tolerance=error_size(SMALL_GRADIENT))


def first_epochs(run: Run) -> tuple[Array, bool]:
    """Return the objective up to the last epoch that shows the way of a run that went wrong, and if its logarithm is.

    The logarithms are shown where the objective itself would be a spike above a flat line.
    """
    shown = run.objective[: ZIGZAG + 1]
    return shown, bool(shown.max() > SPIKE * shown[0])


def _zigzag(run: Run, unit: Unit) -> list[RenderableType]:
    """Return the objective over the first epochs, epoch by epoch, with that of the start as a line to compare with."""
    if run.epochs == 0:
        return [_("No epoch was finished.")]
    shown, logarithmic = first_epochs(run)
    caption = _("F in {unit} over the first epochs; ╌ F at the start")
    if logarithmic:
        caption = _("F in {unit} over the first epochs, on a log axis; ╌ F at the start")
    heights = shown * unit.per_nat
    drawn = np.log10(np.maximum(heights, LOWEST)) if logarithmic else heights  # 0 has no logarithm
    powers, said = "y" if logarithmic else "", caption.format(unit=unit.label)
    return [Chart(np.arange(float(shown.size)), drawn, None, said, level=float(drawn[0]), powers=powers)]


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
    epochs = [*(epoch for epoch in SHOWN_EPOCHS if epoch < run.epochs), run.epochs]
    losses = [
        [or_dash(text, value) for text, value in zip(_losses(values), values, strict=True)]
        for values in (
            (losses[epochs] * unit.per_nat).tolist() for losses in (run.objective, run.train_loss, run.test_loss)
        )
    ]
    shares = [
        [or_dash(f"{share[epoch]:.1%}" if epoch else _("tie"), share[epoch]) for epoch in epochs]
        for share in (run.train_accuracy, run.test_accuracy)
    ]
    heads = [_("epoch"), "F", _("train loss"), _("test loss"), _("train right"), _("test right")]
    return table(heads, zip(map(str, epochs), *losses, *shares, strict=True))


def _losses(values: list[float]) -> list[str]:
    """Format a column of losses, with a short exponent each where a run went so far that the digits would fill it."""
    if max(values) < WIDE:
        return column(values)
    return [error_size(value) if value >= WIDE else number(value) for value in values]


def or_dash(text: str, value: float) -> str:
    """Return the text, or a dash where the value is undefined."""
    return "-" if math.isnan(value) else text


def compared(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum of several optimisers, as curves and at the end."""
    letters = ascii_letters[: len(study.runs)]
    lost = [how_it_went_wrong(run, study.settings.l2, unit) for run in study.runs[1:] if run.lost]
    explained = ["", *lost] if lost else []
    return Group(*_distances(study, letters, unit), _compared_table(study, letters, unit), *explained)


def _distances(study: TrainStudy, letters: str, unit: Unit) -> list[RenderableType]:
    """Return the logarithms of the distances as curves, if there are any."""
    longest = max(run.epochs for run in study.runs)
    if not longest:
        return []
    curves = np.full((len(study.runs), longest + 1), np.nan)
    for row, run in zip(curves, study.runs, strict=True):
        distance = distance_to_minimum(run, study.optimum.minimum) * unit.per_nat
        row[: distance.size] = np.log10(np.maximum(distance, LOWEST))
    caption = _("F − min F in {unit} over epochs, on a log axis; {names}")
    if study.optimum.minimum is None:
        caption = _("F in {unit} over epochs, on a log axis; {names}")
    names = ", ".join(f"{letter}: {run.optimizer}" for letter, run in zip(letters, study.runs, strict=True))
    said = caption.format(unit=unit.label, names=names)
    return [Chart(np.arange(longest + 1.0), curves, mark=None, caption=said, letters=letters, powers="y"), ""]


def _compared_table(study: TrainStudy, letters: str, unit: Unit) -> RenderableType:
    """Return where each optimiser ended."""
    rows = [
        (
            f"{letter} {run.optimizer}",
            "-" if run.learning_rate is None else rate_of(run),
            str(run.epochs),
            _distance(run, study.optimum.minimum, unit),
            _("diverged")
            if run.outcome == Outcome.DIVERGED.value
            else or_dash(f"{run.test_accuracy[-1]:.1%}", run.test_accuracy[-1]),
        )
        for letter, run in zip(letters, study.runs, strict=True)
    ]
    what = "F" if study.optimum.minimum is None else "F − min F"
    return table(["", "η", _("epochs"), what, _("test right")], rows, words=(0,))


def distance_to_minimum(run: Run, minimum: float | None) -> Array:
    """Return F − min F after each epoch, or F where the minimum isn't known."""
    distance: Array = np.maximum(run.objective - (minimum or 0.0), 0.0)
    return distance


def _distance(run: Run, minimum: float | None, unit: Unit) -> str:
    """Format what is left to the minimum at the end, or F where that isn't known."""
    left = float(distance_to_minimum(run, minimum)[-1]) * unit.per_nat
    return number(left) if SMALL <= left < WIDE else error_size(left)


def optimum(study: TrainStudy, unit: Unit) -> RenderableType:
    """Show the distance to the minimum, and say why it is what it is."""
    run, minimum = study.first, study.optimum.minimum
    lines = [f"F = {quantity(float(run.objective[-1]), unit)}"]
    if minimum is not None:
        lines += [
            _("min F = {minimum}, found by Newton's method").format(minimum=quantity(minimum, unit)),
            f"F − min F = {_distance(run, minimum, unit)} {unit.label}",
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
            "The classes of the training part are linearly separable: t·W and t·b of weights that separate them, with "
            "t → ∞, take the loss to 0. So F has no minimiser without L2, and however small the gradient gets, nothing "
            "converges. Add --l2 0.001."
        )
    if study.optimum.separability:
        return _(
            "Some classes of the training part are linearly separable from the others: in their direction the weights "
            "can grow for ever, so F has no minimiser without L2, and nothing converges. Add --l2 0.001."
        )
    if study.first.outcome == Outcome.DIVERGED.value:
        return _(
            "The run led away from the minimum. Labels need only the largest score, and may be right all the same."
        )
    if study.optimum.minimum is None:
        return _("The exact minimum isn't known: Newton's method takes too long here.")
    if study.first.outcome == Outcome.OVERSHOT.value:
        return _overshot(study.first)
    return _about_the_distance(study, study.optimum.minimum)


def _overshot(run: Run) -> str:
    """Say where a run stands that was above its start."""
    if run.objective[-1] > run.objective[0]:
        return _(
            "The run is still above its start: steps this long leap across the minimum, and land higher. Labels need "
            "only the largest score, and may be right all the same."
        )
    return _(
        "The run came back below its start. Steps this long leap across the minimum, and may go to and fro around it "
        "for ever; smaller ones spare the detour."
    )


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
            "This is nearly the least F there is, and still only {share} of the training examples are right. Least "
            "loss isn't most right: other weights of the same model may get more right, at a larger F. So may other "
            "features, or another model."
        ).format(share=f"{run.train_accuracy[-1]:.0%}")
    return _("F is convex: there is one minimum, and every descent with a good learning rate gets there.")
