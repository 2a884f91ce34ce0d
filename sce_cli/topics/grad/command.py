"""`sce grad`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli.errors import Change, SceError
from sce_cli.options.choices import choice
from sce_cli.options.classes import MOST_CLASSES, Label, Names, read_label
from sce_cli.options.logits import Logits, LogitsOption, Scores, read_logits
from sce_cli.options.rules import only_one
from sce_cli.options.weights import Target, divided, even, fitted
from sce_cli.parsers.numbers import real, seed, whole
from sce_cli.parsers.weights import Weights
from sce_cli.study import Explained, View
from sce_cli.topics.grad.settings import BUGS, Difference
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.topics.grad.study import GradStudy

HELP = """\
Derive the gradient of cross-entropy and hold it against finite differences.

Without arguments: the logits 2 1 0.1 and class 0.

Example: sce grad 2 1 0.1 --label 0 --bug sign
"""

LARGEST_LOGIT = {"float64": 1e6, "float32": 1e3}
"""Up to here the best step of every method is a whole number of units in the last place, so that z + h is exact."""

MOST_DIFFERENCES = 10_000
"""Entries of random gradients to check; this many take about ten seconds."""

LARGEST_TARGET = 1e6
SMALLEST_STEP, LARGEST_STEP = {"float64": 1e-300, "float32": 1e-35}, 1000
"""Beyond these, products underflow or overflow before they can show truncation and rounding."""

DEFAULT_CLASSES, DEFAULT_SEED = 3, 0
"""Of the random points."""

PRECISIONS, METHODS = ("float64", "float32"), ("central", "forward", "complex")

StepSize = Annotated[
    float | None,
    typer.Option(parser=real("--step-size", N_("a number")), metavar="H", help="The step h of the finite difference."),
]
Precision = Annotated[str, choice("--dtype", PRECISIONS, help="The floats that the gradient is computed in.")]
Method = Annotated[str, choice("--method", METHODS, help="The kind of finite difference.")]
PlantedBug = Annotated[
    str | None,
    choice(
        "--bug",
        tuple(BUGS),
        help="Plant a classic mistake in the analytic gradient, for the check to catch: sign, missing-off-diagonal, "
        "factor-two, half, sum-not-mean, mean-over-entries, by-the-probabilities, target-left-out, "
        "label-off-by-one or unnormalised-target.",
        metavar="NAME",
    ),
]
RandomPoints = Annotated[
    int | None,
    typer.Option(
        "--random",
        parser=whole("--random", N_("a number of points"), 1, 10_000),
        metavar="N",
        help="Check N random points and show the worst.",
    ),
]
Classes = Annotated[
    int | None,
    typer.Option(
        parser=whole("--classes", N_("a number of classes"), 2, MOST_CLASSES),
        metavar="K",
        help="Classes of the random points.",
        show_default=str(DEFAULT_CLASSES),
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=seed,
        metavar="S",
        help="Seed of the random points.",
        show_default=str(DEFAULT_SEED),
    ),
]

ONLY_RANDOM = tuple(Change(option, None) for option in ("--random", "--classes", "--seed"))
"""What to leave out where a point is given."""


def command(
    words: Logits = None,
    logits: LogitsOption = None,
    label: Label = None,
    target: Target = None,
    names: Names = None,
    step_size: StepSize = None,
    dtype: Precision = "float64",
    method: Method = "central",
    bug: PlantedBug = None,
    random: RandomPoints = None,
    classes: Classes = None,
    seed: Seed = None,
) -> Explained:
    """Return the study of the gradient at a point, or at the worst of many random ones."""
    _check_step(step_size, dtype)
    difference = Difference(method, step_size, dtype, bug or "")
    if random is not None:
        for option, value in (("Z...", words or None), ("--logits", logits), ("--label", label), ("--target", target)):
            only_one({option: value, "--random": random}, None, *ONLY_RANDOM)
        only_one({"--names": names, "--random": random}, _("Random points have classes without names"), *ONLY_RANDOM)
        return _explained(_at_random(random, classes or DEFAULT_CLASSES, seed or DEFAULT_SEED, difference))
    _only_with_random(classes, seed)
    only_one({"--label": label, "--target": target})
    scores = read_logits(words, logits, names)
    _near_enough(scores, dtype)
    weights, notes = _target(scores, label, target)
    from sce_cli.topics.grad.study import study

    return _explained(study(scores.logits, weights, difference, scores.names), notes)


def _explained(made: "GradStudy", notes: Sequence[str] = ()) -> Explained:
    understood = {"logits": made.logits, "target": made.target, "names": made.names, "bug": made.bug}
    return Explained(made, _view, understood, tuple(notes))


def _view() -> View:
    from sce_cli.topics.grad.view import GradView

    return GradView()


def _at_random(points: int, classes: int, seed: int, difference: Difference) -> "GradStudy":
    if points * classes > MOST_DIFFERENCES:
        raise SceError(
            _("--random {points} of {classes} classes make {differences} differences, which takes too long.").format(
                points=points, classes=classes, differences=points * classes
            ),
            _("Give a product of at most {most}").format(most=MOST_DIFFERENCES),
            Change("--random", str(MOST_DIFFERENCES // classes)),
        )
    from sce_cli.topics.grad.study import random_study

    return random_study(points, classes, seed, difference)


def _only_with_random(classes: int | None, seed: int | None) -> None:
    for option, value in (("--classes", classes), ("--seed", seed)):
        if value is not None:
            raise SceError(
                _("{option} {value} is for random points only.").format(option=option, value=value),
                _("Add --random N, or leave it out"),
                *ONLY_RANDOM,
            )


def _check_step(step: float | None, precision: str) -> None:
    example = Change("--step-size", "1e-5")
    if step is not None and step <= 0:
        raise SceError(
            _("--step-size {step} is not above 0.").format(step=step),
            _("Give a small positive number, such as 1e-5"),
            example,
        )
    if step is not None and not SMALLEST_STEP[precision] <= step <= LARGEST_STEP:
        raise SceError(
            _("--step-size {step} is out of range.").format(step=step),
            _("Give {smallest} to {largest}").format(smallest=f"{SMALLEST_STEP[precision]:g}", largest=LARGEST_STEP),
            example,
        )


def _target(scores: Scores, label: str | None, target: Weights | None) -> tuple[Sequence[float], tuple[str, ...]]:
    """Return the target, one weight a class, from a label or from weights of any positive sum, and what to note."""
    masked = [logit == -math.inf for logit in scores.logits]
    free = masked.index(False)
    if target is None:
        place = 0 if label is None else read_label(label, scores.names)
        if masked[place]:
            raise _never_true(f"--label {label or place}", scores, place, Change("--label", scores.names[free]))
        return [float(k == place) for k in range(len(masked))], ()
    _check_target(target, len(masked))
    for place, weight in enumerate(target.values):
        if masked[place] and weight > 0:
            one_hot = ",".join(str(int(k == free)) for k in range(len(masked)))
            raise _never_true(f"--target {target}", scores, place, Change("--target", one_hot))
    return divided("--target", target)


def _never_true(said: str, scores: Scores, place: int, change: Change) -> SceError:
    return SceError(
        _("{option} asks for class {name}, whose logit is -inf.").format(option=said, name=scores.names[place]),
        _("The loss is infinite there: choose another class"),
        change,
    )


def _check_target(target: Weights, classes: int) -> None:
    weights = target.values
    if len(weights) != classes:
        raise SceError(
            ngettext(
                "--target {target} has {count} entry for {classes} logits.",
                "--target {target} has {count} entries for {classes} logits.",
                len(weights),
            ).format(target=target, count=len(weights), classes=classes),
            _("Give one for each"),
            Change("--target", fitted(target, classes)),
        )
    if sum(weights) == 0:
        raise SceError(
            _("--target {target} has no entry above 0.").format(target=target),
            _("Give weights q, not all of them 0"),
            Change("--target", even(classes)),
        )
    if not 1 / LARGEST_TARGET <= sum(weights) <= LARGEST_TARGET:
        raise SceError(
            _("--target {target} sums to {sum}.").format(target=target, sum=f"{sum(weights):g}"),
            _("Let it be between 1e-6 and 1e6"),
            Change("--target", even(classes)),
        )


def _near_enough(scores: Scores, precision: str) -> None:
    """Refuse logits so large that a small step drowns in their rounding."""
    limit = LARGEST_LOGIT[precision]
    largest = max(abs(logit) for logit in scores.logits if logit != -math.inf)
    if largest > limit:
        nearer = [logit if logit == -math.inf else min(max(logit, -limit), limit) for logit in scores.logits]
        raise SceError(
            _("a logit of size {size} swallows the step of a finite difference in {precision}.").format(
                size=f"{largest:g}", precision=precision
            ),
            _("Give logits between -{limit} and {limit}, or -inf").format(limit=f"{limit:g}"),
            *scores.with_logits(nearer),
        )
