"""Text that others wrote, on every way out: the names of files above all, and what a stranger's lesson says."""

import csv
import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import html5lib  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sce_cli.datasets.model import encoded, load_model
from sce_cli.text import exact, shell_word, tricks, visible
from tests.hostile.judging import strict
from tests.hostile.test_files_read import fixed
from tests.running import run_here

HOSTILE = [
    "\x1b]0;title\x07\x1b[2J",  # a terminal's own language
    "\x9b31m\x7f",
    "\u202egnp.\u2066\u200f\u061c",  # turns the direction
    "a\u2028b\u2029c\x85d\ne",  # more than one line
    "\u200b\u2060\ufeff\u00ad\u3164\ufe0f",  # nothing at all
    "\udcff\udc80",  # bytes that aren't UTF-8
    "<script>alert(1)<script>&lt;",
    "[link=http:x][/b]",
    "![x](javascript:a)`|*_$\\",
]
"""Names without a slash, as a file may have them on Linux."""

BAD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories that aren't for reading: controls, formats, surrogates, private ones, ends of lines."""


def assert_harmless(text: str, allowed: str = "\n") -> None:
    """Hold a text against everything that could play tricks with who reads it."""
    assert [sign for sign in text if sign not in allowed and unicodedata.category(sign) in BAD] == []
    assert not re.search("[\u3164\u115f\u1160\uffa0]", text)


def hostile_files(ending: str, together: int = 1) -> list[str]:
    """Return names of files, each with several of the texts in it: a figure takes longer than to look at it."""
    texts = [name.replace("/", "") for name in HOSTILE]
    return ["".join(texts[start : start + together]) + ending for start in range(0, len(texts), together)]


def tables_of(names: list[str]) -> list[str]:
    for name in names:
        Path(name).write_text("x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,9,b\n8,1,a\n2,2,b\n")
    return names


@pytest.fixture
def tables(folder: Path) -> list[str]:
    return tables_of(hostile_files(".csv"))


@pytest.fixture
def few_tables(folder: Path) -> list[str]:
    return tables_of(hostile_files(".csv", together=3))


def shows(text: str, name: str) -> bool:
    """Tell whether a text holds a name as it is to be shown, however it is broken into lines."""
    return re.sub(r"\s", "", visible(name)) in re.sub(r"\s", "", text)


TRAIN = ("train", "--epochs", "2", "--test-fraction", "0", "--data")


# On the screen


def test_a_file_of_any_name_is_shown_by_signs_alone(tables: Sequence[str]) -> None:
    for name in tables:
        run = run_here([*TRAIN, name])
        assert (run.exit_code, run.stderr) == (0, "")
        assert_harmless(run.stdout)
        assert shows(run.stdout, name)


def test_every_file_that_is_written_is_told_by_signs_alone(iris_model: str) -> None:
    Path("lesson.md").write_text("# T\n\nProse.\n")
    commands = {
        ".svg": ["mle", "--plot"],
        ".html": ["mle", "--handout"],
        ".csv": ["predict", iris_model, "--data", "iris", "--output"],
        ".npz": ["train", "--epochs", "2", "--save"],
        ".md": ["lesson", "lesson.md", "--handout"],
    }
    for ending, command in commands.items():
        for name in hostile_files(ending, together=3):
            run = run_here([*command, name])
            assert (run.exit_code, run.stderr) == (0, "")
            assert_harmless(run.stdout)
            assert shows(run.stdout, name)
            assert Path(name).stat().st_size > 0


def test_a_lesson_of_any_name_is_made_and_named_by_signs_alone() -> None:
    for name in hostile_files(".md"):
        for words in (["--new", name], ["--check", name], [name]):
            run = run_here(["lesson", *words])
            assert (run.exit_code, run.stderr) == (0, "")
            assert_harmless(run.stdout)
        Path(name).write_text("# T\n\n```sce\nls\n```\n")
        for words in (["--check", name], [name]):
            run = run_here(["lesson", *words])
            assert_harmless(run.stdout + run.stderr)
            assert shows(run.stdout + run.stderr, name)


