"""How a question looks: as it is asked, and with guess and truth side by side."""

import math

from rich.console import Group, RenderableType
from rich.padding import Padding

from sce_cli.drawing.lines import Running
from sce_cli.drawing.numbers import number
from sce_cli.present.slides import MARGIN, indented
from sce_cli.present.words import Words
from sce_cli.study import Question

Guesses = dict[Question, float | None]
"""What was guessed where the class was asked; None where it skipped."""


def asked(question: Question, words: Words) -> RenderableType:
    """Return the question with its choices."""
    choices = [Padding(Running(worded(question, index)), (0, 0, 0, MARGIN)) for index in range(len(question.choices))]
    return indented(Group(Running(f"[bold]{words.question}{words.colon}[/]{question.ask}"), *choices, ""))


def prompt(question: Question, words: Words) -> str:
    """Return what stands before the guess on its line."""
    return " " * MARGIN + (words.ask_choice if question.choices else words.ask_number)


def unclear(question: Question, text: str, words: Words) -> str:
    """Return the line that says what a guess should have been."""
    problem = words.unclear_choice if question.choices else words.unclear_number
    return " " * MARGIN + problem.format(text[:20]) + "\n"


def answered(question: Question, guess: float | None, words: Words) -> RenderableType:
    """Return guess and truth side by side, how far apart they are, and the reason."""
    truth = f"[bold]{words.truth}[/]   {worded(question, question.answer)}"
    if guess is None:
        return indented(Group(truth, Running(question.why)))
    return indented(
        Group(
            f"[bold]{words.guess}[/]   {worded(question, guess)}",
            f"{truth}   {_verdict(question, guess, words)}",
            Running(question.why),
        )
    )


def tally(guesses: Guesses, words: Words) -> str:
    """Return how many guesses were close; nothing where none was made."""
    made = {question: guess for question, guess in guesses.items() if guess is not None}
    close = sum(question.close(guess) for question, guess in made.items())
    skipped = len(guesses) - len(made)
    if not made:
        return ""
    return words.tally.format(close, len(made)) + (words.tally_skipped.format(skipped) if skipped else "")


def worded(question: Question, value: float) -> str:
    """Return a guess or an answer as the class reads it."""
    if question.choices:
        return f"{'abcdefghijklmnopqrstuvwxyz'[int(value)]}) {question.choices[int(value)]}"
    return f"{number(value)} {question.unit}".rstrip()


def _verdict(question: Question, guess: float, words: Words) -> str:
    close = question.close(guess)
    colour = "green" if close else "bold red"
    if question.choices:
        return f"[{colour}]{words.right if close else words.wrong}[/]"
    off = 0.0 if guess == question.answer else abs(guess - question.answer)
    size = number(off if math.isinf(off) else float(f"{off:.2g}"))
    return f"[{colour}]{(words.close if close else words.far).format(size)}[/]"
