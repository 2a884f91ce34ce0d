"""`sce entropy`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli.errors import SceError
from sce_cli.options import Label, Names, Target, check_classes, joined, only_one
from sce_cli.parsers import bounded, listed, probability, real
from sce_cli.study import Explained, View

HELP = """\
Compare a prediction with a target: surprise, entropy, cross-entropy and KL divergence.

Without arguments: the target 0.6,0.4 and the prediction 0.5,0.5.

Example: sce entropy --label 0 --smoothing 0.1 --logits 2,1,0.1 --names cat,dog,fox
"""

DEFAULT_TARGET, DEFAULT_PREDICTION = (0.6, 0.4), (0.5, 0.5)
"""The frequencies of the article's balls, and a fair coin."""

LAST_DECIMAL = 1e-6
"""What each probability may be off by: `sce` prints them rounded to six decimals, and others cut them off there."""

Smoothing = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--smoothing",
            "between 0 and 1",
            "Give the share of the target to spread over all classes, such as 0.1.",
            most=1,
        ),
        metavar="E",
        help="Share of the label's target that is spread evenly over all classes.",
    ),
]
Prediction = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--prediction", probability("--prediction")),
        metavar="P,P,...",
        help="The prediction p: the predicted probability of each class.",
    ),
]
PredictedLogits = Annotated[
    Sequence[float] | None,
    typer.Option(
        "--logits",
        parser=listed("--logits", real("--logits", "a number", masked=True)),
        metavar="Z,Z,...",
        help="The logits z of a prediction softmax(z); -inf masks a class.",
    ),
]
Normalize = Annotated[bool, typer.Option("--normalize", help="Divide the given target and prediction by their sums.")]


def command(
    target: Target = None,
    prediction: Prediction = None,
    label: Label = None,
    smoothing: Smoothing = None,
    logits: PredictedLogits = None,
    normalize: Normalize = False,
    names: Names = None,
) -> Explained:
    """Return the study of the target and the prediction, each of which has two forms."""
    if smoothing is not None and label is None:
        raise SceError(f"--smoothing {smoothing:g} has no --label to smooth.", "Add --label N, counted from 0.")
    if target is None and label is None and prediction is None and logits is None:
        target, prediction = DEFAULT_TARGET, DEFAULT_PREDICTION
    truth = only_one({"--target": target, "--label": label})
    guess = only_one({"--prediction": prediction, "--logits": logits})
    if truth is None:
        raise SceError(f"{guess} has no target beside it.", "Add --target Q,Q,... or --label N.")
    if guess is None:
        raise SceError(f"{truth} has no prediction beside it.", "Add --prediction P,P,... or --logits Z,Z,....")
    classes = len(prediction or logits or ())
    check_classes(guess, classes, names)
    _same_classes(guess, classes, truth, len(target) if target is not None else None, label)
    if logits is not None and max(logits) == -math.inf:
        raise SceError(f"{guess} masks every class.", "Give at least one finite number.")
    for option, weights in (("--target", target), ("--prediction", prediction)):
        if weights is not None and not normalize:
            _sums_to_one(option, weights)
        elif weights is not None:
            _sums_above_zero(option, weights)
    from sce_cli.topics.entropy.study import study

    made = study(
        tuple(names or map(str, range(classes))),
        target=target,
        label=label,
        smoothing=smoothing or 0.0,
        prediction=prediction,
        logits=logits,
    )
    return Explained(
        made,
        _view,
        {"target": made.target, "prediction": made.prediction, "smoothing": made.smoothing, "names": made.names},
    )


def _view() -> View:
    from sce_cli.topics.entropy.view import EntropyView

    return EntropyView()


def _same_classes(guess: str, classes: int, truth: str, target_classes: int | None, label: int | None) -> None:
    """Refuse a target and a prediction that don't agree on the number of classes."""
    if target_classes is not None and target_classes != classes:
        raise SceError(f"{truth} has {target_classes} classes, {guess} has {classes}.", "Give as many for both.")
    if label is not None and label >= classes:
        raise SceError(f"{truth} is not a class of {guess}.", f"Labels count from 0: give one from 0 to {classes - 1}.")


def _sums_above_zero(option: str, weights: Sequence[float]) -> None:
    if sum(weights) == 0:
        raise SceError(f"{option} {joined(weights)} sums to 0.", "Give at least one number above 0.")


def _sums_to_one(option: str, weights: Sequence[float]) -> None:
    """Refuse weights that don't sum to 1, but for the rounding of their last decimals."""
    _sums_above_zero(option, weights)
    if abs(sum(weights) - 1) > LAST_DECIMAL * len(weights):
        raise SceError(
            f"{option} {joined(weights)} sums to {sum(weights):.8g}, not to 1.",
            "Add --normalize to divide it by its sum.",
        )
