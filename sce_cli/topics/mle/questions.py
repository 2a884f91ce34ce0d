"""Questions on maximum likelihood: what moves its peak, and how low its mean loss can be."""

import math

import numpy as np

from sce_cli import core
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, number, quantity
from sce_cli.study import Question
from sce_cli.topics import floor_question as floor
from sce_cli.topics.mle.study import MleStudy
from sce_cli.units import Unit

MOST_COUNTED = 1e12
"""Balls up to which ln L keeps enough digits beside the logarithm of all orders to show its peak."""

SAME_P = 1e-6
"""Two p that are closer may have the same ln L to rounding."""

MOST_SHOWN = 1e6
"""A number of orders that is said in full."""


def orders(study: MleStudy) -> Question | None:
    """Ask whether counting all orders of the balls moves the likelihood's peak."""
    n = study.counts
    if np.count_nonzero(n) < 2 or n.sum() > MOST_COUNTED:
        return None
    log_orders = math.lgamma(n.sum() + 1) - sum(math.lgamma(k + 1) for k in n)
    moved = study.curve.p[(study.curve.log_likelihood + log_orders).argmax()] - study.estimate[0]
    factor = "that number" if log_orders > math.log(MOST_SHOWN) else count(round(math.exp(log_orders)))
    first = "p" if n.size == 2 else f"p({escaped(study.names[0])})"
    return Question(
        f"The balls could have come in other orders. Counting them all multiplies L by {factor}: where is its "
        "peak then?",
        float(1 + (np.sign(moved) if abs(moved) > SAME_P else 0)),
        f"The factor is the same at every p, so the peak stays at {first} = {number(study.estimate[0])}.",
        choices=("at a smaller p", "at the same p", "at a larger p"),
    )


def logarithm(study: MleStudy, unit: Unit) -> Question:
    """Ask for the sign of the log-likelihood, or whether it underflows with the product."""
    log, peak = unit.log, quantity(study.peak.log_likelihood, unit)
    if study.peak.likelihood == 0:
        return Question(
            f"The product is too small for a float64, which makes it 0. What does the sum of logarithms, {log} L, "
            "become?",
            float(math.isfinite(study.peak.log_likelihood)),
            f"No single term is large, and they add up to {peak}.",
            choices=("−∞, the logarithm of 0", "a finite number below 0"),
        )
    reason = "L is a probability below 1" if study.peak.log_likelihood < 0 else "L = 1, for one colour is all there was"
    return Question(
        f"Is {log} L above or below 0 at the peak?",
        float(1 + np.sign(study.peak.log_likelihood)),
        f"{reason}, so its logarithm is {peak}.",
        choices=("below 0", "0", "above 0"),
    )


def slope_at_a_half(study: MleStudy) -> Question:
    """Ask, for two colours, whether ln L rises or falls at p = 1/2."""
    slope = study.table.slope[study.table.p.tolist().index(0.5)]
    first, second = (count(n) for n in study.counts)
    return Question(
        f"A fair coin, p = P({escaped(study.names[0])}) = 1/2: does ln L rise with p there, or fall?",
        float(1 + np.sign(slope)),
        f"The slope of ln L is {first}/0.5 − {second}/0.5 = {number(slope)} nats per unit of p.",
        choices=("It falls.", "It is level.", "It rises."),
    )


def slopes(study: MleStudy) -> Question | None:
    """Ask, for more colours, what the derivatives by the p_k have in common at the maximum."""
    slope = study.peak.gradient[study.counts > 0]
    if slope.size < 2:
        return None
    return Question(
        "At the maximum, what are the derivatives ∂ ln L/∂p_k of the colours that were drawn?",
        float(2 if not np.allclose(slope, slope[0], rtol=1e-9) else slope[0] != 0),
        f"The p_k must add up to 1, so the most is reached when no colour gains more than another: n_k/p_k = "
        f"{number(slope[0])} for each.",
        choices=("all 0", "all the same, not 0", "all different"),
    )


def boundary(study: MleStudy) -> Question | None:
    """Ask, for two colours of which one wasn't drawn, whether the slope vanishes at the maximum."""
    if study.counts.all():
        return None
    missing, slope = (0, -study.peak.gradient[1]) if study.counts[0] == 0 else (1, study.peak.gradient[0])
    return Question(
        f"No {escaped(study.names[missing])} ball was drawn, so p̂ = {number(study.estimate[0])}. Is the slope of ln L "
        "0 there?",
        float(slope != 0),
        f"The slope is {quantity(slope, Unit.NATS)}: the maximum lies on the boundary, where p can't go on.",
        choices=("Yes, as at every maximum.", "No."),
    )


def multiplier(study: MleStudy) -> Question | None:
    """Ask, for more colours, for the Lagrange multiplier, or what a colour that wasn't drawn would cost."""
    if not study.counts.all():
        return _never_drawn(study)
    total = study.counts.sum()
    options = {"1": 1, "the number of balls": total}
    if study.counts.size != total:
        options["the number of colours"] = study.counts.size
    distances = [abs(value - study.peak.gradient[0]) for value in options.values()]
    return Question(
        "p_k = n_k/λ, and the p_k add up to 1. What is λ?",
        float(np.argmin(distances)),
        f"Σ n_k/λ = 1 makes λ the number of balls, {count(total)}.",
        choices=tuple(options),
    )


def _never_drawn(study: MleStudy) -> Question:
    missing = int((study.counts == 0).argmax())
    gain, price = study.peak.gradient[missing], study.peak.gradient[study.counts > 0][0]
    return Question(
        f"{escaped(study.names[missing])} was never drawn. Give it a little probability, taken from the others: what "
        "does L do?",
        float(1 + np.sign(gain - price)),
        f"It gains {number(gain)} and costs the others {number(price)} nats per unit of p, so its p̂ stays 0.",
        choices=("It falls.", "It stays.", "It rises."),
    )


def least_loss(study: MleStudy, unit: Unit) -> Question | None:
    """Ask for the least mean loss."""
    return floor.least(f"the mean loss −{unit.log} L/N", study.entropy, study.counts.size, unit)


def more_balls(study: MleStudy, unit: Unit) -> Question:
    """Ask whether more data lower the floor."""
    again = float(core.entropy(10 * study.counts / (10 * study.counts.sum())))
    moved = 0 if math.isclose(again, study.entropy, rel_tol=1e-9) else np.sign(again - study.entropy)
    return Question(
        "Ten times as many balls come, in the same shares. What does the floor do?",
        float(1 + moved),
        f"H(q) = {quantity(study.entropy, unit)} depends on the shares alone: more balls make p̂ surer, not the draw.",
        choices=("It falls.", "It stays.", "It rises."),
    )
