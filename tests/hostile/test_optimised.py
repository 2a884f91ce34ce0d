"""Python without docstrings and assertions, as -OO or PYTHONOPTIMIZE=2 make it: every command does the same."""

import pytest

from tests.running import run_sce, sce_process

COMMANDS = [
    "--help",
    "",
    "mle",
    "mle --help",
    "softmax 2 1 0.1 --json",
    "entropy --target 1,0 --prediction 0.9,0.1 --handout h.md",
    "grad --plot f.png",
    "train --epochs 2 --save m.npz --plot f.svg",
    "predict m.npz --data iris --row 7",
    "predict m.npz --data iris",
    "lesson",
    "lesson 1 --no-pause",
    "lesson 1 --handout l.html",
    "lesson --check nowhere.md",
    "mle --white x",
]


@pytest.mark.usefixtures("folder")
def test_every_command_does_the_same_without_docstrings() -> None:
    for line in COMMANDS:
        assert sce_process(*line.split(), PYTHONOPTIMIZE="2") == run_sce(*line.split()), line
