"""Questions of `sce predict`, answered by hand."""

import math

import numpy as np
import pytest

from sce_cli.datasets import plain_preparation
from sce_cli.topics.predict import study as predict
from sce_cli.topics.predict.view import PredictView
from sce_cli.units import Unit
from tests.each import for_each
from tests.topics.asking import PER_NAT, UNITS, answer, asked, maybe_asked, plain
from tests.topics.cases import default_predict, named
from tests.topics.predict.test_predict import AS_THEY_ARE, INPUTS, LOGITS, MODEL, table

view = PredictView()

ROWS = range(3)


@pytest.mark.parametrize("row", ROWS)
def test_the_class_is_that_of_the_largest_score(row: int) -> None:
    question = asked(view, predict.study(MODEL, table(), row), "Logits")
    assert answer(question) == "abc"[int(LOGITS[row].argmax())]
    assert question.choices == ("a", "b", "c")


def test_two_equal_scores_are_no_question() -> None:
    assert maybe_asked(view, predict.study(AS_THEY_ARE, table([0], AS_THEY_ARE, [[0.0, 0]]), 0), "Logits") is None


@pytest.mark.parametrize("row", ROWS)
def test_how_sure_it_is(row: int) -> None:
    question = asked(view, predict.study(MODEL, table(), row), "Softmax")
    exponentials = [math.exp(z) for z in LOGITS[row]]
    assert question.answer == pytest.approx(max(exponentials) / sum(exponentials), rel=1e-12)


@pytest.mark.parametrize("row", ROWS)
def test_the_feature_that_speaks_most_for_it(row: int) -> None:
    question = maybe_asked(view, predict.study(MODEL, table(), row), "The decision")
    second, first = np.argsort(LOGITS[row])[-2:]
    x, y = ((MODEL.weights[first][d] - MODEL.weights[second][d]) * INPUTS[row][d] for d in (0, 1))
    if max(x, y) <= 0 or x == y:
        assert question is None
    else:
        assert question is not None
        assert answer(question) == ("x" if x > y else "y")
        assert f"It adds {max(x, y):+.4f} " in question.why


@for_each("unit", UNITS)
@for_each("label", [0, 1, 2])
@for_each("row", ROWS)
def test_the_loss(row: int, label: int, unit: Unit) -> None:
    labels = [label, label, label]
    question = asked(view, predict.study(MODEL, table(labels), row), "Cross-entropy", unit)
    p = math.exp(LOGITS[row][label]) / sum(map(math.exp, LOGITS[row]))
    assert question.answer == pytest.approx(-math.log(p) * PER_NAT[unit], rel=1e-12)
    assert question.close(0.95 * question.answer)
    assert question.close(0) is (question.answer <= 0.05 * math.log(3) * PER_NAT[unit])


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("row", ROWS)
def test_the_true_classs_entry_is_negative(row: int, label: int) -> None:
    question = asked(view, predict.study(MODEL, table([label] * 3), row), "The gradient")
    step = 1e-6
    losses = [math.log(sum(map(math.exp, z))) - z[label] for z in (LOGITS[row], LOGITS[row] + step * np.eye(3)[label])]
    assert losses[1] < losses[0]
    assert answer(question) == "below 0"


def test_without_a_label_nothing_is_asked_about_the_loss() -> None:
    assert maybe_asked(view, predict.study(MODEL, table(), 0), "No loss") is None


@pytest.mark.parametrize(("x", "label"), [(1.0, 0), (1.0, 1), (-1.0, 0), (-1.0, 1)])
def test_where_a_p_has_lost_its_digits_its_loss_is_no_question(x: float, label: int) -> None:
    study = predict.study(AS_THEY_ARE, table([label], AS_THEY_ARE, [[x, 0.0]]), 0)
    assert study.prediction[label] in (0, 1)
    assert maybe_asked(view, study, "Cross-entropy") is None
    question = maybe_asked(view, study, "The gradient")
    assert question is None or answer(question) == "below 0"


def test_the_flower_that_is_taken_for_another() -> None:
    study = default_predict()
    texts = [plain(step.question.ask) for step in view.steps(study, Unit.NATS) if step.question]
    assert len(texts) == 5
    assert texts[3].startswith("The true class is versicolor, which got p = 0.4276.")
    assert answer(asked(view, study, "Logits")) == "virginica"
    assert asked(view, study, "Cross-entropy").close(0.85)


def test_many_classes_leave_four_to_choose_from() -> None:
    classes = 12
    model = type(MODEL)(
        weights=np.arange(2.0 * classes).reshape(classes, 2) % 7,
        bias=np.arange(classes) / 8,
        mean=np.zeros(2),
        scale=np.ones(2),
        class_names=named(classes),
        preparation=plain_preparation(["x", "y"]),
    )
    study = predict.study(model, table([11], model, [[1.0, 0.5]]), 0)
    z = model.weights @ [1, 0.5] + model.bias
    question = asked(view, study, "Logits")
    assert len(question.choices) == 4
    assert answer(question) == named(classes)[int(z.argmax())]
    assert named(classes)[11] in [plain(choice) for choice in question.choices]


def test_the_gradient_is_told_behind_the_question_for_its_sign() -> None:
    [step] = [step for step in view.steps(default_predict(), Unit.NATS) if step.title.startswith("The gradient")]
    assert step.question is not None
    assert "p − q" not in step.title
