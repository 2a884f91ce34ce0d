"""What a demonstration is to the loop: a frozen state, what a key makes of it, and its frame."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, TypeVar

from rich.console import RenderableType


@dataclass(frozen=True, eq=False)
class State:
    """A demonstration as it stands. A key leads to another state, or to the same one where it changes nothing."""

    chosen: int = 0
    """Which of the knobs the arrows change."""

    TITLE: ClassVar[str]
    """What is shown, in a line of markup; marked with N_."""

    KEYS: ClassVar[str]
    """The keys of its own, in a line of markup; likewise."""

    EXPLAINED: ClassVar[tuple[str, str]]
    """Two lines on what there is to see, for the key ?; likewise."""

    def after(self, key: str) -> Self:
        """Return the state that a key leads to: a character, an arrow, or "tick" after its own pause."""
        raise NotImplementedError

    def frame(self, rows: int) -> RenderableType:
        """Return the picture, of at most so many rows where the width is 60 or more."""
        raise NotImplementedError

    @property
    def numbers(self) -> Mapping[str, Any]:
        """What the picture shows, by the names of the JSON; in nats."""
        raise NotImplementedError

    @property
    def line(self) -> Sequence[str]:
        """The words of the command, behind `sce`, that leads to these numbers."""
        raise NotImplementedError

    @property
    def settings(self) -> Mapping[str, Any]:
        """Where the demonstration stands, by the names of the JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "chosen"}

    @property
    def pause(self) -> float | None:
        """Seconds until a tick, where the picture moves by itself; else None."""
        return None


@dataclass(frozen=True)
class Knob:
    """What the arrows can change: from a state and a number of small steps to another state."""

    name: str
    turn: Callable[[Any, int], Any]


Turned = TypeVar("Turned", bound=State)

STEPS = {"left": -1, "right": 1, "shift-left": -10, "shift-right": 10}
"""How many small steps a key is worth."""


def turned(state: Turned, key: str, knobs: Sequence[Knob]) -> Turned:
    """Return the state after an arrow: up and down choose among the knobs, left and right turn the chosen one."""
    if key in {"up", "down"}:
        return replace(state, chosen=(state.chosen + (1 if key == "down" else -1)) % len(knobs))
    after: Turned = knobs[state.chosen].turn(state, STEPS[key]) if key in STEPS else state
    return after


def stepped(value: float, steps: int, fine: float, least: float, most: float) -> float:
    """Return a value so many steps further, within the bounds; the larger its size, the coarser a step.

    fine: a step's share of the power of ten below the value, 0.1 for 10 to 11 and 100 to 110; below 1 it is the same
    as at 1. A step back from a power of ten is as fine as the one that leads up to it. Ten steps are one coarse step.
    """
    size = abs(value)
    inward = value * steps < 0
    unit = fine
    while size > 10 * unit / fine or (size == 10 * unit / fine and not inward):
        unit *= 10
    return min(max(float(f"{value + steps * unit:.10g}"), least), most)


def marker(*, chosen: bool) -> str:
    """Return what stands before a knob."""
    return "[bold]›[/] " if chosen else "  "


def slider(share: float, length: int, ascii_only: bool) -> str:
    """Return a slider whose grip stands at a share from 0 to 1."""
    rail, grip = ("-", "O") if ascii_only else ("─", "●")
    at = round(min(max(share, 0.0), 1.0) * (length - 1))
    return f"{rail * at}{grip}{rail * (length - 1 - at)}"
