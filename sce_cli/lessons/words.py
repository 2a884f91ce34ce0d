"""The commands and demonstrations that a lesson may run, as words behind `sce`."""

import re
import shlex

from sce_cli.errors import quoted
from sce_cli.play import NAMES
from sce_cli.topics import LESSON_TOPICS


def play_words(line: str) -> list[str]:
    """Return the words behind `sce play` of a demonstration in a lesson; raise ValueError for what is none."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"{quoted(line.strip())}: a quotation isn't closed.") from error
    if not words or words[0] not in NAMES:
        raise ValueError(f"{quoted(line.strip())}: the block names a demonstration: {', '.join(NAMES)}.")
    if any(re.fullmatch("-h+|--help", word) for word in words):
        raise ValueError(f"{quoted(line.strip())}: a lesson plays, and shows no help.")
    return words


def command_words(line: str) -> list[str]:
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
