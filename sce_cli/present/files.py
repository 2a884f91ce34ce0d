"""The files that a command was asked for, made from its study and its view."""

from pathlib import Path

from sce_cli.errors import Change, SceError, quoted
from sce_cli.present.figures import drawn
from sce_cli.present.outputs import Presentation
from sce_cli.present.writing import save
from sce_cli.study import Content
from sce_cli.translation import _


def write_files(shown: Presentation) -> list[str]:
    """Write the files that the arguments name and the view can make; return a line for each.

    All are made before the first is written.
    """
    named = {**shown.arguments, "plot": shown.outputs.plot, "handout": shown.outputs.handout}
    wanted = {name: path for name, path in named.items() if isinstance(path, Path)}
    if not wanted:
        return []
    shown.check_steps_are_there("handout")
    figures = shown.view.figures()
    contents: dict[str, Content | None] = {}
    for name, path in wanted.items():
        if name == "handout":
            from sce_cli.present.handout import study_handout

            contents[name] = study_handout(shown, path.suffix[1:].lower())
        elif name in figures:
            contents[name] = drawn(figures[name], shown, path.suffix[1:].lower())
        elif name == "plot":
            raise SceError(
                _("--plot {path}: there is no figure of this.").format(path=quoted(path)),
                _("Leave it out"),
                Change("--plot", None),
            )
        else:
            contents[name] = shown.view.files()[name](shown.study)
    for name, data in contents.items():
        if data is not None:
            save(f"--{name.replace('_', '-')}", wanted[name], data)
    written = {name: _("Figure: {path}") if name in figures else _("File: {path}") for name in contents}
    left = _("Not written: {path}")
    return [(left if data is None else written[name]).format(path=wanted[name]) for name, data in contents.items()]
