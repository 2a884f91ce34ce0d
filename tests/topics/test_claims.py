"""Every claim of every topic, word for word, with the error that it allows."""

import math

import numpy as np
import pytest

from sce_cli.core.checks import Array
from sce_cli.datasets import load
from sce_cli.study import Study
from sce_cli.topics.entropy import study as entropy
from sce_cli.topics.mle import study as mle
from sce_cli.topics.predict import all_rows_study as predictions
from sce_cli.topics.predict import study as predict
from sce_cli.topics.softmax import study as softmax
from sce_cli.topics.train.run import prepared
from sce_cli.topics.train.settings import TrainSettings
from tests.topics.making import differentiated, trained
from tests.topics.predict.test_predict import MODEL, ROWS, table

ROUNDING = 2.0**-52
DIFFERENCES = 100 * (2**-34 + 2**-35)
"""What `core.check_gradient` allows central differences."""

Claims = list[tuple[str, float]]


def names(count: int) -> tuple[str, ...]:
    return tuple(f"name {k}" for k in range(count))


def assert_claims(study: Study, expected: Claims) -> None:
    assert [check.english for check in study.checks] == [claim for claim, _ in expected]
    allowed = pytest.approx([tolerance for _, tolerance in expected], rel=1e-9, abs=0)
    assert [check.tolerance for check in study.checks] == allowed
    assert all(0 <= check.error <= check.tolerance for check in study.checks)


# Maximum likelihood


def along_the_path(counts: tuple[int, ...], places: list[float]) -> tuple[float, float]:
    """Return what differences of ln L and of its slope allow: their truncation, and their largest rounding."""
    first, total = counts[0], sum(counts)
    others, units, step = total - first, 4 + len(counts) / 2, ROUNDING ** (1 / 3)
    shares = sum(n * math.log(n / others) for n in counts[1:] if n)
    slopes, bends = [], []
    for p in places:
        h, size = step * p * (1 - p), first / p + others / (1 - p)
        log_likelihood = first * math.log(p) + others * math.log(1 - p) + shares
        slopes.append((2 * total - units * log_likelihood) / (h * size))
        bends.append(units * size / (h * (first / p**2 + others / (1 - p) ** 2)))
    return step**2 + (16 + max(slopes)) * ROUNDING, step**2 + (16 + max(bends)) * ROUNDING


@pytest.mark.parametrize(
    ("counts", "normal", "loss"),
    [
        ((6, 4), 2059, "BCE(q, p)"),
        ((5, 3, 2), 2069, "CE(q, p)"),
        ((0, 4), 1999 + 12 + 297, "BCE(q, p)"),
    ],
)
def test_maximum_likelihood(counts: tuple[int, ...], normal: int, loss: str) -> None:
    slope, bend = along_the_path(counts, [k / 2000 for k in range(1, 2000)])
    grid = 297 + 1999 + 12
    where = f"at {grid:,} p in (0, 1)" if len(counts) == 2 else f"at {grid + 2000:,} distributions p"
    expected = [
        (f"ln of the product = sum of ln, at {normal:,} p without underflow", (16 + 2 * len(counts)) * ROUNDING),
        ("slope = finite difference of ln L, at 1,999 p, relative to its terms", slope),
        ("second derivative = finite difference of the slope, at 1,999 p, relatively", bend),
        ("p̂ in closed form = best p of the grid", 5e-4),
        ("p̂ in closed form = where descent ends, relatively", 1e-12 + (16 + len(counts)) * ROUNDING),
        (f"−ln L/N = {loss} {where}", (16 + len(counts)) * ROUNDING),
        (f"{loss} = H(q) + KL(q‖p) {where}", 16 * ROUNDING),
    ]
    assert_claims(mle.study(counts, names(len(counts))), expected)


def test_maximum_likelihood_of_very_many_colours_is_checked_at_fewer_points() -> None:
    slope, bend = along_the_path((1,) * 1200, [k / 2000 for k in range(1, 2000, 2)])
    expected = [
        ("slope = finite difference of ln L, at 1,000 p, relative to its terms", slope),
        ("second derivative = finite difference of the slope, at 1,000 p, relatively", bend),
        ("p̂ in closed form = best p of the grid", 1e-3),
        ("p̂ in closed form = where descent ends, relatively", 1e-12 + 1216 * ROUNDING),
        ("−ln L/N = CE(q, p) at 2,820 distributions p", 1216 * ROUNDING),
        ("CE(q, p) = H(q) + KL(q‖p) at 2,820 distributions p", 16 * ROUNDING),
    ]
    assert_claims(mle.study((1,) * 1200, names(1200)), expected)


