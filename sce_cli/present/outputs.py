"""What is to be shown: a study, the command that made it, and where it goes."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sce_cli.study import Study
from sce_cli.units import Unit

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


@dataclass(frozen=True)
class Presentation:
    """A study, with the command and the arguments that it comes from and the outputs that were asked for."""

    command: str
    arguments: dict[str, Any]
    study: Study
    outputs: Outputs


def view_width(asked: int | None) -> int:
    """Return the view's width: at most WIDEST unless asked, and never more than a terminal has."""
    terminal = shutil.get_terminal_size((asked or WIDEST, 24)).columns
    return min(asked or WIDEST, terminal) if sys.stdout.isatty() else asked or min(WIDEST, terminal)
