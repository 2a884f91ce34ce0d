"""The options that several commands share, each declared once, and the rules that go with them."""

import inspect
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from sce_cli.errors import SceError, quoted
from sce_cli.parsers import listed, name_list, one_of, output_file, probability, real, whole
from sce_cli.units import Unit

MOST_CLASSES = 1000
MOST_SEED = 2**32 - 1
FIGURE_FORMATS = (".png", ".svg", ".pdf")
HANDOUT_FORMATS = (".md", ".html")
NARROWEST = 40

DEFAULT_LOGITS = (2.0, 1.0, 0.1)
"""The scores that the topics take when none are given."""

Logits = Annotated[
    list[float] | None,
    typer.Argument(
        parser=real("logit", "a number", masked=True),
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class.",
        show_default=" ".join(f"{logit:g}" for logit in DEFAULT_LOGITS),
    ),
]

Target = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--target", probability("--target")),
        metavar="Q,Q,...",
        help="The target q: the true probability of each class (for grad, any weights).",
    ),
]
Label = Annotated[
    int | None,
    typer.Option(
        parser=whole("--label", "the number of a class", 0, MOST_CLASSES - 1),
        metavar="N",
        help="The true class, counted from 0: a one-hot target.",
    ),
]
Names = Annotated[
    Sequence[str] | None,
    typer.Option(parser=name_list, metavar="A,B,...", help="Names of the classes (of the colours, with --counts)."),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The table's column of the classes.", show_default="the last one"),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        metavar="SIGN",
        help="What separates the cells: , ; | or another sign, or tab or blanks.",
        show_default="found from the text",
    ),
]
Decimal = Annotated[
    str | None,
    typer.Option(metavar="SIGN", help="The decimal sign: point or comma.", show_default="found from the text"),
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The encoding of the text, such as gb18030.", show_default="found, or UTF-8"),
]
NoHeader = Annotated[bool, typer.Option("--no-header", help="Take the first row of the text as an example.")]

MISSING = ("drop", "mean", "refuse")
Missing = Annotated[
    str | None,
    typer.Option(
        parser=one_of("--missing", MISSING),
        autocompletion=one_of("--missing", MISSING).completed,
        metavar="NAME",
        help="Rows with a missing cell: drop them, fill them with the feature's mean, or refuse them.",
        show_default="drop, or as in training",
    ),
]

Handout = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--handout", *HANDOUT_FORMATS),
        metavar="FILE",
        help="Write the steps and figures as a page to give away: FILE.html or FILE.md.",
    ),
]
Ascii = Annotated[bool, typer.Option("--ascii", help="Use ASCII characters only.")]
Width = Annotated[
    int | None,
    typer.Option(
        parser=whole("--width", "a number of columns", NARROWEST, 1000),
        metavar="N",
        help="Columns to use, instead of at most 80.",
    ),
]


def shared(
    base: Annotated[
        Unit, typer.Option(help="Base of the printed logarithms: e (nats), 2 (bits) or 10 (dits).")
    ] = Unit.NATS,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, in nats, instead of the steps.")
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option(
            parser=output_file("--plot", *FIGURE_FORMATS),
            metavar="FILE",
            help="Also draw a figure: FILE.png, FILE.svg or FILE.pdf.",
        ),
    ] = None,
    handout: Handout = None,
    step: Annotated[bool, typer.Option("--step", help="Show one step at a time: Enter, b (back), q (end).")] = False,
    from_step: Annotated[
        int | None,
        typer.Option(
            parser=whole("--from-step", "the number of a step", 1, 1000), metavar="N", help="Begin with step N."
        ),
    ] = None,
    predict: Annotated[
        bool, typer.Option("--predict", help="Ask for a guess before a step that has a question.")
    ] = False,
    checks: Annotated[
        bool, typer.Option("--checks", help="List every claim, how far its two routes differ, and what is allowed.")
    ] = False,
    ascii: Ascii = False,
    width: Width = None,
) -> None:
    """Declare the options that every topic takes; only the signature is used."""


SHARED = tuple(
    parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for parameter in inspect.signature(shared).parameters.values()
)


def joined(values: Sequence[object]) -> str:
    """Return what was given as a list, as it is typed, its end left out where it is very long."""
    text = ",".join(map(str, values))
    return text if len(text) <= 60 else f"{text[:50]}..."


def given(option: str, value: object) -> str:
    """Return an option with its value, as it is typed."""
    if value is True:
        return option
    if isinstance(value, Path):
        return f"{option} {quoted(value)}"
    plain = value if isinstance(value, str) or not isinstance(value, Sequence) else joined(value)
    return f"{option} {plain}"


def only_one(values: Mapping[str, object], remedy: str = "Give one or the other.") -> str | None:
    """Return the one option that was given, as it is typed, or None; refuse options that exclude each other.

    values: by their options; None and False where one wasn't given.
    """
    texts = [given(option, value) for option, value in values.items() if value is not None and value is not False]
    if len(texts) > 1:
        raise SceError(f"{' and '.join(texts)} exclude each other.", remedy)
    return texts[0] if texts else None


def check_classes(said: str, classes: int, names: Sequence[str] | None) -> None:
    """Refuse more classes than a topic can show, and names that aren't one for each; said: what gave the classes."""
    if classes > MOST_CLASSES:
        raise SceError(f"{said} has {classes} classes.", f"Give at most {MOST_CLASSES}.")
    if names is not None and len(names) != classes:
        raise SceError(
            f"--names {joined(names)} has {len(names)} name{'s'[: len(names) - 1]} for {classes} classes.",
            "Give as many names as classes, as in --names red,green,blue for three.",
        )


def check_outputs(outputs: Mapping[str, Any]) -> None:
    """Refuse to pace a JSON document; outputs: the shared options by their names."""
    for name in ("step", "from_step", "predict"):
        if outputs["json"] and outputs[name]:
            said = given(f"--{name.replace('_', '-')}", outputs[name])
            raise SceError(f"--json and {said} exclude each other: JSON is one document.", "Leave one of them out.")


def check_files(arguments: Mapping[str, Any]) -> None:
    """Refuse an output that is the file of the data, or another output; arguments: by their names."""
    outputs: dict[Path, str] = {}
    for name, path in arguments.items():
        if not isinstance(path, Path):
            continue
        option = f"--{name.replace('_', '-')}"
        same = False
        with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
            same = path.samefile(arguments.get("data", ""))
        if same:
            raise SceError(
                f"{option} {quoted(path)} would overwrite --data {quoted(arguments['data'])}.", "Name another file."
            )
        other = outputs.setdefault(path.resolve(), option)
        if other != option:
            raise SceError(f"{other} and {option} name the same file, {quoted(path)}.", "Name another file for one.")
