"""Probabilities and other weights, one for each class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sce_cli import numerals
from sce_cli.errors import Change, SceError, brief
from sce_cli.parsers.numbers import listed, probability, put_right

MOST_ROUNDED = 1000
"""Weights whose sum rounding may explain."""


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
    parse_one = probability(option)
    parse_all = listed(option, parse_one)

    def parse(text: str) -> Weights:
        parts = tuple(part.strip() for part in numerals.plain(text).split(":"))
        shares = numerals.plain(text).split("/")
        if len(shares) > 1 and all(share.rstrip().endswith("%") for share in shares):  # 60%/40% divides nothing
            text = ",".join(shares)
        if len(parts) > 1:
            return Weights(parse_all(",".join(parts)), parts, ratio=True)
        try:
            values = parse_all(text)
        except SceError as mistake:
            line = ",".join(_completed(numerals.values(text), parse_one))
            raise SceError(mistake.message, mistake.remedy, Change(option, line, text)) from None
        typed = tuple(numerals.values(text))
        return Weights(values, typed, _only_rounded(values, typed))

    return parse


def _completed(parts: Sequence[str], parse: Callable[[str], float]) -> list[str]:
    """Return weights with what is missing to 1 shared among those that are refused, or all of them the same."""
    refused = {place for place, part in enumerate(parts) if put_right([part], parse) != [part]}
    rest = 1 - sum(numerals.exact(part) or 0 for place, part in enumerate(parts) if place not in refused)
    if not 0 < rest <= 1:
        return [f"1/{len(parts)}"] * len(parts)
    return [str(Fraction(rest, len(refused))) if place in refused else part for place, part in enumerate(parts)]


def _only_rounded(values: Sequence[float], typed: Sequence[str]) -> bool:
    """Tell whether a sum that isn't 1 would be if each number weren't rounded to the decimals it has, two or more."""
    if not 0.5 < sum(values) < 2 or len(values) > MOST_ROUNDED:
        return False
    exact = [numerals.exact(text) or Fraction(0) for text in typed]
    off = abs(sum(exact, Fraction(0)) - 1)
    return 0 < off <= sum(map(numerals.last_place, typed), Fraction(0))
