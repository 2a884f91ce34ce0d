"""The linear softmax classifier: scores z = W x + b, probabilities softmax(z), trained on their mean cross-entropy.

The parameters are one array θ = [W b] of shape (K, D + 1): a row for each class, its bias in the last column. Scores
are held class-major, shape (K, N), one column an example, and worked on in place, in blocks of rows that stay in the
cache: a step reads the features once from memory, and needs no more of it than one block.

For a block with m = max z, d = z − m and S = Σ_{k≠y} exp(d_k), y the label:

    −log p_y     = log1p(S + expm1(d_y)) − d_y     with S + exp(d_y) − 1 ≥ 0: nothing cancels
    ∂/∂z_y       = p_y − 1 = −S/(S + exp(d_y))
    ∂/∂z_k       = p_k     = exp(d_k)/(S + exp(d_y))

so that an example that is sure and right keeps its loss and its gradient, as in `sce_cli.core.stable`.

Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sce_cli.core.blocks import CACHED, blocks
from sce_cli.core.checks import Array
from sce_cli.core.compare import EPSILON
from sce_cli.core.curvature import largest_moment

Labels = NDArray[np.intp]
"""The class of each example, from 0 to K − 1, shape (N,)."""


def mean_loss_and_gradient(scores: Array, labels: Labels, smoothing: float = 0.0) -> float:
    """Return mean −Σ_k q_k log p_k over the examples, in nats, and overwrite the scores with its gradient, (p − q)/N.

    scores: z, shape (K, N), float. labels: shape (N,). smoothing: ε of q = (1 − ε)·one-hot + ε/K. A score of −∞ masks
    its class. Where q_k > 0 it gives a loss that isn't finite, as NaN and +∞ always do.
    """
    classes, examples = len(scores), len(labels)
    total = 0.0
    for rows in blocks(examples, CACHED // classes):
        total += _loss_and_gradient(scores[:, rows], labels[rows], smoothing, examples)
    return float(total / examples)


def _loss_and_gradient(z: Array, labels: Labels, smoothing: float, examples: int) -> float:
    """Return the summed loss of one block and overwrite its scores with their gradient, (p − q)/examples."""
    classes, at = z.shape[0], (labels, np.arange(labels.size))
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        z -= z.max(axis=0)
        label_score = z[at]
        spread = smoothing / classes * z.sum() if smoothing else 0.0
        np.exp(z, out=z)
        label_exponential = z[at]
        z[at] = 0
        others = z.sum(axis=0)
        log_total = np.log1p(others + (label_exponential - 1))
        z[at] = -others
        z *= 1 / (examples * (others + label_exponential))
        if smoothing:
            z -= smoothing / classes / examples
            z[at] += smoothing / examples
        return float((log_total - (1 - smoothing) * label_score).sum() - spread)


def linear_scores(parameters: Array, features: Array) -> Array:
    """z = W x + b, shape (K, N): one column for each example.

    parameters: [W b], shape (K, D + 1). features: shape (N, D), one row for each example. A score that overflows is
    infinite or NaN, without a warning.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        scores: Array = parameters[:, :-1] @ features.T
        scores += parameters[:, -1:]
    return scores


