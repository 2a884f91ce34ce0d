"""Who may import whom: data flows one way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sce_cli"

ALLOWED = {
    "__init__": set(),
    "__main__": {"cli"},
    "arguments": {"datasets", "errors", "lessons", "options", "parsers"},
    "cli": {
        *("__init__", "arguments", "datasets", "errors", "lessons", "live", "model", "options", "parsers", "present"),
        *("study", "topics"),
    },
    "lessons": {"errors", "lessons", "study"},
    "live": set(),
    "model": {"core", "datasets", "errors"},
    "options": {"parsers", "units"},
    "parsers": {"errors"},
    "present": {"__init__", "drawing", "errors", "lessons", "live", "present", "study", "units"},
    "errors": set(),
    "units": set(),
    "study": {"errors"},
    "core": {"core"},
    "topics": {"core", "datasets", "errors", "model", "study", "topics"},
    "datasets": {"datasets", "errors"},
    "drawing": {"core", "drawing", "units"},
    "questions": {"core", "drawing", "questions", "study", "topics", "units"},
    "views": {"core", "datasets", "drawing", "model", "questions", "study", "topics", "units", "views"},
}
"""Each room, and the rooms it may name. `present` finds a study's view by its name, so it names none."""

OUTSIDE = {
    "core": {"numpy"},
    "datasets": {"numpy"},
    "lessons": {"markdown_it"},
    "topics": {"numpy"},
    "study": {"rich"},
    "errors": set(),
    "units": set(),
}
"""The packages that a room may use beside the standard library; other rooms are free."""


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(name: str) -> str:
    """Return the room that an imported name of sce_cli belongs to."""
    first = name.split(".")[1]
    return first if first in ALLOWED else "__init__"


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_rooms_import_only_what_they_may(file: Path) -> None:
    rooms = {room_of(name) for name in imported(file) if name.split(".")[0] == "sce_cli"}
    assert rooms <= ALLOWED[room(file)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_rooms_use_only_the_packages_they_may(file: Path) -> None:
    if room(file) in OUTSIDE:
        packages = {name.split(".")[0] for name in imported(file)} - {"sce_cli"} - sys.stdlib_module_names
        assert packages <= OUTSIDE[room(file)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_cli_and_options_know_typer_and_nobody_knows_click(file: Path) -> None:
    packages = {name.split(".")[0] for name in imported(file)}
    assert "click" not in packages
    assert "typer" not in packages or room(file) in {"cli", "options"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_present_prints_or_writes(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls}
    printing = {"print", "echo", "open", "write", "write_text", "write_bytes"}
    # datasets opens files to read them; cli echoes the version and the help; __main__ opens the null device
    allowed = {"present": printing, "datasets": {"open"}, "cli": {"echo"}, "__main__": {"open"}}
    assert names & printing <= allowed.get(room(file), set())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], {"numpy", "matplotlib"}),
        (["--version"], {"numpy", "matplotlib", "rich"}),
        (["mle", "--help"], {"numpy", "matplotlib"}),
        (["mle", "--white", "x"], {"numpy", "matplotlib"}),
        (["mle", "--json"], {"matplotlib", "rich.table"}),
        (["mle"], {"matplotlib", "json", "numpy.ma", "markdown_it", "pygments", "logging"}),
        (["softmax"], {"matplotlib", "json", "numpy.ma", "numpy.random"}),
        (["entropy"], {"matplotlib", "json", "numpy.ma", "numpy.random", "numpy.polynomial"}),
        (["entropy", "--target", ".6,.3", "--prediction", ".5,.5"], {"numpy", "matplotlib"}),
    ],
    ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value),
)
def test_a_command_imports_nothing_that_it_does_not_need(arguments: list[str], absent: set[str]) -> None:
    code = "import sys; from sce_cli.cli import run; run(sys.argv[1:]); print(*sys.modules, sep='\\n', file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert not absent & set(run.stderr.splitlines())
