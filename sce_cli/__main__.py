"""The console script `sce`, and `python -m sce_cli`."""

import codecs
import gc
import os
import re
import shutil
import sys
from typing import Any

SELDOM = 100_000
"""New objects before rubbish is searched for: importing makes tens of thousands, of which none is any."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(SELDOM)
    # many small matrix products: threads that wait for a core taken by others made a training up to ten times slower
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.stdout, sys.stderr = (_writable(stream) for stream in (sys.stdout, sys.stderr))
    _settle_size()
    try:
        from sce_cli.memory import look_for_room

        look_for_room()
        from sce_cli.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C while modules are still being imported
        code = 130
    except MemoryError:  # while they are, or while a mistake is told
        os.write(2, b"Error: memory ran out.\nAllow more: ulimit -v tells the limit.\n")
        code = 2
    gc.freeze()  # the search for rubbish among all that is left took an eighth of a short command's time
    sys.exit(code)


SIZE = re.compile("0*[1-9][0-9]{0,3}")
"""A number of columns or lines that a screen can have."""


def _settle_size() -> None:
    """Let the environment name only sizes that a screen can have: it is read in many places, by Rich and Typer too.

    Tell Rich the size of a dumb terminal, which it would take for one of 80 columns.
    """
    for name in ("COLUMNS", "LINES", "TERMINAL_WIDTH"):
        if not SIZE.fullmatch(os.environ.get(name, "1")):
            del os.environ[name]
    if os.environ.get("TERM") in {"dumb", "unknown"}:
        columns, lines = shutil.get_terminal_size()
        os.environ.setdefault("COLUMNS", str(columns))
        os.environ.setdefault("LINES", str(lines))


def _writable(stream: Any) -> Any:
    """Return a stream that takes every character, whatever its encoding; the null device for a closed one."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if hasattr(stream, "reconfigure"):
        codecs.register_error(STAND_IN, _stand_in)
        stream.reconfigure(errors=STAND_IN)
    return stream


STAND_IN = "sce-stand-in"


def _stand_in(fault: UnicodeError) -> tuple[str | bytes, int]:
    """Return what to write for a character that a stream can't carry, and where to go on.

    It's an escape, but a dot for the ellipsis that the help shortens words with, so that its columns stay in place.
    """
    if isinstance(fault, UnicodeEncodeError) and fault.object[fault.start] == "…":
        return ".", fault.start + 1
    return codecs.backslashreplace_errors(fault)


if __name__ == "__main__":
    main()
