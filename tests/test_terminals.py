"""What the readers of a screen get: pseudo-terminals, pipes, other encodings, any width, and the chart."""

import fcntl
import functools
import io
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pexpect  # type: ignore[import-untyped]
import pyte
import pytest
from rich.cells import cell_len

from sce_cli.drawing.chart import HEIGHT, Chart
from sce_cli.drawing.terminal import Screen
from sce_cli.drawing.ticks import round_ticks
from sce_cli.present import Outputs, present
from sce_cli.study import Check
from sce_cli.topics.mle import study
from tests.running import Run, process_environment, run_sce

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

SCE = (sys.executable, "-W", "error", "-m", "sce_cli")

TWO = ("mle", "--white", "6", "--black", "4")
THREE = ("mle", "--counts", "5,3,2", "--names", "red,green,blue")
BOUNDARY = ("mle", "--white", "0", "--black", "4")
HUGE = ("mle", "--white", "600000000000000", "--black", "400000000000000")
MANY = ("mle", "--counts", "1,2,3,4,5,6,7,8,9,10,11,12,13,14")
FOREIGN = ("mle", "--counts", "5,3,2", "--names", "红,é,blue")
HELP = ("mle", "--help")
MISTAKE = ("mle", "--white", "-1", "--black", "4")

SGR = re.compile(r"\x1b\[([0-9;]*)m")
COLOURS = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
"""The SGR codes of the 16 ANSI colours, as foreground and as background; 38 and 48 lead to other palettes."""

ATTRIBUTES = {*range(10), *range(21, 30), 39, 49}
"""The SGR codes of bold, underlined and so on, and of the default colours."""

TALL = 250
"""Rows that hold all that a command prints."""

once = functools.cache(run_sce)
"""run_sce, for tests that look at the same output."""


@dataclass(frozen=True)
class Terminal:
    """What one command sent to a terminal of that size, and its exit code."""

    received: str
    exit_code: int | None
    rows: int
    columns: int

    @property
    def final(self) -> list[str]:
        """The rows of the screen after the command has ended."""
        return shown(self.received, self.rows, self.columns)

    @property
    def scrolled(self) -> list[str]:
        """The rows of a screen so tall that nothing scrolls away, wrapped where the terminal wraps."""
        return shown(self.received, TALL, self.columns)

    @property
    def written(self) -> list[str]:
        """The lines that the command wrote, without escape codes."""
        return SGR.sub("", self.received).split("\r\n")


@functools.cache
def on_terminal(arguments: tuple[str, ...], rows: int, columns: int, **environment: str) -> Terminal:
    """Run `sce` in a pseudo-terminal; further keywords are environment variables."""
    screen = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONIOENCODING": "utf-8", **environment}
    with pexpect.spawn(
        SCE[0], [*SCE[1:], *arguments], env=process_environment(**screen), dimensions=(rows, columns), timeout=30
    ) as process:
        received = process.read().decode()
    return Terminal(received, process.exitstatus, rows, columns)


