"""A demonstration by its command line, as far as no terminal is needed."""

import shlex
from typing import Any

from sce_cli import cli
from sce_cli.play.loop import Session
from sce_cli.present import Performance
from tests.running import run_sce


def session(line: str) -> Session:
    """Return the session that `sce play` begins with these words."""
    shown = cli._presented(["play", *shlex.split(line)])
    assert isinstance(shown, Performance)
    return shown.session


def document(line: str) -> Any:
    """Return the JSON of a line behind `sce`, which must succeed."""
    run = run_sce(*shlex.split(line), "--json")
    assert (run.exit_code, run.stderr) == (0, ""), run.stderr
    return run.json


def frame(line: str, columns: int = 80) -> list[str]:
    """Return the lines that `sce play` prints without a terminal, the command to go on with aside."""
    run = run_sce("play", *shlex.split(line), COLUMNS=str(columns))
    assert (run.exit_code, run.stderr) == (0, ""), run.stderr
    *lines, last = run.stdout.splitlines()
    assert last.startswith("Go on with sce ")
    return lines
