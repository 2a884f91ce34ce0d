"""From the texts of the command line to values; what can't be used is refused with a message that names the option."""

import csv
import math
import os
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from sce_cli.errors import SceError, quoted

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


def bounded(
    option: str, kind: str, remedy: str, *, least: float = 0, most: float = math.inf, above: bool = False
) -> Callable[[str], float]:
    """Return a parser for a finite number from `least` to `most`, or above `least`; kind: what the number must be."""

    def parse(text: str) -> float:
        plain = text.strip()
        value = float(plain) if DECIMAL.fullmatch(plain) else math.nan
        if not (least <= value <= most and value < math.inf) or (above and value == least):
            raise SceError(f"{option} {quoted(plain)} is not {kind}.", remedy)
        return value + 0.0  # -0 is 0

    return parse


def probability(option: str) -> Callable[[str], float]:
    """Return a parser for a probability, or for a weight to be normalised: finite and not negative."""
    return bounded(option, "a probability", "Give numbers that aren't negative, such as 0.6.")


class one_of:  # noqa: N801
    """A parser for one of a few names, which the shell can complete."""

    def __init__(self, option: str, choices: Sequence[str]) -> None:
        self.option, self.choices = option, choices

    def __call__(self, text: str) -> str:
        """Return the name."""
        if text.strip() not in self.choices:
            raise SceError(f"{self.option} {quoted(text)} is not known.", f"Choose {', '.join(self.choices)}.")
        return text.strip()

    def completed(self, incomplete: str) -> list[str]:
        """Return the names that begin so."""
        return [choice for choice in self.choices if choice.startswith(incomplete)]


def chosen(option: str, choices: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for different names out of a few, with commas between them."""

    def parse(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        unknown = [name for name in names if name not in choices]
        if unknown:
            raise SceError(
                f"{option} {quoted(text)}: {quoted(unknown[0])} is not known.", f"Choose {', '.join(choices)}."
            )
        if len(set(names)) < len(names):
            raise SceError(f"{option} {quoted(text)} names one twice.", "Give each one once.")
        return names

    return parse


def columns(text: str) -> tuple[str, ...]:
    """Parse names of columns with commas between them; one with a comma stands in "quotes"."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), [""]))
    if not all(names):
        raise SceError(f"--features {quoted(text)} has an empty place.", "Put one name between commas.")
    return names


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


def output_file(option: str, *endings: str) -> Callable[[str], Path]:
    """Return a parser for the path of a file to write: with one of the endings, in a folder that exists."""

    def parse(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() not in endings:
            raise SceError(
                f"{option} {quoted(text)} doesn't end in {', '.join(endings)}.",
                f"Choose the format by the ending, as in {option} file{endings[-1]}.",
            )
        if not _writable(path):
            raise SceError(
                f"{option} {quoted(text)} is not a file in a folder that can be written.",
                "Name a file in a folder of your own.",
            )
        return path

    return parse


def _writable(path: Path) -> bool:
    """Whether this is a file that we may write to, or could be a new one; a pipe or a device is no file."""
    try:
        path = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a ring of links, a folder to work in that is gone
        return False
    try:
        return _allows(path.parent, os.W_OK | os.X_OK) and S_ISREG(path.lstat().st_mode) and _allows(path, os.W_OK)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):  # a name that is too long or that none can have
        return False


def _allows(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)
