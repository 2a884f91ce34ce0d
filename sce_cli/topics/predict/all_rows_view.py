"""Predictions as a CSV table: a header, and a row for each example."""

import csv
import io

from sce_cli.topics.predict.all_rows_study import PredictionsStudy


def document(study: PredictionsStudy) -> str:
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


def output(study: PredictionsStudy) -> bytes:
    """Return the table as a file in UTF-8."""
    return document(study).encode()


FILES = {"output": output}
