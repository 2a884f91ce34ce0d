"""The command line: the app, the registration of the commands, and the one door for errors."""

import functools
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from typer.main import get_command

from sce_cli import __version__, memory
from sce_cli.correction import (
    EXTRA_WORDS,
    NEEDS_VALUE,
    TAKES_NO_VALUE,
    bracketed,
    check_step,
    corrected,
    has_other_spelling,
    paired,
    spelled,
    unknown_command,
    unknown_option,
)
from sce_cli.errors import Change, ExitCode, SceError, shortened, why
from sce_cli.helping import Command, Group, in_short
from sce_cli.options import outputs
from sce_cli.parsers.numbers import NEGATIVE
from sce_cli.study import Explained
from sce_cli.topics import TOPICS
from sce_cli.translation import LETTERS, N_, _, asked_language, language_of_surroundings, speak, speaking, spoken
from sce_cli.units import Unit

if TYPE_CHECKING:
    from sce_cli.present import Performance, Presentation

UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # Typer's own name for it is private

IN_CLASS = N_("In class")
"""The help's group of the commands that are no topics; the topics name theirs."""

OTHERS = {"lesson": "sce_cli.lessons.command", "play": "sce_cli.play.command"}
"""The commands that are no topics, each with the module of its `command` and `HELP`.

It returns an exit code, or what is to be presented.
"""

COMMANDS = (*(topic.name for topic in TOPICS), *OTHERS)
"""In the order of the help."""

OWN_OPTIONS = ("--version", "--install-completion", "--show-completion")
"""Options of `sce` itself, beside --help."""

SETTINGS = {"help_option_names": ["-h", "--help"]}

BEGIN = N_(
    """\
sce teaches softmax and cross-entropy
by running them. Begin with one of these

   sce lesson 1
      a lesson, slide by slide
   sce softmax 2 1 0.1
      from scores to probabilities
   sce mle --white 6 --black 4
      which p explains ten draws?
   sce train
      a classifier of iris flowers

sce --help lists the commands,
sce lesson lists the chapters.
"""
)
"""What `sce` alone prints, which fits every screen: where to begin."""


class Commands(Group):
    """The commands, each of which is imported and built when it is called, listed or completed."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        unbuilt: Any = dict.fromkeys(COMMANDS)
        self.commands = unbuilt | self.commands

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name, or None."""
        if cmd_name in self.commands and self.commands[cmd_name] is None:
            self.commands[cmd_name] = built(cmd_name)
        return self.commands.get(cmd_name)


app = typer.Typer(cls=Commands, pretty_exceptions_enable=False, context_settings=SETTINGS)


def built(name: str) -> Any:
    """Import a command and build it; a topic's also takes the shared options, for outputs of its study."""
    topic = next((topic for topic in TOPICS if topic.name == name), None)
    module = import_module(f"sce_cli.topics.{name}.command" if topic else OTHERS[name])
    body = _presenting(name, module.command) if topic else module.command
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=SETTINGS)
    group = topic.group if topic else IN_CLASS
    alone.command(name, cls=Command, help=module.HELP, short_help=in_short(module.HELP), rich_help_panel=group)(body)
    return get_command(alone)


