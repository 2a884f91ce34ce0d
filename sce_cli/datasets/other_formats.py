"""Files that hold a table but are no text: named as what they are, with how to save them as CSV."""

import shlex
import zipfile
from typing import BinaryIO

from sce_cli.datasets.files import Source
from sce_cli.errors import SceError

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MARKS = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"SQLite format 3": "an SQLite database",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"\x93NUMPY": "a single array, not an archive",
    b"%PDF-": "a PDF document",
}

PACKED = {
    b"BZh": ("bzip2", "bunzip2"),
    b"\xfd7zXZ\x00": ("xz", "unxz"),
    b"\x28\xb5\x2f\xfd": ("zstd", "unzstd"),
    b"7z\xbc\xaf": ("7-Zip", "7z x"),
}

FROM_PANDAS = {"a Parquet file": "parquet", "an Arrow file": "feather", "a Feather file": "feather"}


def refuse_other_formats(source: Source, name: str) -> None:
    """Refuse a file that isn't text, and say how to make text of it. name: as it was given."""
    with source.bytes() as file:
        beginning = file.read(16)
        for mark, (packer, unpacker) in PACKED.items():
            if beginning.startswith(mark):
                raise SceError(f"{source.given} is packed by {packer}.", f"Unpack it: {unpacker} {shlex.quote(name)}")
        if beginning.startswith(ZIP):
            raise _zipped(source.given, name, file)
    if beginning.startswith(OLD_OFFICE):
        raise _workbook(source.given, "an Excel workbook")
    for mark, what in MARKS.items():
        if beginning.startswith(mark):
            raise SceError(f"{source.given} is {what}, not text.", _as_csv(what, name))


def _zipped(given: str, name: str, file: BinaryIO) -> SceError:
    """Return the error of a zip archive, which may be a workbook."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    if any(member.startswith("xl/") for member in names):
        return _workbook(given, "an Excel workbook")
    if "content.xml" in names:
        return _workbook(given, "an OpenDocument workbook")
    inside = [member for member in names if member.isprintable()]
    remedy = f"Unpack it: unzip {shlex.quote(name)}"
    return SceError(
        f"{given} is a zip archive.", f"{remedy}, then give {shlex.quote(inside[0])}." if inside else remedy
    )


def _workbook(given: str, what: str) -> SceError:
    return SceError(
        f"{given} is {what}, not text.",
        "Save the sheet as CSV: File, Save as, CSV UTF-8; then give that file.",
    )


def _as_csv(what: str, name: str) -> str:
    """Return how to save a file as CSV."""
    reader = FROM_PANDAS.get(what)
    if reader is None:
        return "Export the table as CSV, and give that file."
    code = f"import pandas; pandas.read_{reader}({name!r}).to_csv('table.csv', index=False)"
    return f"Save it as CSV: python -c {shlex.quote(code)}"
