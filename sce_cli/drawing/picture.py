"""A small grey picture as text, such as a handwritten digit."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement

from sce_cli.core.checks import Array


@dataclass(frozen=True, eq=False)
class Picture:
    """A rectangle of numbers from 0, left blank, to `highest`, in full ink; each is two characters wide, so square.

    values: shape (rows, columns). Four shades of equal steps stand for what isn't 0.
    """

    values: Array
    highest: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw one line a row."""
        shades = np.array(list(" .:*#" if options.ascii_only else " ░▒▓█"))
        highest = self.highest if self.highest > 0 else 1.0
        level = np.ceil(np.clip(self.values, 0, highest) / highest * (len(shades) - 1)).astype(int)
        for row in shades[level]:
            yield "".join(row.repeat(2))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Ask for no more than its own width, so that something fits beside it."""
        width = 2 * self.values.shape[1]
        return Measurement(width, width)
