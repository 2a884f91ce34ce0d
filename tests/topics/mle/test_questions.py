"""Questions of `sce mle`, answered with whole numbers, fractions and mpmath."""

import math
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
MORE: list[tuple[int, ...]] = [(5, 3, 2), (1, 1, 1), (0, 5, 3), (0, 0, 7), (2, 4, 6, 8)]


def study_of(*counts: int) -> mle.MleStudy:
    return mle.study(counts, tuple(f"c{k}" for k in range(len(counts))))


def exact_likelihood(counts: tuple[int, ...], p: Fraction) -> Fraction:
    """L along the path on which the other colours share 1 − p as they were drawn."""
    others = sum(counts[1:])
    shares = [Fraction(n, others) if others else Fraction(1, len(counts) - 1) for n in counts[1:]]
    return math.prod(
        (q**n for q, n in zip([p, *((1 - p) * s for s in shares)], counts, strict=True)), start=Fraction(1)
    )


@pytest.mark.parametrize("counts", [counts for counts in TWO + MORE if counts.count(0) < len(counts) - 1])
def test_all_orders_multiply_the_likelihood_and_leave_its_peak(counts: tuple[int, ...]) -> None:
    total = sum(counts)
    orders = math.factorial(total) // math.prod(map(math.factorial, counts))
    best = Fraction(counts[0], total)
    other = [Fraction(k, 1000) for k in range(1001) if Fraction(k, 1000) != best]
    assert all(orders * exact_likelihood(counts, p) < orders * exact_likelihood(counts, best) for p in other)
    question = asked(view, study_of(*counts), "The likelihood")
    assert answer(question) == "at the same p"
    assert (f" by {orders}:" in question.ask) is (orders <= 10**6)


def test_one_colour_comes_in_one_order() -> None:
    assert maybe_asked(view, study_of(5, 0), "The likelihood") is None


@for_each("counts", TWO + MORE)
def test_the_sign_of_the_log_likelihood(counts: tuple[int, ...]) -> None:
    largest = exact_likelihood(counts, Fraction(counts[0], sum(counts)))
    expected = "0" if largest == 1 else "below 0"
    assert largest <= 1
    assert answer(asked(view, study_of(*counts), "The logarithm")) == expected


def test_a_product_that_underflows_has_a_finite_logarithm() -> None:
    counts = (666, 444)
    assert float(exact_likelihood(counts, Fraction(3, 5))) == 0
    question = asked(view, study_of(*counts), "The logarithm", Unit.BITS)
    assert answer(question) == "a finite number below 0"
    bits = 666 * math.log2(0.6) + 444 * math.log2(0.4)
    assert f"{bits:.6f}".rstrip("0") in question.why


@pytest.mark.parametrize("counts", TWO)
def test_the_slope_at_a_half(counts: tuple[int, ...]) -> None:
    below, above = (exact_likelihood(counts, Fraction(k, 10**6)) for k in (499_999, 500_001))
    expected = "It rises." if above > below else "It falls." if above < below else "It is level."
    assert answer(asked(view, study_of(*counts), "The derivative")) == expected


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
    assert f"= {total} for each" in question.why


@pytest.mark.parametrize("counts", TWO)
def test_on_the_boundary_the_slope_does_not_vanish(counts: tuple[int, ...]) -> None:
    question = maybe_asked(view, study_of(*counts), "The maximum")
    if all(counts):
        assert question is None
        return
    best, inside = (0, Fraction(1, 10**6)) if counts[0] == 0 else (1, 1 - Fraction(1, 10**6))
    one_sided = (exact_likelihood(counts, inside) - exact_likelihood(counts, Fraction(best))) / (inside - best)
    assert float(one_sided) == pytest.approx(-counts[1] if best == 0 else counts[0], rel=1e-4)
    assert question is not None
    assert answer(question) == "No."


@pytest.mark.parametrize("counts", MORE)
def test_the_multiplier_and_what_a_colour_never_drawn_costs(counts: tuple[int, ...]) -> None:
    question = asked(view, study_of(*counts), "The maximum")
    if all(counts):
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
