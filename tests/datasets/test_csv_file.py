"""CSV files: tables that come back, and each mistake by its row, line and column."""

import csv
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.datasets import load
from sce_cli.datasets.table import LARGEST
from sce_cli.errors import SceError
from tests.core.cases import repeatable

GOOD = b"a,b,kind\n1,2,x\n3,4,y\n5,6,x\n"


def write(content: bytes | str) -> str:
    Path("t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return "t.csv"


def complaint(source: str, **options: Any) -> tuple[str, str]:
    """Return what is said of a file, from its name on, and the remedy."""
    with pytest.raises(SceError) as caught:
        load(source, **options)
    return caught.value.message.removeprefix(f"--data '{source}' "), caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.rstrip(),
        b"\n\n" + GOOD.replace(b"\n", b"\n\n"),
        b' a ,"b",kind\n1 , +2.,x \n"3",4e0,"y"\n.5e1,6,\tx\n',
    ],
)
def test_a_table_is_read(content: bytes) -> None:
    source = write(content)
    table = load(source)
    assert table.features.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert table.features.flags.c_contiguous
    assert table.features.flags.writeable
    assert table.labels is not None
    assert table.labels.tolist() == [0, 1, 0]
    assert table.labels.dtype == np.intp
    assert (table.name, table.feature_names, table.class_names) == (source, ("a", "b"), ("x", "y"))
    assert (table.left_out, table.label_column) == ((), "kind")


def test_the_class_may_be_any_column_and_the_features_some_of_the_others() -> None:
    source = write("a,kind,note,b,c\n1,u,NA,2,3\n4,v,,5,6\n")
    table = load(source, label_column="kind", features=["c", "a"])
    assert table.features.tolist() == [[3, 1], [6, 4]]
    assert (table.feature_names, table.left_out, table.label_column) == (("c", "a"), ("note", "b"), "kind")
    assert table.class_names == ("u", "v")


NEAR = "Leave out rows without a value, or choose other columns with --features."
NUMBERS = f"Give numbers such as -1 or 0.5. {NEAR}"
NAMES = "Give each column a name of its own in the first row."
CELLS = 'Give each row one cell for each column; put a cell with a comma in "quotes".'

FAULTS: list[tuple[bytes | str, str, str]] = [
    ("", "is empty.", "Give a header row and one row for each example."),
    ("\n\r\n", "is empty.", "Give a header row and one row for each example."),
    ("a,kind\n", "has no rows below its header.", "Give one row for each example."),
    ("a,kind\n\n\n", "has no rows below its header.", "Give one row for each example."),
    ("1,2,x\n3,4,y\n", "has no header: its first row begins with '1'.", "Name the columns in the first row"),
    ("1,2\n", "has no header: its first row begins with '1'.", "Name the columns in the first row"),
    ("a\n1\n", "has one column, 'a'.", "Give at least one column of numbers and one of classes"),
    ("a;kind\n1;x\n", "has one column, 'a;kind'.", "Put commas between the cells instead of semicolons."),
    ("a\tkind\n1\tx\n", "has one column, 'a\tkind'.", "Put commas between the cells instead of tabs."),
    ("a,,kind\n1,2,x\n", "has no name for column 2 of 3.", NAMES),
    ("a,a ,kind\n1,2,x\n", "has two columns named 'a'.", NAMES),
    ("a\x1b[1m,kind\n1,x\n", "has the unprintable name 'a\x1b[1m' in its header.", NAMES),
    ('"a\nb",kind\n1,x\n', "has the unprintable name 'a\nb' in its header.", NAMES),
    ("a,kind\n1,x\n,y\n", "has an empty cell in row 1 (line 3), column 'a'.", NEAR),
    ("a,kind\n1,x\n\n  ,y\n", "has an empty cell in row 1 (line 4), column 'a'.", NEAR),
    ("a,kind\n1,x\nNA,y\n", "has 'NA', which is not a number, in row 1 (line 3), column 'a'.", NUMBERS),
    ("a,b,kind\n1,2,x\n1,nan,y\n", "has 'nan', which is not a finite number, in row 1 (line 3), column 'b'.", NEAR),
    ("a,kind\n1,x\n-Inf,y\n", "has '-Inf', which is not a finite number, in row 1 (line 3), column 'a'.", NEAR),
    (
        "a,kind\n1,x\n-1e999,y\n",
        "has the number '-1e999', which is too large, in row 1 (line 3), column 'a'.",
        "between -1e+100 and 1e+100",
    ),
    ("a,b,kind\n1,2,x\n3,x\n", "has 2 cells instead of 3 in row 1 (line 3).", CELLS),
    ("a,b,kind\n1,2,x\n3,4,5,x\n", "has 4 cells instead of 3 in row 1 (line 3).", CELLS),
    ("a,kind\n1,2,x\n3,4,y\n", "has 3 cells instead of 2 in row 0 (line 2).", CELLS),
    ("a,b,kind\n1\n2\n", "has 1 cell instead of 3 in row 0 (line 2).", CELLS),
    ("a,b,kind\n1,2,x\n \n", "has 1 cell instead of 3 in row 1 (line 3).", CELLS),
    ("a,kind\n1,x\n2,\n", "has no class in row 1 (line 3), column 'kind'.", "Name the class of each row"),
    ("a,kind\n1,x\n2, \t\n", "has no class in row 1 (line 3), column 'kind'.", "Name the class of each row"),
    (
        'a,kind\n1,"x\n2,y\n',
        "has the unprintable class 'x\n2,y' in row 0 (line 2), column 'kind'.",
        "Name classes by letters",
    ),
    ('a,kind\n1,"x\ny"\nz,w\n', "has the unprintable class 'x\ny' in row 0 (line 2), column 'kind'.", "Name classes"),
    ("a,kind\n1,x\n2,x\n", "has only one class, 'x', in column 'kind'.", "at least two classes"),
    (b"a,kind\n1,x\n2,\xff\n", "is not UTF-8 text in line 3.", "Save the table as CSV in UTF-8."),
    (GOOD.decode().encode("utf-16"), "is not UTF-8 text in line 1.", "Save the table as CSV in UTF-8."),
    (b"a,kind\n1," + b"x" * 200_000 + b"\n", "can't be read as CSV: field larger", "Save it as CSV again."),
    (
        "a,kind\n" + "".join(f"1,{k / 7}\n" for k in range(1001)),
        "has more than 1000 different classes in column 'kind'.",
        "name it with --label-column NAME",
    ),
]


