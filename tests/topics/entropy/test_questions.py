"""Questions of `sce entropy`, answered with mpmath."""

import math
from functools import cache
from typing import Any

import pytest

from sce_cli.topics.entropy.study import EntropyStudy
from sce_cli.topics.entropy.view import EntropyView
from sce_cli.units import Unit
from tests.core import reference
from tests.each import for_each
from tests.topics.asking import PER_NAT, UNITS, answer, asked, maybe_asked, plain
from tests.topics.entropy.test_entropy import ARTICLE, CASES, DEFAULT_LOGITS, study_of

view = EntropyView()

exact = reference.exact


def target_of(given: dict[str, Any]) -> list[Any]:
    if "target" in given:
        weights = [exact.mpf(w) for w in given["target"]]
        return [w / exact.fsum(weights) for w in weights]
    classes, smoothing = len(given.get("prediction") or given["logits"]), exact.mpf(given.get("smoothing", 0))
    return [(1 - smoothing) * (k == given["label"]) + smoothing / classes for k in range(classes)]


def prediction_of(given: dict[str, Any]) -> list[Any]:
    if "logits" in given:
        return reference.softmax(given["logits"])
    weights = [exact.mpf(w) for w in given["prediction"]]
    return [w / exact.fsum(weights) for w in weights]


@cache
def each(case: str) -> tuple[EntropyStudy, list[Any], list[Any]]:
    return study_of(**CASES[case]), target_of(CASES[case]), prediction_of(CASES[case])


@for_each("unit", UNITS)
@for_each("case", CASES)
def test_a_surprise(case: str, unit: Unit) -> None:
    study, q, p = each(case)
    question = maybe_asked(view, study, "Surprise", unit)
    given = CASES[case].get("prediction") or CASES[case]["logits"]
    nothing = 0 if "prediction" in CASES[case] else -math.inf
    impossible = [k for k in range(len(q)) if q[k] > 0 and given[k] == nothing]
    if impossible:
        assert question is not None
        assert answer(question) == "infinite"
        assert f"outcome name{impossible[0]} happens" in question.ask
    elif question is None:
        assert len(q) == 1 or float(max(p)) == 1
    else:
        assert question.answer == pytest.approx(float(-exact.log(max(p))) * PER_NAT[unit], rel=1e-9, abs=1e-12)


def test_the_base_of_a_surprise() -> None:
    nats, bits, dits = (asked(view, study_of(**ARTICLE), "Surprise", unit) for unit in UNITS)
    assert (nats.answer, bits.answer, dits.answer) == pytest.approx((0.693147, 1, 0.301030), abs=5e-7)
    assert "1 bit." in nats.why
    assert "0.6931 nats." in bits.why
    assert not nats.close(bits.answer)


@for_each("unit", UNITS)
@for_each("case", CASES)
def test_the_least_cross_entropy(case: str, unit: Unit) -> None:
    study, q, _ = each(case)
    question, entropy = maybe_asked(view, study, "Entropy", unit), reference.entropy(q)
    if question is None:
        assert len(q) == 1
    elif question.choices:
        assert entropy <= math.log(len(q)) / 10
        assert answer(question) == ("It stays above 0." if entropy > 0 else "It can be 0.")
    else:
        assert question.answer == pytest.approx(float(entropy) * PER_NAT[unit], rel=1e-12)
        assert not question.close(0)


def test_the_least_cross_entropy_of_the_article() -> None:
    answers = [asked(view, study_of(**ARTICLE), "Entropy", unit).answer for unit in UNITS]
    assert answers == pytest.approx([0.6730, 0.9710, 0.2923], abs=5e-5)


@for_each("case", CASES)
def test_the_order_of_kl(case: str) -> None:
    study, q, p = each(case)
    question, given = maybe_asked(view, study, "KL"), CASES[case]
    there, back = reference.kl_divergence(q, p), reference.kl_divergence(p, q)
    if "logits" in given:  # whose p may be too small even for the reference
        there = reference.cross_entropy_from_logits(q, given["logits"]) - reference.entropy(q)
    if question is None:
        assert len(q) == 1 or abs(there - back) <= 1e-6 * there
    elif answer(question) == "Here yes, but not always.":
        assert there == back or abs(there - back) <= 1e-11 * max(there, back) or max(there, back) < 1e-30
    else:
        assert answer(question) == "No, here they differ."
        assert exact.isinf(there) is not exact.isinf(back) or abs(there - back) > 1e-7 * there


