"""Lessons: their slides with live commands, and what is wrong with those commands."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

from sce_cli.drawing.markup import escaped
from sce_cli.errors import SceError
from sce_cli.lessons.script import Command, Mistake, Prose, Script
from sce_cli.present import prose
from sce_cli.present.outputs import Outputs, Presentation
from sce_cli.present.slides import (
    Heading,
    Part,
    Slide,
    bold,
    closing_slide,
    indented,
    result_line,
    study_slides,
)
from sce_cli.study import Question
from sce_cli.translation import _

RunCommand = Callable[[Sequence[str]], Presentation]
"""Runs the words behind `sce`, raising SceError where they are wrong, and shows nothing."""


class CommandOutput:
    """A command of a lesson, run when it is first shown, and the part of its output that the lesson wants."""

    def __init__(self, command: Command, run: RunCommand) -> None:
        self.line = f"$ sce {shlex.join(command.words)}"
        self._command, self._run = command, run

    @cached_property
    def result(self) -> Presentation | SceError:
        """What the command leads to, or what is wrong with it."""
        try:
            shown = self._run(self._command.words)
            _check(shown, self._command)
        except SceError as error:
            return error
        return shown

    @cached_property
    def parts(self) -> tuple[RenderableType, ...]:
        """What is shown below the command."""
        if isinstance(self.result, SceError):
            return (f"[bold red]Error:[/] {escaped(self.result.message)}", escaped(self.result.remedy))
        if self._command.steps == ():
            return (result_line(self.result),)
        every = self._command.steps is None
        slides = [*study_slides(self.result, asking=False, titled=every), closing_slide(self.result, ())]
        if self._command.steps is None:
            return tuple(_joined(slides))
        return tuple(_joined([slides[step - 1] for step in self._command.steps]))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the command line and what it leads to."""
        yield bold(escaped(self.line))
        for part in self.parts:
            yield part.plain if isinstance(part, Heading) else part


def _check(shown: Presentation, command: Command) -> None:
    """Refuse a command that would write or pace, and steps that it doesn't have."""
    writes = any(isinstance(value, Path) for value in shown.arguments.values())
    if (
        writes
        or shown.outputs != Outputs(base=shown.outputs.base, checks=shown.outputs.checks)
        or shown.view.document(shown.study) is not None
    ):
        raise SceError(
            _("a lesson shows steps, and writes nothing."),
            _("Leave out the options for files, JSON, pace, characters and width."),
        )
    steps = len(study_slides(shown, asking=False))
    missing = [step for step in command.steps or () if not 1 <= step <= steps]
    if missing:
        raise SceError(
            _("there is no step {step}.").format(step=missing[0]),
            _("Name steps from 1 to {last}.").format(last=steps),
        )


def _joined(slides: Sequence[Slide]) -> Iterator[RenderableType]:
    """Yield the parts of slides, with an empty line between two of them."""
    for index, slide in enumerate(slides):
        if index:
            yield ""
        for part in slide.parts:
            if not isinstance(part, Question):
                yield part


def lesson_slides(script: Script, run: RunCommand) -> list[Slide]:
    """Return the slides of a lesson, with an empty line between the parts of each."""
    slides = []
    for scene in script.scenes:
        parts: list[Part] = [Heading(escaped(scene.title))]
        for index, part in enumerate(scene.parts):
            if index:
                parts.append("")
            parts.append(_part(part, run))
        slides.append(Slide(tuple(parts)))
    return slides


def _part(part: Prose | Command | Question, run: RunCommand) -> Part:
    if isinstance(part, Prose):
        return indented(prose.MarkdownBody(part.tokens))
    if isinstance(part, Command):
        return CommandOutput(part, run)  # its steps are indented already
    choices = tuple(map(escaped, part.choices))
    return replace(part, ask=escaped(part.ask), why=escaped(part.why), unit=escaped(part.unit), choices=choices)


def command_mistakes(script: Script, run: RunCommand) -> list[Mistake]:
    """RunCommand every command of a lesson, and return what is wrong with them."""
    commands = [part for scene in script.scenes for part in scene.parts if isinstance(part, Command)]
    results = [CommandOutput(command, run).result for command in commands]
    return [
        Mistake(command.line, f"{result.message} {result.remedy}")
        for command, result in zip(commands, results, strict=True)
        if isinstance(result, SceError)
    ]
