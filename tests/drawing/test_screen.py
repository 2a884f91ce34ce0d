"""A screen's lines: formulas that go on keep their indent."""

from io import StringIO

import pytest
from rich.console import Group

from sce_cli.drawing.screen import Screen


def shown(markup: str, width: int) -> list[str]:
    screen = Screen(StringIO(), ascii_only=False, width=width)
    screen.print(Group(markup))
    return screen.text.splitlines()


def test_a_formula_that_goes_on_keeps_its_indent_and_all_its_letters() -> None:
    formula = "   ln L(p) = 5 ln p_red + 3 ln p_green + 2 ln p_blue"
    for width in range(24, 60):
        lines = shown(formula, width)
        assert all(line.startswith("   ") and line[3] != " " and len(line) <= width for line in lines)
        assert " ".join(line.strip() for line in lines) == formula.strip()
    assert len(shown(formula, 30)) > 1


def test_a_formula_keeps_symbols_and_their_names_together() -> None:
    for width in range(24, 50):
        lines = shown("   ln L(p) = 3 ln p_白 + 1 ln p_黑 + 2 ln p_红 + 4 ln p_绿", width)
        assert not [line for line in lines if line.endswith("_")]


def test_a_narrow_screen_takes_the_indent_first() -> None:
    assert shown(" " * 30 + "a formula of some words", 22) == ["  a formula of some", "  words"]


@pytest.mark.parametrize("text", ["   fits", "words that don't begin with a blank and go on", "   two\n   lines"])
def test_what_fits_or_is_no_formula_is_left_as_it_is(text: str) -> None:
    assert " ".join(shown(text, 20)).split() == text.split()
    assert shown(text, 60) == text.splitlines()