# Entropy


def common(outcomes: int, finite: int = 201) -> Claims:
    entropy_tolerance = 16 * ROUNDING * max(1, np.log(outcomes))
    return [
        ("CE(q, p) = H(q) + KL(q‖p) at 201 p on the path", 16 * ROUNDING),
        ("CE(p, q) = H(p) + KL(p‖q) at 201 p on the path", 16 * ROUNDING),
        ("KL ≥ 0 in both orders at 201 p on the path", 0),
        ("0 ≤ H(q) ≤ ln K", entropy_tolerance),
        (f"CE(q, p) ≥ H(q) at {finite} p on the path", 16 * ROUNDING),
        ("CE(q, p) falls along the path, ever more slowly", 16 * ROUNDING),
        ("CE by log₂ and log₁₀ = CE in nats, converted, at 200 p", (16 + outcomes) * ROUNDING),
        ("1 − H(q)/ln K = KL(q‖uniform)/ln K", 16 * ROUNDING / min(1, math.log(outcomes))),
    ]


def binary(direct: int) -> tuple[str, float]:
    return f"BCE by log-softmax = q ln(1+e^−z) + (1−q) ln(1+e^z), at {direct} z", 16 * ROUNDING


def test_entropy_of_two_distributions() -> None:
    assert_claims(entropy.study(names(2), target=(0.6, 0.4), prediction=(0.9, 0.1)), common(2))
    assert_claims(entropy.study(names(2), target=(0.5, 0.5), prediction=(1, 0)), common(2, finite=200))


def test_entropy_near_the_target() -> None:
    near = ("KL(q‖p) = Σ (p−q)²/2q to second order, relatively", 0.04 + 16 * ROUNDING)
    assert_claims(entropy.study(names(2), target=(0.5, 0.5), prediction=(0.52, 0.48)), [*common(2), near])
    with_a_zero = entropy.study(names(3), target=(0.5, 0.5, 0), prediction=(0.52, 0.48, 0))
    assert_claims(with_a_zero, [*common(3), near])
    just = entropy.study(names(2), target=(0.5, 0.5), prediction=(0.5498, 0.4502))
    assert_claims(just, [*common(2), (near[0], 0.0996 + 16 * ROUNDING)])
    for target, prediction in [((0.5, 0.5), (0.56, 0.44)), ((0.5, 0.5), (0.5, 0.5)), ((1, 0), (0.99, 0.01))]:
        claims = [check.english for check in entropy.study(names(2), target=target, prediction=prediction).checks]
        assert near[0] not in claims


def test_entropy_of_a_label() -> None:
    expected = [*common(3), ("CE = −ln p(label) = ln Σ p_k/p(label)", 19 * ROUNDING), binary(3)]
    assert_claims(entropy.study(names(3), label=0, logits=(2, 1, 0.1)), expected)


def test_entropy_of_a_smoothed_label() -> None:
    expected = [*common(3), ("CE = H(q) at the best lead of the logit", 16 * ROUNDING), binary(2)]
    assert_claims(entropy.study(names(3), label=0, smoothing=0.1, logits=(2, 1, -1000)), expected)


def test_entropy_of_logits_none_of_which_can_be_written_out() -> None:
    study = entropy.study(names(2), target=(0.5, 0.5), logits=(800, -800))
    assert_claims(study, common(2))
    direct = entropy.study(names(2), target=(0.5, 0.5), logits=(699, -700))
    assert_claims(direct, [*common(2), binary(1)])


# Softmax


