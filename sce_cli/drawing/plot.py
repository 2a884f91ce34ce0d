"""The one matplotlib style: readable from the back row, safe for colour-blind eyes, the same bytes every time."""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
    figure.suptitle(title)
    return figure, [figure.add_subplot(1, count, index + 1) for index in range(count)]


def literal(name: str) -> str:
    """Return a user's name as figure text that shows its dollar signs instead of taking them for mathematics."""
    return name.replace("$", r"\$")


def render(draw: Callable[[], Figure], file_format: str) -> bytes:
    """Return the figure that `draw` makes in the house style as a png, svg or pdf file."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in a script without a font
        buffer = BytesIO()
        draw().savefig(buffer, format=file_format, metadata=DATELESS[file_format])
    return buffer.getvalue()
