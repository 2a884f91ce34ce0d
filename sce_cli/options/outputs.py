"""What is made of a study: the options that every topic takes, and the rules between them."""

import inspect
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from sce_cli.errors import Change, SceError, quoted
from sce_cli.options.choices import choice
from sce_cli.options.rules import given, only_one
from sce_cli.parsers.choices import base as base_of_logarithms
from sce_cli.parsers.files import free_name, output_file
from sce_cli.parsers.numbers import whole
from sce_cli.translation import LANGUAGES, LETTERS, N_, _
from sce_cli.units import Unit

FIGURE_FORMATS = (".png", ".svg", ".pdf")

HANDOUT_FORMATS = (".md", ".html")

NARROWEST = 40

Handout = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--handout", *HANDOUT_FORMATS),
        metavar="FILE",
        help="Write the steps and figures as a page to give away: FILE.html or FILE.md.",
    ),
]

Lang = Annotated[
    str | None,
    choice(
        "--lang", LANGUAGES, help="The language of all that is shown.", show_default="SCE_LANG, or that of the locale"
    ),
]

Ascii = Annotated[bool, typer.Option("--ascii", help="Use ASCII characters only.")]

Width = Annotated[
    int | None,
    typer.Option(
        parser=whole("--width", N_("a number of columns"), NARROWEST, 1000),
        metavar="N",
        help="Columns to use, instead of at most 80.",
    ),
]


def shared(
    base: Annotated[
        str,
        typer.Option(
            parser=base_of_logarithms,
            metavar="e|2|10",
            help="Base of the printed logarithms: e (nats), 2 (bits) or 10 (dits).",
            show_default="e",
        ),
    ] = Unit.NATS.value,
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
            parser=whole("--from-step", N_("the number of a step"), 1, 1000), metavar="N", help="Begin with step N."
        ),
    ] = None,
    predict: Annotated[
        bool, typer.Option("--predict", help="Ask for a guess before a step that has a question.")
    ] = False,
    checks: Annotated[
        bool, typer.Option("--checks", help="List every claim, how far its two routes differ, and what is allowed.")
    ] = False,
    digits: Annotated[
        int | None,
        typer.Option(
            parser=whole("--digits", N_("a number of digits"), 3, 17),
            metavar="N",
            help="Significant digits of the numbers in steps and figures.",
            show_default="4, more where the point needs them",
        ),
    ] = None,
    lang: Lang = None,
    ascii: Ascii = False,
    width: Width = None,
) -> None:
    """Declare the options that every topic takes; only the signature is used."""


SHARED = tuple(
    parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for parameter in inspect.signature(shared).parameters.values()
)


def check_language(lang: str | None, ascii_only: bool) -> None:
    """Refuse in ASCII a language whose letters it lacks."""
    only_one({f"--lang {lang}": lang in LETTERS, "--ascii": ascii_only}, _("Leave one of them out."))


def check_outputs(outputs: Mapping[str, Any]) -> None:
    """Refuse to pace a JSON document; outputs: the shared options by their names."""
    for name in ("step", "from_step", "predict"):
        if outputs["json"] and outputs[name]:
            said = given(f"--{name.replace('_', '-')}", outputs[name])
            raise SceError(
                _("--json and {option} exclude each other: JSON is one document.").format(option=said),
                _("Leave one of them out"),
                *(Change(option, None) for option in ("--step", "--from-step", "--predict")),
            )


def check_files(arguments: Mapping[str, Any]) -> None:
    """Refuse an output that is the file of the data, or another output; arguments: by their names."""
    outputs: dict[Path, str] = {}
    for name, path in arguments.items():
        if not isinstance(path, Path):
            continue
        option = f"--{name.replace('_', '-')}"
        words = arguments.get("words") or ""
        data = arguments.get("data") or (words[0] if isinstance(words, list) else words)
        same = False
        with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
            same = path.samefile(data)
        if same:
            raise SceError(
                _("{option} {path} would overwrite --data {data}.").format(
                    option=option, path=quoted(path), data=quoted(data)
                ),
                _("Name another file"),
                Change(option, free_name("new", path.suffix)),
            )
        other = outputs.setdefault(path.resolve(), option)
        if other != option:
            raise SceError(
                _("{option} and {other} name the same file, {path}.").format(
                    option=other, other=option, path=quoted(path)
                ),
                _("Name another file for one"),
                Change(option, free_name(f"another-{name.replace('_', '-')}", path.suffix)),
            )
