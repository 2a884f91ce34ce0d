"""The shipped chapters: each runs through in both languages, which have the same commands and answers."""

import re
from math import exp, log
from pathlib import Path

import pytest
from rich.cells import cell_len

from sce_cli import cli, lessons
from sce_cli.lessons.script import Command, Scene
from sce_cli.study import Question

CHAPTERS = [path.stem for path in lessons.chapters("en")]

CAT = exp(2) / (exp(2) + exp(1) + exp(0.1))
"""softmax(2, 1, 0.1) of class 0."""

NUMBERS = {
    "1-softmax": [2 / (2 - 1 + 0.1), CAT],
    "2-maximum-likelihood": [6 / 0.5 - 4 / 0.5, 1],
    "3-cross-entropy": [0.9 * log(0.9) + 0.1 * log(0.1), -log(CAT)],
    "4-entropy-and-kl": [0.9 + 0.1 / 3],
    "5-gradient": [0, CAT - 0.6],
    "6-training": [log(3), 100 * 12 / 14],
}
"""The answers that are numbers, in each chapter's order."""


@pytest.fixture(params=lessons.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def scenes(chapter: str, language: str) -> tuple[Scene, ...]:
    return lessons.load(lessons.HERE / language / f"{chapter}.md").scenes


def questions(chapter: str, language: str) -> list[Question]:
    return [part for scene in scenes(chapter, language) for part in scene.parts if isinstance(part, Question)]


def to_try(chapter: str, language: str) -> list[str]:
    """Return the command lines on the closing slide."""
    text = (lessons.HERE / language / f"{chapter}.md").read_text(encoding="utf-8")
    return re.findall(r"^sce (.+)$", text.rpartition("\n---\n")[2], re.MULTILINE)


def test_both_languages_have_the_same_chapters() -> None:
    assert [path.stem for path in lessons.chapters("zh")] == CHAPTERS
    assert len(CHAPTERS) == 6


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_slides_and_questions(chapter: str, language: str) -> None:
    assert 6 <= len(scenes(chapter, language)) <= 12
    assert len(questions(chapter, language)) >= 2
    assert len(to_try(chapter, language)) >= 2


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_no_mistakes_and_runs_through(
    chapter: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["lesson", "--check", str(lessons.HERE / language / f"{chapter}.md")]) == 0
    assert capsys.readouterr().out.startswith("no mistakes")
    assert cli.run(["lesson", chapter[0], "--lang", language, "--no-pause", "--width", "60"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert max(map(cell_len, shown.out.splitlines())) <= 60
    for scene in scenes(chapter, language):
        assert f"{scene.title} ─" in shown.out
        for command in [part for part in scene.parts if isinstance(part, Command)]:
            assert f"$ sce {command.words[0]} " in shown.out


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_languages_have_the_same_commands_and_answers_on_each_slide(chapter: str) -> None:
    def language_free(scene: Scene) -> list[object]:
        return [
            (part.words, part.steps)
            if isinstance(part, Command)
            else (part.answer, part.tolerance, len(part.choices), bool(part.unit))
            for part in scene.parts
            if isinstance(part, (Command, Question))
        ]

    assert [*map(language_free, scenes(chapter, "zh"))] == [*map(language_free, scenes(chapter, "en"))]
    assert to_try(chapter, "zh") == to_try(chapter, "en")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_answers_that_are_numbers_are_right(chapter: str) -> None:
    given = [question.answer for question in questions(chapter, "en") if not question.choices]
    assert given == pytest.approx(NUMBERS[chapter], rel=1e-3)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_commands_to_try_run(chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in to_try(chapter, "en"):
        assert cli.run(line.split()) == ("--bug" in line or "--step-size" in line), line


def test_the_slip_has_its_claim_a_number_against_it_and_the_right_form_on_one_slide(language: str) -> None:
    text = (lessons.HERE / language / "3-cross-entropy.md").read_text(encoding="utf-8")
    [slip] = [slide for slide in text.split("\n---\n") if "ln L/N = p ln p + (1−p) ln (1−p)\n" in slide]
    assert "−0.98425" in slip
    assert "−0.32508" in slip
    assert "ln L/N = q ln p + (1−q) ln (1−p)" in slip
