"""A study as slides: what is shown at one go, and the questions that hide the rest until they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.styled import Styled

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import error_size
from sce_cli.drawing.screen import Screen
from sce_cli.errors import Change, SceError
from sce_cli.present.outputs import Presentation
from sce_cli.study import Check, Question
from sce_cli.translation import _, ngettext

Part = RenderableType | Question

MARGIN = 3
"""Columns left free before what stands below a heading."""


@dataclass(frozen=True)
class Slide:
    """Parts in the order in which they are shown."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Heading:
    """A title in bold with a rule behind it."""

    title: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it across the screen."""
        assert isinstance(console, Screen)
        yield console.heading(self.title)

    @property
    def plain(self) -> RenderableType:
        """The title alone, for a step within a lesson's slide."""
        return bold(self.title)


def bold(markup: str) -> RenderableType:
    """Return a line in bold; without a tag behind it, which a backslash at its end would spoil."""
    return Styled(markup, "bold")


def indented(body: RenderableType) -> RenderableType:
    """Return what stands below a heading."""
    return Padding(body, (0, 0, 0, MARGIN))


def study_slides(shown: Presentation, *, asking: bool, titled: bool = True) -> list[Slide]:
    """Return a slide for each step of a study's explanation.

    asking: whether questions stand before the steps that have one. titled: whether the study's title stands on the
    first one to be shown, with what was done for the user.
    """
    steps, first = shown.steps(), shown.outputs.from_step or 1
    if first > len(steps):
        raise SceError(
            _("--from-step {step}: there are {count} steps.").format(step=first, count=len(steps)),
            _("Give one from 1 to {count}").format(count=len(steps)),
            Change("--from-step", str(len(steps))),
        )
    title = (bold(shown.title()), *map(escaped, shown.explained.notes), "") if titled else ()
    return [
        Slide(
            (
                *(title if index in {1, first} else ()),
                Heading(f"{index}. {step.title}"),
                *((step.question, "") if step.question and asking else ()),
                indented(step.body),
            )
        )
        for index, step in enumerate(steps, start=1)
    ]


def closing_slide(shown: Presentation, files: Sequence[str]) -> Slide:
    """Return the result and one line on the claims, which are listed with --checks, or as far as they failed.

    files: lines that tell which files were written.
    """
    checks = shown.study.checks
    listed = [check for check in checks if shown.outputs.checks or not check.holds]
    heading = Heading(_("Checked by two independent routes each"))
    claims = (heading, indented(Group(*map(_claim, listed))), "") if listed else ()
    verdict = (_verdict(checks),) if checks else ()
    return Slide((*claims, result_line(shown), *map(escaped, files), *verdict))


def result_line(shown: Presentation) -> RenderableType:
    """Return the study's result."""
    return bold(_("Result: {result}").format(result=shown.result()))


def _claim(check: Check) -> str:
    holds = _("[green]✓ holds:[/] {claim}; off by {error}, allowed {allowed}")
    fails = _("[bold red]✗ FAILS:[/] {claim}; off by {error}, allowed {allowed}")
    claim = _(check.claim).format(**check.values)
    error, allowed = error_size(check.error), error_size(check.tolerance)
    return (holds if check.holds else fails).format(claim=claim, error=error, allowed=allowed)


def _verdict(checks: tuple[Check, ...]) -> str:
    count, failed = len(checks), sum(not check.holds for check in checks)
    if failed:
        return _("[bold red]✗[/] {failed} of {count} claims failed").format(failed=failed, count=count)
    return ngettext(
        "[green]✓[/] {count} claim checked two ways, it holds",
        "[green]✓[/] {count} claims checked two ways, all hold",
        count,
    ).format(count=count)
