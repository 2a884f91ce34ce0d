"""Predictions as a CSV table: a header, and a row for each example."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count
from sce_cli.study import Step, View
from sce_cli.topics.predict.all_rows_study import PredictionsStudy
from sce_cli.units import Unit


class AllRowsView(View):
    """Predictions as a table; there are no steps."""

    def title(self, study: PredictionsStudy) -> str:
        """Say which rows were predicted."""
        return f"Predictions for the rows of {escaped(study.data)}"

    def steps(self, study: PredictionsStudy, unit: Unit) -> list[Step]:
        """Return none."""
        return []

    def result(self, study: PredictionsStudy, unit: Unit) -> str:
        """Return how many rows were predicted."""
        return f"{count(len(study.predicted))} rows predicted"

    def document(self, study: PredictionsStudy) -> str:
        """Return the table as CSV."""
        return _table(study)

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the table as a file in UTF-8."""
        return {"output": lambda study: _table(study).encode()}


def _table(study: PredictionsStudy) -> str:
    """Return row, label and loss where the classes are known, the prediction, and p of each class."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    names, known = study.class_names, study.labels is not None
    before, behind = (["label"], ["loss"]) if known else ([], [])
    rows.writerow(["row", *before, "prediction", *behind, *(f"p_{name}" for name in names)])
    predicted, prediction = study.predicted.tolist(), study.prediction.tolist()
    labels = [[names[k]] for k in study.labels.tolist()] if study.labels is not None else [[]] * len(predicted)
    losses = [[loss] for loss in study.losses.tolist()] if study.losses is not None else [[]] * len(predicted)
    for row, (label, k, loss, p) in enumerate(zip(labels, predicted, losses, prediction, strict=True)):
        rows.writerow([row, *label, names[k], *loss, *p])
    return text.getvalue()
