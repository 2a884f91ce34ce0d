"""Files as programs and people leave them: lines around a table, rows of several lengths, blanks that nobody sees."""

import gzip
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sce_cli.datasets import Reading, Table, TextSettings, load, load_for_prediction
from sce_cli.datasets.dates import is_dates
from sce_cli.errors import SceError
from sce_cli.topics.reading_view import remarks_on_new_rows
from tests.each import for_each
from tests.running import run_sce

ROWS = 24
HEADER = "x,y,kind\n"


def row(n: int) -> str:
    return f"{n % 7}.5,{n % 5}.25,{'abc'[n % 3]}"


def body(form: Callable[[int], str] = row, rows: int = ROWS) -> str:
    return "".join(f"{form(n)}\n" for n in range(rows))


def read(content: str | bytes, **options: str) -> Table:
    Path("t").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load("t", **options)  # type: ignore[arg-type]


def refusal(content: str | bytes) -> SceError:
    with pytest.raises(SceError) as caught:
        read(content)
    return caught.value


PLAIN = np.array([[n % 7 + 0.5, n % 5 + 0.25] for n in range(ROWS)])


def assert_plain(table: Table, names: Sequence[str] = ("x", "y", "kind")) -> Reading:
    """Hold a table against the plain one, and return what is said of it."""
    np.testing.assert_array_equal(table.features, PLAIN)
    assert table.labels is not None
    assert [table.class_names[k] for k in table.labels] == ["abc"[n % 3] for n in range(ROWS)]
    assert (*table.feature_names, table.label_column) == tuple(names)
    return table.reading


# Lines above the table, and below it

NUMBERED = ("x0", "x1", "class")


@for_each(
    "above,titles",
    [
        ("# made by me\n", 1),
        ("# made by me, and you\n\n#second\n", 2),
        ("% in Graz\n// in 2020\n", 2),
        ("Measurements\n", 1),
        ("Measurements,,\n,,\n", 2),
        (",Measurements,\n", 1),
        ("Measurements, 2020, Graz, me\n", 1),
        ("Report,2020\n", 1),
        ("a,b\nc,d\n", 2),
        ("\n \n", 1),
        ("\ufeffMeasurements\n", 1),
    ],
)
def test_lines_above_a_header_are_skipped_and_said(above: str, titles: int) -> None:
    assert assert_plain(read(above + HEADER + body())).titles == titles
    for sign in (";", "\t"):
        written = (above + HEADER + body()).replace(",", sign)
        assert assert_plain(read(written)).titles == titles


@for_each("above", ["Measurements of 2020\n", "# of me, and you\n", "# ours\n# of 2020\n", ",,\n"])
def test_lines_above_a_table_without_a_header_are_skipped(above: str) -> None:
    reading = assert_plain(read(above + body()), NUMBERED)
    assert (reading.titles, reading.header) == (above.count("\n"), False)


@for_each("units", ["cm,kg,", "cm,kg,name", "the width,?,kind", "cm,kg,a"])
def test_a_row_of_units_below_the_header_is_skipped_and_said(units: str) -> None:
    text = f"{HEADER}{units}\n"
    if "?" in units:
        assert "has 'the width', which is not a number, in row 0 (line 2)" in refusal(text + body()).message
        return
    table = read(text + body())
    assert assert_plain(table).units
    new = load_for_prediction("t", table.preparation, table.class_names)
    np.testing.assert_array_equal(new.features, PLAIN)
    stray = text + body(lambda n: "oops,1,a" if n == 4 else row(n))
    assert "has 'oops', which is not a number, in row 4 (line 7)" in refusal(stray).message


@for_each("first", ["oops,1,a", "oops,what,a", ",,a"])
def test_a_stray_word_in_the_first_row_is_named(first: str) -> None:
    text = f"{HEADER}{first}\n{body(rows=2 if 'what' in first else ROWS)}"
    if first.startswith(","):
        assert read(text).reading.incomplete == 1
    else:
        assert "has 'oops', which is not a number, in row 0 (line 2)" in refusal(text).message


