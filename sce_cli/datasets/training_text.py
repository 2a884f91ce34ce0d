"""A text table to train on: which column is the class, which become features, and which rows are left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import NumberCells, TextCells, UnreadCells
from sce_cli.datasets.columns import TrainingChooser
from sce_cli.datasets.dialect import TextSettings
from sce_cli.datasets.faults import (
    cell_at,
    class_fault,
    features_option,
    first_text,
    label_option,
    missing_cell,
    stray,
    without_column,
)
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header, looks_like_names, named, numbered
from sce_cli.datasets.kinds import (
    MOST_ASKED_CATEGORIES,
    Facts,
    Kind,
    Reason,
    is_dates,
    is_missing,
    looks_like_classes,
    measured,
    reason_against,
)
from sce_cli.datasets.labels import class_order, places_among, too_many_classes
from sce_cli.datasets.number_forms import PLAIN
from sce_cli.datasets.preparation import Entry, Feature, Preparation, arranged, entry_of
from sce_cli.datasets.reading import ColumnReading, Reading
from sce_cli.datasets.spelling import folded
from sce_cli.datasets.table import Table
from sce_cli.datasets.table_rows import keep_rows
from sce_cli.datasets.text_file import (
    Looked,
    Whole,
    dialect_reading,
    incomplete_rows,
    kinds_at_first_sight,
    look_at,
    whole_of,
)
from sce_cli.errors import Change, SceError, quoted

POSITIVE = frozenset({"yes", "y", "true", "t", "ja", "oui", "si", "sí", "是"})
"""Of two texts of a column, the one that its indicator stands for."""

UNNAMED = re.compile(r"Unnamed: 0(\.[0-9]+)*")
"""What pandas calls a first column without a name."""

SHOWN = 8
"""Columns that an error names for one reason."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a column: what it is, the features that it becomes, or why it is left out."""

    place: int
    kind: Kind
    features: tuple[Feature, ...]
    reason: Reason | None


def read_training_text(name: str, source: Source, settings: TextSettings, chooser: TrainingChooser) -> Table:
    """Return the table to train on that a text holds. Raises SceError, which names the first cell at fault."""
    looked = look_at(source, settings)
    header = find_header(looked, settings, [chooser.label_column, *(chooser.features or ())])
    return _table(name, looked, header, chooser)


def find_header(looked: Looked, settings: TextSettings, asked: Sequence[str | None]) -> Header:
    """Return the names of the columns; asked: names that options give, which are in the header if there's one."""
    label_column = asked[0]
    if settings.no_header:
        return numbered(looked.sample, label_column)
    first = [cell.strip() for cell in looked.sample[0][1]]
    below = [cells for _, cells in looked.sample[1:] if cells]
    if any(name in first for name in asked if name) or looks_like_names(first, below, looked.decimals):
        header = named(looked.source.given, looked.sample)
        if len(looked.sample) == 1:
            raise SceError(f"{looked.source.given} has no rows below its header.", "Give one row for each example.")
        return header
    return numbered(looked.sample, label_column)


def _table(name: str, looked: Looked, header: Header, chooser: TrainingChooser) -> Table:
    given = looked.source.given
    if len(header.names) == 1:
        raise SceError(
            f"{given} has one column, {quoted(header.names[0])}.",
            "Give at least one column of numbers and one of classes, and what separates them with --delimiter.",
        )
    label = chooser.label_place(given, header.names, _last_with_values(looked, header))
    asked = chooser.feature_places(given, header.names, label)
    whole = whole_of(looked, header, kinds_at_first_sight(looked, header, label, asked), {label})
    if _was_a_row(whole, label):
        return _table(name, looked, numbered(looked.sample, chooser.label_column), chooser)
    _refuse_measurement(whole, label, chooser)
    decisions = [_decision(whole, place, asked, chooser) for place in range(len(header.names)) if place != label]
    by_place = {decision.place: decision for decision in decisions}
    used = [by_place[place] for place in (asked if asked is not None else sorted(by_place)) if by_place[place].features]
    if not used:
        raise _nothing_left(whole, label, decisions)
    _refuse_strays(whole, used)
    return _prepared(name, whole, label, decisions, used, chooser)


