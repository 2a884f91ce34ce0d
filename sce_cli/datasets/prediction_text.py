"""A text table for a trained model: its columns found by name, prepared as the training's rows were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import CellKind, NumberCells, TextCells, UnreadCells
from sce_cli.datasets.columns import ModelChooser
from sce_cli.datasets.dialect import TextSettings
from sce_cli.datasets.faults import cell_at, class_fault, first_stray, missing_cell, stray
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header, is_number, named, numbered
from sce_cli.datasets.kinds import first_kind, is_missing
from sce_cli.datasets.labels import are_numbers, places_among
from sce_cli.datasets.number_forms import COMMA, POINT
from sce_cli.datasets.preparation import Preparation, arranged, entry_of, fill
from sce_cli.datasets.spelling import cleaned, folded, squeezed
from sce_cli.datasets.table import UNKNOWN, Table
from sce_cli.datasets.text_file import Looked, Whole, dialect_reading, incomplete_rows, look_at, whole_of
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _, ngettext


def read_prediction_text(name: str, source: Source, settings: TextSettings, chooser: ModelChooser) -> Table:
    """Return the table of a text's rows for a model. Raises SceError, which names the first cell at fault."""
    kept = chooser.preparation
    looked = look_at(source, settings)
    header = _header(looked, settings, kept)
    if header.found and len(looked.sample) == 1:
        raise SceError(
            _("{given} has no rows below its header.").format(given=source.given), _("Give one row for each example.")
        )
    looked = _as_trained(looked, kept)
    used = chooser.used_places(source.given, header.names)
    label = chooser.label_place(source.given, header.names)
    whole = whole_of(looked, header, _kinds(looked, header, used, label, kept), range(len(header.names)))
    _refuse_other_signs(whole, used, kept)
    _refuse_strays(whole, list(used.values()))
    incomplete = incomplete_rows(whole, list(used.values()))
    if chooser.missing == "refuse" and incomplete.any():
        raise _first_missing(whole, sorted(used.values()), incomplete)
    labels = None if label is None else _labels(whole, label, chooser.known)
    spelling = {column: _spelling(whole, column, used[column], kept) for column in used}
    reading = dialect_reading(
        whole,
        incomplete=int(incomplete.sum()),
        unlabelled=0 if labels is None else int((labels == UNKNOWN).sum()),
        filled=chooser.missing == "mean",
        further=tuple(_further(whole, label, kept)),
        unknown_texts=tuple(_unknown_texts(whole, used, kept)),
    )
    places = [(feature, used[feature.column], spelling[feature.column]) for feature in kept.features]
    entries = [entry_of(feature, place, whole.cells, texts) for feature, place, texts in places]
    features = arranged(whole.cells, len(incomplete), entries)
    if chooser.missing == "mean":
        fill(features, kept.fillings)
    return Table(name, features, labels, chooser.known, kept, reading)


def _first_missing(whole: Whole, places: Sequence[int], incomplete: NDArray[np.bool_]) -> SceError:
    row, looked = int(incomplete.argmax()), whole.looked
    place = next(place for place in places if incomplete_rows(whole, [place])[row])
    cell, where = cell_at(looked.source, looked.dialect, whole.header, row, place)
    return missing_cell(cell, where, looked.source.given)


def _header(looked: Looked, settings: TextSettings, preparation: Preparation) -> Header:
    """Return the names of the columns: those of a header with all that the model needs, else by their places.

    Places count where the model's own table had no header, where the first row fits the columns as one of their rows,
    or where --no-header is given; a header with other names is passed over.
    """
    names = _names_by_place(looked, preparation)
    if not settings.no_header:
        by_name = _matched(named(looked.source.given, looked.sample, preparation.used), preparation)
        if set(preparation.used) <= set(by_name.names):
            return by_name
        if preparation.header and not (names and _is_example(looked, names, preparation)):
            _refuse_half_an_example(looked, names, by_name, preparation)
            return by_name
    if not names:
        raise _other_width(looked, preparation)
    passed = not settings.no_header and _has_other_names(looked, names, preparation)
    first = looked.sample[0][1]
    matched = tuple((cell.strip(), name) for cell, name in zip(first, names, strict=False)) if passed else ()
    first_line = looked.sample[min(int(passed), len(looked.sample) - 1)][0]
    return Header(names, passed, first_line, matched=matched)


