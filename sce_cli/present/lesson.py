"""Lessons: their slides with live commands, and what is wrong with those commands."""

import math
import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

from sce_cli.drawing.markup import escaped
from sce_cli.errors import SceError, quoted, why
from sce_cli.lessons.asked import Sourced
from sce_cli.lessons.pictures import BarSeries, Curves, Pictured, Shades
from sce_cli.lessons.script import Command, Mistake, Played, Prose, Script, Solution
from sce_cli.lessons.script import Part as ScriptPart
from sce_cli.present import prose
from sce_cli.present.demonstrated import Demonstrated
from sce_cli.present.excerpt import excerpt
from sce_cli.present.outputs import Outputs, Performance, Presentation, RunCommand
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
from sce_cli.study import Question, near
from sce_cli.translation import _
from sce_cli.units import Unit, unit_named

if TYPE_CHECKING:
    from sce_cli.play.loop import Session


def within(folder: Path | None, run: RunCommand) -> RunCommand:
    """Return what runs commands in a lesson's folder, from which it names its data, and each of them once."""
    results: dict[tuple[str, ...], Presentation | SceError] = {}

    def run_there(words: Sequence[str]) -> Presentation:
        key = tuple(words)
        if key not in results:
            results[key] = _run_in(folder, run, words)
        result = results[key]
        if isinstance(result, SceError):
            raise result
        return result

    return run_there


def _run_in(folder: Path | None, run: RunCommand, words: Sequence[str]) -> Presentation | SceError:
    try:
        with _in(folder):
            return run(words)
    except SceError as error:
        return error
    except OSError as error:
        return SceError(
            _("the lesson's folder {folder} can't be entered: {reason}.").format(
                folder=quoted(folder), reason=why(error)
            ),
            _("Move the lesson."),
        )


@contextmanager
def _in(folder: Path | None) -> Iterator[None]:
    """Work in a folder for a while; where the one before is gone, there is no way back to it."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        here = None
    os.chdir(folder or here or os.curdir)
    try:
        yield
    finally:
        if here is not None:
            os.chdir(here)


class Live:
    """What a lesson computes when it is first shown: a result, or what is wrong with it."""

    @property
    def mistake(self) -> SceError | None:
        """What is wrong; computes it."""
        raise NotImplementedError

    def complaint(self, error: SceError) -> tuple[RenderableType, ...]:
        """Return what a slide says of a mistake."""
        said = _("[bold red]Error:[/] {message}").format(message=escaped(error.message))
        return (said, escaped(error.remedy))


class CommandOutput(Live):
    """A command of a lesson, run when it is first shown, and the part of its output that the lesson wants."""

    def __init__(self, command: Command, run: RunCommand) -> None:
        self.line = f"$ sce {shlex.join(command.words)}"
        self.steps = command.steps
        self.pictured = not command.show or "picture" in command.show
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

    @property
    def mistake(self) -> SceError | None:
        """What is wrong with it."""
        return self.result if isinstance(self.result, SceError) else None

    @cached_property
    def sections(self) -> tuple[tuple[int | None, tuple[RenderableType, ...]], ...]:
        """What is shown below the command: the parts of each step, with its number, or of something else."""
        if isinstance(self.result, SceError):
            return ((None, self.complaint(self.result)),)
        if self._command.steps == ():
            return ((None, (result_line(self.result),)),)
        every = self._command.steps is None
        slides = [*study_slides(self.result, asking=False, titled=every), closing_slide(self.result, ())]
        if self._command.steps is None:
            numbers = [*range(1, len(slides)), None]
            return tuple((number, _shown(slide)) for number, slide in zip(numbers, slides, strict=True))
        show = self._command.show
        return tuple((step, excerpt(_shown(slides[step - 1]), show)) for step in self._command.steps)

    @property
    def parts(self) -> tuple[RenderableType, ...]:
        """All that is shown below the command, with an empty line between two sections."""
        joined: list[RenderableType] = []
        for __, parts in self.sections:
            joined += ["", *parts] if joined else parts
        return tuple(joined)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the command line and what it leads to."""
        yield bold(escaped(self.line))
        for part in self.parts:
            yield part.plain if isinstance(part, Heading) else part


class PictureOutput(Live):
    """A picture that a lesson describes, made when it is first shown."""

    def __init__(self, described: Pictured, run: RunCommand) -> None:
        self._described, self._run = described, run

    @cached_property
    def result(self) -> RenderableType | SceError:
        """The picture, or what is wrong with it."""
        from sce_cli.present.pictures import picture  # NumPy only where something is computed

        try:
            return picture(self._described, self._run)
        except SceError as error:
            return error

    @property
    def mistake(self) -> SceError | None:
        """What is wrong with it."""
        return self.result if isinstance(self.result, SceError) else None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it where prose stands."""
        yield from map(indented, self.complaint(self.result) if isinstance(self.result, SceError) else [self.result])


class DemonstrationOutput(Demonstrated, Live):
    """A demonstration of a lesson."""

    def __init__(self, played: Played, run: RunCommand) -> None:
        self._words, self._run = ("play", *played.words), run
        super().__init__(self._session)

    def _session(self) -> "Session":
        shown: object = self._run(self._words)
        assert isinstance(shown, Performance), "the lesson names a demonstration"
        if shown.outputs != Outputs():
            raise SceError(
                _("a lesson plays on its own screen, and prints no JSON."),
                _("Leave out the options for JSON, characters and width."),
            )
        return shown.session

    @property
    def mistake(self) -> SceError | None:
        """What is wrong with its options."""
        return self.result if isinstance(self.result, SceError) else None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the frame, or what is wrong."""
        if isinstance(self.result, SceError):
            yield from map(indented, self.complaint(self.result))
        else:
            yield from super().__rich_console__(console, options)


