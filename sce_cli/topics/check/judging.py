"""What a student's function did, held against what is right and against every known mistake."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.topics.check.forms import FORMS, Form
from sce_cli.topics.check.mistakes import NOTICED, Family, Mistake, constants
from sce_cli.topics.check.probes import Probe

TOLERANCE = 1e-9
"""Of max(1, |inputs|, |result|): a hundred thousand times what a plain formula loses by rounding."""

SINGLE = 1e-4
"""As much for what was computed in float32."""

ENDLESS = 1e300
"""From here on, what was made of ∞ by np.nan_to_num counts as ∞."""

RIGHT, WRONG, RAISED, TOO_SLOW, MISSING = "right", "wrong", "raised", "too slow", "missing"


@dataclass(frozen=True)
class Fault:
    """An exception that a student's program raised, or what else ended it."""

    text: str
    """Its type and its message in one line, as Python prints them."""

    line: int | None = None
    """The student's own line."""

    code: str = ""
    """What stands there."""

    arithmetic: bool = False
    """Whether Python's numbers raise it where NumPy's go on with ∞ or NaN."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What one call gave."""

    value: Array | None = None
    """None if it isn't numbers."""

    other: str = ""
    """What it is then, in short."""

    fault: Fault | None = None
    """What was raised in its place."""

    after: Array | None = None
    """The part of the input that isn't what it was, as it is afterwards."""

    changed: str = ""
    """Which part that is."""


@dataclass(frozen=True, eq=False)
class Case:
    """A probe, what is right there, and what the function made of it."""

    probe: Probe
    answer: Answer
    expected: Array

    @property
    def status(self) -> str:
        """right, wrong or raised."""
        fault = self.answer.fault
        if fault is not None:
            return RIGHT if np.isinf(self.expected).any() or self.refused else RAISED
        right = self.answer.value is not None and agree(self.answer.value, self.expected, self.probe.scale)
        return RIGHT if right else WRONG

    @property
    def refused(self) -> bool:
        """Whether a score of −∞ is refused, by an exception that says so: that is no wrong number."""
        endless = self.probe.extreme and np.isinf(self.probe.parts.get("z", 0)).any()
        return bool(endless) and self.answer.fault is not None and not self.answer.fault.arithmetic

    @property
    def arithmetic(self) -> bool:
        """Whether Python's own numbers raised what NumPy's would have made NaN or ∞."""
        return self.answer.fault is not None and self.answer.fault.arithmetic


@dataclass(frozen=True, eq=False)
class Verdict:
    """What came out for one function."""

    outcome: str
    mistake: str | None = None
    """The id of the one known mistake that explains all."""

    case: Case | None = None
    """The smallest one that shows it."""

    fault: Fault | None = None
    notes: tuple[str, ...] = ()
    """Ids of what is to be said beside."""


def agree(value: Array, expected: Array, scale: float, tolerance: float = TOLERANCE) -> bool:
    """Tell whether a result is right, within the tolerance, up to axes of length 1."""
    if _squeezed(value.shape) != _squeezed(expected.shape):
        return False
    got, right = value.reshape(-1), np.asarray(expected, dtype=float).reshape(-1)
    finite = np.isfinite(right)
    allowed = tolerance * max(scale, np.abs(right[finite]).max(initial=0))
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(got - right) <= allowed
        endless = (np.abs(got) >= ENDLESS) & (np.sign(got) == np.sign(right))
    return bool(np.where(finite, close, np.where(np.isnan(right), np.isnan(got), endless)).all())


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


@cache
def expectations(name: str) -> tuple[tuple[Probe, Array], ...]:
    """Return the probes of a form with the right answers."""
    form = FORMS[name]
    return tuple((probe, form.right(probe)) for probe in form.probes())


def judged(name: str, answers: Sequence[Answer | None]) -> Verdict:
    """Return what the answers to a form's probes amount to; None where a probe was left out."""
    kept, notes = _cases(name, answers)
    return _noted(_of_cases(FORMS[name], kept), *notes)


def is_right(name: str, answers: Sequence[Answer | None]) -> bool:
    """Tell whether nothing is wrong, which is quicker."""
    kept, _notes = _cases(name, answers)
    return all(case.status == RIGHT and case.answer.after is None for case in kept)


def _cases(name: str, answers: Sequence[Answer | None]) -> tuple[list[Case], tuple[str, ...]]:
    """Return the cases that count, and what is to be noted where those of one shape don't: all of them are refused."""
    pairs = zip(expectations(name), answers, strict=False)
    cases = [Case(at, answer, right) for (at, right), answer in pairs if answer is not None]
    ordinary = [case for case in cases if not case.probe.extreme]
    refused = [batch for batch in (False, True) if _refuses(ordinary, batch)] if FORMS[name].shapes else []
    if len(refused) != 1:
        return cases, ()
    note = "one-example-only" if refused == [True] else "batches-only"
    return [case for case in cases if case.probe.batch not in refused], (note,)


