"""Ask a view: its questions by the beginning of their step's title, and the answer as a class would hear it."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from sce_cli.study import Question, View
from sce_cli.units import Unit

PER_NAT = {Unit.NATS: 1.0, Unit.BITS: 1.4426950408889634, Unit.DITS: 0.4342944819032518}
"""1/ln of the base, pinned, so that the units of the answers aren't tested with themselves."""

UNITS = tuple(Unit)


def asked(view: View, study: Any, title: str, unit: Unit = Unit.NATS) -> Question:
    """Return the question of the step whose title begins so."""
    question = maybe_asked(view, study, title, unit)
    assert question is not None
    return question


def maybe_asked(view: View, study: Any, title: str, unit: Unit = Unit.NATS) -> Question | None:
    (found,) = (step.question for step in view.steps(study, unit) if step.title.startswith(title))
    assert found is None or isinstance(found, Question)
    return found


def answer(question: Question) -> str:
    """Return the right choice's text."""
    return plain(question.choices[int(question.answer)])


def plain(markup: str) -> str:
    return Text.from_markup(markup).plain


def bodies(view: View, study: Any, unit: Unit) -> Iterator[tuple[Question | None, str, str]]:
    """Return each step's question, all that the class has seen before it, and the step's body."""
    before = plain(view.title(study))
    for step in view.steps(study, unit):
        console = Console(file=StringIO(), width=200)
        with console.capture() as captured:
            console.print(step.body)
        yield step.question, before, captured.get()
        before += f"\n{step.title}\n{captured.get()}"
