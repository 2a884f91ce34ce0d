"""Questions of `sce mle`, answered with whole numbers, fractions and mpmath."""

import math
import re
from fractions import Fraction
from itertools import pairwise

import pytest

from sce_cli.topics.mle import study as mle
from sce_cli.topics.mle.view import MleView
from sce_cli.units import Unit
from tests.core import reference
from tests.each import for_each
from tests.topics.asking import PER_NAT, UNITS, answer, asked, maybe_asked

view = MleView()

TWO: list[tuple[int, ...]] = [(6, 4), (5, 5), (1, 9), (1, 0), (0, 4), (30, 40)]
MORE: list[tuple[int, ...]] = [(5, 3, 2), (1, 1, 1), (0, 5, 3), (5, 0, 3), (0, 0, 7), (2, 4, 6, 8)]


def study_of(*counts: int) -> mle.MleStudy:
    return mle.study(counts, tuple(f"c{k}" for k in range(len(counts))))


def exact_likelihood(counts: tuple[int, ...], p: Fraction) -> Fraction:
    """L along the path on which the other colours share 1 − p as they were drawn."""
    others = sum(counts[1:])
    shares = [Fraction(n, others) if others else Fraction(1, len(counts) - 1) for n in counts[1:]]
    return math.prod(
        (q**n for q, n in zip([p, *((1 - p) * s for s in shares)], counts, strict=True)), start=Fraction(1)
    )


@for_each("counts", TWO + MORE)
def test_how_probable_one_sequence_is(counts: tuple[int, ...]) -> None:
    question = maybe_asked(view, study_of(*counts), "The likelihood")
    if sum(n > 0 for n in counts) < 2:
        assert question is None
        return
    probability = exact_likelihood(counts, Fraction(counts[0], sum(counts)))
    expected = "1 in 10, or more" if probability >= Fraction(1, 10) else "between 1 in 10 and 1 in 100"
    assert question is not None
    assert answer(question) == (expected if probability >= Fraction(1, 100) else "less than 1 in 100")


def test_the_first_question_needs_no_word_that_is_defined_later() -> None:
    for counts in ((6, 4), (666, 444), (5, 3, 2)):
        question = asked(view, study_of(*counts), "The likelihood")
        assert not re.search(r"\bL\b|likelihood|p̂|entropy", " ".join([question.ask, *question.choices]))


@for_each("counts", [(6, 4), (5, 5), (1, 9), (30, 40), (5, 3, 2), (1, 1, 1), (0, 5, 3), (2, 4, 6, 8)])
def test_all_colour_sequences_multiply_the_likelihood_and_leave_its_peak(counts: tuple[int, ...]) -> None:
    total = sum(counts)
    sequences = math.factorial(total) // math.prod(map(math.factorial, counts))
    best = Fraction(counts[0], total)
    other = [Fraction(k, 1000) for k in range(1001) if Fraction(k, 1000) != best]
    assert all(sequences * exact_likelihood(counts, p) < sequences * exact_likelihood(counts, best) for p in other)
    question = asked(view, study_of(*counts), "The logarithm")
    assert answer(question) == "at the same p"
    assert (f" by {sequences}:" in question.ask) is (sequences <= 10**6)


@for_each("counts", [(1, 0), (0, 4), (0, 0, 7), (1, 10**15 - 1)])
def test_the_sign_of_the_log_likelihood(counts: tuple[int, ...]) -> None:
    expected = "0" if counts.count(0) == len(counts) - 1 else "below 0"  # only then is L(p̂) = 1
    assert answer(asked(view, study_of(*counts), "The logarithm")) == expected


def test_a_product_that_underflows_has_a_finite_logarithm() -> None:
    counts = (666, 444)
    assert float(exact_likelihood(counts, Fraction(3, 5))) == 0
    question = asked(view, study_of(*counts), "The logarithm", Unit.BITS)
    assert answer(question) == "a finite number below 0"
    bits = 666 * math.log2(0.6) + 444 * math.log2(0.4)
    assert f"{bits:.1f} bits" in question.why