def shown(received: str, rows: int, columns: int) -> list[str]:
    """Return the rows that a terminal of that size shows, without the blank cells at their ends."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(received)
    return [row.rstrip() for row in screen.display]


def sgr_codes(text: str) -> set[int]:
    return {int(code or 0) for codes in SGR.findall(text) for code in codes.split(";")}


def widest(lines: list[str]) -> int:
    return max(map(cell_len, lines))


# The screen

SCREENS = {"two": (TWO, 24, 80), "boundary": (BOUNDARY, 24, 80), "three": (THREE, 20, 60), "huge": (HUGE, 20, 60)}
RESULTS = {
    "two": "Result: p̂ = 0.6; BCE can't fall below H(q) = 0.673012 nats",
    "boundary": "Result: p̂ = 0; BCE can't fall below H(q) = 0 nats",
    "three": "Result: p̂ = (0.5, 0.3, 0.2); CE can't fall below H(q) = 1.029653 nats",
    "huge": "Result: p̂ = 0.6; BCE can't fall below H(q) = 0.673012 nats",
}
on_each_screen = pytest.mark.parametrize("screen", SCREENS)


@on_each_screen
def test_no_line_reaches_beyond_the_right_margin(screen: str) -> None:
    terminal = on_terminal(*SCREENS[screen])
    assert terminal.exit_code == 0
    assert terminal.scrolled == shown(terminal.received, TALL, 2 * terminal.columns)
    assert widest(terminal.scrolled) == terminal.columns  # the rule beside a title is drawn to the margin


@on_each_screen
def test_step_titles_are_numbered_and_whole(screen: str) -> None:
    lines = on_terminal(*SCREENS[screen]).scrolled
    titles = [line.rstrip(" ─") for line in lines if re.match(r"\d+\. .*─$", line)]
    assert [int(title.split(".")[0]) for title in titles] == [1, 2, 3, 4, 5, 6]
    assert not [title for title in titles if "…" in title]


@on_each_screen
def test_the_result_is_on_the_final_screen_above_its_last_line(screen: str) -> None:
    terminal = on_terminal(*SCREENS[screen])
    last = max(row for row, line in enumerate(terminal.final) if line)
    [first] = [row for row, line in enumerate(terminal.final) if line.startswith("Result: ")]
    assert " ".join(terminal.final[first:last]) == RESULTS[screen]
    assert last < terminal.rows - 1


@on_each_screen
def test_each_claim_carries_a_sign_and_a_word(screen: str) -> None:
    lines = on_terminal(*SCREENS[screen]).scrolled
    [verdict] = [line for line in lines if re.fullmatch(r"All \d+ claims hold\.", line)]
    assert len([line for line in lines if line.startswith("   ✓ holds: ")]) == int(verdict.split()[1]) > 0


@on_each_screen
def test_colours_are_the_sixteen(screen: str) -> None:
    received = on_terminal(*SCREENS[screen]).received
    assert "\x1b" not in SGR.sub("", received)
    assert sgr_codes(received) & COLOURS
    assert sgr_codes(received) <= COLOURS | ATTRIBUTES


@pytest.mark.parametrize("arguments", [HELP, MISTAKE])
def test_help_and_mistakes_on_the_screen(arguments: tuple[str, ...]) -> None:
    terminal = on_terminal(arguments, 20, 60)
    assert terminal.scrolled == shown(terminal.received, TALL, 120)
    assert "\x1b" not in SGR.sub("", terminal.received)
    assert sgr_codes(terminal.received) <= COLOURS | ATTRIBUTES


def test_a_failed_claim_carries_a_sign_and_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    claims = (Check("one is one", 0.0, 1e-9), Check("one is two", 1.0, 1e-9), Check("one is", float("nan"), 1e-9))
    exit_code = present("mle", {}, replace(study([6, 4], ("white", "black")), checks=claims), Outputs())
    lines = capsys.readouterr().out.splitlines()
    assert int(exit_code) == 1
    assert "   ✓ holds: one is one; off by 0, allowed 1.0e-9" in lines
    assert "   ✗ FAILS: one is two; off by 1.0e0, allowed 1.0e-9" in lines
    assert "   ✗ FAILS: one is; off by nan, allowed 1.0e-9" in lines
    assert lines[-1] == "2 of 3 claims failed."


# NO_COLOR and dumb terminals


@pytest.mark.parametrize(("arguments", "rows", "columns"), [(TWO, 24, 80), (HELP, 20, 60)])
def test_no_color_takes_the_colours_and_nothing_else(arguments: tuple[str, ...], rows: int, columns: int) -> None:
    plain, coloured = on_terminal(arguments, rows, columns, NO_COLOR="1"), on_terminal(arguments, rows, columns)
    assert sgr_codes(coloured.received) & COLOURS
    assert sgr_codes(plain.received) <= ATTRIBUTES
    assert plain.scrolled == coloured.scrolled


@pytest.mark.parametrize("arguments", [TWO, HELP])
def test_a_dumb_terminal_gets_no_escape_codes(arguments: tuple[str, ...]) -> None:
    assert "\x1b" not in on_terminal(arguments, 20, 60, TERM="dumb").received


def test_a_dumb_terminal_keeps_its_width() -> None:
    assert widest(on_terminal(TWO, 20, 60, TERM="dumb").written) == 60


# Pipes


def into_pipe(*arguments: str, closed_after: int) -> Run:
    """Run `sce` with a stdout whose reader goes away after that many bytes; the pipe itself holds 4096."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    with open(reader, "rb", buffering=0) as readable:
        if not closed_after:
            readable.close()
        with subprocess.Popen(
            [*SCE, *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=process_environment(PYTHONIOENCODING="utf-8"),
        ) as process:
            os.close(writer)
            beginning = readable.read(closed_after) if closed_after else b""
            readable.close()
            _, complaints = process.communicate()
    return Run(beginning.decode(), complaints.decode(), process.returncode)


def through_shell(script: str, *arguments: str) -> Run:
    """Run a Bash script in which "$@" is `sce` with the arguments."""
    finished = subprocess.run(
        ["bash", "-c", script, "bash", *SCE, *arguments],
        capture_output=True,
        env=process_environment(PYTHONIOENCODING="utf-8"),
        check=False,
    )
    return Run(finished.stdout.decode(), finished.stderr.decode(), finished.returncode)


@pytest.mark.parametrize("arguments", [TWO, HELP, MISTAKE])
def test_a_pipe_gets_no_escape_codes(arguments: tuple[str, ...]) -> None:
    run = run_sce(*arguments, TERM="xterm-256color", COLORTERM="truecolor")
    assert run.stdout or run.stderr
    assert "\x1b" not in run.stdout + run.stderr


@pytest.mark.parametrize("arguments", [TWO, (*TWO, "--json"), HELP, ("--version",)], ids=" ".join)
def test_a_reader_gone_from_the_start_is_no_error(arguments: tuple[str, ...]) -> None:
    assert into_pipe(*arguments, closed_after=0) == Run("", "", 0)


@pytest.mark.parametrize(("arguments", "beginning"), [(TWO, "Maximum"), ((*TWO, "--json"), '{"comma')])
def test_a_reader_gone_halfway_is_no_error(arguments: tuple[str, ...], beginning: str) -> None:
    assert into_pipe(*arguments, closed_after=7) == Run(beginning, "", 0)


def test_head_takes_the_first_line() -> None:
    run = through_shell('set -o pipefail; "$@" | head -1', *TWO)
    assert run == Run("Maximum likelihood from 10 balls: 6 white, 4 black\n", "", 0)


@pytest.mark.parametrize("arguments", [TWO, (*TWO, "--json")], ids=["text", "json"])
def test_no_stdout_at_all_gives_no_traceback(arguments: tuple[str, ...]) -> None:
    assert "Traceback" not in through_shell('exec "$@" >&-', *arguments).stderr


# Streams that aren't UTF-8

ENCODINGS = ["ascii", "cp1252", "cp936", "latin-1"]
NARROW = (*TWO, "--width", "40")


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [
        *[("ascii", arguments) for arguments in (BOUNDARY, HUGE, (*MANY, "--base", "2"), ("--help",))],
        *[(encoding, NARROW) for encoding in ("ascii", "latin-1")],
        *[(encoding, HELP) for encoding in ENCODINGS],
    ],
)
def test_every_glyph_has_a_stand_in(encoding: str, arguments: tuple[str, ...]) -> None:
    run = run_sce(*arguments, encoding=encoding)
    assert (run.exit_code, run.stderr) == (0, "")
    assert not re.findall(r".*\?.*|.*\\[xuU][0-9a-f]+.*", run.stdout)


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_json_is_the_same_on_any_stream(encoding: str) -> None:
    assert run_sce(*FOREIGN, "--json", encoding=encoding).json["arguments"]["names"] == ["红", "é", "blue"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_survive_where_the_stream_carries_them(encoding: str) -> None:
    run = run_sce(*FOREIGN, encoding=encoding)
    red, green = (name.encode(encoding, "backslashreplace").decode(encoding) for name in "红é")
    symbols = f"      L(p) = p_{red}^5 * p_{green}^3 * p_blue^2"
    lines = run.stdout.splitlines()
    assert (run.exit_code, run.stderr) == (0, "")
    assert lines[0] == f"Maximum likelihood from 10 balls: 5 {red}, 3 {green}, 2 blue"
    assert symbols in lines
    rules = [row for row, line in enumerate(lines) if re.fullmatch(r" *-+(\+-+)+", line)]
    assert len(rules) == 3
    for row in rules:
        assert places("+", lines[row]) == places("|", lines[row - 1]) == places("|", lines[row + 1])


def places(sign: str, line: str) -> list[int]:
    """Return the columns of the screen at which the sign stands."""
    return [cell_len(line[: found.start()]) for found in re.finditer(re.escape(sign), line)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_mistake_is_told_on_any_stream(encoding: str) -> None:
    run = run_sce("mle", "--counts", "5,3", "--names", "红,é,blue", encoding=encoding)
    assert (run.stdout, run.exit_code) == ("", 2)
    assert "3 names for 2 classes" in run.stderr
    assert len(run.stderr.splitlines()) == 2


def test_a_shortened_value_has_a_stand_in_for_its_ellipsis() -> None:
    run = run_sce("mle", "--white", "x" * 100, "--black", "4", encoding="ascii")
    assert run.exit_code == 2
    assert "xxx...'" in run.stderr


@pytest.mark.parametrize("arguments", [NARROW, MANY, HUGE, FOREIGN], ids=["narrow", "many", "huge", "foreign"])
def test_ascii_is_ascii_on_any_stream(arguments: tuple[str, ...]) -> None:
    run = once(*arguments, "--ascii")
    assert (run.exit_code, run.stderr) == (0, "")
    assert not re.findall(r".*[^\x00-\x7f].*", run.stdout)
    assert "p_hat" in run.stdout
    assert "   + holds: " in run.stdout


def test_ascii_on_a_terminal() -> None:
    terminal = on_terminal((*FOREIGN, "--ascii"), 24, 80)
    assert terminal.received.isascii()
    assert sgr_codes(terminal.received) & COLOURS
    assert terminal.scrolled == shown(terminal.received, TALL, 160)


# Names that look like markup

ODD_NAMES = ["[red]x[/red]", "[/]", ":smile:", r"\[b]", "tail\\"]


def test_names_appear_as_they_were_given() -> None:
    lines = run_sce("mle", "--counts", "5,4,3,2,1", "--names", ",".join(ODD_NAMES)).stdout.splitlines()
    drawn = [f"{n} {name}" for n, name in zip((5, 4, 3, 2, 1), ODD_NAMES, strict=True)]
    powers = [f"p_{index}^{n}" for index, n in enumerate((5, 4, 3, 2, 1), start=1)]  # no name here makes a symbol
    text = " ".join(line.strip() for line in lines)
    assert text.startswith(f"Maximum likelihood from 15 balls: {', '.join(drawn)} ")
    assert f" L(p) = {' · '.join(powers)} " in text
    start = next(row for row, line in enumerate(lines) if line.startswith("   colour"))
    assert [line.split()[0] for line in lines[start + 2 : start + 7]] == ODD_NAMES


@pytest.mark.parametrize("names", [("[red]x[/red]", ":smile:"), ("tail\\", "[/]")])
def test_two_names_appear_as_they_were_given(names: tuple[str, str]) -> None:
    lines = run_sce("mle", "--counts", "0,4", "--names", ",".join(names)).stdout.splitlines()
    assert lines[0] == f"Maximum likelihood from 4 balls: 0 {names[0]}, 4 {names[1]}"
    assert f"      d ln L/dp = 0/p − 4/(1−p)   with p = P({names[0]})" in lines
    assert [line for line in lines if line.startswith(f"   No {names[0]} ball was drawn, so L only falls")]


# Widths

PIPED_WIDTHS: list[tuple[tuple[str, ...], dict[str, str], int]] = [
    (TWO, {}, 80),
    (HUGE, {"COLUMNS": "40"}, 40),
    (TWO, {"COLUMNS": "60"}, 60),
    (MANY, {"COLUMNS": "200"}, 80),
    ((*FOREIGN, "--width", "40"), {}, 40),
    ((*THREE, "--width", "120"), {}, 120),
    ((*BOUNDARY, "--width", "200"), {"COLUMNS": "60"}, 200),
    ((*NARROW, "--ascii"), {}, 40),
]
TERMINAL_WIDTHS: list[tuple[tuple[str, ...], int, int]] = [
    (FOREIGN, 40, 40),
    (TWO, 60, 60),
    (TWO, 80, 80),
    (TWO, 200, 80),
    ((*TWO, "--width", "120"), 200, 120),
    ((*TWO, "--width", "200"), 80, 80),
]


@pytest.mark.parametrize(("arguments", "environment", "width"), PIPED_WIDTHS)
def test_a_pipe_has_its_width(arguments: tuple[str, ...], environment: dict[str, str], width: int) -> None:
    assert widest(once(*arguments, **environment).stdout.splitlines()) == width


@pytest.mark.parametrize(("arguments", "columns", "width"), TERMINAL_WIDTHS)
def test_a_terminal_has_its_width(arguments: tuple[str, ...], columns: int, width: int) -> None:
    assert widest(on_terminal(arguments, 24, columns).written) == width


def test_columns_come_before_the_size_of_the_terminal() -> None:
    assert widest(on_terminal(TWO, 24, 80, COLUMNS="60").written) == 60


def test_help_fits_a_narrow_pipe() -> None:
    assert widest(run_sce(*HELP, COLUMNS="40").stdout.splitlines()) <= 40


def test_words_in_a_table_stay_whole_at_sixty_columns() -> None:
    wide = once(*TWO).stdout.splitlines()
    narrow = once(*TWO, COLUMNS="60").stdout.splitlines()
    rules = [line for line in wide if re.fullmatch(" +─+", line)]
    assert len(rules) == 3
    assert [line for line in narrow if re.fullmatch(" +─+", line)] == rules


@pytest.mark.parametrize(("arguments", "environment", "width"), PIPED_WIDTHS)
def test_no_line_in_a_pipe_ends_in_blanks(arguments: tuple[str, ...], environment: dict[str, str], width: int) -> None:
    assert not re.findall(r".*[ \t\r]$", once(*arguments, **environment).stdout, re.MULTILINE)


@pytest.mark.parametrize(("arguments", "columns", "width"), TERMINAL_WIDTHS)
def test_no_line_on_a_terminal_ends_in_blanks(arguments: tuple[str, ...], columns: int, width: int) -> None:
    assert not [line for line in on_terminal(arguments, 24, columns).written if line != line.rstrip()]


# The chart


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.01, 0.99, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.0, 3.0, 3, [0, 1, 2, 3]),
        (0.67, 2.76, 3, [0, 1, 2, 3]),
        (0.0, 7.0, 3, [0, 5, 10]),
        (-3.0, -1.0, 5, [-3, -2.5, -2, -1.5, -1]),
        (-0.3, 0.3, 3, [-0.4, -0.2, 0, 0.2, 0.4]),
        (0.0, 3e-13, 3, [0, 1e-13, 2e-13, 3e-13]),
        (0.0, 1e308, 5, [0, 2e307, 4e307, 6e307, 8e307, 1e308]),
        (-1e308, 1e308, 5, [-1e308, -5e307, 0, 5e307, 1e308]),
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert round_ticks(low, high, most) == pytest.approx(ticks, rel=1e-12, abs=0)


@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, 0.1, 1e-9, 1e9, 1e-300, 1e308])
def test_ticks_of_one_value_enclose_it(value: float) -> None:
    ticks = round_ticks(value, value, 5)
    assert ticks[0] <= value <= ticks[-1]
    assert ticks[0] < ticks[-1]


