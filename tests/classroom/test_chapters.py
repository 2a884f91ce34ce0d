"""Which lesson is played: chapters by number, all of them, a file of one's own; the language; and what can't be."""

import os
from pathlib import Path

import pytest

from sce_cli import cli, lessons, translation
from tests.classroom.conftest import WriteLesson
from tests.each import for_each
from tests.running import assert_refused, run_sce

LOCALE = ("SCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOCALE:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
        ({"LANG": "ZH_cn"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "SCE_LANG": "en"}, "en"),
        ({"LANG": "de_DE.UTF-8", "SCE_LANG": "zh"}, "zh"),
    ],
)
def test_the_locale_chooses_the_language(
    locale: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert translation.language_of_surroundings() == language
    assert cli.run(["lesson"]) == 0
    assert ("章节" in capsys.readouterr().out) == (language == "zh")


@pytest.mark.parametrize(("language", "heading"), [("en", "Chapters"), ("zh", "章节")])
def test_the_chapters_are_listed(language: str, heading: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["lesson", "--lang", language, "--width", "60"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(heading)
    for number, path in enumerate(lessons.chapters(language), start=1):
        script = lessons.load(path)
        [line] = [line for line in out.splitlines() if line.strip().startswith(f"{number} ")]
        assert script.title in line
        assert str(len(script.scenes)) in line.removeprefix(f"{number}")


def test_an_option_goes_before_the_locale() -> None:
    run = run_sce("lesson", "--lang", "en", LC_ALL="zh_CN.UTF-8")
    assert run.stdout.startswith("Chapters")


@pytest.fixture
def odd_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder with files that are no lessons."""
    monkeypatch.chdir(tmp_path)
    Path("folder.md").mkdir()
    os.mkfifo("pipe.md")
    Path("loop.md").symlink_to("loop.md")
    Path("latin.md").write_bytes(b"# \xe9\n")
    Path("large.md").write_bytes(b"# T\n" + b"x" * 2_000_000)
    Path("empty.md").touch()


@for_each(
    ("name", "message", "remedy"),
    [
        ("0", "lesson '0': there are chapters 1 to 6", "sce lesson"),
        ("7", "lesson '7': there are chapters 1 to 6", "sce lesson"),
        ("999999999", "there are chapters 1 to 6", "sce lesson"),
        ("1e0", "neither a chapter nor a Markdown file", "all"),
        ("-1", "neither a chapter nor a Markdown file", "all"),
        ("٢", "neither a chapter nor a Markdown file", "all"),
        ("", "neither a chapter nor a Markdown file", "all"),
        ("lesson.txt", "neither a chapter nor a Markdown file", "all"),
        ("nowhere.md", "lesson 'nowhere.md' can't be read: No such file", "--new"),
        ("no/where.md", "can't be read: No such file", "--new"),
        ("x" * 300 + ".md", "can't be read: File name too long", "--new"),
        ("folder.md", "is not a file", "Markdown file"),
        ("pipe.md", "is not a file", "Markdown file"),
        ("loop.md", "can't be read", "--new"),
        ("latin.md", "is not UTF-8 text, at byte 2", "UTF-8"),
        ("large.md", "is larger than 100 kB", "chapters"),
        ("empty.md", "line 1: the lesson has no slide", "--check"),
    ],
)
def test_what_is_no_lesson_is_refused(
    name: str, message: str, remedy: str, odd_files: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["lesson", name], message, remedy, capsys)
    assert_refused(["lesson", name, "--handout", "out.html"], message, remedy, capsys)
    assert not Path("out.html").exists()
    if name.endswith(".md") and name != "empty.md":
        assert_refused(["lesson", "--check", name], message, remedy, capsys)


@for_each(
    ("arguments", "message"),
    [
        (["--check"], "--check names no Markdown file"),
        (["--new"], "--new names no Markdown file"),
        (["--check", "2"], "--check '2' names no Markdown file"),
        (["--check", "--new", "x.md"], "--check and --new exclude each other"),
        (["--handout", "x.html"], "is made of a lesson, not of the list of chapters"),
        (["--check", "x.md", "--handout", "x.html"], "is made of a lesson, not of --check"),
        (["--new", "x.md", "--handout", "x.html"], "is made of a lesson, not of --new"),
        (["--lang", "zh", "--ascii"], "--lang zh and --ascii exclude each other"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["lesson", *arguments], message, "", capsys)


def test_a_new_lesson_is_one_to_play_and_never_replaces_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["lesson", "--new", "my.md"]) == 0
    assert cli.run(["lesson", "--check", "my.md"]) == 0
    assert capsys.readouterr().out.endswith("no mistakes in 4 slides.\n")
    Path("my.md").write_text("# Mine\n", encoding="utf-8")
    assert_refused(["lesson", "--new", "my.md"], "'my.md': this file is already there", "new one", capsys)
    assert Path("my.md").read_text(encoding="utf-8") == "# Mine\n"
    assert [*tmp_path.iterdir()] == [tmp_path / "my.md"]


def test_a_lesson_named_like_no_number_is_found_by_its_file(
    lesson_file: WriteLesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lesson_file("# Mine\n\nText.\n", "2.md")
    monkeypatch.chdir(path.parent)
    assert cli.run(["lesson", "2.md", "--no-pause"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["   Text."]
