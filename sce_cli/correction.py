"""What was typed, put right: other words for commands and options, and the corrected line that a remedy shows."""

import os
import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from sce_cli import numerals
from sce_cli.errors import ARGUMENT, Change, SceError, quoted, shortened
from sce_cli.synonyms import ALWAYS, ARGUMENTS, COMMANDS, FILES, FLAGS, LISTS, MEANT, NO, SPELLINGS, WRITTEN, YES
from sce_cli.translation import _

LONGEST = 400
"""Characters of a command line that is shown: paths are long, but a screen of text helps nobody."""

LEAST_LIKE = 0.55
"""Likeness from which a word may be meant by another."""

ODD_OPTION = re.compile(r"[-–—‒−－]{1,2}([A-Za-z][A-Za-z0-9_-]+)(=.*)?", re.DOTALL)
"""An option with one dash, with underscores or capitals, or with a dash that a word processor put there."""


OPENING = ("[", "(", "【")
"""Brackets that a list may begin with."""

EXTRA_WORDS = re.compile(r"unexpected extra argument(?:s|\(s\))? \((.*)\)$")
NEEDS_VALUE = re.compile(r"Option '([^']*)' requires an argument\.?$")
TAKES_NO_VALUE = re.compile(r"Option '([^']*)' does not take a value\.?$")
"""How Typer ends its messages about words that a command has no place for, and about values."""


def line_of(*words: str) -> str:
    """Return the words behind `sce` as a shell reads them; "" for a line that would be too long or can't be shown."""
    if sum(map(len, words)) > LONGEST:
        return ""
    text = shlex.join(["sce", *words])
    return text if len(text) <= LONGEST and text.isprintable() else ""


def corrected(words: Sequence[str], changes: Iterable[Change], flags: Collection[str]) -> str:
    """Return the line with the changes made, as `line_of` does. flags: the options without a value."""
    line = list(words)
    for change in changes:
        place = _place(line, change.what)
        if place is not None:
            line[place : place + _length(line[place], change, flags)] = _instead(change, line[place])
            continue
        place = _place(line, change.word) if change.word else None
        if place is not None:
            line[place : place + 1] = [change.value] if change.value else []
        elif change.what == ARGUMENT:
            line[1:1] = [change.value or ""]
        elif change.what.startswith("-"):
            end = line.index("--") if "--" in line else len(line)
            line[end:end] = _instead(change, change.what)
    return line_of(*line) if line != [*words] else ""


def _place(line: Sequence[str], what: str) -> int | None:
    """Return where an option, or a word as such or behind an option's =, stands; None where it doesn't."""
    for place, word in enumerate(line[1:], start=1):
        name, _equals, value = word.partition("=")
        within = name == what if _is_option(what) else _is_option(name) and value == what
        if within or word.strip() == what.strip():
            return place
    return None


def _is_option(word: str) -> bool:
    return word.startswith("--")


def _length(word: str, change: Change, flags: Collection[str]) -> int:
    return 2 if _is_option(change.what) and change.what not in flags and "=" not in word else 1


def _instead(change: Change, old: str) -> list[str]:
    if change.value is None:
        return []
    if not _is_option(change.what):
        return [f"{old.partition('=')[0]}={change.value}" if _is_option(old) else change.value]
    return [change.what, change.value] if change.value else [change.what]


