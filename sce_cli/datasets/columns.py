"""Which columns of a table are read, and as what: for training, and for a model that has been trained."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from sce_cli.datasets.labels import listed
from sce_cli.datasets.preparation import Preparation
from sce_cli.datasets.spelling import folded
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _, ngettext


@dataclass(frozen=True)
class TrainingChooser:
    """What --label-column, --features and --missing ask for; None where they aren't given."""

    label_column: str | None
    features: tuple[str, ...] | None
    missing: str = "drop"
    known: ClassVar[None] = None

    def label_place(self, given: str, names: Sequence[str], last: int) -> int:
        """Return the place of the class: the column that is asked for, or the last one with a value."""
        return last if self.label_column is None else place_of_label(given, names, self.label_column)

    def feature_places(self, given: str, names: Sequence[str], label: int | None) -> tuple[int, ...] | None:
        """Return the places of the columns that --features asks for, in its order; None if it isn't given."""
        if self.features is None:
            return None
        if not self.features:
            raise SceError(
                _("--features names no column."),
                _("Name at least one, or leave it out to take all"),
                Change("--features", None),
            )
        places = {name: place for place, name in enumerate(names)}
        features = [meant(name, names) for name in self.features]
        times = Counter(features)
        for name in features:
            if name not in places:
                raise _no_feature(given, name, names, features)
            if places[name] == label:
                raise SceError(
                    _("--features {name} is the column of the classes.").format(name=quoted(name)),
                    _("Leave it out, or name another one with --label-column NAME"),
                    Change("--features", ",".join(other for other in features if other != name) or None),
                )
            if times[name] > 1:
                said = _("--features {name} is given twice.").format(name=quoted(name))
                raise SceError(said, _("Name each column once"), *_featuring([*dict.fromkeys(features)]))
        return tuple(places[name] for name in features)

    def of_array(self, given: str, width: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the names of an array's columns, x0, x1, and so on, and the places of those to learn from."""
        names = array_names(width)
        places = self.feature_places(given, names, None)
        return names, tuple(range(width)) if places is None else places


@dataclass(frozen=True)
class ModelChooser:
    """What a trained model knows of the columns, its classes, and what --label-column and --missing ask for."""

    preparation: Preparation
    known: tuple[str, ...]
    label_column: str | None
    missing: str

    def label_place(self, given: str, names: Sequence[str]) -> int | None:
        """Return the place of the class: of the column that is asked for, or of the training's if it's there."""
        if self.label_column is None:
            known = self.preparation.label_column
            return names.index(known) if known in names else None
        if self.label_column in self.preparation.used:
            raise SceError(
                _("--label-column {name} is a feature of the model.").format(name=quoted(self.label_column)),
                _("Name the column that holds the classes, or leave the option out"),
                Change("--label-column", None),
            )
        return place_of_label(given, names, self.label_column)

    def used_places(self, given: str, names: Sequence[str]) -> dict[str, int]:
        """Return the place of each column that the model needs."""
        places = {name: place for place, name in enumerate(names)}
        for name in self.preparation.used:
            if name not in places:
                said = _("{given} has no column {name}, which the model needs.")
                raise SceError(said.format(given=given, name=quoted(name)), nearest(name, names))
        return {name: places[name] for name in self.preparation.used}

    def of_array(self, given: str, width: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the names of an array's columns and the features' places: by name, else in the model's order."""
        features, left_out = self.preparation.feature_names, self.preparation.left_out
        names = array_names(width)
        if set(names) != {*features, *left_out}:
            names = features
        if len(names) != width:
            raise SceError(
                ngettext(
                    "{given} has {width} column in X, and the model needs {count}.",
                    "{given} has {width} columns in X, and the model needs {count}.",
                    width,
                ).format(given=given, width=width, count=len(names)),
                _("Give X with the columns {names}.").format(names=listed(names)),
            )
        places = {name: place for place, name in enumerate(names)}
        return names, tuple(places[name] for name in features)


Chooser = TrainingChooser | ModelChooser


def _no_feature(given: str, name: str, names: Sequence[str], features: Sequence[str]) -> SceError:
    """Return the error of a feature that is no column."""
    close = get_close_matches(name, names, 1)
    instead = [close[0] if other == name else other for other in features] if close else []
    said = _("--features {name} is not a column of {given}.").format(name=quoted(name), given=given)
    return SceError(said, nearest(name, names), *_featuring(instead))


def array_names(width: int) -> tuple[str, ...]:
    """Return the names of an array's columns: x0, x1, and so on."""
    return tuple(f"x{place}" for place in range(width))


def place_of_label(given: str, names: Sequence[str], label_column: str) -> int:
    """Return the place of the column that --label-column names."""
    name = meant(label_column, names)
    if name not in names:
        close = get_close_matches(name, names, 1)
        raise SceError(
            _("--label-column {name} is not a column of {given}.").format(name=quoted(label_column), given=given),
            nearest(label_column, names),
            Change("--label-column", close[0] if close else None),
        )
    return list(names).index(name)


def meant(name: str, names: Sequence[str]) -> str:
    """Return the only one of the names that differs in case or blanks alone, where none is the name itself."""
    alike = [other for other in names if folded(other) == folded(name)]
    return alike[0] if len(alike) == 1 and name not in names else name


def _featuring(names: Sequence[str]) -> list[Change]:
    """Return the change to these features; none, or a name that a list can't hold, is no change."""
    return [Change("--features", ",".join(names))] if names and not any("," in name for name in names) else []


def nearest(name: str, names: Sequence[str]) -> str:
    """Return the remedy for a name that isn't there: the one that is meant, or all."""
    close = get_close_matches(name, names, 1)
    if close:
        return _("Did you mean {name}?").format(name=quoted(close[0]))
    return _("The columns are {names}.").format(names=listed(names))
