"""The softmax classifier: its kernel against mpmath, its objective against the core's formulas, its minimum."""

import itertools
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize  # type: ignore[import-untyped]
import scipy.special  # type: ignore[import-untyped]

from sce_cli.core import (
    GradientDescent,
    backtracking_line_search,
    central_difference,
    check_gradient,
    cross_entropy_from_logits,
    cross_entropy_gradient,
    descend,
    newton_step,
    one_hot,
    smooth_labels,
    softmax,
    softmax_jacobian,
)
from sce_cli.core import classifier as module
from sce_cli.core.blocks import CACHED
from sce_cli.core.checks import Array
from sce_cli.core.classifier import (
    Evaluation,
    Labels,
    Objective,
    confusion_matrix,
    largest_score,
    least_margin,
    linear_scores,
    mean_loss_and_gradient,
    predicted_classes,
)
from tests.core import reference
from tests.core.cases import EPSILON, LOGITS, UNDERFLOW, float32, logits
from tests.each import for_each

TINY = 4.248354255291589e-18
"""log(1 + exp(−40))."""


def kernel(scores: Array, labels: list[int] | Labels, smoothing: float = 0.0) -> tuple[float, Array]:
    """Return the loss and the gradient, and leave the scores as they are."""
    gradient = np.array(scores)
    loss = mean_loss_and_gradient(gradient, np.asarray(labels, dtype=np.intp), smoothing)
    return loss, gradient


def column(*scores: float) -> Array:
    return np.array([scores], dtype=np.float64).T


def problem(
    examples: int, features: int, classes: int, l2: float = 0.0, smoothing: float = 0.0, seed: int = 1
) -> Objective:
    random = np.random.default_rng(seed)
    labels = random.integers(classes, size=examples)
    return Objective(random.normal(size=(examples, features)) + 0.5, labels, classes, l2, smoothing)


def parameters_of(objective: Objective, seed: int = 2, size: float = 1.0) -> Array:
    return size * np.random.default_rng(seed).normal(size=objective.shape)


def targets_of(objective: Objective) -> Array:
    return smooth_labels(one_hot(objective.labels, objective.classes), objective.smoothing)


PROBLEMS = [
    problem(1, 1, 1),
    problem(1, 1, 2),
    problem(5, 1, 1, l2=0.3, smoothing=0.5),
    problem(12, 1, 3),
    problem(40, 3, 2, l2=0.1),
    problem(40, 5, 4, l2=1e-3, smoothing=0.1),
    problem(30, 2, 3, smoothing=1.0),
    problem(150, 2, 10, l2=2.0),
]
EVERY_PROBLEM = pytest.mark.parametrize(
    "objective", PROBLEMS, ids=lambda o: f"{len(o.labels)}x{o.features.shape[1]} {o.classes} {o.l2} {o.smoothing}"
)


# The kernel: known values.


@for_each("smoothing", [0.0, 0.1, 1.0])
@for_each("classes", [1, 2, 3, 10, 1000])
def test_equal_scores_give_ln_k(classes: int, smoothing: float) -> None:
    labels = np.arange(7) % classes
    loss, gradient = kernel(np.full((classes, 7), -3.0), labels, smoothing)
    assert loss == pytest.approx(np.log(classes), rel=4 * EPSILON, abs=0)
    expected = (1 - smoothing) * (1 / classes - one_hot(labels, classes)).T / 7
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=EPSILON)


def test_a_confident_right_answer_keeps_its_loss_and_its_gradient() -> None:
    loss, gradient = kernel(column(40, 0), [0])
    assert loss == pytest.approx(TINY, rel=4 * EPSILON, abs=0)
    np.testing.assert_allclose(gradient, column(-TINY, TINY), rtol=4 * EPSILON)


@pytest.mark.parametrize("gap", [16, 1000, 1e300])
def test_a_confident_wrong_answer_costs_the_gap_and_keeps_its_gradient(gap: float) -> None:
    loss, gradient = kernel(column(-gap / 2, gap / 2), [0])
    assert loss == pytest.approx(gap, rel=1e-8)
    np.testing.assert_allclose(gradient, column(-1, 1), rtol=2e-7)


def test_the_default_scores_of_the_lecture() -> None:
    loss, gradient = kernel(column(2, 1, 0.1), [0])
    assert loss == pytest.approx(0.417030, abs=5e-7)
    np.testing.assert_allclose(gradient, column(-0.340999, 0.242433, 0.098566), rtol=0, atol=5e-7)


# The kernel: twins.


