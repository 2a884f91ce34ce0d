"""`sce softmax`: the numbers, the claims, and what the view says of them."""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from rich.console import Console

from sce_cli import cli, core
from sce_cli.core.checks import Array
from sce_cli.topics.softmax import study as softmax
from sce_cli.topics.softmax.view import SoftmaxView
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import assert_refused, run_sce

view = SoftmaxView()

INF = math.inf
DEFAULT = (2.0, 1.0, 0.1)

SCORES: list[tuple[Sequence[float], float]] = [
    (DEFAULT, 1),
    (DEFAULT, 0.5),
    (DEFAULT, 5e-324),
    (DEFAULT, 1.7e308),
    ((5,), 1),
    ((-5,), 1),
    ((0,), 1),
    ((0, 0), 1),
    ((2, -0.0), 1),
    ((1, 1, 1), 3),
    ((3, 3, 1, 0), 1),
    ((1, 2), 1),
    ((0.1, 0.2), 1),
    ((1.5, 0.5), 1),
    ((0.5, 0.2, 0.3), 1),
    ((-1, -2), 1),
    ((-1, 0), 1),
    ((-1, 2, -0.5, 1e-3, -INF), 1),
    ((-INF, 3), 1),
    ((2, -INF, -INF), 1),
    ((0, -2000, 0), 1),
    ((1000, 0, 0), 1),
    ((-745, -746, -10), 1),
    ((1, 1 + 1e-15), 1),
    ((1.000000001, 0.999999999), 1),
    ((1e16, 1e16 + 2), 3),
    ((5e-324, 0), 5e-324),
    ((1e308, 1e-308), 1),
    ((1e308, 0), 1e-300),
    ((1e308, -1e308), 1),
    ((1e308, -1e308), 1e308),
    ((1e308, 1e308, 1), 0.1),
    ((-1e308, -INF, -1.7e308), 0.1),
    ((-1.7e308, -1.7e308, -INF), 0.1),
    ((12345.678, -99999.5, -1.7e308), 1),
    ((-5, -5.000000000000002, -5.000000000000001), 1.22e-310),
    ((-1e308, -1.5e308), 1),
    ((2.3e-308, 1e154), 9.407679304132359e150),
    ((1.5e-323, 5e-324), 1e-323),
    (tuple(k / 100 for k in range(1000)), 1),
    (tuple(2 + k / 100 for k in range(1000)), 1),
    (tuple(-k for k in range(1000)), 1),
    ((1.7e308,) * 1000, 1),
]


def study_of(*logits: float, temperature: float = 1) -> softmax.SoftmaxStudy:
    return softmax.study(logits, tuple(f"c{k}" for k in range(len(logits))), temperature)


def text_of(study: softmax.SoftmaxStudy, unit: Unit = Unit.NATS, width: int = 100) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        for step in view.steps(study, unit):
            console.print(step.title, step.body, sep="\n")
    return captured.get() + view.result(study, unit)


def words_of(study: softmax.SoftmaxStudy, unit: Unit = Unit.NATS) -> str:
    return " ".join(text_of(study, unit).split())


def exactly(logits: Sequence[float], temperature: float) -> list[float]:
    """Softmax with 700 digits, so that even 1e308 − 1 keeps its last one."""
    with mpmath.workdps(700):
        powers = [mpmath.exp(mpmath.mpf(z) / mpmath.mpf(temperature)) if z > -INF else mpmath.mpf(0) for z in logits]
        return [float(power / mpmath.fsum(powers)) for power in powers]


def test_the_default_example() -> None:
    study = study_of(*DEFAULT)
    assert study.prediction == pytest.approx([0.659001, 0.242433, 0.098566], abs=5e-7)
    assert study.entropy == pytest.approx(0.846738, abs=5e-7)
    assert study.linear.prediction == pytest.approx([2 / 3.1, 1 / 3.1, 0.1 / 3.1], rel=1e-15)
    assert study.linear.pairs.mean == pytest.approx([1 / math.log(2), 0.9 / math.log(10)], rel=1e-15)
    assert study.moved.log_sum[:2] == pytest.approx([2.417030, 7.417030], abs=5e-7)
    at = study.table.temperature.tolist()
    assert study.table.prediction[at.index(0.5)] == pytest.approx([0.864, 0.117, 0.019], abs=5e-4)
    assert study.table.prediction[at.index(2)] == pytest.approx([0.502, 0.304, 0.194], abs=5e-4)
    assert study.moved.prediction == pytest.approx([0.659001, 0.659001, 0.501688], abs=5e-7)
    assert -study.twice.log_prediction[0] == pytest.approx(0.8021, abs=5e-5)
    assert -study.log_prediction[0] == pytest.approx(0.4170, abs=5e-5)
    assert study.twice.floor == pytest.approx(0.5514, abs=5e-5)
    assert softmax.floor_of_twice(10) == pytest.approx(1.4612, abs=5e-5)


