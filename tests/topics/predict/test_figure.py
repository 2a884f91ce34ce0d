"""The figure of a prediction: its title, one colour a quantity, probabilities that end at 1, and its panels."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sce_cli.datasets.model import Model
from sce_cli.drawing.plot import STYLE
from sce_cli.topics.predict import study as predict
from sce_cli.topics.predict.view import PredictView
from sce_cli.units import Unit
from tests.running import run_sce
from tests.topics.predict.test_predict import AS_THEY_ARE, MODEL, table

view = PredictView()


def drawn(study: predict.PredictStudy, unit: Unit = Unit.NATS) -> Figure:
    with rc_context(STYLE):
        figure = view.figures()["plot"](study, unit)
        figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize(("label", "title"), [(0, "Row 0 of t.csv: a, truly a"), (2, "Row 0 of t.csv: a, truly c")])
def test_the_title_says_what_was_predicted_and_what_it_is(label: int, title: str) -> None:
    figure = drawn(predict.study(MODEL, table([label, 0, 0]), 0))
    assert figure.get_suptitle() == title
    assert figure.axes[2].get_title() == f"CE(q, p) = {'0.06513' if label == 0 else '4.465'} nats"


def test_without_the_true_class_the_title_has_only_the_prediction() -> None:
    figure = drawn(predict.study(MODEL, table(), 2))
    assert figure.get_suptitle() == "Row 2 of t.csv: c"
    assert figure.axes[2].get_title() == "p = softmax(z)"
    assert len(figure.axes[2].patches) == 3


def test_inputs_logits_prediction_and_truth_differ_in_colour() -> None:
    figure = drawn(predict.study(MODEL, table([2, 0, 0]), 0))
    colours = [
        {to_hex(bar.get_edgecolor() if not bar.get_fill() else bar.get_facecolor()) for bar in axes.patches}
        for axes in figure.axes
    ]
    assert [len(each) for each in colours] == [1, 1, 2]
    assert len(set.union(*colours)) == 4


@pytest.mark.parametrize(("x", "label"), [(0.0, 0), (1.0, 1), (-1.0, 1), (1e300, 0)])
def test_probabilities_end_at_1_however_sure_the_model_is(x: float, label: int) -> None:
    model = AS_THEY_ARE if x < 1e10 else Model(**{**vars(AS_THEY_ARE), "weights": np.array([[0.5, 0.0], [-0.5, 0.0]])})
    axes = drawn(predict.study(model, table([label], model, [[x, 0.0]]), 0)).axes[2]
    assert axes.get_xlim() == (0, 1)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0", "0.5", "1"]
    assert all(bar.get_width() <= 1 for bar in axes.patches if isinstance(bar, Rectangle))


@pytest.mark.parametrize("label", [0, 1, 2])
def test_the_truths_name_hides_no_long_bar(label: int) -> None:
    study = predict.study(MODEL, table([label, 0, 0]), 1)
    axes = drawn(study).axes[2]
    (name,) = axes.texts
    extent = name.get_window_extent().transformed(axes.transData.inverted())
    for k, p in enumerate(study.prediction):
        covered = (extent.y0 < k + 0.35 and extent.y1 > k - 0.35) or (extent.y1 < k + 0.35 and extent.y0 > k - 0.35)
        assert k == label or not covered or p < extent.x0


def test_each_of_the_first_steps_has_its_panel_and_none_tells_the_loss() -> None:
    study = predict.study(MODEL, table([2, 0, 0]), 0)
    panels = view.panels()
    assert {*panels} == {1, 2, 3}
    for step, draw in panels.items():
        (axes,) = draw(study, Unit.NATS).axes
        assert "CE" not in axes.get_title(), step
        assert [text.get_text() for text in axes.get_yticklabels()] == (["x", "y"] if step == 1 else ["a", "b", "c"])


@pytest.mark.parametrize(("expand", "title"), [("2", ">inputs x<"), ("sines", "inputs x: 12 of 14")])
def test_expanded_features_are_drawn_as_the_inputs_that_they_become(expand: str, title: str, tmp_path: Path) -> None:
    model, drawing = str(tmp_path / "m.npz"), tmp_path / "p.svg"
    trained = run_sce("train", "spiral", "--expand", expand, "--epochs", "20", "--save", model)
    assert trained.exit_code == 0
    run = run_sce("predict", model, "spiral", "--row", "3", "--plot", str(drawing))
    assert (run.exit_code, run.stderr) == (0, "")
    assert title in drawing.read_text(encoding="utf-8")
