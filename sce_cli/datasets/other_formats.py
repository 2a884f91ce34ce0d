"""Files that hold a table but are no text: named by their first bytes, with how to save them as CSV."""

import re
import shlex
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from sce_cli.datasets.files import STANDARD_INPUT, Source, memory
from sce_cli.errors import SceError
from sce_cli.translation import N_, _

ZIP = b"PK\x03\x04"

BEGINNING = 1024

WORKBOOK = N_("Save the sheet as CSV: File, Save as, CSV UTF-8; then give that file.")
EXPORT = N_("Export the table as CSV, and give that file.")
COPY = N_("Copy the table into a spreadsheet, save that as CSV, and give that file.")
ARRAY = "import numpy; a = numpy.load({name!r}); numpy.savez('table.npz', X=a[:, :-1], y=a[:, -1])"
PANDAS = "import pandas; pandas.READ({name!r}MORE).to_csv('table.csv', index=False)"
READ_R = "write.csv(readRDS({name!r}), 'table.csv', row.names=FALSE)"
LOAD_R = "write.csv(get(load({name!r})[1]), 'table.csv', row.names=FALSE)"


@dataclass(frozen=True)
class Format:
    """A kind of file: how its first bytes look, what it is called, and how it becomes CSV.

    remedy: a sentence. program, code: what runs some code that writes the table, and it, for a file's name.
    """

    beginning: bytes
    what: str
    remedy: str = EXPORT
    program: str = ""
    code: str = ""

    def said(self, source: Source, name: str) -> SceError:
        """Return the error that names a file as what it is."""
        if not self.code:
            return SceError(_(self.what).format(given=source.given), _(self.remedy))
        line = f"{self.program} {_in_quotes(self.code.format(name=name))}"
        return SceError(
            _(self.what).format(given=source.given), _("Save it anew, and give that file: {line}").format(line=line)
        )


def _in_quotes(code: str) -> str:
    """Return code as a word for the shell, in double quotes if nothing in it means anything there."""
    return shlex.quote(code) if set(code) & set('"$`!\\') else f'"{code}"'


def _pandas(beginning: bytes, what: str, reader: str, more: str = "") -> Format:
    return Format(beginning, what, program="python -c", code=PANDAS.replace("READ", reader).replace("MORE", more))


READ_SVM = (
    "import numpy, sklearn.datasets; X, y = sklearn.datasets.load_svmlight_file({name!r}); "
    "numpy.savez('table.npz', X=X.toarray(), y=y)"
)
SVM_LINE = rb"[+-]?\d+(?:\.\d+)?(?:[ \t]+\d+:[+-]?[0-9.eE+-]+){2,}[ \t]*(?:#[^\n]*)?\r?\n"

JSON_TEXT = rb'\s*(?:\{\s*"|\[\s*(?:\{|\[\s*[\["\d-]))'

