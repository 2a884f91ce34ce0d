"""What every topic hands on: a study with its checks, and the steps that explain it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sce_cli.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Check:
    """A claim in words, the largest error that two independent routes to it show, and the error allowed."""

    claim: str
    error: float
    tolerance: float

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


@dataclass(frozen=True)
class Step:
    """One numbered step of an explanation: a title and a body for the screen."""

    title: str
    body: "RenderableType"
