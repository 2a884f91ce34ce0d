"""How a student's function is understood: which of ours it is, by its name, and what its parameters take, by theirs.

Nothing is called here. A function may be read in several ways, the likeliest first.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

OURS = (
    "softmax",
    "log_softmax",
    "entropy",
    "cross_entropy",
    "kl_divergence",
    "loss",
    "gradient",
    "weight_gradient",
)
"""The functions, in the order of the chapters."""

PARAMETERS = {
    "softmax": ("z",),
    "log_softmax": ("z",),
    "entropy": ("q",),
    "cross_entropy": ("q", "p"),
    "kl_divergence": ("q", "p"),
    "loss": ("z", "labels"),
    "gradient": ("z", "labels"),
    "weight_gradient": ("x", "z", "labels"),
}
"""Their parameters, as the stubs have them."""

FILLERS = {
    *("my", "our", "own", "compute", "calc", "calculate", "get", "the", "np", "numpy", "fn", "func", "function", "fct"),
    *("stable", "safe", "stably", "vectorized", "vectorised", "numerically", "from", "scratch", "custom", "manual"),
    *("simple", "batch", "batched", "student", "impl", "implementation", "forward", "mean", "avg", "average", "value"),
    *(
        "categorical",
        "sparse",
        "multiclass",
        "module",
        "layer",
        "func",
        "v",
        "fast",
        "better",
        "final",
        "new",
        "version",
    ),
}
"""Words of a name that say nothing of what it computes."""

NOT_MEANT = {
    *("naive", "unstable", "wrong", "bad", "bug", "buggy", "broken", "test", "plot", "demo", "example", "numerical"),
    *("check", "reference", "torch", "sklearn", "scipy", "binary", "hinge", "squared", "mse", "sigmoid", "jacobian"),
}
"""Words of a name that belong to another function than the one asked for."""

NAMES = {
    "softmax": {"softmax", "softmaxactivation"},
    "log_softmax": {"logsoftmax", "softmaxlog"},
    "entropy": {"entropy", "shannonentropy"},
    "cross_entropy": {"crossentropy", "crossentropyerror", "ce", "xent", "crossent", "crossentropyloss", "celoss"},
    "kl_divergence": {
        *("kldivergence", "kl", "kldiv", "klloss", "kullbackleibler", "kullbackleiblerdivergence", "relativeentropy"),
        *("klqp", "klpq", "kldivergenceloss", "kldivloss"),
    },
    "loss": {
        *(
            "loss",
            "softmaxloss",
            "softmaxcrossentropy",
            "softmaxcrossentropyloss",
            "crossentropywithlogits",
            "softmaxce",
        ),
        *("softmaxcrossentropywithlogits", "softmaxcrossentropylogits", "crossentropylogits", "softmaxwithloss"),
        *("softmaxwithcrossentropy", "softmaxwithcrossentropyloss", "crossentropylosswithlogits", "softmaxceloss"),
        *("softmaxlossgradient", "softmaxlossgrad", "lossandgradient", "lossandgrad", "softmaxlossandgradient"),
        *(
            "softmaxcrossentropylossandgrad",
            "crossentropyandgradient",
            "crossentropylossandgrad",
        ),
        *("softmaxandcrossentropy", "softmaxcrossentropyandgrad", "lossgradientpair", "softmaxxent", "logitsloss"),
    },
    "gradient": {
        *("gradient", "grad", "lossgradient", "lossgrad", "gradientloss", "gradloss", "crossentropygradient", "dz"),
        *("crossentropygrad", "gradcrossentropy", "gradientcrossentropy", "softmaxcrossentropygradient", "dlogits"),
        *("softmaxcrossentropygrad", "softmaxgradient", "softmaxgrad", "gradientz", "gradz", "gradientlogits"),
        *("gradlogits", "dloss", "deltacrossentropy", "crossentropyderivative", "crossentropydelta", "dldz"),
        *("softmaxcrossentropybackward", "crossentropybackward", "crossentropylossgradient", "crossentropylossgrad"),
        *("lossbackward", "gradientofloss", "dcrossentropy", "crossentropyprime", "softmaxcrossentropyderivative"),
        *("logitsgradient", "logitsgrad", "softmaxlossbackward", "zgradient", "gradoutput"),
    },
    "weight_gradient": {
        *("weightgradient", "weightgrad", "weightsgradient", "weightsgrad", "gradientw", "gradw", "dw", "wgradient"),
        *("gradientweights", "gradweights", "gradientweight", "gradweight", "wgrad", "dldw", "dweights", "dlossdw"),
        *("gradientofweights", "weightderivative", "weightderivatives", "lossgradientw", "gradientbyweights"),
    },
}
"""What people call them, in lower case and without fillers."""

AXIS = {"axis", "dim", "dimension", "ax"}
BASE = {"base"}
"""Of the logarithm."""

TEMPERATURE = {"temperature", "temp", "t", "tau", "beta", "theta"}

SCORES = {
    *("z", "logit", "logits", "score", "scores", "x", "input", "inputs", "s", "zs", "xs", "activations"),
    *("logitsbatch", "raw", "rawscores", "rawoutput"),
}
CERTAIN_SCORES = {"z", "logit", "logits", "score", "scores", "zs", "raw", "rawscores"}

PROBABILITIES = {"p", "prob", "probs", "probability", "probabilities", "softmaxoutput", "ps", "phat", "smax"}
PREDICTIONS = {
    *PROBABILITIES,
    *("yhat", "hat", "ypred", "yp", "pred", "preds", "prediction", "predictions", "predicted", "output", "outputs"),
    *("out", "yprob", "yprobs", "predy", "estimate", "estimated", "approx", "yhats", "predicteds"),
}
TARGETS = {
    *("q", "ytrue", "truey", "truth", "true", "t", "target", "targets", "label", "labels", "groundtruth", "gt"),
    *("actual", "yt", "onehot", "yonehot", "expected", "ts", "real", "tgt", "classes", "ytarget", "yreal", "qs"),
    *("trueprob", "trueprobs", "targetdistribution", "truelabels", "ylabels", "yactual", "lbl", "lab", "idx", "gold"),
}
OF_LABELS = ("entropy_of_labels", "entropy_of_labels_in_bits")
"""Forms that are no mistake but another function: the entropy of a column of labels, as in decision trees."""

FEATURES = {"x", "xs", "features", "inputs", "input", "data", "feature", "examples", "xbatch", "xtrain"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a student's function that may be given in its place."""

    name: str
    required: bool


