"""The commands in the README and what they print: `python -m tests.readme` writes the outputs anew."""

import re
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.running import run_sce

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (sce [^\n]*)\n(.*?)```", re.DOTALL)


MODEL = "sce train --data digits --save digits.npz"
"""The command in the README that makes the model which others in it use."""

LESSON = "sce lesson --new my.md"
"""The command in the README that begins the lesson which others in it play."""


def output(command: str, folder: Path) -> str:
    """Return what a command line that starts with `sce` prints in a folder."""
    run = run_sce(*shlex.split(command)[1:], folder=folder)
    assert (run.exit_code, run.stderr) == (0, "")
    return run.stdout


def regenerated(text: str) -> str:
    """Return the README's text with every command's output as it is now."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        output(MODEL, folder)
        return BLOCK.sub(lambda block: f"```console\n$ {block[1]}\n{output(block[1], folder)}```", text)


if __name__ == "__main__":
    README.write_text(regenerated(README.read_text(encoding="utf-8")), encoding="utf-8")
