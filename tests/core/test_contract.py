"""What every function of the core promises alike: types, axes, batches, and inputs left as they were."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from tests.core import reference
from tests.core.cases import EPSILON, LOGITS, PREDICTIONS, TARGETS, float32, logits, pairs
from tests.each import for_each

Function = Callable[..., Any]

random = np.random.default_rng(9)
Z = random.normal(size=(4, 3, 5)) * 10
Q = random.dirichlet(np.ones(5), size=(4, 3))
P = random.dirichlet(np.ones(5), size=(4, 3))
COUNTS = np.array([6.0, 4, 0, 1, 9])

OF_AN_AXIS: list[tuple[Function, tuple[Array, ...]]] = [
    (core.softmax, (Z,)),
    (core.naive_softmax, (Z,)),
    (core.log_softmax, (Z,)),
    (core.logsumexp, (Z,)),
    (core.entropy, (Q,)),
    (core.cross_entropy, (Q, P)),
    (core.cross_entropy_from_logits, (Q, Z)),
    (core.kl_divergence, (Q, P)),
]
KEEPS_THE_AXIS = (core.softmax, core.naive_softmax, core.log_softmax)

PURE: list[tuple[Function, tuple[Array, ...]]] = [
    *OF_AN_AXIS,
    (lambda labels: core.one_hot(labels, 3), (np.array([0, 2]),)),
    (lambda target: core.smooth_labels(target, 0.1), (Q,)),
    (lambda target: core.smooth_labels(target, 0), (Q,)),
    (core.likelihood, (COUNTS, Q)),
    (core.log_likelihood, (COUNTS, Q)),
    (core.log_likelihood_gradient, (COUNTS, Q)),
    (core.log_likelihood_curvature, (COUNTS, Q)),
    (core.maximum_likelihood_estimate, (COUNTS,)),
    (core.cross_entropy_gradient, (Q, Z)),
    (lambda x, step: core.central_difference(np.exp, x, step), (Z, np.full_like(Z, 1e-3))),
    (lambda start: core.gradient_descent(lambda x: x - 2, start).position, (Z[0, 0],)),
    (core.largest_error, (Q, P)),
]


def _name(value: Any) -> str:
    return getattr(value, "__name__", "arguments")


with_axis = pytest.mark.parametrize(("function", "arguments"), OF_AN_AXIS, ids=_name)


def _assert_same(actual: Array, expected: Any) -> None:
    np.testing.assert_allclose(actual, expected, rtol=8 * EPSILON, atol=0, strict=False)
    assert actual.shape == np.shape(expected)


# Inputs.


@for_each(("function", "arguments"), PURE)
def test_the_inputs_are_not_modified(function: Function, arguments: tuple[Array, ...]) -> None:
    given = [argument.copy() for argument in arguments]
    function(*given)
    for argument, original in zip(given, arguments, strict=True):
        np.testing.assert_array_equal(argument, original, strict=True)


@for_each(("function", "arguments"), PURE)
def test_read_only_inputs_do_and_the_result_is_another_array(function: Function, arguments: tuple[Array, ...]) -> None:
    given = [argument.copy() for argument in arguments]
    for argument in given:
        argument.flags.writeable = False
    result = function(*given)
    assert not any(np.shares_memory(result, argument) for argument in given)


@with_axis
def test_lists_do_as_well_as_arrays(function: Function, arguments: tuple[Array, ...]) -> None:
    np.testing.assert_array_equal(function(*[argument.tolist() for argument in arguments]), function(*arguments))


# What NumPy is told to do about floating-point errors.


OF_LOGITS: list[Function] = [core.softmax, core.naive_softmax, core.log_softmax, core.logsumexp, core.softmax_jacobian]
OF_A_TARGET_AND_LOGITS: list[Function] = [core.cross_entropy_from_logits, core.cross_entropy_gradient]
OF_A_TARGET_AND_A_PREDICTION: list[Function] = [core.cross_entropy, core.kl_divergence, core.probability_gradient]
OF_COUNTS: list[Function] = [
    core.likelihood,
    core.log_likelihood,
    core.log_likelihood_gradient,
    core.log_likelihood_curvature,
]


def _assert_calm(function: Function, *arguments: Any) -> None:
    with np.errstate(all="ignore"):
        expected = function(*arguments)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(function(*arguments), expected)


@pytest.mark.parametrize("family", LOGITS)
def test_no_logits_make_numpy_raise_whatever_it_is_told(family: str) -> None:
    for z in logits(family):
        for function in OF_LOGITS:
            _assert_calm(function, z)
        for function in OF_A_TARGET_AND_LOGITS:
            _assert_calm(function, np.full(z.size, 1 / z.size), z)
            _assert_calm(function, core.one_hot(z.argmin(), z.size), z)


@for_each("family", TARGETS)
@for_each("prediction", PREDICTIONS)
def test_no_probabilities_make_numpy_raise_whatever_it_is_told(family: str, prediction: str) -> None:
    for q, p in pairs(family, prediction):
        for function in OF_A_TARGET_AND_A_PREDICTION:
            _assert_calm(function, q, p)
        for function in OF_COUNTS:
            _assert_calm(function, np.arange(1, q.size + 1), q)


# Axes and batches.


@with_axis
@for_each("axis", [0, 1, -2, -3])
def test_any_axis_is_the_last_axis_of_the_transposed(
    function: Function, arguments: tuple[Array, ...], axis: int
) -> None:
    moved = [np.moveaxis(argument, -1, axis) for argument in arguments]
    expected = function(*arguments)
    if function in KEEPS_THE_AXIS:
        expected = np.moveaxis(expected, -1, axis)
    _assert_same(function(*moved, axis=axis), expected)


@with_axis
def test_axis_0_of_a_matrix_is_the_last_axis_of_its_transpose(function: Function, arguments: tuple[Array, ...]) -> None:
    rows = [argument[0] for argument in arguments]
    expected = function(*rows).T
    _assert_same(function(*[argument.T for argument in rows], axis=0), expected)


@with_axis
def test_a_batch_is_as_good_as_its_rows(function: Function, arguments: tuple[Array, ...]) -> None:
    batch = function(*arguments)
    for index in np.ndindex(4, 3):
        _assert_same(batch[index], function(*[argument[index] for argument in arguments]))


@pytest.mark.parametrize("function", [core.cross_entropy, core.kl_divergence])
def test_one_target_meets_many_predictions_and_the_reverse(function: Function) -> None:
    _assert_same(function(Q[0, 0], P), [[function(Q[0, 0], p) for p in row] for row in P])
    _assert_same(function(Q, P[0, 0]), [[function(q, P[0, 0]) for q in row] for row in Q])


@pytest.mark.parametrize(
    "function",
    [core.likelihood, core.log_likelihood, core.log_likelihood_gradient, core.log_likelihood_curvature],
)
def test_one_draw_meets_many_probabilities(function: Function) -> None:
    _assert_same(function(COUNTS, P), [[function(COUNTS, p) for p in row] for row in P])


@with_axis
def test_the_axis_goes_unless_the_function_gives_a_number_for_each_class(
    function: Function, arguments: tuple[Array, ...]
) -> None:
    assert function(*arguments).shape == ((4, 3, 5) if function in KEEPS_THE_AXIS else (4, 3))
    assert function(*arguments, axis=0).shape == ((4, 3, 5) if function in KEEPS_THE_AXIS else (3, 5))


@with_axis
def test_a_batch_of_no_rows_gives_no_results(function: Function, arguments: tuple[Array, ...]) -> None:
    result = function(*[argument[:0] for argument in arguments])
    assert result.shape == ((0, 3, 5) if function in KEEPS_THE_AXIS else (0, 3))


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("function", [core.cross_entropy, core.kl_divergence])
def test_the_axis_is_that_of_the_common_shape(function: Function, axis: int) -> None:
    _assert_same(function(Q[0, 0], P[0], axis=axis), [function(Q[0, 0], p) for p in P[0]])


# Types.


TWINS: dict[Function, Function] = {
    core.softmax: reference.softmax,
    core.naive_softmax: reference.softmax,
    core.log_softmax: reference.log_softmax,
    core.logsumexp: reference.logsumexp,
    core.entropy: reference.entropy,
    core.cross_entropy: reference.cross_entropy,
    core.cross_entropy_from_logits: reference.cross_entropy_from_logits,
    core.kl_divergence: reference.kl_divergence,
}


@with_axis
def test_float32_in_gives_float32_out_within_8_of_its_ulps(function: Function, arguments: tuple[Array, ...]) -> None:
    for index in np.ndindex(4, 3):
        row = [argument[index].astype(np.float32) for argument in arguments]
        result = function(*row)
        assert result.dtype == np.float32
        assert reference.ulps(result, TWINS[function](*row)) <= 8, row


@pytest.mark.parametrize("gap", [0, 1e-30, 1e-3, 5, 40, 87, 103, 150])
def test_float32_keeps_tiny_losses(gap: float) -> None:
    z = float32(0, -gap)
    assert reference.ulps(core.log_softmax(z), reference.log_softmax(z)) <= 8
    assert reference.ulps(core.cross_entropy_from_logits(float32(1, 0), z), -reference.log_softmax(z)[0]) <= 8


@for_each("doublings", range(-30, 31, 3))
def test_float32_keeps_the_digits_of_kl_divergence(doublings: int) -> None:
    q, p = float32(0.3), float32(0.3 * 2.0**doublings * 1.01)
    assert reference.ulps(core.kl_divergence(q, p), reference.kl_divergence(q, p)) <= 8


def test_the_other_functions_keep_float32_too() -> None:
    q, z = Q.astype(np.float32), Z.astype(np.float32)
    assert core.smooth_labels(q, 0.1).dtype == np.float32
    assert core.smooth_labels(q, np.float64(0.1)).dtype == np.float32
    assert core.cross_entropy_gradient(q, z).dtype == np.float32
    assert core.central_difference(np.exp, z, np.full_like(z, 0.1)).dtype == np.float32
    np.testing.assert_allclose(core.smooth_labels(q, 0.1), core.smooth_labels(q.astype(float), 0.1), rtol=3e-7)
    np.testing.assert_allclose(
        core.cross_entropy_gradient(q, z), core.cross_entropy_gradient(q.astype(float), z.astype(float)), atol=3e-7
    )


TWO_ARGUMENTS = [
    (core.cross_entropy, (Q, P)),
    (core.kl_divergence, (Q, P)),
    (core.kl_divergence, (np.array([0.5, 0.5]), np.array([0.001, 0.999]))),
    (core.cross_entropy_from_logits, (Q, Z)),
    (core.log_likelihood, (COUNTS, P)),
]


@for_each("single", [0, 1])
@for_each(("function", "arguments"), TWO_ARGUMENTS)
def test_a_result_is_float64_and_as_accurate_when_only_one_argument_is_float32(
    function: Function, arguments: tuple[Array, ...], single: int
) -> None:
    mixed = [argument.astype(np.float32) if i == single else argument for i, argument in enumerate(arguments)]
    result = function(*mixed)
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, function(*[argument.astype(float) for argument in mixed]), rtol=8 * EPSILON)


@with_axis
def test_whole_numbers_give_float64(function: Function, arguments: tuple[Array, ...]) -> None:
    whole = [np.ones(5, dtype=np.int32) for _ in arguments]
    assert function(*whole).dtype == np.float64
