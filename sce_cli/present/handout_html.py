"""A handout as one HTML file that needs nothing beside it."""

import base64
from collections.abc import Sequence
from html import escape

from rich.text import Text

from sce_cli.lessons.script import MARKDOWN
from sce_cli.present.asking import worded
from sce_cli.present.attached import as_data
from sce_cli.present.inline import stretches
from sce_cli.present.prose import MarkdownBody, without_links
from sce_cli.study import Question
from sce_cli.text import visible
from sce_cli.translation import _

STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #8888; }
h3 { font-size: 1.05rem; margin-bottom: 0.3rem; }
pre, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.92em; }
pre { overflow-x: auto; line-height: 1.25; }
pre.command { font-weight: bold; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: 0.2rem 0.9rem; border-bottom: 1px solid #8884; text-align: left; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
details, .question { margin: 1rem 0; padding: 0.6rem 1rem; border: 1px solid #8888; border-radius: 0.4rem; }
img { max-width: 100%; height: auto; background: white; }
"""


class HtmlPage:
    """The page's parts so far; figures are SVG, as data within the file."""

    figure_format = "svg"

    def __init__(self, title: str, language: str) -> None:
        self._parts = [
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_html(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        ]

    def heading(self, level: int, title: Text) -> None:
        """Add <h1> to <h3>."""
        self._parts.append(f"<h{level}>{_html(title.plain)}</h{level}>")

    def paragraph(self, text: Text) -> None:
        """Add <p>, with what is bold in <strong>."""
        self._parts.append(f"<p>{_inline(text)}</p>")

    def drawing(self, lines: Sequence[str], kind: str) -> None:
        """Add <pre>, whose class is the kind."""
        self._parts.append(f'<pre class="{kind}">{chr(10).join(map(_html, lines))}</pre>')

    def table(self, headers: Sequence[Text], rows: Sequence[Sequence[Text]], right: Sequence[bool]) -> None:
        """Add <table>; numbers keep to the right."""
        marks = [' class="number"' if number else "" for number in right]
        lines = [
            "".join(f"<{cell}{mark}>{_inline(text)}</{cell}>" for mark, text in zip(marks, row, strict=True))
            for cell, row in [("th", headers), *(("td", row) for row in rows)]
        ]
        self._parts.append("<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>")

    def question(self, question: Question, number: int | None) -> None:
        """Add <details>, whose answer shows when the reader asks for it, or a framed question without one."""
        choices = "".join(f"<br>{_markup(worded(question, index))}" for index in range(len(question.choices)))
        unnumbered, numbered = (
            _("<strong>Question:</strong> {question}"),
            _("<strong>Question {number}:</strong> {question}"),
        )
        said = unnumbered if number is None else numbered
        asked = said.format(number=number, question=_markup(question.ask)) + choices
        if number is not None:
            self._parts.append(f'<p class="question">{asked}</p>')
            return
        self._parts.append(f"<details><summary>{asked}</summary>\n{self._answer(question)}</details>")

    def answer(self, question: Question, number: int) -> None:
        """Add the answer and its reason."""
        asked = f"<p>{_markup(question.ask)}</p>"
        title = _("Question {number}").format(number=number)
        self._parts.append(f"<h3>{title}</h3>\n{asked}\n{self._answer(question)}")

    def rule(self) -> None:
        """Add <hr>."""
        self._parts.append("<hr>")

    @staticmethod
    def _answer(question: Question) -> str:
        answer = _markup(worded(question, question.answer))
        truth = _("<strong>Truth:</strong> {answer}").format(answer=answer)
        return f"<p>{truth}</p>\n<p>{_markup(question.why)}</p>"

    def prose(self, prose: MarkdownBody) -> None:
        """Add Markdown as markdown-it writes it, links as their text."""
        tokens = without_links(as_data(prose.tokens, prose.folder))
        self._parts.append(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}).rstrip())

    def figure(self, data: bytes, title: str) -> None:
        """Add <img> that holds its picture."""
        picture = base64.b64encode(data).decode()
        self._parts.append(f'<p><img alt="{_html(title)}" src="data:image/svg+xml;base64,{picture}"></p>')

    def finished(self) -> bytes:
        """Return the file in UTF-8."""
        return ("\n".join(self._parts) + "\n</body>\n</html>\n").encode()


def _markup(markup: str) -> str:
    return _inline(Text.from_markup(markup, emoji=False))


def _inline(text: Text) -> str:
    """Return a text as HTML, with its bold stretches."""
    return "".join(f"<strong>{_html(piece)}</strong>" if bold else _html(piece) for piece, bold in stretches(text))


def _html(text: str) -> str:
    return escape(visible(text))