@for_each("sign", [",", " ", "\t"])
def test_a_remark_that_names_the_columns_is_the_header(sign: str) -> None:
    reading = assert_plain(read(("# x,y,kind\n" + body()).replace(",", sign)))
    assert (reading.titles, reading.header) == (0, True)
    reading = assert_plain(read(("# of 2020\n# x,y,kind\n" + body()).replace(",", sign)))
    assert reading.titles == 1
    reading = assert_plain(load("t", text=TextSettings(no_header=True)), NUMBERED)
    assert (reading.titles, reading.header) == (2, False)


@for_each("name", ["#", "% fat", "//"])
def test_a_name_that_begins_like_a_remark_is_a_name(name: str) -> None:
    assert assert_plain(read(f"{name},y,kind\n" + body()), (name, "y", "kind")).header


def test_a_name_of_a_sign_alone_is_a_name() -> None:
    table = read("#,x,y,kind\n" + body(lambda n: f"{n},{row(n)}"))
    assert assert_plain(table).columns[0].name == "#"


def test_a_first_row_of_another_length_is_refused_with_the_line_that_may_be_the_header() -> None:
    mistake = refusal("a,b\n" + body())
    assert "has 3 cells instead of 2 in row 0 (line 2)" in mistake.message
    mistake = refusal("a,b\nc,d\n" + body())
    assert "If line 3, the first of 3 cells, is the header, remove the lines above it." in mistake.remedy


@for_each(
    "end", ["   \n", "\x1a", "\t\n  \n \n", "   \n\x1a", "\n\n", "\u3000\n", "# the end, of all, my, friends\n", ",\n"]
)
def test_what_stands_below_a_table_is_no_row(end: str) -> None:
    reading = assert_plain(read(HEADER + body() + end))
    assert (reading.rows, reading.incomplete, reading.short) == (ROWS, 0, 0)
    assert_plain(read(body() + end), NUMBERED)


@for_each("end", ["\nSource: Graz\n", "Source: Graz\nMeasured in 2020\n", "1.5\n"])
def test_a_remark_below_a_table_is_refused_with_the_line_where_it_begins(end: str) -> None:
    mistake = refusal(HEADER + body() + end)
    assert (
        mistake.remedy
        == f"If that stands below the table, remove it from line {ROWS + 2 + end.startswith(chr(10))} on."
    )
    assert "put a cell with a comma" in refusal(HEADER + body() + end + row(1) + "\n").remedy


def test_a_last_ctrl_z_behind_a_cell_is_no_part_of_it() -> None:
    assert_plain(read(HEADER + body().rstrip("\n") + "\x1a"))
    assert_plain(
        read("kind,x,y\n" + body(lambda n: f"{row(n)[-1]},{row(n)[:-2]}").rstrip("\n") + "\x1a", label_column="kind")
    )


# Rows of several lengths


@for_each("behind", [lambda _n: ",", lambda n: "," * (n % 3), lambda n: "," * (n == 5), lambda n: ", ," * (n > 20)])
def test_empty_cells_behind_a_row_s_end_are_none(behind: Callable[[int], str]) -> None:
    table = read(HEADER + body(lambda n: row(n) + behind(n)))
    assert_plain(table)
    new = load_for_prediction("t", table.preparation, table.class_names)
    np.testing.assert_array_equal(new.features, PLAIN)


def test_cells_that_a_row_lacks_at_its_end_are_missing() -> None:
    text = "kind,x,y\n" + body(lambda n: f"{'abc'[n % 3]},{n % 7}.5" + f",{n % 5}" * (n % 4 > 0))
    table = read(text, label_column="kind")
    assert (table.reading.short, table.reading.incomplete, len(table.features)) == (6, 6, 18)
    filled = read(text, label_column="kind", missing="mean")
    assert np.isnan(filled.features[:, 1]).tolist() == [n % 4 == 0 for n in range(ROWS)]
    new = load_for_prediction("t", table.preparation, table.class_names)
    assert "6 rows are shorter than the others" in remarks_on_new_rows(new.reading)[0]


def test_a_row_that_lacks_its_class_is_refused_in_training_and_predicted_else() -> None:
    assert (
        "has 2 cells instead of 3 in row 2 (line 4)"
        in refusal(HEADER + body().replace("2.5,2.25,c\n", "2.5,2.25\n", 1)).message
    )
    table = read(HEADER + body())
    Path("new").write_text(HEADER + "1,2\n3,4\n", encoding="utf-8")
    new = load_for_prediction("new", table.preparation, table.class_names)
    assert (new.features.tolist(), new.labels, new.reading.short) == ([[1, 2], [3, 4]], None, 2)


