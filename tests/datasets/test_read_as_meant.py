"""Tables whose obvious reading is another than the one that people mean: each is read as meant, or refused."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from sce_cli.datasets import Table, TextSettings, load, load_for_prediction
from sce_cli.errors import SceError
from sce_cli.topics.reading_view import reading_in_words
from tests.each import for_each

ROWS = 24


def screen(table: Table) -> str:
    """Return what step 1 says of how a table was read, in one line."""
    console = Console(width=200, file=io.StringIO())
    console.print(*reading_in_words(table.reading))
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def table_of(cells: Sequence[str], header: str = "x,y,kind", separator: str = ",", **options: str) -> Table:
    """Return the table that has these cells in its first column, a number and one of three classes."""
    body = [separator.join([cell, str(n % 7), "abc"[n % 3]]) for n, cell in enumerate(cells)]
    Path("t").write_text("\n".join([header.replace(",", separator), *body]) + "\n", encoding="utf-8")
    return load("t", text=TextSettings(**options))  # type: ignore[arg-type]


def test_a_leading_zero_is_no_thousand() -> None:
    cells = [f"0,{200 + n}" for n in range(ROWS)]
    assert table_of(cells, separator=";").features[:, 0].tolist() == [(200 + n) / 1000 for n in range(ROWS)]
    thousands = [f"{n + 1}.{300 + n}" for n in range(ROWS)]
    Path("t").write_text(
        "n;share;kind\n"
        + "".join(f"{t};{c};{'ab'[n % 2]}\n" for n, (t, c) in enumerate(zip(thousands, cells, strict=True))),
        encoding="utf-8",
    )
    assert load("t").features[3].tolist() == [4303, 0.203]


@for_each("last", ["0,5", "1,25"])
def test_the_decimal_sign_is_settled_by_the_last_row_as_by_the_first(last: str) -> None:
    open_cells = [f"{n % 8 + 1},{200 + n}" for n in range(700)]
    value = float(last.replace(",", "."))
    assert table_of([*open_cells, last], separator=";").features[[1, -1], 0].tolist() == [2.201, value]
    thousands = table_of([*open_cells, "1,234.5"], separator=";")
    assert thousands.features[[1, -1], 0].tolist() == [2201, 1234.5]


def test_what_may_be_a_fraction_or_thousands_is_refused() -> None:
    cells = [str(900 + n) if n % 3 else f"{n + 1},{200 + n}" for n in range(ROWS)]
    for before in ([], ["7"] * 600):
        with pytest.raises(SceError, match=r"'1,200' in column 'x' \(line [0-9]+\), which may be a fraction") as caught:
            table_of([*before, *cells], separator="\t")
        assert "--decimal comma" in caught.value.remedy
    assert table_of(cells, separator="\t", decimal=",").features[0, 0] == 1.2
    assert table_of(cells, separator="\t", decimal=".").features[0, 0] == 1200
    assert table_of([f'"{cell}"' for cell in cells]).features[0, 0] == 1200


def test_addresses_versions_and_telephone_numbers_are_no_numbers() -> None:
    draw = np.random.default_rng(1)
    tails = draw.integers(100, 255, (ROWS, 2)).tolist()
    for cells in (
        [f"192.168.{a}.{b}" for a, b in tails],
        [f"1.{a}.{b}" for a, b in tails],
        [f"555 {a}" for a, _ in tails],
        [f"10.{a}.2.{b}" for a, b in tails],
    ):
        assert table_of(cells).left_out == ("x",)


@for_each("form", ["−{n}.5", "－{n}.5", "-{n}.5％", "−{n}.5 €"])
def test_real_minus_signs_and_full_width_signs_are_read_as_what_they_mean(form: str) -> None:
    cells = [form.format(n=n) if n else "—" for n in range(ROWS)]
    table = table_of(cells)
    assert table.features[:, 0].tolist() == [-n - 0.5 for n in range(1, ROWS)]
    commas = [cell.replace(".", ",") for cell in cells]
    assert table_of(commas, separator=";").features[:, 0].tolist() == table.features[:, 0].tolist()


@for_each("cell", [".", "-", "None", "oops"])
def test_a_first_row_that_is_no_header_is_not_swallowed(cell: str) -> None:
    rows = [f"{cell},4.2,a", *(f"{n % 7}.5,{n % 5}.25,{'abc'[n % 3]}" for n in range(ROWS))]
    Path("t").write_text("\n".join(rows) + "\n", encoding="utf-8")
    if cell == "oops":
        with pytest.raises(SceError, match=r"'oops', which is not a number, in row 0 \(line 1\)"):
            load("t")
    else:
        assert (load("t").reading.rows, load("t").reading.incomplete) == (ROWS + 1, 1)


def new_rows(table: Table, text: str) -> Table:
    """Return new rows, prepared for a model of a table."""
    Path("new").write_text(text, encoding="utf-8")
    return load_for_prediction("new", table.preparation, table.class_names)


def test_a_model_without_a_header_takes_the_first_row_for_a_row() -> None:
    numbers = [f"{n % 7}.5,{n % 5}.25,{'abc'[n % 3]}" for n in range(ROWS)]
    Path("t").write_text("\n".join(numbers) + "\n", encoding="utf-8")
    table = load("t")
    assert len(new_rows(table, ".,0.2\n1.5,0.3\n2,.3\n").features) == 3
    assert new_rows(table, "width,height\n1.5,0.3\n2,.3\n").features.tolist() == [[1.5, 0.3], [2, 0.3]]
    assert new_rows(table, "x1,x0\n1.5,0.3\n2,.3\n").features.tolist() == [[0.3, 1.5], [0.3, 2]]
    letters = [f"{'xyz'[n % 3]},{'st'[n % 2]},{'ab'[n // 3 % 2]}" for n in range(ROWS)]
    Path("t").write_text("\n".join(letters) + "\n", encoding="utf-8")
    table = load("t")
    assert new_rows(table, "x,t\ny,s\ny,s\ny,s\n").features[:, :3].tolist() == [[1, 0, 0]] + 3 * [[0, 1, 0]]
    assert len(new_rows(table, "n,t\n").features) == 1


def test_new_rows_are_written_as_the_training_s() -> None:
    table = table_of([f"{n % 8 + 1},{200 + n}5" for n in range(ROWS)], separator=";")
    assert new_rows(table, "x;y\n1,234;2\n5,678;3\n").features[:, 0].tolist() == [1.234, 5.678]
    assert new_rows(table, "x;y\n1.234;2\n5.5;3\n").features[:, 0].tolist() == [1.234, 5.5]
    table = table_of([f'"{n + 1},{200 + n}"' for n in range(ROWS)])
    assert new_rows(table, "x\ty\n1,234\t2\n5,678\t3\n").features[:, 0].tolist() == [1234, 5678]


@for_each(("trained", "new"), [("%", ""), ("", "%"), ("$", "€")])
def test_new_rows_with_another_sign_are_refused(trained: str, new: str) -> None:
    table = table_of([f"{n + 10}{trained}" for n in range(ROWS)])
    assert new_rows(table, f"x,y\n12{trained},2\n").features[0, 0] == 12
    with pytest.raises(SceError, match="column 'x' with"):
        new_rows(table, f"x,y\n12{new},2\n13{new},2\n")


@for_each("gap", [3, 0, ROWS - 1])
def test_a_counter_with_a_gap_still_counts(gap: int) -> None:
    cells = [str(n + 1) if n != gap else "" for n in range(ROWS)]
    assert table_of(cells, "Id,y,kind").left_out == ("Id",)
    body = "".join(f"{n},{n % 7}.5,{'abc'[n % 3]}\n" for n in range(ROWS))
    Path("t").write_text("Id,y,kind\n" + body + 5 * ",,\n", encoding="utf-8")
    assert load("t").left_out == ("Id",)


def test_the_index_that_pandas_writes_is_left_out_in_any_order() -> None:
    cells = [str(n * 7 % ROWS) for n in range(ROWS)]
    assert table_of(cells, "Unnamed: 0,y,kind").left_out == ("Unnamed: 0",)
    twice = table_of([f"{cell},{cell[::-1]}" for cell in cells], "Unnamed: 0.1,Unnamed: 0,y,kind")
    assert twice.left_out == ("Unnamed: 0.1", "Unnamed: 0")
    assert table_of(cells, "x,y,kind").left_out == ()


@for_each("strays", [(5, 12), (5,), (5, 12, 14, 20), (ROWS - 1,)])
def test_a_stray_quote_swallows_no_rows(strays: Sequence[int]) -> None:
    with pytest.raises(SceError, match=f'a " at the beginning of a cell in line {strays[0] + 2} ') as caught:
        table_of([f"{chr(34) * (n in strays)}Bob {n}" for n in range(ROWS)])
    assert "Remove the quote" in caught.value.remedy


def test_line_ends_and_quotes_within_cells_are_kept() -> None:
    table = table_of([('"red\nblue"', 'say "x" 2', '"say ""x"""')[n // 2 % 3] for n in range(ROWS)])
    assert len(table.features) == ROWS
    assert len(table.feature_names) == 4


