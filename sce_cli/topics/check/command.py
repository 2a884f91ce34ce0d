"""`sce check`: its arguments, the rules between them, and its body."""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli.errors import Change, SceError, brief, quoted, why
from sce_cli.options.choices import choice
from sce_cli.options.rules import only_one
from sce_cli.parsers.files import free_name, output_file
from sce_cli.parsers.numbers import bounded
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.topics.check.process import Job
    from sce_cli.topics.check.study import Program

HELP = """\
Run a student's own softmax, loss or gradient, and say what went wrong with it, by name.

It runs the program itself, with your rights, as if you had typed python FILE.py. Begin one with --new.

Example: sce check mine.py
"""

ORDERS = ("target,prediction", "prediction,target")
SHAPES = ("one", "batch")

CALL_SECONDS = 2.0
"""How long one call may take, unless the user says."""

ENDINGS = (".py", ".ipynb")
"""What is looked for in a folder."""

LARGEST = 10_000_000
"""Bytes of a program."""

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE...",
        help="Programs, notebooks or folders of them: one is explained, many become a table.",
        show_default=False,
    ),
]
New = Annotated[
    Path | None,
    typer.Option(
        "--new",
        parser=output_file("--new", ".py"),
        metavar="FILE.py",
        help="Write the eight functions to be filled in, with what each takes and gives.",
    ),
]
Named = Annotated[
    list[str] | None,
    typer.Option(
        "--function", metavar="OURS=YOURS", help="What you call one, as in loss=my_loss.", show_default="by its name"
    ),
]
Order = Annotated[
    str | None,
    choice(
        "--order",
        ORDERS,
        metavar="FIRST,SECOND",
        help="Which of two parameters comes first: target,prediction or prediction,target.",
        show_default="as their names tell",
    ),
]
Shape = Annotated[
    str | None,
    choice(
        "--shape",
        SHAPES,
        help="Try softmax and log_softmax on single examples or on batches only.",
        show_default="both",
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--seconds",
        parser=bounded(
            "--seconds", N_("from 0.05 to 600"), N_("Give a number of seconds, such as 2"), least=0.05, most=600
        ),
        metavar="S",
        help="How long one call may take.",
        show_default="2",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--output", ".csv"),
        metavar="FILE.csv",
        help="Write a table: a row a file, a column a function.",
    ),
]


def command(
    words: Files = None,
    new: New = None,
    function: Named = None,
    order: Order = None,
    shape: Shape = None,
    seconds: Seconds = None,
    output: Output = None,
) -> Explained:
    """Return the study of a program, of many, or of a new one."""
    only_one({"": " ".join(words or ()) or None, "--new": new}, _("Begin a new one, or check one that is there"))
    if new is not None:
        return _new(new)
    if not words:
        raise SceError(_("check names no program."), _("Begin one"), Change("--new", free_name("mine", ".py")))
    from sce_cli.topics.check.process import Job

    named, files = _functions(function or ()), _files(words)
    turned = tuple((order or "").split(",")) if order else ()
    many = len(files) > 1 or output is not None or os.path.isdir(words[0])
    sources = [_source(file, alone=not many) for file in files]
    limit = CALL_SECONDS if seconds is None else seconds
    jobs = [
        Job(file, source, limit, named, turned, shape or "", unreadable)
        for file, (source, unreadable) in zip(files, sources, strict=True)
    ]
    return _of_many(jobs) if many else _of_one(jobs[0])


def _new(path: Path) -> Explained:
    """Return the stubs for a file that isn't there."""
    if os.path.lexists(path):
        raise SceError(
            _("--new {path}: this file is already there.").format(path=quoted(path)),
            _("Name a new one"),
            Change("--new", free_name("mine", ".py"), str(path)),
        )
    from sce_cli.topics.check.stubs import StubsStudy

    return Explained(StubsStudy((), str(path)), _view_of_stubs)


def _of_one(job: "Job") -> Explained:
    from sce_cli.topics.check.study import of_one, programs

    program = programs([job])[0]
    _check_runs(program)
    _check_named(program, job)
    if not program.there:
        raise SceError(
            _("{file} defines none of the functions that sce check knows.").format(file=quoted(job.file)),
            _("Name yours with --function loss=my_loss, or begin with {line}").format(
                line=f"sce check --new {free_name('mine', '.py')}"
            ),
        )
    return Explained(of_one(program), _view, {"seconds": job.seconds})


