"""What becomes of each column of a table to train on: numbers, indicators, or nothing, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sce_cli.datasets.cells import NumberCells, UnreadCells
from sce_cli.datasets.columns import TrainingChooser
from sce_cli.datasets.faults import listed_names
from sce_cli.datasets.kinds import MOST_ASKED_CATEGORIES, Facts, Kind, Reason, reason_against
from sce_cli.datasets.preparation import Feature
from sce_cli.datasets.spelling import folded
from sce_cli.datasets.text_file import Whole
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

POSITIVE = frozenset({"yes", "y", "true", "t", "ja", "oui", "si", "sí", "是"})
"""Of two texts of a column, the one that its indicator stands for."""

UNNAMED = re.compile(r"Unnamed: 0(\.[0-9]+)*")
"""What pandas calls the row names of a table that it has read and writes anew, maybe beside others."""

SHOWN = 8
"""Columns that an error names for one reason."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a column: what it is, the features that it becomes, or why it is left out."""

    place: int
    kind: Kind
    features: tuple[Feature, ...]
    reason: Reason | None


def decide(whole: Whole, label: int, asked: Sequence[int] | None, chooser: TrainingChooser) -> list[Decision]:
    """Return what becomes of each column but the classes; asked: the places that --features names, None for all.

    Raises SceError for a column that is asked for and can't be used, and where none can be.
    """
    places = [place for place in range(len(whole.header.names)) if place != label]
    decisions = [_decision(whole, place, asked, chooser) for place in places]
    if not any(decision.features for decision in decisions):
        raise _nothing_left(whole, decisions)
    return decisions


def _decision(whole: Whole, place: int, asked: Sequence[int] | None, chooser: TrainingChooser) -> Decision:
    """Return what becomes of a column. Raises SceError for one that is asked for and can't be used."""
    kind, facts, name = whole.kinds[place], whole.facts[place], whole.header.names[place]
    if isinstance(kind, UnreadCells):
        return Decision(place, Kind.NUMBERS, (), Reason.NOT_ASKED)
    row_names = (place == 0 and place in whole.header.unnamed) or UNNAMED.fullmatch(name) is not None
    what, reason = reason_against(facts, kind, row_names=row_names, rows_dropped=chooser.missing == "drop")
    if asked is not None:
        reason = _reason_although_asked(facts, kind)
        if reason is not None:
            raise _not_usable(whole, place, reason, asked)
    if reason is not None:
        return Decision(place, what, (), reason)
    if isinstance(kind, NumberCells):
        return Decision(place, what, (Feature(name, name),), None)
    return Decision(place, what, _indicators(name, facts, whole.taken), None)


def _not_usable(whole: Whole, place: int, reason: Reason, asked: Sequence[int]) -> SceError:
    """Return the error of a column that is asked for and can't be used."""
    names = whole.header.names
    return SceError(
        _("--features {name} can't be used: {reason}.").format(name=quoted(names[place]), reason=_(reason.value)),
        _("Leave it out, or name other columns"),
        Change("--features", listed_names([names[other] for other in asked if other != place]) or None),
    )


def _reason_although_asked(facts: Facts, kind: object) -> Reason | None:
    if facts.missing == facts.rows:
        return Reason.NO_VALUE
    if isinstance(kind, NumberCells):
        return None
    if facts.different == 1:
        return Reason.ONE_VALUE
    return Reason.TOO_MANY if facts.different > MOST_ASKED_CATEGORIES else None


def _indicators(column: str, facts: Facts, names: frozenset[str]) -> tuple[Feature, ...]:
    """Return an indicator of each text, and of two texts one of them alone."""
    texts = sorted(facts.texts, key=lambda text: (folded(text) not in POSITIVE, text))
    shown = texts[:1] if len(texts) == 2 else sorted(texts)
    taken: set[str] = set()
    features = []
    for text in shown:
        name = f"{column}=" + "".join(sign if sign.isprintable() else "?" for sign in text)
        while name in taken or name in names:
            name += "_"
        taken.add(name)
        features.append(Feature(name, column, text))
    return tuple(features)


def _nothing_left(whole: Whole, decisions: Sequence[Decision]) -> SceError:
    """Return the error that names every column and why it can't be learnt from."""
    said = _("{given} has no column to learn from: {reasons}.").format(
        given=whole.looked.source.given, reasons=_all_reasons(whole, decisions)
    )
    usable = _usable(whole, decisions)
    if not usable:
        return SceError(said, _("Give at least one column of numbers, or of a few texts that come again."))
    return SceError(
        said,
        _("Add a column of numbers, or learn from what there is"),
        Change("--features", listed_names(usable[:SHOWN])),
    )


def _all_reasons(whole: Whole, decisions: Sequence[Decision]) -> str:
    reasons: dict[str, list[str]] = {}
    for decision in decisions:
        name = whole.header.names[decision.place]
        reasons.setdefault(_(decision.reason.value) if decision.reason else "", []).append(name)
    return "; ".join(f"{', '.join(map(quoted, names[:SHOWN]))}: {reason}" for reason, names in reasons.items())


def _usable(whole: Whole, decisions: Sequence[Decision]) -> list[str]:
    """Return the names of the columns that can be asked for: those of numbers, or else others."""
    can_be_used = [
        decision
        for decision in decisions
        if _reason_although_asked(whole.facts[decision.place], whole.kinds[decision.place]) is None
        and decision.kind is not Kind.NAMES
    ]
    numbers = [decision for decision in can_be_used if isinstance(whole.kinds[decision.place], NumberCells)]
    return [whole.header.names[decision.place] for decision in numbers or can_be_used]
