"""`sce lesson`: its options, the rules between them, and its body."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli import lessons
from sce_cli.errors import ARGUMENT, Change, ExitCode, SceError, quoted
from sce_cli.options.choices import choice
from sce_cli.options.outputs import Ascii, Handout, Lang, Width, check_language
from sce_cli.options.rules import only_one
from sce_cli.parsers.files import free_name, output_file
from sce_cli.parsers.numbers import whole
from sce_cli.translation import N_, _, spoken

if TYPE_CHECKING:
    from sce_cli.present.outputs import RunCommand

HELP = """\
Play a paced lesson: prose, commands that run live, and questions.

Without arguments: list the chapters.

Example: sce lesson 2 --lang en
"""

Lesson = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[N|WORD|all|FILE.md]...",
        help="A chapter by its number or a word of its title, some as 1-3, all of them, or a lesson of your own.",
    ),
]
NoPause = Annotated[bool, typer.Option("--no-pause", help="Print all slides, without waiting for keys.")]
CheckLesson = Annotated[bool, typer.Option("--check", help="Report every mistake in FILE.md, with its line.")]
Notes = Annotated[bool, typer.Option("--notes", help="Show the speaker's notes, slide by slide.")]
FromSlide = Annotated[
    int | None,
    typer.Option(
        parser=whole("--from-slide", N_("the number of a slide"), 1, 9999), metavar="N", help="Begin with slide N."
    ),
]
Answers = Annotated[
    str | None,
    choice("--answers", ("end", "inline", "none"), help="Where a handout has the answers.", show_default="end"),
]
NewLesson = Annotated[bool, typer.Option("--new", help="Write FILE.md, a small lesson to begin with.")]


def command(
    context: typer.Context,
    words: Lesson = None,
    lang: Lang = None,
    no_pause: NoPause = False,
    handout: Handout = None,
    check: CheckLesson = False,
    new: NewLesson = False,
    notes: Notes = False,
    from_slide: FromSlide = None,
    answers: Answers = None,
    ascii: Ascii = False,
    width: Width = None,
) -> ExitCode:
    """Play lessons, or list, check or begin one; the context holds what runs the topics in them."""
    from sce_cli.present import Outputs, classroom

    run: RunCommand = context.obj
    check_language(lang, ascii)
    language, what = spoken(), " ".join(words) if words else None
    _check_lesson(what, check, new, handout)
    _check_lesson_options(handout, {"--notes": notes, "--from-slide": from_slide is not None}, answers)
    paced = not no_pause
    outputs = Outputs(handout=handout, ascii=ascii, width=width, step=paced, predict=paced, from_step=from_slide)
    if check or new:
        path = _own_lesson(what, new)
        return classroom.report_mistakes(path, run) if check else classroom.write_starter(path)
    if what is None:
        return classroom.list_chapters(language, outputs)
    paths = lessons.files_of(words or (), language)
    _check_handout(handout, paths)
    scripts = [lessons.load_to_play(path) for path in paths]
    if handout is not None:
        return classroom.give_away(scripts, run, handout, answers or "end")
    if notes:
        return classroom.show_notes(scripts, outputs)
    return classroom.play_lessons(scripts, run, outputs, _resuming(words or (), lang, ascii, width))


def _check_lesson_options(handout: Path | None, playing: dict[str, bool], answers: str | None) -> None:
    """Refuse options of playing beside a handout, and where its answers stand without one."""
    only_one({"--handout": handout is not None, **playing}, _("Leave one of them out."))
    if answers and handout is None:
        raise SceError(
            _("--answers {where} says where a handout has its answers.").format(where=answers),
            _("Name one with --handout"),
            Change("--handout", free_name("lesson", ".html")),
        )


def _resuming(lesson: Sequence[str], lang: str | None, ascii_only: bool, width: int | None) -> list[str]:
    """Return the words that play a lesson again, to which a slide is added."""
    language = ["--lang", lang] if lang else []
    return ["sce", "lesson", *lesson, *language, *["--ascii"] * ascii_only, *(["--width", str(width)] if width else [])]


def _check_lesson(what: str | None, check: bool, new: bool, handout: Path | None) -> None:
    """Refuse two things at once, and a handout of no lesson."""
    only_one({"--check": check, "--new": new}, _("Leave one of them out."))
    if handout and (check or new or what is None):
        chapters = _("--handout {path} is made of a lesson, not of the list of chapters.")
        option = _("--handout {path} is made of a lesson, not of {option}.")
        said = option if check or new else chapters
        raise SceError(
            said.format(path=quoted(handout), option="--check" if check else "--new"),
            _("Leave it out, or name a lesson") if check or new else _("Name a lesson"),
            *([Change("--handout", None)] if check or new else [Change(ARGUMENT, "2")]),
        )


def _own_lesson(what: str | None, new: bool) -> Path:
    """Return the file that is to be checked or begun."""
    option = "--new" if new else "--check"
    if what is None or not what.endswith(".md"):
        said = "" if what is None else f" {quoted(what)}"
        mistake = _("lesson {option} names no Markdown file.").format(option=f"{option}{said}")
        if what is not None and not new:
            raise SceError(mistake, _("A chapter has none; play it"), Change("--check", None))
        name = free_name("my", ".md")
        begun = Change("--new", name) if what is None else Change(what, name)
        raise SceError(mistake, _("Begin one"), Change("--check", None), begun)
    return output_file("lesson --new", ".md")(what) if new else Path(what)


def _check_handout(handout: Path | None, played: Sequence[Path]) -> None:
    """Refuse a handout that is the file of a lesson."""
    with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
        if handout and any(handout.samefile(path) for path in played):
            raise SceError(
                _("--handout {path} would overwrite the lesson.").format(path=quoted(handout)),
                _("Name another file"),
                Change("--handout", free_name("lesson", handout.suffix)),
            )
