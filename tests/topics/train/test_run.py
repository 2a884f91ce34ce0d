"""A training run by hand: its learning rates, its steps, its batches, why it ends, and what it remembers."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from sce_cli.core.checks import Array
from sce_cli.core.classifier import Evaluation, Labels, Objective
from sce_cli.core.descent import Outcome
from sce_cli.datasets import Table, plain_preparation
from sce_cli.study import Watch
from sce_cli.topics.train import run as training
from sce_cli.topics.train.optimizers import OPTIMIZERS
from sce_cli.topics.train.run import Run, default_learning_rate
from sce_cli.topics.train.settings import TrainSettings
from tests.each import for_each

FEATURES = np.array([[1.0, 0], [0, 2], [-3, 1], [2, 2], [0, -1], [1, 1]])
LABELS = np.array([0, 1, 1, 0, 2, 2])
CURVATURE = (
    float(
        np.linalg.eigvalsh(np.column_stack([FEATURES, np.ones(6)]).T @ np.column_stack([FEATURES, np.ones(6)]) / 6)[-1]
    )
    / 2
)


def objective(l2: float = 0.1, smoothing: float = 0.0) -> Objective:
    return Objective(FEATURES, LABELS, 3, l2, smoothing)


def run_of(
    optimizer: str = "gd",
    train: Objective | None = None,
    test: Objective | None = None,
    *,
    epochs: int = 4,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    watch: Watch = lambda *_: True,
) -> Run:
    settings = TrainSettings(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, seed=seed)
    return training.run(optimizer, train or objective(), test, settings, watch)


# Learning rates


@pytest.mark.parametrize("optimizer", ["gd", "sgd", "momentum"])
def test_the_whole_batch_has_1_over_l(optimizer: str) -> None:
    assert default_learning_rate(OPTIMIZERS[optimizer], objective(), 6) == pytest.approx(
        1 / (CURVATURE + 0.1), rel=1e-12
    )


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_a_small_batch_has_half_of_1_over_its_expected_smoothness_and_momentum_a_tenth_of_that(batch: int) -> None:
    single = (10 + 1) / 2 + 0.1  # of [−3, 1], the longest
    expected = (6 * (batch - 1) * (CURVATURE + 0.1) + (6 - batch) * single) / (batch * 5)
    for optimizer, share in [("gd", 1), ("sgd", 1), ("momentum", 0.1)]:
        rate = default_learning_rate(OPTIMIZERS[optimizer], objective(), batch)
        assert rate == pytest.approx(min(1, batch / 4) * share / (2 * expected), rel=1e-12)


def test_adam_has_a_twentieth_or_what_moves_no_score_by_more_than_5() -> None:
    assert default_learning_rate(OPTIMIZERS["adam"], objective(), 6) == 0.05
    assert default_learning_rate(OPTIMIZERS["adam"], objective(), 3) == pytest.approx(0.005, rel=1e-15)
    large = Objective(1000 * FEATURES, LABELS, 3)
    square = 1e6 * float((FEATURES**2).sum()) / 6
    alike = math.log(3) / 2 / (1 + 1000 * float(np.abs(FEATURES.mean(axis=0)).sum()))
    most = min(alike, 5 / (1 + math.sqrt(2 * square)))
    assert default_learning_rate(OPTIMIZERS["adam"], large, 6) == pytest.approx(most, rel=1e-12)


@pytest.mark.parametrize("offset", [0.0, 10.0, 1950.0, 1e6])
def test_adams_rate_lets_twice_its_first_step_raise_nothing_and_move_all_alike_by_little(offset: float) -> None:
    train = Objective(FEATURES + offset, LABELS, 3, 1e-3)
    rate = default_learning_rate(OPTIMIZERS["adam"], train, 6)
    here = train.evaluate(np.zeros(train.shape))
    step = np.sign(here.gradient)
    assert train.evaluate(-2 * rate * step).value <= here.value
    assert rate * (1 + np.abs(train.features.mean(axis=0)).sum()) <= math.log(3) / 2


def test_adams_first_step_is_no_larger_than_the_penalty_allows() -> None:
    for l2, most in ((1e2, 0.05), (1e4, 3e-3), (1e270, 3e-136)):
        assert 0 < default_learning_rate(OPTIMIZERS["adam"], Objective(FEATURES, LABELS, 3, l2), 6) <= most


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "batch"),
    [("gd", None, 6), ("sgd", None, 6), ("momentum", 2, 2), ("adam", 100, 6), ("newton", None, 6), ("sgd", 5, 5)],
)
def test_a_run_says_its_rate_and_its_batch(optimizer: str, batch_size: int | None, batch: int) -> None:
    run = run_of(optimizer, batch_size=batch_size)
    expected = None if optimizer == "newton" else default_learning_rate(OPTIMIZERS[optimizer], objective(), batch)
    assert (run.optimizer, run.batch_size, run.learning_rate) == (optimizer, batch, expected)
    given = run_of(optimizer, batch_size=batch_size, learning_rate=0.01)
    assert given.learning_rate == (None if optimizer == "newton" else 0.01)


def test_stochastic_descent_takes_32_examples_unless_told_otherwise() -> None:
    many = Objective(np.tile(FEATURES, (10, 1)), np.tile(LABELS, 10), 3)
    assert run_of("sgd", many).batch_size == 32
    assert run_of("gd", many).batch_size == run_of("adam", many).batch_size == 60


# Steps


def steepest(gradients: list[Array]) -> Array:
    return 0.1 * gradients[-1]


def heavy_ball(gradients: list[Array]) -> Array:
    past = range(len(gradients))
    ball: Array = 0.1 * np.sum([0.9 ** (past[-1] - k) * gradients[k] for k in past], axis=0)
    return ball


def adam(gradients: list[Array]) -> Array:
    mean, square = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    for gradient in gradients:
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
    count = len(gradients)
    step: Array = 0.1 * (mean / (1 - 0.9**count)) / (np.sqrt(square / (1 - 0.999**count)) + 1e-8)
    return step


@pytest.mark.parametrize(
    ("optimizer", "step"), [("gd", steepest), ("sgd", steepest), ("momentum", heavy_ball), ("adam", adam)]
)
def test_the_path_is_that_of_a_loop(optimizer: str, step: Callable[[list[Array]], Array]) -> None:
    train, theta, gradients = objective(), np.zeros((3, 3)), []
    run = run_of(optimizer, train, learning_rate=0.1, epochs=4)
    for epoch in range(5):
        here = train.evaluate(theta)
        assert run.objective[epoch] == pytest.approx(here.value, rel=1e-12)
        assert run.train_loss[epoch] == pytest.approx(here.loss, rel=1e-12)
        assert run.train_accuracy[epoch] == here.accuracy
        assert run.gradient_norm[epoch] == pytest.approx(np.abs(here.gradient).max(), rel=1e-12)
        last = theta
        gradients.append(here.gradient)
        theta = theta - step(gradients)
    np.testing.assert_allclose(run.parameters, last, rtol=1e-12)
    np.testing.assert_array_equal(run.weights, run.parameters[:, :-1])
    np.testing.assert_array_equal(run.bias, run.parameters[:, -1])
    assert run.epochs == 4


def test_each_epoch_takes_every_example_once_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    honest, batches = Objective.gradient, []

    def watched(self: Objective, parameters: Array, rows: Labels) -> Array:
        batches.append(rows.tolist())
        return honest(self, parameters, rows)

    monkeypatch.setattr(Objective, "gradient", watched)
    run_of("sgd", batch_size=4, epochs=3)
    assert [len(batch) for batch in batches] == [4, 2] * 3
    orders = [batches[k] + batches[k + 1] for k in (0, 2, 4)]
    assert [sorted(order) for order in orders] == [list(range(6))] * 3
    assert orders[0] != orders[1]
    first = batches.copy()
    batches.clear()
    run_of("sgd", batch_size=4, epochs=3)
    assert batches == first
    batches.clear()
    run_of("sgd", batch_size=4, epochs=3, seed=1)
    assert batches != first


def test_a_batch_moves_the_parameters_before_the_next_one() -> None:
    run, train = run_of("sgd", batch_size=4, epochs=1, learning_rate=0.1, seed=5), objective()
    order = np.random.default_rng([5, 1]).permutation(6)
    theta = np.zeros((3, 3))
    for rows in (order[:4], order[4:]):
        theta = theta - 0.1 * Objective(FEATURES[rows], LABELS[rows], 3, 0.1).evaluate(theta).gradient
    np.testing.assert_allclose(run.parameters, theta, rtol=1e-12, atol=1e-15)
    assert run.objective[1] == pytest.approx(train.evaluate(theta).value, rel=1e-12)


def test_newtons_method_goes_to_where_the_gradient_vanishes() -> None:
    run = run_of("newton", epochs=30)
    assert run.outcome == Outcome.CONVERGED.value
    assert run.gradient_norm[-1] <= 1e-10 < run.gradient_norm[-2]
    assert run.epochs < 10
    assert (np.diff(run.objective) <= 0).all()


# The end


def test_a_run_ends_at_its_last_epoch() -> None:
    told: list[tuple[str, int, float]] = []

    def watch(optimizer: str, epoch: int, here: Evaluation) -> bool:
        told.append((optimizer, epoch, here.value))
        return True

    run = run_of(epochs=3, watch=watch)
    assert run.outcome == Outcome.OUT_OF_STEPS.value
    assert told == [("gd", epoch, run.objective[epoch]) for epoch in range(4)]
    none = run_of(epochs=0)
    assert (none.epochs, none.outcome) == (0, Outcome.OUT_OF_STEPS.value)
    assert not none.parameters.any()


def test_a_run_that_is_told_to_stop_is_interrupted_there() -> None:
    run = run_of(epochs=9, watch=lambda _, epoch, here: epoch < 2)
    assert (run.epochs, run.outcome) == (2, Outcome.INTERRUPTED.value)
    last = run_of(epochs=2, watch=lambda _, epoch, here: epoch < 2)
    assert (last.epochs, last.outcome) == (2, Outcome.INTERRUPTED.value)
    np.testing.assert_array_equal(run.parameters, run_of(epochs=2).parameters)


def test_a_run_that_has_converged_has_not_been_interrupted() -> None:
    nothing = Objective(np.zeros((6, 2)), LABELS, 3)
    run = run_of("gd", nothing, watch=lambda *_: False)
    assert (run.epochs, run.outcome) == (0, Outcome.CONVERGED.value)


@for_each("optimizer", ["gd", "sgd", "momentum"])
def test_a_run_diverges_where_the_penalty_alone_throws_its_weights_farther(optimizer: str) -> None:
    bound = 2 * (1 + OPTIMIZERS[optimizer].momentum) / 0.1
    run = run_of(optimizer, learning_rate=1.05 * bound, epochs=100)
    assert run.outcome == Outcome.DIVERGED.value
    assert run.objective[-1] > 1e3 * run.objective[0]
    assert math.isfinite(run.objective[-1])
    bounded = run_of(optimizer, learning_rate=0.8 * bound, epochs=100)
    assert bounded.outcome == Outcome.OVERSHOT.value
    assert bounded.objective[-1] < 1e3 * run.objective[0]
    calm = run_of(optimizer, learning_rate=None, epochs=50)
    assert calm.outcome == Outcome.OUT_OF_STEPS.value
    assert calm.overshot_in is None


def test_a_run_that_comes_back_has_overshot_and_says_when() -> None:
    run = run_of(learning_rate=4.0, epochs=50)
    assert run.outcome == Outcome.OVERSHOT.value
    above = [epoch for epoch, value in enumerate(run.objective) if value > run.objective[0]]
    assert run.overshot_in == above[0]
    assert 1 < len(above) < run.epochs


def test_without_l2_no_finite_run_diverges() -> None:
    for rate in (10.0, 1e3, 1e6):
        run = run_of("gd", objective(l2=0.0), learning_rate=rate, epochs=200)
        assert run.outcome == Outcome.OVERSHOT.value
        half = run.epochs // 2
        assert run.objective[half:].max() <= 2 * run.objective[:half].max()


def test_a_little_noise_is_no_overshoot_at_a_rate_that_suits() -> None:
    nothing = Objective(np.array([[1.0], [-1], [1], [-1], [1], [-1.1]]), np.array([0, 0, 1, 1, 2, 2]), 3, 0.0)
    suits = default_learning_rate(OPTIMIZERS["sgd"], nothing, 2)
    calm = run_of("sgd", nothing, batch_size=2, learning_rate=suits, epochs=20)
    assert calm.objective.max() > calm.objective[0]
    assert not calm.lost
    assert run_of("sgd", nothing, batch_size=2, learning_rate=2 * suits, epochs=20).lost


def test_an_interrupted_run_is_called_so_whatever_it_was_doing() -> None:
    run = run_of(learning_rate=8.0, epochs=50, watch=lambda _, epoch, here: epoch < 3)
    assert run.outcome == Outcome.INTERRUPTED.value
    assert run.overshot_in is not None


def test_what_is_not_finite_is_not_kept() -> None:
    run = run_of(learning_rate=1e200, epochs=50)
    assert run.outcome == Outcome.DIVERGED.value
    assert np.isfinite(run.objective).all()
    assert np.isfinite(run.parameters).all()
    assert run.epochs == 0


@for_each("rate", [1e200, 1e305, 1e308])
@for_each("optimizer", ["sgd", "momentum", "adam"])
@for_each("batch_size", [1, 4])
def test_what_overflows_within_an_epoch_gives_no_warning(optimizer: str, batch_size: int, rate: float) -> None:
    run = run_of(optimizer, batch_size=batch_size, learning_rate=rate, epochs=3)
    assert run.outcome == Outcome.DIVERGED.value
    assert np.isfinite(run.parameters).all()


def test_without_a_test_part_its_history_is_not_a_number() -> None:
    run = run_of()
    assert np.isnan(run.test_loss).all()
    assert np.isnan(run.test_accuracy).all()
    test = Objective(FEATURES[:2], LABELS[:2], 3, 0.1)
    tested = run_of(test=test)
    last = test.evaluate(tested.parameters)
    assert (tested.test_loss[-1], tested.test_accuracy[-1]) == (last.loss, last.accuracy)
    assert tested.test_loss[0] == pytest.approx(math.log(3), rel=1e-14)
    assert tested.test_loss.shape == tested.test_accuracy.shape == (5,)


# The parts


def table() -> Table:
    return Table(
        name="t",
        features=np.tile(FEATURES, (5, 1)) + np.arange(30)[:, np.newaxis],
        labels=np.tile(LABELS, 5),
        class_names=("0", "1", "2"),
        preparation=plain_preparation(["a", "b"], label_column="c"),
    )


@pytest.mark.parametrize("standardize", [True, False])
def test_the_parts_are_all_rows_standardised_as_the_training_part_is(standardize: bool) -> None:
    given = table().features
    parts = training.prepared(table(), TrainSettings(seed=4, standardize=standardize))
    assert (parts.train.shape, parts.test.shape) == ((24, 2), (6, 2))
    back = np.concatenate([parts.train, parts.test]) * parts.scale + parts.mean
    np.testing.assert_allclose(sorted(back.tolist()), sorted(given.tolist()), rtol=1e-12, atol=1e-12)
    assert np.bincount(parts.train_labels).tolist() == [8, 8, 8]
    assert np.bincount(parts.test_labels).tolist() == [2, 2, 2]
    if standardize:
        np.testing.assert_allclose(parts.train.mean(axis=0), 0, atol=1e-14)
        np.testing.assert_allclose(parts.train.std(axis=0), 1, rtol=1e-13)
    else:
        assert (parts.mean.tolist(), parts.scale.tolist()) == ([0, 0], [1, 1])
    again, other = (training.prepared(table(), TrainSettings(seed=seed, standardize=standardize)) for seed in (4, 5))
    np.testing.assert_array_equal(again.test, parts.test)
    assert other.test.tolist() != parts.test.tolist()
