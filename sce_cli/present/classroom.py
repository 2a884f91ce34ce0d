"""What `sce lesson` does: list the chapters, play lessons, check one, write a starter."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from sce_cli import lessons
from sce_cli.drawing.markup import escaped
from sce_cli.errors import Change, ExitCode, SceError, quoted
from sce_cli.lessons.script import Script
from sce_cli.parsers import free_name
from sce_cli.present.lesson import RunCommand, command_mistakes, lesson_slides
from sce_cli.present.outputs import Outputs
from sce_cli.present.player import new_screen, play
from sce_cli.present.slides import Heading, indented
from sce_cli.present.words import WORDS
from sce_cli.present.writing import save, write
from sce_cli.text import shell_word, visible
from sce_cli.translation import _, ngettext


def list_chapters(language: str, outputs: Outputs) -> ExitCode:
    """Print the shipped chapters and how to play them."""
    words, screen = WORDS[language], new_screen(outputs)
    scripts = [lessons.load(path) for path in lessons.chapters(language)]
    rows = Table.grid(padding=(0, 3, 0, 0))
    for number, script in enumerate(scripts, start=1):
        rows.add_row(str(number), escaped(script.title), words.slides.format(len(script.scenes)))
    screen.print(Heading(words.chapters))
    screen.print(indented(rows))
    screen.print()
    screen.print(words.how_to_play)
    write(screen.drained())
    return ExitCode.OK


def play_lessons(scripts: Sequence[Script], run: RunCommand, language: str, outputs: Outputs) -> ExitCode:
    """Write the handout if one is wanted, or show the lessons' slides one after another."""
    if outputs.handout is not None:
        from sce_cli.present.handout import lesson_handout

        data = lesson_handout(scripts, run, language, outputs.handout.suffix[1:].lower())
        save("--handout", outputs.handout, data)
        write(f"File: {visible(str(outputs.handout))}\n")
        return ExitCode.OK
    slides = [slide for script in scripts for slide in lesson_slides(script, run)]
    play(slides, outputs, WORDS[language])
    return ExitCode.OK


def report_mistakes(path: Path, run: RunCommand) -> ExitCode:
    """Print every mistake of a lesson with its line, those of its commands among them."""
    script = lessons.load(path)
    mistakes = sorted([*script.mistakes, *command_mistakes(script, run)], key=lambda mistake: mistake.line)
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
    save("lesson --new", path, lessons.STARTER.read_bytes())
    word = shell_word(str(path))
    write(_("File: {path}").format(path=visible(str(path))) + "\n")
    write(_("Play it with sce lesson {path}, check it with sce lesson --check {path}.").format(path=word) + "\n")
    return ExitCode.OK
