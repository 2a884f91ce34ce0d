"""The lessons: the shipped chapters in two languages, and a teacher's own file."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sce_cli import numerals
from sce_cli.errors import Change, SceError, quoted, why
from sce_cli.lessons.source import LINE_END
from sce_cli.parsers.files import free_name
from sce_cli.text import shell_word
from sce_cli.translation import LANGUAGES, _, ngettext

if TYPE_CHECKING:
    from sce_cli.lessons.script import Script

HERE = Path(__file__).parent

STARTER = HERE / "starter.md"

LARGEST = 100_000
"""Bytes of a lesson's file, ten times as much as a chapter has."""

LONGEST = 5_000
"""Characters between two empty lines, more than a screen holds: reading Markdown takes as long as their square."""

MOST_CELLS = 20_000
"""Cells of all tables together; a short row is filled up to the widest."""

MOST_COMMANDS = 200
"""Commands of a lesson, each of which is run."""

OF_TOPICS = {"mle": 2, "entropy": 4, "kl": 4, "grad": 5, "train": 6, "predict": 6}
"""The chapter of a topic whose name isn't the beginning of its title."""

NUMBERED = re.compile(r"(?:chapter|lesson|no\.|#|第)\s*(?=[0-9])|(?<=[0-9])\s*章")
"""What may stand around a chapter's number."""

LISTED = {"list", "index", "contents", "chapters", "?"}
"""What may be typed for the list of chapters."""


def chapters(language: str) -> list[Path]:
    """Return the files of the shipped chapters, in order."""
    return sorted((HERE / language).glob("*.md"))


def files_of(words: Sequence[str], language: str) -> list[Path]:
    """Return the files that words stand for: chapters by number, range, word or title, all, or files of one's own."""
    if all(word.endswith(".md") for word in words):
        return [Path(word) for word in words]
    shipped = chapters(language)
    place = _named(" ".join(words))
    if place is not None:
        return [shipped[place]]
    numbered = words[1:] if words[0].lower() in {"chapter", "lesson"} and len(words) > 1 else words
    return [*dict.fromkeys(path for word in numbered for path in _chapters(word, shipped))]


def _chapters(word: str, shipped: list[Path]) -> list[Path]:
    """Return the chapters that one word stands for, which may be a list of them."""
    if word.lower() == "all":
        return shipped
    parts = [part for part in re.split(r"[\s,;]+", NUMBERED.sub("", numerals.plain(word).lower())) if part]
    places = [_range(part, word, shipped) for part in parts]
    if not parts or None in places:
        raise SceError(
            _("lesson {given} is neither a chapter nor a Markdown file.").format(given=quoted(word)),
            _("Give a number from 1 to {last}, all, a chapter's word, or a FILE.md of your own").format(
                last=len(shipped)
            ),
            Change(word, None if word.lower() in LISTED else "1"),
        )
    return [shipped[place] for found in places for place in found or ()]


def _range(part: str, word: str, shipped: list[Path]) -> list[int] | None:
    """Return the places of a chapter or a range of them; None for a word that is neither."""
    found = re.fullmatch(r"([0-9]{1,9})(?:(?:-|\.{2,3}|…|:)([0-9]{1,9}))?\.?", part)
    if not found:
        place = _named(part)
        return None if place is None else [place]
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last <= len(shipped):
        instead = str(len(shipped)) if first == last else f"1-{len(shipped)}"
        raise SceError(
            _("lesson {given}: there are chapters 1 to {last}.").format(given=quoted(word), last=len(shipped)),
            _("Play one"),
            Change(word, instead),
        )
    return [*range(first - 1, last)]


def _named(words: str) -> int | None:
    """Return the place of the chapter that words stand for: a topic, the beginning of a title, or a word of one."""
    name = _bare(words)
    if name in OF_TOPICS:
        return OF_TOPICS[name] - 1
    stems = [path.stem.partition("-")[2] for path in chapters("en")]
    titles = [_bare(path.read_text(encoding="utf-8").split("\n")[0]) for lang in LANGUAGES for path in chapters(lang)]
    called = [*stems, *titles]
    begins = [place for place, title in enumerate(called) if title.startswith(name)]
    within = [place for place, title in enumerate(called) if name in title.split("-")]
    return next((place % len(stems) for place in [*begins, *within]), None) if name else None


