"""Mutate the core and the topics, run their tests on every mutant, and print what survives: `python -m tests.mutation`.

Each package is mutated in a copy of its own: a mutant of the core is tested by the core's tests alone. A file of
it may be named alone: `python -m tests.mutation core/likelihood`.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORK = ROOT / "build" / "mutation"
COPIED = ("sce_cli", "tests", "examples", "README.md", "LICENSE")
PACKAGES = ("core", "topics")
LEAST = 0.9
"""The share of mutants that must not survive."""


def copied(part: str) -> Path:
    """Return a fresh copy of the project whose configuration names the package to mutate, or one file of it."""
    package, folder = part.partition("/")[0], WORK / part.replace("/", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    configuration = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if part != package:
        configuration = configuration.replace("PACKAGE/*.py", f"{part}.py")
    (folder / "pyproject.toml").write_text(configuration.replace("PACKAGE", package), encoding="utf-8")
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a folder and return what it printed; its progress is shown as it comes."""
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    shown = arguments[0] == "run"
    finished = subprocess.run(command, cwd=folder, check=True, text=True, stdout=None if shown else subprocess.PIPE)
    return finished.stdout or ""


def found_out(part: str) -> float:
    """Run all mutants of a package or a file, print what became of them, and return the share that was found out."""
    folder = copied(part)
    mutmut(folder, "run")
    mutmut(folder, "export-cicd-stats")
    counts = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    found: float = (counts["killed"] + counts["timeout"]) / counts["total"]
    print(mutmut(folder, "results"), end="")
    named = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items() if number)
    print(f"sce_cli/{part}: {named}: {found:.1%} found out. What one is: cd {folder}; mutmut show NAME")
    return found


def main(parts: list[str]) -> None:
    """Mutate the packages or files named, or all packages; exit 1 where too many mutants survive."""
    unknown = [part for part in parts if part not in PACKAGES and not (ROOT / "sce_cli" / f"{part}.py").is_file()]
    if unknown:
        sys.exit(f"Name some of {', '.join(PACKAGES)}, or a file such as core/likelihood, not {', '.join(unknown)}.")
    found = [found_out(part) for part in parts or PACKAGES]
    sys.exit(min(found) < LEAST)


if __name__ == "__main__":
    main(sys.argv[1:])
