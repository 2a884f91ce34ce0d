"""A search through the scores and temperatures of `sce softmax`: no claim fails, nothing warns, all can be shown."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.topics.softmax import study as softmax
from sce_cli.topics.softmax.view import SoftmaxView
from tests.topics.searching import RUNS, SHOWN, assert_shown, failed

LARGEST, SMALLEST = float(np.finfo(np.float64).max), 5e-324

EDGES = [0.0, SMALLEST, 2.3e-308, 1e-160, 1e-17, 1.0, 2.0, 745.0, 1e16, 1e154, LARGEST]


def sizes(random: np.random.Generator, count: int) -> Array:
    """Return numbers ≥ 0 of one kind: of all sizes, of one, subnormal, whole, nearly equal, equal, edges."""
    size = 10.0 ** random.uniform(-323, 308)
    kinds: list[Callable[[], Array]] = [
        lambda: 10.0 ** random.uniform(-323, 308, count),
        lambda: 10.0 ** random.uniform(-4, 4, count),
        lambda: random.uniform(0, 1, count) * 10.0 ** random.uniform(-3, 4),
        lambda: random.uniform(0, 1, count) * size,
        lambda: random.integers(0, 6, count) * SMALLEST,
        lambda: random.integers(0, 6, count).astype(float),
        lambda: size * (1 + random.integers(0, 4, count) * 2.0**-52),
        lambda: random.choice(EDGES, count),
        lambda: np.full(count, size),
    ]
    return kinds[random.integers(len(kinds))]()


def scores(random: np.random.Generator) -> Array:
    """Return scores of all signs, some of them masked."""
    few = [1, 2, 2, 3, 3, 4, 5, 8, 13, 40]
    classes = int(random.choice([200, 1000] if random.random() < 0.005 else few))
    signs: list[Callable[[], Array | float]] = [
        lambda: 1.0,
        lambda: 1.0,
        lambda: 1.0,
        lambda: -1.0,
        lambda: random.choice([-1.0, 1.0], classes),
    ]
    z: Array = sizes(random, classes) * signs[random.integers(len(signs))]()
    if random.random() < 0.2:
        z = z / 2 + sizes(random, classes) / 2
    if random.random() < 0.15:
        z = np.where(random.random(classes) < 0.4, -math.inf, z)
    return z if np.isfinite(z).any() else np.append(z[1:], 1.0)


def temperature(random: np.random.Generator, z: Array) -> float:
    """Return a temperature: usual, any, near the scores' spread, near where d leaves the floats, near a pair's mean."""
    ranked = np.sort(z[np.isfinite(z)])[::-1]
    k = int(random.integers(ranked.size))
    larger, smaller = float(ranked[k - 1]), float(ranked[k])
    spread = 2 * float(10.0 ** random.uniform(-2, 2)) * abs(larger / 2 - smaller / 2)
    kinds: list[Callable[[], float]] = [
        lambda: 1.0,
        lambda: float(10.0 ** random.uniform(-3, 3)),
        lambda: float(sizes(random, 1)[0]),
        lambda: spread,
        lambda: spread / LARGEST * float(10.0 ** random.uniform(-2, 2)),
        lambda: near_mean(random, larger, smaller) if larger > smaller >= 0 else 1.0,
    ]
    return min(max(kinds[random.integers(len(kinds))](), SMALLEST), LARGEST)


def near_mean(random: np.random.Generator, larger: float, smaller: float) -> float:
    """Return a temperature at which softmax and linear normalisation have nearly the same odds."""
    mean = float(core.logarithmic_mean([larger], [smaller])[0])
    return mean + int(random.integers(-30, 30)) * math.ulp(mean)


@pytest.mark.search
@pytest.mark.parametrize("seed", range(5))
def test_no_scores_make_a_claim_fail(seed: int) -> None:
    random, view = np.random.default_rng(seed), SoftmaxView()
    for run in range(RUNS // 5):
        z = scores(random)
        t = temperature(random, z)
        study = softmax.study(z.tolist(), tuple(f"class {k}" for k in range(z.size)), t)
        assert not failed(study), (z.tolist(), t)
        if run % SHOWN == 0:
            assert_shown(view, study)