def _last_with_values(looked: Looked, header: Header) -> int:
    """Return the place of the last column that has any value in the first rows."""
    last = len(header.names) - 1
    valued = (place for place in range(last, -1, -1) if not all(map(is_missing, looked.column(header, place))))
    return next(valued, last)


def _was_a_row(whole: Whole, label: int) -> bool:
    """Whether the header's cell in the class column is a class that comes later, and the rest of it numbers."""
    names = whole.looked.sample[0][1]
    return (
        whole.header.found
        and label < len(names)
        and names[label].strip() in whole.facts[label].texts
        and all(PLAIN.value(cell) is not None for place, cell in enumerate(names) if place != label)
    )


def _refuse_measurement(whole: Whole, label: int, chooser: TrainingChooser) -> None:
    """Refuse a class column that looks like a measurement, or hardly repeats while others look like classes."""
    facts, name = whole.facts[label], whole.header.names[label]
    _refuse_no_classes(whole, label, chooser)
    numbers = measured(facts, whole.looked.decimals)
    hardly = 3 * facts.different > facts.rows and facts.different > 12
    if (not numbers and not hardly) or (chooser.label_column is not None and 3 * facts.different <= facts.rows):
        return
    others = _class_columns(whole, label)
    if not numbers and not others:
        return
    what = f"{numbers} different numbers" if numbers else f"{facts.different} different texts"
    last = "the last column" if chooser.label_column is None else "--label-column"
    raise SceError(
        f"{whole.looked.source.given} has {what} in {last}, {quoted(name)}: they look like "
        f"{'a measurement' if numbers else 'names'}, not like classes.",
        f"Name the column of the classes: {' or '.join(map(label_option, others[:3]))}."
        if others
        else "Name the column of the classes with --label-column NAME.",
    )


def _refuse_no_classes(whole: Whole, label: int, chooser: TrainingChooser) -> None:
    """Refuse a column without classes, and a last one of one text, dates or a few remarks if another has classes."""
    facts, given, name = whole.facts[label], whole.looked.source.given, quoted(whole.header.names[label])
    if not facts.different:
        what = f"{given} has no class in column {name}: all of its cells are empty."
    elif chooser.label_column is not None:
        return
    elif facts.different == 1:
        what = f"{given} has only {quoted(next(iter(facts.texts), '…'))} in the last column, {name}."
    elif is_dates(facts.texts):
        what = f"{given} has dates in the last column, {name}, which hardly are classes."
    elif 2 * facts.missing > facts.rows:
        what = f"{given} has {facts.missing} of {facts.rows} cells empty in the last column, {name}."
    else:
        return
    others = _class_columns(whole, label)
    if others or not facts.different:
        remedy = f"{' or '.join(map(label_option, others[:3]))}" if others else "--label-column NAME"
        raise SceError(what, f"Name the column of the classes: {remedy}.")


def _class_columns(whole: Whole, label: int) -> list[str]:
    """Return the names of the columns that look like classes, those of words first."""
    found: list[tuple[bool, int]] = []
    for place, (kind, facts) in enumerate(zip(whole.kinds, whole.facts, strict=True)):
        if place == label or isinstance(kind, UnreadCells):
            continue
        numbers: list[float] = []
        if isinstance(kind, NumberCells):
            column = whole.cells.array[:, place]
            some = np.unique(column[np.abs(column) <= 1e15])
            numbers = some.tolist() if bool((some == np.rint(some)).all()) else []
        if looks_like_classes(facts, kind, numbers):
            found.append((isinstance(kind, NumberCells), place))
    return [whole.header.names[place] for _, place in sorted(found)]


def _decision(whole: Whole, place: int, asked: Sequence[int] | None, chooser: TrainingChooser) -> Decision:
    """Return what becomes of a column. Raises SceError for one that is asked for and can't be used."""
    kind, facts, name = whole.kinds[place], whole.facts[place], whole.header.names[place]
    if isinstance(kind, UnreadCells):
        return Decision(place, Kind.NUMBERS, (), Reason.NOT_ASKED)
    unnamed_first = place == 0 and (place in whole.header.unnamed or UNNAMED.fullmatch(name) is not None)
    what, reason = reason_against(facts, kind, unnamed_first=unnamed_first, rows_dropped=chooser.missing == "drop")
    if asked is not None:
        reason = _reason_although_asked(facts, kind)
        if reason is not None:
            raise SceError(
                f"--features {quoted(name)} can't be used: {reason.value}.",
                "Leave it out, or name other columns.",
            )
    if reason is not None:
        return Decision(place, what, (), reason)
    if isinstance(kind, NumberCells):
        return Decision(place, what, (Feature(name, name),), None)
    return Decision(place, what, _indicators(name, facts, whole.taken), None)


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