def _bare(title: str) -> str:
    """Return a title in small letters, with one dash between its words and no other signs."""
    return re.sub(r"[\W_]+", "-", title.strip().lower()).strip("-").removesuffix("-md")


def load(path: Path) -> "Script":
    """Return a lesson from its file, mistakes and all."""
    from sce_cli.lessons.script import parsed

    script = parsed(_text(path))
    return replace(script, title=script.title or path.stem, file=path)


def load_to_play(path: Path) -> "Script":
    """Return a lesson from its file; one with mistakes is refused."""
    script = load(path)
    if script.mistakes:
        raise SceError(
            _first_mistake(path, script),
            _("See every mistake: {command}").format(command=f"sce lesson --check {shell_word(str(path))}"),
        )
    return script


def _first_mistake(path: Path, script: "Script") -> str:
    """Return the first of a lesson's mistakes, and how many more there are."""
    first, more = script.mistakes[0], len(script.mistakes) - 1
    said = _("lesson {file}, line {line}: {problem}")
    if more:
        said = ngettext(
            "lesson {file}, line {line}: {problem} ({count} more)",
            "lesson {file}, line {line}: {problem} ({count} more)",
            more,
        )
    return said.format(file=quoted(path), line=first.line, problem=first.message, count=more)


def _new_name(path: Path) -> str:
    """Return the name itself where a lesson could be written under it, else another one."""
    plain = path.suffix == ".md" and path.parent == Path() and re.fullmatch(r"\w[\w-]{0,40}", path.stem)
    return str(path) if plain and not os.path.lexists(path) else free_name("my", ".md")


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SceError(_("lesson {file} is not a file.").format(file=quoted(path)), _("Give a Markdown file."))
        if path.stat().st_size > LARGEST:
            mistake = _("lesson {file} is larger than 100 kB.").format(file=quoted(path))
            raise SceError(mistake, _("Split it into chapters."))
        return _bounded(path, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SceError(
            _("lesson {file} is not UTF-8 text, at byte {byte}.").format(file=quoted(path), byte=error.start),
            _("Save it in UTF-8."),
        ) from error
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else _("no file can have this name")
        raise SceError(
            _("lesson {file} can't be read: {reason}.").format(file=quoted(path), reason=reason),
            _("Write one: {command}").format(command=f"sce lesson --new {shell_word(_new_name(path))}"),
        ) from error


def _bounded(path: Path, text: str) -> str:
    """Return a text as it is; one that would take long to read or to play is refused, at the line where it does."""
    cells = commands = 0
    for number, lines in _paragraphs(text):
        cells += len(lines) * max(line.count("|") for line in lines)
        commands += sum(line.split()[:1] == ["sce"] for line in lines)
        if sum(len(line) + 1 for line in lines) > LONGEST:
            said, most = _("lesson {file}, line {line}: more than {most} characters without an empty line."), LONGEST
        elif cells > MOST_CELLS:
            said, most = (
                _("lesson {file}, line {line}: the tables of the lesson have more than {most} cells."),
                MOST_CELLS,
            )
        elif commands > MOST_COMMANDS:
            said, most = _("lesson {file}, line {line}: the lesson has more than {most} commands."), MOST_COMMANDS
        else:
            continue
        mistake = said.format(file=quoted(path), line=number, most=most)
        raise SceError(mistake, _("Part it into lessons, or make it shorter."))
    return text


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines between empty ones, with the number of the first."""
    lines: list[str] = []
    for number, line in enumerate([*LINE_END.split(text), ""], start=1):
        if line.strip(" \t"):
            lines.append(line)
        elif lines:
            yield number - len(lines), lines
            lines = []
