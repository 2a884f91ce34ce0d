"""The options of a table, and of what it is read from."""

import os
import shlex
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.options.choices import choice
from sce_cli.translation import _

LabelColumn = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The table's column of the classes.", show_default="the last one"),
]

Delimiter = Annotated[
    str | None,
    typer.Option(
        metavar="SIGN",
        help="What separates the cells: , ; | or another sign, or tab or blanks.",
        show_default="found from the text",
    ),
]

Decimal = Annotated[
    str | None,
    typer.Option(metavar="SIGN", help="The decimal sign: point or comma.", show_default="found from the text"),
]

Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The encoding of the text, such as gb18030.", show_default="found, or UTF-8"),
]

NoHeader = Annotated[bool, typer.Option("--no-header", help="Take the first row of the text as an example.")]

LONGEST_SLIP = 1000
"""Characters of a name that may be a slip of another, which is sought letter by letter."""

TABLES = (".csv", ".tsv", ".txt", ".data", ".npz")
"""Endings of files that may be meant."""

MOST_FILES = 1000
"""Files of a folder that are looked at for one that may be meant."""

LIKE = 0.8
"""Likeness from which a file may be meant."""

MISSING = ("drop", "mean", "refuse")

Missing = Annotated[
    str | None,
    choice(
        "--missing",
        MISSING,
        help="Rows with a missing cell: drop them, fill them with the feature's mean, or refuse them.",
        metavar="NAME",
        show_default="drop, or as in training",
    ),
]


def data_named(typed: str, known: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the data that are meant, a set's name in any letters or a file, and what to note of that.

    Refuses what is neither, where a set may be meant; known: the names of the sets.
    """
    if typed in known or os.path.lexists(typed):
        return typed, ()
    if "://" in typed:
        raise SceError(
            _("--data {data} is an address, and sce reads files only.").format(data=quoted(typed)),
            _("Fetch it, then name the file: {line}").format(line=f"curl -LO {shlex.quote(typed)}"),
        )
    plain = Path(numerals.plain(typed).lower())
    in_a_folder = plain.name != str(plain)
    if plain.name in known and not in_a_folder:
        return plain.name, ()
    if plain.stem in known and plain.suffix in {".csv", ".npz"} and not in_a_folder:
        note = _("There is no file {file}: the data set {name} was taken.")
        return plain.stem, (note.format(file=quoted(typed), name=plain.stem),)
    if plain.stem in known and plain.suffix in {"", ".csv", ".npz"}:
        raise _no_file(typed, plain.stem, plain.stem)
    from sce_cli.correction import by_likeness

    bare = len(typed) < LONGEST_SLIP and plain.name == str(plain) and not plain.suffix
    near = by_likeness(plain.name, known) if bare else []
    if near:
        raise SceError(
            _("--data {data} is not a data set or a file that can be read.").format(data=quoted(typed)),
            _("Give {names}, or the path of a file").format(names=", ".join(known)),
            Change("--data", near[0], typed),
        )
    _refuse_slip(typed)
    return typed, ()


def _refuse_slip(typed: str) -> None:
    """Refuse a file that isn't there where the folder has one of nearly the same name."""
    from difflib import get_close_matches

    folder, name = os.path.split(typed)
    try:
        with os.scandir(folder or ".") as entries:
            files = [entry.name for entry in islice(entries, MOST_FILES) if entry.is_file()]
    except (OSError, ValueError):
        return
    endings = (*TABLES, os.path.splitext(name)[1]) if "." in name else TABLES
    near = get_close_matches(name, [file for file in files if file.lower().endswith(endings)], 1, LIKE)
    near = near or [file for file in files if file in {name + ending for ending in TABLES}]
    if near and len(name) < LONGEST_SLIP and near[0].isprintable():
        raise _no_file(typed, near[0], os.path.join(folder, near[0]))


def _no_file(typed: str, name: str, instead: str) -> SceError:
    """Return the error of a file that isn't there where another name is meant; instead: what to type for it."""
    said, meant = _("--data {data} doesn't exist.").format(data=quoted(typed)), _("Did you mean {name}?")
    return SceError(said, meant.format(name=quoted(name)), Change("--data", instead, typed))
