"""Bars beside each other, and a matrix in shades."""

import io

import numpy as np
import pytest
from rich.cells import cell_len

from sce_cli.core import softmax_jacobian
from sce_cli.drawing.bars import BarColumns, Bars
from sce_cli.drawing.picture import ShadedMatrix
from sce_cli.drawing.screen import Screen

COLUMNS = BarColumns(["cat", "红鸟", "[x]"], {"T = 0.5": (0.75, 0.25, 0.0), "T = 2": (0.5, 0.375, 0.125)})


def drawn(shown: object, width: int, *, ascii_only: bool = False) -> list[str]:
    screen = Screen(io.StringIO(), ascii_only=ascii_only, width=width)
    screen.print(shown)
    return screen.text.splitlines()


@pytest.mark.parametrize("width", [24, 40, 60, 80])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_series_stand_side_by_side_each_below_its_name(width: int, ascii_only: bool) -> None:
    head, *rows = drawn(COLUMNS, width, ascii_only=ascii_only)
    assert max(map(cell_len, [head, *rows])) <= width
    assert head.split("  ")[-1].strip() == "T = 2"
    for row, values in zip(rows, (("0.750", "0.500"), ("0.250", "0.375"), ("0.000", "0.125")), strict=True):
        assert [word for word in row.split() if word[0] == "0"] == list(values)


def test_a_bar_is_as_long_as_its_value() -> None:
    _, row, *_ = drawn(COLUMNS, 60)
    lengths = [len(word) for word in row.split() if word[0] == "█"]
    assert lengths[0] == pytest.approx(1.5 * lengths[1], abs=1)


def test_of_many_rows_the_middle_is_left_out() -> None:
    many = BarColumns([str(k) for k in range(40)], {"p": [0.025] * 40})
    assert len(drawn(many, 60)) == 13
    assert any("…" in line for line in drawn(many, 60))


@pytest.mark.parametrize(("width", "columns"), [(60, 5), (40, 3)])
def test_a_matrix_is_as_dark_as_its_entries_are_large(width: int, columns: int) -> None:
    matrix = softmax_jacobian([3.0, 1.0, 0.0, -1.0, -2.0])
    names = [f"i = {k}" for k in range(5)]
    head, *rows = drawn(ShadedMatrix(matrix, names, names), width)
    assert len(head.split("i = ")) - 1 == columns
    assert max(map(cell_len, [head, *rows])) <= width
    assert head.endswith("…") is (columns < 5)
    shades = [row.split(" = ")[1][1:].strip()[0] for row in rows]
    assert shades[0] == "█"
    assert [" ░▒▓█".index(shade) if shade in " ░▒▓█" else 0 for shade in shades] == sorted(
        (" ░▒▓█".index(shade) if shade in " ░▒▓█" else 0 for shade in shades), reverse=True
    )
    assert f"{matrix[0, 0]:+.3f}" in rows[0]


def test_a_matrix_of_zeros_is_blank() -> None:
    _, row = drawn(ShadedMatrix(np.zeros((1, 2)), ["i"], ["a", "b"]), 40)
    assert row.split() == ["i", "+0.000", "+0.000"]


def test_bars_have_four_digits_and_points_below_each_other() -> None:
    lines = drawn(Bars(["cat", "dog", "bird"], [0.659, 0.341, 5.6e-9]), 60)
    assert [line.split()[1] for line in lines] == ["0.6590", "0.3410", "5.6e-9"]
    assert max(map(len, lines)) <= 60
    assert drawn(Bars(["only"], [1.0]), 30) == ["only 1  ██████████████████████"]
