"""A search through the points and settings of `sce grad`: no claim fails, nothing warns, all can be shown."""

from collections.abc import Callable

import numpy as np
import pytest

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.topics.grad import study as grad
from sce_cli.topics.grad.command import LARGEST_LOGIT, LARGEST_TARGET
from sce_cli.topics.grad.settings import BUGS, Difference
from sce_cli.topics.grad.view import NEAR, GradView
from tests.topics.searching import RUNS, SHOWN, assert_shown, failed

GAPS = {"float64": 660, "float32": 50}
"""From about here to sixty further the smallest p, their derivatives and their complex steps become subnormal."""


def chosen_logits(random: np.random.Generator, classes: int, precision: str) -> Array:
    """Return logits: usual, of all sizes, whole, anywhere, saturating, beside powers of two, equal; some masked."""
    limit, size = LARGEST_LOGIT[precision], 10.0 ** random.uniform(-3, 3)
    sign = random.choice([-1, 1], classes)
    kinds: list[Callable[[], Array]] = [
        lambda: size * random.normal(size=classes),
        lambda: sign * 10.0 ** random.uniform(-320, 6, classes),
        lambda: random.integers(-9, 9, classes) * 10.0 ** random.integers(-3, 3),
        lambda: limit * random.uniform(-1, 1, classes),
        lambda: np.append(0, -random.uniform(0, 60, classes - 1) - GAPS[precision]) + random.choice([0, 1, 100, -100]),
        lambda: sign * 2.0 ** random.integers(-5, 19, classes) * (1 + random.integers(-8, 8, classes) * 2.0**-53),
        lambda: np.full(classes, size),
    ]
    z = np.clip(kinds[random.integers(len(kinds))](), -limit, limit)
    if random.random() < 0.2:
        z[1:][random.random(classes - 1) < 0.4] = -np.inf
    return random.permutation(z)


def chosen_target(random: np.random.Generator, z: Array) -> Array:
    """Return weights: one-hot, one of any size, a distribution, of all sizes, the optimum, whole; of any legal sum."""
    free = np.flatnonzero(np.isfinite(z))
    q, size = np.zeros(z.size), float(random.choice([1, 1, 10.0 ** random.uniform(-5.9, 5.9)]))
    one = random.choice(free)
    kinds: list[Callable[[], Array | float]] = [
        lambda: np.where(free == one, 1.0, 0.0),
        lambda: np.where(free == one, size, 0.0),
        lambda: size * random.dirichlet(np.ones(free.size)),
        lambda: 10.0 ** random.uniform(-323, 5, free.size),
        lambda: size * core.softmax(z)[free],
        lambda: random.integers(0, 3, free.size).astype(float),
    ]
    q[free] = kinds[random.integers(len(kinds))]()
    q[one] += not 1 / LARGEST_TARGET <= q.sum() <= LARGEST_TARGET
    return q if q.sum() <= LARGEST_TARGET else q / q.sum()


def point(random: np.random.Generator, precision: str) -> tuple[Array, Array]:
    few = [1, 2, 2, 3, 3, 4, 5, 8, 13]
    classes = int(random.choice([100, 1000] if random.random() < 0.002 else few))
    z = chosen_logits(random, classes, precision)
    return z, chosen_target(random, z)


def setting(random: np.random.Generator) -> tuple[str, str, float | None]:
    """Return a method, a precision, and a step that is the best one, or near it."""
    method = str(random.choice(list(core.DIFFERENCE_METHODS)))
    precision = str(random.choice(["float64", "float32"]))
    near = core.best_step(method, precision) * NEAR ** random.uniform(-1, 1)
    return method, precision, random.choice([None, None, near])


@pytest.mark.search
@pytest.mark.parametrize("seed", range(5))
def test_no_point_makes_a_claim_fail(seed: int) -> None:
    random, view = np.random.default_rng(seed), GradView()
    for run in range(RUNS // 5):
        method, precision, step = setting(random)
        z, q = point(random, precision)
        study = grad.study(z, q, Difference(method, step, precision))
        assert not failed(study), (z.tolist(), q.tolist(), method, precision, step)
        if run % SHOWN == 0:
            assert_shown(view, study)


@pytest.mark.search
@pytest.mark.parametrize("bug", BUGS)
def test_a_mistake_at_any_point_can_be_shown_with_any_step(bug: str) -> None:
    random, view = np.random.default_rng(0), GradView()
    for run in range(RUNS // 25):
        method, precision, _ = setting(random)
        step = float(10.0 ** random.uniform(-30, 3))
        study = grad.study(*point(random, precision), Difference(method, step, precision, bug))
        assert bool(study.comparison.wrong) is not study.checks[0].holds
        if run % SHOWN == 0:
            assert_shown(view, study)
