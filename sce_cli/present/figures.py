"""A study's figures, as the bytes of a file."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sce_cli.present.outputs import Presentation
from sce_cli.units import Unit


def drawn(draw: Callable[[Any, Unit], Any], shown: Presentation, file_format: str) -> bytes:
    """Return the figure that a view draws of a study, with names that its fonts have."""
    _settle_matplotlib()
    from sce_cli.drawing import fonts, plot

    study, families = fonts.with_readable_names(shown.study, file_format)
    return plot.render(lambda: draw(study, shown.outputs.base), file_format, families)


def _settle_matplotlib() -> None:
    """Let nothing in the environment stop Matplotlib's import, or make it say anything."""
    import logging  # a command without a figure starts without it

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # a read-only home and a font's odd weight are no news here
    os.environ["MPLBACKEND"] = "agg"  # files need no window, and an unknown name here would stop the import
    try:
        Path.home()
    except RuntimeError:  # Matplotlib 3.10.0 needs one; where its folder can't be made, it makes a temporary one
        os.environ.setdefault("MPLCONFIGDIR", os.devnull)
