"""Which column holds the classes: the one that is taken, and the ones that look more like it."""

from collections.abc import Sequence

import numpy as np

from sce_cli.datasets.cells import NumberCells, UnreadCells
from sce_cli.datasets.columns import TrainingChooser
from sce_cli.datasets.dates import is_dates
from sce_cli.datasets.header import FEW, Header, count_above_others
from sce_cli.datasets.kinds import (
    MOST_CATEGORIES,
    OFTEN,
    is_missing,
    looks_like_classes,
    measured,
)
from sce_cli.datasets.labels import listed
from sce_cli.datasets.number_forms import PLAIN
from sce_cli.datasets.text_file import Looked, Whole
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

MOST_OFFERED = 3
"""Columns that a remedy offers."""

LARGEST_CLASS = 1e15
"""Up to which whole numbers are told apart."""


def last_with_values(looked: Looked, header: Header) -> int:
    """Return the place of the last column that has any value in the first rows."""
    last = len(header.names) - 1
    valued = (place for place in range(last, -1, -1) if not all(map(is_missing, looked.column(header, place))))
    return next(valued, last)


def was_a_row(whole: Whole, label: int) -> bool:
    """Whether the header's cell in the class column is a class that comes later, and the rest of it numbers."""
    names, below = whole.looked.sample[0][1], [cells for _line, cells in whole.looked.sample[1:FEW]]
    return (
        whole.header.found
        and not count_above_others(names, below)
        and label < len(names)
        and names[label].strip() in whole.facts[label].texts
        and all(PLAIN.value(cell) is not None for place, cell in enumerate(names) if place != label)
    )


def refuse_no_class_column(whole: Whole, label: int, chooser: TrainingChooser) -> None:
    """Refuse a column without classes, and one that looks like a measurement or like names. Raises SceError."""
    facts, asked = whole.facts[label], chooser.label_column is not None
    said = _has_no_classes(whole, label, asked=asked)
    if said:
        others = _class_columns(whole, label)
        if others or not facts.different:
            raise _other_column(said, others)
    if asked and OFTEN * facts.different <= facts.rows:
        return
    numbers = measured(facts, whole.looked.decimals)
    if numbers or (OFTEN * facts.different > facts.rows and facts.different > MOST_CATEGORIES):
        others = _class_columns(whole, label)
        if numbers or others:
            many = facts.different if numbers or facts.numeric else 0
            raise _other_column(_has_too_many(whole, label, many, asked=asked), others)


def _has_no_classes(whole: Whole, label: int, *, asked: bool) -> str:
    """Return what is said of a column without classes, and of a last one of one text, dates or a few remarks."""
    facts, given, name = whole.facts[label], whole.looked.source.given, quoted(whole.header.names[label])
    if not facts.different:
        return _("{given} has no class in column {name}: all of its cells are empty.").format(given=given, name=name)
    if asked:
        return ""
    if facts.different == 1:
        text = quoted(next(iter(facts.texts), "…"))
        return _("{given} has only {text} in the last column, {name}.").format(given=given, text=text, name=name)
    if is_dates(facts.texts):
        return _("{given} has dates in the last column, {name}, which hardly are classes.").format(
            given=given, name=name
        )
    if 2 * facts.missing <= facts.rows:
        return ""
    return _("{given} has {count} of {rows} cells empty in the last column, {name}.").format(
        given=given, count=facts.missing, rows=facts.rows, name=name
    )


def _has_too_many(whole: Whole, label: int, numbers: int, *, asked: bool) -> str:
    """Return what is said of a measurement, of so many numbers, or of names; there are always several."""
    if asked and numbers:
        said = _(
            "{given} has {count} different numbers in --label-column, {name}: they look like a measurement, not like "
            "classes."
        )
    elif asked:
        said = _(
            "{given} has {count} different texts in --label-column, {name}: they look like names, not like classes."
        )
    elif numbers:
        said = _(
            "{given} has {count} different numbers in the last column, {name}: they look like a measurement, not like "
            "classes."
        )
    else:
        said = _(
            "{given} has {count} different texts in the last column, {name}: they look like names, not like classes."
        )
    return said.format(
        given=whole.looked.source.given,
        count=numbers or whole.facts[label].different,
        name=quoted(whole.header.names[label]),
    )


def _other_column(said: str, others: Sequence[str]) -> SceError:
    """Return the error that offers the columns that look like classes."""
    if not others:
        return SceError(said, _("Name the column of the classes with --label-column NAME."))
    remedy = _("Name the column of the classes")
    if len(others) > 1:
        remedy = _("Name the column of the classes, such as one of {names}").format(names=listed(others[:MOST_OFFERED]))
    return SceError(said, remedy, Change("--label-column", others[0]))


def _class_columns(whole: Whole, label: int) -> list[str]:
    """Return the names of the columns that look like classes, those of words first."""
    found: list[tuple[bool, int]] = []
    for place, (kind, facts) in enumerate(zip(whole.kinds, whole.facts, strict=True)):
        if place == label or isinstance(kind, UnreadCells):
            continue
        if looks_like_classes(facts, kind, _whole_numbers(whole, place)):
            found.append((isinstance(kind, NumberCells), place))
    return [whole.header.names[place] for _place, place in sorted(found)]


def _whole_numbers(whole: Whole, place: int) -> list[float]:
    """Return the different numbers of a column if all are whole; none for texts."""
    if not isinstance(whole.kinds[place], NumberCells):
        return []
    column = whole.cells.column(place)
    numbers = np.unique(column[np.abs(column) <= LARGEST_CLASS])
    return numbers.tolist() if bool((numbers == np.rint(numbers)).all()) else []
