"""Questions on training: the first loss, what a linear model reaches, and whether more epochs would help."""

import math

import numpy as np

from sce_cli.core.descent import Outcome
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import about, count, number, quantity
from sce_cli.study import NEAR_SHARE, Question, near
from sce_cli.topics.train.study import TrainStudy
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

MOST_CHOICES = 4

TOLD_APART = 1e-9
"""Losses that are closer are as good as equal, nats."""


def parameters(study: TrainStudy) -> Question:
    """Ask how many parameters the model has."""
    classes, width = study.first.weights.shape
    size = study.first.weights.size + study.first.bias.size
    return Question(
        ngettext(
            "The model gives each of {classes} classes a score, from {width} feature. How many numbers must it learn?",
            "The model gives each of {classes} classes a score, from {width} features. How many numbers must it learn?",
            width,
        ).format(classes=classes, width=width),
        float(size),
        _("A weight for each class and feature, and a bias for each class: {classes}·({width} + 1) = {size}.").format(
            classes=classes, width=width, size=count(size)
        ),
        tolerance=0.05 * size,
    )


def start(study: TrainStudy, unit: Unit) -> Question:
    """Ask for the loss before training."""
    classes, first = len(study.data.class_names), float(study.first.train_loss[0])
    options = {"0": 0.0, f"1/{classes}": 1 / classes, f"{unit.log} {classes}": math.log(classes)}
    right = [math.isclose(value, first, rel_tol=TOLD_APART) for value in options.values()]
    return Question(
        _("Nothing is learnt yet: all weights and biases are 0. How large is the mean loss?"),
        float([*right, True].index(True)),
        _("Every class has p = 1/{classes}, whatever the features are, and −{log} 1/{classes} is {loss}.").format(
            classes=classes, log=unit.log, loss=quantity(first, unit)
        ),
        choices=(*options, _("that depends on the data")),
    )


def accuracy(study: TrainStudy, unit: Unit) -> Question | None:
    """Ask for the share of examples that will be right, or where a learning rate that is too large leads."""
    run, confusion = study.first, study.reached.confusion
    if run.lost:
        return _too_fast(study, unit)
    if run.epochs == 0:
        return None
    correct, total = int(confusion.trace()), int(confusion.sum())
    commonest = confusion.sum(axis=1)[study.data.train_counts.argmax()] / total
    return Question(
        _share_asked(study).format(epochs=count(run.epochs)),
        correct / total,
        _(
            "It is {correct} of {total}; always naming the class that is most frequent in training would get {share}."
        ).format(correct=count(correct), total=count(total), share=f"{commonest:.1%}"),
        tolerance=near(correct / total, NEAR_SHARE),
    )


def _share_asked(study: TrainStudy) -> str:
    """Return the question for the share that is right, of the part that is measured."""
    if study.reached.measured_on == "test":
        return ngettext(
            "The model is linear. What share of the test examples does it get right after {epochs} epoch?",
            "The model is linear. What share of the test examples does it get right after {epochs} epochs?",
            study.first.epochs,
        )
    return ngettext(
        "The model is linear. What share of the training examples does it get right after {epochs} epoch?",
        "The model is linear. What share of the training examples does it get right after {epochs} epochs?",
        study.first.epochs,
    )


def _too_fast(study: TrainStudy, unit: Unit) -> Question | None:
    run = study.first
    if run.learning_rate is None or run.suggested_rate is None or run.spec.scale_free or run.spec.momentum:
        return None  # a step of those isn't the rate times the gradient
    why = _(
        "A step that is too long lands on the other side of the valley, and higher: F goes to and fro between {least} "
        "and {most}. A rate of about {rate} suits these data."
    )
    if run.outcome == Outcome.DIVERGED.value:
        why = _("F grows beyond all bounds. A rate of about {rate} suits these data.")
    return Question(
        _("Each step is {rate} times the gradient. Where does F go?").format(rate=about(run.learning_rate, 3)),
        float(1 + (run.outcome == Outcome.DIVERGED.value)),
        why.format(
            least=quantity(float(run.objective[1:].min(initial=math.inf)), unit),
            most=quantity(float(run.objective.max()), unit),
            rate=f"{run.suggested_rate:.2g}",
        ),
        choices=(
            _("down, in large strides"),
            _("above its start, then to and fro"),
            _("up, without end"),
        ),
    )


