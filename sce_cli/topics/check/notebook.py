"""The program in a notebook: its code cells, one after another."""

import ast
import json
import re
import warnings
from typing import Any

from sce_cli.translation import _

MAGIC = ("%", "!", "?", "get_ipython()")
"""What a line begins with that is for the notebook, not for Python."""

TIMED = {"%%time", "%%timeit", "%%capture"}
"""What stands above a cell of Python."""

ASSIGNED = re.compile(r"^(\s*[\w., ]+=\s*)[!%].*")
"""A name that is given what a magic returns."""

TIME = re.compile(r"^(\s*)%time\s+(?=\S)")
"""A magic before a statement that it runs."""


def program(data: bytes) -> bytes:
    """Return the code of a notebook. Raises ValueError for what is none."""
    try:
        cells = json.loads(data)["cells"]
        code = [_code(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(_("it is no notebook")) from error
    if any("display(" in cell for cell in code):
        code.insert(0, "display = print\n")  # a notebook has it without an import
    return "\n".join(code).encode(errors="backslashreplace")


def _code(source: Any) -> str:
    """Return a cell's lines, those for the notebook left out; of a cell in another language nothing."""
    lines = "".join(source).splitlines()
    if lines and lines[0].lstrip().startswith("%%"):
        lines = ["#", *lines[1:]] if lines[0].split()[0] in TIMED else ["#"] * len(lines)
    if not _is_python("\n".join(lines)):
        lines = _plain(lines)
    return "\n".join(lines) + "\n"


def _is_python(text: str) -> bool:
    """Tell whether a cell is Python as it is, so that a line that begins with % is no magic."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return "get_ipython()" not in text


def _plain(lines: list[str]) -> list[str]:
    """Return lines with pass in the place of each for the notebook, and nothing in that of those that go on with it."""
    plain: list[str] = []
    goes_on = False
    for line in lines:
        kept = "" if goes_on else _without_magic(line)
        goes_on = kept != line and line.rstrip().endswith("\\")
        plain.append(kept)
    return plain


def _without_magic(line: str) -> str:
    begin = line.lstrip()
    if TIME.match(line):
        return TIME.sub(r"\1", line)
    if begin.startswith(MAGIC) or line.rstrip().endswith("?"):
        return f"{line[: len(line) - len(begin)]}pass"
    return ASSIGNED.sub(r"\1None", line)
