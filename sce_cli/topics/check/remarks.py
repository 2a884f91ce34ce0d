"""What is said of mistakes and of how a function was understood, by their ids, and where a mistake is to be seen."""

from collections.abc import Iterable

from sce_cli.topics.gradient_mistakes import GRADIENT_MISTAKES
from sce_cli.translation import N_

SENTENCES = {
    "overflow": N_("e^z is ∞ in float64 from z = 709.8 on and 0 below -745, and neither ∞/∞ nor 0/0 is a number."),
    "one-maximum-for-all": N_("One maximum is taken out of all rows: a row far below it becomes 0/0."),
    "maximum-with-zero": N_("The maximum is never below 0: where all scores are far below, e^z is 0 and p is 0/0."),
    "wrong-axis": N_("It runs along the wrong axis: over the examples in place of the classes."),
    "normalised-over-all": N_("It divides by one sum over the whole batch: each example should sum to 1."),
    "no-keepdims": N_(
        "The maximum or the sum of a row lost its axis, so that it meets a column: a square batch hides it."
    ),
    "unnormalised": N_("It is not divided by the sum: p does not sum to 1."),
    "linear": N_("It divides z itself by the sum: there is no exponential."),
    "masked-logit": N_("A score of -inf, a masked class, makes it nan; such a class has p = 0, the others share 1."),
    "changes-its-input": N_("The result is right, but the array that was given has changed afterwards."),
    "float32": N_("It is right to seven digits only, as float32 is: somewhere the digits of float64 are dropped."),
    "log-of-softmax": N_("It takes the logarithm of p, which is 0 in float64 where the score is far below the others."),
    "log-base-2": N_("The logarithm is to base 2: that is bits, and nats are asked for."),
    "zero-times-log-zero": N_("0·log 0 is nan in float64, but it counts as 0: what never happens surprises nobody."),
    "sign": N_("The sign is the other one."),
    "epsilon-in-log": N_("A small number is added inside the logarithm: where p is as small, the result is wrong."),
    "clipped-prediction": N_("Probabilities are kept from 0: where p is 0 or very small, the result is wrong."),
    "target-and-prediction-swapped": N_("Target and prediction have changed places: the order matters."),
    "entropy-of-prediction": N_("That is the entropy of p, −Σ p log p: the target is not in it."),
    "binary-cross-entropy": N_("It also adds (1 − q) log(1 − p): that is the loss of K separate yes-or-no questions."),
    "mean-over-classes": N_("It takes the mean over the classes, 1/K of the sum."),
    "cross-entropy-for-kl": N_("That is the cross-entropy: KL is what it has above the entropy."),
    "sum-not-mean": N_("It is the sum over the batch, N times the mean."),
    "mean-over-entries": N_("It is divided by all N·K entries, not by the N examples."),
    "softmax-twice": N_("Softmax is applied twice, to probabilities the second time, which flattens them."),
    "no-logarithm": N_("There is no logarithm of p in it."),
    "label-off-by-one": N_("The labels are shifted by one: they count from 0."),
    "labels-as-target": N_("The numbers of the labels are multiplied as if they were target probabilities."),
    "factor-two": N_("It is twice as long as it should be."),
    "half": N_("It is half as long as it should be."),
    "missing-off-diagonal": N_("Only the diagonal of the softmax's Jacobian is used: each score moves every p."),
    "by-the-probabilities": N_("That is the gradient by the probabilities, −q/p: the chain to the scores is missing."),
    "target-left-out": N_("That is p alone: the target is not in it."),
    "transposed": N_("Rows and columns are exchanged: (K, D) is asked for, a row a class."),
    "bias-included": N_("It has an entry a class too many, that of the bias: (K, D) is asked for."),
}
"""What each known mistake does; never how to mend it."""

_ENTROPY = "sce entropy --target .6,.4 --prediction .5,.5 --from-step {step}"
_SOFTMAX = "sce softmax 2 1 0.1 --from-step {step}"