@for_each("counts", TWO)
def test_the_rarer_colour_pushes_harder(counts: tuple[int, ...]) -> None:
    tenth, step = Fraction(1, 10), Fraction(1, 10**6)

    def slope(more: tuple[int, int]) -> float:
        drawn = counts[0] + more[0], counts[1] + more[1]
        low, high = (exact_likelihood(drawn, tenth + side * step) for side in (-1, 1))
        return float((high - low) / (2 * step) / exact_likelihood(drawn, tenth))

    before = slope((0, 0))
    first, second = (slope(more) - before for more in ((1, 0), (0, 1)))
    assert (first, second) == pytest.approx((10, -1 / 0.9), rel=1e-6)
    question = asked(view, study_of(*counts), "The derivative")
    assert answer(question) == "one more of c0"
    assert "1/0.1 = 10 to it" in question.why
    assert "1/0.9 = 1.111:" in question.why


@pytest.mark.parametrize("counts", MORE)
def test_the_derivatives_of_the_colours_that_were_drawn_are_equal(counts: tuple[int, ...]) -> None:
    total, step = sum(counts), Fraction(1, 10**9)
    question = maybe_asked(view, study_of(*counts), "The derivative")
    drawn = [n for n in counts if n]
    if len(drawn) == 1:
        assert question is None
        return
    slopes = [
        reference.exact.log1p(reference.exact.mpf(1) / 10**9 * total / n) * n / reference.exact.mpf(float(step))
        for n in drawn
    ]
    assert all(one == pytest.approx(other, rel=1e-6) for one, other in pairwise(slopes))
    assert question is not None
    assert answer(question) == "all the same, not 0"
    assert f" {total}" not in question.why  # that is λ, which the next step asks for


@for_each("counts", TWO)
def test_what_p_hat_calls_impossible_may_come_after_all(counts: tuple[int, ...]) -> None:
    question = maybe_asked(view, study_of(*counts), "The maximum")
    if all(counts):
        assert question is None
        return
    with_the_other = (counts[0] or 1, counts[1] or 1)
    assert exact_likelihood(with_the_other, Fraction(counts[0], sum(counts))) == 0
    assert question is not None
    assert answer(question) == "0"


@pytest.mark.parametrize("counts", MORE)
def test_the_multiplier_and_what_a_colour_never_drawn_costs(counts: tuple[int, ...]) -> None:
    question = asked(view, study_of(*counts), "The maximum")
    if all(counts) or not counts[0]:  # the curve over the first colour's p shows what the rest would ask
        assert sum(Fraction(n, sum(counts)) for n in counts) == 1
        assert answer(question) == "the number of balls"
        assert ("the number of colours" in question.choices) is (sum(counts) != len(counts))
        return
    total, little = sum(counts), Fraction(1, 1000)
    shrunk = math.prod((Fraction(n, total) * (1 - little)) ** n for n in counts if n)
    assert shrunk < math.prod(Fraction(n, total) ** n for n in counts if n)
    assert answer(question) == "It falls."


@for_each("unit", UNITS)
@for_each("counts", TWO + MORE)
def test_the_least_mean_loss(counts: tuple[int, ...], unit: Unit) -> None:
    entropy = reference.entropy([reference.exact.mpf(n) / sum(counts) for n in counts])
    question = asked(view, study_of(*counts), "Divide", unit)
    if question.choices:
        assert entropy <= math.log(len(counts)) / 10
        assert answer(question) == ("It stays above 0." if entropy else "It can be 0.")
    else:
        assert question.answer == pytest.approx(float(entropy) * PER_NAT[unit], rel=1e-12)
        assert not question.close(0)


def test_the_least_mean_loss_of_the_articles_balls() -> None:
    nats, bits, dits = (asked(view, study_of(6, 4), "Divide", unit) for unit in UNITS)
    assert [nats.answer, bits.answer, dits.answer] == pytest.approx([0.673012, 0.970951, 0.292285], abs=5e-7)
    assert nats.close(0.65)
    assert not nats.close(bits.answer)
    assert not bits.close(nats.answer)


def test_a_floor_close_to_0_is_asked_for_by_its_sign() -> None:
    question = asked(view, study_of(1, 10**15 - 1), "Divide")
    assert answer(question) == "It stays above 0."


@for_each("counts", TWO + MORE)
def test_more_balls_leave_the_floor(counts: tuple[int, ...]) -> None:
    few, many = ([Fraction(k * n, k * sum(counts)) for n in counts] for k in (1, 10))
    assert few == many
    assert answer(asked(view, study_of(*counts), "The floor")) == "It stays."
