"""The commands in the README and what they print: `python -m tests.readme` writes the outputs anew."""

import re
import shlex
from pathlib import Path

from tests.running import run_sce

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```console\n\$ (sce [^\n]*)\n(.*?)```", re.DOTALL)


def output(command: str) -> str:
    """Return what a command line that starts with `sce` prints."""
    run = run_sce(*shlex.split(command)[1:])
    assert run.exit_code == 0, run.stderr
    return run.stdout


def regenerated(text: str) -> str:
    """Return the README's text with every command's output as it is now."""
    return BLOCK.sub(lambda block: f"```console\n$ {block[1]}\n{output(block[1])}```", text)


if __name__ == "__main__":
    README.write_text(regenerated(README.read_text(encoding="utf-8")), encoding="utf-8")
