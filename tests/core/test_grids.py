"""Grids: a value joins the others in its place, and once."""

from sce_cli.core.grids import with_value


def test_a_value_joins_the_others_in_their_order() -> None:
    assert with_value([0.5, 0.1, 0.9], 0.3).tolist() == [0.1, 0.3, 0.5, 0.9]


def test_a_value_that_is_there_already_comes_once() -> None:
    assert with_value([0.5, 0.1, 0.5], 0.1).tolist() == [0.1, 0.5]
