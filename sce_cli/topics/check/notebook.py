"""The program in a notebook: its code cells, one after another."""

import json
from typing import Any

from sce_cli.translation import _

MAGIC = ("%", "!", "?")
"""What a line begins with that is for the notebook, not for Python."""


def program(data: bytes) -> bytes:
    """Return the code of a notebook. Raises ValueError for what is none."""
    try:
        cells = json.loads(data)["cells"]
        code = [_code(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(_("it is no notebook")) from error
    return "\n".join(code).encode(errors="backslashreplace")


def _code(source: Any) -> str:
    """Return a cell's lines, those for the notebook as comments; of a cell in another language nothing."""
    lines = "".join(source).splitlines()
    if lines and lines[0].lstrip().startswith("%%"):
        timed = lines[0].split()[0] in {"%%time", "%%timeit", "%%capture"}
        lines = ["#", *lines[1:]] if timed else ["#"] * len(lines)
    return "\n".join(_plain(line) for line in lines) + "\n"


def _plain(line: str) -> str:
    begin = line.lstrip()
    indent = line[: len(line) - len(begin)]
    left_out = begin.startswith(MAGIC) or line.rstrip().endswith("?")
    return f"{indent}pass" if left_out else line
