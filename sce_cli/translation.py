"""The one way of sentences to a reader: Python's gettext, with a catalogue for each language but English.

A sentence is whole, with named placeholders: _("{count} rows were left out.").format(count=3). Numbers, formulas and
table cells without words need none of it. What is declared when a module is imported is marked with N_, or stands in
an option's help, and is translated where it is shown.
"""

import gettext
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LOCALES = {"zh": "zh_CN"}
"""The folder of a language's catalogue."""

LANGUAGES = ("en", *LOCALES)
"""What `--lang` and SCE_LANG name; sentences in the code are English."""

LETTERS = {"zh": "中文，。交叉熵概率梯度损失"}
"""Letters of a language by which a stream or a font that can carry it is known."""

LANGUAGE_VARIABLE = "SCE_LANG"

_spoken = "en"
_catalogue = gettext.NullTranslations()


def _(sentence: str) -> str:
    """Return a sentence in the language that is spoken."""
    return _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the sentence for a count in the language that is spoken."""
    return _catalogue.ngettext(one, many, count)


def N_(sentence: str) -> str:  # noqa: N802, as gettext's readers of source code expect it
    """Mark a sentence that is translated where it is shown, as a study's claims are."""
    return sentence


def spoken() -> str:
    """Return the language that is spoken."""
    return _spoken


def speak(language: str) -> None:
    """Speak a language from now on."""
    global _spoken, _catalogue
    if language == _spoken:
        return
    _spoken, _catalogue = language, gettext.NullTranslations()
    if language in LOCALES:
        _catalogue = gettext.translation("sce", Path(__file__).with_name("locale"), [LOCALES[language]])


def in_language(path: Path) -> Path:
    """Return a file's twin in the language that is spoken, NAME.zh.md for NAME.md, where there is one."""
    twin = path.with_suffix(f".{_spoken}{path.suffix}")
    return twin if twin.exists() else path


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language in the block."""
    before = _spoken
    speak(language)
    try:
        yield
    finally:
        speak(before)


def asked_language(words: Sequence[str]) -> str | None:
    """Return the language that the last --lang of a command line asks for; None where it asks for none of ours."""
    asked = None
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name.lower() == "--lang":
            asked = (value if equals else "".join(words[place + 1 : place + 2])).strip().lower()
    return asked if asked in LANGUAGES else None


def language_of_surroundings() -> str:
    """Return the language of SCE_LANG, else that of the locale; English where it is none of ours."""
    named = os.environ.get(LANGUAGE_VARIABLE, "").strip()
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language = (named or locale).lower()[:2]
    return language if language in LANGUAGES else "en"
