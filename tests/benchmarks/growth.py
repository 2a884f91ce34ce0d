"""How time and memory grow with the rows and the features."""

import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from sce_cli.core import curvature
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Objective
from sce_cli.datasets import load
from sce_cli.topics.train.run import run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import unwatched
from tests.benchmarks.kernels import drawn_objective
from tests.benchmarks.measuring import SCE, Line, Timed, compared, environment, leave_out, process, work

FEW, SOME, MANY = 10_000, 100_000, 1_000_000
WIDE, WIDER = 10_000, 100_000
"""Features of a table with few rows."""

PAIRS = 9
PEAK = Path(__file__).with_name("peak.py")


def seconds_of_a_row(examples: int) -> float:
    """Return the seconds of gradient descent for one row and epoch; there are as many rows in all at every size."""
    objective, _ = drawn_objective(examples, 10, 5)
    looks = 2 * MANY // examples

    def epochs() -> None:
        run("gd", objective, None, TrainSettings(epochs=looks - 1, learning_rate=0.1), unwatched)

    return work(epochs)() / (2 * MANY)


def time_of_a_row(examples: int) -> Timed:
    """Return the timing of a row, in a process of its own with one thread, as `sce` has."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", str(examples)]

    def timed() -> float:
        one_thread = {**environment(), "OPENBLAS_NUM_THREADS": "1"}
        return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=one_thread).stdout)

    return timed


def bound_of_a_number(examples: int, width: int) -> Timed:
    """Return the timing of the learning rate's bound, for each number of a table."""
    objective, _ = drawn_objective(examples, width, 3)
    bound = work(objective.smoothness, 5)
    return lambda: bound() / (examples * width)


def epochs(objective: Objective, parameters: Array, number: int) -> Timed:
    """Return the timing of as many evaluations of an objective, each as long as an epoch of gradient descent."""
    return work(lambda: [objective.evaluate(parameters) for _ in range(number)])


def archive(path: Path, examples: int, width: int) -> Path:
    """Write normal features and random classes to an .npz archive, and return its path."""
    random = np.random.default_rng(0)
    np.savez(path, X=random.normal(size=(examples, width)), y=random.integers(5, size=examples))
    return path


def table(path: Path, examples: int, width: int) -> Path:
    """Write normal features and named classes to a CSV file, and return its path."""
    random = np.random.default_rng(0)
    names = [f"x{place}" for place in range(width)]
    classes = random.choice(["cat", "dog", "fox"], size=examples)
    rows = (
        ",".join(map(repr, row)) + f",{name}\n"
        for row, name in zip(random.normal(size=(examples, width)).tolist(), classes, strict=True)
    )
    path.write_text(",".join([*names, "class"]) + "\n" + "".join(rows), encoding="utf-8")
    return path


def table_of_words(path: Path, examples: int, width: int) -> Path:
    """Write normal features, as many columns of a few words, and named classes to a CSV file, and return its path."""
    random = np.random.default_rng(0)
    names = [f"x{place}" for place in range(width)] + [f"w{place}" for place in range(width)]
    words = random.choice(["red", "green", "light blue"], size=(examples, width)).tolist()
    classes = random.choice(["cat", "dog", "fox"], size=examples).tolist()
    rows = zip(random.normal(size=(examples, width)).tolist(), words, classes, strict=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join([*names, "class"]) + "\n")
        file.writelines(",".join([*map(repr, numbers), *texts, name]) + "\n" for numbers, texts, name in rows)
    return path


def table_of_names(path: Path, examples: int, width: int) -> Path:
    """Write normal features, two columns of names, and named classes to a CSV file, and return its path."""
    random = np.random.default_rng(0)
    classes = random.choice(["cat", "dog", "fox"], size=examples).tolist()
    numbers = random.normal(size=(examples, width)).tolist()
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join([f"x{place}" for place in range(width)]) + ",name,street,class\n")
        for row, (values, name) in enumerate(zip(numbers, classes, strict=True)):
            file.write(",".join(map(repr, values)) + f",person {row},street {row * 7},{name}\n")
    return path


def peak_of_loading(path: Path) -> tuple[int, int]:
    """Return the most memory that loading a table takes, and what the table has, in bytes."""
    tracemalloc.start()
    loaded = load(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert loaded.labels is not None
    return peak, loaded.features.nbytes + loaded.labels.nbytes


def parsed(path: Path, width: int) -> Array:
    """Return the numbers of a CSV file as NumPy reads them, shape (N, D)."""
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(width))


