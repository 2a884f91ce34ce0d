"""The pictures that a lesson describes itself: curves, bars side by side and shades, as the steps of commands have."""

import json
import math
import re
from typing import Any

import numpy as np
from rich.console import RenderableType

from sce_cli.drawing.bars import BarColumns
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.picture import ShadedMatrix
from sce_cli.errors import SceError, quoted
from sce_cli.lessons.expressions import Expression
from sce_cli.lessons.pictures import BarSeries, Curves, Pictured, Place, Shades
from sce_cli.present.document import as_json
from sce_cli.present.outputs import Presentation, RunCommand
from sce_cli.translation import _

POINTS = 801
"""Of each curve."""

FUNCTIONS = {"ln": np.log, "log2": np.log2, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs}


def picture(described: Pictured, run: RunCommand) -> RenderableType:
    """Return a picture as described, with the numbers of the commands that it names."""
    if isinstance(described, Curves):
        return _chart(described, run)
    if isinstance(described, BarSeries):
        return _bars(described, run)
    return _shades(described, run)


def _chart(described: Curves, run: RunCommand) -> Chart:
    x = np.linspace(described.low, described.high, POINTS)
    y = np.stack([_values(curve, x) for curve in described.curves.values()])
    empty = [curve.text for curve, row in zip(described.curves.values(), y, strict=True) if np.isnan(row).all()]
    if empty:
        raise SceError(
            _("the curve {formula} has no number to draw.").format(formula=quoted(empty[0])),
            _("Look at its formula, and at low and high."),
        )
    letters = "".join(described.curves) if len(y) > 1 else ""
    level = _finite(described.level, run)
    return Chart(x, y, _mark(described, run), escaped(described.caption), letters, level)


def _mark(described: Curves, run: RunCommand) -> tuple[float, float] | None:
    """Return the marked point of the first curve, if there is one."""
    at = _finite(described.mark, run)
    if at is None:
        return None
    if not described.low <= at <= described.high:
        raise SceError(_("mark {value} doesn't lie between low and high.").format(value=at), _("Move one of them."))
    height = float(_values(next(iter(described.curves.values())), np.array([at]))[0])
    return None if np.isnan(height) else (at, height)


def _finite(value: float | Place | None, run: RunCommand) -> float | None:
    """Return a number, which may come from a command; infinity can't be drawn."""
    if not isinstance(value, Place):
        return value
    found_there = number(run(value.words), value.field)
    if not math.isfinite(found_there):
        raise SceError(_("{field} is infinite.").format(field=value.field), _("Name a number that can be drawn."))
    return found_there


def _values(curve: Expression, x: Any) -> Any:
    """Return a curve's values; NaN where they aren't finite."""
    with np.errstate(all="ignore"):
        y = np.broadcast_to(np.asarray(curve.value(x, np.float64, FUNCTIONS), float), x.shape)
    return np.where(np.isfinite(y) & (np.abs(y) < 1e300), y, np.nan)


def _bars(described: BarSeries, run: RunCommand) -> BarColumns:
    series = {
        name: _row(place, run, len(described.labels)) if isinstance(place, Place) else place
        for name, place in described.series.items()
    }
    return BarColumns([escaped(label) for label in described.labels], series)


def _row(place: Place, run: RunCommand, count: int) -> tuple[float, ...]:
    """Return the numbers of a series; a single one stands for itself."""
    row = np.atleast_1d(np.asarray(found(run(place.words), place.field), object))
    fits = row.shape == (count,) and all(isinstance(value, (int, float)) and value >= 0 for value in row)
    total = sum(row) if fits and place.share else 1
    if not fits or total == 0 or any(value > total for value in row):
        raise SceError(
            _("{field} isn't {count} numbers from 0 to 1.").format(field=place.field, count=count),
            _("Name as many labels as it has numbers."),
        )
    return tuple(float(value / total) for value in row)


def _shades(described: Shades, run: RunCommand) -> ShadedMatrix:
    values = np.asarray(found(run(described.place.words), described.place.field), object)
    shape = (len(described.rows), len(described.columns))
    if values.shape != shape or not all(isinstance(value, (int, float)) for value in values.flat):
        raise SceError(
            _("{field} isn't a matrix of {rows} × {columns} numbers.").format(
                field=described.place.field, rows=shape[0], columns=shape[1]
            ),
            _("Name as many rows and columns as it has."),
        )
    counts = all(isinstance(value, int) for value in values.flat)
    return ShadedMatrix(values.astype(float), described.rows, described.columns, counts=counts)


def number(shown: Presentation, field: str) -> float:
    """Return a number of a command's JSON, infinity included."""
    value = found(shown, field)
    if value in ("Infinity", "-Infinity"):
        return float(value)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise SceError(_("{field} is no number.").format(field=field), _inside(value))
    return float(value)


def found(shown: Presentation, field: str) -> Any:
    """Return what stands at a place of a command's JSON, as prediction[0]."""
    value = json.loads(as_json(shown))
    for name, index in re.findall(r"([A-Za-z_]\w*)|\[(-?\d+)\]", field):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError) as error:
            raise SceError(_("the command's JSON has no {field}.").format(field=field), _inside(value)) from error
    return value


def _inside(value: Any) -> str:
    """Say what there is to name instead, as far as the way led."""
    if isinstance(value, dict):
        return _("There it has {names}.").format(names=", ".join(value))
    if isinstance(value, list) and value:
        return _("There it has [0] to [{last}].").format(last=len(value) - 1)
    return _("Its parts are the numbers.")