@for_each(("logits", "temperature"), SCORES)
def test_every_claim_holds(logits: Sequence[float], temperature: float) -> None:
    study = study_of(*logits, temperature=temperature)
    assert not [check for check in study.checks if not check.holds]
    assert all(np.isfinite(check.error) for check in study.checks)
    assert len(study.checks) >= 9


@for_each(("logits", "temperature"), SCORES[:-4])
def test_softmax_at_a_temperature_against_many_digits(logits: Sequence[float], temperature: float) -> None:
    study = study_of(*logits, temperature=temperature)
    assert study.prediction == pytest.approx(exactly(logits, temperature), rel=2e-13, abs=1e-300)


def test_softmax_at_a_temperature_against_many_digits_at_random() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        logits = (10.0 ** random.uniform(-5, 4) * random.normal(size=random.integers(1, 8))).tolist()
        temperature = float(10.0 ** random.uniform(-3, 3))
        prediction = study_of(*logits, temperature=temperature).prediction
        assert prediction == pytest.approx(exactly(logits, temperature), rel=2e-13, abs=1e-300)


def test_a_difference_of_2e308_meets_a_temperature_that_divides_it() -> None:
    study = study_of(1e308, -1e308, temperature=1e308)
    assert study.prediction == pytest.approx(core.softmax([2.0, 0.0]), rel=1e-15)
    assert study_of(5e-324, 0, temperature=5e-324).prediction == pytest.approx(core.softmax([1.0, 0.0]), rel=1e-15)


@pytest.mark.parametrize(
    ("a", "b"),
    [(2, 1), (1, 0.1), (1e308, 1e-308), (1e308, 1), (1 + 1e-12, 1), (3, 2.999999), (5e-324, 0), (1e308, 0), (2, -0.0)],
)
def test_the_logarithmic_mean(a: float, b: float) -> None:
    with mpmath.workdps(60):
        exact = float((mpmath.mpf(a) - b) / (mpmath.log(a) - mpmath.log(b))) if b else 0.0
    mean = float(core.logarithmic_mean([a], [b])[0])
    assert mean == pytest.approx(exact, rel=1e-15)
    assert b <= mean <= a


@for_each(
    ("logits", "outcome", "shares"),
    [
        (DEFAULT, core.Linear.COMPARABLE, [2 / 3.1, 1 / 3.1, 0.1 / 3.1]),
        ((1e308, 1e308, 0), core.Linear.COMPARABLE, [0.5, 0.5, 0]),
        ((-3, -3), core.Linear.EQUAL, [0.5, 0.5]),
        ((-1, -3), core.Linear.REVERSED, [0.25, 0.75]),
        ((-1, 0), core.Linear.REVERSED, [1, 0]),
        ((-1, 2), core.Linear.MIXED, [-1, 2]),
        ((2, -1, 0.1), core.Linear.MIXED, [2 / 1.1, -1 / 1.1, 0.1 / 1.1]),
        ((-1, 1), core.Linear.ZERO_SUM, []),
        ((0.1, 0.2, -0.3), core.Linear.ZERO_SUM, []),
        ((0, 0), core.Linear.ZERO_SUM, []),
        ((0,), core.Linear.ZERO_SUM, []),
        ((2, -INF), core.Linear.MASKED, []),
    ],
)
def test_linear_normalisation(logits: Sequence[float], outcome: core.Linear, shares: list[float]) -> None:
    found, values = core.linear_normalisation(logits)
    assert found is outcome
    assert values == pytest.approx(shares, rel=1e-15)
    assert not np.signbit(values[values == 0]).any()


@pytest.mark.parametrize("wrong", [[math.nan, 1.0], [INF, 1.0]])
def test_linear_normalisation_refuses_what_softmax_refuses(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="logits"):
        core.linear_normalisation(wrong)


@pytest.mark.parametrize(
    ("logits", "temperature", "sharper", "verdict"),
    [
        ((1, 2), 1, [1], "Softmax is the sharper here: L exceeds T = 1."),
        ((0.1, 0.2), 1, [-1], "Softmax is the flatter here: L is below T = 1."),
        ((1.5, 0.5), 1, [-1], "Softmax is the flatter here: L is below T = 1."),
        ((1.5, 0.5), 0.5, [1], "Softmax is the sharper here: L exceeds T = 0.5."),
        ((5, 3, 2), 1, [1, 1], "sharper here: every L exceeds T = 1. Odds multiply"),
        ((0.7, 0.2, 0.1), 1, [-1, -1], "flatter here: every L is below T = 1. Odds multiply"),
        (DEFAULT, 1, [1, -1], "Neither is sharper throughout: L exceeds T = 1 between the larger scores only."),
        ((3, 3, 1), 1, [1], "Softmax is the sharper here: L exceeds T = 1."),
        ((1.000000001, 0.999999999), 1, [0], "Both are equally sharp here, for L is T = 1 to rounding."),
        ((1.5e-323, 5e-324), 1e-323, [-1], "Softmax is the flatter here: L is below"),  # L is 1.82, T is 2 times 5e-324
        ((1.5e-323, 1e-323), 1e-323, [1], "Softmax is the sharper here: L exceeds"),
    ],
)
def test_the_verdict_on_linear_normalisation(
    logits: Sequence[float], temperature: float, sharper: list[int], verdict: str
) -> None:
    study = study_of(*logits, temperature=temperature)
    assert study.linear.pairs.sharper.tolist() == sharper
    assert verdict in words_of(study)


