"""The chart: its ticks, where curves, marks and levels lie, and the letters that tell curves apart."""

import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from rich.cells import cell_len

from sce_cli.core.checks import Array
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.screen import PICTURE_ROWS, Screen
from sce_cli.drawing.ticks import round_ticks
from tests.each import for_each


@for_each(
    ("low", "high", "most", "ticks"),
    [
        (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.01, 0.99, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.0, 3.0, 3, [0, 1, 2, 3]),
        (0.67, 2.76, 3, [0, 1, 2, 3]),
        (0.0, 7.0, 3, [0, 5, 10]),
        (-3.0, -1.0, 5, [-3, -2.5, -2, -1.5, -1]),
        (-0.3, 0.3, 3, [-0.4, -0.2, 0, 0.2, 0.4]),
        (0.0, 3e-13, 3, [0, 1e-13, 2e-13, 3e-13]),
        (0.0, 1e308, 5, [0, 2e307, 4e307, 6e307, 8e307, 1e308]),
        (-1e308, 1e308, 5, [-1e308, -5e307, 0, 5e307, 1e308]),
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert round_ticks(low, high, most) == pytest.approx(ticks, rel=1e-12, abs=0)


@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, 0.1, 1e-9, 1e9, 1e-300, 1e308])
def test_ticks_of_one_value_enclose_it(value: float) -> None:
    ticks = round_ticks(value, value, 5)
    assert ticks[0] <= value <= ticks[-1]
    assert ticks[0] < ticks[-1]


