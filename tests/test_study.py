"""Questions: what a guess means, and when it is close."""

import math

import pytest

from sce_cli.study import Question
from tests.each import for_each

NUMBER = Question("How large?", 0.6, "So it is.", tolerance=0.05)
CHOICE = Question("Which?", 1, "So it is.", choices=("the first", "the second", "the third"))


@for_each(
    ("text", "meant"),
    [
        *[("0.6", 0.6), (" .6 ", 0.6), ("-2", -2), ("−2", -2), ("6e-1", 0.6), ("+1", 1)],
        *[("6/10", 0.6), ("60%", 0.6), ("60 %", 0.6), ("0,6", 0.6), ("０．６", 0.6), ("1,000.5", None)],
        *[("∞", math.inf), ("-inf", -math.inf), ("nan", None), ("inf/inf", None), ("1/0", None)],
        *[("", None), ("six", None), ("1 2", None), ("1/2/3", None), ("9" * 400, math.inf)],
    ],
)
def test_a_number_is_understood_as_people_write_it(text: str, meant: float | None) -> None:
    assert NUMBER.understood(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [*[("a", 0), ("B", 1), (" c) ", 2), ("ｂ", 1)], *[("d", None), ("1", None), ("", None), ("ab", None), ("é", None)]],
)
def test_a_choice_is_a_letter(text: str, meant: int | None) -> None:
    assert CHOICE.understood(text) == meant


@pytest.mark.parametrize(
    ("guess", "close"),
    [
        *[(0.6, True), (0.64, True), (0.65, True), (0.55, True)],
        *[(0.66, False), (0.54, False), (math.inf, False), (-math.inf, False)],
    ],
)
def test_a_number_is_close_within_the_tolerance(guess: float, close: bool) -> None:
    assert NUMBER.close(guess) is close


def test_infinity_is_close_to_infinity_only() -> None:
    endless = Question("How large?", math.inf, "So it is.", tolerance=1.0)
    assert endless.close(math.inf)
    assert not endless.close(-math.inf)
    assert not endless.close(1e308)


def test_only_the_right_choice_is_close() -> None:
    assert [CHOICE.close(index) for index in range(3)] == [False, True, False]
