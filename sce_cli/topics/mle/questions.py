"""Questions on maximum likelihood: what moves its peak, and how low its mean loss can be."""

import math

import numpy as np

from sce_cli import core
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, number, power_of_ten, quantity
from sce_cli.study import Question
from sce_cli.topics import floor_question as floor
from sce_cli.topics.mle.study import MleStudy
from sce_cli.translation import _
from sce_cli.units import Unit

MOST_COUNTED = 1e12
"""Balls up to which ln L keeps enough digits beside the logarithm of all sequences to show its peak."""

SAME_P = 1e-6
"""Two p that are closer may have the same ln L to rounding."""

MOST_SHOWN = 1e6
"""A number of colour sequences that is said in full."""

LIKELY, UNLIKELY = 0.1, 0.01
"""Where the choices of how probable a sequence is meet."""

RARE = 0.1
"""A probability of the first colour at which its balls push harder than the others."""


def one_sequence(study: MleStudy) -> Question | None:
    """Ask how probable the sequence is that was drawn, where more than one could have come."""
    if np.count_nonzero(study.counts) < 2:
        return None
    log_likelihood = study.peak.log_likelihood
    return Question(
        _(
            "Suppose that the colours' shares in the urn are just those that were drawn. How probable is it to draw "
            "exactly this sequence of colours?"
        ),
        float((log_likelihood < math.log(LIKELY)) + (log_likelihood < math.log(UNLIKELY))),
        _(
            "The draws' probabilities multiply to {likelihood}: even the best shares spread their probability over all "
            "the sequences that can come."
        ).format(likelihood=small(study.peak.likelihood, log_likelihood)),
        choices=(_("1 in 10, or more"), _("between 1 in 10 and 1 in 100"), _("less than 1 in 100")),
    )


def small(likelihood: float, log_likelihood: float) -> str:
    """Format a likelihood, by its logarithm where the product underflows."""
    if likelihood < float(np.finfo(np.float64).tiny):
        return power_of_ten(log_likelihood * Unit.DITS.per_nat)
    return number(likelihood)


def logarithm(study: MleStudy, unit: Unit) -> Question:
    """Ask what the logarithm makes of a product that underflows, of a constant factor, or of a probability."""
    if study.peak.likelihood == 0:
        return _underflow(study, unit)
    return _sequences(study) or _sign(study, unit)


def _underflow(study: MleStudy, unit: Unit) -> Question:
    log, peak = unit.log, quantity(study.peak.log_likelihood, unit)
    return Question(
        _(
            "The product is too small for a float64, which makes it 0. What does the sum of logarithms, {log} L, "
            "become?"
        ).format(log=log),
        float(math.isfinite(study.peak.log_likelihood)),
        _("Every ball adds a term of ordinary size, and they add up to {peak}.").format(peak=peak),
        choices=(_("−∞, the logarithm of 0"), _("a finite number below 0")),
    )


def _sequences(study: MleStudy) -> Question | None:
    """Ask whether counting all colour sequences of the balls moves the likelihood's peak."""
    n = study.counts
    if np.count_nonzero(n) < 2 or n.sum() > MOST_COUNTED:
        return None
    log_sequences = math.lgamma(n.sum() + 1) - sum(math.lgamma(k + 1) for k in n)
    moved = study.curve.p[(study.curve.log_likelihood + log_sequences).argmax()] - study.estimate[0]
    first = "p" if n.size == 2 else f"p({escaped(study.names[0])})"
    return Question(
        _counting(log_sequences),
        float(1 + (np.sign(moved) if abs(moved) > SAME_P else 0)),
        _("The factor is the same at every p, so the peak stays at {first} = {estimate}.").format(
            first=first, estimate=number(study.estimate[0])
        ),
        choices=(_("at a smaller p"), _("at the same p"), _("at a larger p")),
    )