def _refuses(cases: Sequence[Case], batch: bool) -> bool:
    """Tell whether every input of a shape raises an exception."""
    of_shape = [case.status == RAISED for case in cases if case.probe.batch is batch]
    return bool(of_shape) and all(of_shape)


def _noted(verdict: Verdict, *notes: str) -> Verdict:
    return replace(verdict, notes=(*verdict.notes, *notes))


def _right_shapes(cases: Sequence[Case]) -> Iterator[str]:
    """Yield what is right where one example is and a batch isn't, or the other way round."""
    for batch, note in ((False, "one-example-right"), (True, "batch-right")):
        of_shape = [case.status == RIGHT for case in cases if case.probe.batch is batch]
        if of_shape and all(of_shape):
            yield note


def _of_cases(form: Form, cases: Sequence[Case]) -> Verdict:
    ordinary = [case for case in cases if not case.probe.extreme]
    extreme = [case for case in cases if case.probe.extreme]
    if any(case.status != RIGHT for case in ordinary):
        names = {*_names(form, ordinary, extreme=False)}
        names = names if len(names) < 2 else names & {*_names(form, extreme, extreme=False)}
        return _noted(_failed(ordinary, names), *(_right_shapes(ordinary) if form.shapes else ()))
    if any(case.status != RIGHT for case in extreme):
        return _failed(extreme, {*_names(form, extreme, extreme=True)})
    changed = [case for case in cases if case.answer.after is not None]
    if changed:
        return Verdict(WRONG, "changes-its-input", _smallest(changed))
    return Verdict(RIGHT, notes=tuple(dict.fromkeys(_notes(cases))))


def _notes(cases: Sequence[Case]) -> Iterator[str]:
    for case in cases:
        if case.answer.fault is not None:
            yield "refuses-masked" if case.refused else "raises-at-infinity"
        elif case.answer.value is not None and case.expected.ndim and case.answer.value.shape != case.expected.shape:
            yield "other-shape"


def _failed(cases: Sequence[Case], names: set[str]) -> Verdict:
    """Return what went wrong, with its name if it has exactly one."""
    failed = [case for case in cases if case.status != RIGHT]
    silent = [case for case in failed if case.status == WRONG or (names and case.arithmetic)]
    if not silent and not names:
        case = _smallest(failed)
        return Verdict(RAISED, None, case, case.answer.fault)
    mistake = names.pop() if len(names) == 1 else None
    return Verdict(WRONG, mistake, _smallest(silent or failed))


def _smallest(cases: Sequence[Case]) -> Case:
    """Return the case with the smallest input; of equals the first."""
    return min(cases, key=lambda case: sum(np.size(part) for part in case.probe.parts.values()))


def _names(form: Form, cases: Sequence[Case], *, extreme: bool) -> Iterator[str]:
    """Yield the names of the mistakes that explain all cases, one several times if several of its functions do."""
    with np.errstate(all="ignore"):
        for mistake in form.mistakes:
            if mistake.extreme is extreme and all(_explained(case, _made(mistake, case.probe)) for case in cases):
                yield mistake.name
        tried = constants(_size_for_infinity(cases)) if form.families else ()
        for family in form.families:
            if any(_of_family(family, constant, cases) for constant in tried):
                yield family.name
    if all(_in_single_precision(case) for case in cases):
        yield NOTICED[1]


def _of_family(family: Family, constant: float, cases: Sequence[Case]) -> bool:
    """Tell whether a mistake with this constant explains all cases."""
    return all(_explained(case, _value(family.wrong, case.probe, constant)) for case in cases)


@cache
def _made(mistake: Mistake, probe: Probe) -> Array | None:
    """Return what a mistake makes of a probe."""
    return _value(mistake.wrong, probe)


def _value(wrong: Callable[..., Any], *given: Any) -> Array | None:
    """Return what a wrong function gives; None where it raises an exception."""
    try:
        return np.asarray(wrong(*given), dtype=float)
    except (IndexError, ValueError):
        return None


def _explained(case: Case, value: Array | None) -> bool:
    """Tell whether the function did what a mistake does: this value, or an exception."""
    if value is None:
        return case.answer.fault is not None and not case.arithmetic
    if case.answer.fault is not None:
        return case.arithmetic and not np.isfinite(value).all()
    return case.answer.value is not None and agree(case.answer.value, value, case.probe.scale)


def _size_for_infinity(cases: Sequence[Case]) -> float:
    """Return the largest number that stands where ∞ is right, or else is wrong, for a constant to be found from."""
    wrong = [case for case in cases if case.status == WRONG and case.answer.value is not None]
    for case in sorted(wrong, key=lambda case: not np.isinf(case.expected).any()):
        sizes = np.abs(np.asarray(case.answer.value))
        return float(sizes[np.isfinite(sizes)].max(initial=0))
    return 0.0


def _in_single_precision(case: Case) -> bool:
    """Tell whether a result has no more digits than float32 holds, and is right to that many."""
    value = case.answer.value
    if value is None or not agree(value, case.expected, case.probe.scale, SINGLE):
        return False
    with np.errstate(over="ignore"):
        return bool((value == value.astype(np.float32)).all())
