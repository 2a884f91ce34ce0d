"""The names of curves behind their ends."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sce_cli.core.checks import Array
from sce_cli.drawing.plot import dark


def name_ends(axes: Axes, names: Sequence[str], level: str = "") -> None:
    """Write each curve's name behind the axes, in its colour, or beside an end within them that has room.

    names: one for each of the curves, the first lines drawn. level: the name of the line drawn last, "" for none.
    """
    lines = [*axes.lines[: len(names)], *(axes.lines[-1:] if level else [])]
    shares = [_shares(axes, line) for line in lines]
    if level:
        shares[-1] = (np.array([0.0, 1.0]), shares[-1][1])
    beside = [x[-1] < 0.9 and _has_room((x[-1], y[-1]), [o for o in shares if o[1] is not y]) for x, y in shares]
    behind = iter(_spread([y[-1] for (_x, y), within in zip(shares, beside, strict=True) if not within]))
    for line, name, (x, y), within in zip(lines, [*names, level], shares, beside, strict=False):
        across, height = (x[-1] + 0.03, y[-1]) if within else (1.02, next(behind))
        axes.text(
            across, height, name, color=dark(line.get_color()), weight="bold", va="center", transform=axes.transAxes
        )


def _shares(axes: Axes, line: Line2D) -> tuple[Array, Array]:
    """Return the x and y of a line's points as shares of the axes."""
    data = np.column_stack(np.broadcast_arrays(*(np.asarray(of, float) for of in line.get_data())))
    x, y = axes.transLimits.transform(axes.transScale.transform(data)).T
    return x, y


ROOM = 0.08, 0.4
"""The heights that a name beside a curve keeps free above and below it, and its breadth, as shares of the axes."""


def _has_room(end: tuple[float, float], others: Sequence[tuple[Array, Array]]) -> bool:
    """Tell whether no other curve runs where a name would stand behind an end."""
    across = np.linspace(end[0], end[0] + ROOM[1], 40)
    heights = [np.interp(across, x, y, right=np.nan) for x, y in others]
    return 0.03 < end[1] < 0.97 and all(np.nanmin(np.abs(y - end[1]), initial=1) > ROOM[0] for y in heights)


APART = 0.085
"""The least distance of the middles of two names above each other, as a share of the axes."""


def _spread(heights: Sequence[float]) -> list[float]:
    """Return heights in the same order, APART at least, and together as close to the given ones as that leaves.

    Taken less than APART apart, neighbours form a group around their mean: the least squares of what all are moved by.
    """
    groups: list[tuple[float, int]] = []
    for height in sorted(heights):
        centre, size = _within(height, 1), 1
        while groups and groups[-1][0] + groups[-1][1] * APART / 2 > centre - size * APART / 2:
            before, count = groups.pop()
            size += count
            centre = _within((before * count + centre * (size - count)) / size, size)
        groups.append((centre, size))
    spread = [centre + (k - (size - 1) / 2) * APART for centre, size in groups for k in range(size)]
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    return [height for _k, height in sorted(zip(order, spread, strict=True))]


def _within(centre: float, size: int) -> float:
    """Return the middle of a group of names that doesn't leave the axes."""
    half = min((size - 1) / 2 * APART, 0.5)
    return min(max(centre, half), 1 - half)
