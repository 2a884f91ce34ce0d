"""Draw a real session as the picture at the top of the README: guesses, the truth, and a curve.

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

COMMAND = "sce softmax 2 1 0.1 --names cat,dog,bird --predict"
GUESSES = ["", "0.8", "", "", "1/3"]
"""What a class types at the questions of the first five steps; nothing skips one."""

SHOWN = ("2. Divide", "Guess   0.8", "cat ", "5. Temp", "Guess   0.3", "T = 0.1", "H(p) in nats over", "Result:")
"""How the paragraphs begin that the picture shows: two of the eight steps, without their formulas and tables."""

WIDTH = 64
FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}|<!--.*?-->", re.DOTALL)
"""Fonts to be loaded, and who drew it."""


def output() -> str:
    """Return what the command prints, with its colours."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "sce_cli", *COMMAND.split()[1:]]
    typed = "".join(f"{guess}\n" for guess in GUESSES)
    finished = subprocess.run(words, env=environment, input=typed, capture_output=True, check=True, encoding="utf-8")
    return finished.stdout


def paragraphs(text: str) -> list[Text]:
    """Return the paragraphs that are shown, with a blank line before each."""
    found = [Text.from_ansi(paragraph) for paragraph in text.split("\n\n")]
    shown = [paragraph for paragraph in found if paragraph.plain.lstrip().startswith(SHOWN)]
    assert len(shown) == len(SHOWN), "a paragraph that the picture shows has changed"
    return [Text("\n").append(paragraph) for paragraph in shown]


def picture() -> str:
    """Return the session as SVG, in the reader's own monospace font."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), (COMMAND, "bold")))
    for paragraph in paragraphs(output()):
        paragraph.highlight_regex("[┤│└─]+", "cyan")  # a piece of its own is put exactly in its column
        console.print(paragraph)
    return FROM_ELSEWHERE.sub("", console.export_svg(title="sce", unique_id="sce"))


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "session.svg")
    target.write_text(picture(), encoding="utf-8")
    print(f"File: {target}")
