"""Files that a command writes: whatever happens in between, there is the old one or the new one, and no third thing."""

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.judging import as_nobody, assert_complaint
from tests.running import Run, run_here

# Since Python 3.12 a fork warns where NumPy has threads; the child computes with one.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")

HISTORY, MODEL = Path("h.csv"), Path("m.npz")


def train(epochs: int) -> Run:
    """Write a history and a model, which differ with the number of epochs."""
    return run_here(["train", "--epochs", str(epochs), "--history", str(HISTORY), "--save", str(MODEL), "--json"])


@pytest.fixture
def versions(folder: Path) -> tuple[dict[Path, bytes], dict[Path, bytes]]:
    """Return the two files as two runs write them; the old ones are left in the folder."""
    new, old = (
        {path: path.read_bytes() for path in (HISTORY, MODEL)} for epochs in (7, 5) if train(epochs).exit_code == 0
    )
    return old, new


def forked(action: Callable[[], int]) -> int:
    """Return how a copy of this process ended that did something: its exit code, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = action()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def leftovers() -> set[str]:
    return set(os.listdir()) - {HISTORY.name, MODEL.name}


def assert_old_or_new(old: dict[Path, bytes], new: dict[Path, bytes]) -> None:
    for path in (HISTORY, MODEL):
        assert path.read_bytes() in (old[path], new[path]), path


def at_each_call(disturb: Callable[[], None]) -> Iterator[int]:
    """Run the command again and again, disturbed at its first call that touches a file here, its second, and so on.

    Yields how each run ended; the last is the one that had no more calls to be disturbed at.
    """
    here, calls, code = os.getcwd(), 0, -1

    def disturbed() -> int:
        left = calls

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in {"open", "os.rename", "os.remove", "os.chmod"} and str(arguments[0]).startswith(here):
                left -= 1
                if left == 0:
                    disturb()

        sys.addaudithook(hook)
        finished = train(7).exit_code
        return finished if left <= 0 else 77

    while code != 77:
        calls += 1
        code = forked(disturbed)
        yield code
    assert calls > 5  # two files: two to open, two to rename, two to look for what is left


def test_killed_at_any_call_the_old_file_is_there_or_the_new_one(
    versions: tuple[dict[Path, bytes], dict[Path, bytes]],
) -> None:
    for code in at_each_call(lambda: os.kill(os.getpid(), signal.SIGKILL)):
        assert code in {-signal.SIGKILL, 77}
        assert_old_or_new(*versions)


def test_interrupted_at_any_call_nothing_else_is_left(versions: tuple[dict[Path, bytes], dict[Path, bytes]]) -> None:
    for code in at_each_call(lambda: signal.raise_signal(signal.SIGINT)):
        assert code in {130, 77}
        assert_old_or_new(*versions)
        assert leftovers() == set()


def bounded(size: int, action: signal.Handlers) -> Run:
    """Run the command where no file can grow beyond a size: further writing is refused, or kills the process."""
    results, pipe = os.pipe()

    def limited() -> int:
        signal.signal(signal.SIGXFSZ, action)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        run = train(7)
        os.write(pipe, run.stderr.encode())
        return run.exit_code if run.stdout == "" else 99

    code = forked(limited)
    os.close(pipe)
    with open(results, encoding="utf-8") as readable:
        return Run("", readable.read(), code)


SIZES = [0, 1, 100, 300, 511]


@pytest.mark.parametrize("size", SIZES)
def test_killed_in_the_middle_of_writing_the_old_file_is_there(
    size: int, versions: tuple[dict[Path, bytes], dict[Path, bytes]]
) -> None:
    old, new = versions
    assert size < len(new[HISTORY]) < len(new[MODEL])
    assert bounded(size, signal.SIG_DFL).exit_code == -signal.SIGXFSZ
    assert_old_or_new(old, old)
    assert train(7).exit_code == 0
    assert_old_or_new(new, new)


@pytest.mark.parametrize("size", SIZES)
def test_a_write_that_fails_halfway_is_a_clear_error(
    size: int, versions: tuple[dict[Path, bytes], dict[Path, bytes]]
) -> None:
    run = bounded(size, signal.SIG_IGN)
    assert_complaint(run)
    assert "Error: --history 'h.csv' can't be written: File too large." in run.stderr
    assert_old_or_new(versions[0], versions[0])
    assert leftovers() == set()


def test_killed_at_any_moment_the_old_file_is_there_or_the_new_one(
    versions: tuple[dict[Path, bytes], dict[Path, bytes]],
) -> None:
    moments, seen = random.Random(0), set()
    for _ in range(12):
        child = os.fork()
        if child == 0:
            while True:
                train(7)
                train(5)
        time.sleep(moments.uniform(0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert_old_or_new(*versions)
        seen.add(HISTORY.read_bytes())
    assert seen <= {version[HISTORY] for version in versions}


def test_a_full_disk_is_a_clear_error_and_keeps_the_old_file(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        target = disk / "h.csv"
        target.write_text("old")
        run = run_here(["train", "--history", str(target)])
        assert_complaint(run)
        assert "can't be written: No space left on device." in run.stderr
        assert target.read_text() == "old"
        assert os.listdir(disk) == ["h.csv"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# Where nothing may be written


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no training begin: what can't be kept is to be refused before the work."""
    monkeypatch.setattr("sce_cli.topics.train.study", None)