def _matched(header: Header, preparation: Preparation) -> Header:
    """Return a header with the model's names for those that differ from them in case and blanks only."""
    names = list(header.names)
    free = Counter(squeezed(name) for name in names if name not in preparation.columns)
    matched = []
    for wanted in preparation.columns:
        if wanted not in names and free[squeezed(wanted)] == 1:
            place = [squeezed(name) for name in names].index(squeezed(wanted))
            matched.append((names[place], wanted))
            names[place] = wanted
    return replace(header, names=tuple(names), matched=tuple(matched)) if matched else header


def _names_by_place(looked: Looked, preparation: Preparation) -> tuple[str, ...]:
    """Return the model's columns, with the class or without it, if the table has as many; else none."""
    width = len(numbered(looked.sample, None).names)
    without = tuple(name for name in preparation.columns if name != preparation.label_column)
    return next((names for names in (preparation.columns, without) if len(names) == width), ())


def _other_width(looked: Looked, preparation: Preparation) -> SceError:
    return SceError(
        ngettext(
            "{given} has {width} column and no header, and the model knows {count}.",
            "{given} has {width} columns and no header, and the model knows {count}.",
            len(numbered(looked.sample, None).names),
        ).format(
            given=looked.source.given,
            width=len(numbered(looked.sample, None).names),
            count=len(preparation.columns),
        ),
        _("Give the columns of the training, with the class or without it, or a header row."),
    )


def _cells_by_name(looked: Looked, names: Sequence[str]) -> dict[str, str]:
    """Return the cells of the first row by the names of their columns."""
    return dict(zip(names, map(cleaned, looked.sample[0][1]), strict=False))


def _is_example(looked: Looked, names: Sequence[str], preparation: Preparation) -> bool:
    """Whether the first row can be a row of the model's columns: numbers where it has numbers, or else known texts."""
    first = _cells_by_name(looked, names)
    cells = [first.get(name, "") for name in preparation.used if name not in preparation.categories]
    numbers = [is_number(cell, (POINT, COMMA)) for cell in cells if not is_missing(cell, number=True)]
    return all(numbers) if numbers else any(_known_texts(first, preparation))


def _refuse_half_an_example(looked: Looked, names: Sequence[str], header: Header, preparation: Preparation) -> None:
    """Refuse a first row without the model's names some of whose cells are numbers, where its columns have numbers."""
    first = _cells_by_name(looked, names)
    cells = [first.get(name, "") for name in preparation.used if name not in preparation.categories]
    if any(is_number(cell, (POINT, COMMA)) for cell in cells):
        absent = next(name for name in preparation.used if name not in header.names)
        raise SceError(
            _("{given} has no column {name}, which the model needs.").format(
                given=looked.source.given, name=quoted(absent)
            ),
            _("If its first row is an example, and no header, say so"),
            Change("--no-header", ""),
        )


def _known_texts(first: Mapping[str, str], preparation: Preparation) -> list[bool]:
    """Return for each column of texts whether the first row's cell is one that the model knows."""
    return [folded(first.get(name, "")) in map(folded, texts) for name, texts in preparation.categories.items()]


def _has_other_names(looked: Looked, names: Sequence[str], preparation: Preparation) -> bool:
    """Whether the first row, which the model's columns have no names for, can't be a row: words stand for all numbers.

    A cell that the model knows as a text, or one that is missing, makes it a row.
    """
    first = _cells_by_name(looked, names)
    numbers = [first.get(name, "") for name in preparation.used if name not in preparation.categories]
    words = [cell for cell in numbers if not is_missing(cell, number=True) and not is_number(cell, (POINT, COMMA))]
    known = any(_known_texts(first, preparation))
    return len(words) == len(numbers) > 0 and not known and len(looked.sample) > 1


