"""Run a command in this process, which is quick, and hold what it leaves behind against every command's manners."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from sce_cli import __main__, cli
from tests.running import Run


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


def assert_manners(run: Run, *, as_json: bool) -> None:
    """Hold a run against what every command owes: its exit code, its errors, its JSON."""
    assert run.exit_code in {0, 1, 2}
    assert "Traceback" not in run.stderr
    if run.exit_code == 2:
        assert_complaint(run)
        return
    assert run.exit_code == 1 or run.stderr == ""  # a table of predictions has its failed claims on stderr
    if as_json:
        strict(run.stdout)


def assert_complaint(run: Run) -> None:
    """Hold a refusal against its form: stdout empty, the mistake in one line, the remedy in another."""
    assert (run.stdout, run.exit_code) == ("", 2)
    assert run.stderr.endswith("\n")
    mistake, remedy = run.stderr[:-1].split("\n")
    assert mistake.startswith("Error: ")
    assert len(mistake) < 400
    assert remedy.strip()
    assert (mistake + remedy).isprintable()


def strict(text: str) -> Any:
    """Return the one JSON document that a text is: no NaN, no infinity, no name twice, nothing behind it."""
    return json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse, parse_float=_finite)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), names
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    assert abs(value) < float("inf"), digits
    return value


NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of root, whom no permission stops, for a while; everyone else keeps their own."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