@for_each("form", ['"{n}" {x} {y} "{k}"', '"row {n}" {x} {y} "{k}"', "{many} {x} {y} {k}"])
def test_r_s_row_names_have_no_name(form: str) -> None:
    def written(n: int) -> str:
        x, y, kind = row(n).split(",")
        return form.format(n=n + 1, many=n * 7 % 31 + 50, x=x, y=y, k=kind)

    table = read('"x" "y" "kind"\n' + body(written))
    assert assert_plain(table).columns[0].name == "column 1"
    for names, width in (('"x" "y" "kind"', None), ('"x" "y"', -1)):
        lines = [" ".join(written(n).rsplit(" ")[:width]) for n in (7, 2)]
        Path("new").write_text("\n".join([names, *lines]) + "\n", encoding="utf-8")
        new = load_for_prediction("new", table.preparation, table.class_names)
        np.testing.assert_array_equal(new.features, PLAIN[[7, 2]])


@for_each("sign", [",", ";", " ", "\t"])
def test_cells_in_single_quotes(sign: str) -> None:
    written = body(lambda n: "'" + row(n).replace(",", f"'{sign}'") + f", {n % 3} {sign}'")
    table = read(f"'x'{sign}'y'{sign}'kind'\n" + written)
    np.testing.assert_array_equal(table.features, PLAIN)
    assert table.class_names == tuple(f"{name}, {n} {sign}".strip() for n, name in enumerate("abc"))


def test_apostrophes_are_no_quotes() -> None:
    kinds = ("lady's", "'t is", "o'k'")
    assert read(HEADER + body(lambda n: f"{row(n)[:-1]}{kinds[n % 3]}")).class_names == tuple(sorted(kinds))


# Blanks and signs that nobody sees

UNSEEN = ("\u00a0", "\u200b", "\u3000", "\ufeff", "\u2009", "\u00ad", "\n", "\u2028")


@for_each("sign", UNSEEN)
def test_blanks_of_any_kind_are_no_part_of_names_numbers_and_classes(sign: str) -> None:
    def written(n: int) -> str:
        x, y, kind = row(n).split(",")
        return f'"{sign}{x}{sign}",{y},"{kind}{sign * (n % 4 == 1)}"'

    reading = assert_plain(read(f'"{sign}x{sign}","y{sign}",{"kind"}\n' + body(written)))
    said = {text for text, _main in reading.classes}
    assert said == (set() if sign == "\n" else {f"{kind}{sign}" for kind in "abc"})
    missing = read(HEADER + body(lambda n: f'"{sign}",0,a' if n == 3 else row(n)))
    assert (missing.reading.incomplete, len(missing.features)) == (1, ROWS - 1)


def test_a_line_s_end_in_a_name_or_a_class_is_a_blank() -> None:
    kinds = ("a b", '"a\nb"', '"A\u00a0 b"')
    table = read('"the\nwidth",y,kind\n' + body(lambda n: f"{row(n)[:-1]}{kinds[n % 3] if n % 2 else 'c'}"))
    assert table.feature_names == ("the width", "y")
    assert len(table.class_names) == 2
    assert len(table.reading.classes) == 2


# The same answer wherever a cell stands


ODD_CELLS = (
    "-nan",
    "+NaN",
    "nan",
    "inf",
    "-Infinity",
    "1e400",
    "-",
    ".",
    "None",
    "",
    "1_0",
    "0x1p3",
    "１",
    "5%",
    "oops",
)


def answer(text: str) -> str:
    """Return how many rows a table has and how many it lost, or what is said of it."""
    try:
        table = read(text)
    except SceError as mistake:
        return mistake.message
    return f"{len(table.features)} rows, {table.reading.incomplete} left out"


@for_each("cell", ODD_CELLS)
def test_a_cell_has_one_reading_wherever_it_stands(cell: str) -> None:
    missing, answers = cell.strip("+-").lower() in {"nan", "none", ".", ""}, set()
    for place in (3, 550):
        said = answer(HEADER + body(lambda n, place=place: (cell if n == place else row(n)[:3]) + row(n)[3:], 600))  # type: ignore[misc]
        assert missing or f"in row {place} (line {place + 2}), column 'x'" in said
        answers.add(said.partition(" in row ")[0])
    assert len(answers) == 1
    assert ("599 rows, 1 left out" in answers) == missing


