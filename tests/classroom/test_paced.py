"""Lessons and steps one at a time, played in a real terminal: keys, guesses, sizes, and what a terminal may do."""

import re
import signal
import time
from pathlib import Path

import pytest

from tests.classroom.conftest import WriteLesson
from tests.classroom.seat import DOWN, END, HOME, LEFT, PATIENCE, RIGHT, SCE, UP, Seat, sce_in_shell, widest

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

LONG = "\n\n".join(f"Paragraph {number} of the long slide." for number in range(1, 21))

LESSON = f"""# The first slide

Some prose.

---

## The long slide

{LONG}

---

## The number

```question
ask = "How large is p?"
answer = 0.75
tolerance = 0.05
unit = "nats"
why = "Because it is."
```

```sce {{steps=none}}
sce mle --white 3 --black 1
```

---

## The choice

```question
ask = "Which one?"
choices = ["the first", "the second"]
answer = "b"
why = "It is the other one."
```

---

## The last slide

The end.
"""

PLACE = re.compile(r"\d+ of \d+(?: \(\d+/\d+\))?$")

SIZES = pytest.mark.parametrize(("rows", "columns"), [(20, 60), (24, 80)])


@pytest.fixture
def path(lesson_file: WriteLesson) -> str:
    return str(lesson_file(LESSON))


def to_the_question(seat: Seat) -> None:
    """Go on from the start to the first question."""
    seat.until("1 of 5")
    seat.press("b\n")
    seat.until("2 of 5 (1/")
    parts = int(seat.text.rpartition("/")[2][0])
    for part in range(2, parts + 1):
        seat.press("\n")
        seat.until(f"2 of 5 ({part}/{parts})")
    seat.press("\n")
    seat.until("Your guess, a number:")


# Forward, back, guesses, and the end


@SIZES
def test_a_lesson_is_played_to_its_end(path: str, rows: int, columns: int) -> None:
    seen = []
    with Seat(*SCE, "lesson", path, rows=rows, columns=columns) as seat:
        seat.until("Some prose.", "Enter: on b: back q: end", "1 of 5")
        seat.press("b")  # from the first slide nothing leads back
        seat.press("\n")
        seen.append(seat.until("2 of 5 (1/"))
        parts = int(seen[0].rpartition("/")[2][0])
        assert parts > 1
        for part in range(2, parts + 1):
            seat.press(" ")
            seen.append(seat.until(f"2 of 5 ({part}/{parts})", "The long slide"))  # each part bears the title
        for number in range(1, 21):
            assert [f"Paragraph {number} of" in text for text in seen].count(True) == 1
        seat.press("b")
        seat.until(f"2 of 5 ({parts - 1}/{parts})")
        seat.press(LEFT + "n")
        seat.until(f"2 of 5 ({parts - 1}/{parts})")
        seat.press("\n\n")
        assert "nats" not in seat.until("How large is p?", "s Enter: skip", "Your guess, a number:")
        seat.press("many\n")
        seat.until("'many' is no number", "How large is p?")
        seat.press("0.5\n")
        assert "Truth" not in seat.until("How large is p?", "First vote: 0.5 nats", "Discuss it, then Enter")
        seat.press("\n")
        assert "Truth" not in seat.until("How large is p?", "First vote: 0.5 nats", "Second vote, a number:")
        seat.press(".72\n")
        seat.until(
            "First 0.5 nats",
            "Guess 0.72 nats",
            "Truth 0.75 nats ✓ close, off by 0.03",
            "Because it is.",
            "Result: p̂ = 0.75",
        )
        seat.press("\n")
        seat.until("a) the first", "Your guess, a letter:")
        seat.press("a\n")
        seat.until("First vote: a) the first")
        seat.press("t")
        seat.until("Guess a) the first", "Truth b) the second ✗ not right", "It is the other one.")
        seat.press("\n")
        final = seat.until("The last slide", "1 of 2 guesses were close.", "Enter: end b: back", "5 of 5")
        assert "Traceback" not in final
        assert seat.last < rows - 1
        seat.press("\n")
        assert seat.exit_code() == 0
        assert not [row for row in seat.rows if "b: back" in row]  # the footer goes, and the slide stays to be read
        assert "1 of 2 guesses were close." in seat.text


@pytest.mark.parametrize(("topic", "rows", "columns"), [("softmax", 20, 60), ("mle", 24, 80)])
def test_every_step_fits_the_screen_with_its_keys(topic: str, rows: int, columns: int) -> None:
    with Seat(*SCE, topic, "--step", rows=rows, columns=columns) as seat:
        place = seat.until_found(PLACE)
        while "Enter: end" not in seat.text:
            assert seat.rows[seat.last].startswith("Enter: on   b: back   q: end   ")
            assert seat.rows[seat.last].endswith(f"   {place}")
            assert seat.last < rows - 1
            assert widest(seat.rows) <= columns
            seat.press("\n")
            place = seat.until_found(PLACE, other_than=place)
        assert "Result: " in seat.text
        assert "all hold" in seat.text
        assert seat.last < rows - 1
        seat.press("\n")
        assert seat.exit_code() == 0


