"""The stage of a demonstration: frames on a terminal, one write each, and keys; or one frame where there is none."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len
from rich.table import Table

from sce_cli import __version__
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.screen import Screen
from sce_cli.errors import ExitCode
from sce_cli.play import DEMONSTRATIONS
from sce_cli.play.loop import Session, play
from sce_cli.present.document import strict
from sce_cli.present.keyboard import SINGLE_KEYS, TICK, Keyboard
from sce_cli.present.leaving import undone_by_signals
from sce_cli.present.live import WITHOUT_CONTROL
from sce_cli.present.outputs import Outputs, Performance, view_width
from sce_cli.present.paging import COLOURS
from sce_cli.present.slides import Heading, indented
from sce_cli.present.writing import control, write
from sce_cli.text import shell_argument
from sce_cli.translation import _
from sce_cli.units import Unit

AROUND = 3
"""Rows of a frame around the picture: its title, and two lines below."""

PRINTED_ROWS = 20 - AROUND
"""Rows of a picture that is printed: as on the smallest screen."""

MOST_ROWS = 30
"""Rows of a frame on a tall terminal."""

REST_OF_LINE, REST_OF_SCREEN = "\x1b[K", "\x1b[J"
"""Clear what stands behind what has just been written."""

TAKEN, GIVEN_BACK = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[999;1H\n\x1b[?1049l"
"""The terminal's second screen without a cursor; and its first one, as it was.

A terminal that has no second one goes on below the frame.
"""

AT_ONCE, DONE = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronised update: what stands between appears at once; a terminal that doesn't know it passes over it."""


def perform(shown: Performance) -> ExitCode:
    """Play a demonstration on a terminal, or print one frame of it or its JSON; and say how to go on from there."""
    if shown.outputs.json:
        write(strict(as_document(shown.session)))
        return ExitCode.OK
    if not shown.session.over and _on_terminal():
        with Keyboard() as keyboard:
            session = on_stage(shown.session, shown.outputs, keyboard)
    else:
        session = shown.session
        write("".join(f"{line}\n" for line in printed(session, shown.outputs)))
    write(_("Go on with {line}").format(line=typed(session.state.line)) + "\n")
    return ExitCode.OK


def list_demonstrations(outputs: Outputs) -> ExitCode:
    """Print the demonstrations, and how to play them."""
    screen = Screen(sys.stdout, ascii_only=outputs.ascii, width=view_width(outputs.width))
    rows = Table.grid(padding=(0, 3, 0, 0))
    for entry in DEMONSTRATIONS:
        rows.add_row(escaped(entry.name), _(entry.shows))
    screen.print(Heading(_("Demonstrations")))
    screen.print(indented(rows))
    screen.print()
    screen.print(_("sce play scores opens one: arrows move something, and the picture follows; q leaves."))
    write(screen.text)
    return ExitCode.OK


def as_document(session: Session) -> dict[str, object]:
    """Return what the JSON says of a demonstration: its state and what the picture shows."""
    state = session.state
    return {
        "command": "play",
        "version": __version__,
        "demonstration": session.name,
        "state": state.settings,
        "unit": Unit.NATS.label,
        **state.numbers,
        "line": typed(state.line),
    }


def typed(words: Sequence[str]) -> str:
    """Return the words behind `sce` as they are typed in a shell."""
    return " ".join(["sce", *(shell_argument(word) for word in words)])


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty() and SINGLE_KEYS


def printed(session: Session, outputs: Outputs) -> list[str]:
    """Return the lines of a frame that stays: without the keys, and as high as it is."""
    return _drawn(session, outputs, PRINTED_ROWS, ())


def _drawn(session: Session, outputs: Outputs, rows: int, above: Sequence[str]) -> list[str]:
    """Return the title, unless there are lines to stand in its place, and the picture, cut off at its rows."""
    screen = Screen(sys.stdout, ascii_only=outputs.ascii, width=view_width(outputs.width))
    if not above:
        screen.print(Heading(_(session.state.TITLE)))
    screen.print(session.state.frame(rows))
    lines = screen.text.rstrip("\n").split("\n")
    return [*above, *lines][: rows + max(len(above), 1)]


