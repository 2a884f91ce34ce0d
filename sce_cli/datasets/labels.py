"""Classes: the texts that name them, their order, and what can be wrong with them."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.errors import SceError, quoted

MOST_CLASSES = 1000

CODE = np.uint16
"""Holds the code of each class in a quarter of the memory that a place in an array takes."""

WHOLE = re.compile(r"[+-]?[0-9]+")


class Codes(dict[str, int]):
    """The code of each label cell, a number from 0 in the order of first sight.

    Cells that differ only in the spaces around them have one code; `names` holds each code's text. Looking up one text
    more than MOST_CLASSES raises ValueError.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, int] = {}

    def __missing__(self, cell: str) -> int:
        code = self.names.setdefault(cell.strip(), len(self.names))
        if code >= MOST_CLASSES:
            raise ValueError("too many classes")
        self[cell] = code
        return code


def name_fault(name: str, known: Sequence[str] | None) -> tuple[str, str] | None:
    """Return what is wrong with a class name, and the remedy; `known` are a model's classes, None for training."""
    if not name:
        return "no class", "Name the class of each row, or leave the row out."
    if not name.isprintable():
        return f"the unprintable class {quoted(name)}", "Name classes by letters, digits and signs that can be shown."
    if known is not None and name not in known:
        return f"the class {quoted(name)}, which the model doesn't know,", f"Its classes are {listed(known)}."
    return None


def too_many_classes(source: str, column: str) -> SceError:
    """Return the error of a class column that looks like a measurement."""
    return SceError(
        f"--data {quoted(source)} has more than {MOST_CLASSES} different classes in column {quoted(column)}.",
        "A class has many rows; if another column holds the classes, name it with --label-column NAME.",
    )


def classified(
    source: str, column: str, names: Sequence[str], codes: NDArray[np.integer[Any]], known: tuple[str, ...] | None
) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Return the classes in their order, and each row's place among them, shape (N,).

    names: the text of each code, without faults. codes: shape (N,), places in `names`. Raises SceError if there's only
    one class to train on.
    """
    classes = _in_order(names) if known is None else known
    if len(classes) < 2:
        raise SceError(
            f"--data {quoted(source)} has only one class, {quoted(classes[0])}, in column {quoted(column)}.",
            "A classifier needs rows of at least two classes.",
        )
    place = {name: index for index, name in enumerate(classes)}
    return classes, np.array([place[name] for name in names], dtype=np.intp)[codes]


def listed(names: Sequence[str]) -> str:
    """Return the first few names with commas between them."""
    return ", ".join([quoted(name) for name in names[:8]] + ["..."] * (len(names) > 8))


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    different = sorted(set(names))
    if all(WHOLE.fullmatch(name) for name in different):
        return tuple(sorted(different, key=Decimal))  # int refuses very long numbers
    return tuple(different)