@pytest.mark.parametrize("family", LOGITS)
def test_loss_and_gradient_are_within_4_ulps_for_each_unit_of_gap(family: str) -> None:
    for z in logits(family):
        if z.size > 10:
            continue
        with np.errstate(over="ignore"):
            gap = np.minimum(z.max() - z, UNDERFLOW)
        second = float(np.sort(gap)[1]) if z.size > 1 else 0.0
        for label in range(z.size):
            loss, gradient = kernel(z[:, np.newaxis], [label])
            q = one_hot(label, z.size)
            expected = reference.cross_entropy_from_logits(q, z)
            assert reference.ulps(np.array(loss), expected) <= 4 * (1 + second), (z, label)
            errors = reference.ulp_errors(gradient[:, 0], reference.cross_entropy_gradient(q, z))
            assert (errors <= 4 * (1 + np.where(np.arange(z.size) == label, second, gap))).all(), (z, label)


@for_each("smoothing", [0.0, 1e-12, 0.1, 0.9, 1.0])
@for_each(("classes", "examples"), [(1, 4), (2, 1), (3, 50), (10, 200)])
def test_the_kernel_is_the_mean_of_the_cores_loss_and_gradient_row_by_row(
    classes: int, examples: int, smoothing: float
) -> None:
    random = np.random.default_rng(4)
    z, labels = 20 * random.normal(size=(classes, examples)), random.integers(classes, size=examples)
    q = smooth_labels(one_hot(labels, classes), smoothing)
    loss, gradient = kernel(z, labels, smoothing)
    assert loss == pytest.approx(cross_entropy_from_logits(q, z.T).mean(), rel=1e-14, abs=0)
    expected = cross_entropy_gradient(q, z.T).T / examples
    np.testing.assert_allclose(gradient, expected, rtol=1e-13, atol=4 * EPSILON * smoothing / examples)


def test_the_kernel_is_the_mean_over_examples_taken_one_at_a_time() -> None:
    random = np.random.default_rng(5)
    z, labels = 5 * random.normal(size=(4, 9)), random.integers(4, size=9)
    alone = [kernel(z[:, [n]], labels[[n]], 0.2) for n in range(9)]
    loss, gradient = kernel(z, labels, 0.2)
    assert loss == pytest.approx(sum(one for one, _ in alone) / 9, rel=1e-14)
    np.testing.assert_allclose(gradient, np.hstack([one for _, one in alone]) / 9, rtol=1e-14, atol=EPSILON)


# The kernel: properties.


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_gradient_of_each_example_sums_to_0(smoothing: float) -> None:
    random = np.random.default_rng(6)
    _, gradient = kernel(30 * random.normal(size=(6, 100)), random.integers(6, size=100), smoothing)
    assert np.abs(gradient.sum(axis=0)).max() <= 4 * EPSILON / 100


@pytest.mark.parametrize("shift", [-512.0, 1024.0])
def test_a_common_shift_of_all_classes_changes_nothing(shift: float) -> None:
    z = np.round(np.random.default_rng(7).normal(size=(3, 20)) * 2**20) / 2**20  # so that the shift is exact
    labels = np.arange(20) % 3
    loss, gradient = kernel(z, labels, 0.1)
    shifted, gradient_there = kernel(z + shift, labels, 0.1)
    assert shifted == loss
    np.testing.assert_array_equal(gradient_there, gradient)


@pytest.mark.parametrize("cached", [1, 5, 24, 10**9])
def test_the_kernel_does_not_depend_on_the_block_size(monkeypatch: pytest.MonkeyPatch, cached: int) -> None:
    random = np.random.default_rng(8)
    z, labels = 10 * random.normal(size=(3, 50)), random.integers(3, size=50)
    loss, gradient = kernel(z, labels, 0.1)
    monkeypatch.setattr(module, "CACHED", cached)
    loss_in_blocks, gradient_in_blocks = kernel(z, labels, 0.1)
    assert loss_in_blocks == pytest.approx(loss, rel=1e-14)
    np.testing.assert_array_equal(gradient_in_blocks, gradient)


@pytest.mark.parametrize("layout", ["row-major", "column-major", "view"])
def test_scores_of_any_layout_are_overwritten(layout: str) -> None:
    random = np.random.default_rng(9)
    z, labels = random.normal(size=(4, 30)), random.integers(4, size=30)
    whole = np.full((8, 90), 7.0)
    given = {"row-major": z.copy(), "column-major": np.asfortranarray(z), "view": whole[::-2, ::3]}[layout]
    given[:] = z
    loss, gradient = kernel(z, labels)
    assert mean_loss_and_gradient(given, labels) == pytest.approx(loss, rel=1e-15)
    np.testing.assert_allclose(given, gradient, rtol=4 * EPSILON)
    whole[::-2, ::3] = 7
    assert (whole == 7).all()


# The kernel: limits.


