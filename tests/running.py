"""Run `sce` as a user does and look at what comes out."""

import json
import os
import subprocess
import sys
import warnings
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sce_cli import cli

SCREEN = {
    *("COLUMNS", "LINES", "TERMINAL_WIDTH", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "PY_COLORS"),
    *("TTY_COMPATIBLE", "GITHUB_ACTIONS", "PYTHONIOENCODING"),
}
"""Environment variables that change what a command prints."""


@dataclass(frozen=True)
class Run:
    """What one command left behind: its two streams and its exit code."""

    stdout: str
    stderr: str
    exit_code: int

    @property
    def json(self) -> Any:
        """Stdout as one strict JSON document: NaN and Infinity are refused."""
        return json.loads(self.stdout, parse_constant=_refuse)


def run_sce(*arguments: str, encoding: str = "utf-8", folder: Path | None = None, **environment: str) -> Run:
    """Run `sce` with the arguments as a process of its own, in a folder; further keywords are environment variables."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-m", "sce_cli", *arguments],
        capture_output=True,
        cwd=folder,
        env=process_environment(PYTHONIOENCODING=encoding, **environment),
        check=False,
    )
    return Run(finished.stdout.decode(encoding), finished.stderr.decode(encoding), finished.returncode)


def run_here(*arguments: str, folder: Path) -> Run:
    """Run `sce` in this process as `run_sce` runs it in one of its own, with nothing to read: ten times as quick."""
    streams = TextIOWrapper(BytesIO(), encoding="utf-8"), TextIOWrapper(BytesIO(), encoding="utf-8")
    environment = process_environment(COLUMNS="80")  # pytest's own terminal may be a narrow one
    with ExitStack() as stack, open(os.devnull, encoding="utf-8") as nothing:
        stack.enter_context(chdir(folder))
        stack.enter_context(patch.dict(os.environ, environment, clear=True))
        stack.enter_context(patch.object(sys, "stdin", nothing))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")
        stack.enter_context(redirect_stdout(streams[0]))
        stack.enter_context(redirect_stderr(streams[1]))
        exit_code = cli.run([*arguments])
    stdout, stderr = (_written(stream) for stream in streams)
    return Run(stdout, stderr, exit_code)


def _written(stream: TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


def process_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what would change the screen, plus `more`."""
    kept = {name: value for name, value in os.environ.items() if name not in SCREEN}
    return {**kept, **more}


def assert_refused(arguments: list[str], named: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Hold a mistake against its manners: exit code 2, nothing on stdout, one line that names it and one that helps."""
    assert cli.run(arguments) == 2
    stdout, stderr = capsys.readouterr()
    error, hint = stderr.splitlines()
    assert stdout == ""
    assert error.startswith("Error: ")
    assert named in error
    assert len(error) < 200
    assert remedy in hint


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
