"""The units of a logarithm. Everything is computed in nats; a unit only converts for the reader."""

import math
from enum import Enum

from sce_cli.translation import N_, _

SPELLINGS = {
    **dict.fromkeys(["e", "nat", "nats", "ln", "natural"], "e"),
    **dict.fromkeys(["2", "bit", "bits", "log2", "shannon", "shannons"], "2"),
    **dict.fromkeys(["10", "dit", "dits", "log10", "ban", "bans", "hartley", "hartleys"], "10"),
}
"""What people call the bases, and what `--base` calls them."""


class Unit(Enum):
    """The base of the printed logarithms; the value is what `--base` takes."""

    NATS = "e"
    BITS = "2"
    DITS = "10"

    @property
    def label(self) -> str:
        """The plural noun that stands behind a number: nats, bits, dits, in the language that is spoken."""
        return _(self.english)

    @property
    def english(self) -> str:
        """The plural noun as JSON has it."""
        return {Unit.NATS: N_("nats"), Unit.BITS: N_("bits"), Unit.DITS: N_("dits")}[self]

    @property
    def log(self) -> str:
        """The logarithm's symbol."""
        return {Unit.NATS: "ln", Unit.BITS: "log₂", Unit.DITS: "log₁₀"}[self]

    @property
    def per_nat(self) -> float:
        """The factor that turns nats into this unit, 1/ln(base)."""
        return {Unit.NATS: 1.0, Unit.BITS: 1 / math.log(2), Unit.DITS: 1 / math.log(10)}[self]


def unit_named(text: str) -> Unit | None:
    """Return the unit that a noun names, in English or in the language that is spoken; None for another word."""
    name = text.strip().lower()
    spoken = {unit.label.lower(): unit for unit in Unit}
    return spoken.get(name) or (Unit(SPELLINGS[name]) if name in SPELLINGS and name not in {"e", "2", "10"} else None)