@for_each("smoothing", [0.0, 0.1, 1.0])
@for_each(
    "scores",
    [
        (np.nan, 0.0, 0.0),
        (0.0, np.nan, 0.0),
        (np.inf, 0.0, 0.0),
        (0.0, np.inf, 0.0),
        (-np.inf, 0.0, 0.0),
        (-np.inf, -np.inf, -np.inf),
        (-1.7e308, 1.7e308, 0.0),
    ],
)
def test_scores_that_are_not_finite_or_too_far_apart_have_no_finite_loss(
    scores: tuple[float, ...], smoothing: float
) -> None:
    loss, _ = kernel(np.hstack([column(1, 2, 3), column(*scores)]), [0, 0], smoothing)
    assert not np.isfinite(loss)


def test_a_masked_class_takes_no_part() -> None:
    loss, gradient = kernel(column(2, -np.inf, 1), [0])
    loss_without, gradient_without = kernel(column(2, 1), [0])
    assert loss == loss_without
    assert gradient[:, 0].tolist() == [gradient_without[0, 0], 0, gradient_without[1, 0]]


@pytest.mark.parametrize("label", [0, 1])
def test_scores_of_1e300_do(label: int) -> None:
    loss, gradient = kernel(column(1e300, -1e300), [label])
    assert loss == [0, 2e300][label]
    assert gradient[:, 0].tolist() == [[0, 0], [1, -1]][label]


def test_float32_stays_float32_and_keeps_a_confident_answer() -> None:
    z = float32(40, 0)[:, np.newaxis]
    loss, gradient = kernel(z, [0])
    assert gradient.dtype == np.float32
    assert loss == pytest.approx(TINY, rel=1e-6)
    np.testing.assert_allclose(gradient, column(-TINY, TINY), rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_float32_is_as_accurate_as_float32_is(smoothing: float) -> None:
    random = np.random.default_rng(10)
    z, labels = (3 * random.normal(size=(5, 400))).astype(np.float32), random.integers(5, size=400)
    loss, gradient = kernel(z, labels, smoothing)
    expected_loss, expected = kernel(z.astype(np.float64), labels, smoothing)
    assert gradient.dtype == np.float32
    assert loss == pytest.approx(expected_loss, rel=1e-6)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=4e-7 / 400)


# The objective: values.


@pytest.mark.parametrize("classes", [1, 2, 3, 10])
def test_untrained_the_loss_is_ln_k_and_the_first_class_is_predicted(classes: int) -> None:
    objective = problem(60, 4, classes, l2=0.7)
    here = objective.evaluate(np.zeros(objective.shape))
    assert here.value == here.loss == pytest.approx(np.log(classes), rel=1e-15)
    assert here.accuracy == (objective.labels == 0).sum() / 60


@EVERY_PROBLEM
def test_value_loss_accuracy_and_gradient_are_those_of_the_formulas_row_by_row(objective: Objective) -> None:
    theta = parameters_of(objective)
    weights, q = theta[:, :-1], targets_of(objective)
    losses, hits, gradient = [], 0, np.zeros(objective.shape)
    for x, label, target in zip(objective.features, objective.labels, q, strict=True):
        z = [sum(w * v for w, v in zip(row[:-1], x, strict=True)) + row[-1] for row in theta]
        losses.append(float(cross_entropy_from_logits(target, z)))
        hits += z[label] == max(z)
        gradient += np.outer(cross_entropy_gradient(target, z), [*x, 1]) / len(q)
    gradient[:, :-1] += objective.l2 * weights
    here = objective.evaluate(theta)
    assert here.loss == pytest.approx(np.mean(losses), rel=1e-13, abs=0)
    assert here.value - here.loss == pytest.approx(objective.l2 / 2 * (weights**2).sum(), rel=1e-12)
    assert here.accuracy == hits / len(q)
    np.testing.assert_allclose(here.gradient, gradient, rtol=1e-12, atol=1e-15)


@EVERY_PROBLEM
def test_the_loss_is_that_of_scipy(objective: Objective) -> None:
    theta = parameters_of(objective)
    log_p = scipy.special.log_softmax(objective.features @ theta[:, :-1].T + theta[:, -1], axis=1)
    expected = -(targets_of(objective) * log_p).sum(axis=1).mean()
    assert objective.evaluate(theta).loss == pytest.approx(expected, rel=1e-13, abs=EPSILON)


def test_equal_scores_are_predicted_as_the_first_class() -> None:
    theta, features = np.zeros((3, 2)), np.ones((4, 1))
    assert predicted_classes(theta, features).tolist() == [0, 0, 0, 0]
    assert Objective(features, np.array([0, 1, 2, 0]), 3).evaluate(theta).accuracy == 0.5


