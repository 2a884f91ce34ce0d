"""The block "play" of a lesson: a demonstration on its slide until q; in print its frame."""

import re

import pytest

from tests.classroom.conftest import WriteLesson
from tests.classroom.seat import RIGHT, SCE, Seat
from tests.each import for_each
from tests.running import run_sce

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

PLAIN = """\
# One

Prose.

---

# Two

Move it.

```play
floor --target 0.6,0.4 --prediction 0.5,0.5 --keys "right*3"
```

Behind it.

---

# Three

The end.
"""

ASKED = """\
# One

```question
ask = "Is it?"
choices = ["yes", "no"]
answer = "a"
why = "It is so."
```

```play
wrong -3
```

---

# Two

The end.
"""


def test_a_demonstration_is_played_on_its_slide_until_q(lesson_file: WriteLesson) -> None:
    path = lesson_file(PLAIN)
    with Seat(*SCE, "lesson", str(path), "--lang", "en") as seat:
        seat.until("1 of 3")
        seat.press("\n")
        seat.until("Two ─", "Move it.", "0.530", "q leave")
        assert "Behind it" not in seat.text
        seat.press(RIGHT)
        seat.until("0.540")
        seat.press("q")
        seat.until("Behind it.", "2 of 3", "$ sce entropy --target 0.6,0.4 --prediction 0.54,0.46")
        seat.press("p")
        seat.until("q leave", "0.540")
        seat.press("r" + "q")
        seat.until("2 of 3", "0.500")  # as its options say, before its keys
        seat.press("\n")
        seat.until("The end.", "3 of 3")
        seat.press("b")
        seat.until("Behind it.", "2 of 3")  # played already
        seat.press("q")
        assert seat.exit_code() == 0


def test_behind_a_question_it_comes_when_the_answer_has_been_seen(lesson_file: WriteLesson) -> None:
    path = lesson_file(ASKED)
    with Seat(*SCE, "lesson", str(path), "--lang", "en") as seat:
        seat.until("Your guess")
        assert "q leave" not in seat.text
        seat.press("a\n")
        seat.until("vote again")
        seat.press("t")
        seat.until("It is so.", "1 of 2 (1/2)")
        seat.press("\n")
        seat.until("1 of 2 (2/2)", "$ sce grad -3 0 --label 0")
        seat.press("\n")
        seat.until("q leave", "t = -3.0")
        seat.press("q")
        seat.until("1 of 2 (2/2)")
        seat.press("\n")
        seat.until("The end.")
        seat.press("\n")
        assert seat.exit_code() == 0


def test_in_print_it_shows_its_frame(lesson_file: WriteLesson) -> None:
    path = lesson_file(PLAIN)
    shown = run_sce("lesson", str(path), "--lang", "en").stdout
    assert re.search(r"Move it\.\n\nfloor: .*0\.530.*\$ sce entropy .*\n\n +Behind it\.", shown, re.DOTALL)
    page = path.with_name("page.html")
    assert run_sce("lesson", str(path), "--lang", "en", "--handout", str(page)).exit_code == 0
    assert "floor: the entropy" in page.read_text()
    assert "0.530" in page.read_text()


@for_each("line,charts", [("hill", 2), ("steps --keys space", 2), ("wrong -3", 2), ("train spiral", 1), ("floor", 0)])
def test_a_handout_has_its_charts_as_pictures(line: str, charts: int, lesson_file: WriteLesson) -> None:
    """In whatever font a browser has, braille dots don't keep their columns."""
    path = lesson_file(f"# One\n\n```play\n{line}\n```\n")
    for ending, begin in (("html", "data:image/svg"), ("md", "data:image/png")):
        page = path.with_suffix(f".page.{ending}")
        assert run_sce("lesson", str(path), "--lang", "en", "--handout", str(page)).exit_code == 0
        text = page.read_text(encoding="utf-8")
        assert text.count(begin) == charts
        assert not re.search("[\u2801-\u28ff]", text)
        assert "$ sce " in text


@for_each(
    "block,line,said",
    [
        ("", 1, "the block has one line"),
        ("scores\nhill", 1, "the block has one line"),
        ("softmax 2 1", 2, "names a demonstration"),
        ("scores --help", 2, "shows no help"),
        ('scores --keys "', 2, "isn't closed"),
        ("scores 2 x", 2, "'x' is not a number"),
        ("scores --keys foo", 2, "'foo' is no key"),
        ("hill --start 3", 2, "takes no --start"),
        ("floor --json", 2, "prints no JSON"),
        ("floor --width 60", 2, "prints no JSON"),
    ],
)
def test_a_mistake_is_told_with_its_line(block: str, line: int, said: str, lesson_file: WriteLesson) -> None:
    path = lesson_file(f"# One\n\n```play\n{block}\n```\n")
    run = run_sce("lesson", "--check", str(path))
    assert run.exit_code == 1
    assert f":{line + 2}: " in run.stdout
    assert said in run.stdout


def test_a_mistake_stands_in_the_place_of_its_frame(lesson_file: WriteLesson) -> None:
    run = run_sce("lesson", str(lesson_file("# One\n\n```play\nhill --start 3\n```\n")), "--lang", "en")
    assert run.exit_code == 1
    assert "Error: play hill takes no --start." in run.stdout
