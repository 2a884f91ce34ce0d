"""Any keys in any order, on any screen: a frame is drawn, its lines fit, and the command that is printed works."""

import random
import warnings

import pytest
from rich.cells import cell_len

from sce_cli.drawing.screen import Screen
from sce_cli.play import NAMES
from sce_cli.present.stage import typed
from sce_cli.translation import LANGUAGES, speaking
from tests.play.conftest import session
from tests.running import Stream, run_sce

KEYS = [*"<>hwbxr?nfold+-", " ", "tick", "up", "down", "left", "right", "shift-left", "shift-right", "", "enter", "é"]

BEGINS = {
    "scores": ["", "5", "1e6 -1e6 0", "2 -inf 0.1", "0 0 0 0 0 0 0 --temperature 0.01", "cat=2 红=-900"],
    "hill": ["", "0 1", "10000 10000", "1 0 --probability 0.99", "9999 1 --names [b],x"],
    "wrong": ["", "-10", "10"],
    "steps": ["", "9999 1", "1 9999 --learning-rate 1000", "--parabola --learning-rate 500 --steps 60"],
    "floor": ["", "1,0 0,1", "1/3,1/3,1/3", "0,0,0,1,0,0,0"],
    "train": ["", "xor --optimizer newton", "iris --expand 3 --learning-rate 1000", "moons --l2 1000 --expand sines"],
    "sample": ["", "--temperature 0.01", "--temperature 1000 --draws 999999"],
}

SCREENS = [(40, 5), (60, 17), (80, 21), (120, 27)]


def play_at_random(name: str, seed: int, presses: int) -> None:
    """Press keys, and draw now and then."""
    chance = random.Random(seed)
    played = session(f"{name} {chance.choice(BEGINS[name])}")
    for press in range(presses):
        played = played.after(chance.choice(KEYS))
        if press % 8 == 0:
            width, rows = chance.choice(SCREENS)
            screen = Screen(Stream(), ascii_only=chance.random() < 0.5, width=width)
            screen.print(played.state.frame(rows))
            lines = screen.text.splitlines()
            assert max(map(cell_len, lines)) <= width
            assert width < 60 or rows < 17 or len(lines) <= rows, (name, len(lines), rows)
    assert typed(played.state.line).startswith("sce ")
    run = run_sce(*played.state.line)
    assert run.exit_code in {0, 1}, (played.state.line, run.stderr)  # a training at such a rate may overshoot


@pytest.mark.parametrize("name", NAMES)
def test_any_keys_lead_to_a_frame(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(4):
            play_at_random(name, seed, 60)


@pytest.mark.parametrize("name", NAMES)
def test_no_screen_is_too_small_in_any_language(name: str) -> None:
    for language in LANGUAGES:
        with speaking(language):
            played = session(name)
            for width in range(1, 24):
                screen = Screen(Stream(), ascii_only=False, width=width)
                screen.print(played.state.frame(5))
                for line in played.footer:
                    screen.print(line, no_wrap=True, overflow="crop")
                assert screen.text


@pytest.mark.search
@pytest.mark.parametrize("name", NAMES)
def test_very_many_keys_lead_to_a_frame(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(100, 125):
            play_at_random(name, seed, 300)
