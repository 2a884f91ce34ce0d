"""Slides on the screen: all at once, or one at a time as the keys say; and the questions on them."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence

from sce_cli.drawing.screen import Screen
from sce_cli.present.asking import Guesses, answered, asked, prompt, tally, unclear
from sce_cli.present.keyboard import SINGLE_KEYS, Keyboard, Lines, edited
from sce_cli.present.live import WITHOUT_CONTROL
from sce_cli.present.outputs import Outputs, view_width
from sce_cli.present.slides import Heading, Slide
from sce_cli.present.words import ENGLISH, Words
from sce_cli.present.writing import write
from sce_cli.study import Question

LAST = sys.maxsize
"""The last part of a slide, however many it has."""


def play(slides: Sequence[Slide], outputs: Outputs, words: Words = ENGLISH) -> None:
    """Show slides: one at a time with --step on a terminal, else all; their questions are asked where someone answers.

    Where stdin is no terminal, its lines are the answers.
    """
    typing = sys.stdin is not None and sys.stdin.isatty()
    on_screen = typing and sys.stdout.isatty() and SINGLE_KEYS
    first = (outputs.from_step or 1) - 1
    shown = slides[first:]
    if on_screen and outputs.step:
        with Keyboard() as keyboard:
            Paced(slides, outputs, words, keyboard).play(first)
    elif on_screen and outputs.predict:
        with Keyboard() as keyboard:
            _through(shown, outputs, words, lambda question: _typed(question, words, keyboard))
    else:
        lines = Lines()
        _through(shown, outputs, words, lambda question: None if typing else _piped(question, lines))


def _piped(question: Question, lines: Lines) -> float | None:
    """Take a guess from the next line; one that means nothing counts as skipped."""
    line = lines.next()
    return question.understood(line) if line else None


def _typed(question: Question, words: Words, keyboard: Keyboard) -> float | None:
    """Ask until a guess is understood, or none is made."""
    text = ""
    while True:
        write(prompt(question, words) + text)
        try:
            text, key = edited(keyboard, text, _never)
        finally:
            write("\n")
        if key == "changed":  # by a stop with Ctrl-Z; what was typed is still there
            continue
        guess = question.understood(text)
        if guess is not None or not text or key == "end":
            return guess
        write(unclear(question, text, words))
        text = ""


def _never() -> bool:
    return False


def new_screen(outputs: Outputs) -> Screen:
    """Return a screen as wide as the view is now."""
    return Screen(sys.stdout, ascii_only=outputs.ascii, width=view_width(outputs.width))


def _through(
    slides: Sequence[Slide], outputs: Outputs, words: Words, guess: Callable[[Question], float | None]
) -> None:
    """Print all slides; what stands before a question is seen before its guess is taken."""
    screen, guesses = new_screen(outputs), Guesses()
    for index, slide in enumerate(slides):
        if index:
            screen.print()
        for part in slide.parts:
            if isinstance(part, Question):
                screen.print(asked(part, words))
                write(screen.drained())
                guesses[part] = guess(part)
                screen.print(answered(part, guesses[part], words))
            else:
                screen.print(part)
    if tally(guesses, words):
        screen.print(f"\n{tally(guesses, words)}")
    write(screen.drained())


class Paced:
    """Slides one at a time on a terminal; a slide longer than the screen comes in parts."""

    def __init__(self, slides: Sequence[Slide], outputs: Outputs, words: Words, keyboard: Keyboard) -> None:
        self.slides, self.outputs, self.words, self.keyboard = slides, outputs, words, keyboard
        self.guesses = Guesses()
        self.place, self.part = 0, 0
        self.typed, self.note = "", ""
        self.size = shutil.get_terminal_size()
        self.used = self.size.lines

    def play(self, first: int) -> None:
        """Show from a slide on, until the keys lead beyond the last one or end it."""
        self.place = first
        try:
            while self.place < len(self.slides):
                self._show_and_follow()
        finally:
            write("\n" if self._dumb() else "\r\x1b[K")

    def _show_and_follow(self) -> None:
        """Show a part of a slide, with its keys or its question, and go where the answer leads."""
        self.size = shutil.get_terminal_size()
        lines, question = self._lines()
        parts = self._parts(lines)
        self.part = min(self.part, len(parts) - 1)
        begin, end = parts[self.part]
        shown = [*(self._title() if self.part else []), *lines[begin:end]]
        if question and self.part == len(parts) - 1:
            self._ask(question, shown, len(lines))
        else:
            self._move(self._key(shown, len(parts)), len(parts))

    def _parts(self, lines: Sequence[str]) -> list[tuple[int, int]]:
        """Return where the parts of a slide begin and end; below and above there is room for keys and title."""
        return split(lines, max(self.size.lines - 4, 4))

    def _title(self) -> list[str]:
        """Return the slide's heading, which its further parts bear too."""
        screen = new_screen(self.outputs)
        screen.print(next(part for part in self.slides[self.place].parts if isinstance(part, Heading)))
        return screen.text.splitlines()

    def _lines(self) -> tuple[list[str], Question | None]:
        """Return the slide's lines up to the question that waits for its guess, and that question."""
        screen = new_screen(self.outputs)
        for part in self.slides[self.place].parts:
            if not isinstance(part, Question):
                screen.print(part)
                continue
            screen.print(asked(part, self.words))
            if part not in self.guesses:
                return screen.text.rstrip().splitlines(), part
            screen.print(answered(part, self.guesses[part], self.words))
        text = screen.drained().rstrip()
        if self.place == len(self.slides) - 1 and tally(self.guesses, self.words):
            screen.print(f"\n{tally(self.guesses, self.words)}")
            text += f"\n{screen.drained()}"
        return text.splitlines(), None

    def _key(self, lines: Sequence[str], parts: int) -> str:
        """Show a part with the keys below it, and return the next key."""
        place = self.words.place.format(self.place + 1, len(self.slides))
        place += f" ({self.part + 1}/{parts})" if parts > 1 else ""
        last = (self.place, self.part) == (len(self.slides) - 1, parts - 1)
        footer = new_screen(self.outputs)
        footer.print(f"[dim]{self.words.last_keys if last else self.words.keys}   {place}[/]", end="")
        self._show([*lines, "", footer.text])
        return self.keyboard.key(self._resized)

    def _ask(self, question: Question, lines: Sequence[str], asked_until: int) -> None:
        """Show the question and take the guess that is typed; go to where the answer begins, the slide's next line."""
        hint = new_screen(self.outputs)
        hint.print(f"   [dim]{self.words.answer_keys}[/]", end="")
        self._show([*lines, "", hint.text, self.note + prompt(question, self.words) + self.typed])
        self.typed, key = edited(self.keyboard, self.typed, self._resized)
        if key == "changed":
            return
        text, self.typed, self.note = self.typed, "", ""
        guess = question.understood(text)
        if key != "enter" or text == "q":
            self._move("back" if key == "back" else "end", self.part + 1)
        elif text and guess is None:
            self.note = unclear(question, text, self.words)
        else:
            self.guesses[question] = guess
            parts = self._parts(self._lines()[0])
            self.part = next(part for part, (_, end) in enumerate(parts) if asked_until < end)

    def _move(self, key: str, parts: int) -> None:
        """Go where a key leads."""
        if key in {"enter", " ", "n", "on"}:
            self.place, self.part = (self.place, self.part + 1) if self.part + 1 < parts else (self.place + 1, 0)
        elif key in {"b", "back", "erase"} and (self.place, self.part) != (0, 0):
            self.place, self.part = (self.place, self.part - 1) if self.part else (self.place - 1, LAST)
        elif key in {"q", "end"}:
            self.place = len(self.slides)

    def _show(self, lines: Sequence[str]) -> None:
        """Scroll away what was shown, so that it can be scrolled back to, and show lines from the screen's top."""
        clear = "\n" if self._dumb() else f"\x1b[{self.size.lines};1H" + "\n" * self.used + "\x1b[H\x1b[J"
        write(clear + "\n".join(lines))
        self.used = len(lines)

    def _resized(self) -> bool:
        return shutil.get_terminal_size() != self.size

    @staticmethod
    def _dumb() -> bool:
        return os.environ.get("TERM") in WITHOUT_CONTROL


def split(lines: Sequence[str], rows: int) -> list[tuple[int, int]]:
    """Return where parts begin and end: at the last empty line, if that isn't too early.

    The first part has at most `rows` lines, the others one less.
    """
    parts, begin, room = [], 0, rows
    while len(lines) - begin > room:
        empty = [row for row in range(begin + room // 2, begin + room + 1) if not lines[row]]
        end = empty[-1] if empty else begin + room
        parts.append((begin, end))
        begin, room = end + bool(empty), rows - 1
    return [*parts, (begin, len(lines))]
