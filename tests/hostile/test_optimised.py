"""Python without docstrings and assertions, as -OO or PYTHONOPTIMIZE=2 make it: every command does the same."""

import json
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import pytest

from tests.running import process_environment, run_sce, sce_process

COMMANDS = [
    "--help",
    "",
    "mle",
    "mle --help",
    "softmax 2 1 0.1 --json",
    "entropy --target 1,0 --prediction 0.9,0.1 --handout h.md",
    "mle --plot f.svg",
    "train --epochs 2 --save m.npz",
    "predict m.npz --data iris --row 7",
    "predict m.npz --data iris",
    "lesson",
    "lesson 1 --no-pause",
    "lesson 1 --handout l.html",
    "lesson --check nowhere.md",
    "mle --white x",
]

EACH = """
import json, sys
from dataclasses import astuple
from tests.running import run_sce
print(json.dumps([astuple(run_sce(*line.split())) for line in sys.argv[1:]]))
"""
"""Run every line in one process: half a second each is spared, and what is optimised is compiled once."""


@pytest.mark.usefixtures("folder")
def test_every_command_does_the_same_without_docstrings() -> None:
    finished = subprocess.run(
        [sys.executable, "-OO", "-c", EACH, *COMMANDS],
        capture_output=True,
        env=process_environment(PYTHONPATH=str(Path(__file__).parents[2])),
        check=True,
    )
    for line, optimised in zip(COMMANDS, json.loads(finished.stdout), strict=True):
        assert optimised == [*astuple(run_sce(*line.split()))], line


@pytest.mark.usefixtures("folder")
def test_it_starts_without_docstrings() -> None:
    assert sce_process("mle", PYTHONOPTIMIZE="2") == run_sce("mle")