def _counting(log_sequences: float) -> str:
    if log_sequences > math.log(MOST_SHOWN):
        return _(
            "The same balls can come in many colour sequences. Counting them all multiplies L by their number: where "
            "is its peak then?"
        )
    return _(
        "The same balls can come in {count} colour sequences. Counting them all multiplies L by {count}: where is its "
        "peak then?"
    ).format(count=count(round(math.exp(log_sequences))))


def _sign(study: MleStudy, unit: Unit) -> Question:
    """Ask for the sign of the log-likelihood."""
    log, peak = unit.log, quantity(study.peak.log_likelihood, unit)
    below = _("L is a probability below 1, so its logarithm is {peak}.")
    level = _("L = 1, for one colour is all there was, so its logarithm is {peak}.")
    return Question(
        _("Is {log} L above or below 0 at the peak?").format(log=log),
        float(1 + np.sign(study.peak.log_likelihood)),
        (below if study.peak.log_likelihood < 0 else level).format(peak=peak),
        choices=(_("below 0"), "0", _("above 0")),
    )


def harder_push(study: MleStudy) -> Question:
    """Ask, for two colours, which ball changes the slope of ln L more where the first one is rare."""
    first, second = core.log_likelihood_gradient(np.ones(2), np.array([RARE, 1 - RARE]))
    names = [escaped(name) for name in study.names]
    return Question(
        _(
            "At p = P({first}) = {p}, which changes the slope of ln L more: one ball more of {first}, or one of "
            "{second}?"
        ).format(first=names[0], second=names[1], p=number(RARE)),
        float(1 + np.sign(second - first)),
        _(
            "A ball of {first} adds 1/{p} = {more} to it, one of {second} takes off 1/{rest} = {less}: the colour that "
            "p expects less pushes harder."
        ).format(
            first=names[0],
            second=names[1],
            p=number(RARE),
            rest=number(1 - RARE),
            more=number(first),
            less=number(second),
        ),
        choices=(
            _("one more of {name}").format(name=names[0]),
            _("both change it alike"),
            _("one more of {name}").format(name=names[1]),
        ),
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
            "The p_k must add up to 1, so the most is reached when no colour gains more than another: n_k/p_k is the "
            "same for each."
        ),
        choices=(_("all 0"), _("all the same, not 0"), _("all different")),
    )


def impossible(study: MleStudy) -> Question | None:
    """Ask, for two colours of which one wasn't drawn, what p̂ makes of it when it comes after all."""
    if study.counts.all():
        return None
    missing = int((study.counts == 0).argmax())
    then = float(core.likelihood(study.counts + (study.counts == 0), study.estimate))
    return Question(
        _(
            "p̂ = {estimate} calls {name} impossible. Then a ball of {name} comes after all. How large is L(p̂) now?"
        ).format(name=escaped(study.names[missing]), estimate=number(study.estimate[0])),
        float(2 if then == 0 else then < study.peak.likelihood),
        _("One factor of the product is P({name}) = {factor}.").format(
            name=escaped(study.names[missing]), factor=number(study.estimate[missing])
        ),
        choices=(_("as large as before"), _("smaller, but above 0"), "0"),
    )


def multiplier(study: MleStudy) -> Question | None:
    """Ask, for more colours, for the Lagrange multiplier, or what a colour that wasn't drawn would cost."""
    if study.counts[0] and not study.counts.all():  # along the first colour's p, the curve shows what would happen
        return _never_drawn(study)
    total = study.counts.sum()
    options = {"1": 1, _("the number of balls"): total}
    if study.counts.size != total:
        options[_("the number of colours")] = study.counts.size
    distances = [abs(value - study.peak.gradient.max()) for value in options.values()]
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
        _("Ten times as many balls come, in the same shares. What does the least mean loss do?"),
        float(1 + moved),
        _("H(q) = {floor} depends on the shares alone: more balls make p̂ surer, not the draw.").format(
            floor=quantity(study.entropy, unit)
        ),
        choices=(_("It falls."), _("It stays."), _("It rises.")),
    )
