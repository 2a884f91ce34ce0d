"""Text tables as people have them: looked at, read in one fast pass, and once more where the first look was wrong."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.datasets.cells import CellKind, Cells, NumberCells, TextCells, UnreadCells, read_cells
from sce_cli.datasets.dialect import SAMPLE, Dialect, Row, TextSettings, as_wide, rows, usual_width
from sce_cli.datasets.encodings import NAMES as ENCODINGS
from sce_cli.datasets.encodings import UTF8
from sce_cli.datasets.faults import quote_fault, row_fault
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import Header
from sce_cli.datasets.kinds import Facts, better_kind, facts_of, first_kind, is_missing
from sce_cli.datasets.number_forms import COMMA, LARGEST, PLAIN, POINT, Evidence, Form, evidence_of
from sce_cli.datasets.reading import Reading
from sce_cli.datasets.sniffing import find_dialect
from sce_cli.datasets.spelling import cleaned, trimmed
from sce_cli.datasets.titles import below_titles
from sce_cli.errors import Change, SceError, quoted
from sce_cli.translation import _

MOST_SAMPLED = 10_000
"""Cells that are looked at before the table is read."""

PASSES = 6
"""Looks at a table that settle what its columns are; each column can be mistaken for a few things only."""


@dataclass(frozen=True)
class Looked:
    """A text table at first sight.

    sample: its first rows, a header among them. decimals: the decimal sign, as far as it can be told; asked: whether
    an option gave it. known: the one of a model's training, "" without a model.
    """

    source: Source
    dialect: Dialect
    sample: tuple[Row, ...]
    decimals: tuple[str, ...]
    asked: bool = False
    known: str = ""

    def column(self, header: Header, place: int) -> list[str]:
        """Return the first cells of a column, without the blanks around them."""
        rows_below = self.sample[header.height :]
        return [trimmed(cells[place]) for _, cells in rows_below if len(cells) == len(header.names)]


@dataclass(frozen=True)
class Whole:
    """All of a text table: its cells, what each column was read as, and what it holds.

    short: how many rows have fewer cells than the others.
    """

    looked: Looked
    header: Header
    cells: Cells
    kinds: tuple[CellKind, ...]
    facts: tuple[Facts, ...]
    short: int = 0

    def form(self, place: int) -> Form:
        """Return the form of a column's numbers."""
        kind = self.kinds[place]
        return kind.form if isinstance(kind, NumberCells) else PLAIN

    @cached_property
    def taken(self) -> frozenset[str]:
        """The names of all columns."""
        return frozenset(self.header.names)


