"""A handout as one Markdown file, with the figures inside as data."""

import base64
from collections.abc import Sequence

from rich.text import Text

from sce_cli.present.asking import worded
from sce_cli.present.attached import as_data
from sce_cli.present.inline import stretches
from sce_cli.present.markdown_prose import escaped, fenced, line, written
from sce_cli.present.prose import MarkdownBody, without_links
from sce_cli.study import Question
from sce_cli.translation import _


class MarkdownPage:
    """The page's parts so far."""

    figure_format = "png"

    def __init__(self) -> None:
        self._parts: list[str] = []

    def heading(self, level: int, title: Text) -> None:
        """Add a line with one to three #."""
        self._parts.append(f"{'#' * level} {_escaped(title)}")

    def paragraph(self, text: Text) -> None:
        """Add a paragraph."""
        self._parts.append(_line(text))

    def drawing(self, lines: Sequence[str], kind: str) -> None:
        """Add a fenced block, whose fence is longer than any within."""
        self._parts.append("\n".join(fenced(lines, "console" if kind == "command" else "text")))

    def table(self, headers: Sequence[Text], rows: Sequence[Sequence[Text]], right: Sequence[bool]) -> None:
        """Add a table with bars between its columns."""
        rule = ["---:" if number else "---" for number in right]
        cells = [[_escaped(cell) for cell in headers], rule, *([_escaped(cell) for cell in row] for row in rows)]
        self._parts.append("\n".join(f"| {' | '.join(row)} |" for row in cells))

    def question(self, question: Question, number: int | None) -> None:
        """Add a quotation that holds the question and, unless it has a number, answer and reason."""
        said = _("**Question:** {question}") if number is None else _("**Question {number}:** {question}")
        lines = [
            said.format(number=number, question=_markup(question.ask)),
            *(_markup(worded(question, index)) for index in range(len(question.choices))),
            *(self._answer(question) if number is None else ()),
        ]
        self._parts.append("\n>\n".join(f"> {text}" for text in lines))

    def answer(self, question: Question, number: int) -> None:
        """Add answer and reason below a heading."""
        title = _("Question {number}").format(number=number)
        self._parts += [f"### {title}", _markup(question.ask), *self._answer(question)]

    def rule(self) -> None:
        """Add a line of dashes."""
        self._parts.append("---")

    @staticmethod
    def _answer(question: Question) -> list[str]:
        answer = _markup(worded(question, question.answer))
        return [_("**Truth:** {answer}").format(answer=answer), _markup(question.why)]

    def prose(self, prose: MarkdownBody) -> None:
        """Add Markdown, written anew."""
        self._parts.append(written(without_links(as_data(prose.written, prose.folder))))

    def figure(self, data: bytes, title: str) -> None:
        """Add a picture that the file itself holds."""
        self._parts.append(f"![{escaped(title)}](data:image/png;base64,{base64.b64encode(data).decode()})")

    def finished(self) -> bytes:
        """Return the file in UTF-8."""
        return ("\n\n".join(self._parts) + "\n").encode()


def _markup(markup: str) -> str:
    return _line(Text.from_markup(markup, emoji=False))


def _line(text: Text) -> str:
    """Return a text that stands at the beginning of a line."""
    return line(_escaped(text))


def _escaped(text: Text) -> str:
    """Return a text with its bold stretches, and a backslash before what Markdown would take for its own."""
    pieces = [(escaped(piece), bold) for piece, bold in stretches(text)]
    return "".join(f"**{piece}**" if bold and piece.strip() else piece for piece, bold in pieces)
