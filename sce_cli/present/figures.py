"""A study's figures, as the bytes of a file."""

from collections.abc import Callable
from typing import Any

from sce_cli.present.outputs import Presentation
from sce_cli.units import Unit


def drawn(draw: Callable[[Any, Unit], Any], shown: Presentation, file_format: str) -> bytes:
    """Return the figure that a view draws of a study, with names that its fonts have."""
    import logging  # a command without a figure starts without it

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # a read-only home and a font's odd weight are no news here
    from sce_cli.drawing import fonts, plot

    study, families = fonts.with_readable_names(shown.study, file_format)
    return plot.render(lambda: draw(study, shown.outputs.base), file_format, families)
