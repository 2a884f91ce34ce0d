"""What is said of a table to train on: how it was read, and what became of the columns that aren't plain."""

from collections.abc import Iterator, Sequence

from sce_cli.datasets.cells import NumberCells, TextCells
from sce_cli.datasets.decisions import Decision
from sce_cli.datasets.kinds import Reason
from sce_cli.datasets.reading import ColumnReading, Reading
from sce_cli.datasets.text_file import Whole, dialect_reading


def reading_of(
    whole: Whole, label: int, decisions: Sequence[Decision], counts: tuple[int, int], *, filled: bool
) -> Reading:
    """Return what was found in a table and done with it.

    counts: rows with a missing cell, and those without a class among them. filled: whether missing cells are filled.
    """
    incomplete, unlabelled = counts
    return dialect_reading(
        whole,
        incomplete=incomplete,
        unlabelled=unlabelled,
        filled=filled,
        columns=tuple(_column_reading(whole, decision) for decision in decisions if _says_something(whole, decision)),
        classes=tuple((text, main) for text, main in whole.facts[label].spelling.items() if text != main),
        categories=tuple(_other_spellings(whole, decisions)),
    )


def _other_spellings(whole: Whole, decisions: Sequence[Decision]) -> Iterator[tuple[str, str, str]]:
    """Yield columns, texts in them, and what these were taken for."""
    for decision in decisions:
        if decision.features and isinstance(whole.kinds[decision.place], TextCells):
            for text, main in whole.facts[decision.place].spelling.items():
                if text != main:
                    yield whole.header.names[decision.place], text, main


def _says_something(whole: Whole, decision: Decision) -> bool:
    """Whether a column isn't plain: not all numbers, as Python writes them."""
    kind = whole.kinds[decision.place]
    if decision.reason is Reason.NOT_ASKED:
        return False
    written = isinstance(kind, NumberCells) and (kind.form.grouped or kind.form.sign)
    return bool(decision.reason or written or not isinstance(kind, NumberCells) or whole.facts[decision.place].missing)


def _column_reading(whole: Whole, decision: Decision) -> ColumnReading:
    facts, form = whole.facts[decision.place], whole.form(decision.place)
    return ColumnReading(
        name=whole.header.names[decision.place],
        kind=decision.kind.value,
        became=tuple(feature.name for feature in decision.features),
        reason=decision.reason.value if decision.reason else "",
        different=facts.different if isinstance(whole.kinds[decision.place], TextCells) else 0,
        missing=facts.missing,
        sign=form.sign,
        grouped=form.grouped,
    )
