"""The catalogues say what the code says, in the terms of the glossary, with the same placeholders."""

import csv
import io
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from sce_cli import lessons
from tests import catalogue

ROOT = Path(__file__).parent.parent
PLACEHOLDER = re.compile(r"\{[^}]*\}")
MARKUP = re.compile(r"\[/?[a-z ]*\]")


@pytest.fixture(params=catalogue.sources(), ids=lambda path: path.parent.parent.name)
def source(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def messages(source: Path) -> list[Message]:
    return [message for message in catalogue.read(source) if message.id]


def sentences(message: Message) -> list[str]:
    return [*message.id] if isinstance(message.id, (tuple, list)) else [message.id]


def test_the_catalogue_holds_what_the_code_says_and_nothing_else(source: Path) -> None:
    held = {sentences(message)[0] for message in messages(source)}
    said = {one if isinstance(one, str) else one[0] for one in catalogue.all_said()}
    assert held == said, "python -m tests.catalogue brings it up to date"


def test_every_sentence_is_translated(source: Path) -> None:
    assert [message.id for message in messages(source) if not catalogue.translation_of(message)] == []


def test_no_translation_is_a_guess(source: Path) -> None:
    assert [message.id for message in messages(source) if message.fuzzy] == []


def test_a_translation_has_the_placeholders_and_the_markup_of_its_sentence(source: Path) -> None:
    for message in messages(source):
        text = catalogue.translation_of(message)
        if text:
            for pattern in (PLACEHOLDER, MARKUP):
                expected = {frozenset(pattern.findall(one)) for one in sentences(message)}
                assert frozenset(pattern.findall(text)) in expected, message.id


def test_the_compiled_catalogue_is_the_sources(source: Path) -> None:
    expected = GNUTranslations(io.BytesIO(catalogue.compiled(catalogue.read(source))))
    with source.with_suffix(".mo").open("rb") as stream:
        found = GNUTranslations(stream)
    for message in messages(source):
        one, many = (*sentences(message), "")[:2]
        assert found.ngettext(one, many, 2) == expected.ngettext(one, many, 2), message.id


def avoided(source: Path) -> list[str]:
    """Return the words for which the glossary has better ones."""
    with (source.parent.parent / "glossary.tsv").open(encoding="utf-8", newline="") as stream:
        words = ";".join(row["not"] or "" for row in csv.DictReader(stream, delimiter="\t"))
    return [word for word in words.split(";") if word]


def documents(source: Path) -> list[Path]:
    """Return the chapters and the documents in a catalogue's language, known by the language in their name."""
    language = source.parent.parent.name.partition("_")[0]
    folders = [ROOT, ROOT / "examples", *(path for path in catalogue.PACKAGE.rglob("*") if path.is_dir())]
    return [*lessons.chapters(language), *(path for folder in folders for path in folder.glob(f"*.{language}.*"))]


def test_the_terms_are_those_of_the_glossary(source: Path) -> None:
    for message in messages(source):
        text = catalogue.translation_of(message)
        assert [word for word in avoided(source) if word in text] == [], message.id


def test_the_chapters_and_the_documents_have_the_terms_of_the_glossary(source: Path) -> None:
    assert len(documents(source)) >= 6
    for path in documents(source):
        text = path.read_text(encoding="utf-8")
        assert [word for word in avoided(source) if word in text] == [], path.name
