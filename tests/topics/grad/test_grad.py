"""`sce grad`: the numbers, the claims, planted mistakes, what the view says of them, and what is refused."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from sce_cli import cli, core
from sce_cli.core.checks import Array
from sce_cli.drawing.numbers import about
from sce_cli.topics.grad import claims, settings
from sce_cli.topics.grad import study as grad
from sce_cli.topics.grad.view import GradView
from sce_cli.units import Unit
from tests.each import for_each
from tests.running import assert_refused, run_sce
from tests.topics.making import differentiated, differentiated_at_random

view = GradView()

INF = math.inf
DEFAULT, FIRST = (2, 1, 0.1), (1, 0, 0)
METHODS, PRECISIONS, BUGS = ("central", "forward", "complex"), ("float64", "float32"), tuple(settings.BUGS)

POINTS: dict[str, tuple[Any, Any]] = {
    "default": (DEFAULT, FIRST),
    "soft target": (DEFAULT, (0.2, 0.5, 0.3)),
    "two labels": (DEFAULT, (1, 1, 0)),
    "half a label": (DEFAULT, (0, 0, 0.5)),
    "large weights": (DEFAULT, (500, 0, 300)),
    "small weights": (DEFAULT, (1e-5, 2e-5, 0)),
    "two classes": ((-1, 2), (0.3, 0.7)),
    "masked": ((2, 1, -INF), FIRST),
    "all but one masked": ((-INF, 3, -INF), (0, 1, 0)),
    "first masked": ((-INF, -1, 2, 0.5), (0, 0.5, 0.25, 0.25)),
    "sure and right": ((40, 0), (1, 0)),
    "sure and wrong": ((-8, 8), (1, 0)),
    "a gap of 1000": ((1000, 0, 0), (0, 1, 0)),
    "certain": ((1000, 0, 0), FIRST),
    "all large": ((1000, 1000, 999), FIRST),
    "opposite": ((1000, -1000), (0.5, 0.5)),
    "one class": ((5,), (1,)),
    "one class, any weight": ((-3,), (2.5,)),
    "a hundred classes": (tuple(3 * math.sin(k) for k in range(100)), (1,) + (0,) * 99),
    "optimum": (DEFAULT, tuple(core.softmax(DEFAULT))),
    "optimum, uniform": ((0, 0, 0, 0), (0.25,) * 4),
    "twice the optimum": (DEFAULT, tuple(2 * core.softmax(DEFAULT))),
}
WITHOUT_GRADIENT = {"certain", "all but one masked", "one class", "one class, any weight", "optimum, uniform"}

COARSE = {"a gap of 1000", "a hundred classes", "opposite"}
"""Points with a loss so large that float32's forward difference can't see every mistake."""


def text_of(study: grad.GradStudy, unit: Unit = Unit.NATS, width: int = 100) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        for step in view.steps(study, unit):
            console.print(step.title, step.body, sep="\n")
    return captured.get() + view.result(study, unit)


def words(text: str) -> str:
    return " ".join(text.split())


def failed(study: grad.GradStudy) -> list[str]:
    return [check.english for check in study.checks if not check.holds]


# Known values


def test_the_default_point() -> None:
    study = differentiated(DEFAULT, FIRST)
    assert study.comparison.analytic == pytest.approx([-0.340999, 0.242433, 0.098566], abs=5e-7)
    assert study.comparison.numeric == pytest.approx(study.comparison.analytic, abs=1e-10)
    assert study.loss == pytest.approx(0.41703, abs=5e-6)
    assert study.derivation.probability_gradient == pytest.approx([-1 / 0.659001, 0, 0], rel=1e-6)
    p = study.prediction
    assert study.derivation.jacobian == pytest.approx(np.diag(p) - np.outer(p, p), abs=1e-16)
    assert study.derivation.jacobian[0] == pytest.approx([0.224719, -0.159764, -0.064955], abs=5e-7)
    assert study.derivation.chain.sum(axis=1) == pytest.approx(study.comparison.analytic, abs=1e-15)
    assert study.derivation.chain[:, 0] == pytest.approx(study.comparison.analytic, abs=1e-15)
    assert study.derivation.eigenvalues == pytest.approx([0, 0.127919, 0.369309], abs=5e-7)
    assert study.comparison.wrong == ()


def test_a_target_that_does_not_sum_to_1() -> None:
    study = differentiated(DEFAULT, (1, 1, 0))
    assert study.comparison.analytic == pytest.approx([0.318, -0.515, 0.197], abs=5e-4)
    assert "∂CE/∂z = 2·p − q" in text_of(study)
    assert "∂CE/∂z = p − q" in text_of(differentiated(DEFAULT, FIRST))


def test_the_diagonal_alone_is_wrong() -> None:
    study = differentiated(DEFAULT, FIRST, bug="missing-off-diagonal")
    assert study.comparison.analytic == pytest.approx([-0.340999, 0, 0], abs=5e-7)
    assert study.comparison.wrong == (1, 2)


def test_the_squared_error_vanishes_where_the_softmax_is_sure_and_wrong() -> None:
    study = differentiated(DEFAULT, FIRST)
    assert study.saturated.cross_entropy == pytest.approx([-1, 1], abs=2e-7)
    assert study.saturated.squared_error == pytest.approx([-2.25e-7, 2.25e-7], rel=1e-3)


# Claims


@for_each("precision", PRECISIONS)
@pytest.mark.parametrize("method", METHODS)
@for_each("point", POINTS)
def test_every_claim_holds(point: str, method: str, precision: str) -> None:
    study = differentiated(*POINTS[point], method=method, precision=precision)
    assert not failed(study)
    assert study.comparison.wrong == ()
    assert study.comparison.analytic.dtype == study.comparison.numeric.dtype == precision
    assert "nan" not in text_of(study).lower()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("method", METHODS)
def test_every_claim_holds_at_random_points(method: str, precision: str) -> None:
    for seed in range(10):
        for classes in (2, 3, 10):
            study = differentiated_at_random(10, classes, seed, method=method, precision=precision)
            assert not failed(study), (seed, classes)


SATURATING: list[tuple[Any, Any, str, str]] = [
    *(((gap, 0), (1, 0), "float64", method) for gap in (650, 700, 710, 720, 740, 746) for method in METHODS),
    *(((gap, 0), (1, 0), "float32", method) for gap in (55, 80, 90, 100, 103, 104) for method in METHODS),
    *(((gap, 0), (0, 1), "float64", "central") for gap in (700, 720, 740)),
    *(((gap, 0, 1), (1e6, 0, 0), "float64", method) for gap in (690, 720) for method in METHODS),
    ((708, 0), (0, 1e3), "float64", "complex"),  # q/p is beyond the floats, though p has all its digits
    ((0, -710, -5), (0.25, 0.5, 0.25), "float64", "central"),
    (DEFAULT, tuple(1e6 * core.softmax(DEFAULT)), "float64", "central"),
    ((524287.99999999994, 524288), (1, 0), "float64", "central"),  # z + h crosses a power of two, and rounds
]
"""Points at which p, its derivatives or what they are multiplied with leave the normal floats, or nearly cancel."""


@for_each(("z", "q", "precision", "method"), SATURATING)
def test_every_claim_holds_where_the_floats_end(z: Any, q: Any, precision: str, method: str) -> None:
    study = differentiated(z, q, precision=precision, method=method)
    assert not failed(study)
    assert all(math.isfinite(check.error) for check in study.checks)
    assert np.isfinite(study.derivation.chain).all()


def test_a_sure_and_right_softmax_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["grad", "720", "0", "--label", "0"]) == 0
    assert "of the best step" not in capsys.readouterr().out


@pytest.mark.parametrize("method", METHODS)
def test_a_mistake_of_subnormal_size_is_caught_down_to_the_last_digits(method: str) -> None:
    assert differentiated((700, 0), (1, 0), bug="factor-two").comparison.wrong
    assert differentiated((600, 0), (1, 0), bug="factor-two", method=method).comparison.wrong
    assert not differentiated((744, 0), (1, 0), bug="factor-two", method=method).comparison.wrong


def test_huge_gaps_in_float64() -> None:
    for z, q in [((1e6, -1e6), (0, 1)), ((1e6, 1e6), (1, 0)), ((1e5, 0, -INF), (0, 1, 0)), ((1e4, -1e4), (1, 0))]:
        assert not failed(differentiated(z, q)), z


def test_the_worst_of_the_random_points_is_shown() -> None:
    study = differentiated_at_random(50, 4, 1)
    assert study.random_errors.shape == (50,)
    assert study.comparison.relative_error.max() == study.random_errors.max()
    assert "the worst of 50 random points" in words(text_of(study))
    assert "random points" not in text_of(differentiated(DEFAULT, FIRST))
    again, other = differentiated_at_random(50, 4, 1), differentiated_at_random(50, 4, 2)
    assert again.random_errors.tolist() == study.random_errors.tolist() != other.random_errors.tolist()


@pytest.mark.parametrize("step", [None, 0.125])
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("method", METHODS)
def test_every_random_point_is_checked_as_the_one_that_is_shown(
    method: str, precision: str, step: float | None
) -> None:
    study = differentiated_at_random(5, 3, 1, method=method, precision=precision, step=step)
    assert study.comparison.relative_error.max() == study.random_errors.max()
    assert (study.comparison.method, study.comparison.precision) == (method, precision)
    assert study.comparison.step == (step or core.best_step(method, precision))


@pytest.mark.parametrize("point", ["default", "soft target", "two classes", "sure and wrong", "two labels"])
def test_the_relative_error_is_what_the_view_says(point: str) -> None:
    study = differentiated(*POINTS[point])
    compared = study.comparison
    largest = max(np.abs(compared.analytic).max(), np.abs(compared.numeric).max(), study.loss / 10)
    assert compared.absolute_error == pytest.approx(np.abs(compared.analytic - compared.numeric), abs=0)
    assert compared.relative_error == pytest.approx(compared.absolute_error / largest, rel=1e-12)
    assert "relative to the largest entry, or to CE/10" in words(text_of(study))


@for_each("method", ["central", "forward"])
@for_each("precision", PRECISIONS)
@for_each("point", ["default", "soft target", "two labels", "masked", "two classes"])
def test_the_v_is_lowest_within_two_decades_of_theory(point: str, precision: str, method: str) -> None:
    study = differentiated(*POINTS[point], precision=precision, method=method)
    best = study.steps.size[study.steps.error.argmin()]
    assert abs(math.log10(best / study.comparison.best_step)) <= 2
    assert (
        min(study.steps.error[0], study.steps.error[-1])
        > {"float64": 1000, "float32": 10}[precision] * study.steps.error.min()
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("point", ["default", "soft target", "two labels", "masked", "sure and wrong"])
def test_the_error_at_each_step_is_that_of_a_check_with_this_step(point: str, method: str) -> None:
    study = differentiated(*POINTS[point], method=method)
    for step, error in zip(study.steps.size, study.steps.error, strict=True):
        with_it = differentiated(*POINTS[point], method=method, step=float(step)).comparison
        assert error == pytest.approx(with_it.relative_error.max(), rel=1e-6, abs=1e-3 / step * 1e-15 + 1e-15)


@pytest.mark.parametrize(
    ("method", "precision", "smallest"),
    [("central", "float64", 1e-13), ("forward", "float32", 1e-6), ("complex", "float64", 1e-20)],
)
def test_the_steps_reach_from_far_too_small_to_1(method: str, precision: str, smallest: float) -> None:
    study = differentiated(DEFAULT, FIRST, method=method, precision=precision)
    assert (study.comparison.method, study.comparison.precision) == (method, precision)
    assert study.comparison.step == study.comparison.best_step == core.best_step(method, precision)
    assert study.steps.size.shape == study.steps.error.shape == (27,)
    assert study.steps.size[[0, -1]] == pytest.approx([smallest, 1], rel=1e-12, abs=0)
    assert study.steps.size[1:] / study.steps.size[:-1] == pytest.approx(smallest ** (-1 / 26), rel=1e-9)


def test_a_step_that_was_given_is_the_step() -> None:
    study = differentiated(DEFAULT, FIRST, step=0.01)
    assert (study.comparison.step, study.comparison.best_step) == (0.01, 2**-17)
    assert study.comparison.numeric != pytest.approx(study.comparison.analytic, abs=1e-7)
    assert differentiated_at_random(5, 3, 0, step=0.5).random_errors.min() > 1e-4
    assert differentiated_at_random(5, 3, 0).random_errors.max() < 1e-8


def test_the_parts_are_the_parts() -> None:
    study = differentiated((2, 1, -INF), (0.25, 0.75, 0))
    p = np.exp([2, 1, -INF]) / (np.exp(2) + np.exp(1))
    assert study.logits.tolist() == [2, 1, -INF]
    assert study.target.tolist() == [0.25, 0.75, 0]
    assert study.prediction == pytest.approx(p, rel=1e-14)
    assert study.surprise[:2] == pytest.approx(-np.log(p[:2]), rel=1e-14)
    assert study.surprise[2] == INF
    assert study.bug == ""
    assert study.random_errors.shape == (0,)
    assert differentiated(DEFAULT, FIRST, bug="sign").bug == "sign"


def test_the_complex_step_has_no_left_side() -> None:
    study = differentiated(DEFAULT, FIRST, method="complex")
    assert study.steps.error[study.steps.size < 1e-9].max() < 1e-15
    assert "nothing cancels" in text_of(study)


@pytest.mark.parametrize(("method", "straight"), [("central", True), ("complex", True), ("forward", False)])
def test_a_step_without_any_error_is_laid_to_symmetry_only_where_nothing_is_truncated(
    method: str, straight: bool
) -> None:
    study = differentiated(np.array([1.0, 1.0]), np.array([1.0, 0.0]), method=method)
    assert study.steps.error.min() == 0
    assert ("nothing is truncated" in text_of(study)) == straight


def test_a_studys_arrays_are_read_only() -> None:
    study = differentiated(DEFAULT, FIRST)
    records = (study, study.comparison, study.derivation, study.steps, study.saturated)
    arrays = [value for record in records for value in vars(record).values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 10
    assert not any(array.flags.writeable for array in arrays)


def test_the_jacobian_is_shown_in_shades_with_its_signs() -> None:
    lines = text_of(differentiated(DEFAULT, FIRST)).splitlines()
    assert "            z_0      z_1      z_2" in (f"   {line}".rstrip() for line in lines)
    assert "p_0 ██+0.225 ▓▓-0.160 ▒▒-0.065" in lines
    text = words(text_of(differentiated(tuple(range(9)), (1,) + (0,) * 8)))
    assert "Of 9 classes, the 5 likeliest: z_4 z_5 z_6 z_7 z_8 p_4" in text
    assert "Of " not in text_of(differentiated(tuple(range(8)), (1,) + (0,) * 7))
    assert "The largest entry is 1.1e-7" in words(text_of(differentiated((-8, 8), (1, 0))))


def test_rows_columns_and_symmetry_are_each_given_their_own_reason() -> None:
    text = words(text_of(differentiated(DEFAULT, FIRST)))
    assert "Each whole row sums to 0, for a shift of all logits changes no p." in text
    assert "Each whole column sums to 0, for what one class gains when z_j moves, the others lose." in text
    assert "It is symmetric: to transpose it by mistake changes nothing." in text
    for alone in ((5,), (2, -INF)):
        text = words(text_of(differentiated(alone, (1,) + (0,) * (len(alone) - 1))))
        assert "One class alone has p = 1, whatever its logit: nothing moves." in text
        assert "nearly certain" not in text
        assert "the others lose" not in text
    assert "All round to 0: where p is nearly certain" in text_of(differentiated((1000, 0), (1, 0)))


def test_a_row_of_the_chain_rule_is_a_logit_and_its_terms_go_through_each_p() -> None:
    lines = [line.split() for line in text_of(differentiated(DEFAULT, (0.2, 0.5, 0.3))).splitlines()]
    assert ["via", "p_0", "via", "p_1", "via", "p_2", "∂CE/∂z_j"] in lines
    p = core.softmax(DEFAULT)
    terms = [-q * ((i == 0) - p[0]) for i, q in enumerate((0.2, 0.5, 0.3))]
    assert ["z_0", *(f"{term:.4f}" for term in (*terms, p[0] - 0.2))] in lines


def test_eigenvalues_are_printed_as_they_are_and_only_illustrate(monkeypatch: pytest.MonkeyPatch) -> None:
    text = words(text_of(differentiated(DEFAULT, FIRST)))
    assert "They illustrate it at this one point. What is 0 but for rounding belongs to a shift of all logits." in text
    masked = words(text_of(differentiated((2, 1, -INF), FIRST)))
    assert "and to classes that are masked or that p rules out." in masked
    monkeypatch.setattr(core, "softmax_jacobian", lambda z: -HONEST_JACOBIAN(z))
    assert "eigenvalues of ∂p/∂z: (-0.3693, -0.1279, " in text_of(differentiated(DEFAULT, FIRST))


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("classes", [1, 2, 7, 300])
def test_the_curvature_is_a_variance_at_any_point(size: float, classes: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(5):
        check = claims.convexity_claim(size * random.uniform(-1, 1, classes))
        assert check.error <= check.tolerance / 4
        assert check.values == {"count": 250}


def test_the_loss_along_one_logit_is_that_of_the_moved_point() -> None:
    along = differentiated(DEFAULT, (0.2, 0.5, 0.3)).along
    assert (along.place, along.logit[[0, 60, -1]].tolist()) == (1, [-4, 1, 6])
    for logit, loss in zip(along.logit[::30], along.loss[::30], strict=True):
        assert loss == pytest.approx(differentiated((2, logit, 0.1), (0.2, 0.5, 0.3)).loss, rel=1e-14)
    assert "over the logit of class 1 alone; ● here" in words(text_of(differentiated(DEFAULT, (0.2, 0.5, 0.3))))
    assert "over the logit" not in text_of(differentiated((5,), (1,)))


def test_the_two_losses_over_the_lead() -> None:
    saturated = differentiated(DEFAULT, FIRST).saturated
    assert saturated.losses[0] == pytest.approx(np.log1p(np.exp(-saturated.lead)), rel=1e-13)
    assert saturated.losses[1] == pytest.approx(1 / (1 + np.exp(saturated.lead)) ** 2, rel=1e-13)


# Planted mistakes


@for_each("bug", BUGS)
@for_each("method", METHODS)
@pytest.mark.parametrize("precision", PRECISIONS)
@for_each("point", sorted(POINTS.keys() - WITHOUT_GRADIENT - {"optimum", "twice the optimum"}))
def test_each_mistake_is_caught(bug: str, method: str, precision: str, point: str) -> None:
    small = method == "forward" or bug in {"half", "mean-over-entries"}
    if precision == "float32" and small and point in COARSE:
        return  # differences in float32 are good to some 1 % of CE/10 only, forward ones to 7 %
    if (bug, point) == ("label-off-by-one", "opposite"):
        return  # a shift of (1/2, 1/2) changes nothing
    study = differentiated(*POINTS[point], method=method, precision=precision, bug=bug)
    assert study.comparison.wrong, study.comparison.relative_error
    assert any("difference" in claim or "step" in claim for claim in failed(study))


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize(
    "arguments",
    [
        "2 1 0.1 --label 0",
        "-1 2 -.5 1e-3 --label 2",
        "1 2 3 --target .2,.5,.3",
        "1 2 3 --target 2,0,1",
        "3 1 -inf --label 1",
        "--random 20 --classes 4 --seed 3",
    ],
)
def test_each_mistake_exits_1_and_its_entries_are_named(
    bug: str, arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["grad", *arguments.split(), "--bug", bug, "--json"]) == 1
    wrong = json.loads(capsys.readouterr().out)["comparison"]["wrong"]
    assert cli.run(["grad", *arguments.split(), "--bug", bug]) == 1
    screen = capsys.readouterr().out
    shown, named = words(screen), ", ".join(map(str, wrong))
    assert f"{'Class' if len(wrong) == 1 else 'Classes'} {named} {'is' if len(wrong) == 1 else 'are'} off" in shown
    assert sum(line.endswith(" ✗") for line in screen.splitlines()) == len(wrong)
    assert f"Planted mistake, {bug}:" in shown
    assert "✗ FAILS: analytic gradient = central difference" in shown


def test_random_points_show_the_mistake_of_a_target_that_sums_to_1() -> None:
    study = differentiated_at_random(20, 3, 0, bug="unnormalised-target")
    assert study.random_errors.min() > study.comparison.tolerance
    assert study.comparison.relative_error.max() == study.random_errors.max()


def test_many_wrong_classes_are_shortened() -> None:
    assert "Classes 0, 1, 2, 3, 4, 5, … are off" in text_of(differentiated(*POINTS["a hundred classes"], bug="sign"))


@pytest.mark.parametrize("point", sorted(WITHOUT_GRADIENT))
def test_a_mistake_that_cannot_show_is_said_not_to(point: str) -> None:
    study = differentiated(*POINTS[point], bug="sign")
    assert not failed(study)
    assert "doesn't show here" in words(text_of(study))
    assert "doesn't show here" not in words(text_of(differentiated(*POINTS[point])))


HONEST_GRADIENT, HONEST_SOFTMAX, HONEST_JACOBIAN = core.cross_entropy_gradient, core.softmax, core.softmax_jacobian
HONEST_SLOPES = core.probability_gradient

MISTAKES: dict[str, tuple[str, Callable[..., Array], str]] = {
    "the diagonal is p": (
        "softmax_jacobian",
        lambda z: np.diag(HONEST_SOFTMAX(z)) if np.ndim(z) == 1 else HONEST_JACOBIAN(z),
        "differences of the softmax",
    ),
    "the Jacobian is negative": ("softmax_jacobian", lambda z: -HONEST_JACOBIAN(z), "eigenvalue"),
    "the Jacobian is too large": (
        "softmax_jacobian",
        lambda z: 1.001 * HONEST_JACOBIAN(z),
        "differences of the softmax",
    ),
    "the Jacobian is no variance": ("softmax_jacobian", lambda z: HONEST_JACOBIAN(z) ** 2, "a variance"),
    "the diagonal is too large": (
        "softmax_jacobian",
        lambda z: HONEST_JACOBIAN(z) * (1 + 0.001 * np.eye(np.shape(z)[-1])),
        "p_i(1 − p_i)",
    ),
    "∂CE/∂p has the wrong sign": ("probability_gradient", lambda q, p: -HONEST_SLOPES(q, p), "chain rule"),
    "∂CE/∂p has p squared": ("probability_gradient", lambda q, p: -q / p**2, "chain rule"),
    "the gradient is rolled": ("cross_entropy_gradient", lambda q, z: HONEST_SOFTMAX(z) - np.roll(q, 1), "central"),
    "the gradient is off by a constant": ("cross_entropy_gradient", lambda q, z: HONEST_GRADIENT(q, z) + 0.1, "to 0"),
    "the gradient is too long": (
        "cross_entropy_gradient",
        lambda q, z: 1.001 * HONEST_GRADIENT(q, z),
        "differences of the gradient",
    ),
    "the softmax has temperature 2": (
        "softmax",
        lambda z: HONEST_SOFTMAX(np.asarray(z) / 2),
        "differences of the softmax",
    ),
    "the loss is halved": (
        "cross_entropy_from_logits",
        lambda q, z: 0.5 * -(q * np.log(HONEST_SOFTMAX(z))).sum(-1),
        "central",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_formula_fails_its_claim(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    formula, wrong, claim = MISTAKES[mistake]
    monkeypatch.setattr(core, formula, wrong)
    for z, q in [(DEFAULT, FIRST), (DEFAULT, (0.2, 0.5, 0.3)), ((-1, 2, 0.5, 1), (1, 0, 2, 0))]:
        assert any(claim in named for named in failed(differentiated(z, q)))


def error_of(study: grad.GradStudy, words: str) -> float:
    (error,) = [check.error for check in study.checks if words in check.english]
    return error


def test_an_error_is_as_large_as_the_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "cross_entropy_gradient", lambda q, z: HONEST_GRADIENT(q, z) + 0.125)
    assert error_of(differentiated(DEFAULT, FIRST), "add up to 0") == pytest.approx(0.375, rel=1e-12)
    assert error_of(differentiated(DEFAULT, (2, 0, 1)), "add up to 0") == pytest.approx(0.125, rel=1e-12)
    assert error_of(differentiated(DEFAULT, (0.1, 0, 0.1)), "add up to 0") == pytest.approx(0.375 / 0.2, rel=1e-12)
    assert error_of(differentiated(DEFAULT, FIRST), "chain rule") == pytest.approx(0.125, rel=1e-12)
    monkeypatch.setattr(core, "cross_entropy_gradient", HONEST_GRADIENT)
    monkeypatch.setattr(core, "softmax_jacobian", lambda z: -HONEST_JACOBIAN(z))
    study = differentiated(DEFAULT, FIRST)
    assert error_of(study, "no eigenvalue") == pytest.approx(0.369309, abs=5e-7)
    assert error_of(study, "Jacobian = differences of the softmax") == pytest.approx(2 * 0.224719, abs=1e-6)
    assert error_of(study, "Jacobian = differences of the gradient") == pytest.approx(2 * 0.224719, abs=1e-6)


# Absurd steps


@for_each("precision", PRECISIONS)
@for_each(
    ("step", "method", "said"),
    [
        ("1", "central", "times the best step, so the curve bends within it (truncation)"),
        ("1000", "central", "truncation"),
        ("1", "forward", "truncation"),
        ("1", "complex", "truncation"),
        ("1e-15", "central", "of the best step, so what is left of the difference is rounding"),
        ("1e-30", "central", "rounding"),
        ("1e-30", "forward", "rounding"),
    ],
)
def test_an_absurd_step_fails_an_honest_gradient_and_is_named(
    step: str, method: str, said: str, precision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["grad", "--step-size", step, "--method", method, "--dtype", precision]) == 1
    shown = words(capsys.readouterr().out)
    assert said in shown
    assert f"h = {about(float(step))}" in shown
    assert "nan" not in shown.lower()
    assert "Planted" not in shown


@pytest.mark.parametrize("step", [2**-18, 2**-17, 2**-16])
def test_a_step_near_the_best_is_not_blamed(step: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not failed(differentiated(DEFAULT, FIRST, step=step))
    monkeypatch.setattr(core, "cross_entropy_gradient", lambda q, z: 2 * HONEST_GRADIENT(q, z))
    shown = words(text_of(differentiated(DEFAULT, FIRST, step=step)))
    assert f"h = {about(step)} is near the best step, so neither truncation nor rounding explains it" in shown
    assert "of the best step" not in shown
    assert "times the best step" not in shown


def test_the_complex_step_may_be_as_tiny_as_one_likes() -> None:
    assert not failed(differentiated(DEFAULT, FIRST, method="complex", step=1e-300))


# The view


@for_each("point", POINTS)
def test_a_view_fits_sixty_columns_and_formulas_stay_on_their_line(
    point: str, capsys: pytest.CaptureFixture[str]
) -> None:
    z, q = POINTS[point]
    target = ",".join(map(repr, np.array(q, dtype=float).tolist()))
    assert cli.run(["grad", *map(str, z), "--target", target, "--width", "60", "--base", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60
    for formula in (
        "   ∂p_i/∂z_j = p_i·(1 − p_i)   where i = j",
        "   ∂CE/∂z_j = Σ_i ∂CE/∂p_i · ∂p_i/∂z_j",
        "   Σ_i (−q_i/p_i)·p_i·(δ_ij − p_j) = p_j·Σ_i q_i − q_j",
        "   (CE(z + h) − CE(z − h)) / 2h,  h = 7.6e-6,  float64",
        "   ∂²CE/∂z² = Σq·(diag(p) − p pᵀ) = Σq·∂p/∂z",
        "   vᵀ(diag(p) − p pᵀ)v = Σ p v² − (Σ p v)² = Var_p(v) ≥ 0",
    ):
        assert f"   {formula}" in lines


@pytest.mark.parametrize("bug", ["", *BUGS])
def test_the_comparisons_table_does_not_wrap_at_sixty_columns(bug: str) -> None:
    run = run_sce("grad", "--width", "60", *(["--bug", bug] if bug else []))
    rows = [line.split() for line in run.stdout.splitlines() if line.rstrip().endswith(("✓", "✗"))]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert all(len(row) == 5 for row in rows)


def test_ascii_output_is_ascii() -> None:
    run = run_sce("grad", "2", "1", "-inf", "--ascii", "--bug", "sign")
    assert (run.exit_code, run.stderr) == (1, "")
    assert run.stdout.isascii()
    assert "?" not in run.stdout


@pytest.mark.parametrize(
    ("unit", "log", "loss"),
    [(Unit.NATS, "ln", "0.4170 nats"), (Unit.BITS, "log₂", "0.6016 bits"), (Unit.DITS, "log₁₀", "0.1811 dits")],
)
def test_every_printed_logarithm_bears_its_unit(unit: Unit, log: str, loss: str) -> None:
    text = text_of(differentiated(DEFAULT, FIRST), unit)
    assert f"CE(q, p) = −Σ q_k {log} p_k = {loss}" in text
    assert f"−{log} p in {unit.label}" in text
    assert ("The gradients below are in nats" in text) is (unit is not Unit.NATS)


def test_the_result_is_the_gradient() -> None:
    assert view.result(differentiated(DEFAULT, FIRST), Unit.NATS) == ("∂CE/∂z = p·Σq − q = (-0.3410, 0.2424, 0.09857)")


# The command

BAD_INPUT = [
    ("2 1 .1 --label 3", "--label '3' is not one of 3 classes", "from 0 to 2"),
    ("2 1 .1 --label -1", "--label '-1' is not one of 3 classes", "from 0 to 2"),
    ("2 1 .1 --label 0 --target 1,0,0", "--label 0 and --target 1,0,0 exclude", "the other"),
    ("2 1 .1 --target 1,0", "--target 1,0 has 2 entries for 3 logits", "one for each"),
    ("2 1 .1 --target 0,0,0", "--target 0,0,0 has no entry above 0", "not all of them 0"),
    ("2 1 .1 --target 1,-1,0", "--target '-1'", "aren't negative"),
    ("2 1 .1 --target 1,nan,0", "--target 'nan'", "aren't negative"),
    ("2 1 .1 --target 1e308,1e308,0", "sums to inf", "1e6"),
    ("2 1 .1 --target 1e-320,0,0", "sums to 9.99989e-321", "1e-6"),
    ("2 -inf --label 1", "--label 1 asks for class 1, whose logit is -inf", "another class"),
    ("2 -inf --target .5,.5", "--target .5,.5 asks for class 1", "another class"),
    ("-inf -inf", "logits -inf,-inf: every class is masked", "finite"),
    ("1e7 0", "a logit of size 1e+07", "between -1e+06 and 1e+06"),
    ("1e4 0 --dtype float32", "a logit of size 10000", "between -1000 and 1000"),
    ("2 1 --random 5", "Z... 2,1 and --random 5 exclude", "the other"),
    ("--random 5 --label 0", "--label 0 and --random 5 exclude", "the other"),
    ("--random 5 --target 1,0,0", "--target 1,0,0 and --random 5 exclude", "the other"),
    ("--random 0", "--random '0' is less than 1", "at least 1"),
    ("--random 5 --classes 1", "--classes '1' is less than 2", "at least 2"),
    ("--classes 4", "--classes 4 is for random points only", "--random N"),
    ("--seed 4", "--seed 4 is for random points only", "--random N"),
    ("--step-size 0", "--step-size 0.0 is not above 0", "such as 1e-5"),
    ("--step-size -1", "--step-size -1.0 is not above 0", "such as 1e-5"),
    ("--step-size nan", "--step-size 'nan' is not a number", "finite"),
    ("--step-size 1e4", "--step-size 10000.0 is out of range", "to 1000"),
    ("--step-size 1e-40 --dtype float32", "--step-size 1e-40 is out of range", "1e-35"),
    ("2 nan", "logit 'nan'", "finite numbers or -inf"),
    ("2 inf", "logit 'inf'", "finite numbers or -inf"),
    ("2 two", "logit 'two'", "finite numbers or -inf"),
    ("--bug none", "--bug 'none' is not known", "Choose sign, "),
    ("--method backward", "--method 'backward' is not known", "Choose central, "),
    ("--dtype float16", "--dtype 'float16' is not known", "Choose float64, "),
    ("2 1 --lable 0", "--lable", "--label"),
    ("2 1 --stepsiz 1e-4", "--stepsiz", "--step-size 1e-4"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: str, named: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["grad", *arguments.split()], named, remedy, capsys)


def test_python_callers_are_told_what_is_wrong() -> None:
    for z, q in [((), ()), ((1, math.nan), (1, 0)), ((1, 2), (1, -1)), ((1, 2), (1, 0, 0)), ((-INF, -INF), (1, 0))]:
        with pytest.raises(ValueError, match=r"logits|target|logit"):
            differentiated(z, q)
    with pytest.raises(ValueError, match="method"):
        differentiated(DEFAULT, FIRST, method="backward")


def test_negative_numbers_are_ordinary_arguments() -> None:
    run = run_sce("grad", "-1", "2", "-.5", "1e-3", "--label", "0", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    assert run.json["logits"] == [-1, 2, -0.5, 0.001]
    assert run.json["target"] == [1, 0, 0, 0]


def test_no_arguments_are_the_default_logits_and_class_0() -> None:
    assert run_sce("grad").stdout == run_sce("grad", "2", "1", "0.1", "--label", "0").stdout


def test_json_is_strict_and_has_the_studys_fields() -> None:
    run = run_sce("grad", "1", "-inf", "-2", "--target", "1,0,.5", "--base", "2", "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert (document["command"], document["unit"]) == ("grad", "nats")
    assert document["arguments"]["logits"] == document["logits"] == [1.0, "-Infinity", -2.0]
    assert document["surprise"][1] == "Infinity"
    assert document["comparison"]["analytic"][1] == document["comparison"]["numeric"][1] == 0
    assert (document["comparison"]["wrong"], document["bug"], document["random_errors"]) == ([], "", [])
    assert len(document["steps"]["size"]) == len(document["steps"]["error"])
    assert document["checks"]
    assert all(check["holds"] and check["error"] <= check["tolerance"] for check in document["checks"])


@pytest.mark.parametrize("arguments", ["", "5", "1000 0 0", "3 1 -inf --bug sign", "--random 5 --classes 100"])
def test_the_figure_has_its_three_panels(arguments: str, tmp_path: Path) -> None:
    figure = tmp_path / "figure.svg"
    assert cli.run(["grad", *arguments.split(), "--plot", str(figure)]) == ("--bug" in arguments)
    drawn = figure.read_text(encoding="utf-8")
    for label in ("Jacobian", "nats per unit of logit", "relative error, central", "analytic", "numeric", "best h"):
        assert label in drawn


def labels_of(arguments: tuple[Any, Any], panel: int) -> list[str]:
    """Return the texts within the axes of a panel of the figure."""
    [axes, *_others] = view.panels()[panel](differentiated(*arguments), Unit.NATS).axes
    return [text.get_text() for text in axes.texts]


def test_the_jacobians_cells_bear_their_numbers() -> None:
    cells = labels_of((DEFAULT, FIRST), 2)
    assert cells[:3] == ["0.225", "-0.160", "-0.065"]
    assert len(labels_of((tuple(range(8)), (1,) + (0,) * 7), 2)) == 64
    assert labels_of((tuple(range(9)), (1,) + (0,) * 8), 2) == []


def test_a_panel_of_a_step_is_that_of_the_figure() -> None:
    study = differentiated(DEFAULT, FIRST)
    whole = [axes.get_title() for axes in view.figures()["plot"](study, Unit.NATS).axes]
    assert [draw(study, Unit.NATS).axes[0].get_title() for draw in view.panels().values()] == whole
    assert set(view.panels()) <= set(range(1, len(view.steps(study, Unit.NATS)) + 1))


def test_too_many_random_differences_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["grad", "--random", "1000", "--classes", "100"]) == 2
    error, remedy = capsys.readouterr().err.splitlines()
    assert "--random 1000 of 100 classes make 100000 differences" in error
    assert "at most 10000" in remedy
