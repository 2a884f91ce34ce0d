"""The options of the command line, each declared once, and the parsers that turn their texts into values."""

import inspect
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from sce_cli.errors import SceError, quoted
from sce_cli.units import Unit

MOST_BALLS = 2**53
"""The largest count that the core holds exactly."""

FIGURE_FORMATS = (".png", ".svg", ".pdf")
NARROWEST = 40
LONGEST_NAME = 20

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,4})?", re.IGNORECASE)


def whole(option: str, what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a parser for a whole number from `least` to `most`; 1e15 is one, 1.5 isn't."""

    def parse(text: str) -> int:
        value = Decimal(text.strip()) if DECIMAL.fullmatch(text.strip()) else None
        if value is None:
            raise SceError(f"{option} {quoted(text)} is not a number.", f"Give {what}, for example {max(least, 5)}.")
        if value < least:
            raise SceError(f"{option} {quoted(text)} is less than {least}.", f"Give {what}, at least {least}.")
        if value > most:
            raise SceError(f"{option} {quoted(text)} is more than {most}.", f"Give {what}, at most {most}.")
        if value != int(value):
            raise SceError(f"{option} {quoted(text)} is not a whole number.", f"Give {what}, without a fraction.")
        return int(value)

    return parse


def listed(option: str, parse: Callable[[str], int]) -> Callable[[str], tuple[int, ...]]:
    """Return a parser for values with commas between them."""

    def parse_list(text: str) -> tuple[int, ...]:
        if not all(part.strip() for part in text.split(",")):
            raise SceError(
                f"{option} {quoted(text)} has an empty place.", f"Put one value between commas, as in {option} 5,3,2."
            )
        return tuple(parse(part) for part in text.split(","))

    return parse_list


def name_list(text: str) -> tuple[str, ...]:
    """Parse names with commas between them: printable, not empty, all different."""
    names = tuple(name.strip() for name in text.split(","))
    good = all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names)
    if not good or len(set(names)) < len(names):
        raise SceError(
            f"--names {quoted(text)} has a name that is empty, repeated, unprintable or longer than {LONGEST_NAME}.",
            "Give each one a short name of its own, as in --names red,green,blue.",
        )
    return names


def figure_file(text: str) -> Path:
    """Parse the path of a figure: a known suffix, in a folder that exists."""
    path = Path(text)
    if path.suffix.lower() not in FIGURE_FORMATS:
        raise SceError(
            f"--plot {quoted(text)} doesn't end in {', '.join(FIGURE_FORMATS)}.",
            "Choose the format by the ending, as in --plot figure.svg.",
        )
    try:
        usable = "\0" not in text and path.parent.is_dir() and not path.is_dir()
    except OSError:  # a name too long, a folder closed to us
        usable = False
    if not usable:
        raise SceError(
            f"--plot {quoted(text)} is not a file in a folder that can be used.", "Name a file in a folder of your own."
        )
    return path


balls = "a whole number of balls"
White = Annotated[
    int | None,
    typer.Option(parser=whole("--white", balls, 0, MOST_BALLS), metavar="N", help="White balls drawn."),
]
Black = Annotated[
    int | None,
    typer.Option(parser=whole("--black", balls, 0, MOST_BALLS), metavar="N", help="Black balls drawn."),
]
Counts = Annotated[
    Sequence[int] | None,
    typer.Option(
        parser=listed("--counts", whole("--counts", balls, 0, MOST_BALLS)),
        metavar="N,N,...",
        help="Balls drawn of each colour, for any number of colours.",
    ),
]
Names = Annotated[
    Sequence[str] | None, typer.Option(parser=name_list, metavar="A,B,...", help="The colours' names, with --counts.")
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
        typer.Option(parser=figure_file, metavar="FILE", help="Also draw a figure: FILE.png, FILE.svg or FILE.pdf."),
    ] = None,
    ascii: Annotated[bool, typer.Option("--ascii", help="Use ASCII characters only.")] = False,
    width: Annotated[
        int | None,
        typer.Option(
            parser=whole("--width", "a number of columns", NARROWEST, 1000),
            metavar="N",
            help="Columns to use, instead of at most 80.",
        ),
    ] = None,
) -> None:
    """Declare the options that every lesson takes; only the signature is used."""


SHARED = tuple(
    parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for parameter in inspect.signature(shared).parameters.values()
)