def _train(data: Path) -> list[str]:
    return [*SCE, "train", "--data", str(data), "--json"]


def peak_memory(data: Path) -> int:
    """Return the most memory of `sce train` on the data, in bytes."""
    command = [*_train(data), "--epochs", "2"]
    finished = subprocess.run(
        [sys.executable, str(PEAK), *command], check=True, stdout=subprocess.PIPE, env=environment()
    )
    return int(finished.stdout)


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    few = time_of_a_row(FEW)
    for more in (SOME, MANY):
        what, beside = f"a row in an epoch, {more:,} × 10, K = 5", f"{FEW:,} rows"
        yield compared(what, beside, time_of_a_row(more), few, limit=1.25, pairs=PAIRS)
    with tempfile.TemporaryDirectory() as folder:
        yield from _wide_lines(Path(folder))
        yield from _memory_lines(Path(folder))
        csv = table(Path(folder) / "table.csv", SOME, 10)
        ours, theirs = work(lambda: load(str(csv))), work(lambda: parsed(csv, 10))
        yield compared(f"loading a CSV file, {SOME:,} × 10", "np.loadtxt", ours, theirs, limit=1.3, pairs=PAIRS)
        words = table_of_words(Path(folder) / "words.csv", SOME, 5)
        ours, theirs = work(lambda: load(str(words))), work(lambda: parsed(words, 5))
        what = f"loading a CSV file, {SOME:,} × 5 numbers and 5 words"
        yield compared(what, "np.loadtxt of the numbers", ours, theirs, limit=3, pairs=PAIRS)
        named = table_of_names(Path(folder) / "names.csv", SOME, 5)
        ours, theirs = work(lambda: load(str(named))), work(lambda: parsed(named, 5))
        what = f"loading a CSV file, {SOME:,} × 5 numbers and 2 names"
        yield compared(what, "np.loadtxt of the numbers", ours, theirs, limit=3, pairs=PAIRS)
        for path in (csv, words, named):
            peak, size = peak_of_loading(path)
            amounts = f"{peak / 1e6:.0f} MB", f"{size / 1e6:.0f} MB"
            yield Line(f"memory of loading {path.name}, {SOME:,} rows", "the table", peak / size, 1.5, None, *amounts)


def _wide_lines(folder: Path) -> Iterator[Line]:
    few, many = bound_of_a_number(60, WIDE), bound_of_a_number(60, WIDER)
    what = f"a number in the learning rate's bound, 60 × {WIDER:,}"
    yield compared(what, f"60 × {WIDE:,}", many, few, limit=1.25, pairs=PAIRS)
    objective, parameters = drawn_objective(2000, 2000, 3)
    what, beside = "the learning rate's bound, 2,000 × 2,000", f"{curvature.PRODUCTS} epochs"
    theirs = epochs(objective, parameters, curvature.PRODUCTS)
    yield compared(what, beside, work(objective.smoothness), theirs, limit=1.0, pairs=PAIRS)
    seconds = statistics.median(few() * 60 * WIDE for _ in range(PAIRS))
    yield Line(f"the learning rate's bound, 60 × {WIDE:,}", "1 s", seconds, 1.0, None, f"{seconds:.3g} s")
    wide, long = (archive(folder / f"{n}.npz", n, width) for n, width in ((60, WIDE), (600, WIDE // 10)))
    what, beside = f"`sce train`, 60 × {WIDE:,}, whole process", f"600 × {WIDE // 10:,}"
    yield compared(what, beside, process(*_train(wide)), process(*_train(long)), limit=2.0, pairs=PAIRS)


def _memory_lines(folder: Path) -> Iterator[Line]:
    if not find_spec("resource"):
        return leave_out("resource")
    for examples, width in ((MANY, 20), (600, 2 * WIDE)):
        tiny, large = (peak_memory(archive(folder / f"{n}.npz", n, width)) for n in (100, examples))
        size = (examples - 100) * width * np.dtype(np.float64).itemsize
        what = f"memory of `sce train`, {examples:,} × {width:,}, beyond that for 100"
        amounts = f"{(large - tiny) / 1e6:.0f} MB", f"{size / 1e6:.0f} MB"
        yield Line(what, "X itself", (large - tiny) / size, 1.5, None, *amounts)


if __name__ == "__main__":
    print(seconds_of_a_row(int(sys.argv[1])))
