"""Pairs of timings, taken in turn: what a ratio is measured with."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

CORES = os.cpu_count() or 1
PAUSE = 0.02
"""Seconds between two timings within one process."""

COMPILED = tempfile.TemporaryDirectory(prefix="sce-benchmarks-")
"""Where processes keep what Python compiles: an installed program is compiled already, and a source tree may not be."""

SCE = [sys.executable, "-m", "sce_cli"]


@dataclass(frozen=True)
class Line:
    """One line of the table: a ratio, the limit promised, if any, and what it's the ratio of.

    spread: the quartiles of the pairs' ratios, how much the machine was disturbed. ours, theirs: with their unit.
    """

    what: str
    beside: str
    ratio: float
    limit: float | None = None
    spread: tuple[float, float] | None = None
    ours: str = ""
    theirs: str = ""

    @property
    def verdict(self) -> str:
        """Whether the limit is met."""
        if self.limit is None:
            return ""
        return "met" if self.ratio <= self.limit else "missed"


Timed = Callable[[], float]
"""Does its work once and returns the seconds that it took."""


def compared(what: str, beside: str, ours: Timed, theirs: Timed, *, limit: float | None, pairs: int) -> Line:
    """Return the line of two works done in turn, after one pair that warms up: the median of the pairs' ratios."""
    ours(), theirs()
    first, second = zip(*((ours(), theirs()) for _ in range(pairs)), strict=True)
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    times = [f"{statistics.median(seconds):.3g} s" for seconds in (first, second)]
    return Line(what, beside, median, limit, (low, high), *times)


def work(function: Callable[[], object], repeats: int = 1) -> Timed:
    """Return the timing of a function: the seconds of one call, from several in a row after one that isn't counted.

    What ran before may have threads that still spin, waiting for more: they get a moment to lie down.
    """

    def timed() -> float:
        time.sleep(PAUSE)
        function()
        start = time.perf_counter()
        for _ in range(repeats):
            function()
        return (time.perf_counter() - start) / repeats

    return timed


def environment() -> dict[str, str]:
    """Return the environment of a process that finds everything compiled, after its first run."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": COMPILED.name}


def process(*command: str, **variables: str) -> Timed:
    """Return the timing of a whole process, whose output is thrown away; variables: of its environment."""

    def timed() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**environment(), **variables})
        return time.perf_counter() - start

    return timed


def versions(*packages: str) -> str:
    """Return the packages' versions, without those that aren't installed."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def leave_out(package: str) -> None:
    """Say that lines are missing because a package is."""
    print(f"Left out what needs {package}, which isn't installed.", file=sys.stderr)
