"""The shared NumPy core: `from sce_cli.core import softmax, cross_entropy`. Everything is in nats.

What only training needs, `sce_cli.core.classifier` and `sce_cli.core.preparation`, is imported by its own name, so that
the other topics start without it.
"""

from sce_cli.core.compare import EPSILON, ROUNDING, largest_error, rounding_of_sum
from sce_cli.core.descent import (
    OPTIMIZERS,
    Adam,
    DeltaBarDelta,
    Descent,
    GradientDescent,
    Momentum,
    Optimizer,
    Outcome,
    backtracking_line_search,
    conjugate_gradients,
    descend,
    gradient_descent,
    newton_step,
)
from sce_cli.core.gradient import (
    DIFFERENCE_METHODS,
    GradientCheck,
    best_step,
    central_difference,
    check_gradient,
    complex_step,
    cross_entropy_gradient,
    finite_difference,
    forward_difference,
    probability_gradient,
    softmax_jacobian,
)
from sce_cli.core.information import (
    cross_entropy,
    cross_entropy_from_logits,
    entropy,
    kl_divergence,
    one_hot,
    smooth_labels,
)
from sce_cli.core.likelihood import (
    likelihood,
    log_likelihood,
    log_likelihood_curvature,
    log_likelihood_gradient,
    maximum_likelihood_estimate,
)
from sce_cli.core.linear import Linear, linear_normalisation, logarithmic_mean
from sce_cli.core.stable import log_softmax, logsumexp, naive_softmax, softmax

__all__ = [
    "DIFFERENCE_METHODS",
    "EPSILON",
    "OPTIMIZERS",
    "ROUNDING",
    "Adam",
    "DeltaBarDelta",
    "Descent",
    "GradientCheck",
    "GradientDescent",
    "Linear",
    "Momentum",
    "Optimizer",
    "Outcome",
    "backtracking_line_search",
    "best_step",
    "central_difference",
    "check_gradient",
    "complex_step",
    "conjugate_gradients",
    "cross_entropy",
    "cross_entropy_from_logits",
    "cross_entropy_gradient",
    "descend",
    "entropy",
    "finite_difference",
    "forward_difference",
    "gradient_descent",
    "kl_divergence",
    "largest_error",
    "likelihood",
    "linear_normalisation",
    "log_likelihood",
    "log_likelihood_curvature",
    "log_likelihood_gradient",
    "log_softmax",
    "logarithmic_mean",
    "logsumexp",
    "maximum_likelihood_estimate",
    "naive_softmax",
    "newton_step",
    "one_hot",
    "probability_gradient",
    "rounding_of_sum",
    "smooth_labels",
    "softmax",
    "softmax_jacobian",
]
