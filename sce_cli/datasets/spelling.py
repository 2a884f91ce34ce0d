"""Texts that differ only in case or blanks are one."""

from collections.abc import Mapping


def folded(text: str) -> str:
    """Return what texts have in common that differ only in case or blanks."""
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
