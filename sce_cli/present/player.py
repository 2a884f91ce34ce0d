"""Slides on the screen: all at once, or one at a time as the keys say; and the questions on them."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sce_cli.drawing.screen import PICTURE_ROWS, Screen
from sce_cli.present.asking import Guess, Guesses, Place, answered, asked, prompt, tally, unclear, voted
from sce_cli.present.demonstrated import Demonstrated
from sce_cli.present.keyboard import SINGLE_KEYS, Keyboard, Lines, edited
from sce_cli.present.live import WITHOUT_CONTROL
from sce_cli.present.outputs import Outputs, view_width
from sce_cli.present.paging import best, split
from sce_cli.present.slides import Heading, Slide
from sce_cli.present.writing import write
from sce_cli.study import Question
from sce_cli.translation import _

LAST = sys.maxsize
"""The last part of a slide, however many it has."""

SKIP = "s"
"""What skips a question at a terminal, or keeps the first vote; no choice and no number is written so."""

GAP = "   "
"""What stands between two keys and what they do."""

LONGEST_NUMBER = 4
"""Digits of a slide to jump to."""

ROOM_TO_JUMP = 12
"""Columns behind the place for such a number."""

PICTURE_SIZES = (PICTURE_ROWS, 7, 5)
"""Rows of the pictures on a slide, from which the first is taken that lets its parts be few and whole."""


def play(slides: Sequence[Slide], outputs: Outputs, resume: str = "") -> None:
    """Show slides: one at a time with --step on a terminal, else all; their questions are asked where someone answers.

    Where stdin is no terminal, its lines are the answers. resume: the command that begins with a slide, before its
    number.
    """
    typing = sys.stdin is not None and sys.stdin.isatty()
    on_screen = typing and sys.stdout.isatty() and SINGLE_KEYS
    first = (outputs.from_step or 1) - 1
    shown = slides[first:]
    if on_screen and outputs.step:
        with Keyboard() as keyboard:
            Paced(slides, outputs, keyboard).play(first, resume)
    elif on_screen and outputs.predict:
        with Keyboard() as keyboard:
            _through(shown, outputs, lambda question: _typed(question, keyboard))
    else:
        lines = Lines()
        _through(shown, outputs, lambda question: None if typing else _piped(question, lines))


def _piped(question: Question, lines: Lines) -> float | None:
    """Take a guess from the next line; one that means nothing counts as skipped."""
    line = lines.next()
    return question.understood(line) if line else None


def _jump(number: str) -> str:
    """Return what stands behind the keys while the number of a slide is typed."""
    return _("Slide {number}").format(number=number)


def _typed(question: Question, keyboard: Keyboard) -> float | None:
    """Ask until a guess is understood, or the question is skipped."""
    text = ""
    keyboard.forget()
    while True:
        write(prompt(question) + text)
        try:
            text, key = edited(keyboard, text, _never)
        finally:
            write("\n")
        if key == "changed":  # by a stop with Ctrl-Z; what was typed is still there
            continue
        guess = question.understood(text)
        if guess is not None or text == SKIP or key == "end":
            return guess
        write(unclear(question, text))
        text = ""


def _never() -> bool:
    return False


def new_screen(outputs: Outputs, picture_rows: int = PICTURE_ROWS) -> Screen:
    """Return a screen as wide as the view is now."""
    width = view_width(outputs.width)
    return Screen(sys.stdout, ascii_only=outputs.ascii, width=width, picture_rows=picture_rows)


def _through(slides: Sequence[Slide], outputs: Outputs, guess: Callable[[Question], float | None]) -> None:
    """Print all slides; what stands before a question is seen before its guess is taken."""
    screen, guesses = new_screen(outputs), Guesses()
    for place, slide in enumerate(slides):
        if place:
            screen.print()
        for index, part in enumerate(slide.parts):
            if isinstance(part, Question):
                screen.print(asked(part))
                write(screen.drained())
                made = guesses[place, index] = Guess(part, guess(part))
                screen.print(answered(made))
            else:
                screen.print(part)
    if tally(guesses):
        screen.print(f"\n{tally(guesses)}")
    write(screen.drained())


@dataclass
class Draft:
    """A slide's lines, up to the question that waits for its guess; where that is, and where the answers begin."""

    lines: list[str] = field(default_factory=list)
    waiting: Place | None = None
    answers: dict[Place, int] = field(default_factory=dict)