def test_the_verdicts_odds_are_those_of_the_lecture() -> None:
    for logits, by_softmax, by_linear in (
        ((1, 2), 0.731, 0.667),
        ((0.1, 0.2), 0.525, 0.667),
        ((1.5, 0.5), 0.731, 0.75),
    ):
        study = study_of(*logits)
        largest = study.prediction.max(), study.linear.prediction.max()
        assert largest == pytest.approx((by_softmax, by_linear), abs=5e-4)


def test_sharper_between_all_neighbours_means_sharper_in_every_respect() -> None:
    random = np.random.default_rng(1)
    met = set()
    for _ in range(100):
        logits = random.uniform(0, 10 ** random.uniform(-1, 1), size=random.integers(2, 6))
        study = study_of(*logits.tolist())
        ratios = np.subtract.outer(np.log(study.prediction), np.log(study.prediction)) - np.log(
            np.divide.outer(study.linear.prediction, study.linear.prediction)
        )
        pairwise = ratios[np.greater.outer(logits, logits)]
        if (study.linear.pairs.sharper > 0).all():
            met.add("sharper")
            assert (pairwise > 0).all()
            assert study.entropy < study.linear.entropy
            assert study.prediction.max() > study.linear.prediction.max()
        elif (study.linear.pairs.sharper < 0).all():
            met.add("flatter")
            assert (pairwise < 0).all()
            assert study.entropy > study.linear.entropy
            assert study.prediction.max() < study.linear.prediction.max()
        else:
            met.add("mixed")
            assert (np.diff(study.linear.pairs.sharper) <= 0).all()  # the larger scores are the sharper ones
    assert met == {"sharper", "flatter", "mixed"}


def test_neither_is_sharper_where_the_measures_disagree() -> None:
    study = study_of(*DEFAULT)
    assert study.prediction.max() > study.linear.prediction.max()
    assert study.entropy > study.linear.entropy
    assert "largest p 0.6590 > 0.6452, entropy 0.8467 > 0.7585 nats" in words_of(study)


@pytest.mark.parametrize(
    ("logits", "sentence"),
    [
        ((-1, 2), "some are negative: they are defined, and no distribution."),
        ((1, 1, -2), "undefined here: the scores add up to 0, and nothing can be divided by 0."),
        ((0, 0), "undefined here: the scores add up to 0, and nothing can be divided by 0."),
        ((2, 1, -INF), "undefined here: a masked class makes the sum -∞, and -∞/-∞ is no number."),
        ((-1, -2), "turns the order upside down: the lowest score gets the largest share."),
        ((4, 4), "all scores are equal, so both forms give every class the same p."),
        ((4, 0), "A score of 0 gets no linear share at all: its odds are ∞."),
    ],
)
def test_where_linear_normalisation_fails_it_is_said_why(logits: Sequence[float], sentence: str) -> None:
    assert sentence in words_of(study_of(*logits))


HONEST = {name: getattr(core, name) for name in ("softmax", "log_softmax", "logsumexp", "entropy", "naive_softmax")}


MISTAKES: dict[str, tuple[str, Callable[..., Array]]] = {
    "Σ p = 1": ("softmax", lambda z: 1.01 * HONEST["softmax"](z)),
    "logsumexp(z/T)": ("softmax", lambda z: HONEST["softmax"](np.asarray(z) * math.log(2))),  # 2^z
    "odds": ("softmax", lambda z: HONEST["softmax"](np.asarray(z) * math.log(2))),
    "order": ("softmax", lambda z: HONEST["softmax"](z)[..., ::-1]),
    "same softmax": ("softmax", lambda z: HONEST["softmax"](np.maximum(z, -2))),
    "H(p) rises": ("entropy", lambda q: -HONEST["entropy"](q)),
    "logsumexp(z) + c": ("logsumexp", lambda z: 1.01 * HONEST["logsumexp"](z)),
    "naive": ("naive_softmax", lambda z: HONEST["naive_softmax"](2 * np.asarray(z) / 2.5)),
    "L > T": ("logarithmic_mean", lambda a, b: (np.asarray(a) + b) / 2),  # the arithmetic mean
    "k largest": ("logarithmic_mean", lambda a, b: (np.asarray(a) + b) / 2),
    "of its lead": ("log_softmax", lambda z: np.asarray(z) / 2),
    "at most their mean": ("log_softmax", lambda z: -HONEST["log_softmax"](z)),
    "log-softmax of": ("log_softmax", lambda z: np.asarray(z) / 2),
    "ln(e+K−1)": ("log_softmax", lambda z: HONEST["log_softmax"](np.asarray(z) * math.log(2))),
}