@pytest.mark.parametrize("most", [3, 5])
def test_ticks_enclose_any_range_in_equal_round_steps(most: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(2000):
        size = 10 ** random.uniform(-9, 9)
        low = size * random.uniform(-30, 30)
        high = low + size
        ticks = round_ticks(low, high, most)
        step = ticks[1] - ticks[0]
        blur = 1e-9 * (size + abs(low))
        assert ticks[0] <= low + blur
        assert ticks[-1] >= high - blur
        assert ticks[1] > low - blur
        assert ticks[-2] < high + blur
        assert all(abs(after - before - step) <= blur for before, after in pairwise(ticks))
        assert float(f"{step:.3e}"[:5]) in (1, 2, 5)
        assert 2 <= len(ticks) <= most + 2


@dataclass(frozen=True)
class Picture:
    """A drawn chart taken apart: its cells without the axes, the y labels by row, and the line of x labels."""

    cells: list[str]
    y_labels: dict[int, str]
    x_labels: str

    @property
    def columns(self) -> int:
        """How many cells wide the drawing is."""
        return len(self.cells[0])

    @property
    def mark(self) -> tuple[int, int]:
        """The row and column of the only mark."""
        [place] = [(row, line.index(sign)) for row, line in enumerate(self.cells) for sign in "●o" if sign in line]
        return place

    @property
    def inked(self) -> list[tuple[int, int]]:
        """Every row and column where the curve or the mark is."""
        return [(row, column) for row, line in enumerate(self.cells) for column, cell in enumerate(line) if cell != " "]

    def row_of(self, y: float) -> float:
        """Where y lies, by the labels: 0 in the top row, HEIGHT − 1 in the bottom row."""
        top, bottom = float(self.y_labels[0]), float(self.y_labels[HEIGHT - 1])
        return (top / 2 - y / 2) / (top / 2 - bottom / 2) * (HEIGHT - 1)

    def column_of(self, x: float) -> float:
        """Where x lies, by the labels."""
        left, *_, right = map(float, self.x_labels.split())
        return (x - left) / (right - left) * (self.columns - 1)

    def x_at(self, column: float) -> float:
        """Which x lies there, by the labels."""
        left, *_, right = map(float, self.x_labels.split())
        return left + column / (self.columns - 1) * (right - left)


def drawn(chart: Chart, ascii_only: bool, width: int = 60) -> Picture:
    """Draw a chart as a view does, and take it apart."""
    screen = Screen(io.StringIO(), ascii_only=ascii_only, width=width)
    screen.print(chart)
    lines = screen.text.splitlines()
    assert widest(lines) == width
    assert screen.text.isascii() == ascii_only
    axis = len(lines) - 2
    assert lines[0] == chart.caption
    assert axis == HEIGHT + 1
    edge = len(lines[axis]) - len(lines[axis].lstrip())
    columns = width - edge - 1
    assert lines[axis][edge:] == ("+" + "-" * columns if ascii_only else "└" + "─" * columns)
    labels = {row: line[:edge].strip() for row, line in enumerate(lines[1:axis])}
    for row, line in enumerate(lines[1:axis]):
        assert line[edge] == ("|+" if ascii_only else "│┤")[bool(labels[row])]
    return Picture(
        [line[edge + 1 :].ljust(columns) for line in lines[1:axis]],
        {row: label for row, label in labels.items() if label},
        lines[-1][edge + 1 :].ljust(columns),
    )


def sampled(curve: Callable[[float], float], left: float, right: float, at: float, points: int = 201) -> Chart:
    """Return the chart of a curve over [left, right], marked at a value of x."""
    x = np.union1d(np.linspace(left, right, points), [at])
    return Chart(x, np.array([curve(value) for value in x]), (at, curve(at)), "a curve")


CURVES = {
    "line": sampled(lambda x: x, 0, 1, at=0.25),
    "line at its left end": sampled(lambda x: x, 0, 1, at=0),
    "line at its right end": sampled(lambda x: x, 0, 1, at=1),
    "parabola": sampled(lambda x: x * x, -1, 1, at=0),
    "hill": sampled(lambda x: 1 - (x - 2) ** 2, 0, 5, at=2),
    "within its ticks": sampled(lambda x: 3 * x, 0.15, 0.85, at=0.6),
    "negative": sampled(lambda x: -2 * x, 1, 3, at=2.2),
    "negative x": sampled(lambda x: x * x, -3, -1, at=-1.7),
    "entropy": sampled(lambda x: float(-0.6 * np.log(x) - 0.4 * np.log1p(-x)), 0.01, 0.99, at=0.6),
    "wave": sampled(lambda x: float(np.sin(x)), 0, 10, at=5),
    "constant": sampled(lambda x: 5.0, 0, 1, at=0.5),
    "constant 0": sampled(lambda x: 0.0, 0, 1, at=0.5),
    "constant negative": sampled(lambda x: -5.0, 0, 1, at=0.5),
    "constant tiny": sampled(lambda x: 1e-300, 0, 1, at=0.5),
    "constant huge": sampled(lambda x: 1e308, 0, 1, at=0.5),
    "small range": sampled(lambda x: 1e-9 * x, 0, 1, at=0.3),
    "tiny range": sampled(lambda x: 1e-14 * x, 0, 1, at=0.3),
    "small range far from 0": sampled(lambda x: 1e6 + x, 0, 1, at=0.3),
    "large range": sampled(lambda x: 1e300 * x, 0, 1, at=0.3),
    "huge range": sampled(lambda x: 1e308 * x, -1, 1, at=0.3),
}

on_any_stream = pytest.mark.parametrize("ascii_only", [False, True], ids=["braille", "ascii"])
of_every_curve = pytest.mark.parametrize("chart", CURVES.values(), ids=CURVES.keys())


@on_any_stream
@of_every_curve
def test_both_ends_of_both_axes_are_labelled(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    assert not {0, HEIGHT - 1} - picture.y_labels.keys()
    assert picture.x_labels == picture.x_labels.strip()  # the labels at the ends reach the ends
    across = [float(label) for label in picture.x_labels.split()]
    up = [float(label) for _, label in sorted(picture.y_labels.items(), reverse=True)]
    for labels, values in ((across, chart.x), (up, chart.y)):
        assert labels == sorted(set(labels))
        assert len(labels) > 2
        assert labels[0] <= values.min()
        assert values.max() <= labels[-1]


@on_any_stream
@of_every_curve
def test_the_mark_stands_where_the_labels_put_it(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    assert chart.mark is not None
    row, column = picture.mark
    assert abs(row - picture.row_of(chart.mark[1])) <= 0.5 + 1e-9
    assert abs(column - picture.column_of(chart.mark[0])) <= 0.5 + 1e-9


@on_any_stream
@of_every_curve
def test_the_curve_lies_where_the_labels_put_it(chart: Chart, ascii_only: bool) -> None:
    picture = drawn(chart, ascii_only)
    inked_columns = {column for _, column in picture.inked}
    first, last = picture.column_of(float(chart.x[0])), picture.column_of(float(chart.x[-1]))
    assert not set(range(round(first) + 1, round(last))) - inked_columns
    assert first - 1 <= min(inked_columns)
    assert max(inked_columns) <= last + 1
    for row, column in picture.inked:
        near = np.linspace(picture.x_at(column - 1), picture.x_at(column + 1), 41)
        rows = [picture.row_of(y) for y in np.interp(near, chart.x, chart.y)]
        assert min(rows) - 1 <= row <= max(rows) + 1


@of_every_curve
def test_braille_and_ascii_agree_within_a_cell(chart: Chart) -> None:
    braille, plain = drawn(chart, ascii_only=False), drawn(chart, ascii_only=True)
    assert (braille.mark, braille.y_labels, braille.x_labels) == (plain.mark, plain.y_labels, plain.x_labels)
    for one, other in ((braille, plain), (plain, braille)):
        for row, column in one.inked:
            assert any(max(abs(row - r), abs(column - c)) <= 1 for r, c in other.inked)


@on_any_stream
def test_the_mark_sits_on_its_curve(ascii_only: bool) -> None:
    """A level stretch runs into the mark from both sides, at whatever level."""
    floating = []
    for level in np.arange(1, 60) / 60.1:
        x = np.array([0, 0.1, 0.2, 0.8, 0.9, 1])
        picture = drawn(Chart(x, np.array([1, 1, level, level, 0, 0]), (0.5, level), "a curve"), ascii_only)
        row, column = picture.mark
        if {picture.cells[row][column - 1], picture.cells[row][column + 1]} & {" "}:
            floating.append(level)
    assert not floating


DOT_PLACES = {"1": (0, 0), "2": (1, 0), "3": (2, 0), "7": (3, 0), "4": (0, 1), "5": (1, 1), "6": (2, 1), "8": (3, 1)}
"""The row and column, within its cell, of each dot that the Unicode name of a braille pattern numbers."""


def test_the_dots_of_a_line_rise_without_a_gap() -> None:
    picture = drawn(CURVES["line at its right end"], ascii_only=False)
    rows_of: dict[int, list[int]] = {}
    for row, column in picture.inked:
        if (row, column) != picture.mark:
            for dot in unicodedata.name(picture.cells[row][column]).partition("DOTS-")[2]:
                down, across = DOT_PLACES[dot]
                rows_of.setdefault(2 * column + across, []).append(4 * row + down)
    columns = sorted(rows_of)
    assert columns == list(range(columns[0], columns[-1] + 1))
    assert len(columns) > 2 * (picture.columns - 3)
    for left, right in pairwise(columns):
        assert min(rows_of[left]) - 1 <= max(rows_of[right]) <= max(rows_of[left])
        assert min(rows_of[right]) <= min(rows_of[left])
    assert max(rows_of[columns[0]]) - min(rows_of[columns[-1]]) > 4 * (HEIGHT - 2)


def test_a_line_in_ascii_is_the_picture_one_expects() -> None:
    x = np.linspace(0, 1, 11)
    screen = Screen(io.StringIO(), ascii_only=True, width=16)
    screen.print(Chart(x, x, (0.5, 0.5), "y = x"))
    assert screen.text.splitlines() == [
        "y = x",
        "  1 +         **",
        "    |        **",
        "    |       **",
        "    |      **",
        "0.5 +    *o*",
        "    |   **",
        "    |  **",
        "    | **",
        "  0 +**",
        "    +-----------",
        "     0  0.4    1",
    ]
