"""Which columns of a table are read, and as what: for training, and for a model that has been trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from sce_cli.datasets.labels import listed
from sce_cli.errors import SceError, quoted


@dataclass(frozen=True)
class Columns:
    """The names of all columns, the places of the features among them in their order, and the class's place."""

    names: tuple[str, ...]
    features: tuple[int, ...]
    label: int | None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features' names, in their order."""
        return tuple(self.names[place] for place in self.features)

    @property
    def others(self) -> tuple[int, ...]:
        """The places of the columns that aren't read."""
        return tuple(sorted(set(range(len(self.names))) - {*self.features, self.label}))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the columns that aren't read."""
        return tuple(self.names[place] for place in self.others)

    @property
    def label_name(self) -> str:
        """The name of the class's column; empty where there is none."""
        return "" if self.label is None else self.names[self.label]


@dataclass(frozen=True)
class TrainingColumns:
    """What --label-column and --features ask for; None where they aren't given."""

    label_column: str | None
    features: tuple[str, ...] | None
    known: ClassVar[None] = None

    def of_header(self, source: str, header: tuple[str, ...]) -> Columns:
        """Return the columns of a file with this header: the class is the last one if none is named."""
        if len(header) == 1:
            raise SceError(
                f"--data {quoted(source)} has one column, {quoted(header[0])}.",
                "Give at least one column of numbers and one of classes, with commas between them.",
            )
        label = len(header) - 1 if self.label_column is None else place_of_label(source, header, self.label_column)
        return self._chosen(source, header, label)

    def of_array(self, source: str, width: int) -> Columns:
        """Return the columns of an array, which are named x0, x1, and so on."""
        return self._chosen(source, array_names(width), None)

    def _chosen(self, source: str, names: tuple[str, ...], label: int | None) -> Columns:
        if self.features is None:
            return Columns(names, tuple(place for place in range(len(names)) if place != label), label)
        if not self.features:
            raise SceError("--features names no column.", "Name at least one, or leave --features out to take all.")
        places = {name: place for place, name in enumerate(names)}
        for name in self.features:
            if name not in places:
                raise SceError(
                    f"--features {quoted(name)} is not a column of --data {quoted(source)}.", _nearest(name, names)
                )
            if places[name] == label:
                raise SceError(
                    f"--features {quoted(name)} is the column of the classes.",
                    "Leave it out, or name another one with --label-column NAME.",
                )
            if self.features.count(name) > 1:
                raise SceError(f"--features {quoted(name)} is given twice.", "Name each column once.")
        return Columns(names, tuple(places[name] for name in self.features), label)


@dataclass(frozen=True)
class ModelColumns:
    """What a trained model knows: its inputs in their order, the columns it was trained without, and its classes."""

    label_column: str | None
    features: tuple[str, ...]
    left_out: tuple[str, ...]
    known: tuple[str, ...]

    def of_header(self, source: str, header: tuple[str, ...]) -> Columns:
        """Return the columns of a file with this header: a last one that the model doesn't know is the class."""
        places = {name: place for place, name in enumerate(header)}
        for name in self.features:
            if name not in places:
                raise SceError(
                    f"--data {quoted(source)} has no column {quoted(name)}, which the model needs.",
                    _nearest(name, header),
                )
        label = self._label(source, header)
        known = {*self.features, *self.left_out}
        for place, name in enumerate(header):
            if place != label and name not in known:
                raise SceError(
                    f"--data {quoted(source)} has more columns than the model knows: {quoted(name)}.",
                    "Remove the column, or name the column of the classes with --label-column NAME.",
                )
        return Columns(header, tuple(places[name] for name in self.features), label)

    def of_array(self, source: str, width: int) -> Columns:
        """Return the columns of an array: by name for a model trained on arrays, else in the model's order."""
        names = array_names(width)
        if set(names) != {*self.features, *self.left_out}:
            names = self.features
        if len(names) != width:
            raise SceError(
                f"--data {quoted(source)} has {width} columns in X, and the model needs {len(names)}.",
                f"Give X with the columns {listed(names)}.",
            )
        return Columns(names, tuple(names.index(name) for name in self.features), None)

    def _label(self, source: str, header: tuple[str, ...]) -> int | None:
        if self.label_column is None:
            return None if header[-1] in {*self.features, *self.left_out} else len(header) - 1
        if self.label_column in self.features:
            raise SceError(
                f"--label-column {quoted(self.label_column)} is a feature of the model.",
                "Name the column that holds the classes, or leave the option out.",
            )
        return place_of_label(source, header, self.label_column)


def array_names(width: int) -> tuple[str, ...]:
    """Return the names of an array's columns: x0, x1, and so on."""
    return tuple(f"x{place}" for place in range(width))


def place_of_label(source: str, header: tuple[str, ...], label_column: str) -> int:
    """Return the place of the column that --label-column names."""
    if label_column not in header:
        raise SceError(
            f"--label-column {quoted(label_column)} is not a column of --data {quoted(source)}.",
            _nearest(label_column, header),
        )
    return header.index(label_column)


def _nearest(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, 1)
    return f"Did you mean {quoted(close[0])}?" if close else f"The columns are {listed(names)}."
