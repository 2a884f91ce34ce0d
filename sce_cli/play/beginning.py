"""How each demonstration begins: from what was typed to its first state; a mistake is told before a screen is taken."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.numerals import written
from sce_cli.options.classes import check_classes, read_label
from sce_cli.options.logits import read_logits
from sce_cli.options.pairs import values_in
from sce_cli.options.rules import joined, only_one
from sce_cli.options.tables import data_named
from sce_cli.options.weights import divided, even
from sce_cli.parsers.numbers import bounded, listed, whole
from sce_cli.parsers.weights import Weights, weights
from sce_cli.topics.train.optimizers import DEFAULT_OPTIMIZER, OPTIMIZERS
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.datasets import Table
    from sce_cli.play.demonstration import State

COUNT = whole("N N", N_("a whole number of balls"), 0, 10_000)
COUNTS = listed("--counts", whole("--counts", N_("a whole number of balls"), 0, 10_000))
START = bounded("--start", N_("between -10 and 10"), N_("Give one, as in --start 3."), least=-10, most=10)


def counts_in(text: str) -> tuple[int, ...]:
    """Return the balls in a list, 6,4 or 6:4."""
    return COUNTS(numerals.plain(text).replace(":", ","))


@dataclass(frozen=True)
class Given:
    """What says how a demonstration begins, as it was typed; None for what wasn't."""

    logits: str | None = None
    names: Sequence[str] | None = None
    label: str | None = None
    temperature: float | None = None
    counts: Sequence[int] | None = None
    probability: float | None = None
    target: Weights | None = None
    prediction: Weights | None = None
    start: float | None = None
    learning_rate: float | None = None
    steps: int | None = None
    parabola: bool = False
    data: str | None = None
    label_column: str | None = None
    features: Sequence[str] | None = None
    expand: str | None = None
    optimizer: str | None = None
    l2: float | None = None
    epochs: int | None = None
    draws: int | None = None
    seed: int | None = None


def _scores(given: Given, words: Sequence[str]) -> "State":
    scores = read_logits(words, given.logits, given.names)
    from sce_cli.play.scores import FARTHEST, MOST_CLASSES, Scores

    if len(scores.logits) > MOST_CLASSES:
        raise SceError(
            _("logits {logits} are {count} classes, more than the screen holds.").format(
                logits=scores.said, count=len(scores.logits)
            ),
            _("Give at most {most}").format(most=MOST_CLASSES),
            *scores.with_logits(scores.logits[:MOST_CLASSES]),
        )
    finite = [logit for logit in scores.logits if logit >= -FARTHEST or logit == float("-inf")]
    if max(scores.logits) > FARTHEST or len(finite) < len(scores.logits):
        nearer = [min(max(logit, -FARTHEST), FARTHEST) for logit in scores.logits]
        raise SceError(
            _("logits {logits} are too far away to be moved.").format(logits=scores.said),
            _("Give numbers between -{most} and {most}, or -inf").format(most=f"{FARTHEST:g}"),
            *scores.with_logits(nearer),
        )
    possible = [k for k, logit in enumerate(scores.logits) if logit > float("-inf")]
    label = possible[0] if given.label is None else read_label(given.label, scores.names)
    if label not in possible:
        raise SceError(
            _("--label {label}: its logit is -inf, and the loss infinite.").format(label=given.label),
            _("Choose another class"),
            Change("--label", scores.names[possible[0]]),
        )
    return Scores(logits=scores.logits, names=scores.names, label=label, temperature=given.temperature or 1.0)


def _hill(given: Given, words: Sequence[str]) -> "State":
    counts = _two_counts(given, words)
    from sce_cli.play.hill import Hill

    check_classes(_("two colours"), 2, given.names)
    names = given.names or Hill.names
    return Hill(counts=counts, names=(names[0], names[1]), p=given.probability or Hill.p)


def _two_counts(given: Given, words: Sequence[str]) -> tuple[int, int]:
    """Return the balls of two colours, given as a list or as words."""
    only_one({"N N": " ".join(words) or None, "--counts": given.counts}, _("Give them once"))
    counts = tuple(values_in([word.replace(":", ",") for word in words], COUNT)) if words else given.counts or (6, 4)
    if len(counts) != 2 or not any(counts):
        raise SceError(
            _("--counts {counts} aren't the balls of two colours.").format(counts=joined(counts)),
            _("Give two numbers, at least one of them above 0"),
            *(Change(word, None) for word in words),
            Change("--counts", "6,4"),
        )
    return counts[0], counts[1]


