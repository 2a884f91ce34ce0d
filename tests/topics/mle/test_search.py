"""A search through all counts that `sce mle` takes: no claim fails, nothing warns, all can be shown."""

import numpy as np
import pytest

from sce_cli.topics.mle import study as mle
from sce_cli.topics.mle.view import MleView
from tests.topics.searching import RUNS, SHOWN, assert_shown, failed

MOST_BITS = 53
"""Counts add up to at most 2**53."""


def drawn(random: np.random.Generator) -> list[int]:
    """Return counts of a random kind: of all sizes, small, one colour rare or frequent, many never drawn, even."""
    few = [2, 2, 2, 2, 3, 3, 4, 5, 6, 10]
    colours = int(random.integers(100, 1001) if random.random() < 0.002 else random.choice([*few, 30]))
    bits, one = random.uniform(0, MOST_BITS - np.log2(colours)), random.integers(colours)
    sizes = 2.0 ** random.uniform(0, bits, colours)
    kinds = [
        sizes,
        random.integers(0, 5, colours).astype(float),
        np.where(np.arange(colours) == one, random.integers(0, 10), 2.0**bits),
        np.where(np.arange(colours) == one, 2.0**bits, 1),
        sizes * (random.random(colours) < 0.5),
        np.full(colours, 2.0**bits),
    ]
    counts = np.floor(kinds[random.integers(len(kinds))])
    counts[one] += counts.sum() == 0
    return [int(count) for count in counts]


@pytest.mark.search
@pytest.mark.parametrize("seed", range(5))
def test_no_counts_make_a_claim_fail(seed: int) -> None:
    random, view = np.random.default_rng(seed), MleView()
    for run in range(RUNS // 5):
        counts = drawn(random)
        study = mle.study(counts, tuple(f"colour {k}" for k in range(len(counts))))
        assert not failed(study), counts
        assert study.descent.outcome == ("converged" if all(counts) else mle.NO_MINIMISER), counts
        if run % SHOWN == 0:
            assert_shown(view, study)
