"""The catalogues of translations: what the code says, and `python -m tests.catalogue`, which brings them up to date.

Sentences are taken from the code as gettext's own tools take them, from the calls of `_`, `N_` and `ngettext`, and from
the help and the defaults in the declarations of commands and options. A sentence that the code no longer says is left
out of the catalogue, and a new one is put into it without a translation.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.test_sentences import words

PACKAGE = Path(__file__).parent.parent / "sce_cli"
LOCALE = PACKAGE / "locale"
MARKS = {"_", "N_", "ngettext"}
DECLARED = {"help", "show_default"}
"""Arguments of an option's declaration that the help shows."""

WORDED = re.compile(r"[^\W\d_]{2,}|[a-z]+(-[a-z]+)+|.*\bnats", re.DOTALL)
"""One word, or a formula with its unit, which have no two words of English."""

UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""So that a catalogue changes only where a sentence does."""

HEADER = """\
# What sce says in another language; CONTRIBUTING.md tells how to correct a sentence.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""

Said = str | tuple[str, str]
"""A sentence, or the one for 1 and the one for more."""


def said_in(text: str) -> Iterator[Said]:
    """Yield the sentences of a program's text that are translated."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and [named(to) for to in node.targets] == ["HELP"]:
            yield from map(str.strip, texts_of([node.value]))  # as Typer has it
        elif isinstance(node, ast.Call):
            marked = texts_of(node.args) if named(node.func) in MARKS else []
            if marked:
                yield (marked[0], marked[1]) if named(node.func) == "ngettext" else marked[0]
            yield from texts_of(keyword.value for keyword in node.keywords if keyword.arg in DECLARED)


def named(node: ast.expr) -> str:
    """Return the last name of what is called or assigned."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def texts_of(nodes: Iterable[ast.expr]) -> list[str]:
    """Return the texts with words among expressions; formulas need no translation."""
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    texts = [value for value in values if isinstance(value, str)]
    return [text for text in texts if words(text) or WORDED.fullmatch(text)]


def all_said() -> dict[Said, list[str]]:
    """Return every sentence of the package with the files that say it, in their order."""
    found: dict[Said, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE.parent).as_posix()
        for said in said_in(path.read_text(encoding="utf-8")):
            places = found.setdefault(said, [])
            if name not in places:
                places.append(name)
    return found


def sources() -> list[Path]:
    """Return the catalogues that people edit."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/sce.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue; a new one is an empty file."""
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name)


def brought_up_to_date(old: Catalog) -> Catalog:
    """Return a catalogue of what the code says, with the translations that there are."""
    new = Catalog(locale=old.locale, creation_date=UNDATED, revision_date=UNDATED, fuzzy=False)
    for said, places in all_said().items():
        one = said if isinstance(said, str) else said[0]
        known = old.get(one)
        texts = translations_of(known) if known else []
        forms = (*texts, *[""] * new.num_plurals)[: new.num_plurals]
        new.add(said, forms[0] if isinstance(said, str) else forms, locations=[(place, 0) for place in places])
    return new


def translations_of(message: Message) -> list[str]:
    """Return a message's translations, one for each plural form of the language where it has a plural."""
    return [message.string] if isinstance(message.string, str) else [str(text or "") for text in message.string or ()]


def translation_of(message: Message) -> str:
    """Return a message's translation, "" where it isn't whole; of plural forms the first."""
    texts = translations_of(message)
    return texts[0] if texts and all(texts) else ""


def compiled(catalogue: Catalog) -> bytes:
    """Return what gettext reads of a catalogue."""
    stream = io.BytesIO()
    for message in [message for message in catalogue if message.id and not translation_of(message)]:
        catalogue.delete(message.id)
    write_mo(stream, catalogue)
    return stream.getvalue()


def written(catalogue: Catalog, language: str) -> bytes:
    """Return a catalogue as people edit it; language: the name of its folder."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=110, omit_header=True, include_lineno=False)
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    return HEADER.format(language=language, plural=plural).encode() + stream.getvalue()


def main() -> None:
    """Bring every catalogue up to date and compile it."""
    for path in sources():
        catalogue = brought_up_to_date(read(path))
        path.write_bytes(written(catalogue, path.parent.parent.name))
        count = len(catalogue)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        print(f"{path.parent.parent.name}: {len(catalogue)} of {count} sentences are translated", file=sys.stderr)


if __name__ == "__main__":
    main()
