"""What the readers of a screen get: pseudo-terminals, pipes, other encodings, any width."""

import fcntl
import functools
import itertools
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace

import pexpect  # type: ignore[import-untyped]
import pyte
import pytest
from rich.cells import cell_len
from rich.text import Text

from sce_cli.drawing.markup import escaped
from sce_cli.present import Outputs, Presentation, present
from sce_cli.study import Check, Explained
from sce_cli.topics.mle.study import study
from sce_cli.topics.mle.view import MleView
from tests.running import Run, process_environment, sce_process

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

once = functools.cache(sce_process)
"""sce_process, for tests that look at the same output."""


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
        process.wait()  # a terminal that closes would end it before it has an exit code
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
    "two": "Result: p̂ = 0.6; BCE can't fall below H(q) = 0.6730 nats",
    "boundary": "Result: p̂ = 0; BCE can't fall below H(q) = 0 nats",
    "three": "Result: p̂ = (0.5, 0.3, 0.2); CE can't fall below H(q) = 1.030 nats",
    "huge": "Result: p̂ = 0.6; BCE can't fall below H(q) = 0.6730 nats",
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
    assert [int(title.split(".")[0]) for title in titles] == [1, 2, 3, 4, 5, 6, 7]
    assert not [title for title in titles if "…" in title]


@on_each_screen
def test_the_result_is_on_the_final_screen_above_its_last_line(screen: str) -> None:
    terminal = on_terminal(*SCREENS[screen])
    last = max(row for row, line in enumerate(terminal.final) if line)
    [first] = [row for row, line in enumerate(terminal.final) if line.startswith("Result: ")]
    assert " ".join(terminal.final[first:last]) == RESULTS[screen]
    assert last < terminal.rows - 1


@on_each_screen
def test_one_line_says_with_a_sign_and_a_word_that_the_claims_hold(screen: str) -> None:
    lines = on_terminal(*SCREENS[screen]).scrolled
    [verdict] = [line for line in lines if re.fullmatch(r"✓ \d+ claims checked two ways, all hold", line)]
    assert int(verdict.split()[1]) > 0


@on_each_screen
def test_colours_are_the_sixteen(screen: str) -> None:
    received = on_terminal(*SCREENS[screen]).received
    assert "\x1b" not in SGR.sub("", received)
    assert sgr_codes(received) & COLOURS
    assert sgr_codes(received) <= COLOURS | ATTRIBUTES


@pytest.mark.parametrize("arguments", [HELP, MISTAKE])
def test_help_and_mistakes_on_the_screen(arguments: tuple[str, ...]) -> None:
    terminal = on_terminal(arguments, 20, 60)
    narrow, wide = ("".join(rows).replace(" ", "") for rows in (terminal.scrolled, shown(terminal.received, TALL, 120)))
    assert narrow == wide  # a corrected line may wrap
    assert "\x1b" not in SGR.sub("", terminal.received)
    assert sgr_codes(terminal.received) <= COLOURS | ATTRIBUTES


