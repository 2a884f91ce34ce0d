"""What a long search asks of every study: its claims hold, it can be shown and drawn, and its JSON is strict."""

import io
import json

from rich.console import Console

from sce_cli.drawing.plot import render
from sce_cli.present.document import _plain
from sce_cli.study import Study, View
from sce_cli.units import Unit


def failed(study: Study) -> list[str]:
    """Return the claims that fail, with how far they are off."""
    return [
        f"{one.english}; off by {one.error:.2g}, allowed {one.tolerance:.2g}" for one in study.checks if not one.holds
    ]


def show(view: View, study: Study, *, draw: bool) -> None:
    """Show every step and question, and draw every figure; what can't be shown raises."""
    console = Console(width=80, file=io.StringIO())
    for unit in (Unit.NATS, Unit.BITS):
        console.print(view.title(study))
        for step in view.steps(study, unit):
            console.print(step.title, step.body)
            if step.question is not None:
                console.print(step.question.ask, step.question.why, *step.question.choices)
        console.print(view.result(study, unit))
    json.dumps(_plain(study), allow_nan=False)
    if draw:
        for name, figure in view.figures().items():
            if name == "plot":
                render(lambda figure=figure: figure(study, Unit.NATS), "svg")  # type: ignore[misc]
    for content in view.files().values():
        content(study)
