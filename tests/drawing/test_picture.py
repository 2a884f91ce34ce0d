"""The picture: its shades, on any stream, and something beside it."""

import io

import numpy as np
import pytest
from rich.table import Table

from sce_cli.drawing.picture import Picture
from sce_cli.drawing.screen import Screen

STEPS = np.array([[0, 1, 4, 5, 8, 9, 12, 13, 16], [16, 0, 0, 0, 0, 0, 0, 0, 0]])
UNICODE = ["  ░░░░▒▒▒▒▓▓▓▓████", "██"]
PLAIN = ["  ....::::****####", "##"]


class Stream(io.StringIO):
    """A stream with an encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.mark.parametrize(
    ("encoding", "ascii_only", "lines"),
    [
        ("utf-8", False, UNICODE),
        ("utf-8", True, PLAIN),
        ("ascii", False, PLAIN),
        ("cp936", False, PLAIN),
        ("cp1252", False, PLAIN),
    ],
)
def test_each_shade_stands_for_a_quarter_and_blank_for_zero(encoding: str, ascii_only: bool, lines: list[str]) -> None:
    screen = Screen(Stream(encoding), ascii_only=ascii_only, width=60)
    screen.print(Picture(STEPS, 16))
    assert screen.text.splitlines() == lines


def test_a_value_above_the_highest_has_full_ink() -> None:
    screen = Screen(io.StringIO(), ascii_only=True, width=60)
    screen.print(Picture(np.array([[0.0, 0.25, 2.5]]), 1))
    assert screen.text == "  ..##\n"


def test_two_pictures_fit_beside_each_other() -> None:
    pair = Table.grid(padding=(0, 3))
    pair.add_row(Picture(STEPS, 16), Picture(STEPS, 16))
    screen = Screen(io.StringIO(), ascii_only=True, width=60)
    screen.print(pair)
    assert screen.text.splitlines() == [f"{line:18}   {line}" for line in PLAIN]
