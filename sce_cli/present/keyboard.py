"""Answers and keys from people: lines from a pipe, and single keys from a terminal, none lost when typed ahead."""

import codecs
import os
import re
import select
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from rich.cells import cell_len

from sce_cli.present.leaving import undone_by_signals
from sce_cli.present.writing import write

try:
    import termios
except ImportError:  # as on Windows: slides are printed at one go
    termios = None  # type: ignore[assignment]

SINGLE_KEYS = termios is not None
"""Whether this system's terminals give single keys."""

LONGEST_GUESS = 30
"""Columns that a guess may take; it stays on one line."""

LONGEST_LINE = 1000
"""Bytes from a pipe after which nobody will end the line."""

PATIENCE = 3.0
"""Seconds to wait for an answer where nobody sits at a terminal: a pipe that stays open and silent mustn't hang."""

ESCAPE_TIME = 0.05
"""Seconds within which the rest of an arrow key's sequence arrives; Escape alone is followed by nothing."""

TICK = 0.2
"""Seconds after which a change of the terminal's size is noticed."""

SEQUENCE = re.compile(r"\x1b(\[\[?[0-?]*[ -/]*|O)?")
"""The beginning of a key's sequence, which goes on."""

ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
"""By the last letter of their sequences."""

NAMES = {
    **dict.fromkeys(["\r", "\n"], "enter"),
    **{f"\x1b{begin}{letter}": arrow for letter, arrow in ARROWS.items() for begin in "[O"},
    **{f"\x1b[1;{held}{letter}": f"shift-{arrow}" for letter, arrow in ARROWS.items() for held in (2, 5)},
    **{f"\x1b[{letter.lower()}": f"shift-{arrow}" for letter, arrow in ARROWS.items()},
    "\x1b[5~": "page-up",
    "\x1b[6~": "page-down",
    **dict.fromkeys(["\x7f", "\x08"], "erase"),
    **dict.fromkeys(["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"], "first"),
    **dict.fromkeys(["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"], "last"),
    "\x15": "erase_all",
    "\x04": "end",
}
"""Keys that aren't characters: arrows, alone or with shift or control, Backspace, Home, End, Ctrl-U, Ctrl-D."""

PAGING = {
    **dict.fromkeys(["right", "down", "page-down"], "on"),
    **dict.fromkeys(["left", "up", "page-up"], "back"),
}
"""What arrows mean where there is only one way on and one way back."""


class Lines:
    """Lines from stdin where it isn't a terminal, one an answer, until it ends or stays silent."""

    def __init__(self) -> None:
        self._held = b""
        self._ended = False

    def next(self) -> str | None:
        """Return the next line without its end, or None when there are no more."""
        while not self._ended and b"\n" not in self._held and len(self._held) < LONGEST_LINE:
            more = self._more()
            self._held += more
            self._ended = not more
        if not self._held:
            return None
        line, _, self._held = self._held.partition(b"\n")
        return line.decode(errors="replace").strip()

    def _more(self) -> bytes:
        """Return what stdin has next; nothing at its end, and where it is closed or can't be read."""
        try:
            descriptor = sys.stdin.fileno()
            return os.read(descriptor, 65536) if select.select([descriptor], [], [], PATIENCE)[0] else b""
        except (OSError, ValueError, AttributeError):
            return b""


class Keyboard:
    """Keys from a terminal on stdin, one at a time and unechoed; within a `with`.

    A key is read byte by byte, so what is typed ahead is there for the next slide, and afterwards for the shell. Only a
    question forgets it: nobody answers what isn't asked yet.
    """

    def __init__(self) -> None:
        self._descriptor = sys.stdin.fileno()
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._leaving = ExitStack()

    def __enter__(self) -> Self:
        """Take single keys from now on."""
        self._before = termios.tcgetattr(self._descriptor)
        self._leaving.enter_context(undone_by_signals(self._restore))
        self._leaving.callback(self._restore)
        self._listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        """Leave the terminal as it was."""
        self._leaving.close()

    def _restore(self) -> None:
        """Set the terminal as it was, unless it is another's by now, as a shell's that runs this in the background."""
        with suppress(OSError):  # a terminal that isn't this session's has no such group
            if os.tcgetpgrp(self._descriptor) != os.getpgrp():
                return
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)

    def key(self, changed: Callable[[], bool], seconds: float = TICK, meanings: Mapping[str, str] = PAGING) -> str:
        """Return the next key: a character, a name of NAMES, or "changed" as soon as `changed()` says so.

        seconds: after which that is asked, again and again. meanings: of names that stand for others here.
        """
        while not self._ready(seconds):
            if self._listen() or changed():
                return "changed"
        key = self._character()
        while SEQUENCE.fullmatch(key) and self._ready(ESCAPE_TIME):
            character = self._character()
            key = key + character if character >= " " else character  # a control character begins anew
        if len(key) == 2:  # Escape and then a key of its own
            key = key[1]
        name = NAMES.get(key, key if key.isprintable() else "")
        return meanings.get(name, name)

    def waiting(self) -> bool:
        """Whether a key has been typed already."""
        return self._ready(0)

    def forget(self) -> None:
        """Drop what has been typed ahead."""
        with suppress(termios.error):  # the terminal may be gone
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def _listen(self) -> bool:
        """Set the terminal to single keys; tell whether it was not, as after a stop with Ctrl-Z."""
        try:
            mode = termios.tcgetattr(self._descriptor)
        except termios.error:  # the terminal is gone, which reading from it tells
            return False
        lines = mode[3] & (termios.ICANON | termios.ECHO)
        if lines:
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._descriptor, termios.TCSANOW, mode)
        return bool(lines)

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _character(self) -> str:
        """Return the next character, or Ctrl-D when the terminal is gone."""
        while True:
            byte = b""
            with suppress(OSError):
                byte = os.read(self._descriptor, 1)
            character = self._decode(byte) if byte else "\x04"
            if character:
                return character


def edited(keyboard: Keyboard, text: str, changed: Callable[[], bool]) -> tuple[str, str]:
    """Let a line be typed on the screen, and return it with the key that ended it.

    That is "enter", "end" (Ctrl-D), "back", "first" or "last" if nothing is typed yet, or "changed". text: what already
    stands there.
    """
    while True:
        key = keyboard.key(changed)
        if key in {"enter", "end", "changed"} or (key in {"back", "first", "last"} and not text):
            return text.strip() if key == "enter" else text, key
        if key in {"erase", "erase_all"}:
            gone = text[-1:] if key == "erase" else text
            write("\b \b" * cell_len(gone))
            text = text.removesuffix(gone)
        elif len(key) == 1 and cell_len(text + key) <= LONGEST_GUESS:
            write(key)
            text += key
