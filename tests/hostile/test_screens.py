"""Every command on every kind of screen: no exception, no line wider than the screen, nothing that it can't carry."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from rich.cells import cell_len

from sce_cli import cli
from tests.running import Run, run_sce
from tests.test_terminals import ATTRIBUTES, COLOURS, SGR, on_terminal

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

ENCODINGS = ("utf-8", "ascii", "cp936", "cp1252")
COLUMNS = (40, 60, 80, 200)
MANNERS: dict[str, dict[str, str]] = {"colour": {}, "NO_COLOR": {"NO_COLOR": "1"}, "dumb": {"TERM": "dumb"}}

FOREIGN = ("--names", "红,é,[/]")
COMMANDS: dict[str, Sequence[str]] = {
    "sce": [],
    "mle": ["mle", "--counts", "5,3,2", *FOREIGN],
    "softmax": ["softmax", *FOREIGN],
    "entropy": ["entropy", "--logits", "2,-inf,0.1", "--label", "0", *FOREIGN],
    "grad": ["grad", "--base", "2"],
    "train": ["train", "--data", "t.csv", "--test-fraction", "0", "--epochs", "2", "--compare", "gd,newton"],
    "predict": ["predict", "iris_model", "--data", "iris", "--row", "77"],
    "lesson": ["lesson", "--lang", "zh"],
}
"""All that has a screen of its own. JSON and tables of predictions are data, whose lines are as long as they are."""

HELP = [[], *([command] for command in cli.COMMANDS)]


def show(arguments: Sequence[str], encoding: str, columns: int, manner: str, *, terminal: bool) -> Run:
    """Run a command on a screen that is played in this process."""
    screen: dict[str, Any] = {"TERM": "xterm-256color", **MANNERS[manner], "COLUMNS": str(columns)}
    return run_sce(*arguments, encoding=encoding, terminal=terminal, **screen)


def assert_fits(run: Run, columns: int) -> None:
    """Hold what was shown against the width of the screen."""
    assert run.exit_code == 0
    lines = SGR.sub("", run.stdout).splitlines()
    assert len(lines) > 3
    assert [line for line in lines if cell_len(line) > columns] == []


def assert_colours(run: Run, manner: str, *, terminal: bool) -> None:
    """Hold what was shown against what the screen can carry: no codes in pipes and dumb terminals, else a few."""
    assert "\x1b" not in SGR.sub("", run.stdout)
    codes = {int(code or 0) for codes in SGR.findall(run.stdout) for code in codes.split(";")}
    if manner == "dumb" or not terminal:
        assert codes == set()
    assert codes <= (ATTRIBUTES if manner == "NO_COLOR" else ATTRIBUTES | COLOURS)


@pytest.fixture
def arguments(request: pytest.FixtureRequest, folder: object, iris_model: str) -> list[str]:
    with open("t.csv", "w", encoding="utf-8") as file:
        file.write("红 [b],größe,kind\n1,2,红\n3,4,é\n5,6,[/]\n7,9,红\n")
    return [iris_model if word == "iris_model" else word for word in COMMANDS[request.param]]


def assert_shown(arguments: Sequence[str], encoding: str, columns: int, manner: str, *, terminal: bool) -> None:
    """Show a command on a screen, and hold it against all that a screen asks for."""
    run = show(arguments, encoding, columns, manner, terminal=terminal)
    assert_fits(run, columns)
    assert_colours(run, manner, terminal=terminal)
    assert [line for line in run.stdout.splitlines() if line != line.rstrip()] == []
    training = terminal and manner != "dumb" and arguments[:1] == ["train"]  # whose progress is on stderr
    english = "zh" in arguments and encoding in {"ascii", "cp1252", "latin-1"}  # which have no Chinese letters
    assert training or (run.stderr == "" if not english else run.stderr.startswith("The output can't carry --lang zh"))


@pytest.mark.parametrize("arguments", COMMANDS, indirect=True)
def test_every_command_fits_every_screen(arguments: list[str]) -> None:
    for encoding, columns, manner, terminal in screens():
        assert_shown(arguments, encoding, columns, manner, terminal=terminal)


@pytest.mark.search
@pytest.mark.parametrize("arguments", COMMANDS, indirect=True)
def test_every_command_fits_every_screen_there_is(arguments: list[str]) -> None:
    for encoding, columns, manner, terminal in itertools.product(ENCODINGS, COLUMNS, MANNERS, (True, False)):
        assert_shown(arguments, encoding, columns, manner, terminal=terminal)


def screens() -> Iterator[tuple[str, int, str, bool]]:
    """Yield sixteen screens among which every pair of an encoding, a width, a manner and a kind of stream is found."""
    for first, encoding in enumerate(ENCODINGS):
        for second, columns in enumerate(COLUMNS):
            yield encoding, columns, [*MANNERS][(first + second) % 3], (first + second // 2) % 2 == 0


def test_every_pair_is_found() -> None:
    found = {pair for screen in screens() for pair in itertools.combinations(enumerate(screen), 2)}
    choices = [*enumerate((ENCODINGS, COLUMNS, tuple(MANNERS), (True, False)))]
    for (one, first), (other, second) in itertools.combinations(choices, 2):
        assert {((one, a), (other, b)) for a, b in itertools.product(first, second)} <= found


def test_a_chapter_fits_every_screen() -> None:
    for encoding, columns, manner, terminal in screens():
        run = show(["lesson", "1", "--lang", "zh", "--no-pause"], encoding, columns, manner, terminal=terminal)
        assert_fits(run, columns)
        assert_colours(run, manner, terminal=terminal)


@pytest.mark.parametrize("command", HELP, ids=" ".join)
def test_the_help_fits_every_screen(command: list[str]) -> None:
    for encoding, columns, manner, terminal in screens():
        run = show([*command, "--help"], encoding, columns, manner, terminal=terminal)
        assert_fits(run, columns)
        assert_colours(run, manner, terminal=terminal)


@pytest.mark.parametrize(
    ("command", "columns", "environment"),
    [
        ("softmax", 40, {"PYTHONIOENCODING": "ascii", "TERM": "dumb"}),
        ("entropy", 60, {"PYTHONIOENCODING": "ascii"}),
        ("grad", 200, {"NO_COLOR": "1"}),
    ],
)
def test_a_played_screen_shows_what_a_real_terminal_shows(
    command: str, columns: int, environment: dict[str, str]
) -> None:
    arguments = tuple(COMMANDS[command])
    real = on_terminal(arguments, 24, columns, **environment)
    manner = "dumb" if "TERM" in environment else "NO_COLOR" if "NO_COLOR" in environment else "colour"
    played = show(arguments, environment.get("PYTHONIOENCODING", "utf-8"), columns, manner, terminal=True)
    assert (real.received.replace("\r\n", "\n"), real.exit_code) == (played.stdout, 0)


def test_the_help_knows_the_width_of_a_dumb_terminal() -> None:
    assert max(map(cell_len, on_terminal(("mle", "--help"), 24, 40, TERM="dumb").written)) == 40
