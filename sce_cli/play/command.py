"""`sce play`: its options, the rules between them, and its body."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sce_cli import numerals, options, parsers
from sce_cli.errors import ARGUMENT, Change, SceError, quoted
from sce_cli.play import DEMONSTRATIONS, NAMES
from sce_cli.topics.train.optimizers import DEFAULT_OPTIMIZER, OPTIMIZERS
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.datasets import Table
    from sce_cli.play.demonstration import State

HELP = """\
Play a demonstration: keys move one thing, and the picture follows.

Without arguments: list the demonstrations.

Example: sce play scores
"""

NAME = parsers.one_of("play", NAMES)


def _completed(incomplete: str) -> list[str]:
    return NAME.completed(incomplete)


Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME] [VALUE]...",
        autocompletion=_completed,
        help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}; and what it begins with, as scores 2 1 0.1 or train spiral.",
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        parser=parsers.bounded(
            "--temperature",
            N_("between 0.01 and 1000"),
            N_("Give one, as in --temperature 0.5."),
            least=0.01,
            most=1000,
        ),
        metavar="T",
        help="scores, sample: the temperature.",
        show_default="1",
    ),
]
COUNTS = parsers.listed("--counts", parsers.whole("--counts", N_("a number of balls"), 0, 10_000))
Counts = Annotated[
    Sequence[int] | None,
    typer.Option(
        parser=lambda text: COUNTS(numerals.plain(text).replace(":", ",")),
        metavar="N,N",
        help="hill, steps: the balls drawn of two colours.",
        show_default="6,4",
    ),
]
Probability = Annotated[
    float | None,
    typer.Option(
        parser=parsers.bounded(
            "--probability",
            N_("between 0.01 and 0.99"),
            N_("Give one, as in --probability 0.5."),
            least=0.01,
            most=0.99,
        ),
        metavar="P",
        help="hill: where p stands.",
        show_default="0.5",
    ),
]
Prediction = Annotated[
    parsers.Weights | None,
    typer.Option(
        parser=parsers.weights("--prediction"),
        metavar="P,P,...",
        help="floor: the prediction p.",
        show_default="uniform",
    ),
]
START = parsers.bounded("--start", N_("between -10 and 10"), N_("Give one, as in --start 3."), least=-10, most=10)
Start = Annotated[
    float | None,
    typer.Option(
        parser=START,
        metavar="Z",
        help="wrong: the score t; steps: the logit where it begins, at most 8 from 0.",
        show_default="0; -4",
    ),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        parser=parsers.bounded(
            "--learning-rate",
            N_("between 0.0001 and 1000"),
            N_("Give one, as in --learning-rate 0.5."),
            least=1e-4,
            most=1000,
        ),
        metavar="R",
        help="steps, train: the learning rate.",
        show_default="1; what suits the data",
    ),
]
TakenSteps = Annotated[
    int | None,
    typer.Option(
        parser=parsers.whole("--steps", N_("a number of steps"), 0, 1000),
        metavar="N",
        help="steps: how many are taken.",
    ),
]
Parabola = Annotated[bool, typer.Option("--parabola", help="steps: on the parabola of the loss.")]
Data = Annotated[
    str | None,
    typer.Option(metavar="NAME|FILE", help="train: the data, as for sce train.", show_default="spiral"),
]
Features = Annotated[
    Sequence[str] | None,
    typer.Option(
        parser=parsers.columns, metavar="A,B", help="train: the two columns of the plane.", show_default="the first two"
    ),
]
EXPAND = parsers.one_of("--expand", ("2", "3", "sines"))
Expand = Annotated[
    str | None,
    typer.Option(
        parser=EXPAND, autocompletion=EXPAND.completed, metavar="2|3|sines", help="train: products or sines enter too."
    ),
]
OPTIMIZER = parsers.one_of("--optimizer", tuple(OPTIMIZERS))
Optimizer = Annotated[
    str | None,
    typer.Option(
        parser=OPTIMIZER,
        autocompletion=OPTIMIZER.completed,
        metavar="NAME",
        help=f"train: {', '.join(OPTIMIZERS)}.",
        show_default=DEFAULT_OPTIMIZER,
    ),
]
L2 = Annotated[
    float | None,
    typer.Option(
        "--l2",
        parser=parsers.bounded("--l2", N_("between 0 and 1000"), N_("Give one, as in --l2 0.5."), most=1000),
        metavar="L",
        help="train: the weight of the penalty.",
        show_default="0.001",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        parser=parsers.whole("--epochs", N_("a number of epochs"), 0, 10_000),
        metavar="N",
        help="train: epochs that are run already.",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        parser=parsers.whole("--draws", N_("a number of draws"), 0, 1_000_000),
        metavar="N",
        help="sample: how many words are drawn.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=parsers.whole("--seed", N_("a whole number"), 0, options.MOST_SEED),
        metavar="S",
        help="sample, train: the seed.",
        show_default="0",
    ),
]
Keys = Annotated[
    str | None,
    typer.Option(
        metavar="KEYS",
        help='Play keys first, as "right right*5 up space n"; without a terminal one frame is printed behind them.',
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print where the demonstration stands as one JSON document.")]


@dataclass(frozen=True)
class Given:
    """What says how a demonstration begins, as it was typed; None for what wasn't."""

    logits: str | None = None
    names: Sequence[str] | None = None
    label: str | None = None
    temperature: float | None = None
    counts: Sequence[int] | None = None
    probability: float | None = None
    target: parsers.Weights | None = None
    prediction: parsers.Weights | None = None
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