def test_what_is_missing_among_numbers_is_a_class_among_words() -> None:
    for token in ("-", ".", "None"):
        table = read(HEADER + body(lambda n, token=token: row(n)[:-1] + (token if n == 4 else f"{n % 3}")))  # type: ignore[misc]
        assert (table.class_names, table.reading.unlabelled) == (("0", "1", "2"), 1)
        Path("new").write_text(HEADER + f"1,2,{token}\n1,2,1.0\n", encoding="utf-8")
        new = load_for_prediction("new", table.preparation, table.class_names)
        assert new.labels is not None
        assert new.labels.tolist() == [-1, 1]
        table = read(HEADER + body(lambda n, token=token: row(n)[:-1] + (token, "+")[n % 2]))  # type: ignore[misc]
        assert set(table.class_names) == {token, "+"}


def test_few_words_among_few_numbers_are_categories_and_no_strays() -> None:
    doors = ("2", "3", "4", "5more")
    table = read("doors,y,kind\n" + body(lambda n: f"{doors[n % 4]}{row(n)[3:]}", 40))
    assert table.feature_names[:4] == ("doors=2", "doors=3", "doors=4", "doors=5more")
    new = load_for_prediction("t", table.preparation, table.class_names)
    np.testing.assert_array_equal(new.features, table.features)
    mistake = refusal("doors,y,kind\n" + body(lambda n: f"{'oops' if n == 7 else doors[n % 3]}{row(n)[3:]}", 40))
    assert "has 'oops', which is not a number, in row 7" in mistake.message
    mistake = refusal("doors,y,kind\n" + body(lambda n: f"{'5%' if n % 4 == 3 else doors[n % 3]}{row(n)[3:]}", 40))
    assert "has '5%', which is not a number" in mistake.message


def test_codes_that_are_numbers_or_words_are_no_strays() -> None:
    def ticket(n: int) -> str:
        return f"{('PC', 'A/5 ')[n % 8 == 0]}{n * 71}" if n % 4 == 0 else str(n * 71)

    table = read("ticket,y,kind\n" + body(lambda n: ticket(n) + row(n)[3:], 40))
    assert table.left_out == ("ticket",)
    mistake = refusal("ticket,y,kind\n" + body(lambda n: ("A/5 21" if n == 7 else str(n * 71)) + row(n)[3:], 40))
    assert "has 'A/5 21', which is not a number, in row 7" in mistake.message
    mistake = refusal("length,y,kind\n" + body(lambda n: f"{n}.5{' cm' if n % 4 == 0 else ''}{row(n)[3:]}", 40))
    assert "has '0.5 cm', which is not a number, in row 0" in mistake.message


# Dates

DATES = (
    *("Mar-11", "11-Mar", "2020Q1", "2020-Q1", "Q1 2020", "2020-03", "2020-03-01", "2020/3/1", "1.3.2019", "03/01/19"),
    *("1-Mar-2019", "March 2019", "March 1, 2019", "1. März 2019", "Mon, 1 Mar 2019", "2020-W05", "2020-W05-3"),
    *("2020年3月1日", "2020年3月", "3月1日", "2020年第1季度", "12:30", "12:30:05", "7 pm", "2020-03-01T12:00:00Z"),
    *("2020-03-01 12:00:00.123", "1st of March 2019", "20200131"),
)
NO_DATES = ("may", "2020", "low", "10-12", "A1", "marble-20", "decide-11", "Q1", "W05", "100-200", "mark 12", "1.5")


@for_each("text", DATES)
def test_dates_are_left_out_however_few(text: str) -> None:
    table = read(HEADER + body(lambda n: (f'"{text}"' if n % 9 else "NA") + row(n)[3:]))
    assert [(column.name, column.reason) for column in table.reading.columns] == [("x", "a date is no number")]


@for_each("text", NO_DATES)
def test_what_is_no_date_is_none(text: str) -> None:
    assert not is_dates({text: 3})


def test_years_with_a_month_are_dates() -> None:
    table = read(HEADER + body(lambda n: f"{2019 + n // 12}.{1 + n % 12:02d}" + row(n)[3:]))
    assert [(column.name, column.reason) for column in table.reading.columns] == [("x", "a date is no number")]
    assert read(HEADER + body(lambda n: f"2019.{n:02d}" + row(n)[3:])).feature_names == ("x", "y")


