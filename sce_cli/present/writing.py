"""The only way to the streams and to files: text that is printed, files that are whole or not there."""

import os
import select
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from sce_cli.errors import SceError, quoted, why
from sce_cli.study import Content
from sce_cli.translation import _


def write(text: str) -> None:
    """Write to stdout; a reader that has closed the pipe has seen enough."""
    write_all([text])


def write_all(texts: Iterable[str]) -> None:
    """Write to stdout, one text after the other, as `write` does."""
    try:
        for text in texts:
            sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered has nowhere to go
        if not isinstance(error, BrokenPipeError):
            raise SceError(
                _("standard output can't be written: {reason}.").format(reason=why(error)),
                _("Free some room, or send it elsewhere."),
            ) from error


def control(stream: IO[str], codes: str) -> None:
    """Send a terminal control codes at once, past what is being written; one that takes nothing is left."""
    with suppress(OSError, ValueError):
        descriptor = stream.fileno()
        if select.select([], [descriptor], [], 0)[1]:
            os.write(descriptor, codes.encode())


def save(option: str, path: Path, data: Content) -> None:
    """Write a file whole, or leave what was there; option: what named it."""
    try:
        _write_whole(path.resolve(), data)
    except OSError as error:
        raise SceError(
            _("{option} {path} can't be written: {reason}.").format(
                option=option, path=quoted(path), reason=why(error)
            ),
            _("Name a file in a folder that you may write to."),
        ) from error


def _write_whole(path: Path, data: Content) -> None:
    """Write to a temporary name beside the target and rename, so that no half-written file is ever left.

    The name can't be foreseen and is never one that exists: in a folder of many users it may be a link laid in wait.
    """
    temporary = path.with_name(f".sce-{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as file:
            for piece in [data] if isinstance(data, bytes) else data:
                file.write(piece)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
