"""Values in the words behind a command, each perhaps with a name before it: cat=2."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sce_cli import numerals
from sce_cli.errors import Change, SceError
from sce_cli.options.rules import joined, only_one
from sce_cli.parsers.names import name_list, proper_names
from sce_cli.parsers.numbers import put_right
from sce_cli.translation import _

Value = TypeVar("Value")


def values_in(words: Sequence[str], parse: Callable[[str], Value]) -> list[Value]:
    """Return the values in the words behind a command; where some are refused, all of them are put right."""
    parts = {word: numerals.values(word) for word in words}
    empty = [word for word in words if not any(parts[word])]
    if empty:
        raise SceError(_("an argument is empty."), _("Leave it out"), *(Change(word, None) for word in empty))
    try:
        return [parse(part) for word in words for part in parts[word]]
    except SceError as mistake:
        right = [Change(word, ",".join(put_right(parts[word], parse))) for word in words]
        raise SceError(mistake.message, mistake.remedy, *right) from None


def named(parse: Callable[[str], Value]) -> Callable[[str], tuple[str, Value]]:
    """Return a parser for a value with a name before it, as cat=2; the name is "" if there is none."""

    def pair(part: str) -> tuple[str, Value]:
        name, equals, value = part.rpartition("=")
        try:
            return name.strip(), parse(value)
        except SceError as mistake:
            instead = [Change("", f"{name}{equals}{change.value}") for change in mistake.changes[:1]]
            raise SceError(mistake.message, mistake.remedy, *instead) from None

    return pair


def own_names(own: Sequence[str], typed: Sequence[str], names: Sequence[str] | None) -> Sequence[str] | None:
    """Return the names in pairs such as cat=2, else those of --names; own: "" where a value has none."""
    if not any(own):
        return names
    if not all(own):
        bare = [Change(word, ",".join(part.rpartition("=")[2] for part in numerals.values(word))) for word in typed]
        raise SceError(
            _("{values}: some have a name, others none.").format(values=joined(typed)),
            _("Name all of them, or none"),
            *bare,
        )
    only_one({_("names in {values} =").format(values=joined(own)): True, "--names": names}, _("Name them once"))
    try:
        return name_list(",".join(own))
    except SceError as mistake:
        rest = proper_names(own)
        changes = [Change(word, ",".join(_renamed(word, rest))) for word in typed]
        raise SceError(mistake.message, mistake.remedy, *changes) from None


def _renamed(word: str, names: list[str]) -> list[str]:
    """Return the pairs in a word with the first of other names, which are used up."""
    return [f"{names.pop(0)}={part.rpartition('=')[2]}" for part in numerals.values(word)]
