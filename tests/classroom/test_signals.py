"""Whatever ends a process that has the terminal to itself, the terminal is as before and the shell learns of it."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.classroom.seat import PATIENCE, SCE, Seat

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

ENDINGS = [
    *(signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1, signal.SIGALRM, signal.SIGXCPU),
    signal.SIGABRT,
]

WAITING = {
    "lesson": (["lesson", "1"], "1 of"),
    "step": (["mle", "--step"], "1 of"),
    "predict": (["mle", "--predict"], "Your guess"),
}

TRAINING = ["train", "--data", "digits", "--optimizer", "momentum", "--epochs", "1000000"]
BAR = re.compile(r"\d:\d\d:\d\d")

MODES = """stty -a | grep -ow -- '-\\?icanon\\|-\\?echo\\|-\\?isig\\|-\\?opost' | sort | xargs; """
AS_BEFORE = "echo icanon isig opost"


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[Seat, int]]:
    """Run `sce` in a shell that tells the terminal's modes and the exit status behind it; yield the process too."""
    file = folder / "pid"
    script = f"""(echo $BASHPID > "$PID.new"; mv "$PID.new" "$PID"; exec "$@"); code=$?; {MODES} echo "exit $code" """
    with Seat("bash", "-c", script, "bash", *SCE, *arguments, PID=str(file)) as seat:
        yield seat, pid_in(file)


def pid_in(file: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(file.read_text())


@pytest.mark.parametrize(
    ("command", "number"),
    [*(("lesson", number) for number in ENDINGS), ("step", signal.SIGHUP), ("predict", signal.SIGTERM)],
    ids=str,
)
def test_the_terminal_is_as_before_whatever_signal_ends_it(
    command: str, number: signal.Signals, tmp_path: Path
) -> None:
    arguments, shown = WAITING[command]
    with running(tmp_path, *arguments) as (seat, process):
        seat.until(shown)
        os.kill(process, number)
        seat.until(f"exit {128 + number}")
        assert AS_BEFORE in seat.rows
        assert "Traceback" not in seat.text


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR2], ids=lambda number: number.name)
def test_the_cursor_is_back_and_the_bar_gone(number: signal.Signals, tmp_path: Path) -> None:
    with running(tmp_path, *TRAINING) as (seat, process):
        seat.until_found(BAR)
        assert seat.screen.cursor.hidden
        os.kill(process, number)
        seat.until(f"exit {128 + number}")
        assert not seat.screen.cursor.hidden
        assert not BAR.search(seat.text)
        assert AS_BEFORE in seat.rows


def test_two_presses_of_ctrl_c_leave_the_cursor(tmp_path: Path) -> None:
    with running(tmp_path, *TRAINING) as (seat, process):
        seat.until_found(BAR)
        for _ in range(5):
            os.kill(process, signal.SIGINT)
        seat.until("exit 130")
        assert not seat.screen.cursor.hidden


@contextmanager
def in_job(folder: Path, *arguments: str, shell: str = "bash") -> Iterator[tuple[Seat, int]]:
    """Run `sce` as a job of a shell at a prompt, where it can be stopped."""
    command = {"bash": ("bash", "--norc", "--noprofile", "-i"), "dash": ("dash", "-i")}[shell]
    file = folder / "pid"
    with Seat(*command, PS1="ready> ", columns=200, PID=str(file)) as seat:
        seat.until("ready>")
        words = " ".join(f"'{word}'" for word in (*SCE, *arguments))
        seat.press(f"""sh -c 'echo $$ > "$PID.new"; mv "$PID.new" "$PID"; exec "$@"' sh {words}\n""")
        yield seat, pid_in(file)


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_a_stop_lends_the_terminal_to_the_shell(shell: str, tmp_path: Path) -> None:
    with in_job(tmp_path, *WAITING["lesson"][0], shell=shell) as (seat, process):
        seat.until("1 of")
        seat.press("\x1a")
        seat.until("Stopped")
        seat.press(MODES + "\n")
        seat.until_so(lambda: AS_BEFORE in seat.rows, "the modes")
        seat.press("fg\n")
        seat.until("1 of")
        seat.press("\n")
        seat.until("Your guess")
        os.kill(process, signal.SIGTERM)
        seat.until("Terminated")
        seat.press("echo again; " + MODES + "\n")
        seat.until_so(lambda: AS_BEFORE in seat.rows, "the modes")
        assert "Traceback" not in seat.scrolled


def test_one_that_ends_in_the_background_leaves_the_shells_terminal_alone(tmp_path: Path) -> None:
    with in_job(tmp_path, *WAITING["lesson"][0]) as (seat, _):
        seat.until("1 of")
        seat.press("\x1a")
        seat.until("Stopped")
        seat.press("kill %1; sleep 0.5; echo done\n")
        seat.until("Terminated", "done")
        seat.press("echo still\\ here\n")
        seat.until("still here")


def test_a_stop_shows_the_cursor_and_going_on_hides_it(tmp_path: Path) -> None:
    with in_job(tmp_path, *TRAINING) as (seat, process):
        seat.until_found(BAR)
        seat.press("\x1a")
        seat.until("Stopped")
        assert not seat.screen.cursor.hidden
        seat.press("fg\n")
        seat.until_so(lambda: seat.screen.cursor.hidden, "the hidden cursor")
        os.kill(process, signal.SIGTERM)
        seat.until("Terminated")
        assert not seat.screen.cursor.hidden


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = """trap '' HUP; (echo $BASHPID > "$PID.new"; mv "$PID.new" "$PID"; exec "$@"); echo "exit $?" """
    with Seat("bash", "-c", script, "bash", *SCE, *WAITING["lesson"][0], PID=str(file)) as seat:
        seat.until("1 of")
        os.kill(pid_in(file), signal.SIGHUP)
        seat.press("\n")
        seat.until("Your guess")
        seat.press("q\n")
        seat.until("exit 0")
