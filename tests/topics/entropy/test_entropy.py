"""`sce entropy`: the numbers, the claims, what the view says of them, and what is refused."""

import math
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from scipy import special, stats  # type: ignore[import-untyped]

from sce_cli import cli, core
from sce_cli.core.checks import Array
from sce_cli.drawing.bars import BarColumns
from sce_cli.drawing.screen import Screen
from sce_cli.topics.entropy import study as entropy
from sce_cli.topics.entropy.view import EntropyView
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import assert_refused, run_sce

view = EntropyView()

INF = math.inf
ARTICLE: dict[str, Any] = {"target": (0.6, 0.4), "prediction": (0.5, 0.5)}
DEFAULT_LOGITS: dict[str, Any] = {"label": 0, "logits": (2, 1, 0.1)}

CASES: dict[str, dict[str, Any]] = {
    "the article": ARTICLE,
    "nearly equal": {"target": (0.6, 0.4), "prediction": (0.600000000001, 0.399999999999)},
    "equal": {"target": (0.7, 0.2, 0.1), "prediction": (0.7, 0.2, 0.1)},
    "zeros in q": {"target": (0.6, 0.4, 0), "prediction": (0.5, 0.3, 0.2)},
    "zeros in p": {"target": (0.6, 0.3, 0.1), "prediction": (0.5, 0.5, 0)},
    "the same zeros": {"target": (0.6, 0.4, 0), "prediction": (0.5, 0.5, 0)},
    "disjoint": {"target": (1, 0), "prediction": (0, 1)},
    "one outcome": {"target": (1,), "prediction": (1,)},
    "one logit": {"label": 0, "smoothing": 0.1, "logits": (5,)},
    "one-hot": DEFAULT_LOGITS,
    "smoothed": {**DEFAULT_LOGITS, "smoothing": 0.1},
    "smoothed to uniform": {**DEFAULT_LOGITS, "smoothing": 1},
    "hardly smoothed": {**DEFAULT_LOGITS, "smoothing": 1e-300},
    "1000 outcomes": {"label": 0, "smoothing": 0.1, "prediction": (1,) * 1000},
    "1000 logits": {"label": 3, "smoothing": 0.1, "logits": tuple(30 * math.sin(k) for k in range(1000))},
    "confident": {"label": 0, "logits": (40, 0)},
    "underflow": {"label": 1, "logits": (1000, 0, 0)},
    "all huge": {"target": (0.3, 0.3, 0.4), "logits": (1e308, 1e308, 1e308)},
    "a huge gap": {"label": 1, "logits": (1e308, 0)},
    "beyond float64": {"label": 1, "logits": (1e308, -1e308)},
    "masked, q = 0": {"target": (0.5, 0.5, 0), "logits": (1, 2, -INF)},
    "masked, q > 0": {"target": (0.5, 0.3, 0.2), "logits": (1, 2, -INF)},
    "huge and tiny weights": {"target": (1e308, 1e308), "prediction": (1e-320, 3e-320)},
    "a subnormal p": {"target": (0.5, 0.5), "prediction": (1, 1e-320)},
    "a subnormal q": {"target": (1, 1e-320), "prediction": (0.5, 0.5)},
    "a finite half of an infinity": {"target": (0.5, 0.5), "logits": (1e308, -1e308)},
    "finite parts of an infinity": {"label": 1, "smoothing": 1e-17, "logits": (0, 1.79e308, -1e308, 36)},
    "the least q": {"target": (0.3, 5e-324), "prediction": (1, 0)},
    "a parabola of subnormal numbers": {"target": (1, 3e-320), "prediction": (1, 3.0003e-320)},
    "the same subnormal weights": {"target": (1, 1e-320), "prediction": (1, 1e-320)},
    "nearly the same subnormal weights": {"target": (1, 1e-320), "logits": (0, -736.8)},
}


def study_of(**given: Any) -> entropy.EntropyStudy:
    classes = len(given.get("prediction") or given["logits"])
    return entropy.study(tuple(f"name{k}" for k in range(classes)), **given)


def text_of(study: entropy.EntropyStudy, unit: Unit = Unit.NATS) -> str:
    """Return all that is said, with one blank between any two words."""
    screen = Screen(StringIO(), ascii_only=False, width=100)
    for step in view.steps(study, unit):
        screen.print(step.title, step.body, sep="\n")
    return " ".join(screen.text.split()) + view.result(study, unit)


