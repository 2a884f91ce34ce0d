"""The console script `sce`, and `python -m sce_cli`."""

import os
import sys
from typing import Any


def main() -> None:
    """Run the command line and leave with its exit code."""
    # many small matrix products: threads that wait for a core taken by others made a training up to ten times slower
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.stdout, sys.stderr = (_writable(stream) for stream in (sys.stdout, sys.stderr))
    try:
        from sce_cli.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C while modules are still being imported
        code = 130
    sys.exit(code)


def _writable(stream: Any) -> Any:
    """Return a stream that takes every character, whatever its encoding; the null device for a closed one."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return stream


if __name__ == "__main__":
    main()
