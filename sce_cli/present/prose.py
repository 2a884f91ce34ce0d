"""A lesson's Markdown on the screen: Rich's, with plain headings and code, and lines that break where Chinese may."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import ClassVar

from markdown_it.token import Token
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, Paragraph
from rich.text import Text
from rich.theme import Theme

from sce_cli.drawing.terminal import Screen

CLOSING = set("，。、；：？！）》」』】〉”’％,.;:?!)]}%")
"""What mustn't begin a line."""

OPENING = set("（《「『【〈“‘([{")
"""What mustn't end one."""

COLOURS = Theme({"markdown.code": "bold", "markdown.block_quote": "none", "markdown.table.border": "cyan"})
"""Without backgrounds, which look black on a white screen."""


class _Paragraph(Paragraph):
    """Text that is broken between words and between Chinese characters."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.divide(breaks(self.text.plain, options.max_width)):
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


class Prose(Markdown):
    """Parsed Markdown, with glyphs that the screen can carry."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Paragraph,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        super().__init__("", hyperlinks=False)
        self.tokens, self.source = tokens, source

    def without_links(self) -> list[Token]:
        """Return the tokens with each link as its text and, where that differs, its address."""
        return [token.copy(children=[*_unlinked(token.children)]) if token.children else token for token in self.tokens]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as Rich does."""
        assert isinstance(console, Screen)
        self.parsed = [_carried(token, console) for token in self.tokens]
        with console.use_theme(COLOURS):
            yield from super().__rich_console__(console, options)


def _carried(token: Token, screen: Screen) -> Token:
    """Return a token whose text the screen can carry."""
    children = [_carried(child, screen) for child in _joined(token.children or [])]
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


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out the ends of lines between Chinese characters, where they don't stand for a space."""
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        sides = (before.content[-1:], after.content[:1]) if before and after else ()
        if token.type != "softbreak" or not sides or not all(map(_wide, sides)):
            yield token


def breaks(text: str, width: int) -> list[int]:
    """Return where to break a text, so that each line has at most `width` columns."""
    ends, begin, last, used = [], 0, 0, 0
    for index, character in enumerate(text):
        if character == "\n":
            ends.append(index + 1)
            begin, last, used = index + 1, index + 1, 0
            continue
        if index > begin and _breakable(text[index - 1], character):
            last = index
        used += cell_len(character)
        if used > width and character != " ":
            begin = last = last if last > begin else index
            ends.append(begin)
            used = cell_len(text[begin : index + 1])
    return ends


def _breakable(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters: behind a blank, and beside a Chinese one."""
    if before == " " or after == " ":
        return after != " "
    return (_wide(before) or _wide(after)) and after not in CLOSING and before not in OPENING


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
