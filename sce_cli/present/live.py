"""What happens while a study is still being made: a progress bar on a terminal, and Ctrl-C that ends the epoch."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

from sce_cli.present.leaving import undone_by_signals
from sce_cli.present.writing import control
from sce_cli.study import Watch
from sce_cli.translation import _

WITHOUT_CONTROL = {"dumb", "unknown"}
"""Kinds of terminals on which what is once written stays: no line can be taken away, no screen cleared."""


@contextmanager
def watched(epochs: int) -> Iterator[Watch]:
    """Yield what training calls after each epoch of each optimiser, of at most so many.

    It moves a bar on stderr, if that is a terminal that can. After Ctrl-C it answers that the epoch just done is the
    last one; a second Ctrl-C interrupts at once.
    """
    shown = sys.stderr.isatty() and os.environ.get("TERM") not in WITHOUT_CONTROL
    with _bar(epochs) if shown else nullcontext() as show, _interruptible() as interrupted:

        def watch(optimizer: str, epoch: int, here: Any) -> bool:
            if show is not None:
                show(optimizer, epoch, here)
            return not interrupted()

        yield watch


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Take Ctrl-C as a wish, and yield what tells whether it came; where Ctrl-C is ignored, it stays so."""
    before = signal.getsignal(signal.SIGINT)
    came = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, note)
    try:
        yield lambda: came
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(epochs: int) -> Iterator[Callable[[str, int, Any], None]]:
    """Yield what shows an epoch on a line of its own, in ASCII; in the end the line is taken away."""
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    console, time_left = Console(stderr=True, highlight=False), TimeRemainingColumn()
    width = console.width - len("^C^C")  # which the terminal shows behind the line; beyond the margin it would wrap

    class Line(ProgressColumn):
        """The share of an optimiser's epochs that are done, loss, accuracy and time left, cut off at the margin."""

        def render(self, task: Task) -> Text:
            """Draw in ASCII, which every terminal carries, with a bar where there is room for one."""
            done = task.completed / epochs
            reached = _("loss {loss:.4f} accuracy {accuracy:.1%}").format(**task.fields)
            text = f"{done:4.0%} {reached} {time_left(task)}"
            room = min(30, width - len(f"{task.description} [] {text}"))
            bar = f"[{'#' * int(room * done):{room}}] " if room > 0 else ""
            return Text(f"{task.description} {bar}{text}"[:width])

    with (
        undone_by_signals(lambda: control(sys.stderr, "\r\x1b[K\x1b[?25h"), lambda: control(sys.stderr, "\x1b[?25l")),
        Progress(Line(), console=console, transient=True) as progress,
    ):
        line = progress.add_task("", total=epochs, visible=False)

        def show(optimizer: str, epoch: int, here: Any) -> None:
            if epoch == 0:
                progress.reset(line, description=optimizer, visible=True, loss=here.loss, accuracy=here.accuracy)
            progress.update(line, completed=epoch, loss=here.loss, accuracy=here.accuracy)

        yield show


@contextmanager
def counted(total: int) -> Iterator[Callable[[], None]]:
    """Yield what is called as each of so many things is done; it moves a bar on stderr, if that is a terminal."""
    if not (sys.stderr.isatty() and os.environ.get("TERM") not in WITHOUT_CONTROL):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, Task
    from rich.text import Text

    console = Console(stderr=True, highlight=False)

    class Line(ProgressColumn):
        """A bar in ASCII, and how many are done."""

        def render(self, task: Task) -> Text:
            """Draw it within the margin."""
            text = _("{done} of {total} files").format(done=int(task.completed), total=total)
            room = max(0, min(30, console.width - len(text) - 8))
            return Text(f"[{'#' * int(room * task.completed / total):{room}}] {text}"[: console.width - 4])

    with (
        undone_by_signals(lambda: control(sys.stderr, "\r\x1b[K\x1b[?25h"), lambda: control(sys.stderr, "\x1b[?25l")),
        Progress(Line(), console=console, transient=True) as progress,
    ):
        line = progress.add_task("", total=total)
        yield lambda: progress.advance(line)
