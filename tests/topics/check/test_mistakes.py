"""The bank of known mistakes: each is wrong, has its own name, and is told from every other one."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from sce_cli.topics.check import mistakes, remarks
from sce_cli.topics.check.forms import FORMS
from sce_cli.topics.check.judging import RIGHT, WRONG, Answer, Fault, expectations, is_right, judged
from sce_cli.topics.check.probes import Probe
from sce_cli.topics.check.signatures import OURS
from tests.each import for_each
from tests.running import run_sce

WITH_MISTAKES = [name for name, form in FORMS.items() if form.mistakes]

IDS = {
    "softmax": "overflow one-maximum-for-all maximum-with-zero wrong-axis normalised-over-all no-keepdims unnormalised "
    "linear masked-logit",
    "log_softmax": "overflow one-maximum-for-all maximum-with-zero wrong-axis normalised-over-all no-keepdims "
    "unnormalised linear masked-logit log-of-softmax log-base-2",
    "entropy": "zero-times-log-zero sign log-base-2 epsilon-in-log clipped-prediction binary-cross-entropy "
    "mean-over-classes",
    "cross_entropy": "zero-times-log-zero sign log-base-2 epsilon-in-log clipped-prediction "
    "target-and-prediction-swapped entropy-of-prediction binary-cross-entropy mean-over-classes",
    "kl_divergence": "zero-times-log-zero sign log-base-2 epsilon-in-log clipped-prediction "
    "target-and-prediction-swapped mean-over-classes cross-entropy-for-kl",
    "loss": "sum-not-mean mean-over-entries softmax-twice no-logarithm label-off-by-one log-of-softmax "
    "labels-as-target sign log-base-2 epsilon-in-log clipped-prediction overflow one-maximum-for-all "
    "maximum-with-zero wrong-axis normalised-over-all no-keepdims unnormalised linear",
    "gradient": "sign factor-two half sum-not-mean mean-over-entries missing-off-diagonal by-the-probabilities "
    "target-left-out label-off-by-one",
    "weight_gradient": "transposed sum-not-mean sign mean-over-entries bias-included",
}
"""What must be known of each function, changes-its-input and float32 aside."""


def answer(function: Callable[[Probe], Any], probe: Probe) -> Answer:
    """Return what a function of ours gives, as if a student's had given it."""
    try:
        with np.errstate(all="ignore"):
            return Answer(np.asarray(function(probe), dtype=float))
    except (IndexError, ValueError) as error:
        return Answer(fault=Fault(str(error)))


def _of_constant(wrong: Callable[[Probe, float], Any], constant: float, probe: Probe) -> Any:
    return wrong(probe, constant)


def known(name: str) -> Iterator[tuple[str, Callable[[Probe], Any]]]:
    """Yield the mistakes of a form, a family's with several constants; those of entropy show with large ones only."""
    form = FORMS[name]
    shown = any(not probe.extreme for probe in form.probes())
    extremes = any(probe.extreme for probe in form.probes())
    for mistake in form.mistakes:
        if (extremes if mistake.extreme else shown) and not (mistake.extreme and name == "gradient_of_p"):
            yield mistake.name, mistake.wrong
    constants = (1e-7, 1e-5) if name == "entropy" else (1e-15, 2.5e-13, 1e-12, 1e-10, 1e-8, 1e-7, 1e-5)
    for family in form.families:
        for constant in constants:
            yield family.name, partial(_of_constant, family.wrong, constant)


@for_each("name", FORMS)
def test_what_is_right_is_right(name: str) -> None:
    answers = [Answer(right) for _probe, right in expectations(name)]
    assert is_right(name, answers)
    assert judged(name, answers).outcome == RIGHT


@pytest.mark.parametrize("name", WITH_MISTAKES)
def test_every_mistake_has_its_name_and_no_other(name: str) -> None:
    seen = set()
    for mistake, wrong in known(name):
        answers = [answer(wrong, probe) for probe, _right in expectations(name)]
        verdict = judged(name, answers)
        assert (verdict.outcome, verdict.mistake) == (WRONG, mistake)
        seen.add(mistake)
    assert seen >= set(IDS.get(name, "").split())