FORMATS = (
    Format(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", N_("{given} is an Excel workbook, not text."), WORKBOOK),
    _pandas(rb"PAR1", N_("{given} is a Parquet file, not text."), "read_parquet"),
    _pandas(rb"ARROW1", N_("{given} is an Arrow file, not text."), "read_feather"),
    _pandas(rb"FEA1", N_("{given} is a Feather file, not text."), "read_feather"),
    Format(rb"SQLite format 3", N_("{given} is an SQLite database, not text.")),
    Format(rb"MATLAB [57]", N_("{given} is a MATLAB file, not text.")),
    Format(rb"\x89HDF\r\n\x1a\n", N_("{given} is an HDF5 file, not text.")),
    Format(rb"\x93NUMPY", N_("{given} is a single array, not an archive."), program="python -c", code=ARRAY),
    Format(
        rb"X\n\x00\x00\x00|A\n[23]\n\d{5,6}\n\d{5,6}\n",
        N_("{given} is an R object, not text."),
        "",
        "Rscript -e",
        READ_R,
    ),
    Format(rb"RD[XA]\d\n", N_("{given} is an R workspace, not text."), program="Rscript -e", code=LOAD_R),
    _pandas(rb"[\x66-\x77][\x01\x02]\x01\x00|<stata_dta>", N_("{given} is a Stata file, not text."), "read_stata"),
    _pandas(rb"\$FL[23]", N_("{given} is an SPSS file, not text."), "read_spss"),
    _pandas(rb"\x00{12}\xc2\xea\x81\x60", N_("{given} is a SAS file, not text."), "read_sas"),
    Format(rb"\x80[\x02-\x05]", N_("{given} is a Python pickle, which could run any code when loaded.")),
    Format(rb"%PDF-", N_("{given} is a PDF document, not text."), COPY),
    Format(rb"\{\\rtf", N_("{given} is a text document in RTF, not a table."), COPY),
    Format(
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00{4}|II\*\x00|MM\x00\*|RIFF.{4}WEBP",
        N_("{given} is an image, not text."),
        N_("Type the numbers into a table, save that as CSV, and give that file."),
    ),
    Format(
        rb".{257}ustar",
        N_("{given} is a tar archive, not text."),
        N_("Unpack it with tar -xf, and give a table of it."),
    ),
    Format(rb"\s*(?:<\?xml|<\?mso|<Workbook)", N_("{given} is an XML document, not a table."), COPY),
    Format(
        rb"(?i)\s*<(?:!doctype|html|head|body|meta|table|div|style|!--)",
        N_("{given} is a page in HTML, not a table."),
        COPY,
    ),
    _pandas(
        JSON_TEXT + rb"[^\n]*\}\s*\n\s*\{",
        N_("{given} is a file of JSON lines, not a table."),
        "read_json",
        ", lines=True",
    ),
    _pandas(JSON_TEXT, N_("{given} is a JSON document, not a table."), "read_json"),
    Format(
        rb"(?i)(?:\s*%[^\n]*\n)*\s*@relation\s",
        N_("{given} is an ARFF file of Weka, not a table."),
        N_("Remove the lines up to @data, and give that file."),
    ),
    Format(SVM_LINE * 2, N_("{given} is a file of LIBSVM, not a table."), program="python -c", code=READ_SVM),
    Format(rb"PK\x05\x06", N_("{given} is an empty zip archive."), N_("Give a file that holds a table.")),
    Format(ZIP, N_("{given} is a zip archive within another one."), N_("Unpack it, and give a table of it.")),
)

PACKED = {
    b"BZh": (N_("{given} is packed by bzip2."), "bunzip2"),
    b"\xfd7zXZ\x00": (N_("{given} is packed by xz."), "unxz"),
    b"\x28\xb5\x2f\xfd": (N_("{given} is packed by zstd."), "unzstd"),
    b"7z\xbc\xaf": (N_("{given} is packed by 7-Zip."), "7z x"),
    b"Rar!": (N_("{given} is packed by RAR."), "unrar x"),
}


def refuse_other_formats(source: Source, name: str) -> None:
    """Refuse a file that isn't a text table, and say how to make one of it. name: as it was given. Raises SceError."""
    with source.bytes() as file:
        beginning = file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf")
    for mark, (said, unpacker) in PACKED.items():
        if beginning.startswith(mark):
            line = f"{unpacker} {shlex.quote(name)}"
            raise SceError(_(said).format(given=source.given), _("Unpack it: {line}").format(line=line))
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        beginning = beginning[2:].replace(b"\0", b"")
    for kind in FORMATS:
        if re.match(kind.beginning, beginning, re.DOTALL):
            raise kind.said(source, "FILE" if name == STANDARD_INPUT else name)


@contextmanager
def only_member(source: Source, name: str) -> Iterator[Source]:
    """Yield the only file in a zip archive, or the source itself if it's none. Raises SceError for several files."""
    with source.bytes() as file:
        if file.read(len(ZIP)) != ZIP:
            yield source
            return
        with tempfile.TemporaryFile() as copy:
            _unzip(source.given, name, file, copy)
            yield Source(source.given, None, copy)


def _unzip(given: str, name: str, file: BinaryIO, copy: BinaryIO) -> None:
    """Copy the only file of a zip archive; a workbook and an archive of several files are named."""
    unpack = _("Unpack it: {line}").format(line=f"unzip {shlex.quote(name)}")
    try:
        with zipfile.ZipFile(file) as archive:
            files = [member for member in archive.infolist() if _is_file(member.filename)]
            _refuse_office(given, [member.filename for member in files])
            if len(files) != 1:
                raise _several_files(given, name, [member.filename for member in files])
            if files[0].file_size > memory():
                raise SceError(_("{given} doesn't fit into memory.").format(given=given), unpack)
            with archive.open(files[0]) as member:
                shutil.copyfileobj(member, copy)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise SceError(_("{given} is a damaged zip archive, or a locked one.").format(given=given), unpack) from None


def _several_files(given: str, name: str, members: list[str]) -> SceError:
    """Return the error of an archive that doesn't hold one table. name: as it was given."""
    line = f"unzip {shlex.quote(name)}"
    shown = next((member for member in members if member.isprintable()), "")
    return SceError(
        _("{given} is a zip archive of {count} files.").format(given=given, count=len(members)),
        _("Unpack it, then give one of them, such as {file}: {line}").format(file=shlex.quote(shown), line=line)
        if shown
        else _("Unpack it: {line}").format(line=line),
    )


def _is_file(member: str) -> bool:
    """Whether a member of a zip archive is a file, and not one that macOS keeps beside it."""
    return not member.endswith("/") and not member.startswith("__MACOSX/") and not member.endswith(".DS_Store")


def _refuse_office(given: str, members: list[str]) -> None:
    if any(member.startswith("word/") for member in members):
        raise SceError(_("{given} is a Word document, not text.").format(given=given), _(COPY))
    if any(member.startswith("xl/") for member in members):
        raise SceError(_("{given} is an Excel workbook, not text.").format(given=given), _(WORKBOOK))
    if any(member.startswith("Index/") and member.endswith(".iwa") for member in members):
        raise SceError(_("{given} is a Numbers workbook, not text.").format(given=given), _(WORKBOOK))
    if "content.xml" in members:
        raise SceError(_("{given} is an OpenDocument workbook, not text.").format(given=given), _(WORKBOOK))
