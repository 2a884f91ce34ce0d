"""The only code that prints or writes: a study as numbered steps or JSON, figures and other files; and complaints."""

import math
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sce_cli import __version__
from sce_cli.errors import ExitCode, SceError, quoted
from sce_cli.study import Check, Study
from sce_cli.units import Unit

WIDEST = 80
"""Columns of a view, unless `--width` asks for more and the terminal has them."""


@dataclass(frozen=True)
class Outputs:
    """Where a study goes, and how: what the shared options of the command line say."""

    unit: Unit = Unit.NATS
    as_json: bool = False
    plot: Path | None = None
    ascii_only: bool = False
    width: int | None = None


def present(command: str, arguments: dict[str, Any], study: Study, outputs: Outputs) -> ExitCode:
    """Write the files that were asked for, print the steps or the JSON, and return the exit code.

    A study that comes from topics.X is explained by views.X. The files come first: if one can't be written, nothing
    is printed either.
    """
    files = _write_files({**arguments, "plot": outputs.plot}, study, outputs.unit)
    if outputs.as_json:
        understood = {name: _understood(name, value, study) for name, value in arguments.items()}
        _print(_as_json(command, {**understood, "base": outputs.unit, "plot": outputs.plot}, study))
    elif hasattr(_view(study), "document"):
        _print(_view(study).document(study) if not files else "".join(f"{line}\n" for line in files))
        _warn_of_failures(study)
    else:
        _print(_as_steps(study, outputs, files))
    return study.exit_code


def complain(error: SceError) -> ExitCode:
    """Print a mistake as one line and its remedy as another on stderr, and return the exit code."""
    with suppress(OSError):  # a stderr that can't be written leaves only the exit code
        for line in (f"Error: {error.message}", error.remedy):
            visible = "".join(character if character.isprintable() else repr(character)[1:-1] for character in line)
            print(visible, file=sys.stderr)
    return ExitCode.BAD_INPUT


def _warn_of_failures(study: Study) -> None:
    """Say on stderr which claims failed, where stdout holds data."""
    for check in study.checks:
        if not check.holds:
            print(f"FAILS: {check.claim}; off by {check.error:.1e}, allowed {check.tolerance:.1e}", file=sys.stderr)


def _view(study: Study) -> ModuleType:
    return import_module(type(study).__module__.replace(".topics.", ".views."))


def _as_steps(study: Study, outputs: Outputs, files: list[str]) -> str:
    from rich.console import Group
    from rich.padding import Padding

    from sce_cli.drawing.terminal import Screen, escaped

    view = _view(study)
    screen = Screen(sys.stdout, ascii_only=outputs.ascii_only, width=_width(outputs.width))
    screen.print(view.title(study), style="bold")
    for index, step in enumerate(view.steps(study, outputs.unit), start=1):
        screen.print()
        screen.print(screen.heading(f"{index}. {step.title}"))
        screen.print(Padding(step.body, (0, 0, 0, 3)))
    screen.print()
    screen.print(screen.heading("Checked by two independent routes each"))
    screen.print(Padding(Group(*map(_check_line, study.checks)), (0, 0, 0, 3)))
    screen.print()
    screen.print(f"Result: {view.result(study, outputs.unit)}", style="bold")
    for line in files:
        screen.print(escaped(line))
    screen.print(_verdict(study.checks))
    return screen.text


def _check_line(check: Check) -> str:
    from sce_cli.drawing.terminal import error_size

    verdict = "[green]✓ holds:[/]" if check.holds else "[bold red]✗ FAILS:[/]"
    return f"{verdict} {check.claim}; off by {error_size(check.error)}, allowed {error_size(check.tolerance)}"


def _verdict(checks: tuple[Check, ...]) -> str:
    failed = sum(not check.holds for check in checks)
    return f"{failed} of {len(checks)} claims failed." if failed else f"All {len(checks)} claims hold."


def _width(asked: int | None) -> int:
    """Return the view's width: at most WIDEST unless asked, and never more than a terminal has."""
    terminal = shutil.get_terminal_size((asked or WIDEST, 24)).columns
    return min(asked or WIDEST, terminal) if sys.stdout.isatty() else asked or min(WIDEST, terminal)


def _understood(name: str, value: Any, study: Study) -> Any:
    """Return an argument as the study understood it: one left out may have become a field of the study."""
    return getattr(study, name, None) if value is None else value


def _as_json(command: str, arguments: dict[str, Any], study: Study) -> str:
    import json

    results = {field.name: getattr(study, field.name) for field in fields(study) if field.name != "checks"}
    checks = [{**asdict(check), "holds": check.holds} for check in study.checks]
    document = {
        "command": command,
        "version": __version__,
        "arguments": arguments,
        "unit": Unit.NATS.label,
        **results,
        "checks": checks,
    }
    return json.dumps(_plain(document), ensure_ascii=True, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Return a value as strict JSON has it: infinities as strings, NaN as null."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "tolist"):  # a NumPy array or scalar
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _print(text: str) -> None:
    """Write to stdout; a reader that has closed the pipe has seen enough."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered has nowhere to go
        if not isinstance(error, BrokenPipeError):
            raise SceError(
                f"standard output can't be written: {error.strerror}.", "Free some room, or send it elsewhere."
            ) from error


def _write_files(arguments: dict[str, Any], study: Study, unit: Unit) -> list[str]:
    """Write the files that the arguments name and the view can make; return a line for each.

    A view's figures are `figure`, for --plot, and those in its FIGURES; its FILES make bytes, or None where there is
    nothing worth keeping. All are made before the first is written.
    """
    wanted = {name: path for name, path in arguments.items() if isinstance(path, Path)}
    if not wanted:
        return []
    view = _view(study)
    figures = {"plot": getattr(view, "figure", None), **getattr(view, "FIGURES", {})}
    contents = {}
    for name, path in wanted.items():
        draw = figures.get(name)
        contents[name] = _figure(draw, study, unit, path) if name in figures else view.FILES[name](study)
    for name, data in contents.items():
        if data is not None:
            _save(f"--{name.replace('_', '-')}", wanted[name], data)
    return [
        f"{'Not written' if data is None else 'Figure' if name in figures else 'File'}: {wanted[name]}"
        for name, data in contents.items()
    ]


def _figure(draw: Callable[[Any, Unit], Any] | None, study: Study, unit: Unit, path: Path) -> bytes:
    from sce_cli.drawing import plot

    if draw is None:
        raise SceError(f"--plot {quoted(path)}: there is no figure of this.", "Leave it out.")
    return plot.render(lambda: draw(study, unit), path.suffix[1:].lower())


def _save(option: str, path: Path, data: bytes) -> None:
    try:
        _write_whole(path.resolve(), data)
    except OSError as error:
        raise SceError(
            f"{option} {quoted(path)} can't be written: {error.strerror}.",
            "Name a file in a folder that you may write to.",
        ) from error


def _write_whole(path: Path, data: bytes) -> None:
    """Write to a temporary name beside the target and rename, so that no half-written file is ever left."""
    temporary = path.with_name(f".sce-{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