def predicted_classes(parameters: Array, features: Array) -> Labels:
    """Return the class of the largest score of each example, the first one of equals, shape (N,).

    Arguments as in `linear_scores`.
    """
    classes = np.empty(len(features), dtype=np.intp)
    for rows in blocks(len(features), CACHED // len(parameters)):
        linear_scores(parameters, features[rows]).argmax(axis=0, out=classes[rows])
    return classes


def largest_score(parameters: Array, features: Array) -> float:
    """Return max |z| over all classes and examples. Arguments as in `linear_scores`."""
    parts = blocks(len(features), CACHED // len(parameters))
    return float(np.max([np.abs(linear_scores(parameters, features[rows])).max() for rows in parts]))


FEW_ROWS = 64
"""Rows of a block at least, where their features are copied: a product with fewer is slow."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an objective is at some parameters.

    value: the loss with its L2 term; loss: the mean cross-entropy alone; both in nats. accuracy: the share of examples
    whose label has the largest score. gradient: of the value, shape (K, D + 1).
    """

    value: float
    loss: float
    accuracy: float
    gradient: Array


@dataclass(frozen=True, eq=False)
class Objective:
    """F(θ) = mean CE(q, softmax(W x + b)) + λ/2·‖W‖², in nats, which is convex in θ = [W b].

    features: x, shape (N, D). labels: shape (N,). classes: K. l2: λ ≥ 0; the biases are free of it. smoothing: ε of
    the targets q = (1 − ε)·one-hot + ε/K.
    """

    features: Array
    labels: Labels
    classes: int
    l2: float = 0.0
    smoothing: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the parameters, (K, D + 1)."""
        return self.classes, self.features.shape[1] + 1

    def evaluate(self, parameters: Array) -> Evaluation:
        """Return the value, the loss, the accuracy and the gradient, in one pass over the features."""
        total, correct, gradient = 0.0, 0, np.zeros(self.shape)
        examples = len(self.labels)
        with np.errstate(invalid="ignore", over="ignore"):
            for rows in blocks(examples, CACHED // self.classes):
                features, labels = self.features[rows], self.labels[rows]
                scores = linear_scores(parameters, features)
                correct += int(np.count_nonzero(scores.argmax(axis=0) == labels))
                total += _loss_and_gradient(scores, labels, self.smoothing, examples)
                _add_gradient(gradient, scores, features)
            loss = total / examples
            penalty = self._add_penalty(gradient, parameters)
        return Evaluation(loss + penalty, loss, correct / examples, gradient)

    def gradient(self, parameters: Array, rows: NDArray[np.intp]) -> Array:
        """Return the gradient over some of the examples, mean (p − q)xᵀ beside mean (p − q), and of the L2 term.

        Their features are copied a block at a time: a batch may be nearly the whole table.
        """
        gradient = np.zeros(self.shape)
        with np.errstate(invalid="ignore", over="ignore"):
            for part in blocks(len(rows), max(CACHED // max(self.shape), FEW_ROWS)):
                some = rows[part]
                features = self.features[some]
                scores = linear_scores(parameters, features)
                _loss_and_gradient(scores, self.labels[some], self.smoothing, len(rows))
                _add_gradient(gradient, scores, features)
            self._add_penalty(gradient, parameters)
        return gradient

    def hessian(self, parameters: Array) -> Array:
        """Mean J ⊗ x̃x̃ᵀ + λ·1 on W, with J = diag(p) − p pᵀ, the softmax's Jacobian, and x̃ = (x, 1).

        Returns shape (K·(D + 1), K·(D + 1)), in the order of θ.ravel(): symmetric, positive semi-definite.
        """
        (classes, width), examples = self.shape, len(self.labels)
        hessian = np.zeros((classes * width, classes * width))
        diagonal = np.zeros((classes, width, width))
        for rows in blocks(examples, max(CACHED // (classes * width), FEW_ROWS)):
            features = np.column_stack([self.features[rows], np.ones(rows.stop - rows.start)])
            p = _probabilities(linear_scores(parameters, self.features[rows]))
            weighted = (p[:, np.newaxis, :] * features.T).reshape(classes * width, -1)
            hessian -= weighted @ weighted.T
            others = _sums_of_others(p)
            for k in range(classes):
                diagonal[k] += (features.T * (p[k] * others[k])) @ features
        for k in range(classes):
            own = slice(k * width, (k + 1) * width)
            hessian[own, own] = diagonal[k]
        hessian /= examples
        ridge = np.full(self.shape, self.l2)
        ridge[:, -1] = 0
        hessian[np.diag_indices_from(hessian)] += ridge.ravel()
        return hessian

    def hessian_vector_product(self, parameters: Array) -> Callable[[Array], Array]:
        """Return v ↦ H·v = mean (J z)x̃ᵀ + λ·v on W, with z = v x̃: the Hessian's products, without the Hessian.

        J z = p·(z − Σ_k p_k z_k). Directions and products have the parameters' shape, (K, D + 1). p of all examples,
        shape (K, N), is kept where that takes no more than half of the table, so that a product takes no exponential.
        """
        few = self.classes * len(self.labels) <= max(self.features.size // 2, CACHED)
        p = _probabilities(linear_scores(parameters, self.features)) if few else None

        def product(direction: Array) -> Array:
            curved, examples = np.zeros(self.shape), len(self.labels)
            for rows in blocks(examples, CACHED // self.classes):
                features = self.features[rows]
                some = _probabilities(linear_scores(parameters, features)) if p is None else p[:, rows]
                z = linear_scores(direction, features)
                z -= np.einsum("kn,kn->n", some, z)
                z *= some
                _add_gradient(curved, z, features)
            curved /= examples
            curved[:, :-1] += self.l2 * direction[:, :-1]
            return curved

        return product

    def smoothness(self) -> float:
        """L = ½·λ_max(mean x̃x̃ᵀ) + λ, with x̃ = (x, 1): no curvature of F anywhere is larger.

        A learning rate of up to 1/L therefore lowers F in every step of gradient descent; even one below 2/L does. It
        is bounded from above, tightly, by `largest_moment`. L is ∞ where the squares of the features overflow.
        Source: D. Böhning, "Multinomial logistic regression algorithm", Annals of the Institute of Statistical
        Mathematics 44 (1992): the softmax's Jacobian has no eigenvalue above ½.
        """
        return (largest_moment(self.features) / 2 + self.l2) * (1 + 4 * EPSILON)

    def _add_penalty(self, gradient: Array, parameters: Array) -> float:
        """Add the L2 term's gradient λ·W to a gradient, and return the term, λ/2·‖W‖²."""
        if not self.l2:
            return 0.0
        weights = parameters[:, :-1]
        gradient[:, :-1] += self.l2 * weights
        return self.l2 / 2 * float(np.vdot(weights, weights))


def least_margin(parameters: Array, features: Array, labels: Labels) -> float:
    """Return the smallest lead, over all examples, of the label's score over the best other score.

    Arguments as in `linear_scores`. Above 0 the classes are linearly separable: with W and b t times as large the loss
    of each example falls towards 0 as t grows, so that no finite parameters have the least loss.
    """
    least = np.inf
    for rows in blocks(len(labels), CACHED // len(parameters)):
        scores = linear_scores(parameters, features[rows])
        at = (labels[rows], np.arange(scores.shape[1]))
        own = scores[at]
        scores[at] = -np.inf
        with np.errstate(invalid="ignore"):
            least = np.minimum(least, (own - scores.max(axis=0)).min())  # min() would pass over a NaN
    return float(least)


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, classes: int) -> NDArray[np.intp]:
    """Count the examples of each label, the row, that were given each class, the column: shape (K, K)."""
    cells = np.asarray(labels, dtype=np.intp) * classes + np.asarray(predictions, dtype=np.intp)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def _add_gradient(gradient: Array, score_gradient: Array, features: Array) -> None:
    gradient[:, :-1] += score_gradient @ features
    gradient[:, -1] += score_gradient.sum(axis=1)


def _probabilities(scores: Array) -> Array:
    """Return softmax over the classes, the first axis, in place."""
    scores -= scores.max(axis=0)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=0)
    return scores


def _sums_of_others(p: Array) -> Array:
    """Return Σ_{l≠k} p_l, shape (K, N), which keeps its digits where p_k is close to 1."""
    others = np.zeros_like(p)
    others[1:] = np.cumsum(p[:-1], axis=0)
    others[:-1] += np.cumsum(p[:0:-1], axis=0)[::-1]
    return others
