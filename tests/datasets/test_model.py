"""A trained model as a file: what is saved comes back exactly, and every broken file is one line."""

import io
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sce_cli import cli
from sce_cli.datasets import Preparation, load, load_for_prediction, plain_preparation
from sce_cli.datasets.model import FORMAT, LARGEST, Model, encoded, load_model
from sce_cli.datasets.preparation import Feature
from sce_cli.errors import SceError
from sce_cli.topics.predict import all_rows_study as predictions
from sce_cli.topics.predict import study as predict
from tests.core.cases import repeatable
from tests.each import for_each
from tests.running import assert_refused
from tests.topics.making import trained

MODEL = Model(
    weights=np.array([[1 / 3, -2e-17], [5e-324, 1e99], [0.0, -0.0]]),
    bias=np.array([0.1, -0.2, np.pi]),
    mean=np.array([1e-300, 7.0]),
    scale=np.array([1e-99, 3.0]),
    class_names=("a", "é, '\"红", "[/]"),
    preparation=Preparation(
        features=(Feature("x", "x"), Feature("soil=red clay", "soil", "red clay")),
        columns=("id", "x", "soil", "kind"),
        categories={"soil": ("red clay", "sand", "ß")},
        label_column="kind",
        header=False,
        missing="mean",
        fillings=np.array([1 / 7, 0.25]),
    ),
)
ARRAYS: dict[str, Any] = dict(np.load(io.BytesIO(encoded(MODEL))))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(content: bytes) -> str:
    Path("m.npz").write_bytes(content)
    return "m.npz"


