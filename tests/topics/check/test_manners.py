"""Programs in many hands' manners: no right one is called wrong, no wrong one is missed or has a false name."""

from pathlib import Path
from typing import Any

import pytest

from sce_cli.topics.check.process import Job
from sce_cli.topics.check.study import Checked, Program, programs
from tests.topics.check import manners

STUDENTS = Path(__file__).parent / "students"
"""Programs in other hands: right_WHAT.py, or OURS__MISTAKE__NUMBER.py."""


def job(source: str, folder: Path, name: str = "mine", **how: Any) -> Job:
    """Return a program that is to be run; NumPy is imported where it is used."""
    text = manners.NUMPY + source if "np." in source else source
    return Job(str(folder / f"{name}.py"), text.encode(), **how)


def function(program: Program, ours: str) -> Checked:
    """Return what came out for one function."""
    return next(one for one in program.functions if one.name == ours)


def test_no_right_program_is_called_wrong(tmp_path: Path) -> None:
    done = programs([job(source, tmp_path) for source in manners.RIGHT.values()])
    for name, program in zip(manners.RIGHT, done, strict=True):
        assert program.error is None, name
        assert {one.outcome for one in program.found} == {"right"}, name


def test_no_other_function_is_called_wrong(tmp_path: Path) -> None:
    done = programs([job(source, tmp_path) for source in manners.OTHERS.values()])
    for name, program in zip(manners.OTHERS, done, strict=True):
        assert program.error is None, name
        assert program.there, name
        assert program.found == (), name


def test_every_wrong_program_is_found_and_named(tmp_path: Path) -> None:
    done = programs([job(source, tmp_path) for _ours, _mistake, source in manners.WRONG])
    for (ours, mistake, source), program in zip(manners.WRONG, done, strict=True):
        one = function(program, ours)
        assert (one.outcome, one.mistake) == ("wrong", mistake), source
        assert one.counterexample is not None, source


def test_programs_in_other_hands() -> None:
    files = sorted(STUDENTS.glob("*.py"))
    assert len(files) >= 80
    for file, program in zip(files, programs([Job(str(file), file.read_bytes()) for file in files]), strict=True):
        ours, _gap, mistake = file.stem.rpartition("__")[0].partition("__")
        assert program.error is None, file.name
        if mistake:
            one = function(program, ours)
            assert (one.outcome, one.mistake) == ("wrong", mistake.replace("_", "-")), file.name
        else:
            assert {one.outcome for one in program.found} == {"right"}, file.name


def test_what_has_no_name_gets_none(tmp_path: Path) -> None:
    done = programs([job(source, tmp_path) for _ours, source in manners.UNNAMED])
    for (ours, source), program in zip(manners.UNNAMED, done, strict=True):
        one = function(program, ours)
        assert one.outcome != "right", source
        assert one.mistake is None, source


NOTED = [
    ("softmax, one example only", "softmax", "one-example-only"),
    ("softmax, rows only", "softmax", "batches-only"),
    ("softmax, matrix", "softmax", "other-shape"),
    ("softmax, lists of lists only", "softmax", "takes-lists"),
    ("softmax, finite scores only", "softmax", "refuses-masked"),
    ("cross-entropy, one label", "cross_entropy", "one-example-only"),
    ("cross-entropy, pure Python", "cross_entropy", "raises-at-infinity"),
    ("cross-entropy, prediction first", "cross_entropy", "prediction-first"),
    ("cross-entropy, (p, q) with the target first", "cross_entropy", "read-either-way"),
    ("cross-entropy, (p, q) with the prediction first", "cross_entropy", "prediction-first"),
    ("cross-entropy, D2L", "cross_entropy", "one-loss-an-example"),
    ("cross-entropy, mean by labels", "cross_entropy", "mean-of-examples"),
    ("loss, one-hot", "loss", "one-hot-labels"),
    ("loss, one example", "loss", "one-example-only"),
    ("loss, CS231n", "gradient", "pair"),
    ("gradient, of probabilities", "gradient", "takes-probabilities"),
]


def test_how_a_function_was_understood_is_said(tmp_path: Path) -> None:
    done = programs([job(manners.RIGHT[name], tmp_path) for name, _ours, _note in NOTED])
    for (name, ours, note), program in zip(NOTED, done, strict=True):
        assert note in function(program, ours).notes, name
        assert function(program, ours).note, name


@pytest.mark.parametrize(
    ("source", "how", "outcome", "mistake"),
    [
        ("def cross_entropy(a, b):\n    return -np.sum(b * np.log(a))", {}, "wrong", "target-and-prediction-swapped"),
        (
            "def cross_entropy(a, b):\n    return -np.sum(np.where(b > 0, b * np.log(a), 0))",
            {"order": ("prediction", "target")},
            "right",
            None,
        ),
        (
            "def cross_entropy(y_true, y_pred):\n    return -np.sum(np.where(y_pred > 0, y_pred * np.log(y_true), 0))",
            {"order": ("prediction", "target")},
            "right",
            None,
        ),
    ],
)
def test_an_order_that_is_given_goes_before_the_names(
    source: str, how: dict[str, Any], outcome: str, mistake: str | None, tmp_path: Path
) -> None:
    (program,) = programs([job(source, tmp_path, **how)])
    one = function(program, "cross_entropy")
    assert (one.outcome, one.mistake) == (outcome, mistake)


def test_a_shape_is_left_out(tmp_path: Path) -> None:
    source = "def softmax(z):\n    e = np.exp(z - np.max(z))\n    return e / e.sum()"
    both, one, batch = programs([job(source, tmp_path, shape=shape) for shape in ("", "one", "batch")])
    assert function(both, "softmax").mistake == "normalised-over-all"
    assert "One example is right" in function(both, "softmax").note
    assert function(one, "softmax").outcome == "right"
    assert function(batch, "softmax").mistake == "normalised-over-all"


def test_the_smallest_counterexample_can_be_pasted(tmp_path: Path) -> None:
    import numpy as np

    source = "def softmax(z):\n    e = np.exp(z - z.max(axis=0))\n    return e / e.sum(axis=0)\n"
    (program,) = programs([job(source, tmp_path)])
    shown = function(program, "softmax").counterexample
    assert shown is not None
    names: dict[str, object] = {}
    exec(manners.NUMPY + source, names)
    got = eval(shown.input, names)
    assert np.allclose(got, eval(shown.got, names), atol=1e-6)
    assert not np.allclose(got, eval(shown.expected, names))
    assert np.shape(got) == (2, 2)
