"""What every question owes: it is short, well-formed, answerable, and not answered before it is asked."""

import math
import re
from functools import cache
from typing import Any

import pytest

from sce_cli.drawing.glyphs import ASCII
from sce_cli.study import Question, Study
from sce_cli.units import Unit
from tests.each import for_each
from tests.topics.asking import PER_NAT, UNITS, bodies, plain
from tests.topics.cases import AWKWARD, DEFAULTS, MANY

ALL = {**DEFAULTS, **MANY}

EXPLAINED = "From the first F down to its minimum"
"""The beginning of a question whose number is a quotient of three that the step shows."""


@cache
def made(case: str) -> Study:
    return ALL[case][1]()


@cache
def questions(case: str, unit: Unit = Unit.NATS) -> tuple[Question, ...]:
    steps = ALL[case][0].steps(made(case), unit)
    return tuple(step.question for step in steps if step.question is not None)


@pytest.mark.parametrize("command", DEFAULTS)
def test_each_command_asks_at_least_three_questions_by_default(command: str) -> None:
    assert len(questions(command)) >= 3


@pytest.mark.parametrize("command", DEFAULTS)
def test_the_default_questions_have_numbers_and_choices(command: str) -> None:
    kinds = {bool(question.choices) for question in questions(command)}
    assert kinds == {False, True}


@pytest.mark.parametrize("command", DEFAULTS)
def test_a_question_is_well_formed_needs_no_odd_glyph_and_knows_its_unit(command: str) -> None:
    cases = [case for case in ALL if case.startswith(command)]
    assert len(cases) >= 10
    hold: Any = for_each("case", cases)(assert_owed)
    hold()


def assert_owed(case: str) -> None:
    """Hold the questions of a study against what every question owes."""
    for question in questions(case):
        assert_well_formed(question)
        assert_glyphs_have_replacements(question)
    for unit in UNITS[1:]:
        for in_nats, question in zip(questions(case), questions(case, unit), strict=True):
            assert_scaled(in_nats, question, unit)


def assert_well_formed(question: Question) -> None:
    texts = [plain(text) for text in (question.ask, question.why, *question.choices)]
    assert texts[0].rstrip().endswith("?")
    assert texts[1].rstrip().endswith(".")
    for text in texts:
        assert "nan" not in re.split(r"\W+", text)
        assert "  " not in text
    assert not math.isnan(question.answer)
    assert question.close(question.answer)
    if question.choices:
        assert 2 <= len(question.choices) <= 4
        assert len(set(texts[2:])) == len(question.choices)
        assert question.answer in range(len(question.choices))
        assert (question.tolerance, question.unit) == (0, "")
    else:
        assert math.isfinite(question.answer)
        assert 0 < question.tolerance < math.inf


def assert_glyphs_have_replacements(question: Question) -> None:
    for text in (question.ask, question.why, *question.choices):
        for known in (*ASCII, *AWKWARD):
            text = text.replace(known, "")
        assert text.isascii(), text


def assert_scaled(in_nats: Question, question: Question, unit: Unit) -> None:
    """Hold a question against itself in nats: the unit scales the answer, and is named where it does."""
    if question.choices:
        assert question.answer == in_nats.answer
    elif question.unit:
        scale = PER_NAT[unit]
        assert question.unit == {Unit.NATS: "nats", Unit.BITS: "bits", Unit.DITS: "dits"}[unit]
        assert question.unit in question.ask
        assert question.answer == pytest.approx(scale * in_nats.answer, rel=1e-12)
        assert question.tolerance == pytest.approx(scale * in_nats.tolerance, rel=1e-12)
    else:
        assert (question.answer, question.tolerance) == (in_nats.answer, in_nats.tolerance)


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, with the values of fractions and of percentages."""
    found = [float(number) for number in re.findall(r"\d+\.?\d*(?:e-?\d+)?", text)]
    fractions = [int(above) / int(below) for above, below in re.findall(r"\b(\d+)/([1-9]\d*)", text)]
    return [*found, *fractions, *(float(share) / 100 for share in re.findall(r"(\d+\.\d+)%", text))]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("command", DEFAULTS)
def test_a_number_is_shown_by_the_step_that_asks_and_by_none_before(command: str, unit: Unit) -> None:
    view, study = DEFAULTS[command]
    for question, before, body in bodies(view, study(), unit):
        if question is not None and not question.choices and question.answer not in (0, 1):
            assert not [shown for shown in numbers(before) if math.isclose(shown, question.answer, rel_tol=2e-3)]
            shown_now = [shown for shown in numbers(body) if math.isclose(shown, question.answer, rel_tol=1e-3)]
            assert bool(shown_now) is not question.ask.startswith(EXPLAINED)


def test_names_are_shown_as_they_are() -> None:
    for case in ("softmax (0.5, 0.2, 0.3) / 1", "mle (0, 5, 3)", "train, awkward names"):
        texts = " ".join(plain(text) for one in questions(case) for text in (one.ask, one.why, *one.choices))
        assert any(name in texts for name in AWKWARD[:3]), case
