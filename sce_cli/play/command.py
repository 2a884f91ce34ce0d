"""`sce play`: its options, the rules between them, and its body."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

import typer

from sce_cli.errors import ARGUMENT, Change, SceError
from sce_cli.options.choices import choice
from sce_cli.options.classes import Label, Names
from sce_cli.options.logits import LogitsOption
from sce_cli.options.outputs import Ascii, Lang, Width
from sce_cli.options.tables import LabelColumn
from sce_cli.options.weights import Target
from sce_cli.parsers.choices import one_of
from sce_cli.parsers.names import columns
from sce_cli.parsers.numbers import bounded, whole
from sce_cli.parsers.numbers import seed as seed_in
from sce_cli.parsers.weights import Weights, weights
from sce_cli.play import DEMONSTRATIONS, NAMES
from sce_cli.play.beginning import BEGIN, START, Given, counts_in
from sce_cli.topics.train.optimizers import DEFAULT_OPTIMIZER, OPTIMIZERS
from sce_cli.translation import N_, _, speak

HELP = """\
Play a demonstration: keys move one thing, and the picture follows.

Without arguments: list the demonstrations.

Example: sce play scores
"""

NAME = one_of("play", NAMES)


def _completed(incomplete: str) -> list[str]:
    return NAME.completed(incomplete)


def _name_in(word: str) -> str:
    """Return the demonstration that is named, or refuse the word with a likely one in its place."""
    try:
        return NAME(word)
    except SceError as mistake:
        [change] = mistake.changes
        raise SceError(mistake.message, mistake.remedy, Change(word, change.value)) from None


Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME] [VALUE]...",
        autocompletion=_completed,
        help="A demonstration; and what it begins with, as scores 2 1 0.1 or train spiral.",
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
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
Counts = Annotated[
    Sequence[int] | None,
    typer.Option(
        parser=counts_in,
        metavar="N,N",
        help="hill, steps: the balls drawn of two colours.",
        show_default="6,4",
    ),
]
Probability = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
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
    Weights | None,
    typer.Option(
        parser=weights("--prediction"),
        metavar="P,P,...",
        help="floor: the prediction p.",
        show_default="uniform",
    ),
]
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
        parser=bounded(
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
        parser=whole("--steps", N_("a number of steps"), 0, 1000),
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
        parser=columns, metavar="A,B", help="train: the two columns of the plane.", show_default="the first two"
    ),
]
Expand = Annotated[str | None, choice("--expand", ("2", "3", "sines"), help="train: products or sines enter too.")]
Optimizer = Annotated[
    str | None,
    choice(
        "--optimizer",
        tuple(OPTIMIZERS),
        help="train: the optimiser, as for sce train.",
        metavar="NAME",
        show_default=DEFAULT_OPTIMIZER,
    ),
]
L2 = Annotated[
    float | None,
    typer.Option(
        "--l2",
        parser=bounded("--l2", N_("between 0 and 1000"), N_("Give one, as in --l2 0.5."), most=1000),
        metavar="L",
        help="train: the weight of the penalty.",
        show_default="0.001",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        parser=whole("--epochs", N_("a number of epochs"), 0, 10_000),
        metavar="N",
        help="train: epochs that are run already.",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        parser=whole("--draws", N_("a number of draws"), 0, 1_000_000),
        metavar="N",
        help="sample: how many words are drawn.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=seed_in,
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


def command(
    words: Words = None,
    logits: LogitsOption = None,
    names: Names = None,
    label: Label = None,
    temperature: Temperature = None,
    counts: Counts = None,
    probability: Probability = None,
    target: Target = None,
    prediction: Prediction = None,
    start: Start = None,
    learning_rate: LearningRate = None,
    steps: TakenSteps = None,
    parabola: Parabola = False,
    data: Data = None,
    label_column: LabelColumn = None,
    features: Features = None,
    expand: Expand = None,
    optimizer: Optimizer = None,
    l2: L2 = None,
    epochs: Epochs = None,
    draws: Draws = None,
    seed: Seed = None,
    keys: Keys = None,
    json: Json = False,
    lang: Lang = None,
    ascii: Ascii = False,
    width: Width = None,
) -> object:
    """List the demonstrations and return an exit code, or return a `Performance`, which is to be played."""
    values: tuple[Any, ...] = (
        *(logits, names, label, temperature, counts, probability, target, prediction),
        *(start, learning_rate, steps, parabola),
        *(data, label_column, features, expand, optimizer, l2, epochs, draws, seed),
    )
    given = Given(*values)
    if json:
        speak("en")  # a program reads it
    outputs = {"json": json, "ascii": ascii, "width": width}
    if words:
        return _performance(words, given, keys, outputs)
    _only_with_a_name({**vars(given), "keys": keys, "json": json})
    return _listed(outputs)


def _performance(words: Sequence[str], given: Given, keys: str | None, outputs: dict[str, Any]) -> object:
    """Return the demonstration that is named, with its keys played; all that is wrong is told here."""
    name = _name_in(words[0])
    _check_options(name, given)
    from sce_cli.play.loop import begun, keys_in
    from sce_cli.present import Outputs, Performance

    played = keys_in(keys or "")
    return Performance(begun(name, BEGIN[name](given, words[1:]), played), Outputs(**outputs))


def _listed(outputs: dict[str, Any]) -> object:
    """List the demonstrations, and return the exit code."""
    from sce_cli.present import Outputs
    from sce_cli.present.stage import list_demonstrations

    return list_demonstrations(Outputs(**outputs))


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
