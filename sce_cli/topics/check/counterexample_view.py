"""A counterexample on the screen: a call and two results, broken where Python allows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.styled import Styled

from sce_cli.drawing.markup import escaped
from sce_cli.topics.check.shown import Counterexample
from sce_cli.translation import _


@dataclass(frozen=True)
class Pasteable:
    """The call on its own, then what is expected and what was got, each beginning in the same column."""

    shown: Counterexample

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it within the width; a line breaks behind a comma."""
        names = (_("expected"), _("got"))
        indent = max(map(len, names)) + 2
        for line in broken(self.shown.input, options.max_width, 4):
            yield Styled(console.render_str(escaped(line)), "bold")
        for name, value in zip(names, (self.shown.expected, self.shown.got), strict=True):
            first, *rest = broken(value, options.max_width - indent, 1)
            yield console.render_str(escaped(f"{name:{indent}}{first}"))
            for line in rest:
                yield console.render_str(escaped(f"{'':{indent}}{line}"))


def broken(code: str, width: int, indent: int) -> Iterator[str]:
    """Yield an expression in lines that can be pasted: all but the first are indented, and each ends behind a comma."""
    line = ""
    for part in code.split(" "):
        if line.strip() and len(line) + 1 + len(part) > width:
            yield line
            line = " " * indent + part
        else:
            line = f"{line} {part}" if line else part
    yield line
