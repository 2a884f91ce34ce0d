"""A study's figures, as the bytes of a file."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sce_cli.drawing.numbers import with_digits
from sce_cli.present.outputs import Presentation
from sce_cli.translation import speaking
from sce_cli.units import Unit


def drawn(draw: Callable[[Any, Unit], Any], shown: Presentation, file_format: str) -> bytes:
    """Return the figure that a view draws of a study, with names that its fonts have."""
    _settle_matplotlib()
    with warnings.catch_warnings(action="ignore"):  # of parts of Matplotlib that no figure here needs
        from sce_cli.drawing import fonts, plot

    study, families = fonts.with_readable_names(shown.study, file_format)
    language, own = fonts.of_language(file_format)
    with with_digits(shown.outputs.digits), speaking(language):
        return plot.render(lambda: draw(study, shown.outputs.base), file_format, [*families, *own])


def chart_drawn(chart: Any, file_format: str) -> bytes:
    """Return a chart of the screen as a picture."""
    _settle_matplotlib()
    with warnings.catch_warnings(action="ignore"):  # of parts of Matplotlib that no figure here needs
        from sce_cli.drawing import chart_figure, plot

    return plot.render(lambda: chart_figure.figure(chart), file_format)


def _settle_matplotlib() -> None:
    """Import Matplotlib so that nothing in the environment stops it, makes it say anything, or has a say in figures."""
    import logging  # a command without a figure starts without it

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # a read-only home and a font's odd weight are no news here
    os.environ["MPLBACKEND"] = "agg"  # files need no window, and an unknown name here would stop the import
    if not _has_plain_cache():
        os.environ["MPLCONFIGDIR"] = os.devnull  # where its folder can't be made, it makes a temporary one
    with _without_settings():
        import matplotlib  # noqa: F401


def _has_plain_cache() -> bool:
    """Tell whether Matplotlib's list of fonts, if there is one, is a file, not a pipe that it would wait for."""
    try:
        home = Path.home()
    except RuntimeError:  # Matplotlib 3.10.0 needs one
        return "MPLCONFIGDIR" in os.environ
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache", "matplotlib")
    folders = (Path(os.environ.get("MPLCONFIGDIR") or cache), home / ".matplotlib")
    return all(path.is_file() for folder in folders for path in folder.glob("fontlist-*.json"))


@contextmanager
def _without_settings() -> Iterator[None]:
    """Hide every matplotlibrc but Matplotlib's own from its import.

    It would read one that lies in the folder, in the home, or where MATPLOTLIBRC says, and fail where that is no text,
    or wait where it is a pipe. It looks for each with os.path.exists, in the folder first, which no setting changes.
    """
    os.environ.pop("MATPLOTLIBRC", None)
    found, spec = os.path.exists, find_spec("matplotlib")
    own = [*(spec.submodule_search_locations or ())] if spec else []

    def seen(path: Any) -> bool:
        named = os.path.basename(path) == "matplotlibrc"
        return found(path) and not (named and not os.fspath(path).startswith(tuple(own)))

    os.path.exists = seen
    try:
        yield
    finally:
        os.path.exists = found
