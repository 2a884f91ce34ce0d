"""A study's steps or a lesson's slides as one page to give away, with the figures inside."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import StringIO
from itertools import groupby
from typing import Protocol

from rich.console import ConsoleRenderable, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.styled import Styled
from rich.table import Table
from rich.text import Text

from sce_cli.drawing.beside import Beside
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.screen import Screen
from sce_cli.errors import SceError
from sce_cli.lessons.script import Script
from sce_cli.present.demonstrated import Demonstrated
from sce_cli.present.excerpt import PICTURES, pieces
from sce_cli.present.figures import chart_drawn, drawn
from sce_cli.present.handout_html import HtmlPage
from sce_cli.present.handout_markdown import MarkdownPage
from sce_cli.present.lesson import CommandOutput, PictureOutput, SolutionBody, lesson_slides
from sce_cli.present.outputs import Presentation, RunCommand
from sce_cli.present.prose import MarkdownBody
from sce_cli.present.slides import MARGIN, Heading, Part, Slide, closing_slide, study_slides
from sce_cli.study import Question
from sce_cli.translation import _, spoken

COLUMNS = 76
"""Width of what is drawn with characters."""

FRAME_ROWS = 24
"""Of a demonstration's picture, where it is drawn with characters: a page is higher than a screen."""


class Page(Protocol):
    """What a handout is written into, from top to bottom, in one format."""

    figure_format: str

    def heading(self, level: int, title: Text) -> None:
        """Add a heading; level 1 is the page's own."""

    def paragraph(self, text: Text) -> None:
        """Add running text."""

    def drawing(self, lines: Sequence[str], kind: str) -> None:
        """Add lines that keep their columns: a "formula", a "command" or a "drawing"."""

    def table(self, headers: Sequence[Text], rows: Sequence[Sequence[Text]], right: Sequence[bool]) -> None:
        """Add a table; right: which columns are aligned to the right."""

    def question(self, question: Question, number: int | None) -> None:
        """Add a question, with its answer unless that stands elsewhere under its number."""

    def answer(self, question: Question, number: int) -> None:
        """Add the answer to the question of a number."""

    def rule(self) -> None:
        """Add a line across the page, where a slide without a title begins."""

    def prose(self, prose: MarkdownBody) -> None:
        """Add Markdown."""

    def figure(self, data: bytes, title: str) -> None:
        """Add a picture in the page's figure_format."""

    def finished(self) -> bytes:
        """Return the file."""


def study_handout(shown: Presentation, file_format: str) -> bytes:
    """Return a study's steps, claims, result and figure as a page, "html" or "md"."""
    title = _text(shown.title())
    page = _new_page(title.plain, file_format)
    page.heading(1, title)
    composer = Composer(page)
    for note in shown.explained.notes:
        page.paragraph(Text(note))
    for step, slide in enumerate(study_slides(shown, asking=True, titled=False), shown.outputs.from_step or 1):
        composer.add_step(shown, step, slide.parts, 2)
    for part in closing_slide(shown, ()).parts:
        composer.add(part, 2)
    if not shown.view.panels():
        composer.add_figure(shown)
    return page.finished()


def lesson_handout(scripts: Sequence[Script], run: RunCommand, file_format: str, answers: str = "end") -> bytes:
    """Return lessons with the outputs and figures of their commands as a page, "html" or "md".

    answers: "inline" has each below its question, with what its slide shows then; "end" has all that at the page's end,
    and "none" leaves it out.
    """
    page = _new_page(scripts[0].title, file_format)
    composer = Composer(page)
    later: list[tuple[int, Sequence[Part]]] = []
    for script in scripts:
        for index, slide in enumerate(lesson_slides(script, run, solutions=True)):
            if not isinstance(slide.parts[0], Heading) and index:
                page.rule()
            later += composer.add_slide(slide, 2 if index else 1, apart=answers != "inline")
    if answers == "end" and later:
        page.heading(2, Text(_("Answers")))
        for number, parts in later:
            composer.add_answer(number, parts)
    if answers != "none":
        composer.add_solutions()
    composer.add_figures()
    return page.finished()


def _new_page(title: str, file_format: str) -> Page:
    return HtmlPage(title, spoken()) if file_format == "html" else MarkdownPage()