def test_what_is_to_be_typed_names_the_file_whatever_it_is_called(folder: Path) -> None:
    for name in [*hostile_files(".md"), "-h.md", "a b.md", "it's.md", "课.md", "\x1b0.md"]:
        word = shell_word(name)
        assert_harmless(word)
        arguments = subprocess.run(["bash", "-c", f"printf '%s' {word}"], capture_output=True, check=True).stdout
        assert os.fsdecode(arguments) == (f"./{name}" if name.startswith("-") else name)
    assert shell_word("课.md") == "课.md"


def test_every_mistake_names_what_was_given_by_signs_alone(tables: Sequence[str]) -> None:
    for name in HOSTILE:
        for words in (["mle", "--white", name], ["train", "--data", f"no{name}.csv"], [name], ["mle", f"--{name}"]):
            run = run_here(words)
            assert (run.exit_code, run.stdout) == (2, "")
            assert_harmless(run.stderr)


@pytest.mark.parametrize(("given", "shown"), [("5\u3000x", r"'5\u3000x'"), ("\xa0x", r"'x'"), ("红é", "'红é'")])
def test_a_mistake_spells_out_the_strange_space_that_may_be_it(given: str, shown: str) -> None:
    assert f"--white {shown} is not a number" in run_here(["mle", "--white", given, "--black", "4"]).stderr


# In JSON


def test_json_has_every_name_that_utf_8_can_carry(tables: Sequence[str]) -> None:
    for name in tables:
        document = strict(run_here([*TRAIN, name, "--json"]).stdout)
        json.dumps(document, ensure_ascii=False).encode()  # no surrogate alone
        surrogates = re.search("[\ud800-\udfff]", name)
        assert document["arguments"]["data"] == document["data"]["name"] == (visible(name) if surrogates else name)


# In figures and handouts


def test_a_figure_of_a_file_of_any_name_is_whole(few_tables: Sequence[str]) -> None:
    for name in few_tables:
        for option in ("--plot", "--plot-boundary"):
            assert run_here([*TRAIN, name, option, "f.svg"]).exit_code == 0
            texts = "".join(ElementTree.fromstring(Path("f.svg").read_bytes()).itertext())
            assert_harmless(texts)
            assert shows(texts, name)
        assert run_here([*TRAIN, name, "--plot", "f.pdf"]).exit_code == 0


def test_a_handout_of_a_file_of_any_name_is_text(few_tables: Sequence[str]) -> None:
    for name in few_tables:
        assert run_here([*TRAIN, name, "--handout", "h.html"]).exit_code == 0
        page = Path("h.html").read_text("utf-8")
        assert_harmless(page)
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        texts = ["".join(element.itertext()) for tag in ("title", "h1") for element in tree.iter(tag)]
        assert all(shows(text, name) for text in texts)
        assert any(shows(picture.attrib["alt"], name) for picture in tree.iter("img"))
        assert_inactive(page)
        assert run_here([*TRAIN, name, "--handout", "h.md"]).exit_code == 0
        source = Path("h.md").read_text("utf-8")
        assert_harmless(source)
        assert_inactive(rendered(source))
        assert shows("".join(html5lib.parse(rendered(source), namespaceHTMLElements=False).itertext()), name)


def rendered(source: str) -> str:
    """Return what a reader of Markdown that lets everything through makes of a page."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    page: str = reader.render(source)
    return page


def assert_inactive(page: str) -> None:
    """Hold a page against running anything, and against leading or looking outside."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    elements = [*tree.iter()]
    assert not {element.tag for element in elements} & {"script", "a", "iframe", "object", "embed", "form", "link"}
    names = {name for element in elements for name in element.attrib}
    assert names <= {"src", "alt", "lang", "charset", "name", "content", "class", "start", "style"}
    assert {picture.attrib["src"][:11] for picture in tree.iter("img")} <= {"data:image/"}


