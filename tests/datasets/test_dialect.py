"""How a text is written down: separators, encodings, headers, decimal signs, each by small examples."""

from pathlib import Path

import pytest

from sce_cli.datasets import TextSettings, load
from sce_cli.datasets.files import Source
from sce_cli.datasets.header import looks_like_names
from sce_cli.datasets.number_forms import evidence_of, form_of
from sce_cli.datasets.sniffing import find_dialect
from sce_cli.errors import SceError
from tests.each import for_each

BODY = "".join(f"{n % 7}.5SEP{n % 5}.25SEP{'ab'[n % 2]}\n" for n in range(20))


def written(content: bytes | str) -> Source:
    Path("t").write_bytes(content if isinstance(content, bytes) else content.encode())
    return Source("--data 't'", Path("t"))


@for_each("sign", [",", ";", "\t", "|", " ", "   "])
@for_each("header", ["xSEPySEPkind\n", ""])
def test_the_separator_is_found(sign: str, header: str) -> None:
    assert find_dialect(written((header + BODY).replace("SEP", sign)), TextSettings()).delimiter == sign[0]


@for_each(
    ("text", "sign"),
    [
        ("name;note\n1;a, b\n2;c, d\n", ";"),
        ("name,note\n1,a; b\n2,c; d\n", ","),
        ("1,Iris setosa\n2,Iris virginica\n", ","),
        ("1,5;2,5;x\n2,5;3,5;y\n", ";"),
        ("width, cm;height, cm;kind\n1,5;2,5;x\n2,5;3,5;y\n", ";"),
        ("a\tb c\n1\tx y\n2\tz u\n", "\t"),
        ("plane model\tw\tkind\nBoeing 747\t0.57\ta\nBoeing 707\t0.26\tb\n", "\t"),
        ("Boeing 747\t0.57\ta\nBoeing 707\t0.26\tb\n", "\t"),
        ("1.5  2\tx\n2.5  3\ty\n", " "),
        ("2019-03-01 12:00,1.5,x\n2019-03-02 12:00,2.5,y\n", ","),
        ('"a b"|"c"\n"x;y"|"1"\n"z;u"|"2"\n', "|"),
        ("one\ntwo\n", ","),
    ],
)
def test_signs_within_cells_do_not_separate_them(text: str, sign: str) -> None:
    assert find_dialect(written(text), TextSettings()).delimiter == sign


@for_each(
    ("text", "encoding", "found"),
    [
        ("Höhe;Größe;Straße\n", "cp1252", "cp1252"),
        ("température,été,Çà\n", "cp1252", "cp1252"),
        ("20 °C,5 µm,10 €\n", "cp1252", "cp1252"),
        ("宽度,高度,树种\n", "gb18030", "gb18030"),
        ("北京市，朝阳区,上海\n", "gb18030", "gb18030"),
        ("Höhe,宽度\n", "utf-8", "utf-8-sig"),
        ("Höhe\n", "utf-8-sig", "utf-8-sig"),
        ("宽度\n", "utf-16", "utf-16"),
        ("plain\n", "ascii", "utf-8-sig"),
    ],
)
def test_the_encoding_is_found_where_only_one_can_be_meant(text: str, encoding: str, found: str) -> None:
    assert find_dialect(written(text.encode(encoding)), TextSettings()).encoding == found


@for_each("text", ["数,类\n", "红\n"])
def test_where_two_encodings_fit_both_readings_are_shown(text: str) -> None:
    with pytest.raises(SceError) as caught:
        find_dialect(written(text.encode("gb18030")), TextSettings())
    assert text.strip() in caught.value.message
    assert text.encode("gb18030").decode("cp1252").strip() in caught.value.message
    assert "--encoding gb18030" in caught.value.remedy


@for_each("content", ["Ширина\n".encode("koi8-r"), "幅\n".encode("shift_jis"), b"\x81\x8d\x8f\x90\n"])
def test_other_encodings_are_to_be_named(content: bytes) -> None:
    with pytest.raises(SceError, match="is not UTF-8") as caught:
        find_dialect(written(content), TextSettings())
    assert "--encoding" in caught.value.remedy


