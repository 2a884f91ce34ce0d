"""Handouts: whole pages that need nothing beside them, in HTML and in Markdown."""

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import html5lib  # type: ignore[import-untyped]
import pytest
from markdown_it import MarkdownIt

from sce_cli import cli, lessons
from sce_cli.translation import LANGUAGES
from tests.classroom.conftest import WriteLesson
from tests.running import assert_refused

SVG = b"<?xml"
PNG = b"\x89PNG"

LESSON = """# Das <b>Skript</b> & 交叉熵

A formula first:

    p = e^z / Σ e^z

---

## <script>alert(1)</script> and *stars* | `ticks`

See [here](https://example.org/?a=1&b=2), <https://example.org>, `a < b`, and a "quote".
熵，
**交叉熵**
与散度

| q | p |
|---|--:|
| a | 1 |

- one
- two

```question
ask = "Is 1 < 2 & [x] | *y*?"
choices = ["<i>yes</i>", "no_where_"]
answer = "a"
why = "1. It *is* so & `so`."
```

```sce {steps=1}
sce mle --counts 5,3,2 --names '<script>,```,a|b'
```
"""

STUDIES = {
    "mle": ["mle", "--counts", "5,3,2", "--names", "<script>,a|b*c*,```"],
    "softmax": ["softmax", "2", "1", "0.1", "--names", "&lt;,_x_,]("],
    "entropy": ["entropy", "--label", "0", "--logits", "2,1,0.1"],
    "grad": ["grad"],
    "train": ["train", "--epochs", "20"],
}


