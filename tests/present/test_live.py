"""What happens while training goes on: the progress line on a terminal, and Ctrl-C."""

import csv
import json
import re
import signal
import time
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from sce_cli.core.classifier import Evaluation
from sce_cli.datasets.model import load_model
from sce_cli.present.live import watched
from tests.running import process_environment, sce_process
from tests.test_terminals import SCE, SGR, TALL, on_terminal, shown

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

SHORT = ("train", "--data", "digits", "--optimizer", "momentum", "--epochs", "500")
LONG = ("train", "--data", "digits", "--optimizer", "momentum", "--epochs", "1000000")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROGRESS = re.compile(r"momentum (\[#* *\] )?[ \d]+% loss \d+\.\d{4} accuracy \d+\.\d% (-:--:--|\d+:\d\d:\d\d)")
HERE = Evaluation(value=1.0, loss=0.5, accuracy=0.25, gradient=None)  # type: ignore[arg-type]


def frames(received: str) -> list[str]:
    """Return what the progress line showed, one text for each time it was drawn."""
    before = received.split("A softmax classifier")[0]
    return [text for text in CONTROL.sub("", before).replace("^C", "").split("\r") if text.strip()]


# The progress line


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_line_shows_loss_accuracy_and_time_left_and_is_gone_afterwards(columns: int) -> None:
    terminal = on_terminal(SHORT, 24, columns)
    assert terminal.exit_code == 0
    drawn = frames(terminal.received)
    assert drawn
    for text in drawn:
        found = PROGRESS.fullmatch(text)
        assert found, text
        assert found[1]
        assert len(text) <= columns
        assert text.isascii()
    lines = shown(terminal.received, TALL, columns)
    assert lines[0].startswith("A softmax classifier of digits")
    assert not [line for line in lines if PROGRESS.search(line)]
    assert terminal.received.rindex("\x1b[?25h") > terminal.received.rindex("\x1b[?25l")  # the cursor is back


def test_the_bar_fills_and_each_optimiser_starts_anew() -> None:
    arguments = ("train", "--data", "digits", "--compare", "gd,adam", "--epochs", "400")
    drawn = [
        re.findall(r"(\w+) \[(#* *)\] +(\d+)% loss", text)[0]
        for text in frames(on_terminal(arguments, 24, 80).received)
    ]
    assert [name for name, _, _ in drawn] == sorted((name for name, _, _ in drawn), reverse=True)  # gd, then adam
    assert {name for name, _, _ in drawn} == {"gd", "adam"}
    for _, bar, share in drawn:
        assert abs(bar.count("#") / len(bar) - int(share) / 100) < 0.05


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_cuts_the_line_off(columns: int) -> None:
    drawn = frames(on_terminal(SHORT, 24, columns).received)
    assert drawn
    assert {len(text) for text in drawn} == {columns - 4}
    assert all(text.isascii() and text.startswith("momentum ") for text in drawn)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_no_line(term: str) -> None:
    received = on_terminal(SHORT, 24, 80, TERM=term).received
    assert "\x1b" not in received
    assert received.startswith("A softmax classifier")


def test_a_pipe_gets_no_line() -> None:
    run = sce_process("train", "--epochs", "300", TERM="xterm-256color")
    assert run.stderr == ""
    assert run.stdout.startswith("A softmax classifier of iris")
    assert "\r" not in run.stdout
    assert not PROGRESS.search(run.stdout)


def test_stdout_in_a_file_leaves_the_line_to_the_terminal(tmp_path: Path) -> None:
    received, exit_code = through_shell('exec "$@" > "$OUT"', *SHORT, OUT=str(tmp_path / "out.txt"))
    assert exit_code == 0
    assert frames(received)
    assert (tmp_path / "out.txt").read_text(encoding="utf-8").startswith("A softmax classifier of digits")


def test_stderr_in_a_file_gets_nothing(tmp_path: Path) -> None:
    received, exit_code = through_shell('exec "$@" 2> "$OUT"', *SHORT, OUT=str(tmp_path / "err.txt"))
    assert exit_code == 0
    assert not PROGRESS.search(received)
    assert (tmp_path / "err.txt").read_text(encoding="utf-8") == ""


# Ctrl-C


