"""A lesson's Markdown, read into scenes of prose, commands and questions; and every mistake in it, with its line."""

import math
import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sce_cli.errors import quoted
from sce_cli.study import Question
from sce_cli.text import tricks
from sce_cli.topics import LESSON_TOPICS

INFO = re.compile(r"sce(?:\s+\{steps=(none|[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)\})?")
"""What may stand behind the fence of a block of commands."""

MOST_STEPS = 99
MOST_CHOICES = 8

KEYS = {"ask", "answer", "why", "tolerance", "choices", "unit"}

LINE_END = re.compile(r"\r\n?|\n")
"""What Markdown takes for the end of a line; str.splitlines knows more of them."""

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("lheading")
"""A line of dashes below a paragraph begins a slide instead of making a heading of it."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a lesson, and in which line, counted from 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Prose:
    """Markdown to be read, as markdown-it's tokens."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Command:
    """A command to run. steps: the numbers of the steps to show; () shows the result only, None everything."""

    words: tuple[str, ...]
    steps: tuple[int, ...] | None
    line: int


@dataclass(frozen=True)
class Scene:
    """What stands between two lines of dashes."""

    title: str
    parts: tuple[Prose | Command | Question, ...]


@dataclass(frozen=True)
class Script:
    """A lesson: its title, its scenes, and what is wrong with it."""

    title: str
    scenes: tuple[Scene, ...]
    mistakes: tuple[Mistake, ...]


def parsed(text: str) -> Script:
    """Read a lesson, going on behind each mistake."""
    lines = LINE_END.split(text)
    mistakes = [Mistake(number, problem) for number, line in enumerate(lines, start=1) for problem in _unshown(line)]
    scenes = []
    for level, tokens in enumerate(_split(MARKDOWN.parse(text)), start=1):
        title, rest, line = _titled(tokens, "h1" if level == 1 else "h2")
        if not title:
            mistakes.append(Mistake(line, f"a slide begins with its title, {'# ' if level == 1 else '## '}Title."))
        parts = tuple(_parts(rest, lines, mistakes))
        if not rest and level > 1:
            mistakes.append(Mistake(line, "the slide is empty."))
        scenes.append(Scene(title, parts))
    return Script(scenes[0].title, tuple(scenes), tuple(sorted(mistakes, key=lambda mistake: mistake.line)))


def _unshown(text: str) -> Iterator[str]:
    """Find the first character that could play tricks with a reader; a tab can't."""
    for character in tricks(text.replace("\t", " "))[:1]:
        yield f"the character U+{ord(character):04X} can't be shown."


def _split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each slide, a line of dashes before all but the first."""
    slide: list[Token] = []
    for token in tokens:
        if token.type == "hr" and token.level == 0 and token.markup.startswith("-"):
            yield slide
            slide = []
        slide.append(token)
    yield slide


def _titled(tokens: Sequence[Token], tag: str) -> tuple[str, Sequence[Token], int]:
    """Return a slide's title, the tokens below it, and the line where the slide begins."""
    line = 1
    if tokens and tokens[0].type == "hr":
        line = _line(tokens[0])
        tokens = tokens[1:]
    if len(tokens) >= 3 and tokens[0].type == "heading_open" and tokens[0].tag == tag:
        return tokens[1].content.strip(), tokens[3:], _line(tokens[0])
    return "", tokens, line


def _parts(
    tokens: Sequence[Token], lines: Sequence[str], mistakes: list[Mistake]
) -> Iterator[Prose | Command | Question]:
    prose: list[Token] = []
    for token in tokens:
        kind = re.split(r"[\s{]", token.info.strip())[0] if token.type == "fence" else ""
        if kind in {"sce", "question"} and token.level:
            mistakes.append(Mistake(_line(token), f"a block '{kind}' stands at the margin, not in a list or a quote."))
        mistakes += _inline_mistakes(token)
        if token.type == "fence" and not _closed(token, lines):
            mistakes.append(Mistake(_line(token), f"the block is not closed with {token.markup}."))
        if kind not in {"sce", "question"} or token.level:
            prose.append(token)
            continue
        if prose:
            yield Prose(tuple(prose))
            prose = []
        if kind == "sce":
            yield from _commands(token, mistakes)
        else:
            yield from _question(token, mistakes)
    if prose:
        yield Prose(tuple(prose))


def _inline_mistakes(token: Token) -> Iterator[Mistake]:
    """Find pictures, and characters in HTML's spelling that can't be shown, in a token of running text."""
    line = _line(token)
    for child in token.children or ():
        line += child.type in {"softbreak", "hardbreak"}
        if child.type == "image":
            yield Mistake(line, "a lesson has no pictures; a command draws its own.")
        elif "&" in token.content:
            yield from (Mistake(line, problem) for problem in _unshown(child.content))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _closed(token: Token, lines: Sequence[str]) -> bool:
    """Tell whether a fenced block ends with a fence, not with the text or the list that it stands in."""
    first, end = token.map or (0, 0)
    fence = lines[end - 1].strip("> \t")
    return end - first > 1 and fence.startswith(token.markup) and set(fence) == set(token.markup)


