"""A part of what a step shows: its pictures, its tables or its formulas, for a slide that says the rest itself."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.styled import Styled
from rich.table import Table

from sce_cli.drawing.bars import BarColumns, Bars, Stack
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.picture import Picture, ShadedMatrix
from sce_cli.present.slides import Heading, Part, indented
from sce_cli.study import Question

PICTURES = (Chart, Bars, BarColumns, Stack, Picture, ShadedMatrix)


def excerpt(parts: Sequence[RenderableType], show: Sequence[str]) -> tuple[RenderableType, ...]:
    """Return a step's heading and what is to be shown of its body; all of it where nothing is said."""
    if not show:
        return tuple(parts)
    headings = [part for part in parts if isinstance(part, Heading)]
    kept = [*_apart(part for part in pieces(parts) if not isinstance(part, Question) and _kind(part) in show)]
    return (*headings, *map(indented, kept))


def pieces(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield what stands within groups, paddings and styles."""
    for part in parts:
        if isinstance(part, Group):
            yield from pieces(part.renderables)
        elif isinstance(part, (Padding, Styled)):
            yield from pieces([part.renderable])
        else:
            yield part


def _kind(part: Part) -> str:
    """Return what a part is; grids that lay out others are pictures."""
    if isinstance(part, PICTURES) or (isinstance(part, Table) and not part.show_header):
        return "picture"
    if isinstance(part, Table):
        return "table"
    return "formula" if isinstance(part, str) and part.startswith(" ") else ""


def _apart(parts: Iterator[RenderableType]) -> Iterator[RenderableType]:
    """Put an empty line between two parts that aren't lines of one formula."""
    before: RenderableType | None = None
    for part in parts:
        if before is not None and not (isinstance(part, str) and isinstance(before, str)):
            yield ""
        yield part
        before = part
