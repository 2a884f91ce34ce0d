"""What was given, as it is typed, and options that exclude each other."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sce_cli.errors import Change, SceError, brief, quoted
from sce_cli.translation import _


def joined(values: Sequence[object]) -> str:
    """Return what was given as a list, as it is typed, its end left out where it is very long."""
    return brief(",".join(map(str, values)))


def given(option: str, value: object) -> str:
    """Return an option with its value, as it is typed."""
    if value is True:
        return option
    if isinstance(value, Path):
        return f"{option} {quoted(value)}"
    plain = value if isinstance(value, str) or not isinstance(value, Sequence) else joined(value)
    return f"{option} {brief(str(plain))}".strip()


def only_one(values: Mapping[str, object], remedy: str | None = None, *also: Change) -> str | None:
    """Return the one option that was given, as it is typed, or None; refuse options that exclude each other.

    values: by their options; None and False where one wasn't given. The corrected line keeps the first one. also: what
    else to change there.
    """
    given_ones = {option: value for option, value in values.items() if value is not None and value is not False}
    texts = [given(option, value) for option, value in given_ones.items()]
    if len(texts) > 1:
        left_out = [Change(option, None) for option in [*given_ones][1:] if option.startswith("--")]
        raise SceError(
            _("{options} exclude each other.").format(options=_(" and ").join(texts)),
            remedy or _("Give one or the other."),
            *left_out,
            *also,
        )
    return texts[0] if texts else None
