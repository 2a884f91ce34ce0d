"""Guesses that don't come from a keyboard: lines from a pipe, few, none, or a pipe that never speaks."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sce_cli import cli
from sce_cli.present import keyboard
from tests.classroom.conftest import WriteLesson
from tests.classroom.seat import Seat
from tests.classroom.test_paced import LESSON
from tests.running import Run, assert_refused, process_environment, run_sce

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

SCE = [sys.executable, "-W", "error", "-m", "sce_cli"]


@pytest.fixture
def path(lesson_file: WriteLesson) -> str:
    return str(lesson_file(LESSON))


def answered(*arguments: str, answers: int) -> Run:
    """Run `sce` with a file on its stdin, given by its number."""
    environment = process_environment(PYTHONIOENCODING="utf-8")
    finished = subprocess.run(
        [*SCE, *arguments], capture_output=True, env=environment, check=False, timeout=60, stdin=answers
    )
    return Run(finished.stdout.decode(), finished.stderr.decode(), finished.returncode)


ANSWERS = {
    "right": (b"0.76\nb\n", ["Guess   0.76 nats", "✓ close, off by 0.01", "✓ right"], "2 of 2 guesses were close."),
    "wrong": (
        b"3/2\n a) \n",
        ["Guess   1.5 nats", "✗ not close, off by 0.75", "✗ not right"],
        "0 of 2 guesses were close.",
    ),
    "blank": (b"\n\n", ["Truth   0.75 nats", "Truth   b) the second"], None),
    "one blank": (b"\nb\n", ["Truth   0.75 nats", "✓ right"], "1 of 1 guesses were close. 1 question was skipped."),
    "not understood": (b"well\n7\n", ["Truth   0.75 nats", "Truth   b) the second"], None),
    "fewer than questions": (
        b"0.75",
        ["off by 0", "Truth   b) the second"],
        "1 of 1 guesses were close. 1 question was skipped.",
    ),
    "more than questions": (b"1\nb\n2\n3\n", ["off by 0.25", "✓ right"], "1 of 2 guesses were close."),
    "not UTF-8": (b"\xff\xfe\nb\n", ["✓ right"], "1 of 1 guesses were close. 1 question was skipped."),
    "with other line ends": (b"0.75\r\nb\r\n", ["off by 0", "✓ right"], "2 of 2 guesses were close."),
    "none": (b"", ["Truth   0.75 nats", "Truth   b) the second"], None),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_are_taken_from_a_pipe(
    case: str, path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, shown, tally = ANSWERS[case]
    reader, writer = os.pipe()
    os.write(writer, answers)
    os.close(writer)
    with open(reader, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert cli.run(["lesson", path]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [text for text in shown if text not in out] == []
    assert "Your guess" not in out
    if tally:
        assert out.splitlines()[-2:] == ["", tally]
    else:
        assert "close" not in out


def test_a_chinese_lesson_counts_in_chinese(path: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.write_bytes(b"0.75\n\n")
    with answers.open() as file:
        run = answered("lesson", path, "--lang", "zh", answers=file.fileno())
    assert run.stdout.splitlines()[-1] == "猜了 1 题，1 题正确或接近，跳过 1 题。"


def test_nobody_to_answer_is_no_one_to_wait_for(path: str) -> None:
    """A null device, a closed stdin, and one that never ends."""
    with open(os.devnull, "rb") as null:
        at_once = answered("lesson", path, answers=null.fileno())
    assert at_once.exit_code == 0
    assert "Truth   b) the second" in at_once.stdout
    command = [*SCE, "lesson", path]
    closed = subprocess.run(["bash", "-c", '"$@" <&-', "bash", *command], capture_output=True, check=False, timeout=60)
    assert (closed.returncode, closed.stdout.decode(), closed.stderr) == (0, at_once.stdout, b"")
    with open("/dev/zero", "rb") as zero:
        assert answered("lesson", path, answers=zero.fileno()).stdout == at_once.stdout


def test_a_silent_pipe_is_not_waited_for_without_end(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keyboard, "PATIENCE", 0.05)
    reader, writer = os.pipe()
    with open(reader, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert cli.run(["lesson", path]) == 0
    os.close(writer)
    assert "Truth   b) the second" in capsys.readouterr().out


def test_what_comes_slowly_is_waited_for(path: str) -> None:
    with subprocess.Popen([*SCE, "lesson", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        seen = b""
        while b"How large is p?" not in seen:
            seen += process.stdout.readline()
        process.stdin.write(b"0.")
        process.stdin.flush()
        time.sleep(0.3)  # less than the patience with a pipe
        process.stdin.write(b"76\nb\n")
        process.stdin.flush()
        seen += process.stdout.read()  # which ends though the pipe stays open
    assert "Guess   0.76 nats" in seen.decode()
    assert "2 of 2 guesses were close." in seen.decode()


def test_what_stands_before_a_question_is_there_before_its_guess_is_taken(path: str) -> None:
    with subprocess.Popen([*SCE, "lesson", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for asked in (b"How large is p?", b"Which one?"):
            while asked not in (line := process.stdout.readline()):
                assert line
            process.stdin.write(b"\n")
            process.stdin.flush()
        assert b"It is the other one." in process.stdout.read()


def test_predict_asks_before_the_steps(tmp_path: Path) -> None:
    (tmp_path / "answers").write_bytes(b"0.5\n" * 20)
    with open(tmp_path / "answers", "rb") as answers:
        run = answered("softmax", "--predict", answers=answers.fileno())
    assert (run.exit_code, run.stderr) == (0, "")
    words = re.findall(r"^ +(Question|Guess|Truth)\b", run.stdout, re.MULTILINE)
    assert {"Question", "Guess", "Truth"} == set(words)
    assert re.fullmatch("((Question )(Guess )?(Truth ))+", " ".join(words) + " ")
    assert "guesses were close." in run.stdout.splitlines()[-1]


def test_a_system_without_single_keys_prints_all() -> None:
    """Windows has no termios."""
    code = "import sys; sys.modules['termios'] = None; from sce_cli.cli import run; sys.exit(run(sys.argv[1:]))"
    with Seat(sys.executable, "-c", code, "mle", "--step", "--predict") as seat:
        assert seat.exit_code() == 0
        assert seat.rows[seat.last].endswith("all hold")


def test_step_without_a_terminal_prints_all() -> None:
    assert run_sce("softmax", "--step") == run_sce("softmax")


def test_from_step_leaves_the_steps_before_out() -> None:
    everything, rest = (run_sce(*arguments).stdout for arguments in (["mle"], ["mle", "--from-step", "3"]))
    title = everything.splitlines()[0]
    assert rest == f"{title}\n\n{everything[everything.index('3. ') :]}"


@pytest.mark.parametrize("option", [["--step"], ["--predict"], ["--from-step", "2"]])
def test_json_is_one_document_and_not_paced(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(["mle", "--json", *option], f"--json and {' '.join(option)}", "Leave one", capsys)


@pytest.mark.parametrize("files", [[], ["--plot", "x.png"], ["--handout", "x.html"]])
def test_a_step_that_is_not_there_is_refused_before_anything_is_written(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(["mle", "--from-step", "99", *files], "--from-step 99", "from 1 to 7", capsys)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x"])
def test_from_step_is_a_whole_number(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(["mle", "--from-step", value], "--from-step", "the number of a step", capsys)


@pytest.mark.parametrize("option", [["--step"], ["--predict"], ["--from-step", "1"], ["--handout", "x.html"]])
def test_a_table_of_predictions_has_no_steps(
    option: list[str],
    iris_model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(["predict", iris_model, "--data", "iris", *option], option[0], "--row N", capsys)
    assert not [*tmp_path.iterdir()]
