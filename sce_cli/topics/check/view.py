"""What a student's functions do: one step a function, with the smallest input that shows what is wrong."""

from collections.abc import Iterator

from rich.console import Group, RenderableType

from sce_cli.drawing.lines import Running
from sce_cli.drawing.markup import escaped
from sce_cli.study import Step, View
from sce_cli.topics.check.counterexample_view import Pasteable
from sce_cli.topics.check.judging import MISSING, RAISED, RIGHT, TOO_SLOW, WRONG
from sce_cli.topics.check.remarks import NOTES, SENTENCES, seen
from sce_cli.topics.check.study import Checked, CheckStudy
from sce_cli.translation import N_, _
from sce_cli.units import Unit

OUTCOMES = {
    RIGHT: N_("[green]✓ right[/]"),
    WRONG: N_("[bold red]✗ wrong[/]"),
    RAISED: N_("[bold red]✗ raised[/]"),
    TOO_SLOW: N_("[bold red]✗ too slow[/]"),
    MISSING: N_("[dim]missing[/]"),
}

SAID_LINES = 3
"""Lines of what the program printed, and of Python's warnings, that are shown."""


class CheckView(View):
    """One file, function by function."""

    def title(self, study: CheckStudy) -> str:
        """Say which file was run."""
        return _("What {file} computes").format(file=escaped(study.file))

    def steps(self, study: CheckStudy, unit: Unit) -> list[Step]:
        """Return a step for each function that is there, and one for what the program said itself."""
        steps = [
            Step(_titled(function), Group(*_body(function)))
            for function in study.functions
            if function.outcome != MISSING or function.notes
        ]
        if not steps:
            names = ", ".join(function.name for function in study.functions)
            steps = [Step(_("Nothing to check yet"), Running(_("Still to be written: {names}.").format(names=names)))]
        said = [*_said(study)]
        return [*steps, Step(_("Said by the program itself"), Group(*said))] if said else steps

    def result(self, study: CheckStudy, unit: Unit) -> str:
        """Return how many functions are right, and which are missing."""
        there = [function for function in study.functions if function.outcome != MISSING]
        right = sum(function.outcome == RIGHT for function in there)
        missing = [function.name for function in study.functions if function.outcome == MISSING]
        all_there = _("{right} of {count} right")
        some = _("{right} of {count} right; missing: {names}")
        return (some if missing else all_there).format(right=right, count=len(there), names=", ".join(missing))


def _titled(function: Checked) -> str:
    """Return our name for a function, the student's where it is another, and the outcome."""
    outcome = _(OUTCOMES[function.outcome])
    if function.as_ in {None, function.name}:
        return _("{name}: {outcome}").format(name=function.name, outcome=outcome)
    return _("{name}, here {yours}: {outcome}").format(
        name=function.name, yours=escaped(function.as_ or ""), outcome=outcome
    )


def _body(function: Checked) -> Iterator[RenderableType]:
    """Yield the counterexample, the mistake, where to see it, and what else is to be said."""
    if function.counterexample is not None:
        yield Pasteable(function.counterexample)
        if function.line or function.mistake or function.notes:
            yield ""
    if function.error is not None and (function.line is not None or function.counterexample is None):
        yield Running(_raised(function))
    if function.outcome == TOO_SLOW:
        yield Running(_("A call was not done in its time; --seconds gives it more."))
    if function.mistake is not None:
        said = _("[bold]{mistake}:[/] {sentence}")
        yield Running(said.format(mistake=function.mistake, sentence=_(SENTENCES[function.mistake])))
    for note in function.notes:
        yield Running(_(NOTES[note]))
    command = seen(function.name, function.mistake) if function.mistake else ""
    if command:
        yield Running(_("See it: {command}").format(command=command))


def _raised(function: Checked) -> str:
    """Return the student's own line that raised an exception, and the exception where nothing above shows it."""
    error, code = escaped(function.error or ""), escaped(function.code)
    if function.line is None:
        return error
    if function.counterexample is None:
        return _("line {line}: {error}").format(line=function.line, error=error)
    return _("in line {line}: {code}").format(line=function.line, code=code)


def _said(study: CheckStudy) -> Iterator[RenderableType]:
    """Yield what the program printed, and Python's warnings at its lines."""
    lines = [line for line in study.printed.splitlines() if line.strip()]
    if lines:
        yield _("your program printed:")
        for line in lines[:SAID_LINES]:
            yield Running(f"  {escaped(line[:200])}")
        if len(lines) > SAID_LINES:
            yield "  …"
    for warning in study.warnings[:SAID_LINES]:
        yield Running(escaped(warning))
    if len(study.warnings) > SAID_LINES:
        yield "…"
    if not study.limited:
        yield Running(_("This system can't bound a program's memory: it ran without a limit."))
