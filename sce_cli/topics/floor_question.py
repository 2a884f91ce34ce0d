"""How small a mean surprise can be: not 0, as many expect, but the entropy of the target."""

import math

from sce_cli.drawing.numbers import quantity
from sce_cli.study import Question
from sce_cli.translation import _
from sce_cli.units import Unit

LOW = 0.1
"""A floor that is a smaller part of ln K can't be guessed as a number: only whether it is 0."""


def least(entropy: float, classes: int, unit: Unit, *, whether: str, how_small: str) -> Question | None:
    """Ask for the least value that a mean surprise has over all predictions, H(q).

    entropy: H(q), nats; classes: K. whether, how_small: the question for one of two choices, and for a number, which
    may name the logarithm {log} and its {unit}.
    """
    if classes < 2:
        return None
    most, floor = math.log(classes), quantity(entropy, unit)
    why = _("It is least at p = q, where it is {floor}: even one who knows q can't tell what comes next.")
    if not entropy:
        why = _("It is least at p = q, where it is 0, for this q leaves nothing to chance.")
    if entropy <= LOW * most:
        choices = (_("It can be 0."), _("It stays above 0."))
        ask = whether.format(log=unit.log, unit=unit.label)
        return Question(ask, float(entropy > 0), why.format(floor=floor), choices=choices)
    return Question(
        how_small.format(log=unit.log, unit=unit.label),
        entropy * unit.per_nat,
        why.format(floor=floor),
        tolerance=0.05 * most * unit.per_nat,
        unit=unit.label,
    )
