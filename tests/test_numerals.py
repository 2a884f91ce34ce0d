"""The one reader of numbers and lists."""

import math
from fractions import Fraction

from sce_cli import numerals
from sce_cli.study import Question
from tests.each import for_each

NUMBERS = {
    "6": 6,
    "+6": 6,
    " 6 ": 6,
    "1e2": 100,
    ".5": 0.5,
    "5.": 5,
    "-1": -1,
    "−1": -1,
    "－１": -1,
    "０．５": 0.5,
    "1/2": 0.5,
    "1 / 2": 0.5,
    "½": 0.5,
    "50%": 0.5,
    "50 %": 0.5,
    "５０％": 0.5,
    "1/2%": 0.005,
    "-inf": -math.inf,
    "-∞": -math.inf,
    "1e400": math.inf,
    "-1e400": -math.inf,
    "1e-400": 0,
}
NONE = [
    "",
    " ",
    "x",
    "nan",
    "1_0",
    "٣",
    "0x10",
    "1/0",
    "1//2",
    "%",
    "/",
    "1e",
    "--1",
    "6 balls",
    "1 2",
    "1,5",
    "1e99999",
]


@for_each("text", NUMBERS)
def test_a_number_means_one_thing(text: str) -> None:
    assert numerals.number(text) == NUMBERS[text]


@for_each("text", NONE)
def test_what_is_no_number(text: str) -> None:
    assert numerals.number(text) is None


def test_a_fraction_is_exact() -> None:
    assert numerals.exact("1/3") == Fraction(1, 3)
    assert numerals.exact("9007199254740993") == 9007199254740993
    assert numerals.exact("10%") == Fraction(1, 10)


LISTS = {
    "5,3,2": ["5", "3", "2"],
    "5, 3, 2": ["5", "3", "2"],
    "5;3;2": ["5", "3", "2"],
    "5 3 2": ["5", "3", "2"],
    "[5, 3, 2]": ["5", "3", "2"],
    "(5,3)": ["5", "3"],
    "（5，3）": ["5", "3"],
    "【5；3】": ["5", "3"],
    "“5,3”": ["5", "3"],
    "[[5,3]]": ["5", "3"],
    "0,5;1": ["0.5", "1"],
    "cat=0,5;dog=1": ["cat=0.5", "dog=1"],
    "2，1；0.1": ["2", "1", "0.1"],
    "2、1": ["2", "1"],
    "60 %,40 %": ["60%", "40%"],
    "5,3,": ["5", "3"],
    "5,,3": ["5", "", "3"],
    ",5": ["", "5"],
    "5": ["5"],
    "": [""],
}


@for_each("text", LISTS)
def test_a_list_in_any_form(text: str) -> None:
    assert numerals.values(text) == LISTS[text]


@for_each(
    "text,place",
    [("0.33", (1, 200)), ("0.333", (1, 2000)), ("33%", (1, 200)), ("33.3%", (1, 2000)), ("0.00", (1, 200))],
)
def test_what_rounding_explains(text: str, place: tuple[int, int]) -> None:
    assert numerals.last_place(text) == Fraction(*place)


@for_each("text", ["0.5", "1/3", "1", "0", "1e-2", "x"])
def test_what_is_taken_as_it_is(text: str) -> None:
    assert numerals.last_place(text) == 0


@for_each("text,value", [("0,6", 0.6), ("2/3", 2 / 3), ("60 %", 0.6), ("６０％", 0.6), ("x", None)])
def test_a_guess_is_read_alike(text: str, value: float | None) -> None:
    assert Question("?", 0.5, "").understood(text) == value


@for_each("text,begins", [("6balls", "6"), ("60% of it", "60%"), (".1x", ".1"), ("x1", "")])
def test_what_a_text_begins_with(text: str, begins: str) -> None:
    assert numerals.leading(text) == begins
