"""Questions on maximum likelihood: what moves its peak, and how low its mean loss can be."""

import math

import numpy as np

from sce_cli import core
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, number, quantity
from sce_cli.study import Question
from sce_cli.topics import floor_question as floor
from sce_cli.topics.mle.study import MleStudy
from sce_cli.translation import _
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
    first = "p" if n.size == 2 else f"p({escaped(study.names[0])})"
    return Question(
        _counting_orders(log_orders),
        float(1 + (np.sign(moved) if abs(moved) > SAME_P else 0)),
        _("The factor is the same at every p, so the peak stays at {first} = {estimate}.").format(
            first=first, estimate=number(study.estimate[0])
        ),
        choices=(_("at a smaller p"), _("at the same p"), _("at a larger p")),
    )


def _counting_orders(log_orders: float) -> str:
    if log_orders > math.log(MOST_SHOWN):
        return _(
            "The balls could have come in other orders. Counting them all multiplies L by that number: where is its "
            "peak then?"
        )
    return _(
        "The balls could have come in other orders. Counting them all multiplies L by {factor}: where is its peak then?"
    ).format(factor=count(round(math.exp(log_orders))))


def logarithm(study: MleStudy, unit: Unit) -> Question:
    """Ask for the sign of the log-likelihood, or whether it underflows with the product."""
    log, peak = unit.log, quantity(study.peak.log_likelihood, unit)
    if study.peak.likelihood == 0:
        return Question(
            _(
                "The product is too small for a float64, which makes it 0. What does the sum of logarithms, {log} L, "
                "become?"
            ).format(log=log),
            float(math.isfinite(study.peak.log_likelihood)),
            _("No single term is large, and they add up to {peak}.").format(peak=peak),
            choices=(_("−∞, the logarithm of 0"), _("a finite number below 0")),
        )
    below = _("L is a probability below 1, so its logarithm is {peak}.")
    level = _("L = 1, for one colour is all there was, so its logarithm is {peak}.")
    return Question(
        _("Is {log} L above or below 0 at the peak?").format(log=log),
        float(1 + np.sign(study.peak.log_likelihood)),
        (below if study.peak.log_likelihood < 0 else level).format(peak=peak),
        choices=(_("below 0"), "0", _("above 0")),
    )


def slope_at_a_half(study: MleStudy) -> Question:
    """Ask, for two colours, whether ln L rises or falls at p = 1/2."""
    slope = study.table.slope[study.table.p.tolist().index(0.5)]
    first, second = (count(n) for n in study.counts)
    return Question(
        _("A fair coin, p = P({name}) = 1/2: does ln L rise with p there, or fall?").format(
            name=escaped(study.names[0])
        ),
        float(1 + np.sign(slope)),
        _("The slope of ln L is {first}/0.5 − {second}/0.5 = {slope} nats per unit of p.").format(
            first=first, second=second, slope=number(slope)
        ),
        choices=(_("It falls."), _("It is level."), _("It rises.")),
    )


def slopes(study: MleStudy) -> Question | None:
    """Ask, for more colours, what the derivatives by the p_k have in common at the maximum."""
    slope = study.peak.gradient[study.counts > 0]
    if slope.size < 2:
        return None
    return Question(
        _("At the maximum, what are the derivatives ∂ ln L/∂p_k of the colours that were drawn?"),
        float(2 if not np.allclose(slope, slope[0], rtol=1e-9) else slope[0] != 0),
        _(
            "The p_k must add up to 1, so the most is reached when no colour gains more than another: n_k/p_k = "
            "{slope} for each."
        ).format(slope=number(slope[0])),
        choices=(_("all 0"), _("all the same, not 0"), _("all different")),
    )


def boundary(study: MleStudy) -> Question | None:
    """Ask, for two colours of which one wasn't drawn, whether the slope vanishes at the maximum."""
    if study.counts.all():
        return None
    missing, slope = (0, -study.peak.gradient[1]) if study.counts[0] == 0 else (1, study.peak.gradient[0])
    return Question(
        _("No {name} ball was drawn, so p̂ = {estimate}. Is the slope of ln L 0 there?").format(
            name=escaped(study.names[missing]), estimate=number(study.estimate[0])
        ),
        float(slope != 0),
        _("The slope is {slope}: the maximum lies on the boundary, where p can't go on.").format(
            slope=quantity(slope, Unit.NATS)
        ),
        choices=(_("Yes, as at every maximum."), _("No.")),
    )


def multiplier(study: MleStudy) -> Question | None:
    """Ask, for more colours, for the Lagrange multiplier, or what a colour that wasn't drawn would cost."""
    if not study.counts.all():
        return _never_drawn(study)
    total = study.counts.sum()
    options = {"1": 1, _("the number of balls"): total}
    if study.counts.size != total:
        options[_("the number of colours")] = study.counts.size
    distances = [abs(value - study.peak.gradient[0]) for value in options.values()]
    return Question(
        _("p_k = n_k/λ, and the p_k add up to 1. What is λ?"),
        float(np.argmin(distances)),
        _("Σ n_k/λ = 1 makes λ the number of balls, {total}.").format(total=count(total)),
        choices=tuple(options),
    )


def _never_drawn(study: MleStudy) -> Question:
    missing = int((study.counts == 0).argmax())
    gain, price = study.peak.gradient[missing], study.peak.gradient[study.counts > 0][0]
    return Question(
        _("{name} was never drawn. Give it a little probability, taken from the others: what does L do?").format(
            name=escaped(study.names[missing])
        ),
        float(1 + np.sign(gain - price)),
        _("It gains {gain} and costs the others {price} nats per unit of p, so its p̂ stays 0.").format(
            gain=number(gain), price=number(price)
        ),
        choices=(_("It falls."), _("It stays."), _("It rises.")),
    )


def least_loss(study: MleStudy, unit: Unit) -> Question | None:
    """Ask for the least mean loss."""
    return floor.least(
        study.entropy,
        study.counts.size,
        unit,
        whether=_("Choose the best p there is. What can be said of the mean loss −{log} L/N?"),
        how_small=_("Choose the best p there is. How small does the mean loss −{log} L/N become, in {unit}?"),
    )


def more_balls(study: MleStudy, unit: Unit) -> Question:
    """Ask whether more data lower the floor."""
    again = float(core.entropy(10 * study.counts / (10 * study.counts.sum())))
    moved = 0 if math.isclose(again, study.entropy, rel_tol=1e-9) else np.sign(again - study.entropy)
    return Question(
        _("Ten times as many balls come, in the same shares. What does the floor do?"),
        float(1 + moved),
        _("H(q) = {floor} depends on the shares alone: more balls make p̂ surer, not the draw.").format(
            floor=quantity(study.entropy, unit)
        ),
        choices=(_("It falls."), _("It stays."), _("It rises.")),
    )