LESSON = """# Title <script>alert(0)</script>

<script>alert(1)</script> <img src=x onerror=alert(2)> [a](javascript:alert\\(3\\)) [b](http://example.org "t")
<http://example.org> [c][d] ![x] &lt;script&gt;alert(4)&lt;/script&gt; $\\href{javascript:alert(5)}{x}$

<div onclick="alert(6)">

[d]: javascript:alert(7)
[e]: http://example.org

[e] `<b>` **bold *both*** __x__ a\\*b 1 < 2

```{=html}
<script>alert(8)</script>
```

    <script>alert(9)</script>

> - <b>x</b>
>   1. [f](vbscript:x)

| <i>h</i> | `a\\|b` |
|---|--:|
| <s>c</s> | [g](data:text/html,x) |

***

2. two
3. three
"""


def test_a_lessons_prose_is_text_in_both_kinds_of_handouts() -> None:
    Path("my.md").write_text(LESSON)
    for name in ("h.html", "h.md"):
        assert run_here(["lesson", "my.md", "--handout", name]).stderr.startswith("1 thing in my.md is for other")
    page = Path("h.html").read_text("utf-8")
    again = rendered(Path("h.md").read_text("utf-8"))
    assert_inactive(page)
    assert_inactive(again)
    assert prose_of(page) == prose_of(again)
    assert "<strong>bold <em>both</em></strong> <strong>x</strong> a*b 1 &lt; 2" in again


def prose_of(page: str) -> list[tuple[str, str]]:
    """Return the elements of a page's body with their texts."""
    body = html5lib.parse(page, namespaceHTMLElements=False).find("body")
    return [(element.tag, " ".join("".join(element.itertext()).split())) for element in body.iter()][1:]


PIECES = [
    *("a", "b ", "熵", "。", "*", "**", "__", "_", "`", "``", "[x](y)", "[x](javascript:a)", "<b>", "<script>", "&lt;"),
    *("\\", "\n", "\n\n", "- ", "  ", "    ", "1. ", "2) ", "> ", "| a | b |\n|---|:-:|\n| c | d |", "|", "#", "# "),
    *(
        "=",
        "===",
        "+",
        "***",
        "```\n",
        "~~~",
        "```{=html}\n",
        "$",
        "{",
        "}",
        "$x$",
        "!",
        "![",
        ":",
        "\t",
        "\\\n",
        "  \n",
    ),
]


@fixed
@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_markdown_reads_alike_in_both_kinds_of_handouts(text: str) -> None:
    Path("my.md").write_text(f"# T\n\n{text}\n")
    if run_here(["lesson", "--check", "my.md"]).exit_code:
        return
    for name in ("h.html", "h.md"):
        assert run_here(["lesson", "my.md", "--handout", name]).exit_code == 0
    page, again = Path("h.html").read_text("utf-8"), rendered(Path("h.md").read_text("utf-8"))
    assert_inactive(again)
    assert plain(page) == plain(again)


def plain(page: str) -> list[tuple[str, str]]:
    """Return the blocks of a page; a star next to what was a link may show."""
    blocks = [(tag, re.sub(r"[*_ ]", "", text)) for tag, text in prose_of(page) if tag not in {"em", "strong"}]
    return [(tag, text) for tag, text in blocks if tag not in {"thead", "tbody"}]


# Questions


QUESTION = """# T

---

## S

```question
ask = "How [/x] fast?"
answer = 3
unit = {unit}
why = "[link=http://x]So[/link]"
```
"""


