"""The commands and demonstrations that a lesson may run, as words behind `sce`."""

import re
import shlex

from sce_cli.errors import quoted
from sce_cli.play import NAMES
from sce_cli.topics import LESSON_TOPICS
from sce_cli.translation import _


def play_words(line: str) -> list[str]:
    """Return the words behind `sce play` of a demonstration in a lesson; raise ValueError for what is none."""
    words, given = _split(line), quoted(line.strip())
    if not words or words[0] not in NAMES:
        said = _("{given}: the block names a demonstration: {names}.")
        raise ValueError(said.format(given=given, names=", ".join(NAMES)))
    if any(re.fullmatch("-h+|--help", word) for word in words):
        raise ValueError(_("{given}: a lesson plays, and shows no help.").format(given=given))
    return words


def command_words(line: str) -> list[str]:
    """Return the words of a command that a lesson may run, without the leading sce; raise ValueError for others."""
    words, given = _split(line), quoted(line.strip())
    if words[:1] != ["sce"]:
        alone = _("{given}: a lesson runs commands that begin with sce, and nothing else.")
        raise ValueError(alone.format(given=given))
    if len(words) < 2 or words[1] not in LESSON_TOPICS:
        said = _("{given}: a lesson runs sce {topics} or {last}.")
        raise ValueError(said.format(given=given, topics=", ".join(LESSON_TOPICS[:-1]), last=LESSON_TOPICS[-1]))
    if any(re.fullmatch("-h+|--help", word) for word in words):
        raise ValueError(_("{given}: a lesson shows steps, not the help.").format(given=given))
    return words[1:]


def _split(line: str) -> list[str]:
    """Return a line's words as a shell has them, or raise ValueError where it would wait for more."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ValueError(_("{given}: a quotation isn't closed.").format(given=quoted(line.strip()))) from error
