"""The view that explains a study, and what it can't do."""

import re
from importlib import import_module
from types import ModuleType

from sce_cli.errors import SceError, quoted
from sce_cli.present.outputs import Presentation
from sce_cli.study import Study


def view_of(study: Study) -> ModuleType:
    """Return the view beside the module that a study comes from."""
    return import_module(re.sub("study$", "view", type(study).__module__))


def check_steps_are_there(shown: Presentation, *options: str) -> None:
    """Refuse the shared options that need steps, where the study is a table that has none."""
    for option in options:
        value = getattr(shown.outputs, option)
        if value and hasattr(view_of(shown.study), "document"):
            given = f"--{option.replace('_', '-')}" + ("" if value is True else f" {quoted(value)}")
            raise SceError(f"{given}: a table of predictions has no steps.", "Follow one example, with --row N.")
