"""`sce train` on tables as people have them: what it says in step 1 and in JSON, and remedies that work as typed."""

import io
import re
import shlex
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sce_cli import cli
from sce_cli.datasets import cells, number_forms
from tests.running import process_environment

CASES = Path(__file__).parent.parent.parent / "datasets" / "tables"

QUICK = ["--epochs", "3", "--test-fraction", "0.25"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str | bytes, name: str = "t.csv") -> None:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())


def rows(form: str, header: str = "", count: int = 24) -> str:
    """Return a table: n, x, y, kind and soil of each row stand for their places in the form."""
    kinds, soils = ("oak", "elm", "yew"), ("clay", "sand")
    lines = [
        form.format(n=n, x=n * 37 % 50 / 4, y=n * 11 % 17 / 8, kind=kinds[n % 3], soil=soils[n % 2])
        for n in range(count)
    ]
    return "\n".join([*([header] if header else []), *lines]) + "\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr, each in one line."""
    code = cli.run(["train", *QUICK, *arguments])
    out, err = capsys.readouterr()
    return code, " ".join(out.split()), err


def step_1(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    return out.partition("1. The data")[2].partition("2. The model")[0]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """Return the mistake and the remedy of a refusal."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    mistake, remedy = err.splitlines()
    assert mistake.startswith("Error: ")
    assert len(mistake) < 400
    return mistake.removeprefix("Error: "), remedy


def typed(remedy: str) -> list[str]:
    """Return the words of the line that a remedy shows, without those that every test types."""
    words = shlex.split(remedy.partition(": sce train ")[2])
    assert words[: len(QUICK)] == QUICK, remedy
    return words[len(QUICK) :]


# The examples


SAID = {
    "semicolons.csv": ["separated by semicolons"],
    "decimal_commas.csv": ["separated by semicolons", "decimal commas"],
    "no_header.data": ["No header found", "x0", "x1"],
    "row_names.csv": ["row names", "left out: a first column without a name"],
    "missing.csv": ["3 of 24 rows were left out", "--missing mean", "width numbers, 2 missing"],
    "text_and_names.csv": [
        "label text with 24 different values left out",
        "soil text with 2 different values soil=clay",
        "planted dates with 24 different values left out",
    ],
    "row_number_gives_class.csv": ["Id row numbers left out: it only counts the rows"],
    "tabs_utf16.txt": ["separated by tabs", "The text is UTF-16"],
}


@pytest.mark.parametrize("name", SAID)
def test_step_1_says_what_was_done(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = step_1(capsys, "--data", str(CASES / name))
    for sentence in SAID[name]:
        assert sentence in said
    counts = re.search(r"all (\d+) (\d+) 1 ", said)
    assert counts
    assert int(counts[1]) + int(counts[2]) == (21 if name == "missing.csv" else 24)


def test_missing_cells_are_filled_with_the_mean_of_the_training_part(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = step_1(capsys, "--data", str(CASES / "missing.csv"), "--missing", "mean")
    assert "3 of 24 rows had missing cells, filled with the means of the training part." in said
    assert "all 18 6 1" in said


def test_the_step_of_a_clean_table_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{x},{y},{kind}", "x,y,kind"))
    assert step_1(capsys, "--data", "t.csv").split()[1:6] == ["class", "train", "test", "frequency", "─" * 32]


@pytest.mark.parametrize("name", SAID)
def test_json_has_what_was_done(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert cli.run(["train", *QUICK, "--json", "--data", str(CASES / name)]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    reading = data["reading"]
    assert reading["rows"] == 24
    left_out = [column["name"] for column in reading["columns"] if not column["became"]]
    assert left_out == data["left_out"]
    assert len(data["preparation"]["features"]) == len(data["feature_names"]) == 2
    assert (reading["delimiter"] == ";") == (name in {"semicolons.csv", "decimal_commas.csv"})
    assert (reading["incomplete"] > 0) == (name == "missing.csv")
    assert reading["header"] == (name != "no_header.data")


# Refusals, and remedies that work as typed


@pytest.mark.parametrize(
    ("text", "mistake", "remedy"),
    [
        (
            (CASES / "class_first.csv").read_text(),
            "--data 't.csv' has 22 different numbers in the last column, 'height': they look like a measurement, "
            "not like classes.",
            "--label-column tree",
        ),
        (
            rows("{kind},{n},{y},{x}", "the tree,id,y,x").replace("the tree", "tree kind"),
            "in the last column, 'x': they look like a measurement",
            "--label-column 'tree kind'",
        ),
        (
            rows("{x},{y},{n}.5,{kind}", "x,y,b,kind").replace("7.5,", "oops,"),
            "has 'oops', which is not a number, in row 7 (line 9), column 'b'.",
            "--features x,y",
        ),
        (
            rows("{x},{n}.5,{kind}", '"a, ""b""",c,kind').replace("7.5,", "-inf,"),
            "has '-inf', which is not a finite number, in row 7 (line 9), column 'c'.",
            "--features ",
        ),
        (
            rows("{n},name {n},2019-03-{n:02},{kind}", "id,name,when,kind").replace("-00", "-30"),
            "has no column to learn from: 'id': it only counts the rows; 'name': its texts hardly come again; "
            "'when': a date is no number.",
            "--features id",
        ),
        (
            rows("name {n},{kind}", "name,kind"),
            "has no column to learn from: 'name': its texts hardly come again.",
            "--features name",
        ),
        (
            "数,类\n".encode("gb18030") + rows("{x},{kind}").encode(),
            "is not UTF-8: its first line beyond ASCII can be 'Êý,Àà' or '数,类'.",
            "Add --encoding cp1252 for the one, or --encoding gb18030 for the other",
        ),
        (
            rows("{x},{kind}", "x,kind").encode("utf-16-le"),
            "looks like UTF-16 without its mark.",
            "Add --encoding utf-16-le",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_remedy_works_as_typed(
    text: str | bytes, mistake: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(text)
    said, advice = refused(capsys, "--data", "t.csv")
    assert mistake in said
    assert remedy in advice
    code, _, err = run(capsys, *typed(advice))
    assert (code, err) == (0, "")


def test_a_missing_cell_is_refused_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{x},{y},{kind}", "x,y,kind").replace("\n0.25,", "\n?,"))
    said, advice = refused(capsys, "--data", "t.csv", "--missing", "refuse")
    assert re.search(r"has '\?' for a missing cell in row \d+ \(line \d+\), column 'x'\.", said)
    assert run(capsys, *typed(advice))[0] == 0


@pytest.mark.parametrize(
    ("option", "value", "mistake"),
    [
        ("--encoding", "nonsense", "--encoding 'nonsense' is not known."),
        ("--encoding", "hex", "--encoding 'hex' is not known."),
        ("--encoding", "ascii", "is not text in the encoding ascii."),
        ("--delimiter", "abc", "--delimiter 'abc' can't separate cells."),
        ("--delimiter", "", "--delimiter '' can't separate cells."),
        ("--delimiter", ";", "has one column"),
        ("--decimal", "x", "--decimal 'x' is not a decimal sign."),
        ("--missing", "guess", "--missing 'guess' is not known."),
    ],
)
def test_what_cannot_be_meant_is_refused(
    option: str, value: str, mistake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(rows("{x},{y},{kind}", "größe,y,kind"))
    assert mistake in refused(capsys, "--data", "t.csv", option, value)[0]


def workbook(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (workbook("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook, not text.", "Save as, CSV UTF-8"),
        (workbook("mimetype", "content.xml"), "is an OpenDocument workbook, not text.", "Save as, CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "is an Excel workbook, not text.", "CSV UTF-8"),
        (b"PAR1" + bytes(50) + b"PAR1", "is a Parquet file, not text.", "pandas.read_parquet('\"'\"'"),
        (workbook("train.csv", "test.csv"), "is a zip archive of 2 files.", "such as train.csv: unzip "),
        (b"BZh91AY", "is packed by bzip2.", "bunzip2 "),
        (b"\x1f\x8b\x08broken", "is a damaged .gz file.", "gzip"),
    ],
)
@pytest.mark.parametrize("name", ["t.xlsx", "t.csv", "any name"])
def test_what_is_no_text_is_named(
    content: bytes, what: str, remedy: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(content, name)
    said, advice = refused(capsys, "--data", name)
    assert said == f"--data '{name}' {what}"
    if "pandas" not in remedy:
        assert remedy in advice
    else:
        code = shlex.split(advice.partition(": ")[2])
        compile(code[2], "remedy", "exec")
        assert f"read_parquet({name!r})" in code[2]


def test_standard_input_is_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    sent = rows("{x};{y};{kind}", "x;y;kind").encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(sent), isatty=lambda: False))
    assert "separated by semicolons" in step_1(capsys, "--data", "-")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    said, advice = refused(capsys, "--data", "-")
    assert said == "--data '-' reads standard input, and nothing is sent there."
    assert "sce train --data - < table.csv" in advice


def test_classes_in_several_spellings_are_one_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{x},{y},{kind}", "x,y,kind").replace("elm", "ELM", 2).replace("yew\n", " yew \n"))
    said = step_1(capsys, "--data", "t.csv")
    assert "The class 'ELM' was taken for 'elm'." in said
    assert "elm 6 2 0.3333" in said


def test_left_out_columns_come_back_where_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{n},{soil},{x},{kind}", "id,soil,x,kind"))
    assert "id row numbers left out" in step_1(capsys, "--data", "t.csv")
    assert "row numbers" not in step_1(capsys, "--data", "t.csv", "--features", "id,x")


def test_a_feature_that_cannot_be_used_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{x},,{kind}", "x,empty,kind"))
    said, _ = refused(capsys, "--data", "t.csv", "--features", "x,empty")
    assert said == "--features 'empty' can't be used: it has no value."


def test_a_feature_that_is_mostly_missing_goes_instead_of_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    write(rows("{x},,{kind}", "x,y,kind", 13) + rows("{x},{y},{kind}", count=11))
    said = step_1(capsys, "--data", "t.csv")
    assert "y numbers left out: more than half of it is missing" in said
    assert "all 18 6 1" in said
    assert "13 of 24 rows had missing cells" in step_1(capsys, "--data", "t.csv", "--missing", "mean")


def test_rows_that_leave_one_class_are_named_with_a_way_to_keep_them(capsys: pytest.CaptureFixture[str]) -> None:
    write("x,kind\n1.5,a\n2.5,a\n,b\n,b\n3,a\n7,a\n")
    said, advice = refused(capsys, "--data", "t.csv")
    assert said == "--data 't.csv' has only one class, 'a', in column 'kind', without 2 rows with a missing cell."
    assert run(capsys, *typed(advice))[0] == 0


def test_ctrl_c_while_a_table_loads_is_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    honest = number_forms.plain_value

    def interrupted(cell: str) -> float | None:
        if cell.startswith("12"):
            signal.raise_signal(signal.SIGINT)
        return honest(cell)

    write(rows("{x},{n},{kind}", "x,n,kind").replace("\n0.25,", "\nNA,"))
    monkeypatch.setattr(cells, "plain_value", interrupted)
    code, out, err = run(capsys, "--data", "t.csv")
    assert (code, out, err) == (130, "", "")


def test_ctrl_c_while_a_long_table_loads_is_130_at_once() -> None:
    write("x,kind\n" + "1.5,a\n2.5,b\n" * 500_000)
    command = [sys.executable, "-c", INTERRUPTED, "train", "--data", "t.csv"]
    finished = subprocess.run(command, capture_output=True, env=process_environment(), check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, b"", b"")


INTERRUPTED = """
import os, signal, sys, threading
from sce_cli import cli
from sce_cli.datasets import cells, number_forms
honest = cells._lines

def watched(text, count):
    for place, line in enumerate(honest(text, count)):
        if place == 50_000:
            os.kill(os.getpid(), signal.SIGINT)
        assert place < 60_000
        yield line

cells._lines = watched
sys.exit(cli.run(sys.argv[1:]))
"""


def test_many_columns_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    width = 300
    header = ",".join([f"c{place}" for place in range(width)])
    body: list[Any] = [[n * (place + 3) % 17 / 4 for place in range(width)] for n in range(24)]
    write("\n".join([f"{header},kind", *(",".join([*map(str, line), "ab"[n % 2]]) for n, line in enumerate(body))]))
    assert "300 features, c0, c1, …, c299" in step_1(capsys, "--data", "t.csv")
