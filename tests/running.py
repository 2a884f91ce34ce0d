"""Run `sce` as a user does and look at what comes out."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