def _presenting(name: str, body: Callable[..., Explained]) -> Callable[..., "Presentation"]:
    """Return a body with the shared options added, which returns its study with what is to be made of it."""

    @functools.wraps(body)
    def command(**arguments: Any) -> "Presentation":
        shared = {option.name: arguments.pop(option.name) for option in outputs.SHARED}
        from sce_cli.present import Outputs, Presentation

        outputs.check_language(shared.pop("lang"), shared["ascii"])  # it is spoken since before the command was built
        outputs.check_outputs(shared)
        outputs.check_files({**arguments, "plot": shared["plot"], "handout": shared["handout"]})
        if shared["json"]:
            speak("en")  # a program reads it
        explained = body(**arguments)
        arguments.pop("words", None)  # what they mean stands under the options that they stand for
        return Presentation(name, arguments, explained, Outputs(**{**shared, "base": Unit(shared["base"])}))

    signature = inspect.signature(body)
    parameters = [*signature.parameters.values(), *outputs.SHARED]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def print_version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        typer.echo(f"sce {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True, help="Teach softmax and cross-entropy by running them.")
def sce(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    lang: outputs.Lang = None,
) -> None:
    """Say where to begin, where no command is named."""
    if context.invoked_subcommand is None:
        typer.echo(_(BEGIN), nl=False)


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code; the language that it speaks is spoken no longer than that."""
    with speaking(spoken()):
        return _run(argv)


def _run(argv: list[str]) -> int:
    """Run one command line: the one door for errors."""
    words: Sequence[str] = argv
    try:
        _speak(argv)
        words = _understood(argv)
        return _shown(_called(words))
    except SceError as mistake:
        return _complain(mistake, words)
    except UsageError as mistake:
        return _complain(_as_sce_error(mistake, words), words)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except SystemExit:  # Rich's way to say that the reader of the help has closed the pipe
        return ExitCode.OK
    except (MemoryError, ImportError) as fault:
        if not memory.ran_out(fault):
            raise
        return _complain(memory.refusal(), words)
    except OSError as fault:  # the help's way to a full disk; a study's outputs have their own messages
        said = _("the output can't be written: {reason}.").format(reason=why(fault))
        return _complain(SceError(said, _("Send it elsewhere.")), words)


def _speak(words: Sequence[str]) -> None:
    """Speak the language that the command line asks for, else that of the surroundings, where the streams carry it."""
    asked = asked_language(words)
    language = asked or language_of_surroundings()
    streams = (sys.stdout, sys.stderr)
    carried = all(carries(stream, LETTERS.get(language, "")) for stream in streams)
    speak(language if carried and "--ascii" not in words else "en")
    if asked and not carried and "--ascii" not in words:
        from sce_cli.present import mention

        said = _("The output can't carry --lang {language} here: it is in English. Set PYTHONIOENCODING=utf-8.")
        mention(said.format(language=asked))


def carries(stream: TextIO, letters: str) -> bool:
    """Tell whether a stream's encoding has some letters."""
    try:
        letters.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _understood(words: Sequence[str]) -> Sequence[str]:
    """Return a command line with the command's own spelling of its name and options; refuse what is no command."""
    place = next((place for place, word in enumerate(words) if word.lower() in COMMANDS), 0)
    if place and words[0].startswith("-") and words[0] not in OWN_OPTIONS:  # the options stand before the command
        words = [words[place], *words[:place], *words[place + 1 :]]
    if not words or words[0].startswith("-"):
        return words
    if words[0].lower() not in COMMANDS:
        raise unknown_command(words, COMMANDS)
    words = [words[0].lower(), *words[1:]]
    if words[1:] in (["help"], ["?"]) and not os.path.lexists(words[1]):
        return [words[0], "--help"]
    words = paired(bracketed(words))
    if has_other_spelling(words):
        words = spelled(words, _options_of(words))
    if "--step" in words:
        check_step(words, _options_of(words))
    return words


def _called(words: Sequence[str]) -> Any:
    """Run the body of the command that a command line names, and return what it returns.

    A command finds what runs a topic in its context, as `obj`.
    """
    return app([_told_apart(word) for word in words], prog_name="sce", standalone_mode=False, obj=_presented)


def _presented(words: Sequence[str]) -> Any:
    """Run a topic or a demonstration that a lesson names, and return what it would present."""
    from sce_cli.present import Performance, Presentation

    try:
        result = _called(_understood(words))
    except SceError as mistake:
        raise _with_line(mistake, words) from mistake
    except UsageError as mistake:
        raise _with_line(_as_sce_error(mistake, words), words) from mistake
    assert isinstance(result, (Presentation, Performance)), "lessons name topics and demonstrations"
    return result


def _shown(result: "Presentation | Performance | int | None") -> int:
    """Present a study or a demonstration, and return the exit code."""
    if result is None or isinstance(result, int):  # what the help and the version leave
        return result or ExitCode.OK
    from sce_cli.present import present

    return present(result)


def _told_apart(word: str) -> str:
    """Put a blank before a negative number, so that Typer doesn't take it for an option; the parsers strip it."""
    return f" {word}" if NEGATIVE.fullmatch(word) else word


def _options_of(words: Sequence[str]) -> dict[str, bool]:
    """Return the options of the command that a command line names, each with whether it is a flag."""
    group: Any = get_command(app)
    command = group.get_command(None, words[0]) if words else None
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"] if command else []
    return {name: option.is_flag for option in options for name in option.opts if name.startswith("--")}


def _as_sce_error(mistake: Any, words: Sequence[str]) -> SceError:
    """Return a mistake that Typer found as one line and a remedy: the option that was meant, or the command's help."""
    if hasattr(mistake, "possibilities"):  # of an option that isn't there
        return unknown_option(words, mistake.option_name, _options_of(words))
    message = shortened(" ".join(mistake.format_message().replace("Value error, ", "").split()))
    flag, extra, bare = (said.search(message) for said in (TAKES_NO_VALUE, EXTRA_WORDS, NEEDS_VALUE))
    if flag:
        said = _("{option} takes no value.").format(option=flag[1])
        return SceError(said, _("Leave the value out"), Change(flag[1], ""))
    if extra:
        said = _("there is no place for {words}.").format(words=extra[1])
        return SceError(said, _("Leave out what is too much"), *(Change(word, None) for word in extra[1].split()))
    command = mistake.ctx.command_path if mistake.ctx else " ".join(["sce", *words[:1]])
    said = _("{option} needs a value.").format(option=bare[1]) if bare else message
    return SceError(said, _("Look it up: {line}").format(line=f"{command} --help"))


def _with_line(mistake: SceError, words: Sequence[str]) -> SceError:
    """Return a mistake with the corrected line behind its remedy, where one can be shown."""
    if not mistake.changes:
        return mistake
    flags = [name for name, flag in _options_of(words).items() if flag]
    line = corrected(words, mistake.changes, flags)
    open_ended, asks = mistake.remedy.endswith("..."), mistake.remedy.endswith(("?", "？"))
    remedy = mistake.remedy if open_ended else mistake.remedy.removesuffix(".").removesuffix("。")
    if not line:
        return SceError(mistake.message, remedy if asks or open_ended else _("{remedy}.").format(remedy=remedy))
    said = _("{question} {line}") if asks else _("{remedy}: {line}")
    return SceError(mistake.message, said.format(question=remedy, remedy=remedy, line=line))


def _complain(mistake: SceError, words: Sequence[str]) -> ExitCode:
    from sce_cli.present import complain

    return complain(_with_line(mistake, words))