# Known values


def test_the_articles_frequencies_and_a_fair_coin() -> None:
    study = study_of(**ARTICLE)
    assert study.entropy == pytest.approx(0.6730116670092565, rel=1e-15)
    assert study.cross_entropy == pytest.approx(math.log(2), rel=1e-15)
    assert study.divergence == pytest.approx(0.020135513550688863, rel=1e-14)
    assert study.reverse_divergence == pytest.approx(0.020410997260127586, rel=1e-14)
    assert study.outcomes.terms.sum() == pytest.approx(study.cross_entropy, rel=1e-15)
    assert (study.given.label, study.goal.certain, study.given.logits, study.binary, study.goal.best_lead) == (
        None,
    ) * 5


def test_kl_is_not_symmetric() -> None:
    study = study_of(target=(0.5, 0.5), prediction=(0.9, 0.1))
    assert (study.divergence, study.reverse_divergence) == pytest.approx((0.5108, 0.3681), abs=5e-5)


def test_one_hot_is_minus_log_p_of_the_label() -> None:
    study = study_of(**DEFAULT_LOGITS)
    assert study.goal.certain == 0
    assert study.entropy == 0
    assert study.cross_entropy == pytest.approx(0.417030, abs=5e-7)
    assert study.divergence == pytest.approx(study.cross_entropy, rel=1e-14)
    assert study.reverse_divergence == INF
    assert study_of(label=0, prediction=(0.7, 0.2, 0.1)).cross_entropy == pytest.approx(0.357, abs=5e-4)
    assert study_of(label=0, logits=(40, 0)).cross_entropy == pytest.approx(4.248354255291589e-18, rel=1e-15)
    assert study_of(label=1, logits=(1000, 0, 0)).cross_entropy == 1000
    assert study_of(label=1, logits=(1000, 0, 0)).divergence == 1000


def test_the_floor_of_a_smoothed_target() -> None:
    study = study_of(**CASES["1000 outcomes"])
    assert study.entropy == pytest.approx(1.0148, abs=5e-5)
    assert study.cross_entropy == pytest.approx(math.log(1000), rel=1e-14)
    assert study.goal.best_lead == pytest.approx(math.log(9001), rel=1e-14)
    assert study.path.cross_entropy[-1] == study.entropy


def test_summed_sigmoid_bce_is_another_loss() -> None:
    p = np.array([0.7, 0.2, 0.1])
    study = study_of(label=0, logits=tuple(np.log(p / (1 - p))))
    assert study.binary is not None
    assert study.binary.sigmoid == pytest.approx(p, rel=1e-14)
    assert study.binary.cross_entropy == pytest.approx(0.685, abs=5e-4)
    assert study.binary.cross_entropy == pytest.approx(-math.log(0.7) - math.log(0.8) - math.log(0.9), rel=1e-14)


# Twins


def exact_divergence(q: Array, p: Array) -> float:
    with mpmath.workdps(80):
        weights, others = [mpmath.mpf(float(x)) for x in q], [mpmath.mpf(float(x)) for x in p]
        q_sum, p_sum = mpmath.fsum(weights), mpmath.fsum(others)
        terms = [
            (a / q_sum) * mpmath.log((a / q_sum) / (b / p_sum)) for a, b in zip(weights, others, strict=True) if a > 0
        ]
        return float(mpmath.fsum(terms))


@pytest.mark.parametrize("delta", [1e-3, 1e-6, 1e-9, 1e-12])
def test_kl_keeps_its_digits_near_the_target(delta: float) -> None:
    study = study_of(target=(0.5, 0.25, 0.25), prediction=(0.5 + delta, 0.25 - delta, 0.25))
    assert study.divergence == pytest.approx(exact_divergence(study.target, study.prediction), rel=2e-4)
    dyadic = 2.0 ** round(math.log2(delta))  # exact in p, and p sums to 1 exactly
    study = study_of(target=(0.5, 0.25, 0.25), prediction=(0.5 + dyadic, 0.25 - dyadic, 0.25))
    assert study.divergence == pytest.approx(exact_divergence(study.target, study.prediction), rel=1e-14)


