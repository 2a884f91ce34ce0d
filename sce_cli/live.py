"""What happens while a study is still being made: a progress bar on a terminal, and Ctrl-C that ends the epoch."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

Watch = Callable[[str, int, Any], bool]
"""Is told the optimiser, the epochs done and where they led; answers whether to go on."""


@contextmanager
def watched(epochs: int) -> Iterator[Watch]:
    """Yield what training calls after each epoch of each optimiser, of at most so many.

    It moves a bar on stderr, if that is a terminal. After Ctrl-C it answers that the epoch just done is the last one;
    a second Ctrl-C interrupts at once.
    """
    with _interruptible() as interrupted, _bar(epochs) if sys.stderr.isatty() else nullcontext() as show:

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
    from rich.progress import Progress, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    length = max(4, min(30, console.width - 52))

    class Share(TextColumn):
        """The share of an optimiser's epochs that are done, as a bar and as a number."""

        def render(self, task: Task) -> Any:
            """Draw in ASCII, which every terminal carries."""
            done = task.completed / epochs
            filled = int(length * done)
            return Text(f"[{'#' * filled}{' ' * (length - filled)}] {done:4.0%}")

    columns = (
        TextColumn("{task.description}"),
        Share(""),
        TextColumn("loss {task.fields[loss]:.4f} accuracy {task.fields[accuracy]:.1%}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        line = progress.add_task("", total=epochs, loss=0.0, accuracy=0.0)

        def show(optimizer: str, epoch: int, here: Any) -> None:
            if epoch == 0:
                progress.reset(line, description=optimizer)
            progress.update(line, completed=epoch, loss=here.loss, accuracy=here.accuracy)

        yield show
