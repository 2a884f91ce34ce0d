"""Draw a real session as the picture at the top of the README.

Run it: python examples/session_picture.py session.svg
"""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

COMMAND = "sce mle --white 6 --black 4 --from-step 6"
FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}|<!--.*?-->", re.DOTALL)
"""Fonts to be loaded, and who drew it."""


def output() -> str:
    """Return what the command prints, with its colours."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "sce_cli", *COMMAND.split()[1:]]
    return subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


def picture() -> str:
    """Return the session as SVG, in the reader's own monospace font."""
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    shown = Text.from_ansi(output())
    shown.highlight_regex("[┤│└─]+", "cyan")  # a piece of its own is put exactly in its column
    console.print(Text.assemble(("$ ", "bold green"), (COMMAND, "bold")), shown, sep="\n")
    return FROM_ELSEWHERE.sub("", console.export_svg(title="sce", unique_id="sce"))


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "session.svg")
    target.write_text(picture(), encoding="utf-8")
    print(f"File: {target}")
