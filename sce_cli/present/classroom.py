"""What `sce lesson` does: list the chapters, play lessons, check one, write a starter."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table

from sce_cli import lessons
from sce_cli.drawing.lines import Running
from sce_cli.drawing.markup import escaped
from sce_cli.errors import Change, ExitCode, SceError, quoted
from sce_cli.lessons.script import Script
from sce_cli.parsers.files import free_name
from sce_cli.present.lesson import command_mistakes, lesson_slides, went_wrong
from sce_cli.present.outputs import Outputs, RunCommand
from sce_cli.present.player import new_screen, play
from sce_cli.present.slides import Heading, Slide, indented
from sce_cli.present.writing import save, write
from sce_cli.text import shell_word, visible
from sce_cli.translation import _, in_language, ngettext


def list_chapters(language: str, outputs: Outputs) -> ExitCode:
    """Print the shipped chapters and how to play them."""
    screen = new_screen(outputs)
    scripts = [lessons.load(path) for path in lessons.chapters(language)]
    rows = Table.grid(padding=(0, 3, 0, 0))
    for number, script in enumerate(scripts, start=1):
        count = len(script.scenes)
        slides = ngettext("{count} slide", "{count} slides", count).format(count=count)
        rows.add_row(str(number), escaped(script.title), slides)
    screen.print(Heading(_("Chapters")))
    screen.print(indented(rows))
    screen.print()
    screen.print(_("sce lesson 2 plays a chapter, sce lesson all plays them all, sce lesson FILE.md plays your own."))
    write(screen.drained())
    return ExitCode.OK


def play_lessons(scripts: Sequence[Script], run: RunCommand, outputs: Outputs, resume: Sequence[str]) -> ExitCode:
    """Show the lessons' slides one after another; resume: the words of the command, to play them again."""
    slides = [slide for script in scripts for slide in lesson_slides(script, run)]
    if outputs.from_step and outputs.from_step > len(slides):
        raise SceError(
            _("--from-slide {number}: there are {last} slides.").format(number=outputs.from_step, last=len(slides)),
            _("Give one from 1 to {last}").format(last=len(slides)),
            Change("--from-slide", str(len(slides))),
        )
    command = " ".join(word if word.startswith("--") else shell_word(word) for word in resume)
    play(slides, outputs, command)
    _tell_left_out(scripts)
    return ExitCode.CLAIM_FAILED if any(went_wrong(slides)) else ExitCode.OK


def give_away(scripts: Sequence[Script], run: RunCommand, handout: Path, answers: str) -> ExitCode:
    """Write lessons as a page, or refuse the first mistake in one of their commands."""
    from sce_cli.present.handout import lesson_handout

    for script in scripts:
        for mistake in command_mistakes(script, run):
            raise SceError(
                _("lesson {file}, line {line}: {message}").format(
                    file=quoted(script.file), line=mistake.line, message=mistake.message
                ),
                _("See every mistake: sce lesson --check {file}").format(file=shell_word(str(script.file))),
            )
    save("--handout", handout, lesson_handout(scripts, run, handout.suffix[1:].lower(), answers))
    write(_("File: {path}").format(path=visible(str(handout))) + "\n")
    _tell_left_out(scripts)
    return ExitCode.OK


def _tell_left_out(scripts: Sequence[Script]) -> None:
    """Say on stderr how much of lessons is for other programs."""
    for script in scripts:
        if script.left_out and script.file:
            count, word = len(script.left_out), shell_word(str(script.file))
            said = ngettext(
                "{count} thing in {file} is for other programs; see which: sce lesson --check {word}",
                "{count} things in {file} are for other programs; see which: sce lesson --check {word}",
                count,
            )
            print(visible(said.format(count=count, file=script.file, word=word)), file=sys.stderr)


def show_notes(scripts: Sequence[Script], outputs: Outputs) -> ExitCode:
    """Show what the speaker reads on each slide, one slide at a time on a terminal."""
    scenes = [scene for script in scripts for scene in script.scenes]
    slides = []
    for number, scene in enumerate(scenes, start=1):
        place, titled = _("{slide} of {slides}"), _("{slide} of {slides}: {title}")
        said = (titled if scene.title else place).format(
            slide=number, slides=len(scenes), title=escaped(scene.title or "")
        )
        heading = Heading(said)
        slides.append(Slide((heading, indented(Group(*_noted(scene.notes))))))
    if not any(scene.notes for scene in scenes):
        none = _("There are no notes: write them between <!-- and -->.")
        slides = [Slide((Heading(_("Notes")), indented(Running(escaped(none)))))]
    play(slides, replace(outputs, from_step=None, predict=False))
    return ExitCode.OK


def _noted(notes: Sequence[str]) -> Iterator[RenderableType]:
    """Yield the paragraphs of notes with an empty line between two of them."""
    paragraphs = [" ".join(text.split()) for note in notes for text in re.split(r"\n[ \t]*\n|\n(?=[ \t]*[-*] )", note)]
    for index, text in enumerate(paragraphs):
        if index:
            yield ""
        yield Running(escaped(text))


def report_mistakes(path: Path, run: RunCommand) -> ExitCode:
    """Print every mistake of a lesson with its line, those of its commands among them."""
    script = lessons.load(path)
    mistakes = sorted([*script.mistakes, *command_mistakes(script, run)], key=lambda mistake: mistake.line)
    for mistake in script.left_out:
        write(
            visible(_("{place}: note: {message}").format(place=f"{path}:{mistake.line}", message=mistake.message))
            + "\n"
        )
    for mistake in mistakes:
        write(visible(f"{path}:{mistake.line}: {mistake.message}") + "\n")
    none = _("no mistakes in {slides} slides.")
    some = ngettext("{count} mistake in {slides} slides.", "{count} mistakes in {slides} slides.", len(mistakes))
    write((some if mistakes else none).format(count=len(mistakes), slides=len(script.scenes)) + "\n")
    return ExitCode.CLAIM_FAILED if mistakes else ExitCode.OK


def write_starter(path: Path) -> ExitCode:
    """Write a small lesson to begin with, where no file is yet."""
    if path.exists():
        raise SceError(
            _("lesson --new {path}: this file is already there.").format(path=quoted(path)),
            _("Name a new one"),
            Change(str(path), free_name("my", ".md")),
        )
    save("lesson --new", path, in_language(lessons.STARTER).read_bytes())
    word = shell_word(str(path))
    write(_("File: {path}").format(path=visible(str(path))) + "\n")
    write(_("Play it with sce lesson {path}, check it with sce lesson --check {path}.").format(path=word) + "\n")
    return ExitCode.OK
