"""The one kind of error a user sees, and the exit codes."""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    CLAIM_FAILED = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


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
