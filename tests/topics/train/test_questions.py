"""Questions of `sce train`, answered from the data, from other runs, and by hand."""

import math
from typing import Any

import numpy as np
import pytest

from sce_cli.datasets import load
from sce_cli.topics.train import study as train
from sce_cli.topics.train.descent_view import rate_of
from sce_cli.topics.train.run import prepared
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.topics.train.view import TrainView
from sce_cli.units import Unit
from tests.topics.asking import answer, asked, maybe_asked, plain
from tests.topics.making import trained
from tests.topics.train.test_train import DATA, NOT, OPTIMIZERS, THREE, VERDICTS, once, table

view = TrainView()

QUICK = {"digits": {"epochs": 5}}


def study_of(data: str) -> train.TrainStudy:
    return once(data, **QUICK.get(data, {}))


@pytest.mark.parametrize(
    ("data", "weights", "biases"), [("iris", 12, 3), ("penguins", 12, 3), ("spiral", 6, 3), ("digits", 640, 10)]
)
def test_how_many_numbers_are_learnt(data: str, weights: int, biases: int) -> None:
    question = asked(view, study_of(data), "The model")
    assert question.answer == weights + biases
    assert question.close(weights) is (data == "digits")


@pytest.mark.parametrize(
    ("unit", "expected"), [(Unit.NATS, "1.099 nats"), (Unit.BITS, "1.585 bits"), (Unit.DITS, "0.4771 dits")]
)
def test_the_first_loss(unit: Unit, expected: str) -> None:
    question = asked(view, study_of("iris"), "The loss before", unit)
    assert answer(question) == {Unit.NATS: "ln 3", Unit.BITS: "log₂ 3", Unit.DITS: "log₁₀ 3"}[unit]
    assert question.why.endswith(f" is {expected}.")


@pytest.mark.parametrize("data", DATA)
def test_the_first_loss_is_that_of_guessing_whatever_the_data(data: str) -> None:
    study = study_of(data)
    classes = len(set(load(data).labels))  # type: ignore[arg-type]
    question = asked(view, study, "The loss before")
    assert answer(question) == f"ln {classes}"
    assert f" is {math.log(classes):.4g} nats" in question.why


@pytest.mark.parametrize("data", DATA)
def test_the_share_of_test_examples_that_are_right(data: str) -> None:
    study, parts = study_of(data), prepared(load(data), TrainSettings())
    called = (parts.test @ study.first.weights.T + study.first.bias).argmax(axis=1)
    right = int((called == parts.test_labels).sum())
    most = np.bincount(parts.train_labels).argmax()
    question = asked(view, study, "Training")
    assert question.answer == right / len(called)
    assert f"It is {right} of {len(called)};" in question.why
    assert f"{(parts.test_labels == most).mean():.1%}" in question.why
    assert question.close(1) is (right / len(called) >= 0.95)


def test_no_linear_model_separates_the_spiral_however_long_it_trains() -> None:
    accuracy, way = (asked(view, once("spiral"), title) for title in ("Training", "How far"))
    assert accuracy.close(0.5)
    assert not accuracy.close(0.9)
    assert way.close(1)
    assert "52.1% of the training examples" in way.why


@pytest.mark.parametrize("data", ["iris", "penguins"])
def test_the_share_of_the_way_to_the_minimum(data: str) -> None:
    least = trained(load(data), optimizers=("newton",)).runs[0].objective[-1]
    objective = once(data).runs[0].objective
    question = asked(view, once(data), "How far")
    assert question.answer == pytest.approx((objective[0] - objective[-1]) / (objective[0] - least), rel=1e-9)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_weights_of_separable_classes_would_grow_for_ever(verdict: str) -> None:
    data, separability = VERDICTS[verdict]
    study = trained(table(*data), l2=0.0, test_fraction=0, epochs=60)
    question = maybe_asked(view, study, "How far")
    if not separability:
        assert question is None or not question.choices
        return
    sizes = [
        np.abs(trained(table(*data), l2=0.0, test_fraction=0, epochs=n).first.weights).max() for n in (100, 10_000)
    ]
    assert sizes[1] > 1.5 * sizes[0]
    assert question is not None
    assert answer(question) == "They would grow for ever."


