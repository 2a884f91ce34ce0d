"""Who may import whom: data flows one way."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sce_cli"

STUDY = {"core", "datasets", "errors", "study", "topics/study"}
VIEW = {*STUDY, "drawing", "topics/questions", "topics/view", "units"}

ALLOWED = {
    "__init__": set(),
    "__main__": {"cli", "memory"},
    "cli": {
        "__init__",
        "correction",
        "errors",
        "helping",
        "lessons/command",
        "memory",
        "options",
        "parsers",
        "present",
        "study",
        "topics",
        "units",
    },
    "core": {"core"},
    "datasets": {"core", "datasets", "errors"},
    "drawing": {"core", "drawing", "text", "units"},
    "errors": set(),
    "lessons": {"errors", "lessons", "numerals", "parsers", "play", "study", "text", "topics"},
    "lessons/command": {"errors", "lessons", "options", "parsers", "present"},
    "play": {"core", "datasets", "drawing", "errors", "numerals", "play", "text", "topics/study", "units"},
    "play/command": {
        *("datasets", "errors", "numerals", "options", "parsers", "play", "play/command", "present", "topics/study"),
    },
    "options": {"correction", "errors", "numerals", "options", "parsers", "units"},
    "correction": {"errors", "numerals", "synonyms", "translation"},
    "helping": {"drawing", "translation"},
    "memory": {"errors"},
    "numerals": set(),
    "parsers": {"correction", "errors", "numerals", "parsers", "units"},
    "present": {
        *("__init__", "drawing", "errors", "lessons", "parsers", "play", "present", "study", "text"),
        "units",
    },
    "study": {"errors", "numerals", "units"},
    "synonyms": set(),
    "text": set(),
    "topics": set(),
    "topics/command": {
        *("datasets", "errors", "numerals", "options", "parsers", "present", "study", "topics/study", "topics/view"),
    },
    "topics/questions": {"core", "drawing", "study", "topics/questions", "topics/study", "units"},
    "topics/study": STUDY,
    "topics/view": VIEW,
    "translation": set(),
    "units": {"translation"},
}
"""Each room, and the rooms it may name; in topics/, and for a command, a file's name says which room it belongs to."""

OUTSIDE = {
    "core": {"numpy"},
    "datasets": {"numpy"},
    "errors": set(),
    "lessons": {"markdown_it"},
    "play": {"numpy", "rich"},
    "study": {"matplotlib", "rich"},
    "text": set(),
    "topics": set(),
    "topics/study": {"numpy"},
    "units": set(),
}
"""The packages that a room may use beside the standard library; other rooms are free."""

ENDINGS = {
    "command": "topics/command",
    "question": "topics/questions",
    "questions": "topics/questions",
    "view": "topics/view",
}
"""What the last word of a file's name in topics/ makes of it; any other file holds numbers and claims, as study.py."""


def room(parts: Sequence[str]) -> str:
    """Return the room of a module, given by the names of its folders and its own."""
    if tuple(parts) == ("play", "beginning"):
        return "play/command"
    if parts[1:] == ("command",):
        return f"{parts[0]}/command"
    if parts[0] != "topics":
        return parts[0] if parts[0] in ALLOWED else "__init__"
    if len(parts) == 1:
        return "topics"
    return ENDINGS.get(parts[-1].rpartition("_")[2], "topics/study")


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports; of sce_cli's with what it takes of them, as far as that is a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: relative import"
            names |= {_module(f"{node.module}.{alias.name}") for alias in node.names}
    return names


def _module(name: str) -> str:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return name if path.is_dir() or path.with_suffix(".py").exists() else name.rpartition(".")[0]


FILES = sorted(PACKAGE.rglob("*.py"))
ROOMS = {file: room(file.relative_to(PACKAGE).with_suffix("").parts) for file in FILES if file.stem != "__init__"}
ROOMS |= {file: room(file.parent.relative_to(PACKAGE).parts or ("__init__",)) for file in FILES if file not in ROOMS}
IMPORTED = {file: imported(file) for file in FILES}


def packages(file: Path) -> set[str]:
    return {name.split(".")[0] for name in IMPORTED[file]}


def test_a_room_imports_only_what_it_may() -> None:
    for file, names in IMPORTED.items():
        rooms = {room(name.split(".")[1:] or ["__init__"]) for name in names if name.split(".")[0] == "sce_cli"}
        assert rooms - {"translation"} <= ALLOWED[ROOMS[file]], file  # any room may speak


def test_a_room_uses_only_the_packages_it_may() -> None:
    for file, its_room in ROOMS.items():
        outside = packages(file) - {"sce_cli"} - sys.stdlib_module_names
        assert outside <= OUTSIDE.get(its_room, outside), file


def test_only_commands_and_options_know_typer_and_nobody_knows_click() -> None:
    assert [file for file in FILES if "click" in packages(file)] == []
    assert {ROOMS[file] for file in FILES if "typer" in packages(file)} == {
        "cli",
        "helping",
        "lessons/command",
        "options",
        "play/command",
        "topics/command",
    }


def test_only_present_prints_or_writes() -> None:
    printing = {"print", "echo", "open", "write", "write_text", "write_bytes"}
    # datasets opens files to read them; cli echoes the version and the help; __main__ opens the null device
    # and says that there is no memory left for the rest
    allowed = {"present": printing, "datasets": {"open"}, "cli": {"echo"}, "__main__": {"open", "write"}}
    # and a student's program is run in a process of its own, which tells its parent what comes out
    workers = {PACKAGE / f"topics/check/{name}.py": {"open", "write"} for name in ("worker", "children")}
    for file, its_room in ROOMS.items():
        calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        names = {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls}
        assert names & printing <= (workers.get(file) or allowed.get(its_room, set())), file


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