def test_blanks_between_separator_and_quote_are_no_part_of_a_cell() -> None:
    body = [f'"{n % 7}.5", "{n % 2} m, ""x"", y", "{"abc"[n % 3]}"' for n in range(ROWS)]
    Path("t").write_text("\n".join(['"a", "b", "class"', *body]) + "\n", encoding="utf-8")
    table = load("t")
    assert (table.label_column, table.class_names) == ("class", ("a", "b", "c"))
    assert [name[:4] for name in table.feature_names] == ["a", "b=0 "]


def test_whole_numbers_are_one_class_however_they_are_written() -> None:
    Path("t").write_text("x,kind\n" + "".join(f"{n},{('0', '1', '1.0', '01')[n % 4]}\n" for n in range(2, ROWS)))
    table = load("t")
    assert len(table.class_names) == 2
    assert {text for text, _ in table.reading.classes} < {"1", "1.0", "01"}
    labels = new_rows(table, "x,kind\n1,0.0\n2,1.\n3,00\n").labels
    assert labels is not None
    assert labels.tolist() == [0, 1, 0]


def test_thousands_of_columns_of_one_name_are_told_apart() -> None:
    width = 3000
    rows = [",".join([*map(str, range(7 * n, 7 * n + width)), "ab"[n % 2]]) for n in range(4)]
    Path("t").write_text("\n".join(["a," * width + "kind", *rows]) + "\n", encoding="utf-8")
    assert load("t").feature_names == ("a", *(f"a_{n}" for n in range(2, width + 1)))


