"""Tables in the forms in which people find or save them, with values of our own: all can be learnt from."""

import gzip
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sce_cli.datasets import Table, TextSettings, fill, load, load_for_prediction, means
from tests.each import for_each

ROWS = 36


def row(place: int) -> tuple[float, float, str]:
    """Return two numbers with a few digits, and one of three classes."""
    draw = np.random.default_rng(place)
    kind = place * 7 % 3
    width, height = draw.normal(2 * kind, 1), draw.normal(-kind, 0.5)
    return round(float(width), 2), round(float(height), 3), ("oak", "elm", "yew")[kind]


def lines(form: Callable[[int, float, float, str], str], header: str = "", rows: int = ROWS) -> str:
    body = [form(place, *row(place)) for place in range(rows)]
    return "\n".join([*([header] if header else []), *body]) + "\n"


def comma(number: float) -> str:
    return str(number).replace(".", ",")


@dataclass(frozen=True)
class Found:
    """A table as people have it, and what must become of it."""

    text: str | bytes
    features: tuple[str, ...]
    rows: int = ROWS
    left_out: tuple[str, ...] = ()
    label: str = "tree"
    options: dict[str, Any] = field(default_factory=dict)
    classes: tuple[str, ...] = ("elm", "oak", "yew")

    @property
    def bytes(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode()


def titanic() -> str:
    sexes, ports = ("male", "female"), ("S", "C", "Q")
    return lines(
        lambda n, w, h, c: ",".join(
            [
                str(n + 1),
                str(n % 2),
                str(n % 3 + 1),
                f'"Braund, Mr. Owen {n}"',
                sexes[n % 5 > 2],
                "" if n % 9 == 4 else f"{20 + abs(w):.1f}",
                f"A/5 2117{n}",
                f"{7 + abs(h):.4f}",
                "" if n % 4 else f"C{n}",
                "" if n == 30 else ports[n % 3],
            ]
        ),
        "PassengerId,Survived,Pclass,Name,Sex,Age,Ticket,Fare,Cabin,Embarked",
    )


TABLES: dict[str, Found] = {
    "Kaggle's iris, sorted, with its Id": Found(
        lines(lambda n, w, h, c: f"{n + 1},{w},{h},{c}", "Id,width,height,tree"), ("width", "height"), left_out=("Id",)
    ),
    "Kaggle's Titanic": Found(
        titanic(),
        ("Pclass", "Sex=female", "Age", "Fare", "Embarked=C", "Embarked=Q", "Embarked=S"),
        rows=31,
        left_out=("PassengerId", "Name", "Ticket", "Cabin"),
        label="Survived",
        options={"label_column": "Survived"},
        classes=("0", "1"),
    ),
    "UCI's adult: blanks behind commas, ? for missing, no header": Found(
        lines(
            lambda n, w, h, c: ", ".join(
                [
                    str(20 + n),
                    ("Private", "State-gov", "?")[n % 12 // 5],
                    str(70_000 + 13 * n),
                    (">50K", "<=50K")[n % 3 > 0],
                ]
            )
        ),
        ("x0", "x1=Private", "x2"),
        rows=30,
        label="class",
        classes=("<=50K", ">50K"),
    ),
    "UCI's abalone: M, F and I, no header": Found(
        lines(lambda n, w, h, c: f"{'MFI'[n % 3]},{w},{h},{7 + n % 4}"),
        ("x0=F", "x0=I", "x0=M", "x1", "x2"),
        label="class",
        classes=("7", "8", "9", "10"),
    ),
    "UCI's wine: the class first, whole numbers last, no header": Found(
        lines(lambda n, w, h, c: f"{n % 3 + 1},{w},{h},{700 + 13 * n}"),
        ("x1", "x2", "x3"),
        label="x0",
        options={"label_column": "x0"},
        classes=("1", "2", "3"),
    ),
    "UCI's breast cancer: an id that doesn't count, ? for missing, classes 2 and 4": Found(
        lines(
            lambda n, w, h, c: (
                f"{1000025 + 17 * n * n},{n % 9 + 1},{'?' if n % 12 == 5 else n % 7},{2 + 2 * (n % 3 > 1)}"
            )
        ),
        ("x0", "x1", "x2"),
        rows=33,
        label="class",
        classes=("2", "4"),
    ),
    "UCI's crx: classes + and -": Found(
        lines(lambda n, w, h, c: f"{'b' if n % 5 else 'a'},{'?' if n == 9 else w},{h},{'gps'[n % 3]},{'+-'[n % 2]}"),
        ("x0=a", "x1", "x2", "x3=g", "x3=p", "x3=s"),
        rows=35,
        label="class",
        classes=("+", "-"),
    ),
    "UCI's auto-mpg: runs of blanks, names in quotes": Found(
        lines(lambda n, w, h, c: f'{w:<8} {n % 3 + 4}   {h:<10}\t"{c}"'), ("x0", "x1", "x2"), label="class"
    ),
    "R's write.csv: row names without a name": Found(
        lines(lambda n, w, h, c: f'"{n + 1}",{w},{h},"{c}"', '"","width","height","tree"'),
        ("width", "height"),
        left_out=("column 1",),
    ),
    "R's write.table: blanks, row names that the header leaves out": Found(
        lines(lambda n, w, h, c: f'"{n + 1}" {w} {h} "{c}"', '"width" "height" "tree"'),
        ("width", "height"),
        left_out=("column 1",),
    ),
    "pandas' to_csv of an array: names that are numbers": Found(
        lines(lambda n, w, h, c: f"{w},{h},{c}", "0,1,class"), ("0", "1"), label="class"
    ),
    "pandas' to_csv of a table without names: only numbers": Found(
        lines(lambda n, w, h, c: f"{n},{w},{h},{len(c) + n % 3}", ",0,1,2"),
        ("0", "1"),
        left_out=("column 1",),
        label="2",
        classes=("3", "4", "5"),
    ),
    "pandas saved twice: Unnamed: 0": Found(
        lines(lambda n, w, h, c: f"{n},{w},{h},{c}", "Unnamed: 0,width,height,tree"),
        ("width", "height"),
        left_out=("Unnamed: 0",),
    ),
    "Excel in German: semicolons, decimal commas, a mark, CRLF": Found(
        b"\xef\xbb\xbf"
        + lines(lambda n, w, h, c: f"{comma(w)};{comma(h)};{c}", "Breite;Höhe;Baum").replace("\n", "\r\n").encode(),
        ("Breite", "Höhe"),
        label="Baum",
    ),
    "Excel in German, in Windows-1252, thousands with points": Found(
        lines(lambda n, w, h, c: f"{n + 1}.{n % 9}00,50;{comma(h)};{c}", "Größe;Höhe;Baum").encode("cp1252"),
        ("Größe", "Höhe"),
        label="Baum",
    ),
    "Excel in French: blanks between thousands": Found(
        lines(lambda n, w, h, c: f"{n + 1}\u202f{200 + n},5;{comma(h)};{c}", "été;température;arbre"),
        ("été", "température"),
        label="arbre",
    ),
    "Excel in Chinese: GB 18030": Found(
        lines(lambda n, w, h, c: f"{w},{h},{'松杉柏'[n % 3]}树", "宽度,高度,树种").encode("gb18030"),
        ("宽度", "高度"),
        label="树种",
        classes=("杉树", "松树", "柏树"),
    ),
    "Excel's Unicode text: tabs, UTF-16": Found(
        lines(lambda n, w, h, c: f"{w}\t{h}\t{c}", "width\theight\ttree").encode("utf-16"), ("width", "height")
    ),
    "Excel's hint of the separator": Found(
        "sep=|\n" + lines(lambda n, w, h, c: f"{w}|{h}|{c}", "width|height|tree"), ("width", "height")
    ),
    "a spreadsheet with empty columns behind and empty rows below": Found(
        lines(lambda n, w, h, c: f"{w},{h},{c},,", "width,height,tree,,") + ",,,,\n,,,,\n",
        ("width", "height"),
        left_out=("column 4", "column 5"),
    ),
    "commas behind the last cell that the header hasn't": Found(
        lines(lambda n, w, h, c: f"{w},{h},{c},", "width,height,tree"), ("width", "height"), left_out=("column 4",)
    ),
    "percent, thousands, currency, dates and yes or no": Found(
        lines(
            lambda n, w, h, c: (
                f'{7 * n % 100}%,"{n + 1},{100 + n}","${n + 1},{200 + n}.50",{1 + n % 28:02d}.03.2019,{n % 2},'
                f"{('Yes', 'no')[n % 4 > 1]},{2000 + n % 20},{c}"
            ),
            "share,inhabitants,price,planted,grafted,healthy,year,tree",
        ),
        ("share", "inhabitants", "price", "grafted", "healthy=Yes", "year"),
        left_out=("planted",),
    ),
    "names twice, and classes in several spellings": Found(
        lines(lambda n, w, h, c: f"{w},{h},{(c, c.title(), f' {c.upper()} ')[n % 6 // 2 - 1]}", "size,size,tree"),
        ("size", "size_2"),
        classes=("ELM", "OAK", "YEW"),
    ),
}


@for_each("name", TABLES)
def test_a_table_of_people_can_be_learnt_from(name: str) -> None:
    found = TABLES[name]
    Path("t").write_bytes(found.bytes)
    table = load("t", **found.options)
    assert table.feature_names == found.features
    assert table.features.shape == (found.rows, len(found.features))
    assert np.isfinite(table.features).all()
    assert (table.left_out, table.label_column) == (found.left_out, found.label)
    assert sorted(map(str.casefold, table.class_names)) == sorted(map(str.casefold, found.classes))
    assert len(table.class_names) == len(found.classes)
    assert_said(table)
    assert_new_rows_are_prepared_alike(table)


def assert_said(table: Table) -> None:
    """Hold what is said of the columns against what became of them."""
    said = {column.name: column for column in table.reading.columns}
    assert set(table.left_out) <= set(said)
    assert all(said[name].reason and not said[name].became for name in table.left_out)
    plain = {feature.column for feature in table.preparation.features if not feature.category} - set(said)
    became = [name for column in said.values() for name in column.became]
    assert sorted([*plain, *became]) == sorted(table.feature_names)
    assert table.reading.rows - table.reading.left_out == len(table.features)


def assert_new_rows_are_prepared_alike(table: Table) -> None:
    """Hold the same file, read for a model, against the training: all rows that are whole, in their order."""
    object.__setattr__(table.preparation, "fillings", means(table.features))
    new = load_for_prediction("t", table.preparation, table.class_names)
    whole = ~np.isnan(new.features).any(axis=1)
    assert len(new.features) == table.reading.rows
    assert new.labels is not None
    known = whole & (new.labels >= 0)
    np.testing.assert_array_equal(new.features[known], table.features)
    np.testing.assert_array_equal(new.labels[known], table.labels)
    filled = load_for_prediction("t", table.preparation, table.class_names, missing="mean")
    fill(new.features, table.preparation.fillings)
    np.testing.assert_array_equal(filled.features, new.features)


def test_numbers_in_people_s_forms_have_the_values_that_people_mean() -> None:
    Path("t").write_bytes(TABLES["percent, thousands, currency, dates and yes or no"].bytes)
    assert load("t").features[3].tolist() == [21, 4103, 4203.5, 1, 0, 2003]
    Path("t").write_bytes(TABLES["Excel in French: blanks between thousands"].bytes)
    assert load("t").features[4].tolist() == [5204.5, row(4)[1]]
    Path("t").write_bytes(TABLES["Excel in German, in Windows-1252, thousands with points"].bytes)
    assert load("t").features[4].tolist() == [5400.5, row(4)[1]]


@for_each("name", ["t.gz", "packed", "t.csv.gz"])
def test_a_packed_table_is_read(name: str) -> None:
    content = TABLES["R's write.csv: row names without a name"].bytes
    Path("t").write_bytes(content)
    Path(name).write_bytes(gzip.compress(content))
    assert np.array_equal(load(name).features, load("t").features)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = TABLES["Excel's Unicode text: tabs, UTF-16"].bytes
    Path("t").write_bytes(content)
    for sent in (content, gzip.compress(content)):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(sent), isatty=lambda: False))
        table = load("-")
        assert (table.name, table.feature_names) == ("-", ("width", "height"))
        assert np.array_equal(table.features, load("t").features)


def test_what_is_said_of_a_text_overrules_what_it_looks_like() -> None:
    Path("t").write_text("1,5 2,5 oak\n2,5 3,5 elm\n3,5 1,5 oak\n0,5 2,5 elm\n", encoding="utf-8")
    blanks = load("t", text=TextSettings(delimiter="blanks", decimal="comma", no_header=True))
    assert blanks.features.tolist() == [[1.5, 2.5], [2.5, 3.5], [3.5, 1.5], [0.5, 2.5]]
    Path("t").write_bytes("größe,树\n1.5,a\n2.5,b\n3.7,a\n".encode("gb18030"))
    assert load("t", text=TextSettings(encoding="GB18030")).feature_names == ("größe",)
    Path("t").write_text("0,1,x\n1,2,y\n2.5,1,y\n3,1,x\n", encoding="utf-8")
    assert load("t", text=TextSettings(no_header=True)).features.shape == (4, 2)
