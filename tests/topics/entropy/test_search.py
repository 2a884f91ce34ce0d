"""A search through all that `sce entropy` takes: no claim fails, nothing warns, all can be shown."""

from typing import Any

import numpy as np
import pytest

from sce_cli.core.checks import Array
from sce_cli.topics.entropy import study as entropy
from sce_cli.topics.entropy.view import EntropyView
from tests.topics.searching import RUNS, SHOWN, assert_shown, failed

SMALLEST, LARGEST = -323, 308
"""The exponents of ten between which the floats lie."""

WEIGHTS = [0, 5e-324, 1e-320, 2.3e-308, 1e-300, 1e-16, 0.3, 1, 1e300, 1.7e308]
LOGITS = [0, -0.0, 1, -1, 36, 700, -700, 709.9, -745, 745.2, 1e4, 1e308, -1e308, 1.79e308, -1.79e308, 5e-324]
SMOOTHINGS = [0, 1, 0.1, 5e-324, 1e-310, 1e-300, 1e-17, 1 - 1e-16]
"""Values at the ends of what is legal, and where something overflows, underflows or saturates."""


def weights(random: np.random.Generator, outcomes: int) -> Array:
    """Return weights of a random kind, some of them 0."""
    of_all_sizes = 10.0 ** random.uniform(SMALLEST, LARGEST, outcomes)
    one = np.arange(outcomes) == random.integers(outcomes)
    kinds = [
        random.dirichlet(np.full(outcomes, 10.0 ** random.uniform(-2, 2))),
        np.exp(np.clip(random.normal(size=outcomes) * 10.0 ** random.uniform(-3, 3), -700, 700)),
        of_all_sizes,
        random.integers(0, 5, outcomes).astype(float),
        random.choice(WEIGHTS, outcomes),
        np.full(outcomes, of_all_sizes[0]),
        np.where(one, 1.0, np.minimum(of_all_sizes, 1)),
    ]
    kind: Array = kinds[random.integers(len(kinds))]
    kind = np.where(random.random(outcomes) < random.choice([0, 0, 0.3]), 0, kind)
    return kind if kind.any() else np.where(one, 1.0, 0.0)


def logits(random: np.random.Generator, outcomes: int) -> Array:
    """Return logits of a random kind, some of them masked."""
    normal = random.normal(size=outcomes)
    kinds = [
        normal * 10.0 ** random.uniform(-3, 4),
        np.sign(normal) * 10.0 ** random.uniform(SMALLEST, LARGEST, outcomes),
        random.choice(LOGITS, outcomes),
        np.full(outcomes, normal[0] * 10.0 ** random.uniform(-3, LARGEST - 1)),
        normal + 10.0 ** random.uniform(0, 17),
        random.uniform(-800, 800, outcomes),
    ]
    kind: Array = kinds[random.integers(len(kinds))]
    kind = np.where(random.random(outcomes) < random.choice([0, 0, 0, 0.3]), -np.inf, kind)
    return kind if np.isfinite(kind).any() else np.zeros(outcomes)


def near(random: np.random.Generator, target: Array) -> Array:
    """Return a prediction about as far from a target as a random power of ten says."""
    q = target / target.max()
    prediction: Array = q * (1 + random.uniform(-0.5, 0.5, q.size) * 10.0 ** random.uniform(-17, 0))
    return prediction


def given(random: np.random.Generator) -> tuple[int, dict[str, Any]]:
    """Return how many outcomes there are, and a random target and prediction in one of their forms each."""
    few = random.choice([1, 2, 2, 2, 3, 3, 4, 6, 10, 40])
    outcomes = int(random.integers(100, 1001) if random.random() < 0.005 else few)
    target, chosen = weights(random, outcomes), float(random.choice(SMOOTHINGS))
    label = {"label": int(random.integers(outcomes)), "smoothing": random.choice([0, chosen, random.random()])}
    truth: dict[str, Any] = label if random.random() < 0.4 else {"target": tuple(target.tolist())}
    guesses: list[dict[str, Any]] = [
        {"logits": tuple(logits(random, outcomes).tolist())},
        {"prediction": tuple(weights(random, outcomes).tolist())},
        {"prediction": tuple(near(random, target).tolist())},
    ]
    return outcomes, {**truth, **guesses[random.integers(len(guesses))]}


@pytest.mark.search
@pytest.mark.parametrize("seed", range(5))
def test_no_distributions_make_a_claim_fail(seed: int) -> None:
    random, view = np.random.default_rng(seed), EntropyView()
    for run in range(RUNS // 5):
        outcomes, how = given(random)
        study = entropy.study(tuple(f"outcome {k}" for k in range(outcomes)), **how)
        assert not failed(study), how
        assert all(np.isfinite(study.outcomes.terms) | np.isinf(study.cross_entropy)), how
        if run % SHOWN == 0:
            assert_shown(view, study)
