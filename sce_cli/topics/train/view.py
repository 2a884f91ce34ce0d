"""Training a softmax classifier in seven steps, its figures, and the files that are left of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.cells import cell_len
from rich.console import Group, RenderableType

from sce_cli.core.descent import Outcome
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, error_size, number, quantity
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.reading_view import left_out_unread, reading_in_words
from sce_cli.topics.train import questions as ask
from sce_cli.topics.train.descent_view import compared, optimum, or_dash, rate_of, remedy_for, training
from sce_cli.topics.train.figures_view import boundary, figure, panels_of_steps
from sce_cli.topics.train.files_view import history, saved
from sce_cli.topics.train.run import Run
from sce_cli.topics.train.study import Data, TrainStudy
from sce_cli.translation import _, ngettext
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
        features = len(study.data.feature_names)
        return ngettext(
            "A softmax classifier of {data}: {classes} classes from {features} feature",
            "A softmax classifier of {data}: {classes} classes from {features} features",
            features,
        ).format(data=escaped(study.data.name), classes=len(study.data.class_names), features=features)

    def steps(self, study: TrainStudy, unit: Unit) -> list[Step]:
        """Explain the data, the model, its gradient and loss, the descent, the optimum, what was reached, others."""
        return [
            Step(_("The data"), _data(study, unit)),
            Step(_("The model and its loss"), _model(study), ask.parameters(study)),
            Step(_("The gradient, checked before training"), _gradient(study)),
            Step(_("The loss before training"), _start(study, unit), ask.start(study, unit)),
            Step(_("Training"), training(study, unit), ask.accuracy(study, unit)),
            Step(_("How far from the optimum"), optimum(study, unit), ask.optimum(study, unit)),
            Step(_("What was reached"), _reached(study, unit), ask.confusion(study)),
            *_compared(study, unit),
        ]

    def result(self, study: TrainStudy, unit: Unit) -> str:
        """Return what was reached in one line, or why nothing was."""
        run = study.first
        if run.outcome == Outcome.DIVERGED.value:
            sentence = _("{optimizer} diverged: the learning rate {rate} is too large. {remedy}")
            return sentence.format(optimizer=run.optimizer, rate=rate_of(run), remedy=remedy_for(run))
        confusion, tested = study.reached.confusion, study.reached.measured_on == "test"
        correct, total = int(confusion.trace()), int(confusion.sum())
        line = _result(run, tested).format(
            share=f"{correct / total:.1%}",
            correct=correct,
            total=total,
            loss=quantity(float((run.test_loss if tested else run.train_loss)[-1]), unit),
            epochs=run.epochs,
            optimizer=run.optimizer,
        )
        line = _with_lost(line, study.runs)
        return _("{result}. {remedy}").format(result=line, remedy=remedy_for(run)) if run.lost else line

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure, "plot_boundary": boundary}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the losses, the distance, the confusion, and the optimisers compared, at their steps."""
        return panels_of_steps()

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the files."""
        return {"history": history, "save": saved}


def _result(run: Run, tested: bool) -> str:
    """Return the sentence that says what a run reached, on which part, and whether it was interrupted."""
    if run.outcome == Outcome.INTERRUPTED.value:
        if tested:
            return ngettext(
                "test accuracy {share} ({correct} of {total}), test loss {loss}, "
                "after {epochs} epoch of {optimizer}, interrupted",
                "test accuracy {share} ({correct} of {total}), test loss {loss}, "
                "after {epochs} epochs of {optimizer}, interrupted",
                run.epochs,
            )
        return ngettext(
            "train accuracy {share} ({correct} of {total}), train loss {loss}, "
            "after {epochs} epoch of {optimizer}, interrupted",
            "train accuracy {share} ({correct} of {total}), train loss {loss}, "
            "after {epochs} epochs of {optimizer}, interrupted",
            run.epochs,
        )
    if tested:
        return ngettext(
            "test accuracy {share} ({correct} of {total}), test loss {loss}, after {epochs} epoch of {optimizer}",
            "test accuracy {share} ({correct} of {total}), test loss {loss}, after {epochs} epochs of {optimizer}",
            run.epochs,
        )
    return ngettext(
        "train accuracy {share} ({correct} of {total}), train loss {loss}, after {epochs} epoch of {optimizer}",
        "train accuracy {share} ({correct} of {total}), train loss {loss}, after {epochs} epochs of {optimizer}",
        run.epochs,
    )


def _with_lost(result: str, runs: Sequence[Run]) -> str:
    """Name the optimisers that overshot or diverged."""
    for outcome, sentence in (
        (Outcome.OVERSHOT, _("{result}; {names} overshot")),
        (Outcome.DIVERGED, _("{result}; {names} diverged")),
    ):
        names = [run.optimizer for run in runs if run.outcome == outcome.value]
        if names:
            result = sentence.format(result=result, names=_and(names))
    return result


def _and(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def _data(study: TrainStudy, unit: Unit) -> RenderableType:
    data = study.data
    train, test = data.train_counts, data.test_counts
    rows = [
        (escaped(name), count(int(n)), count(int(m)), number(float(n / train.sum())))
        for name, n, m in zip(data.class_names, train, test, strict=True)
    ]
    rows.append((_("all"), count(int(train.sum())), count(int(test.sum())), "1"))
    return Group(
        *reading_in_words(data.reading),
        table([_("class"), _("train"), _("test"), _("frequency")], rows, words=(0,)),
        "",
        *_features(data, study.settings.standardize),
        *_expansion(study),
        _(
            "Without features the best prediction is the frequencies, with a loss of their entropy, {floor}. "
            "What the features are worth is what training gains on that."
        ).format(floor=quantity(study.optimum.frequency_entropy, unit)),
    )


def _features(data: Data, standard: bool) -> list[RenderableType]:
    """Return how the features enter, with their means and deviations where they are few, and what was left out."""
    names, standard_as = data.feature_names, data.standardisation
    unused = left_out_unread(data.reading, data.left_out)
    left_out = [_("Left out: {names}.").format(names=_listed(unused))] if unused else []
    if not standard:
        sentence = ngettext(
            "{count} feature, {names}, enters as it is.", "{count} features, {names}, enter as they are.", len(names)
        )
        return [sentence.format(count=len(names), names=_listed(names)), *left_out]
    if len(names) > MOST_FEATURES:
        sentence = _("{count} features, {names}, enter as (x − mean)/deviation of the training part.")
        return [sentence.format(count=len(names), names=_listed(names)), *left_out]
    rows = [
        (escaped(name), number(float(mean), 4), number(float(scale), 4))
        for name, mean, scale in zip(names, standard_as.mean, standard_as.scale, strict=True)
    ]
    means = table([_("feature"), _("mean"), _("deviation")], rows, words=(0,))
    return [means, "", _("They enter as (x − mean)/deviation of the training part."), *left_out]


def _expansion(study: TrainStudy) -> list[RenderableType]:
    """Say what the features are expanded to."""
    if not study.settings.expand:
        return []
    sentence = _("--expand {expand} makes {count} inputs x of them: {names}.")
    names = study.data.inputs
    return [sentence.format(expand=study.settings.expand, count=len(names), names=_listed(names))]


def _listed(names: Sequence[str]) -> str:
    """Return names with commas between them, the middle left out where they are many."""
    return escaped(", ".join(names if len(names) <= MOST_FEATURES else [*names[:2], "…", names[-1]]))


def _model(study: TrainStudy) -> RenderableType:
    classes, width = study.first.weights.shape
    l2, smoothing = study.settings.l2, study.settings.label_smoothing
    size = _("W: {classes} × {width},  b: {classes},  together {parameters} parameters θ").format(
        classes=classes, width=width, parameters=count(classes * (width + 1))
    )
    target = (
        f"q = (1−ε)·{_('one-hot')} + ε/K,  ε = {number(smoothing)}" if smoothing else _("q = one-hot at the true class")
    )
    return Group(
        "   z = W x + b,   p = softmax(z)",
        f"   {size}",
        f"   {target}",
        f"   F(θ) = mean CE(q, p) + λ/2·‖W‖²,   λ = {number(l2)}" if l2 else "   F(θ) = mean CE(q, p)",
        f"   ∂F/∂W = mean (p − q) xᵀ{' + λ·W' if l2 else ''},   ∂F/∂b = mean (p − q)",
        _("A mean, not a sum: so the step doesn't grow with the number of examples."),
        _uniqueness(l2),
        _(
            "Where F is least, its gradient is 0. That can't be solved for W, which hides in the exponentials of every "
            "p: there is no closed form, as p̂ = n/N was for the balls. So we descend, step by step."
        ),
    )


def _uniqueness(l2: float) -> str:
    """Say what softmax leaves open, and what the penalty decides of it."""
    if l2:
        return _(
            "The softmax doesn't see a shift that all classes share. The penalty takes it out of W, whose least F has "
            "only one; b keeps it."
        )
    return _("The softmax doesn't see a shift of W and b that all classes share, so no W and b are the only ones.")


def _gradient(study: TrainStudy) -> RenderableType:
    checked = study.gradient
    worst = _("worst relative error: {error}, allowed {tolerance}")
    return Group(
        _("   (F(θ + h·u) − F(θ − h·u)) / 2h   against   ∂F/∂θ · u"),
        f"   {worst.format(error=error_size(checked.error), tolerance=error_size(checked.tolerance))}",
        _(
            "On {examples} of the training examples, at random θ, for {weights} single parameters "
            "and {directions} random directions u, in which all of them take part."
        ).format(examples=checked.examples, weights=checked.weights, directions=checked.directions),
    )


def _start(study: TrainStudy, unit: Unit) -> RenderableType:
    start = _("θ = 0:  p = 1/{classes} for every class,  CE = {log} {classes}")
    loss = _("loss: {loss}").format(loss=quantity(float(study.first.train_loss[0]), unit))
    return Group(
        f"   {start.format(classes=len(study.data.class_names), log=unit.log)}",
        f"   {loss}",
        _("All classes tie: there is no answer yet that could be right."),
        _("A first loss that is far from it is a bug: in the scores, in the loss, or in the labels."),
    )


def _compared(study: TrainStudy, unit: Unit) -> list[Step]:
    if len(study.runs) == 1:
        return []
    return [Step(_("The optimisers compared"), compared(study, unit), ask.fastest(study, unit))]


def _reached(study: TrainStudy, unit: Unit) -> RenderableType:
    run = study.first
    gain = study.optimum.frequency_entropy - float(run.train_loss[-1])
    parts = [(_("train"), run.train_loss[-1], run.train_accuracy[-1])]
    if study.reached.measured_on == "test":
        parts.append((_("test"), run.test_loss[-1], run.test_accuracy[-1]))
    rows = [(name, number(float(loss) * unit.per_nat), f"{share:.1%}") for name, loss, share in parts]
    heads = [_("part"), _("loss in {unit}").format(unit=unit.label), _("right")]
    return Group(
        table(heads, rows, words=(0,)),
        "",
        _worth(gain, unit),
        "",
        *_confusion(study),
    )


def _worth(gain: float, unit: Unit) -> str:
    """Say what the features gained on the frequencies alone, or that they didn't."""
    if gain > 0:
        return _("The features are worth {gain} an example of the training part.").format(gain=quantity(gain, unit))
    return _(
        "So far the features have gained nothing: the loss of the training part is {loss} above that of naming its "
        "frequencies."
    ).format(loss=quantity(-gain, unit))


