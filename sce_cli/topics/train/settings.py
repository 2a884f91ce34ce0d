"""How to train, with the defaults; no NumPy, so that options can read it."""

from dataclasses import dataclass

from sce_cli.topics.train.optimizers import DEFAULT_OPTIMIZER


@dataclass(frozen=True)
class TrainSettings:
    """What was decided before training."""

    optimizers: tuple[str, ...] = (DEFAULT_OPTIMIZER,)
    """All are run; the first one is what the study speaks of."""

    epochs: int = 200
    """At most."""

    learning_rate: float | None = None
    """None for what suits the data and the optimiser."""

    batch_size: int | None = None
    """Examples of a step; None for the optimiser's own number."""

    l2: float = 1e-3
    """The weight λ of the penalty λ/2·‖W‖²."""

    label_smoothing: float = 0.0
    """The share ε of each target that is spread over all classes."""

    seed: int = 0
    """Of made data, of the split and of the batches."""

    test_fraction: float = 0.2
    """The share of the examples that is kept for the test; 0 for none."""

    expand: str = ""
    """Which products or sines of the features enter too: "2", "3", "sines", or "" for none."""

    standardize: bool = True
    """Whether the features enter with mean 0 and deviation 1."""