def _nothing_left(whole: Whole, label: int, decisions: Sequence[Decision]) -> SceError:
    """Return the error that names every column and why it can't be learnt from."""
    reasons: dict[str, list[str]] = {}
    for decision in decisions:
        name = whole.header.names[decision.place]
        reasons.setdefault(decision.reason.value if decision.reason else "", []).append(name)
    said = "; ".join(f"{', '.join(map(quoted, names[:SHOWN]))}: {reason}" for reason, names in reasons.items())
    can_be_used = [
        decision
        for decision in decisions
        if _reason_although_asked(whole.facts[decision.place], whole.kinds[decision.place]) is None
        and decision.kind is not Kind.NAMES
    ]
    numbers = [decision for decision in can_be_used if isinstance(whole.kinds[decision.place], NumberCells)]
    usable = [whole.header.names[decision.place] for decision in numbers or can_be_used]
    remedy = "Give at least one column of numbers, or of a few texts that come again."
    if usable:
        remedy = f"Add a column of numbers, or learn from what there is: {features_option(usable[:SHOWN])}."
    return SceError(f"{whole.looked.source.given} has no column to learn from: {said}.", remedy)


def _refuse_strays(whole: Whole, used: Sequence[Decision]) -> None:
    """Refuse a word in a column of numbers."""
    numbers = [decision.place for decision in used if isinstance(whole.kinds[decision.place], NumberCells)]
    found = first_text(whole.cells, numbers, missing=False)
    if found is None:
        return
    looked, names = whole.looked, whole.header.names
    cell, where = cell_at(looked.source, looked.dialect, whole.header, *found)
    others = [names[decision.place] for decision in used if decision.place != found[1]]
    raise stray(cell, (looked.source.given, where), whole.form(found[1]), without_column(others))


def _prepared(
    name: str,
    whole: Whole,
    label: int,
    decisions: Sequence[Decision],
    used: Sequence[Decision],
    chooser: TrainingChooser,
) -> Table:
    """Return the table of the features and classes, without the rows that are left out."""
    looked, header, cells = whole.looked, whole.header, whole.cells
    fault = class_fault(looked.source, looked.dialect, header, cells, label, None)
    if fault is not None:
        raise fault
    unlabelled = incomplete_rows(whole, [label])
    incomplete = incomplete_rows(whole, [decision.place for decision in used]) | unlabelled
    if chooser.missing == "refuse" and incomplete.any():
        raise _first_missing(whole, [*(decision.place for decision in used), label], incomplete)
    left_out = unlabelled if chooser.missing == "mean" else incomplete
    if left_out.all():
        said = f"{looked.source.given} has a missing cell in each of its {len(left_out)} rows."
        if unlabelled.all():
            raise SceError(said, "Give the class of at least two rows.")
        raise SceError(said, "Add --missing mean to fill the cells.", Change("--missing", "mean"))
    spelling = whole.facts[label].spelling
    if whole.facts[label].further:
        raise too_many_classes(name, header.names[label])
    codes, texts = cells.codes(label)[~left_out], cells.names(label)
    present = [texts[code] for code in np.unique(codes).tolist() if code < len(texts)]
    remaining = list(dict.fromkeys(spelling[text] for text in present))
    if len(remaining) == 1 < len(whole.facts[label].texts):
        raise _lost_classes(whole, label, remaining[0], int(left_out.sum()))
    classes = class_order(name, header.names[label], remaining)
    places = np.zeros(len(texts), dtype=np.intp)
    in_use = [code for code, text in enumerate(texts) if spelling.get(text) in classes]
    places[in_use] = places_among([spelling[texts[code]] for code in in_use], classes)
    preparation = _preparation(whole, label, used, chooser)
    reading = _reading(whole, label, decisions, (incomplete, unlabelled), chooser)
    entries = _entries(whole, used)
    rows = len(left_out) if not left_out.any() else keep_rows(cells.array, ~left_out)
    features = arranged(cells.array, rows, entries)
    return Table(name, features, places[codes], classes, preparation, reading)


