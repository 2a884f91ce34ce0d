"""Tab in a real shell, after the one line that the README gives."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from sce_cli.topics import TOPICS
from tests.readme import README
from tests.running import process_environment

LINE = "source <(sce --show-completion)"


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Iterator["pexpect.spawn[str]"]:
    """Return a shell that knows how to complete sce, in a folder with one file."""
    path = shutil.which("bash")
    if path is None:
        pytest.skip("no bash")
    home = tmp_path_factory.mktemp("home")
    (home / "fruit.csv").touch()
    places = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = process_environment(PATH=places, HOME=str(home), TERM="dumb", PS1="ready> ")
    shell = pexpect.spawn(path, ["--norc", "-i"], env=environment, cwd=home, encoding="utf-8", timeout=60)
    shell.expect_exact("ready> ")
    shell.sendline(LINE)
    shell.expect_exact("ready> ")
    yield shell
    shell.close(force=True)


def test_the_readme_gives_the_line() -> None:
    assert f"```bash\n{LINE}\n```" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        *((f"sce {topic.name[:-1]}", f"{topic.name} ") for topic in TOPICS),
        ("sce softmax -1 2 --temp", "--temperature "),
        ("sce grad --bug fac", "factor-two "),
        ("sce lesson --lang z", "zh "),
        ("sce train --optimizer mom", "momentum "),
        ("sce train --data fr", "fruit.csv "),
    ],
)
def test_tab_completes(bash: "pexpect.spawn[str]", typed: str, completed: str) -> None:
    bash.send(typed + "\t")
    bash.expect_exact(typed.rpartition(" ")[0] + " " + completed)
    bash.send("\x15\r")  # Ctrl-U empties the line; Ctrl-C would be lost while the shell still completes
    bash.expect_exact("ready> ")
