"""Bars beside each other, and a matrix in shades."""

import io

import numpy as np
import pytest
from rich.cells import cell_len

from sce_cli.core import softmax_jacobian
from sce_cli.drawing.bars import BarColumns, Bars, Stack
from sce_cli.drawing.numbers import with_digits
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


def test_what_is_neither_0_nor_1_does_not_read_as_one_of_them() -> None:
    values = [0.0, 5e-324, 0.00049, 0.0005, 0.9994, 0.9996, 1 - 2**-53, 1.0]
    _, *rows = drawn(BarColumns([str(k) for k in range(8)], {"p": values}), 40)
    assert [row.split()[1] for row in rows] == ["0.000", "<.001", "<.001", "0.001", "0.999", ">.999", ">.999", "1.000"]


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("parts", [(0.673, 0.0201), (0.0, 2.0), (3.0, 0.0), (1e308, 1e308), (1.0, 2.0, 5.0)])
def test_each_part_of_a_stack_begins_where_the_one_before_ends(parts: tuple[float, ...], ascii_only: bool) -> None:
    labels, numbers = [*(f"part {k}" for k in range(len(parts))), "whole"], [*map(str, range(len(parts))), "all"]
    for width in (30, 60, 80):
        rows = drawn(Stack(labels, numbers, parts), width, ascii_only=ascii_only)
        bars = [row[len("part 0") + 2 + 3 + 2 :] for row in rows]
        assert max(map(len, rows)) <= width
        length, before = len(bars[-1]), 0.0
        assert length > width / 2
        for drawn_bar, part in zip(bars, parts, strict=False):
            share = part / 1e308 / (sum(part / 1e308 for part in parts))
            if drawn_bar.strip():
                assert len(drawn_bar) - len(drawn_bar.lstrip()) == pytest.approx(before * length, abs=1)
                assert len(drawn_bar.strip()) == pytest.approx(share * length, abs=1)
            else:
                assert share * length < 1 / 8
            before += share


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


def test_bars_have_as_many_digits_as_were_asked_for_when_they_were_made() -> None:
    with with_digits(7):
        bars = Bars(["cat", "dog"], [2 / 3, 1 / 3])
    assert [line.split()[1] for line in drawn(bars, 60)] == ["0.6666667", "0.3333333"]


def test_entries_that_are_all_but_0_are_hardly_inked() -> None:
    lines = drawn(ShadedMatrix(softmax_jacobian([-8.0, 8.0]), ["p_0", "p_1"], ["z_0", "z_1"]), 60)
    assert "░" in "".join(lines)
    assert "█" not in "".join(lines)
