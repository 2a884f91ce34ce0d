"""The table of examples/accuracy.md, between two markers."""

import math
import re

from tests.accuracy.formulas import Formula
from tests.accuracy.measuring import OURS, Worst

SCIPY, TORCH = "SciPy", "torch"
BLOCK = re.compile(r"(<!-- accuracy -->\n)(.*?)(<!-- /accuracy -->)", re.DOTALL)
HEAD = f"""| formula | inputs | {OURS} | limit | {SCIPY} | {TORCH} | in units of |
|---|---|---|---|---|---|---|"""


def line(formula: Formula, worst: Worst) -> str:
    """Return a formula's row of the table."""
    ours, scipy, torch = (shown(worst.errors.get(name)) for name in (OURS, SCIPY, TORCH))
    cells = (f"`{formula.name}`", f"{worst.inputs:,}", ours, f"{formula.limit:g}", scipy, torch, formula.unit.name)
    return f"| {' | '.join(cells)} |"


def shown(error: float | None) -> str:
    """Return an error with two digits, – where there is none to show."""
    if error is None:
        return "–"
    if not math.isfinite(error):
        return "∞"
    return f"{error:.1e}".replace("e+", "e") if error >= 1000 else f"{error:.2g}"


def read(text: str) -> dict[str, dict[str, str]]:
    """Return the table in a text: for each formula its cells, by their heads."""
    found = BLOCK.search(text)
    assert found
    heads, _, *rows = (
        [cell.strip(" `") for cell in row.strip("| \n").split(" | ")]
        for row in found[2].splitlines()
        if row.startswith("|")
    )
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
