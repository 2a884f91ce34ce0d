"""Arrays X and y: from NumPy's .npz archives, and made ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.columns import Chooser, ModelChooser
from sce_cli.datasets.files import archive_of, array_of, undamaged
from sce_cli.datasets.labels import MOST_CLASSES, class_order, listed, name_fault, places_among, too_many_classes
from sce_cli.datasets.number_forms import LARGEST
from sce_cli.datasets.preparation import fill, plain_preparation
from sce_cli.datasets.reading import Reading
from sce_cli.datasets.spelling import spellings
from sce_cli.datasets.table import Table
from sce_cli.datasets.table_rows import first_unusable, keep_columns, keep_rows, rows_with_nan
from sce_cli.errors import Change, SceError, quoted

LABELS = "y"

RECIPE = "Save it with numpy.savez(FILE, X=X, y=y), X an array of floats, y of whole numbers or texts (y.astype(str))."


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes in their order, each row's place among them, shape (N,), and spellings that were taken for others."""

    names: tuple[str, ...]
    labels: NDArray[np.intp] | None
    spellings: tuple[tuple[str, str], ...] = ()


def read_npz(source: str, path: Path, chooser: Chooser) -> Table:
    """Return the table in an .npz archive: X, shape (N, D), real numbers; y, shape (N,), whole numbers or texts.

    y may also be of shape (N, 1), or one-hot, shape (N, K). A model can do without y. Nothing is unpickled. Raises
    SceError.
    """
    needed = ("X", LABELS) if chooser.known is None else ("X",)
    given = f"--data {quoted(source)}"
    with archive_of(given, path, RECIPE) as archive:
        for name in needed:
            if name not in archive.files:
                present = f"only {listed(archive.files)}" if archive.files else "no arrays"
                raise SceError(f"--data {quoted(source)} has no array {name}, {present}.", RECIPE)
        classes = Classes(chooser.known or (), None)
        if LABELS in archive.files:  # before X: the memory that sorting the classes takes is free again when X comes
            classes = label_rows(source, array_of(given, archive, LABELS, RECIPE), chooser.known)
        return from_arrays(source, array_of(given, archive, "X", RECIPE), classes, chooser)


def from_arrays(source: str, x: NDArray[Any], classes: Classes, chooser: Chooser) -> Table:
    """Return the table of an array, whose columns are named x0, x1, and so on, and of its rows' classes.

    x: shape (N, D), real numbers; becomes the table's own if it's float64 in C order. Raises SceError.
    """
    features = _real(source, x)
    if classes.labels is not None and len(classes.labels) != len(features):
        raise SceError(
            f"--data {quoted(source)} has {len(features)} rows in X and {len(classes.labels)} in y.",
            "Give y one class for each row of X.",
        )
    names, places = chooser.of_array(f"--data {quoted(source)}", features.shape[1])
    features, used = keep_columns(features, places), [names[place] for place in places]
    missing = rows_with_nan(features)
    _refuse_infinite(source, features, used, missing, chooser)
    reading = Reading(
        rows=len(features),
        incomplete=int(missing.sum()),
        filled=chooser.missing == "mean",
        classes=classes.spellings,
    )
    if isinstance(chooser, ModelChooser):
        if chooser.missing == "mean":
            fill(features, chooser.preparation.fillings)
        return Table(source, features, classes.labels, classes.names, chooser.preparation, reading)
    if chooser.missing == "drop" and missing.any():
        classes = _of_rows(source, classes, ~missing)
        features = features[: keep_rows(features, ~missing)]
    preparation = replace(plain_preparation(used, names, LABELS), missing=chooser.missing)
    return Table(source, features, classes.labels, classes.names, preparation, reading)


def _of_rows(source: str, classes: Classes, kept: NDArray[np.bool_]) -> Classes:
    """Return the classes of the rows that are kept, without those that have none."""
    if not kept.any():
        raise SceError(
            f"--data {quoted(source)} has a NaN in each row of X.",
            "Add --missing mean to fill what is missing.",
            Change("--missing", "mean"),
        )
    assert classes.labels is not None
    present, labels = np.unique(classes.labels[kept], return_inverse=True)
    names = [classes.names[place] for place in present.tolist()]
    order = class_order(source, LABELS, names)
    return Classes(order, places_among(names, order)[labels], classes.spellings)


