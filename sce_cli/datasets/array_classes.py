"""Classes in an array y, in any of the shapes that programs write."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.files import undamaged
from sce_cli.datasets.kinds import is_missing
from sce_cli.datasets.labels import MOST_CLASSES, class_order, name_fault, places_among, too_many_classes
from sce_cli.datasets.spelling import spellings
from sce_cli.datasets.table import UNKNOWN
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import N_, _, ngettext

LABELS = "y"

RECIPE = N_(
    "Save it with numpy.savez(FILE, X=X, y=y), X an array of floats, y of whole numbers or texts (y.astype(str))."
)

ONE_EACH = N_("Give y one class for each row of X.")


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes in their order, each row's place among them, shape (N,), and spellings that were taken for others.

    labels: UNKNOWN where a row has none; None where no row has.
    """

    names: tuple[str, ...]
    labels: NDArray[np.intp] | None
    spellings: tuple[tuple[str, str], ...] = ()


def given_of(source: str) -> str:
    """Return what the user wrote, for messages."""
    return f"--data {quoted(source)}"


def label_rows(source: str, y: NDArray[Any], known: tuple[str, ...] | None) -> Classes:
    """Return the classes of the rows, UNKNOWN for NaN and for a text without a value.

    y: shape (N,), whole numbers or texts. known: a model's classes, None for training. Raises SceError.
    """
    given = given_of(source)
    with undamaged(given, _(RECIPE)):
        values, codes = np.unique(y, return_inverse=True)
        names = [_class_name(value) for value in values[: MOST_CLASSES + 2].tolist()]
    if sum(not is_missing(name) for name in names) > MOST_CLASSES:
        raise too_many_classes(source, LABELS)
    bad = [code for code, name in enumerate(names) if not is_missing(name) and name_fault(name, known)]
    if bad:
        row = int(np.isin(codes, bad).argmax())
        said, remedy = name_fault(names[codes[row]], known) or ("", "")
        raise SceError(said.format(given=given, where=_("in row {row} of y").format(row=row)), remedy)
    times = np.bincount(codes, minlength=len(names)).tolist()
    present = {name: n for name, n in zip(names, times, strict=True) if not is_missing(name)}
    spelling = spellings(present)
    classes = class_order(source, LABELS, sorted(set(spelling.values()))) if known is None else known
    places = np.full(len(names), UNKNOWN, dtype=np.intp)
    in_use = [code for code, name in enumerate(names) if name in spelling]
    places[in_use] = places_among([spelling[names[code]] for code in in_use], classes)
    others = tuple((text, main) for text, main in spelling.items() if text != main)
    return Classes(classes, places[codes] if in_use else None, others)


def _class_name(value: Any) -> str:
    """Return what a class is called: a whole float as a whole number."""
    return f"{value:.0f}" if isinstance(value, float) else str(value).strip()


def one_each(given: str, y: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return y with one whole number, NaN or text for each row, shape (N,). rows: N, of X."""
    if y.dtype.kind not in "iubUf":
        raise SceError(
            _("{given} has {kind} in y, and classes are whole numbers or texts.").format(given=given, kind=y.dtype),
            _("Convert y with y.astype(int) or y.astype(str)."),
        )
    if y.ndim == 2 and 1 in y.shape and y.size == rows:
        y = y.reshape(-1)
    if y.ndim == 2 and y.dtype.kind != "U" and y.size:
        y = _from_one_hot(given, y, rows)
    if y.ndim != 1 or not y.size:
        raise SceError(_("{given} has y of shape {shape}.").format(given=given, shape=y.shape), _(ONE_EACH))
    return _whole(given, y) if y.dtype.kind == "f" else y


def _from_one_hot(given: str, y: NDArray[Any], rows: int) -> NDArray[np.intp]:
    """Return the class of each one-hot row of y, shape (N, K), or of each column where there is one for each row."""
    binary = bool(((y == 0) | (y == 1)).all())
    for axis in (1, 0):
        if binary and y.shape[1 - axis] == rows and bool((y.sum(axis=axis) == 1).all()):
            return np.asarray(y.argmax(axis=axis))
    raise SceError(
        _("{given} has y of shape {shape}, and its rows are not one-hot.").format(given=given, shape=y.shape),
        _("Give y one class for each row of X, as in y.argmax(axis=1)."),
    )


def _whole(given: str, y: NDArray[Any]) -> NDArray[Any]:
    """Return whole floats as integers, or as they are if some are NaN. Raises SceError for others."""
    wide = y.astype(np.result_type(y, np.float64), copy=False)  # the bound is too large for half precision
    missing = np.isnan(wide)
    with np.errstate(invalid="ignore"):
        whole = ((np.abs(wide) < 2**53) & (np.rint(wide) == wide)) | missing
    if not whole.all():
        row = int(whole.argmin())
        raise SceError(
            _("{given} has {value} in row {row} of y, and classes are whole numbers or texts.").format(
                given=given, value=y[row], row=row
            ),
            _("Give y the classes; a measurement is no class."),
        )
    return wide.astype(np.float64) if missing.any() else y.astype(np.int64)


def of_rows(source: str, classes: Classes, kept: NDArray[np.bool_]) -> Classes:
    """Return the classes of the rows that are kept, without those that have none."""
    assert classes.labels is not None
    if not kept.any():
        said = ngettext(
            "{given} has a NaN in its only row.", "{given} has a NaN in each of its {count} rows.", len(kept)
        )
        raise SceError(
            said.format(given=given_of(source), count=len(kept)),
            _("Add --missing mean to fill what is missing"),
            Change("--missing", "mean"),
        )
    present, labels = np.unique(classes.labels[kept], return_inverse=True)
    names = [classes.names[place] for place in present.tolist()]
    order = class_order(source, LABELS, names)
    return Classes(order, places_among(names, order)[labels], classes.spellings)
