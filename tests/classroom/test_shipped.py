"""The shipped chapters: each runs through in both languages, which have the same commands and answers."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from math import log
from pathlib import Path
from typing import Any

import matplotlib.text
import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.styled import Styled
from rich.text import Text

from sce_cli import cli, lessons
from sce_cli.datasets import made
from sce_cli.drawing.screen import Screen
from sce_cli.lessons.asked import Sourced
from sce_cli.lessons.pictures import BarSeries, Curves, Shades
from sce_cli.lessons.script import Command, Played, Scene, Solution
from sce_cli.present import handout
from sce_cli.present.asking import Guess, answered, asked, worded
from sce_cli.present.demonstrated import Demonstrated
from sce_cli.present.excerpt import PICTURES
from sce_cli.present.lesson import CommandOutput, DemonstrationOutput, PictureOutput, lesson_slides
from sce_cli.present.outputs import Presentation
from sce_cli.present.paging import best, split
from sce_cli.present.player import PICTURE_SIZES
from sce_cli.present.prose import MarkdownBody
from sce_cli.present.slides import Slide
from sce_cli.study import Question
from sce_cli.translation import LANGUAGES, speaking
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import run_sce

CHAPTERS = [path.stem for path in lessons.chapters("en")]

TYPED = {
    "1-softmax": [2 / (2 - 1 + 0.1)],
    "2-maximum-likelihood": [],
    "3-cross-entropy": [0.9 * log(0.9) + 0.1 * log(0.1)],
    "4-entropy-and-kl": [],
    "5-gradient": [0],
    "6-training": [],
}
"""The answers that are numbers and aren't taken from a command, in each chapter's order."""

RECALL = re.compile(r"(?:From chapter |回顾第 )(\d)(?: 章)?")
"""The title of a slide that asks again about an earlier chapter."""

MOST_NUMBERS = 10
"""Numbers with digits behind the point, or of several digits, that a slide may show outside its pictures."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield a language, which the commands speak too."""
    with speaking(request.param):
        yield str(request.param)


def scenes(chapter: str, language: str) -> tuple[Scene, ...]:
    return lessons.load(lessons.HERE / language / f"{chapter}.md").scenes


def questions(chapter: str, language: str) -> list[Question]:
    """Return the questions, answered."""
    return [part for slide in slides(chapter, language) for part in slide.parts if isinstance(part, Question)]


@functools.cache
def slides(chapter: str, language: str) -> list[Slide]:
    """Return the slides as they are played."""
    return lesson_slides(lessons.load(lessons.HERE / language / f"{chapter}.md"), cli._presented)


def drawn(part: object) -> str:
    """Return what a screen shows of a part, without colours."""
    screen = Screen(StringIO(), ascii_only=False, width=80)
    screen.no_color = True
    screen.print(asked(part) if isinstance(part, Question) else part)
    return screen.text


def renderables(part: object) -> list[object]:
    """Return what a part of a slide is made of."""
    if isinstance(part, CommandOutput):
        return [inner for shown in part.parts for inner in renderables(shown)]
    if isinstance(part, PictureOutput):
        return [part.result]
    if isinstance(part, Group):
        return [inner for shown in part.renderables for inner in renderables(shown)]
    return renderables(part.renderable) if isinstance(part, (Padding, Styled)) else [part]


def pictures(slide: Slide) -> list[object]:
    return [shown for part in slide.parts for shown in renderables(part) if isinstance(shown, PICTURES)]


def to_try(chapter: str, language: str) -> list[str]:
    """Return the command lines on the closing slide."""
    text = (lessons.HERE / language / f"{chapter}.md").read_text(encoding="utf-8")
    return re.findall(r"^sce (.+)$", text.rpartition("\n---\n")[2], re.MULTILINE)


def test_every_language_has_the_same_chapters(language: str) -> None:
    assert [path.stem for path in lessons.chapters(language)] == CHAPTERS
    assert len(CHAPTERS) == 6


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_its_slides_and_questions(chapter: str, language: str) -> None:
    assert 6 <= len(scenes(chapter, language)) <= 15
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


