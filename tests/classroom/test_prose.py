"""A lesson's text on the screen: where lines end, with Chinese too, and what Markdown becomes."""

import re
from io import StringIO
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sce_cli.drawing.lines import CLOSING, OPENING, breaks
from sce_cli.drawing.screen import Screen
from sce_cli.lessons import script
from sce_cli.present.prose import MarkdownBody
from tests.each import for_each

WIDTH = st.integers(2, 30)
TEXT = st.text(st.sampled_from("熵与交叉，。：）（「」……——ab1 .,)(“”·softmaxé\u0301"), max_size=80)


def lines(text: str, width: int) -> list[str]:
    """Return a text's lines as they are shown, without the blanks at their ends."""
    ends = [0, *breaks(text, width), len(text)]
    return [text[begin:end].rstrip() for begin, end in pairwise(ends)]


def shown(markdown: str, width: int = 40, encoding: str = "utf-8") -> list[str]:
    """Return what a lesson's first slide shows below its title."""
    parts = script.parsed(f"# T\n\n{markdown}").scenes[0].parts
    screen = Screen(StringIO(), ascii_only=encoding == "ascii", width=width)
    for part in parts:
        assert isinstance(part, script.Prose)
        screen.print(MarkdownBody(part.tokens))
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.text).splitlines()


@given(TEXT, WIDTH)
def test_lines_keep_the_text_and_the_width(text: str, width: int) -> None:
    ends = breaks(text, width)
    assert ends == sorted(set(ends))
    assert all(cell_len(line) <= width for line in lines(text, width))
    assert "".join(lines(text, width)).replace(" ", "") == text.replace(" ", "")


@given(TEXT, st.integers(8, 30))
def test_words_are_split_only_where_they_are_wider_than_the_line(text: str, width: int) -> None:
    for end in breaks(text, width):
        before, after = text[:end], text[end:]
        word = re.findall(r"[!-~\u0301é“”·…—]*$", before)[0] + re.findall(r"^[!-~\u0301é“”·…—]*", after)[0]
        if re.search(r"[a-z0-9é\u0301]$", before) and re.match(r"[a-z0-9é\u0301]", after):
            assert cell_len(word) > width - 4  # 4: a wide bracket on either side may cling to it


@given(
    st.lists(
        st.sampled_from(["熵", "交叉熵", "，", "。", "「一」", "（H）", "softmax", " ", "p = q", "“二”", "……"]),
        max_size=40,
    ),
    st.integers(14, 40),
)
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(pieces: list[str], width: int) -> None:
    text = re.sub(r"([，。」）])(?:[，。」）])+", r"\1", "".join(pieces))
    for line in lines(text, width)[1:]:
        assert line[:1] not in CLOSING or line[:1] == ""
    for line in lines(text, width)[:-1]:
        assert line[-1:] not in OPENING or line[-1:] == ""


@for_each(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two   three", 7, ["one two", "three"]),
        ("onetwothree", 4, ["onet", "woth", "ree"]),
        ("one\ntwo", 9, ["one", "two"]),
        ("交叉熵是熵加散度", 8, ["交叉熵是", "熵加散度"]),
        ("交叉熵是，熵", 8, ["交叉熵", "是，熵"]),
        ("交叉熵（熵）", 8, ["交叉熵", "（熵）"]),
        ("用softmax算", 9, ["用softmax", "算"]),
        ("用softmax算", 8, ["用", "softmax", "算"]),
        ("abcd，efg", 4, ["abc", "d，", "efg"]),
        (" abc，d", 4, ["", "ab", "c，d"]),
        ("111。））", 8, ["111。）", "）"]),  # closing marks cling to a number; half a number would be another one
        ("12（（（345", 8, ["12", "（（（", "345"]),
        ("“二”……softmax，", 14, ["“二”……", "softmax，"]),
        ("熵熵熵e\u0301", 6, ["熵熵熵", "e\u0301"]),
        ("熵熵\u0301熵", 4, ["熵熵\u0301", "熵"]),
        ("熵……交叉", 4, ["熵……", "交叉"]),
    ],
)
def test_where_lines_end(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@for_each(
    ("markdown", "expected"),
    [
        ("熵与\n交叉熵", "熵与交叉熵"),
        ("熵，\n交叉熵", "熵，交叉熵"),
        ("下界是**熵**\n而不是零", "下界是熵而不是零"),
        ("下界是\n**熵**", "下界是熵"),
        ("*下界是\n熵*", "下界是熵"),
        ("用 `a`\n算", "用 a 算"),
        ("用 softmax\n算", "用 softmax 算"),
        ("熵，\nsoftmax", "熵，softmax"),
        ("softmax\n（熵）", "softmax（熵）"),
        ("one\ntwo", "one two"),
    ],
)
def test_an_end_of_line_between_chinese_characters_is_no_blank(markdown: str, expected: str) -> None:
    assert shown(markdown) == [expected]


def test_blocks_stand_apart_by_one_empty_line_and_none_comes_first() -> None:
    table = ["| a | b |", "|---|--:|", "| x | 1 |", "| y | 22 |"]
    blocks = [
        "- one\n- two\n  - three",
        "\n".join(table),
        "> quoted",
        "    z = 1",
        "```text\nq\n```",
        "1. one\n2. two",
        "Prose.",
    ]
    for first in blocks:
        text = shown("\n\n".join([first, *(block for block in blocks if block != first)]))
        assert text[0].strip()
        assert text[-1].strip()
        assert ["", ""] not in [text[row : row + 2] for row in range(len(text))]
        assert text.count("") >= len(blocks) - 1


def test_a_table_loses_nothing() -> None:
    cell = "目标分布的熵，也就是交叉熵的下界，一个很长的说明文字，用来看换行"
    text = shown(f"| 量 | 含义 |\n|---|---|\n| H(q) | {cell} |\n| KL | 差 |", width=30)
    assert "".join(line[6:].strip() for line in text[2:-1]) == cell
    assert max(map(cell_len, text)) <= 30


def test_code_keeps_its_columns_and_markup_is_no_markup() -> None:
    assert shown("    a  b\n      [bold]c[/]\n") == ["   a  b", "     [bold]c[/]"]
    assert shown("`[red]x[/]` and [blue]y[/]") == ["[red]x[/] and [blue]y[/]"]


def test_links_are_their_text_and_html_is_text() -> None:
    assert shown("[here](https://example.org) <b>x</b>") == ["here (https://example.org) <b>x</b>"]


def test_glyphs_are_what_the_screen_carries() -> None:
    markdown = "- p̂ → ∞\n\n> Σ\n\n***\n\n| σ |\n|---|\n| λ |"
    assert all(line.isascii() for line in shown(markdown, encoding="ascii"))
