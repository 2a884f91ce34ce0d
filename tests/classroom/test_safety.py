"""A lesson from a stranger: whatever it says, nothing is written and nothing but `sce` is run."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.classroom.conftest import WriteLesson
from tests.classroom.seat import SCE, Seat
from tests.running import Run, sce_process

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

REFUSED_AT_ONCE = [
    "ls",
    "touch x",
    "/bin/touch x",
    "./sce mle",
    'python -c \'open("x", "w")\'',
    "sce --install-completion",
    "sce --show-completion",
    "sce lesson --new x.md",
    "sce lesson 1 --handout x.html",
    "sce model",
    "$(touch x)",
    "`touch x`",
    "sudo sce mle",
    "SCE=1 sce mle",
    "\x1b]52;c;dG91Y2ggeA==\x07",
]
"""Lines for which a lesson isn't played."""

SHOWN_AS_MISTAKES = [
    "sce mle --plot x.png",
    "sce mle --handout x.html",
    "sce mle --handout x.md --plot y.png",
    "sce train --epochs 2 --save x.npz",
    "sce train --epochs 2 --history x.csv",
    "sce train --epochs 2 --plot-boundary x.svg",
    "sce predict MODEL --data iris --output x.csv",
    "sce predict MODEL --data iris",
    "sce predict x.npz --data iris",
    "sce softmax 1 2; touch x",
    "sce softmax 1 2 && touch x",
    "sce softmax 1 2 > x",
    "sce softmax 1 2 | tee x",
    "sce softmax $(touch x)",
    "sce softmax `touch x`",
    "sce softmax --install-completion",
    "sce softmax --show-completion",
    "sce mle --json",
    "sce mle --step",
    "sce mle --predict",
    "sce mle --from-step 2",
    "sce mle --ascii",
    "sce mle --width 200",
    "sce train --data ../../etc/passwd",
    "sce train --data /dev/zero",
    "sce train --data /dev/stdin",
]
"""Lines for which the lesson shows why they aren't run, or aren't what a lesson shows."""


def snapshot(*folders: Path) -> dict[str, str]:
    """Return what is in folders: each file's path with the sum of its bytes."""
    files = [path for folder in folders for path in folder.rglob("*")]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in files}


def played(text: str, folder: Path, lesson_file: WriteLesson) -> tuple[Run, Run]:
    """Check and play a lesson in a folder and with a home of its own, and see that both stay as they were."""
    path, home = lesson_file(text), folder / "home"
    home.mkdir()
    (home / ".bashrc").write_text("# mine\n", encoding="utf-8")
    before = snapshot(folder)
    environment = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "c"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SHELL": "/bin/bash",
    }
    runs = [
        sce_process("lesson", *words, str(path), folder=path.parent, **environment)
        for words in (["--check"], ["--no-pause"])
    ]
    assert snapshot(folder) == before
    assert "Traceback" not in runs[0].stderr + runs[1].stderr
    return runs[0], runs[1]


def lesson(*commands: str) -> str:
    return "\n".join(["# Lesson", "", "```sce", *commands, "```", ""])


def test_what_is_no_command_of_a_lesson_is_refused_before_anything_runs(
    lesson_file: WriteLesson, tmp_path: Path
) -> None:
    check, play = played(lesson("sce mle", *REFUSED_AT_ONCE), tmp_path, lesson_file)
    assert check.exit_code == 1
    lines = {int(line.partition(".md:")[2].partition(":")[0]) for line in check.stdout.splitlines()[:-1]}
    assert lines == {*range(5, 5 + len(REFUSED_AT_ONCE))}
    assert (play.exit_code, play.stdout) == (2, "")


def test_what_would_write_or_hide_is_shown_as_a_mistake(
    lesson_file: WriteLesson, tmp_path: Path, iris_model: str
) -> None:
    commands = [command.replace("MODEL", iris_model) for command in SHOWN_AS_MISTAKES]
    check, play = played(lesson(*commands), tmp_path, lesson_file)
    assert check.exit_code == 1
    lines = {int(line.partition(".md:")[2].partition(":")[0]) for line in check.stdout.splitlines()[:-1]}
    assert lines == {*range(4, 4 + len(commands))}
    assert play.exit_code == 1  # as --check has it
    assert play.stdout.count("\nError: ") == len(commands)
    assert "Result: " not in play.stdout


def test_a_lesson_opens_no_program_and_no_connection(lesson_file: WriteLesson, tmp_path: Path) -> None:
    """Python tells its audit hooks what it opens, runs and connects to."""
    script = """
import os, sys
seen = []
def hook(event, arguments):
    writing = event == "open" and arguments[0] != os.devnull and (
        arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) if isinstance(arguments[2], int) else 0)
    if writing or event.split(".")[0] in {"subprocess", "socket", "shutil"} or event in {
        "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.rename", "os.remove", "os.mkdir", "pty.spawn"}:
        seen.append((event, arguments))
sys.addaudithook(hook)
from sce_cli.cli import run
code = run(["lesson", sys.argv[1], "--no-pause"])
assert code == 0, code
assert not seen, seen
"""
    text = lesson("sce mle", "sce softmax 1 2 --names 'a,b'", "sce entropy", "sce grad", "sce train --epochs 3")
    environment = {"HOME": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    finished = subprocess.run(
        [sys.executable, "-c", script, str(lesson_file(text))], capture_output=True, env=environment, check=False
    )
    assert finished.returncode == 0, finished.stderr.decode()


def test_a_terminal_gets_no_escape_code_but_the_players_own(lesson_file: WriteLesson) -> None:
    text = (
        "# Title &#x1b;[31m &#27;c\n\n"
        "[link](<https://example.org/\\u001b]0;x>) &#7; `&#27;c`\n\n---\n\n## S [red]x[/]\n\n"
        '```question\nask = "[blink]How[/]?"\nanswer = 1\nwhy = "[link=file:///x]So[/]"\n```\n'
    )
    with Seat(*SCE, "lesson", str(lesson_file(text))) as seat:
        seat.until("1 of 2")
        seat.press("\n")
        seat.until("[blink]How[/]?")
        seat.press("1\n")
        seat.until("First vote")
        seat.press("t")
        seat.until("[link=file:///x]So[/]")
        seat.press("\n")
        assert seat.exit_code() == 0
        assert b"\x1bc" not in seat.received
        assert b"\x1b]" not in seat.received
        assert b"\x07" not in seat.received
