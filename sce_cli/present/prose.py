"""A lesson's Markdown on the screen: Rich's, with plain headings and code, and lines that break where Chinese may."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import ClassVar

from markdown_it.token import Token
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, Paragraph, TableElement
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from sce_cli.drawing.terminal import Screen, plain_grid

CLOSING = set("，。、；：？！）》」』】〉］｝”’％·,.;:?!)]}%")
"""What mustn't begin a line."""

OPENING = set("（《「『【〈［｛“‘([{")
"""What mustn't end one."""

COLOURS = Theme({"markdown.code": "bold", "markdown.block_quote": "none", "markdown.table.border": "cyan"})
"""Without backgrounds, which look black on a white screen."""


class _Paragraph(Paragraph):
    """Text that is broken between words and between Chinese characters."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _broken(self.text, options.max_width)


@dataclass(frozen=True)
class Running:
    """Markup whose lines end as a paragraph's do."""

    markup: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it in lines as wide as the options allow."""
        yield from _broken(console.render_str(self.markup), options.max_width)


def _broken(text: Text, width: int) -> Iterator[Text]:
    for line in text.divide(breaks(text.plain, width)):
        line.rstrip()
        yield line


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


class Prose(Markdown):
    """Parsed Markdown, with glyphs that the screen can carry."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Paragraph,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Table,
    }

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        super().__init__("", hyperlinks=False)
        self.tokens, self.source = [_run_together(token) for token in tokens], source

    def without_links(self) -> list[Token]:
        """Return the tokens with each link as its text and, where that differs, its address."""
        return [token.copy(children=[*_unlinked(token.children)]) if token.children else token for token in self.tokens]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as Rich does."""
        assert isinstance(console, Screen)
        self.parsed = [_carried(token, console) for token in self.tokens]
        with console.use_theme(COLOURS):
            parts = super().__rich_console__(console, options)
            yield from dropwhile(Segment.line().__eq__, parts)  # Rich puts an empty line before a list


def _carried(token: Token, screen: Screen) -> Token:
    """Return a token whose text the screen can carry."""
    children = [_carried(child, screen) for child in token.children or []]
    return token.copy(content=screen.carried(token.content), children=children)


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
        before = next((other.content[-1] for other in reversed(kept) if other.content), "")
        after = next((other.content[0] for other in token.children[index:] if other.content), "")
        if child.type != "softbreak" or not _touching(before, after):
            kept.append(child)
    return token.copy(children=kept)


def _touching(before: str, after: str) -> bool:
    """Tell whether two characters need no blank between them: two Chinese ones, or one beside a wide comma."""
    punctuation = [mark for mark in before + after if unicodedata.category(mark).startswith("P")]
    return (_wide(before) and _wide(after)) or any(map(_wide, punctuation))


def breaks(text: str, width: int) -> list[int]:
    """Return where to break a text, so that each line has at most `width` columns."""
    ends, end = [], _line_end(text, 0, width)
    while end < len(text):
        ends.append(end)
        end = _line_end(text, end, width)
    return ends


def _line_end(text: str, begin: int, width: int) -> int:
    """Return where a line ends: at the last place for that, else within a word that is wider than the line."""
    used, end = 0, begin
    for index in range(begin, len(text)):
        character = text[index]
        if character == "\n":
            return index + 1
        if index > begin and _breakable(text[index - 1], character):
            end = index
        used += cell_len(character)
        if used > width and character != " ":
            return end if end > begin else _within_word(text, begin, index)
    return len(text)


def _within_word(text: str, begin: int, index: int) -> int:
    """Return a place up to `index` that tears off no bracket; a line has at least one character."""
    while index - 1 > begin and (text[index] in CLOSING or text[index - 1] in OPENING):
        index -= 1
    return max(index, begin + 1)


def _breakable(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters: behind a blank, beside a Chinese one, before a quotation."""
    if before == " " or after == " ":
        return after != " " and not (_wide(after) and after in CLOSING)
    return (_wide(before) or _wide(after) or after in "“‘") and after not in CLOSING and before not in OPENING


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