class Composer:
    """Puts slides onto a page, taken apart into what the page has a form of its own for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked = 0
        self._solutions: list[SolutionBody] = []
        self._whole: dict[str, Presentation] = {}
        self._replaced: Part | None = None
        self._panel: Callable[[], bytes] = bytes
        self._title = ""

    def add_slide(self, slide: Slide, level: int, *, apart: bool) -> list[tuple[int, Sequence[Part]]]:
        """Add a slide; apart: up to what its questions hide, which is returned with the number of each."""
        hidden: list[tuple[int, list[Part]]] = []
        for part in slide.parts:
            if isinstance(part, Question) and apart:
                self._asked += 1
                self._page.question(part, self._asked)
                hidden.append((self._asked, [part]))
            elif hidden and not isinstance(part, SolutionBody):
                hidden[-1][1].append(part)
            else:
                self.add(part, level)
        return [*hidden]

    def add_answer(self, number: int, parts: Sequence[Part]) -> None:
        """Add a question's answer, and what its slide shows then."""
        question = parts[0]
        assert isinstance(question, Question)
        self._page.answer(question, number)
        for part in parts[1:]:
            self.add(part, 2)

    def add_solutions(self) -> None:
        """Add the solutions of what there was to try."""
        if self._solutions:
            self._page.heading(2, Text(_("Solutions")))
        for solution in self._solutions:
            self.add(solution.body, 2)

    def add_figures(self) -> None:
        """Add the whole figures of commands whose steps have none of their own."""
        if self._whole:
            self._page.heading(2, Text(_("Figures")))
        for line, shown in self._whole.items():
            self._page.drawing([line], "command")
            self.add_figure(shown)

    def add(self, part: Part, level: int) -> None:
        """Add a part of a slide. level: of the headings."""
        if part is self._replaced:
            self._page.figure(self._panel(), self._title)
        elif isinstance(part, Heading):
            self._page.heading(level, _text(part.title))
        elif isinstance(part, Question):
            self._page.question(part, None)
        elif isinstance(part, SolutionBody):
            self._solutions.append(part)
        elif isinstance(part, (Padding, Styled)):
            self.add(part.renderable, level)
        elif isinstance(part, Group):
            for block in _blocks(part.renderables):
                self.add(block, level)
        elif isinstance(part, str):
            self._add_string(part)
        elif isinstance(part, Table):
            self._add_table(part)
        elif isinstance(part, MarkdownBody):
            self._page.prose(part)
        elif isinstance(part, CommandOutput):
            self._add_output(part, level + 1)
        elif isinstance(part, PictureOutput) and not isinstance(part.result, SceError):
            self.add(part.result, level)
        elif isinstance(part, Demonstrated) and not isinstance(part.result, SceError):
            self._add_demonstration(part)
        elif isinstance(part, Chart):
            self._add_chart(part)
        else:
            self._page.drawing(_drawing(part), "drawing")

    def _add_chart(self, chart: Chart) -> None:
        caption = _text(chart.caption)
        self._page.paragraph(caption)
        self._page.figure(chart_drawn(chart, self._page.figure_format), caption.plain)

    def _add_demonstration(self, part: Demonstrated) -> None:
        """Add a demonstration's frame: its charts as figures, and what stands between them as it is on a screen."""
        title, frame, line = part.parts(FRAME_ROWS)
        for pictured, some in groupby([title, *_unfolded(frame), line], lambda piece: isinstance(piece, Chart)):
            if pictured:
                for chart in some:
                    self.add(chart, 0)
            else:
                self._page.drawing(_drawing(Group(*some)), "drawing")

    def _add_string(self, markup: str) -> None:
        if markup.startswith(" "):
            self._page.drawing(_text(markup).plain.splitlines(), "formula")
        elif markup:
            self._page.paragraph(_text(markup))

    def _add_table(self, table: Table) -> None:
        columns = [[_text(cell) for cell in column.cells] for column in table.columns]
        headers = [_text(column.header) for column in table.columns]
        right = [column.justify == "right" for column in table.columns]
        self._page.table(headers, list(zip(*columns, strict=True)), right)

    def _add_output(self, output: CommandOutput, level: int) -> None:
        """Add a command and what it leads to, and below each step its own panel of the figure."""
        self._page.drawing([output.line], "command")
        shown = output.result
        for step, parts in output.sections:
            if isinstance(shown, Presentation) and step and output.pictured:
                self.add_step(shown, step, parts, level)
            else:
                for part in _blocks(parts):
                    self.add(part, level)
        if isinstance(shown, Presentation) and not shown.view.panels() and output.steps != ():
            self._whole.setdefault(output.line, shown)

    def add_step(self, shown: Presentation, step: int, parts: Sequence[Part], level: int) -> None:
        """Add a step of a study, and its panel of the figure, if it has one; the only picture gives way to that."""
        panel = shown.view.panels().get(step)
        pictures = [part for part in pieces(parts) if isinstance(part, PICTURES)] if panel else []
        if panel:
            self._panel = partial(drawn, panel, shown, self._page.figure_format)
            self._title = _text(shown.title()).plain
        self._replaced = pictures[0] if len(pictures) == 1 else None
        for part in _blocks(parts):
            self.add(part, level)
        if panel and self._replaced is None:
            self._page.figure(self._panel(), self._title)
        self._replaced = None

    def add_figure(self, shown: Presentation) -> None:
        """Add the figure of a study that has one."""
        if "plot" not in shown.view.figures():
            return
        figure = drawn(shown.view.figures()["plot"], shown, self._page.figure_format)
        self._page.figure(figure, _text(shown.title()).plain)


def _blocks(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts with the lines of one formula joined."""
    formula: list[str] = []
    for part in parts:
        line = part.renderable if isinstance(part, Padding) else part
        if isinstance(line, str) and line.startswith(" "):
            formula.append(line)
            continue
        if formula:
            yield "\n".join(formula)
            formula = []
        yield part
    if formula:
        yield "\n".join(formula)


def _unfolded(frame: RenderableType) -> Iterator[RenderableType]:
    """Yield what a frame draws, charts apart from what they stand beside."""
    screen = _screen()
    for part in frame.__rich_console__(screen, screen.options) if isinstance(frame, ConsoleRenderable) else [frame]:
        if isinstance(part, Beside) and any(isinstance(side, Chart) for side in (part.left, part.right)):
            yield from (part.left, part.right)
        elif not isinstance(part, Segment):
            yield part


def _text(markup: RenderableType) -> Text:
    return markup if isinstance(markup, Text) else Text.from_markup(str(markup), emoji=False)


def _drawing(part: RenderableType) -> list[str]:
    """Return what a screen shows of a part, without colours."""
    screen = _screen()
    screen.print(part)
    return screen.text.splitlines()


def _screen() -> Screen:
    screen = Screen(StringIO(), ascii_only=False, width=COLUMNS - MARGIN)
    screen.no_color = True
    return screen