def test_random_distributions_agree_with_scipy() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        q, z = random.dirichlet(np.ones(6)), random.normal(size=6) * 5
        study = study_of(target=tuple(q), logits=tuple(z))
        assert study.entropy == pytest.approx(stats.entropy(q), rel=1e-13)
        assert study.divergence == pytest.approx(stats.entropy(q, special.softmax(z)), rel=1e-11)
        assert study.reverse_divergence == pytest.approx(stats.entropy(special.softmax(z), q), rel=1e-11)
        binary = special.xlogy(q, special.expit(z)) + special.xlogy(1 - q, special.expit(-z))
        assert study.binary is not None
        assert study.binary.terms == pytest.approx(-binary, rel=1e-12)


# The claims


@for_each("case", CASES)
def test_every_claim_holds(case: str) -> None:
    study = study_of(**CASES[case])
    assert [check for check in study.checks if not check.holds] == []
    assert study.target.sum() == pytest.approx(1, rel=1e-14)
    assert study.prediction.sum() == pytest.approx(1, rel=1e-14)
    records = [study, study.given, study.outcomes, study.path, *([study.binary] if study.binary else [])]
    values = [value for record in records for value in vars(record).values() if isinstance(value, (float, np.ndarray))]
    assert len(values) > 10
    assert not any(np.isnan(value).any() for value in values)


def test_every_claim_holds_on_random_inputs() -> None:
    random = np.random.default_rng(0)
    for index in range(300):
        classes = int(random.integers(1, 200 if index % 10 == 0 else 8))
        q = np.exp(random.normal(size=classes) * 10 ** random.uniform(-3, 2))
        q[random.random(classes) < 0.2] = 0
        q[0] = q[0] or 1
        if index % 2:
            given: dict[str, Any] = {"logits": tuple(random.normal(size=classes) * 10 ** random.uniform(-3, 4))}
        else:
            given = {"prediction": tuple(q * (1 + random.uniform(-0.5, 0.5, classes) * 10 ** random.uniform(-15, 0)))}
        study = study_of(target=tuple(q), **given)
        assert [check for check in study.checks if not check.holds] == []


HONEST_KL, HONEST_CE, HONEST_H = core.kl_divergence, core.cross_entropy, core.entropy
HONEST_LOGITS = core.cross_entropy_from_logits

