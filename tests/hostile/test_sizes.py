"""Sizes in the environment that no screen has: each reader, Rich and Typer among them, takes them for none."""

from collections.abc import Sequence
from typing import Any

import pytest
from rich.cells import cell_len

from tests.running import Run, run_sce, sce_process

NO_SIZES = ["9" * 20, "9" * 5000, "-1", "0", "abc", "²", "٣", "1e3", "80.5", " ", "100000", "0x50", "1_000"]


def sized(command: Sequence[str], **sizes: Any) -> Run:
    """Run a command with sizes in the environment."""
    return run_sce(*command, **sizes)


@pytest.mark.parametrize("command", [["mle"], ["mle", "--help"], ["mle", "--white", "x"]], ids=" ".join)
def test_a_size_that_no_screen_has_is_none(command: list[str]) -> None:
    plain = sized(command, COLUMNS="80")
    for size in NO_SIZES:
        assert sized(command, COLUMNS=size, LINES=size) == plain, size


@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "TERMINAL_WIDTH"])
@pytest.mark.parametrize("size", [NO_SIZES[0], "²"])
def test_a_process_takes_no_size_that_no_screen_has(name: str, size: str) -> None:
    sizes: dict[str, Any] = {name: size}
    run = sce_process("mle", "--help", **sizes)
    assert run == sce_process("mle", "--help")
    assert run.exit_code == 0


@pytest.mark.parametrize("columns", ["1", "2", "5", "010", "9999"])
def test_the_smallest_and_the_largest_screen_do_no_harm(columns: str) -> None:
    for command in (["mle"], ["mle", "--help"], ["lesson", "1", "--no-pause"]):
        run = sized(command, COLUMNS=columns, LINES=columns)
        assert (run.exit_code, run.stderr) == (0, "")
        assert max(cell_len(line) for line in run.stdout.splitlines()) <= int(columns)
