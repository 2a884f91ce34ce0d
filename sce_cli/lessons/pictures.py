"""The blocks "chart", "bars" and "shades" of a lesson: pictures that no command draws, described in TOML."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sce_cli.lessons.asked import FIELD, MistakenError, checked_table
from sce_cli.lessons.expressions import Expression
from sce_cli.lessons.words import command_words
from sce_cli.translation import _

MOST_CURVES = 4
MOST_SERIES = 4
MOST_LABELS = 12


@dataclass(frozen=True)
class Curves:
    """Curves over one variable, each with a letter where there are several; mark: where on the first one a point lies.

    low, high: the ends of the variable. level: of a dashed line.
    """

    caption: str
    low: float
    high: float
    curves: Mapping[str, Expression]
    mark: "float | Place | None"
    level: "float | Place | None"
    line: int


@dataclass(frozen=True)
class Place:
    """Numbers of a command's JSON. share: whether they are counts, of which the shares in their sum are meant."""

    words: tuple[str, ...]
    field: str
    share: bool = False


@dataclass(frozen=True)
class BarSeries:
    """Bars side by side: numbers from 0 to 1, given or taken from commands, under the name of each series."""

    labels: tuple[str, ...]
    series: Mapping[str, Place | tuple[float, ...]]
    line: int


@dataclass(frozen=True)
class Shades:
    """A matrix of a command's JSON in shades of grey."""

    place: Place
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    line: int


Pictured = Curves | BarSeries | Shades


def picture_in(kind: str, toml: str, line: int) -> Pictured:
    """Return the picture that a block's TOML describes, or raise MistakenError."""
    table = checked_table(toml)
    makers: dict[str, Callable[[dict[str, Any], int], Pictured]] = {"chart": _chart, "bars": _bars, "shades": _shades}
    return makers[kind](table, line)


def _chart(table: dict[str, Any], line: int) -> Curves:
    _only(table, {"caption", "over", "low", "high", "curves", "curve", "mark", "level"})
    variable = table.get("over", "x")
    lettered = isinstance(variable, str) and re.fullmatch("[A-Za-z]", variable)
    _must(lettered, "over", _("over is a letter, the variable."))
    for key in ("low", "high"):
        _must(_finite(table.get(key)), key, _("{key} is a number, an end of the curves.").format(key=key))
    low, high = float(table["low"]), float(table["high"])
    mark, level = _number(table, "mark"), _number(table, "level")
    _must(low < high and math.isfinite(high - low), "high", _("high is larger than low."))
    _must(not isinstance(mark, float) or low <= mark <= high, "mark", _("mark lies between low and high."))
    caption = table.get("caption")
    _must(isinstance(caption, str) and caption, "caption", _("a chart needs a caption, a text."))
    return Curves(str(caption), low, high, _curves(table, variable), mark, level, line)


def _number(table: dict[str, Any], key: str) -> float | Place | None:
    """Return a number that may be left out, or be taken from a command."""
    value = table.get(key)
    if isinstance(value, dict):
        return _place(value, key)
    said = _("{key} is a number, or {example}.")
    _must(value is None or _finite(value), key, said.format(key=key, example='{ from = "sce ...", field = "..." }'))
    return None if value is None else float(value)


def _curves(table: dict[str, Any], variable: str) -> dict[str, Expression]:
    given = table.get("curves", {"": table.get("curve")})
    fits = isinstance(given, dict) and 1 <= len(given) <= MOST_CURVES
    _must(fits, "curves", _("there are 1 to {most} curves.").format(most=MOST_CURVES))
    lettered = len(given) == 1 or all(re.fullmatch("[A-Za-z]", key) for key in given)
    _must(lettered, "curves", _("each of the curves has a letter."))
    return {key: _expression(text, variable) for key, text in given.items()}


def _expression(text: Any, variable: str) -> Expression:
    said = _('a chart needs curve = "...", or curves = {example}.')
    _must(isinstance(text, str), "curves", said.format(example='{ a = "...", b = "..." }'))
    try:
        return Expression(text, variable)
    except ValueError as error:
        raise MistakenError([("curves", str(error))]) from error


def _bars(table: dict[str, Any], line: int) -> BarSeries:
    _only(table, {"labels", "series", "field"})
    labels, series, field = table.get("labels"), table.get("series"), table.get("field", "prediction")
    labelled = _texts(labels) and 1 <= len(labels or []) <= MOST_LABELS
    _must(labelled, "labels", _("labels are 1 to {most} texts.").format(most=MOST_LABELS))
    fits = isinstance(series, dict) and 1 <= len(series) <= MOST_SERIES
    said = _("series is a table of 1 to {most}, each a command or a list of numbers from 0 to 1.")
    _must(fits, "series", said.format(most=MOST_SERIES))
    assert isinstance(series, dict)
    assert isinstance(labels, list)
    taken = {name: _series(value, field, len(labels)) for name, value in series.items()}
    return BarSeries(tuple(labels), taken, line)


def _series(value: Any, field: Any, count: int) -> Place | tuple[float, ...]:
    if isinstance(value, str):
        return _place({"from": value, "field": field}, "series")
    if isinstance(value, dict):
        return _place({"field": field, **value}, "series")
    fits = isinstance(value, list) and all(_finite(entry) and 0 <= entry <= 1 for entry in value)
    said = _("a series is a command, or {count} numbers from 0 to 1, one for each label.")
    _must(fits and len(value) == count, "series", said.format(count=count))
    return tuple(map(float, value))


def _shades(table: dict[str, Any], line: int) -> Shades:
    _only(table, {"from", "field", "rows", "columns"})
    for key in ("rows", "columns"):
        fits = _texts(table.get(key)) and 1 <= len(table[key]) <= MOST_LABELS
        said = _("{key} are the names of 1 to {most} {key}.")
        _must(fits, key, said.format(key=key, most=MOST_LABELS))
    place = _place({key: table.get(key) for key in ("from", "field")}, "from")
    return Shades(place, tuple(table["rows"]), tuple(table["columns"]), line)


def _place(table: dict[str, Any], key: str) -> Place:
    """Return the numbers of a command that a table names; key: what the table belongs to."""
    _must(set(table) <= {"from", "field", "share"}, key, _("numbers of a command have from, field and perhaps share."))
    command, field, share = table.get("from"), table.get("field"), table.get("share", False)
    placed = isinstance(field, str) and FIELD.fullmatch(field)
    _must(placed, "field", _("field is a place in the command's JSON."))
    _must(isinstance(command, str), key, _('{key} names a command, as "sce softmax 2 1 0.1".').format(key=key))
    _must(isinstance(share, bool), key, _("share is true or false."))
    assert isinstance(command, str)
    try:
        return Place(tuple(command_words(command)), str(field), bool(share))
    except ValueError as error:
        raise MistakenError([(key, str(error))]) from error


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) and entry for entry in value)


def _only(table: dict[str, Any], keys: set[str]) -> None:
    for key in table:
        said = _("the block has no key '{key}'; it has {keys}.")
        _must(key in keys, key, said.format(key=key[:40], keys=", ".join(sorted(keys))))


def _must(fits: Any, key: str, problem: str) -> None:
    if not fits:
        raise MistakenError([(key, problem)])


def _finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