MISTAKES: dict[str, tuple[str, Callable[..., Array], str]] = {
    "KL with its arguments swapped": ("kl_divergence", lambda q, p: HONEST_KL(p, q), "H(q) + KL(q‖p)"),
    "KL reversed only": ("kl_divergence", lambda q, p: HONEST_KL(q, p) * (1 + (np.ndim(q) == 2)), "H(p) + KL(p‖q)"),
    "KL with the wrong sign": ("kl_divergence", lambda q, p: -HONEST_KL(q, p), "KL ≥ 0"),
    "p twice": ("cross_entropy", lambda q, p: HONEST_H(p), "CE(q, p) = H(q) + KL"),
    "bits in nats": ("cross_entropy", lambda q, p: HONEST_CE(q, p) / math.log(2), "log₂"),
    "an H that is too large": ("entropy", lambda q: HONEST_H(q) + 0.1, "CE(q, p) ≥ H(q)"),
    "an H above ln K": ("entropy", lambda q: HONEST_H(q) + 2, "H(q) ≤ ln K"),
    "redundancy taken for entropy": ("entropy", lambda q: np.log(np.shape(q)[-1]) - HONEST_H(q), "1 − H(q)/ln K"),
    "a CE that rises": ("cross_entropy", lambda q, p: -HONEST_CE(q, p), "falls along the path"),
    "a CE that isn't convex": ("cross_entropy", lambda q, p: np.sqrt(HONEST_CE(q, p) - 0.2911), "falls along the path"),
    "a floor missed": ("cross_entropy_from_logits", lambda q, z: HONEST_LOGITS(q, z) + 1, "best lead"),
    "BCE without its half": (
        "cross_entropy_from_logits",
        lambda q, z: HONEST_LOGITS(q, z) if np.ndim(z) == 1 else HONEST_LOGITS(q * [1, 0], z),
        "BCE",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_formula_fails_its_claim(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, wrong, claim = MISTAKES[mistake]
    monkeypatch.setattr(core, formula, wrong)
    study = study_of(**CASES["smoothed"])
    assert any(claim in check.claim for check in study.checks if not check.holds)


def test_a_wrong_one_hot_loss_and_a_cancelled_kl_fail_their_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "cross_entropy_from_logits", lambda q, z: HONEST_LOGITS(np.roll(q, 1), z))
    assert any("p(label)" in check.claim for check in study_of(**DEFAULT_LOGITS).checks if not check.holds)
    monkeypatch.setattr(core, "kl_divergence", lambda q, p: np.abs(HONEST_CE(q, p) - HONEST_H(q)))
    failed = [check.claim for check in study_of(**CASES["nearly equal"]).checks if not check.holds]
    assert failed == ["KL(q‖p) = Σ (p−q)²/2q to second order, relatively"]


def error_of(study: entropy.EntropyStudy, words: str) -> float:
    (error,) = [check.error for check in study.checks if words in check.claim]
    return error


def test_an_error_of_the_path_is_that_of_its_losses_relatively_if_they_are_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core, "entropy", lambda q: HONEST_H(q) + 0.01)
    assert error_of(study_of(**ARTICLE), "CE(q, p) ≥ H(q)") == pytest.approx(0.01, rel=1e-9)
    monkeypatch.setattr(core, "entropy", lambda q: HONEST_H(q) - 1)
    assert error_of(study_of(**ARTICLE), "0 ≤ H(q)") == pytest.approx(1 - HONEST_H([0.6, 0.4]), rel=1e-9)
    monkeypatch.setattr(core, "entropy", HONEST_H)

    def rising(q: Array, p: Array) -> Array:
        return HONEST_CE(q, p) + (np.linspace(0, 1, len(p)) if p.ndim == 2 else 0)

    monkeypatch.setattr(core, "cross_entropy", rising)
    steep = study_of(target=(0.6, 0.4), prediction=(1e-30, 1))
    assert error_of(steep, "falls along the path") == pytest.approx(1 / 199 / (1 + 0.673), rel=0.01)


def test_an_infinite_loss_agrees_with_no_finite_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "cross_entropy", lambda q, p: np.minimum(HONEST_CE(q, p), 1e300))
    assert error_of(study_of(**CASES["zeros in p"]), "CE(q, p) = H(q) + KL(q‖p)") == INF


def test_the_largest_difference_that_is_near_is_near() -> None:
    near = study_of(target=(0.3125, 0.6875), prediction=(0.34375, 0.65625))
    assert error_of(near, "second order") <= 0.1


# Limits, infinities, weights


@pytest.mark.parametrize("case", ["zeros in p", "disjoint", "masked, q > 0", "beyond float64"])
def test_infinity_is_the_answer_where_it_is(case: str) -> None:
    study = study_of(**CASES[case])
    assert study.cross_entropy == study.divergence == study.path.cross_entropy[0] == INF
    assert np.isfinite(study.path.cross_entropy[1:]).all()
    assert math.isfinite(study.entropy)


def test_an_underflowed_p_is_not_an_impossible_one() -> None:
    study = study_of(label=0, logits=(1000, 0))
    assert study.prediction.tolist() == [1, 0]
    assert study.outcomes.possible.tolist() == [True, True]
    assert (study.cross_entropy, study.divergence, study.reverse_divergence) == (0, 0, INF)
    masked = study_of(label=0, logits=(1000, -INF))
    assert (masked.cross_entropy, masked.divergence, masked.reverse_divergence) == (0, 0, 0)