def _kinds(
    looked: Looked, header: Header, used: dict[str, int], label: int | None, preparation: Preparation
) -> list[CellKind]:
    """Return what each column is read as: as in training."""
    kinds: list[CellKind] = [UnreadCells()] * len(header.names)
    for column, place in used.items():
        numbers = first_kind(looked.column(header, place), looked.decimals)
        if column in preparation.categories:
            kinds[place] = TextCells()
        else:
            kinds[place] = numbers if isinstance(numbers, NumberCells) else NumberCells()
    if label is not None:
        kinds[label] = TextCells()
    return kinds


def _as_trained(looked: Looked, preparation: Preparation) -> Looked:
    """Return the table with the training's decimal sign where numbers such as 1,234 leave it open."""
    signs = {form.decimal for form in preparation.forms.values() if form.grouped or form.decimal == COMMA}
    return replace(looked, known=signs.pop()) if len(signs) == 1 else looked


def _refuse_other_signs(whole: Whole, used: dict[str, int], preparation: Preparation) -> None:
    """Refuse numbers without the percent or currency sign of the training, or with another one."""
    for column, place in used.items():
        kind, kept = whole.kinds[place], preparation.forms.get(column)
        if kept is None or not isinstance(kind, NumberCells) or whole.facts[place].numbers == 0:
            continue
        if kind.form.sign != kept.sign:
            said = _("{given} writes the numbers of column {column} with {has}, and the training had {had}.")
            if not kind.form.sign:
                said = _("{given} writes the numbers of column {column} with no sign, and the training had {had}.")
            elif not kept.sign:
                said = _("{given} writes the numbers of column {column} with {has}, and the training had no sign.")
            has, had = quoted(kind.form.sign), quoted(kept.sign)
            raise SceError(
                said.format(given=whole.looked.source.given, column=quoted(column), has=has, had=had),
                _("Write them as in the training: they would have other values."),
            )


def _refuse_strays(whole: Whole, used: Sequence[int]) -> None:
    numbers = [place for place in used if isinstance(whole.kinds[place], NumberCells)]
    found = first_stray(whole.cells, numbers)
    if found is not None:
        cell, where = cell_at(whole.looked.source, whole.looked.dialect, whole.header, *found)
        remedy = _("Correct the cell, or empty it.")
        raise stray(cell, (whole.looked.source.given, where), whole.form(found[1]), remedy)


def _labels(whole: Whole, label: int, known: tuple[str, ...]) -> NDArray[np.intp] | None:
    """Return each row's place among the model's classes, shape (N,), UNKNOWN for an empty cell; None if all are."""
    looked = whole.looked
    fault = class_fault(looked.source, looked.dialect, whole.header, whole.cells, label, known)
    if fault is not None:
        raise fault
    names = whole.cells.names(label)
    places = np.full(len(names) + 1, UNKNOWN, dtype=np.intp)
    numbers = are_numbers(known)
    classes = [code for code, text in enumerate(names) if not is_missing(text, number=numbers)]
    places[classes] = places_among([names[code] for code in classes], known)
    labels: NDArray[np.intp] = whole.cells.looked_up(label, places, UNKNOWN)
    return None if (labels == UNKNOWN).all() else labels


def _spelling(whole: Whole, column: str, place: int, preparation: Preparation) -> dict[str, str]:
    """Return for each text of a column the one that the model knows; an unknown one stands for itself."""
    known = {folded(text): text for text in preparation.categories.get(column, ())}
    texts = [text for text in whole.cells.names(place) if not is_missing(text)]
    return {text: known.get(folded(text), text) for text in texts} if known else {}


def _unknown_texts(whole: Whole, used: dict[str, int], preparation: Preparation) -> list[tuple[str, str, int]]:
    """Return columns, texts that the model doesn't know there, and in how many rows they stand."""
    found = []
    for column, texts in preparation.categories.items():
        known, facts = set(map(folded, texts)), whole.facts[used[column]]
        found += [(column, text, n) for text, n in facts.texts.items() if folded(text) not in known]
        found += [(column, "…", facts.further)] * (facts.further > 0)
    return found


def _further(whole: Whole, label: int | None, preparation: Preparation) -> list[str]:
    """Return the columns that the model doesn't know."""
    unnamed, columns = set(whole.header.unnamed), set(preparation.columns)
    return [
        name
        for place, name in enumerate(whole.header.names)
        if place != label and place not in unnamed and name not in columns
    ]
