"""A demonstration on a slide: opened when the slide is first shown, and its frame where it was left."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

from sce_cli.drawing.markup import escaped
from sce_cli.errors import SceError
from sce_cli.present.slides import bold
from sce_cli.translation import _

if TYPE_CHECKING:
    from sce_cli.play.loop import Session
    from sce_cli.present.keyboard import Keyboard
    from sce_cli.present.outputs import Outputs


ROWS = 12
"""Of a picture that stays on a slide, so that it and what belongs to it fit the smallest screen."""


class Demonstrated:
    """A demonstration that is begun when it is first shown, and where it stands."""

    def __init__(self, begin: Callable[[], "Session"]) -> None:
        self._begin = begin

    @cached_property
    def result(self) -> "Session | SceError":
        """Where it stands, or what is wrong with its options."""
        try:
            return self._begin()
        except SceError as error:
            return error

    def play(self, outputs: "Outputs", keyboard: "Keyboard", above: Sequence[str]) -> None:
        """Play it on the terminal until q, below the lines of its slide."""
        from sce_cli.present.stage import on_stage

        if not isinstance(self.result, SceError):
            session = on_stage(replace(self.result, over=False), outputs, keyboard, above)
            self.result = session

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the frame as it stays."""
        yield from self.parts(ROWS)

    def parts(self, rows: int) -> tuple[RenderableType, RenderableType, RenderableType]:
        """Return its title, its frame of so many rows, and the command to go on with."""
        from sce_cli.present.stage import typed

        assert not isinstance(self.result, SceError), "a mistake is drawn by the lesson"
        state = self.result.state
        return bold(_(state.TITLE)), state.frame(rows), f"$ {escaped(typed(state.line))} "
