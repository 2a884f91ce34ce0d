"""How what was drawn is called, on the screen and in figures."""

from collections.abc import Callable

from sce_cli.drawing.numbers import count, equals, vector
from sce_cli.topics.mle.study import MleStudy
from sce_cli.translation import ngettext

NAMED = 6
"""Colours that a line of text lists; a table shows more."""


def title(study: MleStudy, shown: Callable[[str], str]) -> str:
    """Say what was drawn; shown: what makes a name markup, or figure text."""
    drawn = [f"{count(n)} {shown(name)}" for n, name in zip(study.counts[:NAMED], study.names, strict=False)]
    more = ["…"] if study.counts.size > NAMED else []
    return ngettext(
        "Maximum likelihood from {total} ball: {drawn}",
        "Maximum likelihood from {total} balls: {drawn}",
        int(study.counts.sum()),
    ).format(total=count(study.counts.sum()), drawn=", ".join(drawn + more))


def estimate(study: MleStudy) -> str:
    """Return p̂ with its value or values."""
    return f"p̂ {equals(study.estimate[0])}" if study.counts.size == 2 else f"p̂ = {vector(study.estimate)}"


def loss_name(study: MleStudy) -> str:
    """Return what the cross-entropy of so many colours is called."""
    return "BCE" if study.counts.size == 2 else "CE"


def first_p(study: MleStudy, symbol: str, shown: Callable[[str], str]) -> str:
    """Return the symbol of the first colour's probability, which every curve runs over."""
    return symbol if study.counts.size == 2 else f"{symbol}({shown(study.names[0])})"
