"""What the README and the examples say is what happens."""

import doctest
import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sce_cli import __version__
from tests.readme import (
    BLOCK,
    DOCUMENTS,
    EXAMPLES,
    EXCERPTS,
    FAILING,
    LESSON,
    MODEL,
    OWN_MODEL,
    README,
    STUBS,
    excerpt,
    output,
    prepare,
)

TEXT = README.read_text(encoding="utf-8")
TEXTS = {document: document.read_text(encoding="utf-8") for document in DOCUMENTS}

SHOWN = sorted({block for text in TEXTS.values() for block in BLOCK.findall(text)})
"""Commands with the outputs that stand below them."""

FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PROSE = [FENCED.sub("", text) for text in TEXTS.values()]
NAMED = {
    *(command for text in PROSE for command in re.findall(r"`(sce(?: [^`]*)?)`", text)),
    *(
        line
        for text in TEXTS.values()
        for language, block in FENCED.findall(text)
        if language == "sh"
        for line in block.splitlines()
        if line.startswith("sce ")
    ),
}
"""Commands in the tables, in sentences and in blocks of their own."""

NOT_RUN = {"sce --install-completion", "sce predict", "sce check"}
"""What changes the reader's own shell, and the names of commands that need a model or a program."""

ALONE = {block[1] for text in TEXTS.values() if (block := BLOCK.search(text))}
"""The first command of each document, which is a process of its own, as a reader's; the others share one."""

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
    assert same_but_for_rounding(output(command, folder, alone=command in ALONE), printed)


@pytest.mark.parametrize("command", sorted(NAMED - NOT_RUN - {command for command, _ in SHOWN}))
def test_commands_named_run(command: str, folder: Path) -> None:
    if command in {LESSON, STUBS}:  # it never overwrites a file
        (folder / command.split()[-1]).unlink()
    assert output(command, folder)


def test_the_models_are_made_as_the_texts_say() -> None:
    assert {MODEL, OWN_MODEL, LESSON, STUBS, *FAILING} <= NAMED


def test_there_are_commands_to_test() -> None:
    assert len(SHOWN) >= 15
    assert len(NAMED) >= 80


def test_python_examples_in_the_readme() -> None:
    run = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert run.attempted > 5
    assert run.failed == 0


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
    assert "Truth" in html.unescape(new).replace("\xa0", " ")
    assert same_but_for_rounding(html.unescape(new), html.unescape(shipped))
    assert "http" not in target.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def test_the_moving_picture_shows_real_frames_and_can_stand_still(tmp_path: Path) -> None:
    target = tmp_path / "play.svg"
    subprocess.run([sys.executable, str(EXAMPLES / "play_picture.py"), str(target)], check=True, capture_output=True)
    new, shipped = (file.read_text(encoding="utf-8") for file in (target, EXAMPLES / "play.svg"))
    assert same_but_for_rounding(*(" ".join(re.findall(r">([^<>]+)</tspan>", text)) for text in (new, shipped)))
    assert len(shipped.encode()) < 300_000
    assert "prefers-reduced-motion" in shipped
    assert shipped.count('id="last"') == 1
    assert len(re.findall(r"<text[^>]*>.*epoch ", shipped)) >= 10  # as many frames
    assert "http" not in shipped.replace("http://www.w3.org/2000/svg", "")


def test_the_version_to_cite_is_this_one() -> None:
    assert f"version = {{{__version__}}}" in TEXT


def test_a_stranger_finishes_the_readme() -> None:
    assert len(TEXT.splitlines()) <= 300


@pytest.mark.parametrize("name", EXCERPTS)
def test_the_short_tables_are_of_the_long_ones(name: str) -> None:
    assert f"<!-- {name} -->\n{excerpt(name)}\n<!-- /{name} -->" in TEXT


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXTS[document])
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_example_is_named_in_the_readme() -> None:
    assert [path.name for path in EXAMPLES.iterdir() if path.is_file() and path.name not in TEXT] == []
