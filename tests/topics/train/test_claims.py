"""What `sce train` claims: every claim sees the mistake that it is there for, and says how large it is."""

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.core.classifier import Evaluation, Labels, Objective, confusion_matrix, predicted_classes
from sce_cli.core.descent import Outcome
from sce_cli.study import Check
from sce_cli.topics.train import claims as train_claims
from sce_cli.topics.train import run as training
from sce_cli.topics.train.claims import floor_checks, gradient_check, hessian_check, run_checks, start_checks
from sce_cli.topics.train.optimum import Least
from sce_cli.topics.train.run import Run
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.study import unwatched

ROUNDING = 32 * 2.0**-52
HONEST_EVALUATE, HONEST_HESSIAN = Objective.evaluate, Objective.hessian


def objective(
    examples: int = 40, features: int = 2, classes: int = 3, l2: float = 0.1, smoothing: float = 0.0
) -> Objective:
    random = np.random.default_rng(7)
    labels = np.arange(examples) % classes
    return Objective(random.normal(size=(examples, features)) + labels[:, np.newaxis], labels, classes, l2, smoothing)


def run_of(train: Objective, optimizer: str = "gd", epochs: int = 5, learning_rate: float | None = None) -> Run:
    settings = TrainSettings(epochs=epochs, learning_rate=learning_rate)
    return training.run(optimizer, train, train, settings, unwatched)


def confusion_of(train: Objective, run: Run) -> Labels:
    return confusion_matrix(train.labels, predicted_classes(run.parameters, train.features), train.classes)


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def error_of(checks: Iterable[Check], words: str) -> float:
    (error,) = [check.error for check in checks if words in check.claim]
    return error


def changed(values: Array, index: int, by: float) -> Array:
    other = values.copy()
    other[index] += by
    return other


# The gradient


@pytest.mark.parametrize(("features", "classes", "weights"), [(2, 3, 9), (4, 10, 50), (24, 2, 50), (16, 3, 50)])
def test_the_gradient_is_checked_along_50_weights_at_most_and_10_directions(
    features: int, classes: int, weights: int
) -> None:
    check = gradient_check(objective(60, features, classes), seeded())
    assert check.analytic.shape == (weights + 10,)
    assert check.holds