def of_softmax(
    ties: int, classes: int, *linear: tuple[str, float], temperatures: int = 121, shifts: int = 301, naive: int = 201
) -> Claims:
    where = f"at {temperatures} temperatures"
    return [
        (f"Σ p = 1 {where}", 16 * ROUNDING),
        (f"p = e^(z/T − logsumexp(z/T)) {where}", 16 * ROUNDING),
        (f"odds p_i/p_k = e^((z_i−z_k)/T) {where}", 4096 * ROUNDING),
        (f"p keeps the order of z, and so the argmax, {where}", 16 * ROUNDING),
        (f"H(p) rises with T, from ln {ties} to ln {classes} nats, {where}", 16 * ROUNDING),
        (f"z + c has the same softmax, for {shifts} c", 4096 * ROUNDING),
        (f"logsumexp(z + c) = logsumexp(z) + c, for {shifts} c", 16 * ROUNDING),
        (f"stable = naive softmax, at {naive} shifts where the naive one is fine", 4096 * ROUNDING),
        *linear,
        (f"−ln p_y = ln(1 + e^−d) of its lead d {where}", 16 * ROUNDING),
        (f"halfway between two rows of scores the loss is at most their mean, {where}", 16 * ROUNDING),
        (f"log-softmax of log-softmax = log-softmax {where}", 16 * ROUNDING),
        (f"−ln softmax(p) ≥ ln(e+K−1) − 1 {where}, = at a one-hot p", 16 * ROUNDING),
    ]


SHARPER = "L > T exactly where softmax's odds exceed the linear ones"


def larger(form: str, classes: int = 0) -> tuple[str, float]:
    return f"the k largest p together are the larger by {form}, for every k", max(16, classes) * ROUNDING


def test_softmax_where_neither_form_is_sharper_throughout() -> None:
    assert_claims(softmax.study((2, 1, 0.1), names(3)), of_softmax(1, 3, (SHARPER, 0)))


def test_softmax_where_one_form_is_sharper_throughout() -> None:
    assert_claims(softmax.study((3, 2, 1.5), names(3)), of_softmax(1, 3, (SHARPER, 0), larger("softmax")))
    flatter = of_softmax(1, 3, (SHARPER, 0), larger("linear normalisation"))
    assert_claims(softmax.study((0.3, 0.2, 0.1), names(3)), flatter)
    sharp = softmax.study(tuple(float(k) for k in range(2, 102)), names(100))
    assert_claims(sharp, of_softmax(1, 100, (SHARPER, 0), larger("softmax", 100)))


def test_softmax_of_tied_and_masked_scores() -> None:
    study = softmax.study((2, 2, -np.inf), names(3), temperature=2.0)
    assert_claims(study, of_softmax(2, 2, temperatures=122))


def test_softmax_of_very_many_scores_is_checked_at_fewer_points() -> None:
    study = softmax.study(tuple(np.arange(2000.0) / 100), names(2000))
    assert_claims(study, of_softmax(1, 2000, (SHARPER, 0), temperatures=61, shifts=76, naive=67))


# The gradient


@pytest.mark.parametrize(
    ("method", "precision", "approximation", "allowed"),
    [
        ("central", "float64", "central difference", DIFFERENCES),
        ("forward", "float64", "forward difference", 100 * 2**-25),
        ("complex", "float64", "complex step", 1000 * ROUNDING),
        ("forward", "float32", "forward difference", 100 * (2**-12 + 2**-11)),
    ],
)
def test_the_gradient(method: str, precision: str, approximation: str, allowed: float) -> None:
    rounding = 32 * (ROUNDING if precision == "float64" else 2**-23)
    expected = [
        (f"analytic gradient = {approximation}, relatively", allowed),
        ("each row of the chain rule adds up to it", rounding),
        ("its entries add up to 0", rounding),
        ("Jacobian = differences of the softmax", 1e-7),
        ("Jacobian = differences of the gradient", 1e-7),
        ("p_i(1 − p_i) = Σ p_i·p_j over j ≠ i", 32 * ROUNDING),
        ("no eigenvalue of the Jacobian is below 0, rounding aside", 32 * ROUNDING),
        ("vᵀ(diag(p) − p pᵀ)v = Σ p(v − Σ p v)², a variance, for 250 pairs of v and p", 32 * ROUNDING),
    ]
    assert_claims(differentiated((2, 1, 0.1), (1, 0, 0), method=method, precision=precision), expected)


# Training


