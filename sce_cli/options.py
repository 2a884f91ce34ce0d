"""The options of the command line, each declared once, and the parsers that turn their texts into values."""

import inspect
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from sce_cli.errors import SceError
from sce_cli.units import Unit

MOST_BALLS = 2**53
FIGURE_FORMATS = (".png", ".svg", ".pdf")
NARROWEST = 40

Number = TypeVar("Number", int, float)

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)

NEGATIVE = re.compile(rf"(?=-)({DECIMAL.pattern}|-inf(inity)?|-nan)", re.IGNORECASE)
"""A word that is a negative number, not an option."""


def whole(option: str, what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a parser for a whole number from `least` to `most`; 1e15 is one, 1.5 isn't."""

    def parse(text: str) -> int:
        text = text.strip()
        value = Decimal(text) if DECIMAL.fullmatch(text) else None
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


def real(option: str, what: str, *, masked: bool = False) -> Callable[[str], float]:
    """Return a parser for a finite number; with `masked`, for −∞ too, which takes a class out of a softmax."""

    def parse(text: str) -> float:
        plain = text.strip()
        if masked and plain.lower() in {"-inf", "-infinity"}:
            return -math.inf
        if not DECIMAL.fullmatch(plain):
            also = " or -inf" if masked else ""
            raise SceError(f"{option} {quoted(plain)} is not {what}.", f"Give finite numbers{also}, such as -1 or 0.5.")
        if math.isinf(float(plain)):
            raise SceError(f"{option} {quoted(plain)} is too large.", "Give numbers between -1e308 and 1e308.")
        return float(plain)

    return parse


def positive(option: str) -> Callable[[str], float]:
    """Return a parser for a finite number above 0."""

    def parse(text: str) -> float:
        plain = text.strip()
        if not DECIMAL.fullmatch(plain) or not 0 < float(plain) < math.inf:
            raise SceError(
                f"{option} {quoted(plain)} is not a positive finite number.", f"Give one, as in {option} 0.5."
            )
        return float(plain)

    return parse


def listed(option: str, parse: Callable[[str], Number]) -> Callable[[str], tuple[Number, ...]]:
    """Return a parser for values with commas between them."""

    def parse_list(text: str) -> tuple[Number, ...]:
        if not all(part.strip() for part in text.split(",")):
            raise SceError(
                f"{option} {quoted(text)} has an empty place.", f"Put one value between commas, as in {option} 5,3,2."
            )
        return tuple(parse(part) for part in text.split(","))

    return parse_list


def name_list(text: str) -> tuple[str, ...]:
    """Parse names with commas between them: printable, not empty, all different."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(name and name.isprintable() for name in names) or len(set(names)) < len(names):
        raise SceError(
            f"--names {quoted(text)} has a name that is empty, repeated or unprintable.",
            "Give each one a name of its own, as in --names red,green,blue.",
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
    if path.is_dir() or not path.parent.is_dir():
        raise SceError(
            f"--plot {quoted(text)} is not a file in an existing folder.", "Name a file in a folder that exists."
        )
    return path


def quoted(text: str) -> str:
    """Return what was given, shortened if it is very long, as an error message shows it."""
    return f"'{text}'" if len(text) <= 60 else f"'{text[:50]}…' ({len(text)} characters)"


Logits = Annotated[
    list[float] | None,
    typer.Argument(
        parser=real("logit", "a number", masked=True),
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class.",
        show_default="2 1 0.1",
    ),
]

Temperature = Annotated[
    float | None,
    typer.Option(
        parser=positive("--temperature"),
        metavar="T",
        help="The temperature T > 0 that the logits are divided by.",
        show_default="1",
    ),
]

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
    Sequence[str] | None,
    typer.Option(parser=name_list, metavar="A,B,...", help="Names of the classes (of the colours, with --counts)."),
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
