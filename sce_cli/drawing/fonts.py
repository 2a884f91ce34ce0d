"""Fonts for names in scripts that matplotlib's own font lacks: an installed one, else names that every font has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from sce_cli.text import visible
from sce_cli.translation import LETTERS, spoken

OWN = "DejaVu Sans"
"""The font that comes with matplotlib."""

EAST_ASIAN = re.compile(
    r"cjk|han ?sans|han ?serif|wqy|wenquanyi|hei|song|kai|ming|pingfang|hiragino|yahei|gothic|nanum|fallback|unicode",
    re.IGNORECASE,
)
"""Parts of the file names of fonts with Chinese, Japanese or Korean letters."""

Named = TypeVar("Named")


def with_readable_names(study: Named, file_format: str) -> tuple[Named, list[str]]:
    """Return a study whose names a figure can show, and the fonts to show them in.

    Where no installed font has a name's letters, the name gives way to a number: 红 to "name 1". An SVG keeps it, for
    its text is drawn with the reader's fonts.
    """
    missing = _letters(_texts(study)) - _letters_of(font_manager.findfont(OWN))
    if not missing:
        return study, [OWN]
    found = _installed(missing)
    if found or file_format == "svg":
        return study, [OWN, *found]
    return _with_numbers(study, missing), [OWN]


def of_language(file_format: str) -> tuple[str, list[str]]:
    """Return the language that a figure can speak, and the fonts for it: English where the spoken one has no font.

    An SVG is drawn with the reader's fonts, so it speaks any language.
    """
    found = _installed(set(LETTERS.get(spoken(), "")))
    return (spoken() if found or file_format == "svg" else "en"), found


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a record: its own, and those of the records and tuples in it."""
    if isinstance(value, str):
        yield visible(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _letters(texts: Iterable[str]) -> set[str]:
    return set("".join(texts)) - {" "}


def _letters_of(path: str) -> set[str]:
    return set(map(chr, FT2Font(path).get_charmap()))


def _installed(letters: set[str]) -> list[str]:
    """Return the family of an installed font that has all these letters, made known to matplotlib; or nothing."""
    if not letters:
        return []
    for path in sorted(font_manager.findSystemFonts(), key=_plainest):
        if EAST_ASIAN.search(path) and letters <= _letters_of(path):
            font_manager.fontManager.addfont(path)  # its cache may be older than the font
            return [FT2Font(path).family_name]
    return []


def _plainest(path: str) -> tuple[bool, str]:
    """Return what puts regular fonts before bold, black and thin ones."""
    return "regular" not in path.lower(), path


def _with_numbers(study: Named, missing: set[str]) -> Named:
    """Return a study with a number in place of each text that has a letter that can't be shown."""
    numbers: dict[str, str] = {}

    def readable(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(readable, value))
        if isinstance(value, str) and set(visible(value)) & missing:
            return numbers.setdefault(value, f"name {len(numbers) + 1}")
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: readable(getattr(value, field.name)) for field in fields(value)})
        return value

    named: Named = readable(study)
    return named
