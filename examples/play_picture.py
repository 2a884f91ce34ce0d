"""Draw a real session of `sce play train` as a moving picture: a spiral, with x and y alone, then with cubes.

Run it: python examples/play_picture.py play.svg
"""

import os
import re
import subprocess
import sys
from html import escape
from itertools import pairwise
from pathlib import Path

from rich.style import Style
from rich.text import Text

COMMAND = "sce play train"

FRAMES = ("", "n*2", "n*9", "n*30", "f", "f*2", "f*2 n*2", "f*2 n*6", "f*2 n*15", "f*2 n*35", "f*2 n*80", "f*2 n*200")
"""The keys that have been pressed at each frame."""

SECONDS = 1.2
"""That a frame is seen."""

WIDTH = 66
CELL, LINE = 8.4, 18
"""Of a character, in the picture's own unit."""

INK, PAPER = "#d0d0d0", "#1c1c1c"
COLOURS = {1: "#ff7b72", 2: "#7ee787", 4: "#79b8ff"}
"""Of the terminal's red, green and blue."""

PIECE = re.compile("[┤│└─╌]+|[\u2801-\u28ff●]+|[^\\s┤│└─╌\u2801-\u28ff●]+(?: [^\\s┤│└─╌\u2801-\u28ff●]+)*")
"""Axes, curves, or words: fonts have them in different widths."""

STYLE = """\
text{{font:14px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:{ink};white-space:pre}}
.b{{font-weight:bold}}
.f{{visibility:hidden;animation:seen {all}s step-end infinite}}
@keyframes seen{{0%{{visibility:visible}}{share}%{{visibility:hidden}}}}
@media (prefers-reduced-motion:reduce){{.f{{animation:none}}#last{{visibility:visible}}}}"""


def frame(keys: str) -> list[Text]:
    """Return the lines of the frame behind some keys, with their colours, the command to go on with aside."""
    environment = {
        **os.environ,
        "FORCE_COLOR": "1",
        "TERM": "xterm",
        "COLUMNS": str(WIDTH),
        "PYTHONIOENCODING": "utf-8",
    }
    words = [sys.executable, "-m", "sce_cli", *COMMAND.split()[1:], "--keys", keys]
    finished = subprocess.run(words, env=environment, capture_output=True, check=True, encoding="utf-8")
    return [Text.from_ansi(line) for line in finished.stdout.splitlines()[:-1]]


def drawn(line: Text, row: int) -> str:
    """Return a line as SVG: each piece of one style and one kind is put exactly into its columns."""
    ends = sorted({0, len(line), *(end for span in line.spans for end in (span.start, span.end))})
    pieces = []
    for begin, end in pairwise(ends):
        style = Style.combine([Style(), *(Style.parse(str(s.style)) for s in line.spans if s.start <= begin < s.end)])
        colour = COLOURS[style.color.number] if style.color and style.color.number in COLOURS else ""
        looks = (f' fill="{colour}"' if colour else "") + (' class="b"' if style.bold else "")
        for found in PIECE.finditer(line.plain, begin, end):
            place = f'x="{found.start() * CELL:.5g}" textLength="{len(found[0]) * CELL:.5g}"'
            pieces.append(f"<tspan {place}{looks}>{escape(found[0])}</tspan>")
    return f'<text y="{row * LINE}">{"".join(pieces)}</text>' if pieces else ""


def picture() -> str:
    """Return the session as SVG, in the reader's own monospace font; still for those who ask for less motion."""
    frames = [frame(keys) for keys in FRAMES]
    height = (max(map(len, frames)) + 3) * LINE
    style = STYLE.format(ink=INK, all=f"{SECONDS * len(frames):.4g}", share=f"{100 / len(frames):.4g}")
    size = f"{WIDTH * CELL + 24:.4g} {height}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" aria-label="{COMMAND}">',
        f"<style>{style}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/><g transform="translate(12 {1.5 * LINE})">',
        drawn(Text(f"$ {COMMAND}"), 0),
    ]
    for index, lines in enumerate(frames):
        last = ' id="last"' if index == len(frames) - 1 else ""
        parts.append(f'<g class="f"{last} style="animation-delay:{SECONDS * index:.4g}s">')
        parts += [drawn(line, row) for row, line in enumerate(lines, start=2)]
        parts.append("</g>")
    return "\n".join([*filter(None, parts), "</g></svg>", ""])


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "play.svg")
    target.write_text(picture(), encoding="utf-8")
    print(f"File: {target}")