def test_weights_are_divided_by_their_sum_and_a_sum_of_one_is_left_alone() -> None:
    study = study_of(target=(6, 4), prediction=(1e308, 1e308))
    assert study.target == pytest.approx([0.6, 0.4], rel=1e-15)
    assert study.prediction.tolist() == [0.5, 0.5]
    assert (study.given.target_sum, study.given.prediction_sum) == (10, INF)
    assert study_of(target=(0.7, 0.2, 0.1), prediction=(0.3, 0.3, 0.4)).target.tolist() == [0.7, 0.2, 0.1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": (0.5, 0.5), "prediction": (1, -1)}, "prediction must be finite and not negative, got -1.0"),
        ({"target": (0.5, math.nan), "prediction": (1, 1)}, "target must be finite and not negative, got nan"),
        ({"target": (0, 0), "prediction": (1, 1)}, "target must hold a number above 0"),
        ({"target": (1, 1), "prediction": (0, 0)}, "prediction must hold a number above 0"),
        (
            {"target": (1, 1, 1), "prediction": (1, 1)},
            "target and prediction must have the same number of classes, got 3 and 2",
        ),
        ({"target": (1, 1), "logits": (-INF, -INF)}, "every logit is -inf"),
        ({"target": (1, 1), "logits": (0, INF)}, "logits must be finite or -inf"),
        ({"label": 2, "logits": (0, 1)}, "labels must be whole numbers from 0 to 1, got 2"),
        ({"label": 1, "smoothing": 1.5, "logits": (0, 1)}, "smoothing must lie between 0 and 1, got 1.5"),
        ({"prediction": (1, 1)}, "target must hold at least one class"),
    ],
    ids=str,
)
def test_python_callers_are_told_what_is_wrong(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"^{re.escape(message)}"):
        study_of(**given)


@pytest.mark.parametrize(("label", "classes"), [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3)])
def test_the_best_lead_is_the_logarithm_of_the_odds_of_the_label(label: int, classes: int) -> None:
    study = study_of(label=label, smoothing=0.3, logits=(0,) * classes)
    assert study.goal.best_lead == pytest.approx(math.log((0.7 + 0.3 / classes) / (0.3 / classes)), rel=1e-14)
    assert study_of(label=label, logits=(0,) * classes).goal.best_lead is None


def test_a_label_and_logits_are_no_weights_to_be_divided() -> None:
    study = study_of(label=0, logits=(2, 1, 0))
    assert (study.given.target_sum, study.given.prediction_sum) == (1, 1)
    assert study.given.logits is not None
    assert study.given.logits.dtype == np.float64
    assert study_of(target=(0.1, 0.2, 0.3, 0.4), prediction=(1, 2, 3, 4)).target.tolist() == [0.1, 0.2, 0.3, 0.4]


# The view


def test_the_identity_is_shown_and_both_slips_named() -> None:
    text = text_of(study_of(**ARTICLE))
    assert re.search(r"H\(q\) 0.6730 █+\S* KL\(q‖p\) 0.0201 \S+ CE\(q, p\) 0.6931 █+ ", text)
    assert "That the parts add up is one of the claims checked." in text
    assert "H(q) in bits + KL in nats = 0.9911" in text
    assert "1.960 equally likely ones" in text
    assert "∞" not in text.replace("by ∞ if", "")


def test_a_term_is_finite_where_the_surprise_alone_is_beyond_the_floats() -> None:
    run = run_sce("entropy", "--target", "0.5,0.5", "--logits=1e308,-1e308")
    assert (run.exit_code, run.stderr) == (0, "")
    rows = [line.split() for line in run.stdout.splitlines()]
    assert ["1", "∞", "1e308"] in rows
    assert ["Σ", "1e308"] in rows
    text = " ".join(run.stdout.split())
    assert "CE(q, p) = 1e308 nats: the floor H(q) = 0.6931 nats, and the gap KL(q‖p) = 1e308 nats" in text
    assert "∞: the surprise of outcome 1 is beyond the largest float64" in text


@for_each("case", CASES)
def test_the_two_distributions_are_drawn_beside_each_other(case: str) -> None:
    study = study_of(**CASES[case])
    (drawn,) = [part for part in bodies(study, 1) if isinstance(part, BarColumns)]
    assert list(drawn.series) == ["target q", "prediction p"]
    for values, exactly in zip(drawn.series.values(), (study.target, study.prediction), strict=True):
        np.testing.assert_allclose(values, exactly, rtol=1e-15, atol=5e-324)
    possible = study.outcomes.possible
    shown = np.array(drawn.series["prediction p"])
    assert (shown[possible] > 0).all()
    assert not shown[~possible].any()
    assert (shown < 1).all() or possible.sum() == 1


@for_each("case", CASES)
def test_redundancy_is_what_entropy_lacks_to_its_most(case: str) -> None:
    study = study_of(**CASES[case])
    text = text_of(study)
    assert "entropy is uncertainty" in text
    if len(study.names) == 1:
        assert study.redundancy is None
        assert "redundancy" not in text
        return
    assert study.redundancy == pytest.approx(1 - study.entropy / math.log(len(study.names)), abs=1e-14)
    assert 0 <= (study.redundancy or 0) <= 1
    assert "What is missing to the most there could be is the redundancy: 1 − H(q)/ln" in text


