"""The eight functions to be filled in."""

from dataclasses import dataclass
from pathlib import Path

from sce_cli.study import Study
from sce_cli.translation import in_language

TEXT = Path(__file__).with_name("stubs.txt")
"""A program with them, in English; its first lines name the file."""


@dataclass(frozen=True, eq=False)
class StubsStudy(Study):
    """A file that is to be written."""

    file: str

    @property
    def text(self) -> str:
        """What stands in it."""
        name = "".join(sign if sign.isprintable() and sign not in '"\\' else "_" for sign in self.file)
        return in_language(TEXT).read_text(encoding="utf-8").replace("{name}", name)
