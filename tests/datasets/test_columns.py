"""Which columns are read: those asked for in training, and those that a model knows."""

from pathlib import Path
from typing import Any

import pytest

from sce_cli.datasets import load, load_for_prediction, plain_preparation
from sce_cli.errors import SceError
from tests.each import for_each

IRIS = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")

KNOWN = plain_preparation(["b", "a"], ["a", "b", "c", "kind"], "kind")
"""What a model keeps that was trained on a and b, without c, with the classes in the column kind."""


def write(content: str) -> str:
    Path("t.csv").write_text(content, encoding="utf-8")
    return "t.csv"


@for_each("name", ["iris", "blobs"])
def test_features_of_a_named_set_are_picked_by_name(name: str) -> None:
    everything = load(name)
    chosen = load(name, features=everything.feature_names[1:2])
    assert chosen.features.tolist() == everything.features[:, 1:2].tolist()
    assert chosen.left_out == everything.feature_names[:1] + everything.feature_names[2:]


@for_each(
    ("options", "message", "remedy"),
    [
        ({"features": ["petal_width"]}, "--features 'petal_width' is not a column of --data", "mean 'petal_width_cm'?"),
        ({"features": ["zzz"]}, "--features 'zzz' is not a column of --data", f"The columns are '{IRIS[0]}', "),
        ({"features": [IRIS[0], IRIS[1], IRIS[0]]}, f"--features '{IRIS[0]}' is given twice.", "once"),
        ({"features": ["species"]}, "--features 'species' is the column of the classes.", "--label-column"),
        ({"features": []}, "--features names no column.", "leave it out to take all"),
        ({"label_column": "spcies"}, "--label-column 'spcies' is not a column of --data", "mean 'species'?"),
    ],
)
def test_columns_that_do_not_exist_are_refused(options: dict[str, Any], message: str, remedy: str) -> None:
    with pytest.raises(SceError) as caught:
        load("iris", **options)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_a_feature_of_the_model_is_not_its_label_column() -> None:
    with pytest.raises(SceError, match=f"--label-column '{IRIS[0]}' is a feature of the model"):
        load_for_prediction("iris", plain_preparation(IRIS), ("a", "b"), label_column=IRIS[0])


def known_labels(header: str, row: str, **options: Any) -> tuple[list[list[float]], list[int] | None]:
    table = load_for_prediction(write(f"{header}\n{row}\n"), KNOWN, ("y", "x"), **options)
    assert (table.feature_names, table.class_names) == (("b", "a"), ("y", "x"))
    return table.features.tolist(), None if table.labels is None else table.labels.tolist()


@for_each(
    ("header", "row", "options", "labels"),
    [
        ("a,b,kind", "1,2,x", {}, [1]),
        ("a,b,kind", "1,2,", {}, None),
        ("a,b", "1,2", {}, None),
        ("b,c,a", "2,NA,1", {}, None),
        ("c,b,a", "NA,2,1", {}, None),
        ("a,b,c", "1,2,NA", {}, None),
        ("a,c,b,kind", "1,,2,y", {}, [0]),
        ("kind,a,b", "y,1,2", {}, [0]),
        ("kind,c,a,b", "y,x,1,2", {"label_column": "kind"}, [0]),
        ("a,b,c", "1,2,x", {"label_column": "c"}, [1]),
        ("a,b,sort", "1,2,x", {}, None),
        ("a,b,sort", "1,2,x", {"label_column": "sort"}, [1]),
        ("d,a,e,b", "1,1,1,2", {}, None),
        ("a,b,kind", "1,2, X ", {}, [1]),
        ("a;b;kind", "1;2;x", {}, [1]),
    ],
)
def test_a_model_finds_its_columns_by_name(
    header: str, row: str, options: dict[str, Any], labels: list[int] | None
) -> None:
    assert known_labels(header, row, **options) == ([[2, 1]], labels)


def test_columns_that_the_model_does_not_know_are_ignored_and_said() -> None:
    table = load_for_prediction(write("d,a,e,b,c,z\n1,1,1,2,3,x\n"), KNOWN, ("y", "x"))
    assert (table.features.tolist(), table.labels) == ([[2, 1]], None)
    assert table.reading.further == ("d", "e", "z")


@for_each(
    ("content", "options", "fault", "remedy"),
    [
        ("a,c,kind\n1,2,x\n", {}, "has no column 'b', which the model needs.", "The columns are 'a', 'c', 'kind'."),
        ("a,b_,kind\n1,2,x\n", {}, "has no column 'b', which the model needs.", "Did you mean 'b_'?"),
        (
            "a,b,kind\n1,2,x\n1,2,z\n",
            {},
            "has the class 'z', which the model doesn't know, in row 1 (line 3), column 'kind'.",
            "Its classes are 'y', 'x'.",
        ),
        ("a,b\n1,oops\n", {}, "has 'oops', which is not a number, in row 0 (line 2), column 'b'.", "or empty it"),
        ("a,b\n1,?\n", {"missing": "refuse"}, "has '?' for a missing cell in row 0 (line 2), column 'b'.", "mean"),
        ("a,b\n", {}, "has no rows below its header.", "Give one row"),
        ("", {}, "is empty.", "Give a header row"),
    ],
)
def test_a_model_refuses_what_it_does_not_know(content: str, options: dict[str, Any], fault: str, remedy: str) -> None:
    source = write(content)
    with pytest.raises(SceError) as caught:
        load_for_prediction(source, KNOWN, ("y", "x"), **options)
    assert caught.value.message == f"--data '{source}' {fault}"
    assert remedy in caught.value.remedy
    assert "--features" not in caught.value.remedy


def test_a_model_of_one_feature_needs_no_other_column() -> None:
    source = write("a\n1\n\n2\n")
    table = load_for_prediction(source, plain_preparation(["a"]), ["x", "y"])
    assert table.features.tolist() == [[1], [2]]
    assert (table.labels, table.label_column) == (None, "")
