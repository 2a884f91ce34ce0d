"""What --data may name: made sets, shipped ones, files, and standard input."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from sce_cli.datasets.array_classes import label_rows
from sce_cli.datasets.columns import Chooser, ModelChooser, TrainingChooser
from sce_cli.datasets.dialect import TextSettings, decimal_named, delimiter_named
from sce_cli.datasets.encodings import encoding_named
from sce_cli.datasets.files import STANDARD_INPUT, Source, mode_of, pipe, readable_file, standard_input
from sce_cli.datasets.made import CLASS_NAMES, blobs, circles, moons, spiral, xor
from sce_cli.datasets.npz_file import from_arrays, read_npz
from sce_cli.datasets.other_formats import only_member, refuse_other_formats
from sce_cli.datasets.prediction_text import read_prediction_text
from sce_cli.datasets.preparation import Preparation
from sce_cli.datasets.table import Table
from sce_cli.datasets.training_text import read_training_text
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

MADE = {"blobs": blobs, "spiral": spiral, "circles": circles, "xor": xor, "moons": moons}
SHIPPED = ("iris", "penguins", "digits")
"""SOURCES.md tells where they come from."""

NAMES = (*MADE, *SHIPPED)

ARCHIVE = ".npz"

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".gz", ".zip", ARCHIVE)
"""Of names that are meant to be files, although any name may be one."""

STANDARD_INPUT_S_FILE = "/dev/stdin"

PLAIN_TEXT = TextSettings()


def load(
    source: str,
    *,
    label_column: str | None = None,
    features: Sequence[str] | None = None,
    seed: int = 0,
    missing: str = "drop",
    text: TextSettings = PLAIN_TEXT,
) -> Table:
    """Return the table to train on.

    source: one of NAMES, the path of a file, or - for standard input. label_column: the column of the classes in a text
    table, the last one by default. features: the columns to learn from, in this order; all that can be used by default.
    seed: of a made set. missing: what to do with rows that have a missing cell, "drop", "mean" or "refuse". text: what
    the text is said to be. Raises SceError for data that can't be used; its message names the first cell at fault, rows
    counted from 0 below the header.
    """
    chooser = TrainingChooser(label_column, None if features is None else tuple(features), missing)
    return _load(source, chooser, seed, text)


def load_for_prediction(
    source: str,
    preparation: Preparation,
    class_names: Sequence[str],
    *,
    label_column: str | None = None,
    missing: str | None = None,
    text: TextSettings = PLAIN_TEXT,
) -> Table:
    """Return a table for a trained model: its features in its order, and the classes, where given, as it counts them.

    preparation, class_names: the model's. label_column: the column of the classes in a text table; by default that of
    the training, if it's there. missing: as for `load`, by default as in training; rows to be dropped stay, with NaN.
    Raises SceError as `load` does, and for classes that the model doesn't know.
    """
    chooser = ModelChooser(preparation, tuple(class_names), label_column, missing or preparation.missing)
    return _load(source, chooser, 0, text)


def _load(source: str, chooser: Chooser, seed: int, text: TextSettings) -> Table:
    text = TextSettings(
        None if text.delimiter is None else delimiter_named(text.delimiter),
        None if text.decimal is None else decimal_named(text.decimal),
        None if text.encoding is None else encoding_named(text.encoding),
        text.no_header,
    )
    if source in MADE:
        _refuse_label_column(source, chooser)
        points, classes = MADE[source](seed)
        return from_arrays(source, points, label_rows(source, np.array(CLASS_NAMES)[classes], chooser.known), chooser)
    if source in SHIPPED:
        path = Path(__file__).with_name(f"{source}.csv")
        return _read_text(source, Source(f"--data {quoted(source)}", path), PLAIN_TEXT, chooser)
    if source.lower().endswith(ARCHIVE):
        _refuse_label_column(source, chooser)
    with _opened(source) as opened:
        if _is_archive(source, opened):
            _refuse_label_column(source, chooser)
            return read_npz(source, opened, chooser)
        with only_member(opened, source) as member:
            refuse_other_formats(member, source)
            return _read_text(source, member, text, chooser)


@contextmanager
def _opened(source: str) -> Iterator[Source]:
    """Yield standard input or the file that a source names."""
    given = f"--data {quoted(source)}"
    if source == STANDARD_INPUT or (source == STANDARD_INPUT_S_FILE and not os.path.isfile(source)):
        with standard_input(given, _("Send a table there, as in sce train --data - < table.csv")) as opened:
            yield opened
        return
    is_there = os.path.exists(source) and not os.path.isdir(source)
    if Path(source).suffix.lower() not in ENDINGS and not is_there:
        said = _("{given} is not a data set or a file that can be read.").format(given=given)
        close = [_("Did you mean {name}?").format(name=name) for name in get_close_matches(source.lower(), NAMES, 1)]
        raise SceError(said, " ".join([*close, _remedy()]))
    if stat.S_ISFIFO(mode_of(given, source, _remedy())):
        with pipe(given, source, _("Send a table to it, or to standard input: --data - < FILE")) as opened:
            yield opened
        return
    with readable_file(given, source, _remedy()) as path:
        yield Source(given, path)


def _remedy() -> str:
    """Return what --data may be."""
    return _("Give {names}, or the path of a file: a text table, or an {ending} archive.").format(
        names=", ".join(NAMES), ending=ARCHIVE
    )


def _is_archive(source: str, opened: Source) -> bool:
    """Whether a file is an .npz archive, by its name, or by what it holds under any other one."""
    if source.lower().endswith(ARCHIVE):
        return True
    with opened.bytes() as file:
        beginning = file.read(256)
    return beginning.startswith(b"PK\x03\x04") and b".npy" in beginning


def _refuse_label_column(source: str, chooser: Chooser) -> None:
    if chooser.label_column is not None:
        raise SceError(
            _("--label-column {name} doesn't go with --data {data}.").format(
                name=quoted(chooser.label_column), data=quoted(source)
            ),
            _("Leave it out: only a text table has a column of classes to be named"),
            Change("--label-column", None),
        )


def _read_text(name: str, source: Source, text: TextSettings, chooser: Chooser) -> Table:
    """Return the table in a text."""
    try:
        if isinstance(chooser, ModelChooser):
            return read_prediction_text(name, source, text, chooser)
        return read_training_text(name, source, text, chooser)
    except UnicodeError:
        said = _("{given} is not text in the encoding that its beginning has.")
        if text.encoding:
            said = _("{given} is not text in the encoding {encoding}.")
        raise SceError(
            said.format(given=source.given, encoding=text.encoding),
            _("Name its encoding with --encoding, or save the table as CSV in UTF-8."),
        ) from None