def through_shell(script: str, *arguments: str, presses: int = 0, **environment: str) -> tuple[str, int]:
    """Run a Bash script in which "$@" is `sce` with the arguments, in a pseudo-terminal of 60 columns.

    presses: how often Ctrl-C is pressed, a tenth of a second apart, once epochs are done. Returns what came, and the
    exit code.
    """
    screen = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment}
    with pexpect.spawn(
        "bash",
        ["-c", script, "bash", *SCE, *arguments],
        env=process_environment(**screen),
        dimensions=(24, 60),
        timeout=60,
    ) as process:
        received = b""
        for press in range(presses):
            if not press:
                process.expect("[0-9]:[0-9]{2}:[0-9]{2}")  # the time left is known
                received = process.before + process.after
            time.sleep(0.1 * (press > 0))
            process.sendintr()
        received += process.read()
        process.wait()  # a terminal that closes would end it before it has an exit code
    return received.decode(), process.exitstatus


def interrupted(*arguments: str, presses: int = 1) -> tuple[str, int]:
    return through_shell('exec "$@"', *arguments, presses=presses)


def files_in(folder: Path) -> tuple[str, ...]:
    """Return the options that ask for a file of each kind."""
    kinds = {"--save": "m.npz", "--history": "h.csv", "--plot": "p.svg", "--plot-boundary": "b.svg"}
    return tuple(word for option, name in kinds.items() for word in (option, str(folder / name)))


def test_ctrl_c_ends_the_epoch_and_everything_asked_for_is_whole(tmp_path: Path) -> None:
    received, exit_code = interrupted(*LONG, *files_in(tmp_path))
    assert exit_code == 130
    assert not [line for line in shown(received, TALL, 60) if PROGRESS.search(line)]
    text = " ".join(SGR.sub("", received).split())
    epochs = int(re.findall(r"interrupted after (\d+) epoch", text)[0])
    assert f"after {epochs} epoch{'s' if epochs > 1 else ''} of momentum, interrupted" in text
    assert re.search(r"✓ \d+ claims checked two ways, all hold$", text)
    assert "7. What was reached" in text
    rows = list(csv.DictReader((tmp_path / "h.csv").read_text(encoding="utf-8").splitlines()))
    assert [int(row["epoch"]) for row in rows] == list(range(epochs + 1))
    assert load_model(str(tmp_path / "m.npz")).weights.shape == (10, 64)
    assert all((tmp_path / name).read_text(encoding="utf-8").endswith("</svg>\n") for name in ("p.svg", "b.svg"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.svg", "h.csv", "m.npz", "p.svg"]


def test_a_second_ctrl_c_leaves_at_once(tmp_path: Path) -> None:
    received, exit_code = interrupted(*LONG, *files_in(tmp_path), presses=2)
    assert exit_code == 130
    assert "Traceback" not in received
    assert "A softmax classifier" not in received
    assert not list(tmp_path.iterdir())
    assert not [line for line in shown(received, 24, 60) if line.strip("^C")]


def test_ctrl_c_with_json_gives_one_strict_document(tmp_path: Path) -> None:
    _, exit_code = through_shell('exec "$@" > "$OUT"', *LONG, "--json", presses=1, OUT=str(tmp_path / "out.json"))
    assert exit_code == 130

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert document["runs"][0]["outcome"] == "interrupted"
    assert len(document["runs"][0]["objective"]) > 1


def test_ctrl_c_ends_a_comparison_with_the_run_it_meets() -> None:
    compared = (*LONG[:3], "--compare", "momentum,gd,newton", *LONG[5:])
    received, exit_code = interrupted(*compared)
    assert exit_code == 130
    text = " ".join(SGR.sub("", received).split())
    assert "of momentum, interrupted" in text
    assert "The optimisers compared" not in text


# The handler


def test_the_first_signal_is_a_wish_and_the_second_an_interruption() -> None:
    before = signal.getsignal(signal.SIGINT)
    with watched(5) as watch:
        assert watch("gd", 0, HERE) is True
        signal.raise_signal(signal.SIGINT)
        assert watch("gd", 1, HERE) is False
        assert watch("adam", 0, HERE) is False
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_where_ctrl_c_is_ignored_it_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with watched(5) as watch:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            signal.raise_signal(signal.SIGINT)
            assert watch("gd", 0, HERE) is True
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
