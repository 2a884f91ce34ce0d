"""`sce mle`: the numbers, the claims, and what the view says of them."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import StringIO
from typing import Any

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.screen import Screen
from sce_cli.topics.mle import study as mle
from sce_cli.topics.mle.view import MleView
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import run_sce

view = MleView()

COUNTS = [
    (6, 4),
    (5, 5),
    (1, 0),
    (0, 4),
    (4, 0),
    (666, 444),
    (1, 10**15 - 1),
    (6 * 10**14, 4 * 10**14),
    (2**52, 2**52),
    (5, 3, 2),
    (0, 5, 3),
    (0, 0, 7),
    (7, 0, 0),
    (1, 10**7, 10**15),
    tuple(range(1, 100)),
    (2, 10**8, 10**8),
    (4, 45278128198217, 45278128198217, 45278128198217),
    (1, 2622, 0, 770695, 2807, 52),
    (1,) * 29 + (6096807684181,),
]


def study_of(*counts: int) -> mle.MleStudy:
    return mle.study(counts, tuple(f"colour {k}" for k in range(len(counts))))


def text_of(study: mle.MleStudy, unit: Unit = Unit.NATS) -> str:
    """Return all that is said, with one blank between any two words."""
    screen = Screen(StringIO(), ascii_only=False, width=100)
    for step in view.steps(study, unit):
        screen.print(step.title, step.body, sep="\n")
    return " ".join(screen.text.split()) + view.result(study, unit)


def test_the_articles_ten_balls() -> None:
    study = study_of(6, 4)
    assert study.estimate.tolist() == [0.6, 0.4]
    assert study.peak.likelihood == pytest.approx(0.0011943936, rel=1e-14)
    assert study.peak.log_likelihood == pytest.approx(-6.730116670092564, rel=1e-15)
    assert study.peak.curvature.sum() == pytest.approx(-125 / 3, rel=1e-14)
    assert study.entropy == pytest.approx(0.6730116670092565, rel=1e-15)
    assert study.descent.estimate == pytest.approx([0.6, 0.4], abs=1e-12)
    assert study.descent.logits[0] - study.descent.logits[1] == pytest.approx(math.log(1.5), abs=1e-11)
    assert study.grid.estimate == 0.6


def test_the_table_shows_the_right_form_beside_the_slip() -> None:
    study = study_of(6, 4)
    at = study.table.p.tolist().index(0.9)
    assert study.table.mean_loss[at] == pytest.approx(0.98425, abs=5e-6)
    assert study.table.cross_entropy[at] == pytest.approx(0.98425, abs=5e-6)
    assert study.table.prediction_entropy[at] == pytest.approx(0.32508, abs=5e-6)


@pytest.mark.parametrize("counts", COUNTS, ids=lambda counts: f"{counts[:4]}")
def test_every_claim_holds(counts: tuple[int, ...]) -> None:
    study = study_of(*counts)
    failed = [check for check in study.checks if not check.holds]
    assert not failed
    assert study.estimate == pytest.approx(np.array(counts) / sum(counts), rel=1e-15)
    assert study.descent.outcome == ("converged" if all(counts) else mle.NO_MINIMISER)


@pytest.mark.parametrize("examples", [50, pytest.param(1000, marks=pytest.mark.search)])
def test_descent_finds_every_estimate_it_is_given(examples: int) -> None:
    random = np.random.default_rng(5)
    for _ in range(examples):
        classes = int(random.choice([2, 3, 4, 5, 10, 100]))
        counts = np.floor(10 ** random.uniform(-1, random.choice([1, 2, 3, 5, 12]), classes))
        counts[0] += 1
        q = counts / counts.sum()
        size = np.where(q > 0, q, 1)
        gradient = partial(core.cross_entropy_gradient, q)
        descent = core.gradient_descent(gradient, np.zeros(classes), tolerance=1e-12 * size)
        assert descent.outcome is core.Outcome.CONVERGED, counts
        assert (np.abs(core.softmax(descent.position) - q) <= 2e-12 * size).all(), counts


def test_the_slope_is_level_at_the_estimate_whatever_the_rounding() -> None:
    for counts in [(7, 3), (1, 2), (74554468153, 131482883), (3, 4, 5)]:
        study = study_of(*counts)
        assert study.table.slope[study.table.p == study.estimate[0]].tolist() == [0]


@for_each("white", [10**4, 10**6, 10**12])
def test_a_share_of_nearly_one_is_not_shown_as_one_in_the_table_of_slopes(white: int) -> None:
    rows = re.findall(r"^ +(\S+) +\S+ +(?:rises|is level|falls)$", run_sce("mle", str(white), "1").stdout, re.MULTILINE)
    assert len(rows) == 6
    assert all(0 < float(p) < 1 for p in rows)


def test_the_slip_is_shown_where_it_is_worst() -> None:
    assert "At p" not in text_of(study_of(95, 5))
    assert "at p = 0.1 it is 0.3251 nats, not 2.193 nats" in text_of(study_of(95, 5))


def test_what_is_rounded_is_not_called_equal() -> None:
    assert "p̂ = 3/7 ≈ 0.4286" in text_of(study_of(3, 4))
    text = text_of(study_of(10**15 - 1, 1))
    assert "p̂ = 999,999,999,999,999/1e15 = 0.999999999999999" in text
    assert "p̂ = 1;" not in text


def test_a_studys_arrays_are_read_only() -> None:
    study = study_of(6, 4)
    records = [study, study.peak, study.descent, study.table, study.curve]
    arrays = [value for record in records for value in vars(record).values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 10
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("counts", [(6, 4), (5, 3, 2), (0, 4)])
def test_the_slope_and_the_loss_belong_to_each_other(counts: tuple[int, ...]) -> None:
    study = study_of(*counts)
    slope = np.gradient(study.curve.log_likelihood, study.curve.p)
    inside = (study.curve.p > 0.2) & (study.curve.p < 0.8)
    expected = -np.gradient(study.curve.cross_entropy, study.curve.p) * sum(counts)
    assert slope[inside] == pytest.approx(expected[inside], rel=1e-9, abs=1e-9)
    for p, value in zip(study.table.p, study.table.slope, strict=True):
        assert value == pytest.approx(counts[0] / p - sum(counts[1:]) / (1 - p), rel=1e-12, abs=1e-12)


# The points that are shown


def test_the_curve_is_even_and_finer_within_5_standard_deviations_of_the_estimate() -> None:
    p = study_of(7 * 10**6, 2 * 10**6).curve.p
    deviation = math.sqrt(7 / 9 * 2 / 9 / 9e6)
    peak = np.abs(p - 7 / 9) < 5.1 * deviation
    np.testing.assert_allclose(p[peak], 7 / 9 + deviation * np.arange(-20, 21) / 4, rtol=1e-12)
    np.testing.assert_allclose(p[~peak], np.arange(2, 199) / 200, rtol=1e-12)


@pytest.mark.parametrize("counts", [(6, 4), (1, 10**15), (0, 4), (4, 0)])
def test_the_curve_leaves_the_ends_out_and_the_estimate_in(counts: tuple[int, ...]) -> None:
    study = study_of(*counts)
    inside = study.curve.p[study.curve.p != study.estimate[0]]
    assert study.estimate[0] in study.curve.p
    assert (inside[0], inside[-1]) == (0.01, 0.99)
    assert (np.diff(study.curve.p) > 0).all()


@pytest.mark.parametrize(
    ("counts", "p"),
    [
        ((6, 4), [0.1, 0.3, 0.5, 0.6, 0.7, 0.9]),
        ((5, 5), [0.1, 0.3, 0.5, 0.7, 0.9]),
        ((4, 0), [0.1, 0.3, 0.5, 0.7, 0.9]),
        ((0, 4), [0.1, 0.3, 0.5, 0.7, 0.9]),
        ((5, 0, 3), [0.1, 0.3, 0.5, 0.625, 0.7, 0.9]),
        ((0, 5, 3), [0.1, 0.3, 0.5, 0.7, 0.9]),
    ],
)
def test_the_table_has_the_estimate_among_its_p_if_it_is_inside(counts: tuple[int, ...], p: list[float]) -> None:
    assert study_of(*counts).table.p.tolist() == p


def test_the_other_colours_share_what_the_first_leaves_as_they_were_drawn() -> None:
    study = study_of(5, 3, 2)
    p = study.curve.p
    expected = 5 * np.log(p) + 3 * np.log(0.6 * (1 - p)) + 2 * np.log(0.4 * (1 - p))
    np.testing.assert_allclose(study.curve.log_likelihood, expected, rtol=1e-13)
    undrawn = study_of(7, 0, 0)
    np.testing.assert_allclose(undrawn.table.prediction_entropy[2], math.log(2) + math.log(2) / 2, rtol=1e-14)


def test_descent_tells_how_it_ended() -> None:
    study = study_of(1, 10**15 - 1)
    assert 10 < study.descent.steps < 1000
    assert study.descent.estimate[0] == pytest.approx(1e-15, rel=2e-12, abs=0)
    assert (study_of(0, 4, 4).descent.estimate[0] <= 1e-12).all()


def test_a_study_is_the_same_every_time() -> None:
    first, second = (study_of(5, 3, 2) for _ in range(2))
    assert [check.error for check in first.checks] == [check.error for check in second.checks]


# Mistakes


HONEST_CE, HONEST_ENTROPY, HONEST_KL = core.cross_entropy, core.entropy, core.kl_divergence

MISTAKES: dict[str, tuple[Callable[..., Array], str]] = {
    "cross_entropy_gradient": (lambda q, z: core.softmax(z) - np.roll(q, 1), "descent"),
    "cross_entropy_from_logits": (lambda q, z: core.entropy(core.softmax(z)), "−ln L/N"),  # p twice
    "kl_divergence": (lambda q, p: HONEST_KL(p, q), "KL"),
    "likelihood": (lambda n, p: np.prod(p ** (n + 1), axis=-1), "product"),
    "log_likelihood_gradient": (lambda n, p: n / p**2, "derivative"),
    "cross_entropy": (lambda q, p: 2 * HONEST_CE(q, p), "KL"),
    "entropy": (lambda q: HONEST_ENTROPY(q) * 1.05, "KL"),
    "log_likelihood_curvature": (lambda n, p: n / p**2, "second derivative"),
    "maximum_likelihood_estimate": (lambda n: n[::-1] / n.sum(), "grid"),
}


@pytest.mark.parametrize("formula", MISTAKES)
def test_a_mistake_in_a_formula_fails_its_claim(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake, claim = MISTAKES[formula]
    monkeypatch.setattr(core, formula, mistake)
    for counts in [(6, 4), (1, 10**15 - 1), (5, 3, 2)]:
        assert any(claim in check.claim for check in study_of(*counts).checks if not check.holds)


def error_of(study: mle.MleStudy, words: str) -> float:
    (error,) = [check.error for check in study.checks if words in check.claim]
    return error


def test_an_error_of_a_slope_is_relative_to_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = core.log_likelihood_gradient
    monkeypatch.setattr(core, "log_likelihood_gradient", lambda n, p: 0.75 * honest(n, p))
    for counts in [(4, 0), (0, 4), (6, 4), (5, 3, 2)]:
        assert error_of(study_of(*counts), "slope = ") == pytest.approx(1 / 3, rel=2e-3)


def test_an_error_of_a_small_loss_is_relative_down_to_half_a_nat(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = core.cross_entropy_from_logits
    monkeypatch.setattr(core, "cross_entropy_from_logits", lambda q, z: honest(q, z) + 1e-3)
    assert error_of(study_of(1, 999), "−ln L/N") == pytest.approx(0.002, rel=1e-6)
    assert error_of(study_of(50, 50), "−ln L/N") == pytest.approx(1e-3 / math.log(2), rel=1e-6)


def test_an_error_of_a_rare_colours_estimate_is_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*arguments: Any, **how: Any) -> core.Descent:
        descent = honest(*arguments, **how)
        return replace(descent, position=descent.position + np.array([0.01, 0]))

    honest = core.gradient_descent
    monkeypatch.setattr(core, "gradient_descent", careless)
    assert error_of(study_of(1, 10**6), "where descent ends") == pytest.approx(math.expm1(0.01), rel=1e-5)


@pytest.mark.parametrize("counts", [(6, 4), (1, 10**15 - 1), (5, 3, 2), (1,) * 29 + (6096807684181,)])
def test_a_mistake_in_the_fifth_digit_fails_each_claim(
    counts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    slope, loss = core.log_likelihood_gradient, core.cross_entropy_from_logits
    monkeypatch.setattr(core, "log_likelihood_gradient", lambda n, p: (1 + 1e-5) * slope(n, p))
    monkeypatch.setattr(core, "cross_entropy_from_logits", lambda q, z: (1 + 1e-5) * loss(q, z))
    claims = [check.claim for check in study_of(*counts).checks if not check.holds]
    assert [any(words in claim for claim in claims) for words in ("slope = ", "second", "−ln L/N")] == [True] * 3


@pytest.mark.parametrize("counts", [(), (5,), (5, 3, 2), (0, 0), (1.5, 2), (-1, 2), (2**53, 2**53), (math.nan, 1)])
def test_python_callers_are_told_what_is_wrong(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="counts"):
        mle.study(counts, ("a", "b"))


def test_two_colours_are_named_binary_cross_entropy_and_more_are_not() -> None:
    assert "binary cross-entropy" in text_of(study_of(6, 4))
    many = text_of(study_of(5, 3, 2))
    assert "BCE" not in many
    assert "Lagrange" in many
    assert "λ = N = 10" in many


def test_a_boundary_maximum_is_explained() -> None:
    text = text_of(study_of(0, 4))
    assert "L(p̂) = 1 at its peak p̂ = 0, which lies on the boundary" in text
    assert "d ln L/dp = −4/(1−p), which is 0 nowhere" in text
    assert "No colour 0 ball was drawn, so L only falls with p. There is no stationary point" in text
    assert "where the slope is -4 nats" in text
    assert "the hill has one peak" not in text
    assert "where the slope is 1 nat." in text_of(study_of(1, 0))


def test_where_a_colour_was_never_drawn_descent_has_no_minimiser_and_does_not_converge() -> None:
    for counts, colour in [((10, 0), 1), ((0, 4), 0), ((5, 0, 3, 2), 1)]:
        study = study_of(*counts)
        text = text_of(study)
        assert study.descent.outcome == mle.NO_MINIMISER
        assert "converge" not in text
        assert f"no minimiser in the logits: that of colour {colour} could fall for ever" in text
        assert "where no slope exceeds 1e-12" in text
        assert 0 < study.descent.estimate[colour] <= 1e-12
    assert "minimiser" not in text_of(study_of(6, 4))


def test_the_bridge_says_why_a_classifier_descends_and_tries_it_on_the_balls() -> None:
    for counts, reached in [((6, 4), "reaches p = 0.6 in 7 steps."), ((5, 3, 2), "reaches p(colour 0) = 0.5000 in 18")]:
        text = text_of(study_of(*counts))
        assert "no formula gives W" in text
        assert f"delta-bar-delta, a descent with a rate for each logit, {reached}" in text
    for even in ((5, 5), (1, 1, 1)):
        assert "descent has nothing to do" in text_of(study_of(*even))


def test_an_underflow_is_said_and_the_exponent_given() -> None:
    text = text_of(study_of(666, 444))
    assert "L underflows at its peak, p̂ = 0.6: as a float64 this product is 0." in text
    assert "-747.04 nats" in text
    assert "3.659055 × 10^-325" in text
    assert "underflows" not in text_of(study_of(6, 4))


@pytest.mark.parametrize(
    ("unit", "log", "entropy"),
    [(Unit.NATS, "ln", "0.6730 nats"), (Unit.BITS, "log₂", "0.9710 bits"), (Unit.DITS, "log₁₀", "0.2923 dits")],
)
def test_every_printed_logarithm_bears_its_unit(unit: Unit, log: str, entropy: str) -> None:
    text = text_of(study_of(6, 4), unit)
    assert f"H(q) = {entropy}" in text
    assert f"{log} L(p) in {unit.label} over p" in text
    assert f"In {unit.label} over p. c: BCE(q, p)" in text
    assert f"BCE in {unit.label}" in text


@pytest.mark.parametrize("counts", [(6, 4), (300, 200), (600, 400), (666, 444), (6 * 10**14, 4 * 10**14)])
def test_the_likelihoods_curve_fills_its_panel_however_small_it_is(counts: tuple[int, ...]) -> None:
    panel = view.figures()["plot"](study_of(*counts), Unit.NATS).axes[0]
    low, high = panel.get_ylim()
    heights = panel.lines[0].get_ydata()
    assert (np.max(heights) - np.min(heights)) / (high - low) > 0.8
    assert ("/ L(p̂)" in panel.get_title()) == (sum(counts) >= 1000)


@pytest.mark.parametrize("counts", [(6, 4), (10, 0), (5, 3, 2), (666, 444)])
def test_each_hill_is_drawn_where_it_is_spoken_of_with_its_peak_marked(counts: tuple[int, ...]) -> None:
    study = study_of(*counts)
    charts = {
        number: part
        for number, step in enumerate(view.steps(study, Unit.BITS), start=1)
        for part in getattr(step.body, "renderables", ())
        if isinstance(part, Chart)
    }
    assert list(charts) == [1, 2, 5, 7]
    assert set(view.panels()) == set(charts)
    heights = {number: chart.y if chart.y.ndim == 1 else chart.y[0] for number, chart in charts.items()}
    for number, chart in charts.items():
        assert chart.mark is not None
        best = heights[number].argmax() if number < 3 else heights[number].argmin()
        assert chart.mark[0] == study.estimate[0]
        assert chart.mark[1] == pytest.approx(heights[number][best], rel=1e-9, abs=1e-12)
    assert charts[7].level == pytest.approx(study.entropy / math.log(2), rel=1e-15)
    peak = sum(n * math.log2(n / sum(counts)) for n in counts if n)
    assert heights[2].max() == pytest.approx(peak, rel=1e-12, abs=1e-12)
    assert heights[1].max() == pytest.approx(1 if sum(counts) > 1000 else 2**peak, rel=1e-9)


def test_the_curve_and_the_result_fit_one_screen() -> None:
    for words in ([], ["--counts", "5,3,2", "--names", "red,green,blue"], ["--white", "10", "--black", "0"]):
        last = run_sce("mle", *words).stdout.splitlines()[-23:]
        assert "over p" in " ".join(last)
        assert last[-2].startswith("Result:")
        assert "7 claims" in last[-1]


@for_each("counts", [(6, 4), (10, 0), (0, 4), (666, 444), (1, 10**15 - 1), (0, 5, 3), (1,) * 8])
def test_every_panel_ends_where_probabilities_do_and_names_its_curves_without_a_legend(counts: tuple[int, ...]) -> None:
    study = study_of(*counts)
    drawings = [*view.figures().values(), *view.panels().values()]
    for axes in (axes for draw in drawings for axes in draw(study, Unit.NATS).axes):
        assert axes.get_xlim() == (0, 1)
        assert axes.get_legend() is None
        assert any(text.get_text().startswith("p̂ ") for text in axes.texts)
    likelihood, logarithm, _ = view.figures()["plot"](study, Unit.NATS).axes
    assert max(likelihood.get_yticks()) <= 1
    assert max(logarithm.get_yticks()) <= 0


def test_json_has_the_studys_fields_and_its_checks() -> None:
    run = run_sce("mle", "--counts", "0,4", "--names", "white,black", "--base", "2", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert document["command"] == "mle"
    assert document["arguments"]["counts"] == [0, 4]
    assert document["arguments"]["base"] == "2"
    assert document["unit"] == "nats"
    assert document["estimate"] == [0.0, 1.0]
    assert document["peak"]["log_likelihood"] == 0.0
    assert len(document["curve"]["p"]) == len(document["curve"]["cross_entropy"])
    assert all(check["holds"] and check["error"] <= check["tolerance"] for check in document["checks"])
    assert document["checks"]


def test_names_in_the_figure_are_shown_as_they_are() -> None:
    study = mle.study((6, 4), ("[red]", "$x$"))
    drawn = view.figures()["plot"](study, Unit.NATS)
    assert "6 [red], 4 \\$x\\$; p̂ = 0.6" in drawn.get_suptitle()