def on_stage(session: Session, outputs: Outputs, keyboard: Keyboard, above: Sequence[str] = ()) -> Session:
    """Play on the terminal until q, and leave it as it was; above: lines in the title's place."""
    stage = Terminal(outputs, keyboard, above)
    with stage.taken():
        return play(session, stage)


def at_once(codes: str) -> None:
    """Send the terminal codes past what is being written, as within a signal's handler."""
    control(sys.stdout, codes)


class Terminal:
    """The terminal as a stage: lines that have changed are written at one go, and nothing is cleared before."""

    def __init__(self, outputs: Outputs, keyboard: Keyboard, above: Sequence[str]) -> None:
        self._outputs, self._keyboard, self._above = outputs, keyboard, above
        self._size = shutil.get_terminal_size()
        self._shown: list[str] = []
        self._taken = False
        self._dumb = os.environ.get("TERM") in WITHOUT_CONTROL

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the terminal's second screen, and give it back whatever ends or stops the process."""
        if self._dumb:
            yield
            return
        with undone_by_signals(lambda: self._give_back(at_once), self._take):
            self._take()
            try:
                yield
            finally:
                self._give_back(write)

    def _take(self) -> None:
        self._shown, self._taken = [], True
        at_once(TAKEN)

    def _give_back(self, send: Callable[[str], None]) -> None:
        """Leave the terminal as it was, once."""
        if self._taken:
            self._taken = False
            send(GIVEN_BACK)

    def draw(self, session: Session) -> None:
        """Write the lines that have changed."""
        self._size = shutil.get_terminal_size()
        lines = self._lines(session)
        if self._dumb:
            write("\n".join(["", *lines, ""]))
            return
        changed = [
            f"\x1b[{row};1H{line}{'' if self._is_full(line) else REST_OF_LINE}"
            for row, line in enumerate(lines, start=1)
            if row > len(self._shown) or self._shown[row - 1] != line
        ]
        rest = "" if self._shown or len(lines) >= self._size.lines else f"\n{REST_OF_SCREEN}"
        self._shown = lines
        write(f"{AT_ONCE}{''.join(changed)}{rest}{DONE}")

    def _lines(self, session: Session) -> list[str]:
        """Return the frame: as high as the terminal, with the keys in the last two rows."""
        height = min(self._size.lines, MOST_ROWS)
        above = self._above if len(self._above) + 20 <= height else self._above[:1]
        rows = max(height - max(len(above), 1) - AROUND + 1, 1)
        lines = _drawn(session, self._outputs, rows, above)
        footer = Screen(sys.stdout, ascii_only=self._outputs.ascii, width=view_width(self._outputs.width))
        for line in session.footer:
            footer.print(line, no_wrap=True, overflow="crop")
        lines += [""] * (height - 2 - len(lines))
        return [*lines[: max(height - 2, 1)], *footer.text.splitlines()][:height]

    def _is_full(self, line: str) -> bool:
        """Whether a line reaches the last column, where clearing the rest would take its last character away."""
        return cell_len(COLOURS.sub("", line)) >= self._size.columns

    def key(self, pause: float | None) -> str:
        """Return the next key."""
        end = None if pause is None else time.monotonic() + pause
        key = self._keyboard.key(lambda: self._resized() or _over(end), min(TICK, pause or TICK), {})
        if key != "changed":
            return key
        if _over(end) and not self._resized() and self._shown:
            return "tick"
        self._shown = []
        return "changed"

    def waiting(self) -> bool:
        """Whether a key has been typed already."""
        return self._keyboard.waiting()

    def _resized(self) -> bool:
        return shutil.get_terminal_size() != self._size


def _over(end: float | None) -> bool:
    return end is not None and time.monotonic() >= end
