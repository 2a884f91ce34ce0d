"""Every cell of random tables against a slow reader that is obviously right."""

import csv
import io
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sce_cli.datasets import Table, fill, load, load_for_prediction, means
from sce_cli.datasets.preparation import Preparation
from tests.each import for_each

MISSING = ("", "NA", "n/a", "NaN", "-nan", "null", "?", " ", "\u00a0", "\u200b")
UNSEEN = " \u00a0\u200b"
ONLY_IN_NUMBERS = ("None", ".", "-")
CLASSES = ("+", "-", "oak tree", "Ölm", "yew, old", 'say "x"', "7", "none", "3.0")
COLOURS = ("red", "blue green", "GREEN", "ü", "x;y", "1", "a|b", "-")


@dataclass(frozen=True)
class Written:
    """A random table: its texts cell by cell, and how they were written down."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    label: int
    decimal: str
    text: bytes

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        return [row[self.names.index(name)] for row in self.rows]


def plain(value: float, decimal: str, draw: random.Random) -> str:
    """Write a number in one of the ways that all programs know."""
    whole = [f"{value:.0f}", f"{value:+.0f}"]
    shown = draw.choice([repr(value), f"{value:.2f}", f"{value:.3e}", f"{value:.12g}", *whole])
    return shown.replace(".", decimal)


def grouped(value: float, decimal: str, draw: random.Random) -> str:
    """Write a number with thousands separators, one in two with a fraction."""
    text = f"{value * 1000:,.2f}" if draw.random() < 0.5 else f"{value * 1000:,.0f}"
    return text if decimal == "." else text.translate(str.maketrans(",.", ".,"))


WRITERS: dict[str, Callable[[float, str, random.Random], str]] = {
    "plain": plain,
    "grouped": grouped,
    "percent": lambda value, decimal, draw: f"{plain(round(value, 2), decimal, draw)} %",
    "euro": lambda value, decimal, draw: f"€{abs(value):.2f}".replace(".", decimal),
}


def random_column(kind: str, rows: int, decimal: str, gaps: float, draw: random.Random) -> list[str]:
    """Return the cells of a column: numbers in one form, or a few words, some of them missing."""
    if kind == "words":
        words = draw.sample(COLOURS, draw.randint(2, 3))
        words = ["red", "ü", "1"] if "1" in words else words  # 1 and - are numbers, and missing ones
        cells = [words[place % len(words)] for place in range(rows)]
        tokens: Sequence[str] = MISSING
    else:
        cells = [WRITERS[kind](draw.gauss(3, 40) * 10.0 ** draw.randint(-2, 2), decimal, draw) for _ in range(rows)]
        tokens = (*MISSING, *ONLY_IN_NUMBERS)
    draw.shuffle(cells)
    return [draw.choice(tokens) if draw.random() < gaps else cell for cell in cells]


def random_table(seed: int, fewest: int = 40, most: int = 60) -> Written:
    """Return a table of a few columns, written with any separator and decimal sign."""
    draw = random.Random(seed)
    delimiter = draw.choice([",", ";", "\t", "|"])
    decimal = "." if delimiter == "," and draw.random() < 0.8 else draw.choice(".,")
    count, width, label_kinds = draw.randint(fewest, most), draw.randint(1, 4), draw.sample(CLASSES, 3)
    if {"7", "3.0"} <= {*label_kinds}:
        label_kinds = ["7", "3.0", "oak tree"]  # among numbers - and none are missing cells
    kinds = ["plain", *(draw.choice([*WRITERS, "words"]) for _ in range(width - 1))]
    gaps = draw.choice([0, 0, 0.05, 0.2])
    columns = [random_column(kind, count, decimal, gaps, draw) for kind in kinds]
    label = draw.randint(0, width)
    classes = [label_kinds[place % 3] for place in range(count)]
    draw.shuffle(classes)
    columns.insert(label, classes)
    kinds.insert(label, "class")
    names = [f"name {place}" if place % 2 else f"n{place}" for place in range(width + 1)]
    rows = tuple(zip(*columns, strict=True))
    text = as_people_leave_it(written_down(names, rows, delimiter, draw), delimiter, label, draw)
    encoded = text.encode(draw.choice(["utf-8", "utf-8-sig", "utf-16"]))
    return Written(tuple(names), rows, tuple(kinds), label, decimal, encoded)


def written_down(names: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str, draw: random.Random) -> list[str]:
    """Return the lines of a table: with any quotes, blanks of any kind around numbers, and any line's end."""
    buffer, ending = io.StringIO(), draw.choice(["\n", "\r\n", "\r"])
    quoting: Any = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    lines = []
    around = draw.choice(["", "", "\u00a0", "\u200b", " "])
    for cells in (names, *rows):
        writer.writerow([f"{around}{cell}{around}" if draw.random() < 0.1 else cell for cell in cells])
        lines.append(buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()
    return lines


def as_people_leave_it(lines: Sequence[str], delimiter: str, label: int, draw: random.Random) -> str:
    """Return the lines with others above and below, and with rows that lack empty cells at their end or have more."""
    ending = lines[0][len(lines[0].rstrip("\r\n")) :]
    above = draw.choice(["", "", f"# of 2020{ending}", f"A title{ending}{ending}", f"A title{delimiter}{ending}"])
    below = draw.choice(["", "", f"  {ending}", "\x1a", ending])
    behind = draw.choice(["", "", delimiter, 2 * delimiter])
    kept = [line.removesuffix(ending) + (behind if draw.random() < 0.3 else "") + ending for line in lines[1:]]
    return "".join([above, lines[0], *kept, below])


def slow_number(cell: str, decimal: str) -> float:
    """Return a number digit by digit; NaN for a missing cell."""
    bare = cell.strip(UNSEEN)
    if bare.lower() in {token.lower().strip(UNSEEN) for token in (*MISSING, *ONLY_IN_NUMBERS)}:
        return math.nan
    digits = [sign if sign != decimal else "." for sign in bare if sign in "0123456789+-e" or sign == decimal]
    return float("".join(digits))


def slow_value(cell: str, category: str, decimal: str) -> float:
    """Return what a feature is in a row: a number, or whether the cell is the category."""
    if not category:
        return slow_number(cell, decimal)
    bare = cell.strip(UNSEEN)
    return math.nan if bare.lower() in {token.strip(UNSEEN).lower() for token in MISSING} else float(bare == category)


def expected(written: Written, preparation: Preparation) -> list[list[float]]:
    """Return every feature of every row, one cell after the other."""
    columns = [
        [slow_value(cell, feature.category, written.decimal) for cell in written.column(feature.column)]
        for feature in preparation.features
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def check_kinds(written: Written, table: Table) -> None:
    """Hold what each column was taken for against what it was written as."""
    preparation = table.preparation
    for name, kind in zip(written.names, written.kinds, strict=True):
        if kind == "class" or name in preparation.left_out:
            continue
        assert (name in preparation.categories) == (kind == "words"), (name, kind)
    numbers = [name for name, kind in zip(written.names, written.kinds, strict=True) if kind not in {"class", "words"}]
    assert not set(numbers) & set(preparation.left_out)


def check_every_cell(seed: int, fewest: int = 40, most: int = 60) -> None:
    written = random_table(seed, fewest, most)
    Path("t.txt").write_bytes(written.text)
    label = written.names[written.label]
    table = load("t.txt", label_column=label, missing="mean")
    check_kinds(written, table)
    values = np.array(expected(written, table.preparation))
    np.testing.assert_array_equal(table.features, values)
    assert table.labels is not None
    assert [table.class_names[k] for k in table.labels] == written.column(label)
    whole = ~np.isnan(values).any(axis=1)
    if len(set(np.array(written.column(label))[whole].tolist())) > 1:
        dropped = load("t.txt", label_column=label)
        np.testing.assert_array_equal(dropped.features, values[whole])
        assert dropped.reading.left_out == int((~whole).sum())
    check_new_rows(table, values)


def check_new_rows(table: Table, values: NDArray[np.float64]) -> None:
    """Hold the same rows, prepared for a model, against the training's."""
    kept = table.preparation
    new = load_for_prediction("t.txt", kept, table.class_names, missing="drop")
    np.testing.assert_array_equal(new.features, values)
    assert new.labels is not None
    assert table.labels is not None
    np.testing.assert_array_equal(new.labels, table.labels)
    filled = values.copy()
    fill(filled, means(values))
    object.__setattr__(kept, "fillings", means(values))
    np.testing.assert_array_equal(load_for_prediction("t.txt", kept, table.class_names).features, filled)


@for_each("seed", range(20))
def test_every_cell_of_a_random_table(seed: int) -> None:
    check_every_cell(seed)


@for_each("seed", range(3))
def test_every_cell_of_a_table_that_is_longer_than_the_first_look(seed: int) -> None:
    check_every_cell(10_000 + seed, 1500, 2500)


@pytest.mark.search
@pytest.mark.parametrize("block", range(20))
def test_every_cell_of_many_random_tables(block: int) -> None:
    for seed in range(20 + 80 * block, 100 + 80 * block):
        check_every_cell(seed)
    for seed in range(20_000 + 4 * block, 20_004 + 4 * block):
        check_every_cell(seed, 900, 3000)
