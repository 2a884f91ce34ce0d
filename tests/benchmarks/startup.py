"""How long commands take to start, beside the least that any command of their kind does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import SCE, Line, compared, process

BARE = Path(__file__).with_name("bare.py")


def imported_by(command: list[str]) -> set[str]:
    """Return the top-level packages that a command imports."""
    log = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in log.stderr.splitlines()}


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    yield compared(
        "`sce mle`, whole process",
        "bare Typer program, with NumPy and Rich",
        process(*SCE, "mle", "--white", "6", "--black", "4"),
        process(sys.executable, str(BARE), "--number", "6"),
        limit=1.30,
        pairs=25,
    )
    heavy = imported_by(["-m", "sce_cli", "--help"]) & {"numpy", "matplotlib"}
    yield Line("`sce --help`", "imports of NumPy and matplotlib", len(heavy), 0)