@pytest.mark.parametrize("unit", ["[/x]", "[m/s]", "[link=http://evil]m[/link]", "<b>", "\\", "*m*", "m\\[b]"])
def test_a_questions_unit_is_text(unit: str) -> None:
    Path("my.md").write_text(QUESTION.format(unit=json.dumps(unit)))
    assert run_here(["lesson", "--check", "my.md"]).exit_code == 0
    run = run_here(["lesson", "my.md"])
    assert (run.exit_code, run.stderr) == (0, "")
    assert f"Truth   3 {unit}\n" in run.stdout
    assert run_here(["lesson", "my.md"], terminal=True).stdout.count("\x1b]8") == 0
    for name in ("h.html", "h.md"):
        assert run_here(["lesson", "my.md", "--handout", name]).exit_code == 0
    assert f"Truth: 3 {unit}" in "".join(html5lib.parse(Path("h.html").read_text("utf-8")).itertext())
    assert f"Truth: 3 {unit}" in "".join(html5lib.parse(rendered(Path("h.md").read_text("utf-8"))).itertext())


MARKED = "[/x] [link=http://e]y[/link] <script>z</script>"

EVERYWHERE = """---
title: MARKED
author: MARKED
---

# MARKED

MARKED `MARKED`

    MARKED

| MARKED |
|---|
| MARKED |

```bars
labels = ["MARKED", "[/b]"]
[series]
"MARKED" = [0.5, 0.5]
"[/s]" = "sce softmax 2 1"
```

```shades
from = "sce grad 2 1 --label 0"
field = "derivation.jacobian"
rows = ["[/r]", "b"]
columns = ["[/c]", "d"]
```

```chart
caption = "MARKED"
curve = "x"
low = 0
high = 1
```

---

## MARKED

```sce
sce mle --counts 1,2 --names '[/m],[link=a]'
```

```question
ask = "MARKED"
why = "MARKED"
choices = ["MARKED", "[/d]"]
answer = "a"
```

```question
ask = "MARKED"
why = "MARKED"
unit = "MARKED"
answer = 1
slips = {2 = "MARKED"}
```
"""


def test_whatever_a_lesson_says_anywhere_is_text() -> None:
    Path("my.md").write_text(EVERYWHERE.replace("MARKED", MARKED))
    assert "no mistakes" in run_here(["lesson", "--check", "my.md"]).stdout
    run = run_here(["lesson", "my.md", "--no-pause"], terminal=True)
    assert (run.exit_code, run.stderr) == (0, "")
    assert "\x1b]8" not in run.stdout
    for name in ("[/r]", "[/c]", "[/b]", "[/s]", "[/m]", "[/d]"):
        assert name in run.stdout
    for name in ("h.html", "h.md"):
        assert run_here(["lesson", "my.md", "--handout", name]).exit_code == 0
        source = Path(name).read_text("utf-8")
        assert_inactive(source if name == "h.html" else rendered(source))


# The door itself


@given(text=st.text(st.characters(codec=None), max_size=20))
def test_what_has_passed_the_door_plays_no_tricks(text: str) -> None:
    shown = visible(text)
    assert_harmless(shown, allowed="")
    assert tricks(shown) == []
    assert visible(shown) == shown
    assert exact(text).isprintable()
    if all(sign.isascii() and sign.isprintable() for sign in text):
        assert shown == text


@pytest.mark.parametrize("text", ["红", "é", "❤️", "1️⃣", "a\u3000b", "👍🏽", "שלום", "नमस्ते", "한국어"])
def test_letters_and_signs_of_every_script_pass_as_they_are(text: str) -> None:
    assert visible(text) == text


# Tables for programs


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1;-1)")


def test_predictions_keep_names_that_a_spreadsheet_takes_for_a_formula(iris_model: str) -> None:
    """A program must find the names that the model has; the help tells how a spreadsheet reads them as text."""
    model = replace(load_model(iris_model), class_names=FORMULAS)
    Path("m.npz").write_bytes(encoded(model))
    np.savez("t.npz", X=np.ones((2, 4)))
    assert run_here(["predict", "m.npz", "--data", "t.npz", "--output", "p.csv"]).exit_code == 0
    rows = [*csv.reader(Path("p.csv").read_text("utf-8").splitlines())]
    assert rows[0][2:] == [f"p_{name}" for name in FORMULAS]
    assert rows[1][1] in FORMULAS
    help_text = " ".join(run_here(["predict", "--help"]).stdout.split())
    assert "as text" in help_text