@pytest.mark.parametrize("claim", MISTAKES)
def test_a_mistake_in_a_formula_fails_its_claim(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, mistake = MISTAKES[claim]
    monkeypatch.setattr(core, formula, mistake)
    failed = [check.english for check in study_of(1.6, 0.5).checks if not check.holds]
    assert any(claim in failure for failure in failed)


def error_of(study: softmax.SoftmaxStudy, words: str) -> float:
    (error,) = [check.error for check in study.checks if words in check.english]
    return error


def test_an_error_is_as_large_as_the_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = HONEST["softmax"], HONEST["log_softmax"], HONEST["entropy"]
    monkeypatch.setattr(core, "softmax", lambda z: 1.25 * honest[0](z))
    assert error_of(study_of(*DEFAULT), "Σ p = 1") == pytest.approx(0.25, rel=1e-12)
    monkeypatch.setattr(core, "softmax", lambda z: honest[0](-np.asarray(z)))
    assert error_of(study_of(0, 60), "order of z") == pytest.approx(1, rel=1e-12)
    monkeypatch.setattr(core, "softmax", honest[0])
    monkeypatch.setattr(core, "entropy", lambda q: honest[2](q) + 0.5)
    assert error_of(study_of(0, 1), "H(p) rises") == pytest.approx(0.5, abs=1e-3)
    assert error_of(study_of(*range(100)), "H(p) rises") == pytest.approx(0.5 / math.log(100), abs=1e-3)
    monkeypatch.setattr(core, "entropy", lambda q: honest[2](q) - 0.5)
    assert error_of(study_of(0, 1), "H(p) rises") == pytest.approx(0.5, abs=1e-3)
    monkeypatch.setattr(core, "entropy", lambda q: math.log(2) - honest[2](q))
    assert error_of(study_of(0, 1), "H(p) rises") > 0.01
    monkeypatch.setattr(core, "entropy", honest[2])
    monkeypatch.setattr(core, "log_softmax", lambda z: honest[1](z) - 0.25)
    study = study_of(*DEFAULT)
    assert error_of(study, "ln(e+K−1)") == pytest.approx(0.25, rel=1e-12)
    monkeypatch.setattr(core, "log_softmax", lambda z: honest[1](z) + 0.25)
    assert error_of(study_of(*DEFAULT), "ln(e+K−1)") == pytest.approx(0.25, rel=1e-12)


def test_a_wrong_mean_misleads_by_as_much_as_the_probabilities_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "logarithmic_mean", lambda a, b: 10 * np.asarray(a))
    flatter = study_of(1.5, 0.5)
    assert error_of(flatter, "L > T") == 1
    assert error_of(flatter, "larger by softmax") == pytest.approx(0.75 - math.e / (math.e + 1), rel=1e-9)
    assert error_of(study_of(2, 0), "L > T") == 1
    monkeypatch.setattr(core, "logarithmic_mean", lambda a, b: 0 * np.asarray(a))
    sharper = study_of(3, 2)
    assert error_of(sharper, "L > T") == 1
    assert error_of(sharper, "larger by linear") == pytest.approx(math.e / (math.e + 1) - 0.6, rel=1e-9)


# The points that are shown


@pytest.mark.parametrize(
    ("logits", "temperature", "table"),
    [
        (DEFAULT, 1, [0.1, 0.5, 1, 2, 10]),
        (DEFAULT, 3, [0.1, 0.5, 1, 2, 3, 10]),
        ((0, 0), 1, [0.1, 0.5, 1, 2, 10]),
        ((0, 40), 1, [1, 10, 50, 100, 200, 1000]),
        ((0, 300, -INF), 100, [10, 50, 100, 200, 1000]),
        ((0, 1e-3), 1, [1e-4, 5e-4, 1e-3, 2e-3, 1e-2, 1]),
        ((1e-320, 0), 1, [1e-301, 5e-301, 1e-300, 2e-300, 1e-299, 1]),
        ((1.7e308, -1.7e308), 1, [1, 1e306, 5e306, 1e307, 2e307, 1e308]),
    ],
)
def test_the_temperatures_of_the_table_are_about_the_spread_of_the_scores(
    logits: Sequence[float], temperature: float, table: list[float]
) -> None:
    study = study_of(*logits, temperature=temperature)
    assert study.temperature == temperature
    assert study.table.temperature.tolist() == table
    for row, entropy, at in zip(study.table.prediction, study.table.entropy, table, strict=True):
        there = study_of(*logits, temperature=at)
        assert row == pytest.approx(there.prediction[there.ranking], rel=1e-14)
        assert entropy == pytest.approx(there.entropy, rel=1e-14)


@pytest.mark.parametrize(
    ("temperature", "low", "high"), [(1, 10**-1.5, 10**1.5), (1e-9, 1e-9, 10**1.5), (1e9, 10**-1.5, 1e9)]
)
def test_the_temperatures_of_the_curve_reach_past_t(temperature: float, low: float, high: float) -> None:
    curve = study_of(*DEFAULT, temperature=temperature).curve.temperature
    assert temperature in curve
    assert curve[[0, -1]] == pytest.approx([low, high], rel=1e-12, abs=0)
    even = (
        curve if temperature not in (1e-9, 1e9) else np.delete(curve, np.flatnonzero(np.diff(curve) / curve[1:] < 1e-9))
    )
    assert len(even) == 121
    assert even[1:] / even[:-1] == pytest.approx((high / low) ** (1 / 120), rel=1e-9)


