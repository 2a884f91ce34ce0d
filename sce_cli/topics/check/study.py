"""What came out for each of a student's functions, of one file or of many."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.errors import ExitCode
from sce_cli.study import Record, Study
from sce_cli.topics.check.judging import (
    MISSING,
    RAISED,
    RIGHT,
    TOO_SLOW,
    WRONG,
    Answer,
    Fault,
    Verdict,
    agree,
    expectations,
    is_right,
    judged,
)
from sce_cli.topics.check.process import Job, Told, run_all
from sce_cli.topics.check.remarks import in_english
from sce_cli.topics.check.shown import Counterexample, counterexample
from sce_cli.topics.check.signatures import OF_LABELS, OURS, Reading
from sce_cli.translation import N_


@dataclass(frozen=True, eq=False)
class Checked(Record):
    """What came out for one of the eight functions."""

    name: str
    """Ours."""

    as_: str | None
    """The student's; None if it isn't there."""

    outcome: str
    """right, wrong, raised, too slow or missing."""

    mistake: str | None
    """The id of the one known mistake that explains all that was seen."""

    note: str
    """How it was understood, and what else is to be said, in English."""

    notes: tuple[str, ...]
    """The ids of that."""

    counterexample: Counterexample | None
    """The smallest input that shows it."""

    error: str | None
    """The exception, in one line."""

    line: int | None
    """The student's line that raised it."""

    code: str
    """What stands there."""

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.outcome in {RIGHT, MISSING}


@dataclass(frozen=True, eq=False)
class Program(Record):
    """One file."""

    file: str

    functions: tuple[Checked, ...]
    """All eight, in our order; none where the file can't be run."""

    error: str | None
    """Why it can't be run, in one line."""

    line: int | None
    """The line that is to blame."""

    printed: str
    """The beginning of what it printed."""

    length: int
    """Bytes that it printed."""

    warnings: tuple[str, ...]
    """Python's own warnings at its lines, each once."""

    limited: bool
    """Whether its memory was bounded, and it ran in a copy of a process."""

    @property
    def there(self) -> bool:
        """Whether it defines any of the functions, if only to be filled in."""
        return any(function.as_ is not None for function in self.functions)

    @property
    def found(self) -> tuple[Checked, ...]:
        """The functions that are there."""
        return tuple(function for function in self.functions if function.outcome != MISSING)


@dataclass(frozen=True, eq=False)
class CheckStudy(Study):
    """One file, flat."""

    file: str
    functions: tuple[Checked, ...]
    printed: str
    warnings: tuple[str, ...]
    limited: bool

    @property
    def exit_code(self) -> ExitCode:
        """0 if nothing is wrong with any function, else 1."""
        return ExitCode.OK if all(function.fine for function in self.functions) else ExitCode.CLAIM_FAILED


@dataclass(frozen=True, eq=False)
class Frequent(Record):
    """A mistake, and in how many files it is made."""

    mistake: str
    files: int


@dataclass(frozen=True, eq=False)
class ClassStudy(Study):
    """Many files."""

    files: tuple[Program, ...]

    frequent: tuple[Frequent, ...]
    """The named mistakes, the most frequent first."""

    @property
    def exit_code(self) -> ExitCode:
        """0 if nothing is wrong with any function of any file, else 1."""
        fine = all(not program.error and all(one.fine for one in program.functions) for program in self.files)
        return ExitCode.OK if fine else ExitCode.CLAIM_FAILED


def programs(jobs: Sequence[Job], ready: Callable[[], None] = lambda: None) -> list[Program]:
    """Run programs and return what came out for each; ready: called after each."""
    told = iter(run_all([job for job in jobs if not job.unreadable], ready))
    return [_unreadable(job) if job.unreadable else _program(job, next(told)) for job in jobs]


def of_one(program: Program) -> CheckStudy:
    """Return the study of a file that could be run."""
    return CheckStudy((), program.file, program.functions, program.printed, program.warnings, program.limited)


def of_many(every: Sequence[Program]) -> ClassStudy:
    """Return the study of many files."""
    counts = Counter(name for program in every for name in {one.mistake for one in program.functions if one.mistake})
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ClassStudy((), tuple(every), tuple(Frequent(name, count) for name, count in ranked))


LOST: Told = {"fault": {"event": "lost"}, "printed": "", "length": 0, "warnings": [], "limited": True}
"""What is known of a program that ended its worker."""


def _unreadable(job: Job) -> Program:
    return Program(job.file, (), job.unreadable, None, "", 0, (), limited=True)