@pytest.mark.parametrize(
    ("optimizer", "l2", "smoothing", "test_fraction", "learning_rate"),
    [
        ("gd", 1e-3, 0.0, 0.2, None),
        ("gd", 1e-3, 0.0, 0.2, 0.9),
        ("newton", 1e-3, 0.0, 0.2, None),
        ("adam", 0.0, 0.1, 0.0, None),
        ("sgd", 0.0, 0.0, 0.2, None),
    ],
)
def test_training(
    optimizer: str, l2: float, smoothing: float, test_fraction: float, learning_rate: float | None
) -> None:
    study = trained(
        load("iris"),
        optimizers=(optimizer,),
        epochs=5,
        learning_rate=learning_rate,
        l2=l2,
        label_smoothing=smoothing,
        test_fraction=test_fraction,
    )
    parts = prepared(load("iris"), TrainSettings(test_fraction=test_fraction))
    summed, run = 33 * ROUNDING, study.first
    train_size, test_size = (size_of_scores(part, run.weights, run.bias) for part in (parts.train, parts.test))
    train_allowed, test_allowed = (summed + 2 * (3 + 5) * ROUNDING * size for size in (train_size, test_size))
    expected: Claims = [("gradient = central differences, relatively", DIFFERENCES)]
    if optimizer == "newton":
        expected += [("the Hessian = central differences of the gradient, relatively", DIFFERENCES)]
    expected += [
        ("loss before training = ln K", summed),
        ("a step against the gradient g lowers the objective, at the rate ‖g‖²", DIFFERENCES),
        ("train loss = recomputed from the weights, row by row", train_allowed),
    ]
    if test_fraction:
        expected += [("test loss = recomputed from the weights, row by row", test_allowed)]
    if l2:
        penalty = 12 * l2 / 2 * float((run.weights**2).sum())
        expected += [("F = the loss and λ/2·‖W‖², recomputed from the weights", (32 + penalty) * ROUNDING)]
    expected += [
        ("accuracy = the diagonal of the confusion matrix", 32 * ROUNDING),
        ("the objective never rises above that of the untrained model", 0),
    ]
    if optimizer == "gd" and learning_rate is None:
        claim = "no epoch raises the objective, since the learning rate is at most 1/L"
        expected += [(claim, train_allowed + summed * (math.log(3) - 1))]
    if optimizer != "newton" and (l2 or smoothing):
        claim = "the objective is never below the minimum that Newton's method finds"
        expected += [(claim, study.checks[-2 if smoothing else -1].tolerance)]
        assert expected[-1][1] < 1e-7  # what is left of Newton's gradient, times a way of 50
    if smoothing:
        expected += [("the loss is never below H(q) of the smoothed targets", train_allowed)]
    assert_claims(study, expected)


def size_of_scores(features: Array, weights: Array, bias: Array) -> float:
    """Return Σ_d max_k|w_kd|·mean|x_d| + max_k|b_k|, which the additions of a score round by."""
    return (
        float(np.abs(weights).max(axis=0) @ np.abs(features).mean(axis=0) + np.abs(bias).max()) if len(features) else 0
    )


# Predictions: logits of row 0: 3.1, 0.2, −1.3; the largest of all: 7.9.


def test_a_prediction() -> None:
    chain = [
        ("logits = W x + b in the features' own units, term by term", (32 + 2) * ROUNDING),
        ("softmax = exp(z − ln Σ exp z)", 3.1 * (32 + 3) * ROUNDING),
        ("the probabilities add up to 1", 32 * ROUNDING),
    ]
    loss = [
        ("loss = ln Σ exp z − z of the true class", (32 + 3) * ROUNDING),
        ("gradient = central differences, relatively", DIFFERENCES),
        ("the gradient adds up to 0", 32 * ROUNDING),
    ]
    assert_claims(predict.study(MODEL, table([1, 2, 0]), 0), chain + loss)
    assert_claims(predict.study(MODEL, table(), 0), chain)
    small: Claims = [chain[0], (chain[1][0], (32 + 3) * ROUNDING), chain[2]]
    assert_claims(predict.study(MODEL, table(), 1), small)


def test_all_predictions() -> None:
    expected = [
        ("softmax = exp(z − ln Σ exp z)", 7.9 * (32 + 3) * ROUNDING),
        ("the probabilities of each row add up to 1", 32 * ROUNDING),
    ]
    same_loss = ("mean loss = that of the training's own formula", (32 + 2) * ROUNDING)
    assert_claims(predictions.study(MODEL, table([1, 2, 0])), [*expected, same_loss])
    assert_claims(predictions.study(MODEL, table()), expected)
    assert_claims(predictions.study(MODEL, table(rows=ROWS[1:2])), [(expected[0][0], (32 + 3) * ROUNDING), expected[1]])