def test_only_five_classes_are_kept_over_all_temperatures() -> None:
    study = study_of(1, 5, 3, 7, 2, 6, 4)
    assert study.ranking.tolist() == [3, 5, 1, 6, 2, 4, 0]
    assert study.table.prediction.shape == (len(study.table.temperature), 5)
    assert study.curve.prediction.shape == (len(study.curve.temperature), 5)
    at = study.curve.temperature.tolist().index(1)
    assert study.curve.prediction[at] == pytest.approx(study.prediction[study.ranking[:5]], rel=1e-14)
    assert study.curve.entropy[at] == pytest.approx(study.entropy, rel=1e-14)


def test_a_score_of_minus_0_is_0() -> None:
    study = study_of(2, -0.0)
    assert not np.signbit(study.logits).any()
    assert not np.signbit(study.linear.prediction).any()


def test_equal_scores_keep_their_order_in_the_ranking() -> None:
    study = study_of(*[1, 3] * 20)
    assert study.ranking.tolist() == [*range(1, 40, 2), *range(0, 40, 2)]


@pytest.mark.parametrize(
    ("logits", "shift"),
    [(DEFAULT, 5), ((1e6, 0), 5), ((0, -1e6), 5), ((1000001, 0), -1000001), ((3, -2e6), -3), ((1e308, -INF), -1e308)],
)
def test_the_shift_is_5_or_what_brings_the_largest_score_to_0(logits: Sequence[float], shift: float) -> None:
    assert study_of(*logits).moved.shift == shift


def test_a_shift_and_a_scale_move_what_they_move() -> None:
    study = study_of(*DEFAULT, temperature=0.5)
    for row, z in enumerate((np.array(DEFAULT), np.array(DEFAULT) + 5, np.array(DEFAULT) / 2)):
        assert study.moved.prediction[row] == pytest.approx(core.softmax(z / 0.5)[0], rel=1e-14)
        assert study.moved.linear[row] == pytest.approx((z / z.sum())[0], rel=1e-14)
        assert study.moved.log_sum[row] == pytest.approx(np.log(np.exp(z / 0.5).sum()), rel=1e-14)
    assert np.isnan(study_of(-1, 1).moved.linear[[0, 2]]).all()
    assert study_of(2, -1, 0.1).moved.linear == pytest.approx([2 / 1.1, 7 / 16.1, 2 / 1.1], rel=1e-14)


def test_shares_of_both_signs_are_shown_and_are_no_prediction() -> None:
    study = study_of(2, -1, 0.1)
    assert study.linear.shares == pytest.approx([1.818182, -0.909091, 0.090909], abs=5e-7)
    assert study.linear.prediction.size == 0
    assert math.isnan(study.linear.entropy)
    words = words_of(study)
    assert "1.818" in words
    assert "-0.909" in words
    assert "undefined" not in words


def test_the_loss_is_the_softplus_of_the_lead() -> None:
    study = study_of(*DEFAULT)
    others = math.log(math.e + math.exp(0.1))
    assert study.loss.lead == pytest.approx(2 - others, rel=1e-14)
    assert study.loss.value == pytest.approx(0.417030, abs=5e-7)
    assert study.loss.curve_value == pytest.approx(np.log1p(np.exp(-study.loss.curve_lead)), rel=1e-12)
    assert study.loss.curve_lead[[0, -1]].tolist() == [-5, 5]
    assert study_of(40, 0).loss.curve_lead[[0, -1]].tolist() == [-40, 40]
    assert study_of(4000, 0).loss.curve_lead[[0, -1]].tolist() == [-5, 5]
    for alone in ((5,), (2, -INF)):
        assert (study_of(*alone).loss.lead, study_of(*alone).loss.value) == (INF, 0)
        assert "nothing competes with class c0, and its loss is 0." in words_of(study_of(*alone))
    assert "leads by more than float64 can hold" in words_of(study_of(1e308, -1e308))


def test_why_softmax_goes_with_cross_entropy_is_said_in_each_unit() -> None:
    for unit, formula in (
        (Unit.NATS, "−ln p_y = ln Σ e^z − z_y y is"),
        (Unit.BITS, "−log₂ p_y = log₂ Σ e^z − z_y·log₂ e y is"),
    ):
        words = words_of(study_of(*DEFAULT), unit)
        assert formula in words
        assert "smooth in the scores, and convex" in words
    assert "−ln p_y = ln Σ e^(z/T) − z_y/T y is" in words_of(study_of(*DEFAULT, temperature=2))


