"""Every figure of very many classes is drawn without a warning, and its panels are as large as ever."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from sce_cli import cli

CLASSES = 1000


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Return a list that fills with the figures as they are written."""
    figures: list[Figure] = []
    save = Figure.savefig

    def remembered(figure: Figure, *arguments: object, **options: object) -> None:
        save(figure, *arguments, **options)  # type: ignore[arg-type]
        figures.append(figure)

    monkeypatch.setattr(Figure, "savefig", remembered)
    return figures


def assert_readable(figure: Figure) -> None:
    """Fail where a panel has collapsed, or the title leaves the figure."""
    [title] = figure.texts
    assert title.get_window_extent().x0 >= 0
    assert title.get_window_extent().x1 <= figure.bbox.width
    assert max(figure.get_size_inches()) <= 20
    drawn = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    panels, places = [axes.get_position() for axes in drawn], [axes.get_subplotspec() for axes in drawn]
    rows, columns = (
        max(counts) for counts in zip(*(place.get_geometry()[:2] for place in places if place), strict=True)
    )
    assert min(panel.width for panel in panels) > 0.5 / columns
    assert min(panel.height for panel in panels) > 0.45 / rows  # a square one has a colour bar below it


def listed(values: object) -> str:
    return ",".join(map(str, np.asarray(values).tolist()))


SCORES = (np.arange(CLASSES) % 97 / 10).tolist()

COMMANDS = {
    "mle": ["mle", "--counts", listed(1 + np.arange(CLASSES))],
    "softmax": ["softmax", *map(str, SCORES)],
    "entropy": ["entropy", "--target", listed([1 / CLASSES] * CLASSES), "--logits", listed(SCORES)],
    "grad": ["grad", *map(str, SCORES[:400])],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_figure_of_very_many_classes(command: str, drawn: list[Figure], tmp_path: Path) -> None:
    assert cli.run([*COMMANDS[command], "--plot", str(tmp_path / "figure.png"), "--json"]) == 0
    assert_readable(drawn[0])


def table(file: Path, classes: int, features: str) -> str:
    """Write a CSV file of three rows a class and return its name."""
    rows = np.random.default_rng(0).uniform(size=(3 * classes, len(features.split(",")))).round(3)
    lines = [f"{listed(row)},class {k % classes}" for k, row in enumerate(rows)]
    file.write_text("\n".join([f"{features},kind", *lines]))
    return str(file)


def test_the_figures_of_a_classifier_of_very_many_classes(drawn: list[Figure], tmp_path: Path) -> None:
    data = table(tmp_path / "table.csv", 300, "first,second")
    losses, boundary, model = (str(tmp_path / name) for name in ("losses.png", "boundary.png", "model.npz"))
    outputs = ["--plot", losses, "--plot-boundary", boundary, "--save", model]
    assert cli.run(["train", "--data", data, "--epochs", "2", *outputs, "--json"]) == 0
    assert cli.run(["predict", model, "--data", data, "--row", "3", "--plot", losses, "--json"]) == 0
    assert len(drawn) == 3
    for figure in drawn:
        assert_readable(figure)


def test_the_weights_of_very_many_classes_of_pictures(drawn: list[Figure], tmp_path: Path) -> None:
    data = table(tmp_path / "table.csv", 300, "pixel_0_0,pixel_0_1,pixel_1_0,pixel_1_1")
    boundary = str(tmp_path / "weights.png")
    assert cli.run(["train", "--data", data, "--epochs", "2", "--plot-boundary", boundary, "--json"]) == 0
    assert_readable(drawn[0])
    assert " ".join(drawn[0].get_suptitle().split()).endswith("the first 20 of 300 classes")
