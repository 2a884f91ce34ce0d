"""Decision regions: where they were computed, with straight borders, and names where there is room."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.contour import ContourSet

from sce_cli.drawing import plot
from sce_cli.drawing.regions import regions


def one_panel() -> Axes:
    return plot.panels(1, "a title")[1][0]


CORNERS = np.array([[0, 1, 1], [2, 2, 1]])
SCORES = (np.arange(3)[:, np.newaxis, np.newaxis] == CORNERS).astype(float)
"""The score of each class is 1 where it's predicted, else 0."""

POINTS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 10.0], [1.0, 9.0]])


def test_regions_lie_where_they_were_computed() -> None:
    axes = one_panel()
    regions(axes, [(0, 4), (0, 10)], SCORES, POINTS, np.array([0, 1, 2, 2]), ["a", "b", "c"])
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
    scores = np.zeros((classes, 4, 4))
    scores[0] = 1
    regions(axes, [(0, 1), (0, 1)], scores, points, labels, names)
    assert len({line.get_marker() for line in axes.lines}) == classes
    assert len({to_rgba(line.get_color()) for line in axes.lines}) == classes
    for k, line in enumerate(axes.lines):
        assert np.array_equal(line.get_xydata(), points[labels == k])
    assert [text.get_text() for text in axes.texts] == ["_hidden", r"\$x", *names[2:]]


def test_a_name_stands_in_its_region_off_the_points() -> None:
    axes = one_panel()
    x = np.linspace(0, 1, 50)
    scores = np.stack([np.broadcast_to(0.6 - x, (50, 50)), np.broadcast_to(x - 0.6, (50, 50))])
    points = np.random.default_rng(0).uniform((0, 0.3), (1, 1), (300, 2))
    regions(axes, [(0, 1), (0, 1)], scores, points, (points[:, 0] > 0.6).astype(int), ["left", "right"])
    (left, low), (right, also_low) = (text.get_position() for text in axes.texts)
    assert left < 0.5 < 0.65 < right
    assert low < 0.3
    assert also_low < 0.3


def test_a_border_is_as_straight_as_the_scores_are() -> None:
    axes = one_panel()
    x, y = np.meshgrid(np.linspace(0, 1, 40), np.linspace(0, 1, 40))
    scores = np.stack([x + 0.3 * y, np.full_like(x, 0.63)])
    regions(axes, [(0, 1), (0, 1)], scores, np.zeros((2, 2)), np.array([0, 1]), ["a", "b"])
    borders = [artist for artist in axes.collections if isinstance(artist, ContourSet)]
    vertices = np.concatenate([path.vertices for border in borders for path in border.get_paths()])
    assert len(vertices) > 20
    np.testing.assert_allclose(vertices[:, 0] + 0.3 * vertices[:, 1], 0.63, atol=1e-9)


def test_scores_that_are_no_numbers_are_drawn() -> None:
    axes = one_panel()
    scores = np.stack([np.full((5, 5), np.inf), np.full((5, 5), np.nan), np.zeros((5, 5))])
    regions(axes, [(0, 1), (0, 1)], scores, np.zeros((3, 2)), np.array([0, 1, 2]), ["a", "b", "c"])
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]


def test_of_very_many_classes_a_few_are_named_and_the_others_counted() -> None:
    axes, names = one_panel(), [f"class {k}" for k in range(1000)]
    random = np.random.default_rng(0)
    labels, points = random.permutation(1000), random.uniform(0, 1, (1000, 2))
    regions(axes, [(0, 1), (0, 1)], random.uniform(0, 1, (1000, 20, 20)), points, labels, names)
    assert [text.get_text() for text in axes.texts] == [*names[:11], "and 989 more classes"]
    assert sum(len(np.atleast_1d(line.get_xdata())) for line in axes.lines) == 1000
