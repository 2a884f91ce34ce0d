"""Products and sines of features, and their names."""

import itertools

import numpy as np
import pytest

from sce_cli.core.expansion import EXPANSIONS, expanded, expanded_names, expanded_width
from tests.each import for_each

X, Y = 1.5, -0.5
HERE = np.array([[X, Y]])


def test_without_an_expansion_features_stay_the_array_they_are() -> None:
    assert expanded(HERE, "") is HERE
    assert expanded_names(("x", "y"), "") == ("x", "y")
    assert expanded_width(7, "") == 7


def test_known_products_and_sines() -> None:
    squares = {"x": X, "y": Y, "x²": X * X, "x·y": X * Y, "y²": Y * Y}
    cubes = {**squares, "x³": X**3, "x²·y": X * X * Y, "x·y²": X * Y * Y, "y³": Y**3}
    waves = {"x": X, "y": Y}
    for k, wave in itertools.product((1, 2, 3), (np.sin, np.cos)):
        times = f"{k}·" if k > 1 else ""
        waves |= {f"{wave.__name__}({times}{name})": wave(k * value) for name, value in (("x", X), ("y", Y))}
    for expansion, known in (("2", squares), ("3", cubes), ("sines", waves)):
        names = expanded_names(("x", "y"), expansion)
        assert {*names} == {*known}
        found = dict(zip(names, expanded(HERE, expansion)[0].tolist(), strict=True))
        assert found == pytest.approx(known, rel=1e-15)


@for_each("expansion,width", itertools.product(("", *EXPANSIONS), (1, 2, 3, 5, 8)))
def test_features_come_first_and_names_are_as_many(expansion: str, width: int) -> None:
    features = np.random.default_rng(width).normal(size=(6, width))
    inputs = expanded(features, expansion)
    names = expanded_names([f"f{index}" for index in range(width)], expansion)
    assert inputs.shape == (6, expanded_width(width, expansion)) == (6, len(names))
    assert len({*names}) == len(names)
    np.testing.assert_array_equal(inputs[:, :width], features)


def test_what_overflows_is_infinite_without_a_warning() -> None:
    assert np.isinf(expanded(np.array([[1e200, 1.0]]), "2")).any()
