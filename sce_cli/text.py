"""The one door for text that others wrote: what could play tricks with a reader is spelt out, wherever it is shown."""

import re
import shlex
import unicodedata

INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U000e0100-\U000e01ef]"
    "|(?<![#*0-9\u2000-\u33ff\U0001f000-\U0001faff])[\ufe00-\ufe0f]"
)
"""Characters that show nothing although they count as letters or marks; a variation selector belongs behind a sign."""

UNENCODABLE = re.compile("[\ud800-\udfff]")
"""Surrogates alone: Python's stand-ins for the bytes of a file's name that aren't UTF-8. No encoding has them."""


PLAIN_WORD = re.compile(r"[\w@%+=:,./-]+")
"""What a shell takes as it stands, in any script."""


def tricks(text: str) -> list[str]:
    """Return the characters that could play tricks.

    They are control characters, those that turn the direction of writing, ends of lines and of paragraphs, surrogates
    alone, and what shows nothing; spaces of any width can't.
    """
    if text.isprintable() and not INVISIBLE.search(text):
        return []
    hidden = set(INVISIBLE.findall(text))
    return [sign for sign in text if sign in hidden or not (sign.isprintable() or unicodedata.category(sign) == "Zs")]


def visible(text: str) -> str:
    """Return a text with each character that could play tricks spelt out, as ESC to `x1b` behind a backslash."""
    for character in {*tricks(text)}:
        text = text.replace(character, _spelt(character))
    return text


def exact(text: str) -> str:
    """Return a text with its strange spaces spelt out too, where what was given is quoted: they may be the mistake."""
    return "".join(sign if sign.isprintable() else _spelt(sign) for sign in visible(text))


def encodable(text: str) -> str:
    """Return a text that every UTF can carry: surrogates alone are spelt out as on the screen, all else stays."""
    return UNENCODABLE.sub(lambda found: _spelt(found[0]), text)


def shell_word(name: str) -> str:
    """Return a file's name as a word to be typed in Bash or zsh, whatever it is called."""
    return shell_argument(f"./{name}" if name.startswith("-") else name)


def shell_argument(text: str) -> str:
    """Return a text, such as an option or a negative number, as a word to be typed in Bash or zsh."""
    if not tricks(text):
        return text if PLAIN_WORD.fullmatch(text) else shlex.quote(text)
    return "$'" + "".join(_as_bytes(sign) for sign in text) + "'"


def _spelt(character: str) -> str:
    return ascii(character)[1:-1]


def _as_bytes(character: str) -> str:
    """Return a character as it stands within $'...'."""
    if character in "\\'":
        return f"\\{character}"
    if not tricks(character):
        return character
    errors = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors=errors))