def archive(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_what_is_saved_comes_back_exactly() -> None:
    for model in (MODEL, replace(MODEL, preparation=plain_preparation(["x", "x y"], ["x y", "x", "[/]"]))):
        loaded = load_model(write(encoded(model)))
        for name in ("weights", "bias", "mean", "scale"):
            assert getattr(loaded, name).tobytes() == getattr(model, name).tobytes(), name
        assert loaded.class_names == model.class_names
        for field in fields(Preparation):
            saved, found = getattr(model.preparation, field.name), getattr(loaded.preparation, field.name)
            assert np.array_equal(found, saved) if field.name == "fillings" else found == saved, field.name
            assert type(found) is type(saved)


def test_a_trained_model_predicts_the_same_bits_after_it_was_saved() -> None:
    model = trained(load("penguins", features=["bill_depth_mm", "body_mass_g"]), epochs=20).model
    assert model.left_out == ("bill_length_mm", "flipper_length_mm")
    loaded = load_model(write(encoded(model)))
    table = load_for_prediction("penguins", model.preparation, model.class_names)
    before, after = predictions.study(model, table), predictions.study(loaded, table)
    assert before.prediction.tobytes() == after.prediction.tobytes()
    assert predict.study(model, table, 7).logits.tobytes() == predict.study(loaded, table, 7).logits.tobytes()


def format_1(**other: Any) -> bytes:
    """Return a model as sce 0.1 wrote it."""
    arrays = {
        "format": np.array(1),
        **{name: getattr(MODEL, name) for name in ("weights", "bias", "mean", "scale")},
        "class_names": np.array(MODEL.class_names),
        "feature_names": np.array(["x", "y"]),
        "left_out": np.array(["id"]),
    }
    return archive(**{**arrays, **other})


def test_a_model_of_format_1_is_read() -> None:
    model = load_model(write(format_1()))
    assert (model.feature_names, model.left_out, model.class_names) == (("x", "y"), ("id",), MODEL.class_names)
    assert model.preparation.fillings.tolist() == MODEL.mean.tolist()
    assert model.preparation.label_column == ""
    for broken in (format_1(feature_names=np.array(["x", "x"])), format_1(left_out=np.array([""]))):
        with pytest.raises(SceError, match="is not a model"):
            load_model(write(broken))


def test_the_same_model_is_saved_as_the_same_bytes() -> None:
    assert encoded(MODEL) == encoded(replace(MODEL, weights=MODEL.weights.copy()))


@for_each("how", ["", "--no-standardize --optimizer newton --l2 0 --epochs 5"])
@for_each("size", [1e-99, 1e-103, 1e-140, 1e-300, 1e-320])
def test_what_training_saves_can_be_read_however_small_the_features(
    size: float, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    rows = [f"{size * random.normal(n % 2)!r},{random.normal()!r},{n % 2}" for n in range(40)]
    Path("t.csv").write_text("\n".join(["x,y,class", *rows]))
    assert cli.run(["train", "--data", "t.csv", "--save", "m.npz", *how.split()]) == 0, capsys.readouterr()
    assert (load_model("m.npz").scale > 0).all()
    for row in ([], ["--row", "3"]):
        assert cli.run(["predict", "m.npz", "--data", "t.csv", *row]) == 0, capsys.readouterr()


@for_each("row", [[], ["--row", "1"]])
def test_rows_too_far_from_the_models_are_refused(row: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    write(encoded(replace(MODEL, scale=np.array([1e-300, 1.0]), preparation=plain_preparation(["x", "y"]))))
    Path("t.csv").write_text("x,y\n0,1\n1e100,1\n")
    capsys.readouterr()
    named = "--data 't.csv', row 1: its values are too far from the training's: the scores overflow."
    assert_refused(["predict", "m.npz", "--data", "t.csv", *row], named, "in the units of those", capsys)
    assert cli.run(["predict", "m.npz", "--data", "t.csv", "--row", "0"]) == 0


# Broken files


def without(name: str) -> bytes:
    return archive(**{key: value for key, value in ARRAYS.items() if key != name})


def with_other(**arrays: Any) -> bytes:
    return archive(**{**ARRAYS, **arrays})


def pickled(**arrays: Any) -> bytes:
    return with_other(**{name: np.array(value, dtype=object) for name, value in arrays.items()})


def one_array() -> bytes:
    file = io.BytesIO()
    np.save(file, MODEL.weights)
    return file.getvalue()


def zipped_text() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("format", "1")
    return file.getvalue()


def beyond_unicode(letters: str, order: str = "<") -> NDArray[Any]:
    """Return texts of one letter each, the last of them a number that stands for none."""
    points = np.array([*map(ord, letters[:-1]), 0x110000], dtype=f"{order}u4")
    return points.view(f"{order}U1")


NOT_ONE = "MODEL 'm.npz' is not a model."
NO_ARCHIVE = "MODEL 'm.npz' is no .npz archive, or a damaged one."
OBJECTS = "MODEL 'm.npz' holds Python objects, which could run any code when loaded."
WEIGHTS = MODEL.weights

BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", NO_ARCHIVE),
    "text": (lambda: b"weights,bias\n1,2\n", NO_ARCHIVE),
    "a pickle": (lambda: pickle.dumps({"weights": 1}), "MODEL 'm.npz' "),
    "a single array": (one_array, "MODEL 'm.npz' is a single array, not an archive."),
    "a text in the archive": (zipped_text, NO_ARCHIVE),
    "pickled weights": (lambda: pickled(weights=WEIGHTS), OBJECTS),
    "pickled names": (lambda: pickled(class_names=MODEL.class_names), OBJECTS),
    "no arrays": (lambda: archive(), NOT_ONE),
    **{f"no {name}": (lambda name=name: without(name), NOT_ONE) for name in ARRAYS},  # type: ignore[misc]
    "a newer format": (
        lambda: with_other(format=np.array(FORMAT + 1)),
        f"MODEL 'm.npz' has format {FORMAT + 1}, this sce knows formats up to {FORMAT}.",
    ),
    "a newer format without what this one has": (
        lambda: archive(format=np.array(7)),
        f"MODEL 'm.npz' has format 7, this sce knows formats up to {FORMAT}.",
    ),
    "format 0": (lambda: with_other(format=np.array(0)), NOT_ONE),
    "a negative format": (lambda: with_other(format=np.array(-1)), NOT_ONE),
    "format as a fraction": (lambda: with_other(format=np.array(1.0)), NOT_ONE),
    "format as a text": (lambda: with_other(format=np.array("1")), NOT_ONE),
    "two formats": (lambda: with_other(format=np.array([1, 1])), NOT_ONE),
    "weights of another shape": (lambda: with_other(weights=WEIGHTS.T), NOT_ONE),
    "weights in a row": (lambda: with_other(weights=WEIGHTS.ravel()), NOT_ONE),
    "whole numbers as weights": (lambda: with_other(weights=np.ones((3, 2), int)), NOT_ONE),
    "complex weights": (lambda: with_other(weights=WEIGHTS + 1j), NOT_ONE),
    "float32 weights": (lambda: with_other(weights=np.ones((3, 2), np.float32)), NOT_ONE),
    "one bias too few": (lambda: with_other(bias=MODEL.bias[1:]), NOT_ONE),
    "a bias for each feature": (lambda: with_other(bias=MODEL.mean), NOT_ONE),
    "one mean": (lambda: with_other(mean=np.array(1.0)), NOT_ONE),
    "NaN as a weight": (lambda: with_other(weights=WEIGHTS * [1, np.nan]), NOT_ONE),
    "an infinite bias": (lambda: with_other(bias=MODEL.bias * np.inf), NOT_ONE),
    "a huge mean": (lambda: with_other(mean=np.array([10 * LARGEST, 0])), NOT_ONE),
    "a scale of 0": (lambda: with_other(scale=np.array([0.0, 1])), NOT_ONE),
    "a negative scale": (lambda: with_other(scale=np.array([-1.0, 1])), NOT_ONE),
    "NaN as a scale": (lambda: with_other(scale=np.array([np.nan, 1])), NOT_ONE),
    "an infinite scale": (lambda: with_other(scale=np.array([np.inf, 1])), NOT_ONE),
    "a character beyond Unicode as a class": (lambda: with_other(class_names=beyond_unicode("abc")), NO_ARCHIVE),
    "a character beyond Unicode as a feature": (lambda: with_other(feature_names=beyond_unicode("xy")), NO_ARCHIVE),
    "a character beyond Unicode, in the other byte order": (
        lambda: with_other(class_names=beyond_unicode("abc", ">")),
        NO_ARCHIVE,
    ),
    "a character beyond Unicode that is not needed": (lambda: with_other(more=beyond_unicode("abc")), NO_ARCHIVE),
    "numbers as names": (lambda: with_other(class_names=np.arange(3)), NOT_ONE),
    "names in a table": (lambda: with_other(class_names=np.array([["a"], ["b"], ["c"]])), NOT_ONE),
    "bytes as names": (lambda: with_other(feature_names=np.array([b"x", b"y"])), NOT_ONE),
    "a class twice": (lambda: with_other(class_names=np.array(["a", "b", "a"])), NOT_ONE),
    "a feature twice": (lambda: with_other(feature_names=np.array(["x", "x"])), NOT_ONE),
    "a class without a name": (lambda: with_other(class_names=np.array(["a", "b", ""])), NOT_ONE),
    "a class that colours the terminal": (lambda: with_other(class_names=np.array(["a", "b", "\x1b[31m"])), NOT_ONE),
    "one class": (
        lambda: with_other(weights=WEIGHTS[:1], bias=MODEL.bias[:1], class_names=np.array(["a"])),
        NOT_ONE,
    ),
    "no features": (
        lambda: with_other(
            weights=WEIGHTS[:, :0],
            **dict.fromkeys(("mean", "scale", "fillings"), MODEL.mean[:0]),
            **dict.fromkeys(("feature_names", "feature_columns", "feature_categories"), np.array([], dtype="U1")),
        ),
        NOT_ONE,
    ),
    "a feature of no column": (lambda: with_other(feature_columns=np.array(["x", "soul"])), NOT_ONE),
    "a category that isn't known": (lambda: with_other(feature_categories=np.array(["", "mud"])), NOT_ONE),
    "a category of numbers": (lambda: with_other(feature_categories=np.array(["clay", "red clay"])), NOT_ONE),
    "a category for each column": (lambda: with_other(category_texts=np.array(["red clay"])), NOT_ONE),
    "the class as a feature": (lambda: with_other(label_column=np.array("x")), NOT_ONE),
    "the class in no column": (lambda: with_other(label_column=np.array("y")), NOT_ONE),
    "a column twice": (lambda: with_other(columns=np.array(["x", "soil", "kind", "kind"])), NOT_ONE),
    "NaN as a filling": (lambda: with_other(fillings=np.array([0.0, np.nan])), NOT_ONE),
    "one filling": (lambda: with_other(fillings=np.array([0.0])), NOT_ONE),
    "missing cells treated otherwise": (lambda: with_other(missing=np.array("guess")), NOT_ONE),
    "a header as a number": (lambda: with_other(header=np.array(1)), NOT_ONE),
    "data": (lambda: archive(X=np.ones((4, 2)), y=np.arange(4)), NOT_ONE),
}


@for_each("broken", BROKEN)
def test_a_broken_model_is_one_line(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = BROKEN[broken]
    remedy = "newer sce" if "newer" in broken else "Make one: sce train iris --save m-2.npz"
    assert_refused(["predict", write(content()), "--data", "iris"], message, remedy, capsys)


def test_a_model_is_no_data(capsys: pytest.CaptureFixture[str]) -> None:
    named = f"--data '{write(encoded(MODEL))}' has no array X"
    assert_refused(["predict", "m.npz", "--data", "m.npz"], named, "numpy.savez", capsys)
    assert_refused(["train", "--data", "m.npz"], named, "numpy.savez", capsys)


@for_each(("path", "what"), [("no.npz", "doesn't exist"), (".", "is a folder"), ("a\0", "can't be")])
def test_no_file_is_no_model(path: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(["predict", path, "--data", "iris"], what, "Make one: sce train iris --save ", capsys)


@pytest.mark.parametrize("step", [37, pytest.param(1, marks=pytest.mark.search)])
def test_a_model_cut_at_any_byte_is_refused(step: int) -> None:
    whole = encoded(MODEL)
    for length in range(0, len(whole), step):
        with pytest.raises(SceError, match=r"^MODEL 'm\.npz' "):
            load_model(write(whole[:length]))


@repeatable
@given(content=st.binary(max_size=60), start=st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04"]))
def test_any_bytes_are_no_model(content: bytes, start: bytes) -> None:
    with pytest.raises(SceError, match="MODEL"):
        load_model(write(start + content))


@repeatable
@given(place=st.integers(0, len(encoded(MODEL)) - 1), value=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_no_number(place: int, value: int) -> None:
    content = bytearray(encoded(MODEL))
    content[place] = value
    try:
        model = load_model(write(bytes(content)))
    except SceError:
        return
    assert model.weights.tobytes() == MODEL.weights.tobytes()
    assert model.class_names == MODEL.class_names


@for_each("data", ["blobs", "iris", "x.npz", "x.csv"])
def test_a_model_of_any_kind_of_data_can_be_read_again(
    data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("x.npz", X=np.random.default_rng(0).normal(size=(30, 3)), y=np.arange(30) % 3)
    Path("x.csv").write_text("w,h,kind\n" + "1,2.5,a\n2,3.5,b\n3,1.5,a\n4,0.5,b\n" * 3)
    assert cli.run(["train", data, "--save", "m.npz", "--epochs", "3"]) == 0
    assert cli.run(["predict", "m.npz", data, "--row", "2"]) == 0
    assert "Result: predicted" in capsys.readouterr().out
