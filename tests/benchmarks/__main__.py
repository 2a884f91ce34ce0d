"""Print ratios of times and of memory, with their limits: all of them, or the rooms named on the command line."""

import sys
from importlib import import_module

from tests.benchmarks.measuring import CORES, Line, versions

ROOMS = ("startup", "kernels", "training", "growth")
PACKAGES = ("typer", "numpy", "rich", "scipy", "scikit-learn", "torch", "mlxtend")


def shown(line: Line) -> str:
    """Return a line as a row of the table."""
    limit = "" if line.limit is None else f"{line.limit:.2f}"
    spread = "" if line.spread is None else "{:.2f} … {:.2f}".format(*line.spread)
    times = f"{line.ours} | {line.theirs}"
    return f"| {line.what} | {line.beside} | {line.ratio:.2f} | {limit} | {line.verdict} | {spread} | {times} |"


def main(named: list[str]) -> None:
    """Print the table."""
    unknown = set(named) - set(ROOMS)
    if unknown:
        sys.exit(f"Name some of {', '.join(ROOMS)}, not {', '.join(sorted(unknown))}.")
    print(f"Python {sys.version.split()[0]}, {versions(*PACKAGES)}, {CORES} cores")
    print()
    print("| what | beside | ratio | limit | | quartiles | ours | beside |")
    print("|---|---|---|---|---|---|---|---|")
    for room in named or ROOMS:
        for line in import_module(f"tests.benchmarks.{room}").lines():
            print(shown(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
