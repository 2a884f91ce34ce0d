"""`sce check` from the command line."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sce_cli.topics import LESSON_TOPICS
from sce_cli.topics.check.signatures import OURS
from sce_cli.translation import LANGUAGES, speaking
from tests.running import Run, assert_refused, run_sce
from tests.topics.check import manners

STUDENTS = Path(__file__).parents[3] / "examples" / "students"

OVERFLOW = "import numpy as np\n\ndef softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)\n"
RIGHT = manners.RIGHT["entropy, a mask"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overflow.py").write_text(OVERFLOW)
    (tmp_path / "right.py").write_text("import numpy as np\n" + RIGHT)
    (tmp_path / "broken.py").write_text("def softmax(z:\n    return z\n")
    (tmp_path / "other.py").write_text("def sigmoid(z):\n    return z\n")
    return tmp_path


def check(*arguments: str) -> Run:
    return run_sce("check", *arguments)


def by_name(run: Run) -> dict[str, Any]:
    return {function["name"]: function for function in run.json["functions"]}


def test_a_wrong_function_shows_the_counterexample_the_name_and_where_to_look(folder: Path) -> None:
    run = check("overflow.py", "--width", "60")
    assert (run.exit_code, run.stderr) == (1, "")
    lines = run.stdout.splitlines()
    places = [
        next(place for place, line in enumerate(lines) if text in line)
        for text in ("softmax(np.array([1000., 0.]))", "expected", "got", "overflow:", "See it: sce softmax 1000 0 0")
    ]
    assert places == sorted(places)
    assert max(map(len, lines)) <= 60
    assert "missing: log_softmax, entropy" in run.stdout


def test_a_right_function_is_praised_in_one_word(folder: Path) -> None:
    run = check("right.py")
    assert (run.exit_code, run.stderr) == (0, "")
    assert "1. entropy: ✓ right ─" in run.stdout
    assert "Result: 1 of 1 right" in run.stdout
    assert "claims" not in run.stdout


def test_the_json_has_all_eight_functions(folder: Path) -> None:
    run = check("overflow.py", "--json")
    assert run.exit_code == 1
    assert (run.json["command"], run.json["file"]) == ("check", "overflow.py")
    functions = by_name(run)
    assert tuple(functions) == OURS
    one = functions["softmax"]
    assert (one["as"], one["outcome"], one["mistake"]) == ("softmax", "wrong", "overflow")
    shown = {"input": "softmax(np.array([1000., 0.]))", "expected": "[1., 0.]", "got": "[np.nan, 0.]"}
    assert one["counterexample"] == shown
    missing = functions["loss"]
    assert (missing["as"], missing["outcome"], missing["mistake"]) == (None, "missing", None)


def test_a_pair_appears_as_loss_and_as_gradient(folder: Path) -> None:
    Path("pair.py").write_text("import numpy as np\n" + manners.RIGHT["loss, CS231n"])
    functions = by_name(check("pair.py", "--json"))
    for name in ("loss", "gradient"):
        assert (functions[name]["as"], functions[name]["outcome"]) == ("softmax_loss", "right")


def test_what_a_function_is_called_can_be_said(folder: Path) -> None:
    Path("mine.py").write_text(OVERFLOW.replace("softmax", "probabilities_of"))
    assert check("mine.py").exit_code == 2
    functions = by_name(check("mine.py", "--function", "softmax=probabilities_of", "--json"))
    assert (functions["softmax"]["as"], functions["softmax"]["mistake"]) == ("probabilities_of", "overflow")


def test_a_function_that_raises_shows_its_own_line(folder: Path) -> None:
    Path("mine.py").write_text("def softmax(z):\n    return z.softmax()\n")
    run = check("mine.py")
    assert run.exit_code == 1
    assert "1. softmax: ✗ raised" in run.stdout
    assert "in line 2: return z.softmax()" in run.stdout


def test_a_call_that_takes_too_long(folder: Path) -> None:
    Path("mine.py").write_text("def softmax(z):\n    while True: pass\n")
    run = check("mine.py", "--seconds", "0.2")
    assert run.exit_code == 1
    assert "1. softmax: ✗ too slow" in run.stdout


def test_stubs_are_written_once_and_count_as_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = check("--new", "mine.py")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.stdout.endswith("\nFile: mine.py\n")
    assert "Fill in what you like, then: sce check mine.py" in run.stdout
    text = Path("mine.py").read_text()
    assert [f"def {name}(" in text for name in OURS] == [True] * 8
    assert text.count("raise NotImplementedError") == 8
    run = check("mine.py")
    assert run.exit_code == 0
    assert "Still to be written: softmax" in run.stdout
    assert_refused(["check", "--new", "mine.py"], "'mine.py': this file is already there", "--new mine-2.py", capsys)
    assert Path("mine.py").read_text() == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stubs_are_right_python_and_hold_no_solution(language: str) -> None:
    import ast

    from sce_cli.topics.check.stubs import StubsStudy

    with speaking(language):
        tree = ast.parse(StubsStudy((), "mine.py").text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == list(OURS)
    for function in functions:
        assert ast.get_docstring(function)
        assert len(function.body) == 2


@pytest.mark.parametrize(
    ("arguments", "named", "remedy"),
    [
        (["check"], "names no program", "sce check --new mine.py"),
        (["check", "nowhere.py"], "'nowhere.py': there is no such file", "sce check --new mine.py"),
        (["check", "broken.py"], "'broken.py', line 1: SyntaxError", "Mend that first"),
        (["check", "other.py"], "none of the functions", "sce check --new mine.py"),
        (["check", "right.py", "--function", "lss=f"], "'lss=f' doesn't name", "--function loss=f"),
        (["check", "right.py", "--function", "loss=f"], "there is no f in 'right.py'", "Name a function"),
        (["check", "right.py", "--seconds", "0"], "--seconds '0' is not from 0.05 to 600", "--seconds 2"),
        (["check", "right.py", "--plot", "f.png"], "there is no figure", "sce check right.py"),
        (["check", "right.py", "--new", "b.py"], "exclude each other", "sce check right.py"),
        (["check", "empty"], "'empty' has no program in it", ".py, .ipynb"),
    ],
)
def test_what_is_refused(
    arguments: list[str], named: str, remedy: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    assert_refused(arguments, named, remedy, capsys)


def test_a_folder_is_a_table_and_a_file_for_a_teacher(folder: Path) -> None:
    run = check(".", "--output", "marks.csv", "--width", "60")
    assert run.exit_code == 1
    assert max(map(len, run.stdout.splitlines())) <= 60
    row = next(line for line in run.stdout.splitlines() if "overflow.py" in line)
    assert row.split() == ["overflow.py", "overflow", "-"]
    assert "✗ broken.py, line 1: SyntaxError" in run.stdout
    assert "most often: overflow" in run.stdout
    with Path("marks.csv").open(encoding="utf-8", newline="") as file:
        rows = {Path(row["file"]).name: row for row in csv.DictReader(file)}
    assert rows["overflow.py"]["softmax"] == "overflow"
    assert rows["right.py"]["entropy"] == "right"
    assert rows["broken.py"]["error"] == "SyntaxError: '(' was never closed"


def test_a_class_has_a_figure_and_a_handout(folder: Path) -> None:
    assert check(".", "--plot", "class.svg", "--handout", "class.html").exit_code == 1
    assert "overflow" in Path("class.svg").read_text(encoding="utf-8")
    assert "overflow" in Path("class.html").read_text(encoding="utf-8")
    assert check("overflow.py", "--handout", "one.md").exit_code == 1
    assert "softmax(np.array([1000., 0.]))" in Path("one.md").read_text(encoding="utf-8")


def test_several_files_as_json_with_one_that_cannot_be_run(folder: Path) -> None:
    run = check("right.py", "broken.py", "nowhere.py", "--json")
    assert run.exit_code == 1
    right, broken, nowhere = run.json["files"]
    assert right["error"] is None
    assert (broken["error"], broken["line"]) == ("SyntaxError: '(' was never closed", 1)
    assert broken["functions"] == []
    assert "No such file" in nowhere["error"]


def test_a_notebook_is_its_code_cells_without_magics(folder: Path) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": ["# My softmax"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install numpy\n", "import numpy as np"]},
        {"cell_type": "code", "source": ["%%bash\n", "rm -rf /nowhere"]},
        {"cell_type": "code", "source": "%%time\n" + OVERFLOW},
        {"cell_type": "code", "source": ["softmax?"]},
    ]
    Path("book.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    assert by_name(check("book.ipynb", "--json"))["softmax"]["mistake"] == "overflow"
    cells[-2]["source"] = ["def softmax(z):\n", "    return z.softmax()"]
    Path("raises.ipynb").write_text(json.dumps({"cells": cells}))
    assert ": return z.softmax()" in check("raises.ipynb").stdout
    Path("no.ipynb").write_text("{}")
    run = check("no.ipynb")
    assert (run.exit_code, "it is no notebook" in run.stderr) == (2, True)


def test_what_a_notebook_alone_understands_is_left_out(folder: Path) -> None:
    sources = [
        "names = !ls \\\n  -l\nhere = %pwd\n%time rows = 1 + 1\nget_ipython().run_line_magic('matplotlib', 'inline')",
        'assert rows == 7 \\\n % 5\ntext = """\n%not magic\n!nor this\n"""\nassert \'!nor\' in text\ndisplay(rows)',
        "import numpy as np\nfor k in range(2):\n    !echo {k}\n!pip install \\\n  numpy \\\n  scipy\n" + OVERFLOW,
    ]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    Path("book.ipynb").write_text(json.dumps({"cells": cells}))
    assert by_name(check("book.ipynb", "--json"))["softmax"]["mistake"] == "overflow"


def test_a_file_of_many_that_cannot_be_read_has_no_line(folder: Path) -> None:
    Path("gone.py").symlink_to("nowhere.py")
    Path("whole.py").write_text("def softmax(z):\n    raise NotImplementedError\n")
    run = check("gone.py", "whole.py", "--json")
    gone = json.loads(run.stdout)["files"][0]
    assert (run.exit_code, gone["error"], gone["line"]) == (1, "No such file or directory", None)


def test_text_of_a_program_plays_no_tricks(folder: Path) -> None:
    Path("mine.py").write_text(
        "print('\\x1b[2J[red]printed')\ndef softmax(z):\n    raise ValueError('\\x1b[2J[bold]\\u202eraised')\n"
    )
    run = check("mine.py")
    assert "\x1b" not in run.stdout
    assert "\u202e" not in run.stdout
    assert r"\x1b[2J[red]printed" in run.stdout
    assert "[bold]" in run.stdout


def test_ascii_output_is_ascii(folder: Path) -> None:
    for arguments in (["overflow.py"], ["."]):
        run = check(*arguments, "--ascii")
        assert run.stdout.isascii(), arguments


def test_the_class_in_the_examples_is_a_table_of_its_ten_files() -> None:
    run = run_sce("check", str(STUDENTS), "--json")
    assert run.exit_code == 1
    assert len(run.json["files"]) == 10
    assert run.json["frequent"][0] == {"mistake": "epsilon-in-log", "files": 2}


def test_a_lesson_cannot_run_a_program(folder: Path) -> None:
    assert "check" not in LESSON_TOPICS
    Path("my.md").write_text("# A lesson\n\n```sce\nsce check right.py\n```\n")
    run = run_sce("lesson", "--check", "my.md")
    assert run.exit_code == 1
    assert "a lesson runs sce mle" in run.stdout


def test_help_says_whose_program_runs_with_whose_rights() -> None:
    assert "It runs the program itself, with your rights" in " ".join(run_sce("check", "--help").stdout.split())