def _wrong(given: Given, words: Sequence[str]) -> "State":
    start = _one_start(given, words)
    from sce_cli.play.wrong import Wrong

    return Wrong(t=start or 0.0)


def _one_start(given: Given, words: Sequence[str]) -> float | None:
    """Return where a demonstration starts, given as an option or as a word."""
    only_one({"Z": " ".join(words) or None, "--start": given.start}, _("Give it once"))
    _no_more(words[1:])
    return START(words[0]) if words else given.start


def _no_more(words: Sequence[str]) -> None:
    """Refuse words that have no place."""
    if words:
        raise SceError(
            _("{words} has no place.").format(words=quoted(" ".join(words))),
            _("Leave it out"),
            *(Change(word, None) for word in words),
        )


def _steps(given: Given, words: Sequence[str]) -> "State":
    counts = _two_counts(given, words)
    from sce_cli.play.steps import FARTHEST, START, Steps

    if not all(counts):
        raise SceError(
            _("--counts {counts}: the loss of balls of one colour falls for ever.").format(counts=joined(counts)),
            _("Give at least one of each"),
            *(Change(word, None) for word in words),
            Change("--counts", "6,4"),
        )
    start = START if given.start is None else given.start
    if abs(start) > FARTHEST:
        raise SceError(
            _("--start {start} is outside the picture.").format(start=written(start)),
            _("Give a logit between -{most} and {most}").format(most=written(FARTHEST)),
            Change("--start", written(math.copysign(FARTHEST, start))),
        )
    state = Steps(counts=counts, trail=(start,), learning_rate=given.learning_rate or 1.0, parabola=given.parabola)
    for _step in range(given.steps or 0):
        state = state.stepped()
    return state


def _floor(given: Given, words: Sequence[str]) -> "State":
    target, prediction = _two_weights(given, words)
    from sce_cli.play.floor import MOST_OUTCOMES, Floor

    size, other = len(target.values), len(prediction.values)
    check_classes(_("the target"), size, given.names)
    if other != size or not 2 <= size <= MOST_OUTCOMES:
        raise SceError(
            _("the target has {count} outcomes, the prediction {other}.").format(count=size, other=other),
            _("Give 2 to {most}, as many for both").format(most=MOST_OUTCOMES),
            *(Change(word, None) for word in words),
            Change("--target", "0.6,0.4"),
            Change("--prediction", "0.5,0.5"),
        )
    names = tuple(given.names or map(str, range(size)))
    q, p = _distributions((target, prediction), words)
    return Floor(target=q, prediction=p, names=names)


def _two_weights(given: Given, words: Sequence[str]) -> tuple[Weights, Weights]:
    """Return the target and the prediction, given as options or as two words."""
    for option, value, word in zip(("--target", "--prediction"), (given.target, given.prediction), words, strict=False):
        only_one({word: True, option: value}, _("Give it once"))
    _no_more(words[2:])
    typed = [weights(option)(word) for option, word in zip(("--target", "--prediction"), words, strict=False)]
    target = typed[0] if typed else given.target or Weights((0.6, 0.4), ("0.6", "0.4"))
    known = typed[1] if len(typed) > 1 else given.prediction
    return target, known or weights("--prediction")(even(len(target.values)))


