"""Decision regions of two features, with the points and a name in each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from numpy.typing import NDArray

from sce_cli.core.checks import Array
from sce_cli.drawing.plot import COLOURS, GREY, name_within, short
from sce_cli.translation import _

MARKERS = "os^DvPX*<>"
"""The shapes of the points of each class, one for each of the colours."""


MOST_NAMED = 12
"""Classes that bear their names; of more, the others are counted."""

MOST_BORDERED = 60
"""Regions up to which each is given its border."""

FEW, LARGE, SMALL = 5, 16, 12
"""Classes up to which names are large, and the sizes, in points."""

LETTER, LINE = 0.0011, 0.0028
"""Half a letter's breadth and half a line's height, as shares of the axes, for each point of size."""

PLACES = 60
"""Places across and up, of which the best one for a name is taken."""


def regions(
    axes: Axes,
    ranges: Sequence[tuple[float, float]],
    scores: Array,
    points: Array,
    labels: NDArray[np.integer[Any]],
    names: Sequence[str],
) -> None:
    """Draw the class of the largest score all over the plane as light fills, and points in the shape of their class.

    ranges: of x and of y. scores: shape (K, H, W), at H heights spaced evenly, the lowest first, and W places across.
    points: (x, y), shape (N, 2). labels: their classes, shape (N,). names: one a class, written where there is room.
    """
    classes = scores.argmax(axis=0)
    x, y = (np.linspace(*ends, count) for ends, count in zip(ranges, classes.shape[::-1], strict=True))
    light = ListedColormap(
        [tuple(1 - (1 - c) * 0.25 for c in to_rgb(COLOURS[k % len(COLOURS)])) for k in range(len(names))]
    )
    axes.pcolormesh(x, y, classes, cmap=light, vmin=-0.5, vmax=len(names) - 0.5, shading="nearest", rasterized=True)
    present = np.unique(classes)
    for k in present if 1 < present.size <= MOST_BORDERED else ():
        axes.contour(x, y, _lead(scores, k), levels=[0], colors=GREY, linewidths=1.5, linestyles="solid")
    for k in range(len(names)):
        colour, marker, its = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)], points[labels == k]
        axes.plot(*its.T, marker, color=colour, markeredgecolor="white", markersize=9)
    axes.set_xlim(ranges[0])
    axes.set_ylim(ranges[1])
    axes.grid(visible=False)
    _name_regions(axes, classes, points, labels, names)


def _lead(scores: Array, k: np.integer[Any]) -> Array:
    """Return by how much a class leads the best other one, in units of the largest lead; NaN where that's no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        lead = scores[k] - np.delete(scores, k, axis=0).max(axis=0)
        lead = np.where(np.isfinite(lead), lead, np.nan)
        return np.asarray(lead / (np.nanmax(np.abs(lead), initial=0.0) or 1.0))


def _name_regions(
    axes: Axes,
    classes: NDArray[np.integer[Any]],
    points: Array,
    labels: NDArray[np.integer[Any]],
    names: Sequence[str],
) -> None:
    """Write each class's name into its region, off the points and the borders; one without a region beside a point."""
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    shares = (points - low) / (high - low)
    shown = len(names) if len(names) <= MOST_NAMED else MOST_NAMED - 1
    size = LARGE if len(names) <= FEW else SMALL
    for k, name in enumerate(names[:shown]):
        half = np.array([LETTER * (len(short(name)) + 1), LINE]) * size
        place = _best_place(classes == k, shares, labels == k, half)
        name_within(axes, place, short(name), COLOURS[k % len(COLOURS)], size=size, transform=axes.transAxes)
    if shown < len(names):
        more = _("and {count} more classes").format(count=len(names) - shown)
        axes.text(1, 1.01, more, ha="right", va="bottom", transform=axes.transAxes)


def _best_place(region: NDArray[np.bool_], points: Array, its: NDArray[np.bool_], half: Array) -> tuple[float, float]:
    """Return the middle of the emptiest place for a name, as shares of the axes.

    region: where it should be, shape (H, W). points: what it keeps off, as shares, shape (N, 2). its: which of them
    are its own, among which it stands if it has no region. half: the name's breadth and height, halved.
    """
    middles = (np.arange(PLACES) + 0.5) / PLACES
    plane = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
    rows, columns = (np.asarray(plane.T[::-1] * np.array(region.shape)[:, np.newaxis], int)).tolist()
    inside = region[rows, columns]
    if not inside.any():
        return tuple(np.clip(points[its].mean(axis=0), half, 1 - half)) if its.any() else (0.5, 0.5)
    within = inside & (np.minimum(plane, 1 - plane) >= half).all(axis=1)
    free = plane[within if within.any() else inside]
    room = np.minimum(free, 1 - free) / half
    best = room.min(axis=1)
    for obstacle in (*points, *plane[~inside][::3]):
        best = np.minimum(best, (np.abs(free - obstacle) / half).max(axis=1))
    x, y = free[int(best.argmax())]
    return float(x), float(y)