SEEN = {
    "overflow": "sce softmax 1000 0 0 --from-step 6",
    "one-maximum-for-all": "sce softmax -1000 -1001 -1002 --from-step 6",
    "maximum-with-zero": "sce softmax -1000 -1001 -1002 --from-step 6",
    **{name: _SOFTMAX.format(step=2) for name in ("wrong-axis", "normalised-over-all", "no-keepdims", "unnormalised")},
    "linear": _SOFTMAX.format(step=3),
    "masked-logit": "sce softmax 2 1 -inf",
    "float32": "sce grad 2 1 0.1 --dtype float32 --from-step 6",
    "log-of-softmax": "sce softmax 1000 0 0 --from-step 2",
    "log-base-2": "sce entropy --target .6,.4 --base 2 --from-step 2",
    "zero-times-log-zero": "sce entropy --target 1,0 --prediction .5,.5",
    "sign": _ENTROPY.format(step=1),
    "epsilon-in-log": "sce entropy --target .5,.5 --prediction 1,0 --from-step 3",
    "clipped-prediction": "sce entropy --target .5,.5 --prediction 1,0 --from-step 3",
    "target-and-prediction-swapped": "sce entropy --target .5,.5 --prediction .9,.1 --from-step 4",
    "entropy-of-prediction": "sce mle --white 6 --black 4 --from-step 5",
    "binary-cross-entropy": "sce mle --white 6 --black 4 --from-step 5",
    "mean-over-classes": _ENTROPY.format(step=3),
    "cross-entropy-for-kl": _ENTROPY.format(step=4),
    "sum-not-mean": "sce train --from-step 2",
    "mean-over-entries": "sce train --from-step 2",
    "softmax-twice": _SOFTMAX.format(step=8),
    "no-logarithm": _ENTROPY.format(step=1),
    "label-off-by-one": "sce softmax 2 1 0.1",
    "labels-as-target": "sce mle --white 6 --black 4 --from-step 6",
    "transposed": "sce train --from-step 3",
    "bias-included": "sce train --from-step 3",
}
"""The command that shows the matter, whichever function it is in."""

SEEN_IN_GRADIENT = {name: f"sce grad 2 1 0.1 --bug {name}" for name in GRADIENT_MISTAKES}
"""The same, for a gradient."""

NOTES = {
    "one-example-only": N_("one-example-only: a batch raises an exception."),
    "batches-only": N_("batches-only: a single example raises an exception."),
    "one-example-right": N_("One example is right, a batch is not."),
    "batch-right": N_("A batch is right, one example is not."),
    "other-shape": N_("The numbers are right, in an array of another shape."),
    "raises-at-infinity": N_("It raises an exception where ∞ is right."),
    "refuses-masked": N_("It refuses a score of -inf, a masked class."),
    "one-hot-labels": N_("It takes one-hot labels."),
    "takes-probabilities": N_("It takes probabilities in the place of scores."),
    "takes-scores": N_("It takes scores and labels: it was checked as a loss."),
    "one-loss-an-example": N_("It gives one loss an example."),
    "mean-of-examples": N_("It takes a batch and its labels, and gives the mean."),
    "each-not-mean": N_("It gives the right loss of each example: their mean is asked for."),
    "prediction-first": N_("Its prediction comes first."),
    "read-either-way": N_("(p, q) was read as target and prediction; books differ."),
    "takes-lists": N_("It takes lists, no arrays."),
    "other-parameters": N_("It takes other parameters than ours: it was left out."),
    "pair": N_("It gives loss and gradient."),
}
"""How a function was understood, and what else is to be said of it."""


def in_english(notes: Iterable[str]) -> str:
    """Return the sentences of some notes as the JSON has them."""
    return " ".join(NOTES[note] for note in notes)


def seen(ours: str, mistake: str) -> str:
    """Return the command that shows a mistake's matter, or ""."""
    in_gradient = SEEN_IN_GRADIENT.get(mistake, "") if ours.endswith("gradient") else ""
    return in_gradient or SEEN.get(mistake, "") or SEEN_IN_GRADIENT.get(mistake, "")
