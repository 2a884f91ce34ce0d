"""The one matplotlib style: readable from the back row, safe for colour-blind eyes, the same bytes every time."""

import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import ListedColormap, PowerNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.text import Text

from sce_cli.core.checks import Array
from sce_cli.drawing.lines import broken
from sce_cli.drawing.ticks import power
from sce_cli.text import visible
from sce_cli.translation import _
from sce_cli.units import Unit

COLOURS = mpl.color_sequences["petroff10"]
"""M. A. Petroff, "Accessible color sequences for data visualization" (2021), arXiv:2107.02270."""

STYLE: Any = {
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=COLOURS[:6], linestyle=["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1))]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 120,
    "font.size": 15,
    "grid.alpha": 0.35,
    "legend.fontsize": 13,
    "lines.linewidth": 2.5,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "sce",
}

DATELESS = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}
"""Metadata to leave out, so that the same study gives the same bytes."""


TITLE, SMALLEST_TITLE = 19.0, 13.0
"""Points of a title, and of one that is too long for a line."""

COLUMN = 0.72
"""A bold letter's width as a share of its size, a little more than the average; a Chinese one's is below two of it."""


def panels(count: int, title: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels side by side."""
    figure = _titled(5.6 * count, 5.2, title)
    return figure, [figure.add_subplot(1, count, index + 1) for index in range(count)]


def grid(rows: int, columns: int, title: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with many small panels, row by row."""
    figure = _titled(2.4 * columns + 1.2, 2.6 * rows + 0.8, title)
    return figure, [figure.add_subplot(rows, columns, index + 1) for index in range(rows * columns)]


def _titled(width: float, height: float, title: str) -> Figure:
    """Return a figure of so many inches; its title is as large as the width carries, or in several lines."""
    figure = Figure(figsize=(width, height), layout="constrained")
    size = min(TITLE, max(SMALLEST_TITLE, 72 * width / (COLUMN * cell_len(title))))  # 72 points an inch
    lines = broken(Text(title), int(72 * width / (COLUMN * size) + 1e-9))
    figure.suptitle("\n".join(line.plain for line in lines), size=size, weight="bold")
    return figure


def alone(draw: Callable[[Axes, Any, Unit], None]) -> Callable[[Any, Unit], Figure]:
    """Return what draws one panel of a figure as a figure of its own, which its title alone heads."""

    def drawn(study: Any, unit: Unit) -> Figure:
        figure = Figure(figsize=(7.5, 4.8), layout="constrained")
        draw(figure.add_subplot(), study, unit)
        return figure

    return drawn


def name_curves(axes: Axes, x: Array, curves: Array, names: Sequence[str]) -> None:
    """Write each curve's name on it, in its colour, where it is farthest from the others.

    x: shape (G,). curves: shape (C, G), drawn already. names: one each.
    """
    inner = slice(x.size // 12, -(x.size // 12))
    taken: list[int] = []
    for index, name in enumerate(names):
        gaps = np.abs(np.delete(curves, index, axis=0) - curves[index])
        room = gaps.min(axis=0, initial=1.0)[inner]
        at = inner.start + int((room + 0.02 * _apart(np.arange(room.size), taken)).argmax())
        taken.append(at - inner.start)
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        dark = tuple(0.65 * c for c in to_rgb(axes.lines[index].get_color()))  # light colours are hard to read
        axes.text(x[at], curves[index, at], name, color=dark, weight="bold", ha="center", va="center", bbox=box)


def _apart(places: NDArray[np.int_], taken: Sequence[int]) -> Array:
    """Return how far, up to 1, each place is from those that are taken."""
    away = np.abs(places[:, np.newaxis] - np.array([*taken, -places.size]))
    return np.asarray(np.minimum(away.min(axis=1) / places.size, 1.0))


def name_powers(axis: Axis) -> None:
    """Label an axis that has logarithms to base 10 on it with their powers: 0.1, 1, 10."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda exponent, _position: power(exponent)))


def literal(name: str) -> str:
    """Return a user's name as figure text that plays no tricks, and whose dollar signs begin no mathematics."""
    return visible(name).replace("$", r"\$")


MOST_BARS = 12
"""Classes drawn as bars with their names; of more, the outline is drawn."""

TALLEST_BAR = 1e6
"""A higher bar is cut off above the others and bears an arrow; an infinite one bears ∞."""


def bars(axes: Axes, names: Sequence[str], series: dict[str, Array]) -> None:
    """Draw one or two series of values ≥ 0, ∞ included, side by side for each class, with room for the legend on top.

    names: one a class. series: the values by the text of the legend, shape (K,) each.
    """
    reach = max(float(values[values <= TALLEST_BAR].max(initial=0)) for values in series.values()) or 1.0
    width = 0.8 / len(series)
    for index, (label, values) in enumerate(series.items()):
        shift, colour = (index - (len(series) - 1) / 2) * width, f"C{index}"
        shown = np.where(values > reach, 1.15 * reach, values)
        if len(names) > MOST_BARS:
            axes.plot(shown, drawstyle="steps-mid", label=label)
            continue
        at = np.arange(len(names)) + shift
        axes.bar(at, shown, width, color=colour, hatch="//" * index, edgecolor="white", label=label)
        size = 20 if len(names) < 8 else 13
        for k in np.flatnonzero(values > reach):
            axes.text(at[k], shown[k], "∞" if np.isinf(values[k]) else "↑", ha="center", va="bottom", fontsize=size)
    if len(names) <= MOST_BARS:
        _name_classes(axes, [_short(name) for name in names])
    axes.set_ylim(0, 1.5 * reach)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper center", ncols=2, framealpha=1)


def _short(name: str) -> str:
    """Return a user's name as figure text, cut off where it is long."""
    return literal(name if len(name) <= 12 else f"{name[:11]}…")


def _name_classes(axes: Axes, names: list[str]) -> None:
    """Put the names below the bars or columns, slanting where they would touch."""
    axes.set_xticks(range(len(names)), names)
    if sum(map(len, names)) > 30:
        axes.tick_params(axis="x", rotation=45)
        for text in axes.get_xticklabels():
            text.set(horizontalalignment="right", rotation_mode="anchor")


MOST_IMAGES = 20
"""Classes whose weights are drawn as images: four rows of five."""


def images(panels: Sequence[Axes], values: Array, names: Sequence[str], meaning: str) -> None:
    """Draw signed images, one a panel, on one scale with white for 0 and one colour bar that says what they mean.

    values: shape (K, rows, columns). names: the panels' titles.
    """
    reach = float(np.abs(values).max()) or 1.0
    for axes, image, name in zip(panels, values, names, strict=True):
        shown = axes.imshow(image, cmap="PuOr", vmin=-reach, vmax=reach)
        axes.set_title(_short(name))
        axes.set_axis_off()
    panels[0].figure.colorbar(shown, ax=list(panels), label=meaning, shrink=0.9)


GREY = "#6e6e6e"
"""A grey that reads well on white and nearly white, at a contrast above 4.5 : 1."""

EVEN = 0.179
"""The luminance Y on which black and white read equally well: (Y + 0.05)/0.05 = 1.05/(Y + 0.05)."""

MOST_COUNTS = 12
"""Classes up to which a confusion matrix bears its counts and the classes' names; of more, a colour bar tells."""


def confusion(axes: Axes, names: Sequence[str], counts: NDArray[np.integer[Any]]) -> None:
    """Draw how often each class, a row, was predicted as each, a column; the shades' steps are finer for few.

    names: one a class. counts: shape (K, K).
    """
    shown = axes.imshow(counts, cmap="Blues", norm=PowerNorm(0.5, 0, max(int(counts.max()), 1)))
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.grid(visible=False)
    if len(names) > MOST_COUNTS:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.figure.colorbar(shown, ax=axes, label="examples", shrink=0.8)
        return
    _name_classes(axes, [_short(name) for name in names])
    axes.set_yticks(range(len(names)), [_short(name) for name in names])
    size = min(20, 320 / (len(names) * max(len(str(counts.max())), 2)))  # the widest fits its cell
    for (row, column), count in np.ndenumerate(counts):
        ink = GREY if count == 0 else "black" if _luminance(shown.to_rgba(count)) > EVEN else "white"
        axes.text(column, row, str(count), ha="center", va="center", fontsize=size, color=ink)


MOST_NUMBERED = 8
"""Rows up to which a signed matrix bears its numbers; of more, a colour bar tells."""


def signed_matrix(axes: Axes, values: Array) -> None:
    """Draw a square matrix of small numbers of both signs in shades, white for 0, with the numbers in its cells."""
    limit = float(np.abs(values).max()) or 1.0
    shown = axes.imshow(values, cmap="PuOr", vmin=-limit, vmax=limit)
    axes.grid(visible=False)
    if len(values) > MOST_NUMBERED:
        axes.figure.colorbar(shown, ax=axes, shrink=0.8)
        return
    decimals, size = (3, 18) if len(values) <= 4 else (2, 13) if len(values) <= 6 else (2, 10)
    rgba = shown.to_rgba(values)
    for (row, column), value in np.ndenumerate(values):
        ink = "black" if _luminance(rgba[row, column]) > EVEN else "white"
        text = f"{round(value, decimals) + 0.0:.{decimals}f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=size, color=ink)


def _luminance(colour: Array) -> float:
    """Return a colour's relative luminance Y, from 0 for black to 1 for white (WCAG 2.2, "relative luminance")."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


MARKERS = "os^DvPX*<>"
"""The shapes of the points of each class, one for each of the colours."""


MOST_NAMED = 12
"""Classes that a legend names; of more, the others are counted."""

MOST_BORDERED = 60
"""Regions up to which each is given its border."""


def regions(
    axes: Axes,
    ranges: Sequence[tuple[float, float]],
    classes: NDArray[np.integer[Any]],
    points: Array,
    labels: NDArray[np.integer[Any]],
    names: Sequence[str],
) -> None:
    """Draw the class predicted all over the plane as light fills, and points in the shape and colour of their class.

    ranges: of x and of y. classes: shape (H, W), at H heights spaced evenly, the lowest first, and W places across.
    points: (x, y), shape (N, 2). labels: their classes, shape (N,). names: one a class.
    """
    x, y = (np.linspace(*ends, count) for ends, count in zip(ranges, classes.shape[::-1], strict=True))
    light = ListedColormap(
        [tuple(1 - (1 - c) * 0.25 for c in to_rgb(COLOURS[k % len(COLOURS)])) for k in range(len(names))]
    )
    axes.pcolormesh(x, y, classes, cmap=light, vmin=-0.5, vmax=len(names) - 0.5, shading="nearest", rasterized=True)
    present = np.unique(classes)
    for k in present[:-1] if present.size <= MOST_BORDERED else ():  # the last one's borders are the others'
        axes.contour(x, y, classes == k, levels=[0.5], colors=GREY, linewidths=1)
    shown = len(names) if len(names) <= MOST_NAMED else MOST_NAMED - 1
    for k, name in enumerate(names):
        colour, marker, its = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)], points[labels == k]
        label = f" {_short(name)}" if k < shown else "_"  # a legend leaves out what begins with _
        axes.plot(*its.T, marker, color=colour, markeredgecolor="white", markersize=9, label=label)
    if shown < len(names):
        axes.plot([], [], " ", label=_("and {count} more").format(count=len(names) - shown))
    axes.set_xlim(ranges[0])
    axes.set_ylim(ranges[1])
    axes.grid(visible=False)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


def render(draw: Callable[[], Figure], file_format: str, fonts: Sequence[str] = ("DejaVu Sans",)) -> bytes:
    """Return the figure that `draw` makes in the house style as a png, svg or pdf file.

    fonts: families, of which the first that has a letter draws it.
    """
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # a user's own matplotlibrc would change the bytes
        mpl.rcParams.update({**STYLE, "font.family": list(fonts)})
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in a script without a font
        buffer = BytesIO()
        draw().savefig(buffer, format=file_format, metadata=DATELESS[file_format])
    return buffer.getvalue()
