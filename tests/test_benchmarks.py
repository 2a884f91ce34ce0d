"""The benchmarks time works that compute the same: everything about them but the timing."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sce_cli.core.classifier import mean_loss_and_gradient
from sce_cli.datasets import load
from sce_cli.topics.train.run import run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import unwatched
from tests.benchmarks import growth, kernels, measuring, training
from tests.benchmarks.__main__ import main, shown
from tests.benchmarks.measuring import Line, compared


def test_torch_takes_the_same_step() -> None:
    pytest.importorskip("torch")
    objective, parameters = kernels.drawn_objective(300, 7, 4)
    gradient = objective.evaluate(parameters).gradient
    gradient[:, :-1] -= objective.l2 * parameters[:, :-1]  # torch's step leaves the L2 term out
    np.testing.assert_allclose(kernels.torch_step(objective, parameters)(), gradient, rtol=1e-12, atol=1e-15)


def test_torch_has_the_same_loss_and_gradient_of_scores() -> None:
    pytest.importorskip("torch")
    scores, labels = kernels.drawn_scores(300, 4)
    loss, gradient = kernels.torch_cross_entropy(scores, labels)()
    assert mean_loss_and_gradient(scores, labels) == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(gradient, scores.T, rtol=1e-11, atol=1e-17)


def test_mlxtend_descends_to_the_same_place() -> None:
    pytest.importorskip("mlxtend")
    objective, _ = kernels.drawn_objective(300, 7, 4)
    objective = replace(objective, l2=0.0)
    np.testing.assert_allclose(
        training.mlxtend_descent(objective)(), training.our_descent(objective)(), rtol=1e-10, atol=1e-13
    )


def test_scipy_has_the_same_loss_and_gradient_of_scores() -> None:
    scores, labels = kernels.drawn_scores(300, 4)
    p, log_p = kernels.scipy_softmaxes(scores)()
    loss = mean_loss_and_gradient(scores, labels)
    assert -log_p[np.arange(300), labels].mean() == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose((p - np.eye(4)[labels]) / 300, scores.T, rtol=1e-11, atol=1e-17)


def test_the_kernel_is_timed_on_scores_that_stay() -> None:
    scores, labels = kernels.drawn_scores(300, 4)
    before = scores.copy()
    assert kernels.kernel(scores, labels)() > 0
    np.testing.assert_array_equal(scores, before)


def test_the_least_value_is_the_one_that_newtons_method_finds() -> None:
    objective, _ = kernels.drawn_objective(200, 5, 3)
    exact = run("newton", objective, None, TrainSettings(epochs=20), unwatched)
    assert training.least_value(objective) == pytest.approx(exact.objective[-1], abs=1e-14)
    solution = {"weights": exact.weights, "bias": exact.bias}
    assert training.excess(objective, solution, float(exact.objective[0])) == pytest.approx(
        exact.objective[-1] - exact.objective[0], abs=1e-14
    )


def test_a_csv_file_is_parsed_to_the_same_numbers(tmp_path: Path) -> None:
    path = growth.table(tmp_path / "table.csv", 50, 3)
    np.testing.assert_array_equal(load(str(path)).features, growth.parsed(path, 3))


def test_a_csv_file_with_words_is_parsed_to_the_same_numbers(tmp_path: Path) -> None:
    path = growth.table_of_words(tmp_path / "words.csv", 50, 3)
    loaded = load(str(path))
    np.testing.assert_array_equal(loaded.features[:, :3], growth.parsed(path, 3))
    assert len(loaded.feature_names) == 3 + 3 * 3
    peak, size = growth.peak_of_loading(path)
    assert peak > size == loaded.features.nbytes + 50 * 8


def test_the_median_of_the_pairs_ratios_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = iter([9.0, 1.0, 4.0, 3.0]), iter([1.0, 2.0, 2.0, 2.0])
    line = compared("a", "b", lambda: next(ours), lambda: next(theirs), limit=1.4, pairs=3)
    assert (line.ratio, line.verdict, line.ours, line.theirs) == (1.5, "missed", "3 s", "2 s")
    assert shown(line).startswith("| a | b | 1.50 | 1.40 | missed | 0.50 … 2.00 |")
    assert shown(Line("a", "b", 0, 0)) == "| a | b | 0.00 | 0.00 | met |  |  |  |"


def test_peak_memory_is_that_of_the_command_alone() -> None:
    held, command = np.ones(20_000_000), [sys.executable, "-c", "x = b'x' * 50_000_000"]
    finished = subprocess.run([sys.executable, str(growth.PEAK), *command], check=True, stdout=subprocess.PIPE)
    assert 50_000_000 < int(finished.stdout) < held.nbytes


def test_an_unknown_room_is_named() -> None:
    with pytest.raises(
        SystemExit, match=r"Name some of startup, playing, kernels, training, growth, or --write, not kitchen\."
    ):
        main(["kitchen"])


def test_a_part_of_the_table_is_not_written() -> None:
    with pytest.raises(SystemExit, match="written whole: leave startup or --write out"):
        main(["startup", "--write"])


def test_a_process_leaves_its_modules_compiled_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert measuring.process(*measuring.SCE, "--version")() > 0
    assert any(Path(measuring.COMPILED.name).rglob("sce_cli/cli.*.pyc"))
