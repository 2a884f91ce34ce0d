"""How a question looks: as it is asked, and with guess and truth side by side."""

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding

from sce_cli.drawing.lines import Running
from sce_cli.drawing.numbers import about, number
from sce_cli.present.slides import MARGIN, indented
from sce_cli.study import Question
from sce_cli.translation import _, ngettext

Place = tuple[int, int]
"""A slide and one of its parts, counted from 0."""


@dataclass(frozen=True)
class Guess:
    """What was guessed where the class was asked: None where it skipped. first: the vote before the discussion."""

    question: Question
    value: float | None
    first: float | None = None


Guesses = dict[Place, Guess]
"""The guesses by the places of their questions: the same question may be asked again."""


def asked(question: Question) -> RenderableType:
    """Return the question with its choices."""
    choices = [Padding(Running(worded(question, index)), (0, 0, 0, MARGIN)) for index in range(len(question.choices))]
    return indented(Group(Running(_("[bold]Question:[/] {question}").format(question=question.ask)), *choices, ""))


def prompt(question: Question, *, again: bool = False) -> str:
    """Return what stands before the guess on its line; again: whether it is the second vote."""
    if question.choices:
        said = _("Second vote, a letter: ") if again else _("Your guess, a letter: ")
    else:
        said = _("Second vote, a number: ") if again else _("Your guess, a number: ")
    return " " * MARGIN + said


def unclear(question: Question, text: str, *, again: bool = False) -> str:
    """Return the line that says what a guess should have been; without one, how to go on."""
    if not text:
        stay, skip = _("Give a guess, or s to stay with the first one."), _("Give a guess, or s to skip the question.")
        return " " * MARGIN + (stay if again else skip) + "\n"
    number, choice = _("'{text}' is no number: give one, such as 0.5 or 2/3."), _("'{text}' is none of the letters.")
    return " " * MARGIN + (choice if question.choices else number).format(text=text[:20]) + "\n"


def voted(question: Question, first: float) -> RenderableType:
    """Return the first vote, which is discussed before the second."""
    return indented(Running(_("[bold]First vote:[/] {vote}").format(vote=worded(question, first))))


def answered(guess: Guess) -> RenderableType:
    """Return guess and truth side by side, how far apart they are, what led to a wrong guess, and the reason."""
    question, value = guess.question, guess.value
    truth = f"[bold]{_('Truth')}[/]   {worded(question, question.answer)}"
    if value is None:
        return indented(Group(truth, Running(question.why)))
    first = []
    if guess.first is not None and guess.first != value:
        first = [f"[bold]{_('First')}[/]   {worded(question, guess.first)}"]
    slip = question.slip(value)
    return indented(
        Group(
            *first,
            f"[bold]{_('Guess')}[/]   {worded(question, value)}",
            f"{truth}   {_verdict(question, value)}",
            *([Running(slip)] if slip else []),
            Running(question.why),
        )
    )


def tally(guesses: Guesses) -> str:
    """Return how many guesses were close; nothing where none was made."""
    made = [guess for guess in guesses.values() if guess.value is not None]
    close = sum(guess.question.close(guess.value) for guess in made if guess.value is not None)
    skipped = len(guesses) - len(made)
    if not made:
        return ""
    alone = _("{close} of {count} guesses were close.")
    both = ngettext(
        "{close} of {count} guesses were close. {skipped} question was skipped.",
        "{close} of {count} guesses were close. {skipped} questions were skipped.",
        skipped,
    )
    return (both if skipped else alone).format(close=close, count=len(made), skipped=skipped)


def worded(question: Question, value: float) -> str:
    """Return a guess or an answer as the class reads it."""
    if question.choices:
        return f"{'abcdefghijklmnopqrstuvwxyz'[int(value)]}) {question.choices[int(value)]}"
    return f"{number(value)} {question.unit}".rstrip()


def _verdict(question: Question, guess: float) -> str:
    close = question.close(guess)
    colour = "green" if close else "bold red"
    if question.choices:
        said = _("✓ right") if close else _("✗ not right")
        return f"[{colour}]{said}[/]"
    off = 0.0 if guess == question.answer else abs(guess - question.answer)
    size = about(off)
    said = _("✓ close, off by {size}") if close else _("✗ not close, off by {size}")
    return f"[{colour}]{said.format(size=size)}[/]"
