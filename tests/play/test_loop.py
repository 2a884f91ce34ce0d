"""Keys lead from one frozen state to another; the loop draws only where something has changed."""

from collections import deque
from dataclasses import FrozenInstanceError

import pytest
from rich.cells import cell_len
from rich.text import Text

from sce_cli.errors import SceError
from sce_cli.play import DEMONSTRATIONS, NAMES
from sce_cli.play.demonstration import stepped
from sce_cli.play.loop import Session, keys_in, play
from sce_cli.translation import LANGUAGES, speak
from tests.each import for_each
from tests.play.conftest import frame, session


class Script:
    """A stage that takes keys from a list and counts the frames; a key may be there ahead of its frame."""

    def __init__(self, *keys: str, ahead: int = 0) -> None:
        self.keys, self.ahead, self.frames = deque(keys), ahead, 0

    def draw(self, session: Session) -> None:
        self.frames += 1

    def key(self, pause: float | None) -> str:
        self.ahead -= 1
        return self.keys.popleft()

    def waiting(self) -> bool:
        return self.ahead > 0


@for_each("name", NAMES)
def test_a_state_is_frozen_and_a_key_that_means_nothing_changes_nothing(name: str) -> None:
    begun = session(name)
    with pytest.raises(FrozenInstanceError):
        begun.state.chosen = 5  # type: ignore[misc]
    for key in ("Z", "", "enter", "page-up"):
        assert begun.after(key) is begun
    before = dict(begun.state.settings)
    for key in ("right", "down", "shift-left", " ", "n", "x", "f", "w", "tick"):
        begun.after(key)
    assert dict(begun.state.settings) == before


@for_each("name", NAMES)
def test_r_leads_back_and_q_ends(name: str) -> None:
    begun = session(name)
    moved = begun
    for key in ("right", "down", "right", "n", " ", "x"):
        moved = moved.after(key)
    assert moved.after("r").state is begun.state
    assert begun.after("r") is begun
    assert begun.after("q").over
    assert begun.after("end").over  # Ctrl-D, or a terminal that is gone


@for_each("name", NAMES)
def test_two_lines_explain_a_demonstration(name: str) -> None:
    begun = session(name)
    assert begun.after("?").footer != begun.footer
    assert begun.after("?").after("?").footer == begun.footer


@for_each("language", [*LANGUAGES])
def test_the_lines_below_a_picture_fit_the_smallest_screen(language: str) -> None:
    try:
        speak(language)
        sessions = [session(name) for name in NAMES]
        footers = [line for begun in sessions for line in begun.footer + begun.after("?").footer]
        assert [line for line in footers if cell_len(Text.from_markup(line).plain) > 60] == []
    finally:
        speak("en")


def test_a_frame_is_drawn_only_where_something_has_changed() -> None:
    stage = Script("right", "Z", "enter", "left", "r", "q")
    play(session("scores"), stage)
    assert stage.frames == 1 + 2 + 1  # the first, right, left, r; unknown keys and q draw nothing


def test_keys_typed_ahead_are_all_played_and_one_frame_is_drawn() -> None:
    stage = Script(*["right"] * 50, "q", ahead=50)
    played = play(session("scores"), stage)
    assert played.state.settings["logits"][0] == 7
    assert stage.frames == 1


def test_a_change_of_the_terminal_draws_anew() -> None:
    stage = Script("changed", "changed", "q")
    play(session("floor"), stage)
    assert stage.frames == 3


def test_a_pause_is_asked_for_only_while_something_runs() -> None:
    for name in ("train", "sample"):
        begun = session(name)
        running = begun.after(" ")
        assert begun.state.pause is None
        assert running.state.pause is not None
        assert running.after("tick").state is not running.state
        assert running.after(" ").state.pause is None


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("", ()),
        ("right up q", ("right", "up", "q")),
        ("Right*3 space", ("right", "right", "right", " ")),
        ("shift-left shift+right < >", ("shift-left", "shift-right", "<", ">")),
        ("N * *", ("N", "*", "*")),
    ],
)
def test_words_stand_for_keys(words: str, keys: tuple[str, ...]) -> None:
    assert keys_in(words) == keys


@for_each("words", ["rigth", "right*0", "right*x", "right*-1", "right*1e3", "right**2", "right*9999", "\x1b[C", "日本"])
def test_what_is_no_key_is_refused(words: str) -> None:
    with pytest.raises(SceError, match="--keys"):
        keys_in(words)


@for_each(
    "value,steps,after",
    [
        (2.0, 1, 2.1),
        (9.9, 1, 10.0),
        (10.0, 1, 11.0),
        (10.0, -1, 9.9),
        (-10.0, -1, -11.0),
        (-10.0, 1, -9.9),
        (100.0, 10, 200.0),
        (0.0, -1, -0.1),
        (995.0, 1, 1000.0),
    ],
)
def test_steps_are_coarser_farther_out(value: float, steps: int, after: float) -> None:
    assert stepped(value, steps, 0.1, -1000, 1000) == pytest.approx(after, rel=1e-12)


def test_every_demonstration_is_listed_with_what_it_shows() -> None:
    from tests.running import run_sce

    run = run_sce("play")
    assert run.exit_code == 0
    for entry in DEMONSTRATIONS:
        assert [line for line in run.stdout.splitlines() if line.split()[:1] == [entry.name] and entry.shows in line]


LARGE = {
    "scores": "scores 5 4 3 2 1 0 -1 --temperature 0.3 --keys h",
    "hill": "hill 40 20",
    "wrong": "wrong -9.9",
    "steps": 'steps --learning-rate 9.5 --keys "space*25"',
    "floor": "floor 1/7,1/7,1/7,1/7,1/7,1/7,1/7",
    "train": "train penguins --expand sines --epochs 3",
    "sample": "sample --draws 12345 --temperature 3",
}


@for_each("name", NAMES)
def test_a_frame_fits_the_smallest_screen(name: str) -> None:
    for more in ("", " --ascii"):
        for columns in (60, 80, 200):
            lines = frame(LARGE[name] + more, columns)
            assert max(map(cell_len, lines)) <= min(columns, 80)
            assert len(lines) <= 18  # two more are for the keys
            assert more == "" or "".join(lines).isascii()


@for_each("name", NAMES)
def test_colours_are_of_the_sixteen_and_never_alone(name: str) -> None:
    import re

    from tests.running import run_sce

    coloured = run_sce("play", *LARGE[name].split('"')[0].replace("--keys", "").split(), FORCE_COLOR="1").stdout
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", coloured) for code in found.split(";")}
    assert codes <= {"", "0", "1", "7", *map(str, range(30, 38))}
    plain = run_sce("play", *LARGE[name].split('"')[0].replace("--keys", "").split(), FORCE_COLOR="1", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain.stdout)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == re.sub(r"\x1b\[[0-9;]*m", "", plain.stdout)