@pytest.mark.filterwarnings("error")
@for_each("kind", [np.float16, np.float32, np.longdouble])
def test_classes_of_any_precision_are_read(kind: type) -> None:
    np.savez("t.npz", X=np.eye(4), y=np.array([0, 1, 2048, 1], dtype=kind))
    assert load("t.npz").class_names == ("0", "1", "2048")


def complaint(header: str, form: str, **options: str) -> tuple[str, str]:
    """Return what is said of a table that is refused, and what changes the command; form: of a row n of class c."""
    body = [eval(f'f"{form}"', {"n": n, "c": "abc"[n % 3]}) for n in range(ROWS)]
    Path("t").write_text("\n".join([header, *body]) + "\n", encoding="utf-8")
    with pytest.raises(SceError) as caught:
        load("t", **options)  # type: ignore[arg-type]
    return caught.value.message, " ".join(f"{change.what} {change.value}" for change in caught.value.changes)


def test_a_number_without_the_sign_of_the_others_is_named_as_that() -> None:
    said, _ = complaint("p,y,kind", "{n + 10}{'%' * (n != 9)},{n % 7},{c}")
    assert "has '19' without '%', which the other numbers have, in row 9 (line 11), column 'p'" in said


@for_each("last", ["{'check' if n == 4 else ''}", "{'ok' if n % 9 == 4 else ''}", "UCI", "2020-01-0{n % 5 + 1}"])
def test_a_last_column_that_holds_no_classes_is_refused_for_one_that_does(last: str) -> None:
    said, remedy = complaint("x,y,kind,last", "{n % 7}.5,{n % 5}.25,{c}," + last)
    assert "'last'" in said
    assert "--label-column kind" in remedy
    assert load("t", label_column="kind").class_names == ("a", "b", "c")


def test_a_class_column_without_a_class_is_named() -> None:
    said, remedy = complaint("x,y,kind,last", "{n % 7}.5,{n % 5}.25,{c},", label_column="last")
    assert "has no class in column 'last'" in said
    assert "--label-column kind" in remedy


def test_what_was_done_with_thousands_and_spellings_is_said() -> None:
    table = table_of([f'"{n + 1},{200 + n}"' for n in range(ROWS)])
    assert table.reading.columns[0].grouped
    assert "numbers with thousands set apart" in screen(table)
    table = table_of([("red", "Red", "blue", "red")[n % 4] for n in range(ROWS)])
    assert table.reading.categories == (("x", "Red", "red"),)
    assert "In column 'x', 'Red' was taken for 'red'." in reading_in_words(table.reading)


def test_rows_without_a_class_are_not_said_to_be_filled_by_a_mean() -> None:
    Path("t").write_text("x,kind\n" + "".join(f"{n % 5}.5,{'ab '[n % 3]}\n" for n in range(ROWS)), encoding="utf-8")
    words = reading_in_words(load("t").reading)
    assert words[0] == "8 of 24 rows were left out: they have no class."
    assert not any("--missing mean" in str(word) for word in words)
