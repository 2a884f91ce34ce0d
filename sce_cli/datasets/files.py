"""Files that are only read if they are what they should be; whatever else they are becomes SceError."""

import gzip
import io
import math
import os
import select
import shutil
import stat
import sys
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sce_cli.errors import SceError, quoted, why
from sce_cli.translation import _

STANDARD_INPUT = "-"

GZIP = b"\x1f\x8b"

LONGEST_WAIT = 1.0
"""Seconds in which somebody must have opened a pipe to write to it."""


@dataclass(frozen=True)
class Source:
    """Bytes that can be read several times: those of a file, unpacked if they are packed, or of standard input.

    given: what the user wrote, for messages, such as --data 'x.csv'. path: the file. kept: what came by standard input.
    """

    given: str
    path: Path | None
    kept: IO[bytes] | None = None

    @contextmanager
    def bytes(self) -> Iterator[BinaryIO]:
        """Yield the bytes from the first on."""
        if self.kept is not None:
            self.kept.seek(0)
            yield self._unpacked(self.kept)
            return
        assert self.path is not None
        with self.path.open("rb") as file:
            yield self._unpacked(file)

    @contextmanager
    def text(self, encoding: str) -> Iterator[io.TextIOWrapper]:
        """Yield the decoded lines, each with its end as it is."""
        with self.bytes() as file:
            text = io.TextIOWrapper(file, encoding=encoding, newline="")
            try:
                yield text
            finally:
                text.detach()

    def _unpacked(self, file: Any) -> Any:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        return gzip.GzipFile(fileobj=file) if packed else file


@contextmanager
def standard_input(given: str, remedy: str) -> Iterator[Source]:
    """Yield what comes by standard input, which is kept in a file without a name while it's read."""
    if sys.stdin is None or sys.stdin.isatty():
        raise SceError(_("{given} reads standard input, and nothing is sent there.").format(given=given), remedy)
    with kept(given, getattr(sys.stdin, "buffer", sys.stdin)) as source:
        yield source


@contextmanager
def pipe(given: str, path: str, remedy: str) -> Iterator[Source]:
    """Yield what comes by a pipe with a name, as <(...) is one, read once. Raises SceError if nobody writes to it."""
    with _readable(given):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        first = _first_byte(descriptor)
        if first is None:
            raise SceError(_("{given} is a pipe that nobody writes to.").format(given=given), remedy)
        os.set_blocking(descriptor, True)
        with kept(given, file, first) as source:
            yield source


def _first_byte(descriptor: int) -> bytes | None:
    """Return the first byte of a pipe that doesn't block, b"" if it comes later; None if nobody writes to it.

    A writer may open it a moment after the reader.
    """
    hung_up, end = select.poll(), time.monotonic() + LONGEST_WAIT
    hung_up.register(descriptor, select.POLLHUP)
    while time.monotonic() < end:
        try:
            first = os.read(descriptor, 1)
        except BlockingIOError:
            return b""
        if first or hung_up.poll(0):
            return first
        time.sleep(0.01)
    return None


@contextmanager
def kept(given: str, file: Any, first: bytes = b"") -> Iterator[Source]:
    """Yield the bytes of a stream, of which the first may have been read, kept so that they can be read again."""
    with tempfile.TemporaryFile() as copy, _readable(given):
        for stream in (io.BytesIO(first), file):
            shutil.copyfileobj(stream, copy)
        yield Source(given, None, copy)


@contextmanager
def readable_file(given: str, path: str, remedy: str) -> Iterator[Path]:
    """Yield the path of a regular file; a pipe, which might never end, isn't one.

    given: what the user wrote, for the message, such as --data 'x.csv'. Raises SceError, also for what fails while
    the file is read.
    """
    mode = mode_of(given, path, remedy)
    if stat.S_ISDIR(mode):
        raise SceError(_("{given} is a folder.").format(given=given), remedy)
    if not stat.S_ISREG(mode):
        raise SceError(_("{given} is not a regular file.").format(given=given), remedy)
    with _readable(given):
        yield Path(path)