def _confusion(study: TrainStudy) -> list[RenderableType]:
    """Return how often each class was taken for each, and its precision and recall."""
    names, reached = [escaped(name) for name in study.data.class_names], study.reached
    shares = [
        (name, *(or_dash(f"{share:.1%}", share) for share in both))
        for name, *both in zip(names, reached.precision, reached.recall, strict=True)
    ]
    return [
        *_matrix(study, names),
        "",
        table([_("class"), _("precision"), _("recall")], shares, words=(0,)),
        "",
        _("Precision: of what was called so, the share that is. Recall: of what is so, the share that was called so."),
    ]


def _matrix(study: TrainStudy, names: list[str]) -> list[RenderableType]:
    tested = study.reached.measured_on == "test"
    if len(names) > MOST_COLUMNS:
        frequent = _("Most frequent confusions in the train part: {confusions}.")
        if tested:
            frequent = _("Most frequent confusions in the test part: {confusions}.")
        return [frequent.format(confusions=_worst(study, names))]
    numbers = [str(k) for k in range(len(names))]
    fits = sum(map(cell_len, names)) <= NAMES_WIDTH
    rows = [
        (name if fits else f"{k}: {name}", *(f"[bold]{n}[/]" if j == k else str(n) for j, n in enumerate(row)))
        for k, (name, row) in enumerate(zip(names, study.reached.confusion, strict=True))
    ]
    axes = _("Rows: the true class in the train part; columns: the predicted one.")
    if tested:
        axes = _("Rows: the true class in the test part; columns: the predicted one.")
    return [axes, "", table(["", *(names if fits else numbers)], rows, words=(0,))]


def _worst(study: TrainStudy, names: list[str]) -> str:
    """Return the three most frequent confusions."""
    off = study.reached.confusion * (1 - np.eye(len(names), dtype=int))
    order = np.argsort(-off, axis=None, kind="stable")[:3]
    pairs = [divmod(int(cell), off.shape[1]) for cell in order if off.flat[cell]]
    sentence = _("{true} taken for {called} ({count})")
    texts = [sentence.format(true=names[true], called=names[called], count=off[true, called]) for true, called in pairs]
    return ", ".join(texts) or _("none")
