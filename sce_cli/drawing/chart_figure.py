"""A chart of the screen as a figure, with the same curves, points and level; its caption is the page's to print."""

import numpy as np
from matplotlib.figure import Figure

from sce_cli.drawing import plot
from sce_cli.drawing.chart import Chart


def figure(chart: Chart) -> Figure:
    """Draw the curves, each with its letter on it where there are several."""
    drawing = Figure(figsize=(8, 4.2), layout="constrained")
    axes = drawing.add_subplot()
    curves = np.atleast_2d(chart.y)
    for index, curve in enumerate(curves):
        [line] = axes.plot(chart.x, curve)
        if chart.letters:
            at = _place(curve, (index + 1) / (len(curves) + 1))
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
            colour = line.get_color()
            axes.text(chart.x[at], curve[at], chart.letters[index], color=colour, weight="bold", bbox=box, ha="center")
    if chart.level is not None:
        axes.axhline(chart.level, color=plot.GREY, linestyle=(0, (4, 3)), linewidth=1.5)
    for point in chart.also:
        axes.plot(*point, "o", color="black", markersize=8, markerfacecolor="white", zorder=4)
    if chart.mark is not None:
        axes.plot(*chart.mark, "o", color="black", markersize=9, zorder=5)
    axes.set_xlim(float(chart.x[0]), float(chart.x[-1]))
    for name in chart.powers:
        plot.name_powers(axes.xaxis if name == "x" else axes.yaxis)
    return drawing


def _place(curve: "np.ndarray[tuple[int], np.dtype[np.float64]]", share: float) -> int:
    """Return the index of a point that a curve has, at about a share of its length."""
    there = np.flatnonzero(~np.isnan(curve))
    return int(there[int(share * (there.size - 1))])
