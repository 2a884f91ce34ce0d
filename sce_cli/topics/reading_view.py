"""What was found in a table and done with it, in words: only what isn't plain."""

from collections.abc import Iterator

from rich.console import RenderableType

from sce_cli.datasets import ColumnReading, Reading
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count
from sce_cli.drawing.tables import table
from sce_cli.translation import _, ngettext

MOST_NAMES = 6
"""Names that a sentence lists."""


def reading_in_words(reading: Reading) -> list[RenderableType]:
    """Return sentences on the text, its rows and classes, and a table of the columns; nothing for a plain table."""
    said = (
        *_on_the_text(reading),
        *_on_lines(reading),
        *_on_header(reading),
        *_on_rows(reading),
        *_on_classes(reading),
    )
    sentences = [escaped(sentence) for sentence in said]
    if not reading.columns:
        return [*sentences, ""] if sentences else []
    rows = [(escaped(column.name), escaped(_kind(column)), escaped(_became(column))) for column in reading.columns]
    grid = table([_("column"), _("what it is"), _("what became of it")], rows, words=(0, 1, 2))
    return [*sentences, *([""] if sentences else []), grid, ""]


def left_out_unread(reading: Reading, left_out: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that were left out and of which nothing else is said."""
    said = {column.name for column in reading.columns}
    return tuple(name for name in left_out if name not in said)


def remarks_on_new_rows(reading: Reading) -> list[str]:
    """Return what is to be said of a table that a model was used on, in lines of plain text."""
    lines = [*_on_the_text(reading), *_on_lines(reading)]
    if not reading.header:
        lines.append(_("No header found: the columns are those of the training, in its order."))
    if reading.incomplete:
        lines.append(_on_incomplete_new_rows(reading))
    if reading.further:
        lines.append(_("Ignored, as the model doesn't know them: {names}.").format(names=_listed(reading.further)))
    lines += [
        ngettext(
            "Column {column} has {text}, which the training hadn't, in {count} row: no indicator is set.",
            "Column {column} has {text}, which the training hadn't, in {count} rows: no indicator is set.",
            rows,
        ).format(column=repr(column), text=repr(text), count=count(rows))
        for column, text, rows in reading.unknown_texts[:MOST_NAMES]
    ]
    return lines


def _on_incomplete_new_rows(reading: Reading) -> str:
    """Say what became of new rows with a missing cell."""
    if reading.filled:
        said = _("{count} of {rows} rows had a missing cell, filled as in training.")
    else:
        said = ngettext(
            "{count} of {rows} rows has a missing cell and no prediction; --missing mean fills it.",
            "{count} of {rows} rows have a missing cell and no prediction; --missing mean fills it.",
            reading.incomplete,
        )
    return said.format(count=count(reading.incomplete), rows=count(reading.rows))


def _on_the_text(reading: Reading) -> Iterator[str]:
    """Say how the text is written down."""
    separators = {
        ";": _("The cells are separated by semicolons."),
        "\t": _("The cells are separated by tabs."),
        "|": _("The cells are separated by bars."),
        " ": _("The cells are separated by blanks."),
    }
    if reading.delimiter in separators:
        yield separators[reading.delimiter]
    elif reading.delimiter != ",":
        yield _("The cells are separated by {sign}.").format(sign=repr(reading.delimiter))
    if reading.decimal == ",":
        yield _("Numbers have decimal commas.")
    if reading.guessed:
        yield _("The text isn't UTF-8; it is read as {encoding}.").format(encoding=reading.encoding)
    elif reading.encoding:
        yield _("The text is {encoding}.").format(encoding=reading.encoding)
    for name, meant in reading.matched[:MOST_NAMES]:
        yield _("The column {name} was taken for {meant}.").format(name=repr(name), meant=repr(meant))
    for old, new in reading.renamed[:MOST_NAMES]:
        yield _("The name {old} comes twice; the second one is called {new}.").format(old=repr(old), new=repr(new))


def _on_lines(reading: Reading) -> Iterator[str]:
    """Say which lines are no rows, or rows of another length."""
    if reading.titles:
        yield ngettext(
            "{count} line above the table was skipped.", "{count} lines above the table were skipped.", reading.titles
        ).format(count=count(reading.titles))
    if reading.units:
        yield _("The row below the header was skipped: it has words where the others have numbers.")
    if reading.short:
        yield ngettext(
            "{count} row is shorter than the others: the cells at its end count as missing.",
            "{count} rows are shorter than the others: the cells at their end count as missing.",
            reading.short,
        ).format(count=count(reading.short))


def _on_header(reading: Reading) -> Iterator[str]:
    """Say where no header was found."""
    if not reading.header:
        yield _("No header found: the first row is an example, and the columns have numbers.")


def _on_rows(reading: Reading) -> Iterator[str]:
    """Say which rows were left out or filled."""
    unlabelled, incomplete = reading.unlabelled, reading.incomplete - reading.unlabelled
    if unlabelled:
        yield ngettext(
            "{count} of {rows} rows was left out: it has no class.",
            "{count} of {rows} rows were left out: they have no class.",
            unlabelled,
        ).format(count=count(unlabelled), rows=count(reading.rows))
    if incomplete and not reading.filled:
        yield ngettext(
            "{count} of {rows} rows was left out: it has a missing cell (--missing mean would fill it).",
            "{count} of {rows} rows were left out: they have a missing cell (--missing mean would fill it).",
            incomplete,
        ).format(count=count(incomplete), rows=count(reading.rows))
    elif incomplete:
        yield ngettext(
            "{count} of {rows} rows had a missing cell, filled with the mean of the training part.",
            "{count} of {rows} rows had missing cells, filled with the means of the training part.",
            incomplete,
        ).format(count=count(incomplete), rows=count(reading.rows))


def _on_classes(reading: Reading) -> Iterator[str]:
    """Say which spellings are one class, and which classes are lost."""
    for name in reading.lost[:MOST_NAMES]:
        yield _("The class {name} is lost with its rows, each of which has a missing cell.").format(name=repr(name))
    for text, main in reading.classes[:MOST_NAMES]:
        yield _("The class {text} was taken for {main}.").format(text=repr(text), main=repr(main))
    for column, text, main in reading.categories[:MOST_NAMES]:
        yield _("In column {column}, {text} was taken for {main}.").format(
            column=repr(column), text=repr(text), main=repr(main)
        )


def _kind(column: ColumnReading) -> str:
    """Return what a column is, with the number of its different texts and of its missing cells."""
    kind = _written(column)
    if column.different:
        kind = ngettext(
            "{kind} with {count} different value", "{kind} with {count} different values", column.different
        ).format(kind=kind, count=count(column.different))
    if column.missing and column.became:
        kind = _("{kind}, {count} missing").format(kind=kind, count=count(column.missing))
    return kind


def _written(column: ColumnReading) -> str:
    """Return what a column is, and how its numbers are written."""
    if column.sign and column.grouped:
        return _("numbers with {sign} and thousands set apart").format(sign=column.sign)
    if column.sign:
        return _("numbers with {sign}").format(sign=column.sign)
    return _("numbers with thousands set apart") if column.grouped else _(column.kind)


def _became(column: ColumnReading) -> str:
    """Return the features that a column became, or why it was left out."""
    if not column.became:
        return _("left out: {reason}").format(reason=_(column.reason))
    return _("itself") if column.became == (column.name,) else _listed(column.became)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names if len(names) <= MOST_NAMES else [*names[: MOST_NAMES - 1], "…"])