@pytest.mark.parametrize("k", range(3))
@pytest.mark.parametrize("d", range(3))
def test_one_wrong_entry_of_the_gradient_is_seen_wherever_it_is(
    k: int, d: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(self: Objective, parameters: Array) -> Evaluation:
        here = HONEST_EVALUATE(self, parameters)
        here.gradient[k, d] += 1e-5
        return here

    monkeypatch.setattr(Objective, "evaluate", wrong)
    check = gradient_check(objective(), seeded())
    assert not check.holds
    single = np.abs(check.analytic - check.numeric)[:9] > 1e-6
    assert single.sum() == 1  # of the single weights; all directions move it too
    assert (np.abs(check.analytic - check.numeric)[9:] > 1e-7).sum() >= 9


def test_only_the_first_500_examples_are_looked_at() -> None:
    train = objective(1000)
    train.features[500:] = np.nan
    assert gradient_check(train, seeded()).holds
    assert all(check.holds for check in hessian_check(train, seeded()))


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("l2", [0.0, 10.0])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_gradient_and_the_hessian_hold_for_features_of_any_size(size: float, l2: float, smoothing: float) -> None:
    train = replace(objective(l2=l2, smoothing=smoothing), features=size * objective().features)
    for seed in range(5):
        assert gradient_check(train, seeded(seed)).holds
        assert all(check.holds for check in hessian_check(train, seeded(seed)))


def test_the_gradient_is_checked_away_from_where_all_predictions_are_equal() -> None:
    seen: list[float] = []
    train = objective()

    def watched(self: Objective, parameters: Array) -> Evaluation:
        seen.append(float(np.abs(parameters @ np.column_stack([self.features, np.ones(40)]).T).max()))
        return HONEST_EVALUATE(self, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Objective, "evaluate", watched)
        gradient_check(train, seeded())
    assert 0.3 < seen[0] < 30


@pytest.mark.parametrize("entry", [(0, 0), (2, 5), (8, 8), (3, 1)])
def test_a_wrong_entry_of_the_hessian_is_seen(entry: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Objective, parameters: Array) -> Array:
        hessian = HONEST_HESSIAN(self, parameters)
        hessian[entry] += 1e-3
        return hessian

    assert all(check.holds for check in hessian_check(objective(), seeded()))
    monkeypatch.setattr(Objective, "hessian", wrong)
    assert not any(check.holds for check in hessian_check(objective(), seeded()))


# The start


def test_the_untrained_loss_is_off_by_what_it_is_off_relatively() -> None:
    train = objective()
    run = run_of(train)
    assert error_of(start_checks(train, run), "ln K") <= ROUNDING
    for by in (0.5, -0.5):
        wrong = replace(run, train_loss=changed(run.train_loss, 0, by))
        assert error_of(start_checks(train, wrong), "ln K") == pytest.approx(0.5 / math.log(3), rel=1e-12)


@pytest.mark.parametrize("l2", [0.0, 0.1, 1e6])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_a_step_against_the_gradient_falls_as_the_gradient_says(
    l2: float, size: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = replace(objective(l2=l2), features=size * objective().features)
    run = run_of(train)
    assert all(check.holds for check in start_checks(train, run))

    def too_long(self: Objective, parameters: Array) -> Evaluation:
        here = HONEST_EVALUATE(self, parameters)
        return replace(here, gradient=1.25 * here.gradient)

    monkeypatch.setattr(Objective, "evaluate", too_long)
    (step,) = [check for check in start_checks(train, run) if "a step against" in check.claim]
    assert not step.holds
    if l2 < 1 <= size:  # else a tenth of the value is larger than the slope, and the error is relative to that
        assert step.error == pytest.approx(0.2, rel=0.05)


def test_without_a_gradient_there_is_no_step_against_it() -> None:
    train = replace(objective(30), features=np.zeros((30, 2)))
    claims = [check.claim for check in start_checks(train, run_of(train))]
    assert claims == ["loss before training = ln K"]


# The run


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("block", [1, 9, 65_536])
def test_losses_recomputed_in_blocks_are_those_reported(
    block: int, smoothing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_claims, "BLOCK", block)
    train, test = objective(smoothing=smoothing), objective(25, smoothing=smoothing)
    run = training.run("gd", train, test, TrainSettings(epochs=5), unwatched)
    checks = list(run_checks(train, test, [run], confusion_of(test, run)))
    assert all(check.holds for check in checks)
    wrong = replace(run, train_loss=changed(run.train_loss, -1, 0.25), test_loss=changed(run.test_loss, -1, -0.125))
    checks = list(run_checks(train, test, [wrong], confusion_of(test, run)))
    assert error_of(checks, "train loss = ") == pytest.approx(0.25 / max(1, wrong.train_loss[-1]), rel=1e-9)
    assert error_of(checks, "test loss = ") == pytest.approx(0.125, rel=1e-9)


def test_an_error_of_a_large_loss_is_relative() -> None:
    train = objective()
    run = run_of(train)
    wrong = replace(run, train_loss=changed(run.train_loss, -1, 100), objective=changed(run.objective, -1, 400))
    checks = list(run_checks(train, train, [wrong], confusion_of(train, run)))
    assert error_of(checks, "train loss = ") == pytest.approx(100 / wrong.train_loss[-1], rel=1e-9)
    assert error_of(checks, "F = ") == pytest.approx(300 / wrong.objective[-1], rel=1e-9)


def test_the_objective_is_the_loss_and_half_of_lambda_times_the_squared_weights() -> None:
    train = objective(l2=0.1)
    run = run_of(train)
    half = 0.05 * float((run.weights**2).sum())
    assert half > 1e-3
    checks = list(run_checks(train, train, [run], confusion_of(train, run)))
    assert error_of(checks, "F = ") <= ROUNDING
    without = replace(run, objective=run.train_loss)
    assert error_of(run_checks(train, train, [without], confusion_of(train, run)), "F = ") == pytest.approx(
        half, rel=1e-6
    )


@pytest.mark.parametrize("tested", [True, False])
def test_the_accuracy_is_that_of_the_part_that_was_measured(tested: bool) -> None:
    train = objective()
    run = replace(run_of(train), train_accuracy=np.array([0.0, 0.25]), test_accuracy=np.array([0.0, 0.5]))
    right_of_forty = np.diag([30, 0, 0]) + np.array([[0, 5, 0], [0, 0, 5], [0, 0, 0]])
    checks = run_checks(train, train if tested else None, [run], right_of_forty)
    assert error_of(checks, "accuracy") == pytest.approx(0.25 if tested else 0.5, rel=1e-12)


@pytest.mark.parametrize(("share", "claim"), [(1.0, "never rises above"), (2.0, "stays below twice")])
def test_an_objective_that_has_passed_its_ceiling_is_said_by_how_much(share: float, claim: str) -> None:
    train = objective()
    start = float(run_of(train).objective[0])
    run = replace(run_of(train), ceiling=share * start)
    high = replace(run, objective=changed(run.objective, 2, 3 * start - run.objective[2]))
    confusion = confusion_of(train, run)
    over = pytest.approx((3 - share) * start, rel=1e-9)
    assert error_of(run_checks(train, train, [high], confusion), claim) == over
    assert high.overshot_in == 2
    just = replace(run, objective=changed(run.objective, 2, 0.99 * share * start - run.objective[2]))
    assert error_of(run_checks(train, train, [just], confusion), claim) == 0
    assert just.overshot_in is None
    overflowed = replace(run, outcome=Outcome.DIVERGED.value)
    assert error_of(run_checks(train, train, [overflowed], confusion), claim) == math.inf
    passed = replace(high, outcome=Outcome.DIVERGED.value, objective=high.objective[:3])
    assert error_of(run_checks(train, train, [passed], confusion), claim) == over


def test_runs_with_and_without_noise_have_a_claim_each() -> None:
    train = objective()
    run = run_of(train)
    noisy = replace(run, ceiling=2 * float(run.objective[0]))
    checks = list(run_checks(train, train, [run, noisy], confusion_of(train, run)))
    assert [error_of(checks, claim) for claim in ("never rises above", "stays below twice")] == [0, 0]


RISES = "no epoch raises the objective"


def test_a_rise_is_a_mistake_where_the_learning_rate_rules_it_out() -> None:
    train = objective()
    greatest = 1 / train.smoothness()
    for rate, claimed in [(greatest, True), (0.5 * greatest, True), (1.01 * greatest, False)]:
        run = run_of(train, learning_rate=rate)
        checks = list(run_checks(train, train, [run], confusion_of(train, run)))
        assert any(RISES in check.claim for check in checks) == claimed
    run = run_of(train)
    risen = replace(run, objective=changed(run.objective, 3, 0.5))
    rise = error_of(run_checks(train, train, [risen], confusion_of(train, run)), RISES)
    assert rise == pytest.approx(0.5 + run.objective[3] - run.objective[2], rel=1e-12)
    still = replace(run, objective=run.objective[:1])
    assert error_of(run_checks(train, train, [still], confusion_of(train, run)), RISES) == 0
    for optimizer in ("momentum", "adam", "newton"):
        other = run_of(train, optimizer, learning_rate=1e-3)
        assert not any(RISES in check.claim for check in run_checks(train, train, [other], confusion_of(train, other)))


# What no run falls below


def test_a_run_below_the_minimum_is_said_by_how_much() -> None:
    train = objective(smoothing=0.3)
    run = run_of(train)
    least = float(run.objective.min())

    def found(value: float) -> Least:
        return Least(value, "", run.parameters)

    assert error_of(floor_checks(train, run, found(least + 0.25)), "never below the minimum") == pytest.approx(
        0.25, rel=1e-9
    )
    assert error_of(floor_checks(train, run, found(least - 0.25)), "never below the minimum") == 0
    floor = "never below H(q)"
    assert [floor in check.claim for check in floor_checks(train, run, Least())] == [True]
    assert [check.claim for check in floor_checks(objective(), run, Least())] == []
    assert [floor in check.claim for check in floor_checks(train, run_of(train, "newton"), found(least))] == [True]
    smoothed = -0.8 * math.log(0.8) - 2 * 0.1 * math.log(0.1)
    assert train_claims.target_entropy(3, 0.3) == pytest.approx(smoothed, rel=1e-14)
    assert train_claims.target_entropy(3, 0.0) == 0
    assert core.entropy([0.8, 0.1, 0.1]) == pytest.approx(smoothed, rel=1e-14)
    low = replace(run, train_loss=changed(run.train_loss, 1, smoothed - 0.5 - run.train_loss[1]))
    assert error_of(floor_checks(train, low, Least()), floor) == pytest.approx(0.5, rel=1e-9)
    assert error_of(floor_checks(train, run, Least()), floor) == 0
