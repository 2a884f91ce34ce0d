"""The options of a table, and of what it is read from."""

import os
from collections.abc import Sequence
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
    plain = Path(numerals.plain(typed).lower())
    if plain.name in known:
        return plain.name, ()
    if plain.stem in known and plain.suffix in {".csv", ".npz"}:
        note = _("There is no file {file}: the data set {name} was taken.")
        return plain.stem, (note.format(file=quoted(typed), name=plain.stem),)
    from sce_cli.correction import by_likeness

    bare = len(typed) < LONGEST_SLIP and plain.name == str(plain) and not plain.suffix
    near = by_likeness(plain.name, known) if bare else []
    if near:
        raise SceError(
            _("--data {data} is not a data set or a file that can be read.").format(data=quoted(typed)),
            _("Give {names}, or the path of a file").format(names=", ".join(known)),
            Change("--data", near[0], typed),
        )
    return typed, ()
