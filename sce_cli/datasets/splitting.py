"""Whether a table can be split into a training part and a test part."""

import numpy as np

from sce_cli.datasets.table import Table
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _


def check_split(table: Table, test_fraction: float) -> None:
    """Refuse a labelled table with a class of a single row, which can't be in both parts, unless there is no test."""
    if table.labels is None or not test_fraction:
        return
    alone = np.flatnonzero(np.bincount(table.labels) == 1)
    if not alone.size:
        return
    said = _("{given}, column {column}: the only row of class {name} can't be in both the training and the test part.")
    if not table.reading.left_out:
        said = _(
            "{given}, row {row}, column {column}: the only row of class {name} can't be in both the training and the "
            "test part."
        )
    row, name = int((table.labels == alone[0]).argmax()), table.class_names[alone[0]]
    said = said.format(
        given=f"--data {quoted(table.name)}", row=row, column=quoted(table.label_column), name=quoted(name)
    )
    if row == 0 and not table.reading.header and not table.reading.left_out:
        remedy = _("Give --test-fraction 0, or, if the first row holds names, say that of the classes")
        raise SceError(said, remedy, Change("--label-column", name))
    raise SceError(said, _("Add rows of that class, or give --test-fraction 0"), Change("--test-fraction", "0"))
