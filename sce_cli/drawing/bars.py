"""Horizontal bars as text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.tables import LONGEST_TABLE


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from 0 to 1, one a row, with a label before and the value behind."""

    labels: Sequence[str]
    values: Sequence[float]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw as wide as the options allow; a long list loses its middle."""
        eighths = ("", "-", "-", "-", "=", "=", "=", "=") if options.ascii_only else ("", *"▏▎▍▌▋▊▉")
        whole = "=" if options.ascii_only else "█"
        margin = min(max(cell_len(console.render_str(label).plain) for label in self.labels), options.max_width // 3)
        length = max(options.max_width - margin - 12, 8)
        rows = list(zip(self.labels, self.values, strict=True))
        if len(rows) > LONGEST_TABLE:
            rows[LONGEST_TABLE - 2 : -1] = [("…", math.nan)]
        for label, value in rows:
            name = set_cell_size(console.render_str(label).plain, margin)
            filled, part = divmod(0 if math.isnan(value) else round(value * length * 8), 8)
            shown = "" if math.isnan(value) else f"{value:.6f}"
            yield f"{escaped(name)} {shown:>8}  {whole * filled}{eighths[part]}"