def command(
    words: Words = None,
    logits: options.LogitsOption = None,
    names: options.Names = None,
    label: options.Label = None,
    temperature: Temperature = None,
    counts: Counts = None,
    probability: Probability = None,
    target: options.Target = None,
    prediction: Prediction = None,
    start: Start = None,
    learning_rate: LearningRate = None,
    steps: TakenSteps = None,
    parabola: Parabola = False,
    data: Data = None,
    label_column: options.LabelColumn = None,
    features: Features = None,
    expand: Expand = None,
    optimizer: Optimizer = None,
    l2: L2 = None,
    epochs: Epochs = None,
    draws: Draws = None,
    seed: Seed = None,
    keys: Keys = None,
    json: Json = False,
    ascii: options.Ascii = False,
    width: options.Width = None,
) -> object:
    """List the demonstrations and return an exit code, or return a `Performance`, which is to be played."""
    arguments = dict(locals())
    given = Given(**{field.name: arguments[field.name] for field in fields(Given)})
    if not words:
        _only_with_a_name({**vars(given), "keys": keys, "json": json})
        from sce_cli.present.stage import Outputs, list_demonstrations

        return list_demonstrations(Outputs(ascii=ascii, width=width))
    name = NAME(words[0])
    _check_options(name, given)
    from sce_cli.play.loop import begun, keys_in
    from sce_cli.present import Outputs, Performance

    played = keys_in(keys or "")
    session = begun(name, BEGIN[name](given, words[1:]), played)
    return Performance(session, Outputs(json=json, ascii=ascii, width=width))


def _only_with_a_name(arguments: dict[str, Any]) -> None:
    """Refuse options where no demonstration is named."""
    for option, value in arguments.items():
        if value is not None and value is not False:
            raise SceError(
                _("{option} is for a demonstration, and none is named.").format(option=_option(option)),
                _("Name one of {names}").format(names=", ".join(NAMES)),
                Change(ARGUMENT, NAMES[0]),
            )


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _check_options(name: str, given: Given) -> None:
    """Refuse an option that the demonstration doesn't take."""
    taken = next(entry.options for entry in DEMONSTRATIONS if entry.name == name)
    for field in fields(given):
        if field.name not in taken and getattr(given, field.name) not in (None, False):
            raise SceError(
                _("play {name} takes no {option}.").format(name=name, option=_option(field.name)),
                _("It takes {options}").format(options=", ".join(map(_option, taken))),
                Change(_option(field.name), None),
            )