@pytest.mark.parametrize("name", ["features", "labels"])
def test_the_evaluation_leaves_its_arguments_as_they_are(name: str) -> None:
    objective = problem(20, 3, 4, l2=0.1)
    theta = parameters_of(objective)
    theta.flags.writeable = getattr(objective, name).flags.writeable = False
    given, before = theta.copy(), getattr(objective, name).copy()
    for result in (objective.evaluate(theta).gradient, objective.hessian(theta)):
        assert not np.shares_memory(result, theta)
    np.testing.assert_array_equal(theta, given)
    np.testing.assert_array_equal(getattr(objective, name), before)


# The objective: its gradient by finite differences, and gradients that are wrong.


def flat_value(objective: Objective) -> Callable[[Array], float]:
    return lambda theta: objective.evaluate(theta.reshape(objective.shape)).value


@EVERY_PROBLEM
def test_the_gradient_is_the_derivative_of_the_value(objective: Objective) -> None:
    theta = parameters_of(objective)
    assert check_gradient(flat_value(objective), objective.evaluate(theta).gradient.ravel(), theta.ravel()).holds


def summed(objective: Objective, theta: Array) -> Array:
    return objective.evaluate(theta).gradient * len(objective.labels)


def ascending(objective: Objective, theta: Array) -> Array:
    return -objective.evaluate(theta).gradient


def without_l2(objective: Objective, theta: Array) -> Array:
    return (
        Objective(objective.features, objective.labels, objective.classes, 0, objective.smoothing)
        .evaluate(theta)
        .gradient
    )


def with_l2_on_the_biases(objective: Objective, theta: Array) -> Array:
    return without_l2(objective, theta) + objective.l2 * theta


def without_smoothing(objective: Objective, theta: Array) -> Array:
    return Objective(objective.features, objective.labels, objective.classes, objective.l2).evaluate(theta).gradient


def with_twice_the_l2(objective: Objective, theta: Array) -> Array:
    gradient = objective.evaluate(theta).gradient
    gradient[:, :-1] += objective.l2 * theta[:, :-1]
    return gradient


def without_the_biases(objective: Objective, theta: Array) -> Array:
    gradient = objective.evaluate(theta).gradient
    gradient[:, -1] = 0
    return gradient


