"""The one matplotlib style: readable from the back row, safe for colour-blind eyes, the same bytes every time."""

import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import PowerNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.text import Text

from sce_cli.core.checks import Array
from sce_cli.drawing.lines import broken
from sce_cli.drawing.numbers import number
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
    "axes.titlepad": 12,
    "axes.titlesize": "medium",
    "figure.constrained_layout.h_pad": 0.12,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.dpi": 120,
    "font.size": 16,
    "grid.alpha": 0.35,
    "legend.fontsize": 16,
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


PANEL = 4.3
"""Inches across a panel: three side by side, drawn across a page of paper, still have letters of 9 points."""


def panels(count: int, title: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels side by side."""
    figure = _titled(PANEL * count + (count < 3), 4.9, title)
    return figure, [figure.add_subplot(1, count, index + 1) for index in range(count)]


def grid(rows: int, columns: int, title: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with many small panels, row by row."""
    figure = _titled(1.25 * columns + 2, 1.5 * rows + 0.9, title)
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


def dark(colour: Any) -> tuple[float, ...]:
    """Return a colour as text has it: light ones are hard to read."""
    return tuple(0.65 * part for part in to_rgb(colour))


def name_within(axes: Axes, place: tuple[float, float], name: str, colour: Any, **how: Any) -> None:
    """Write a name within the axes, bold, in a dark shade of a colour, on paper that hides what it would cross."""
    paper = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    placed = {"ha": "center", "va": "center", **how}
    axes.text(*place, name, color=dark(colour), weight="bold", bbox=paper, **placed)


def name_curves(axes: Axes, x: Array, curves: Array, names: Sequence[str]) -> None:
    """Write each curve's name on it, in its colour, where it is farthest from the others, off the axes' edges.

    x: shape (G,). curves: shape (C, G), drawn already. names: one each.
    """
    inner = slice(x.size // 6, -(x.size // 12))
    taken: list[int] = []
    for index, name in enumerate(names):
        gaps = np.abs(np.delete(curves, index, axis=0) - curves[index])
        room = (gaps.min(axis=0, initial=1.0) * np.where(_off_edges(axes, curves[index]), 1, AT_EDGE))[inner]
        spread = np.minimum(4 * _apart(np.arange(room.size), taken), 1)
        at = inner.start + int((room / (room.max() or 1) + 0.6 * spread).argmax())
        taken.append(at - inner.start)
        name_within(axes, (x[at], curves[index, at]), name, axes.lines[index].get_color())


EDGE = 0.07
"""Of the height: nearer to the axes' upper or lower edge a name hides ticks."""

AT_EDGE = 0.1
"""What the room of a place at an edge counts."""


def _off_edges(axes: Axes, y: Array) -> NDArray[np.bool_]:
    """Tell which points of a curve leave room for a name between them and both edges of the axes."""
    height = (axes.transScale + axes.transLimits).transform(np.column_stack([np.ones(y.size), y]))[:, 1]
    return np.asarray((height > EDGE) & (height < 1 - EDGE))


def _apart(places: NDArray[np.int_], taken: Sequence[int]) -> Array:
    """Return how far, up to 1, each place is from those that are taken."""
    away = np.abs(places[:, np.newaxis] - np.array([*taken, -places.size]))
    return np.asarray(np.minimum(away.min(axis=1) / places.size, 1.0))


def name_powers(axis: Axis) -> None:
    """Label an axis that has logarithms to base 10 on it with their powers: 0.1, 1, 10."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda exponent, _position: power(exponent)))


def log_axis(axes: Axes) -> None:
    """Make the axis of y logarithmic, with ticks such as 0.1, 1, 10, or 0.2, 0.5, 1 where it spans little."""
    axes.set_yscale("log")
    axis = axes.yaxis
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,), numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: number(value)))
    axis.set_minor_formatter(NullFormatter())


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
        name_columns(axes, names)
    axes.set_ylim(0, 1.5 * reach)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="x")
    close: Any = {
        "borderaxespad": 0.2,
        "borderpad": 0.3,
        "columnspacing": 0.9,
        "handlelength": 1.2,
        "handletextpad": 0.4,
    }
    axes.legend(loc="upper center", ncols=2, framealpha=1, **close)


def rows(axes: Axes, names: Sequence[str], values: Array, colour: str) -> None:
    """Draw a horizontal bar a row, the first on top, with the names before them where they are few.

    names: one a row. values: shape (K,), finite or not; what isn't finite reaches the end of the axes.
    """
    finite = values[np.isfinite(values)]
    reach = 1.2 * float(np.abs(finite).max(initial=0.0)) or 1.0
    places = np.arange(len(names))
    axes.barh(places, np.clip(values, -reach, reach), 0.7, color=colour)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    if len(names) <= MOST_BARS:
        axes.set_yticks(places, [short(name, 16) for name in names])
    if values.min(initial=0.0) < 0:
        axes.axvline(0, color="0.3", linewidth=1)


def short(name: str, most: int = 12) -> str:
    """Return a user's name as figure text; a long one loses its middle, for its end may be what tells it apart."""
    return literal(name if len(name) <= most else f"{name[: most // 2]}…{name[most // 2 + 1 - most :]}")


BELOW = 20
"""Letters of names that fit below bars or columns side by side."""


def slanting(names: Sequence[str]) -> bool:
    """Tell whether the names below bars or columns would touch, and so stand slanting, which takes height."""
    return len(names) <= MOST_BARS and sum(min(len(name), 12) for name in names) > BELOW


def name_columns(axes: Axes, names: Sequence[str], most: int = 12) -> None:
    """Put names below the bars or columns, slanting where they would touch, and shorter where they are many."""
    slants = slanting(names)
    letters = min(most, 9 if slants and len(names) > 3 else 12)
    axes.set_xticks(range(len(names)), [short(name, letters) for name in names])
    if slants:
        axes.tick_params(axis="x", rotation=45)
        for text in axes.get_xticklabels():
            text.set(horizontalalignment="right", rotation_mode="anchor")


MOST_IMAGES = 20
"""Classes that are drawn as images."""


ACROSS = 10
"""Classes in a row of images."""


def image_panels(classes: int, title: str) -> tuple[list[Axes], list[Axes]]:
    """Return two panels for each class, an upper one and a lower one, of a figure with rows of ten classes."""
    columns = min(classes, ACROSS)
    _figure, panels = grid(2 * -(-classes // ACROSS), max(columns, 3), title)
    places = [2 * max(columns, 3) * (k // ACROSS) + k % ACROSS for k in range(classes)]
    upper, lower = ([panels[place + below] for place in places] for below in (0, max(columns, 3)))
    for spare in set(panels) - {*upper, *lower}:
        spare.remove()
    return upper, lower


def images(
    upper: Sequence[Axes],
    lower: Sequence[Axes],
    pictures: tuple[Array, Array],
    names: Sequence[str],
    heads: tuple[str, str],
) -> None:
    """Draw the mean picture of each class above a signed one, which has white for 0 and one scale for all classes.

    upper, lower: the panels, one a class. pictures: the means and the signed ones, shape (K, rows, columns) each.
    names: the panels' titles. heads: what the upper and the lower pictures are.
    """
    means, values = pictures
    reach = float(np.abs(values).max()) or 1.0
    for axes, image, name in zip(upper, means, names, strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0)
        axes.set_title(short(name), size=16 if len(name) < 8 else 10)
    for axes, image in zip(lower, values, strict=True):
        shown = axes.imshow(image, cmap="PuOr", vmin=-reach, vmax=reach)
    for row, head in zip((upper, lower), heads, strict=True):
        for axes in row:
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(False)
        for axes in row[::ACROSS]:
            axes.set_ylabel(head)
    bar = upper[0].figure.colorbar(shown, ax=list(lower), shrink=0.95, aspect=8, ticks=[-reach, 0, reach])
    bar.ax.set_yticklabels([_("against it"), "0", _("for the class")])


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
    axes.set_xlabel(_("predicted class"))
    axes.set_ylabel(_("true class"))
    axes.grid(visible=False)
    if len(names) > MOST_COUNTS:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.figure.colorbar(shown, ax=axes, label=_("examples"), shrink=0.8)
        return
    name_columns(axes, names)
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    size = min(20, 320 / (len(names) * max(len(str(counts.max())), 2)))  # the widest fits its cell
    for (row, column), count in np.ndenumerate(counts):
        ink = GREY if count == 0 else "black" if _luminance(shown.to_rgba(count)) > EVEN else "white"
        axes.text(column, row, str(count), ha="center", va="center", fontsize=size, color=ink)


PALE = 0.005
"""A number of this size at most is never drawn in full colour, for its decimals are all but 0."""

MOST_NUMBERED = 8
"""Rows up to which a signed matrix bears its numbers; of more, a colour bar tells."""


def signed_matrix(axes: Axes, values: Array) -> None:
    """Draw a square matrix of small numbers of both signs in shades, white for 0, with the numbers in its cells."""
    limit = max(float(np.abs(values).max()), PALE)
    shown = axes.imshow(values, cmap="PuOr", vmin=-limit, vmax=limit)
    axes.grid(visible=False)
    if len(values) > MOST_NUMBERED:
        axes.figure.colorbar(shown, ax=axes, location="bottom", shrink=0.9)
        return
    rgba, size = shown.to_rgba(values), min(16, 84 / len(values))
    for (row, column), value in np.ndenumerate(values):
        ink = "black" if _luminance(rgba[row, column]) > EVEN else "white"
        axes.text(column, row, _brief(float(value), len(values)), ha="center", va="center", fontsize=size, color=ink)


def _brief(value: float, count: int) -> str:
    """Return a number below 1 in size in as few characters as a cell beside so many others has room for."""
    text = f"{round(value, 2) + 0.0:.2f}" if count > 3 else f"{round(value, 3) + 0.0:.3f}"
    return text.replace("0.", ".", 1) if count > 4 else text


def _luminance(colour: Array) -> float:
    """Return a colour's relative luminance Y, from 0 for black to 1 for white (WCAG 2.2, "relative luminance")."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def end_axis(axes: Axes, limits: tuple[float, float], ends: tuple[float, float]) -> None:
    """Leave room for names above and below curves, but end the axis of y where its quantity does.

    limits: of what is drawn. ends: the least and the largest value that the quantity can have, ±∞ where it has none.
    """
    low, high = max(limits[0], ends[0]), min(limits[1], ends[1])
    axes.set_ylim(*limits)
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= high])
    axes.spines["left"].set_bounds(low, high)


def render(draw: Callable[[], Figure], file_format: str, fonts: Sequence[str] = ("DejaVu Sans",)) -> bytes:
    """Return the figure that `draw` makes in the house style as a png, svg or pdf file.

    fonts: families, of which the first that has a letter draws it.
    """
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # a user's own matplotlibrc would change the bytes
        mpl.rcParams.update({**STYLE, "font.family": list(fonts)})
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in a script without a font
        buffer = BytesIO()
        figure = draw()
        figure.draw_without_rendering()  # beside a square panel, the layout's first pass leaves labels too little room
        figure.savefig(buffer, format=file_format, metadata=DATELESS[file_format])
    return buffer.getvalue()