@for_each(
    ("first", "others", "names"),
    [
        ("a,b,kind", ["1,2,x", "2,3,y"], True),
        ("1,2,x", ["2,3,y", "3,4,x", "5,6,y"], False),
        ("0,1,class", ["1,2,x", "2,3,y", "3,4,x", "5,6,y"], True),
        ("0,1,2", ["5,2,1", "2,3,0", "3,4,1", "5,6,0"], True),
        ("0,1,7", ["5,2,1", "2,3,0", "3,4,1", "5,6,0"], False),
        ("p,x,s", ["p,y,s", "e,x,t", "p,x,s", "e,y,t"], False),
        ("type,cap,smell", ["p,y,s", "e,x,t", "p,x,s", "e,y,t"], True),
        ("?,2,x", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], False),
        ("-inf,2,x", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], False),
        (".,2,x", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], False),
        ("None,-,x", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], False),
        ("oops,2.5,x", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], False),
        ("oops,2.5,1", ["1,2,0", "2,3,1", "3,3,0", "3,3,1"], False),
        ("oops,kind", ["1,x", "2,y", "3,x", "3,y"], True),
        ("width,2.5,kind", ["1,2,x", "2,3,y", "3,3,y", "3,3,x"], True),
        ("kind,400,410,420", ["x,1,2,3", "y,2,3,1", "x,3,3,1", "y,3,3,2"], True),
        ("kind,400,410,420", ["0,1,2,3", "1,2,3,1", "0,3,3,1", "1,3,3,2"], True),
        ("x,4.1,2.5", ["y,1,2", "z,2,3", "y,3,3", "z,3,3"], False),
        ("a,kind", [], True),
        ("1,2", [], False),
    ],
)
def test_a_first_row_is_a_header_if_it_has_no_place_below(first: str, others: list[str], names: bool) -> None:
    rows = [row.split(",") for row in others]
    assert looks_like_names(first.split(","), rows, (".", ",")) == names


@for_each(
    ("columns", "delimiter", "decimal"),
    [
        ([["0.5", "1"]], ";", "."),
        ([["0,5", "1"]], ";", ","),
        ([["1,234"]], ";", "?"),
        ([["0,234"]], ";", ","),
        ([["1,234"]], ",", "."),
        ([["1.234"]], ";", "."),
        ([["1.234"], ["0,5", "2,25"]], ";", ","),
        ([["1,234"], ["0.5"]], ";", "."),
        ([["12", "7"]], ";", "."),
        ([["01.03.2019", "x"]], ";", "."),
    ],
)
def test_the_decimal_sign_is_the_one_that_some_number_needs(
    columns: list[list[str]], delimiter: str, decimal: str
) -> None:
    evidence = evidence_of(columns)
    assert ("?" if evidence.is_open(delimiter) else evidence.decimals()[0]) == decimal


@for_each(
    ("cells", "decimal", "values"),
    [
        (["1,234", "999", "1,234,567.5", "-12,345"], ".", [1234, 999, 1234567.5, -12345]),
        (["1.234", "999", "1.234.567,5"], ",", [1234, 999, 1234567.5]),
        (["1 234", "1\u202f234,5", "1\u00a0234"], ",", [1234, 1234.5, 1234]),
        (["1'234.5", "2’000"], ".", [1234.5, 2000]),
        (["12,34,567", "1,23,456"], ".", [1234567, 123456]),
        (["5%", "12.5 %", "-3%"], ".", [5, 12.5, -3]),
        (["$5", "$ 1,200.50", "-$3", "$-4"], ".", [5, 1200.5, -3, -4]),
        (["5 €", "1.200,50 €"], ",", [5, 1200.5]),
        (["¥100", "¥2"], ".", [100, 2]),
    ],
)
def test_numbers_have_one_form_in_a_column(cells: list[str], decimal: str, values: list[float]) -> None:
    other = "," if decimal == "." else "."
    form = form_of(cells, (decimal, other))
    assert [form.value(cell) for cell in cells] == values


@for_each("cell", ["1,23", "1,2345", "1,234,5", "1$2", "$", "%", "5%%", "1_000", "٣", "1,234.5.6", "$5"])
def test_what_is_no_number_in_a_form_is_none(cell: str) -> None:
    form = form_of(["1,234", "2,345.5"], (".",))
    assert form.grouped
    assert form.value(cell) is None


def test_a_hint_of_the_separator_is_followed() -> None:
    written("sep=;\n" + BODY.replace("SEP", ";"))
    assert load("t").feature_names == ("x0", "x1")