def _shown(slide: Slide) -> tuple[RenderableType, ...]:
    return tuple(part for part in slide.parts if not isinstance(part, Question))


def _check(shown: Presentation, command: Command) -> None:
    """Refuse a command that would write or pace, and steps that it doesn't have or that show nothing wanted."""
    writes = any(isinstance(value, Path) for value in shown.arguments.values())
    if (
        writes
        or shown.outputs != Outputs(base=shown.outputs.base, checks=shown.outputs.checks, digits=shown.outputs.digits)
        or shown.view.document(shown.study) is not None
    ):
        raise SceError(
            _("a lesson shows steps, and writes nothing."),
            _("Leave out the options for files, JSON, pace, characters and width."),
        )
    slides = study_slides(shown, asking=False)
    missing = [step for step in command.steps or () if not 1 <= step <= len(slides)]
    if missing:
        raise SceError(
            _("there is no step {step}.").format(step=missing[0]),
            _("Name steps from 1 to {last}.").format(last=len(slides)),
        )
    for step in command.steps or ():
        if command.show and len(excerpt(_shown(slides[step - 1])[-1:], command.show)) == 0:
            raise SceError(
                _("step {step} has nothing of this sort: {sort}.").format(step=step, sort=", ".join(command.show)),
                _("Leave show= out."),
            )


def lesson_slides(script: Script, run: RunCommand, *, solutions: bool = False) -> list[Slide]:
    """Return the slides of a lesson, with an empty line between the parts of each; solutions stand in handouts only."""
    run = within(script.file.parent if script.file else None, run)
    slides = []
    for index, scene in enumerate(script.scenes):
        parts: list[Part] = [Heading(escaped(scene.title))] if scene.title else []
        if script.author and index == 0:
            parts += [indented(escaped(script.author)), ""]
        shown = [part for part in scene.parts if solutions or not isinstance(part, Solution)]
        for place, part in enumerate(shown):
            made = _part(part, run, script.file.parent if script.file else None)
            parts += ["", made] if place else [made]
        slides.append(Slide(tuple(parts)))
    return slides


def _part(part: ScriptPart, run: RunCommand, folder: Path | None = None) -> Part:
    if isinstance(part, Prose):
        body = prose.MarkdownBody(part.tokens, folder)
        return SolutionBody(body) if isinstance(part, Solution) else indented(body)
    if isinstance(part, Command):
        return CommandOutput(part, run)  # its steps are indented already
    if isinstance(part, Played):
        return DemonstrationOutput(part, run)
    if isinstance(part, (Curves, BarSeries, Shades)):
        return PictureOutput(part, run)
    try:
        return _question(_answered(part, run) if isinstance(part, Sourced) else part)
    except SceError as error:
        return SourceError(error)


class SourceError(Live):
    """What stands in the place of a question whose answer isn't to be had."""

    def __init__(self, error: SceError) -> None:
        self._error = error

    @property
    def mistake(self) -> SceError:
        """What is wrong with its command or its field."""
        return self._error

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the mistake."""
        yield from map(indented, self.complaint(self._error))


class SolutionBody:
    """A solution, which a handout has at its end."""

    def __init__(self, body: prose.MarkdownBody) -> None:
        self.body = body

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as prose."""
        yield indented(self.body)


def _question(question: Question) -> Question:
    """Return a question as markup."""
    return replace(
        question,
        ask=escaped(question.ask),
        why=escaped(question.why),
        unit=escaped(question.unit),
        choices=tuple(map(escaped, question.choices)),
        slips=tuple((guess, escaped(said)) for guess, said in question.slips),
    )


def _answered(part: Sourced, run: RunCommand) -> Question:
    """Return a question with the answer that its command gives, in the question's unit: JSON has logarithms in nats."""
    from sce_cli.present.pictures import number  # NumPy only where something is computed

    unit = unit_named(part.question.unit) or Unit.NATS
    answer, tolerance = number(run(part.words), part.field) * unit.per_nat, part.question.tolerance
    return replace(part.question, answer=answer, tolerance=near(answer) if math.isnan(tolerance) else tolerance)


def command_mistakes(script: Script, run: RunCommand) -> list[Mistake]:
    """Run every command of a lesson, and return what is wrong with them."""
    run = within(script.file.parent if script.file else None, run)
    mistakes = []
    for part in (part for scene in script.scenes for part in scene.parts):
        if isinstance(part, (Command, Played, Sourced, Curves, BarSeries, Shades)):
            shown = _part(part, run)
            mistake = shown.mistake if isinstance(shown, Live) else None
            if mistake:
                said = _("{message} {remedy}").format(message=mistake.message, remedy=mistake.remedy)
                mistakes.append(Mistake(part.line, said))
    return mistakes


def went_wrong(slides: Sequence[Slide]) -> Iterator[SceError]:
    """Yield what is wrong with the commands of slides, as far as they have been shown."""
    for part in (part for slide in slides for part in slide.parts):
        if isinstance(part, SourceError) or (isinstance(part, Live) and "result" in vars(part)):
            yield from [part.mistake] if part.mistake else []
