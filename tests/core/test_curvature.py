"""The bound of the largest second moment: never below the true one, found by another route, and close above it."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from sce_cli.core import curvature as module
from sce_cli.core.checks import Array
from sce_cli.core.curvature import _Tridiagonal, largest_moment
from tests.core.cases import EPSILON
from tests.each import for_each

Draw = Callable[["np.random.Generator", int, int], Array]


def true_one(features: Array) -> float:
    """Return the largest eigenvalue as the square of a singular value, which no matrix of squares was needed for."""
    size = max(float(np.abs(features).max()), 1.0)
    extended = np.column_stack([features.astype(np.float64), np.ones(len(features))]) / size
    return (float(np.linalg.svd(extended, compute_uv=False)[0]) * size) ** 2 / len(features)


def orthonormal(random: "np.random.Generator", examples: int, width: int) -> Array:
    """Return columns of length √N, or rows of length √D, at right angles to each other."""
    drawn = np.linalg.qr(random.normal(size=(max(examples, width), min(examples, width))))[0]
    longer: Array = (drawn if examples >= width else drawn.T) * np.sqrt(max(examples, width))
    return longer


DRAWN: dict[str, Draw] = {
    "normal": lambda random, n, d: random.normal(size=(n, d)),
    "far from 0": lambda random, n, d: random.normal(size=(n, d)) + 100,
    "of any size": lambda random, n, d: random.normal(size=(n, d)) * 10 ** random.uniform(-8, 8, size=d),
    "falling slowly": lambda random, n, d: random.normal(size=(n, d)) / np.sqrt(np.arange(1, d + 1)),
    "of rank 3": lambda random, n, d: random.normal(size=(n, 3)) @ random.normal(size=(3, d)),
    "of rank 3 and noise": lambda random, n, d: (
        random.normal(size=(n, 3)) @ random.normal(size=(3, d)) + random.normal(size=(n, d))
    ),
    "all equal": orthonormal,
    "fifty largest": lambda random, n, d: orthonormal(random, n, d) * np.where(np.arange(d) < 50, 3, 1),
    "two almost equal": lambda random, n, d: (
        orthonormal(random, n, d) * np.where(np.arange(d) < 2, [3 - 1e-9 * (d > 1)], 1)
    ),
    "zeros and ones": lambda random, n, d: (random.random(size=(n, d)) < 0.05).astype(float),
    "one entry": lambda random, n, d: np.where(np.arange(n * d).reshape(n, d) == n * d // 2, 7.0, 0.0),
    "nothing": lambda random, n, d: np.zeros((n, d)),
    "huge": lambda random, n, d: 1e150 * random.normal(size=(n, d)),
    "tiny": lambda random, n, d: 1e-200 * random.normal(size=(n, d)),
    "float32": lambda random, n, d: random.normal(size=(n, d)).astype(np.float32),
}
EVERY_DRAW = for_each("kind", DRAWN)
SHAPES = [(1, 1), (1, 9), (9, 1), (7, 8), (8, 7), (60, 400), (400, 60), (150, 150), (130, 300)]

ROUNDING = 1e-9
"""Above the largest allowance for rounding, (rows + columns)·ε·tr A, of tables of a few hundred rows and columns."""


def drawn(kind: str, examples: int, width: int, seed: int = 0) -> Array:
    return DRAWN[kind](np.random.default_rng([seed, examples, width]), examples, width)


@EVERY_DRAW
@for_each(("examples", "width"), SHAPES)
def test_of_a_short_side_it_is_the_largest_eigenvalue(kind: str, examples: int, width: int) -> None:
    for seed in range(2):
        features = drawn(kind, examples, width, seed)
        largest = true_one(features)
        assert largest <= largest_moment(features) <= largest * (1 + ROUNDING)


@EVERY_DRAW
@for_each(("examples", "width"), [shape for shape in SHAPES if min(shape) > 5])
def test_by_products_it_is_never_below_and_close(
    monkeypatch: pytest.MonkeyPatch, kind: str, examples: int, width: int
) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", 0)
    for seed in range(4):
        features = drawn(kind, examples, width, seed)
        largest = true_one(features)
        assert largest <= largest_moment(features) <= largest * (1 + 0.02)


@pytest.mark.parametrize(
    "kind", ["far from 0", "of any size", "of rank 3", "of rank 3 and noise", "all equal", "nothing"]
)
def test_of_two_long_sides_it_is_within_1e_4_where_the_largest_stands_out(kind: str) -> None:
    features = drawn(kind, 1100, 1050)
    largest = true_one(features)
    assert largest <= largest_moment(features) <= largest * (1 + 1.1e-4)


def test_of_two_long_sides_of_noise_it_is_within_a_hundredth() -> None:
    features = drawn("normal", 1100, 1050)
    largest = true_one(features)
    assert largest <= largest_moment(features) <= 1.01 * largest


@pytest.mark.parametrize("part", [1e-2, 1e-4, 1e-7, 1e-10])
def test_a_direction_that_the_start_hardly_sees_is_not_overlooked(monkeypatch: pytest.MonkeyPatch, part: float) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", 0)
    random, width = np.random.default_rng(3), 300
    start = np.random.default_rng(0).standard_normal(width + 1)[:-1]
    hidden = random.normal(size=width)
    hidden -= start * (hidden @ start) / (start @ start) * (1 - part)
    features = random.normal(size=(400, width))
    features += np.outer(random.normal(size=400), hidden / np.linalg.norm(hidden)) * 4
    largest = true_one(features)
    assert largest <= largest_moment(features) <= 1.02 * largest


@pytest.mark.parametrize("kind", ["of rank 3", "one entry", "nothing"])
def test_of_a_low_rank_it_holds_without_any_chance(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", 0)
    monkeypatch.setattr(module, "CHANCE", 1e-150)
    features = drawn(kind, 150, 150)
    largest = true_one(features)
    assert largest <= largest_moment(features) <= largest * (1 + 1.1e-4)


def test_the_trace_bounds_it_where_few_products_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", 0)
    monkeypatch.setattr(module, "PRODUCTS", 1)
    features = drawn("normal", 200, 150)
    trace = float((features**2).sum()) / 200 + 1
    assert true_one(features) <= largest_moment(features) <= trace * (1 + ROUNDING)


@EVERY_DRAW
def test_nothing_warns_or_raises_whatever_numpy_is_told(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    features = drawn(kind, 60, 70)
    for side in (module.MOST_SIDE, 0):
        monkeypatch.setattr(module, "MOST_SIDE", side)
        with np.errstate(all="raise"):
            assert largest_moment(features) > 0


@pytest.mark.parametrize("side", [0, module.MOST_SIDE])
@pytest.mark.parametrize("size", [1e155, 1e200, 1e308])
def test_beyond_the_floats_it_is_infinite(monkeypatch: pytest.MonkeyPatch, side: int, size: float) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", side)
    features = size * np.where(np.arange(3000).reshape(60, 50) % 7 < 3, 1.0, -1.0)
    assert largest_moment(features) == np.inf


@for_each("side", [0, module.MOST_SIDE])
@for_each("cached", [1, 500, 10**9])
@for_each(("examples", "width"), [(90, 70), (70, 90)])
def test_it_does_not_depend_on_the_blocks_or_the_layout(
    monkeypatch: pytest.MonkeyPatch, side: int, cached: int, examples: int, width: int
) -> None:
    monkeypatch.setattr(module, "MOST_SIDE", side)
    monkeypatch.setattr(module, "LITTLE", 10**12)
    features = drawn("of rank 3 and noise", examples, width)
    whole = largest_moment(features)
    monkeypatch.setattr(module, "CACHED", cached)
    wide = np.zeros((2 * examples, 3 * width))
    wide[::2, ::-3] = features
    for given in (features, np.asfortranarray(features), wide[::2, ::-3]):
        given.flags.writeable = False
        assert largest_moment(given) == pytest.approx(whole, rel=2e-6 if side == 0 else 1e-12)  # of the bisection


@pytest.mark.parametrize(("examples", "width"), [(60, 10_000), (10_000, 60), (600, 600), (1000, 4000), (1100, 1200)])
def test_it_needs_no_more_memory_than_half_of_the_table(examples: int, width: int) -> None:
    features = drawn("falling slowly", examples, width)
    largest_moment(features[:2, :2])  # what is imported on the first call
    tracemalloc.start()
    try:
        largest_moment(features)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= features.nbytes / 2


def test_the_allowance_for_rounding_is_small_beside_what_is_bounded() -> None:
    features = drawn("normal", 100_000, 10)
    assert largest_moment(features) <= true_one(features) * (1 + 1e5 * EPSILON)


def test_what_is_below_an_eigenvalue_bounds_none() -> None:
    seen = _Tridiagonal(rarity=1e30, rounding=1e-15, diagonal=[0.9], beside=[0.01])
    assert not seen.is_below(0.5)
    assert seen.is_below(1.1)
