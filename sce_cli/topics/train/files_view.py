"""What a training leaves behind: figures, the history as CSV, the model."""

import csv
import io
import math
from typing import TYPE_CHECKING

import numpy as np

from sce_cli.datasets import picture_shape
from sce_cli.datasets.model import encoded
from sce_cli.topics.train.descent_view import distance_to_minimum, known_floor
from sce_cli.topics.train.study import TrainStudy, classes_at
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the loss over the epochs, the distance to the minimum on a log axis, and the confusion matrix."""
    from sce_cli.drawing.plot import confusion, literal, panels

    drawing, (left, middle, right) = panels(3, f"A softmax classifier of {literal(study.data.name)}")
    for index, run in enumerate(study.runs):
        prefix, colour, epochs = f"{run.optimizer}, " if len(study.runs) > 1 else "", f"C{index}", range(run.epochs + 1)
        left.plot(epochs, run.objective * unit.per_nat, color=colour, linestyle="-", label=f"{prefix}F, train")
        if study.reached.measured_on == "test":
            left.plot(epochs, run.test_loss * unit.per_nat, color=colour, linestyle="--", label=f"{prefix}test loss")
        middle.plot(
            epochs,
            np.maximum(distance_to_minimum(run, study.optimum.minimum) * unit.per_nat, 1e-16),
            label=run.optimizer,
        )
    floor = known_floor(study)
    if floor is not None:
        label = "minimum of F" if study.optimum.minimum is not None else "H(q)"
        left.axhline(floor * unit.per_nat, color="0.4", linestyle=":", label=label)
    left.set_ylim(bottom=0)
    left.set_title(f"loss in {unit.label}")
    middle.set_yscale("log")
    middle.set_title(f"F − min F in {unit.label}" if study.optimum.minimum is not None else f"F in {unit.label}")
    for axes in (left, middle):
        axes.set_xlabel("epoch")
        axes.legend()
    confusion(right, study.data.class_names, study.reached.confusion)
    right.set_title(f"confusion, {study.reached.measured_on} part")
    return drawing


def boundary(study: TrainStudy, unit: Unit) -> "Figure":
    """Draw the decision regions of two features, or the weights of each class where the features are pixels."""
    from sce_cli.drawing import plot

    shape = picture_shape(study.data.feature_names)
    if shape is not None:
        rows = math.ceil(len(study.data.class_names) / 5)
        drawing, all_axes = plot.grid(
            rows, min(len(study.data.class_names), 5), f"The weights of {plot.literal(study.data.name)}"
        )
        pictures = study.first.weights.reshape(-1, *shape)
        for spare in all_axes[len(pictures) :]:
            spare.remove()
        plot.images(
            all_axes[: len(pictures)], pictures, study.data.class_names, "weight: + speaks for the class, − against it"
        )
        return drawing
    drawing, (axes,) = plot.panels(1, f"Decision regions of {plot.literal(study.data.name)}")
    lowest, highest = study.picture.features.min(axis=0), study.picture.features.max(axis=0)
    margin = np.where(highest > lowest, 0.08 * (highest - lowest), 1.0)
    ranges = [(float(low), float(high)) for low, high in zip(lowest - margin, highest + margin, strict=True)]
    x, y = (np.linspace(*ends, 400) for ends in ranges)
    regions = classes_at(study, x, y)
    plot.regions(
        axes, ranges[0], ranges[1], regions, study.picture.features, study.picture.labels, study.data.class_names
    )
    axes.set_xlabel(plot.literal(study.data.feature_names[0]))
    axes.set_ylabel(plot.literal(study.data.feature_names[1]))
    return drawing


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
    if study.first.outcome == "diverged":
        return None
    return encoded(study.model)
