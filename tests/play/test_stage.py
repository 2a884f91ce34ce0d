"""A demonstration on a terminal: one write a frame, keys in any pieces, and a terminal that is left as it was."""

import os
import re
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from tests.classroom.seat import DOWN, LEFT, RIGHT, SCE, Seat
from tests.classroom.test_signals import AS_BEFORE, MODES, in_job, running
from tests.running import run_sce, sce_process
from tests.test_terminals import COLOURS, sgr_codes

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

FRAME = re.compile(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", re.DOTALL)

READY = "q leave"


def seat(*arguments: str, rows: int = 24, columns: int = 80, **environment: str) -> Seat:
    return Seat(*SCE, "play", *arguments, rows=rows, columns=columns, folder=None, **environment)


def test_keys_change_the_frame_and_q_tells_how_to_go_on() -> None:
    with seat("scores") as here:
        here.until(READY, "0.4170 nats")
        here.press(RIGHT * 4 + DOWN * 3)
        here.until("2.4 ", "› T")
        here.press("<")
        here.until("T 0.5")
        here.press("q")
        here.until("Go on with sce softmax 2.4 1 0.1 --temperature 0.5")
        assert here.exit_code() == 0


def test_arrows_come_in_pieces_and_ahead_of_the_screen() -> None:
    with seat("scores") as here:
        here.press(RIGHT * 10 + "\x1b[1;2C" + "\x1bOD")  # before anything is there to see
        here.until("3.9 ")
        for piece in ("\x1b", "[", "1;2", "D"):
            here.press(piece)
            time.sleep(0.005)
        here.until("2.9 ")
        here.press("\x1b[c")  # rxvt's shift and right
        here.until("3.9 ")
        here.press(LEFT + "q")
        here.until("sce softmax 3.8 1 0.1")
        assert here.exit_code() == 0


def test_a_frame_is_one_write_of_what_has_changed() -> None:
    with seat("scores") as here:
        here.until(READY)
        first = len(here.received)
        here.press(RIGHT)
        here.until("2.1 ")
        [frame] = FRAME.findall(here.received[first:])
        assert here.received[first:] == b"\x1b[?2026h" + frame + b"\x1b[?2026l"
        assert b"reset" not in frame  # the keys haven't changed
        assert b"divides" not in frame
        assert not re.search(rb"\x1b\[[0-3]?J|\x1b\[2K", frame)  # nothing is cleared before it is drawn
        before = len(here.received)
        here.press("Zéy中\x1b[5~")
        here.press("q")
        here.until("Go on")
        assert FRAME.findall(here.received[before:]) == []  # keys that change nothing draw nothing


def has_keys_in(here: Seat, row: int) -> bool:
    return READY in here.rows[row]


def test_a_frame_follows_the_size_of_the_terminal() -> None:
    with seat("train", "--epochs", "3") as here:
        here.until(READY)
        for rows, columns in ((20, 60), (40, 100), (10, 40), (24, 80)):
            here.resize(rows, columns)
            here.press(RIGHT if rows == 10 else "")
            if rows > 10:
                here.until_so(partial(has_keys_in, here, min(rows, 30) - 1), "the keys in the last row")
        here.press("q")
        here.until("Go on with sce")
        assert here.exit_code() == 0


def test_a_training_runs_by_itself_and_stops() -> None:
    with seat("train", "--expand", "3") as here:
        here.until(READY, "epoch 0 ")
        here.press(" ")
        here.until_found(re.compile(r"epoch [3-9] "))
        here.press(" ")
        here.press("?")
        here.until("begins anew")
        stopped = re.findall(r"epoch (\d+)", here.text)[-1]
        time.sleep(0.4)
        here.press("??r")
        here.until("epoch 0 ")
        assert int(stopped) >= 3
        here.press("q")
        assert here.exit_code() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1], ids=str)
def test_the_terminal_is_as_before_whatever_ends_it(number: signal.Signals, tmp_path: Path) -> None:
    with running(tmp_path, "play", "floor") as (here, process):
        here.until(READY)
        assert here.screen.cursor.hidden
        assert here.received.count(b"\x1b[?1049h") == 1
        os.kill(process, number)
        here.until(f"exit {128 + number}")
        assert AS_BEFORE in here.rows
        assert not here.screen.cursor.hidden
        assert here.received.count(b"\x1b[?1049l") == 1
        assert "Traceback" not in here.text


def test_a_terminal_that_is_gone_ends_it() -> None:
    with seat("sample") as here:
        here.until(READY)
        here.hang_up()
        deadline = time.monotonic() + 10
        while here.process.isalive() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not here.process.isalive()


def test_a_stop_lends_the_terminal_to_the_shell(tmp_path: Path) -> None:
    with in_job(tmp_path, "play", "steps") as (here, _process):
        here.until(READY)
        here.press("  ")
        here.until("2 steps")
        here.press("\x1a")  # which drops what is typed ahead
        here.until("Stopped")
        assert not here.screen.cursor.hidden
        here.press(MODES + "\n")
        here.until_so(lambda: AS_BEFORE in here.rows, "the modes")
        here.press("fg\n")
        here.until_so(lambda: here.screen.cursor.hidden, "the screen")
        here.until("2 steps", READY)
        here.press(" q")
        here.until("sce play steps --learning-rate 1 --steps 3")


def test_a_dumb_terminal_has_each_frame_below_the_other() -> None:
    with seat("wrong", TERM="dumb") as here:
        here.until(READY)
        here.press(RIGHT)
        here.until("t = 0.1")
        here.press("q")
        here.until("Go on with sce grad 0.1 0 --label 0")
        assert here.exit_code() == 0
        assert b"\x1b" not in here.received


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_left_out_where_nobody_wants_them(environment: dict[str, str], coloured: bool) -> None:
    with seat("train", "circles", "--ascii", rows=24, columns=80, **environment) as here:
        here.until(READY)
        here.press("q")
        here.until("Go on")
        assert here.received.isascii()
        assert bool(sgr_codes(here.received.decode()) & COLOURS) == coloured


def test_without_a_terminal_one_frame_is_printed() -> None:
    run = sce_process("play", "floor", "--keys", "right right up")
    assert (run.exit_code, run.stderr) == (0, "")
    assert "\x1b" not in run.stdout
    assert run.stdout.splitlines()[-1] == "Go on with sce entropy --target 0.6,0.4 --prediction 0.52,0.48"
    assert run == sce_process("play", "floor", "--keys", "right right up q")
    piped = run_sce("play", "floor", "--keys", "right right up", encoding="ascii")
    assert piped.exit_code == 0
    assert piped.stdout.isascii()


def test_keys_are_played_before_those_of_the_terminal() -> None:
    with seat("floor", "--keys", "right*5") as here:
        here.until(READY, "0.550")
        here.press(LEFT)
        here.until("0.540")
        here.press("r")
        here.until("0.500")
        here.press("q")
        assert here.exit_code() == 0
