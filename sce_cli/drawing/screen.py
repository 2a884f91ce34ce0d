"""A console that prints what its stream can carry. Bodies of steps are made of strings and renderables."""

import re
from collections.abc import Iterable
from io import StringIO
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from sce_cli.drawing.glyphs import encodable
from sce_cli.drawing.lines import Formula, settle_lines

PICTURE_ROWS = 9
"""About the text rows of a picture's drawing, its axis aside."""

LINE_END = re.compile(r"(?:\x1b\[[0-9;]*m| )+$", re.MULTILINE)
"""Blanks at a line's end, with the colour codes among them."""


class Screen(Console):
    """A console that prints into `text`, for a stream and as that stream can carry it.

    Strings are translated before they are laid out, so columns stay aligned when p̂ becomes p_hat. Renderables that
    draw with other characters ask `options.ascii_only`, as Rich's own boxes do.

    picture_rows: how tall a picture is to be, about, where its height can be chosen.
    """

    def __init__(self, stream: IO[str], *, ascii_only: bool, width: int, picture_rows: int = PICTURE_ROWS) -> None:
        self.picture_rows = picture_rows
        settle_lines()
        self._carries = "ascii" if ascii_only else (getattr(stream, "encoding", None) or "utf-8").lower()
        colour = stream.isatty() or None  # None leaves it to the environment, FORCE_COLOR for instance
        super().__init__(
            file=StringIO(),
            force_terminal=colour,
            width=width,
            height=25,  # without it Rich takes a dumb terminal for one of 80 columns
            highlight=False,
            emoji=False,
        )

    @property
    def text(self) -> str:
        """All that was printed, without the blanks at line ends."""
        assert isinstance(self.file, StringIO)
        shown = self.file.getvalue().replace("…", self.encodable("…")[0])  # Rich cuts words with one column
        return LINE_END.sub(lambda end: end[0].replace(" ", ""), self.encodable(shown))

    def drained(self) -> str:
        """Return all that was printed since the last time."""
        text = self.text
        self.file = StringIO()
        return text

    def heading(self, title: str) -> Text:
        """Return a title in bold with a rule behind it that fills the line; a dim one would be lost on white."""
        text = self.render_str(title)
        rule = self.encodable("─") * max(self.width - cell_len(text.plain) - 1, 0)
        text.stylize("bold")
        return text.append(f" {rule}")

    @property
    def encoding(self) -> str:
        """The encoding to draw for: ascii where that was asked for, else the stream's."""
        return self._carries

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Draw anything; a line that begins with a blank is a formula, which keeps its indent where it goes on."""
        if isinstance(renderable, str) and renderable.startswith(" ") and "\n" not in renderable:
            renderable = Formula(renderable)
        return super().render(renderable, options)

    def render_str(self, text: str, **style: Any) -> Text:
        """Turn markup into text that this screen can carry."""
        return super().render_str(self.encodable(text), **style)

    def encodable(self, text: str) -> str:
        """Return the text with every glyph replaced that the stream can't carry."""
        return encodable(text, self.encoding)
