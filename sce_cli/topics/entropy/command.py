"""`sce entropy`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli.errors import SceError
from sce_cli.options import Label, Names, Target, check_classes, joined, only_one
from sce_cli.parsers import bounded, listed, probability, real
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _

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
            N_("between 0 and 1"),
            N_("Give the share of the target to spread over all classes, such as 0.1."),
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
    if target is None and label is None and prediction is None and logits is None and smoothing is None:
        target, prediction = DEFAULT_TARGET, DEFAULT_PREDICTION
    truth, guess = _pair(target, label, smoothing, prediction, logits)
    classes = len(prediction or logits or ())
    check_classes(guess, classes, names)
    _same_classes(guess, classes, truth, len(target) if target is not None else None, label)
    if logits is not None and max(logits) == -math.inf:
        raise SceError(_("{given} masks every class.").format(given=guess), _("Give at least one finite number."))
    for option, weights in (("--target", target), ("--prediction", prediction)):
        if weights is not None:
            _check_sum(option, weights, normalize)
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
        {"target": made.target, "prediction": made.prediction, "smoothing": made.given.smoothing, "names": made.names},
    )


def _pair(
    target: Sequence[float] | None,
    label: int | None,
    smoothing: float | None,
    prediction: Sequence[float] | None,
    logits: Sequence[float] | None,
) -> tuple[str, str]:
    """Return what gave the target and what gave the prediction, as they are typed; refuse none of either, and two."""
    if smoothing is not None and label is None:
        raise SceError(
            _("--smoothing {smoothing:g} has no --label to smooth.").format(smoothing=smoothing),
            _("Add --label N, counted from 0."),
        )
    truth = only_one({"--target": target, "--label": label})
    guess = only_one({"--prediction": prediction, "--logits": logits})
    if truth is None:
        raise SceError(
            _("{given} has no target beside it.").format(given=guess), _("Add --target Q,Q,... or --label N.")
        )
    if guess is None:
        raise SceError(
            _("{given} has no prediction beside it.").format(given=truth),
            _("Add --prediction P,P,... or --logits Z,Z,...."),
        )
    return truth, guess


def _view() -> View:
    from sce_cli.topics.entropy.view import EntropyView

    return EntropyView()


def _same_classes(guess: str, classes: int, truth: str, target_classes: int | None, label: int | None) -> None:
    """Refuse a target and a prediction that don't agree on the number of classes."""
    if target_classes is not None and target_classes != classes:
        raise SceError(
            _("{target} has {target_classes} classes, {prediction} has {classes}.").format(
                target=truth, target_classes=target_classes, prediction=guess, classes=classes
            ),
            _("Give as many for both."),
        )
    if label is not None and label >= classes:
        raise SceError(
            _("{label} is not a class of {prediction}.").format(label=truth, prediction=guess),
            _("Labels count from 0: give one from 0 to {last}.").format(last=classes - 1),
        )


def _check_sum(option: str, weights: Sequence[float], normalize: bool) -> None:
    """Refuse weights that are all 0, and those to be taken as they are that don't sum to 1.

    Their last decimals may be rounded.
    """
    if sum(weights) == 0:
        raise SceError(
            _("{option} {weights} sums to 0.").format(option=option, weights=joined(weights)),
            _("Give at least one number above 0."),
        )
    if not normalize and abs(sum(weights) - 1) > LAST_DECIMAL * len(weights):
        raise SceError(
            _("{option} {weights} sums to {total:.8g}, not to 1.").format(
                option=option, weights=joined(weights), total=sum(weights)
            ),
            _("Add --normalize to divide it by its sum."),
        )
