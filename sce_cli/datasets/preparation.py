"""What is kept of how a table was prepared, and the same preparation of its rows and of new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import MOST_TEXTS, SHORT, WORD, Cells, codes_of
from sce_cli.datasets.number_forms import Form
from sce_cli.datasets.table_rows import ROWS_AT_ONCE

MISSING = ("drop", "mean", "refuse")
"""What --missing may ask for."""


@dataclass(frozen=True)
class Feature:
    """What enters the model: a column's numbers, or whether its text is the category."""

    name: str
    column: str
    category: str = ""


@dataclass(frozen=True, eq=False)
class Preparation:
    """How the rows of a table become features.

    features: in the model's order. columns: the names of all columns of the table, in its order. categories: the texts
    that were known of each column that became indicators. label_column: the column of the classes, "" if there was
    none or nobody knows. header: whether the table had one. missing: "drop", "mean" or "refuse". fillings: what stands
    for a missing cell of each feature, shape (D,); 0 before training. forms: how columns of numbers were written, as
    far as that's known.
    """

    features: tuple[Feature, ...]
    columns: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    label_column: str = ""
    header: bool = True
    missing: str = "drop"
    fillings: NDArray[np.floating[Any]] = field(default_factory=lambda: np.empty(0))
    forms: Mapping[str, Form] = field(default_factory=dict)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features' names, in their order."""
        return tuple(feature.name for feature in self.features)

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that the features are made of, each once, in the features' order."""
        return tuple(dict.fromkeys(feature.column for feature in self.features))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that are neither features nor the class."""
        others = {*self.used, self.label_column}
        return tuple(name for name in self.columns if name not in others)


def plain_preparation(
    features: Sequence[str], columns: Sequence[str] | None = None, label_column: str = ""
) -> Preparation:
    """Return the preparation of a table of numbers, which enter as they are."""
    names = tuple(columns) if columns is not None else (*features, *[name for name in [label_column] if name])
    plain = tuple(Feature(name, name) for name in features)
    return Preparation(plain, names, label_column=label_column, fillings=np.zeros(len(plain)))


@dataclass(frozen=True, eq=False)
class Entry:
    """Where a feature comes from: the place of its column, and the value of each text of it; None without texts."""

    place: int
    values: NDArray[np.float64] | None


def entry_of(feature: Feature, place: int, cells: Cells, spelling: Mapping[str, str]) -> Entry:
    """Return where a feature comes from in these cells.

    spelling: of each text that stands for a value, as the preparation spells it. A missing cell becomes NaN.
    """
    names = cells.names(place)
    if not names:
        return Entry(place, None)
    values = np.full(MOST_TEXTS + 1, np.nan)
    if feature.category:
        values[MOST_TEXTS] = 0.0
        for code, name in enumerate(names):
            if name in spelling:
                values[code] = float(spelling[name] == feature.category)
    return Entry(place, values)


def arranged(cells: Cells, rows: int, entries: Sequence[Entry]) -> NDArray[np.float64]:
    """Return the features of the first rows, shape (N, D), in the records' own memory, which grows if D needs more.

    cells: overwritten. Where a record is no shorter than its features a block of rows never lands behind its own start,
    so no row is overwritten before it's read; else the blocks are moved from the last one on.
    """
    records, wide = cells.records, len(entries)
    width = records.dtype.itemsize // WORD
    plain = all(entry.values is None for entry in entries)
    if plain and width == wide and [cells.slots.get(entry.place) for entry in entries] == list(range(width)):
        return records.view(np.float64).reshape(-1, width)[:rows]
    if rows * wide > len(records) * width:
        records.resize((-(-rows * wide // width),), refcheck=False)
    flat, starts = records.view(np.float64).reshape(-1), range(0, rows, ROWS_AT_ONCE)
    for first in reversed(starts) if wide > width else starts:
        last = min(first + ROWS_AT_ONCE, rows)
        flat[first * wide : last * wide] = _moved(records[first:last].copy(), entries).reshape(-1)
    return flat[: rows * wide].reshape(rows, wide)


def _moved(records: NDArray[Any], entries: Sequence[Entry]) -> NDArray[np.float64]:
    """Return the features of some rows, shape (B, D)."""
    moved = np.empty((len(records), len(entries)))
    for column, entry in enumerate(entries):
        cells = records[str(entry.place)]
        moved[:, column] = cells if entry.values is None else _values(cells, entry.values)
    return moved


def _values(column: NDArray[Any], of_texts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of a column's cells, shape (B,); of_texts: the value of each text."""
    codes = codes_of(column)
    texts = of_texts[np.minimum(codes, MOST_TEXTS)]
    return texts if column.dtype == SHORT else np.where(codes < 0, column, texts)


def fill(features: NDArray[np.floating[Any]], fillings: NDArray[np.floating[Any]]) -> None:
    """Put the fillings, shape (D,), into the place of what is missing in the features, shape (N, D)."""
    for first in range(0, len(features), ROWS_AT_ONCE):
        block = features[first : first + ROWS_AT_ONCE]
        np.copyto(block, fillings, where=np.isnan(block))


def means(features: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the mean of each feature's values that aren't missing, shape (D,); 0 where all are."""
    total, count = np.zeros(features.shape[1]), np.zeros(features.shape[1])
    for first in range(0, len(features), ROWS_AT_ONCE):
        block = features[first : first + ROWS_AT_ONCE]
        present = ~np.isnan(block)
        total += np.where(present, block, 0.0).sum(axis=0)
        count += present.sum(axis=0)
    return total / np.maximum(count, 1)
