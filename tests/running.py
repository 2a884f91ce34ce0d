"""Run `sce` as a user does and look at what comes out: in this process, which is quick, or in one of its own."""

import io
import json
import os
import re
import shlex
import stat
import subprocess
import sys
import warnings
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sce_cli import __main__, cli, correction

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


class Stream(io.TextIOWrapper):
    """What `sce` writes to as a process: text in any encoding, with escapes for what it can't carry."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        __main__._writable(self)
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether a terminal is to be played."""
        return self.terminal

    def text(self) -> str:
        """Return all that was written; a byte that isn't of the encoding raises an exception."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


def run_here(arguments: Sequence[str], encoding: str = "utf-8", *, terminal: bool = False) -> Run:
    """Return what `sce` does with the arguments; whatever it lets through is raised here."""
    out, err = Stream(encoding, terminal=terminal), Stream(encoding, terminal=terminal)
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run(list(arguments))
    return Run(out.text(), err.text(), int(code))


def run_sce(
    *arguments: str, encoding: str = "utf-8", folder: Path | None = None, terminal: bool = False, **environment: str
) -> Run:
    """Run `sce` in a folder, with nobody at the keyboard; further keywords are environment variables.

    It's this process, in which everything is imported already: see `sce_process`.
    """
    with (
        chdir(folder or os.curdir),
        patch.dict(os.environ, process_environment(**{"COLUMNS": "80", **environment}), clear=True),
        open(os.devnull) as nobody,
        patch.object(sys, "stdin", nobody),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        __main__._settle_size()
        return run_here(arguments, encoding, terminal=terminal)


def sce_process(*arguments: str, encoding: str = "utf-8", folder: Path | None = None, **environment: str) -> Run:
    """Run `sce` as a process of its own, where its start, its streams or its environment are what is tested."""
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
    follow(hint, capsys)


def follow(hint: str, capsys: pytest.CaptureFixture[str], rounds: int = 2) -> bool:
    """Type the command line that a remedy shows, which must work; tell whether it shows one.

    Of two mistakes the second may be answered by a remedy of its own. No file that is there may change, and what the
    line writes is removed.
    """
    shown = re.search(r"\bsce( .*)?$", hint)
    if shown is None:
        return False
    assert len(shown[0]) <= correction.LONGEST
    before = _files()
    if (shown[0], *before) in FOLLOWED:
        return True
    code = cli.run(shlex.split(shown[0])[1:])
    stderr = capsys.readouterr().err
    after = _files()
    assert {name: after[name] for name in before} == before
    for name in {*after} - {*before}:
        os.unlink(name)
    if code == 2 and rounds > 1:
        follow(stderr.splitlines()[-1], capsys, rounds - 1)
    else:
        assert code in {0, 1}, (hint, stderr)
    FOLLOWED.add((shown[0], *before))
    return True


FOLLOWED: set[tuple[object, ...]] = set()
"""Lines that worked, with the files that were there: trying one again tells nothing."""


def _files() -> dict[str, tuple[int, int]]:
    """Return the files in this folder, each with when it was changed and its size."""
    found = {path.name: path.lstat() for path in Path().iterdir() if not stat.S_ISDIR(path.lstat().st_mode)}
    return {name: (status.st_mtime_ns, status.st_size) for name, status in found.items()}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