def test_years_and_numbers_of_eight_digits_that_are_no_days_stay_numbers() -> None:
    for form in ("{y}", "2020{m}77", "2020013{m}"):
        table = read(HEADER + body(lambda n, form=form: form.format(y=1990 + n % 9, m=10 + n % 20) + row(n)[3:]))  # type: ignore[misc]
        assert table.feature_names == ("x", "y")


# Headers of numbers


@for_each(
    "header,below,names",
    [
        ("2019,2020,2021,2022", "{f},{f},{f},{k}", ("2019", "2020", "2021", "2022")),
        ("2019,2020,2021,kind", "{n},{n},{n},{k}", ("2019", "2020", "2021", "kind")),
        ("0,1,2", "{f},{f},{k}", ("0", "1", "2")),
        (",0,1,2", "{n},{f},{f},{k}", ("0", "1", "2")),
        ("0,1,class", "{f},{f},{k}", ("0", "1", "class")),
        ("400,410,420,kind", "{f},{f},{f},{k}", ("400", "410", "420", "kind")),
    ],
)
def test_a_header_of_numbers_is_one(header: str, below: str, names: tuple[str, ...]) -> None:
    table = read(header + "\n" + body(lambda n: below.format(n=n * 7 % 31, f=f"{n % 5}.25", k=n % 3)))
    assert (*table.feature_names, table.label_column)[-len(names) :] == names[-len(table.feature_names) - 1 :]
    assert len(table.features) == ROWS


def test_a_first_row_of_numbers_that_may_be_a_header_is_refused_with_what_makes_it_one() -> None:
    Path("t.csv").write_text("400,410,430\n" + body(lambda n: f"{n % 7}.5,{n % 5}.25,{n % 3}"), encoding="utf-8")
    told = run_sce("train", "--data", "t.csv", "--epochs", "2")
    assert told.exit_code == 2
    assert "the only row of class '430'" in told.stderr
    assert told.stderr.rstrip().endswith("sce train --data t.csv --epochs 2 --label-column 430")
    assert load("t.csv", label_column="430").feature_names == ("400", "410")
    assert len(load("t.csv").features) == ROWS + 1


def test_a_first_row_of_words_that_come_again_is_no_header() -> None:
    words = (("vhigh", "high", "low"), ("2", "3", "4", "5more"), ("2", "4", "more"), ("acc", "good"))
    table = read(body(lambda n: ",".join(kind[(n + 3) % len(kind)] for kind in words), 48))
    assert table.feature_names[-3:] == ("x2=2", "x2=4", "x2=more")
    assert (len(table.features), table.reading.header) == (48, False)


# New rows for a model


@for_each(
    "text,said",
    [
        (body(), "No header found: the columns are those of the training, in its order."),
        (body(lambda n: row(n)[:-2]), "No header found: the columns are those of the training, in its order."),
        ("X, Y ,KIND\n" + body(), "The column 'X' was taken for 'x'."),
        ("x\u00a0,\ufeffy,Kind\n" + body(), "The column 'Kind' was taken for 'kind'."),
        ("New rows\n" + HEADER + body(), "1 line above the table was skipped."),
    ],
)
def test_new_rows_are_recognised(text: str, said: str) -> None:
    table = read(HEADER + body())
    Path("new").write_text(text, encoding="utf-8")
    new = load_for_prediction("new", table.preparation, table.class_names)
    np.testing.assert_array_equal(new.features, PLAIN)
    assert said in remarks_on_new_rows(new.reading)


def test_new_rows_with_a_header_fit_a_model_without_one() -> None:
    table = read(body())
    Path("new").write_text("width,height,tree\n" + body(), encoding="utf-8")
    new = load_for_prediction("new", table.preparation, table.class_names)
    np.testing.assert_array_equal(new.features, PLAIN)
    assert remarks_on_new_rows(new.reading)[0] == "The column 'width' was taken for 'x0'."


