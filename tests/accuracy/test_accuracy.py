"""No formula of the core is further from mpmath than its limit, or than SciPy; and the documents say so."""

from collections.abc import Mapping

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from tests.accuracy import rivals, table
from tests.accuracy.formulas import GROUPS, NOT_FORMULAS, OF_DISTRIBUTIONS, Formula, Group
from tests.accuracy.inputs import Batch
from tests.accuracy.measuring import OURS, measured
from tests.core import reference
from tests.readme import EXAMPLES, between_markers

FORMULAS = [formula for group in GROUPS.values() for formula in group.formulas]
MOST_INPUTS = 20_000

TAME: dict[str, Batch] = {
    "logits": (np.array([[0.2, 0.5, 0.3]]), np.array([[2.0, 1.0, 0.1]])),
    "distributions": (np.array([[0.2, 0.5, 0.3]]), np.array([[0.25, 0.35, 0.4]]), np.array([0.1])),
    "counts": (np.array([[6.0, 4.0, 1.0]]), np.array([[0.25, 0.35, 0.4]])),
}


def tame(name: str) -> Group:
    return Group(lambda **_: iter([TAME[name]]), GROUPS[name].formulas)


# The core.


@pytest.mark.search
@pytest.mark.parametrize("name", GROUPS)
def test_every_formula_is_within_its_limit_and_no_worse_than_scipy(name: str) -> None:
    worst = measured(GROUPS[name], {table.SCIPY: rivals.SCIPY_FORMULAS})
    for formula in GROUPS[name].formulas:
        found = worst[formula.name]
        assert found.inputs >= MOST_INPUTS
        assert found.errors[OURS] <= formula.limit, (formula.name, found.arguments)
        if table.SCIPY in found.errors:  # below one unit the two differ by luck
            assert found.errors[OURS] <= max(1.0, found.errors[table.SCIPY]), (formula.name, found.arguments)


def test_no_formula_of_the_core_is_left_out() -> None:
    assert {formula.name for formula in FORMULAS} | NOT_FORMULAS == {*core.__all__}
    assert not {formula.name for formula in FORMULAS} & NOT_FORMULAS


# The measuring rod.


@pytest.mark.parametrize("name", GROUPS)
def test_an_error_of_eight_units_is_found_in_any_formula(name: str) -> None:
    off = {formula.name: _eight_units_off(formula) for formula in GROUPS[name].formulas}
    for formula in GROUPS[name].formulas:
        errors = measured(tame(name), {"off": off})[formula.name].errors
        assert 4 < errors["off"] < 12


def _eight_units_off(formula: Formula) -> rivals.Rival:
    """Return the formula with 8 of its units added to every result."""

    def wrong(*arguments: Array) -> Array:
        result = formula.ours(*arguments)
        size, factor = formula.unit.size(*arguments), formula.unit.factor(*arguments)
        unit = np.maximum(np.spacing(np.abs(result)), np.spacing(np.abs(size)))
        return result + 8 * unit * factor

    return wrong


@pytest.mark.parametrize("name", GROUPS)
def test_scipy_agrees_where_nothing_is_hard(name: str) -> None:
    agrees(name, rivals.SCIPY_FORMULAS)


@pytest.mark.parametrize("name", GROUPS)
def test_torch_agrees_where_nothing_is_hard(name: str) -> None:
    pytest.importorskip("torch")
    agrees(name, rivals.torch_formulas())


def agrees(name: str, formulas: Mapping[str, rivals.Rival]) -> None:
    """Assert that a rival computes what its name says: its column would be worth nothing otherwise."""
    worst = measured(tame(name), {"rival": formulas})
    for formula in GROUPS[name].formulas:
        if formula.name in formulas:
            assert worst[formula.name].errors["rival"] <= 16, formula.name


# The table.


def test_the_table_has_every_formula_with_its_limit_and_keeps_it() -> None:
    rows = table.read((EXAMPLES / "accuracy.md").read_text(encoding="utf-8"))
    assert list(rows) == [formula.name for formula in FORMULAS]
    for formula in FORMULAS:
        row = rows[formula.name]
        assert (row["limit"], row["in units of"]) == (f"{formula.limit:g}", formula.unit.name)
        assert int(row["inputs"].replace(",", "")) >= MOST_INPUTS
        assert float(row[OURS]) <= formula.limit
        assert (row[table.SCIPY] != "–") == (formula.name in rivals.SCIPY_FORMULAS)


def test_a_table_written_is_the_table_read() -> None:
    worst = measured(tame("distributions"), {table.SCIPY: rivals.SCIPY_FORMULAS})
    lines = [table.HEAD, *(table.line(formula, worst[formula.name]) for formula in OF_DISTRIBUTIONS)]
    text = between_markers("before\n<!-- accuracy -->\nold\n<!-- /accuracy -->\nafter\n", "accuracy", "\n".join(lines))
    assert "old" not in text
    assert (text.startswith("before\n"), text.endswith("after\n")) == (True, True)
    row = table.read(text)["kl_divergence"]
    assert (row["inputs"], row["limit"], row[table.TORCH]) == ("1", "4", "–")
    assert float(row[OURS]) == pytest.approx(worst["kl_divergence"].errors[OURS], rel=0.06)


@pytest.mark.parametrize(
    ("error", "cell"), [(None, "–"), (0.0, "0"), (0.766, "0.77"), (12.34, "12"), (9.007e15, "9.0e15"), (np.inf, "∞")]
)
def test_errors_are_shown_with_two_digits(error: float | None, cell: str) -> None:
    assert table.shown(error) == cell


def test_the_unit_of_a_gradient_is_that_of_its_larger_part() -> None:
    (gradient,) = [formula for formula in FORMULAS if formula.name == "cross_entropy_gradient"]
    q, z = np.array([[1.0, 0.0]]), np.array([[40.0, 0.0]])
    tiny = float(reference.softmax(z[0])[1])
    np.testing.assert_allclose(gradient.unit.size(q, z), [[tiny, tiny]], rtol=1e-15)
    assert np.ravel(gradient.unit.factor(q, z)).tolist() == [1, 41]
