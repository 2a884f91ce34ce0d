"""Hold what a command leaves behind against every command's manners."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.running import Run


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