def made(arguments: list[str], path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.run([*arguments, "--handout", str(path)]) == 0
    assert capsys.readouterr().err == ""
    return path.read_text(encoding="utf-8")


def checked(page: str) -> ElementTree.Element:
    """Hold a page against HTML's grammar, and against needing or naming anything outside; return its tree."""
    tree: ElementTree.Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    attributes = [(name, value) for element in tree.iter() for name, value in element.attrib.items()]
    assert {value.partition(",")[0] for name, value in attributes if name == "src"} <= {"data:image/svg+xml;base64"}
    assert not [name for name, _ in attributes if name in {"href", "srcset", "action"} or name.startswith("on")]
    assert not {element.tag for element in tree.iter()} & {"script", "link", "iframe", "object", "embed", "base", "a"}
    assert not re.search(r"url\(|@import", page)
    return tree


def text_of(element: ElementTree.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


@pytest.fixture
def page(lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    lesson = ["lesson", str(lesson_file(LESSON)), "--lang", "zh", "--answers", "inline"]
    return made(lesson, tmp_path / "x.html", capsys)


@pytest.fixture
def markdown(lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    lesson = ["lesson", str(lesson_file(LESSON)), "--lang", "zh", "--answers", "inline"]
    return made(lesson, tmp_path / "x.md", capsys)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_a_page_in_html_and_in_markdown(
    study: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = checked(made(STUDIES[study], tmp_path / "x.html", capsys))
    assert_valid(tree)
    assert_the_same(rendered_markdown(made(STUDIES[study], tmp_path / "x.md", capsys)), tree)


def test_a_study_is_the_same_page_every_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (made(STUDIES["mle"], tmp_path / name, capsys) for name in ("x.html", "again.html"))
    assert first == second


def assert_valid(tree: ElementTree.Element) -> None:
    """Hold a study's page against what it owes: titles, numbered steps, a figure, a result, claims, questions."""
    assert tree.attrib["lang"] == "en"
    assert text_of(tree.find("head/title")) == text_of(tree.find("body/h1"))
    titles = [text_of(title) for title in tree.iter("h2")]
    assert [title.partition(".")[0] for title in titles[:-1]] == [str(n) for n in range(1, len(titles))]
    figures = [*tree.iter("img")]
    for figure in figures:
        picture = base64.b64decode(figure.attrib["src"].partition(",")[2])
        assert picture.startswith(SVG)
        assert ElementTree.fromstring(picture).tag.endswith("svg")
        assert figure.attrib["alt"]
    assert len(figures) >= 2  # a curve of the steps is a picture too
    assert not [line for line in text_of(tree).splitlines() if line.count("*") > 4]
    assert "Result: " in text_of(tree)
    assert "all hold" in text_of(tree)
    assert len([*tree.iter("details")]) >= 3  # its questions


def assert_the_same(rendered: ElementTree.Element, tree: ElementTree.Element) -> None:
    """Hold what a reader of Markdown makes of a page against the page in HTML."""
    for tag in ("h1", "h2", "td", "th"):
        assert [text_of(cell) for cell in rendered.iter(tag)] == [text_of(cell) for cell in tree.iter(tag)]
    assert [text_of(pre).rstrip() for pre in rendered.iter("pre")] == [text_of(pre) for pre in tree.iter("pre")]
    assert not [text_of(line) for tag in ("p", "td", "h2") for line in rendered.iter(tag) if "**" in text_of(line)]
    figure = [*rendered.iter("img")][-1]
    assert base64.b64decode(figure.attrib["src"].partition("data:image/png;base64,")[2]).startswith(PNG)


def rendered_markdown(source: str) -> ElementTree.Element:
    """Return what a reader of Markdown makes of a page, as a tree."""
    reader = MarkdownIt("commonmark").enable("table")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # a picture may be data
    tree: ElementTree.Element = html5lib.parse(reader.render(source), namespaceHTMLElements=False)
    return tree


def test_a_lesson_is_a_valid_page(page: str) -> None:
    tree = checked(page)
    assert tree.attrib["lang"] == "zh"
    assert text_of(tree.find("head/title")) == text_of(tree.find("body/h1")) == "Das <b>Skript</b> & 交叉熵"
    assert "<script>alert(1)</script> and" in text_of(tree.find("body/h2"))
    assert next(text_of(code).rstrip() for code in tree.iter("pre")) == "p = e^z / Σ e^z"
    assert "熵，交叉熵与散度" in text_of(tree)
    assert "here (https://example.org/?a=1&b=2), https://example.org, a < b" in text_of(tree)
    assert [text_of(cell) for cell in tree.iter("td")][:2] == ["a", "1"]
    [details] = tree.iter("details")
    assert text_of(details.find("summary")) == "问题：Is 1 < 2 & [x] | *y*?a) <i>yes</i>b) no_where_"
    assert "答案：a) <i>yes</i>" in text_of(details)
    assert "1. It *is* so & `so`." in text_of(details)
    assert "$ sce mle --counts 5,3,2 --names '<script>,```,a|b'" in text_of(tree)
    assert [*tree.iter("img")]


def test_a_lesson_is_readable_markdown(markdown: str) -> None:
    tree = rendered_markdown(markdown)
    assert next(text_of(code).rstrip() for code in tree.iter("pre")) == "p = e^z / Σ e^z"
    [quotation] = tree.iter("blockquote")
    assert [" ".join(text_of(paragraph).split()) for paragraph in quotation.iter("p")] == [
        "问题：Is 1 < 2 & [x] | *y*?",
        "a) <i>yes</i>",
        "b) no_where_",
        "答案：a) <i>yes</i>",
        "1. It *is* so & `so`.",
    ]
    assert [text_of(strong) for strong in quotation.iter("strong")] == ["问题", "答案"]
    assert [text_of(cell) for cell in tree.iter("td")][:2] == ["a", "1"]
    assert [*tree.iter("img")]
    assert not [*tree.iter("script")]


WORKSHEET = """# Work

```question
ask = "How large is the first?"
from = "sce softmax 2 1"
field = "prediction[0]"
why = "It leads by one."
```

```sce {steps=2 show=picture}
sce softmax 2 1
```

---

```question
ask = "Which?"
choices = ["this", "that"]
answer = "b"
why = "So."
```

```chart
caption = "a square"
low = -1
high = 1
curve = "x^2"
```

---

# Try

Halve it.

```solution
The half is **0.37**.
```
"""


@pytest.mark.parametrize("ending", ["html", "md"])
def test_answers_stand_where_they_are_wanted(
    ending: str, lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = ["lesson", str(lesson_file(WORKSHEET)), "--lang", "en"]
    pages = {
        where: made([*lesson, *(["--answers", where] if where else [])], tmp_path / f"x.{ending}", capsys)
        for where in ("", "end", "inline", "none")
    }
    trees = {where: checked(page) if ending == "html" else rendered_markdown(page) for where, page in pages.items()}
    texts = {where: " ".join(text_of(tree).split()) for where, tree in trees.items()}
    assert texts[""] == texts["end"]
    for words in ("0.7311", "It leads by one.", "b) that", "The half is 0.37."):
        last = texts["end"].rindex(words)
        assert texts["end"].index("Halve it.") < texts["end"].index("Answers") < last
        assert words in texts["inline"]
        assert words not in texts["none"].partition("Figures")[0].replace("b) that", "", 1)
    assert texts["inline"].index("It leads by one.") < texts["inline"].index("Which?")
    for text in texts.values():
        assert text.index("How large") < text.index("Which?") < text.index("Halve it.")


def test_a_curve_is_a_picture_and_a_wrong_command_makes_no_page(
    lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lesson_file("# T\n\n```sce {steps=5 show=picture}\nsce softmax 2 1\n```\n")
    tree = checked(made(["lesson", str(path)], tmp_path / "x.html", capsys))
    assert next(tree.iter("img")).attrib["alt"].startswith("H(p) in nats")
    path = lesson_file("# T\n\n```sce\nsce softmax x\n```\n")
    assert_refused(["lesson", str(path), "--handout", str(tmp_path / "y.html")], "line 4: ", "--check", capsys)
    assert not (tmp_path / "y.html").exists()


def test_a_figure_is_the_steps_own_and_stands_behind_its_question(
    lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "sce mle --white 6 --black 4"
    block = f"```sce {{steps=5 show=picture}}\n{command}\n```\n"
    question = '```question\nask = "Where?"\nanswer = 0.6\nwhy = "There."\n```\n'
    path = lesson_file(f"# T\n\n{question}\n{block}\n---\n\n# S\n\n{block.replace('picture', 'formula')}")
    tree = checked(made(["lesson", str(path), "--answers", "inline"], tmp_path / "x.html", capsys))
    body = tree.find("body")
    assert body is not None
    tags = [element.tag if element.find("img") is None else "figure" for element in body]
    assert tags == ["h1", "details", "pre", "h2", "figure", "h2", "pre", "h3", "pre"]
    [picture] = [base64.b64decode(image.attrib["src"].partition(",")[2]) for image in tree.iter("img")]
    assert picture.count(b'id="axes_') == 1
    study = checked(made([*command.split()[1:]], tmp_path / "y.html", capsys))
    pictures = [base64.b64decode(image.attrib["src"].partition(",")[2]) for image in study.iter("img")]
    assert [picture.count(b'id="axes_') for picture in pictures] == [1] * len(pictures)


def test_a_picture_in_the_lessons_folder_stands_in_its_handout(
    lesson_file: WriteLesson, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One from elsewhere, by whatever way, or that is none, gives its words."""
    inside, outside = (
        ("in.png", "sub%20folder/in.svg"),
        ("../out.png", "link.png", "https://example.org/x.png", "no.png"),
    )
    path = lesson_file("# T\n\n" + "\n\n".join(f"![w:300 words {name}]({name})" for name in [*inside, *outside]))
    (path.parent / "sub folder").mkdir()
    (path.parent / "in.png").write_bytes(PNG + b"\r\n\x1a\n")
    (path.parent / "sub folder/in.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (path.parent / "no.png").write_text("no picture")
    (tmp_path / "out.png").write_bytes(PNG + b"\r\n\x1a\n")
    (path.parent / "link.png").symlink_to(tmp_path / "out.png")
    for ending in ("html", "md"):
        assert cli.run(["lesson", str(path), "--handout", str(tmp_path / f"x.{ending}")]) == 0
        assert "6 things in" in capsys.readouterr().err
        page = (tmp_path / f"x.{ending}").read_text(encoding="utf-8")
        tree = html5lib.parse(page, namespaceHTMLElements=False) if ending == "html" else rendered_markdown(page)
        shown = [(image.attrib["alt"], image.attrib["src"][:15]) for image in tree.iter("img")]
        assert shown == [("words in.png", "data:image/png;"), ("words sub%20folder/in.svg", "data:image/svg+")]
        assert [text for text in text_of(tree).splitlines() if "[picture: " in text] == [
            f"[picture: words {name}]" for name in outside
        ]


def test_a_shipped_chapter_is_a_valid_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_shipped("1", "zh", tmp_path, capsys)


@pytest.mark.search
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_chapter_is_a_valid_page(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for chapter in lessons.chapters(language):
        assert_shipped(chapter.stem[0], language, tmp_path, capsys)


def assert_shipped(chapter: str, language: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hold a chapter's page against HTML's grammar; it has figures."""
    tree = checked(made(["lesson", chapter, "--lang", language], folder / "x.html", capsys))
    assert tree.attrib["lang"] == language
    assert [*tree.iter("img")]


@pytest.mark.parametrize("name", ["my.md", "../lessons/my.md"])
def test_a_handout_does_not_overwrite_its_lesson(
    name: str, lesson_file: WriteLesson, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lesson_file(LESSON)
    monkeypatch.chdir(path.parent)
    assert cli.run(["lesson", "my.md", "--handout", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"--handout '{name}' would overwrite the lesson" in err
    assert path.read_text(encoding="utf-8") == LESSON
    assert [*path.parent.iterdir()] == [path]
