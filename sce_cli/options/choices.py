"""An option that takes one of a few names."""

from collections.abc import Sequence
from typing import Any

import typer

from sce_cli.parsers.choices import one_of


def choice(
    option: str, choices: Sequence[str], *, help: str, metavar: str = "", show_default: bool | str = True
) -> Any:
    """Return the declaration of an option, which the shell can complete; metavar: else the names themselves."""
    parser = one_of(option, choices)
    return typer.Option(
        option,
        parser=parser,
        autocompletion=parser.completed,
        metavar=metavar or "|".join(choices),
        help=help,
        show_default=show_default,
    )
