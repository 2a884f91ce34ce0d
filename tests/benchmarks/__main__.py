"""Print how long whole commands take beside the least that any command of their kind takes."""

import os
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

BARE = Path(__file__).with_name("bare.py")
RUNS = 25


def seconds(command: list[str]) -> float:
    """Run one command and return its wall time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def ratio(command: list[str], reference: list[str]) -> tuple[float, float, float]:
    """Time both commands in turn; return the median of the pairs' ratios and each one's median time."""
    seconds(command), seconds(reference)
    pairs = [(seconds(command), seconds(reference)) for _ in range(RUNS)]
    times, references = zip(*pairs, strict=True)
    median = statistics.median(a / b for a, b in pairs)
    return median, statistics.median(times), statistics.median(references)


def imported_by(command: list[str]) -> set[str]:
    """Return the top-level packages that a command imports."""
    log = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in log.stderr.splitlines()}


def main() -> None:
    """Print the table."""
    python, sce = sys.executable, [sys.executable, "-m", "sce_cli"]
    packages = ", ".join(f"{name} {version(name)}" for name in ("typer", "numpy", "rich"))
    print(f"Python {sys.version.split()[0]}, {packages}, {os.cpu_count()} cores, {RUNS} pairs of whole processes")
    print()
    print("| command | beside | ratio | limit | seconds |")
    print("|---|---|---|---|---|")
    median, ours, theirs = ratio([*sce, "mle", "--white", "6", "--black", "4"], [python, str(BARE), "--number", "6"])
    print(
        f"| `sce mle` | bare Typer program, with NumPy and Rich | {median:.2f} | 1.30 | {ours:.2f}, {theirs:.2f} |"
    )
    heavy = imported_by(["-m", "sce_cli", "--help"]) & {"numpy", "matplotlib"}
    print(f"| `sce --help` | imports of NumPy and matplotlib | {len(heavy)} | 0 | |")


if __name__ == "__main__":
    main()
