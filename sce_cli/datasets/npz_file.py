"""Arrays X and y: from NumPy's .npz archives, and made ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.columns import Chooser, ModelChooser
from sce_cli.datasets.files import Source, archive_of, array_of, rows_of, undamaged
from sce_cli.datasets.kinds import Kind, Reason, is_missing
from sce_cli.datasets.labels import MOST_CLASSES, class_order, listed, name_fault, places_among, too_many_classes
from sce_cli.datasets.number_forms import LARGEST
from sce_cli.datasets.preparation import fill, plain_preparation
from sce_cli.datasets.reading import ColumnReading, Reading
from sce_cli.datasets.spelling import spellings
from sce_cli.datasets.table import UNKNOWN, Table
from sce_cli.datasets.table_rows import ROWS_AT_ONCE, first_unusable, keep_columns, keep_rows, rows_with_nan
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import N_, _, ngettext

LABELS = "y"

RECIPE = N_(
    "Save it with numpy.savez(FILE, X=X, y=y), X an array of floats, y of whole numbers or texts (y.astype(str))."
)

ONE_EACH = N_("Give y one class for each row of X.")


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes in their order, each row's place among them, shape (N,), and spellings that were taken for others.

    labels: UNKNOWN where a row has none; None where no row has.
    """

    names: tuple[str, ...]
    labels: NDArray[np.intp] | None
    spellings: tuple[tuple[str, str], ...] = ()


def read_npz(source: str, opened: Source, chooser: Chooser) -> Table:
    """Return the table in an .npz archive: X, shape (N, D), real numbers; y, shape (N,), whole numbers or texts.

    y may also be of shape (N, 1) or (1, N), or one-hot, shape (N, K) or (K, N). A model can do without y. Nothing is
    unpickled. Raises SceError.
    """
    needed = ("X", LABELS) if chooser.known is None else ("X",)
    given, recipe = _given(source), _(RECIPE)
    with archive_of(opened, recipe) as archive:
        for name in needed:
            if name not in archive.files:
                raise _without_array(given, name, archive.files)
        classes = Classes(chooser.known or (), None)
        if LABELS in archive.files:  # before X: the memory that sorting the classes takes is free again when X comes
            rows = rows_of(given, archive, "X", recipe)
            classes = label_rows(source, one_each(given, array_of(given, archive, LABELS, recipe), rows), chooser.known)
        return from_arrays(source, array_of(given, archive, "X", recipe), classes, chooser)


def _given(source: str) -> str:
    return f"--data {quoted(source)}"


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
                given=_given(source), rows=len(features), labels=len(classes.labels)
            ),
            _(ONE_EACH),
        )
    names, places = chooser.of_array(_given(source), features.shape[1])
    if isinstance(chooser, ModelChooser):
        return _new_rows(source, keep_columns(features, places), classes, chooser)
    columns = [] if chooser.features else _without_value(features, names, rows_dropped=chooser.missing == "drop")
    left_out = {column.name for column in columns}
    places = tuple(place for place in places if names[place] not in left_out)
    if not places:
        raise _without_columns(source, columns)
    features, used = keep_columns(features, places), [names[place] for place in places]
    incomplete = rows_with_nan(features)
    unlabelled = 0 if classes.labels is None else int((classes.labels == UNKNOWN).sum())
    if unlabelled:
        incomplete |= classes.labels == UNKNOWN
    _refuse_infinite(source, features, used, nan=chooser.missing == "refuse" and bool(incomplete.any()))
    reading = Reading(
        rows=len(features),
        incomplete=int(incomplete.sum()),
        unlabelled=unlabelled,
        filled=chooser.missing == "mean",
        columns=tuple(columns),
        classes=classes.spellings,
    )
    if reading.left_out:
        kept = classes.labels != UNKNOWN if reading.filled else ~incomplete
        classes = _of_rows(source, classes, kept)
        features = features[: keep_rows(features, kept)]
    preparation = replace(plain_preparation(used, names, LABELS), missing=chooser.missing)
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
        said = _("{given} has no number in X, only NaN.").format(given=_given(source))
        return SceError(said, _("Give X at least one column of numbers."))
    said = _("{given} has a NaN in more than half of each column of X.").format(given=_given(source))
    return SceError(said, _("Add --missing mean to fill what is missing"), Change("--missing", "mean"))


def _of_rows(source: str, classes: Classes, kept: NDArray[np.bool_]) -> Classes:
    """Return the classes of the rows that are kept, without those that have none."""
    assert classes.labels is not None
    if not kept.any():
        said = ngettext(
            "{given} has a NaN in its only row.", "{given} has a NaN in each of its {count} rows.", len(kept)
        )
        raise SceError(
            said.format(given=_given(source), count=len(kept)),
            _("Add --missing mean to fill what is missing"),
            Change("--missing", "mean"),
        )
    present, labels = np.unique(classes.labels[kept], return_inverse=True)
    names = [classes.names[place] for place in present.tolist()]
    order = class_order(source, LABELS, names)
    return Classes(order, places_among(names, order)[labels], classes.spellings)


