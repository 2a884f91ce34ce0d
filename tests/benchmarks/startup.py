"""How long commands take to start, beside the least that any command of their kind does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import SCE, Line, Timed, compared, leave_out, process

BARE = Path(__file__).with_name("bare.py")

TYPER = "typer==0.29.2"
"""The first Typer that imports pydantic, which commands of its kind start with today."""

PYTHON_WITH_TYPER = "PYTHON_WITH_TYPER"
"""The variable that may name the Python of an environment with that Typer, NumPy and Rich; else one is made."""


def imported_by(command: list[str]) -> set[str]:
    """Return the top-level packages that a command imports."""
    log = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in log.stderr.splitlines()}


@contextmanager
def python_with_typer() -> Iterator[str | None]:
    """Give the Python of an environment with that Typer, and NumPy and Rich as they are here; None without one."""
    if PYTHON_WITH_TYPER in os.environ:
        yield os.environ[PYTHON_WITH_TYPER]
        return
    with TemporaryDirectory() as folder:
        yield _installed(folder)


def _installed(folder: str) -> str | None:
    """Make the environment in a folder, and return its Python; None where that Typer can't be had."""
    python = str(Path(folder, "bin", "python"))
    same = [f"{package}=={version(package)}" for package in ("numpy", "rich")]
    try:
        for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", TYPER, *same]):
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    ours = process(*SCE, "mle", "--white", "6", "--black", "4")
    yield started(ours, "bare Typer program, with NumPy and Rich", sys.executable, 1.30)
    with python_with_typer() as python:
        if python is None:
            leave_out(TYPER)
        else:
            yield started(ours, f"bare program under {TYPER.replace('==', ' ')}, with NumPy and Rich", python, 0.85)
    heavy = imported_by(["-m", "sce_cli", "--help"]) & {"numpy", "matplotlib"}
    yield Line("`sce --help`", "imports of NumPy and matplotlib", len(heavy), 0)


def started(ours: Timed, beside: str, python: str, limit: float) -> Line:
    """Return the line of `sce mle` beside the bare program under a Python."""
    theirs = process(python, str(BARE), "--number", "6")
    return compared("`sce mle`, whole process", beside, ours, theirs, limit=limit, pairs=25)
