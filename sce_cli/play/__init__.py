"""Demonstrations in which one thing moves and the picture follows, one file each. Importing the list loads none."""

from dataclasses import dataclass

from sce_cli.translation import N_


@dataclass(frozen=True)
class Entry:
    """A demonstration in the list: its name, which is also its file's, what it shows, and the options that it takes."""

    name: str
    shows: str
    """A sentence; marked with N_, and translated where it is shown."""

    options: tuple[str, ...]
    """Those that say how it begins; each is also a field of `Given`."""


DEMONSTRATIONS = (
    Entry(
        "scores",
        N_("scores move, and softmax, its loss and its gradient with them"),
        ("logits", "names", "label", "temperature"),
    ),
    Entry(
        "hill", N_("p on the hill of the likelihood, which narrows with every ball"), ("counts", "names", "probability")
    ),
    Entry("wrong", N_("sure and wrong: cross-entropy against the squared error"), ("start",)),
    Entry(
        "steps",
        N_("descent with a learning rate: creeping, straight, zigzag, and beyond"),
        ("counts", "start", "learning_rate", "steps", "parabola"),
    ),
    Entry("floor", N_("two distributions, and what the loss can't get below"), ("target", "prediction", "names")),
    Entry(
        "train",
        N_("a classifier grows, epoch by epoch, in the plane of two features"),
        ("data", "label_column", "features", "expand", "optimizer", "learning_rate", "l2", "epochs", "seed"),
    ),
    Entry("sample", N_("a next word is drawn at a temperature, again and again"), ("temperature", "draws", "seed")),
)
"""In the order of the list that `sce play` shows."""

NAMES = tuple(entry.name for entry in DEMONSTRATIONS)