def test_every_function_has_its_mistakes_and_every_mistake_its_sentence() -> None:
    assert set(IDS) == set(OURS)
    names = {mistake.name for form in FORMS.values() for mistake in form.mistakes}
    names |= {family.name for form in FORMS.values() for family in form.families}
    assert names | set(mistakes.NOTICED) == set(remarks.SENTENCES)


@for_each("name", remarks.SENTENCES)
def test_a_sentence_is_one_line_on_a_slide_and_a_place_to_look_is_there(name: str) -> None:
    assert len(remarks.SENTENCES[name]) <= 120
    assert remarks.SENTENCES[name].endswith(".")
    assert remarks.seen("gradient", name).startswith("sce ") or name == "changes-its-input"


TITLES = {
    "The naive form breaks": "overflow one-maximum-for-all maximum-with-zero",
    "Divide by the sum": "wrong-axis normalised-over-all no-keepdims unnormalised log-of-softmax",
    "Why not just z": "linear",
    "Softmax applied twice": "softmax-twice",
    "Exponentiate": "masked-logit label-off-by-one",
    "Surprise": "sign no-logarithm zero-times-log-zero",
    "Entropy: the least": "log-base-2",
    "Cross-entropy: the prediction's": "epsilon-in-log clipped-prediction mean-over-classes",
    "KL divergence": "cross-entropy-for-kl target-and-prediction-swapped",
    "binary cross-entropy": "binary-cross-entropy entropy-of-prediction",
    "From balls to a classifier": "labels-as-target",
    "Finite differences": "float32",
    "The model and its loss": "sum-not-mean mean-over-entries",
    "The gradient, checked": "transposed bias-included",
}
"""Steps, and the mistakes that are to be seen there."""


def test_where_a_mistake_is_to_be_seen_there_it_is() -> None:
    shown: dict[str, str] = {}
    for title, names in TITLES.items():
        for name in names.split():
            command = remarks.seen("loss", name)
            shown[command] = shown.get(command) or run_sce(*command.split()[1:], "--width", "60").stdout
            heading = next(line for line in shown[command].splitlines() if re.match(r"\d+\. ", line))
            assert title in heading, (name, command)
    in_gradients = set(remarks.SEEN_IN_GRADIENT) - {"unnormalised-target"}
    named = {name for names in TITLES.values() for name in names.split()}
    assert named | in_gradients | {"changes-its-input"} == set(remarks.SENTENCES)


@for_each("name", ["softmax", "loss", "gradient"])
def test_two_mistakes_at_once_have_no_name(name: str) -> None:
    answers = [Answer(-3 * right + 1) for _probe, right in expectations(name)]
    verdict = judged(name, answers)
    assert (verdict.outcome, verdict.mistake) == (WRONG, None)


def test_a_second_weakness_in_extremes_hides_no_name() -> None:
    """The wrong axis, and e^z as it is: ordinary inputs decide."""

    def wrong(probe: Probe) -> Any:
        weights = np.exp(np.asarray(probe.parts["z"]))
        return weights / weights.sum(axis=0)

    answers = [answer(wrong, probe) for probe, _right in expectations("softmax")]
    assert judged("softmax", answers).mistake == "wrong-axis"


def test_a_rounding_of_the_size_of_the_inputs_is_right() -> None:
    """Plain z − logsumexp(z) loses digits where scores are large."""
    answers = []
    for probe, right in expectations("log_softmax"):
        answers.append(Answer(right + 1e-10 * probe.scale))
    assert judged("log_softmax", answers).outcome == RIGHT


@for_each("size", [2e-9, 1e-8, 1e-6])
def test_what_is_off_by_more_is_wrong(size: float) -> None:
    answers = [Answer(right + size * probe.scale) for probe, right in expectations("entropy")]
    assert judged("entropy", answers).outcome == WRONG
