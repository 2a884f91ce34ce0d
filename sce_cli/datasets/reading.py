"""What was found in a table and done with it, as far as it isn't plain: for step 1 and for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnReading:
    """What became of one column.

    kind: what it is, in words. became: the features that it became; none if it was left out. reason: why, in words.
    different: how many different texts it has, 0 for numbers. missing: cells without a value. sign, grouped: the
    percent or currency sign of its numbers, "" for none, and whether their thousands are set apart.
    """

    name: str
    kind: str
    became: tuple[str, ...]
    reason: str = ""
    different: int = 0
    missing: int = 0
    sign: str = ""
    grouped: bool = False


@dataclass(frozen=True)
class Reading:
    """How a table was read. The defaults are those of a plain one.

    encoding: its name, "" for UTF-8; guessed: whether only the letters told. delimiter, decimal: the signs. header:
    whether there was one. titles: rows above it that are no part of the table. units: whether a row of words below it
    was skipped. short: rows that lack cells at their end. matched: names that were read as others, and these. renamed:
    names that stood there twice, and the new ones.
    rows: how many there were. incomplete: rows with a missing cell in a column that is used; unlabelled: rows without a
    class. Both were left out of training, but for those that were filled: filled says so. columns: what isn't plain.
    classes: spellings of a class, and the one they were taken for. categories: the same of the texts of a column,
    behind its name. lost: classes of which no row is left. further: columns that the model doesn't know, ignored.
    unknown_texts: columns, texts that the model doesn't know there, and rows that have them.
    """

    encoding: str = ""
    guessed: bool = False
    delimiter: str = ","
    decimal: str = "."
    header: bool = True
    titles: int = 0
    units: bool = False
    short: int = 0
    matched: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    incomplete: int = 0
    unlabelled: int = 0
    filled: bool = False
    columns: tuple[ColumnReading, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    categories: tuple[tuple[str, str, str], ...] = ()
    lost: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    unknown_texts: tuple[tuple[str, str, int], ...] = ()

    @property
    def left_out(self) -> int:
        """Rows that training goes without."""
        return self.unlabelled if self.filled else self.incomplete