class Paced:
    """Slides one at a time on a terminal; a slide longer than the screen comes in parts.

    A question is voted on twice: after the first guess the class discusses it, and the truth comes after the second.
    """

    def __init__(self, slides: Sequence[Slide], outputs: Outputs, keyboard: Keyboard) -> None:
        self.slides, self.outputs, self.keyboard = slides, outputs, keyboard
        self.guesses = Guesses()
        self.first: dict[Place, float] = {}
        self.voting_again: set[Place] = set()
        self.played: list[Demonstrated] = []
        self.place, self.part = 0, 0
        self.typed, self.note, self.number = "", "", ""
        self.waiting: object = None
        self.left_at: int | None = None
        self.size = shutil.get_terminal_size()
        self.used = self.size.lines

    def play(self, first: int, resume: str) -> None:
        """Show from a slide on, until the keys lead beyond the last one or end it; then say how to go on."""
        self.place = first
        try:
            while self.place < len(self.slides):
                self._show_and_follow()
        finally:
            write("\n" if self._dumb() else "\r\x1b[K")
        if self.left_at is not None and resume:
            score = tally(self.guesses)
            command = _("Go on with {command}").format(command=f"{resume} --from-slide {self.left_at + 1}")
            lines = [*([score] if score else []), command]
            write("".join(f"{new_screen(self.outputs).encodable(line)}\n" for line in lines))

    def _show_and_follow(self) -> None:
        """Show a part of a slide, with its keys or its question, and go where the answer leads."""
        self.size = shutil.get_terminal_size()
        slide = self._laid_out()
        parts, at = self._parts(slide), slide.waiting
        if not self._answered_here() and self._perform(at):
            return
        self.part = min(self.part, len(parts) - 1)
        begin, end = parts[self.part]
        shown = [*(self._title() if self.part else []), *slide.lines[begin:end]]
        if at is None or self.part < len(parts) - 1:
            self.waiting = None
            self._move(self._key(shown, len(parts)), len(parts))
        elif at in self.first and at not in self.voting_again:
            self._discuss(at, shown)
        else:
            self._ask(at, shown)

    def _demonstrated(self, at: Place | None) -> list[Demonstrated]:
        """Return the slide's demonstrations, up to the question that waits for its guess."""
        shown = self.slides[self.place].parts[: None if at is None else at[1]]
        return [part for part in shown if isinstance(part, Demonstrated)]

    def _perform(self, at: Place | None) -> bool:
        """Play the slide's next demonstration, below what stands above it, if there is one that wasn't yet."""
        part = next((part for part in self._demonstrated(at) if part not in self.played), None)
        if part is None:
            return False
        screen = new_screen(self.outputs)
        for above in self.slides[self.place].parts:
            if above is part:
                break
            if not isinstance(above, Question):
                screen.print(above)
        self.played.append(part)
        part.play(self.outputs, self.keyboard, screen.text.rstrip().splitlines())
        return True

    def _perform_last(self, parts: int) -> bool:
        """Play what a question was to come before, when its answer has been seen to the last part of the slide."""
        return self.part + 1 >= parts and self._perform(None)

    def _laid_out(self) -> Draft:
        """Return the slide with its pictures as tall as its parts allow."""
        drafts = [self._draft(PICTURE_SIZES[0])]
        if len(self._parts(drafts[0])) > 1:
            drafts += map(self._draft, PICTURE_SIZES[1:])
        return drafts[best([draft.lines for draft in drafts], self._rows())]

    def _parts(self, slide: Draft) -> list[tuple[int, int]]:
        """Return where the parts of a slide begin and end."""
        return split(slide.lines, self._rows())

    def _rows(self) -> int:
        """Return how many lines a part may have; below and above there is room for keys and title."""
        return max(self.size.lines - 4, 4)

    def _title(self) -> list[str]:
        """Return the slide's heading, which its further parts bear too, if it has one."""
        screen = new_screen(self.outputs)
        for heading in [part for part in self.slides[self.place].parts if isinstance(part, Heading)][:1]:
            screen.print(heading)
        return screen.text.splitlines()

    def _draft(self, picture_rows: int) -> Draft:
        """Return the slide as far as it may be seen, with its pictures in a size."""
        screen, draft = new_screen(self.outputs, picture_rows), Draft()
        for index, part in enumerate(self.slides[self.place].parts):
            if not isinstance(part, Question):
                screen.print(part)
                continue
            at = (self.place, index)
            screen.print(asked(part))
            if at not in self.guesses:
                if at in self.first:
                    screen.print(voted(part, self.first[at]))
                draft.lines, draft.waiting = screen.text.rstrip().splitlines(), at
                return draft
            draft.answers[at] = len(screen.text.rstrip().splitlines())
            screen.print(answered(self.guesses[at]))
        text = screen.drained().rstrip()
        if self.place == len(self.slides) - 1 and tally(self.guesses):
            screen.print(f"\n{tally(self.guesses)}")
            text += f"\n{screen.drained()}"
        draft.lines = text.splitlines()
        return draft

    def _key(self, lines: Sequence[str], parts: int) -> str:
        """Show a part with the keys below it, and return the next key; digits before it name a slide."""
        self._show([*lines, "", self._footer(parts)])
        while True:
            key = self.keyboard.key(self._resized)
            if key in set("0123456789") and len(self.number) < LONGEST_NUMBER:
                write(key if self.number else f"{GAP}{_jump(key)}")
                self.number += key
            elif key == "erase" and self.number:
                write("\b \b")
                self.number = self.number[:-1]
            else:
                return key

    def _footer(self, parts: int) -> str:
        """Return the line that names the keys, as many as fit, the place, and the digits typed so far."""
        place = _("{slide} of {slides}").format(slide=self.place + 1, slides=len(self.slides))
        place += f" ({self.part + 1}/{parts})" if parts > 1 else ""
        last = (self.place, self.part) == (len(self.slides) - 1, parts - 1)
        footer = new_screen(self.outputs)
        keys = (_("Enter: end   b: back") if last else _("Enter: on   b: back   q: end")) + GAP
        for more in self._more_keys():
            if footer.render_str(f"{keys}{more}{GAP}{place}{' ' * ROOM_TO_JUMP}").cell_len <= footer.width:
                keys += f"{more}{GAP}"
        footer.print(f"{keys}{place}", end="")
        return footer.text + (f"{GAP}{_jump(self.number)}" if self.number else "")

    def _more_keys(self) -> list[str]:
        """Return the keys that there is not always room for."""
        playing, again = self._demonstrated(None), self._answered_here()
        return [_("p: play")] * bool(playing) + [_("r: ask again")] * again + [_("number Enter: jump")]

    def _answered_here(self) -> bool:
        return any(place == self.place for place, _part in self.guesses)

    def _discuss(self, at: Place, lines: Sequence[str]) -> None:
        """Let the class discuss its first vote, and go on to the second, or to the truth."""
        self._forget_once((at, "discuss"))
        self._show([*lines, "", self._hint(_("Discuss it, then Enter: vote again   t: truth   q: end"))])
        key = self.keyboard.key(self._resized)
        if key in {"enter", " ", "n", "on"}:
            self.voting_again.add(at)
            self.part = LAST
        elif key == "t":
            self._take(at, self.first[at])
        elif key in {"b", "back", "q", "end", "first", "last"}:
            self._move(key, self.part + 1)

    def _ask(self, at: Place, lines: Sequence[str]) -> None:
        """Show the question and take the guess that is typed."""
        question, again = self._question(at), at in self.voting_again
        stay, skip = (
            _("s Enter: stay with the first   left arrow: back   q Enter: end"),
            _("s Enter: skip   left arrow: back   q Enter: end"),
        )
        hint = self._hint(stay if again else skip)
        self._forget_once((at, again))
        self._show([*lines, "", hint, self.note + prompt(question, again=again) + self.typed])
        self.typed, key = edited(self.keyboard, self.typed, self._resized)
        if key == "changed":
            return
        text, self.typed, self.note = self.typed, "", ""
        guess = question.understood(text)
        if key != "enter" or text == "q":
            self._move("end" if key == "enter" else key, self.part + 1)
        elif text == SKIP:
            self._take(at, self.first.get(at))
        elif guess is None:
            self.note = unclear(question, text, again=again)
        elif again:
            self._take(at, guess)
        else:
            self.first[at], self.part = guess, LAST

    def _hint(self, keys: str) -> str:
        """Return the line that names the keys of a question, as many as fit."""
        hint, (line, *more) = new_screen(self.outputs), keys.split(GAP)
        for key in more:
            if hint.render_str(f"{GAP}{line}{GAP}{key}").cell_len <= hint.width:
                line = f"{line}{GAP}{key}"
        hint.print(f"{GAP}{line}", end="")
        return hint.text

    def _question(self, at: Place) -> Question:
        question = self.slides[at[0]].parts[at[1]]
        assert isinstance(question, Question)
        return question

    def _forget_once(self, waiting: object) -> None:
        """Forget what was typed before something was asked; what is typed while it is asked stays."""
        if self.waiting != waiting:
            self.keyboard.forget()
        self.waiting = waiting

    def _take(self, at: Place, guess: float | None) -> None:
        """Take a guess as the last one, and go to where the answer begins: the slide's next line."""
        self.guesses[at] = Guess(self._question(at), guess, self.first.get(at))
        slide = self._laid_out()
        self.part = next(part for part, (_, end) in enumerate(self._parts(slide)) if slide.answers[at] < end)

    def _move(self, key: str, parts: int) -> None:
        """Go where a key leads."""
        number, self.number = self.number, self.number if key == "changed" else ""
        if key == "enter" and number:
            self.place, self.part = min(max(int(number), 1), len(self.slides)) - 1, 0
        elif key in {"enter", " ", "n", "on"} and self._perform_last(parts):
            self.part = LAST
        elif key in {"enter", " ", "n", "on"}:
            self.place, self.part = (self.place, self.part + 1) if self.part + 1 < parts else (self.place + 1, 0)
        elif key in {"b", "back", "erase"} and (self.place, self.part) != (0, 0):
            self.place, self.part = (self.place, self.part - 1) if self.part else (self.place - 1, LAST)
        elif key in {"first", "last"}:
            self.place, self.part = 0 if key == "first" else len(self.slides) - 1, 0
        elif key == "r" and self._answered_here():
            self._ask_again()
        elif key == "p":
            self.played = [part for part in self.played if part not in self._demonstrated(None)]
        elif key in {"q", "end"}:
            self.left_at, self.place = self.place, len(self.slides)

    def _ask_again(self) -> None:
        """Take back what was guessed on this slide."""
        for at in [at for at in self.guesses if at[0] == self.place]:
            del self.guesses[at]
            self.first.pop(at, None)
            self.voting_again.discard(at)
        self.part = LAST

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
