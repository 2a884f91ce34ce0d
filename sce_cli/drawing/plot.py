"""The one matplotlib style: readable from the back row, safe for colour-blind eyes, the same bytes every time."""

import os
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

os.environ["MPLBACKEND"] = "agg"  # files need no window, and an unknown name here would stop the import

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sce_cli.core.checks import Array

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


def panels(count: int, title: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels side by side."""
    figure = Figure(figsize=(5.6 * count, 5.2), layout="constrained")
    figure.suptitle(title, size=19, weight="bold")
    return figure, [figure.add_subplot(1, count, index + 1) for index in range(count)]


def literal(name: str) -> str:
    """Return a user's name as figure text that shows its dollar signs instead of taking them for mathematics."""
    return name.replace("$", r"\$")


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
        _name_bars(axes, [literal(name if len(name) <= 12 else f"{name[:11]}…") for name in names])
    axes.set_ylim(0, 1.5 * reach)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper center", ncols=2, framealpha=1)


def _name_bars(axes: Axes, names: list[str]) -> None:
    """Put the names below the bars, slanting where they would touch."""
    axes.set_xticks(range(len(names)), names)
    if sum(map(len, names)) > 30:
        axes.tick_params(axis="x", rotation=45)
        for text in axes.get_xticklabels():
            text.set(horizontalalignment="right", rotation_mode="anchor")


def render(draw: Callable[[], Figure], file_format: str) -> bytes:
    """Return the figure that `draw` makes in the house style as a png, svg or pdf file."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # a user's own matplotlibrc would change the bytes
        mpl.rcParams.update(STYLE)
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in a script without a font
        buffer = BytesIO()
        draw().savefig(buffer, format=file_format, metadata=DATELESS[file_format])
    return buffer.getvalue()