def _program(job: Job, told: Told | None) -> Program:
    told = told or LOST
    error, line = _import_error(told["fault"])
    functions = () if error else tuple(_functions(told))
    return Program(
        job.file, functions, error, line, told["printed"], told["length"], tuple(told["warnings"]), told["limited"]
    )


def _import_error(fault: Mapping[str, Any] | None) -> tuple[str | None, int | None]:
    """Return why the top level of a program didn't come to its end, and its line."""
    if fault is None:
        return None, None
    if fault["event"] == "import":
        return fault["fault"]["text"], fault["fault"]["line"]
    return ended(fault), None


def ended(event: Mapping[str, Any]) -> str:
    """Return in English, as Python's own messages are, what ended a program from outside its own code."""
    if event["event"] == "slow":
        return N_("not done within {seconds} s").format(seconds=f"{event['seconds']:g}")
    if event["event"] == "forged":
        return N_("it wrote where its results are told")
    status = event.get("status")
    if event["event"] == "lost" or status is None:
        return N_("it ended the process that watches over it")
    left, killed = N_("it ended its process, with status {status}"), N_("its process was ended by signal {status}")
    return (left if status >= 0 else killed).format(status=abs(status))


def _functions(told: Told) -> Iterator[Checked]:
    """Yield what came out for each of ours; a cross-entropy that takes scores and labels is a loss, if none else is."""
    every = {function.name: function for function in _each(told)}
    taken = every["cross_entropy"]
    if "takes-scores" in taken.notes and every["loss"].as_ is None:
        every |= {"cross_entropy": _missing("cross_entropy"), "loss": replace(taken, name="loss")}
    return iter(every.values())


def _each(told: Told) -> Iterator[Checked]:
    """Yield what came out for each, under the name that its own name means."""
    names = dict(told["found"])
    for ours in OURS:
        every = [reading for reading in told["readings"] if reading["ours"] == ours]
        own = [reading for reading in every if reading["function"] == ours]
        if ours in told["ended"]:
            yield _ended(ours, names[ours], told["ended"][ours])
        elif every:
            reads = [_Read(one) for one in own or every]
            source = names[(own or every)[0]["function"]]
            if not reads[0].whole:
                yield _ended(ours, source, {"event": "forged"})
            elif own:
                yield _checked(ours, source, reads, ())
            elif any(read.gives_probabilities for read in reads):
                yield _missing(ours)
            else:
                yield _checked(ours, source, reads, ("pair",))
        elif ours in names:
            yield _missing(ours, names[ours], ("other-parameters",))
        else:
            yield _missing(ours)


def _missing(ours: str, name: str | None = None, notes: tuple[str, ...] = ()) -> Checked:
    return Checked(ours, name, MISSING, None, in_english(notes), notes, None, None, None, "")


def _ended(ours: str, name: str, event: Mapping[str, Any]) -> Checked:
    if event["event"] == "slow":
        return Checked(ours, name, TOO_SLOW, None, "", (), None, None, None, "")
    return Checked(ours, name, RAISED, None, "", (), None, ended(event), None, "")


class _Read:
    """A reading of a function with what came out."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        form, roles, keywords, carrier, certain, notes = told["reading"]
        pairs = tuple((name, value) for name, value in keywords)
        self.reading = Reading(form, tuple(roles), pairs, carrier, certain, tuple(notes))
        self.raw = told["answers"]

    @property
    def missing(self) -> bool:
        """Whether it says that it isn't written yet."""
        return any(answer is not None and "missing" in answer for answer in self.raw)

    @property
    def stateful(self) -> bool:
        """Whether it is a method that asks for what its object doesn't have yet."""
        return any(answer is not None and "stateful" in answer for answer in self.raw)

    @property
    def mistaken(self) -> bool:
        """Whether it takes something else altogether: all that it is given is of a wrong type."""
        return all(raw is None or raw.get("fault", {}).get("text", "").startswith("TypeError") for raw in self.raw)

    @cached_property
    def answers(self) -> list[Answer | None]:
        """What came out, probe by probe."""
        known = expectations(self.reading.form)
        return [None if raw is None else _answer(raw, at[1]) for raw, at in zip(self.raw, known, strict=False)]

    @cached_property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return is_right(self.reading.form, self.answers)

    @cached_property
    def verdict(self) -> Verdict:
        """What the answers amount to."""
        return judged(self.reading.form, self.answers)

    @property
    def whole(self) -> bool:
        """Whether it was tried on every probe."""
        return len(self.raw) == len(expectations(self.reading.form))

    @property
    def gives_probabilities(self) -> bool:
        """Whether it isn't a gradient but p that stands beside the loss."""
        pairs = zip(self.raw, expectations(self.reading.form), strict=False)
        values = [(_answer(raw, right).value, np.asarray(at.parts["p"]), at.scale) for raw, (at, right) in pairs if raw]
        return bool(values) and all(value is not None and agree(value, p, scale) for value, p, scale in values)

    @property
    def refused(self) -> bool:
        """Whether some ordinary input raises an exception."""
        known = expectations(self.reading.form)
        pairs = zip(self.raw, known, strict=False)
        return any(raw is not None and "fault" in raw and not at[0].extreme for raw, at in pairs)


