"""A block "question" of a lesson: TOML, read into a question, and every mistake in it."""

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sce_cli.errors import quoted
from sce_cli.lessons.words import command_words
from sce_cli.study import Question, near
from sce_cli.text import tricks
from sce_cli.translation import N_, _

MOST_CHOICES = 8

TOML_REASONS = (
    N_("Cannot declare {named} twice"),
    N_("Cannot overwrite a value"),
    N_("Duplicate inline table key {named}"),
    N_("Escaped character is not a Unicode scalar value"),
    N_("Expected '=' after a key in a key/value pair"),
    N_("Expected newline or end of document after a statement"),
    N_("Expected ']' at the end of a table declaration"),
    N_("Expected ']]' at the end of an array declaration"),
    N_("Found invalid character {named}"),
    N_("Illegal character {named}"),
    N_("Invalid date or datetime"),
    N_("Invalid hex value"),
    N_("Invalid initial character for a key part"),
    N_("Invalid statement"),
    N_("Invalid value"),
    N_("Unclosed array"),
    N_("Unclosed inline table"),
    N_("Unescaped '\\' in a string"),
    N_("Unterminated string"),
)
"""What Python says is wrong with TOML, and of what, as far as it's translated."""

KEYS = {"ask", "answer", "why", "tolerance", "choices", "unit", "from", "field", "slips"}

FIELD = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[-?[0-9]{1,6}\])*")
"""The way to a number in the JSON of a command."""


@dataclass(frozen=True)
class Sourced:
    """A question whose answer is a number of a command's JSON; its own answer, and what depends on that, are NaN.

    line: of the command in the lesson.
    """

    question: Question
    words: tuple[str, ...]
    field: str
    line: int


