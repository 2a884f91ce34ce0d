"""`sce predict`: the chain on one example, the table of all, planted mistakes, what the view says, what is refused."""

import csv
import io
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from sce_cli import cli, core
from sce_cli.core import classifier
from sce_cli.datasets import Table, load, load_for_prediction, plain_preparation
from sce_cli.datasets.model import Model, encoded
from sce_cli.topics.predict import all_rows_study as predictions
from sce_cli.topics.predict import study as predict
from sce_cli.topics.predict.view import PredictView
from sce_cli.topics.train import study as train
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import assert_refused, run_sce
from tests.topics.making import trained

view = PredictView()

MODEL = Model(
    weights=np.array([[1.0, -2.0], [0.5, 0.5], [-1.0, 0.0]]),
    bias=np.array([0.1, 0.2, -0.3]),
    mean=np.array([2.0, 10.0]),
    scale=np.array([2.0, 5.0]),
    class_names=("a", "b", "c"),
    preparation=plain_preparation(["x", "y"]),
)
ROWS = np.array([[4.0, 5.0], [2.0, 10.0], [-6.0, 20.0]])
INPUTS = np.array([[1.0, -1.0], [0, 0], [-4, 2]])
LOGITS = np.array([[3.1, 0.2, -1.3], [0.1, 0.2, -0.3], [-7.9, -0.8, 3.7]])

AS_THEY_ARE = Model(
    weights=np.array([[700.0, 0], [-700, 1]]),
    bias=np.zeros(2),
    mean=np.zeros(2),
    scale=np.ones(2),
    class_names=("0", "1"),
    preparation=plain_preparation(["x0", "x1"]),
)


def table(labels: list[int] | None = None, model: Model = MODEL, rows: Any = ROWS) -> Table:
    return Table(
        name="t.csv",
        features=np.array(rows, dtype=float),
        labels=None if labels is None else np.array(labels, dtype=np.intp),
        class_names=model.class_names,
        preparation=model.preparation,
    )


def text_of(study: predict.PredictStudy, unit: Unit = Unit.NATS) -> str:
    console = Console(width=100)
    with console.capture() as captured:
        for step in view.steps(study, unit):
            console.print(step.title, step.body, sep="\n")
    return captured.get() + view.result(study, unit)


def words(text: str) -> str:
    return " ".join(text.split())


def truth_of(study: predict.PredictStudy) -> predict.Truth:
    assert study.truth is not None
    return study.truth


def truths_of(study: predictions.PredictionsStudy) -> predictions.Truths:
    assert study.truth is not None
    return study.truth


def failed(study: predict.PredictStudy | predictions.PredictionsStudy) -> list[str]:
    return [check.claim for check in study.checks if not check.holds]


def for_prediction(model: Model, source: str) -> Table:
    return load_for_prediction(source, model.preparation, model.class_names)


@pytest.fixture(scope="module")
def iris() -> train.TrainStudy:
    return trained(load("iris"), epochs=30, test_fraction=0)


# The chain


@pytest.mark.parametrize("row", [0, 1, 2])
def test_the_chain_by_hand(row: int) -> None:
    study = predict.study(MODEL, table([1, 2, 0]), row)
    z, label = LOGITS[row], [1, 2, 0][row]
    p = np.exp(z) / np.exp(z).sum()
    assert study.example.features.tolist() == ROWS[row].tolist()
    assert study.example.inputs == pytest.approx(INPUTS[row], rel=1e-15)
    assert study.logits == pytest.approx(z, rel=1e-14)
    assert study.prediction == pytest.approx(p, rel=1e-14)
    assert (truth_of(study).label, study.decision.predicted, study.decision.runner_up) == (
        label,
        z.argmax(),
        z.argsort()[1],
    )
    assert truth_of(study).target.tolist() == [float(k == label) for k in range(3)]
    assert truth_of(study).loss == pytest.approx(-math.log(p[label]), rel=1e-14)
    assert truth_of(study).gradient == pytest.approx(p - truth_of(study).target, abs=1e-15)
    assert study.decision.lead.sum() + study.decision.lead_of_biases == pytest.approx(
        z.max() - np.sort(z)[1], rel=1e-13
    )
    assert not failed(study)


