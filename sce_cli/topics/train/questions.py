"""Questions on training: the first loss, what a linear model reaches, and whether more epochs would help."""

import math

import numpy as np

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, number, quantity
from sce_cli.study import Question
from sce_cli.topics.train.study import TrainStudy
from sce_cli.units import Unit

CLOSE = 0.05
"""What a guessed share may be off by."""

MOST_CHOICES = 4

TOLD_APART = 1e-9
"""Losses that are closer are as good as equal, nats."""


def parameters(study: TrainStudy) -> Question:
    """Ask how many parameters the model has."""
    classes, width = study.first.weights.shape
    size = study.first.weights.size + study.first.bias.size
    return Question(
        f"The model gives each of {classes} classes a score, from {width} feature{'s' if width != 1 else ''}. How many "
        "numbers must it learn?",
        float(size),
        f"A weight for each class and feature, and a bias for each class: {classes}·({width} + 1) = {count(size)}.",
        tolerance=0.05 * size,
    )


def start(study: TrainStudy, unit: Unit) -> Question:
    """Ask for the loss before training."""
    classes, first = len(study.data.class_names), float(study.first.train_loss[0])
    options = {"0": 0.0, f"1/{classes}": 1 / classes, f"{unit.log} {classes}": math.log(classes)}
    right = [math.isclose(value, first, rel_tol=TOLD_APART) for value in options.values()]
    return Question(
        "Nothing is learnt yet: all weights and biases are 0. How large is the mean loss?",
        float([*right, True].index(True)),
        f"Every class has p = 1/{classes}, whatever the features are, and −{unit.log} 1/{classes} is "
        f"{quantity(first, unit)}.",
        choices=(*options, "that depends on the data"),
    )


def accuracy(study: TrainStudy) -> Question | None:
    """Ask for the share of examples that will be right, or where a learning rate that is too large leads."""
    run, part = study.first, study.reached.measured_on
    if run.outcome == "diverged":
        return _too_fast(study)
    if run.epochs == 0:
        return None
    correct, total = int(study.reached.confusion.trace()), int(study.reached.confusion.sum())
    commonest = study.reached.confusion.sum(axis=1)[study.data.train_counts.argmax()] / total
    return Question(
        f"The model is linear. What share of the {'test' if part == 'test' else 'training'} examples does it get right "
        f"after {count(run.epochs)} epoch{'s' if run.epochs != 1 else ''}?",
        correct / total,
        f"It is {count(correct)} of {count(total)}; always naming the class that is most frequent in training would "
        f"get {commonest:.1%}.",
        tolerance=CLOSE,
    )


def _too_fast(study: TrainStudy) -> Question | None:
    run = study.first
    if run.learning_rate is None or study.first.suggested_rate is None:
        return None
    return Question(
        f"Each step is {run.learning_rate:.3g} times the gradient. Where does the loss go?",
        float(2 if run.outcome == "diverged" else run.objective[-1] > run.objective.min()),
        "Each step overshoots the valley by more than it was off before; a learning rate of about "
        f"{study.first.suggested_rate:.2g} suits these data.",
        choices=("down, in large strides", "down, then to and fro", "up, until the run is stopped"),
    )


def fastest(study: TrainStudy, unit: Unit) -> Question | None:
    """Ask which of several optimisers gets furthest."""
    final = [math.inf if run.outcome == "diverged" else float(run.objective[-1]) for run in study.runs]
    ranked = np.argsort(final, kind="stable").tolist()
    best, second = ranked[0], ranked[1]
    if not final[second] - final[best] > TOLD_APART:
        return None
    shown = sorted(ranked[:MOST_CHOICES])
    behind = "diverges" if math.isinf(final[second]) else f"reaches {quantity(final[second], unit)}"
    names = [run.optimizer for run in study.runs]
    return Question(
        "Which optimiser brings F the furthest down?",
        float(shown.index(best)),
        f"{names[best]} reaches F = {quantity(final[best], unit)}; the next, {names[second]}, {behind}.",
        choices=tuple(names[k] for k in shown),
    )


def optimum(study: TrainStudy, unit: Unit) -> Question | None:
    """Ask how much of the way to the minimum is done, or what weights do that have none to go to."""
    if study.optimum.separability:
        return _endless(study)
    run, least = study.first, study.optimum.minimum
    if least is None or run.outcome == "diverged" or run.epochs == 0:
        return None
    first, last = float(run.objective[0]), float(run.objective[-1])
    if first - least <= TOLD_APART or last > first:
        return None
    right = f", where {run.train_accuracy[-1]:.1%} of the training examples are right"
    return Question(
        "From the first F down to its minimum, the best that any weights can do: what share of the way did training "
        "go?",
        min(1.0, (first - last) / (first - least)),
        f"F fell from {quantity(first, unit)} to {number(last * unit.per_nat)}, and its minimum is "
        f"{number(least * unit.per_nat)}{right}.",
        tolerance=CLOSE,
    )


def _endless(study: TrainStudy) -> Question:
    separable = "The classes are linearly separable"
    if study.optimum.separability != "separable":
        separable = "Some classes are linearly separable from the others"
    return Question(
        "There is no L2 penalty. If training went on without end, what would the weights do?",
        float(bool(study.optimum.separability)),
        f"{separable}, so ever larger weights make the predictions ever surer and the loss ever smaller.",
        choices=("They would settle.", "They would grow for ever.", "They would go back to 0."),
    )


def confusion(study: TrainStudy) -> Question | None:
    """Ask which mistake is the most frequent one."""
    classes = len(study.data.class_names)
    often = (
        study.reached.confusion - np.diag(study.reached.confusion.diagonal() + 1)
    ).ravel()  # the diagonal, -1, is no mistake
    worst = int(often.argmax())
    if study.first.outcome == "diverged" or often[worst] == 0 or (often == often[worst]).sum() > 1:
        return None
    true, called = divmod(worst, classes)
    others = [called * classes + true, *np.argsort(-often, kind="stable")[:MOST_CHOICES].tolist()]
    shown = sorted(list(dict.fromkeys([worst, *(cell for cell in others if often[cell] >= 0)]))[: MOST_CHOICES - 1])
    names = [escaped(name) for name in study.data.class_names]
    part = "test" if study.reached.measured_on == "test" else "training"
    return Question(
        f"Which mistake is the most frequent one in the {part} part?",
        float(shown.index(worst)),
        f"{count(int(often[worst]))} of {count(int(study.reached.confusion[true].sum()))} examples of {names[true]} "
        f"are taken for {names[called]}.",
        choices=tuple(f"{names[cell // classes]} taken for {names[cell % classes]}" for cell in shown),
    )
