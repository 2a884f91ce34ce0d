"""The options of the command line, each declared once, and the parsers that turn their texts into values."""

import inspect
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from sce_cli.errors import SceError, quoted
from sce_cli.units import Unit

MOST_BALLS = 2**53
"""The largest count that the core holds exactly."""

MOST_CLASSES = 1000
FIGURE_FORMATS = (".png", ".svg", ".pdf")
NARROWEST = 40
LONGEST_NAME = 20

Number = TypeVar("Number", int, float)

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,4})?", re.IGNORECASE)

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
        plain, also = text.strip(), " or -inf" if masked else ""
        if masked and plain.lower() in {"-inf", "-infinity"}:
            return -math.inf
        if plain.lower().lstrip("+") in {"inf", "infinity"}:
            raise SceError(f"{option} {quoted(plain)} is infinite.", f"Give finite numbers{also}, such as -1 or 0.5.")
        if not DECIMAL.fullmatch(plain):
            raise SceError(f"{option} {quoted(plain)} is not {what}.", f"Give finite numbers{also}, such as -1 or 0.5.")
        if math.isinf(float(plain)):
            raise SceError(f"{option} {quoted(plain)} is too large.", "Give numbers between -1e308 and 1e308.")
        return float(plain)

    return parse


def weight(option: str) -> Callable[[str], float]:
    """Return a parser for a probability, or for a weight to be normalised: finite and not negative."""

    def parse(text: str) -> float:
        plain = text.strip()
        value = float(plain) if DECIMAL.fullmatch(plain) else math.nan
        if not 0 <= value < math.inf:
            raise SceError(
                f"{option} {quoted(plain)} is not a probability.", "Give numbers that aren't negative, such as 0.6."
            )
        return abs(value)  # -0 is 0

    return parse


def share(option: str, what: str) -> Callable[[str], float]:
    """Return a parser for a number from 0 to 1."""

    def parse(text: str) -> float:
        plain = text.strip()
        value = float(plain) if DECIMAL.fullmatch(plain) else math.nan
        if not 0 <= value <= 1:
            raise SceError(f"{option} {quoted(plain)} is not between 0 and 1.", f"Give {what}, such as 0.1.")
        return abs(value)

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


Logits = Annotated[
    list[float] | None,
    typer.Argument(
        parser=real("logit", "a number", masked=True),
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class.",
        show_default="2 1 0.1",
    ),
]

Target = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--target", weight("--target")),
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
StepSize = Annotated[
    float | None,
    typer.Option(parser=real("--step-size", "a number"), metavar="H", help="The step h of the finite difference."),
]
Precision = Annotated[
    Literal["float32", "float64"], typer.Option("--dtype", help="The floats that the gradient is computed in.")
]
Method = Annotated[Literal["central", "forward", "complex"], typer.Option(help="The kind of finite difference.")]
Bug = Annotated[
    Literal["sign", "missing-off-diagonal", "factor-two", "sum-not-mean", "unnormalised-target"] | None,
    typer.Option(
        metavar="NAME",
        help="Plant a classic mistake in the analytic gradient, for the check to catch: sign, missing-off-diagonal, "
        "factor-two, sum-not-mean or unnormalised-target.",
    ),
]
RandomPoints = Annotated[
    int | None,
    typer.Option(
        "--random",
        parser=whole("--random", "a number of points", 1, 10_000),
        metavar="N",
        help="Check N random points and show the worst.",
    ),
]
Classes = Annotated[
    int | None,
    typer.Option(
        parser=whole("--classes", "a number of classes", 2, MOST_CLASSES),
        metavar="K",
        help="Classes of the random points, else 3.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=whole("--seed", "a whole number", 0, 2**32 - 1), metavar="S", help="Seed of the random points, else 0."
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

Smoothing = Annotated[
    float | None,
    typer.Option(
        parser=share("--smoothing", "the share of the target to spread over all classes"),
        metavar="E",
        help="Share of the label's target that is spread evenly over all classes.",
    ),
]
Prediction = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--prediction", weight("--prediction")),
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