@pytest.mark.parametrize("before", ["", "3\n"])
def test_ctrl_d_ends_a_lesson_at_a_slide_and_at_a_question(path: str, before: str) -> None:
    with Seat(*SCE, "lesson", path) as seat:
        seat.until("1 of 5")
        seat.press(before)
        seat.until("Your guess" if before else "1 of 5")
        seat.press("\x04")
        assert seat.exit_code() == 0


def test_an_unclear_guess_does_not_lose_the_question_however_often(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        to_the_question(seat)
        for turn in range(12):
            seat.press(f"what{turn}\n")
            seat.until(f"'what{turn}' is no number", "How large is p?", "s Enter: skip")
        seat.press("s\n")
        assert "Guess" not in seat.until("Truth 0.75 nats", "Because it is.")


def test_a_guess_is_edited_as_it_is_typed(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        to_the_question(seat)
        seat.press("八九\x7f\x7f.5\x7f\x7f1\x150" + RIGHT + ".9" + UP + "\x7f7\x7f76")
        seat.until("Your guess, a number: 0.76")
        seat.press(LEFT)  # which leads back only from an empty line
        seat.press("\n")
        seat.until("First vote: 0.76 nats")


def test_a_guess_stays_on_its_line(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        to_the_question(seat)
        seat.press("九" * 40 + "\x7f" * 40 + "0.7\n")
        seat.until("First vote: 0.7 nats")


def test_a_question_left_for_a_look_back_is_asked_again(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        to_the_question(seat)
        seat.press(LEFT)
        seat.until("Paragraph 20", "2 of 5 (")
        seat.press(DOWN)
        seat.until("Your guess, a number:")
        seat.press("s\n")
        seat.until("Truth 0.75 nats", "3 of 5")
        seat.press("bn")  # what was answered isn't asked again
        seat.until("Truth 0.75 nats", "3 of 5")
        seat.press("r")  # unless that is wanted
        assert "Truth" not in seat.until("Your guess, a number:")
        seat.press("0.75\n")
        seat.until("First vote: 0.75 nats")
        seat.press("t")
        seat.until("Guess 0.75 nats", "off by 0")
        seat.press(END)
        seat.until("1 of 1 guesses were close.", "5 of 5")


def test_enter_skips_no_question_and_s_keeps_the_first_vote(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        to_the_question(seat)
        seat.press("\n")
        assert "Truth" not in seat.until("Give a guess, or s to skip the question.", "Your guess, a number:")
        seat.press("0.7\n")
        seat.until("First vote: 0.7 nats")
        seat.press("\n")
        seat.until("Second vote, a number:")
        seat.press("\n")
        assert "Truth" not in seat.until("Give a guess, or s to stay with the first one.")
        seat.press("s\n")
        seat.until("Guess 0.7 nats", "close, off by 0.05")


def test_a_number_home_and_end_lead_to_a_slide(path: str) -> None:
    with Seat(*SCE, "lesson", path) as seat:
        seat.until("1 of 5")
        seat.press("34")
        seat.until("Slide 34")
        seat.press("\x7f\n")
        seat.until("Your guess, a number:")
        seat.press(HOME)
        seat.until("Some prose.", "1 of 5")
        seat.press("99\n")
        seat.until("The end.", "5 of 5")
        seat.press("0\n")
        seat.until("Some prose.", "1 of 5")
        seat.press("2b")  # another key forgets the number
        seat.press(END)
        seat.until("The end.", "5 of 5")
        seat.press("4\n")
        seat.until("Your guess, a letter:")
        seat.press(LEFT)
        seat.until("Your guess, a number:")  # of slide 3


def test_q_tells_the_score_and_how_to_go_on(path: str) -> None:
    with Seat(*SCE, "lesson", path, "--lang", "en", columns=200) as seat:
        to_the_question(seat)
        seat.press("0.75\n")
        seat.until("First vote")
        seat.press("t")
        seat.until("off by 0")
        seat.press("\n")
        seat.until("Your guess, a letter:")
        seat.press("q\n")
        assert seat.exit_code() == 0
        assert "1 of 1 guesses were close." in seat.rows
        assert f"Go on with sce lesson {path} --lang en --from-slide 4" in seat.rows
    with Seat(*SCE, "lesson", path, "--from-slide", "4", rows=12, columns=40) as seat:
        seat.until("Which one?", "Your guess, a letter:")


# Keys typed ahead


def test_keys_typed_before_the_start_are_taken_and_those_beyond_the_end_reach_the_next_program(
    path: str, tmp_path: Path
) -> None:
    script = 'until [ -e "$GO" ]; do sleep 0.05; done; "$@"; IFS= read -r next; echo "next: <$next>"'
    start = tmp_path / "go"
    with Seat(*sce_in_shell(script, "lesson", path), GO=str(start)) as seat:
        seat.press("5\n" + "\n" + "what is left\n")
        seat.until("what is left")  # the terminal echoes it; the lesson has not begun
        start.touch()
        seat.until("next: <what is left>")
        assert "The end." in seat.scrolled


def test_keys_typed_ahead_neither_answer_a_question_nor_skip_it(path: str) -> None:
    with Seat(*SCE, "lesson", path) as seat:
        seat.press("\n" * 3 + "0.76\n" + "\n" + "s\n" + "q\n")
        seat.until("Your guess, a number:")
        seat.press("0.7\n" + "\n" * 9)
        seat.until("First vote: 0.7 nats", "Discuss it")
        seat.press("\n")
        seat.until("Second vote, a number:")
        seat.press("0.76\n")
        assert "is no number" not in seat.until("First 0.7 nats", "Guess 0.76 nats")


def test_keys_in_one_burst_are_taken_one_by_one(path: str) -> None:
    escape, page_down, f1 = "\x1b", "\x1b[6~", "\x1b[[A"
    with Seat(*SCE, "lesson", path) as seat:
        seat.press(escape + "\n" + f1 + page_down + "\x1bOB" + "b" + escape + RIGHT + "\n")
        seat.until("Your guess, a number:")
        seat.press("q" + f1 + "\x7f0" + escape + ".7" + "\x1b[1;5C" + "5\n")
        seat.until("First vote: 0.75 nats")


# What a terminal may do


@pytest.mark.parametrize(("keys", "code"), [("q", 0), ("\x03", 130)])
def test_the_terminal_is_left_as_it_was(path: str, keys: str, code: int) -> None:
    script = """trap : INT; "$@"; code=$?; stty -a | grep -ow -- '-\\?icanon\\|-\\?echo' | xargs; echo "exit $code" """
    with Seat(*sce_in_shell(script, "lesson", path)) as seat:
        seat.until("1 of 5")
        seat.press(keys)
        seat.until(f"exit {code}")
        assert "Traceback" not in seat.text
        assert [row for row in seat.rows if row in {"icanon echo", "echo icanon"}]  # and it begins a line of its own


def test_ctrl_c_ends_a_question(path: str) -> None:
    with Seat(*SCE, "lesson", path) as seat:
        to_the_question(seat)
        seat.press("0.\x03")
        assert seat.exit_code() == 130
        assert "Traceback" not in seat.text


def test_a_stop_loses_nothing(path: str) -> None:
    with Seat("bash", "--norc", "--noprofile", "-i", rows=24, columns=80, PS1="ready> ") as seat:
        seat.until("ready>")
        seat.press(" ".join([*SCE, "lesson", path]) + "\n")
        to_the_question(seat)
        seat.press("0.7")
        seat.until("number: 0.7")
        seat.press("\x1a")
        seat.until("Stopped", "ready>")
        seat.press("echo shell\\ here\n")
        seat.until("shell here ready>")
        seat.press("fg\n")
        seat.until("How large is p?", "number: 0.7")
        seat.press("6\n")
        seat.until("First vote: 0.76 nats")
        seat.press("\x1a")
        seat.until("Stopped", "ready>")
        seat.press("fg\n")
        seat.until("How large is p?", "First vote: 0.76 nats")
        seat.press("t")
        seat.until("Guess 0.76 nats", "3 of 5")
        seat.press("q")
        seat.until("1 of 1 guesses were close.", "ready>")


def test_a_stop_skips_no_question_of_a_view_at_one_go() -> None:
    with Seat("bash", "--norc", "--noprofile", "-i", PS1="ready> ") as seat:
        seat.until("ready>")
        seat.press(" ".join([*SCE, "softmax", "--predict"]) + "\n")
        seat.until("Your guess")
        seat.press("\x1a")
        seat.until("Stopped", "ready>")
        seat.press("fg\n")
        seat.until_so(lambda: "softmax --predict" in seat.text.rpartition("ready> fg")[2], "fg's own line")
        seat.press("a\n")
        seat.until("Guess a)")


def test_another_size_is_another_layout_and_keeps_what_is_typed(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=20, columns=60) as seat:
        seat.until("1 of 5")
        seat.press("\n")
        seat.until("2 of 5 (1/3)")
        seat.resize(60, 100)
        seat.until("Paragraph 20 of the long slide.", "2 of 5")
        assert widest(seat.rows) == 80
        seat.resize(12, 40)
        seat.until("2 of 5 (1/")
        assert widest(seat.rows) == 40
        seat.resize(24, 80)
        seat.until("2 of 5 (1/2)")
        seat.press("\n\n")
        seat.until("Your guess, a number:")
        seat.press("0.")
        seat.until("number: 0.")
        seat.resize(20, 60)
        seat.until_so(lambda: widest(seat.rows) == 60 and seat.text.endswith("number: 0."), "the question at 60")
        seat.press("76\n")
        seat.until("First vote: 0.76 nats")


def test_a_lesson_of_questions_alone_at_any_size(lesson_file: WriteLesson) -> None:
    number = '```question\nask = "How large?"\nanswer = 0.75\nwhy = "So."\n```\n'
    path = str(lesson_file(f"{number}\n---\n\n{number}\n{number}"))
    with Seat(*SCE, "lesson", path, "--lang", "en", rows=20, columns=60) as seat:
        seat.until("How large?", "left arrow: back q Enter: end", "Your guess")
        seat.press("0.7")
        seat.resize(12, 40)
        seat.until_so(lambda: "q Enter" not in seat.text and seat.text.endswith("number: 0.7"), "fewer keys")
        seat.press("\n")
        seat.until("First vote: 0.7", "Discuss it")
        seat.resize(24, 80)
        seat.until("t: truth")
        seat.press("3x" + RIGHT)
        seat.until("Second vote, a number:")
        seat.press("0.6\n")
        seat.until("First 0.7", "Guess 0.6", "not close, off by 0.15", "1 of 2")
        seat.press("\n")
        seat.until("Your guess")
        seat.press("s\n")
        seat.until_so(lambda: seat.text.count("How large?") == 2, "the second question")
        seat.press("\x04")
        assert seat.exit_code() == 0
        assert "0 of 1 guesses were close. 1 question was skipped." in seat.rows


def test_a_very_small_terminal_does_no_harm(path: str) -> None:
    with Seat(*SCE, "lesson", path, rows=5, columns=12) as seat:
        seat.press("\n" * 300)
        seat.until("Your")
        seat.press("1\n" * 3 + "s\n")
        seat.until("vote")
        seat.press("\x04")
        assert seat.exit_code() == 0
        assert b"Traceback" not in seat.received


@pytest.mark.parametrize(("command", "signals"), [("lesson", "trap '' HUP"), ("predict", "trap - HUP")])
def test_a_terminal_that_goes_away_ends_it(path: str, tmp_path: Path, signals: str, command: str) -> None:
    """Whether the signal of the hang-up is taken or, as under nohup, ignored; the shell that is left sees the end."""
    arguments = {"lesson": ["lesson", path], "predict": ["softmax", "--predict"]}[command]
    script = f"""trap '' HUP; ({signals}; exec "$@" 2> "$ERR"); echo $? > "$ERR.part"; mv "$ERR.part" "$ERR.code" """
    complaints, code = tmp_path / "stderr", tmp_path / "stderr.code"
    with Seat(*sce_in_shell(script, *arguments), ERR=str(complaints)) as seat:
        seat.until({"lesson": "1 of 5", "predict": "Your guess"}[command])
        seat.hang_up()
        wait_for(code)
    assert "Traceback" not in complaints.read_text(encoding="utf-8")
    assert int(code.read_text(encoding="utf-8")) in {0, 2, 128 + signal.SIGHUP}


def wait_for(file: Path) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} never came"
        time.sleep(0.05)


# Screens that carry less


def test_a_dumb_terminal_is_played_without_escape_codes() -> None:
    with Seat(*SCE, "mle", "--step", rows=20, columns=60, TERM="dumb") as seat:
        seat.until("1 of ")
        seat.press("\n")
        seat.until("2 of ")
        seat.press("q")
        assert seat.exit_code() == 0
        assert b"\x1b" not in seat.received
        assert widest(seat.rows) <= 60


def test_no_color_leaves_the_keys_and_no_colour(path: str) -> None:
    with Seat(*SCE, "lesson", path, NO_COLOR="1") as seat:
        to_the_question(seat)
        seat.press("0.71\n")
        seat.until("First vote")
        seat.press("t")
        seat.until("✓ close", "Enter: on b: back q: end")
        seat.press("q")
        assert seat.exit_code() == 0
        assert not re.search(rb"\x1b\[[0-9;]*[34][0-9][0-9;]*m", seat.received)


def test_an_ascii_terminal_gets_ascii(path: str) -> None:
    with Seat(*SCE, "lesson", path, PYTHONIOENCODING="ascii") as seat:
        to_the_question(seat)
        seat.press("2/3\n")
        seat.until("First vote")
        seat.press("t")
        seat.until("x not close, off by 0.083", "Result: p_hat = 0.75")
        assert seat.received.isascii()
        assert b"\\u" not in seat.received
