"""Predictions as a CSV table: a header, and a row for each example."""

import csv
import io
import math
from collections.abc import Callable, Mapping
from typing import Any

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count
from sce_cli.study import Step, View
from sce_cli.topics.predict.all_rows_study import PredictionsStudy
from sce_cli.topics.reading_view import remarks_on_new_rows
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit


class AllRowsView(View):
    """Predictions as a table; there are no steps."""

    def title(self, study: PredictionsStudy) -> str:
        """Say which rows were predicted."""
        return _("Predictions for the rows of {data}").format(data=escaped(study.data))

    def steps(self, study: PredictionsStudy, unit: Unit) -> list[Step]:
        """Return none."""
        return []

    def result(self, study: PredictionsStudy, unit: Unit) -> str:
        """Return how many rows were predicted."""
        rows = len(study.predicted)
        return ngettext("{count} row predicted", "{count} rows predicted", rows).format(count=count(rows))

    def document(self, study: PredictionsStudy) -> str:
        """Return the table as CSV."""
        return _table(study)

    def remarks(self, study: PredictionsStudy) -> list[str]:
        """Return what was done with the table, where it isn't plain."""
        return remarks_on_new_rows(study.reading)

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the table as a file in UTF-8."""
        return {"output": lambda study: _table(study).encode()}


def _table(study: PredictionsStudy) -> str:
    """Return row, label and loss where the classes are known, the prediction, and p of each class."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    names, truth = study.class_names, study.truth
    before, behind = ([], []) if truth is None else (["label"], ["loss"])
    rows.writerow(["row", *before, "prediction", *behind, *(f"p_{name}" for name in names)])
    predicted, prediction = study.predicted.tolist(), study.prediction.tolist()
    nothing: list[Any] = [[]] * len(predicted)
    names_or_none = [*names, ""]  # UNKNOWN is −1
    labels = nothing if truth is None else [[names_or_none[k]] for k in truth.labels.tolist()]
    losses = nothing if truth is None else [[_cell(loss)] for loss in truth.losses.tolist()]
    for row, (label, k, loss, p) in enumerate(zip(labels, predicted, losses, prediction, strict=True)):
        rows.writerow([row, *label, names_or_none[k], *loss, *map(_cell, p)])
    return text.getvalue()


def _cell(number: float) -> float | str:
    """Return a number, or an empty cell where there is none."""
    return "" if math.isnan(number) else number