def test_a_failed_claim_carries_a_sign_and_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    claims = (Check("one is one", 0.0, 1e-9), Check("one is two", 1.0, 1e-9), Check("one is", float("nan"), 1e-9))
    failed = replace(study([6, 4], ("white", "black")), checks=claims)
    exit_code = present(Presentation("mle", {}, Explained(failed, MleView), Outputs(checks=True)))
    lines = capsys.readouterr().out.splitlines()
    assert int(exit_code) == 1
    assert "   ✓ holds: one is one; off by 0, allowed 1.0e-9" in lines
    assert "   ✗ FAILS: one is two; off by 1.0e0, allowed 1.0e-9" in lines
    assert "   ✗ FAILS: one is; off by nan, allowed 1.0e-9" in lines
    assert lines[-1] == "✗ 2 of 3 claims failed"


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
    run = sce_process(*arguments, TERM="xterm-256color", COLORTERM="truecolor")
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
    run = sce_process(*arguments, encoding=encoding)
    assert (run.exit_code, run.stderr) == (0, "")
    assert not re.findall(r".*\?.*|.*\\[xuU][0-9a-f]+.*", run.stdout)


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_json_is_the_same_on_any_stream(encoding: str) -> None:
    assert sce_process(*FOREIGN, "--json", encoding=encoding).json["arguments"]["names"] == ["红", "é", "blue"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_survive_where_the_stream_carries_them(encoding: str) -> None:
    run = sce_process(*FOREIGN, encoding=encoding)
    red, green = (name.encode(encoding, "backslashreplace").decode(encoding) for name in "红é")
    symbols = f"      L(p) = p_{red}^5 * p_{green}^3 * p_blue^2"
    lines = run.stdout.splitlines()
    assert (run.exit_code, run.stderr) == (0, "")
    assert lines[0] == f"Maximum likelihood from 10 balls: 5 {red}, 3 {green}, 2 blue"
    assert symbols in lines
    rules = [row for row, line in enumerate(lines) if re.fullmatch(r" *-+(\+-+)+", line)]
    assert len(rules) == 1
    for row in rules:
        assert places("+", lines[row]) == places("|", lines[row - 1]) == places("|", lines[row + 1])


def places(sign: str, line: str) -> list[int]:
    """Return the columns of the screen at which the sign stands."""
    return [cell_len(line[: found.start()]) for found in re.finditer(re.escape(sign), line)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_mistake_is_told_on_any_stream(encoding: str) -> None:
    run = sce_process("mle", "--counts", "5,3", "--names", "红,é,blue", encoding=encoding)
    assert (run.stdout, run.exit_code) == ("", 2)
    assert "3 names for 2 classes" in run.stderr
    assert len(run.stderr.splitlines()) == 2


def test_a_shortened_value_has_a_stand_in_for_its_ellipsis() -> None:
    run = sce_process("mle", "--white", "x" * 100, "--black", "4", encoding="ascii")
    assert run.exit_code == 2
    assert "xxx...'" in run.stderr


@pytest.mark.parametrize("arguments", [NARROW, MANY, HUGE, FOREIGN], ids=["narrow", "many", "huge", "foreign"])
def test_ascii_is_ascii_on_any_stream(arguments: tuple[str, ...]) -> None:
    run = once(*arguments, "--ascii")
    assert (run.exit_code, run.stderr) == (0, "")
    assert not re.findall(r".*[^\x00-\x7f].*", run.stdout)
    assert "p_hat" in run.stdout
    assert re.search(r"^\+ \d+ claims checked two ways, all hold$", run.stdout, re.MULTILINE)


def test_ascii_on_a_terminal() -> None:
    terminal = on_terminal((*FOREIGN, "--ascii"), 24, 80)
    assert terminal.received.isascii()
    assert sgr_codes(terminal.received) & COLOURS
    assert terminal.scrolled == shown(terminal.received, TALL, 160)


# Names that look like markup

ODD_NAMES = ["[red]x[/red]", "[/]", ":smile:", r"\[b]", "tail\\", r"\[11"]


def test_every_short_name_stays_as_it_is_in_markup() -> None:
    names = ["".join(letters) for length in range(1, 5) for letters in itertools.product("\\[]b/1", repeat=length)]
    assert [name for name in names if Text.from_markup(f"{escaped(name)} ").plain != f"{name} "] == []


def test_names_appear_as_they_were_given() -> None:
    lines = sce_process("mle", "--counts", "6,5,4,3,2,1", "--names", ",".join(ODD_NAMES)).stdout.splitlines()
    drawn = [f"{n} {name}" for n, name in zip((6, 5, 4, 3, 2, 1), ODD_NAMES, strict=True)]
    powers = [f"p_{index}^{n}" for index, n in enumerate((6, 5, 4, 3, 2, 1), start=1)]  # no name here makes a symbol
    text = " ".join(line.strip() for line in lines)
    assert text.startswith(f"Maximum likelihood from 21 balls: {', '.join(drawn)} ")
    assert f" L(p) = {' · '.join(powers)} " in text
    start = next(row for row, line in enumerate(lines) if line.startswith("   colour"))
    assert [line.split()[0] for line in lines[start + 2 : start + 8]] == ODD_NAMES


@pytest.mark.parametrize("names", [("[red]x[/red]", ":smile:"), ("tail\\", "[/]")])
def test_two_names_appear_as_they_were_given(names: tuple[str, str]) -> None:
    lines = sce_process("mle", "--counts", "0,4", "--names", ",".join(names)).stdout.splitlines()
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
    assert widest(sce_process(*HELP, COLUMNS="40").stdout.splitlines()) <= 40


def test_words_in_a_table_stay_whole_at_sixty_columns() -> None:
    wide = once(*TWO).stdout.splitlines()
    narrow = once(*TWO, COLUMNS="60").stdout.splitlines()
    rules = [line for line in wide if re.fullmatch(" +─+", line)]
    assert len(rules) == 1
    assert [line for line in narrow if re.fullmatch(" +─+", line)] == rules


@pytest.mark.parametrize(("arguments", "environment", "width"), PIPED_WIDTHS)
def test_no_line_in_a_pipe_ends_in_blanks(arguments: tuple[str, ...], environment: dict[str, str], width: int) -> None:
    assert not re.findall(r".*[ \t\r]$", once(*arguments, **environment).stdout, re.MULTILINE)


@pytest.mark.parametrize(("arguments", "columns", "width"), TERMINAL_WIDTHS)
def test_no_line_on_a_terminal_ends_in_blanks(arguments: tuple[str, ...], columns: int, width: int) -> None:
    assert not [line for line in on_terminal(arguments, 24, columns).written if line != line.rstrip()]
