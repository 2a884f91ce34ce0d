"""A text table for a trained model: its columns found by name, prepared as the training's rows were."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import CellKind, NumberCells, TextCells, UnreadCells
from sce_cli.datasets.columns import ModelChooser
from sce_cli.datasets.dialect import TextSettings
from sce_cli.datasets.faults import cell_at, class_fault, first_text, missing_cell, stray
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header, is_number, named, numbered
from sce_cli.datasets.kinds import first_kind, is_missing
from sce_cli.datasets.labels import places_among
from sce_cli.datasets.number_forms import COMMA, POINT
from sce_cli.datasets.preparation import Preparation, arranged, entry_of, fill
from sce_cli.datasets.spelling import folded
from sce_cli.datasets.table import UNKNOWN, Table
from sce_cli.datasets.text_file import Looked, Whole, dialect_reading, incomplete_rows, look_at, whole_of
from sce_cli.errors import SceError, quoted


def read_prediction_text(name: str, source: Source, settings: TextSettings, chooser: ModelChooser) -> Table:
    """Return the table of a text's rows for a model. Raises SceError, which names the first cell at fault."""
    looked = look_at(source, settings)
    header = _header(looked, settings, chooser.preparation)
    if header.found and len(looked.sample) == 1:
        raise SceError(f"{source.given} has no rows below its header.", "Give one row for each example.")
    looked = _as_trained(looked, chooser.preparation)
    used = chooser.used_places(source.given, header.names)
    label = chooser.label_place(source.given, header.names)
    whole = whole_of(looked, header, _kinds(looked, header, used, label, chooser.preparation), range(len(header.names)))
    _refuse_other_signs(whole, used, chooser.preparation)
    _refuse_strays(whole, list(used.values()))
    incomplete = incomplete_rows(whole, list(used.values()))
    if chooser.missing == "refuse" and incomplete.any():
        row = int(incomplete.argmax())
        place = next(place for place in sorted(used.values()) if incomplete_rows(whole, [place])[row])
        cell, where = cell_at(source, looked.dialect, header, row, place)
        raise missing_cell(cell, where, source.given)
    labels = None if label is None else _labels(whole, label, chooser.known)
    spelling = {column: _spelling(whole, column, used[column], chooser.preparation) for column in used}
    reading = dialect_reading(
        whole,
        incomplete=int(incomplete.sum()),
        unlabelled=0 if labels is None else int((labels == UNKNOWN).sum()),
        filled=chooser.missing == "mean",
        further=tuple(_further(whole, label, chooser.preparation)),
        unknown_texts=tuple(_unknown_texts(whole, used, chooser.preparation)),
    )
    entries = [
        entry_of(feature, used[feature.column], whole.cells, spelling[feature.column])
        for feature in chooser.preparation.features
    ]
    features = arranged(whole.cells.array, len(incomplete), entries)
    if chooser.missing == "mean":
        fill(features, chooser.preparation.fillings)
    return Table(name, features, labels, chooser.known, chooser.preparation, reading)


def _header(looked: Looked, settings: TextSettings, preparation: Preparation) -> Header:
    """Return the names of the columns: those of a header with all that the model needs, else by their places.

    Places count where the model's own table had no header, or --no-header is given; a header with other names is then
    passed over.
    """
    if not settings.no_header:
        by_name = named(looked.source.given, looked.sample)
        if preparation.header or set(preparation.used) <= set(by_name.names):
            return by_name
    width = len(numbered(looked.sample, None).names)
    for names in (preparation.columns, [name for name in preparation.columns if name != preparation.label_column]):
        if len(names) == width:
            passed = not settings.no_header and _has_other_names(looked, names, preparation)
            return Header(tuple(names), passed, looked.sample[min(int(passed), len(looked.sample) - 1)][0])
    raise SceError(
        f"{looked.source.given} has {width} columns and no header, and the model knows {len(preparation.columns)}.",
        "Give the columns of the training, with the class or without it, or a header row.",
    )


def _has_other_names(looked: Looked, names: Sequence[str], preparation: Preparation) -> bool:
    """Whether the first row, which the model's columns have no names for, can't be a row: words stand for all numbers.

    A cell that the model knows as a text, or one that is missing, makes it a row.
    """
    first = dict(zip(names, map(str.strip, looked.sample[0][1]), strict=False))
    numbers = [first.get(name, "") for name in preparation.used if name not in preparation.categories]
    known = [folded(first.get(name, "")) in map(folded, texts) for name, texts in preparation.categories.items()]
    words = [cell for cell in numbers if not is_missing(cell, number=True) and not is_number(cell, (POINT, COMMA))]
    return len(words) == len(numbers) > 0 and not any(known) and len(looked.sample) > 1


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
            had, has = (quoted(sign) if sign else "no sign" for sign in (kept.sign, kind.form.sign))
            raise SceError(
                f"{whole.looked.source.given} writes the numbers of column {quoted(column)} with {has}, and the "
                f"training had {had}.",
                "Write them as in the training: they would have other values.",
            )


def _refuse_strays(whole: Whole, used: Sequence[int]) -> None:
    numbers = [place for place in used if isinstance(whole.kinds[place], NumberCells)]
    found = first_text(whole.cells, numbers, missing=False)
    if found is not None:
        cell, where = cell_at(whole.looked.source, whole.looked.dialect, whole.header, *found)
        raise stray(cell, (whole.looked.source.given, where), whole.form(found[1]), "Correct the cell, or empty it.")


def _labels(whole: Whole, label: int, known: tuple[str, ...]) -> NDArray[np.intp] | None:
    """Return each row's place among the model's classes, shape (N,), UNKNOWN for an empty cell; None if all are."""
    looked = whole.looked
    fault = class_fault(looked.source, looked.dialect, whole.header, whole.cells, label, known)
    if fault is not None:
        raise fault
    names = whole.cells.names(label)
    places = np.full(len(names), UNKNOWN, dtype=np.intp)
    classes = [code for code, text in enumerate(names) if not is_missing(text)]
    places[classes] = places_among([names[code] for code in classes], known)
    labels: NDArray[np.intp] = places[whole.cells.codes(label)]
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