def _scores(given: Given, words: Sequence[str]) -> "State":
    scores = options.read_logits(words, given.logits, given.names)
    from sce_cli.play.scores import FARTHEST, MOST_CLASSES, Scores

    if len(scores.logits) > MOST_CLASSES:
        raise SceError(
            _("logits {logits} are {count} classes, more than the screen holds.").format(
                logits=scores.said, count=len(scores.logits)
            ),
            _("Give at most {most}").format(most=MOST_CLASSES),
            *scores.with_logits(scores.logits[:MOST_CLASSES]),
        )
    finite = [logit for logit in scores.logits if logit > -FARTHEST or logit == float("-inf")]
    if max(scores.logits) > FARTHEST or len(finite) < len(scores.logits):
        nearer = [min(max(logit, -FARTHEST), FARTHEST) for logit in scores.logits]
        raise SceError(
            _("logits {logits} are too far away to be moved.").format(logits=scores.said),
            _("Give numbers between -{most} and {most}, or -inf").format(most=f"{FARTHEST:g}"),
            *scores.with_logits(nearer),
        )
    possible = [k for k, logit in enumerate(scores.logits) if logit > float("-inf")]
    label = possible[0] if given.label is None else options.read_label(given.label, scores.names)
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

    options.check_classes(_("two colours"), 2, given.names)
    names = given.names or Hill.names
    return Hill(counts=counts, names=(names[0], names[1]), p=given.probability or Hill.p)


def _two_counts(given: Given, words: Sequence[str]) -> tuple[int, int]:
    """Return the balls of two colours, given as a list or as words."""
    options.only_one({"N N": " ".join(words) or None, "--counts": given.counts}, _("Give them once"))
    counts = COUNTS(",".join(words).replace(":", ",")) if words else given.counts or (6, 4)
    if len(counts) != 2 or not any(counts):
        raise SceError(
            _("--counts {counts} aren't the balls of two colours.").format(counts=options.joined(counts)),
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
    options.only_one({"Z": " ".join(words) or None, "--start": given.start}, _("Give it once"))
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
            _("--counts {counts}: the loss of balls of one colour falls for ever.").format(
                counts=options.joined(counts)
            ),
            _("Give at least one of each"),
            *(Change(word, None) for word in words),
            Change("--counts", "6,4"),
        )
    start = START if given.start is None else given.start
    if abs(start) > FARTHEST:
        raise SceError(
            _("--start {start} is outside the picture.").format(start=numerals.written(start)),
            _("Give a logit between -{most} and {most}").format(most=numerals.written(FARTHEST)),
            Change("--start", numerals.written(math.copysign(FARTHEST, start))),
        )
    state = Steps(counts=counts, trail=(start,), learning_rate=given.learning_rate or 1.0, parabola=given.parabola)
    for _step in range(given.steps or 0):
        state = state.stepped()
    return state


def _floor(given: Given, words: Sequence[str]) -> "State":
    target, prediction = _two_distributions(given, words)
    from sce_cli.play.floor import MOST_OUTCOMES, Floor

    size = len(target)
    options.check_classes(_("the target"), size, given.names)
    if len(prediction) != size or not 2 <= size <= MOST_OUTCOMES:
        raise SceError(
            _("the target has {count} outcomes, the prediction {other}.").format(count=size, other=len(prediction)),
            _("Give 2 to {most}, as many for both").format(most=MOST_OUTCOMES),
            *(Change(word, None) for word in words),
            Change("--target", "0.6,0.4"),
            Change("--prediction", "0.5,0.5"),
        )
    names = tuple(given.names or map(str, range(size)))
    return Floor(target=target, prediction=prediction, names=names)


