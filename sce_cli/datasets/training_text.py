"""A text table to train on: its columns are decided on, then its rows become features and classes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import NumberCells, TextCells
from sce_cli.datasets.class_column import last_with_values, refuse_no_class_column, was_a_row
from sce_cli.datasets.columns import TrainingChooser
from sce_cli.datasets.decisions import Decision, decide
from sce_cli.datasets.dialect import TextSettings
from sce_cli.datasets.faults import cell_at, class_fault, first_stray, missing_cell, stray, without_column
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header, looks_like_names, named, numbered
from sce_cli.datasets.labels import class_order, places_among, too_many_classes
from sce_cli.datasets.preparation import Entry, Preparation, arranged, entry_of
from sce_cli.datasets.table import Table
from sce_cli.datasets.table_rows import keep_rows
from sce_cli.datasets.text_file import Looked, Whole, incomplete_rows, kinds_at_first_sight, look_at, whole_of
from sce_cli.datasets.training_reading import reading_of
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _, ngettext


@dataclass(frozen=True, eq=False)
class Decided:
    """A whole table of which it's decided what becomes of its columns.

    label: the place of the classes. decisions: one for each other column. used: those that become features, in their
    order. chooser: what was asked for.
    """

    whole: Whole
    label: int
    decisions: Sequence[Decision]
    used: Sequence[Decision]
    chooser: TrainingChooser

    @property
    def given(self) -> str:
        """What the user wrote, for messages."""
        return self.whole.looked.source.given

    @property
    def label_name(self) -> str:
        """The name of the class column, in quotes."""
        return quoted(self.whole.header.names[self.label])


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
    below = [cells for _line, cells in looked.sample[1:] if cells]
    if not (any(name in first for name in asked if name) or looks_like_names(first, below, looked.decimals)):
        return numbered(looked.sample, label_column)
    if len(looked.sample) == 1:
        raise SceError(
            _("{given} has no rows below its header.").format(given=looked.source.given),
            _("Give one row for each example."),
        )
    return named(looked.source.given, looked.sample)


def _table(name: str, looked: Looked, header: Header, chooser: TrainingChooser) -> Table:
    given = looked.source.given
    if len(header.names) == 1:
        raise SceError(
            _("{given} has one column, {name}.").format(given=given, name=quoted(header.names[0])),
            _("Give at least one column of numbers and one of classes, and what separates them with --delimiter."),
        )
    label = chooser.label_place(given, header.names, last_with_values(looked, header))
    asked = chooser.feature_places(given, header.names, label)
    whole = whole_of(looked, header, kinds_at_first_sight(looked, header, label, asked), {label}, least=label + 1)
    if was_a_row(whole, label):
        return _table(name, looked, numbered(looked.sample, chooser.label_column), chooser)
    refuse_no_class_column(whole, label, chooser)
    decisions = decide(whole, label, asked, chooser)
    by_place = {decision.place: decision for decision in decisions}
    used = [by_place[place] for place in (sorted(by_place) if asked is None else asked) if by_place[place].features]
    decided = Decided(whole, label, decisions, used, chooser)
    _refuse_strays(decided)
    return _prepared(name, decided)


def _refuse_strays(decided: Decided) -> None:
    """Refuse a word in a column of numbers."""
    whole = decided.whole
    numbers = [decision.place for decision in decided.used if isinstance(whole.kinds[decision.place], NumberCells)]
    found = first_stray(whole.cells, numbers)
    if found is None:
        return
    looked, names = whole.looked, whole.header.names
    cell, where = cell_at(looked.source, looked.dialect, whole.header, *found)
    remedy, changes = without_column([names[other.place] for other in decided.used if other.place != found[1]])
    raise stray(cell, (decided.given, where), whole.form(found[1]), remedy, *changes)


def _prepared(name: str, decided: Decided) -> Table:
    """Return the table of the features and classes, without the rows that are left out."""
    whole, label = decided.whole, decided.label
    looked, header, cells = whole.looked, whole.header, whole.cells
    fault = class_fault(looked.source, looked.dialect, header, cells, label, None)
    if fault is not None:
        raise fault
    unlabelled = incomplete_rows(whole, [label], number=whole.facts[label].numeric)
    incomplete = incomplete_rows(whole, [decision.place for decision in decided.used]) | unlabelled
    _refuse_missing(decided, incomplete)
    left_out = unlabelled if decided.chooser.missing == "mean" else incomplete
    if left_out.all():
        raise _no_row_left(decided, unlabelled)
    labels, classes = _classes(name, decided, left_out)
    counts = int(incomplete.sum()), int(unlabelled.sum())
    reading = reading_of(whole, label, decided.decisions, counts, filled=decided.chooser.missing == "mean")
    reading = replace(reading, lost=tuple(sorted({*whole.facts[label].texts} - {*classes})))
    entries = _entries(decided)
    rows = len(left_out) if not left_out.any() else keep_rows(cells.records, ~left_out)
    features = arranged(cells, rows, entries)
    return Table(name, features, labels, classes, _preparation(decided), reading)


def _classes(name: str, decided: Decided, left_out: NDArray[np.bool_]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the class of each row that isn't left out, shape (N,), as its place among the classes, and these."""
    whole, label = decided.whole, decided.label
    facts, column = whole.facts[label], whole.header.names[label]
    if facts.further:
        raise too_many_classes(name, column)
    spelling, texts = facts.spelling, whole.cells.names(label)
    used = np.zeros(len(texts), dtype=bool)
    used[whole.cells.looked_up(label, np.arange(len(texts) + 1, dtype=np.uint16), 0)[~left_out]] = True
    present = [text for text, is_used in zip(texts, used.tolist(), strict=True) if is_used]
    remaining = list(dict.fromkeys(spelling[text] for text in present))
    if len(remaining) == 1 < len(facts.texts):
        raise _lost_classes(decided, remaining[0], int(left_out.sum()))
    classes = class_order(name, column, remaining)
    places = np.zeros(len(texts) + 1, dtype=np.intp)
    in_use = [code for code, text in enumerate(texts) if spelling.get(text) in classes]
    places[in_use] = places_among([spelling[texts[code]] for code in in_use], classes)
    labels: NDArray[np.intp] = whole.cells.looked_up(label, places, 0)
    return labels[~left_out] if left_out.any() else labels, classes


