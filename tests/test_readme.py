"""What the README and the examples say is what happens."""

import doctest
import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sce_cli import __version__
from tests.readme import BLOCK, DOCUMENTS, EXAMPLES, LESSON, MODEL, OWN_MODEL, README, output, prepare

TEXT = README.read_text(encoding="utf-8")
TEXTS = [document.read_text(encoding="utf-8") for document in DOCUMENTS]

SHOWN = [block for text in TEXTS for block in BLOCK.findall(text)]
"""Commands with the outputs that stand below them."""

BLOCKS = [block for text in TEXTS for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
NAMED = {
    *(command for text in TEXTS for command in re.findall(r"`(sce [a-z]+ [^`|]*)` \|", text)),
    *(line for block in BLOCKS for line in block.splitlines() if line.startswith("sce ")),
}
"""Commands in the tables' cells and in blocks of their own."""

FAILING = {"sce grad 2 1 0.1 --label 0 --bug missing-off-diagonal", "sce grad --bug factor-two"}
"""Those of them whose claims fail, as the text says."""

ROUNDING = re.compile(r"(0|\d\.\de-\d+)[,;]?")


def same_but_for_rounding(first: str, second: str) -> bool:
    """Compare word by word; the size of a rounding error, or none, differs from one processor to another."""
    pairs = zip(first.split(), second.split(), strict=True)
    return all(a == b or (ROUNDING.fullmatch(a) and ROUNDING.fullmatch(b)) for a, b in pairs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the data and the models which the commands use."""
    made = tmp_path_factory.mktemp("readme")
    prepare(made)
    return made


@pytest.mark.parametrize(("command", "printed"), SHOWN)
def test_outputs_shown_are_the_outputs(command: str, printed: str, folder: Path) -> None:
    assert printed
    assert same_but_for_rounding(output(command, folder), printed)


@pytest.mark.parametrize("command", sorted(NAMED))
def test_commands_in_the_tables_run(command: str, folder: Path) -> None:
    if command == LESSON:  # it never overwrites a file
        (folder / "my.md").unlink()
    assert output(command, folder, expected=int(command in FAILING))


def test_the_models_are_made_as_the_texts_say() -> None:
    assert {MODEL, OWN_MODEL, LESSON, *FAILING} <= NAMED


def test_there_are_commands_to_test() -> None:
    assert all(BLOCK.search(text) or re.search(r"`sce ", text) for text in TEXTS)
    assert len(SHOWN) >= 2
    assert len(NAMED) >= 15


def test_python_examples_in_the_readme() -> None:
    assert doctest.testfile(str(README), module_relative=False, encoding="utf-8").attempted > 5
    assert doctest.testfile(str(README), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_examples_run(example: Path, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "error", str(example)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout


def test_the_picture_shows_the_session_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "session.svg"
    subprocess.run([sys.executable, str(EXAMPLES / "session_picture.py"), str(target)], check=True, capture_output=True)
    new, shipped = (
        " ".join(re.findall(r">([^<>]+)</text>", file.read_text(encoding="utf-8")))
        for file in (target, EXAMPLES / "session.svg")
    )
    assert "holds" in new
    assert same_but_for_rounding(html.unescape(new), html.unescape(shipped))
    assert "http" not in target.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def test_the_version_to_cite_is_this_one() -> None:
    assert f"version = {{{__version__}}}" in TEXT


def test_every_example_is_named_in_the_readme() -> None:
    assert [path.name for path in EXAMPLES.iterdir() if path.is_file() and path.name not in TEXT] == []