def test_a_first_row_that_is_half_an_example_is_refused_with_what_makes_it_one() -> None:
    Path("t.csv").write_text(HEADER + body(), encoding="utf-8")
    assert run_sce("train", "--data", "t.csv", "--epochs", "2", "--save", "m.npz").exit_code == 0
    Path("new.csv").write_text("1.5,oops,a\n" + body(), encoding="utf-8")
    told = run_sce("predict", "m.npz", "new.csv")
    assert told.stderr.splitlines()[1].endswith("say so: sce predict m.npz new.csv --no-header")
    again = run_sce("predict", "m.npz", "new.csv", "--no-header")
    assert "has 'oops', which is not a number, in row 0 (line 1), column 'y'." in again.stderr
    Path("new.csv").write_text("u,v,kind\n" + body(), encoding="utf-8")
    assert "The columns are 'u', 'v', 'kind'." in run_sce("predict", "m.npz", "new.csv").stderr
    os.unlink("m.npz")


# Pipes, and files that are packed or no text


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name[0] + name[1:].replace("__", "/"), content)
    return file.getvalue()


def tarred(content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("t.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


TABLE = (HEADER + body()).encode()


@for_each(
    "content",
    [
        zipped(t=TABLE),
        zipped(folder__t=TABLE, __MACOSX__t=b"x", folder__=b""),
        gzip.compress(TABLE),
        zipped(t=gzip.compress(TABLE)),
    ],
)
def test_a_packed_table_is_read(content: bytes) -> None:
    assert_plain(read(content))


@for_each("content", [TABLE, gzip.compress(TABLE), zipped(t=TABLE)])
def test_a_pipe_is_read_once(content: bytes) -> None:
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_bytes(content))
    writer.start()
    try:
        assert_plain(load("pipe"))
    finally:
        writer.join()
        os.unlink("pipe")


@for_each(
    "content,what",
    [
        (gzip.compress(b"X\n\0\0\0\3\0\4\1"), "an R object"),
        (gzip.compress(b"RDX3\nX\n"), "an R workspace"),
        (b"<stata_dta><header>", "a Stata file"),
        (b"\x72\x02\x01\x00", "a Stata file"),
        (b"$FL2@(#) SPSS", "an SPSS file"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
        (tarred(TABLE), "a tar archive"),
        (gzip.compress(tarred(TABLE)), "a tar archive"),
        (b"7z\xbc\xaf'\x1c", "packed by 7-Zip"),
        (b'[{"x": 1.5, "kind": "a"}]', "a JSON document"),
        (b'\xef\xbb\xbf{\n "x": [1.5]}', "a JSON document"),
        ('[[1, "a"], [2, "b"]]'.encode("utf-16"), "a JSON document"),
        (b'{"x": 1.5, "kind": "a"}\n' * 9, "a file of JSON lines"),
        (b"\n<!DOCTYPE html>\n<table>", "a page in HTML"),
        (b"<html><table><tr><td>x", "a page in HTML"),
        (b"<?xml version='1.0'?>", "an XML document"),
        (b"FEA1", "a Feather file"),
        (b"%PDF-1.4", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b"GIF89a", "an image"),
        (b"\x80\x04\x95", "a Python pickle"),
        (b"% of Weka\n@RELATION iris\n", "an ARFF file"),
        (b"\x93NUMPY\x01\x00", "a single array"),
        (b"+1 1:0.5 3:1\n-1 2:0.25 3:1 7:1e-3 # a remark\n", "a file of LIBSVM"),
        (zipped(a=TABLE, b=TABLE), "a zip archive of 2 files"),
        (zipped(a=zipped(xl__workbook=b"")), "a zip archive within another one"),
        (zipped(xl__workbook=b""), "an Excel workbook"),
        (zipped(word__document=b""), "a Word document"),
        (b"PK\x05\x06" + bytes(18), "an empty zip archive"),
    ],
)
def test_what_is_no_table_is_named_by_its_first_bytes(content: bytes, what: str) -> None:
    for name in ("t", "t.csv", "t.xls"):
        Path(name).write_bytes(content)
        with pytest.raises(SceError) as caught:
            load(name)
        assert caught.value.message.startswith(f"--data '{name}' is {what}")
        assert len(caught.value.remedy) > len(name) + 10


def test_a_table_is_read_whatever_its_name_promises() -> None:
    for name in ("t.xlsx", "t.json", "t.rds", "t.zip", "t.html"):
        Path(name).write_bytes(TABLE)
        assert_plain(load(name))
