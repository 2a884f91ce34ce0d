"""From the texts of the command line to values; what can't be used is refused with a message that names the option."""

import csv
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from sce_cli import numerals
from sce_cli.errors import Change, SceError, brief, quoted
from sce_cli.units import SPELLINGS

LONGEST_NAME = 20

MOST_ROUNDED = 1000
"""Weights whose sum rounding may explain."""

Number = TypeVar("Number", int, float)

NEGATIVE = re.compile(r"-([0-9.∞]|inf|nan).*", re.IGNORECASE | re.DOTALL)
"""A word that is a negative number, or begins with one: not an option."""


def whole(option: str, what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a parser for a whole number from `least` to `most`; 1e15 is one, 1.5 isn't."""

    def parse(text: str) -> int:
        text = text.strip()
        value, example = numerals.exact(text), Change(option, _near(text, least, most), text)
        if value is None:
            raise SceError(f"{option} {quoted(text)} is not a number.", f"Give {what}.", example)
        if value < least:
            raise SceError(f"{option} {quoted(text)} is less than {least}.", f"Give {what}, at least {least}.", example)
        if value > most:
            raise SceError(f"{option} {quoted(text)} is more than {most}.", f"Give {what}, at most {most}.", example)
        if value.denominator != 1:
            raise SceError(
                f"{option} {quoted(text)} is not a whole number.",
                f"Give {what}, without a fraction.",
                example,
            )
        return int(value)

    return parse


def _near(text: str, least: int, most: int) -> str:
    """Return what may be meant: the whole number that the text begins with, within the bounds, else any."""
    begins = numerals.exact(numerals.leading(text))
    value = 5 if begins is None or not least <= begins <= most else math.floor(begins)
    return str(min(max(least, value), most))


def real(option: str, what: str, *, masked: bool = False) -> Callable[[str], float]:
    """Return a parser for a finite number; with `masked`, for −∞ too, which takes a class out of a softmax."""
    also = " or -inf" if masked else ""
    remedy = f"Give finite numbers{also}, such as -1 or 0.5."

    def parse(text: str) -> float:
        typed, value = text.strip(), numerals.number(text)
        example = Change(option, _finite(text) or "0.5", typed)
        if value is None:
            raise SceError(f"{option} {quoted(typed)} is not {what}.", remedy, example)
        if math.isinf(value) and not numerals.INFINITE.fullmatch(numerals.plain(text)):
            raise SceError(f"{option} {quoted(typed)} is too large.", "Give numbers between -1e308 and 1e308.", example)
        if value == math.inf or (value == -math.inf and not masked):
            raise SceError(f"{option} {quoted(typed)} is infinite.", remedy, example)
        return value

    return parse


def bounded(
    option: str, kind: str, remedy: str, *, least: float = 0, most: float = math.inf, above: bool = False
) -> Callable[[str], float]:
    """Return a parser for a finite number from `least` to `most`, or above `least`; kind: what the number must be."""

    def fits(value: float | None) -> bool:
        return value is not None and least <= value <= most and value < math.inf and not (above and value == least)

    def parse(text: str) -> float:
        value = numerals.number(text)
        if value is None or not fits(value):
            begins = _finite(text)
            named = re.findall(r"[0-9.]*[0-9]", remedy)[-1:]  # the example that the remedy gives
            fitting = (text for text in (begins, *named) if text and fits(numerals.number(text)))
            example = next(fitting, f"{min(0.5, most):g}")
            raise SceError(
                f"{option} {quoted(text.strip())} is not {kind}.", remedy, Change(option, example, text.strip())
            )
        return value + 0.0  # -0 is 0

    return parse


def _finite(text: str) -> str:
    """Return the finite number that a text begins with and goes on with something else, or ""."""
    begins = numerals.leading(text)
    return begins if len(begins) < 20 and math.isfinite(numerals.number(begins) or 0) and begins != text.strip() else ""


def probability(option: str) -> Callable[[str], float]:
    """Return a parser for a probability, or for a weight to be normalised: finite and not negative."""
    return bounded(option, "a probability", "Give numbers that aren't negative, such as 0.6.")


@dataclass(frozen=True)
class Weights:
    """Probabilities or other weights as they were typed.

    values: one for each class. typed: the text of each. rounded: whether their sum isn't 1 only because they are
    rounded to the decimals typed. ratio: whether they were typed as one, 2:1.
    """

    values: tuple[float, ...]
    typed: tuple[str, ...]
    rounded: bool = False
    ratio: bool = False

    def __str__(self) -> str:
        """Return the weights as they were typed, the end left out where there are many."""
        return brief((":" if self.ratio else ",").join(self.typed))


def weights(option: str) -> Callable[[str], Weights]:
    """Return a parser for a distribution: 0.6,0.4 or 60%,40% or 1/3,2/3 or 2:1."""
    parse_all = listed(option, probability(option))

    def parse(text: str) -> Weights:
        parts = tuple(part.strip() for part in numerals.plain(text).split(":"))
        shares = numerals.plain(text).split("/")
        if len(shares) > 1 and all(share.rstrip().endswith("%") for share in shares):  # 60%/40% divides nothing
            text = ",".join(shares)
        if len(parts) > 1:
            return Weights(parse_all(",".join(parts)), parts, ratio=True)
        values = parse_all(text)
        typed = tuple(numerals.values(text))
        return Weights(values, typed, _only_rounded(values, typed))

    return parse


def _only_rounded(values: Sequence[float], typed: Sequence[str]) -> bool:
    """Tell whether a sum that isn't 1 would be if each number weren't rounded to the decimals it has, two or more."""
    if not 0.5 < sum(values) < 2 or len(values) > MOST_ROUNDED:
        return False
    exact = [numerals.exact(text) or Fraction(0) for text in typed]
    off = abs(sum(exact, Fraction(0)) - 1)
    return 0 < off <= sum(map(numerals.last_place, typed), Fraction(0))


def base(text: str) -> str:
    """Parse the base of a logarithm, or the name of its unit, to a unit's value: e, 2 or 10."""
    found = SPELLINGS.get(numerals.plain(text).lower())
    if found is None:
        raise SceError(
            f"--base {quoted(text)} is not known.",
            "Choose e (nats), 2 (bits) or 10 (dits)",
            Change("--base", "2"),
        )
    return found


class one_of:  # noqa: N801
    """A parser for one of a few names, upper or lower case, which the shell can complete."""

    def __init__(self, option: str, choices: Sequence[str]) -> None:
        self.option, self.choices = option, choices

    def __call__(self, text: str) -> str:
        """Return the name."""
        found = [choice for choice in self.choices if choice.lower() == numerals.plain(text).lower()]
        if not found:
            from sce_cli.correction import by_likeness

            near = [*by_likeness(text, self.choices), self.choices[0]][0]
            raise SceError(
                f"{self.option} {quoted(text)} is not known.",
                f"Choose {', '.join(self.choices)}.",
                Change(self.option, near),
            )
        return found[0]

    def completed(self, incomplete: str) -> list[str]:
        """Return the names that begin so."""
        return [choice for choice in self.choices if choice.startswith(incomplete.lower())]


def chosen(option: str, choices: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for different names out of a few, with commas between them."""
    choose = one_of(option, choices)

    def parse(text: str) -> tuple[str, ...]:
        typed = numerals.values(text)
        known = [name.lower() for name in typed if name.lower() in choices]
        unknown = [name for name in typed if name.lower() not in choices]
        if unknown:
            raise SceError(
                f"{option} {quoted(text)}: {quoted(unknown[0])} is not known.",
                f"Choose {', '.join(choices)}.",
                Change(option, ",".join(dict.fromkeys(known)) or ",".join(choices[:2])),
            )
        names = tuple(map(choose, typed))
        if len(set(names)) < len(names):
            raise SceError(
                f"{option} {quoted(text)} names one twice.",
                "Give each one once.",
                Change(option, ",".join(dict.fromkeys(names))),
            )
        return names

    return parse


def columns(text: str) -> tuple[str, ...]:
    """Parse names of columns with commas between them; one with a comma stands in "quotes"."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), [""]))
    if not all(names):
        kept = [name for name in names if name]
        instead = [Change("--features", ",".join(kept) or None)]
        raise SceError(f"--features {quoted(text)} has an empty place.", "Put one name between commas.", *instead)
    return names


def listed(option: str, parse: Callable[[str], Number]) -> Callable[[str], tuple[Number, ...]]:
    """Return a parser for values with commas, semicolons or blanks between them, in brackets or not."""

    def parse_list(text: str) -> tuple[Number, ...]:
        parts = numerals.values(text)
        if not all(parts):
            kept = ",".join(part for part in parts if part)
            raise SceError(
                f"{option} {quoted(text)} has an empty place.",
                "Put one value between commas.",
                Change(option, kept or "5,3,2"),
            )
        return tuple(_part(parts, place) for place in range(len(parts)))

    def _part(parts: Sequence[str], place: int) -> Number:
        try:
            return parse(parts[place])
        except SceError as mistake:
            instead: list[str] = [change.value or "" for change in mistake.changes]
            line = ",".join([*parts[:place], *instead, *parts[place + 1 :]])
            raise SceError(mistake.message, mistake.remedy, Change(option, line)) from None

    return parse_list


def name_list(text: str) -> tuple[str, ...]:
    """Parse names with commas between them: printable, not empty, all different."""
    names = tuple(name.strip() for name in _names_in(text))
    good = all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names)
    if not good or len(set(names)) < len(names):
        raise SceError(
            f"--names {quoted(text)} has a name that is empty, repeated, unprintable or longer than {LONGEST_NAME}.",
            "Give each one a short name of its own.",
            Change("--names", ",".join(proper_names(names))),
        )
    return names


def _names_in(text: str) -> list[str]:
    """Return the names in a list, with commas of any script between them, or blanks where there is no comma."""
    inner = text.strip()
    if len(inner) > 1 and numerals.BRACKETS.get(inner[0]) == inner[-1]:
        inner = inner[1:-1].strip()
    for sign in (",", "，", ";", "；", "、"):
        if sign in inner:
            return inner.split(sign)
    return inner.split() or [""]


def proper_names(names: Sequence[str]) -> list[str]:
    """Return names that can be used: what is printable of each, made different and short."""
    made: list[str] = []
    for place, name in enumerate(names, start=1):
        short = "".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME]
        made.append(short if short and short not in made else f"name{place}")
    return made


def output_file(option: str, *endings: str) -> Callable[[str], Path]:
    """Return a parser for the path of a file to write: with one of the endings, in a folder that exists."""

    def parse(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() not in endings:
            raise SceError(
                f"{option} {quoted(text)} doesn't end in {', '.join(endings)}.",
                "Choose the format by the ending.",
                *_elsewhere(option, path, endings[-1]),
            )
        if not _writable(path):
            raise SceError(
                f"{option} {quoted(text)} is not a file in a folder that can be written.",
                "Name a file in a folder of your own.",
                *_elsewhere(option, path, path.suffix),
            )
        return path

    return parse


def _elsewhere(option: str, path: Path, ending: str) -> tuple[Change, ...]:
    """Return a change to a new file in this folder, if one can be written here."""
    stem = path.stem if re.fullmatch(r"\w[\w-]{0,30}", path.stem) else "file"
    name = free_name(stem, ending)
    return (Change(option, name),) if _writable(Path(name)) else ()


def free_name(stem: str, ending: str) -> str:
    """Return the name of a file that isn't there yet: file.svg, or else file-2.svg, and so on."""
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{ending}" for number in range(1, 1000))
    return next((name for name in names if not os.path.lexists(name)), f"{stem}-new{ending}")


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
