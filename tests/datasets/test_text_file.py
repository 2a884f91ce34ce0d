"""CSV files: tables that come back, and each mistake by its row, line and column."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.datasets import cells, load
from sce_cli.datasets.number_forms import LARGEST
from sce_cli.errors import SceError
from tests.core.cases import repeatable
from tests.each import for_each

GOOD = b"a,b,kind\n1,2,x\n3,4,y\n5,6,x\n"


def write(content: bytes | str) -> str:
    Path("t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return "t.csv"


def complaint(source: str, **options: Any) -> tuple[str, str]:
    """Return what is said of a file, from its name on, and the remedy."""
    with pytest.raises(SceError) as caught:
        load(source, **options)
    return caught.value.message.removeprefix(f"--data '{source}' "), caught.value.remedy


@for_each(
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


NAMES = "Give each column a name of its own in the first row."
CELLS = 'Give each row one cell for each column; put a cell with a comma in "quotes".'
EMPTIED = "Correct the cell, or empty it: rows with an empty cell are left out."

FAULTS: list[tuple[bytes | str, str, str]] = [
    ("", "is empty.", "Give a header row and one row for each example."),
    ("\n\r\n", "is empty.", "Give a header row and one row for each example."),
    ("a,kind\n", "has no rows below its header.", "Give one row for each example."),
    ("a,kind\n\n\n", "has no rows below its header.", "Give one row for each example."),
    ("1,2\n", "has only one class, '2', in column 'class'.", "two classes"),
    ("a\n1\n", "has one column, 'a'.", "Give at least one column of numbers and one of classes"),
    ("a\x1b[1m,kind\n1,x\n", "has the unprintable name 'a\x1b[1m' in its header.", NAMES),
    ("a,kind\n1,x\n-Inf,y\n", "has '-Inf', which is not a finite number, in row 1 (line 3), column 'a'.", EMPTIED),
    (
        "a,kind\n1,x\n-1e999,y\n",
        "has the number '-1e999', which is too large, in row 1 (line 3), column 'a'.",
        "between -1e+100 and 1e+100",
    ),
    ("a,b,kind\n1,2,x\n3,x\n", "has 2 cells instead of 3 in row 1 (line 3).", CELLS),
    ("a,b,kind\n1,2,x\n3,4,5,x\n", "has 4 cells instead of 3 in row 1 (line 3).", CELLS),
    ("a,kind\n1,2,x\n3,4,y\n", "has 3 cells instead of 2 in row 0 (line 2).", CELLS),
    ("a,b,kind\n1\n2\n", "has 1 cell instead of 3 in row 0 (line 2).", CELLS),
    ("a,b,kind\n1,2,x\n1\n", "has 1 cell instead of 3 in row 1 (line 3).", CELLS),
    ("a;b;kind\n1;2;x\n3;x\n", "has 2 cells instead of 3 in row 1 (line 3).", "a cell with a semicolon in"),
    (
        'a,kind\n1,"x\n2,y\n',
        "has a \" at the beginning of a cell in line 2 that isn't closed there.",
        "Remove the quote",
    ),
    ("a,kind\n1,x\n2,x\n", "has only one class, 'x', in column 'kind'.", "at least two classes"),
    ("a,kind\n1,x\n2,\n", "has only one class, 'x', in column 'kind'.", "at least two classes"),
    (
        "a,kind\n" + "".join(f"1,k{k}\n" for k in range(1001)),
        "has more than 1000 different classes in column 'kind'.",
        "name it with --label-column NAME",
    ),
]


@for_each(("content", "fault", "remedy"), FAULTS)
def test_a_fault_is_named_by_row_line_and_column(content: bytes | str, fault: str, remedy: str) -> None:
    said, advice = complaint(write(content))
    assert said.startswith(fault)
    assert remedy in advice


NOT_NUMBERS = ["0x10", "1d5", "(1)", "1+2j", "1_000", "٣", "１", "#", "1#", "1\0", "1;2", "1e", "--1", "True", "1f"]


@for_each("cell", NOT_NUMBERS)
def test_what_is_no_decimal_number_is_refused(cell: str) -> None:
    said, _ = complaint(write(f"a,b,kind\n1,2,x\n3,{cell},y\n5,6,x\n"))
    assert said == f"has '{cell}', which is not a number, in row 1 (line 3), column 'b'."


def test_a_cell_of_any_length_does_no_harm_where_it_is_not_read() -> None:
    long = "x" * 200_000
    table = load(write(f"a,note,kind\n1,{long},x\n3,{long}y,y\n5,z,x\n"))
    assert table.features.tolist() == [[1], [3], [5]]
    said, _ = complaint(write(f"a,note,kind\n1,{long},x\n3,{long}y,y\noops,z,x\n"))
    assert said == "has 'oops', which is not a number, in row 2 (line 4), column 'a'."


def test_a_thousand_classes_are_accepted() -> None:
    table = load(write("a,kind\n" + "".join(f"1,{k}\n" for k in range(1000))))
    assert len(table.class_names) == 1000


def test_the_first_fault_of_several_is_named() -> None:
    said, _ = complaint(write("a,b,kind\n1,2,x\n3,4,x\n5,6,y\n7,oops,y\n?,5,x\nwhat,8,x\n"))
    assert said == "has 'oops', which is not a number, in row 3 (line 5), column 'b'."


def test_a_line_is_where_its_row_begins() -> None:
    content = 'a,note,kind\n1,"two\nlines",x\n\nwhat,"two\nlines",y\n2,,y\n'
    said, _ = complaint(write(content), features=["a"])
    assert said == "has 'what', which is not a number, in row 1 (line 5), column 'a'."


def test_ctrl_c_while_a_table_is_read_is_no_fault_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy turns whatever a converter raises into a ValueError."""
    source = write(GOOD)
    for missing in (cells.Texts, cells):

        def interrupt(*_: Any) -> float:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(missing, "__missing__" if missing is cells.Texts else "_lines", interrupt, raising=False)
            with pytest.raises(KeyboardInterrupt):
                load(source)


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
    assert rows == {GOOD[:20]: 2, GOOD[:21]: 2, GOOD[:25]: 2, GOOD[:26]: 3}
