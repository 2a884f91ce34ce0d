"""The plane of two features as text: which class is predicted where, and the points with a letter of their class."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style

from sce_cli.core.checks import Array

COLOURS = ("red", "blue", "green", "magenta", "cyan", "yellow")
"""Of the classes, again from the first one where there are more; no colour stands alone."""

INKS, ASCII_INKS = "·░▒:+~=-", ".:+-=~';"
"""What fills the region of each class."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, eq=False)
class Plane:
    """Regions of the predicted classes in their inks, and points in their letters; a wrong one stands out as a capital.

    ranges: of x and of y, which rises upwards. predicted: the classes at points of shape (P, 2). points: shape (N, 2).
    labels: their classes, shape (N,). letters: one a class. height: text rows.
    """

    ranges: tuple[tuple[float, float], tuple[float, float]]
    predicted: Callable[[Array], NDArray[np.intp]]
    points: Array
    labels: NDArray[np.intp]
    letters: str
    height: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Draw as wide as the options allow."""
        width, inks = options.max_width, ASCII_INKS if options.ascii_only else INKS
        x, y = (np.linspace(*ends, count) for ends, count in zip(self.ranges, (width, self.height), strict=True))
        grid = np.stack(np.meshgrid(x, y[::-1]), axis=-1).reshape(-1, 2)
        classes = self.predicted(grid).reshape(self.height, width)
        signs = np.array([*inks])[classes % len(inks)]
        looks = 3 * classes
        self._put_points(signs, looks)
        styles = _styles(int(looks.max()) // 3 + 1)
        for row, look in zip(signs, looks, strict=True):
            ends = [0, *(np.flatnonzero(np.diff(look)) + 1), width]
            for begin, end in pairwise(ends):
                yield Segment("".join(row[begin:end]), styles[look[begin]])
            yield Segment.line()

    def _put_points(self, signs: NDArray[np.str_], looks: NDArray[np.intp]) -> None:
        """Write the letters into the cells of the points; of several in a cell, a wrong one is seen."""
        (left, right), (low, high) = self.ranges
        shares = (self.points - (left, low)) / (right - left, high - low)
        cells = np.rint(shares * (signs.shape[1] - 1, signs.shape[0] - 1)).astype(int)
        wrong = self.predicted(self.points) != self.labels
        for order in (np.flatnonzero(~wrong), np.flatnonzero(wrong)):
            at = self.height - 1 - cells[order, 1], cells[order, 0]
            letters = np.array([*self.letters])[self.labels[order]]
            signs[at] = np.char.upper(letters) if wrong[order[:1]].any() else letters
            looks[at] = 3 * self.labels[order] + 1 + wrong[order]


def _styles(classes: int) -> list[Style]:
    """Return, for each class, the style of its region, of its points, and of those that are wrong."""
    styles = []
    for k in range(classes):
        colour = COLOURS[k % len(COLOURS)]
        styles += [Style(color=colour), Style(color=colour, bold=True), Style(color=colour, bold=True, reverse=True)]
    return styles


def letters(names: Sequence[str]) -> str:
    """Return a small letter for each class: the first of its name where these are different, else a, b, c."""
    first = "".join(name[:1].lower() for name in names)
    distinct = len({*first}) == len(names) and all(sign in LETTERS for sign in first)
    return first if distinct else "".join(LETTERS[k % len(LETTERS)] for k in range(len(names)))