def test_a_small_redundancy_keeps_its_digits() -> None:
    even, d = study_of(target=(0.5, 0.5), prediction=(0.5, 0.5)), 2.0**-30
    near = study_of(target=(0.5 + d, 0.5 - d), prediction=(0.5, 0.5))
    assert even.redundancy == 0
    assert near.redundancy == pytest.approx(2 * d * d / math.log(2), rel=1e-9)


def bodies(study: entropy.EntropyStudy, number: int) -> list[Any]:
    return list(getattr(view.steps(study, Unit.NATS)[number - 1].body, "renderables", ()))


@for_each("case", [case for case in CASES if case != "1000 logits"])
def test_no_panel_has_a_legend_over_its_data_and_probabilities_end_at_1(case: str) -> None:
    study = study_of(**CASES[case])
    for draw in (*view.figures().values(), *view.panels().values()):
        for axes in draw(study, Unit.NATS).axes:
            if axes.get_title() == "target and prediction":
                assert max(axes.get_yticks()) == 1
                assert axes.get_ylim()[1] > 1.2  # where the legend is
            elif axes.get_legend() is None:
                assert axes.get_xlim() == (0, 1)
                assert [text.get_text().partition(" ")[0] for text in axes.texts][:2] == ["CE(q,", "floor"]
                assert min(axes.get_yticks()) >= 0


def test_the_parts_of_the_figure_belong_to_their_steps() -> None:
    steps = view.steps(study_of(**ARTICLE), Unit.NATS)
    first_words = {number: steps[number - 1].title.partition(" ")[0] for number in view.panels()}
    assert first_words == {1: "Surprise:", 3: "Cross-entropy:", 5: "From"}


def test_a_prediction_equal_to_a_target_with_subnormal_weights_costs_nothing_on_top() -> None:
    study = study_of(**CASES["the same subnormal weights"])
    assert (study.divergence, study.reverse_divergence) == (0, 0)
    assert "Both are 0: p = q" in text_of(study)


def test_infinities_are_explained() -> None:
    text = text_of(study_of(**CASES["zeros in p"]))
    assert "∞: outcome name2 happens, q = 0.1, and was called impossible, p = 0." in text
    assert "makes KL infinite too" in text
    assert "At t = 0 it is ∞ nats; the curve begins at t = 0.005." in text
    assert "KL(p‖q) is ∞: p gives a probability to outcome name2" in text_of(study_of(**CASES["zeros in q"]))
    assert "0·∞ counts as 0: outcome name2 never happens" in text_of(study_of(**CASES["the same zeros"]))
    assert "the surprise of outcome name1 is beyond the largest float64" in text_of(study_of(**CASES["beyond float64"]))
    assert "BCE is beyond the largest float64" in text_of(study_of(**CASES["beyond float64"]))
    almost = study_of(label=1, logits=(1.5e308, 0))
    assert "beyond the largest float64" not in text_of(almost)
    assert "the surprise of outcome name1 is beyond the largest float64" in text_of(almost, Unit.BITS)


def test_what_does_not_apply_is_left_out() -> None:
    titles = {case: " ".join(step.title for step in view.steps(study_of(**CASES[case]), Unit.NATS)) for case in CASES}
    assert "one-hot" in titles["one-hot"]
    assert "smoothed" not in titles["one-hot"]
    assert "smoothed" in titles["smoothed"]
    assert "one-hot" not in titles["smoothed"]
    assert "sigmoid" in titles["smoothed"]
    for case in ("the article", "one outcome", "one logit"):
        assert not any(word in titles[case] for word in ("one-hot", "smoothed", "sigmoid"))


def test_a_prediction_on_or_near_the_target_has_no_curve() -> None:
    assert "any other p costs more" in text_of(study_of(**CASES["equal"]))
    near = text_of(study_of(**CASES["nearly equal"]))
    assert "too little for a curve" in near
    assert "CE − H(q) gives 0." in near
    assert "2.083e-24 nats" in near


