"""What the README says is what happens."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import BLOCK, LESSON, MODEL, README, output

TEXT = README.read_text(encoding="utf-8")
TABLED = re.findall(r"\| `(sce [^`|]*)` \|", TEXT)


ROUNDING = re.compile(r"(0|\d\.\de-\d+)[,;]?")


def same_but_for_rounding(first: str, second: str) -> bool:
    """Compare word by word; the size of a rounding error, or none, differs from one processor to another."""
    pairs = zip(first.split(), second.split(), strict=True)
    return all(a == b or (ROUNDING.fullmatch(a) and ROUNDING.fullmatch(b)) for a, b in pairs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the model which commands in the README use."""
    made = tmp_path_factory.mktemp("readme")
    output(MODEL, made)
    return made


@pytest.mark.parametrize(("command", "printed"), BLOCK.findall(TEXT))
def test_outputs_shown_are_the_outputs(command: str, printed: str, folder: Path) -> None:
    assert printed
    assert same_but_for_rounding(output(command, folder), printed)


@pytest.mark.parametrize("command", TABLED)
def test_commands_in_the_tables_run(command: str, folder: Path) -> None:
    (folder / "my.md").unlink(missing_ok=True)
    if "my.md" in command and command != LESSON:
        output(LESSON, folder)
    assert output(command, folder)


def test_the_model_is_made_as_the_readme_says() -> None:
    assert MODEL in TABLED


def test_there_are_commands_to_test() -> None:
    assert len(BLOCK.findall(TEXT)) >= 2
    assert len(TABLED) >= 5


def test_python_examples_in_the_readme() -> None:
    assert doctest.testfile(str(README), module_relative=False, encoding="utf-8").attempted > 5
    assert doctest.testfile(str(README), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.parametrize("example", sorted((README.parent / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_examples_run(example: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "error", str(example)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout
