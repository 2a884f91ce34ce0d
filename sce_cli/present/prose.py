"""A lesson's Markdown on the screen: Rich's, with plain headings and code, and lines that break where Chinese may."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from pathlib import Path
from typing import ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, Paragraph, TableElement
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from sce_cli.drawing.lines import broken, wide
from sce_cli.drawing.screen import Screen
from sce_cli.drawing.tables import plain_grid
from sce_cli.present.attached import as_words

COLOURS = Theme({"markdown.code": "bold", "markdown.block_quote": "none", "markdown.table.border": "none"})
"""Without backgrounds, which look black on a white screen."""


class _Paragraph(Paragraph):
    """Text that is broken between words and between Chinese characters."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from broken(self.text, options.max_width)


class _Heading(Heading):
    """A heading within a slide: bold, at the margin."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.stylize("bold")
        yield self.text


class _Code(CodeBlock):
    """A block of code as it stands, indented."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in str(self.text).rstrip().splitlines():
            yield Text(f"   {line}", overflow="fold")


class _Table(TableElement):
    """A table in the form that the steps' tables have; a cell too wide for it goes on below."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        grid = plain_grid()
        for cell in self.header.row.cells if self.header and self.header.row else ():
            grid.add_column(cell.content, justify=cell.justify, overflow="fold")
        for row in self.body.rows if self.body else ():
            grid.add_row(*(cell.content for cell in row.cells))
        yield grid


class MarkdownBody(Markdown):
    """Parsed Markdown, with glyphs that the screen can carry; folder: where its pictures lie."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Paragraph,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Table,
    }

    def __init__(self, tokens: Sequence[Token], folder: Path | None = None) -> None:
        super().__init__("", hyperlinks=False)
        self.folder = folder
        self.tokens, self.written = [_run_together(token) for token in tokens], tokens

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as Rich does."""
        assert isinstance(console, Screen)
        self.parsed = [_encodable(token, console) for token in as_words(self.tokens)]
        with console.use_theme(COLOURS):
            parts = super().__rich_console__(console, options)
            yield from dropwhile(Segment.line().__eq__, parts)  # Rich puts an empty line before a list


def without_links(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with each link as its text and, where that differs, its address."""
    return [token.copy(children=[*_unlinked(token.children)]) if token.children else token for token in tokens]


def _encodable(token: Token, screen: Screen) -> Token:
    """Return a token whose text the screen can carry."""
    children = [_encodable(child, screen) for child in token.children or []]
    return token.copy(content=screen.encodable(token.content), children=children)


def _unlinked(tokens: Sequence[Token]) -> Iterator[Token]:
    address, text = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, text = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            yield Token("text", "", 0, content="" if text == address else f" ({address})")
        else:
            text += token.content
            yield token


def _run_together(token: Token) -> Token:
    """Return a token without the ends of lines that don't stand for a blank: those at a Chinese text."""
    if not token.children:
        return token
    kept: list[Token] = []
    for index, child in enumerate(token.children):
        if child.type == "softbreak":
            before = next((other.content[-1] for other in reversed(kept) if other.content), "")
            after = next((other.content[0] for other in islice(token.children, index, None) if other.content), "")
            if _touching(before, after):
                continue
        kept.append(child)
    return token.copy(children=kept)


def _touching(before: str, after: str) -> bool:
    """Tell whether two characters need no blank between them: two Chinese ones, or one beside a wide comma."""
    punctuation = [mark for mark in before + after if unicodedata.category(mark).startswith("P")]
    return (wide(before) and wide(after)) or any(map(wide, punctuation))
