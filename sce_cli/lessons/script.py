"""A lesson's Markdown, read into scenes of prose, commands and questions; and every mistake in it, with its line."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sce_cli.errors import quoted
from sce_cli.lessons.asked import MistakenError, Sourced, question_in, unshown
from sce_cli.lessons.decks import slides_in, with_breaks
from sce_cli.lessons.formulas import add_formulas
from sce_cli.lessons.pictures import Pictured, picture_in
from sce_cli.lessons.source import Source, read
from sce_cli.lessons.words import command_words, play_words
from sce_cli.study import Question
from sce_cli.translation import _

STEPS = r"none|[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*"
SHOWN = r"(?:formula|table|picture)(?:,(?:formula|table|picture))*"
INFO = re.compile(rf"sce(?:\s+\{{steps=({STEPS})(?:\s+show=({SHOWN}))?\}})?")
"""What may stand behind the fence of a block of commands."""

MOST_STEPS = 99

PICTURES = {"chart", "bars", "shades"}

KINDS = {"sce", "play", "question", "solution", *PICTURES}
"""Blocks that are a lesson's own."""

MARKDOWN = add_formulas(MarkdownIt("commonmark", {"html": False}).enable("table"))

ATTRIBUTES = re.compile(r"\s*\{[.#:][^{}]*\}$")
"""What Pandoc reads behind a title."""


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
class Solution(Prose):
    """Markdown that stands at the end of a handout, and on no slide."""


@dataclass(frozen=True)
class Command:
    """A command to run. steps: the numbers of the steps to show; () shows the result only, None everything.

    show: what of the steps, as "picture" and "table"; everything where it is empty.
    """

    words: tuple[str, ...]
    steps: tuple[int, ...] | None
    line: int
    show: tuple[str, ...] = ()


@dataclass(frozen=True)
class Played:
    """A demonstration to play: the words behind `sce play`."""

    words: tuple[str, ...]
    line: int


Part = Prose | Command | Played | Question | Sourced | Pictured


@dataclass(frozen=True)
class Scene:
    """What stands between two lines of dashes. title: "" where there is none. notes: what the speaker reads."""

    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    """A lesson: its title and author, its scenes, what is wrong with it, and its file, beside which its data lie.

    left_out: what it holds for other programs, and no slide can show.
    """

    title: str
    scenes: tuple[Scene, ...]
    mistakes: tuple[Mistake, ...]
    author: str = ""
    file: Path | None = None
    left_out: tuple[Mistake, ...] = ()


def parsed(text: str) -> Script:
    """Read a lesson, going on behind each mistake."""
    source = read(text)
    mistakes = [Mistake(line, problem) for line, problem in source.unclosed]
    lines = source.text.split("\n")
    original = enumerate(re.split("\r\n?|\n", text), start=1)
    mistakes += [Mistake(number, problem) for number, line in original for problem in unshown(line)]
    slides = slides_in(MARKDOWN.parse(source.text), source)
    shown = [_scene(tokens, notes, lines, mistakes) for tokens, notes in _with_notes(slides, source)]
    scenes = [scene for scene in shown if scene.title or scene.parts]
    if not scenes:
        mistakes.append(Mistake(1, _("the lesson has no slide: write # Title, and text below it.")))
        scenes = [Scene("", ())]
    return _script(source, scenes, mistakes)


def _script(source: Source, scenes: list[Scene], mistakes: list[Mistake]) -> Script:
    """Return a lesson; a title in the front matter stands on a first slide that has none."""
    title = source.front.get("title", "")
    if title and not scenes[0].title:
        scenes[0] = Scene(title, scenes[0].parts, scenes[0].notes)
    title = title or next((scene.title for scene in scenes if scene.title), "")
    in_order = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
    left_out = tuple(Mistake(line, said) for line, said in sorted(source.left_out))
    author = source.front.get("author") or source.front.get("authors", "")
    return Script(title, tuple(scenes), in_order, author, left_out=left_out)


def _with_notes(slides: Sequence[list[Token]], source: Source) -> Iterator[tuple[list[Token], tuple[str, ...]]]:
    """Yield the tokens of each slide that is shown with the notes that stand on it."""
    begins = [0, *(_line(tokens[0]) for tokens in slides[1:]), 10**9]
    for tokens, begin, end in zip(slides, begins, begins[1:], strict=False):
        skipped = [line for line in source.skipped if begin <= line < end]
        source.left_out += [(line, _("the slide is left out, as its comment says.")) for line in skipped]
        if not skipped:
            yield tokens, tuple(note.text for note in source.notes if begin <= note.line < end)


def _scene(tokens: Sequence[Token], notes: tuple[str, ...], lines: Sequence[str], mistakes: list[Mistake]) -> Scene:
    """Return what a slide shows; # Title and ## Title are the same, and it may have none."""
    if tokens and tokens[0].type == "hr":
        tokens = tokens[1:]
    title = ""
    if len(tokens) >= 3 and tokens[0].type == "heading_open" and tokens[0].tag in {"h1", "h2"}:
        mistakes += _inline_mistakes(tokens[1])
        title, tokens = _title(tokens[1]), tokens[3:]
    return Scene(title, tuple(_parts(tokens, lines, mistakes)), notes)


def _title(token: Token) -> str:
    """Return a title's text, without its marks and pictures."""
    shown = [child for child in token.children or () if child.type != "image"]
    text = "".join(child.content or " " * child.type.endswith("break") for child in shown)
    return " ".join(ATTRIBUTES.sub("", text).split())


