"""`sce grad`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from sce_cli.errors import SceError
from sce_cli.options import (
    DEFAULT_LOGITS,
    MOST_CLASSES,
    MOST_SEED,
    Label,
    Logits,
    Target,
    check_classes,
    joined,
    only_one,
)
from sce_cli.parsers import one_of, real, whole
from sce_cli.study import Explained, View
from sce_cli.topics.grad.settings import BUGS, Difference
from sce_cli.translation import _, ngettext

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

StepSize = Annotated[
    float | None,
    typer.Option(parser=real("--step-size", "a number"), metavar="H", help="The step h of the finite difference."),
]
Precision = Annotated[
    Literal["float32", "float64"], typer.Option("--dtype", help="The floats that the gradient is computed in.")
]
Method = Annotated[Literal["central", "forward", "complex"], typer.Option(help="The kind of finite difference.")]
PlantedBug = Annotated[
    str | None,
    typer.Option(
        "--bug",
        parser=one_of("--bug", tuple(BUGS)),
        autocompletion=one_of("--bug", tuple(BUGS)).completed,
        metavar="NAME",
        help="Plant a classic mistake in the analytic gradient, for the check to catch: "
        f"{', '.join(list(BUGS)[:-1])} or {list(BUGS)[-1]}.",
    ),
]
RandomPoints = Annotated[
    int | None,
    typer.Option(
        "--random",
        parser=whole("--random", "a number of points", 1, 10_000),
        metavar="N",
        help="Check N random points and show the worst.",
    ),
]
Classes = Annotated[
    int | None,
    typer.Option(
        parser=whole("--classes", "a number of classes", 2, MOST_CLASSES),
        metavar="K",
        help=f"Classes of the random points, else {DEFAULT_CLASSES}.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=whole("--seed", "a whole number", 0, MOST_SEED),
        metavar="S",
        help=f"Seed of the random points, else {DEFAULT_SEED}.",
    ),
]


def command(
    logits: Logits = None,
    label: Label = None,
    target: Target = None,
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
    if random is None:
        _only_with_random(classes, seed)
        point = _point(logits, label, target, dtype)
        from sce_cli.topics.grad.study import study

        made = study(*point, difference)
    else:
        only_one({"Z...": logits, "--random": random})
        only_one({"--label": label, "--random": random})
        only_one({"--target": target, "--random": random})
        classes = classes or DEFAULT_CLASSES
        _check_differences(random, classes)
        from sce_cli.topics.grad.study import random_study

        made = random_study(random, classes, seed or DEFAULT_SEED, difference)
    return Explained(made, _view, {"logits": made.logits, "target": made.target, "bug": made.bug})


def _view() -> View:
    from sce_cli.topics.grad.view import GradView

    return GradView()


def _only_with_random(classes: int | None, seed: int | None) -> None:
    for option, value in (("--classes", classes), ("--seed", seed)):
        if value is not None:
            raise SceError(
                _("{option} {value} is for random points only.").format(option=option, value=value),
                _("Add --random N, or leave it out."),
            )


def _check_differences(points: int, classes: int) -> None:
    if points * classes > MOST_DIFFERENCES:
        raise SceError(
            _("--random {points} of {classes} classes make {differences} differences, which takes too long.").format(
                points=points, classes=classes, differences=points * classes
            ),
            _("Give a product of at most {most}.").format(most=MOST_DIFFERENCES),
        )


def _check_step(step: float | None, precision: str) -> None:
    if step is not None and step <= 0:
        raise SceError(
            _("--step-size {step} is not above 0.").format(step=step), _("Give a small positive number, such as 1e-5.")
        )
    if step is not None and not SMALLEST_STEP[precision] <= step <= LARGEST_STEP:
        raise SceError(
            _("--step-size {step} is out of range.").format(step=step),
            _("Give {smallest} to {largest}.").format(smallest=f"{SMALLEST_STEP[precision]:g}", largest=LARGEST_STEP),
        )


def _point(
    logits: Sequence[float] | None, label: int | None, target: Sequence[float] | None, precision: str
) -> tuple[Sequence[float], Sequence[float]]:
    """Return the logits and the target, one weight a class, from a label or from weights of any positive sum."""
    only_one({"--label": label, "--target": target})
    logits = logits or DEFAULT_LOGITS
    check_classes(f"logits {joined(logits)}", len(logits), None)
    _near_enough(logits, precision)
    weights = _one_hot(label or 0, len(logits)) if target is None else target
    _check_target(weights, len(logits))
    for index, (logit, weight) in enumerate(zip(logits, weights, strict=True)):
        if logit == -math.inf and weight > 0:
            said = f"--label {index}" if target is None else f"--target {joined(target)}"
            raise SceError(
                _("{option} asks for class {index}, whose logit is -inf.").format(option=said, index=index),
                _("The loss is infinite there: choose another class."),
            )
    return logits, weights


def _check_target(weights: Sequence[float], classes: int) -> None:
    if len(weights) != classes:
        raise SceError(
            ngettext(
                "--target {target} has {count} entry for {classes} logits.",
                "--target {target} has {count} entries for {classes} logits.",
                len(weights),
            ).format(target=joined(weights), count=len(weights), classes=classes),
            _("Give one for each."),
        )
    if sum(weights) == 0:
        raise SceError(
            _("--target {target} has no entry above 0.").format(target=joined(weights)),
            _("Give weights q, not all of them 0."),
        )
    if not 1 / LARGEST_TARGET <= sum(weights) <= LARGEST_TARGET:
        raise SceError(
            _("--target {target} sums to {sum}.").format(target=joined(weights), sum=f"{sum(weights):g}"),
            _("Let it be between 1e-6 and 1e6."),
        )


def _near_enough(logits: Sequence[float], precision: str) -> None:
    """Refuse logits so large that a small step drowns in their rounding, and those that are all masked."""
    if max(logits) == -math.inf:
        raise SceError(
            _("Z... {logits} masks every class.").format(logits=joined(logits)), _("Give at least one finite number.")
        )
    largest = max(abs(logit) for logit in logits if logit != -math.inf)
    if largest > LARGEST_LOGIT[precision]:
        limit = LARGEST_LOGIT[precision]
        raise SceError(
            _("a logit of size {size} swallows the step of a finite difference in {precision}.").format(
                size=f"{largest:g}", precision=precision
            ),
            _("Give logits between -{limit} and {limit}, or -inf.").format(limit=f"{limit:g}"),
        )


def _one_hot(label: int, classes: int) -> list[float]:
    if label >= classes:
        raise SceError(
            ngettext(
                "--label {label} is not one of {classes} class.",
                "--label {label} is not one of {classes} classes.",
                classes,
            ).format(label=label, classes=classes),
            _("Give a class from 0 to {last}.").format(last=classes - 1),
        )
    return [float(k == label) for k in range(classes)]