@pytest.mark.parametrize("most", [3, 5])
def test_ticks_enclose_any_range_in_equal_round_steps(most: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(2000):
        size = 10 ** random.uniform(-9, 9)
        low = size * random.uniform(-30, 30)
        high = low + size
        ticks = round_ticks(low, high, most)
        step = ticks[1] - ticks[0]
        blur = 1e-9 * (size + abs(low))
        assert ticks[0] <= low + blur
        assert ticks[-1] >= high - blur
        assert ticks[1] > low - blur
        assert ticks[-2] < high + blur
        assert all(abs(after - before - step) <= blur for before, after in pairwise(ticks))
        assert float(f"{step:.3e}"[:5]) in (1, 2, 5)
        assert 2 <= len(ticks) <= most + 2


@dataclass(frozen=True)
class Picture:
    """A drawn chart taken apart: its cells without the axes, the y labels by row, and the line of x labels."""

    cells: list[str]
    y_labels: dict[int, str]
    x_labels: str

    @property
    def columns(self) -> int:
        """How many cells wide the drawing is."""
        return len(self.cells[0])

    @property
    def mark(self) -> tuple[int, int]:
        """The row and column of the only mark."""
        [place] = [(row, line.index(sign)) for row, line in enumerate(self.cells) for sign in "●o" if sign in line]
        return place

    @property
    def inked(self) -> list[tuple[int, int]]:
        """Every row and column where the curve or the mark is."""
        return [(row, column) for row, line in enumerate(self.cells) for column, cell in enumerate(line) if cell != " "]

    @property
    def rows(self) -> int:
        """How many lines high the drawing is."""
        return len(self.cells)

    def row_of(self, y: float) -> float:
        """Where y lies, by the labels: 0 in the top row, rows − 1 in the bottom row."""
        top, bottom = float(self.y_labels[0]), float(self.y_labels[self.rows - 1])
        return (top / 2 - y / 2) / (top / 2 - bottom / 2) * (self.rows - 1)

    def column_of(self, x: float) -> float:
        """Where x lies, by the labels."""
        left, *_, right = map(float, self.x_labels.split())
        return (x - left) / (right - left) * (self.columns - 1)

    def x_at(self, column: float) -> float:
        """Which x lies there, by the labels."""
        left, *_, right = map(float, self.x_labels.split())
        return left + column / (self.columns - 1) * (right - left)


def drawn(chart: Chart, ascii_only: bool, width: int = 60) -> Picture:
    """Draw a chart as a view does, and take it apart."""
    screen = Screen(io.StringIO(), ascii_only=ascii_only, width=width)
    screen.print(chart)
    lines = screen.text.splitlines()
    assert width - 10 < max(map(cell_len, lines)) <= width
    assert screen.text.isascii() == ascii_only
    axis = len(lines) - 2
    assert lines[0] == chart.caption
    assert PICTURE_ROWS - 2 <= axis - 1 <= PICTURE_ROWS + 2
    edge = len(lines[axis]) - len(lines[axis].lstrip())
    columns = len(lines[axis]) - edge - 1
    assert lines[axis][edge:] == ("+" + "-" * columns if ascii_only else "└" + "─" * columns)
    labels = {row: line[:edge].strip() for row, line in enumerate(lines[1:axis])}
    for row, line in enumerate(lines[1:axis]):
        assert line[edge] == ("|+" if ascii_only else "│┤")[bool(labels[row])]
    return Picture(
        [line[edge + 1 :].ljust(columns) for line in lines[1:axis]],
        {row: label for row, label in labels.items() if label},
        lines[-1][edge + 1 :].ljust(columns),
    )


def sampled(curve: Callable[[float], float], left: float, right: float, at: float, points: int = 201) -> Chart:
    """Return the chart of a curve over [left, right], marked at a value of x."""
    x = np.union1d(np.linspace(left, right, points), [at])
    return Chart(x, np.array([curve(value) for value in x]), (at, curve(at)), "a curve")


CURVES = {
    "line": sampled(lambda x: x, 0, 1, at=0.25),
    "line at its left end": sampled(lambda x: x, 0, 1, at=0),
    "line at its right end": sampled(lambda x: x, 0, 1, at=1),
    "parabola": sampled(lambda x: x * x, -1, 1, at=0),
    "hill": sampled(lambda x: 1 - (x - 2) ** 2, 0, 5, at=2),
    "within its ticks": sampled(lambda x: 3 * x, 0.15, 0.85, at=0.6),
    "negative": sampled(lambda x: -2 * x, 1, 3, at=2.2),
    "negative x": sampled(lambda x: x * x, -3, -1, at=-1.7),
    "entropy": sampled(lambda x: float(-0.6 * np.log(x) - 0.4 * np.log1p(-x)), 0.01, 0.99, at=0.6),
    "wave": sampled(lambda x: float(np.sin(x)), 0, 10, at=5),
    "constant": sampled(lambda x: 5.0, 0, 1, at=0.5),
    "constant 0": sampled(lambda x: 0.0, 0, 1, at=0.5),
    "constant negative": sampled(lambda x: -5.0, 0, 1, at=0.5),
    "constant tiny": sampled(lambda x: 1e-300, 0, 1, at=0.5),
    "constant huge": sampled(lambda x: 1e308, 0, 1, at=0.5),
    "small range": sampled(lambda x: 1e-9 * x, 0, 1, at=0.3),
    "tiny range": sampled(lambda x: 1e-14 * x, 0, 1, at=0.3),
    "small range far from 0": sampled(lambda x: 1e6 + x, 0, 1, at=0.3),
    "large range": sampled(lambda x: 1e300 * x, 0, 1, at=0.3),
    "huge range": sampled(lambda x: 1e308 * x, -1, 1, at=0.3),
}

on_any_stream = pytest.mark.parametrize("ascii_only", [False, True], ids=["braille", "ascii"])
of_every_curve = pytest.mark.parametrize("chart", CURVES.values(), ids=CURVES.keys())


@on_any_stream
@of_every_curve
def test_both_ends_of_both_axes_are_labelled(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    assert not {0, picture.rows - 1} - picture.y_labels.keys()
    gaps = [below - above for above, below in pairwise(sorted(picture.y_labels))]
    assert len(set(gaps)) == 1
    assert picture.x_labels == picture.x_labels.strip()  # the labels at the ends reach the ends
    across = [float(label) for label in picture.x_labels.split()]
    up = [float(label) for _, label in sorted(picture.y_labels.items(), reverse=True)]
    for labels, values in ((across, chart.x), (up, chart.y)):
        assert labels == sorted(set(labels))
        assert len(labels) > 2
        assert labels[0] <= values.min()
        assert values.max() <= labels[-1]


@on_any_stream
@of_every_curve
def test_the_mark_stands_where_the_labels_put_it(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    assert chart.mark is not None
    row, column = picture.mark
    assert abs(row - picture.row_of(chart.mark[1])) <= 0.5 + 1e-9
    assert abs(column - picture.column_of(chart.mark[0])) <= 0.5 + 1e-9


@on_any_stream
@of_every_curve
def test_the_curve_lies_where_the_labels_put_it(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    inked_columns = {column for _, column in picture.inked}
    first, last = picture.column_of(float(chart.x[0])), picture.column_of(float(chart.x[-1]))
    assert not set(range(round(first) + 1, round(last))) - inked_columns
    assert first - 1 <= min(inked_columns)
    assert max(inked_columns) <= last + 1
    for row, column in picture.inked:
        near = np.linspace(picture.x_at(column - 1), picture.x_at(column + 1), 41)
        rows = [picture.row_of(y) for y in np.interp(near, chart.x, chart.y)]
        assert min(rows) - 1 <= row <= max(rows) + 1


@of_every_curve
def test_braille_and_ascii_agree_within_a_cell(chart: Chart) -> None:
    braille, plain = drawn(chart, ascii_only=False), drawn(chart, ascii_only=True)
    assert (braille.mark, braille.y_labels, braille.x_labels) == (plain.mark, plain.y_labels, plain.x_labels)
    for one, other in ((braille, plain), (plain, braille)):
        for row, column in one.inked:
            assert any(max(abs(row - r), abs(column - c)) <= 1 for r, c in other.inked)


@on_any_stream
def test_the_mark_sits_on_its_curve(ascii_only: bool) -> None:
    """A level stretch runs into the mark from both sides, at whatever level."""
    floating = []
    for level in np.arange(1, 60) / 60.1:
        x = np.array([0, 0.1, 0.2, 0.8, 0.9, 1])
        picture = drawn(Chart(x, np.array([1, 1, level, level, 0, 0]), (0.5, level), "a curve"), ascii_only)
        row, column = picture.mark
        if {picture.cells[row][column - 1], picture.cells[row][column + 1]} & {" "}:
            floating.append(level)
    assert not floating


DOT_PLACES = {"1": (0, 0), "2": (1, 0), "3": (2, 0), "7": (3, 0), "4": (0, 1), "5": (1, 1), "6": (2, 1), "8": (3, 1)}
"""The row and column, within its cell, of each dot that the Unicode name of a braille pattern numbers."""


def test_the_dots_of_a_line_rise_without_a_gap() -> None:
    picture = drawn(CURVES["line at its right end"], ascii_only=False)
    rows_of: dict[int, list[int]] = {}
    for row, column in picture.inked:
        if (row, column) != picture.mark:
            for dot in unicodedata.name(picture.cells[row][column]).partition("DOTS-")[2]:
                down, across = DOT_PLACES[dot]
                rows_of.setdefault(2 * column + across, []).append(4 * row + down)
    columns = sorted(rows_of)
    assert columns == list(range(columns[0], columns[-1] + 1))
    assert len(columns) > 2 * (picture.columns - 3)
    for left, right in pairwise(columns):
        assert min(rows_of[left]) - 1 <= max(rows_of[right]) <= max(rows_of[left])
        assert min(rows_of[right]) <= min(rows_of[left])
    assert max(rows_of[columns[0]]) - min(rows_of[columns[-1]]) > 4 * (picture.rows - 2)


def test_a_line_in_ascii_is_the_picture_one_expects() -> None:
    x = np.linspace(0, 1, 11)
    screen = Screen(io.StringIO(), ascii_only=True, width=16)
    screen.print(Chart(x, x, (0.5, 0.5), "y = x"))
    assert screen.text.splitlines() == [
        "y = x",
        "  1 +         **",
        "    |        **",
        "    |       **",
        "    |      **",
        "0.5 +    *o*",
        "    |   **",
        "    |  **",
        "    | **",
        "  0 +**",
        "    +-----------",
        "     0  0.4    1",
    ]


# Several curves, curves that end, and a level

X = np.arange(200.0)
FAST, SLOW = 0.3 + 2 * np.exp(-X / 10), 0.3 + 2 * np.exp(-X / 60)


def until(end: int, y: Array) -> Array:
    """Return a curve that isn't drawn from a point on."""
    return np.where(np.arange(y.size) < end, y, np.nan)


TOGETHER = {
    "apart": np.stack([X, X + 100, X + 300]),
    "meeting": np.stack([FAST, SLOW, 0.3 + 2 * np.exp(-X / 200)]),
    "crossing": np.stack([X, 200 - X]),
    "the same": np.stack([SLOW] * 4),
    "level": np.stack([0 * X, 0 * X]),
    "one diverges": np.stack([until(45, 0.3 * 1.05**X), FAST]),
    "one ends on the other": np.stack([until(100, SLOW), SLOW]),
    "one point on the other": np.stack([SLOW, until(1, SLOW)]),
    "noise": np.stack([SLOW, SLOW + np.random.default_rng(0).normal(size=X.size) / 5]),
}
at_each_width = pytest.mark.parametrize("width", [40, 60, 80])


def lettered(y: Array, mark: tuple[float, float] | None = None) -> Chart:
    return Chart(X, y, mark, "curves", "abcd"[: len(y)])


@on_any_stream
@at_each_width
@for_each("y", TOGETHER.values())
def test_each_curve_bears_its_letter_on_it_and_near_its_end(y: Array, width: int, ascii_only: bool) -> None:
    picture = drawn(lettered(y), ascii_only, width)
    for letter, curve in zip("abcd", y, strict=False):
        places = [(row, line.index(letter)) for row, line in enumerate(picture.cells) if letter in line]
        assert 1 <= sum(line.count(letter) for line in picture.cells) <= 3
        ends = picture.column_of(float(X[np.isfinite(curve)][-1]))
        assert max(line.rfind(letter) for line in picture.cells) >= ends - picture.columns / 3
        for row, column in places:
            near = np.interp(np.linspace(picture.x_at(column - 1), picture.x_at(column + 1), 41), X, curve)
            rows = [picture.row_of(value) for value in near if np.isfinite(value)] or [picture.row_of(curve[0])]
            assert min(rows) - 1 <= row <= max(rows) + 1


@on_any_stream
@at_each_width
@for_each("name", ["apart", "meeting", "the same", "crossing"])
def test_letters_have_the_curve_between_them(name: str, width: int, ascii_only: bool) -> None:
    for line in drawn(lettered(TOGETHER[name]), ascii_only, width).cells:
        assert all(after - before > 2 for before, after in pairwise(i for i, sign in enumerate(line) if sign.isalpha()))


@on_any_stream
def test_a_letter_leaves_the_mark_alone(ascii_only: bool) -> None:
    end = (float(X[-1]), float(SLOW[-1]))
    marked = drawn(lettered(TOGETHER["the same"], end), ascii_only)
    assert abs(marked.column_of(end[0]) - marked.mark[1]) <= 0.5 + 1e-9
    assert set("abcd") < set("".join(marked.cells))


@on_any_stream
def test_without_a_mark_only_curves_are_drawn(ascii_only: bool) -> None:
    signs = set("".join(drawn(Chart(X, np.stack([FAST, SLOW]), None, "curves"), ascii_only).cells))
    assert signs == set(" *") if ascii_only else all(sign == " " or "\u2800" < sign <= "\u28ff" for sign in signs)


@on_any_stream
@pytest.mark.parametrize("hidden", [slice(120, 200), slice(0, 60), slice(50, 150)])
def test_nothing_is_drawn_where_a_curve_is_nan(hidden: slice, ascii_only: bool) -> None:
    y = SLOW.copy()
    y[hidden] = np.nan
    picture = drawn(Chart(X, y, None, "a curve"), ascii_only)
    inked = {column for _, column in picture.inked}
    expected = {round(picture.column_of(x)) for x in X[np.isfinite(y)]}
    assert inked <= {column + shift for column in expected for shift in (-1, 0, 1)}
    assert len(expected - inked) <= 2


@on_any_stream
def test_a_point_between_gaps_is_drawn(ascii_only: bool) -> None:
    y = np.where(np.isin(X, [0, 77, 199]), 1 + X, np.nan)
    picture = drawn(Chart(X, y, None, "points"), ascii_only)
    assert [column for _, column in sorted(picture.inked, reverse=True)] == [
        pytest.approx(picture.column_of(x), abs=0.75) for x in (0, 77, 199)
    ]


@on_any_stream
@pytest.mark.parametrize("level", [0.3, 1.0, 1.37])
def test_the_level_fills_what_the_curves_leave_free_of_its_row(level: float, ascii_only: bool) -> None:
    with_level = drawn(replace(lettered(TOGETHER["meeting"]), level=level), ascii_only)
    without = drawn(lettered(TOGETHER["meeting"]), ascii_only)
    own = round(with_level.row_of(level))
    assert with_level.y_labels == without.y_labels
    assert with_level.cells[own] == without.cells[own].replace(" ", "-" if ascii_only else "╌")
    assert " " in without.cells[own]
    assert [line for row, line in enumerate(with_level.cells) if row != own] == [
        line for row, line in enumerate(without.cells) if row != own
    ]


@on_any_stream
@pytest.mark.parametrize("level", [-3.0, 7.0])
def test_the_level_widens_the_range(level: float, ascii_only: bool) -> None:
    picture = drawn(Chart(X, SLOW, None, "a curve", level=level), ascii_only)
    dash = "-" if ascii_only else "╌"
    [row] = [row for row, line in enumerate(picture.cells) if dash in line]
    assert abs(row - picture.row_of(level)) <= 0.5 + 1e-9
    assert picture.cells[row] == dash * picture.columns


@on_any_stream
@for_each("at", [0, 1, 4, 137, 2500, 6666, 9998, 9999])
@for_each("spike", [-1.0, 1.0])
def test_no_spike_among_ten_thousand_points_is_lost(spike: float, at: int, ascii_only: bool) -> None:
    x = np.arange(10_000.0)
    y = np.sin(x / 1000) / 10
    y[at] = spike
    picture = drawn(Chart(x, y, None, "a spike"), ascii_only)
    row = 0 if spike > 0 else picture.rows - 1
    [column] = [column for place, column in picture.inked if place == row]
    assert abs(column - picture.column_of(float(at))) <= 1
    assert sum(column == place for _, place in picture.inked) >= picture.rows // 2  # it is joined to the curve


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [(-1, 1, ["0.1", "1", "10"]), (-0.2, 0.3, ["0.1", "1", "10"]), (-13, 0, ["1e-15", "1e-10", "1e-5", "1"])],
)
def test_an_axis_of_logarithms_is_labelled_with_whole_powers(low: float, high: float, names: list[str]) -> None:
    x = np.linspace(low, high, 50)
    screen = Screen(io.StringIO(), ascii_only=True, width=60)
    screen.print(Chart(x, x, None, "y over x", powers="xy"))
    *above, below = screen.text.splitlines()
    assert below.split() == names
    labelled = [line.split("+")[0].strip() for line in above[1:-1] if "+" in line]
    assert set(labelled) <= {"0.1", "1", "10", "1e-15", "1e-10", "1e-5"}
    assert labelled[-1] == names[0]
