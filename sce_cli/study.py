"""What every topic hands on: a study with its checks, and the steps that explain it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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


class Study(Protocol):
    """A frozen dataclass of numbers, names and checks; every output is made from it alone."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """The claims of this study, each with its measured error."""
        ...


@dataclass(frozen=True)
class Step:
    """One numbered step of an explanation: a title and a body for the screen."""

    title: str
    body: "RenderableType"
