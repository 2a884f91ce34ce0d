"""How long a demonstration takes from a key to a finished frame, beside printing the same lines, and to start."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from sce_cli import cli
from sce_cli.play.loop import Session
from sce_cli.present.keyboard import Keyboard
from sce_cli.present.outputs import Outputs
from sce_cli.present.stage import Terminal
from tests.benchmarks.measuring import SCE, Line, Timed, compared, process, work

SIZE = {"COLUMNS": "80", "LINES": "24"}

PLAYED = {
    "scores": ("scores 2 1 0.1", "right"),
    "hill": ("hill", "w"),
    "wrong": ("wrong -5", "right"),
    "steps": ("steps --learning-rate 9", " "),
    "floor": ("floor 0.7,0.2,0.1 0.5,0.3,0.2", "right"),
    "sample": ("sample --draws 500", "n"),
}
"""What is played, and the key that is pressed again and again."""

EXAMPLES = 1000
"""Points of the training."""

FRAMES = 20

MOST = 0.05
"""Seconds from a key to its frame."""


class Pressed:
    """A demonstration in which one key is pressed again and again, each time with its frame written."""

    def __init__(self, line: str, key: str) -> None:
        nobody: Any = Keyboard.__new__(Keyboard)
        self.terminal, self.key = Terminal(Outputs(), nobody, ()), key
        self.session: Session = cli._presented(["play", *shlex.split(line)]).session
        self.first = self.session

    def __call__(self) -> None:
        """Press the key, and write the frame."""
        after = self.session.after(self.key)
        self.session = self.first if after is self.session else after
        self.terminal.draw(self.session)

    def lines(self) -> list[str]:
        """Return the lines of the frame."""
        return self.terminal._lines(self.session)


def bare(lines: list[str]) -> None:
    """Print lines with their colours through a console of Rich's own."""
    console = Console(file=StringIO(), width=80, force_terminal=True)
    for line in lines:
        console.print(Text.from_ansi(line))
    sys.stdout.write(console.file.getvalue())  # type: ignore[attr-defined]


@contextmanager
def thrown_away() -> Iterator[None]:
    """Let the screen be one of 80 × 24 whose output nobody sees."""
    before, kept = sys.stdout, dict(os.environ)
    os.environ.update(SIZE)
    with open(os.devnull, "w", encoding="utf-8") as sys.stdout:
        try:
            yield
        finally:
            sys.stdout = before
            os.environ.clear()
            os.environ.update(kept)


def table(path: Path) -> str:
    """Write a table of a thousand points, and return its name."""
    points = np.random.default_rng(0).normal(size=(EXAMPLES * 5 // 4, 2))
    kinds = (points**2).sum(axis=1) > 1
    rows = [f"{x:.4f},{y:.4f},{'ab'[int(kind)]}" for (x, y), kind in zip(points.tolist(), kinds.tolist(), strict=True)]
    path.write_text("\n".join(["x,y,kind", *rows]))
    return shlex.quote(str(path))


def played(line: str, key: str) -> tuple[Timed, Timed]:
    """Return what times a key with its frame, and the bare printing of the lines of a frame."""
    pressed = Pressed(line, key)
    pressed()
    shown = pressed.lines()

    def timed(function: Timed) -> Timed:
        def quietly() -> float:
            with thrown_away():
                return function()

        return quietly

    return timed(work(pressed, FRAMES)), timed(work(lambda: bare(shown), FRAMES))


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    with TemporaryDirectory() as folder:
        thousand = f"train {table(Path(folder, 'thousand.csv'))} --expand 3"
        for name, (line, key) in {**PLAYED, "train, 1,000 points": (thousand, "n")}.items():
            with thrown_away():
                ours, theirs = played(line, key)
            yield compared(f"`sce play {name}`, a frame", "Rich printing its lines", ours, theirs, limit=3.0, pairs=9)
            yield Line(f"`sce play {name}`, a frame", "50 ms", ours() / MOST, 1.0)
    start, other = process(*SCE, "play", "scores"), process(*SCE, "softmax")
    yield compared("`sce play scores`, whole process", "`sce softmax`", start, other, limit=1.15, pairs=25)
