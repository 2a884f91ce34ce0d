"""What --data may name: made sets, shipped ones, and files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sce_cli.datasets.columns import ModelColumns, TrainingColumns
from sce_cli.datasets.csv_file import read_csv
from sce_cli.datasets.files import readable_file
from sce_cli.datasets.made import CLASS_NAMES, blobs, spiral
from sce_cli.datasets.npz_file import from_arrays, label_rows, read_npz
from sce_cli.datasets.table import Table
from sce_cli.errors import SceError, quoted

MADE = {"blobs": blobs, "spiral": spiral}
SHIPPED = ("iris", "penguins", "digits")
"""SOURCES.md tells where they come from."""

NAMES = (*MADE, *SHIPPED)
READERS = {".csv": read_csv, ".npz": read_npz}


def load(
    source: str, *, label_column: str | None = None, features: Sequence[str] | None = None, seed: int = 0
) -> Table:
    """Return the table to train on.

    source: one of NAMES, or a path that ends in .csv or .npz. label_column: the column of the classes in a CSV file,
    the last one by default. features: the columns to learn from, in this order, all by default; the others may hold
    anything. seed: of a made set. Raises SceError for data that can't be used; its message names the first cell at
    fault, rows counted from 0 below the header.
    """
    return _load(source, TrainingColumns(label_column, None if features is None else tuple(features)), seed)


def load_for_prediction(
    source: str,
    *,
    feature_names: Sequence[str],
    left_out: Sequence[str],
    class_names: Sequence[str],
    label_column: str | None = None,
    seed: int = 0,
) -> Table:
    """Return a table for a trained model: its features in its order, and the classes, where given, as it counts them.

    feature_names: the model's inputs. left_out: other columns of the data it was trained on, ignored where present.
    class_names: its classes. label_column: the column of the classes in a CSV file; by default the last one, if it's
    neither a feature nor left out. Raises SceError as `load` does, and for columns or classes that the model doesn't
    know.
    """
    return _load(source, ModelColumns(label_column, tuple(feature_names), tuple(left_out), tuple(class_names)), seed)


def _load(source: str, wanted: TrainingColumns | ModelColumns, seed: int) -> Table:
    ending = source[-4:].lower()
    if source not in NAMES and ending not in READERS:
        raise SceError(
            f"--data {quoted(source)} is not a data set or a file that can be read.",
            f"Give {', '.join(NAMES)}, or a file that ends in .csv or .npz.",
        )
    if wanted.label_column is not None and (source in MADE or ending == ".npz"):
        raise SceError(
            f"--label-column {quoted(wanted.label_column)} doesn't go with --data {quoted(source)}.",
            "Leave it out: only a CSV file has a column of classes to be named.",
        )
    if source in MADE:
        points, classes = MADE[source](seed)
        class_names, labels = label_rows(source, np.array(CLASS_NAMES)[classes], wanted.known)
        return from_arrays(source, points, class_names, labels, wanted)
    if source in SHIPPED:
        return read_csv(source, Path(__file__).with_name(f"{source}.csv"), wanted)
    remedy = f"Give {', '.join(NAMES)}, or the path of a file that ends in .csv or .npz."
    with readable_file(f"--data {quoted(source)}", source, remedy) as path:
        return READERS[ending](source, path, wanted)
