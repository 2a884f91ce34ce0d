"""A study's steps or a lesson's slides as one page to give away, with the figures inside."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Protocol

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.styled import Styled
from rich.table import Table
from rich.text import Text

from sce_cli.drawing.chart import Chart
from sce_cli.drawing.screen import Screen
from sce_cli.lessons.script import Script
from sce_cli.present.figures import drawn
from sce_cli.present.handout_html import HtmlPage
from sce_cli.present.handout_markdown import MarkdownPage
from sce_cli.present.lesson import CommandOutput, RunCommand, lesson_slides
from sce_cli.present.outputs import Presentation
from sce_cli.present.prose import MarkdownBody
from sce_cli.present.slides import MARGIN, Heading, Part, closing_slide, study_slides
from sce_cli.present.words import ENGLISH, WORDS, Words
from sce_cli.study import Question

COLUMNS = 76
"""Width of what is drawn with characters."""


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

    def question(self, question: Question, words: Words) -> None:
        """Add a question with its answer."""

    def prose(self, prose: MarkdownBody) -> None:
        """Add Markdown."""

    def figure(self, data: bytes, title: str) -> None:
        """Add a picture in the page's figure_format."""

    def finished(self) -> bytes:
        """Return the file."""


def study_handout(shown: Presentation, file_format: str) -> bytes:
    """Return a study's steps, claims, result and figure as a page, "html" or "md"."""
    title = _text(shown.view.title(shown.study))
    page = _new_page(title.plain, "en", file_format)
    page.heading(1, title)
    composer = Composer(page, ENGLISH)
    for note in shown.explained.notes:
        page.paragraph(Text(note))
    slides = [*study_slides(shown, asking=True, titled=False), closing_slide(shown, ())]
    for part in [part for slide in slides for part in slide.parts]:
        composer.add(part, 2)
    composer.add_figure(shown)
    return page.finished()


def lesson_handout(scripts: Sequence[Script], run: RunCommand, language: str, file_format: str) -> bytes:
    """Return lessons with the outputs and figures of their commands as a page, "html" or "md"."""
    page = _new_page(scripts[0].title, language, file_format)
    composer = Composer(page, WORDS[language])
    for script in scripts:
        for index, slide in enumerate(lesson_slides(script, run)):
            for part in slide.parts:
                composer.add(part, 2 if index else 1)
    return page.finished()


def _new_page(title: str, language: str, file_format: str) -> Page:
    return HtmlPage(title, language) if file_format == "html" else MarkdownPage()


class Composer:
    """Puts slides onto a page, taken apart into what the page has a form of its own for."""

    def __init__(self, page: Page, words: Words) -> None:
        self._page, self._words = page, words
        self._drawn: set[str] = set()

    def add(self, part: Part, level: int) -> None:
        """Add a part of a slide. level: of the headings."""
        if isinstance(part, Heading):
            self._page.heading(level, _text(part.title))
        elif isinstance(part, Question):
            self._page.question(part, self._words)
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
        else:
            self._page.drawing(_drawing(part), "drawing")

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
        """Add a command and what it leads to; its figure the first time only."""
        self._page.drawing([output.line], "command")
        for part in _blocks(output.parts):
            self.add(part, level)
        if isinstance(output.result, Presentation) and output.line not in self._drawn:
            self._drawn.add(output.line)
            self.add_figure(output.result)

    def add_figure(self, shown: Presentation) -> None:
        """Add the figure of a study."""
        figure = drawn(shown.view.figures()["plot"], shown, self._page.figure_format)
        self._page.figure(figure, _text(shown.view.title(shown.study)).plain)


def _blocks(parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """Yield parts with the lines of one formula joined."""
    formula: list[str] = []
    for part in parts:
        if isinstance(part, str) and part.startswith(" "):
            formula.append(part)
            continue
        if formula:
            yield "\n".join(formula)
            formula = []
        yield part
    if formula:
        yield "\n".join(formula)


def _text(markup: RenderableType) -> Text:
    return markup if isinstance(markup, Text) else Text.from_markup(str(markup), emoji=False)


def _drawing(part: RenderableType) -> list[str]:
    """Return what a screen shows of a part, without colours; a curve in ASCII, for Braille isn't as wide everywhere."""
    screen = Screen(StringIO(), ascii_only=isinstance(part, Chart), width=COLUMNS - MARGIN)
    screen.no_color = True
    screen.print(part)
    return screen.text.splitlines()
