"""The logits, as words behind the command or as one list, with the names of their classes."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError, brief
from sce_cli.options.classes import check_classes
from sce_cli.options.pairs import named, own_names, values_in
from sce_cli.options.rules import only_one
from sce_cli.parsers.numbers import real
from sce_cli.translation import N_, _

DEFAULT_LOGITS = (2.0, 1.0, 0.1)
"""The scores that the topics take when none are given."""

Logits = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class; cat=2 dog=1 names the classes.",
        show_default=" ".join(f"{logit:g}" for logit in DEFAULT_LOGITS),
    ),
]

LogitsOption = Annotated[str | None, typer.Option("--logits", metavar="Z,Z,...", help="The logits z, as one list.")]

LOGIT = named(real("logit", N_("a number"), masked=True))
"""Parse a logit, perhaps with the name of its class before it."""

CALLED = re.compile(
    r"^\s*(?:z|logits|scores)\s*[=＝]\s*(?=[^=＝]*[\s,;，；、][^=＝]*$)|^(?:np|numpy)\.array(?=\()", re.IGNORECASE
)
"""What a list of logits may be called, as in z=[2,1,0.1]; z=2 alone is a class named z."""


@dataclass(frozen=True)
class Scores:
    """The logits of the classes and their names, as they were understood by what was typed."""

    logits: tuple[float, ...]
    names: tuple[str, ...]
    typed: tuple[str, ...] = ()
    """The words that they stand in."""

    @property
    def said(self) -> str:
        """The logits as they were typed, the end left out where there are many."""
        text = ",".join(text for word in self.typed for text in numerals.values(word))
        return brief(text or ",".join(map(numerals.written, self.logits)))

    def with_logits(self, logits: Sequence[float]) -> list[Change]:
        """Return the changes of the words that give other logits."""
        rest, changes = list(logits), []
        for word in self.typed:
            parts = [part.rpartition("=") for part in numerals.values(word)]
            values = [numerals.written(rest.pop(0)) for part in parts if rest]
            texts = [f"{name}{equals}{value}" for (name, equals, _value), value in zip(parts, values, strict=False)]
            changes.append(Change(word, ",".join(texts) or None))
        return changes


def _refuse_decimal_commas(words: Sequence[str]) -> None:
    """Refuse several words such as 2,0 1,5: each may be one logit with a decimal comma, or two."""
    typed = [numerals.plain(word) for word in words]
    if len(typed) > 1 and all(map(numerals.DECIMAL_COMMA.fullmatch, typed)):
        raise SceError(
            _("logits {logits}: each may be one number with a decimal comma, or two.").format(
                logits=brief(" ".join(typed))
            ),
            _("Type points in decimals"),
            *(Change(word, number.replace(",", ".")) for word, number in zip(words, typed, strict=True)),
        )


def read_logits(words: Sequence[str] | None, option: str | None, names: Sequence[str] | None) -> Scores:
    """Return the logits from the words behind the command or from --logits, and a name for each class.

    Several logits may stand in a word, and cat=2 names a class. Without names the classes are numbered from 0.
    """
    only_one({"Z...": words or None, "--logits": option}, _("Give them once"))
    typed = (option,) if option is not None else tuple(words or ())
    _refuse_decimal_commas(typed)
    pairs = values_in([CALLED.sub("", word) for word in typed], LOGIT)
    logits = tuple(value for _name, value in pairs) or DEFAULT_LOGITS
    known = own_names([name for name, _value in pairs], typed, names) if pairs else names
    scores = Scores(logits, tuple(known or map(str, range(len(logits)))), typed)
    said = _("logits {logits}").format(logits=scores.said)
    check_classes(said, len(logits), known)
    if max(logits) == -math.inf:
        raise SceError(
            _("{logits_given}: every class is masked.").format(logits_given=said),
            _("Give at least one finite logit"),
            *scores.with_logits([0, *logits[1:]]),
        )
    return scores