@dataclass(frozen=True)
class Reading:
    """One way to understand a function: what it may be, and what its parameters take."""

    form: str
    """One of the forms in forms.py."""

    roles: tuple[str, ...]
    """The parts of a probe in the order of its parameters."""

    keywords: tuple[tuple[str, float], ...] = ()
    """What is given beside them, by name."""

    carrier: str = "array"
    """What arrays come as: array, list or tensor."""

    certain: bool = True
    """Whether the function is wrong if it isn't right read so; else it counts only where it is right."""

    notes: tuple[str, ...] = ()
    """Ids of what is to be said of it."""


def plain(name: str) -> str:
    """Return a name in lower case, without underscores and digits."""
    return re.sub(r"[\W\d_]+", "", name).lower()


def words(name: str) -> list[str]:
    """Return the words of a name: of snake_case, of camelCase."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def ours(name: str) -> str | None:
    """Return which of our functions a name means, or None."""
    if name in OURS:
        return name
    parts = words(name)
    if NOT_MEANT & {*parts}:
        return None
    variants = {plain(name), "".join(word for word in parts if word not in FILLERS)}
    return next((known for known in OURS if variants & NAMES[known]), None)


def role(name: str, other: str = "") -> str:
    """Return what a parameter takes, by its name and its neighbour's: scores, prediction, target or nothing known."""
    this, that = plain(name), plain(other)
    if this == "y" and that:
        return "prediction" if that in {"t", "ts", "q", "ytrue", "onehot"} else "target"
    if this in {"a", "o"}:
        return "prediction" if that == "y" or that in TARGETS else ""
    return next(
        (
            known
            for known, every in (("prediction", PREDICTIONS), ("target", TARGETS), ("scores", SCORES))
            if this in every
        ),
        "",
    )


