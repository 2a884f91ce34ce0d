"""The worst error of a formula and of its rivals, over all inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sce_cli.core.checks import Array
from tests.accuracy.formulas import Formula, Group
from tests.accuracy.inputs import Batch
from tests.accuracy.rivals import Rival
from tests.core import reference

OURS = "ours"


@dataclass
class Worst:
    """The largest errors of a formula so far, by whose it is, in the formula's unit, and where ours was found."""

    errors: dict[str, float] = field(default_factory=dict)
    arguments: tuple[Array, ...] = ()
    inputs: int = 0


def measured(group: Group, rivals: Mapping[str, Mapping[str, Rival]], **few: int) -> dict[str, Worst]:
    """Return the largest errors of each formula of a group, by its name.

    rivals: for each rival, its formulas by name. few: as the group's batches take it.
    """
    worst = {formula.name: Worst() for formula in group.formulas}
    for batch in group.batches(**few):
        for formula in group.formulas:
            theirs = {name: known[formula.name] for name, known in rivals.items() if formula.name in known}
            _add(worst[formula.name], formula, formula.arguments(*batch), theirs)
    return worst


def _add(worst: Worst, formula: Formula, arguments: Batch, rivals: Mapping[str, Rival]) -> None:
    worst.inputs += len(arguments[0])
    twins = [formula.twin(*row) for row in zip(*arguments, strict=True)]
    expected = reference.rounded(value for twin in twins for value in (twin if isinstance(twin, list) else [twin]))
    shape = (len(twins), expected.nearest.size // len(twins))
    size, factor = formula.unit.size(*arguments), formula.unit.factor(*arguments)
    for name, function in {OURS: formula.ours, **rivals}.items():
        with np.errstate(all="warn" if name == OURS else "ignore", under="ignore"):
            result = function(*arguments)
        errors = reference.ulp_errors(result.ravel(), expected, np.ravel(size)).reshape(shape)
        errors = errors / np.reshape(factor, (-1, 1) if np.ndim(factor) == 1 else np.shape(factor))
        if not errors.max() <= worst.errors.get(name, -1.0):
            worst.errors[name] = float(errors.max())
            if name == OURS:
                row = int(errors.max(axis=-1).argmax())
                worst.arguments = tuple(argument[row] for argument in arguments)
