"""Two pictures side by side."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment

GAP = 2
"""Columns between them."""


@dataclass(frozen=True)
class Beside:
    """A picture to the left of another; share: of the width, for the left one."""

    left: RenderableType
    right: RenderableType
    share: float = 0.5

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw them as wide as the options allow; the shorter one is filled up with blanks."""
        width = options.max_width - GAP
        first = round(width * self.share)
        widths = first, width - first
        both = [
            console.render_lines(part, options.update(width=columns, height=None))
            for part, columns in zip((self.left, self.right), widths, strict=True)
        ]
        for row in range(max(map(len, both))):
            for lines, columns, end in zip(both, widths, (" " * GAP, "\n"), strict=True):
                yield from lines[row] if row < len(lines) else [Segment(" " * columns)]
                yield Segment(end)
