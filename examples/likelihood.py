"""Maximum likelihood from Python: the probabilities that explain some counts best.

Run it: python examples/likelihood.py
"""

import numpy as np

from sce_cli.core import (
    cross_entropy_gradient,
    entropy,
    gradient_descent,
    log_likelihood,
    maximum_likelihood_estimate,
    softmax,
)

counts = np.array([5, 3, 2])

closed_form = maximum_likelihood_estimate(counts)
print("closed form    ", closed_form)

# Without an optimizer it is delta-bar-delta: a rate for each logit, which grows while the slope keeps its sign.
descent = gradient_descent(lambda logits: cross_entropy_gradient(closed_form, logits), np.zeros(3))
print("delta-bar-delta", softmax(descent.position).round(9), descent.outcome.value, "after", descent.steps, "steps")

# Dividing by -N turns the log-likelihood into a cross-entropy, whose floor is the entropy.
print(f"-log L/N at its best {-log_likelihood(counts, closed_form) / counts.sum():.6f} nats")
print(f"entropy H(q)         {entropy(closed_form):.6f} nats")