def _commands(token: Token, mistakes: list[Mistake]) -> Iterator[Command]:
    steps = None
    try:
        steps = _steps(token.info.strip())
    except ValueError as error:
        mistakes.append(Mistake(_line(token), str(error)))
    lines = [(number, line) for number, line in _content_lines(token) if line.strip()]
    if not lines:
        mistakes.append(Mistake(_line(token), "the block has no command."))
    for number, line in lines:
        try:
            yield Command(tuple(_words(line)), steps, number)
        except ValueError as error:
            mistakes.append(Mistake(number, str(error)))


def _content_lines(token: Token) -> list[tuple[int, str]]:
    """Return the lines within a fenced block, each with its number."""
    return [*enumerate(token.content.removesuffix("\n").split("\n"), start=_line(token) + 1)]


def _steps(info: str) -> tuple[int, ...] | None:
    """Return the numbers that 2-4 or 1,3 stand for behind the fence; none for "none", None where nothing is said."""
    found = INFO.fullmatch(info)
    if found is None:
        raise ValueError(f"{quoted(info)} is not understood: write sce, sce {{steps=2-4}} or sce {{steps=none}}.")
    if found[1] in {None, "none"}:
        return () if found[1] else None
    parts = [[min(int(end), MOST_STEPS + 1) for end in part.split("-")] for part in found[1].split(",")]
    if any(part[0] > part[-1] for part in parts):
        raise ValueError(f"{quoted(found[1])} runs backwards: the smaller number comes first.")
    return tuple(number for part in parts for number in range(part[0], part[-1] + 1))


def _words(line: str) -> list[str]:
    """Return the words of a command that a lesson may run, without the leading sce; raise ValueError for others."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"{quoted(line.strip())}: a quotation isn't closed.") from error
    if words[:1] != ["sce"]:
        raise ValueError(f"{quoted(line.strip())}: a lesson runs commands that begin with sce, and nothing else.")
    if len(words) < 2 or words[1] not in LESSON_TOPICS:
        known = f"{', '.join(LESSON_TOPICS[:-1])} or {LESSON_TOPICS[-1]}"
        raise ValueError(f"{quoted(line.strip())}: a lesson runs sce {known}.")
    if any(re.fullmatch("-h+|--help", word) for word in words):
        raise ValueError(f"{quoted(line.strip())}: a lesson shows steps, not the help.")
    return words[1:]


def _question(token: Token, mistakes: list[Mistake]) -> Iterator[Question]:
    lines = _content_lines(token)
    try:
        table = {key: _on_one_line(value) for key, value in tomllib.loads(token.content).items()}
    except (ValueError, RecursionError) as error:  # RecursionError: arrays in arrays without end
        reason, _, place = str(error).partition(" (at ")
        found = re.match(r"line (\d+)", place)
        at_end = place.startswith("end of document")
        number = lines[int(found[1]) - 1 if found else -1 if at_end else 0][0]
        mistakes.append(Mistake(number, f"the TOML is wrong: {reason}."))
        return
    problems = [*_problems(table)]
    places = {line.partition("=")[0].strip(" \t\"'"): number for number, line in reversed(lines)}
    mistakes += [Mistake(places.get(key, _line(token)), problem) for key, problem in problems]
    if not problems:
        choices = tuple(table.get("choices", ()))
        answer = ord(table["answer"]) - ord("a") if choices else float(table["answer"])
        tolerance, unit = float(table.get("tolerance", 0)), table.get("unit", "")
        yield Question(table["ask"], answer, table["why"], tolerance, choices, unit)


def _on_one_line(value: Any) -> Any:
    """Return a text, or a list of texts, with one blank where it has line ends or more blanks."""
    if isinstance(value, list):
        return [_on_one_line(entry) for entry in value]
    return re.sub("[ \n]+", " ", value).strip() if isinstance(value, str) else value


def _problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what is wrong with a question's keys, each with the key that it is about."""
    for key in sorted(set(table) - KEYS):
        yield key, f"a question has no key {quoted(key)}; it has {', '.join(sorted(KEYS))}."
    for key in ("ask", "why"):
        if not isinstance(table.get(key), str) or not table[key]:
            yield key, f'a question needs {key} = "...", a text.'
    for key, value in table.items():
        for text in value if isinstance(value, list) else [value]:
            yield from ((key, problem) for problem in _unshown(text if isinstance(text, str) else ""))
    if not isinstance(table.get("unit", ""), str):
        yield "unit", "unit is a text."
    if "choices" in table:
        yield from _choice_problems(table)
    else:
        if not _is_number(table.get("answer")):
            yield "answer", "a question needs answer = a number, or choices and the letter of one."
        if not _is_number(table.get("tolerance", 0)) or table.get("tolerance", 0) < 0:
            yield "tolerance", "tolerance is a number that isn't negative."


def _choice_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    choices = table["choices"]
    texts = isinstance(choices, list) and all(isinstance(choice, str) and choice for choice in choices)
    if not texts or not 2 <= len(choices) <= MOST_CHOICES:
        yield "choices", f"choices is a list of 2 to {MOST_CHOICES} texts."
    elif table.get("answer") not in [chr(ord("a") + index) for index in range(len(choices))]:
        yield "answer", 'the answer to choices is the letter of one, as "b".'
    for key in ("tolerance", "unit"):
        if key in table:
            yield key, f"choices need no {key}."


def _is_number(value: Any) -> bool:
    with suppress(OverflowError):  # a whole number beyond float64
        return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
    return False
