"""The optimisers that `sce train` knows, each declared once; no NumPy, so that options can read it.

What turns a gradient into a step stands in sce_cli.core.descent, under the same name.
"""

from dataclasses import dataclass

from sce_cli.translation import N_


@dataclass(frozen=True)
class OptimizerSpec:
    """What options, help, views and claims say and ask of an optimiser."""

    name: str
    sentence: str
    """What it is, in a few words; marked with N_, and translated where it is shown."""

    formula: str
    """One step, from θ to the next, in one line or several; likewise where it has words."""

    whole_batch: bool = False
    """Whether it always takes all examples in a step, whatever batch size is given."""

    by_curvature: bool = False
    """Whether a step is made from the Hessian, and so has no learning rate."""

    lowers_each_step: bool = False
    """Whether no step raises the objective, as long as the learning rate is at most 1/L."""

    batch_size: int | None = None
    """Examples of a step unless told otherwise; None for all."""

    momentum: float = 0.0
    """The share β of the last step's velocity that is kept: a gradient that lasts counts 1/(1 − β) times."""

    scale_free: bool = False
    """Whether a step is about as long as the learning rate, however steep the objective is."""


OPTIMIZERS = {
    spec.name: spec
    for spec in (
        OptimizerSpec(
            "gd",
            N_("gradient descent: all examples, straight against the gradient"),
            "θ ← θ − η·∂F/∂θ",
            whole_batch=True,
            lowers_each_step=True,
        ),
        OptimizerSpec(
            "sgd", N_("stochastic gradient descent: a few examples a step"), "θ ← θ − η·∂F/∂θ", batch_size=32
        ),
        OptimizerSpec(
            "momentum",
            N_("gradient descent with momentum: a heavy ball"),
            "v ← 0.9·v + ∂F/∂θ,  θ ← θ − η·v",
            momentum=0.9,
        ),
        OptimizerSpec(
            "adam",
            N_("Adam: each weight has a scale of its own"),
            N_("θ ← θ − η·m/√v,  m, v: means of ∂F/∂θ and its square"),
            scale_free=True,
        ),
        OptimizerSpec(
            "newton",
            N_("Newton's method: steps by the curvature"),
            N_("θ ← θ − t·H⁻¹·∂F/∂θ\nH = mean J ⊗ x xᵀ + λ on W,  J the softmax's"),
            whole_batch=True,
            by_curvature=True,
        ),
    )
}
"""By their names, in the order of the help; the first is the default."""

DEFAULT_OPTIMIZER = next(iter(OPTIMIZERS))