@for_each(
    ("logits", "temperature", "heads"),
    [
        (DEFAULT, 1, "T = 0.1 T = 0.5 ● T = 1 T = 10"),
        (DEFAULT, 0.5, "T = 0.1 ● T = 0.5 T = 1 T = 10"),
        (DEFAULT, 3, "T = 0.1 T = 1 ● T = 3 T = 10"),
        ((0, 40), 1, "● T = 1 T = 10 T = 100 T = 1000"),
        (DEFAULT, 1.234e-310, "● 1.23e-310 0.1 1 10"),
    ],
)
def test_p_at_several_temperatures_stands_side_by_side(logits: Sequence[float], temperature: float, heads: str) -> None:
    assert heads in words_of(study_of(*logits, temperature=temperature))


def test_equal_scores_have_no_curve_over_the_temperature() -> None:
    assert "over T; ●" not in words_of(study_of(3, 3))
    assert "over T; ● T = 1" in words_of(study_of(3, 2))


def test_where_p_lies_is_said_truly() -> None:
    assert "each lies strictly between 0 and 1." in words_of(study_of(*DEFAULT))
    assert "Each has 0 < p < 1, though a float may round it" in words_of(study_of(1000, 0, 0))
    assert "A class that isn't masked has 0 < p < 1" in words_of(study_of(2, 1, -INF))
    assert "One class alone gets p = 1." in words_of(study_of(2, -INF))


def test_the_naive_form_is_shown_at_four_exponents_and_at_the_scores_own() -> None:
    study = study_of(1.5, 3, temperature=0.5)
    assert study.naive.exponent.tolist() == [-800, -744, 6, 700, 800]
    assert study.naive.given == 2
    assert study.naive.numerator == pytest.approx([0, math.exp(-744), math.exp(6), math.exp(700), INF], abs=0)
    assert study.naive.sum == pytest.approx(
        [0, math.exp(-744), math.exp(6) + math.exp(3), math.exp(700) + math.exp(697), INF]
    )
    assert study.exponentials == pytest.approx([math.exp(-3), 1], rel=1e-14)
    assert study.centred.tolist() == [-3, 0]
    assert study_of(1e308, temperature=0.1).naive.exponent.max() == np.finfo(float).max
    assert study_of(-1e308, temperature=0.1).naive.exponent.min() == -np.finfo(float).max


def test_twice_is_the_softmax_of_the_softmax() -> None:
    study = study_of(*DEFAULT)
    assert study.twice.prediction == pytest.approx(core.softmax(core.softmax(DEFAULT)), rel=1e-14)
    assert np.exp(study.twice.log_prediction) == pytest.approx(study.twice.prediction, rel=1e-14)
    assert study.names == ("c0", "c1", "c2")
    assert study.logits.tolist() == list(DEFAULT)


# Mistakes


def test_a_wrong_floor_fails_its_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in (math.log(math.e + 3) - 1, math.log(math.e + 1) - 1):
        monkeypatch.setattr(softmax, "floor_of_twice", lambda classes, wrong=wrong: wrong)
        assert any("ln(e+K−1)" in check.english for check in study_of(*DEFAULT).checks if not check.holds)


@pytest.mark.parametrize(
    ("logits", "temperature", "named"),
    [
        ((math.nan, 1), 1, "logits must be finite or -inf (a masked class), got nan"),
        ((INF, 1), 1, "logits must be finite or -inf (a masked class), got inf"),
        ((-INF, -INF), 1, "logits must be one row with at least one finite score, got (-inf, -inf)"),
        (((1, 2), (3, 4)), 1, "logits must be one row with at least one finite score, got ((1, 2), (3, 4))"),
        ((), 1, "logits must hold at least one class, got shape (0,)"),
        (DEFAULT, 0, "temperature must be positive and finite, got 0"),
        (DEFAULT, -1, "temperature must be positive and finite, got -1"),
        (DEFAULT, math.nan, "temperature must be positive and finite, got nan"),
        (DEFAULT, INF, "temperature must be positive and finite, got inf"),
    ],
)
def test_python_callers_are_told_what_is_wrong(logits: Sequence[Any], temperature: float, named: str) -> None:
    with pytest.raises(ValueError, match=rf"^{re.escape(named)}$"):
        study_of(*logits, temperature=temperature)


def test_the_naive_form_breaks_where_the_table_says() -> None:
    study = study_of(*DEFAULT)
    broken = dict(zip(study.naive.exponent.tolist(), study.naive.quotient.tolist(), strict=True))
    assert math.isnan(broken[-800])
    assert math.isnan(broken[800])
    assert broken[-744] == pytest.approx(2 / 3)
    assert broken[2] == pytest.approx(study.prediction[0], rel=1e-15)
    assert study.naive.exponent[study.naive.given] == 2
    words = words_of(study)
    assert "0/0" in words
    assert "∞/∞" in words
    assert "a wrong p without a warning, as at -744." in words
    huge = study_of(1000, 0, 0)
    assert math.isnan(huge.naive.quotient[huge.naive.given])
    assert huge.prediction.tolist() == [1, 0, 0]
    assert "without a warning" not in words_of(huge)


def test_an_underflow_is_said_and_the_logarithm_given() -> None:
    assert "p(c1) underflows to 0, its logarithm doesn't: ln p = -1000 nats." in words_of(study_of(1000, 0, 0))
    assert "underflows" not in words_of(study_of(*DEFAULT))


