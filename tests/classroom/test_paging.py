"""Slides longer than the screen: parts that are as few as can be, and belong together."""

from hypothesis import given
from hypothesis import strategies as st

from sce_cli.present.paging import split

TABLE = ["a   b", "─────", "1   2", "3   4"]


@given(st.lists(st.sampled_from(["", "", "text", "it is:", "─────"]), max_size=60), st.integers(4, 30))
def test_parts_hold_every_line_and_fit(lines: list[str], rows: int) -> None:
    parts = split(lines, rows)
    shown = [row for begin, end in parts for row in range(begin, end)]
    assert shown == sorted(set(shown))
    assert all(not lines[row] for row in set(range(len(lines))) - set(shown))  # only empty lines between two are left
    assert all(end - begin <= rows - bool(index) for index, (begin, end) in enumerate(parts))


def test_a_table_stays_with_its_caption() -> None:
    lines = [*["text"] * 6, "", "Here it is:", "", *TABLE, "", *["text"] * 4]
    parts = [lines[begin:end] for begin, end in split(lines, 12)]
    assert [part for part in parts if "Here it is:" in part] == [part for part in parts if "─────" in part]


def test_no_sentence_is_left_alone() -> None:
    lines = [*["text"] * 6, "", *["text"] * 5, "", "One sentence."]
    assert [end - begin for begin, end in split(lines, 13)] == [6, 7]


def test_a_slide_that_fits_is_one_part() -> None:
    assert split(["text"] * 10, 10) == [(0, 10)]
    assert split([], 10) == [(0, 0)]
