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
    READMES,
    STUBS,
    excerpt,
    language_of,
    output,
    prepare,
)

TEXTS = {document: document.read_text(encoding="utf-8") for document in DOCUMENTS}

SHOWN = sorted({(*block, language_of(path)) for path, text in TEXTS.items() for block in BLOCK.findall(text)})
"""Commands with the outputs that stand below them, and the language that they are shown in."""

FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]*)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def named(text: str) -> list[str]:
    """Return the commands in a document's tables, in its sentences and in blocks of their own, in their order."""
    shell = [line for language, block in FENCED.findall(text) if language == "sh" for line in block.splitlines()]
    return [line for line in [*shell, *CODE.findall(FENCED.sub("", text))] if re.match(r"sce( |$)", line)]


NAMED = {(command, language_of(path)) for path, text in TEXTS.items() for command in named(text)}
"""Commands that have no output below them, and the language that their readers read."""

NOT_RUN = {"sce --install-completion", "sce predict", "sce check", "sce lesson --check"}
"""What changes the reader's own shell, and the names of commands that need a model, a program or a lesson."""

RUN = sorted(
    {(command, language) for command, language in NAMED if command not in NOT_RUN}
    - {(command, language) for command, _, language in SHOWN}
)
"""Commands that are run although no document shows what they print."""

ALONE = {(block[1], language_of(path)) for path, text in TEXTS.items() if (block := BLOCK.search(text))}
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


@pytest.mark.parametrize(("command", "printed", "language"), SHOWN)
def test_outputs_shown_are_the_outputs(command: str, printed: str, language: str, folder: Path) -> None:
    assert printed
    assert same_but_for_rounding(output(command, folder, language, alone=(command, language) in ALONE), printed)


@pytest.mark.parametrize(("command", "language"), RUN)
def test_commands_named_run(command: str, language: str, folder: Path) -> None:
    if command in {LESSON, STUBS}:  # it never overwrites a file
        (folder / command.split()[-1]).unlink()
    assert output(command, folder, language)


def test_the_models_are_made_as_the_texts_say() -> None:
    assert {MODEL, OWN_MODEL, LESSON, STUBS, *FAILING} <= {command for command, _ in NAMED}


def test_there_are_commands_to_test() -> None:
    for language, least in (("en", 15), ("zh", 8)):
        assert len([shown for shown in SHOWN if shown[-1] == language]) >= least
        assert len([command for command in NAMED if command[-1] == language]) >= 4 * least


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_python_examples_in_the_readme(readme: Path) -> None:
    run = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
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


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_the_version_to_cite_is_this_one(readme: Path) -> None:
    assert f"version = {{{__version__}}}" in TEXTS[readme]


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_a_stranger_finishes_the_readme(readme: Path) -> None:
    assert len(TEXTS[readme].splitlines()) <= 300


def test_every_language_of_the_readme_says_the_same_in_the_same_order() -> None:
    english, chinese = (TEXTS[READMES[language]] for language in ("en", "zh"))
    assert len(chinese.splitlines()) <= len(english.splitlines())
    assert named(chinese) == named(english)
    assert [block[0] for block in BLOCK.findall(chinese)] == [block[0] for block in BLOCK.findall(english)]
    for outline in (r"^(#+) ", r"^\|(.)", r"^```(\w*)"):
        assert re.findall(outline, chinese, re.MULTILINE) == re.findall(outline, english, re.MULTILINE)
    others = {path.name for path in READMES.values()}
    targets = ([target for target in LINK.findall(text) if target not in others] for text in (chinese, english))
    assert next(targets) == next(targets)


@pytest.mark.parametrize("language", READMES)
@pytest.mark.parametrize("name", EXCERPTS)
def test_the_short_tables_are_of_the_long_ones(name: str, language: str) -> None:
    assert f"<!-- {name} -->\n{excerpt(name, language)}\n<!-- /{name} -->" in TEXTS[READMES[language]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(CODE.sub("", TEXTS[document]))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_each_readme_leads_to_the_others() -> None:
    for readme in READMES.values():
        others = {path.name for path in READMES.values()} - {readme.name}
        assert others <= {*LINK.findall("\n".join(TEXTS[readme].splitlines()[:5]))}


@pytest.mark.parametrize("readme", READMES.values(), ids=READMES)
def test_every_example_is_named_in_the_readme(readme: Path) -> None:
    files = [path.name for path in EXAMPLES.iterdir() if path.is_file()]
    assert [name for name in files if name not in TEXTS[readme]] == []