def test_every_language_has_the_same_commands_pictures_and_answers_on_each_slide(language: str) -> None:
    def language_free(part: object) -> object:
        if isinstance(part, Command):
            return part.words, part.steps, part.show
        if isinstance(part, Sourced):
            return part.words, part.field, language_free(replace(part.question, answer=0))
        if isinstance(part, Question):
            guesses = [guess for guess, _ in part.slips]
            return part.answer, str(part.tolerance), len(part.choices), bool(part.unit), guesses
        if isinstance(part, Curves):
            return {**vars(part), "caption": "", "line": 0}
        if isinstance(part, BarSeries):
            return len(part.labels), [*part.series.values()]
        return (part.place, len(part.rows)) if isinstance(part, Shades) else type(part)

    for chapter in CHAPTERS:
        here, there = (
            [[*map(language_free, scene.parts)] for scene in scenes(chapter, name)] for name in (language, "en")
        )
        assert here == there, chapter
        assert to_try(chapter, language) == to_try(chapter, "en")


def test_the_answers_that_are_typed_are_right() -> None:
    for chapter in CHAPTERS:
        parts = [part for scene in scenes(chapter, "en") for part in scene.parts]
        given = [part.answer for part in parts if isinstance(part, Question) and not part.choices]
        assert given == pytest.approx(TYPED[chapter], rel=1e-3), chapter


def test_the_letters_of_right_answers_are_spread() -> None:
    letters = {
        chapter: [int(question.answer) for question in questions(chapter, "en") if question.choices]
        for chapter in CHAPTERS
    }
    assert [chapter for chapter, given in letters.items() if len({*given}) < 2] == []
    counts = Counter(letter for given in letters.values() for letter in given)
    assert min(counts[letter] for letter in range(3)) >= 0.2 * counts.total()


def test_demonstrations_stand_where_they_are_the_idea(language: str) -> None:
    played = {
        chapter: [
            part.words[0] for scene in scenes(chapter, language) for part in scene.parts if isinstance(part, Played)
        ]
        for chapter in CHAPTERS
    }
    assert [*played.values()] == [["scores"], ["hill"], ["floor"], [], ["wrong"], ["steps", "train"]]


def test_each_chapter_asks_again_about_an_earlier_one(language: str) -> None:
    for number, chapter in enumerate(CHAPTERS[1:], start=2):
        asked_again = [found for scene in scenes(chapter, language) if (found := RECALL.fullmatch(scene.title))]
        assert [1 <= int(found[1]) < number for found in asked_again] == [True], chapter
        [slide] = [scene for scene in scenes(chapter, language) if RECALL.fullmatch(scene.title)]
        assert any(isinstance(part, (Question, Sourced)) for part in slide.parts)


def test_each_chapter_has_pictures_and_few_numbers_on_a_slide(language: str) -> None:
    for chapter in CHAPTERS:
        shown = slides(chapter, language)
        assert len([picture for slide in shown for picture in pictures(slide)]) >= 3, chapter
        for slide in shown[:-1]:  # the last one lists commands to try
            drawings = (*PICTURES, DemonstrationOutput)
            parts = [part for whole in slide.parts for part in renderables(whole) if not isinstance(part, drawings)]
            numbers = re.findall(r"(?<![\w.])[0-9]*\.[0-9]+|[0-9]{2,}", " ".join(map(drawn, parts)))
            assert len(numbers) <= MOST_NUMBERS, (chapter, drawn(slide.parts[0]), numbers)


