"""Classes: the texts that name them, their order, and what can be wrong with them."""

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.spelling import folded
from sce_cli.errors import SceError, quoted

MOST_CLASSES = 1000

WHOLE = re.compile(r"[+-]?[0-9]+")


def name_fault(name: str, known: Sequence[str] | None) -> tuple[str, str] | None:
    """Return what is wrong with a class name, and the remedy; `known` are a model's classes, None for training."""
    if not name:
        return "no class", "Name the class of each row, or leave the row out."
    if not name.isprintable():
        return f"the unprintable class {quoted(name)}", "Name classes by letters, digits and signs that can be shown."
    if known is not None and folded(name) not in map(folded, known):
        return f"the class {quoted(name)}, which the model doesn't know,", f"Its classes are {listed(known)}."
    return None


def too_many_classes(source: str, column: str) -> SceError:
    """Return the error of a class column that looks like a measurement."""
    return SceError(
        f"--data {quoted(source)} has more than {MOST_CLASSES} different classes in column {quoted(column)}.",
        "A class has many rows; if another column holds the classes, name it with --label-column NAME.",
    )


def class_order(source: str, column: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the classes to train on in their order. Raises SceError if there's only one, or too many."""
    if len(names) > MOST_CLASSES:
        raise too_many_classes(source, column)
    if len(names) < 2:
        only = f"only one class, {quoted(names[0])}" if names else "no class"
        raise SceError(
            f"--data {quoted(source)} has {only}, in column {quoted(column)}.",
            "A classifier needs rows of at least two classes.",
        )
    return _in_order(names)


def places_among(names: Sequence[str], classes: Sequence[str]) -> NDArray[np.intp]:
    """Return the place of each name among the classes, shape (len(names),): of itself, or of another spelling."""
    exact = {name: place for place, name in enumerate(classes)}
    alike = {folded(name): place for name, place in reversed(exact.items())}
    return np.array([exact.get(name, alike[folded(name)]) for name in names], dtype=np.intp)


def listed(names: Sequence[str]) -> str:
    """Return the first few names with commas between them."""
    return ", ".join([quoted(name) for name in names[:8]] + ["..."] * (len(names) > 8))


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    different = sorted(set(names))
    if all(WHOLE.fullmatch(name) for name in different):
        return tuple(sorted(different, key=Decimal))  # int refuses very long numbers
    return tuple(different)
