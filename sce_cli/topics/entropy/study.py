"""Entropy, cross-entropy and KL divergence of a target q and a prediction p.

The prediction is followed along the straight path p_t = (1−t)·p + t·q to the target: there the loss falls to H(q).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sce_cli import core
from sce_cli.core.checks import Array, as_weights, same_classes
from sce_cli.study import Check, Study

PATH = np.linspace(0, 1, 201)
"""The values of t."""

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 16 * EPSILON
"""Allowed where two routes differ by rounding alone: sixteen roundings of 2.2e-16."""

SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
"""Below it a float64 loses digits and then becomes 0: there, only log p tells what p is."""

NEAR = 0.1
"""Largest |p/q − 1| at which KL is held against its second-order term."""

LARGEST_EXPONENT = 700
"""exp(709.8) overflows."""


@dataclass(frozen=True, eq=False)
class EntropyStudy(Study):
    """What the prediction p costs when K outcomes come as the target q says.

    names: of the outcomes. target, prediction: q and p, shape (K,), each summing to 1. target_sum, prediction_sum: what
    the given numbers summed to before they were divided by it; 1 for a label and for logits. logits: z, shape (K,), if
    p = softmax(z). possible: which outcomes p gives a probability, perhaps too small for a float64, shape (K,).
    label, smoothing: the outcome and the ε that a one-hot or smoothed target was made from. certain: the index of the
    only outcome with q > 0, if there is only one.

    surprise, terms: −ln p_k and −q_k ln p_k, shape (K,), nats. entropy, cross_entropy, divergence, reverse_divergence:
    H(q), CE(q, p), KL(q‖p), KL(p‖q), nats; ∞ where an outcome that happens was called impossible. best_lead: of a
    smoothed target, how far the label's logit stands above the others at p = q, nats.

    path_t, path_cross_entropy: t, and CE(q, p_t) in nats, shape (T,); the first may be ∞.

    sigmoid, binary_terms, binary_cross_entropy: σ(z_k), the binary cross-entropy of each outcome judged by itself,
    shape (K,), and its sum, nats; only with logits.
    """

    names: tuple[str, ...]
    target: Array
    target_sum: float
    prediction: Array
    prediction_sum: float
    logits: Array | None
    possible: NDArray[np.bool_]
    label: int | None
    smoothing: float
    certain: int | None
    surprise: Array
    terms: Array
    entropy: float
    cross_entropy: float
    divergence: float
    reverse_divergence: float
    best_lead: float | None
    path_t: Array
    path_cross_entropy: Array
    sigmoid: Array | None
    binary_terms: Array | None
    binary_cross_entropy: float | None


def study(
    names: tuple[str, ...],
    *,
    target: Sequence[float] | None = None,
    label: int | None = None,
    smoothing: float = 0.0,
    prediction: Sequence[float] | None = None,
    logits: Sequence[float] | None = None,
) -> EntropyStudy:
    """Compare a prediction with a target, and check each claim.

    names: one for each of K ≥ 1 outcomes. Target: K weights, or a label and its smoothing ε. Prediction: K weights, or
    K logits. Weights are divided by their sum. Raises ValueError for weights that are negative or all 0, for logits
    that are NaN, +∞ or all −∞, for unequal lengths and for a label outside 0 … K − 1.
    """
    z = None if logits is None else np.array(logits, dtype=np.float64)
    p, prediction_sum = _normalised(prediction or (), "prediction") if z is None else (core.softmax(z), 1.0)
    q, target_sum = _normalised(target or (), "target") if label is None else (core.one_hot(label, p.size), 1.0)
    q = core.smooth_labels(q, smoothing)
    same_classes(q, p, "target and prediction")

    log_p = _log(p) if z is None else core.log_softmax(z)
    surprise = 0 - log_p  # −log 1 would be −0
    possible = p > 0 if z is None else z > -np.inf
    path = straight_path(np.where(possible, np.maximum(p, SMALLEST_NORMAL), 0), q)
    first_loss = core.cross_entropy(q, p) if z is None else core.cross_entropy_from_logits(q, z)
    loss = np.append(first_loss, core.cross_entropy(q, path[1:]))
    divergence = np.append(_divergence(q, p, log_p), core.kl_divergence(q, path[1:]))
    reverse = core.kl_divergence(path, q)
    certain = int(q.argmax()) if np.count_nonzero(q) == 1 else None
    lead = float(np.log(q[label]) - np.log(q[label - 1])) if label is not None and certain is None else None
    binary = None if z is None else _binary_terms(q, z)
    return EntropyStudy(
        names=names,
        target=q,
        target_sum=target_sum,
        prediction=p,
        prediction_sum=prediction_sum,
        logits=z,
        possible=possible,
        label=label,
        smoothing=smoothing,
        certain=certain,
        surprise=surprise,
        terms=q * np.where(q > 0, surprise, 0),
        entropy=float(core.entropy(q)),
        cross_entropy=float(loss[0]),
        divergence=float(divergence[0]),
        reverse_divergence=float(reverse[0]),
        best_lead=lead,
        path_t=PATH,
        path_cross_entropy=loss,
        sigmoid=None if z is None else core.softmax(_beside_zero(z))[:, 0],
        binary_terms=binary,
        binary_cross_entropy=None if binary is None else _sum(binary),
        checks=(
            *_divergence_checks(q, path, loss, divergence, reverse),
            *_path_checks(q, loss),
            *_unit_checks(q, path[1:], loss[1:]),
            *_near_checks(q, p, float(divergence[0])),
            *_label_checks(q, log_p, float(loss[0]), lead),
            *(() if z is None or binary is None else _binary_checks(q, z, binary)),
        ),
    )


def _normalised(weights: Sequence[float], name: str) -> tuple[Array, float]:
    """Return weights divided by their sum, and the sum; a power of 2 scales them first, so that none overflows."""
    w = as_weights(weights, name)
    exponent = np.frexp(w.max())[1]
    scaled = np.ldexp(w, -exponent)
    total = math.fsum(scaled)
    if total == 0:
        raise ValueError(f"{name} must hold a number above 0")
    with np.errstate(over="ignore"):
        return scaled / total, float(np.ldexp(total, exponent))


def straight_path(p: Array, q: Array) -> Array:
    """Return p_t for every t of PATH, shape (T, K): from p, the first, to q, the last."""
    t = PATH[:, np.newaxis]
    return np.asarray((1 - t) * p + t * q)


def _log(p: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p))


def _divergence(q: Array, p: Array, log_p: Array) -> float:
    """Return KL(q‖p); an outcome whose p is too small for a float64 has the term q·(log q − log p) − q."""
    lost = (q > 0) & (p < SMALLEST_NORMAL)
    others = core.kl_divergence(np.where(lost, 0, q), p)
    return float(others + (q[lost] * (np.log(q[lost]) - log_p[lost]) - q[lost]).sum())


def _beside_zero(z: Array) -> Array:
    """Return the pairs (z_k, 0), shape (K, 2): their softmax is (σ(z_k), 1 − σ(z_k))."""
    return np.column_stack([z, np.zeros(z.size)])


def _binary_terms(q: Array, z: Array) -> Array:
    """Return −q ln σ(z) − (1−q) ln(1−σ(z)) for each outcome, through log-softmax: no exp overflows."""
    return core.cross_entropy_from_logits(np.column_stack([q, 1 - q]), _beside_zero(z))


def _sum(terms: Array) -> float:
    with np.errstate(over="ignore"):
        return float(terms.sum())


def _divergence_checks(q: Array, path: Array, loss: Array, divergence: Array, reverse: Array) -> Iterator[Check]:
    where = f"at {PATH.size} p on the path"
    yield Check(f"CE(q, p) = H(q) + KL(q‖p) {where}", core.largest_error(core.entropy(q) + divergence, loss), ROUNDING)
    swapped = core.largest_error(core.entropy(path) + reverse, core.cross_entropy(path, q))
    yield Check(f"CE(p, q) = H(p) + KL(p‖q) {where}", swapped, ROUNDING)
    yield Check(f"KL ≥ 0 in both orders {where}", max(0.0, -float(np.minimum(divergence, reverse).min())), 0.0)


def _path_checks(q: Array, loss: Array) -> Iterator[Check]:
    """Compare losses, which are finite but for the first, with H(q) and with their neighbours."""
    entropy, bound = float(core.entropy(q)), math.log(q.size)
    yield Check("0 ≤ H(q) ≤ ln K", max(0.0, -entropy, entropy - bound), ROUNDING * max(1, bound))
    finite = loss[np.isfinite(loss)]
    size = np.maximum(finite, 1)
    below = max(0.0, float(((entropy - finite) / size).max()))
    yield Check(f"CE(q, p) ≥ H(q) at {finite.size} p on the path", below, ROUNDING)
    steps = np.diff(finite)
    rise = max(0.0, float((steps / size[:-1]).max()), float((-np.diff(steps) / size[:-2]).max()))
    yield Check("CE(q, p) falls along the path, ever more slowly", rise, ROUNDING)


def _unit_checks(q: Array, path: Array, loss: Array) -> Iterator[Check]:
    """Compare with plain sums of other logarithms; t = 0 is left out, where p may be 0 or have underflowed."""
    happens = q > 0
    bits = -(q[happens] * np.log2(path[:, happens])).sum(axis=1)
    dits = -(q[happens] * np.log10(path[:, happens])).sum(axis=1)
    error = max(core.largest_error(bits * math.log(2), loss), core.largest_error(dits * math.log(10), loss))
    yield Check(f"CE by log₂ and log₁₀ = CE in nats, converted, at {len(path)} p", error, _summed(q.size))


def _summed(terms: int) -> float:
    """Return the tolerance for a plain sum: each of its additions may round."""
    return ROUNDING + terms * EPSILON


def _near_checks(q: Array, p: Array, divergence: float) -> Iterator[Check]:
    """Compare KL(q‖p) near its minimum with the parabola that it is there, Σ (p−q)²/2q.

    With r = p/q − 1, KL = Σ q·(r²/2 − r³/3 + r⁴/4 − …), so that the rest is at most max |r| times the parabola.
    """
    happens = q > 0
    with np.errstate(over="ignore"):
        r = (p[happens] - q[happens]) / q[happens]
    if 0 < np.abs(r).max() <= NEAR and not p[~happens].any():
        parabola = float((q[happens] * r * r).sum()) / 2
        error, allowed = abs(divergence - parabola) / parabola, float(np.abs(r).max())
        yield Check("KL(q‖p) = Σ (p−q)²/2q to second order, relatively", error, allowed + ROUNDING)


def _label_checks(q: Array, log_p: Array, loss: float, lead: float | None) -> Iterator[Check]:
    if np.count_nonzero(q) == 1 and math.isfinite(loss):
        odds = np.logaddexp.reduce(log_p - log_p[q.argmax()])
        error = core.largest_error(odds, np.array(loss))
        yield Check("CE = −ln p(label) = ln Σ p_k/p(label)", error, _summed(q.size))
    if lead is not None:
        best = core.cross_entropy_from_logits(q, np.where(q == q.max(), lead, 0.0))
        yield Check("CE = H(q) at the best lead of the logit", core.largest_error(best, core.entropy(q)), ROUNDING)


def _binary_checks(q: Array, z: Array, terms: Array) -> Iterator[Check]:
    direct = np.abs(z) < LARGEST_EXPONENT
    if direct.any():
        written = q[direct] * np.log(1 + np.exp(-z[direct])) + (1 - q[direct]) * np.log(1 + np.exp(z[direct]))
        claim = f"BCE by log-softmax = q ln(1+e^−z) + (1−q) ln(1+e^z), at {direct.sum()} z"
        yield Check(claim, core.largest_error(terms[direct], written), ROUNDING)
