"""NumPy's archives: tables that come back, and each mistake by its array and row."""

import io
import pickle
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sce_cli.datasets import load, load_for_prediction, plain_preparation
from sce_cli.errors import SceError
from tests.core.cases import repeatable
from tests.each import for_each

X = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
Y = np.array([10, 9, 10])


def archive(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def write(content: bytes) -> str:
    Path("t.npz").write_bytes(content)
    return "t.npz"


@for_each(
    "x",
    [
        X,
        X.astype(np.float32),
        X.astype(np.int8),
        X.astype(np.longdouble),
        X.astype(">f8"),
        np.asfortranarray(X),
        X.astype(bool),
    ],
)
def test_real_arrays_are_read(x: NDArray[Any]) -> None:
    table = load(write(archive(X=x, y=Y)))
    assert table.features.tolist() == x.tolist()
    assert table.features.dtype == np.float64
    assert table.features.flags.c_contiguous
    assert table.features.flags.writeable
    assert (table.feature_names, table.left_out, table.label_column) == (("x0", "x1", "x2"), (), "y")


@for_each(
    ("y", "names", "labels"),
    [
        (Y, ("9", "10"), [1, 0, 1]),
        (Y.astype(np.uint8), ("9", "10"), [1, 0, 1]),
        (Y == 10, ("False", "True"), [1, 0, 1]),
        (np.array(["b ", "a", "b"]), ("a", "b"), [1, 0, 1]),
        (np.array(["10", "9", "-1"]), ("-1", "9", "10"), [2, 1, 0]),
        (np.array([2**64 - 1, 0, 5], dtype=np.uint64), ("0", "5", str(2**64 - 1)), [2, 0, 1]),
        (Y / 1, ("9", "10"), [1, 0, 1]),
        (-Y.astype(np.float32), ("-10", "-9"), [0, 1, 0]),
        (Y[:, None], ("9", "10"), [1, 0, 1]),
        (np.array([["b"], ["a"], ["b"]]), ("a", "b"), [1, 0, 1]),
        (np.eye(3)[[2, 0, 2]], ("0", "2"), [1, 0, 1]),
        (np.eye(3, dtype=bool)[[2, 0, 1]], ("0", "1", "2"), [2, 0, 1]),
        (np.array(["Oak", "elm", "oak"]), ("Oak", "elm"), [0, 1, 0]),
        (Y[None], ("9", "10"), [1, 0, 1]),
        (np.array([["b", "a", "b"]]), ("a", "b"), [1, 0, 1]),
        (np.eye(2)[:, [1, 0, 1]], ("0", "1"), [1, 0, 1]),
        (np.eye(4, dtype=bool)[:, [2, 0, 1]], ("0", "1", "2"), [2, 0, 1]),
    ],
)
def test_classes_are_whole_numbers_or_texts(y: NDArray[Any], names: tuple[str, ...], labels: list[int]) -> None:
    table = load(write(archive(X=X, y=y)))
    assert table.labels is not None
    assert (table.class_names, table.labels.tolist()) == (names, labels)
    assert table.labels.dtype == np.intp


def test_features_are_picked_by_name() -> None:
    table = load(write(archive(X=X, y=Y)), features=["x2", "x0"])
    assert table.features.tolist() == [[3, 1], [6, 4], [9, 7]]
    assert (table.feature_names, table.left_out) == (("x2", "x0"), ("x1",))


RECIPE = "Save it with numpy.savez(FILE, X=X, y=y),"
DAMAGED = "is no .npz archive, or a damaged one."
PICKLES = "holds Python objects, which could run any code when loaded."


def npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return file.getvalue()


def holed(row: int, column: int, value: float) -> NDArray[np.float64]:
    x = X.copy()
    x[row, column] = value
    return x


HUGE = npy(X).replace(b"(3, 3)", b"(9" + b"0" * 14 + b", 3)").replace(b" " * 14 + b"\n", b"\n")

FAULTS: list[tuple[bytes, str, str]] = [
    (b"", DAMAGED, RECIPE),
    (b"PK\x03\x04", DAMAGED, RECIPE),
    (pickle.dumps({"X": 1}), DAMAGED, RECIPE),
    (zipped(X=b"text", y=b"text"), DAMAGED, RECIPE),
    (zipped(**{"X.npy": npy(X)[:-1], "y.npy": npy(Y)}), DAMAGED, RECIPE),
    (zipped(**{"X.npy": HUGE, "y.npy": npy(Y)}), "doesn't fit into memory.", "numpy.savez"),
    (npy(X), "is a single array, not an archive.", RECIPE),
    (archive(), "has no array X, no arrays.", RECIPE),
    (archive(x=X, y=Y), "has no array X, only 'x', 'y'.", RECIPE),
    (archive(X=X), "has no array y, only 'X'.", RECIPE),
    (archive(X=X, y=Y.astype(object)), PICKLES, "y.astype(str)"),
    (archive(X=X.astype(object), y=Y), PICKLES, "X an array of floats"),
    (archive(X=X + 0j, y=Y), "has complex128 in X.", "real numbers"),
    (archive(X=X.astype(str), y=Y), "has <U32 in X.", "real numbers"),
    (archive(X=X, y=Y / 4), "has 2.5 in row 0 of y, and classes are whole numbers or texts.", "no class"),
    (archive(X=X, y=Y * np.nan), "has no class, in column 'y'.", "two classes"),
    (archive(X=X, y=np.ones((3, 2))), "has y of shape (3, 2), and its rows are not one-hot.", "y.argmax(axis=1)"),
    (archive(X=X, y=np.ones((3, 2, 1))), "has y of shape (3, 2, 1).", "one class for each row"),
    (archive(X=X, y=Y.astype("S")), "has |S21 in y, and classes are whole numbers or texts.", "y.astype(str)"),
    (archive(X=X[0], y=Y), "has X of shape (3,).", "shape (N, D)"),
    (archive(X=X[None], y=Y), "has X of shape (1, 3, 3).", "shape (N, D)"),
    (archive(X=X[:0], y=Y), "has X of shape (0, 3).", "at least one row and column"),
    (archive(X=X[:, :0], y=Y), "has X of shape (3, 0).", "at least one row and column"),
    (archive(X=X, y=Y[:0]), "has y of shape (0,).", "one class for each row"),
    (archive(X=X, y=Y[:2]), "has 3 rows in X and 2 in y.", "one class for each row"),
    (archive(X=X * np.nan, y=Y), "has no number in X, only NaN.", "at least one column of numbers"),
    (archive(X=np.where(np.eye(3), np.nan, X), y=Y), "has a NaN in each of its 3 rows.", "--missing mean"),
    (archive(X=np.where(np.eye(3), X, np.nan), y=Y), "has a NaN in more than half of each column of X.", "mean"),
    (archive(X=holed(1, 0, -np.inf), y=Y), "has -inf in row 1 of X, column 'x0'.", "between -1e+100 and 1e+100"),
    (
        archive(X=X, y=np.array(["a", "b", "\x1b"])),
        "has the unprintable class '\x1b' in row 2 of y.",
        "Name classes by",
    ),
    (archive(X=X, y=Y * 0), "has only one class, '0', in column 'y'.", "two classes"),
    (archive(X=np.ones((1001, 1)), y=np.arange(1001)), "has more than 1000 different classes in column 'y'.", ""),
]


@for_each(("content", "fault", "remedy"), FAULTS)
def test_a_fault_is_named_by_array_and_row(content: bytes, fault: str, remedy: str) -> None:
    source = write(content)
    with pytest.raises(SceError) as caught:
        load(source)
    assert caught.value.message == f"--data '{source}' {fault}"
    assert remedy in caught.value.remedy


def test_a_missing_number_is_treated_as_a_missing_cell_of_a_text() -> None:
    source = write(archive(X=holed(1, 1, np.nan), y=["a", "b", "c"]))
    dropped, filled = load(source), load(source, missing="mean")
    assert (dropped.features.tolist(), dropped.reading.left_out) == (X[[0, 2]].tolist(), 1)
    assert dropped.class_names == ("a", "c")
    assert filled.features[1, [0, 2]].tolist() == [4, 6]
    assert (np.isnan(filled.features[1, 1]), filled.reading.filled) == (True, True)
    with pytest.raises(SceError, match="has nan in row 1 of X, column 'x1'"):
        load(source, missing="refuse")


def test_a_column_of_nan_is_left_out_and_said() -> None:
    x = np.array([[1, np.nan, 3], [4, np.nan, np.nan], [7, np.nan, np.nan], [8, np.nan, 1], [2, np.nan, 5]])
    for holes, missing, left_out in ((5, "drop", ("x1",)), (1, "drop", ("x1", "x2")), (1, "mean", ("x1",))):
        source = write(archive(X=np.where(np.arange(5)[:, None] < holes, x, x * [1, 1, np.nan]), y=[0, 1, 0, 1, 0]))
        table = load(source, missing=missing)
        assert table.left_out == left_out
        assert [column.name for column in table.reading.columns] == list(left_out)
        assert all(column.reason for column in table.reading.columns)
        new = load_for_prediction(source, table.preparation, table.class_names, missing="drop")
        assert new.features.shape == (5, 3 - len(left_out))


@for_each("y", [np.array([1, 0, np.nan]), np.array(["1", "0", ""]), np.array(["1", "0", "NaN"])])
def test_rows_without_a_class_are_left_out_of_training_and_predicted(y: NDArray[Any]) -> None:
    table = load(write(archive(X=X, y=y)))
    assert (table.features.tolist(), table.class_names) == (X[:2].tolist(), ("0", "1"))
    assert (table.reading.rows, table.reading.unlabelled, table.reading.left_out) == (3, 1, 1)
    new = load_for_prediction("t.npz", table.preparation, table.class_names)
    assert new.labels is not None
    assert (new.features.tolist(), new.labels.tolist()) == (X.tolist(), [1, 0, -1])


def test_one_row_may_be_one_hot_and_one_class_a_row() -> None:
    kept = plain_preparation(["x0", "x1", "x2"])
    for rows, y, labels in ((1, [[0, 1, 0]], [1]), (3, [[0, 1, 0]], [0, 1, 0])):
        new = load_for_prediction(write(archive(X=X[:rows], y=np.array(y))), kept, ("0", "1", "2"))
        assert new.labels is not None
        assert new.labels.tolist() == labels


def test_a_long_double_beyond_float64_is_infinite() -> None:
    if np.finfo(np.longdouble).max == np.finfo(np.float64).max:
        pytest.skip("long double is float64 here")
    with pytest.raises(SceError, match="has inf in row 0 of X, column 'x0'"):
        load(write(archive(X=np.full((2, 1), 2, np.longdouble) ** 2000, y=[0, 1])))


@for_each(
    ("features", "left_out", "x", "expected"),
    [
        (("x1", "x0"), (), X[:, :2], X[:, [1, 0]]),
        (("x2", "x0"), ("x1",), X, X[:, [2, 0]]),
        (("x2", "x0"), ("x1",), X[:, :2], X[:, :2]),
        (("b", "a"), (), X[:, :2], X[:, :2]),
        (("b", "a"), ("c",), X[:, :2], X[:, :2]),
    ],
)
def test_a_model_takes_columns_by_their_names_or_in_its_order(
    features: tuple[str, ...], left_out: tuple[str, ...], x: NDArray[Any], expected: NDArray[Any]
) -> None:
    kept = plain_preparation(features, [*features, *left_out])
    table = load_for_prediction(write(archive(X=x)), kept, ("10", "9", "8"))
    assert np.array_equal(table.features, expected)
    assert (table.feature_names, table.labels, table.class_names) == (features, None, ("10", "9", "8"))
    table = load_for_prediction(write(archive(X=x, y=Y)), kept, ("10", "9", "8"))
    assert table.labels is not None
    assert table.labels.tolist() == [0, 1, 0]


@for_each(
    ("arrays", "fault", "remedy"),
    [
        ({"X": X, "y": Y}, "has 3 columns in X, and the model needs 2.", "'b', 'a'"),
        ({"X": X[:, :2], "y": Y + 1}, "has the class '11', which the model doesn't know, in row 0 of y.", "'10', '9'"),
        ({"X": X[:, :2], "y": Y[:2]}, "has 3 rows in X and 2 in y.", "one class for each row"),
        ({"y": Y}, "has no array X, only 'y'.", RECIPE),
    ],
)
def test_a_model_refuses_what_it_does_not_know(arrays: Any, fault: str, remedy: str) -> None:
    source = write(archive(**arrays))
    with pytest.raises(SceError) as caught:
        load_for_prediction(source, plain_preparation(["b", "a"]), ("10", "9"))
    assert caught.value.message == f"--data '{source}' {fault}"
    assert remedy in caught.value.remedy


GOOD = archive(X=X, y=Y)


@repeatable
@given(content=st.binary(max_size=60), start=st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04"]))
def test_any_bytes_are_a_fault(content: bytes, start: bytes) -> None:
    with pytest.raises(SceError, match="--data"):
        load(write(start + content))


@repeatable
@given(cut=st.integers(0, len(GOOD) - 1))
def test_a_truncated_archive_is_a_fault(cut: int) -> None:
    with pytest.raises(SceError, match=r"is no \.npz archive"):
        load(write(GOOD[:cut]))


@repeatable
@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_changed_byte_is_a_fault_or_changes_no_number(place: int, value: int) -> None:
    content = bytearray(GOOD)
    content[place] = value
    with suppress(SceError):
        assert load(write(bytes(content))).features.tolist() == X.tolist()


@repeatable
@given(place=st.integers(0, 127), value=st.integers(0, 255))
def test_a_changed_byte_of_an_arrays_header_is_a_table_or_a_fault(place: int, value: int) -> None:
    content = bytearray(npy(X))
    content[place] = value
    with suppress(SceError):
        assert len(load(write(zipped(**{"X.npy": bytes(content), "y.npy": npy(Y)}))).features) == 3


@for_each("features", [None, ["x3", "x1", "x0", "x9"]])
def test_a_large_archive_is_in_memory_once(features: list[str] | None) -> None:
    np.savez("large.npz", X=np.ones((100_000, 10)), y=np.arange(100_000) % 3)
    tracemalloc.start()
    table = load("large.npz", features=features)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.labels is not None
    assert peak < 1.1 * (100_000 * 10 * 8 + table.labels.nbytes)
