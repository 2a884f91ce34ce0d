"""Questions of `sce softmax`, answered with fractions and with mpmath's softmax."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sce_cli.topics.softmax import study as softmax
from sce_cli.topics.softmax.view import SoftmaxView
from sce_cli.units import Unit
from tests.core import reference
from tests.each import for_each
from tests.topics.asking import PER_NAT, UNITS, answer, asked, maybe_asked
from tests.topics.softmax.test_softmax import DEFAULT, INF, SCORES, study_of

view = SoftmaxView()

exact = reference.exact
SHORT = [(z, t) for z, t in SCORES if len(z) < 100]


def exactly(z: Any, temperature: float) -> list[Any]:
    return reference.softmax([exact.mpf(z_k) / exact.mpf(temperature) for z_k in z])


def finite(z: Any) -> list[float]:
    return [z_k for z_k in z if z_k > -INF]


@for_each(("z", "temperature"), SHORT)
def test_what_leaves_softmax_as_it_is(z: Any, temperature: float) -> None:
    scores = [Fraction(z_k) for z_k in finite(z)]
    gaps, shifted, doubled = (
        [a - b for a in changed for b in changed]
        for changed in (scores, [s + 5 for s in scores], [2 * s for s in scores])
    )
    expected = {(True, False): "adding 5", (True, True): "both"}[(gaps == shifted, gaps == doubled)]
    assert answer(asked(view, study_of(*z, temperature=temperature), "Exponentiate")) == expected


def test_the_first_question_says_what_softmax_is_at_its_temperature() -> None:
    plain, heated = (asked(view, study_of(*DEFAULT, temperature=t), "Exponentiate") for t in (1, 2))
    assert "Softmax gives each class its e^z, divided by the sum of all." in plain.ask
    assert "The factor e^5 above and below cancels" in plain.why
    assert "its e^(z/T), divided" in heated.ask
    assert "The factor e^(5/T) above" in heated.why


@for_each(("z", "temperature"), SHORT)
def test_the_p_of_the_largest_score(z: Any, temperature: float) -> None:
    question = maybe_asked(view, study_of(*z, temperature=temperature), "Divide")
    assert (question is None) is (len(finite(z)) == 1)
    if question is not None:
        assert question.answer == pytest.approx(float(max(exactly(z, temperature))), rel=1e-12)


@for_each(("z", "temperature"), SHORT)
def test_the_smallest_scores_p_in_either_form(z: Any, temperature: float) -> None:
    question = maybe_asked(view, study_of(*z, temperature=temperature), "Why not")
    total = sum(map(Fraction, finite(z)))
    if len(finite(z)) < len(z) or total == 0 or min(z) < 0 < max(z):
        assert question is not None
        assert answer(question) == "No."
        return
    by_softmax, linear = exactly(z, temperature)[z.index(min(z))], Fraction(min(z)) / total
    if question is None:
        same = abs(by_softmax - exact.mpf(linear.numerator) / linear.denominator) <= 2e-9 * by_softmax
        assert same or by_softmax < exact.mpf(10) ** -(10**300)
    else:
        more = by_softmax * linear.denominator > linear.numerator
        assert answer(question) == ("softmax" if more else "z/Σ z")


def test_softmax_is_not_always_the_sharper_one() -> None:
    default, probabilities, large = (asked(view, study_of(*z), "Why not") for z in (DEFAULT, (0.1, 0.2), (1, 2)))
    assert [answer(question) for question in (default, probabilities, large)] == ["softmax", "softmax", "z/Σ z"]
    assert "0.09857" in default.why
    assert "0.03226" in default.why


def test_a_p_that_underflows_is_not_called_0() -> None:
    question = asked(view, study_of(1000, 0, 0), "Why not")
    assert answer(question) == "softmax"
    assert "5.075959 × 10^-435" in question.why


@for_each(("z", "temperature"), SHORT)
def test_halved_scores(z: Any, temperature: float) -> None:
    question = maybe_asked(view, study_of(*z, temperature=temperature), "Shift")
    halved_roundly = max(map(abs, finite(z))) < 1e-320 and any(Fraction(z_k / 2) * 2 != z_k for z_k in finite(z))
    assert (question is None) is (len(set(finite(z))) == 1 or halved_roundly)
    if question is not None:
        halves = [exact.mpf(z_k) / 2 for z_k in z]
        assert question.answer == pytest.approx(float(max(exactly(halves, temperature))), rel=1e-12)


def test_halving_the_default_scores_is_neither_halving_p_nor_nothing() -> None:
    question = asked(view, study_of(*DEFAULT), "Shift")
    assert question.close(0.5)
    assert not question.close(0.659)
    assert not question.close(0.33)


def test_what_is_close_is_generous() -> None:
    question = asked(view, study_of(*DEFAULT), "Divide")
    assert question.close(0.6)
    assert not question.close(0.58)


@for_each(("z", "temperature"), SHORT)
def test_the_slope_of_the_loss_where_the_answer_is_wrong(z: Any, temperature: float) -> None:
    study = study_of(*z, temperature=temperature)
    question = maybe_asked(view, study, "Why cross-entropy")
    assert (question is None) is math.isinf(study.loss.lead)
    if question is not None:
        far, farther = (-reference.log_softmax([exact.mpf(lead), 0])[0] for lead in (-50, -51))
        assert float(farther - far) == pytest.approx(1, rel=1e-12)
        assert answer(question) == "It comes to a constant."


@for_each(("z", "temperature"), SHORT)
def test_an_endless_temperature(z: Any, temperature: float) -> None:
    question = maybe_asked(view, study_of(*z, temperature=temperature), "Temperature")
    assert (question is None) is (len(set(finite(z))) == 1)
    if question is not None:
        hot = reference.softmax([exact.mpf(z_k) / exact.mpf(10) ** 330 for z_k in z])
        assert question.answer == pytest.approx(float(max(hot)), rel=1e-12)
        assert not question.close(0)


@for_each(("z", "temperature"), SHORT)
def test_the_naive_form_at_800(z: Any, temperature: float) -> None:
    gaps = [(Fraction(z_k) - Fraction(max(z))) / Fraction(temperature) for z_k in finite(z)]
    shifted = np.array([float(max(gap, Fraction(-(10**5)))) for gap in gaps])
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(shifted + 800)
        naive = e.max() / e.sum()
    assert math.isnan(naive)
    assert answer(asked(view, study_of(*z, temperature=temperature), "The naive")) == "no number at all"


@for_each("unit", UNITS)
@for_each("classes", [2, 3, 10, 1000])
def test_the_floor_of_softmax_applied_twice(classes: int, unit: Unit) -> None:
    question = asked(view, study_of(*range(classes)), "Softmax applied", unit)
    certain = [1] + [0] * (classes - 1)
    assert question.answer == pytest.approx(float(-reference.log_softmax(certain)[0]) * PER_NAT[unit], rel=1e-12)
    assert not question.close(0)


def test_the_floors_that_are_known() -> None:
    assert asked(view, study_of(*DEFAULT), "Softmax applied").answer == pytest.approx(0.5514, abs=5e-5)
    assert asked(view, study_of(*range(10)), "Softmax applied").answer == pytest.approx(1.4612, abs=5e-5)
    assert maybe_asked(view, softmax.study([3], ("a",)), "Softmax applied") is None