def test_the_lead_is_each_inputs_part() -> None:
    study = predict.study(MODEL, table(), 0)
    assert study.decision.lead == pytest.approx([0.5, 2.5])
    assert study.decision.lead_of_biases == pytest.approx(-0.1)
    assert "+0.5000" in text_of(study)
    assert "together +2.9000" in words(text_of(study))


def test_it_is_what_training_says_of_the_same_example(iris: train.TrainStudy) -> None:
    run = iris.first
    examples = for_prediction(iris.model, "iris")
    assert examples.labels is not None
    everything = predictions.study(iris.model, examples)
    assert truths_of(everything).mean_loss == pytest.approx(run.train_loss[-1], rel=1e-13)
    assert truths_of(everything).accuracy == run.train_accuracy[-1]
    confusion = classifier.confusion_matrix(truths_of(everything).labels, everything.predicted, 3)
    assert confusion.tolist() == iris.reached.confusion.tolist()
    rows = [predict.study(iris.model, examples, row) for row in range(0, 150, 7)]
    for row, study in zip(range(0, 150, 7), rows, strict=True):
        assert truth_of(study).loss == pytest.approx(truths_of(everything).losses[row], rel=1e-12)
        assert study.prediction == pytest.approx(everything.prediction[row], rel=1e-12)
        assert study.decision.predicted == everything.predicted[row]
        assert not failed(study)
    assert not failed(everything)


def test_the_mean_gradient_of_the_rows_is_the_training_objectives(iris: train.TrainStudy) -> None:
    examples = for_prediction(iris.model, "iris")
    total = np.zeros((3, 5))
    for row in range(150):
        study = predict.study(iris.model, examples, row)
        total += np.outer(truth_of(study).gradient, [*study.example.inputs, 1])
    total /= 150
    total[:, :-1] += iris.settings.l2 * iris.first.weights
    assert np.abs(total).max() == pytest.approx(iris.first.gradient_norm[-1], rel=1e-10)


def test_without_the_true_class_there_is_no_loss() -> None:
    study = predict.study(MODEL, table(), 2)
    assert study.truth is None
    assert len(study.checks) == 3
    assert not failed(study)
    text = text_of(study)
    assert "No loss without the true class" in text
    assert "CE(q, p)" not in text
    assert text.endswith("predicted c with p = 0.9890")


@pytest.mark.parametrize("size", [0.0, 1.0, 1e3, 1e6, 1e12, 1e100])
def test_every_claim_holds_for_features_of_any_size(size: float) -> None:
    rows = [[size, 1], [-size, 3], [size / 2, -size]]
    for labels in ([0, 1, 1], None):
        data = table(labels, AS_THEY_ARE, rows)
        for row in range(3):
            study = predict.study(AS_THEY_ARE, data, row)
            assert not failed(study)
            assert "nan" not in text_of(study)
        assert not failed(predictions.study(AS_THEY_ARE, data))


@pytest.mark.parametrize("size", [1.0, 1e12, 1e15, 1e100, 1e280])
@pytest.mark.parametrize("gap", [0.0, 1e-3, 1.0])
def test_every_claim_holds_for_two_large_scores_side_by_side(size: float, gap: float) -> None:
    model = replace(AS_THEY_ARE, weights=np.array([[size, 0], [size, 0]]), bias=np.array([0, gap]))
    for label in (0, 1):
        assert not failed(predict.study(model, table([label], model, [[1.0, 0]]), 0))
        assert not failed(predictions.study(model, table([label], model, [[1.0, 0]])))


def test_a_tie_is_the_first_class() -> None:
    study = predict.study(AS_THEY_ARE, table([1], AS_THEY_ARE, [[0, 0]]), 0)
    assert (study.decision.predicted, study.decision.runner_up) == (0, 1)
    assert truth_of(study).loss == pytest.approx(math.log(2))
    assert predictions.study(AS_THEY_ARE, table([1], AS_THEY_ARE, [[0, 0]])).predicted.tolist() == [0]


# The view