def test_infinities_are_explained() -> None:
    words = words_of(study_of(1e308, -1e308, temperature=0.1))
    assert "A d of -∞ is a difference that float64 can't hold." in words
    assert "The sum is infinite, for z/T exceeds float64." in words
    assert "The sum is infinite" not in words_of(study_of(1.7e308, 0))
    assert "The sum is infinite" in words_of(study_of(1.7e308, 0), Unit.BITS)
    masked = words_of(study_of(2, 1, -INF))
    assert "A class with z = -∞ is masked" in masked
    assert "A d of -∞" not in masked
    assert "A masked class is back" in masked


def test_equal_scores_and_single_ones() -> None:
    for logits in ((3,), (3, 3, 3), (3, -INF)):
        words = words_of(study_of(*logits))
        assert "scaling changes nothing either" in words
        assert "Equal scores have equal p at every T." in words
    assert "the 2 largest scores share all" in words_of(study_of(3, 3, 1))
    assert "A uniform p is the only one that stays as it is." in words_of(study_of(3, 3))
    assert "A uniform p" not in words_of(study_of(3, 3, -INF))


def test_many_classes_are_ranked() -> None:
    study = softmax.study([k / 100 for k in range(1000)], tuple(map(str, range(1000))))
    lines = text_of(study, width=60).splitlines()
    assert next(line for line in lines if line.strip().startswith("999")).split()[1] == "9.99"
    assert "the 12 largest p" in [axes.get_title() for axes in view.figures()["plot"](study, Unit.NATS).axes]


def test_names_are_shown_as_they_are() -> None:
    study = softmax.study(DEFAULT, ("[bold]", "$x$", "a very long name"), 1)
    text = text_of(study)
    assert "Class [bold], and three rows of scores:" in text
    assert "a very long name" in text
    ticks = [label.get_text() for label in view.figures()["plot"](study, Unit.NATS).axes[0].get_yticklabels()]
    assert ticks == ["[bold]", r"\$x\$", "a very… name"]


@pytest.mark.parametrize(
    ("unit", "log", "entropy", "floor"),
    [
        (Unit.NATS, "ln", "0.8467 nats", "ln(e + 3 − 1) − 1 = 0.5514 nats"),
        (Unit.BITS, "log₂", "1.222 bits", "log₂(e + 3 − 1) − log₂ e = 0.7956 bits"),
        (Unit.DITS, "log₁₀", "0.3677 dits", "log₁₀(e + 3 − 1) − log₁₀ e = 0.2395 dits"),
    ],
)
def test_every_printed_logarithm_bears_its_unit(unit: Unit, log: str, entropy: str, floor: str) -> None:
    words = words_of(study_of(*DEFAULT), unit)
    assert f"H(p) = {entropy}" in words
    assert floor in words
    assert f"{log} Σ e^z in {unit.label}" in words
    assert f"H(p) in {unit.label} over T; ● T = 1" in words
    assert f"−{log} p_y over the log odds d = {log} p_y/(1 − p_y), both in {unit.label}" in words
    assert f"−{log} s = " in words


@for_each(("logits", "temperature"), SCORES)
@pytest.mark.parametrize("options", [("--width", "60"), ("--ascii", "--base", "10", "--width", "60")])
def test_every_view_fits_and_shows_no_nan(
    logits: Sequence[float], temperature: float, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["softmax", *map(repr, logits), "--temperature", repr(temperature), *options]) == 0
    screen = capsys.readouterr().out
    assert max(map(len, screen.splitlines())) <= 60
    assert "nan" not in screen.lower()
    assert " -0 " not in screen
    assert screen.isascii() or "--ascii" not in options


def test_formulas_do_not_wrap_at_60_columns() -> None:
    for unit in Unit:
        lines = text_of(study_of(*DEFAULT, -INF, temperature=0.25), unit, width=57).splitlines()
        for start in ("   p_i = e^(z_i/T) / Σ_k e^(z_k/T)", "   p = e^d / Σ e^d,   Σ e^d = ", "   loss ≥ "):
            line = next(line for line in lines if line.startswith(start))
            assert lines[lines.index(line) + 1].strip()[:1] in {"", "A", "L"}


