"""`sce predict` on new rows of tables as people have them: without the class, and with what training hadn't."""

import csv
import io
import json
import tracemalloc
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sce_cli import cli
from sce_cli.datasets import Table, plain_preparation
from sce_cli.datasets.model import Model
from sce_cli.topics.predict import all_rows_study
from sce_cli.topics.predict.all_rows_view import NUMBERS_AT_ONCE, AllRowsView

CASES = Path(__file__).parent.parent.parent / "datasets" / "tables"

FILES = sorted(path.name for path in CASES.iterdir())


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def train(capsys: pytest.CaptureFixture[str], data: str, *options: str) -> None:
    assert cli.run(["train", "--epochs", "20", "--data", data, "--save", "m.npz", *options]) == 0
    capsys.readouterr()


def predicted(capsys: pytest.CaptureFixture[str], data: str, *options: str) -> tuple[list[dict[str, str]], str]:
    """Return the table of predictions, a row each, and what was said beside it."""
    assert cli.run(["predict", "m.npz", "--data", data, *options]) == 0
    out, err = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(out))), err


def refused(capsys: pytest.CaptureFixture[str], data: str, *options: str) -> str:
    assert cli.run(["predict", "m.npz", "--data", data, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def without_the_class(content: bytes, name: str) -> bytes:
    """Return a table without its column of classes: the last one, or the first one where that's it."""
    encoding = "utf-16" if "utf16" in name else "utf-8"
    text = content.decode(encoding)
    sign = ";" if ";" in text else "\t" if "\t" in text else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    kept = [row[1:] if name == "class_first.csv" else row[:-1] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows(kept)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("name", FILES)
def test_the_rows_of_the_training_with_and_without_the_class(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = CASES / name
    train(capsys, str(path), *(["--label-column", "tree"] if name == "class_first.csv" else []))
    rows, _ = predicted(capsys, str(path))
    assert [row["row"] for row in rows] == [str(place) for place in range(24)]
    assert {row["label"] for row in rows} == {"oak", "elm", "yew"}
    empty = [row for row in rows if not row["prediction"]]
    assert len(empty) == (3 if name == "missing.csv" else 0)
    Path(f"new {name}").write_bytes(without_the_class(path.read_bytes(), name))
    new, _ = predicted(capsys, f"new {name}")
    assert [row["prediction"] for row in new] == [row["prediction"] for row in rows]
    assert [row["p_oak"] for row in new] == [row["p_oak"] for row in rows]
    assert "label" not in new[0]


SOILS = "width,soil,id,tree\n" + "".join(
    f"{n * 7 % 24 / 2},{('clay', 'sand', 'peat')[n % 3]},{n + 1},{('oak', 'elm')[n * 7 % 24 > 11]}\n" for n in range(24)
)


@pytest.fixture
def trained_on_soils(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(SOILS)
    train(capsys, "t.csv")


@pytest.mark.usefixtures("trained_on_soils")
def test_further_columns_are_ignored_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("colour,soil,width,owner\nred,clay,3,Ann\nblue,sand,11,Bob\n")
    rows, said = predicted(capsys, "new.csv")
    assert [row["prediction"] for row in rows] == ["oak", "elm"]
    assert said == "Ignored, as the model doesn't know them: colour, owner.\n"


@pytest.mark.usefixtures("trained_on_soils")
def test_a_last_column_that_the_model_does_not_know_is_not_the_class(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil,kind\n3,clay,oak\n11,sand,oak\n")
    rows, said = predicted(capsys, "new.csv")
    assert "label" not in rows[0]
    assert "Ignored, as the model doesn't know them: kind." in said
    named, _ = predicted(capsys, "new.csv", "--label-column", "kind")
    assert [row["label"] for row in named] == ["oak", "oak"]


@pytest.mark.usefixtures("trained_on_soils")
def test_a_new_category_sets_no_indicator_and_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil\n3,lava\n3,clay\n3,LAVA\n3, Clay \n")
    rows, said = predicted(capsys, "new.csv")
    assert said == "Column 'soil' has 'lava', which the training hadn't, in 2 rows: no indicator is set.\n"
    assert rows[0]["p_oak"] == rows[2]["p_oak"] != rows[1]["p_oak"] == rows[3]["p_oak"]
    assert cli.run(["predict", "m.npz", "--data", "new.csv", "--row", "0", "--json"]) == 0
    example = json.loads(capsys.readouterr().out)["example"]
    assert dict(zip(example["feature_names"], example["features"], strict=True)) == {
        "width": 3,
        "soil=clay": 0,
        "soil=peat": 0,
        "soil=sand": 0,
    }


@pytest.mark.usefixtures("trained_on_soils")
def test_a_missing_cell_has_no_prediction_unless_it_is_filled(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil,tree\n3,clay,oak\nNA,clay,oak\n11,?,elm\n11,sand,\n")
    rows, said = predicted(capsys, "new.csv")
    assert said == "2 of 4 rows have a missing cell and no prediction; --missing mean fills it.\n"
    assert [row["prediction"] for row in rows] == ["oak", "", "", "elm"]
    assert [row["label"] for row in rows] == ["oak", "oak", "elm", ""]
    assert [bool(row["loss"]) for row in rows] == [True, False, False, False]
    assert [row["p_oak"] == "" for row in rows] == [False, True, True, False]
    filled, said = predicted(capsys, "new.csv", "--missing", "mean")
    assert said == "2 of 4 rows had a missing cell, filled as in training.\n"
    assert all(row["prediction"] for row in filled)
    assert filled[0] == rows[0]
    error = refused(capsys, "new.csv", "--missing", "refuse")
    assert "has 'NA' for a missing cell in row 1 (line 3), column 'width'." in error


@pytest.mark.usefixtures("trained_on_soils")
def test_one_row_with_a_missing_cell_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil,tree\n3,clay,oak\n,clay,\n")
    error = refused(capsys, "new.csv", "--row", "1")
    assert "--row 1 of --data 'new.csv' has no value for 'width'." in error
    assert cli.run(["predict", "m.npz", "--data", "new.csv", "--row", "1", "--missing", "mean", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["truth"] is None


@pytest.mark.usefixtures("trained_on_soils")
def test_a_table_whose_every_row_misses_a_cell_has_no_prediction(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil,tree\n,clay,oak\n?,sand,elm\n")
    rows, said = predicted(capsys, "new.csv")
    assert [list(row.values()) for row in rows] == [["0", "", "", ""], ["1", "", "", ""]]
    assert "2 of 2 rows have a missing cell" in said
    assert all(row["prediction"] for row in predicted(capsys, "new.csv", "--missing", "mean")[0])


def test_a_model_trained_on_filled_cells_fills_new_ones_with_the_same_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    train(capsys, str(CASES / "missing.csv"), "--missing", "mean")
    import numpy as np

    with np.load("m.npz") as model:
        means = model["fillings"].tolist()
        assert means == pytest.approx(model["mean"].tolist(), rel=1e-14)
    Path("new.csv").write_text("width,height\n,0.5\n{},0.5\n1,\n1,{}\n".format(*map(repr, means)))
    rows, said = predicted(capsys, "new.csv")
    assert "2 of 4 rows had a missing cell, filled as in training." in said
    without = [{name: value for name, value in row.items() if name != "row"} for row in rows]
    assert without[0] == without[1]
    assert without[2] == without[3]


def test_the_fillings_are_those_of_the_training_part_without_standardising(capsys: pytest.CaptureFixture[str]) -> None:
    train(capsys, str(CASES / "missing.csv"), "--missing", "mean", "--no-standardize")
    import numpy as np

    with np.load("m.npz") as model:
        assert model["mean"].tolist() == [0, 0]
        assert all(abs(model["fillings"]) > 0.1)


def test_new_rows_may_be_written_in_another_way(capsys: pytest.CaptureFixture[str]) -> None:
    train(capsys, str(CASES / "semicolons.csv"))
    plain, _ = predicted(capsys, str(CASES / "semicolons.csv"))
    text = (CASES / "semicolons.csv").read_text()
    for name, content in (
        ("tabs.txt", text.replace(";", "\t").encode("utf-16")),
        ("blanks.txt", text.replace(";", "   ").encode()),
        ("commas.csv", text.replace(".", ",").encode()),
    ):
        Path(name).write_bytes(content)
        assert predicted(capsys, name)[0] == plain


def test_rows_without_names_are_taken_by_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    train(capsys, str(CASES / "semicolons.csv"))
    plain, _ = predicted(capsys, str(CASES / "semicolons.csv"))
    body = (CASES / "semicolons.csv").read_text().partition("\n")[2]
    Path("body.csv").write_text(body)
    recognised, said = predicted(capsys, "body.csv")
    assert recognised == plain
    assert "No header found: the columns are those of the training, in its order." in said
    assert predicted(capsys, "body.csv", "--no-header")[0] == plain
    Path("short.csv").write_text("".join(line.rpartition(";")[0].partition(";")[0] + "\n" for line in body.split()))
    assert "and no header, and the model knows 3." in refused(capsys, "short.csv", "--no-header")


@pytest.mark.usefixtures("trained_on_soils")
def test_a_stray_word_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("width,soil\n3,clay\noops,clay\n")
    error = refused(capsys, "new.csv")
    assert "has 'oops', which is not a number, in row 1 (line 3), column 'width'." in error
    assert "Correct the cell, or empty it." in error


def test_a_model_of_sce_0_1_still_predicts(capsys: pytest.CaptureFixture[str]) -> None:
    import numpy as np

    train(capsys, str(CASES / "semicolons.csv"))
    plain, _ = predicted(capsys, str(CASES / "semicolons.csv"))
    with np.load("m.npz") as model:
        old: dict[str, Any] = {name: model[name] for name in ("weights", "bias", "mean", "scale", "class_names")}
        old |= {"feature_names": model["feature_names"], "left_out": np.array([], dtype="U1"), "format": np.array(1)}
    np.savez("m.npz", **old)
    again, said = predicted(capsys, str(CASES / "semicolons.csv"), "--label-column", "tree")
    assert again == plain
    rows, said = predicted(capsys, str(CASES / "semicolons.csv"))
    assert "label" not in rows[0]
    assert "Ignored, as the model doesn't know them: tree." in said


def test_predictions_for_many_classes_are_in_memory_once() -> None:
    rows, classes = 8000, 500
    random = np.random.default_rng(0)
    names = tuple(map(str, range(classes)))
    kept = plain_preparation(["x0", "x1"])
    model = Model(random.normal(size=(classes, 2)), np.zeros(classes), np.zeros(2), np.ones(2), names, kept)
    table = Table("t", random.normal(size=(rows, 2)), random.integers(classes, size=rows), names, kept)
    size = table.features.nbytes + rows * classes * 8
    tracemalloc.start()
    study = all_rows_study.study(model, table)
    written = sum(len(piece) for piece in islice(AllRowsView().document(study), 6))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 5 * NUMBERS_AT_ONCE
    assert peak < 1.5 * size