def _no_row_left(decided: Decided, unlabelled: NDArray[np.bool_]) -> SceError:
    """Return the error of a table each row of which has a missing cell."""
    said = ngettext(
        "{given} has a missing cell in its only row.",
        "{given} has a missing cell in each of its {count} rows.",
        len(unlabelled),
    ).format(given=decided.given, count=len(unlabelled))
    if unlabelled.all():
        return SceError(said, _("Give the class of at least two rows."))
    return SceError(said, _("Add --missing mean to fill the cells"), Change("--missing", "mean"))


def _lost_classes(decided: Decided, remaining: str, left_out: int) -> SceError:
    """Return the error of a table that only has rows of one class without a missing cell."""
    return SceError(
        ngettext(
            "{given} has only one class, {remaining}, in column {column}, without {count} row with a missing cell.",
            "{given} has only one class, {remaining}, in column {column}, without {count} rows with a missing cell.",
            left_out,
        ).format(given=decided.given, remaining=quoted(remaining), column=decided.label_name, count=left_out),
        _("Add --missing mean to fill the cells"),
        Change("--missing", "mean"),
    )


def _refuse_missing(decided: Decided, incomplete: NDArray[np.bool_]) -> None:
    """Refuse the first missing cell where none is accepted."""
    if decided.chooser.missing != "refuse" or not incomplete.any():
        return
    whole, row = decided.whole, int(incomplete.argmax())
    places = sorted([*(decision.place for decision in decided.used), decided.label])
    numeric = {decided.label: whole.facts[decided.label].numeric}
    place = next(place for place in places if incomplete_rows(whole, [place], number=numeric.get(place))[row])
    cell, where = cell_at(whole.looked.source, whole.looked.dialect, whole.header, row, place)
    raise missing_cell(cell, where, decided.given)


def _preparation(decided: Decided) -> Preparation:
    whole, used = decided.whole, decided.used
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
    fillings, label, missing = np.zeros(len(features)), names[decided.label], decided.chooser.missing
    return Preparation(features, names, categories, label, whole.header.found, missing, fillings, forms)


def _entries(decided: Decided) -> list[Entry]:
    whole = decided.whole
    return [
        entry_of(feature, decision.place, whole.cells, whole.facts[decision.place].spelling)
        for decision in decided.used
        for feature in decision.features
    ]
