"""The one kind of error a user sees, and the exit codes."""

from dataclasses import dataclass
from enum import IntEnum

from sce_cli.translation import N_, _


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    CLAIM_FAILED = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Too many levels of symbolic links"),
    N_("Input/output error"),
)
"""Why the system says that it can't do something, as far as it's translated."""


def why(fault: BaseException) -> str:
    """Return what the system says about a fault, in the language that is spoken where that is known."""
    return _(getattr(fault, "strerror", None) or str(fault))


def quoted(text: object) -> str:
    """Return what was given in quotes, shortened if it is very long, as an error message shows it."""
    shown = str(text)
    return f"'{shown}'" if len(shown) <= 60 else f"'{shown[:50]}...' ({len(shown)} characters)"


def brief(text: str) -> str:
    """Return what was given, its end left out where it is longer than a line can bear."""
    return text if len(text) <= 60 else f"{text[:50]}..."


def shortened(message: str) -> str:
    """Return a message as it is, or its beginning if what it quotes is very long."""
    return message if len(message) <= 200 else f"{message[:150]}... ({len(message)} characters)"


ARGUMENT = "[...]"
"""What is changed where an argument is added."""


@dataclass(frozen=True)
class Change:
    """What to type instead: another value for an option or word, or nothing.

    what: an option such as --label, or a word as it was typed. value: its new value; "" for a flag; None to leave it
    out. word: what was typed, where an argument may stand for the option. An option that wasn't typed is added, and
    so is an ARGUMENT.
    """

    what: str
    value: str | None
    word: str = ""


class SceError(Exception):
    """A mistake in the input: a message that names the option and its value, and a remedy, one line each.

    changes: what makes the command line right; it is then shown behind the remedy, ready to paste.
    """

    def __init__(self, message: str, remedy: str, *changes: Change) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.changes = changes
