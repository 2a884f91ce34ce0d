"""Running text in lines that end where they may: between words, and between Chinese characters."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

CLOSING = set("，。、；：？！）》」』】〉］｝”’％·,.;:?!)]}%")
"""What mustn't begin a line."""

OPENING = set("（《「『【〈［｛“‘([{")
"""What mustn't end one."""


@dataclass(frozen=True)
class Running:
    """Markup whose lines end as a paragraph's do."""

    markup: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it in lines as wide as the options allow."""
        yield from broken(console.render_str(self.markup), options.max_width)


def broken(text: Text, width: int) -> Iterator[Text]:
    """Yield a text in lines of at most `width` columns."""
    for line in text.divide(breaks(text.plain, width)):
        line.rstrip()
        yield line


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
        return after != " " and not (wide(after) and after in CLOSING)
    return (wide(before) or wide(after) or after in "“‘") and after not in CLOSING and before not in OPENING


def wide(character: str) -> bool:
    """Tell whether a character takes two columns."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