def test_with_l2_they_would_not() -> None:
    question = maybe_asked(view, trained(table(*THREE), test_fraction=0), "How far")
    assert question is not None
    assert not question.choices


@pytest.mark.parametrize(("rate", "expected"), [(100.0, "above its start, then to and fro"), (1e9, "up, without end")])
def test_a_learning_rate_that_is_too_large(rate: float, expected: str) -> None:
    study = trained(load("iris"), learning_rate=rate)
    assert study.first.objective.max() > 2 * study.first.objective[0]
    question = asked(view, study, "Training")
    assert answer(question) == expected
    assert f"{rate_of(study.first)} times" in question.ask
    assert maybe_asked(view, study, "How far") is None
    assert (maybe_asked(view, study, "What was") is None) == (study.first.outcome == "diverged")


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_a_rate_that_is_not_a_multiple_of_the_gradient_is_no_question(optimizer: str) -> None:
    study = trained(load("iris"), optimizers=(optimizer,), learning_rate=1e9, epochs=5)
    assert study.first.lost
    assert maybe_asked(view, study, "Training") is None


@pytest.mark.parametrize("names", [("gd", "adam"), ("sgd", "gd", "momentum"), OPTIMIZERS])
def test_the_fastest_optimiser(names: tuple[str, ...]) -> None:
    alone = {name: trained(load("penguins"), optimizers=(name,), epochs=20).runs[0].objective[-1] for name in names}
    ranked = sorted(alone, key=lambda name: alone[name])
    study = trained(load("penguins"), optimizers=names, epochs=20)
    question = asked(view, study, "The optimisers")
    assert answer(question) == ranked[0]
    assert set(question.choices) == set(ranked[:4])
    assert f"the next, {ranked[1]}, reaches {alone[ranked[1]]:#.4g} nats." in question.why


def test_optimisers_that_end_at_the_same_place_are_no_question() -> None:
    study = trained(load("spiral"), optimizers=("gd", "newton"), epochs=1000)
    assert maybe_asked(view, study, "The optimisers") is None
    one_diverges = trained(load("iris"), optimizers=("gd", "newton"), learning_rate=1e9, epochs=30)
    assert answer(asked(view, one_diverges, "The optimisers")) == "newton"
    both = trained(load("iris"), optimizers=("gd", "momentum"), learning_rate=1e9, epochs=30)
    assert maybe_asked(view, both, "The optimisers") is None


@pytest.mark.parametrize("data", DATA)
def test_the_most_frequent_mistake(data: str) -> None:
    study, parts = study_of(data), prepared(load(data), TrainSettings())
    called = (parts.test @ study.first.weights.T + study.first.bias).argmax(axis=1).tolist()
    pairs: list[Any] = [pair for pair in zip(parts.test_labels.tolist(), called, strict=True) if pair[0] != pair[1]]
    often = sorted({pair: pairs.count(pair) for pair in pairs}.items(), key=lambda item: -item[1])
    question = maybe_asked(view, study, "What was")
    if not often or (len(often) > 1 and often[0][1] == often[1][1]):
        assert question is None
        return
    (true, wrong), times = often[0]
    names = study.data.class_names
    assert question is not None
    assert answer(question) == f"{names[true]} taken for {names[wrong]}"
    assert f"{names[wrong]} taken for {names[true]}" in [plain(choice) for choice in question.choices]
    assert question.why.startswith(f"{times} of {(parts.test_labels == true).sum()} examples of {names[true]} ")


def test_two_mistakes_as_frequent_are_no_question() -> None:
    study = trained(table(*NOT), test_fraction=0, epochs=60)
    assert study.reached.confusion.tolist() == [[2, 1], [1, 2]]
    assert maybe_asked(view, study, "What was") is None
