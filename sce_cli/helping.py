"""The help of the commands in the language that is spoken."""

import copy
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from sce_cli.translation import N_, _, spoken

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "DEFAULT_STRING": N_("[default: {}]"),
}
"""What Typer's help says by itself, under the names that its module has for it."""

USAGE = N_("Usage: ")
EXAMPLE = N_("Example: ")
TYPERS_OWN = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
"""Help of the options that Typer adds."""


def in_short(text: str) -> str:
    """Return a command's help as the list of commands has it: its first line, and its example."""
    first, example = text.splitlines()[0], text.rpartition(_(EXAMPLE))[2].strip()
    return f"{first} {_(EXAMPLE)}{example}"


def translated(command: Any) -> Any:
    """Return a copy of a command whose texts are in the language that is spoken."""
    if spoken() == "en":
        return command
    copied = copy.copy(command)
    parameters: Callable[[Any], list[Any]] = command.get_params
    vars(copied)["get_params"] = lambda context: [*map(_parameter, parameters(context))]
    copied.help = _(command.help)
    copied.rich_help_panel = _(command.rich_help_panel) if isinstance(command.rich_help_panel, str) else None
    if command.short_help:
        copied.short_help = in_short(copied.help)
    return copied


def _parameter(parameter: Any) -> Any:
    """Return a copy of an option or argument whose help is in the language that is spoken."""
    copied = copy.copy(parameter)
    copied.help = _(parameter.help) if parameter.help else parameter.help
    if isinstance(parameter.show_default, str):
        copied.show_default = _(parameter.show_default)
    return copied


def settle_help() -> None:
    """Have Typer's headings, constants of its module, and its lines be of the language that is spoken."""
    from typer import rich_utils

    if spoken() != "en":
        from sce_cli.drawing.lines import settle_lines

        settle_lines()
    for name, text in HEADINGS.items():
        setattr(rich_utils, name, _(text))


class Command(TyperCommand):
    """A command whose help speaks the language."""

    def get_usage(self, ctx: Any) -> str:
        """Return how it is called."""
        return super().get_usage(ctx).replace(USAGE, _(USAGE), 1)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        settle_help()
        super(Command, translated(self)).format_help(ctx, formatter)


class Group(TyperGroup):
    """Commands whose list speaks the language."""

    def get_usage(self, ctx: Any) -> str:
        """Return how one is called."""
        return super().get_usage(ctx).replace(USAGE, _(USAGE), 1)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        settle_help()
        listed = translated(self)
        listed.commands = {name: translated(self.get_command(ctx, name)) for name in self.commands}
        super(Group, listed).format_help(ctx, formatter)
