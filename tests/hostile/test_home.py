"""Homes where Matplotlib can't keep its cache: a figure is drawn all the same, and nothing is said about it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import process_environment

NOBODY = "import pwd\n\n\ndef nobody(number):\n    raise KeyError(number)\n\n\npwd.getpwuid = nobody\n"
"""Run when Python starts: the user has no entry in the system's list, as in a container with a number for a user."""


@pytest.mark.parametrize("home", ["/dev/null/home", None], ids=["cannot be made", "is unknown"])
def test_a_figure_needs_no_home(home: str | None, folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(NOBODY)
    environment = process_environment(PYTHONPATH=f"{folder}:{Path(__file__).parents[2]}")
    for name in ("HOME", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    if home is not None:
        environment["HOME"] = home
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", "mle", "--plot", "f.svg"], capture_output=True, env=environment, check=False
    )
    assert (finished.returncode, finished.stderr) == (0, b"")
    assert (folder / "f.svg").read_bytes().startswith(b"<?xml")
