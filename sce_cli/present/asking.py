"""How a question looks: as it is asked, and with guess and truth side by side."""

import math
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding

from sce_cli.drawing.lines import Running
from sce_cli.drawing.numbers import number
from sce_cli.present.slides import MARGIN, indented
from sce_cli.present.words import Words
from sce_cli.study import Question

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


def asked(question: Question, words: Words) -> RenderableType:
    """Return the question with its choices."""
    choices = [Padding(Running(worded(question, index)), (0, 0, 0, MARGIN)) for index in range(len(question.choices))]
    return indented(Group(Running(f"[bold]{words.question}{words.colon}[/]{question.ask}"), *choices, ""))


def prompt(question: Question, words: Words, *, again: bool = False) -> str:
    """Return what stands before the guess on its line; again: whether it is the second vote."""
    number, choice = (words.vote_number, words.vote_choice) if again else (words.ask_number, words.ask_choice)
    return " " * MARGIN + (choice if question.choices else number)


def unclear(question: Question, text: str, words: Words, *, again: bool = False) -> str:
    """Return the line that says what a guess should have been; without one, how to go on."""
    if not text:
        return f"{' ' * MARGIN}{words.guess_or_stay if again else words.guess_or_skip}\n"
    problem = words.unclear_choice if question.choices else words.unclear_number
    return " " * MARGIN + problem.format(text[:20]) + "\n"


def voted(question: Question, first: float, words: Words) -> RenderableType:
    """Return the first vote, which is discussed before the second."""
    return indented(Running(f"[bold]{words.first_vote}[/]{words.colon}{worded(question, first)}"))


def answered(guess: Guess, words: Words) -> RenderableType:
    """Return guess and truth side by side, how far apart they are, what led to a wrong guess, and the reason."""
    question, value = guess.question, guess.value
    truth = f"[bold]{words.truth}[/]   {worded(question, question.answer)}"
    if value is None:
        return indented(Group(truth, Running(question.why)))
    first = []
    if guess.first is not None and guess.first != value:
        first = [f"[bold]{words.first_guess}[/]   {worded(question, guess.first)}"]
    slip = question.slip(value)
    return indented(
        Group(
            *first,
            f"[bold]{words.guess}[/]   {worded(question, value)}",
            f"{truth}   {_verdict(question, value, words)}",
            *([Running(slip)] if slip else []),
            Running(question.why),
        )
    )


def tally(guesses: Guesses, words: Words) -> str:
    """Return how many guesses were close; nothing where none was made."""
    made = [guess for guess in guesses.values() if guess.value is not None]
    close = sum(guess.question.close(guess.value) for guess in made if guess.value is not None)
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
