"""Running text in lines that end where they may: between words, and between Chinese characters."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import rich.text
from rich._wrap import divide_line
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

CLOSING = set("，。、；：？！）》」』】〉］｝”’％·,.;:?!)]}%")
"""What mustn't begin a line."""

OPENING = set("（《「『【〈［｛“‘([{_")
"""What mustn't end one; behind _ stands the name that a symbol bears."""

BRACKETS = 4
"""Columns of a wide bracket on either side of a word."""

APART = set("“”‘’…—·")
"""Narrow marks that are no part of a word, as the wide ones aren't."""

LEAST_LINE = 20
"""Columns of a formula's line, from which a narrower screen takes the indent."""


@dataclass(frozen=True)
class Running:
    """Markup whose lines end as a paragraph's do."""

    markup: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it in lines as wide as the options allow."""
        yield from broken(console.render_str(self.markup), options.max_width)


@dataclass(frozen=True)
class Formula:
    """Markup that begins with blanks, the indent that its further lines have too."""

    markup: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it in lines as wide as the options allow."""
        text = console.render_str(self.markup)
        if text.cell_len <= options.max_width:
            yield text
            return
        blanks = len(text.plain) - len(text.plain.lstrip(" "))
        indent = min(blanks, max(options.max_width - LEAST_LINE, 0))
        for line in broken(text[blanks:], options.max_width - indent):
            yield Text(" " * indent) + line


def broken(text: Text, width: int) -> Iterator[Text]:
    """Yield a text in lines of at most `width` columns."""
    for line in text.divide(breaks(text.plain, width)):
        line.rstrip()
        yield line


def settle_lines() -> None:
    """Have Rich break lines with Chinese characters as `breaks` does; by itself it looks for blanks only."""
    vars(rich.text)["divide_line"] = _divided


def _divided(text: str, width: int, fold: bool = True) -> list[int]:
    if not any(map(wide, text)):
        return divide_line(text, width, fold)
    ends = breaks(text, width)
    lines = [text[begin:end] for begin, end in pairwise([0, *ends, len(text)])]
    # a blank at a full line's end would be cut off with an ellipsis: Rich counts characters there, not columns
    return ends if max(map(cell_len, lines)) <= width else breaks(text, width - 1)


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
            return end if end > begin else _within(text, begin, index, width)
    return len(text)


def _within(text: str, begin: int, index: int, width: int) -> int:
    """Return a place up to `index` within what is wider than the line: a word and the brackets that cling to it.

    A word that fits the line with a bracket on either side stays whole, however many cling to it: half a number reads
    as another one. Then a bracket stays where it clings. A line has at least one character.
    """
    places = [place for place in _whole(text, begin, index, width) if cell_len(text[place])] or [begin + 1]
    free = (place for place in places if text[place : place + 1] not in CLOSING and text[place - 1] not in OPENING)
    return next(free, places[0])


def _whole(text: str, begin: int, index: int, width: int) -> Iterator[int]:
    """Yield the places from `index` down to `begin` that lie in no word that fits the line with its brackets."""
    place = index
    while place > begin:
        if not (_in_word(text[place - 1]) and _in_word(text[place])):
            yield place
            place -= 1
            continue
        first = next((at + 1 for at in range(place - 1, begin - 1, -1) if not _in_word(text[at])), begin)
        end = next((at for at in range(place, min(len(text), place + 2 * width)) if not _in_word(text[at])), len(text))
        if cell_len(text[first:end]) > width - BRACKETS:
            yield from range(place, first, -1)
        place = first


def _in_word(character: str) -> bool:
    return not (character.isspace() or wide(character) or character in APART)


def _breakable(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters: behind a blank, beside a Chinese one, before a quotation."""
    if not cell_len(after) and after != "\n":
        return False  # an accent belongs to the letter before it
    if before == " " or after == " ":
        return after != " " and not (wide(after) and after in CLOSING)
    return (wide(before) or wide(after) or after in "“‘") and after not in CLOSING and before not in OPENING


def wide(character: str) -> bool:
    """Tell whether a character takes two columns."""
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
