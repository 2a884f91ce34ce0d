"""Arrays X and y: from NumPy's .npz archives, and made ones."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.columns import ModelColumns, TrainingColumns
from sce_cli.datasets.files import archive_of, array_of, undamaged
from sce_cli.datasets.labels import MOST_CLASSES, classified, listed, name_fault, too_many_classes
from sce_cli.datasets.table import LARGEST, Table, first_unusable, keep_columns
from sce_cli.errors import SceError, quoted

LABELS = "y"

RECIPE = "Save it with numpy.savez(FILE, X=X, y=y), X an array of floats, y of whole numbers or texts (y.astype(str))."


def read_npz(source: str, path: Path, wanted: TrainingColumns | ModelColumns) -> Table:
    """Return the table in an .npz archive: X, shape (N, D), real numbers; y, shape (N,), whole numbers or texts.

    A model can do without y. Nothing is unpickled. Raises SceError.
    """
    needed = ("X", LABELS) if wanted.known is None else ("X",)
    given = f"--data {quoted(source)}"
    with archive_of(given, path, RECIPE) as archive:
        for name in needed:
            if name not in archive.files:
                present = f"only {listed(archive.files)}" if archive.files else "no arrays"
                raise SceError(f"--data {quoted(source)} has no array {name}, {present}.", RECIPE)
        class_names, labels = wanted.known or (), None
        if LABELS in archive.files:  # before X: the memory that sorting the classes takes is free again when X comes
            class_names, labels = label_rows(source, array_of(given, archive, LABELS, RECIPE), wanted.known)
        return from_arrays(source, array_of(given, archive, "X", RECIPE), class_names, labels, wanted)


def from_arrays(
    source: str,
    x: NDArray[Any],
    class_names: tuple[str, ...],
    labels: NDArray[np.intp] | None,
    wanted: TrainingColumns | ModelColumns,
) -> Table:
    """Return the table of an array, whose columns are named x0, x1, and so on, and of its rows' classes.

    x: shape (N, D), real numbers; becomes the table's own if it's float64 in C order. labels: shape (N,), places in
    `class_names`. Raises SceError.
    """
    features = _real(source, x)
    if labels is not None and len(labels) != len(features):
        raise SceError(
            f"--data {quoted(source)} has {len(features)} rows in X and {len(labels)} in y.",
            "Give y one class for each row of X.",
        )
    columns = wanted.of_array(source, features.shape[1])
    features = keep_columns(features, columns.features)
    place = first_unusable(features)
    if place is not None:
        raise SceError(
            f"--data {quoted(source)} has {features[place]} in row {place[0]} of X, "
            f"column {quoted(columns.feature_names[place[1]])}.",
            f"Give numbers between -{LARGEST:g} and {LARGEST:g}; leave out rows without a value.",
        )
    label_column = "" if labels is None else LABELS
    return Table(source, features, columns.feature_names, labels, class_names, columns.left_out, label_column)


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


def label_rows(source: str, y: NDArray[Any], known: tuple[str, ...] | None) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Return the classes, and each row's place among them, shape (N,).

    y: shape (N,), whole numbers or texts. known: a model's classes, None for training. Raises SceError.
    """
    if y.dtype.kind not in "iubU":
        raise SceError(
            f"--data {quoted(source)} has {y.dtype} in y, and classes are whole numbers or texts.",
            "Convert y with y.astype(int) or y.astype(str).",
        )
    if y.ndim != 1 or not y.size:
        raise SceError(f"--data {quoted(source)} has y of shape {y.shape}.", "Give y one class for each row of X.")
    with undamaged(f"--data {quoted(source)}", RECIPE):
        values, codes = np.unique(y, return_inverse=True)
        names = [str(value).strip() for value in values[: MOST_CLASSES + 1].tolist()]
    if len(names) > MOST_CLASSES:
        raise too_many_classes(source, LABELS)
    bad = [code for code, name in enumerate(names) if name_fault(name, known)]
    if bad:
        row = int(np.isin(codes, bad).argmax())
        what, remedy = name_fault(names[codes[row]], known) or ("", "")
        raise SceError(f"--data {quoted(source)} has {what} in row {row} of y.", remedy)
    return classified(source, LABELS, names, codes, known)