def fastest(study: TrainStudy, unit: Unit) -> Question | None:
    """Ask which of several optimisers gets furthest."""
    final = [math.inf if run.outcome == Outcome.DIVERGED.value else float(run.objective[-1]) for run in study.runs]
    ranked = np.argsort(final, kind="stable").tolist()
    best, second = ranked[0], ranked[1]
    if not final[second] - final[best] > TOLD_APART:
        return None
    shown = sorted(ranked[:MOST_CHOICES])
    why = _("{best} reaches F = {least}; the next, {second}, reaches {more}.")
    if math.isinf(final[second]):
        why = _("{best} reaches F = {least}; the next, {second}, diverges.")
    names = [run.optimizer for run in study.runs]
    return Question(
        _("Which optimiser brings F the furthest down?"),
        float(shown.index(best)),
        why.format(
            best=names[best],
            least=quantity(final[best], unit),
            second=names[second],
            more=quantity(final[second], unit),
        ),
        choices=tuple(names[k] for k in shown),
    )


def optimum(study: TrainStudy, unit: Unit) -> Question | None:
    """Ask how much of the way to the minimum is done, or what weights do that have none to go to."""
    if study.optimum.separability:
        return _endless(study)
    run, least = study.first, study.optimum.minimum
    if least is None or run.outcome == Outcome.DIVERGED.value or run.epochs == 0:
        return None
    first, last = float(run.objective[0]), float(run.objective[-1])
    if first - least <= TOLD_APART or last > first:
        return None
    return Question(
        _(
            "From the first F down to its minimum, the best that any weights can do: "
            "what share of the way did training go?"
        ),
        min(1.0, (first - last) / (first - least)),
        _(
            "F fell from {first} to {last}, and its minimum is {least}, where {share} of the training examples "
            "are right."
        ).format(
            first=quantity(first, unit),
            last=number(last * unit.per_nat),
            least=number(least * unit.per_nat),
            share=f"{run.train_accuracy[-1]:.1%}",
        ),
        tolerance=near(min(1.0, (first - last) / (first - least)), NEAR_SHARE),
    )


def _endless(study: TrainStudy) -> Question:
    why = _(
        "The classes are linearly separable: weights that separate them make the predictions surer the more they grow, "
        "and the loss smaller."
    )
    if study.optimum.separability != "separable":
        why = _(
            "Some classes are linearly separable from the others: weights that separate them make the predictions "
            "surer the more they grow, and the loss smaller."
        )
    return Question(
        _("There is no L2 penalty. If training went on without end, what would the weights do?"),
        float(bool(study.optimum.separability)),
        why,
        choices=(_("They would settle."), _("They would grow for ever."), _("They would go back to 0.")),
    )


def confusion(study: TrainStudy) -> Question | None:
    """Ask which mistake is the most frequent one."""
    classes, matrix = len(study.data.class_names), study.reached.confusion
    often = (matrix - np.diag(matrix.diagonal() + 1)).ravel()  # the diagonal, -1, is no mistake
    worst = int(often.argmax())
    if study.first.outcome == Outcome.DIVERGED.value or often[worst] == 0 or (often == often[worst]).sum() > 1:
        return None
    true, called = divmod(worst, classes)
    others = [called * classes + true, *np.argsort(-often, kind="stable")[:MOST_CHOICES].tolist()]
    shown = sorted(list(dict.fromkeys([worst, *(cell for cell in others if often[cell] >= 0)]))[: MOST_CHOICES - 1])
    names = [escaped(name) for name in study.data.class_names]
    ask = _("Which mistake is the most frequent one in the training part?")
    if study.reached.measured_on == "test":
        ask = _("Which mistake is the most frequent one in the test part?")
    choice = _("{true} taken for {called}")
    return Question(
        ask,
        float(shown.index(worst)),
        _("{times} of {examples} examples of {true} are taken for {called}.").format(
            times=count(int(often[worst])),
            examples=count(int(matrix[true].sum())),
            true=names[true],
            called=names[called],
        ),
        choices=tuple(choice.format(true=names[cell // classes], called=names[cell % classes]) for cell in shown),
    )