def by_likeness(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that may be meant, the likeliest first: those that begin so, then by their letters."""
    bare = word.lstrip("-").lower()
    likeness = {other: _likeness(bare, other.lstrip("-").lower()) for other in known}
    return sorted((other for other in likeness if likeness[other] >= LEAST_LIKE), key=lambda other: -likeness[other])


def _likeness(word: str, other: str) -> float:
    from difflib import SequenceMatcher

    begins = bool(word) and other.startswith(word)
    return begins + SequenceMatcher(None, word[:50], other).ratio()


def bracketed(words: Sequence[str]) -> list[str]:
    """Return the words of a command line, those together that a shell took apart within brackets, as [2, 1, 0.1]."""
    line, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        bracket = next((sign for sign in OPENING if sign in word and numerals.BRACKETS[sign] not in word), "")
        end = next((place for place, other in enumerate(rest) if bracket and numerals.BRACKETS[bracket] in other), None)
        whole = " ".join([word, *rest[: end + 1]]) if end is not None else word
        parts = numerals.values(whole[whole.find(bracket) :]) if end is not None else []
        if parts and all(numerals.number(part) is not None for part in parts):
            word = whole
            del rest[: (end or 0) + 1]
        line.append(word)
    return line


def has_other_spelling(words: Sequence[str]) -> bool:
    """Tell whether there may be something for `spelled` to do; quick, for every command line passes here."""
    for place, word in enumerate(words):
        name = word.partition("=")[0]
        if name in LISTS and place + 2 < len(words) and not words[place + 2].startswith("-"):
            return True
        if name in SPELLINGS or name in FLAGS or _is_odd(name):
            return True
    return False


def _is_odd(name: str) -> bool:
    """Tell whether a word looks like an option, but isn't written as one."""
    return name[:1] in "-–—‒−－" and bool(name) and not re.fullmatch(r"--[a-z0-9-]*|-[a-z]?|-[0-9.].*", name)


def spelled(words: Sequence[str], known: Mapping[str, bool]) -> list[str]:
    """Return the words with options as the command has them; known: its options, each with whether it is a flag."""
    respelled = [words[0], *(_spelled(word, known) for word in words[1:])]
    return gathered(respelled, known)


def _spelled(word: str, known: Mapping[str, bool]) -> str:
    name, equals, value = word.partition("=")
    odd = ODD_OPTION.fullmatch(word)
    name = f"--{odd[1].lower().replace('_', '-')}" if odd and name not in known else name
    if name in FLAGS and known.get(name) is None and value == "":
        return FLAGS[name]
    name = SPELLINGS.get(name, name)
    return f"{name}{equals}{value}" if name in known else word


def gathered(words: Sequence[str], known: Mapping[str, bool]) -> list[str]:
    """Return the words with a list that the shell took apart put together again, as --counts 5 3 2.

    Numbers are only gathered where none stands elsewhere among the arguments: those may be meant for the command.
    """
    line, rest = list(words[:1]), list(words[1:])
    while rest:
        word = rest.pop(0)
        line.append(word)
        if word not in LISTS or known.get(word) is not False:
            continue
        count = next((place for place, other in enumerate(rest) if _ends_list(other)), len(rest))
        values = rest[:count]
        if count > 1 and _is_one_list(word, values, line[1:-1], known):
            line.append(",".join(value.strip().strip(",;") for value in values))
            del rest[:count]
    return line


def _ends_list(word: str) -> bool:
    return word.startswith("-") and numerals.number(word.strip(",;")) is None


def _is_one_list(option: str, values: Sequence[str], before: Sequence[str], known: Mapping[str, bool]) -> bool:
    numbers = [numerals.number(value.strip(",;")) is not None for value in values]
    if option == "--names":
        return not any(numbers)
    return all(numbers) and not _arguments(before, known)


def _arguments(words: Sequence[str], known: Mapping[str, bool]) -> list[str]:
    """Return the words that are neither options nor their values."""
    found, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        if not _ends_list(word):
            found.append(word)
        elif known.get(word) is False and rest:
            rest.pop(0)
    return found


def unknown_command(words: Sequence[str], known: Sequence[str]) -> SceError:
    """Return the error of a first word that is no command, with the line that was meant."""
    word, others = words[0], words[1:]
    said = _("there is no command {command}.").format(command=quoted(word))
    if word.lower() in {"help", "hilfe", "aide", "man", "?"}:
        topics = [other for other in others[:1] if other in known]
        return SceError(said, _("Type {line}").format(line=line_of(*topics, "--help")))
    if word.lower() == "version":
        return SceError(said, _("Type {line}").format(line=line_of("--version")))
    meant = COMMANDS.get(word.lower()) or next(iter(by_likeness(word, known)), None)
    meant = meant or (_command_of(words) if meant is None else None)
    line = line_of(*meant.split(), *others) if meant else ""
    return SceError(said, _("Type {line}").format(line=line or "sce --help"))


def _command_of(words: Sequence[str]) -> str | None:
    """Return what stands before words that lack a command: numbers are logits, a table is to be trained on."""
    if numerals.number(words[0].partition("=")[2] or words[0]) is not None:
        return f"softmax {words[0]}"
    if words[0].lower().endswith((".csv", ".tsv")):
        return shlex.join(["train", words[0]])
    if words[0].lower().endswith(".md"):
        return shlex.join(["lesson", words[0]])
    return None


def unknown_option(words: Sequence[str], option: str, known: Mapping[str, bool]) -> SceError:
    """Return the error of an option that the command doesn't have, with the line that was meant."""
    typed = next((word.partition("=")[0] for word in words[1:] if word.startswith(option)), option)
    said = _("there is no option {option}.").format(option=shortened(typed))
    if words[0] == "mle" and not _meant(typed, known):
        line = _as_counts(words, known)
        if line:
            return SceError(said, _("Type {line}").format(line=line))
    line = _by_ending(words, typed, known) or _without(words, typed, known)
    near = [] if line else _likely(typed, known)
    line = line or (_renamed(words, typed, near[0], known) if near else "")
    if line:
        return SceError(said, _("Type {line}").format(line=line))
    named = () if words[0].startswith("-") else words[:1]
    return SceError(said, _("Look it up: {line}").format(line=line_of(*named, "--help")))


def _meant(option: str, known: Collection[str]) -> str:
    """Return the command's option that another word for it means, perhaps with its value; or ""."""
    meant = MEANT.get(f"--{option.lstrip('-').lower().replace('_', '-')}", ())
    return next((name for name in meant if name.partition("=")[0] in known), "")


def _likely(option: str, known: Collection[str]) -> list[str]:
    """Return the command's options that may be meant, the likeliest first."""
    name = _meant(option, known)
    return [name] if name else by_likeness(option, known)


def _by_ending(words: Sequence[str], option: str, known: Mapping[str, bool]) -> str:
    """Return the line with the option that writes a file of the ending given, for another word for one; or ""."""
    if option.lower() not in FILES:
        return ""
    place = next(place for place, word in enumerate(words) if word.partition("=")[0] == option)
    value = words[place].partition("=")[2] or [*words[place + 1 :], ""][0]
    name = WRITTEN.get(os.path.splitext(value)[1].lower(), "")
    return _renamed(words, option, name, known) if name in known else ""


def _without(words: Sequence[str], option: str, known: Mapping[str, bool]) -> str:
    """Return the line without a word for what is done anyway, or for what needs no option; or ""."""
    place = next((place for place, word in enumerate(words) if word.partition("=")[0] == option), 0)
    opposite = "--no-" + ALWAYS.get(option.lower(), option.lower()).lstrip("-")
    _name, equals, value = words[place].partition("=")
    behind = list(words[place + 1 :])
    if opposite in known:
        value = value.lower() if equals else "".join(behind[:1]).lower()
        del behind[: int(not equals and value in YES | NO)]
        return line_of(*words[:place], *([opposite] if value in NO else []), *behind)
    if option.lower() not in ARGUMENTS or _meant(option, known):
        return ""
    return line_of(*words[:place], *([value] if equals else []), *behind)


def _renamed(words: Sequence[str], option: str, new: str, known: Mapping[str, bool]) -> str:
    """Return the line with another name for an option, and for others that mean one of the command's."""
    line, rest = list(words[:1]), list(words[1:])
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        unknown = _ends_list(name) and name not in known and name != "-h"
        meant = new if name == option else [*_likely(name, known), ""][0] if unknown else ""
        meant, _with, fixed = meant.partition("=")
        if meant not in known:
            line.append(word)
            continue
        if fixed and not equals and rest and not _ends_list(rest[0]):
            rest.pop(0)  # the value has no use beside the one that is meant
        line += [meant, fixed] if fixed else [meant if known[meant] else f"{meant}{equals}{value}"]
    return "" if known.get(line[-1]) is False else line_of(*line)


def check_step(words: Sequence[str], known: Collection[str]) -> None:
    """Refuse a number behind --step, which takes none, where numbers stand before it: another one, or a step size."""
    place = words.index("--step") if "--step" in words[2:-1] else 0
    number = words[place + 1] if place else ""
    if numerals.number(number) is None or all(numerals.number(word) is None for word in words[1:place]):
        return
    before, behind = words[:place], words[place + 2 :]
    meant = [*before, "--step-size", number] if "--step-size" in known else [*before, number, "--step"]
    raise SceError(
        _("--step {number}: --step takes no number, it shows one step at a time.").format(number=number),
        _("Type {line}").format(line=line_of(*meant, *behind)),
    )


def _as_counts(words: Sequence[str], known: Mapping[str, bool]) -> str:
    """Return a line in which unknown options with whole numbers, --heads 6 --tails 4, are names and counts; or ""."""
    names, counts, others = [], [], []
    rest = list(words[1:])
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if not option.startswith("--") or known.get(option) is True:
            others.append(f"{option}{equals}{value}")
            continue
        value = value if equals else rest.pop(0) if rest else ""
        if option not in known or option in {"--white", "--black"}:
            names.append(option.removeprefix("--"))
            counts.append(value)
        else:
            others += [f"{option}{equals}{value}"] if equals else [option, value]
    whole = all((numerals.exact(count) or Fraction(1, 2)).denominator == 1 for count in counts)
    if len(counts) < 2 or not whole or "--counts" in others or "--names" in others:
        return ""
    return line_of("mle", "--counts", ",".join(counts), "--names", ",".join(names), *others)