@for_each(("width", "rows"), [(80, 24), (60, 20)])
def test_the_parts_of_a_long_slide_are_whole(language: str, width: int, rows: int) -> None:
    """None is a sentence alone, none ends within a picture or between a caption and what it stands above."""
    broken = []
    for chapter in CHAPTERS:
        for slide in slides(chapter, language):
            if any(isinstance(part, Demonstrated) for part in slide.parts):
                continue  # it has the screen to itself
            drafts = [answered_lines(slide, language, width, size) for size in PICTURE_SIZES]
            lines = drafts[best(drafts, rows - 4)]
            parts = split(lines, rows - 4)
            broken += [lines[begin:end] for begin, end in parts if end - begin < 4 and len(parts) > 1]
            broken += [lines[end - 1 : end + 1] for _, end in parts[:-1] if lines[end]]
    assert broken == []


def answered_lines(slide: Slide, language: str, width: int, picture_rows: int) -> list[str]:
    """Return a slide's lines with its questions answered wrongly, which takes the most of them."""
    screen = Screen(StringIO(), ascii_only=False, width=width, picture_rows=picture_rows)
    for part in slide.parts:
        screen.print(asked(part) if isinstance(part, Question) else part)
        if isinstance(part, Question):
            guess = next((guess for guess, _ in part.slips), 0 if part.choices else 7.5)
            screen.print(answered(Guess(part, guess, first=1)))
    return screen.text.rstrip().splitlines()


class Transcript:
    """A page that only remembers, part by part, what its reader has seen when a question is asked."""

    figure_format = "svg"

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.asked: list[tuple[Question, int]] = []

    def heading(self, level: int, title: Text) -> None:
        self.seen.append(title.plain)

    def paragraph(self, text: Text) -> None:
        self.seen.append(text.plain)

    def drawing(self, lines: Sequence[str], kind: str) -> None:
        self.seen += lines

    def table(self, headers: Sequence[Text], rows: Sequence[Sequence[Text]], right: Sequence[bool]) -> None:
        self.seen += [" ".join(cell.plain for cell in row) for row in [headers, *rows]]

    def question(self, question: Question, number: int | None) -> None:
        self.asked.append((question, len(self.seen)))
        self.seen += [question.ask, worded(question, question.answer), question.why]

    def answer(self, question: Question, number: int) -> None:
        raise AssertionError("answers stand inline here")

    def rule(self) -> None:
        pass

    def prose(self, prose: MarkdownBody) -> None:
        self.seen.append(" ".join(drawn(prose).split()))

    def figure(self, data: bytes, title: str) -> None:
        self.seen += [title, *data.decode().splitlines()]

    def finished(self) -> bytes:
        return b""


@functools.cache
def transcript(chapter: str, language: str) -> Transcript:
    """Return what a chapter's handout shows, its figures' words among it, with the answers inline as in class."""

    def words_of(draw: Callable[[Any, Unit], Any], shown: Presentation, file_format: str) -> bytes:
        texts = draw(shown.study, shown.outputs.base).findobj(matplotlib.text.Text)
        return "\n".join(text.get_text() for text in texts).encode()

    page, script = Transcript(), lessons.load(lessons.HERE / language / f"{chapter}.md")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handout, "drawn", words_of)
        patch.setattr(handout, "chart_drawn", lambda chart, file_format: drawn(chart).encode())
        patch.setattr(handout, "_new_page", lambda *_: page)
        handout.lesson_handout([script], cli._presented, "html", "inline")
    return page


def test_no_answer_stands_before_its_question(language: str) -> None:
    """Neither its number nor what sets the right choice apart: in no title, earlier slide or figure of a handout."""
    told = []
    for chapter in CHAPTERS:
        page = transcript(chapter, language)
        assert len(page.asked) == len(questions(chapter, language))
        for question, seen in page.asked:
            told += [(chapter, question.ask, text) for text in page.seen[:seen] if stands_in(text, question)]
    assert told == []


