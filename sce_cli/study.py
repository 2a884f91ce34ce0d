"""What every topic hands on: a study with its checks, and the view with the steps and questions that explain it."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sce_cli.errors import ExitCode
from sce_cli.numerals import guessed, plain
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import RenderableType


@dataclass(frozen=True)
class Check:
    """A claim in words, the largest error that two independent routes to it show, and the error allowed."""

    claim: str
    """An English sentence with named placeholders, marked with N_; it is translated where it is shown."""

    error: float
    """At least 0; NaN where the comparison failed."""

    tolerance: float
    """Derived from the conditioning of the inputs: a right answer never fails."""

    values: Mapping[str, object] = field(default_factory=dict)
    """What stands for the placeholders."""

    @property
    def english(self) -> str:
        """The claim as JSON has it, whatever the screen's language."""
        return self.claim.format(**self.values)

    @property
    def holds(self) -> bool:
        """Whether the error stays within the tolerance; a NaN doesn't."""
        return self.error <= self.tolerance


@dataclass(frozen=True, eq=False)
class Record:
    """Numbers and names under their names; the arrays are read-only."""

    def __post_init__(self) -> None:
        """Set every array read-only."""
        for value in vars(self).values():
            if hasattr(value, "setflags"):
                value.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Study(Record):
    """A topic's numbers, names and checks: all that every output is made from."""

    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> ExitCode:
        """What the shell is told: whether every claim holds."""
        return ExitCode.OK if all(check.holds for check in self.checks) else ExitCode.CLAIM_FAILED


def near(answer: float, least: float = 0.0) -> float:
    """Return what a guessed number may be off by where nothing speaks for less: a tenth of the answer, or `least`."""
    return 0.0 if math.isinf(answer) else max(abs(answer) / 10, least)


NEAR_SHARE = 0.05
"""What a guess of a probability or a share may be off by, at least."""


@dataclass(frozen=True)
class Question:
    """What a class is asked before it sees the answer: for a number, or for one of a few choices.

    ask: the question. answer: the number, or which of the choices, counted from 0. tolerance: what a number may be off
    by and still be close, in its own unit. why: one sentence that gives the reason. unit: of the number, to be printed.
    slips: wrong guesses, each with what led to it.
    """

    ask: str
    answer: float
    why: str
    tolerance: float = 0.0
    choices: tuple[str, ...] = ()
    unit: str = ""
    slips: tuple[tuple[float, str], ...] = ()

    def understood(self, text: str) -> float | None:
        """Return what a guess means, in the same form as the answer; None if it means nothing.

        A choice is a letter. A number may be a fraction or a share, as 2/3 or 60 %, with full-width digits
        or a decimal comma.
        """
        if not self.choices:
            return guessed(text)
        letter = plain(text).lower().removesuffix(")")
        index = ord(letter) - ord("a") if len(letter) == 1 else -1
        return index if 0 <= index < len(self.choices) else None

    def close(self, guess: float) -> bool:
        """Tell whether a guess is the answer, within the tolerance; 0.65 is within 0.05 of 0.6, rounding aside."""
        off = abs(guess - self.answer)
        return guess == self.answer or off <= self.tolerance or math.isclose(off, self.tolerance)

    def slip(self, guess: float) -> str:
        """Return what led to a wrong guess, as far as that is known; a number need not be hit to the last digit."""
        if self.close(guess):
            return ""
        near = 0.0 if self.choices else 0.02
        return next((said for wrong, said in self.slips if math.isclose(guess, wrong, rel_tol=near)), "")


Watch = Callable[[str, int, Any], bool]
"""Is told the optimiser, the epochs done and where they led; answers whether to go on."""


@dataclass(frozen=True)
class Step:
    """One numbered step of an explanation: a title, a body for the screen, and what to ask before it is seen."""

    title: str
    body: "RenderableType"
    question: Question | None = None


Content = bytes | Iterable[bytes]
"""What a file holds, whole or piece by piece."""


class View(Protocol):
    """How a topic explains its studies; each topic has one that inherits from this."""

    def title(self, study: Any) -> str:
        """Return what the study is about, in one line of markup."""

    def steps(self, study: Any, unit: Unit) -> list[Step]:
        """Return the explanation, step by step."""

    def result(self, study: Any, unit: Unit) -> str:
        """Return what came out, in one line of markup."""

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return what draws a figure of a study, by the name of the option that asks for it: plot is the main one."""
        return {}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the part of the main figure that belongs to a step, by the step's number."""
        return {}

    def files(self) -> Mapping[str, Callable[[Any], Content | None]]:
        """Return what makes a further file's content, by the option's name; None where nothing is worth keeping."""
        return {}

    def document(self, study: Any) -> Iterable[str] | None:
        """Return what is printed in place of steps, piece by piece, where there are none."""
        return None

    def remarks(self, study: Any) -> list[str]:
        """Return what is to be said beside a document, in lines of plain text."""
        return []


@dataclass(frozen=True)
class Explained:
    """What a topic's command leads to: a study, and the view that explains it, loaded when something is to be shown."""

    study: Study
    view: Callable[[], View]
    understood: Mapping[str, Any] = field(default_factory=dict)
    """What was taken for options, by their names, as far as it isn't what was typed."""

    notes: tuple[str, ...] = ()
    """What was done for the user, in whole sentences: how something that isn't plain was read."""
