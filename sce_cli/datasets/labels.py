"""Classes: the texts that name them, their order, and what can be wrong with them."""

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.number_forms import NUMBER
from sce_cli.datasets.spelling import cleaned, folded
from sce_cli.errors import SceError, quoted
from sce_cli.translation import _

MOST_CLASSES = 1000

WHOLE = re.compile(r"[+-]?[0-9]+")


def name_fault(name: str, known: Sequence[str] | None) -> tuple[str, str] | None:
    """Return what is said of a wrong class name, with places for {given} and {where}, and the remedy.

    known: a model's classes, None for training.
    """
    if not cleaned(name):
        return _("{given} has no class {where}."), _("Name the class of each row, or leave the row out.")
    if not cleaned(name).isprintable():
        said = _("{given} has the unprintable class {name} {where}.")
        return _with(said, name), _("Name classes by letters, digits and signs that can be shown.")
    if known is not None and folded(name) not in map(folded, known):
        said = _("{given} has the class {name}, which the model doesn't know, {where}.")
        return _with(said, name), _("Its classes are {names}.").format(names=listed(known))
    return None


def are_numbers(names: Sequence[str]) -> bool:
    """Whether classes, of which there are some, are all numbers."""
    return bool(names) and all(map(NUMBER.fullmatch, names))


def _with(sentence: str, name: str) -> str:
    """Return a sentence with a name in its place, and its other places left."""
    shown = quoted(name).replace("{", "{{").replace("}", "}}")
    return sentence.replace("{name}", shown)


def too_many_classes(source: str, column: str) -> SceError:
    """Return the error of a class column that looks like a measurement."""
    return SceError(
        _("--data {data} has more than {most} different classes in column {column}.").format(
            data=quoted(source), most=MOST_CLASSES, column=quoted(column)
        ),
        _("A class has many rows; if another column holds the classes, name it with --label-column NAME."),
    )


def class_order(source: str, column: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the classes to train on in their order. Raises SceError if there's only one, or too many."""
    if len(names) > MOST_CLASSES:
        raise too_many_classes(source, column)
    if len(names) < 2:
        only = _("--data {data} has only one class, {name}, in column {column}.")
        said = only if names else _("--data {data} has no class, in column {column}.")
        raise SceError(
            said.format(data=quoted(source), name=quoted("".join(names)), column=quoted(column)),
            _("A classifier needs rows of at least two classes."),
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