def test_the_view_names_right_and_wrong() -> None:
    right, wrong = (text_of(predict.study(MODEL, table([label, 0, 0]), 0)) for label in (0, 2))
    assert "Right, and the surer the cheaper." in right
    assert "q = one-hot at a" in right
    assert right.endswith("predicted a with p = 0.9369, right; loss 0.06513 nats")
    assert "Wrong, and the surer the dearer." in wrong
    assert wrong.endswith("predicted a with p = 0.9369, wrong: it is c; loss 4.465 nats")


@pytest.mark.parametrize(
    ("unit", "log", "loss"),
    [(Unit.NATS, "ln", "0.06513"), (Unit.BITS, "log₂", "0.09397"), (Unit.DITS, "log₁₀", "0.02829")],
)
def test_the_loss_bears_its_unit(unit: Unit, log: str, loss: str) -> None:
    text = text_of(predict.study(MODEL, table([0, 0, 0]), 0), unit)
    assert f"CE(q, p) = −{log} p = −{log} 0.9369 ≈ {loss}" in text
    assert f" {unit.label}" in text


def test_a_digit_is_shown_as_a_picture(digits_model: str) -> None:
    shown = run_sce("predict", digits_model, "--data", "digits", "--row", "17").stdout
    lines = shown.splitlines()
    assert lines[3] == "       ░░▒▒██▓▓"  # a seven, as row 17 of digits.csv has it
    assert "The true class is 7." in shown
    assert "pixel_2_3" in shown
    plain = run_sce("predict", digits_model, "--data", "digits", "--row", "17", "--ascii").stdout
    assert plain.splitlines()[3] == "       ..::##**"


@pytest.mark.parametrize("ink", [0, -1, 16])
def test_a_picture_of_one_shade_is_shown(ink: int, digits_model: str, tmp_path: Path) -> None:
    data = tmp_path / "one.csv"
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    data.write_text(",".join(names) + "\n" + ",".join([str(ink)] * 64) + "\n")
    run = run_sce("predict", digits_model, "--data", str(data), "--row", "0", "--plot", str(tmp_path / "p.svg"))
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.stdout.splitlines().count(" " * 3 + "█" * 16) == (8 if ink > 0 else 0)


# Planted mistakes

