"""How small a mean surprise can be: not 0, as many expect, but the entropy of the target."""

import math

from sce_cli.drawing.numbers import quantity
from sce_cli.study import Question
from sce_cli.units import Unit

LOW = 0.1
"""A floor that is a smaller part of ln K can't be guessed as a number: only whether it is 0."""


def least(what: str, entropy: float, classes: int, unit: Unit) -> Question | None:
    """Ask for the least value that `what` has over all predictions, H(q); entropy: H(q), nats; classes: K."""
    if classes < 2:
        return None
    most, floor = math.log(classes), quantity(entropy, unit)
    why = f"It is least at p = q, where it is H(q) = {floor}: even one who knows q can't tell what comes next."
    if not entropy:
        why = "It is least at p = q, where it is H(q) = 0, for this q leaves nothing to chance."
    if entropy <= LOW * most:
        ask = f"Choose the best p there is. What can be said of {what}?"
        return Question(ask, float(entropy > 0), why, choices=("It can be 0.", "It stays above 0."))
    return Question(
        f"Choose the best p there is. How small does {what} become, in {unit.label}?",
        entropy * unit.per_nat,
        why,
        tolerance=0.05 * most * unit.per_nat,
        unit=unit.label,
    )
