"""A terminal that is left as it was, whatever ends the process, and lent to the shell while it is stopped."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOP: int | None = getattr(signal, "SIGTSTP", None)
"""What Ctrl-Z sends."""

OTHERS = {"SIGCHLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH"}
"""Signals that end nothing."""

FAULTS = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"}
"""Signals behind which a process can't go on to handle anything, SIGKILL and SIGSTOP aside."""


@contextmanager
def undone_by_signals(undo: Callable[[], None], redo: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let `undo` run before a signal ends the process or stops it, and `redo` when it goes on.

    The signal then does what it did before, so that the shell learns of it. One that is ignored, as SIGHUP is under
    nohup, stays so. One of these may stand within another.
    """
    before = {number: signal.getsignal(number) for number in _taken()}

    def end(number: int, frame: FrameType | None) -> None:
        undo()
        signal.signal(number, before[number])
        signal.raise_signal(number)

    def stop(number: int, frame: FrameType | None) -> None:
        end(number, frame)
        signal.signal(number, stop)
        redo()

    for number in before:
        signal.signal(number, stop if number == STOP else end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _taken() -> list[int]:
    """Return the signals that would end this process or stop it from its terminal."""
    left = {getattr(signal, name, None) for name in (OTHERS - {"SIGTSTP"}) | FAULTS | {"SIGKILL", "SIGSTOP"}}
    return [number for number in signal.valid_signals() - left if _acts(signal.getsignal(number))]


def _acts(handler: object) -> bool:
    """Tell whether a signal has its own effect, or that of a function in Python."""
    return handler is signal.SIG_DFL or callable(handler)