HONEST: dict[str, Callable[..., Any]] = {
    name: getattr(core, name) for name in ("softmax", "cross_entropy_from_logits", "cross_entropy_gradient", "one_hot")
}
MISTAKES: dict[str, tuple[str, Callable[..., Any], str]] = {
    "softmax of softmax": ("softmax", lambda z: HONEST["softmax"](HONEST["softmax"](z)), "softmax = exp"),
    "softmax at temperature 2": ("softmax", lambda z: HONEST["softmax"](z / 2), "softmax = exp"),
    "exp without the sum": ("softmax", lambda z: np.exp(z - z.max()), "add up to 1"),
    "the loss in bits": (
        "cross_entropy_from_logits",
        lambda q, z: HONEST["cross_entropy_from_logits"](q, z) / math.log(2),
        "loss = ln Σ exp z",
    ),
    "the loss against another class": (
        "cross_entropy_from_logits",
        lambda q, z: HONEST["cross_entropy_from_logits"](np.roll(q, 1), z),
        "loss = ln Σ exp z",
    ),
    "q − p": ("cross_entropy_gradient", lambda q, z: -HONEST["cross_entropy_gradient"](q, z), "central differences"),
    "p alone": ("cross_entropy_gradient", lambda q, z: HONEST["softmax"](z), "the gradient adds up to 0"),
    "a gradient too long": (
        "cross_entropy_gradient",
        lambda q, z: 1.001 * HONEST["cross_entropy_gradient"](q, z),
        "central differences",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_formula_fails_its_claim(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, wrong, claim = MISTAKES[mistake]
    monkeypatch.setattr(core, formula, wrong)
    for row in range(3):
        study = predict.study(MODEL, table([1, 2, 0]), row)
        assert any(claim in named for named in failed(study)), failed(study)


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if MISTAKES[name][0] != "cross_entropy_gradient"])
def test_a_mistake_in_a_formula_fails_the_tables_claims(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, wrong, _ = MISTAKES[mistake]
    monkeypatch.setattr(core, formula, wrong)
    study = predictions.study(MODEL, table([1, 2, 0]))
    assert failed(study)


def test_a_failed_claim_of_the_table_goes_to_stderr(
    digits_model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = classifier.mean_loss_and_gradient
    monkeypatch.setattr(classifier, "mean_loss_and_gradient", lambda *given: 2 * honest(*given))
    assert cli.run(["predict", digits_model, "--data", "digits"]) == 1
    stdout, stderr = capsys.readouterr()
    assert len(stdout.splitlines()) == 1798
    assert stderr.startswith("FAILS: mean loss = that of the training's own formula; off by ")


# The table of all rows


def test_all_rows_are_those_of_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "ROWS_AT_ONCE", 2)
    labels = [1, 2, 0]
    study = predictions.study(MODEL, table(labels))
    p = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    assert study.prediction == pytest.approx(p, rel=1e-14)
    assert study.predicted.tolist() == [0, 1, 2]
    assert truths_of(study).losses == pytest.approx(-np.log(p[range(3), labels]), rel=1e-14)
    assert truths_of(study).mean_loss == pytest.approx(-np.log(p[range(3), labels]).mean(), rel=1e-14)
    assert truths_of(study).accuracy == 0
    assert truths_of(predictions.study(MODEL, table([0, 2, 2]))).accuracy == pytest.approx(2 / 3)
    assert not failed(study)


def test_without_classes_nothing_is_made_of_the_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_of_the_past(shape: Any, dtype: Any = float) -> Any:
        return np.full(shape, 1.7e308 if dtype is float else 7, dtype)

    monkeypatch.setattr(np, "empty", full_of_the_past)
    study = predictions.study(MODEL, table())
    assert study.truth is None
    assert not failed(study)


ODD = ("a,b", 'say "c"', "'", " red", "é红")


def odd_files(folder: Path) -> tuple[str, str]:
    """Return a model whose names need quoting, and data for it."""
    random = np.random.default_rng(0)
    rows = [["x,1", 'the "y"', "class"]]
    rows += [[*random.normal(size=2).tolist(), ODD[index % 4].strip()] for index in range(24)]
    data, model = folder / "odd.csv", folder / "odd.npz"
    with data.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    model.write_bytes(encoded(trained(load(str(data)), epochs=5).model))
    return str(model), str(data)


def test_the_table_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    model, data = odd_files(tmp_path)
    target = tmp_path / "p.csv"
    run = run_sce("predict", model, "--data", data)
    written = run_sce("predict", model, "--data", data, "--output", str(target))
    assert (run.exit_code, run.stderr) == (written.exit_code, written.stderr) == (0, "")
    assert target.read_text(encoding="utf-8") == run.stdout
    assert written.stdout == f"File: {target}\n"
    header, *rows = csv.reader(io.StringIO(run.stdout))
    assert header == ["row", "label", "prediction", "loss", "p_'", "p_a,b", "p_red", 'p_say "c"']
    document = run_sce("predict", model, "--data", data, "--json").json
    assert [[float(cell) for cell in row[4:]] for row in rows] == document["prediction"]
    assert [float(row[3]) for row in rows] == document["truth"]["losses"]
    assert [row[2] for row in rows] == [document["class_names"][k] for k in document["predicted"]]
    assert [row[1] for row in rows] == [ODD[index % 4].strip() for index in range(24)]
    assert [row[0] for row in rows] == [str(index) for index in range(24)]


def test_rows_of_unknown_class_have_no_label_and_no_loss(tmp_path: Path) -> None:
    model, data = odd_files(tmp_path)
    unknown = tmp_path / "unknown.csv"
    known = list(csv.reader(io.StringIO(Path(data).read_text(encoding="utf-8"))))
    with unknown.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([row[1::-1] for row in known])  # the columns in another order, too
    header, *rows = csv.reader(io.StringIO(run_sce("predict", model, "--data", str(unknown)).stdout))
    _, *labelled = csv.reader(io.StringIO(run_sce("predict", model, "--data", data).stdout))
    assert header == ["row", "prediction", "p_'", "p_a,b", "p_red", 'p_say "c"']
    assert [row[2:] for row in rows] == [row[4:] for row in labelled]


def test_a_column_of_classes_may_be_named_or_left_out_of_the_model(tmp_path: Path) -> None:
    model, data = tmp_path / "m.npz", tmp_path / "d.csv"
    model.write_bytes(encoded(MODEL))
    data.write_text("kind,y,x\nb,5,4\n")
    shown = run_sce("predict", str(model), "--data", str(data), "--label-column", "kind").stdout
    assert shown.splitlines()[1].startswith("0,b,a,2.96")


# What is refused

BAD_INPUT = [
    (["--data", "digits", "--row", "-1"], "--row '-1' is less than 0", "at least 0"),
    (["--data", "digits", "--row", "1.5"], "--row '1.5' is not a whole number", "without a fraction"),
    (["--data", "digits", "--row", "one"], "--row 'one' is not a number", "the number of a row: sce predict"),
    (["--data", "digits", "--row", "1797"], "--row 1797 is not in --data 'digits', which has 1797 rows", "to 1796"),
    (
        ["--data", "digits", "--row", "3", "--output", "o.csv"],
        "--row 3 and --output 'o.csv' exclude",
        "Leave out --row",
    ),
    (["--data", "digits", "--output", "o.txt"], "--output 'o.txt' doesn't end in .csv", "by the ending"),
    (["--data", "digits", "--output", "no/o.csv"], "--output 'no/o.csv' is not a file", "folder of your own"),
    (["--data", "digits", "--plot", "p.png"], "--plot 'p.png': there is no figure", "Leave it out"),
    (["--data", "digits", "--label-column", "x"], "--label-column 'x' is not a column", "The columns are"),
    (["--data", "digits", "--label-column", "pixel_0_1"], "'pixel_0_1' is a feature of the model", "leave the option"),
    (["--data", "blobs", "--label-column", "x"], "--label-column 'x' doesn't go with --data 'blobs'", "Leave it out"),
    (["--data", "iris"], "--data 'iris' has no column 'pixel_0_0', which the model needs", "The columns are"),
    (["--data", "spiral"], "--data 'spiral' has the class 'a', which the model doesn't know", "Its classes are"),
    (["--data", "no.csv"], "--data 'no.csv' doesn't exist", "Give blobs"),
    (["--data", "digit"], "--data 'digit' is not a data set", "Give blobs"),
    (["--row", "3"], "has no examples beside it", "Name a data set"),
    (["--data", "digits", "--rows", "3"], "--rows", "--row"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: list[str],
    named: str,
    remedy: str,
    digits_model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(["predict", digits_model, *arguments], named, remedy, capsys)
    assert not list(tmp_path.iterdir())


def test_the_data_are_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, data = odd_files(tmp_path)
    before = Path(data).read_bytes()
    given = ["predict", model, "--data", data, "--output", data]
    assert_refused(given, "would overwrite --data", "another", capsys)
    assert Path(data).read_bytes() == before


def test_a_model_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(["predict"], "there is no model", "sce train --save model", capsys)


def test_json_is_the_study(digits_model: str) -> None:
    run = run_sce("predict", digits_model, "--data", "digits", "--row", "17", "--base", "2", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert (document["command"], document["unit"]) == ("predict", "nats")
    example, truth = document["example"], document["truth"]
    assert (example["data"], example["row"]) == ("digits", 17)
    assert (truth["label"], document["decision"]["predicted"]) == (7, 7)
    assert truth["gradient"][7] == pytest.approx(document["prediction"][7] - 1, abs=1e-15)
    assert truth["loss"] == pytest.approx(-math.log(document["prediction"][7]))
    assert len(example["features"]) == len(document["decision"]["lead"]) == 64
    everything = run_sce("predict", digits_model, "--data", "digits", "--json").json
    assert everything["truth"]["losses"][17] == pytest.approx(truth["loss"])
    assert all(check["holds"] for check in everything["checks"])
