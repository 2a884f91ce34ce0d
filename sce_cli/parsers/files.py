"""Files to write, and names that are free for them."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG

from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _


def output_file(option: str, *endings: str) -> Callable[[str], Path]:
    """Return a parser for the path of a file to write: with one of the endings, in a folder that exists."""

    def parse(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() not in endings:
            raise SceError(
                _("{option} {value} doesn't end in {endings}.").format(
                    option=option, value=quoted(text), endings=", ".join(endings)
                ),
                _("Choose the format by the ending."),
                *_elsewhere(option, path, endings[-1]),
            )
        if not _writable(path):
            raise SceError(
                _("{option} {value} is not a file in a folder that can be written.").format(
                    option=option, value=quoted(text)
                ),
                _("Name a file in a folder of your own."),
                *_elsewhere(option, path, path.suffix),
            )
        return path

    return parse


def _elsewhere(option: str, path: Path, ending: str) -> tuple[Change, ...]:
    """Return a change to a new file in this folder, if one can be written here."""
    stem = path.stem if re.fullmatch(r"\w[\w-]{0,30}", path.stem) else "file"
    name = free_name(stem, ending)
    return (Change(option, name),) if _writable(Path(name)) else ()


def free_name(stem: str, ending: str) -> str:
    """Return the name of a file that isn't there yet: file.svg, or else file-2.svg, and so on."""
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{ending}" for number in range(1, 1000))
    return next((name for name in names if not os.path.lexists(name)), f"{stem}-new{ending}")


def _writable(path: Path) -> bool:
    """Whether this is a file that we may write to, or could be a new one; a pipe or a device is no file."""
    try:
        path = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a ring of links, a folder to work in that is gone
        return False
    try:
        return _allows(path.parent, os.W_OK | os.X_OK) and S_ISREG(path.lstat().st_mode) and _allows(path, os.W_OK)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):  # a name that is too long or that none can have
        return False


def _allows(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)