def readings(
    known: str, parameters: Sequence[Parameter], order: tuple[str, ...] = (), *, tensors: bool = False
) -> tuple[Reading, ...]:
    """Return the ways to read a function, the likeliest first; order: prediction and target, where the user said so."""
    every = tuple(dict.fromkeys(_roles(known, [parameter.name for parameter in parameters], order)))
    return tuple(dict.fromkeys(_called(every, parameters, tensors=tensors)))


def _called(every: Sequence[Reading], parameters: Sequence[Parameter], *, tensors: bool) -> Iterator[Reading]:
    """Yield the readings with an axis where one can be given, then without, and with lists in the place of arrays."""
    for reading in every:
        extra = parameters[len(reading.roles) :]
        axis = tuple((one.name, -1.0) for one in extra if plain(one.name) in AXIS)
        heat = tuple((one.name, 1.0) for one in extra if one.required and plain(one.name) in TEMPERATURE)
        heat += tuple((one.name, math.e) for one in extra if plain(one.name) in BASE)
        carriers = ("tensor", "array") if tensors else ("array",)
        for place, carrier in enumerate(carriers):
            certain = reading.certain and not place
            yield replace(reading, keywords=(*axis, *heat), carrier=carrier, certain=certain)
            if axis and not any(one.required for one in extra if plain(one.name) in AXIS):
                yield replace(reading, keywords=heat, carrier=carrier, certain=False)
        yield replace(reading, keywords=(*axis, *heat), carrier="list", certain=False)


def _roles(known: str, names: Sequence[str], order: tuple[str, ...]) -> Iterator[Reading]:
    if known in {"softmax", "log_softmax", "entropy"}:
        yield Reading(known, PARAMETERS[known])
        if known == "entropy":
            yield from (Reading(form, ("labels",), certain=False) for form in OF_LABELS)
    elif known == "weight_gradient":
        yield from _weights(names)
    else:
        first, second = [*names[:2], "", ""][:2]
        kinds = _ordered(order) or _kinds(first, second)
        if known == "gradient":
            yield from _gradients(kinds)
        elif known == "loss":
            yield from _losses(kinds, strict=plain(first) in CERTAIN_SCORES or plain(second) in CERTAIN_SCORES)
        else:
            yield from _distributions(known, (first, second), kinds, told=bool(order))


def _ordered(order: tuple[str, ...]) -> tuple[str, str] | None:
    return (order[0], order[1]) if len(order) == 2 else None


def _kinds(first: str, second: str) -> tuple[str, str]:
    """Return what two parameters take; one telling name is enough, nothing is said where neither tells."""
    kinds = (role(first, second), role(second, first))
    other = {"prediction": "target", "target": "prediction", "scores": "target", "": ""}
    if kinds[0] == kinds[1]:  # both the same can't be
        return ("", "") if kinds[0] != "scores" else ("scores", "target")
    if "target" in kinds and "" in kinds:
        other["target"] = ""
    return (kinds[0] or other[kinds[1]], kinds[1] or other[kinds[0]])


def _turned(roles: tuple[str, str], kinds: tuple[str, str]) -> tuple[str, str]:
    """Return what is predicted and what is true in the order of the parameters; the predicted is the first of roles."""
    return (roles[1], roles[0]) if kinds[0] == "target" else roles


def _labelled(form: str, predicted: str, kinds: tuple[str, str], *, certain: bool, note: str = "") -> Iterator[Reading]:
    """Yield a form with labels, and with one-hot ones."""
    notes = (note,) if note else ()
    yield Reading(form, _turned((predicted, "labels"), kinds), certain=certain, notes=notes)
    one_hot = _turned((predicted, "one_hot"), kinds)
    yield Reading(form, one_hot, certain=certain, notes=(*notes, "one-hot-labels"))


