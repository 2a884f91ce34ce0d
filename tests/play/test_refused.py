"""What can't be played is refused in a line with a remedy, before the screen is taken."""

from pathlib import Path

import pytest

from tests.each import for_each
from tests.running import assert_refused, run_sce

REFUSED = [
    ("scores 2 x 1", "'x' is not a number", "sce play scores 2 0.5 1"),
    ("scores --logits 2,,1", "logit ''", "sce play scores --logits 2,1"),
    ("scores 1 2 3 4 5 6 7 8", "8 classes", "at most 7"),
    ("scores 1e7 0", "too far away", "sce play scores 1000000 0"),
    ("scores -inf -inf", "every class is masked", "finite"),
    ("scores 2 1 --label 5", "--label '5'", "0 to 1"),
    ("scores 2 -inf --label 1", "--label 1", "sce play scores 2 -inf --label 0"),
    ("scores --temperature 0", "--temperature '0'", "sce play scores --temperature 0.5"),
    ("scores --counts 6,4", "takes no --counts", "sce play scores"),
    ("hill 6", "two colours", "sce play hill"),
    ("hill 6 4 2", "two colours", "sce play hill"),
    ("hill 0 0", "two colours", "sce play hill"),
    ("hill six 4", "'six'", "sce play hill 5 4"),
    ("hill --probability 1", "--probability '1'", "sce play hill --probability 0.5"),
    ("wrong -11", "'-11' is not between -10 and 10", "sce play wrong 3"),
    ("wrong 1 2", "'2' has no place", "sce play wrong 1"),
    ("steps 0 4", "one colour", "sce play steps"),
    ("steps --start 9", "outside the picture", "sce play steps --start 8"),
    ("steps --steps 1001", "--steps", "at most 1000"),
    ("floor 0.6,0.6", "sums to 1.2", "ratio"),
    ("floor 0.6,0.4 0.5,0.3,0.2", "2 outcomes", "as many for both"),
    ("floor 0,0", "0,0", "sce play floor"),
    ("floor 1", "1 outcomes", "2 to 7"),
    ("floor 0,0 1,1", "0,0", "sce play floor 0.5,0.5 0.5,0.5"),
    ("scores 1 2 3 4 5 6 7 8 9 10", "10 classes", "sce play scores 1 2 3 4 5 6 7"),
    ("sample 3", "'3' has no place", "sce play sample"),
    ("sample --draws 1000001", "--draws", "at most 1000000"),
    ("train nowhere.csv", "nowhere.csv", "iris"),
    ("train iris --features petal_width_cm", "1 feature", "sce play train"),
    ("train iris --features petal_width_cm,petal_length_cm,sepal_width_cm", "3 features", "sce play train iris"),
    ("train --optimizer newton --learning-rate 1", "newton", "sce play train --optimizer newton"),
    ("train --expand 4", "'4' is not known", "sce play train --expand"),
    ("hils", "'hils' is not known", "sce play hill"),
    ("scores --keys rigth", "'rigth' is no key", "sce play scores --keys"),
    ("--json", "none is named", "sce play scores"),
    ("--keys right", "none is named", "sce play scores"),
]


@for_each("line,named,remedy", REFUSED)
def test_what_can_not_be_played_is_refused(
    line: str,
    named: str,
    remedy: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(["play", *line.split()], named, remedy, capsys)


def test_a_table_of_one_feature_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "one.csv"
    table.write_text("length,kind\n1.5,a\n2.5,b\n3.75,a\n4.25,b\n2.5,a\n1.25,b\n")
    assert_refused(["play", "train", str(table)], "1 feature", "sce play train", capsys)


def test_a_class_of_one_row_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "few.csv"
    table.write_text("a,b,kind\n1,2,x\n2,1,y\n")
    assert_refused(["play", "train", str(table)], "the only row", "sce play train spiral", capsys)


def test_names_of_a_table_are_text(tmp_path: Path) -> None:
    table = tmp_path / "names.csv"
    rows = [f"{x % 7},{x % 5},{'[red]x' if x % 2 else 'y[/]'}" for x in range(40)]
    table.write_text("\n".join(["[bold]a,b[/],kind", *rows]))
    run = run_sce("play", "train", str(table))
    assert run.exit_code == 0
    assert "[bold]a" in run.stdout
    assert "[red]x" in run.stdout
