"""The commands in the README and the examples, and their outputs, which `python -m tests.readme` writes anew."""

import re
import shlex
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.running import run_sce

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = README.parent / "examples"
DOCUMENTS = (README, *sorted(EXAMPLES.glob("*.md")))

BLOCK = re.compile(r"```console\n\$ (sce [^\n]*)\n(.*?)```", re.DOTALL)

MODEL = "sce train --data digits --save digits.npz"
"""The command in the README that makes the model which others in it use."""

OWN_MODEL = "sce train --data fruit.csv --save fruit.npz"
"""The command in the example of one's own data that does the same there."""

LESSON = "sce lesson --new my.md"
"""The command in the README that begins the lesson which others in it play."""


def output(command: str, folder: Path, expected: int = 0) -> str:
    """Return what a command line that starts with `sce` prints in a folder."""
    run = run_sce(*shlex.split(command)[1:], folder=folder)
    assert (run.exit_code, run.stderr) == (expected, "")
    return run.stdout


def prepare(folder: Path) -> None:
    """Put into a folder what a reader has there: the examples, and the models and the lesson of earlier commands."""
    shutil.copy(EXAMPLES / "fruit.csv", folder)
    shutil.copytree(EXAMPLES, folder / "examples")
    for command in (MODEL, OWN_MODEL, LESSON):
        output(command, folder)


def between_markers(text: str, name: str, new: str) -> str:
    """Return a text with what stands between the markers of that name replaced."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert marked.search(text), f"there are no markers {name}"
    return marked.sub(lambda found: f"{found[1]}{new}\n{found[2]}", text)


def regenerated(text: str, folder: Path) -> str:
    """Return a document's text with every command's output as it is now."""
    return BLOCK.sub(lambda block: f"```console\n$ {block[1]}\n{output(block[1], folder)}```", text)


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        prepare(Path(name))
        for document in DOCUMENTS:
            document.write_text(regenerated(document.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
