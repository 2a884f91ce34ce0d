"""Numbers: whole, finite, within bounds, or a list of them."""

import math
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import N_, _

Number = TypeVar("Number", int, float)

FINITE = N_("Give finite numbers, such as -1 or 0.5.")
FINITE_OR_MASKED = N_("Give finite numbers or -inf, such as -1 or 0.5.")

MOST_SEED = 2**32 - 1

NEGATIVE = re.compile(r"-([0-9.∞]|inf|nan).*", re.IGNORECASE | re.DOTALL)
"""A word that is a negative number, or begins with one: not an option."""


def whole(option: str, what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a parser for a whole number from `least` to `most`; 1e15 is one, 1.5 isn't. what: what it counts."""

    def parse(text: str) -> int:
        text = text.strip()
        rough = numerals.number(text)
        huge = rough is not None and math.isinf(rough)  # however many digits it has: an exact one takes their square
        value = rough if huge else numerals.exact(text)
        if value is None:
            mistake, remedy = _("{option} {value} is not a number."), _("Give {what}.")
        elif value < least:
            mistake, remedy = _("{option} {value} is less than {least}."), _("Give {what}, at least {least}.")
        elif value > most:
            mistake, remedy = _("{option} {value} is more than {most}."), _("Give {what}, at most {most}.")
        elif value != math.floor(value):
            mistake, remedy = _("{option} {value} is not a whole number."), _("Give {what}, without a fraction.")
        else:
            return int(value)
        raise SceError(
            mistake.format(option=option, value=quoted(text), least=least, most=most),
            remedy.format(what=_(what), least=least, most=most),
            Change(option, _near(text, least, most), text),
        )

    return parse


def _near(text: str, least: int, most: int) -> str:
    """Return what may be meant: the whole number that the text begins with, within the bounds, else any."""
    begins = numerals.number(numerals.leading(text).removesuffix("%"))
    value = 5 if begins is None or not least <= begins <= most else math.floor(begins)
    return str(min(max(least, value), most))


def real(option: str, what: str, *, masked: bool = False) -> Callable[[str], float]:
    """Return a parser for a finite number; with `masked`, for −∞ too, which takes a class out of a softmax."""

    def parse(text: str) -> float:
        value, typed = numerals.number(text), text.strip()
        remedy = FINITE_OR_MASKED if masked else FINITE
        if value is None:
            mistake = N_("{option} {value} is not {what}.")
        elif math.isinf(value) and not numerals.INFINITE.fullmatch(numerals.plain(text)):
            mistake, remedy = N_("{option} {value} is too large."), N_("Give numbers between -1e308 and 1e308.")
        elif value == math.inf or (value == -math.inf and not masked):
            mistake = N_("{option} {value} is infinite.")
        else:
            return value
        said = _(mistake).format(option=option, value=quoted(typed), what=_(what))
        raise SceError(said, _(remedy), Change(option, _finite(text) or "0.5", typed))

    return parse


def bounded(
    option: str, kind: str, remedy: str, *, least: float = 0, most: float = math.inf, above: bool = False
) -> Callable[[str], float]:
    """Return a parser for a finite number from `least` to `most`, or above `least`; kind: what the number must be."""

    def fits(value: float | None) -> bool:
        return value is not None and least <= value <= most and value < math.inf and not (above and value == least)

    def parse(text: str) -> float:
        value = numerals.single(text)
        if value is None or not fits(value):
            begins, typed = _finite(text), text.strip()
            named = re.findall(r"[0-9.]*[0-9]", remedy)[-1:]  # the example that the remedy gives
            fitting = (text for text in (begins, *named) if text and fits(numerals.number(text)))
            said = _("{option} {value} is not {kind}.").format(option=option, value=quoted(typed), kind=_(kind))
            raise SceError(said, _(remedy), Change(option, next(fitting, f"{min(0.5, most):g}"), typed))
        return value + 0.0  # -0 is 0

    return parse


def _finite(text: str) -> str:
    """Return the finite number that a text begins with and goes on with something else, or ""."""
    begins = numerals.leading(text)
    return begins if len(begins) < 20 and math.isfinite(numerals.number(begins) or 0) and begins != text.strip() else ""


def probability(option: str) -> Callable[[str], float]:
    """Return a parser for a probability, or for a weight to be normalised: finite and not negative."""
    return bounded(option, N_("a probability"), N_("Give numbers that aren't negative, such as 0.6."))


seed = whole("--seed", N_("a whole number"), 0, MOST_SEED)
"""Parse the seed of random numbers."""


def listed(option: str, parse: Callable[[str], Number]) -> Callable[[str], tuple[Number, ...]]:
    """Return a parser for values with commas, semicolons or blanks between them, in brackets or not."""

    def parse_list(text: str) -> tuple[Number, ...]:
        parts = numerals.values(text)
        if not all(parts):
            kept = ",".join(part for part in parts if part)
            raise SceError(
                _("{option} {value} has an empty place.").format(option=option, value=quoted(text)),
                _("Put one value between commas."),
                Change(option, kept or "5,3,2"),
            )
        try:
            return tuple(map(parse, parts))
        except SceError as mistake:
            line = ",".join(put_right(parts, parse))
            raise SceError(mistake.message, mistake.remedy, Change(option, line)) from None

    return parse_list


def put_right(parts: Sequence[str], parse: Callable[[str], object]) -> list[str]:
    """Return the parts of a list with another value for each that is refused, or without it where none is named."""
    fitting = []
    for part in parts:
        try:
            parse(part)
            fitting.append(part)
        except SceError as mistake:
            fitting += [change.value for change in mistake.changes[:1] if part and change.value]
    return fitting
