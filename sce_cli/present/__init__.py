"""The only room that prints or writes: a study as steps, JSON, figures and handouts; lessons; and complaints."""

import sys
from collections.abc import Iterable
from contextlib import suppress

from sce_cli.errors import ExitCode, SceError
from sce_cli.present.files import write_files
from sce_cli.present.outputs import Outputs, Performance, Presentation
from sce_cli.present.writing import write, write_all
from sce_cli.text import exact, visible
from sce_cli.translation import _

__all__ = ["Outputs", "Performance", "Presentation", "complain", "mention", "present"]


def present(shown: Presentation | Performance) -> ExitCode:
    """Write the files that were asked for, show the steps or the JSON, and return the exit code.

    The files come first: if one can't be written, nothing is printed either. A demonstration is played.
    """
    if isinstance(shown, Performance):
        from sce_cli.present.stage import perform

        return perform(shown)
    if shown.outputs.json:
        from sce_cli.present.document import as_json

        write_files(shown)
        write(as_json(shown))
    elif (document := shown.view.document(shown.study)) is not None:
        _show_document(shown, document)
    else:
        _show_steps(shown)
    return shown.study.exit_code


def _show_steps(shown: Presentation) -> None:
    from sce_cli.present.player import play
    from sce_cli.present.slides import closing_slide, study_slides

    slides = study_slides(shown, asking=shown.outputs.predict)  # refuses a step that isn't there before it writes
    slides.append(closing_slide(shown, write_files(shown)))
    play(slides, shown.outputs)


def _show_document(shown: Presentation, document: Iterable[str]) -> None:
    """Print a table, unless it went to a file, and on stderr which claims failed."""
    shown.check_steps_are_there("step", "from_step", "predict", "handout")
    files = write_files(shown)
    write_all([f"{visible(line)}\n" for line in files] or document)
    for note in shown.explained.notes:
        print(visible(note), file=sys.stderr)
    for remark in shown.view.remarks(shown.study):
        print(visible(remark), file=sys.stderr)
    for check in shown.study.checks:
        if not check.holds:
            sizes = {"error": check.error, "allowed": check.tolerance}
            said = _("FAILS: {claim}; off by {error:.1e}, allowed {allowed:.1e}").format(claim=check.english, **sizes)
            print(said, file=sys.stderr)


def mention(sentence: str) -> None:
    """Print a sentence beside the output, on stderr."""
    with suppress(OSError):  # nothing but the sentence is lost
        print(visible(sentence), file=sys.stderr)


def complain(error: SceError) -> ExitCode:
    """Print a mistake as one line and its remedy as another on stderr, and return the exit code."""
    with suppress(OSError):  # a stderr that can't be written leaves only the exit code
        for line in (_("Error: {message}").format(message=error.message), error.remedy):
            print(exact(line), file=sys.stderr)
    return ExitCode.BAD_INPUT
