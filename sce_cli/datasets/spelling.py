"""Texts that differ only in case or blanks are one, and so are whole numbers, however they are written."""

import re
import unicodedata
from collections.abc import Mapping

WHOLE = re.compile(r"\+?(-?)0*([0-9]+)(?:\.0*)?")

CTRL_Z = "\x1a"

UNSEEN = dict.fromkeys(map(ord, f"\u00ad\u200b\u200e\u200f\u2060\ufeff{CTRL_Z}"))
"""Signs of no width that programs leave behind: soft hyphens, marks of byte order and direction, a last Ctrl-Z."""

STRANGE_BLANK = re.compile(r"\s*[^\S ]\s*")
"""A line's end, a tab or any other blank than the plain one, with the blanks around it."""


def trimmed(text: str) -> str:
    """Return a text without blanks around it and without signs of no width."""
    if text.isascii() and CTRL_Z not in text:
        return text.strip()
    return text.translate(UNSEEN).strip()


def cleaned(text: str) -> str:
    """Return a text on one line, trimmed, with plain blanks, each accent on its letter."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return unicodedata.normalize("NFC", STRANGE_BLANK.sub(" ", trimmed(text)))


def folded(text: str) -> str:
    """Return what texts have in common that differ only in case or blanks, as 1, 01 and 1.0 have."""
    text = cleaned(text)
    whole = WHOLE.fullmatch(text)
    if whole:
        return whole[2] if whole[2] == "0" else whole[1] + whole[2]
    return " ".join(text.split()).casefold()


def squeezed(name: str) -> str:
    """Return what names of columns have in common that differ in case and blanks only."""
    return "".join(cleaned(name).split()).casefold()


def spellings(texts: Mapping[str, int]) -> dict[str, str]:
    """Return for each text the most frequent one of those that differ from it only in case or blanks, cleaned.

    texts: how often each comes.
    """
    best: dict[str, str] = {}
    for text, n in texts.items():
        other = best.setdefault(folded(text), text)
        if n > texts[other]:
            best[folded(text)] = text
    return {text: cleaned(best[folded(text)]) for text in texts}
