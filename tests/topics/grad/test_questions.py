"""Questions of `sce grad`, answered with mpmath and with differences of our own."""

import cmath
import math
import re
from typing import Any

import pytest

from sce_cli.drawing.numbers import error_size
from sce_cli.topics.grad.view import GradView
from tests.core import reference
from tests.each import for_each
from tests.running import run_sce
from tests.topics.asking import answer, asked, maybe_asked
from tests.topics.grad.test_grad import BUGS, DEFAULT, FIRST, INF, POINTS
from tests.topics.making import differentiated

view = GradView()

exact = reference.exact
STEP = exact.mpf(10) ** -40


def moved(z: Any, index: int, step: Any) -> list[Any]:
    return [exact.mpf(z_k) + (step if k == index else 0) for k, z_k in enumerate(z)]


def free(z: Any) -> list[int]:
    return [k for k, z_k in enumerate(z) if z_k > -INF]


@for_each("point", POINTS)
def test_the_other_p_fall(point: str) -> None:
    z, q = POINTS[point]
    question = maybe_asked(view, differentiated(z, q), "The softmax's")
    p = reference.softmax(z)
    first, *others = sorted(range(len(z)), key=lambda k: -p[k])
    if question is None:
        assert not others or p[others[0]] < 1e-300
        return
    change = reference.softmax(moved(z, first, STEP))[others[0]] - p[others[0]]
    assert change < 0
    assert answer(question) == "It falls."


@for_each("point", POINTS)
def test_the_diagonal_alone(point: str) -> None:
    z, q = POINTS[point]
    question = maybe_asked(view, differentiated(z, q), "The chain")
    p, total = reference.softmax(z), exact.fsum(map(exact.mpf, q))
    gaps = [p[i] * total - q[i] + q[i] * (1 - p[i]) for i in free(z)]  # of p·Σq − q and of −q·(1 − p)
    right = [i for i, gap in zip(free(z), gaps, strict=True) if abs(gap) < 1e-300]
    if question is None:
        assert len(right) == len(gaps) or min(p[i] for i in free(z)) < 1e-300
    elif right:
        assert right == [max(range(len(q)), key=lambda k: q[k])]
        assert answer(question) == f"only that of class {right[0]}"
    else:
        assert answer(question) == "none"


@for_each("bug", ["", *BUGS])
@for_each("point", POINTS)
def test_the_entries_add_up_to_0(point: str, bug: str) -> None:
    z, q = POINTS[point]
    question = maybe_asked(view, differentiated(z, q, bug=bug), "It collapses")
    assert (question is None) is (len(free(z)) == 1)
    if question is not None:
        along = [exact.mpf(z_k) + STEP for z_k in z]
        change = reference.cross_entropy_from_logits(q, along) - reference.cross_entropy_from_logits(q, z)
        assert abs(change) < STEP * exact.mpf(10) ** -300
        assert question.answer == 0
        assert not question.close(sum(q))
        assert not question.close(-sum(q))


@for_each("bug", BUGS)
@for_each("point", POINTS)
def test_a_planted_mistake_is_found_where_the_wrong_gradient_differs(point: str, bug: str) -> None:
    z, q = POINTS[point]
    question = asked(view, differentiated(z, q, bug=bug), "Finite")
    q = [2 * q_k for q_k in q] if bug == "unnormalised-target" and math.isclose(sum(q), 1) else q
    true, p = reference.cross_entropy_gradient(q, z), reference.softmax(z)
    wrong = {
        "sign": [-g for g in true],
        "missing-off-diagonal": [-q_k * (1 - p_k) for q_k, p_k in zip(q, p, strict=True)],
        "factor-two": [2 * g for g in true],
        "half": [g / 2 for g in true],
        "sum-not-mean": [4 * g for g in true],
        "mean-over-entries": [g / len(z) for g in true],
        "by-the-probabilities": [-q_k / (p_k if float(p_k) else 1) for q_k, p_k in zip(q, p, strict=True)],
        "target-left-out": [p_k * sum(q) for p_k in p],
        "label-off-by-one": [p_k * sum(q) - q_k for p_k, q_k in zip(p, [*q[1:], q[0]], strict=True)],
        "unnormalised-target": [p_k - q_k for q_k, p_k in zip(q, p, strict=True)],
    }[bug]
    off = max(abs(a - b) for a, b in zip(true, wrong, strict=True))
    scale = max(*map(abs, (*true, *wrong)), reference.cross_entropy_from_logits(q, z) / 10)
    assert answer(question) == ("Yes." if scale > 1e-300 and off > 1e-8 * scale else "No.")


def test_without_a_mistake_nothing_is_asked_about_one() -> None:
    assert maybe_asked(view, differentiated(DEFAULT, FIRST), "Finite") is None


def loss(z: list[Any]) -> Any:
    return cmath.log(sum(cmath.exp(z_k) for z_k in z)) - z[0]


def errors(method: str) -> list[float]:
    """Return the error of the derivative by z_0 at the default point, for h = 1, 1e-5 and 1e-13."""
    p = math.exp(2) / sum(map(math.exp, DEFAULT))
    found = []
    for h in (1, 1e-5, 1e-13):
        up, down = ([2 + s * h, *DEFAULT[1:]] for s in (1, -1))
        slope = {
            "central": (loss(up) - loss(down)).real / (2 * h),
            "forward": (loss(up) - loss([*DEFAULT])).real / h,
            "complex": loss([complex(2, h), *DEFAULT[1:]]).imag / h,
        }[method]
        found.append(abs(slope - (p - 1)))
    return found


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("method", ["central", "forward", "complex"])
def test_an_ever_smaller_h(method: str, precision: str) -> None:
    large, middle, small = errors(method)
    assert middle < large / 1000
    rises = small > 10 * middle
    question = asked(view, differentiated(DEFAULT, FIRST, method=method, precision=precision), "The error over")
    assert answer(question) == ("It falls, then rises again." if rises else "It falls, then stays small.")
    assert ("rounding" in question.why) is rises


@for_each("point", POINTS)
@for_each("precision", ["float64", "float32"])
def test_a_complex_step_never_suffers_from_rounding(point: str, precision: str) -> None:
    study = differentiated(*POINTS[point], method="complex", precision=precision)
    question = maybe_asked(view, study, "The error over")
    assert question is None or answer(question) == "It falls, then stays small."


def test_which_loss_still_learns_when_it_is_sure_and_wrong() -> None:
    z, q = (-8, 8), (1, 0)
    p, up = reference.softmax(z), reference.softmax(moved(z, 0, STEP))
    squared = [exact.fsum((a - b) ** 2 for a, b in zip(x, q, strict=True)) / 2 for x in (p, up)]
    cross_entropy = [reference.cross_entropy_from_logits(q, x) for x in (z, moved(z, 0, STEP))]
    slopes = [abs(after - before) / STEP for before, after in (cross_entropy, squared)]
    question = asked(view, differentiated(DEFAULT, FIRST), "Why not")
    assert answer(question) == ("CE" if slopes[0] > 10 * slopes[1] else "")
    assert f"{float(slopes[0]):.7f}" in question.why
    assert error_size(float(slopes[1])) in question.why


def test_no_earlier_step_and_no_title_says_how_the_error_goes_with_h() -> None:
    before, _, after = run_sce("grad").stdout.partition("\n7. ")
    assert "ε/h" not in before
    assert not re.search("best|rises", before + after.splitlines()[0])
    assert "ε/h" in after
