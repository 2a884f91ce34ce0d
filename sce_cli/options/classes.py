"""The classes: how many there are, what they are called, and the one that is meant."""

from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.options.rules import joined
from sce_cli.parsers.names import name_list
from sce_cli.translation import _, ngettext

MOST_CLASSES = 1000

Names = Annotated[Sequence[str] | None, typer.Option(parser=name_list, metavar="A,B,...", help="Names of the classes.")]

Label = Annotated[
    str | None,
    typer.Option(metavar="N|NAME", help="The true class, counted from 0 or by its name: a one-hot target."),
]


def check_classes(said: str, classes: int, names: Sequence[str] | None) -> None:
    """Refuse more classes than a topic can show, and names that aren't one for each; said: what gave the classes."""
    if classes > MOST_CLASSES:
        raise SceError(
            _("{classes_given} has {classes} classes.").format(classes_given=said, classes=classes),
            _("Give at most {most}.").format(most=MOST_CLASSES),
        )
    if names is not None and len(names) != classes:
        more = [name for name in (f"class{k}" for k in range(1, 2 * classes + 1)) if name not in names]
        raise SceError(
            ngettext(
                "--names {names} has {count} name for {classes} classes.",
                "--names {names} has {count} names for {classes} classes.",
                len(names),
            ).format(names=joined(names), count=len(names), classes=classes),
            _("Give as many names as classes"),
            Change("--names", ",".join([*names, *more][:classes])),
        )


def read_label(text: str, names: Sequence[str]) -> int:
    """Return the place of a class that is named, or counted from 0."""
    typed = numerals.plain(text)
    if typed in names:
        return list(names).index(typed)
    folded = [name.casefold() for name in names]
    if folded.count(typed.casefold()) == 1:
        return folded.index(typed.casefold())
    place = numerals.number(typed)
    if place is not None and place.is_integer() and 0 <= place < len(names):
        return int(place)
    numbered = list(names) == [str(k) for k in range(len(names))]
    by_number = _("Give a number from 0 to {last}")
    by_name = _("Give one of {names}, or a number from 0 to {last}")
    raise SceError(
        ngettext(
            "--label {label} is not one of {count} class.", "--label {label} is not one of {count} classes.", len(names)
        ).format(label=quoted(text.strip()), count=len(names)),
        (by_number if numbered else by_name).format(names=joined(names), last=len(names) - 1),
        Change("--label", _nearest(typed, names)),
    )


def _nearest(typed: str, names: Sequence[str]) -> str:
    """Return the class that is meant, by its letters or as the last one, else the first."""
    from sce_cli.correction import by_likeness

    place = numerals.number(typed)
    if place is not None:
        return names[-1 if place >= len(names) else 0]
    return next(iter(by_likeness(typed, names)), names[0])
