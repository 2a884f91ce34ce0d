"""Files that are only read if they are what they should be; whatever else they are becomes SceError."""

import gzip
import io
import math
import os
import shutil
import stat
import sys
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sce_cli.errors import SceError, quoted

STANDARD_INPUT = "-"

GZIP = b"\x1f\x8b"


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
        raise SceError(f"{given} reads standard input, and nothing is sent there.", remedy)
    with tempfile.TemporaryFile() as kept, _readable(given):
        shutil.copyfileobj(getattr(sys.stdin, "buffer", sys.stdin), kept)
        yield Source(given, None, kept)


@contextmanager
def readable_file(given: str, path: str, remedy: str) -> Iterator[Path]:
    """Yield the path of a regular file; a pipe, which might never end, isn't one.

    given: what the user wrote, for the message, such as --data 'x.csv'. Raises SceError, also for what fails while
    the file is read.
    """
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SceError(f"{given} doesn't exist.", remedy) from None
    except ValueError:
        raise SceError(f"{given} can't be the name of a file.", remedy) from None
    except OSError as error:
        raise SceError(f"{given} can't be read: {error.strerror}.", remedy) from None
    if not stat.S_ISREG(mode):
        raise SceError(f"{given} is {'a folder' if stat.S_ISDIR(mode) else 'not a regular file'}.", remedy)
    with _readable(given):
        yield Path(path)


@contextmanager
def _readable(given: str) -> Iterator[None]:
    """Turn what fails while a file is read into SceError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise SceError(f"{given} is a damaged .gz file.", "Make it again with gzip.") from None
    except (OSError, MemoryError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "it doesn't fit into memory"
        raise SceError(f"{given} can't be read: {why}.", "Give a file that you may read.") from None


@contextmanager
def undamaged(given: str, remedy: str) -> Iterator[None]:
    """Turn whatever NumPy and zipfile raise for a damaged archive into SceError."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except MemoryError:
        raise SceError(f"{given} doesn't fit into memory.", remedy) from None
    except Exception as error:  # damaged bytes reach many parsers, each with exceptions of its own
        if "Object arrays" in str(error):
            raise SceError(f"{given} holds Python objects, which could run any code when loaded.", remedy) from None
        raise SceError(f"{given} is no .npz archive, or a damaged one.", remedy) from None


def memory() -> float:
    """Return the bytes of memory that this machine has; infinite where it doesn't tell.

    A few megabytes can unpack to gigabytes, and a system that has promised more memory than it has kills the process.
    """
    if not hasattr(os, "sysconf"):
        return math.inf
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


@contextmanager
def archive_of(given: str, path: Path, remedy: str) -> Iterator[Any]:
    """Yield an .npz archive, from which nothing is ever unpickled."""
    with path.open("rb") as file:
        with undamaged(given, remedy):
            archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile) or archive.zip is None:
            raise SceError(f"{given} is a single array, not an archive.", remedy)
        if sum(member.file_size for member in archive.zip.infolist()) > memory():
            raise SceError(f"{given} doesn't fit into memory.", remedy)
        yield archive


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
    with readable_file(given, path, remedy) as file, archive_of(given, file, remedy) as archive:
        return {name: array_of(given, archive, name, remedy) for name in archive.files}
