"""The figures' parts: images on one scale, confusion matrices that can be read, regions where the classes are."""

import warnings

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
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
def test_images_share_a_scale_with_white_for_zero(sign: int) -> None:
    values = sign * np.array([[[0.0, 1.0]], [[0.5, 3.0]]])
    figure, panels = plot.grid(1, 2, "weights")
    plot.images(panels, values, ["a$", "b"], "weight")
    assert [panel.images[0].get_clim() for panel in panels] == [(-3, 3), (-3, 3)]
    assert min(panels[0].images[0].to_rgba(np.zeros(1))[0, :3]) > 0.95
    assert len(figure.axes) == 3  # one colour bar
    assert figure.axes[-1].get_ylabel() == "weight"
    assert panels[0].get_title() == r"a\$"


def test_images_of_nothing_but_zeros_are_drawn() -> None:
    def draw() -> Figure:
        figure, panels = plot.grid(1, 2, "weights")
        plot.images(panels, np.zeros((2, 8, 8)), ["a", "b"], "weight")
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


CORNERS = np.array([[0, 1, 1], [2, 2, 1]])
POINTS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 10.0], [1.0, 9.0]])


def test_regions_lie_where_they_were_computed() -> None:
    axes = one_panel()
    plot.regions(axes, [(0, 4), (0, 10)], CORNERS, POINTS, np.array([0, 1, 2, 2]), ["a", "b", "c"])
    [mesh] = [artist for artist in axes.collections if isinstance(artist, QuadMesh)]
    edges, fills = np.asarray(mesh.get_coordinates()), mesh.to_rgba(np.asarray(mesh.get_array()))
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 4), (0, 10))
    for (row, column), k in np.ndenumerate(CORNERS):
        at = np.array([np.linspace(0, 4, 3)[column], np.linspace(0, 10, 2)[row]])
        assert np.all(edges[row, column] < at)
        assert np.all(at < edges[row + 1, column + 1])
        assert fills[row, column, :3] == pytest.approx(0.75 + np.array(to_rgb(plot.COLOURS[k])) / 4, abs=0.01)


def test_each_class_has_its_own_shape_and_colour_and_name() -> None:
    axes, classes = one_panel(), 10
    names = ["_hidden", "$x", *map(str, range(2, classes))]
    labels = np.arange(40) % classes
    points = np.random.default_rng(0).uniform(0, 1, (40, 2))
    plot.regions(axes, [(0, 1), (0, 1)], np.zeros((4, 4), dtype=int), points, labels, names)
    assert len({line.get_marker() for line in axes.lines}) == classes
    assert len({to_rgba(line.get_color()) for line in axes.lines}) == classes
    for k, line in enumerate(axes.lines):
        assert np.array_equal(line.get_xydata(), points[labels == k])
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text().strip() for text in legend.get_texts()] == ["_hidden", r"\$x", *names[2:]]


@pytest.mark.parametrize("file_format", ["png", "svg", "pdf"])
def test_figures_of_these_parts_have_the_same_bytes_every_time(file_format: str) -> None:
    def draw() -> Figure:
        figure, (left, right) = plot.panels(2, "a title")
        plot.confusion(left, ["a", "b", "c"], np.arange(9).reshape(3, 3))
        plot.regions(right, [(0, 4), (0, 10)], CORNERS, POINTS, np.array([0, 1, 2, 2]), ["a", "b", "c"])
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


def test_of_very_many_classes_the_legend_names_a_few_and_counts_the_others() -> None:
    axes, names = one_panel(), [f"class {k}" for k in range(1000)]
    random = np.random.default_rng(0)
    labels, points = random.permutation(1000), random.uniform(0, 1, (1000, 2))
    plot.regions(axes, [(0, 1), (0, 1)], random.integers(0, 1000, (20, 20)), points, labels, names)
    legend, figure = axes.get_legend(), axes.figure
    assert legend is not None
    assert isinstance(figure, Figure)
    assert [text.get_text().strip() for text in legend.get_texts()] == [*names[:11], "and 989 more"]
    assert sum(len(np.atleast_1d(line.get_xdata())) for line in axes.lines) == 1000
    figure.draw_without_rendering()
    assert axes.get_position().width > 0.5
