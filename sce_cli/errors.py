"""The one kind of error a user sees, and the exit codes."""

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


def shortened(message: str) -> str:
    """Return a message as it is, or its beginning if what it quotes is very long."""
    return message if len(message) <= 200 else f"{message[:150]}... ({len(message)} characters)"


class SceError(Exception):
    """A mistake in the input: a message that names the option and its value, and a remedy, one line each."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
