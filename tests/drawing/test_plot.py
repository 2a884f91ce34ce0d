"""The figures' parts: images on one scale, confusion matrices that can be read, names and axes."""

import re
import warnings

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sce_cli.drawing import plot


def contrast(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Return the WCAG contrast of two colours, from 1 to 21."""
    both = np.array([one, other])
    linear = np.where(both <= 0.04045, both / 12.92, ((both + 0.055) / 1.055) ** 2.4)
    dark, light = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return float((light + 0.05) / (dark + 0.05))


def one_panel() -> Axes:
    return plot.panels(1, "a title")[1][0]


def test_a_grid_has_its_panels_row_by_row() -> None:
    figure, panels = plot.grid(2, 5, "ten")
    figure.draw_without_rendering()
    corners = [(round(-panel.get_position().y0, 3), panel.get_position().x0) for panel in panels]
    assert len(panels) == 10
    assert corners == sorted(corners)


@pytest.mark.parametrize("sign", [1, -1])
def test_images_share_a_scale_with_white_for_zero_below_the_mean_pictures(sign: int) -> None:
    values = sign * np.array([[[0.0, 1.0]], [[0.5, 3.0]]])
    upper, lower = plot.image_panels(2, "weights")
    plot.images(upper, lower, (np.abs(values), values), ["a$", "b"], ("mean", "weights"))
    figure = upper[0].get_figure(root=True)
    assert isinstance(figure, Figure)
    assert [panel.images[0].get_clim() for panel in lower] == [(-3, 3), (-3, 3)]
    assert min(lower[0].images[0].to_rgba(np.zeros(1))[0, :3]) > 0.95
    assert len(figure.axes) == 5  # one colour bar
    assert [text.get_text() for text in figure.axes[-1].get_yticklabels()] == ["against it", "0", "for the class"]
    assert [panel.get_title() for panel in upper] == [r"a\$", "b"]
    assert [panel.get_ylabel() for panel in (*upper, *lower)] == ["mean", "", "weights", ""]
    figure.draw_without_rendering()
    assert upper[1].get_position().y0 > lower[1].get_position().y1


@pytest.mark.parametrize("classes", [1, 2, 10, 11, 20])
def test_each_class_has_its_weights_below_its_mean_picture(classes: int) -> None:
    upper, lower = plot.image_panels(classes, "weights")
    assert len({*upper, *lower}) == 2 * classes
    for above, below in zip(upper, lower, strict=True):
        one, other = above.get_subplotspec(), below.get_subplotspec()
        assert one is not None
        assert other is not None
        assert (one.rowspan.stop, one.colspan.start) == (other.rowspan.start, other.colspan.start)


def test_images_of_nothing_but_zeros_are_drawn() -> None:
    def draw() -> Figure:
        upper, lower = plot.image_panels(2, "weights")
        nothing = np.zeros((2, 8, 8))
        plot.images(upper, lower, (nothing, nothing), ["a", "b"], ("mean", "weights"))
        figure = upper[0].get_figure(root=True)
        assert isinstance(figure, Figure)
        return figure

    assert plot.render(draw, "png")


@pytest.mark.parametrize("classes", [2, 3, 10, 12])
def test_a_confusion_matrix_bears_every_count_in_its_cell_in_readable_ink(classes: int) -> None:
    counts = np.random.default_rng(classes).integers(0, 100, (classes, classes)) * (1 - np.eye(classes, dtype=int)[0])
    axes = one_panel()
    plot.confusion(axes, [f"class {k}" for k in range(classes)], counts)
    written = {tuple(map(int, text.get_position()[::-1])): text for text in axes.texts}
    assert {place: int(text.get_text()) for place, text in written.items()} == dict(np.ndenumerate(counts))
    for place, text in written.items():
        paper = axes.images[0].to_rgba(counts[place])[:3]
        assert contrast(np.array(to_rgb(text.get_color())), paper) >= 4.5
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("true class", "predicted class")
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == [f"class {k}" for k in range(classes)]


def test_counts_fit_their_cells() -> None:
    figure, [axes] = plot.panels(1, "a title")
    plot.confusion(axes, [f"class {k}" for k in range(12)], np.full((12, 12), 1234))
    figure.draw_without_rendering()
    cell = axes.get_window_extent().width / 12
    assert max(text.get_window_extent().width for text in axes.texts) < cell


def test_a_large_confusion_matrix_has_a_colour_bar_instead_of_counts() -> None:
    figure, [axes] = plot.panels(1, "a title")
    plot.confusion(axes, [str(k) for k in range(13)], np.eye(13, dtype=int))
    assert not axes.texts
    assert len(figure.axes) == 2


def test_a_confusion_matrix_without_examples_is_drawn() -> None:
    axes = one_panel()
    plot.confusion(axes, ["a", "b"], np.zeros((2, 2), dtype=int))
    assert [text.get_text() for text in axes.texts] == ["0"] * 4


@pytest.mark.parametrize("file_format", ["png", "svg", "pdf"])
def test_figures_of_these_parts_have_the_same_bytes_every_time(file_format: str) -> None:
    def draw() -> Figure:
        figure, (left, right) = plot.panels(2, "a title")
        plot.confusion(left, ["a", "b", "c"], np.arange(9).reshape(3, 3))
        plot.rows(right, ["a", "b", "c"], np.array([0.5, -2.0, 1.0]), "C0")
        return figure

    assert plot.render(draw, file_format) == plot.render(draw, file_format)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("title", ["a title", "WIDE, " * 14, "6 colour 1, " * 14, "a word " * 30, "红苹果 " * 30])
def test_a_title_stays_within_its_figure(title: str, count: int) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure, _ = plot.panels(count, title.strip())
        figure.draw_without_rendering()
        [shown] = figure.texts
        extent = shown.get_window_extent()
    assert extent.x0 >= 0
    assert extent.x1 <= figure.bbox.width
    assert figure.axes[0].get_position().height > 0.4
    assert shown.get_fontsize() == (19 if title == "a title" else pytest.approx(13, abs=6))
    assert "".join(shown.get_text().split()) == "".join(title.split())


def test_rows_have_their_first_name_on_top_and_a_line_at_zero_where_values_lie_on_both_sides() -> None:
    axes = one_panel()
    plot.rows(axes, ["a$", "b", "a name that is too long"], np.array([0.5, -2.0, np.inf]), "C0")
    assert [text.get_text() for text in axes.get_yticklabels()] == [r"a\$", "b", "a name t…oo long"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert len(axes.lines) == 1
    assert all(np.isfinite(bar.get_bbox().x1) for bar in axes.patches if isinstance(bar, Rectangle))
    plot.rows(positive := one_panel(), ["a", "b"], np.array([0.5, 2.0]), "C0")
    assert not positive.lines


@pytest.mark.parametrize(("low", "high"), [(0.02, 1.2), (1e-15, 1.0), (1.0, 1e8)])
def test_a_log_axis_reads_plain_numbers(low: float, high: float) -> None:
    axes = one_panel()
    axes.plot([0, 1], [low, high])
    plot.log_axis(axes)
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    shown = [text.get_text() for minor in (False, True) for text in axes.get_yticklabels(minor=minor)]
    ticks = [*axes.get_yticks(), *axes.get_yticks(minor=True)]  # which of them there are is Matplotlib's choice
    named = [(text, tick) for text, tick in zip(shown, ticks, strict=True) if text]
    assert len(named) > 3
    assert [text for text, tick in named if float(text) != pytest.approx(tick, rel=1e-9)] == []
    assert [text for text, _ in named if re.search(r"\$|e\+|e-?0", text)] == []


def test_a_name_on_a_curve_stands_off_the_edges_wherever_the_curve_leaves_them() -> None:
    axes, x = one_panel(), np.linspace(-6, 6, 200)
    falling = 1 / (1 + np.exp(3 * x))
    curves = np.stack([falling, 1 - falling, np.zeros(x.size)])
    axes.plot(x, curves.T)
    axes.set_ylim(0, 1)
    plot.name_curves(axes, x, curves, ["a", "b", "at the edge all along"])
    heights = [text.get_position()[1] for text in axes.texts]
    assert 0.05 < min(heights[:2]) <= max(heights[:2]) < 0.95
    assert heights[2] == 0