@for_each(
    ("text", "question", "told"),
    [
        ("p is 0.659 here", Question("How large?", 0.659001, ""), True),
        ("p is -0.6589 here", Question("How large?", 0.659001, ""), True),
        ("p is 0.66 here", Question("How large?", 0.659001, ""), False),
        ("1 and 4", Question("How large?", 4, ""), False),
        ("H is in bits and CE in nats.", Question("What is wrong?", 0, "", 0, ("bits and nats", "all is right")), True),
        ("It rises a little", Question("What does p do?", 1, "", 0, ("it falls", "it rises", "it stays")), True),
        ("It is said that p rises or falls", Question("?", 1, "", 0, ("it falls", "it rises", "it stays")), False),
        ("每个 p 都不变。", Question("？", 1, "", 0, ("变大", "不变")), True),
        ("损失是 −673 奈特", Question("？", 1, "", 0, ("−6.73 奈特", "−673 奈特")), True),
        ("every class gets 1/K", Question("?", 0, "", 0, ("every class gets 1/K", "one gets all")), True),
    ],
)
def test_a_told_answer_is_noticed(text: str, question: Question, told: bool) -> None:
    assert stands_in(text, question) is told


def stands_in(text: str, question: Question) -> bool:
    """Tell whether a text has a question's answer: its number, or in a sentence what sets the right choice apart."""
    if question.choices:
        choices = [words(choice) - EVERYWHERE for choice in question.choices]
        right = choices.pop(int(question.answer))
        alone = right - words(question.ask) - {word for other in choices for word in other}
        others = [other - right for other in choices]
        said = [words(sentence) for sentence in re.split(r"[.!?;:](?:\s|$)|[。！？；：]", text)]
        return bool(alone) and any(alone <= here and not any(other & here for other in others) for here in said)
    size = abs(question.answer)
    if size == round(size, 1):  # a number such as 0, 1 or 4 stands everywhere and tells nothing
        return False
    numbers = [float(number) for number in re.findall(r"[0-9]*\.[0-9]+", text)]
    return any(abs(number - size) <= 0.0006 * max(1, size) for number in numbers)


EVERYWHERE = {*"a an the it is of to and or as no in at with for by be p q 0 1 的 是 在".split()}  # noqa: SIM905
"""What tells nothing on its own."""


def words(text: str) -> set[str]:
    """Return the words and numbers of a text; of Chinese, any two characters side by side."""
    chinese = re.findall("[\u4e00-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in chinese for at in range(max(len(run) - 1, 1))}
    return {*re.findall(r"[−-]?[0-9]+(?:\.[0-9]+)?|∞|[^\W\d_\u4e00-\u9fff]+", text.lower()), *pairs}


def test_each_chapter_ends_with_things_to_try_that_have_a_solution(language: str) -> None:
    for chapter in CHAPTERS:
        assert isinstance(scenes(chapter, language)[-1].parts[-1], Solution), chapter


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_commands_to_try_run(chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in to_try(chapter, "en"):
        assert cli.run(line.split()) == ("--bug" in line or "--step-size" in line), line


def test_the_spirals_model_could_have_more_right_than_at_the_least_loss() -> None:
    """What chapter 6 makes a point of: 52 % at the minimum of cross-entropy, 70 % with these weights."""
    least = run_sce("train", "--data", "spiral", "--json").json["runs"][0]
    assert (least["outcome"], round(least["train_accuracy"][-1], 2)) == ("converged", 0.52)
    points, labels = made.spiral(0)
    weights, bias = np.array([[4.7, -10], [1.8, 7], [0.4, -1.3]]), np.array([-1.9, 2.2, 1.6])
    right = (points @ weights.T + bias).argmax(axis=1) == labels
    assert round(float(right.mean()), 2) == 0.70


def test_the_slip_has_its_claim_a_number_against_it_and_the_right_form_on_one_slide(language: str) -> None:
    text = (lessons.HERE / language / "3-cross-entropy.md").read_text(encoding="utf-8")
    [slip] = [slide for slide in text.split("\n---\n") if "ln L/N = p ln p + (1−p) ln (1−p)\n" in slide]
    assert "−0.98425" in slip
    assert "−0.32508" in slip
    assert "ln L/N = q ln p + (1−q) ln (1−p)" in slip
