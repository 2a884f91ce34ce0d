"""The files that a command was asked for, made from its study and its view."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sce_cli.errors import SceError, quoted
from sce_cli.present.figures import drawn
from sce_cli.present.outputs import Presentation
from sce_cli.present.views import check_steps_are_there, view_of
from sce_cli.present.writing import save
from sce_cli.units import Unit


def write_files(shown: Presentation) -> list[str]:
    """Write the files that the arguments name and the view can make; return a line for each.

    A view's figures are `figure`, for --plot, and those in its FIGURES; its FILES make bytes, or None where there is
    nothing worth keeping. All are made before the first is written.
    """
    named = {**shown.arguments, "plot": shown.outputs.plot, "handout": shown.outputs.handout}
    wanted = {name: path for name, path in named.items() if isinstance(path, Path)}
    if not wanted:
        return []
    check_steps_are_there(shown, "handout")
    view = view_of(shown.study)
    figures = {"plot": getattr(view, "figure", None), **getattr(view, "FIGURES", {})}
    contents = {}
    for name, path in wanted.items():
        if name == "handout":
            from sce_cli.present.handout import study_handout

            contents[name] = study_handout(shown, path.suffix[1:].lower())
        elif name in figures:
            contents[name] = _figure(figures[name], shown, path)
        else:
            contents[name] = view.FILES[name](shown.study)
    for name, data in contents.items():
        if data is not None:
            save(f"--{name.replace('_', '-')}", wanted[name], data)
    return [
        f"{'Not written' if data is None else 'Figure' if name in figures else 'File'}: {wanted[name]}"
        for name, data in contents.items()
    ]


def _figure(draw: Callable[[Any, Unit], Any] | None, shown: Presentation, path: Path) -> bytes:
    if draw is None:
        raise SceError(f"--plot {quoted(path)}: there is no figure of this.", "Leave it out.")
    return drawn(draw, shown, path.suffix[1:].lower())