def of_half_the_examples(objective: Objective, theta: Array) -> Array:
    return objective.gradient(theta, np.arange(len(objective.labels) // 2))


@pytest.mark.parametrize(
    "wrong",
    [
        summed,
        ascending,
        without_l2,
        with_l2_on_the_biases,
        with_twice_the_l2,
        without_smoothing,
        without_the_biases,
        of_half_the_examples,
    ],
)
def test_a_wrong_gradient_is_caught(wrong: Callable[[Objective, Array], Array]) -> None:
    objective = problem(40, 5, 4, l2=1e-3, smoothing=0.01)
    theta = parameters_of(objective)
    assert not check_gradient(flat_value(objective), wrong(objective, theta).ravel(), theta.ravel()).holds


# The objective: properties.


@EVERY_PROBLEM
def test_the_gradients_sum_over_the_classes_is_that_of_the_l2_term(objective: Objective) -> None:
    theta = parameters_of(objective)
    penalty = objective.l2 * theta.sum(axis=0) * (np.arange(objective.shape[1]) < objective.shape[1] - 1)
    np.testing.assert_allclose(objective.evaluate(theta).gradient.sum(axis=0), penalty, rtol=1e-12, atol=1e-14)


@EVERY_PROBLEM
def test_a_common_shift_of_all_classes_changes_the_l2_term_alone(objective: Objective) -> None:
    theta = parameters_of(objective)
    there = objective.evaluate(theta + np.linspace(-2, 3, objective.shape[1]))
    here = objective.evaluate(theta)
    assert there.loss == pytest.approx(here.loss, rel=1e-13, abs=0)
    assert there.accuracy == here.accuracy


@EVERY_PROBLEM
def test_the_objective_lies_above_its_tangents_and_below_the_parabolas_of_curvature_l(objective: Objective) -> None:
    random, bound = np.random.default_rng(11), objective.smoothness()
    for size in (1e-2, 1, 30):
        a, b = size * random.normal(size=(2, *objective.shape))
        here, there = objective.evaluate(a), objective.evaluate(b)
        tangent = here.value + float(np.vdot(here.gradient, b - a))
        rounding = 1e-13 * (abs(here.value) + abs(tangent))
        assert tangent - rounding <= there.value
        assert there.value <= tangent + bound / 2 * float(((b - a) ** 2).sum()) + rounding


@EVERY_PROBLEM
def test_a_learning_rate_of_1_over_l_lowers_the_value_in_every_step(objective: Objective) -> None:
    bound = objective.smoothness()
    optimizer = GradientDescent(1 / bound)
    path = descend(objective.evaluate, parameters_of(objective, size=5), lambda x, here: x - optimizer(here.gradient))
    for (_, here), (_, there) in itertools.pairwise(itertools.islice(path, 40)):
        promised = float((here.gradient**2).sum()) / (2 * bound)
        assert there.value <= here.value - promised + 1e-14 * here.value


@for_each("cached", [1, 7, 64])
@EVERY_PROBLEM
def test_nothing_depends_on_the_block_size(monkeypatch: pytest.MonkeyPatch, objective: Objective, cached: int) -> None:
    theta = parameters_of(objective)

    def everything() -> tuple[Evaluation, Array, float, Labels]:
        margin = least_margin(theta, objective.features, objective.labels)
        return objective.evaluate(theta), objective.hessian(theta), margin, predicted_classes(theta, objective.features)

    whole, hessian, margin, predicted = everything()
    monkeypatch.setattr(module, "CACHED", cached)
    blocks, hessian_in_blocks, margin_in_blocks, predicted_in_blocks = everything()
    assert (blocks.value, blocks.loss) == pytest.approx((whole.value, whole.loss), rel=1e-14, abs=0)
    assert blocks.accuracy == whole.accuracy
    np.testing.assert_allclose(blocks.gradient, whole.gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(hessian_in_blocks, hessian, rtol=1e-12, atol=1e-15)
    assert margin_in_blocks == pytest.approx(margin, rel=1e-12)
    np.testing.assert_array_equal(predicted_in_blocks, predicted)


def test_features_of_any_layout_give_the_same() -> None:
    objective = problem(50, 4, 3, l2=0.1)
    theta, wide = parameters_of(objective), np.zeros((100, 12))
    wide[::2, ::-3] = objective.features
    for features in (np.asfortranarray(objective.features), wide[::2, ::-3]):
        other = Objective(features, objective.labels, 3, 0.1)
        assert other.evaluate(theta).value == pytest.approx(objective.evaluate(theta).value, rel=1e-14)
        np.testing.assert_allclose(other.evaluate(theta).gradient, objective.evaluate(theta).gradient, atol=1e-15)
        np.testing.assert_allclose(other.hessian(theta), objective.hessian(theta), atol=1e-15)
        assert other.smoothness() == pytest.approx(objective.smoothness(), rel=1e-14)


def test_float32_features_are_worked_on_in_float64() -> None:
    objective = problem(50, 4, 3, l2=0.1)
    single = objective.features.astype(np.float32)
    theta, double = parameters_of(objective), Objective(single.astype(np.float64), objective.labels, 3, 0.1)
    given = Objective(single, objective.labels, 3, 0.1)
    assert given.evaluate(theta).loss == pytest.approx(double.evaluate(theta).loss, rel=1e-14)
    for found, expected in [
        (given.evaluate(theta).gradient, double.evaluate(theta).gradient),
        (given.hessian(theta), double.hessian(theta)),
    ]:
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    assert given.smoothness() == pytest.approx(double.smoothness(), rel=1e-6)


# The gradient over some of the examples.


@EVERY_PROBLEM
def test_the_gradient_over_all_rows_is_the_gradient(objective: Objective) -> None:
    theta, rows = parameters_of(objective), np.random.default_rng(14).permutation(len(objective.labels))
    np.testing.assert_allclose(
        objective.gradient(theta, rows), objective.evaluate(theta).gradient, rtol=1e-12, atol=1e-15
    )


@for_each("cached", [CACHED, 1])
@EVERY_PROBLEM
def test_the_gradient_over_some_rows_is_that_of_an_objective_of_these_rows(
    monkeypatch: pytest.MonkeyPatch, objective: Objective, cached: int
) -> None:
    monkeypatch.setattr(module, "CACHED", cached)
    monkeypatch.setattr(module, "FEW_ROWS", 1)
    theta, rows = parameters_of(objective), np.random.default_rng(15).integers(len(objective.labels), size=6)
    some = Objective(
        objective.features[rows], objective.labels[rows], objective.classes, objective.l2, objective.smoothing
    )
    np.testing.assert_allclose(objective.gradient(theta, rows), some.evaluate(theta).gradient, rtol=1e-12, atol=1e-15)


# The Hessian.


@EVERY_PROBLEM
def test_the_hessian_is_the_mean_of_kronecker_products(objective: Objective) -> None:
    theta = parameters_of(objective)
    expected = np.diag(np.tile([*[objective.l2] * objective.features.shape[1], 0.0], objective.classes))
    for x in objective.features:
        extended = np.append(x, 1.0)
        jacobian = softmax_jacobian(theta @ extended)
        expected += np.kron(jacobian, np.outer(extended, extended)) / len(objective.features)
    np.testing.assert_allclose(objective.hessian(theta), expected, rtol=1e-12, atol=1e-16)


@EVERY_PROBLEM
def test_the_hessian_is_the_derivative_of_the_gradient(objective: Objective) -> None:
    theta = parameters_of(objective)

    def along(direction: Array) -> Array:
        difference: Array = central_difference(
            lambda t: objective.evaluate(theta + t * direction).gradient, 0.0, EPSILON ** (1 / 3)
        )
        return difference.ravel()

    directions = np.eye(theta.size).reshape(-1, *theta.shape)
    numeric = np.array([along(direction) for direction in directions])
    np.testing.assert_allclose(objective.hessian(theta), numeric, rtol=0, atol=1e-9)


@EVERY_PROBLEM
def test_the_hessian_is_symmetric_positive_semi_definite_and_bounded_by_l(objective: Objective) -> None:
    for size in (0, 0.1, 1, 10):
        hessian = objective.hessian(parameters_of(objective, seed=16, size=size))
        np.testing.assert_allclose(hessian, hessian.T, rtol=1e-14, atol=1e-17)
        curvatures = np.linalg.eigvalsh(hessian)
        assert curvatures[0] >= -1e-14 * max(curvatures[-1], 1)
        assert curvatures[-1] <= objective.smoothness() * (1 + 1e-14)


@EVERY_PROBLEM
@for_each("cached", [CACHED, 1])
def test_the_curvature_is_the_hessians_product(
    objective: Objective, cached: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CACHED", cached)  # 1: a row at a time, and p is not kept where there are many classes
    theta = parameters_of(objective)
    product, hessian = objective.hessian_vector_product(theta), objective.hessian(theta)
    for seed in (18, 19):
        v = np.random.default_rng(seed).normal(size=objective.shape)
        given = v.copy()
        np.testing.assert_allclose(product(v).ravel(), hessian @ v.ravel(), rtol=1e-11, atol=1e-14)
        np.testing.assert_array_equal(v, given)


def test_the_bound_of_the_curvature_is_attained_by_two_classes_untrained() -> None:
    objective = problem(50, 3, 2)
    largest = np.linalg.eigvalsh(objective.hessian(np.zeros(objective.shape)))[-1]
    assert objective.smoothness() == pytest.approx(largest, rel=1e-14)


def test_the_curvature_of_biases_alone_is_at_most_a_half() -> None:
    bound = Objective(np.zeros((5, 2)), np.array([0, 1, 2, 0, 1]), 3, l2=0.25).smoothness()
    assert 0.75 <= bound <= 0.75 * (1 + 20 * EPSILON)  # 13 additions and rows, twice over


def test_a_confident_answer_keeps_its_curvature() -> None:
    objective = Objective(np.zeros((1, 1)), np.array([0]), 2)
    hessian = objective.hessian(np.array([[0.0, 40.0], [0.0, 0.0]]))
    np.testing.assert_allclose(hessian[1::2, 1::2], [[TINY, -TINY], [-TINY, TINY]], rtol=8 * EPSILON)
    assert not hessian[::2].any()


def test_scores_of_thousands_that_differ_from_example_to_example_have_a_curvature() -> None:
    features = np.array([[1000.0], [-2000.0], [0.5]])
    objective = Objective(features, np.array([0, 1, 0]), 2)
    theta = np.array([[1.0, 1000.0], [0.0, 1000.0]])
    expected = np.zeros((4, 4))
    for x in features:
        extended = np.append(x, 1.0)
        expected += np.kron(softmax_jacobian(theta @ extended), np.outer(extended, extended)) / 3
    np.testing.assert_allclose(objective.hessian(theta), expected, rtol=1e-12)
    assert expected.any()


# Features that are extreme.


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e100, 1e150])
def test_features_of_any_size_have_finite_evaluations(size: float) -> None:
    objective = Objective(size * np.array([[1.0, -1.0], [2.0, 0.5], [-1.0, 3.0]]), np.array([0, 1, 1]), 2)
    here = objective.evaluate(np.ones(objective.shape))
    assert np.isfinite([here.value, objective.smoothness(), *here.gradient.ravel()]).all()


def test_scores_that_overflow_have_no_finite_loss_and_give_no_warning() -> None:
    objective = Objective(np.array([[1e200, -1e200], [1.0, 2.0]]), np.array([0, 1]), 2, l2=1.0)
    theta = np.array([[1e200, 1e200, 0], [-1e200, 1e200, 0]])
    here = objective.evaluate(theta)
    assert not np.isfinite(here.value)
    assert not np.isfinite(objective.gradient(theta, np.array([0]))).all()


def test_parameters_that_have_run_away_to_infinity_give_no_warning() -> None:
    objective = Objective(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 1]), 2, l2=1.0)
    theta = np.array([[np.inf, -np.inf, 0], [-np.inf, np.inf, 0]])
    assert not np.isfinite(objective.evaluate(theta).value)
    assert not np.isfinite(objective.gradient(theta, np.array([0]))).all()