def look_at(source: Source, settings: TextSettings) -> Looked:
    """Return a text table at first sight. Raises SceError for an empty one."""
    dialect = find_dialect(source, settings)
    sample = tuple(islice(rows(source, dialect), SAMPLE))
    if not any(any(map(cleaned, cells)) for _, cells in sample):
        raise SceError(
            _("{given} is empty.").format(given=source.given), _("Give a header row and one row for each example.")
        )
    below = below_titles(dialect, sample, no_header=settings.no_header)
    if below != dialect:
        dialect, sample = below, tuple(islice(rows(source, below), SAMPLE))
    width = max(len(sample[0][1]), 1)
    sample = sample[: max(MOST_SAMPLED // width, 50)]
    if settings.decimal is not None:
        return Looked(source, dialect, sample, (settings.decimal,), asked=True)
    width = usual_width([cells for _, cells in sample[1:]])
    rows_below = [[trimmed(cell) for cell in cells] for _, cells in sample[1:] if len(cells) == width]
    columns = [
        [cell for cell in column if not is_missing(cell, number=True)] for column in zip(*rows_below, strict=True)
    ]
    return Looked(source, dialect, sample, evidence_of(columns).decimals())


def whole_of(
    looked: Looked, header: Header, kinds: Sequence[CellKind], settled: Container[int], least: int = 1
) -> Whole:
    """Read a table, again and again until its columns are what they were read as.

    kinds: what they seem to be. settled: the places of those that are texts, or numbers, whatever they look like.
    least: the cells that each row must have; those behind them may be lacking.
    Its decimal sign is settled when all of it is known. Raises SceError for a row with too many cells or too few, and
    for numbers that may be fractions as well as thousands.
    """
    samples = [looked.column(header, place) for place in range(len(header.names))]
    kinds, evidence, short = tuple(kinds), None, 0
    for further in reversed(range(PASSES)):
        read = _read(looked, header, kinds)
        if read is None:
            looked, short = _as_wide_as_the_header(looked, header, least)
            read = _read(looked, header, kinds)
        if read is None:
            raise row_fault(looked.source, looked.dialect, header)
        cells, kinds = read
        facts = tuple(facts_of(cells, place, kind) for place, kind in enumerate(kinds))
        evidence = None if looked.asked else _evidence(cells, kinds, samples, evidence)
        if evidence is not None:
            looked = replace(looked, decimals=evidence.decimals(looked.known))
        better = tuple(
            _settled(kind, known) if place in settled else known
            for place, kind in enumerate(kinds)
            for known in [better_kind(kind, facts[place], samples[place], looked.decimals)]
        )
        if better == kinds or not further:
            break
        kinds = better
    if evidence is not None and not looked.known and evidence.is_open(looked.dialect.delimiter):
        _refuse_open(looked, header, kinds)
    return Whole(looked, header, cells, kinds, facts, short)


def _evidence(
    cells: Cells, kinds: Sequence[CellKind], samples: Sequence[Sequence[str]], earlier: Evidence | None
) -> Evidence | None:
    """Return what all cells tell of the decimal sign; None for a table of plain numbers and plain words.

    earlier: what an earlier look told, in which cells with a comma stood that have become numbers since.
    """
    written = [kind for kind in kinds if isinstance(kind, NumberCells) and kind.form != PLAIN]
    if not written and not any(COMMA in name for place in cells.texts for name in cells.names(place)):
        return None
    evidence = Evidence()
    evidence.either[COMMA] = earlier.either[COMMA] if earlier is not None else 0
    for place, kind in enumerate(kinds):
        if isinstance(kind, UnreadCells):
            continue
        evidence.add_cells(name for name in cells.names(place) if not is_missing(name, number=True))
        if isinstance(kind, NumberCells):
            evidence.add_values(cells.column(place), kind.form.decimal)
            if kind.form.grouped:
                evidence.add_cells(cell for cell in samples[place] if COMMA in cell)
    return evidence


def _refuse_open(looked: Looked, header: Header, kinds: Sequence[CellKind]) -> None:
    """Refuse a number such as 1,234 where nothing tells whether it's a fraction or thousands."""
    numbers = [place for place, kind in enumerate(kinds) if isinstance(kind, NumberCells) and kind.form.grouped]
    below = islice(rows(looked.source, looked.dialect), header.height, None)
    found = ((line, cells[place].strip(), place) for line, cells in below for place in numbers if COMMA in cells[place])
    for line, cell, place in found:
        raise SceError(
            _("{given} has {cell} in column {column} (line {line}), which may be a fraction or thousands.").format(
                given=looked.source.given, cell=quoted(cell), column=quoted(header.names[place]), line=line
            ),
            _("Add --decimal comma for a fraction, or --decimal point for thousands"),
            Change("--decimal", "comma"),
        )


def _read(looked: Looked, header: Header, kinds: tuple[CellKind, ...]) -> tuple[Cells, tuple[CellKind, ...]] | None:
    """Return the cells, and what the columns were read as: where a plain number isn't one, all of them as mixed.

    None if rows differ in length. Raises SceError for a quote that swallows rows.
    """
    cells = read_cells(looked.source, looked.dialect, header.first_line, kinds)
    if cells is not None and cells.lines - header.first_line + 1 != cells.rows:
        fault = quote_fault(looked.source, looked.dialect)
        if fault is not None:
            raise fault
    if cells is not None and not _unusable(cells, kinds):
        return cells, kinds
    mixed = tuple(replace(kind, mixed=True) if isinstance(kind, NumberCells) else kind for kind in kinds)
    again = read_cells(looked.source, looked.dialect, header.first_line, mixed)
    return None if again is None else (again, mixed)


def _as_wide_as_the_header(looked: Looked, header: Header, least: int) -> tuple[Looked, int]:
    """Return the table with each row of the header's length, and how many are shorter. Raises SceError."""
    source, dialect, width = looked.source, looked.dialect, len(header.names)
    fault = quote_fault(source, dialect)
    even = None if fault or dialect.width else as_wide(source, dialect, width, least, header.first_line)
    if even is None:
        raise fault or row_fault(source, dialect, header)
    return replace(looked, dialect=even[0]), even[1]


def _settled(before: CellKind, better: CellKind) -> CellKind:
    """Return the better form of numbers, but never texts instead of numbers or the other way round."""
    return better if type(before) is type(better) else before


def _unusable(cells: Cells, kinds: Sequence[CellKind]) -> bool:
    """Whether a column that is to hold nothing but numbers has one that is infinite or too large."""
    plain = [place for place, kind in enumerate(kinds) if isinstance(kind, NumberCells) and place not in cells.texts]
    return any(bool((np.abs(cells.column(place)) > LARGEST).any()) for place in plain)


def kinds_at_first_sight(
    looked: Looked, header: Header, label: int, asked: Sequence[int] | None
) -> tuple[CellKind, ...]:
    """Return what the columns seem to be; asked: those to learn from, None for all."""
    wanted = None if asked is None else set(asked)

    def kind_of(place: int) -> CellKind:
        if place == label:
            return TextCells()
        if wanted is not None and place not in wanted:
            return UnreadCells()
        return first_kind(looked.column(header, place), looked.decimals)

    return tuple(kind_of(place) for place in range(len(header.names)))


def incomplete_rows(whole: Whole, places: Sequence[int], *, number: bool | None = None) -> NDArray[np.bool_]:
    """Return the rows that have a missing cell in one of these columns, shape (N,).

    number: whether they hold numbers, although they are read as texts; None for what they are read as.
    """
    rows = np.zeros(whole.cells.rows, dtype=bool)
    for place in places:
        numeric = isinstance(whole.kinds[place], NumberCells) if number is None else number
        missing = np.array([*(is_missing(name, number=numeric) for name in whole.cells.names(place)), False])
        rows |= whole.cells.looked_up(place, missing, otherwise=False)
        rows |= np.isnan(whole.cells.column(place))
    return rows


def dialect_reading(whole: Whole, **more: Any) -> Reading:
    """Return how a table is written down, with what was done with it."""
    dialect, header = whole.looked.dialect, whole.header
    forms = [kind.form for kind in whole.kinds if isinstance(kind, NumberCells)]
    plain = "" if dialect.encoding == UTF8 else dialect.encoding
    return Reading(
        encoding=ENCODINGS.get(dialect.encoding, plain),
        guessed=dialect.guessed,
        delimiter=dialect.delimiter,
        decimal=COMMA if any(form.decimal == COMMA for form in forms) else POINT,
        header=header.found,
        titles=dialect.titles,
        units=header.units,
        short=whole.short,
        renamed=header.renamed,
        matched=header.matched,
        rows=whole.cells.rows,
        **more,
    )
