"""The guards: what they let through, and that each refusal names the argument and the offending value."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core import checks
from sce_cli.core.checks import Array
from tests.core.cases import float32
from tests.each import for_each

NAN, INF = float("nan"), float("inf")
Call = Callable[[], Any]


def refusal(call: Call) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        call()
    return str(caught.value)


# What is let through.


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int8, np.int64, np.uint64, np.bool_])
def test_every_real_type_but_float32_becomes_float64(kind: type) -> None:
    array = checks.as_float(np.ones((2, 3), dtype=kind), "logits")
    assert array.dtype == np.float64
    assert array.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_float32_stays_float32() -> None:
    assert checks.as_float(float32(1, 2), "logits").dtype == np.float32


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floats_are_not_copied(kind: type) -> None:
    array: Array = np.ones(3, dtype=kind)
    assert np.shares_memory(checks.as_float(array, "values"), array)


def test_a_batch_of_no_rows_is_legal() -> None:
    assert checks.as_float(np.zeros((0, 3)), "logits").shape == (0, 3)


def test_lists_become_arrays() -> None:
    assert checks.as_float([1, 2.5], "logits").tolist() == [1, 2.5]


def test_masked_and_finite_scores_are_legal() -> None:
    assert checks.as_logits([-INF, -1e308, 0, 1e308]).tolist() == [-INF, -1e308, 0, 1e308]


def test_a_mass_of_minus_0_is_0_so_that_nothing_divided_by_it_turns_its_sign() -> None:
    assert not np.signbit(checks.as_weights([-0.0, 1], "values")).any()
    assert core.probability_gradient([1, 0], [-0.0, 1]).tolist() == [-INF, 0]
    assert core.log_likelihood_gradient([1, 1], [-0.0, 1]).tolist() == [INF, 1]
    assert core.cross_entropy([1, -0.0], [-0.0, 1]) == core.kl_divergence([1, -0.0], [-0.0, 1]) == INF
    assert core.linear.logarithmic_mean([3], [-0.0]).tolist() == [0]


def test_masses_need_not_sum_to_1() -> None:
    assert checks.as_weights([0, 5e-324, 7, 1e308], "target").tolist() == [0, 5e-324, 7, 1e308]


def test_whole_counts_up_to_2_to_the_53rd_are_legal() -> None:
    assert checks.as_counts([0, 3.0, 2**53 - 3]).tolist() == [0, 3, 2**53 - 3]
    assert checks.as_counts(float32(6, 4)).dtype == np.float64


def test_equal_numbers_of_classes_are_legal_whatever_the_other_axes() -> None:
    checks.same_classes(np.zeros((4, 3)), np.zeros(3), "target and logits")


# What each guard refuses.


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "b"], "x must be real numbers, got an array of <U1"),
        ([1j, 2], "x must be real numbers, got an array of complex128"),
        ([None, 1], "x must be real numbers, got an array of object"),
        (["2020-01-01"], "x must be real numbers, got an array of <U10"),
        (3.0, "x must hold at least one class, got shape ()"),
        ([], "x must hold at least one class, got shape (0,)"),
        (np.zeros((2, 0)), "x must hold at least one class, got shape (2, 0)"),
    ],
)
def test_as_float_refuses(values: Any, message: str) -> None:
    assert refusal(lambda: checks.as_float(values, "x")) == message


@pytest.mark.parametrize(("values", "got"), [([0, NAN], "nan"), ([INF, -INF], "inf"), ([[1, 2], [3, INF]], "inf")])
def test_scores_refuse(values: Any, got: str) -> None:
    assert refusal(lambda: checks.as_logits(values)) == f"logits must be finite or -inf (a masked class), got {got}"


@pytest.mark.parametrize(
    ("values", "got"),
    [
        ([1, -0.25], "-0.25"),
        ([-5e-324], "-5e-324"),
        ([NAN, -1], "nan"),
        ([0, INF], "inf"),
        ([[1, 2], [-INF, 3]], "-inf"),
    ],
)
def test_masses_refuse(values: Any, got: str) -> None:
    assert refusal(lambda: checks.as_weights(values, "x")) == f"x must be finite and not negative, got {got}"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[6, 4]], "counts must have one dimension, got shape (1, 2)"),
        ([6, 4.5], "counts must be whole numbers, got 4.5"),
        ([0.1, 0.2], "counts must be whole numbers, got 0.1"),
        ([0, 0], "counts must add up to between 1 and 2**53, got 0"),
        ([2**53, 2], "counts must add up to between 1 and 2**53, got 9007199254740994"),
        ([6, -1], "counts must be finite and not negative, got -1.0"),
        ([NAN], "counts must be finite and not negative, got nan"),
        ([], "counts must hold at least one class, got shape (0,)"),
    ],
)
def test_whole_counts_refuse(values: Any, message: str) -> None:
    assert refusal(lambda: checks.as_counts(values)) == message


@pytest.mark.parametrize("values", [[2**53, 1], [2**53 + 1], [1e308, 1e308]])
def test_whole_counts_refuse_any_sum_above_2_to_the_53rd(values: list[float]) -> None:
    assert refusal(lambda: checks.as_counts(values)).startswith("counts must add up to between 1 and 2**53, got ")


def test_unequal_numbers_of_classes_are_refused() -> None:
    message = refusal(lambda: checks.same_classes(np.zeros((4, 2)), np.zeros(3), "target and logits"))
    assert message == "target and logits must have the same number of classes, got 2 and 3"


# That each function of the core has its guards.


@pytest.mark.parametrize("function", [core.softmax, core.log_softmax, core.logsumexp])
@pytest.mark.parametrize(("logits", "got"), [([NAN, 1], "nan"), ([1, INF], "inf")])
def test_functions_of_logits_refuse_nan_and_infinity(function: Callable[..., Any], logits: Any, got: str) -> None:
    assert refusal(lambda: function(logits)) == f"logits must be finite or -inf (a masked class), got {got}"


@pytest.mark.parametrize(
    "call",
    [
        lambda: core.softmax([-INF, -INF]),
        lambda: core.log_softmax(np.array([[1, 2], [-INF, -INF]])),
        lambda: core.softmax([[-INF, 1], [-INF, 2]], axis=0),
        lambda: core.cross_entropy_from_logits([1, 0], [-INF, -INF]),
        lambda: core.cross_entropy_gradient([1, 0], [-INF, -INF]),
    ],
)
def test_a_row_of_nothing_but_masked_classes_is_refused(call: Call) -> None:
    assert refusal(call) == "every logit is -inf: a softmax needs at least one class that isn't masked"


@for_each(
    ("call", "message"),
    [
        (lambda: core.entropy([1, -0.5]), "target must be finite and not negative, got -0.5"),
        (lambda: core.entropy([NAN]), "target must be finite and not negative, got nan"),
        (lambda: core.cross_entropy([-0.5, 1], [1, 0]), "target must be finite and not negative, got -0.5"),
        (lambda: core.cross_entropy([1, 0], [-0.5, 1]), "prediction must be finite and not negative, got -0.5"),
        (lambda: core.kl_divergence([INF, 1], [1, 0]), "target must be finite and not negative, got inf"),
        (lambda: core.kl_divergence([1, 0], [1, NAN]), "prediction must be finite and not negative, got nan"),
        (lambda: core.cross_entropy_from_logits([-1, 2], [1, 0]), "target must be finite and not negative, got -1.0"),
        (lambda: core.cross_entropy_from_logits([1, 0], [NAN, 0]), "(a masked class), got nan"),
        (lambda: core.cross_entropy_gradient([-1, 2], [1, 0]), "target must be finite and not negative, got -1.0"),
        (lambda: core.cross_entropy_gradient([1, 0], [INF, 0]), "(a masked class), got inf"),
        (lambda: core.smooth_labels([-1, 2], 0.1), "target must be finite and not negative, got -1.0"),
        (lambda: core.likelihood([6, 4], [1, -0.5]), "probabilities must be finite and not negative, got -0.5"),
        (lambda: core.log_likelihood([6, 4], [1, NAN]), "probabilities must be finite and not negative, got nan"),
        (lambda: core.log_likelihood_gradient([6.5, 4], [1, 0]), "counts must be whole numbers, got 6.5"),
        (lambda: core.log_likelihood([3, 6.5], [1, 0]), "counts must be whole numbers, got 6.5"),
        (lambda: core.log_likelihood_curvature([-6, 4], [1, 0]), "counts must be finite and not negative, got -6.0"),
        (lambda: core.maximum_likelihood_estimate([0, 0]), "counts must add up to between 1 and 2**53, got 0"),
        (lambda: core.gradient_descent(lambda x: x, 3.0), "start must hold at least one class, got shape ()"),
        (lambda: core.softmax(["a"]), "logits must be real numbers, got an array of <U1"),
        (lambda: core.probability_gradient([-1, 2], [1, 0]), "target must be finite and not negative, got -1.0"),
        (lambda: core.probability_gradient([1, 0], [NAN, 1]), "prediction must be finite and not negative, got nan"),
        (lambda: core.finite_difference(np.sum, ["a"]), "x must be real numbers, got an array of <U1"),
        (lambda: core.check_gradient(np.sum, [1], ["a"]), "x must be real numbers, got an array of <U1"),
        (lambda: core.check_gradient(np.sum, ["a"], [1]), "gradient must be real numbers, got an array of <U1"),
    ],
)
def test_each_function_names_the_argument_and_the_value_it_refuses(call: Call, message: str) -> None:
    assert re.fullmatch(rf"(logits must be finite or -inf )?{re.escape(message)}", refusal(call))


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: core.cross_entropy([1, 0], [1, 0, 0]), "target and prediction"),
        (lambda: core.kl_divergence([1, 0], [1, 0, 0]), "target and prediction"),
        (lambda: core.cross_entropy_from_logits([1, 0], [1, 0, 0]), "target and logits"),
        (lambda: core.cross_entropy_gradient([1, 0], [1, 0, 0]), "target and logits"),
        (lambda: core.probability_gradient([1, 0], [1, 0, 0]), "target and prediction"),
        (lambda: core.likelihood([6, 4], [1, 0, 0]), "counts and probabilities"),
        (lambda: core.log_likelihood([6, 4], [1, 0, 0]), "counts and probabilities"),
        (lambda: core.log_likelihood_gradient([6, 4], [1, 0, 0]), "counts and probabilities"),
        (lambda: core.log_likelihood_curvature([6, 4], [1, 0, 0]), "counts and probabilities"),
    ],
)
def test_each_function_refuses_unequal_numbers_of_classes_by_its_own_names(call: Call, names: str) -> None:
    assert refusal(call) == f"{names} must have the same number of classes, got 2 and 3"


def test_a_single_class_is_not_stretched_to_many() -> None:
    message = refusal(lambda: core.cross_entropy([1], [0.5, 0.5]))
    assert message == "target and prediction must have the same number of classes, got 1 and 2"


@pytest.mark.parametrize(
    ("labels", "classes", "top"),
    [([0, 3], 3, 2), ([-1], 3, 2), ([0.0], 3, 2), ([True], 3, 2), (["a"], 3, 2), ([0], 0, -1)],
)
def test_one_hot_refuses_what_is_not_a_label(labels: Any, classes: int, top: int) -> None:
    message = refusal(lambda: core.one_hot(labels, classes))
    assert message == f"labels must be whole numbers from 0 to {top}, got {labels!r}"


@pytest.mark.parametrize("classes", [2.5, "3", None])
def test_one_hot_refuses_a_number_of_classes_that_is_not_whole(classes: Any) -> None:
    assert refusal(lambda: core.one_hot([0, 1], classes)) == f"classes must be a whole number, got {classes!r}"


@pytest.mark.parametrize("smoothing", [-0.1, 1.5, NAN, INF, -5e-324])
def test_smoothing_outside_0_to_1_is_refused(smoothing: float) -> None:
    message = refusal(lambda: core.smooth_labels([1, 0], smoothing))
    assert re.fullmatch(rf"smoothing must lie between 0 and 1, got {re.escape(str(smoothing))}", message)