@pytest.mark.parametrize(("content", "fault", "remedy"), FAULTS, ids=lambda value: repr(value)[:40])
def test_a_fault_is_named_by_row_line_and_column(content: bytes | str, fault: str, remedy: str) -> None:
    said, advice = complaint(write(content))
    assert said.startswith(fault)
    assert remedy in advice


NOT_NUMBERS = ["0x10", "1d5", "(1)", "1+2j", "1_000", "٣", "１", "#", "1#", "1\0", "1;2", "1e", "--1", "True", "1f"]


@pytest.mark.parametrize("cell", NOT_NUMBERS)
def test_what_is_no_decimal_number_is_refused(cell: str) -> None:
    said, _ = complaint(write(f"a,b,kind\n1,2,x\n3,{cell},y\n"))
    assert said == f"has '{cell}', which is not a number, in row 1 (line 3), column 'b'."


def test_a_thousand_classes_are_accepted() -> None:
    table = load(write("a,kind\n" + "".join(f"1,{k}\n" for k in range(1000))))
    assert len(table.class_names) == 1000


def test_the_first_fault_of_several_is_named() -> None:
    said, _ = complaint(write("a,b,kind\n1,2,x\n3,nan,\n4\n?,5,x\n"))
    assert said == "has 'nan', which is not a finite number, in row 1 (line 3), column 'b'."


def test_a_line_is_where_its_row_begins() -> None:
    content = 'a,note,kind\n1,"two\nlines",x\n\n2,"two\nlines",\n'
    said, _ = complaint(write(content), features=["a"])
    assert said == "has no class in row 1 (line 5), column 'kind'."


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" ,\"'#;"), min_size=1)
names = words.map(str.strip).filter(lambda word: word and word.isprintable() and not word[0].isdigit())


values = st.floats(-LARGEST, LARGEST)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float]], list[str], int]:
    """Draw a header, its features' rows, its labels, and the place of the labels."""
    header = draw(st.lists(names, min_size=2, max_size=5, unique=True))
    classes = draw(st.lists(names, min_size=2, max_size=4, unique=True))
    labels = classes + draw(st.lists(st.sampled_from(classes), max_size=6))
    width = len(header) - 1
    rows = draw(st.lists(st.lists(values, min_size=width, max_size=width), min_size=len(labels), max_size=len(labels)))
    return header, rows, labels, draw(st.integers(0, width))


@repeatable
@given(table=tables(), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), crlf=st.booleans())
def test_any_table_comes_back_exactly(
    table: tuple[list[str], list[list[float]], list[str], int], quoting: Any, crlf: bool
) -> None:
    header, rows, labels, place = table
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\r\n" if crlf else "\n")
    writer.writerow(header)
    writer.writerows(
        [*map(repr, row[:place]), label, *map(repr, row[place:])] for row, label in zip(rows, labels, strict=True)
    )
    found = load(write(text.getvalue()), label_column=header[place])
    assert found.features.tolist() == rows
    assert found.labels is not None
    assert [found.class_names[k] for k in found.labels] == labels
    assert list(found.class_names) == sorted(set(labels))
    assert found.feature_names == tuple(header[:place] + header[place + 1 :])


snippets = st.sampled_from(
    [b"a,kind\n", b"1,x\n", b'"', b",", b"\r", b"\n", b"\0", b"1", b"x", b"\xef\xbb\xbf", b"nan"]
)


@repeatable
@given(content=st.binary(max_size=200) | st.lists(snippets, max_size=20).map(b"".join))
def test_any_bytes_are_a_table_or_a_fault(content: bytes) -> None:
    source = write(content)
    fault, table = "", None
    try:
        table = load(source)
    except SceError as error:
        fault = error.message
    assert fault != f"--data '{source}' can't be read as CSV."  # the slow pass finds what stopped the fast one
    if table is not None:
        assert table.labels is not None
        assert len(table.labels) == len(table.features) >= 2
        assert (np.abs(table.features) <= LARGEST).all()


def test_a_truncated_file_is_a_table_or_a_fault() -> None:
    rows = {}
    for end in range(len(GOOD)):
        with suppress(SceError):
            rows[GOOD[:end]] = len(load(write(GOOD[:end])).features)
    assert rows == {GOOD[:20]: 2, GOOD[:21]: 2, GOOD[:26]: 3}