def test_a_sum_other_than_one_is_said() -> None:
    text = text_of(study_of(target=(6, 4), prediction=(0.5, 0.5)))
    assert "q = the numbers given, divided by their sum 10" in text
    assert "p = the numbers given" not in text


def test_a_p_that_underflows_is_not_shown_as_0() -> None:
    text = text_of(study_of(**CASES["underflow"]))
    assert re.search("name0 0.000 >.999 █+ name1 1.000 █+ <.001 name2 0.000 <.001 An outcome", text)
    assert "p ≈ (1, 0, 0)" in view.title(study_of(**CASES["underflow"]))
    assert "p = (1, 0)" in view.title(study_of(label=1, logits=(1000, -INF)))
    assert re.search("name0 0.000 1.000 █+ name1", text_of(study_of(label=1, logits=(1000, -INF)))) is not None


@pytest.mark.parametrize(
    ("unit", "log", "floor"),
    [(Unit.NATS, "ln", "0.6730 nats"), (Unit.BITS, "log₂", "0.9710 bits"), (Unit.DITS, "log₁₀", "0.2923 dits")],
)
def test_every_printed_logarithm_bears_its_unit(unit: Unit, log: str, floor: str) -> None:
    text = text_of(study_of(**ARTICLE), unit)
    assert f"H(q) = −Σ q_k {log} q_k = {floor}" in text
    assert f"CE(q, p_t) in {unit.label}" in text
    assert f"the floor H(q) = {floor}" in text


# The command


