"""The limits that `tests.accuracy` holds on 20,000 inputs, on a few of each kind: a first look, of a second or two."""

import pytest

from tests.accuracy.formulas import GROUPS
from tests.accuracy.measuring import OURS, measured

FEW = 24
"""Of one class; 12 of 2, and so on to 2 of 10."""


@pytest.mark.parametrize("name", GROUPS)
def test_every_formula_is_within_its_limit(name: str) -> None:
    worst = measured(GROUPS[name], {}, most=FEW)
    for formula in GROUPS[name].formulas:
        assert worst[formula.name].errors[OURS] <= formula.limit, (formula.name, worst[formula.name].arguments)
