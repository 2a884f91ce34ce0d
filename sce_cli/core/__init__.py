"""The shared NumPy core: `from sce_cli.core import softmax, cross_entropy`. Everything is in nats."""

from sce_cli.core.compare import largest_error
from sce_cli.core.descent import Descent, Outcome, gradient_descent
from sce_cli.core.gradient import central_difference, cross_entropy_gradient
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
from sce_cli.core.stable import log_softmax, logsumexp, softmax

__all__ = [
    "Descent",
    "Outcome",
    "central_difference",
    "cross_entropy",
    "cross_entropy_from_logits",
    "cross_entropy_gradient",
    "entropy",
    "gradient_descent",
    "kl_divergence",
    "largest_error",
    "likelihood",
    "log_likelihood",
    "log_likelihood_curvature",
    "log_likelihood_gradient",
    "log_softmax",
    "logsumexp",
    "maximum_likelihood_estimate",
    "one_hot",
    "smooth_labels",
    "softmax",
]
