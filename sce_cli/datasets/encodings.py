"""Which bytes mean which letters: the mark at the beginning, UTF-8, or the one other encoding that can be meant."""

import codecs
from collections.abc import Iterator

from sce_cli.datasets.files import Source
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

UTF8 = "utf-8-sig"
"""UTF-8, with the mark that spreadsheets put in front or without it."""

WESTERN, CHINESE = "cp1252", "gb18030"

NAMES = {"utf-16": "UTF-16", "utf-32": "UTF-32", WESTERN: "Windows-1252", CHINESE: "GB 18030"}
"""The names of encodings that are found, as people know them."""

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

BEGINNING = 4096
"""Bytes that tell whether a text has two bytes a letter."""

MOST = 1 << 20
"""Bytes of the lines beyond ASCII that are weighed to find their encoding."""

LONGEST_RUN = 3
"""Accented letters that follow each other in words of Western languages, at most."""

WESTERN_SIGNS = frozenset("°²³µ§€£±½¼¾«»„“”‘’‚–—…·×÷¿¡©®™ªº\u00a0")


def encoding_of(source: Source, asked: str | None) -> tuple[str, bool]:
    """Return Python's name of a text's encoding, and whether it had to be guessed. Raises SceError."""
    if asked is not None:
        return encoding_named(asked), False
    with source.bytes() as file:
        beginning = file.read(BEGINNING)
    for mark, encoding in MARKS:
        if beginning.startswith(mark):
            return encoding, False
    _refuse_two_bytes_a_letter(source, beginning)
    if _is_utf8(source):
        return UTF8, False
    return _the_only_one(source, beyond_ascii(source)), True


def encoding_named(text: str) -> str:
    """Return Python's name of the encoding that --encoding gives."""
    try:
        found = codecs.lookup(text.strip())
        "a".encode(found.name)
    except (LookupError, ValueError, TypeError):
        raise SceError(
            _("--encoding {name} is not known.").format(name=quoted(text)),
            _("Give one such as utf-8, utf-16, gb18030, cp1252 or shift_jis, or leave it to be found"),
            Change("--encoding", None),
        ) from None
    return UTF8 if found.name == "utf-8" else found.name


def beyond_ascii(source: Source) -> list[bytes]:
    """Return the lines with bytes that aren't ASCII, up to MOST bytes of them, each followed by its end."""
    found, size = [], 0
    with source.bytes() as file:
        for line in file:
            if not line.isascii():
                found.append(line)
                size += len(line)
                if size > MOST:
                    break
    return found


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.bytes() as file:
        try:
            while block := file.read(MOST):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _refuse_two_bytes_a_letter(source: Source, beginning: bytes) -> None:
    """Refuse UTF-16 without its mark: every other byte of plain letters is 0."""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = beginning[start::2]
        if len(half) > 4 and half.count(0) > 0.7 * len(half) and 0 not in beginning[1 - start :: 2]:
            raise SceError(
                _("{given} looks like UTF-16 without its mark.").format(given=source.given),
                _("Add --encoding {name}").format(name=encoding),
                Change("--encoding", encoding),
            )


def _the_only_one(source: Source, lines: list[bytes]) -> str:
    """Return the only one of Windows-1252 and GB 18030 that can be meant. Raises SceError where both fit, or none."""
    meant = [encoding for encoding, fits in ((WESTERN, _western), (CHINESE, _chinese)) if fits(lines)]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise SceError(
            _("{given} is not UTF-8 text in line {line}.").format(
                given=source.given, line=line_of_bad_bytes(source, UTF8)
            ),
            _("Save the table as CSV in UTF-8, or name its encoding with --encoding."),
        )
    readings = [(encoding, lines[0].decode(encoding, "replace").strip()) for encoding in meant]
    (one, as_one), (other, as_other) = readings
    raise SceError(
        _("{given} is not UTF-8: its first line beyond ASCII can be {one} or {other}.").format(
            given=source.given, one=quoted(as_one), other=quoted(as_other)
        ),
        _("Add --encoding {one} for the one, or --encoding {other} for the other").format(one=one, other=other),
        Change("--encoding", one),
    )


def line_of_bad_bytes(source: Source, encoding: str) -> int:
    """Return the first line that isn't of the encoding, which has one byte for a line's end."""
    with source.bytes() as file:
        for line, content in enumerate(file, start=1):
            try:
                content.decode(encoding)
            except UnicodeError:
                return line
    return 1


def _western(lines: list[bytes]) -> bool:
    """Whether the text is Western in Windows-1252: accented letters within words, and signs that are in use."""
    try:
        text = b"".join(lines).decode(WESTERN)
    except UnicodeDecodeError:
        return False
    runs = list(_runs(text))
    good = all(sign.isalpha() or sign in WESTERN_SIGNS for run in runs for sign in run)
    return good and max(map(len, runs), default=0) <= LONGEST_RUN


def _runs(text: str) -> Iterator[str]:
    """Yield what stands together beyond ASCII."""
    run = ""
    for sign in text:
        if sign.isascii():
            if run:
                yield run
            run = ""
        else:
            run += sign
    if run:
        yield run


def _chinese(lines: list[bytes]) -> bool:
    """Whether the text is Chinese in GB 18030: three quarters of its characters are of the 3755 commonest, or signs.

    These are in the rows 16 to 55 of GB 2312, the signs in the rows 1 to 3; accented letters of Western words, which
    are lower-case most often, would be in later rows or outside.
    """
    try:
        text = b"".join(lines).decode(CHINESE)
    except UnicodeDecodeError:
        return False
    encoded = [sign.encode(CHINESE) for sign in set(text) if not sign.isascii()]
    common = sum(len(code) == 2 and code[1] >= 0xA1 and 0xA1 <= code[0] <= 0xD7 for code in encoded)
    return common >= 0.75 * len(encoded)
