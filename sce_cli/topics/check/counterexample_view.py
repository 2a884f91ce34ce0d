"""A counterexample on the screen: a call and two results, broken where Python allows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.styled import Styled

from sce_cli.drawing.markup import escaped
from sce_cli.topics.check.shown import Counterexample
from sce_cli.translation import _

BETWEEN = (re.compile(r"(?<=\),) "), re.compile(r"(?<=\],) "))
"""Where an expression breaks: between two arguments, then between two rows."""


@dataclass(frozen=True)
class Pasteable:
    """The call on its own, then what is expected and what was got, each beginning in the same column."""

    shown: Counterexample

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it within the width; a line breaks behind a comma."""
        names = (_("expected"), _("got"))
        indent = max(map(cell_len, names)) + 2
        for line in broken(self.shown.input, options.max_width, 4):
            yield Styled(console.render_str(escaped(line)), "bold")
        for name, value in zip(names, (self.shown.expected, self.shown.got), strict=True):
            first, *rest = broken(value, options.max_width - indent, 1 if value.startswith("[") else 0)
            yield console.render_str(escaped(f"{name}{' ' * (indent - cell_len(name))}{first}"))
            for line in rest:
                yield console.render_str(escaped(f"{'':{indent}}{line}"))


def broken(code: str, width: int, indent: int) -> Iterator[str]:
    """Yield an expression in lines that can be pasted.

    Where it is too wide, it breaks between the arguments and between the rows of an array, else behind any comma. All
    lines but the first are indented.
    """
    parts = [code]
    for between in BETWEEN:
        parts = [piece for part in parts for piece in (between.split(part) if len(part) > width - indent else [part])]
    for place, part in enumerate([code] if len(code) <= width else parts):
        yield from _filled(part, " " * indent if place else "", " " * indent, width)


def _filled(code: str, first: str, indent: str, width: int) -> Iterator[str]:
    """Yield a part of an expression in lines as long as fit."""
    line = first
    for word in code.split(" "):
        if line.strip() and len(line) + 1 + len(word) > width:
            yield line
            line = indent + word
        else:
            line = f"{line} {word}" if line.strip() else line + word
    yield line