@pytest.mark.usefixtures("untrained")
def test_a_folder_that_is_read_only_is_refused_before_the_work(shared_folder: Path) -> None:
    with as_nobody():
        os.chmod(".", 0o555) if os.geteuid() == os.stat(".").st_uid else None
        for option, name in (("--history", "h.csv"), ("--save", "m.npz"), ("--plot", "f.svg")):
            run = run_here(["train", option, name])
            assert_complaint(run)
            assert f"{option} '{name}'" in run.stderr
    assert os.listdir() == []


@pytest.mark.usefixtures("untrained")
def test_a_file_that_is_write_protected_stays(shared_folder: Path) -> None:
    os.chmod(".", 0o777)
    Path("h.csv").write_text("mine")
    os.chmod("h.csv", 0o444)
    with as_nobody():
        assert_complaint(run_here(["train", "--history", "h.csv"]))
    assert Path("h.csv").read_text() == "mine"


@pytest.mark.usefixtures("untrained")
def test_what_is_no_file_is_not_replaced_by_one(folder: Path) -> None:
    os.mkfifo("pipe.csv")
    Path("folder.csv").mkdir()
    Path("ring.csv").symlink_to("ring.csv")
    Path("null.csv").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.csv")
        before = {name: os.lstat(name).st_ino for name in os.listdir()}
        for name in before:
            assert_complaint(run_here(["train", "--history", name]))
            assert_complaint(run_here(["predict", "m.npz", "--data", "iris", "--output", name]))
    assert {name: os.lstat(name).st_ino for name in os.listdir()} == before
    assert not Path("/dev/null").is_file()


def test_a_link_to_nowhere_leads_to_the_new_file(folder: Path) -> None:
    HISTORY.symlink_to("other.csv")
    assert train(2).exit_code == 0
    assert HISTORY.is_symlink()
    assert Path("other.csv").read_bytes().startswith(b"epoch") or Path("other.csv").stat().st_size > 0


def test_a_link_with_the_name_of_the_temporary_file_is_not_followed(folder: Path) -> None:
    Path("victim").write_text("mine")
    Path(f".sce-{os.getpid()}").symlink_to("victim")
    train(2)
    assert Path("victim").read_text() == "mine"


def test_the_longest_name_can_be_written(folder: Path) -> None:
    name = "x" * 251 + ".csv"
    assert run_here(["train", "--epochs", "2", "--history", name]).exit_code == 0
    assert os.listdir() == [name]
