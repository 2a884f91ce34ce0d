"""Arrays X and y: from NumPy's .npz archives, and made ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.array_classes import LABELS, ONE_EACH, RECIPE, Classes, given_of, label_rows, of_rows, one_each
from sce_cli.datasets.columns import Chooser, ModelChooser, TrainingChooser
from sce_cli.datasets.files import Source, archive_of, array_of, rows_of
from sce_cli.datasets.kinds import Kind, Reason
from sce_cli.datasets.labels import listed
from sce_cli.datasets.number_forms import LARGEST
from sce_cli.datasets.preparation import Preparation, fill, plain_preparation
from sce_cli.datasets.reading import ColumnReading, Reading
from sce_cli.datasets.table import UNKNOWN, Table
from sce_cli.datasets.table_rows import ROWS_AT_ONCE, first_unusable, keep_columns, keep_rows, rows_with_nan
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _


def read_npz(source: str, opened: Source, chooser: Chooser) -> Table:
    """Return the table in an .npz archive: X, shape (N, D), real numbers; y, shape (N,), whole numbers or texts.

    y may also be of shape (N, 1) or (1, N), or one-hot, shape (N, K) or (K, N). A model can do without y. Nothing is
    unpickled. Raises SceError.
    """
    needed = ("X", LABELS) if chooser.known is None else ("X",)
    given, recipe = given_of(source), _(RECIPE)
    with archive_of(opened, recipe) as archive:
        for name in needed:
            if name not in archive.files:
                raise _without_array(given, name, archive.files)
        classes = Classes(chooser.known or (), None)
        if LABELS in archive.files:  # before X: the memory that sorting the classes takes is free again when X comes
            rows = rows_of(given, archive, "X", recipe)
            classes = label_rows(source, one_each(given, array_of(given, archive, LABELS, recipe), rows), chooser.known)
        return from_arrays(source, array_of(given, archive, "X", recipe), classes, chooser)


def _without_array(given: str, name: str, present: Sequence[str]) -> SceError:
    said = _("{given} has no array {name}, only {names}.") if present else _("{given} has no array {name}, no arrays.")
    return SceError(said.format(given=given, name=name, names=listed(present)), _(RECIPE))


def from_arrays(source: str, x: NDArray[Any], classes: Classes, chooser: Chooser) -> Table:
    """Return the table of an array, whose columns are named x0, x1, and so on, and of its rows' classes.

    x: shape (N, D), real numbers; becomes the table's own if it's float64 in C order. Raises SceError.
    """
    features = _real(source, x)
    if classes.labels is not None and len(classes.labels) != len(features):
        raise SceError(
            _("{given} has {rows} rows in X and {labels} in y.").format(
                given=given_of(source), rows=len(features), labels=len(classes.labels)
            ),
            _(ONE_EACH),
        )
    names, places = chooser.of_array(given_of(source), features.shape[1])
    if isinstance(chooser, ModelChooser):
        return _new_rows(source, keep_columns(features, places), classes, chooser)
    empty = [] if chooser.features else _without_value(features, names, rows_dropped=chooser.missing == "drop")
    left_out = {column.name for column in empty}
    places = tuple(place for place in places if names[place] not in left_out)
    if not places:
        raise _without_columns(source, empty)
    kept = plain_preparation([names[place] for place in places], names, LABELS)
    return _training_rows(source, keep_columns(features, places), classes, chooser, (kept, empty))


def _training_rows(
    source: str,
    features: NDArray[np.float64],
    classes: Classes,
    chooser: TrainingChooser,
    columns: tuple[Preparation, Sequence[ColumnReading]],
) -> Table:
    """Return the rows to train on, without those that are left out.

    features: shape (N, D), overwritten. columns: how they become features, and the columns that don't.
    """
    kept_columns, empty = columns
    incomplete = rows_with_nan(features)
    unlabelled = 0 if classes.labels is None else int((classes.labels == UNKNOWN).sum())
    if unlabelled:
        incomplete |= classes.labels == UNKNOWN
    nan = chooser.missing == "refuse" and bool(incomplete.any())
    _refuse_infinite(source, features, kept_columns.feature_names, nan=nan)
    reading = Reading(
        rows=len(features),
        incomplete=int(incomplete.sum()),
        unlabelled=unlabelled,
        filled=chooser.missing == "mean",
        columns=tuple(empty),
        classes=classes.spellings,
    )
    if reading.left_out:
        labels = classes.labels
        kept = ~incomplete if labels is None or not reading.filled else labels != UNKNOWN
        classes = of_rows(source, classes, kept)
        features = features[: keep_rows(features, kept)]
    preparation = replace(kept_columns, missing=chooser.missing)
    return Table(source, features, classes.labels, classes.names, preparation, reading)


def _new_rows(source: str, features: NDArray[np.float64], classes: Classes, chooser: ModelChooser) -> Table:
    """Return the rows for a model; features: shape (N, D), in its order."""
    missing = rows_with_nan(features)
    nan = chooser.missing == "refuse" and bool(missing.any())
    _refuse_infinite(source, features, chooser.preparation.feature_names, nan=nan)
    filled = chooser.missing == "mean"
    if filled:
        fill(features, chooser.preparation.fillings)
    reading = Reading(rows=len(features), incomplete=int(missing.sum()), filled=filled, classes=classes.spellings)
    return Table(source, features, classes.labels, classes.names, chooser.preparation, reading)


def _without_value(features: NDArray[np.float64], names: Sequence[str], *, rows_dropped: bool) -> list[ColumnReading]:
    """Return the columns without a value, and, if rows are dropped, those of which more than half is missing."""
    missing = np.zeros(len(names), dtype=np.intp)
    for first in range(0, len(features), ROWS_AT_ONCE):
        missing += np.isnan(features[first : first + ROWS_AT_ONCE]).sum(axis=0)
    found = []
    for name, count in zip(names, missing.tolist(), strict=True):
        if count == len(features):
            found.append(ColumnReading(name, Kind.EMPTY.value, (), Reason.NO_VALUE.value, missing=count))
        elif rows_dropped and 2 * count > len(features):
            found.append(ColumnReading(name, Kind.NUMBERS.value, (), Reason.MOSTLY_MISSING.value, missing=count))
    return found


def _without_columns(source: str, columns: Sequence[ColumnReading]) -> SceError:
    """Return the error of an X of which each column is left out."""
    if all(column.reason == Reason.NO_VALUE.value for column in columns):
        said = _("{given} has no number in X, only NaN.").format(given=given_of(source))
        return SceError(said, _("Give X at least one column of numbers."))
    said = _("{given} has a NaN in more than half of each column of X.").format(given=given_of(source))
    return SceError(said, _("Add --missing mean to fill what is missing"), Change("--missing", "mean"))


def _refuse_infinite(source: str, features: NDArray[np.float64], names: Sequence[str], *, nan: bool) -> None:
    """Refuse numbers that can't be used, NaN among them where no missing cell is accepted."""
    place = first_unusable(features, nan=nan)
    if place is not None:
        raise SceError(
            _("{given} has {value} in row {row} of X, column {column}.").format(
                given=given_of(source), value=features[place], row=place[0], column=quoted(names[place[1]])
            ),
            _("Give numbers between -{most} and {most}; leave out rows without a value.").format(most=f"{LARGEST:g}"),
        )


def _real(source: str, x: NDArray[Any]) -> NDArray[np.float64]:
    """Return X as float64 in C order, without a copy if it's that already."""
    given = given_of(source)
    if x.dtype.kind not in "fiub":
        raise SceError(
            _("{given} has {kind} in X.").format(given=given, kind=x.dtype), _("Give X as an array of real numbers.")
        )
    if x.ndim != 2 or 0 in x.shape:
        raise SceError(
            _("{given} has X of shape {shape}.").format(given=given, shape=x.shape),
            _("Give X at least one row and column: shape (N, D)."),
        )
    with np.errstate(over="ignore"):  # a long double may become infinite, which is refused later
        return np.ascontiguousarray(x, dtype=np.float64)