class MistakenError(Exception):
    """Mistakes in a question, each with the key that it is about, or with the line of its TOML, counted from 0."""

    def __init__(self, problems: Sequence[tuple[str | int, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def question_in(toml: str, line_of: dict[str, int]) -> Question | Sourced:
    """Return the question that TOML holds, or raise MistakenError. line_of: where the keys stand in the lesson."""
    table = checked_table(toml)
    problems = [*_problems(table)]
    if problems:
        raise MistakenError(problems)
    return _made(table, line_of)


def checked_table(toml: str) -> dict[str, Any]:
    """Return a block's TOML, its texts on one line each and without tricks, or raise MistakenError."""
    try:
        table = {key: _on_one_line(value) for key, value in tomllib.loads(toml).items()}
    except (ValueError, RecursionError) as error:  # RecursionError: arrays in arrays without end
        reason, place = [*str(error).split(" (at ", 1), ""][:2]
        found = re.match(r"line (\d+)", place)
        at_end = place.startswith("end of document")
        row = int(found[1]) - 1 if found else -1 if at_end else 0
        raise MistakenError([(row, _("the TOML is wrong: {reason}.").format(reason=_toml_reason(reason)))]) from error
    tricky = [(key, problem) for key, value in table.items() for text in _texts(value) for problem in unshown(text)]
    if tricky:
        raise MistakenError(tricky)
    return table


def _toml_reason(reason: str) -> str:
    """Return what Python says is wrong with TOML, in the language that is spoken where it is known."""
    for said in TOML_REASONS:
        if found := re.fullmatch(re.escape(said).replace(r"\{named\}", "(.+)"), reason):
            return _(said).format(named="".join(found.groups()))
    return reason


def _made(table: dict[str, Any], line_of: dict[str, int]) -> Question | Sourced:
    choices = tuple(table.get("choices", ()))
    slips = tuple((_guess(key, choices), said) for key, said in table.get("slips", {}).items())
    sourced = "from" in table
    answer = math.nan if sourced else _letter(table["answer"]) if choices else float(table["answer"])
    tolerance = float(table.get("tolerance", 0 if choices else near(answer)))
    question = Question(table["ask"], answer, table["why"], tolerance, choices, table.get("unit", ""), slips)
    if not sourced:
        return question
    return Sourced(question, tuple(command_words(table["from"])), table["field"], line_of.get("from", 1))


def _on_one_line(value: Any) -> Any:
    """Return a text, or a list or table of texts, with one blank where it has line ends or more blanks."""
    if isinstance(value, list):
        return [_on_one_line(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _on_one_line(entry) for key, entry in value.items()}
    return re.sub("[ \n]+", " ", value).strip() if isinstance(value, str) else value


def _problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what is wrong with a question's keys, each with the key that it is about."""
    for key in sorted(set(table) - KEYS):
        said = _("a question has no key {key}; it has {keys}.")
        yield key, said.format(key=quoted(key), keys=", ".join(sorted(KEYS)))
    for key in ("ask", "why"):
        if not isinstance(table.get(key), str) or not table[key]:
            yield key, _('a question needs {key} = "...", a text.').format(key=key)
    if not isinstance(table.get("unit", ""), str):
        yield "unit", _("unit is a text.")
    if "choices" in table:
        yield from _choice_problems(table)
    else:
        yield from _number_problems(table)
    yield from _slip_problems(table)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value of TOML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _texts(entry)


def unshown(text: str) -> Iterator[str]:
    """Find the first character that could play tricks with a reader; a tab can't."""
    for character in tricks(text.replace("\t", " "))[:1]:
        yield _("the character {code} can't be shown.").format(code=f"U+{ord(character):04X}")


def _number_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "from" in table or "field" in table:
        yield from _source_problems(table)
    elif not _is_number(table.get("answer")):
        yield "answer", _("a question needs answer = a number, or choices and the letter of one, or from and field.")
    if not _is_number(table.get("tolerance", 0)) or table.get("tolerance", 0) < 0:
        yield "tolerance", _("tolerance is a number that isn't negative.")


def _source_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "answer" in table:
        yield "answer", _("the answer is either given or taken from a command: leave out answer, or from and field.")
    if not isinstance(table.get("field"), str) or not FIELD.fullmatch(table["field"]):
        yield "field", _('from needs field = "...", a place in the command\'s JSON, as "prediction[0]".')
    if not isinstance(table.get("from"), str):
        yield "from", _('field needs from = "sce ...", the command whose JSON has it.')
        return
    try:
        command_words(table["from"])
    except ValueError as error:
        yield "from", str(error)


def _choice_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    choices = table["choices"]
    texts = isinstance(choices, list) and all(isinstance(choice, str) and choice for choice in choices)
    if not texts or not 2 <= len(choices) <= MOST_CHOICES:
        yield "choices", _("choices is a list of 2 to {most} texts.").format(most=MOST_CHOICES)
    elif table.get("answer") not in [chr(ord("a") + index) for index in range(len(choices))]:
        yield "answer", _('the answer to choices is the letter of one, as "b".')
    for key in ("tolerance", "unit", "from", "field"):
        if key in table:
            yield key, _("choices need no {key}.").format(key=key)


def _slip_problems(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    slips, choices = table.get("slips", {}), table.get("choices", ())
    if not isinstance(slips, dict) or not all(isinstance(said, str) and said for said in slips.values()):
        yield (
            "slips",
            _("slips is a table from wrong guesses to one sentence each, as {example}.").format(
                example='{ a = "..." }'
            ),
        )
    elif isinstance(choices, (list, tuple)):
        for key in slips:
            if _guess(key, choices) is None:
                said = _("{given} is no guess: a slip is a letter of the choices, or a number.")
                yield "slips", said.format(given=quoted(key))


def _guess(key: str, choices: Sequence[str]) -> float:
    return Question("", 0, "", choices=tuple(choices)).understood(key)  # type: ignore[return-value]  # tested before


def _letter(letter: str) -> int:
    return ord(letter) - ord("a")


def _is_number(value: Any) -> bool:
    with suppress(OverflowError):  # a whole number beyond float64
        return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
    return False