def _parts(tokens: Sequence[Token], lines: Sequence[str], mistakes: list[Mistake]) -> Iterator[Part]:
    prose: list[Token] = []
    for token in tokens:
        kind = re.split(r"[\s{]", token.info.strip())[0] if token.type == "fence" else ""
        if kind in KINDS and token.level:
            said = _("a block '{kind}' stands at the margin, not in a list or a quote.")
            mistakes.append(Mistake(_line(token), said.format(kind=kind)))
        mistakes += _inline_mistakes(token)
        if token.type == "fence" and not _closed(token, lines):
            said = _("the block is not closed with {fence}.")
            mistakes.append(Mistake(_line(token), said.format(fence=token.markup)))
        if kind not in KINDS or token.level:
            prose.append(token)
            continue
        if prose:
            yield Prose(tuple(prose))
            prose = []
        yield from _block(kind, token, mistakes)
    if prose:
        yield Prose(tuple(prose))


def _block(kind: str, token: Token, mistakes: list[Mistake]) -> Iterator[Part]:
    """Return what a block of the lesson's own stands for."""
    if kind == "sce":
        yield from _commands(token, mistakes)
    elif kind == "play":
        yield from _demonstration(token, mistakes)
    elif kind == "solution":
        tokens = [with_breaks(part) for part in MARKDOWN.parse(token.content)]
        for part in tokens:
            mistakes += [Mistake(_line(token), mistake.message) for mistake in _inline_mistakes(part)]
        yield Solution(tuple(tokens))
    elif kind == "question":
        yield from _read(token, mistakes, lambda toml, keys: question_in(toml, keys))
    else:
        yield from _read(token, mistakes, lambda toml, keys: picture_in(kind, toml, _line(token)))


def _inline_mistakes(token: Token) -> Iterator[Mistake]:
    """Find characters in HTML's spelling that can't be shown, in a token of running text."""
    line = _line(token)
    for child in token.children or ():
        line += child.type in {"softbreak", "hardbreak"}
        if "&" in token.content:
            yield from (Mistake(line, problem) for problem in unshown(child.content))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _closed(token: Token, lines: Sequence[str]) -> bool:
    """Tell whether a fenced block ends with a fence, not with the text or the list that it stands in."""
    first, end = token.map or (0, 0)
    fence = lines[end - 1].strip("> \t")
    return end - first > 1 and fence.startswith(token.markup) and set(fence) == set(token.markup)


def _commands(token: Token, mistakes: list[Mistake]) -> Iterator[Command]:
    steps: tuple[int, ...] | None = None
    show: tuple[str, ...] = ()
    try:
        steps, show = _steps(token.info.strip())
    except ValueError as error:
        mistakes.append(Mistake(_line(token), str(error)))
    lines = [(number, line) for number, line in _content_lines(token) if line.strip()]
    if not lines:
        mistakes.append(Mistake(_line(token), _("the block has no command.")))
    for number, line in lines:
        try:
            yield Command(tuple(command_words(line)), steps, number, show)
        except ValueError as error:
            mistakes.append(Mistake(number, str(error)))


def _demonstration(token: Token, mistakes: list[Mistake]) -> Iterator[Played]:
    lines = [(number, line) for number, line in _content_lines(token) if line.strip()]
    if len(lines) != 1:
        mistakes.append(Mistake(_line(token), _("the block has one line: a demonstration, and its options.")))
        return
    [(number, line)] = lines
    try:
        yield Played(tuple(play_words(line)), number)
    except ValueError as error:
        mistakes.append(Mistake(number, str(error)))


def _content_lines(token: Token) -> list[tuple[int, str]]:
    """Return the lines within a fenced block, each with its number."""
    return [*enumerate(token.content.removesuffix("\n").split("\n"), start=_line(token) + 1)]


def _steps(info: str) -> tuple[tuple[int, ...] | None, tuple[str, ...]]:
    """Return the numbers that 2-4 or 1,3 stand for behind the fence, and what of the steps is to be shown.

    The numbers are none for "none", and None where nothing is said.
    """
    found = INFO.fullmatch(info)
    if found is None:
        said = _("{given} is not understood: write sce, sce {some}, sce {none} or sce {shown}.")
        forms = {"some": "{steps=2-4}", "none": "{steps=none}", "shown": "{steps=2 show=picture}"}
        raise ValueError(said.format(given=quoted(info), **forms))
    show = tuple(found[2].split(",")) if found[2] else ()
    if found[1] in {None, "none"}:
        return (() if found[1] else None), show
    parts = [[min(int(end), MOST_STEPS + 1) for end in part.split("-")] for part in found[1].split(",")]
    if any(part[0] > part[-1] for part in parts):
        backwards = _("{given} runs backwards: the smaller number comes first.")
        raise ValueError(backwards.format(given=quoted(found[1])))
    return tuple(number for part in parts for number in range(part[0], part[-1] + 1)), show


def _read(
    token: Token, mistakes: list[Mistake], read_toml: Callable[[str, dict[str, int]], Question | Sourced | Pictured]
) -> Iterator[Question | Sourced | Pictured]:
    """Return what a block of TOML stands for, or note what is wrong with it in the lines of its keys."""
    lines = _content_lines(token)
    keys: dict[str, int] = {}
    for number, text in lines:
        if named := re.match(r"""\s*["']?([^"'=]*?)["']?\s*=""", text):
            keys.setdefault(named[1], number)
    try:
        yield read_toml(token.content, keys)
    except MistakenError as error:
        for where, problem in error.problems:
            line = lines[where][0] if isinstance(where, int) else keys.get(where, _line(token))
            mistakes.append(Mistake(line, problem))
