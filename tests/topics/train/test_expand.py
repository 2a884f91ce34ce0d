"""`sce train --expand`: what it makes of features, in the model file and in predictions too."""

from pathlib import Path

import numpy as np
import pytest

from sce_cli.datasets.model import encoded, load_model
from tests.each import for_each
from tests.running import assert_refused, run_sce


@for_each("expand", ["2", "3", "sines"])
def test_a_model_keeps_its_expansion_and_predicts_with_it(
    expand: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("models")
    trained = run_sce("train", "moons", "--expand", expand, "--save", "m.npz", "--json", folder=folder).json
    assert len(trained["runs"][0]["weights"][0]) == len(trained["data"]["inputs"])
    assert trained["settings"]["expand"] == expand
    model = load_model(str(folder / "m.npz"))
    assert model.expand == expand
    predicted = run_sce("predict", "m.npz", "moons", "--json", folder=folder).json
    right = np.trace(trained["reached"]["confusion"]) + 240 * trained["runs"][0]["train_accuracy"][-1]
    assert predicted["truth"]["accuracy"] == pytest.approx(right / 300, rel=1e-12)
    followed = run_sce("predict", "m.npz", "moons", "--row", "7", "--json", folder=folder).json
    assert followed["prediction"] == pytest.approx(predicted["prediction"][7], rel=1e-12)
    assert [check["holds"] for check in followed["checks"]] == [True] * len(followed["checks"])
    assert run_sce("predict", "m.npz", "moons", "--row", "7", "--plot", "f.png", folder=folder).exit_code == 0


def test_a_model_without_an_expansion_is_written_as_before(iris_model: str) -> None:
    model = load_model(iris_model)
    assert model.expand == ""
    with np.load(iris_model) as kept:
        assert int(kept["format"]) == 2
        assert "expand" not in kept


def test_a_model_with_an_expansion_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_sce("train", "xor", "--expand", "2", "--save", "m.npz", folder=tmp_path).exit_code == 0
    with np.load(tmp_path / "m.npz") as kept:
        arrays = dict(kept)
    assert int(arrays["format"]) == 3
    np.savez(tmp_path / "odd.npz", **{**arrays, "expand": np.array("4")})
    np.savez(tmp_path / "short.npz", **{**arrays, "weights": arrays["weights"][:, :2]})
    for name in ("odd.npz", "short.npz"):
        assert_refused(["predict", str(tmp_path / name), "xor"], "is not a model", "sce train", capsys)


def test_the_file_of_a_model_leads_to_the_same_model(tmp_path: Path) -> None:
    assert run_sce("train", "circles", "--expand", "3", "--save", "m.npz", folder=tmp_path).exit_code == 0
    assert encoded(load_model(str(tmp_path / "m.npz"))) == (tmp_path / "m.npz").read_bytes()


def test_step_1_names_what_enters() -> None:
    shown = run_sce("train", "circles", "--expand", "2").stdout
    assert "--expand 2 makes 5 inputs x of them: x0, x1, x0², x0·x1, x1²." in shown
    assert run_sce("train", "circles", "--expand", "2", "--ascii").stdout.isascii()


def test_borders_bend(tmp_path: Path) -> None:
    run = run_sce("train", "circles", "--expand", "2", "--plot-boundary", "b.svg", "--plot", "f.svg", folder=tmp_path)
    assert run.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"b.svg", "f.svg"}


@for_each(
    "arguments,named,remedy",
    [
        (
            ["train", "digits", "--expand", "2"],
            "--expand 2 makes 2144 features of 64",
            "--features pixel_0_0,pixel_0_1",
        ),
        (["train", "iris", "--expand", "4"], "--expand '4' is not known", "sce train iris --expand 2"),
    ],
)
def test_what_can_not_be_expanded_is_refused(
    arguments: list[str], named: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(arguments, named, remedy, capsys)