def _answer(raw: Mapping[str, Any], expected: Array) -> Answer:
    """Return an answer as arrays; of several values the one that has the shape of what is expected, or the first."""
    if "fault" in raw:
        return Answer(fault=Fault(**raw["fault"]))
    after = _array(raw["after"]) if "after" in raw else None
    after = np.zeros(0) if after is None and "after" in raw else after
    parts = raw.get("items", [raw])
    wanted = [length for length in expected.shape if length != 1]
    fitting = [part for part in parts if [length for length in part.get("shape", (-1,)) if length != 1] == wanted]
    part = next(iter(fitting), parts[0])
    return Answer(_array(part), part.get("other", ""), after=after, changed=raw.get("changed", ""))


def _array(raw: Mapping[str, Any]) -> Array | None:
    if "data" not in raw:
        return None
    return np.frombuffer(base64.b64decode(raw["data"]), dtype=np.float64).reshape(raw["shape"])


def _checked(ours: str, name: str, every: Sequence[_Read], notes: tuple[str, ...]) -> Checked:
    """Return what came out for a function, read as it makes most sense."""
    if any(read.missing for read in every):
        return _missing(ours, name)
    if not every[0].right and any(read.right for read in every if read.reading.form in OF_LABELS):
        return _missing(ours, name, ("other-parameters",))
    if any(read.stateful for read in every) or (ours != name and all(read.mistaken for read in every)):
        return _missing(ours)
    read = _chosen([one for one in every if ours != name or one.reading.form != "loss_of_each"])
    verdict, reading = read.verdict, read.reading
    if verdict.outcome != RIGHT:
        notes += _what_is_right(ours, every)
    said = (*notes, *reading.notes, *(("takes-lists",) if reading.carrier == "list" else ()), *verdict.notes)
    said = tuple(dict.fromkeys(said))
    fault = verdict.fault
    shown = None if verdict.case is None else counterexample(name, reading, verdict.case, verdict.mistake)
    return Checked(
        name=ours,
        as_=name,
        outcome=verdict.outcome,
        mistake=verdict.mistake,
        note=in_english(said),
        notes=said,
        counterexample=shown,
        error=fault.text if fault else None,
        line=fault.line if fault else None,
        code=fault.code if fault else "",
    )


def _what_is_right(ours: str, every: Sequence[_Read]) -> tuple[str, ...]:
    """Return what is right all the same: a loss that gives one number an example."""
    each = [read for read in every if read.reading.form == "loss_of_each" and read.right]
    return ("each-not-mean",) if ours == "loss" and each else ()


def _chosen(every: Sequence[_Read]) -> _Read:
    """Return the reading that a function is meant in.

    That is the first in which it is right; else of those that its names allow the first with a mistake's name; else
    the first of them. With lists, or with one-hot labels, it is tried where it refuses arrays, or numbers.
    """
    first = every[0]
    if not first.whole or (first.right and not first.verdict.notes):
        return first
    changed = first.verdict.mistake == "changes-its-input"
    allowed = [read for read in every if read.whole and not (changed and read.reading.carrier == "list")]
    right = [read for read in allowed if read.right]
    if right:
        return min(right, key=lambda read: len(read.verdict.notes))  # of equals the first
    certain = [read for read in allowed if read.reading.certain and not _needless(read, allowed)]
    if all(read.verdict.outcome == RAISED for read in certain):
        certain += [read for read in allowed if not read.reading.certain and read.verdict.outcome == WRONG]
    return next((read for read in certain if read.verdict.mistake), certain[0])


def _needless(read: _Read, every: Sequence[_Read]) -> bool:
    """Tell whether one-hot labels are tried although the function takes numbers."""
    if "one_hot" not in read.reading.roles:
        return False
    numbers = tuple("labels" if role == "one_hot" else role for role in read.reading.roles)
    twins = [other for other in every if (other.reading.form, other.reading.roles) == (read.reading.form, numbers)]
    return bool(twins) and not twins[0].refused