def _distributions(both: tuple[Weights, Weights], words: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Return weights as distributions; those that don't sum to 1 are refused, but for ratios and rounding."""
    options = ("--target", "--prediction")
    values = [divided(option, typed)[0] for option, typed in zip(options, both, strict=True)]
    wrong = [place for place in range(2) if not math.isclose(sum(values[place]), 1, rel_tol=1e-6)]
    if wrong:
        typed = both[wrong[0]]
        raise SceError(
            _("{option} {weights} sums to {sum}, not to 1.").format(
                option=options[wrong[0]], weights=typed, sum=f"{sum(typed.values):.8g}"
            ),
            _("Give probabilities, or a ratio, as 2:1"),
            *(Change([*words, *options[len(words) :]][place], even(len(values[place]))) for place in wrong),
        )
    return tuple(values)


def _train(given: Given, words: Sequence[str]) -> "State":
    only_one({"": " ".join(words) or None, "--data": given.data}, _("Name the data once"))
    _no_more(words[1:])
    if given.learning_rate is not None and OPTIMIZERS[given.optimizer or DEFAULT_OPTIMIZER].by_curvature:
        raise SceError(
            _("--learning-rate {rate}: {name} has none, its steps have a length of their own.").format(
                rate=written(given.learning_rate), name=given.optimizer
            ),
            _("Leave it out"),
            Change("--learning-rate", None),
        )
    from sce_cli.datasets import NAMES as KNOWN
    from sce_cli.play.train import Source, opened
    from sce_cli.topics.train.settings import TrainSettings

    data, _notes = data_named(words[0] if words else given.data or "spiral", KNOWN)
    default = TrainSettings()
    settings = TrainSettings(
        optimizers=(given.optimizer or DEFAULT_OPTIMIZER,),
        learning_rate=given.learning_rate,
        l2=default.l2 if given.l2 is None else given.l2,
        seed=given.seed or default.seed,
        expand=given.expand or "",
    )
    table, features = _two_features(data, given)
    _check_split(data, table, settings.test_fraction)
    column = ["--label-column", given.label_column] if given.label_column else []
    source = Source(table, ("--data", data, *column, *features))
    return opened(source, settings, given.epochs or 0)


def _check_split(data: str, table: "Table", test_fraction: float) -> None:
    """Refuse a table that can't be split, with a remedy that this command has."""
    from sce_cli.datasets import check_split

    try:
        check_split(table, test_fraction)
    except SceError as error:
        remedy = _("Add rows of that class, or play with another table")
        raise SceError(error.message, remedy, *_another_table(data)) from error


def _another_table(data: str) -> list[Change]:
    return [Change("--features", None), Change("--label-column", None), Change("--data", "spiral", data)]


def _two_features(data: str, given: Given) -> tuple["Table", list[str]]:
    """Return a table of two features, and the option that chooses them, where they aren't all that there are."""
    from sce_cli.datasets import load

    def loaded(features: Sequence[str] | None) -> "Table":
        return load(data, label_column=given.label_column, features=features, seed=given.seed or 0)

    table = loaded(given.features)
    names = table.feature_names
    if given.features is None and len(names) > 2:
        table = loaded(_columns_of_numbers(table)[:2] or _columns(table)[:2])
    if len(table.feature_names) != 2:
        raise _no_plane(data, given, names)
    chosen = given.features or (_columns(table) if len(names) > 2 else ())
    return table, ["--features", ",".join(chosen)] if chosen else []


def _columns(table: "Table") -> tuple[str, ...]:
    """Return the columns that the features of a table come from."""
    return table.preparation.used


def _columns_of_numbers(table: "Table") -> tuple[str, ...]:
    """Return those that hold numbers, not texts that have become several features."""
    return tuple(feature.column for feature in table.preparation.features if not feature.category)


def _no_plane(data: str, given: Given, names: Sequence[str]) -> SceError:
    """Return the mistake of a table without a plane of two features."""
    many = [Change("--features", ",".join(names[:2]))] if given.features and len(names) > 2 else []
    return SceError(
        ngettext(
            "--data {data} has {count} feature here, and the plane has two.",
            "--data {data} has {count} features here, and the plane has two.",
            len(names),
        ).format(data=quoted(data), count=len(names)),
        _("Name two columns") if many else _("Play with another table"),
        *(many or _another_table(data)),
    )


def _sample(given: Given, words: Sequence[str]) -> "State":
    _no_more(words)
    from sce_cli.play.sample import Sample

    state = Sample(temperature=given.temperature or 1.0, seed=given.seed or 0)
    return state.drawn(given.draws or 0)


BEGIN: dict[str, Callable[[Given, Sequence[str]], "State"]] = {
    "scores": _scores,
    "hill": _hill,
    "wrong": _wrong,
    "steps": _steps,
    "floor": _floor,
    "train": _train,
    "sample": _sample,
}
"""What makes a demonstration's first state of what was given, by its name."""
