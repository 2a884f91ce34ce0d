"""A new file with the functions to be filled in."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Group

from sce_cli.drawing.lines import Running
from sce_cli.drawing.markup import escaped
from sce_cli.study import Step, View
from sce_cli.topics.check.stubs import StubsStudy
from sce_cli.translation import _
from sce_cli.units import Unit

PLAIN = re.compile(r"[\w./][\w./-]*")
"""A name that can be typed as it is."""


class StubsView(View):
    """A file to begin with, and what to do with it."""

    def title(self, study: StubsStudy) -> str:
        """Say which file."""
        return _("Eight functions to be filled in: {file}").format(file=escaped(study.file))

    def steps(self, study: StubsStudy, unit: Unit) -> list[Step]:
        """Say what to do next."""
        name = study.file if PLAIN.fullmatch(study.file) else "FILE.py"
        said = (
            _("Fill in what you like, then: {line}").format(line=f"sce check {name}"),
            _("That runs your program with your rights, in a process of its own."),
        )
        return [Step(_("What to do"), Group(*map(Running, said)))]

    def result(self, study: StubsStudy, unit: Unit) -> str:
        """Say that they are there to be filled in."""
        return _("eight functions, none of them written yet")

    def files(self) -> Mapping[str, Callable[[Any], bytes | None]]:
        """Return the file."""
        return {"new": lambda study: study.text.encode()}