def _refuse_infinite(
    source: str, features: NDArray[np.float64], names: Sequence[str], missing: NDArray[np.bool_], chooser: Chooser
) -> None:
    """Refuse numbers that can't be used, NaN among them where no missing cell is accepted."""
    place = first_unusable(features, nan=chooser.missing == "refuse" and bool(missing.any()))
    if place is not None:
        raise SceError(
            f"--data {quoted(source)} has {features[place]} in row {place[0]} of X, column {quoted(names[place[1]])}.",
            f"Give numbers between -{LARGEST:g} and {LARGEST:g}; leave out rows without a value.",
        )


def _real(source: str, x: NDArray[Any]) -> NDArray[np.float64]:
    """Return X as float64 in C order, without a copy if it's that already."""
    if x.dtype.kind not in "fiub":
        raise SceError(f"--data {quoted(source)} has {x.dtype} in X.", "Give X as an array of real numbers.")
    if x.ndim != 2 or 0 in x.shape:
        raise SceError(
            f"--data {quoted(source)} has X of shape {x.shape}.", "Give X at least one row and column: shape (N, D)."
        )
    with np.errstate(over="ignore"):  # a long double may become infinite, which is refused later
        return np.ascontiguousarray(x, dtype=np.float64)


def label_rows(source: str, y: NDArray[Any], known: tuple[str, ...] | None) -> Classes:
    """Return the classes of the rows.

    y: shape (N,) or (N, 1), whole numbers or texts, or one-hot, shape (N, K). known: a model's classes, None for
    training. Raises SceError.
    """
    given = f"--data {quoted(source)}"
    y = _one_each(given, y)
    with undamaged(given, RECIPE):
        values, codes = np.unique(y, return_inverse=True)
        names = [str(value).strip() for value in values[: MOST_CLASSES + 1].tolist()]
    if len(names) > MOST_CLASSES:
        raise too_many_classes(source, LABELS)
    bad = [code for code, name in enumerate(names) if name_fault(name, known)]
    if bad:
        row = int(np.isin(codes, bad).argmax())
        what, remedy = name_fault(names[codes[row]], known) or ("", "")
        raise SceError(f"{given} has {what} in row {row} of y.", remedy)
    times = np.bincount(codes, minlength=len(names)).tolist()
    spelling = spellings(dict(zip(names, times, strict=True)))
    classes = class_order(source, LABELS, sorted(set(spelling.values()))) if known is None else known
    others = tuple((text, main) for text, main in spelling.items() if text != main)
    return Classes(classes, places_among([spelling[name] for name in names], classes)[codes], others)


def _one_each(given: str, y: NDArray[Any]) -> NDArray[Any]:
    """Return y with one whole number or text for each row, shape (N,)."""
    if y.dtype.kind not in "iubUf":
        raise SceError(
            f"{given} has {y.dtype} in y, and classes are whole numbers or texts.",
            "Convert y with y.astype(int) or y.astype(str).",
        )
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and y.dtype.kind != "U" and y.size:
        if not bool((((y == 0) | (y == 1)).all(axis=1) & (y.sum(axis=1) == 1)).all()):
            raise SceError(
                f"{given} has y of shape {y.shape}, and its rows are not one-hot.",
                "Give y one class for each row of X, as in y.argmax(axis=1).",
            )
        return np.asarray(y.argmax(axis=1))
    if y.ndim != 1 or not y.size:
        raise SceError(f"{given} has y of shape {y.shape}.", "Give y one class for each row of X.")
    if y.dtype.kind != "f":
        return y
    wide = y.astype(np.result_type(y, np.float64), copy=False)  # the bound is too large for half precision
    whole = (np.abs(wide) < 2**53) & (np.rint(wide) == wide)
    if not whole.all():
        row = int(whole.argmin())
        raise SceError(
            f"{given} has {y[row]} in row {row} of y, and classes are whole numbers or texts.",
            "Give y the classes; a measurement is no class.",
        )
    return y.astype(np.int64)