def _lost_classes(whole: Whole, label: int, remaining: str, left_out: int) -> SceError:
    """Return the error of a table that only has rows of one class without a missing cell."""
    rows = f"{left_out} row{'s'[: left_out - 1]} with a missing cell"
    return SceError(
        f"{whole.looked.source.given} has only one class, {quoted(remaining)}, in column "
        f"{quoted(whole.header.names[label])}, without {rows}.",
        "Add --missing mean to fill the cells.",
        Change("--missing", "mean"),
    )


def _first_missing(whole: Whole, places: Sequence[int], incomplete: NDArray[np.bool_]) -> SceError:
    """Return the error of the first missing cell."""
    row = int(incomplete.argmax())
    place = next(place for place in sorted(places) if incomplete_rows(whole, [place])[row])
    cell, where = cell_at(whole.looked.source, whole.looked.dialect, whole.header, row, place)
    return missing_cell(cell, where, whole.looked.source.given)


def _preparation(whole: Whole, label: int, used: Sequence[Decision], chooser: TrainingChooser) -> Preparation:
    names = whole.header.names
    categories = {
        names[decision.place]: tuple(whole.facts[decision.place].texts)
        for decision in used
        if isinstance(whole.kinds[decision.place], TextCells)
    }
    forms = {
        names[decision.place]: kind.form
        for decision in used
        for kind in [whole.kinds[decision.place]]
        if isinstance(kind, NumberCells)
    }
    features = tuple(feature for decision in used for feature in decision.features)
    fillings = np.zeros(len(features))
    return Preparation(features, names, categories, names[label], whole.header.found, chooser.missing, fillings, forms)


def _entries(whole: Whole, used: Sequence[Decision]) -> list[Entry]:
    return [
        entry_of(feature, decision.place, whole.cells, whole.facts[decision.place].spelling)
        for decision in used
        for feature in decision.features
    ]


def _reading(
    whole: Whole,
    label: int,
    decisions: Sequence[Decision],
    rows: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    chooser: TrainingChooser,
) -> Reading:
    incomplete, unlabelled = rows
    return dialect_reading(
        whole,
        incomplete=int(incomplete.sum()),
        unlabelled=int(unlabelled.sum()),
        filled=chooser.missing == "mean",
        columns=tuple(_column_reading(whole, decision) for decision in decisions if _says_something(whole, decision)),
        classes=tuple((text, main) for text, main in whole.facts[label].spelling.items() if text != main),
        categories=tuple(
            (whole.header.names[decision.place], text, main)
            for decision in decisions
            if decision.features and isinstance(whole.kinds[decision.place], TextCells)
            for text, main in whole.facts[decision.place].spelling.items()
            if text != main
        ),
    )


def _says_something(whole: Whole, decision: Decision) -> bool:
    """Whether a column isn't plain: not all numbers, as Python writes them."""
    kind = whole.kinds[decision.place]
    if decision.reason is Reason.NOT_ASKED:
        return False
    written = isinstance(kind, NumberCells) and (kind.form.grouped or kind.form.sign)
    return bool(decision.reason or written or not isinstance(kind, NumberCells) or whole.facts[decision.place].missing)


def _column_reading(whole: Whole, decision: Decision) -> ColumnReading:
    facts, kind = whole.facts[decision.place], whole.kinds[decision.place]
    form = whole.form(decision.place)
    written = [form.sign] * bool(form.sign) + ["thousands set apart"] * form.grouped
    what = f"{decision.kind.value} with {' and '.join(written)}" if written else decision.kind.value
    return ColumnReading(
        name=whole.header.names[decision.place],
        kind=what,
        became=tuple(feature.name for feature in decision.features),
        reason=decision.reason.value if decision.reason else "",
        different=facts.different if isinstance(kind, TextCells) else 0,
        missing=facts.missing,
    )