@for_each("smoothing", [0.0, 0.1])
@for_each("family", LOGITS)
def test_no_scores_make_numpy_raise_whatever_it_is_told(family: str, smoothing: float) -> None:
    for z in logits(family):
        columns = np.tile(z[:, np.newaxis], z.size)
        with np.errstate(all="ignore"):
            loss, gradient = kernel(columns, np.arange(z.size), smoothing)
        with np.errstate(all="raise"):
            again = kernel(columns, np.arange(z.size), smoothing)
        np.testing.assert_array_equal(again[0], loss)
        np.testing.assert_array_equal(again[1], gradient)


@pytest.mark.parametrize("features", [1, 2, 5])
def test_a_curvature_beyond_the_floats_is_infinite(features: int) -> None:
    huge = 1e200 * np.random.default_rng(17).normal(size=(20, features))
    assert Objective(huge, np.arange(20) % 2, 2).smoothness() == np.inf


# The minimum.


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_without_inputs_the_minimum_is_the_classes_shares(classes: int) -> None:
    labels = np.repeat(np.arange(classes), np.arange(1, classes + 1) * 3)
    objective = Objective(np.zeros((labels.size, 1)), labels, classes, l2=0.1)
    theta, here = newton_path(objective)[-1]
    shares = np.bincount(labels) / labels.size
    np.testing.assert_allclose(softmax(theta[:, -1]), shares, rtol=1e-9)
    assert here.loss == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-12)


