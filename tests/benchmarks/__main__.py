"""Print ratios of times and of memory, with their limits: all of them, or the rooms named on the command line.

With --write, the whole table is also written into examples/speed.md and, in short, into the README.
"""

import sys
from importlib import import_module

from tests.benchmarks.measuring import CORES, Line, versions
from tests.readme import write_table

ROOMS = ("startup", "playing", "kernels", "training", "growth")
HEAD = """\
| what | beside | ratio | limit | | quartiles | ours | theirs |
|---|---|---|---|---|---|---|---|"""
PACKAGES = ("typer", "numpy", "rich", "scipy", "scikit-learn", "torch", "mlxtend")


def shown(line: Line) -> str:
    """Return a line as a row of the table."""
    limit = "" if line.limit is None else f"{line.limit:.2f}"
    spread = "" if line.spread is None else "{:.2f} … {:.2f}".format(*line.spread)
    times = f"{line.ours} | {line.theirs}"
    return f"| {line.what} | {line.beside} | {line.ratio:.2f} | {limit} | {line.verdict} | {spread} | {times} |"


def main(words: list[str]) -> None:
    """Print the table; with --write, also write it into the documents."""
    named = [word for word in words if word != "--write"]
    unknown = set(named) - set(ROOMS)
    if unknown:
        sys.exit(f"Name some of {', '.join(ROOMS)}, or --write, not {', '.join(sorted(unknown))}.")
    if named and "--write" in words:
        sys.exit(f"The table is written whole: leave {', '.join(named)} or --write out.")
    rows = [f"Python {sys.version.split()[0]}, {versions(*PACKAGES)}, {CORES} cores.", "", HEAD]
    print("\n".join(rows))
    for room in named or ROOMS:
        for line in import_module(f"tests.benchmarks.{room}").lines():
            rows.append(shown(line))
            print(rows[-1], flush=True)
    if "--write" in words:
        write_table("speed", "\n".join(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