def _of_many(jobs: Sequence["Job"]) -> Explained:
    from sce_cli.present.live import counted
    from sce_cli.topics.check.study import of_many, programs

    with counted(sum(not job.unreadable for job in jobs)) as ready:
        return Explained(of_many(programs(jobs, ready)), _view_of_many, {"seconds": jobs[0].seconds})


def _view() -> View:
    from sce_cli.topics.check.view import CheckView

    return CheckView()


def _view_of_many() -> View:
    from sce_cli.topics.check.class_view import ClassView

    return ClassView()


def _view_of_stubs() -> View:
    from sce_cli.topics.check.stubs_view import StubsView

    return StubsView()


def _functions(pairs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what --function gives: pairs of our name and the student's."""
    from sce_cli.topics.check.signatures import OURS

    named = []
    for pair in (part for text in pairs for part in text.split(",")):
        ours, equals, yours = (part.strip() for part in pair.partition("="))
        if ours not in OURS or not equals or not yours:
            (near,) = get_close_matches(ours, OURS, n=1, cutoff=0)
            raise SceError(
                _("--function {pair} doesn't name one of ours and one of yours.").format(pair=quoted(pair)),
                _("Ours are {names}").format(names=", ".join(OURS)),
                Change("--function", f"{near}={yours if yours.isidentifier() else near}", brief(pairs[0])),
            )
        named.append((ours, yours))
    return tuple(named)


def _files(words: Sequence[str]) -> list[str]:
    """Return the files that are named, and those in folders that are, in the order of their names."""
    files = []
    for word in words:
        try:
            inside = sorted(os.listdir(word)) if os.path.isdir(word) else None
        except (OSError, ValueError) as error:
            raise _unreadable(word, error) from error
        if inside is None:
            files.append(word)
        else:
            files += [os.path.join(word, name) for name in inside if name.lower().endswith(ENDINGS)]
    if not files:
        raise SceError(
            _("{folder} has no program in it.").format(folder=quoted(" ".join(words))),
            _("Name a folder with files that end in {endings}.").format(endings=", ".join(ENDINGS)),
        )
    return list(dict.fromkeys(files))


def _source(file: str, *, alone: bool) -> tuple[bytes, str]:
    """Return a program's text, and "" or, of one of many, why it can't be read."""
    try:
        return _read(file), ""
    except (OSError, ValueError) as error:
        if alone:
            raise _unreadable(file, error) from error
        return b"", why(error)


def _read(file: str) -> bytes:
    path = Path(file)
    if path.exists() and not path.is_file():
        raise ValueError(_("it is no file"))
    if path.exists() and path.stat().st_size > LARGEST:
        raise ValueError(_("it is too large for a program"))
    data = path.read_bytes()
    if not file.lower().endswith(".ipynb"):
        return data
    from sce_cli.topics.check.notebook import program

    return program(data)


def _unreadable(file: str, error: Exception) -> SceError:
    reason = why(error)
    if isinstance(error, FileNotFoundError):
        return SceError(
            _("FILE {file}: there is no such file.").format(file=quoted(file)),
            _("Begin one: {line}").format(line=f"sce check --new {free_name('mine', '.py')}"),
        )
    return SceError(
        _("FILE {file} can't be read: {reason}.").format(file=quoted(file), reason=brief(reason)),
        _("Name a Python program or a notebook."),
    )


def _check_runs(program: "Program") -> None:
    """Refuse a program whose own top level fails."""
    if program.error is None:
        return
    if program.line is None:
        message = _("{file} can't be run: {error}.").format(file=quoted(program.file), error=program.error)
    else:
        message = _("{file}, line {line}: {error}").format(
            file=quoted(program.file), line=program.line, error=program.error
        )
    raise SceError(message, _("Mend that first; functions that are tried out below if __name__ are left alone."))


def _check_named(program: "Program", job: "Job") -> None:
    """Refuse a function that --function names and that isn't there."""
    known = {function.name for function in program.functions if function.as_ is not None}
    for ours, yours in job.functions:
        if ours not in known:
            raise SceError(
                _("--function {ours}={yours}: there is no {yours} in {file}.").format(
                    ours=ours, yours=brief(yours), file=quoted(program.file)
                ),
                ngettext("Name a function of the file.", "Name functions of the file.", len(job.functions)),
            )
