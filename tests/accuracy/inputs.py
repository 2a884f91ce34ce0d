"""At least 20,000 seeded inputs for each formula, from the families in `tests.core.cases`, of 1 to 1,000 classes.

A batch is a tuple of arrays with as many rows; a row of each makes one input. `most` is how many classes all inputs of
a batch may have together: a small number leaves out most inputs, for a first look.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from sce_cli.core.checks import LARGEST_EXACT_COUNT, Array
from tests.core.cases import LOGITS, PREDICTIONS, TARGETS

Batch = tuple[Array, ...]

OF_A_FAMILY_OF_LOGITS = {1: 80, 2: 850, 3: 750, 5: 430, 10: 100, 30: 12, 100: 3, 1000: 1}
OF_A_PAIR_OF_FAMILIES = {1: 20, 2: 220, 3: 180, 5: 106, 10: 25, 30: 4, 100: 1}
OF_A_FAMILY_OF_COUNTS = {1: 140, 2: 1300, 3: 1100, 5: 600, 10: 180, 30: 15, 100: 4, 1000: 1}
"""How many inputs have how many classes: few have many, since the reference is slow."""

OF_EVERY_FOURTH_PAIR = {**OF_A_PAIR_OF_FAMILIES, 1000: 1}

ALL = 10_000

HUGE = 1.5e308


def logits(most: int = ALL) -> Iterator[Batch]:
    """Yield targets of every family in turn, and logits."""
    families = list(TARGETS.values())
    for number, family in enumerate(LOGITS.values()):
        random = np.random.default_rng([1, number])
        for classes, count in _at_most(most, OF_A_FAMILY_OF_LOGITS):
            targets = [families[i % len(families)](random, classes) for i in range(count)]
            yield np.stack(targets), np.stack([family(random, classes) for _ in targets])


def distributions(most: int = ALL) -> Iterator[Batch]:
    """Yield targets, predictions, and shares to smooth a target with; not all predictions sum to 1."""
    for number, (target, prediction) in enumerate(_pairs()):
        random = np.random.default_rng([2, number])
        for classes, count in _at_most(most, OF_A_PAIR_OF_FAMILIES if number % 4 else OF_EVERY_FOURTH_PAIR):
            q = [target(random, classes) for _ in range(count)]
            shares = 10.0 ** random.uniform(-300, -0.1, size=len(q))
            yield np.stack(q), np.stack([prediction(random, q_row) for q_row in q]), shares


def counts(most: int = ALL) -> Iterator[Batch]:
    """Yield counts, some of them 0, and probabilities."""
    for number, family in enumerate(TARGETS.values()):
        random = np.random.default_rng([3, number])
        for classes, count in _at_most(most, OF_A_FAMILY_OF_COUNTS):
            n = [_counts(random, classes) for _ in range(count)]
            yield np.stack(n), np.stack([family(random, classes) for _ in n])


def at_most_1(q: Array, p: Array, _: Array) -> Batch:
    """Return a target and a prediction without entries above 1, where the terms would differ in sign."""
    return q, np.minimum(p, 1)


def some_huge(q: Array, p: Array, _: Array) -> Batch:
    """Return weights, those of every eighth row scaled up until the largest is near the largest float."""
    with np.errstate(over="ignore"):
        scale = np.minimum(HUGE / np.maximum(q, p).max(axis=-1, keepdims=True), HUGE)
    scale[np.arange(len(scale)) % 8 != 7] = 1
    return q * scale, p * scale


def in_order(q: Array, p: Array, _: Array) -> Batch:
    """Return the larger and the smaller of both entries, which differ."""
    larger, smaller = np.maximum(q, p), np.minimum(q, p)
    return np.where(larger > smaller, larger, np.nextafter(larger, np.inf)), smaller


def _at_most(most: int, sizes: dict[int, int]) -> list[tuple[int, int]]:
    return [(classes, min(count, most // classes)) for classes, count in sizes.items() if classes <= most]


def _pairs() -> Iterator[tuple[Callable[[Generator, int], Array], Callable[[Generator, Array], Array]]]:
    families = list(TARGETS.values())

    def of_a_family(random: Generator, q: Array) -> Array:
        return families[random.integers(len(families))](random, q.size)

    for target in families:
        for prediction in (*PREDICTIONS.values(), of_a_family):
            yield target, prediction


def _counts(random: Generator, classes: int) -> Array:
    most = np.log10(LARGEST_EXACT_COUNT / classes) * random.uniform()
    counts: Array = np.floor(10.0 ** random.uniform(-0.5, most, size=classes))
    counts[random.integers(classes)] += 1
    return counts
