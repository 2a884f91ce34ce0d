"""Homes and folders that Matplotlib would mind: a figure is drawn all the same, and nothing is said about it."""

import os
import subprocess
import sys
from collections.abc import Callable
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


# A matplotlibrc of one's own


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder for Matplotlib's list of fonts, which takes a while to make."""
    return str(tmp_path_factory.mktemp("cache"))


def drawn(folder: Path, home: Path, **environment: str) -> bytes:
    """Return the figure that a process draws in a folder; one that waits for a pipe would wait for ever."""
    clean = process_environment()
    for name in ("MPLCONFIGDIR", "MATPLOTLIBRC", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        clean.pop(name, None)
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", "mle", "--plot", str(home / "f.svg")],
        capture_output=True,
        cwd=folder,
        env={**clean, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        check=False,
        timeout=60,
    )
    assert (finished.returncode, finished.stderr) == (0, b"")
    return (home / "f.svg").read_bytes()


CONTENTS: dict[str, Callable[[Path], object]] = {
    "a style": lambda path: path.write_text("font.size: 40\nsvg.fonttype: path\naxes.facecolor: black\nsvg.id: mine\n"),
    "not UTF-8": lambda path: path.write_bytes(b"font.family: \xff\xfe\n"),
    "a lone quote": lambda path: path.write_text('font.family: "DejaVu\n'),
    "a pipe": os.mkfifo,
    "unreadable": lambda path: path.symlink_to("/proc/self/mem"),
}


@pytest.fixture(scope="module")
def alone(lists: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the figure where there is no matplotlibrc."""
    return drawn(tmp_path_factory.mktemp("folder"), tmp_path_factory.mktemp("home"), XDG_CACHE_HOME=lists)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_matplotlibrc_in_the_folder_is_not_read(content: str, alone: bytes, lists: str, folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    CONTENTS[content](folder / "matplotlibrc")
    assert drawn(folder, home, XDG_CACHE_HOME=lists) == alone


PLACES = {
    "home": (".config/matplotlib/matplotlibrc", ""),
    "XDG_CONFIG_HOME": ("x/matplotlib/matplotlibrc", "x"),
    "MPLCONFIGDIR": ("x/matplotlibrc", "x"),
    "MATPLOTLIBRC": ("x/mine", "x/mine"),
    "MATPLOTLIBRC ": ("x/matplotlibrc", "x"),
}


@pytest.mark.parametrize(
    ("place", "content"), [*((place, "a style") for place in PLACES), ("home", "a pipe"), ("MATPLOTLIBRC", "a pipe")]
)
def test_a_matplotlibrc_elsewhere_is_not_read(place: str, content: str, alone: bytes, lists: str, folder: Path) -> None:
    home, (name, setting) = folder / "home", PLACES[place]
    path = home / name
    path.parent.mkdir(parents=True)
    CONTENTS[content](path)
    environment = {place.strip(): str(home / setting)} if setting else {}
    assert drawn(folder, home, XDG_CACHE_HOME=lists, **environment) == alone


def test_a_list_of_fonts_that_is_a_pipe_is_not_waited_for(alone: bytes, lists: str, folder: Path) -> None:
    home = folder / "home"
    [cache] = Path(lists).glob("matplotlib/fontlist-*.json")
    (home / ".cache" / "matplotlib").mkdir(parents=True)
    os.mkfifo(home / ".cache" / "matplotlib" / cache.name)
    assert drawn(folder, home) == alone
