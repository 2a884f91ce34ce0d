"""What --data may name: made and shipped sets, and files of every kind."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sce_cli.datasets import NAMES, files, load, load_for_prediction, plain_preparation
from sce_cli.errors import SceError
from tests.each import for_each


@for_each(
    ("name", "shape", "classes", "counts", "first", "last"),
    [
        (
            "iris",
            (150, 4),
            ("setosa", "versicolor", "virginica"),
            [50, 50, 50],
            [5.1, 3.5, 1.4, 0.2],
            [5.9, 3, 5.1, 1.8],
        ),
        (
            "penguins",
            (342, 4),
            ("Adelie", "Chinstrap", "Gentoo"),
            [151, 68, 123],
            [39.1, 18.7, 181, 3750],
            [50.2, 18.7, 198, 3775],
        ),
        (
            "digits",
            (1797, 64),
            tuple("0123456789"),
            [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
            [0, 0, 5, 13],
            [0, 0, 10, 14],
        ),
    ],
)
def test_shipped_sets(
    name: str,
    shape: tuple[int, int],
    classes: tuple[str, ...],
    counts: list[int],
    first: list[float],
    last: list[float],
) -> None:
    table = load(name)
    assert table.labels is not None
    assert (table.name, table.features.shape, table.class_names) == (name, shape, classes)
    assert np.bincount(table.labels).tolist() == counts
    assert table.features[0, :4].tolist() == first
    assert table.features[-1, :4].tolist() == last


@for_each("name", NAMES)
def test_a_model_reads_the_set_that_it_was_trained_on(name: str) -> None:
    trained = load(name)
    kept = plain_preparation(trained.feature_names[::-1], trained.preparation.columns, trained.label_column)
    table = load_for_prediction(name, kept, trained.class_names[::-1])
    assert trained.labels is not None
    assert table.labels is not None
    assert np.array_equal(table.features, trained.features[:, ::-1])
    assert np.array_equal(table.labels, len(trained.class_names) - 1 - trained.labels)


@for_each("source", ["blobs", "spiral", "t.npz"])
def test_only_a_csv_file_has_a_label_column_to_name(source: str) -> None:
    with pytest.raises(SceError, match=f"--label-column 'y' doesn't go with --data '{source}'"):
        load(source, label_column="y")


@for_each(
    ("source", "message", "remedy"),
    [
        (
            "",
            "--data '' is not a data set or a file that can be read.",
            "Give blobs, spiral, ",
        ),
        ("Iris", "--data 'Iris' is not a data set", "Did you mean iris? Give blobs"),
        ("iris.arff", "--data 'iris.arff' is not a data set", ".npz archive"),
        ("missing.csv", "--data 'missing.csv' doesn't exist.", "penguins, digits, or the path"),
        ("file/t.npz", "--data 'file/t.npz' doesn't exist.", "the path of a file"),
        ("http://localhost/t.csv", "--data 'http://localhost/t.csv' doesn't exist.", "the path of a file"),
        ("folder.csv", "--data 'folder.csv' is a folder.", "the path of a file"),
        ("pipe.csv", "--data 'pipe.csv' is a pipe that nobody writes to.", "standard input: --data - < FILE"),
        ("pipe.npz", "--data 'pipe.npz' is a pipe that nobody writes to.", "standard input: --data - < FILE"),
        ("a\0.csv", "--data 'a\0.csv' can't be the name of a file.", "the path of a file"),
        ("\ud800.csv", "--data '\ud800.csv' can't be the name of a file.", "the path of a file"),
        ("x" * 300 + ".csv", "(304 characters) can't be read: File name too long.", "the path of a file"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(
    source: str, message: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "LONGEST_WAIT", 0.05)
    if not os.path.exists("file"):
        os.mkdir("folder.csv")
        Path("file").touch()
        os.mkfifo("pipe.csv")
        os.mkfifo("pipe.npz")
    with pytest.raises(SceError) as caught:
        load(source)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


@for_each("name", ["t.csv", "t.npz"])
@for_each(
    ("error", "why"), [(PermissionError(13, "Permission denied"), "Permission denied"), (MemoryError(), "memory")]
)
def test_a_file_that_cannot_be_opened_is_refused(
    name: str, error: Exception, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    (tmp_path / name).touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SceError, match=rf"can't be read: .*{why}\."):
        load(str(tmp_path / name))


def test_an_ending_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "T.CSV").write_text("a,kind\n1,x\n2,y\n")
    assert load(str(tmp_path / "T.CSV")).class_names == ("x", "y")


def test_a_constant_feature_is_harmless(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,kind\n1,x\n1,y\n")
    assert load(str(tmp_path / "t.csv")).features.tolist() == [[1], [1]]