def _losses(kinds: tuple[str, str], *, strict: bool) -> Iterator[Reading]:
    """Yield a loss of scores, and of predictions where the names don't say that it takes scores."""
    predicted = "prediction" in kinds and not strict
    yield from _labelled("loss", "z", kinds, certain=True)
    if predicted:
        yield from _labelled("labelled", "p", kinds, certain=True, note="takes-probabilities")
        yield from _labelled("labelled_each", "p", kinds, certain=False, note="one-loss-an-example")
    yield from _labelled("loss_of_each", "z", kinds, certain=False, note="one-loss-an-example")
    yield from _labelled("loss_of_one", "z", kinds, certain=False, note="one-example-only")


def _gradients(kinds: tuple[str, str]) -> Iterator[Reading]:
    yield from _labelled("gradient", "z", kinds, certain=True)
    if "prediction" in kinds:
        yield from _labelled("gradient_of_p", "p", kinds, certain=True, note="takes-probabilities")
    yield from _labelled("gradient_of_one", "z", kinds, certain=False, note="one-example-only")


def _distributions(known: str, names: tuple[str, str], kinds: tuple[str, str], *, told: bool) -> Iterator[Reading]:
    """Yield cross-entropy or KL of two distributions; cross-entropy also as people write it, with labels."""
    lower = tuple(map(plain, names))
    stub, either = lower == ("q", "p"), lower == ("p", "q") and not told
    scores = known == "cross_entropy" and "scores" in kinds
    if scores:
        yield from _labelled("loss", "z", kinds, certain=True, note="takes-scores")
        each = _labelled("loss_of_each", "z", kinds, certain=False, note="one-loss-an-example")
        yield from (replace(reading, notes=("takes-scores", *reading.notes)) for reading in each)
    target_first = kinds[0] != "prediction" or either
    turned = () if target_first else ("prediction-first",)
    roles = ("q", "p") if target_first else ("p", "q")
    yield Reading(known, roles, certain=not scores, notes=("read-either-way",) if either else turned)
    if either:
        yield Reading(known, ("p", "q"), notes=("prediction-first",))
    if known == "cross_entropy" and not stub and not either:
        yield from _with_labels(kinds if any(kinds) else ("prediction", "target"), certain=not scores)


def _with_labels(kinds: tuple[str, str], *, certain: bool) -> Iterator[Reading]:
    yield from _labelled("labelled", "p", kinds, certain=certain, note="mean-of-examples")
    yield from _labelled("labelled_each", "p", kinds, certain=certain, note="one-loss-an-example")
    yield Reading("labelled_one", _turned(("p", "labels"), kinds), certain=False, notes=("one-example-only",))
    if "scores" not in kinds:
        yield from _labelled("loss", "z", kinds, certain=False, note="takes-scores")


def _weights(names: Sequence[str]) -> Iterator[Reading]:
    """Yield the gradient by weights, its three parameters in the order that their names tell."""
    given = [plain(name) for name in names[:3]]
    order = ["x", "z", "labels"]
    features = next((place for place, name in enumerate(given) if name in FEATURES), None)
    if len(given) == 3 and features is not None:
        rest = [names[place] for place in range(3) if place != features]
        order = ["labels", "z"] if _kinds(*rest)[0] == "target" else ["z", "labels"]
        order.insert(features, "x")
    strict = not any(name in PREDICTIONS for name in given)
    for predicted in ("z",) if strict else ("z", "p"):
        notes = () if predicted == "z" else ("takes-probabilities",)
        for true, hot in (("labels", ()), ("one_hot", ("one-hot-labels",))):
            named = {"z": predicted, "labels": true}
            yield Reading("weight_gradient", tuple(named.get(part, part) for part in order), notes=(*notes, *hot))