def _two_distributions(given: Given, words: Sequence[str]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the target and the prediction, given as options or as two words."""
    for option, value, word in zip(("--target", "--prediction"), (given.target, given.prediction), words, strict=False):
        options.only_one({word: True, option: value}, _("Give it once"))
    _no_more(words[2:])
    typed = [parsers.weights(option)(word) for option, word in zip(("--target", "--prediction"), words, strict=False)]
    target = typed[0] if typed else given.target or parsers.Weights((0.6, 0.4), ("0.6", "0.4"))
    known = typed[1] if len(typed) > 1 else given.prediction
    even = options.even(len(target.values))
    prediction = known or parsers.weights("--prediction")(even)
    return _distribution("--target", target, words[:1]), _distribution("--prediction", prediction, words[1:])


def _distribution(option: str, weights: parsers.Weights, words: Sequence[str]) -> tuple[float, ...]:
    """Return weights as a distribution; those that don't sum to 1 are refused, but for ratios and rounding."""
    total = sum(weights.values)
    values = options.divided(option, weights)[0]
    if not math.isclose(sum(values), 1, rel_tol=1e-6):
        raise SceError(
            _("{option} {weights} sums to {sum}, not to 1.").format(option=option, weights=weights, sum=f"{total:.8g}"),
            _("Give probabilities, or a ratio, as 2:1"),
            Change(words[0] if words else option, options.even(len(values))),
        )
    return values


def _train(given: Given, words: Sequence[str]) -> "State":
    options.only_one({"": " ".join(words) or None, "--data": given.data}, _("Name the data once"))
    _no_more(words[1:])
    if given.learning_rate is not None and OPTIMIZERS[given.optimizer or DEFAULT_OPTIMIZER].by_curvature:
        raise SceError(
            _("--learning-rate {rate}: {name} has none, its steps have a length of their own.").format(
                rate=numerals.written(given.learning_rate), name=given.optimizer
            ),
            _("Leave it out"),
            Change("--learning-rate", None),
        )
    from sce_cli.datasets import NAMES as KNOWN
    from sce_cli.datasets import check_split
    from sce_cli.play.train import Source, opened
    from sce_cli.topics.train.settings import TrainSettings

    data, _notes = options.data_named(words[0] if words else given.data or "spiral", KNOWN)
    default = TrainSettings()
    settings = TrainSettings(
        optimizers=(given.optimizer or DEFAULT_OPTIMIZER,),
        learning_rate=given.learning_rate,
        l2=default.l2 if given.l2 is None else given.l2,
        seed=given.seed or default.seed,
        expand=given.expand or "",
    )
    table, features = _two_features(data, given)
    check_split(table, settings.test_fraction)
    column = ["--label-column", given.label_column] if given.label_column else []
    source = Source(table, ("--data", data, *column, *features))
    return opened(source, settings, given.epochs or 0)


def _two_features(data: str, given: Given) -> tuple["Table", list[str]]:
    """Return a table of two features, and the option that chooses them, where they aren't all that there are."""
    from sce_cli.datasets import load

    def loaded(features: Sequence[str] | None) -> "Table":
        return load(data, label_column=given.label_column, features=features, seed=given.seed or 0)

    table = loaded(given.features)
    names = table.feature_names
    if given.features is None and len(names) > 2:
        table = loaded(_columns(table)[:2])
    if len(table.feature_names) != 2:
        raise _no_plane(data, given, names)
    chosen = given.features or (_columns(table) if len(names) > 2 else ())
    return table, ["--features", ",".join(chosen)] if chosen else []


def _columns(table: "Table") -> tuple[str, ...]:
    """Return the columns that the features of a table come from."""
    return table.preparation.used


def _no_plane(data: str, given: Given, names: Sequence[str]) -> SceError:
    """Return the mistake of a table without a plane of two features."""
    many = [Change("--features", ",".join(names[:2]))] if given.features and len(names) > 2 else []
    few = [Change("--features", None), Change("--label-column", None), Change("--data", "spiral", data)]
    return SceError(
        ngettext(
            "--data {data} has {count} feature here, and the plane has two.",
            "--data {data} has {count} features here, and the plane has two.",
            len(names),
        ).format(data=quoted(data), count=len(names)),
        _("Name two columns") if many else _("Play with another table"),
        *(many or few),
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
