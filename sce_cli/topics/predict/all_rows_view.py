"""Predictions as a CSV table: a header, and a row for each example."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count
from sce_cli.study import Content, Step, View
from sce_cli.topics.predict.all_rows_study import PredictionsStudy
from sce_cli.topics.reading_view import remarks_on_new_rows
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

NUMBERS_AT_ONCE = 20_000
"""Probabilities that are written together."""


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

    def document(self, study: PredictionsStudy) -> Iterable[str]:
        """Return the table as CSV, some rows at a time."""
        return _table(study)

    def remarks(self, study: PredictionsStudy) -> list[str]:
        """Return what was done with the table, where it isn't plain."""
        return remarks_on_new_rows(study.reading)

    def files(self) -> Mapping[str, Callable[[Any], Content | None]]:
        """Return the table as a file in UTF-8, some rows at a time."""
        return {"output": lambda study: (rows.encode() for rows in _table(study))}


def _table(study: PredictionsStudy) -> Iterator[str]:
    """Yield rows, with label and loss where the classes are known, the prediction, and p of each class."""
    before, behind = ([], []) if study.truth is None else (["label"], ["loss"])
    yield _as_csv([["row", *before, "prediction", *behind, *(f"p_{name}" for name in study.class_names)]])
    at_once = max(NUMBERS_AT_ONCE // len(study.class_names), 1)
    for start in range(0, len(study.predicted), at_once):
        yield _as_csv(_rows(study, start, start + at_once))


def _rows(study: PredictionsStudy, start: int, stop: int) -> Iterator[list[Any]]:
    """Yield the cells of some rows of the table."""
    names_or_none = [*study.class_names, ""]  # UNKNOWN is −1
    predicted, prediction = study.predicted[start:stop].tolist(), study.prediction[start:stop].tolist()
    labels: list[list[Any]] = [[]] * len(predicted)
    losses = labels
    if study.truth is not None:
        labels = [[names_or_none[k]] for k in study.truth.labels[start:stop].tolist()]
        losses = [[_cell(loss)] for loss in study.truth.losses[start:stop].tolist()]
    for row, (label, k, loss, p) in enumerate(zip(labels, predicted, losses, prediction, strict=True), start):
        yield [row, *label, names_or_none[k], *loss, *map(_cell, p)]


def _as_csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _cell(number: float) -> float | str:
    """Return a number, or an empty cell where there is none."""
    return "" if math.isnan(number) else number