def _refuse_infinite(source: str, features: NDArray[np.float64], names: Sequence[str], *, nan: bool) -> None:
    """Refuse numbers that can't be used, NaN among them where no missing cell is accepted."""
    place = first_unusable(features, nan=nan)
    if place is not None:
        raise SceError(
            _("{given} has {value} in row {row} of X, column {column}.").format(
                given=_given(source), value=features[place], row=place[0], column=quoted(names[place[1]])
            ),
            _("Give numbers between -{most} and {most}; leave out rows without a value.").format(most=f"{LARGEST:g}"),
        )


def _real(source: str, x: NDArray[Any]) -> NDArray[np.float64]:
    """Return X as float64 in C order, without a copy if it's that already."""
    given = _given(source)
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


def label_rows(source: str, y: NDArray[Any], known: tuple[str, ...] | None) -> Classes:
    """Return the classes of the rows, UNKNOWN for NaN and for a text without a value.

    y: shape (N,), whole numbers or texts. known: a model's classes, None for training. Raises SceError.
    """
    given = _given(source)
    with undamaged(given, _(RECIPE)):
        values, codes = np.unique(y, return_inverse=True)
        names = [_class_name(value) for value in values[: MOST_CLASSES + 2].tolist()]
    if sum(not is_missing(name) for name in names) > MOST_CLASSES:
        raise too_many_classes(source, LABELS)
    bad = [code for code, name in enumerate(names) if not is_missing(name) and name_fault(name, known)]
    if bad:
        row = int(np.isin(codes, bad).argmax())
        said, remedy = name_fault(names[codes[row]], known) or ("", "")
        raise SceError(said.format(given=given, where=_("in row {row} of y").format(row=row)), remedy)
    times = np.bincount(codes, minlength=len(names)).tolist()
    present = {name: n for name, n in zip(names, times, strict=True) if not is_missing(name)}
    spelling = spellings(present)
    classes = class_order(source, LABELS, sorted(set(spelling.values()))) if known is None else known
    places = np.full(len(names), UNKNOWN, dtype=np.intp)
    in_use = [code for code, name in enumerate(names) if name in spelling]
    places[in_use] = places_among([spelling[names[code]] for code in in_use], classes)
    others = tuple((text, main) for text, main in spelling.items() if text != main)
    return Classes(classes, places[codes] if in_use else None, others)


def _class_name(value: Any) -> str:
    """Return what a class is called: a whole float as a whole number."""
    return f"{value:.0f}" if isinstance(value, float) else str(value).strip()


def one_each(given: str, y: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return y with one whole number, NaN or text for each row, shape (N,). rows: N, of X."""
    if y.dtype.kind not in "iubUf":
        raise SceError(
            _("{given} has {kind} in y, and classes are whole numbers or texts.").format(given=given, kind=y.dtype),
            _("Convert y with y.astype(int) or y.astype(str)."),
        )
    if y.ndim == 2 and 1 in y.shape and y.size == rows:
        y = y.reshape(-1)
    if y.ndim == 2 and y.dtype.kind != "U" and y.size:
        y = _from_one_hot(given, y, rows)
    if y.ndim != 1 or not y.size:
        raise SceError(_("{given} has y of shape {shape}.").format(given=given, shape=y.shape), _(ONE_EACH))
    return _whole(given, y) if y.dtype.kind == "f" else y


def _from_one_hot(given: str, y: NDArray[Any], rows: int) -> NDArray[np.intp]:
    """Return the class of each one-hot row of y, shape (N, K), or of each column where there is one for each row."""
    binary = bool(((y == 0) | (y == 1)).all())
    for axis in (1, 0):
        if binary and y.shape[1 - axis] == rows and bool((y.sum(axis=axis) == 1).all()):
            return np.asarray(y.argmax(axis=axis))
    raise SceError(
        _("{given} has y of shape {shape}, and its rows are not one-hot.").format(given=given, shape=y.shape),
        _("Give y one class for each row of X, as in y.argmax(axis=1)."),
    )


def _whole(given: str, y: NDArray[Any]) -> NDArray[Any]:
    """Return whole floats as integers, or as they are if some are NaN. Raises SceError for others."""
    wide = y.astype(np.result_type(y, np.float64), copy=False)  # the bound is too large for half precision
    missing = np.isnan(wide)
    with np.errstate(invalid="ignore"):
        whole = ((np.abs(wide) < 2**53) & (np.rint(wide) == wide)) | missing
    if not whole.all():
        row = int(whole.argmin())
        raise SceError(
            _("{given} has {value} in row {row} of y, and classes are whole numbers or texts.").format(
                given=given, value=y[row], row=row
            ),
            _("Give y the classes; a measurement is no class."),
        )
    return wide.astype(np.float64) if missing.any() else y.astype(np.int64)