BAD_INPUT = [
    ("--target .6,.3 --prediction .5,.5", "--target .6,.3 sums to 0.9, not to 1", "--normalize"),
    ("--target .6,.4 --prediction .5,.6", "--prediction .5,.6 sums to 1.1, not to 1", "--normalize"),
    ("--target .33333,.33333,.33331 --logits 0,0,0", "sums to 0.99997", "--normalize"),
    ("--target 0,0 --prediction .5,.5 --normalize", "--target 0,0 sums to 0", "above 0"),
    ("--target -.1,1.1 --prediction .5,.5", "--target '-.1' is not a probability", "aren't negative"),
    ("--target .6,.4 --prediction .5,nan", "--prediction 'nan' is not a probability", "aren't negative"),
    ("--target .6,.4 --prediction .5,inf", "--prediction 'inf' is not a probability", "aren't negative"),
    ("--target .6,.4 --prediction .5,1e999", "--prediction '1e999'", "aren't negative"),
    ("--target .6,,.4 --prediction .5,.5", "--target '.6,,.4' has an empty place", "commas"),
    ("--target .6,.4 --logits 1,nan", "logit 'nan'", "finite numbers or -inf"),
    ("--target .6,.4 --logits 1,inf", "logit 'inf'", "finite numbers or -inf"),
    ("--target .6,.4 --logits -inf,-inf", "logits -inf,-inf: every class is masked", "one finite logit"),
    ("--target .6,.3,.1 --prediction .5,.5", "--target .6,.3,.1 has 3 classes", "as many"),
    (".6,.4 .5,.5 .3,.7", "'.3,.7' has no place", "Leave it out"),
    ("q=.6,.4 --target .5,.5", "--target .5,.5 and 'q=.6,.4' exclude", "the other: sce entropy --target .5,.5"),
    (".6,x .5,.5", "--target 'x' is not a probability", "sce entropy .6,2/5 .5,.5"),
    ("a=.6,.4", "a=.6,.4: some have a name", "or none: sce entropy .6,.4"),
    ("--label 1", "--label 1 has no prediction", "--logits"),
    ("--prediction .5,.5", "--prediction .5,.5 has no target", "--target Q,Q,... or --label"),
    ("--logits 1,2 --prediction .5,.5 --label 0", "--prediction .5,.5 and --logits 1,2 exclude", "the other"),
    ("--target .6,.4 --label 0 --logits 1,2", "--target .6,.4 and --label 0 exclude", "the other"),
    ("--label 2 --logits 1,2", "--label '2' is not one of 2 classes", "from 0 to 1"),
    ("--label -1 --logits 1,2", "--label '-1' is not one of 2 classes", "from 0 to 1"),
    ("--label .5 --logits 1,2", "--label '.5' is not one of 2 classes", "from 0 to 1"),
    ("--smoothing .1", "--smoothing 0.1 has no --label", "--label N"),
    ("--smoothing .1 --target 1,0 --logits 1,2", "--smoothing 0.1 has no --label", "--label N"),
    ("--label 0 --smoothing 1.1 --logits 1,2", "--smoothing '1.1' is not between 0 and 1", "such as 0.1"),
    ("--label 0 --smoothing nan --logits 1,2", "--smoothing 'nan' is not between 0 and 1", "such as 0.1"),
    ("--names a,b,c", "--names a,b,c has 3 names for 2 classes", "as many"),
    ("--label 0 --logits " + ",".join(["1"] * 1001), "has 1001 classes", "at most 1000"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: str, named: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["entropy", *arguments.split()], named, remedy, capsys)


@pytest.mark.parametrize(
    "target", ["0.333333,0.333333,0.333334", "0.333333,0.333333,0.333333", "0.166667,0.333333,0.500001"]
)
def test_six_decimals_are_enough_for_a_distribution(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["entropy", "--target", target, "--logits", "2,1,0.1"]) == 0
    shown = capsys.readouterr().out
    assert ("divided by their sum" in shown) is (target != "0.333333,0.333333,0.333334")


def test_no_arguments_are_the_articles_frequencies() -> None:
    assert run_sce("entropy").stdout == run_sce("entropy", "--target", ".6,.4", "--prediction", ".5,.5").stdout
    assert "black  0.400" in run_sce("entropy", "--names", "white,black").stdout


def test_normalize_takes_counts() -> None:
    run = run_sce("entropy", "--target", "6,4", "--prediction", "1,1", "--normalize", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.json["target"] == pytest.approx([0.6, 0.4])
    assert run.json["given"]["target_sum"] == 10


def test_json_has_the_studys_fields_and_its_checks() -> None:
    run = run_sce("entropy", "--label", "1", "--logits", "1,-inf,-2", "--names", "a,b,c", "--base", "2", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert (document["command"], document["unit"], document["names"]) == ("entropy", "nats", ["a", "b", "c"])
    assert document["arguments"]["logits"] == [1.0, "-Infinity", -2.0]
    assert document["cross_entropy"] == document["divergence"] == document["path"]["cross_entropy"][0] == "Infinity"
    assert document["outcomes"]["possible"] == [True, False, True]
    assert document["goal"]["best_lead"] is None
    assert all(check["holds"] for check in document["checks"])


@pytest.mark.parametrize("arguments", ["", "--label 1 --smoothing .1 --logits -1,2,-inf --names [red],<b>,c"])
def test_a_view_fits_sixty_columns_and_ascii(arguments: str) -> None:
    run = run_sce("entropy", *arguments.split(), "--width", "60", "--ascii")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.stdout.isascii()
    assert max(map(len, run.stdout.splitlines())) <= 60
    assert run.stdout.count("?") == 1  # the title asks


@pytest.mark.parametrize("case", [*CASES][::4])
def test_some_cases_are_drawn(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_drawn(case, tmp_path / "figure.svg", capsys)


@pytest.mark.search
@pytest.mark.parametrize("case", CASES)
def test_every_case_is_drawn(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_drawn(case, tmp_path / "figure.svg", capsys)


def assert_drawn(case: str, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_printed(case, capsys, "--plot", str(target))
    assert "floor H(q)" in target.read_text(encoding="utf-8")


@for_each("case", CASES)
def test_every_case_is_printed(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert_printed(case, capsys)


def assert_printed(case: str, capsys: pytest.CaptureFixture[str], *more: str) -> None:
    """Run a case as it is typed, in 60 columns, and hold its screen against them."""
    given = CASES[case]
    words = [f"--{name}={','.join(map(repr, np.atleast_1d(value).tolist()))}" for name, value in given.items()]
    normalize = [] if "logits" in given and "target" not in given else ["--normalize"]
    assert cli.run(["entropy", *words, *normalize, "--width", "60", "--base", "2", *more]) == 0
    shown = capsys.readouterr().out
    assert "nan" not in shown.lower()
    assert max(map(len, shown.splitlines()[:-4])) <= 60


def test_names_in_the_figure_may_hold_anything(tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    run = run_sce("entropy", "--names", "$x$,<红>&", "--plot", str(target))
    assert (run.exit_code, run.stderr) == (0, "")
    assert "$x$" in target.read_text(encoding="utf-8")
