"""The console script `sce`, and `python -m sce_cli`."""

import sys

from sce_cli.cli import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a help text or an argument may hold any character
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
