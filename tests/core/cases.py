"""Seeded logits and probabilities, ordinary and extreme, and hypothesis strategies for both."""

from collections.abc import Callable, Iterator

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numpy.random import Generator

from sce_cli.core.checks import Array

CASES = 20
"""Of each family of random arrays."""

EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)
UNDERFLOW = 745.2
"""exp(−745.2) is 0 in float64."""

EXTREMES = np.array([1e308, -1e308, 1.7e308, -1.7e308, 1e16, 1.0, 1e-300, SMALLEST, 0.0, -SMALLEST, -745.0, -np.inf])

repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=60)
"""The same examples at every run."""


def float32(*values: float) -> Array:
    return np.array(values, dtype=np.float32)


def _power_of_ten(random: Generator, lowest: float, highest: float) -> float:
    return float(10.0 ** random.uniform(lowest, highest))


def _powers_of_ten(random: Generator, lowest: float, highest: float, size: int) -> Array:
    return np.power(10.0, random.uniform(lowest, highest, size=size))


def _ordinary(random: Generator, classes: int) -> Array:
    return random.normal(size=classes) * _power_of_ten(random, -3, 2.5)


def _close_to_certain(random: Generator, classes: int) -> Array:
    logits = -random.uniform(20, UNDERFLOW, size=classes)
    logits[0] = 0
    return random.permutation(logits)


def _equally_unlikely(random: Generator, classes: int) -> Array:
    logits = np.full(classes, -random.uniform(690, UNDERFLOW))
    logits[0] = 0
    return random.permutation(logits)


def _any_gap(random: Generator, classes: int) -> Array:
    logits = -_powers_of_ten(random, -300, np.log10(UNDERFLOW), classes)
    logits[0] = 0
    return random.permutation(logits)


def _shifted_gap(random: Generator, classes: int) -> Array:
    return _close_to_certain(random, classes) + random.normal() * _power_of_ten(random, -3, 19)


def _any_magnitude(random: Generator, classes: int) -> Array:
    return random.normal(size=classes) * _powers_of_ten(random, -300, 300, classes)


def _tied(random: Generator, classes: int) -> Array:
    return np.round(random.normal(size=classes))


def _masked(random: Generator, classes: int) -> Array:
    logits = _ordinary(random, classes)
    logits[random.permutation(classes)[: classes // 2]] = -np.inf
    return logits


def _extreme(random: Generator, classes: int) -> Array:
    logits = random.choice(EXTREMES, size=classes)
    logits[0] = random.choice(EXTREMES[:-1])
    return logits


LOGITS: dict[str, Callable[[Generator, int], Array]] = {
    "ordinary": _ordinary,
    "close to certain": _close_to_certain,
    "equally unlikely": _equally_unlikely,
    "any gap": _any_gap,
    "shifted gap": _shifted_gap,
    "any magnitude": _any_magnitude,
    "tied": _tied,
    "masked": _masked,
    "extreme": _extreme,
}


def logits(family: str) -> Iterator[Array]:
    """Yield logits of 1 to 30 classes, and once of many: 1000 where they are ordinary, else 100."""
    random = np.random.default_rng(1)
    most = 1000 if family == "ordinary" else 100
    for classes in [*random.choice([1, 2, 2, 3, 3, 5, 10, 30], size=CASES).tolist(), most]:
        yield LOGITS[family](random, classes)


def _dirichlet(random: Generator, classes: int) -> Array:
    return random.dirichlet(np.ones(classes))


def _peaked(random: Generator, classes: int) -> Array:
    return random.dirichlet(np.full(classes, 0.02))


def _any_size(random: Generator, classes: int) -> Array:
    weights = _powers_of_ten(random, -300, 0, classes)
    return weights / float(weights.sum())


def _smoothed(random: Generator, classes: int) -> Array:
    smoothing = _power_of_ten(random, -300, -0.1)
    share = smoothing / classes
    return np.where(np.arange(classes) == 0, 1 - smoothing + share, share)


def _one_hot(random: Generator, classes: int) -> Array:
    return np.where(np.arange(classes) == random.integers(classes), 1.0, 0.0)


def _subnormal(random: Generator, classes: int) -> Array:
    weights = np.floor(_powers_of_ten(random, 0, 12, classes)) * SMALLEST
    weights[0] = 1
    return weights


TARGETS: dict[str, Callable[[Generator, int], Array]] = {
    "dirichlet": _dirichlet,
    "peaked": _peaked,
    "any size": _any_size,
    "smoothed": _smoothed,
    "one-hot": _one_hot,
    "subnormal": _subnormal,
}


def _independent(random: Generator, q: Array) -> Array:
    return _dirichlet(random, q.size)


def _near(random: Generator, q: Array) -> Array:
    return np.abs(q * (1 + random.normal(size=q.size) * _power_of_ten(random, -16, -12)))


def _nearish(random: Generator, q: Array) -> Array:
    return np.abs(q * (1 + random.normal(size=q.size) * _power_of_ten(random, -12, -1)))


def _few_doublings(random: Generator, q: Array) -> Array:
    return q * np.exp2(random.uniform(-7, 7, size=q.size))


def _any_ratio(random: Generator, q: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.minimum(q * _powers_of_ten(random, -300, 300, q.size), 1e300)


PREDICTIONS: dict[str, Callable[[Generator, Array], Array]] = {
    "independent": _independent,
    "within 1e-12": _near,
    "within 10 %": _nearish,
    "a few doublings away": _few_doublings,
    "any ratio": _any_ratio,
}


def pairs(target: str, prediction: str) -> Iterator[tuple[Array, Array]]:
    """Yield a few targets and predictions of up to nine classes; only independent ones sum to 1 in both."""
    random = np.random.default_rng(3)
    for classes in range(2, 10):
        q = TARGETS[target](random, classes)
        yield q, PREDICTIONS[prediction](random, q)


finite = st.floats(allow_nan=False, allow_infinity=False)
masked = st.just(-np.inf)


def logit_vectors(scores: st.SearchStrategy[float] = finite) -> st.SearchStrategy[Array]:
    """Vectors of 1 to 8 logits, some of them masked, never all."""
    lists = st.lists(scores | masked, min_size=1, max_size=8)
    return lists.filter(lambda z: max(z) > -np.inf).map(np.array)


UNIT = 2.0**-40


def distributions(classes: int) -> st.SearchStrategy[Array]:
    """Distributions that sum to 1 exactly: multiples of 2**-40, zeros included."""
    cuts = st.lists(st.integers(0, 2**40), min_size=classes - 1, max_size=classes - 1).map(sorted)
    return cuts.map(lambda cut: np.diff([0, *cut, 2**40]) * UNIT)


pairs_of_distributions = st.integers(1, 6).flatmap(lambda k: st.tuples(distributions(k), distributions(k)))