def test_the_order_of_kl_where_it_matters_and_where_it_does_not() -> None:
    differ = asked(view, study_of(target=(0.5, 0.5), prediction=(0.9, 0.1)), "KL")
    assert answer(differ) == "No, here they differ."
    assert "KL(q‖p) = 0.5108 nats and KL(p‖q) = 0.3681 nats" in differ.why
    swapped = asked(view, study_of(target=(0.9, 0.1), prediction=(0.1, 0.9)), "KL")
    assert answer(swapped) == "Here yes, but not always."


@for_each("case", CASES)
def test_half_the_way_leaves_less_than_half_the_gap(case: str) -> None:
    study, q, p = each(case)
    question, gap = maybe_asked(view, study, "From"), reference.kl_divergence(q, p)
    if question is None:
        left = 0 if gap == 0 or exact.isinf(gap) else reference.kl_divergence(q, halfway(q, p)) / gap
        assert gap < 1e-15 or gap > 1e308 or abs(left - 0.5) < 0.006
        return
    left = reference.kl_divergence(q, halfway(q, p)) / gap
    assert left < 0.5
    assert answer(question) == "less than half"
    assert f"{float(left):.1%} is left" in question.why


def halfway(q: list[Any], p: list[Any]) -> list[Any]:
    return [(a + b) / 2 for a, b in zip(q, p, strict=True)]


def test_no_finite_logits_reach_a_certain_target() -> None:
    question = asked(view, study_of(**DEFAULT_LOGITS), "A one-hot")
    assert all(reference.cross_entropy_from_logits([1, 0, 0], [lead, 0, 0]) > 0 for lead in (1, 10, 100))
    assert answer(question) == "no finite ones"
    assert "9.08e-5 nats" in question.why
    assert float(reference.cross_entropy_from_logits([1, 0, 0], [10, 0, 0])) == pytest.approx(9.0795737e-5, rel=1e-7)


@for_each("smoothing", [1e-300, 1e-9, 0.1, 0.5, 0.999])
@for_each("classes", [2, 3, 1000])
def test_a_smoothed_target_can_be_overshot(smoothing: float, classes: int) -> None:
    given = {"label": 0, "smoothing": smoothing, "logits": (1.0,) * classes}
    q = target_of(given)
    best = exact.log(q[0] / q[1])
    losses = [reference.cross_entropy_from_logits(q, [lead] + [0] * (classes - 1)) for lead in (0, best, best + 5)]
    assert losses[1] < losses[0]
    assert losses[1] < losses[2]
    question = asked(view, study_of(**given), "The floor")
    assert answer(question) == "It falls, then rises again."


def test_a_target_smoothed_to_uniform_has_no_lead_to_overshoot() -> None:
    assert maybe_asked(view, study_of(**CASES["smoothed to uniform"]), "The floor") is None


@for_each("case", [case for case, given in CASES.items() if len(given.get("logits", ())) > 1])
def test_softmax_ce_beside_the_sum_of_sigmoid_bces(case: str) -> None:
    study, q, _ = each(case)
    question = maybe_asked(view, study, "One softmax")
    z = CASES[case]["logits"]
    one = reference.cross_entropy_from_logits(q, z)
    pairs = zip(q, z, strict=True)
    other = exact.fsum(reference.cross_entropy_from_logits([q_k, 1 - q_k], [z_k, 0]) for q_k, z_k in pairs)
    if question is None:
        assert exact.isinf(one) or one > 1e308 or abs(one - other) <= 1e-5 * other or other < 1e-300
    else:
        assert one < other
        assert answer(question) == "It is more."


def test_softmax_ce_beside_the_sum_of_sigmoid_bces_by_known_numbers() -> None:
    z = tuple(map(math.log, (0.7, 0.2, 0.1)))
    question = asked(view, study_of(label=0, logits=z), "One softmax")
    bce = sum(math.log1p(x) for x in (1 / 0.7, 0.2, 0.1))
    assert f"CE is 0.3567 nats and the sum {bce:.3f} nats" in plain(question.why)
