"""A seat in the classroom: `sce` in a pseudo-terminal, its screen, and a keyboard."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect  # type: ignore[import-untyped]
import pyte
from rich.cells import cell_len

from tests.running import process_environment

SCE = (sys.executable, "-W", "error", "-m", "sce_cli")

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
HOME, END = "\x1b[H", "\x1b[F"

PATIENCE = 30
"""Seconds to wait for what must come; a busy machine is slow."""


class Seat:
    """A program in a pseudo-terminal. What it shows is waited for, never how long it may take."""

    def __init__(
        self,
        *command: str,
        rows: int = 24,
        columns: int = 80,
        folder: Path | None = None,
        **environment: str,
    ) -> None:
        screen = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment}
        self.process = pexpect.spawn(
            command[0],
            [*command[1:]],
            env=process_environment(**screen),
            dimensions=(rows, columns),
            cwd=folder,
            timeout=PATIENCE,
            echo=True,
        )
        self.process.delaybeforesend = None
        self.screen = pyte.HistoryScreen(columns, rows, history=5000, ratio=1)
        self._stream = pyte.ByteStream(self.screen)
        self.received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.process.close(force=True)

    @property
    def rows(self) -> list[str]:
        """The screen, without the blank cells at the ends of its rows; a wide character takes two cells, one empty."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self) -> str:
        """What the screen shows, with one blank between words however they are broken into lines."""
        return " ".join(" ".join(self.rows).split())

    @property
    def last(self) -> int:
        """The number of the last row that shows something."""
        return max((row for row, text in enumerate(self.rows) if text), default=-1)

    @property
    def scrolled(self) -> str:
        """What has been scrolled away, and what the screen shows."""
        away = ["".join(row[column].data for column in range(self.screen.columns)) for row in self.screen.history.top]
        return "\n".join([*away, *self.rows])

    def press(self, keys: str) -> None:
        """Type keys; a terminal's driver has room for more than any of these tests types."""
        self.process.send(keys)

    def until(self, *texts: str) -> str:
        """Wait until the screen shows all these texts, and return all that it shows."""
        return self.until_so(lambda: all(text in self.text for text in texts), " and ".join(map(repr, texts)))

    def until_found(self, pattern: re.Pattern[str], other_than: str = "") -> str:
        """Wait until the screen shows what matches, other than what it showed before, and return that."""
        self.until_so(lambda: other_than not in (found := pattern.findall(self.text)) and found, str(pattern.pattern))
        text: str = pattern.findall(self.text)[-1]
        return text

    def until_so(self, there: Callable[[], object], what: str) -> str:
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE
        while not there():
            assert self._fed(deadline), f"{what} never came:\n" + "\n".join(self.rows)
        return self.text

    def exit_code(self) -> int | None:
        """Wait for the end, and return the exit code, or minus the signal that ended it."""
        deadline = time.monotonic() + PATIENCE
        while self._fed(deadline):
            pass
        while self.process.isalive() and time.monotonic() < deadline:
            time.sleep(0.02)  # a terminal that closes would end it before it has an exit code
        self.process.close(force=False)
        status: int | None = self.process.exitstatus
        return -self.process.signalstatus if status is None else status

    def resize(self, rows: int, columns: int) -> None:
        """Change the terminal's size, as a window manager does."""
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def hang_up(self) -> None:
        """Take the terminal away, as a closed window does."""
        self.process.ptyproc.fileobj.close()

    def _fed(self, deadline: float) -> bool:
        """Show what comes next; tell whether something came in time."""
        try:
            data = self.process.read_nonblocking(65536, max(deadline - time.monotonic(), 0))
        except (pexpect.EOF, pexpect.TIMEOUT):
            return False
        self.received += data
        self._stream.feed(data)
        return True


def widest(lines: list[str]) -> int:
    """Return how many columns the widest line takes."""
    return max(map(cell_len, lines))


def sce_in_shell(script: str, *arguments: str, **environment: str) -> tuple[str, ...]:
    """Return a Bash command in which "$@" is `sce` with the arguments."""
    return ("bash", "-c", script, "bash", *SCE, *arguments)
