"""Many programs as a table: a row a file, a column a function, and the mistakes that are made most."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult

from sce_cli.drawing.lines import Running
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.tables import plain_grid, table
from sce_cli.study import Step, View
from sce_cli.topics.check.figure_view import figure
from sce_cli.topics.check.judging import MISSING, RAISED, RIGHT, TOO_SLOW, WRONG
from sce_cli.topics.check.remarks import SENTENCES
from sce_cli.topics.check.signatures import OURS
from sce_cli.topics.check.study import Checked, ClassStudy, Program
from sce_cli.translation import N_, _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OUTCOMES = {
    RIGHT: "✓",
    WRONG: N_("wrong"),
    RAISED: N_("raised"),
    TOO_SLOW: N_("too slow"),
    MISSING: N_("missing"),
}
"""What stands in the table where a mistake has no name."""

LONGEST_NAME = 22
"""Columns for a file's name; what is longer goes on below."""

LONGEST_LINE = 14
"""Columns for a mistake's name, likewise, which breaks behind a hyphen."""

GAP = 3
"""Columns between two columns of the table."""

MOST_EXPLAINED = 3
"""Frequent mistakes that get their sentence."""


class ClassView(View):
    """The files of a class."""

    def title(self, study: ClassStudy) -> str:
        """Say how many there are."""
        count = len(study.files)
        return ngettext("What {count} program computes", "What {count} programs compute", count).format(count=count)

    def steps(self, study: ClassStudy, unit: Unit) -> list[Step]:
        """Return the table, and the mistakes that are made most."""
        steps = [Step(_("File by file"), Group(*_table(study)))]
        if study.frequent:
            steps.append(Step(_("The most frequent mistakes"), Group(*_frequent(study))))
        return steps

    def result(self, study: ClassStudy, unit: Unit) -> str:
        """Return in how many files all is right, and the mistake that is made most."""
        fine = sum(not program.error and bool(program.found) and _all_fine(program) for program in study.files)
        plain = _("all right in {fine} of {count} files")
        most = _("all right in {fine} of {count} files; most often: {mistake}")
        first = study.frequent[0].mistake if study.frequent else ""
        return (most if first else plain).format(fine=fine, count=len(study.files), mistake=first)

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figure."""
        return {"plot": figure}

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the table as CSV in UTF-8."""
        return {"output": lambda study: _csv(study).encode()}


def _all_fine(program: Program) -> bool:
    return all(function.fine for function in program.functions)


def _table(study: ClassStudy) -> Iterator[RenderableType]:
    shown = [ours for ours in OURS if any(one.name == ours for program in study.files for one in program.found)]
    rows = [(_name(program), {one.name: _cell(one) for one in program.found}) for program in study.files]
    yield Cells(shown, rows)
    lines = [*_not_run(study.files)]
    if lines:
        yield ""
        yield from lines


def _name(program: Program) -> str:
    """Return a file's name without its folder, where it isn't needed."""
    return program.file.replace("\\", "/").rpartition("/")[2] or program.file


def _not_run(files: Sequence[Program]) -> Iterator[RenderableType]:
    """Yield a line for each file that couldn't be run, or has nothing to be looked at."""
    for program in files:
        name = escaped(_name(program))
        if program.error and program.line:
            said = _("[bold red]✗[/] {file}, line {line}: {error}")
            yield Running(said.format(file=name, line=program.line, error=escaped(program.error)))
        elif program.error:
            yield Running(_("[bold red]✗[/] {file}: {error}").format(file=name, error=escaped(program.error)))
        elif not program.found:
            yield Running(_("{file}: none of the functions is there.").format(file=name))


def _cell(function: Checked) -> str:
    return function.mistake if function.mistake and function.outcome != RIGHT else _(OUTCOMES[function.outcome])


@dataclass(frozen=True)
class Cells:
    """A table with as many functions side by side as the width allows, the others below."""

    functions: Sequence[str]
    rows: Sequence[tuple[str, Mapping[str, str]]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw one block of columns after another."""
        for place, block in enumerate(self._blocks(options.max_width)):
            if place:
                yield ""
            grid = plain_grid()
            grid.add_column(_("file"), max_width=LONGEST_NAME, overflow="fold")
            for function in block:
                grid.add_column(function, overflow="fold")
            for name, cells in self.rows:
                texts = [_wrapped(cells.get(function, "-")) for function in block]
                grid.add_row(escaped(name), *texts)
            yield grid

    def _blocks(self, width: int) -> Iterator[list[str]]:
        """Yield the functions that stand side by side."""
        names = min(LONGEST_NAME, max(cell_len(escaped(name)) for name, _cells in self.rows))
        block, used = list[str](), names
        for function in self.functions:
            lines = [line for _name, cells in self.rows for line in _wrapped(cells.get(function, "-")).split("\n")]
            needed = GAP + max(map(cell_len, (function, *lines)))
            if block and used + needed > width:
                yield block
                block, used = [], names
            block, used = [*block, function], used + needed
        if block:
            yield block


def _wrapped(name: str) -> str:
    """Return a mistake's name in lines that end behind a hyphen."""
    lines = [""]
    for place, part in enumerate(name.split("-")):
        piece = part if place == name.count("-") else f"{part}-"
        if lines[-1] and len(lines[-1]) + len(piece) > LONGEST_LINE:
            lines.append(piece)
        else:
            lines[-1] += piece
    return "\n".join(lines)


def _frequent(study: ClassStudy) -> Iterator[RenderableType]:
    rows = [(one.mistake, str(one.files)) for one in study.frequent]
    yield table([_("mistake"), _("files")], rows, words=(0,))
    for one in study.frequent[:MOST_EXPLAINED]:
        yield ""
        said = _("[bold]{mistake}:[/] {sentence}")
        yield Running(said.format(mistake=one.mistake, sentence=_(SENTENCES[one.mistake])))


def _csv(study: ClassStudy) -> str:
    """Return a row a file: the outcome of each function, or the mistake's name, and why it couldn't be run."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["file", *OURS, "error"])
    for program in study.files:
        cells = {one.name: one.mistake or one.outcome for one in program.functions}
        rows.writerow([program.file, *(cells.get(ours, "") for ours in OURS), program.error or ""])
    return text.getvalue()
