"""What is to be shown: a study, the command that made it, and where it goes."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sce_cli.drawing.numbers import with_digits
from sce_cli.errors import Change, SceError, quoted
from sce_cli.study import Explained, Step, Study, View
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from sce_cli.play.loop import Session

WIDEST = 80
"""Columns of a view, unless `--width` asks for more and the terminal has them."""


@dataclass(frozen=True)
class Outputs:
    """Where a study goes, and how: the shared options of the command line, under their names."""

    base: Unit = Unit.NATS
    json: bool = False
    plot: Path | None = None
    handout: Path | None = None
    ascii: bool = False
    width: int | None = None
    step: bool = False
    from_step: int | None = None
    predict: bool = False
    checks: bool = False
    digits: int | None = None


@dataclass(frozen=True)
class Presentation:
    """A study, with the command and the arguments that it comes from and the outputs that were asked for."""

    command: str
    arguments: dict[str, Any]
    explained: Explained
    outputs: Outputs

    @property
    def study(self) -> Study:
        """The numbers and claims."""
        return self.explained.study

    @cached_property
    def view(self) -> View:
        """What explains the study, loaded when it's first asked for."""
        return self.explained.view()

    def title(self) -> str:
        """Return what the study is about, in one line of markup."""
        with with_digits(self.outputs.digits):
            return self.view.title(self.study)

    def steps(self) -> list[Step]:
        """Return the explanation, step by step, in the unit and with the digits that were asked for."""
        with with_digits(self.outputs.digits):
            return self.view.steps(self.study, self.outputs.base)

    def result(self) -> str:
        """Return what came out, in one line of markup, likewise."""
        with with_digits(self.outputs.digits):
            return self.view.result(self.study, self.outputs.base)

    def check_steps_are_there(self, *options: str) -> None:
        """Refuse the shared options that need steps, where the study is a table that has none."""
        for option in options:
            value = getattr(self.outputs, option)
            if value and self.view.document(self.study) is not None:
                given = f"--{option.replace('_', '-')}" + ("" if value is True else f" {quoted(value)}")
                raise SceError(
                    _("{option}: a table of predictions has no steps.").format(option=given),
                    _("Follow one example, with --row N"),
                    Change("--output", None),
                    Change("--row", "0"),
                )


@dataclass(frozen=True)
class Performance:
    """A demonstration to be played, and the outputs that were asked for."""

    session: "Session"
    outputs: Outputs


RunCommand = Callable[[Sequence[str]], Presentation]
"""Runs the words behind `sce`, raising SceError where they are wrong, and shows nothing."""


def view_width(asked: int | None) -> int:
    """Return the view's width: at most WIDEST unless asked, and never more than a terminal has."""
    terminal = shutil.get_terminal_size((asked or WIDEST, 24)).columns
    return min(asked or WIDEST, terminal) if sys.stdout.isatty() else asked or min(WIDEST, terminal)