BAD_INPUT = [
    (["nan"], "logit 'nan'", "finite numbers or -inf"),
    (["-nan"], "logit '-nan'", "finite numbers or -inf"),
    (["inf", "2"], "logit 'inf'", "finite numbers or -inf"),
    (["1e999"], "logit '1e999' is too large", "1e308"),
    (["2,x"], "logit 'x'", "or 0.5: sce softmax 2,0.5"),
    (["cat=2", "1"], "some have a name", "or none: sce softmax 2 1"),
    (["cat=2", "cat=1"], "--names 'cat,cat'", "of its own: sce softmax cat=2 name2=1"),
    (["", "2"], "an argument is empty", "Leave it out: sce softmax 2"),
    (["-inf", "-inf"], "-inf,-inf: every class is masked", "at least one finite"),
    (["2", "1", "--temperature", "0"], "--temperature '0'", "--temperature 0.5"),
    (["2", "1", "--temperature", "-1"], "--temperature '-1'", "--temperature 0.5"),
    (["2", "1", "--temperature", "nan"], "--temperature 'nan'", "--temperature 0.5"),
    (["2", "1", "--temperature", "inf"], "--temperature 'inf'", "--temperature 0.5"),
    (["2", "1", "--temperature", "1e-400"], "--temperature '1e-400'", "--temperature 0.5"),
    (["2", "1", "--temperature", "hot"], "--temperature 'hot'", "--temperature 0.5"),
    (["2", "1", "--names", "a"], "--names a has 1 name for 2 classes", "as many names"),
    (["--names", "a,b"], "--names a,b has 2 names for 3 classes", "as many names"),
    (["2", "1", "--temprature", "2"], "--temprature", "--temperature"),
    (["-1", "2", "--name", "a,b"], "--name", "--names"),
    (["2", "1", "-x"], "-x", "sce softmax --help"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: list[str], named: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["softmax", *arguments], named, remedy, capsys)


def test_negative_numbers_are_ordinary_arguments() -> None:
    run = run_sce("softmax", "-1", "2", "-.5", "1e-3", "-inf", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.json["logits"] == [-1, 2, -0.5, 0.001, "-Infinity"]
    assert run.json["prediction"][4] == 0


def test_no_arguments_are_the_default_example() -> None:
    assert run_sce("softmax").stdout == run_sce("softmax", "2", "1", "0.1", "--temperature", "1").stdout


def test_json_has_the_studys_fields_and_its_checks() -> None:
    run = run_sce("softmax", "-1", "2", "--names", "cat,dog", "--temperature", "0.5", "--base", "2", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert document["command"] == "softmax"
    assert document["unit"] == "nats"
    assert document["names"] == ["cat", "dog"]
    assert document["arguments"]["temperature"] == document["temperature"] == 0.5
    assert document["prediction"] == pytest.approx([1 / (1 + math.exp(6)), 1 / (1 + math.exp(-6))])
    assert document["linear"]["prediction"] == []
    assert document["linear"]["entropy"] is None
    assert document["linear"]["outcome"] == core.Linear.MIXED.value
    assert len(document["curve"]["temperature"]) == len(document["curve"]["entropy"])
    assert document["checks"]
    assert all(check["holds"] and check["error"] <= check["tolerance"] for check in document["checks"])


SIGNATURES = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize(
    ("suffix", "arguments"),
    [
        ("png", ["2", "1", "0.1"]),
        ("svg", ["5"]),
        ("pdf", ["-1", "2", "-inf", "--base", "2"]),
        ("svg", ["1e308", "-1e308", "--temperature", "1e-300"]),
        ("svg", ["1e308", "-1e308", "--temperature", "1.7e308"]),
        ("svg", [str(k) for k in range(1000)]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_figures_are_written_whole(suffix: str, arguments: list[str], tmp_path: Path) -> None:
    target = tmp_path / f"figure.{suffix}"
    assert cli.run(["softmax", *arguments, "--plot", str(target), "--json"]) == 0
    assert target.read_bytes().startswith(SIGNATURES[suffix])


def test_a_panel_of_a_step_is_that_of_the_figure() -> None:
    study = study_of(*DEFAULT)
    whole = [axes.get_title() for axes in view.figures()["plot"](study, Unit.NATS).axes]
    drawn = {step: draw(study, Unit.NATS).axes[0].get_title() for step, draw in view.panels().items()}
    assert set(drawn.values()) < set(whole)
    titles = [step.title for step in view.steps(study, Unit.NATS)]
    assert [titles[step - 1] for step in drawn] == ["Why not just z/Σ z?", "Temperature"]


def test_the_figures_axes_end_where_their_quantity_does_and_name_its_curves() -> None:
    left, middle, right = view.figures()["plot"](study_of(3, 3, 1), Unit.BITS).axes
    assert left.get_xlim() == middle.get_ylim() == (0, 1)
    assert right.get_ylim()[0] == 0
    assert right.get_ylim()[1] == pytest.approx(1.02 * math.log2(3))
    assert {"c0, c1", "c2"} <= {text.get_text() for text in middle.texts}
    ticks = middle.get_xticks()
    assert [middle.xaxis.get_major_formatter()(tick) for tick in ticks if abs(tick) <= 1] == ["0.1", "1", "10"]
    assert "the 5 largest of 6 p" in [
        axes.get_title() for axes in view.figures()["plot"](study_of(*range(6)), Unit.BITS).axes
    ]


def test_names_of_crowded_curves_stand_apart_behind_their_ends() -> None:
    _left, middle, _right = view.figures()["plot"](study_of(*range(40), temperature=4), Unit.NATS).axes
    places = [text.get_position() for text in middle.texts]
    assert [text.get_text() for text in middle.texts] == ["c39", "c38", "c37", "c36", "c35"]
    assert all(x > 1 for x, _y in places)
    assert all(above[1] - below[1] > 0.08 for above, below in pairwise(places))
