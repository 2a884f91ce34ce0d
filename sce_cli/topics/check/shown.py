"""A counterexample as text that can be pasted into Python."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sce_cli.study import Record
from sce_cli.topics.check.judging import Case
from sce_cli.topics.check.signatures import Reading

DIGITS = 6


@dataclass(frozen=True, eq=False)
class Counterexample(Record):
    """An input and its results, as Python writes them."""

    input: str
    """The call."""

    expected: str
    got: str
    """A value, or what was raised."""


def counterexample(name: str, reading: Reading, case: Case, mistake: str | None) -> Counterexample:
    """Return a case as text; what changes its input is shown by that input, before and after."""
    given = [_given(case.probe.parts[role], reading.carrier) for role in reading.roles]
    keywords = [f"{keyword}={value:g}" for keyword, value in reading.keywords]
    call = f"{name}({', '.join([*given, *keywords])})"
    answer = case.answer
    if mistake == "changes-its-input" and answer.after is not None and answer.changed:
        return Counterexample(call, *_apart(np.asarray(case.probe.parts[answer.changed], dtype=float), answer.after))
    if answer.fault is not None:
        return Counterexample(call, written(case.expected, DIGITS), answer.fault.text)
    if answer.value is None:
        return Counterexample(call, written(case.expected, DIGITS), answer.other)
    return Counterexample(call, *_apart(case.expected, answer.value))


def _apart(expected: Any, got: Any) -> tuple[str, str]:
    """Return two values with as many digits as tell them apart."""
    for digits in (DIGITS, 10, 17):
        texts = written(expected, digits), written(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _given(part: Any, carrier: str) -> str:
    array = np.asarray(part)
    if array.ndim == 0:
        return str(part)
    whole = array.dtype.kind == "i"
    text = _nested(array, lambda value: str(value) if whole else _decimal(value, DIGITS))
    return {"array": f"np.array({text})", "tensor": f"torch.tensor({text})", "list": text}[carrier]


def written(value: Any, digits: int) -> str:
    """Return a number or nested lists of numbers."""
    return _nested(np.asarray(value), lambda one: _decimal(one, digits))


def _nested(array: Any, number: Any) -> str:
    if array.ndim == 0:
        return str(number(array.item()))
    return f"[{', '.join(_nested(part, number) for part in array)}]"


def _decimal(value: float, digits: int) -> str:
    """Return a float as it is typed: 1000., 0.5, np.nan."""
    if math.isnan(value) or math.isinf(value):
        return {True: "np.nan", False: "np.inf" if value > 0 else "-np.inf"}[math.isnan(value)]
    text = f"{value:.{digits}g}" if digits < 17 else repr(float(value))
    return text if set(text) & set(".e") else f"{text}."
