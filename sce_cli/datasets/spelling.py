"""Texts that differ only in case or blanks are one, and so are whole numbers, however they are written."""

import re
from collections.abc import Mapping

WHOLE = re.compile(r"\+?(-?)0*([0-9]+)(?:\.0*)?")


def folded(text: str) -> str:
    """Return what texts have in common that differ only in case or blanks, as 1, 01 and 1.0 have."""
    whole = WHOLE.fullmatch(text)
    if whole:
        return whole[2] if whole[2] == "0" else whole[1] + whole[2]
    return " ".join(text.split()).casefold()


def spellings(texts: Mapping[str, int]) -> dict[str, str]:
    """Return for each text the most frequent one of those that differ from it only in case or blanks.

    texts: how often each comes.
    """
    best: dict[str, str] = {}
    for text, n in texts.items():
        other = best.setdefault(folded(text), text)
        if n > texts[other]:
            best[folded(text)] = text
    return {text: best[folded(text)] for text in texts}
