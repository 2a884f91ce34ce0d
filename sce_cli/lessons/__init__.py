"""The lessons: the shipped chapters in two languages, and a teacher's own file."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sce_cli.errors import SceError, quoted
from sce_cli.lessons.script import Script, parsed
from sce_cli.lessons.source import LINE_END
from sce_cli.text import shell_word

HERE = Path(__file__).parent

LANGUAGES = ("en", "zh")

STARTER = HERE / "starter.md"

LARGEST = 100_000
"""Bytes of a lesson's file, ten times as much as a chapter has."""

LONGEST = 5_000
"""Characters between two empty lines, more than a screen holds: reading Markdown takes as long as their square."""

MOST_CELLS = 20_000
"""Cells of all tables together; a short row is filled up to the widest."""

MOST_COMMANDS = 200
"""Commands of a lesson, each of which is run."""


def default_language() -> str:
    """Return zh where the locale is Chinese, else en."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def chapters(language: str) -> list[Path]:
    """Return the files of the shipped chapters, in order."""
    return sorted((HERE / language).glob("*.md"))


def files_of(name: str, language: str) -> list[Path]:
    """Return the files that a name stands for: the number of a chapter, all, or a file of one's own."""
    if name.endswith(".md"):
        return [Path(name)]
    shipped = chapters(language)
    if name == "all":
        return shipped
    if re.fullmatch(r"[0-9]{1,9}", name):
        if not 1 <= int(name) <= len(shipped):
            raise SceError(
                f"lesson {quoted(name)}: there are chapters 1 to {len(shipped)}.", "See them with sce lesson."
            )
        return [shipped[int(name) - 1]]
    raise SceError(
        f"lesson {quoted(name)} is neither a chapter nor a Markdown file.",
        f"Give a number from 1 to {len(shipped)}, all, or a FILE.md of your own.",
    )


def load(path: Path) -> Script:
    """Return a lesson from its file, mistakes and all."""
    script = parsed(_text(path))
    return replace(script, title=script.title or path.stem, folder=path.parent)


def load_to_play(path: Path) -> Script:
    """Return a lesson from its file; one with mistakes is refused."""
    script = load(path)
    if script.mistakes:
        first, more = script.mistakes[0], len(script.mistakes) - 1
        others = f" ({more} more)" if more else ""
        raise SceError(
            f"lesson {quoted(path)}, line {first.line}: {first.message}{others}",
            f"See every mistake with sce lesson --check {shell_word(str(path))}.",
        )
    return script


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SceError(f"lesson {quoted(path)} is not a file.", "Give a Markdown file.")
        if path.stat().st_size > LARGEST:
            raise SceError(f"lesson {quoted(path)} is larger than 100 kB.", "Split it into chapters.")
        return _bounded(path, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SceError(
            f"lesson {quoted(path)} is not UTF-8 text, at byte {error.start}.", "Save it in UTF-8."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise SceError(
            f"lesson {quoted(path)} can't be read: {reason}.", "Write one with sce lesson --new FILE.md."
        ) from error


def _bounded(path: Path, text: str) -> str:
    """Return a text as it is; one that would take long to read or to play is refused, at the line where it does."""
    cells = commands = 0
    for number, lines in _paragraphs(text):
        cells += len(lines) * max(line.count("|") for line in lines)
        commands += sum(line.split()[:1] == ["sce"] for line in lines)
        if sum(len(line) + 1 for line in lines) > LONGEST:
            problem = f"more than {LONGEST} characters without an empty line"
        elif cells > MOST_CELLS:
            problem = f"the tables of the lesson have more than {MOST_CELLS} cells"
        elif commands > MOST_COMMANDS:
            problem = f"the lesson has more than {MOST_COMMANDS} commands"
        else:
            continue
        raise SceError(f"lesson {quoted(path)}, line {number}: {problem}.", "Part it into lessons, or make it shorter.")
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
