"""One or several of a few names."""

from collections.abc import Callable, Sequence

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _
from sce_cli.units import SPELLINGS

SAME = {"single": "float32", "double": "float64"}
"""Words that are accepted for one of the values of an option."""

CHOICES = {
    "fill": "mean",
    "impute": "mean",
    "average": "mean",
    "skip": "drop",
    "remove": "drop",
    "chinese": "zh",
    "中文": "zh",
    "cn": "zh",
    "english": "en",
}
"""Words for which one of the values of an option is offered."""


class one_of:  # noqa: N801
    """A parser for one of a few names, upper or lower case, which the shell can complete."""

    def __init__(self, option: str, choices: Sequence[str]) -> None:
        self.option, self.choices = option, choices

    def __call__(self, text: str) -> str:
        """Return the name."""
        typed = numerals.plain(text).lower()
        found = [choice for choice in self.choices if choice.lower() == SAME.get(typed, typed)]
        if not found:
            from sce_cli.correction import by_likeness

            word = CHOICES.get(typed, text)
            near = [*by_likeness(word, self.choices), self.choices[0]][0]
            raise SceError(
                _("{option} {value} is not known.").format(option=self.option, value=quoted(text)),
                _("Choose {choices}.").format(choices=", ".join(self.choices)),
                Change(self.option, near),
            )
        return found[0]

    def completed(self, incomplete: str) -> list[str]:
        """Return the names that begin so."""
        return [choice for choice in self.choices if choice.startswith(incomplete.lower())]


def chosen(option: str, choices: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for different names out of a few, with commas between them."""
    choose = one_of(option, choices)

    def parse(text: str) -> tuple[str, ...]:
        typed = numerals.values(text)
        known = [name.lower() for name in typed if name.lower() in choices]
        unknown = [name for name in typed if name.lower() not in choices]
        if unknown:
            raise SceError(
                _("{option} {value}: {unknown} is not known.").format(
                    option=option, value=quoted(text), unknown=quoted(unknown[0])
                ),
                _("Choose {choices}.").format(choices=", ".join(choices)),
                Change(option, ",".join(dict.fromkeys(known)) or ",".join(choices[:2])),
            )
        names = tuple(map(choose, typed))
        if len(set(names)) < len(names):
            raise SceError(
                _("{option} {value} names one twice.").format(option=option, value=quoted(text)),
                _("Give each one once."),
                Change(option, ",".join(dict.fromkeys(names))),
            )
        return names

    return parse


def base(text: str) -> str:
    """Parse the base of a logarithm, or the name of its unit, to a unit's value: e, 2 or 10."""
    found = SPELLINGS.get(numerals.plain(text).lower())
    if found is None:
        raise SceError(
            _("--base {value} is not known.").format(value=quoted(text)),
            _("Choose e (nats), 2 (bits) or 10 (dits)"),
            Change("--base", "2"),
        )
    return found
