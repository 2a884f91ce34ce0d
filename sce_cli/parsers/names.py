"""Names of classes and of columns."""

import csv
from collections.abc import Sequence

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

LONGEST_NAME = 20


def columns(text: str) -> tuple[str, ...]:
    """Parse names of columns with commas between them; one with a comma stands in "quotes"."""
    names = tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), [""]))
    if not all(names):
        kept = [name for name in names if name]
        raise SceError(
            _("--features {value} has an empty place.").format(value=quoted(text)),
            _("Put one name between commas."),
            Change("--features", ",".join(kept) or None),
        )
    return names


def name_list(text: str) -> tuple[str, ...]:
    """Parse names with commas between them: printable, not empty, all different."""
    names = tuple(name.strip() for name in _names_in(text))
    good = all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names)
    if not good or len(set(names)) < len(names):
        raise SceError(
            _("--names {value} has a name that is empty, repeated, unprintable or longer than {longest}.").format(
                value=quoted(text), longest=LONGEST_NAME
            ),
            _("Give each one a short name of its own."),
            Change("--names", ",".join(proper_names(names))),
        )
    return names


def _names_in(text: str) -> list[str]:
    """Return the names in a list, with commas of any script between them, or blanks where there is no comma."""
    inner = text.strip()
    if len(inner) > 1 and numerals.BRACKETS.get(inner[0]) == inner[-1]:
        inner = inner[1:-1].strip()
    for sign in (",", "，", ";", "；", "、"):
        if sign in inner:
            return inner.split(sign)
    return inner.split() or [""]


def proper_names(names: Sequence[str]) -> list[str]:
    """Return names that can be used: what is printable of each, made different and short."""
    made: list[str] = []
    for place, name in enumerate(names, start=1):
        short = "".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME]
        made.append(short if short and short not in made else f"name{place}")
    return made
