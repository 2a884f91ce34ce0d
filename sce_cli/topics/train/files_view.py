"""The files of a training: the history as CSV, the model."""

import csv
import io
import math

from sce_cli.core.descent import Outcome
from sce_cli.datasets.model import encoded
from sce_cli.topics.train.study import TrainStudy


def history(study: TrainStudy) -> bytes:
    """Return the runs as CSV: a header, and one row an epoch; losses in nats, shares from 0 to 1."""
    columns = ("objective", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "gradient_norm")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["optimizer", "epoch", *columns])
    for run in study.runs:
        values = zip(*(getattr(run, column).tolist() for column in columns), strict=True)
        for epoch, row in enumerate(values):
            rows.writerow([run.optimizer, epoch, *("" if math.isnan(value) else repr(value) for value in row)])
    return text.getvalue().encode()


def saved(study: TrainStudy) -> bytes | None:
    """Return the model as a file, or None for one that diverged."""
    if study.first.outcome == Outcome.DIVERGED.value:
        return None
    return encoded(study.model)
