"""Whether a table can be split into a training part and a test part."""

import numpy as np

from sce_cli.datasets.table import Table
from sce_cli.errors import Change, SceError, quoted


def check_split(table: Table, test_fraction: float) -> None:
    """Refuse a labelled table with a class of a single row, which can't be in both parts, unless there is no test."""
    if table.labels is None or not test_fraction:
        return
    alone = np.flatnonzero(np.bincount(table.labels) == 1)
    if alone.size:
        row = "" if table.reading.left_out else f" row {int((table.labels == alone[0]).argmax())},"
        raise SceError(
            f"--data {quoted(table.name)},{row} column {quoted(table.label_column)}: the only row of class "
            f"{quoted(table.class_names[alone[0]])} can't be in both the training and the test part.",
            "Add rows of that class, or give --test-fraction 0",
            Change("--test-fraction", "0"),
        )