def newton_path(objective: Objective) -> list[tuple[Array, Evaluation]]:
    """Return each position of Newton's method from 0 until the gradient is below 1e-10, at most 20."""

    def advance(theta: Array, here: Evaluation) -> Array:
        step = newton_step(here.gradient, objective.hessian(theta))
        slope = float(np.vdot(here.gradient, step))
        return backtracking_line_search(lambda moved: objective.evaluate(moved).value, theta, here.value, step, slope)

    path = []
    for theta, here in itertools.islice(descend(objective.evaluate, np.zeros(objective.shape), advance), 20):
        path.append((theta, here))
        if np.abs(here.gradient).max() < 1e-10:
            break
    return path


CURVED = [problem(80, 3, 3, l2=1e-2), problem(60, 2, 4, l2=0.1, smoothing=0.1), problem(100, 6, 2, l2=1e-3)]


@pytest.mark.parametrize("objective", CURVED)
def test_newtons_method_finds_the_minimum_that_scipy_finds_in_few_steps(objective: Objective) -> None:
    path = newton_path(objective)
    assert np.abs(path[-1][1].gradient).max() < 1e-10
    assert len(path) <= 8

    def value_and_gradient(theta: Array) -> tuple[float, Array]:
        here = objective.evaluate(theta.reshape(objective.shape))
        return here.value, here.gradient.ravel()

    start = parameters_of(objective).ravel()
    found = scipy.optimize.minimize(value_and_gradient, start, jac=True, method="BFGS", options={"gtol": 1e-7})
    assert path[-1][1].value == pytest.approx(found.fun, rel=1e-12)
    np.testing.assert_allclose(path[-1][0][:, :-1], found.x.reshape(objective.shape)[:, :-1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("objective", CURVED)
def test_newtons_method_squares_the_gradient_in_each_step(objective: Objective) -> None:
    sizes = np.array([np.abs(here.gradient).max() for _, here in newton_path(objective)])
    assert sizes.size >= 4
    near = sizes[:-1] < 0.1
    assert (sizes[1:][near] <= 10 * sizes[:-1][near] ** 2 + 1e-15).all()


# Margins, predictions, confusion.


@EVERY_PROBLEM
def test_the_least_margin_is_that_of_a_loop_over_examples(objective: Objective) -> None:
    theta = parameters_of(objective)
    margins = []
    for x, label in zip(objective.features, objective.labels, strict=True):
        z = theta @ np.append(x, 1)
        margins.append(min([z[label] - z[k] for k in range(objective.classes) if k != label], default=np.inf))
    assert least_margin(theta, objective.features, objective.labels) == pytest.approx(min(margins), rel=1e-12)


@for_each("cached", [1, CACHED])
@EVERY_PROBLEM
def test_the_largest_score_is_that_of_a_loop_over_examples(
    monkeypatch: pytest.MonkeyPatch, objective: Objective, cached: int
) -> None:
    monkeypatch.setattr(module, "CACHED", cached)
    theta = parameters_of(objective)
    sizes = [float(np.abs(theta @ np.append(x, 1)).max()) for x in objective.features]
    assert largest_score(theta, objective.features) == pytest.approx(max(sizes), rel=1e-12)


def test_with_a_positive_least_margin_the_loss_falls_towards_0() -> None:
    features, labels = np.array([[-2.0], [-1.0], [1.0], [3.0]]), np.array([0, 0, 1, 1])
    theta = np.array([[-1.0, 0.0], [1.0, 0.5]])
    assert least_margin(theta, features, labels) == 1.5
    losses = [Objective(features, labels, 2).evaluate(t * theta).loss for t in (1, 10, 100)]
    assert losses[0] > losses[1] > losses[2] > 0
    assert losses[2] < 1e-60
    assert least_margin(theta, features, labels[::-1]) == -6.5


def test_the_least_margin_of_a_tie_is_0() -> None:
    assert least_margin(np.zeros((3, 2)), np.ones((4, 1)), np.array([0, 1, 2, 0])) == 0


def test_parameters_that_are_no_numbers_have_no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED", 1)
    theta = np.array([[np.nan, 0.0], [0.0, 0.0]])
    assert np.isnan(least_margin(theta, np.array([[1.0], [2.0]]), np.array([0, 1])))


def test_linear_scores_are_those_of_a_loop() -> None:
    theta = np.array([[1.0, 2.0, 10.0], [0.0, -1.0, 20.0]])
    features = np.array([[3.0, 4.0], [5.0, 6.0], [0.0, 0.0]])
    assert linear_scores(theta, features).tolist() == [[21, 27, 10], [16, 14, 20]]
    assert predicted_classes(theta, features).tolist() == [0, 0, 1]


def test_no_examples_have_no_predictions() -> None:
    predictions = predicted_classes(np.ones((3, 5)), np.empty((0, 4)))
    assert predictions.shape == (0,)
    assert confusion_matrix(predictions, predictions, 3).tolist() == [[0, 0, 0]] * 3


@pytest.mark.parametrize("kind", [np.intp, np.uint8, np.uint64])
@pytest.mark.parametrize("classes", [1, 3, 40])
def test_the_confusion_matrix_is_that_of_a_loop(classes: int, kind: type) -> None:
    random = np.random.default_rng(18)
    labels, predictions = random.integers(classes, size=(2, 500)).astype(kind)
    expected = np.zeros((classes, classes), dtype=int)
    for label, prediction in zip(labels, predictions, strict=True):
        expected[label, prediction] += 1
    np.testing.assert_array_equal(confusion_matrix(labels, predictions, classes), expected)


@EVERY_PROBLEM
def test_the_diagonal_of_the_confusion_matrix_is_the_accuracy(objective: Objective) -> None:
    theta = parameters_of(objective)
    confusion = confusion_matrix(objective.labels, predicted_classes(theta, objective.features), objective.classes)
    assert confusion.trace() / confusion.sum() == objective.evaluate(theta).accuracy


# Memory


MANY_CLASSES = Objective(np.random.default_rng(20).normal(size=(3000, 100)), np.arange(3000) % 300, 300, 1e-3)
MANY_FEATURES = Objective(np.random.default_rng(20).normal(size=(60, 10_000)), np.arange(60) % 3, 3, 1e-3)
LONG = Objective(np.random.default_rng(20).normal(size=(100_000, 10)), np.arange(100_000) % 3, 3, 1e-3)
WORKS: dict[str, Callable[[Objective, Array], object]] = {
    "evaluation": lambda objective, theta: objective.evaluate(theta),
    "gradient over nearly all": lambda objective, theta: objective.gradient(theta, np.arange(1, len(objective.labels))),
    "a product with the Hessian": lambda objective, theta: objective.hessian_vector_product(theta)(theta),
    "smoothness": lambda objective, _: objective.smoothness(),
    "largest score": lambda objective, theta: largest_score(theta, objective.features),
    "least margin": lambda objective, theta: least_margin(theta, objective.features, objective.labels),
}


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(
    "objective", [MANY_CLASSES, MANY_FEATURES, LONG], ids=["many classes", "many features", "many rows"]
)
def test_nothing_takes_more_memory_than_half_of_the_table_and_some_parameters(objective: Objective, work: str) -> None:
    theta = parameters_of(objective, size=0.01)
    rows = np.arange(len(objective.labels))
    WORKS[work](objective, theta)
    tracemalloc.start()
    try:
        WORKS[work](objective, theta)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    blocks = 5 * 8 * CACHED  # a few arrays of a block's size, which don't grow
    assert peak <= objective.features.nbytes / 2 + 3 * theta.nbytes + rows.nbytes + blocks
