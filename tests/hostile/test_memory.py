"""Memory that runs out, wherever it does: one line that says so and a remedy, never a traceback."""

import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sce_cli import cli
from tests.hostile.judging import assert_complaint
from tests.running import Run, process_environment

COMMANDS = {
    "mle": ["mle"],
    "figure": ["mle", "--plot", "f.png"],
    "train": ["train", "--data", "digits", "--epochs", "2"],
    "lesson": ["lesson", "1", "--no-pause"],
}

LIMITS = (40, 90, 120, 135, 146, 158, 169, 192, 196, 210, 230, 240, 400)
"""Megabytes of address space: too few for NumPy, OpenBLAS, a product, Matplotlib and its libraries; enough."""


def limited(megabytes: int, arguments: list[str], folder: Path) -> Run:
    """Run a command with little memory."""
    size = megabytes * 1_000_000
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", *arguments],
        capture_output=True,
        cwd=folder,
        env=process_environment(PYTHONIOENCODING="utf-8", PYTHONPATH=str(Path(cli.__file__).parents[1])),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
        check=False,
    )
    return Run(finished.stdout.decode(), finished.stderr.decode(), finished.returncode)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of address space")


@on_linux
@pytest.mark.parametrize("command", COMMANDS)
def test_little_memory_is_told_in_one_line(command: str, folder: Path) -> None:
    assert_told(command, LIMITS[::4], folder)


@on_linux
@pytest.mark.search
@pytest.mark.parametrize("command", COMMANDS)
def test_little_memory_is_told_wherever_it_runs_out(command: str, folder: Path) -> None:
    assert_told(command, LIMITS, folder)


def assert_told(command: str, limits: Sequence[int], folder: Path) -> None:
    """Run a command with more and more memory: what lacks is told, until it is enough."""
    codes = []
    for megabytes in limits:
        run = limited(megabytes, COMMANDS[command], folder)
        codes.append(run.exit_code)
        if run.exit_code:
            assert_complaint(run)
            assert "Error: memory ran out." in run.stderr
        else:
            assert run.stderr == ""
    assert codes[0] == 2
    assert codes[-1] == 0
    assert codes == sorted(codes, reverse=True), codes


def test_memory_that_runs_out_in_a_study_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 8.00 TiB")

    monkeypatch.setattr("sce_cli.topics.mle.study.study", fail)
    assert cli.run(["mle"]) == 2
    assert capsys.readouterr().err.startswith("Error: memory ran out.\n")


def test_another_failure_of_an_import_is_no_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sce_cli.topics.mle.study", None)
    with pytest.raises(ImportError):
        cli.run(["mle"])
