"""Plain tables, which lose their middle where they are long."""

from collections.abc import Container, Iterable, Sequence

from rich import box
from rich.table import Table

LONGEST_TABLE = 12
"""Rows that a table shows; of a longer one, the first ones and the last."""


def plain_grid() -> Table:
    """Return an empty table with a rule below its header and nothing around it."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], words: Container[int] = ()) -> Table:
    """Return a plain table: numbers to the right, the columns `words` to the left; a long one loses its middle."""
    grid = plain_grid()
    for index, header in enumerate(headers):
        grid.add_column(header, justify="left" if index in words else "right", overflow="fold")
    rows = list(rows)
    hidden = len(rows) - LONGEST_TABLE
    if hidden > 0:
        rows[LONGEST_TABLE - 2 : -1] = [["…"] * len(headers)]
    for row in rows:
        grid.add_row(*row)
    return grid