def mode_of(given: str, path: str, remedy: str) -> int:
    """Return what kind of file a path names, as os.stat tells it. Raises SceError."""
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SceError(_("{given} doesn't exist.").format(given=given), remedy) from None
    except ValueError:
        raise SceError(_("{given} can't be the name of a file.").format(given=given), remedy) from None
    except OSError as error:
        raise SceError(_("{given} can't be read: {why}.").format(given=given, why=why(error)), remedy) from None


@contextmanager
def _readable(given: str) -> Iterator[None]:
    """Turn what fails while a file is read into SceError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise SceError(_("{given} is a damaged .gz file.").format(given=given), _("Make it again with gzip.")) from None
    except MemoryError:
        said = _("{given} can't be read: it doesn't fit into memory.").format(given=given)
        raise SceError(said, _("Give a file that you may read.")) from None
    except OSError as error:
        said = _("{given} can't be read: {why}.").format(given=given, why=why(error))
        raise SceError(said, _("Give a file that you may read.")) from None


@contextmanager
def undamaged(given: str, remedy: str) -> Iterator[None]:
    """Turn whatever NumPy and zipfile raise for a damaged archive into SceError."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except MemoryError:
        raise SceError(_("{given} doesn't fit into memory.").format(given=given), remedy) from None
    except Exception as error:  # damaged bytes reach many parsers, each with exceptions of its own
        said = _("{given} is no .npz archive, or a damaged one.")
        if "Object arrays" in str(error):
            said = _("{given} holds Python objects, which could run any code when loaded.")
        raise SceError(said.format(given=given), remedy) from None


def memory() -> float:
    """Return the bytes of memory that this machine has; infinite where it doesn't tell.

    A few megabytes can unpack to gigabytes, and a system that has promised more memory than it has kills the process.
    """
    if not hasattr(os, "sysconf"):
        return math.inf
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


@contextmanager
def archive_of(source: Source, remedy: str) -> Iterator[Any]:
    """Yield an .npz archive, from which nothing is ever unpickled."""
    given = source.given
    with source.bytes() as file:
        with undamaged(given, remedy):
            archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile) or archive.zip is None:
            raise SceError(_("{given} is a single array, not an archive.").format(given=given), remedy)
        if sum(member.file_size for member in archive.zip.infolist()) > memory():
            raise SceError(_("{given} doesn't fit into memory.").format(given=given), remedy)
        yield archive


def rows_of(given: str, archive: Any, name: str, remedy: str) -> int:
    """Return how many rows an array of an archive has, read from its header alone; 0 if it has no axis."""
    with undamaged(given, remedy), archive.zip.open(f"{name}.npy") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _fortran_order, _dtype = read(file)
    return shape[0] if shape else 0


def array_of(given: str, archive: Any, name: str, remedy: str) -> NDArray[Any]:
    """Return one array of an archive."""
    with undamaged(given, remedy):
        array = archive[name]
        if not isinstance(array, np.ndarray):
            raise TypeError(name)  # bytes: a file in the archive that isn't an array
        if array.dtype.kind == "U" and _largest_code_point(array) > sys.maxunicode:
            raise ValueError(name)  # NumPy would raise SystemError when the text is first looked at
    return array


def _largest_code_point(texts: NDArray[Any]) -> int:
    """Return the largest number that an array of texts has for a character."""
    code_points = np.dtype(np.uint32).newbyteorder(texts.dtype.byteorder)
    return int(texts.ravel().view(code_points).max(initial=0)) if texts.dtype.itemsize else 0


def read_archive(option: str, path: str, remedy: str) -> dict[str, NDArray[Any]]:
    """Return all arrays of an .npz archive by their names."""
    given = f"{option} {quoted(path)}"
    with readable_file(given, path, remedy) as file, archive_of(Source(given, file), remedy) as archive:
        return {name: array_of(given, archive, name, remedy) for name in archive.files}
