"""The plane of two features: regions, letters, and what is wrong; two pictures side by side; a bar of two parts."""

from io import StringIO

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.cells import cell_len

from sce_cli.core.checks import Array
from sce_cli.drawing.bars import bar, stacked
from sce_cli.drawing.beside import Beside
from sce_cli.drawing.plane import Plane, letters
from sce_cli.drawing.screen import Screen

POINTS = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])


def right_half(points: Array) -> NDArray[np.intp]:
    """Return class 1 where x is above a half."""
    return (points[:, 0] > 0.5).astype(np.intp)


def shown(part: object, *, width: int = 11, ascii_only: bool = True, terminal: bool = False) -> str:
    screen = Screen(StringIO(), ascii_only=ascii_only, width=width)
    screen.no_color = not terminal
    screen._force_terminal = terminal
    screen.print(part)
    return screen.text


def test_points_stand_in_their_places_and_a_wrong_one_is_a_capital() -> None:
    labels = np.array([0, 1, 0, 1])
    plane = Plane(((0.0, 1.0), (0.0, 1.0)), right_half, POINTS, labels, "ab", 5)
    assert shown(plane).splitlines() == [
        "B.....::::b",
        "......:::::",
        "......:::::",
        "......:::::",
        "a.....::::A",
    ]


def test_of_several_points_in_a_cell_a_wrong_one_is_seen() -> None:
    for order in ([0, 1], [1, 0]):
        plane = Plane(((0.0, 1.0), (0.0, 1.0)), right_half, POINTS[[0, 0]], np.array(order), "ab", 3)
        assert shown(plane).splitlines()[-1][0] == "B"


def test_regions_differ_without_colours() -> None:
    def bands(points: Array) -> NDArray[np.intp]:
        return np.minimum((points[:, 0] * 8).astype(np.intp), 7)

    for ascii_only in (True, False):
        plane = Plane(((0.0, 1.0), (0.0, 1.0)), bands, np.empty((0, 2)), np.empty(0, np.intp), "abcdefgh", 2)
        row = shown(plane, width=33, ascii_only=ascii_only).splitlines()[0]
        assert len({*row}) == 8


@pytest.mark.parametrize(
    ("names", "marks"),
    [
        (("setosa", "versicolor", "virginica"), "abc"),
        (("Adelie", "Chinstrap", "Gentoo"), "acg"),
        (("0", "1"), "ab"),
        (("红", "绿"), "ab"),
        (("a", "b"), "ab"),
        (tuple(f"n{index}" for index in range(28)), "abcdefghijklmnopqrstuvwxyzab"),
    ],
)
def test_a_class_has_a_letter_of_its_own(names: tuple[str, ...], marks: str) -> None:
    assert letters(names) == marks


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_pictures_of_different_heights_stand_side_by_side(share: float) -> None:
    lines = shown(Beside("one\ntwo\nthree", "alone", share), width=40).splitlines()
    assert [line[:5].strip() for line in lines] == ["one", "two", "three"]
    assert lines[0].index("alone") == round(38 * share) + 2
    assert max(map(cell_len, lines)) <= 40


def test_parts_of_a_bar_lie_end_to_end_in_inks_of_their_own() -> None:
    assert stacked([0.5, 0.25], 1, 8, ascii_only=True) == "====--"
    assert stacked([0.5, 0.25], 1, 8, ascii_only=False) == "████░░"
    assert stacked([0.5, np.inf], 1, 8, ascii_only=True) == "====----"
    assert stacked([0.0, 0.0], 1, 8, ascii_only=True) == ""
    assert stacked([1.0], 1, 8, ascii_only=True) == bar(1.0, 8, ascii_only=True)
