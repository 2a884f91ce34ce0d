"""Maximum likelihood in seven steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import column, count, equals, error_size, number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.mle import figure_view
from sce_cli.topics.mle import questions as ask
from sce_cli.topics.mle.study import DESCENT_GRADIENT, NO_MINIMISER, MleStudy
from sce_cli.topics.mle.wording_view import NAMED, estimate, first_p, loss_name, title
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class MleView(View):
    """Maximum likelihood in seven steps."""

    def title(self, study: MleStudy) -> str:
        """Say what was drawn."""
        return title(study, escaped)

    def steps(self, study: MleStudy, unit: Unit) -> list[Step]:
        """Explain the derivation: product, sum, derivative, maximum, cross-entropy, classifier, floor."""
        two = study.counts.size == 2
        return [
            Step(_("The likelihood of what was drawn"), _likelihood(study), ask.one_sequence(study)),
            Step(_("The logarithm turns the product into a sum"), _logarithm(study, unit), ask.logarithm(study, unit)),
            _derivative(study, unit),
            Step(
                _("The maximum"),
                _maximum_of_two(study) if two else _maximum_of_many(study),
                ask.impossible(study) if two else ask.multiplier(study),
            ),
            Step(
                _("Divide by −N: binary cross-entropy") if two else _("Divide by −N: cross-entropy"),
                _cross_entropy(study, unit),
                ask.least_loss(study, unit),
            ),
            Step(_("From balls to a classifier"), _classifier(study)),
            Step(_("The floor is the entropy, the gap is KL"), _floor(study, unit), ask.more_balls(study, unit)),
        ]

    def result(self, study: MleStudy, unit: Unit) -> str:
        """Return the estimate and the floor in one line."""
        return _("{estimate}; {loss} can't fall below H(q) = {floor}").format(
            estimate=estimate(study), loss=loss_name(study), floor=quantity(study.entropy, unit)
        )

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figure_view."""
        return {"plot": figure_view.figure}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws L, its logarithm, the slip and the floor beside their steps."""
        return figure_view.panels()


def _likelihood(study: MleStudy) -> RenderableType:
    two, inside = study.counts.size == 2, study.counts.all()
    value = _("   L(p̂) = {likelihood} at its peak, {estimate}")
    if not inside:
        value = _("   L(p̂) = {likelihood} at its peak {estimate}, which lies on the boundary")
    if _underflows(study):
        value = _("   L underflows at its peak, {estimate}: as a float64 this product is {likelihood}.")
    between = _("with p = P({name}) strictly between 0 and 1.").format(name=escaped(study.names[0]))
    return Group(
        ngettext(
            "The probability of {total} ball in the colour in which it came, drawn and put back:",
            "The probability of {total} balls in the sequence in which they came, drawn independently and put back:",
            int(study.counts.sum()),
        ).format(total=count(study.counts.sum())),
        f"   L(p) = {' · '.join(_per_colour(study, '{p}^{n}'))}",
        between if two else _("with every p_k strictly between 0 and 1, and Σ p_k = 1."),
        value.format(likelihood=number(study.peak.likelihood), estimate=estimate(study)),
        "",
        *_likelihood_hill(study),
    )


def _likelihood_hill(study: MleStudy) -> Iterator[RenderableType]:
    heights, relative = figure_view.drawn_likelihood(study)
    caption = _("L(p) over {first}; ● its peak")
    if relative:
        caption = _("L(p)/L(p̂) over {first}; ● its peak")
    yield _hill(study, heights, caption.format(first=_first(study)))
    yield from _shared(study)


def _hill(study: MleStudy, heights: Array, caption: str) -> Chart:
    """Draw heights over the first colour's p, with the mark at p̂."""
    here = int(np.flatnonzero(study.curve.p == study.estimate[0])[0])
    return Chart(study.curve.p, heights, (float(study.curve.p[here]), float(heights[here])), caption)


def _logarithm(study: MleStudy, unit: Unit) -> RenderableType:
    terms = _per_colour(study, "{n} " + unit.log + " {p}")
    log_likelihood = study.peak.log_likelihood
    far = [f"   L(p̂) = {power_of_ten(log_likelihood * Unit.DITS.per_nat)}"] if _underflows(study) else []
    caption = _("{log} L(p) in {unit} over {first}; ● its peak")
    return Group(
        f"   {unit.log} L(p) = {' + '.join(terms)}",
        f"   {unit.log} L(p̂) = {quantity(log_likelihood, unit)}",
        *far,
        _("A logarithm rises with its argument: both peak at the same p̂."),
        _("Counting all colour sequences of the same balls multiplies L by a constant, which moves no peak."),
        "",
        _hill(
            study,
            study.curve.log_likelihood * unit.per_nat,
            caption.format(log=unit.log, unit=unit.label, first=_first(study)),
        ),
    )


def _derivative(study: MleStudy, unit: Unit) -> Step:
    if study.counts.size == 2:
        return Step(_("The derivative"), _derivative_of_two(study, unit), ask.harder_push(study))
    return Step(_("The derivative"), _derivative_of_many(study, unit), ask.slopes(study))


def _derivative_of_two(study: MleStudy, unit: Unit) -> RenderableType:
    first, second = (count(n) for n in study.counts)
    words = [_("rises") if slope > 0 else _("falls") if slope < 0 else _("is level") for slope in study.table.slope]
    rows = zip(_inside(study.table.p.tolist()), column(study.table.slope.tolist()), words, strict=True)
    return Group(
        _("   d ln L/dp = {first}/p − {second}/(1−p)   with p = P({name})").format(
            first=first, second=second, name=escaped(study.names[0])
        ),
        "",
        table(["p", _("d ln L/dp in nats"), "ln L"], rows, words=(2,)),
        *_in_nats(unit),
    )


def _inside(p: Sequence[float]) -> list[str]:
    """Format probabilities strictly between 0 and 1, none of which reads as 0 or 1."""
    texts = column(p)
    return texts if all(float(text) % 1 for text in texts) else [number(share) for share in p]


def _derivative_of_many(study: MleStudy, unit: Unit) -> RenderableType:
    tied = _("The p_k are tied by Σ p_k = 1; a Lagrange multiplier λ lets each be varied by itself. At the maximum:")
    if not study.counts.all():
        tied = _(
            "The p_k are tied by Σ p_k = 1; a Lagrange multiplier λ lets each be varied by itself. At the maximum for "
            "each colour that was drawn:"
        )
    return Group(tied, "   ∂/∂p_k (ln L − λ·(Σ p_k − 1)) = n_k/p_k − λ = 0", *_in_nats(unit))


def _in_nats(unit: Unit) -> list[str]:
    """Say why the derivatives stay in nats when the other logarithms are printed in another unit."""
    if unit is Unit.NATS:
        return []
    sentence = _("Derivatives are shown in nats, where they are simplest; in {unit} all of them × {factor}.")
    return ["", sentence.format(unit=unit.label, factor=number(unit.per_nat))]


def _maximum_of_two(study: MleStudy) -> RenderableType:
    if not study.counts.all():
        return _boundary_of_two(study)
    first, second, total = count(study.counts[0]), count(study.counts[1]), count(study.counts.sum())
    return Group(
        f"   {first}/p = {second}/(1−p)   →   [bold]p̂ = {first}/{total} {equals(study.estimate[0])}[/]",
        _("Neither p nor 1−p is 0, so both sides may be multiplied by them."),
        f"   d² ln L/dp² = −{first}/p² − {second}/(1−p)² < 0",
        _("               {curvature} nats at p̂").format(curvature=equals(study.peak.curvature.sum())),
        _("It is below 0 at every p, not at p̂ alone: the hill has one peak."),
    )


def _boundary_of_two(study: MleStudy) -> RenderableType:
    first, total = count(study.counts[0]), count(study.counts.sum())
    if study.counts[0] == 0:
        missing, slope, formula = study.names[0], -study.peak.gradient[1], f"−{total}/(1−p)"
        reason = _(
            "No {name} ball was drawn, so L only falls with p. There is no stationary point: the maximum lies on the "
            "boundary, where the slope is {slope}. The estimate rules out what it hasn't seen."
        )
    else:
        missing, slope, formula = study.names[1], study.peak.gradient[0], f"{total}/p"
        reason = _(
            "No {name} ball was drawn, so L only rises with p. There is no stationary point: the maximum lies on the "
            "boundary, where the slope is {slope}. The estimate rules out what it hasn't seen."
        )
    return Group(
        _("   d ln L/dp = {formula}, which is 0 nowhere").format(formula=formula),
        f"   [bold]p̂ = {first}/{total} = {number(study.estimate[0])}[/]",
        reason.format(name=escaped(missing), slope=quantity(slope, Unit.NATS)),
    )


def _maximum_of_many(study: MleStudy) -> RenderableType:
    pushes = iter(column(study.peak.gradient[study.counts > 0].tolist()))
    each = [next(pushes) if n else "—" for n in study.counts]
    rows = zip(map(escaped, study.names), map(count, study.counts), column(study.estimate.tolist()), each, strict=True)
    concave = _("ln L is concave (its second derivatives are −n_k/p_k² ≤ 0, the mixed ones 0), so this is its maximum.")
    if not study.counts.all():
        concave = _(
            "ln L is concave (its second derivatives are −n_k/p_k² ≤ 0, the mixed ones 0), so this is its maximum. "
            "A colour never drawn has slope 0 < λ: its p̂ stays on the boundary, at 0."
        )
    return Group(
        "   n_k/p_k = λ   →   p_k = n_k/λ",
        f"   Σ p_k = 1     →   λ = N = {count(study.counts.sum())},   [bold]p̂_k = n_k/N[/]",
        concave,
        "",
        table([_("colour"), "n", "p̂", _("n/p̂, nats")], rows, words=(0,)),
    )


def _cross_entropy(study: MleStudy, unit: Unit) -> RenderableType:
    name, log = loss_name(study), unit.log
    formula = f"−q {log} p − (1−q) {log} (1−p)" if name == "BCE" else f"−Σ q_k {log} p_k"
    return Group(
        _("With the frequencies q = n/N = {frequencies}:").format(frequencies=vector(study.estimate)),
        f"   −{log} L/N = {formula} = {name}(q, p)",
        _("The p of greatest likelihood has the least cross-entropy: {loss} at p̂.").format(
            loss=quantity(study.entropy, unit)
        ),
        *_slip(study, unit),
        "",
        _slip_chart(study, unit),
    )


def _slip(study: MleStudy, unit: Unit) -> Iterator[str]:
    """Warn of p in q's place, where it is farthest off."""
    shown = study.table
    worst = int(np.abs(shown.prediction_entropy - shown.mean_loss).argmax())
    yield _(
        "A slip to avoid: −Σ p {log} p, with p in the place of q. That is p's own entropy, in which the draws no "
        "longer occur: at {first} = {p} it is {slip}, not {loss}."
    ).format(
        log=unit.log,
        first=_first(study),
        p=number(shown.p[worst]),
        slip=quantity(shown.prediction_entropy[worst], unit),
        loss=quantity(shown.mean_loss[worst], unit),
    )
    if study.counts.size == 2:
        yield _("The two agree only where p = q or p = 1/2: compare formulas along the curve, never at one point.")


def _slip_chart(study: MleStudy, unit: Unit) -> Chart:
    """Draw the loss and the slip over the first colour's p."""
    curves = np.stack([study.curve.cross_entropy, study.curve.prediction_entropy]) * unit.per_nat
    caption = _("In {unit} over {first}. c: {loss}(q, p), s: the slip; ● p̂").format(
        unit=unit.label, first=_first(study), loss=loss_name(study)
    )
    mark = float(study.estimate[0]), study.entropy * unit.per_nat
    return Chart(study.curve.p, curves, mark, caption, letters="cs")


def _classifier(study: MleStudy) -> RenderableType:
    """Carry the likelihood over to examples, and say why their weights are found by descent."""
    return Group(
        _("All balls have the same p. An example x_n has its own, softmax(W·x_n + b), and a one-hot target q_n:"),
        _("   L = Π_n p(y_n | x_n),   −ln L/N = the mean of CE(q_n, p_n)"),
        _("For p̂ an equation was solved. Now the slope is 0 where"),
        _("   the mean of (p_n − q_n)·x_nᵀ = 0"),
        _(
            "and each p_n depends on W through exponentials: in general no formula gives W. So a classifier descends, "
            "against the gradient p − q."
        ),
        _descent(study),
    )


def _descent(study: MleStudy) -> str:
    """Say how descent on the balls' logits ended."""
    descent = study.descent
    if descent.outcome == NO_MINIMISER:
        return _stopped(study)
    if not descent.steps:
        return _(
            "On these balls descent has nothing to do: its start, logits of 0, gives every colour the same p, which is "
            "p̂ here."
        )
    sentence = ngettext(
        "Tried on the balls, whose p̂ is known: delta-bar-delta, a descent with a rate for each logit, reaches "
        "{estimate} in {steps} step.",
        "Tried on the balls, whose p̂ is known: delta-bar-delta, a descent with a rate for each logit, reaches "
        "{estimate} in {steps} steps.",
        descent.steps,
    )
    if descent.outcome != core.Outcome.CONVERGED.value:
        sentence = ngettext(
            "Tried on the balls, whose p̂ is known: delta-bar-delta, a descent with a rate for each logit, hasn't "
            "arrived after {steps} step; it is at {estimate}.",
            "Tried on the balls, whose p̂ is known: delta-bar-delta, a descent with a rate for each logit, hasn't "
            "arrived after {steps} steps; it is at {estimate}.",
            descent.steps,
        )
    reached = f"{first_p(study, 'p', escaped)} = {number(descent.estimate[0])}"
    return sentence.format(estimate=reached, steps=count(descent.steps))


def _stopped(study: MleStudy) -> str:
    """Say why descent has nowhere to arrive, and how near to the boundary it stopped."""
    descent, missing = study.descent, int((study.counts == 0).argmax())
    return ngettext(
        "These balls have no minimiser in the logits: that of {name} could fall for ever. Delta-bar-delta, a descent "
        "with a rate for each logit, stops after {steps} step, where no slope exceeds {tolerance}: P({name}) is "
        "{probability} there.",
        "These balls have no minimiser in the logits: that of {name} could fall for ever. Delta-bar-delta, a descent "
        "with a rate for each logit, stops after {steps} steps, where no slope exceeds {tolerance}: P({name}) is "
        "{probability} there.",
        descent.steps,
    ).format(
        name=escaped(study.names[missing]),
        steps=count(descent.steps),
        tolerance=number(DESCENT_GRADIENT),
        probability=error_size(descent.estimate[missing]),
    )


def _floor(study: MleStudy, unit: Unit) -> RenderableType:
    name, floor = loss_name(study), study.entropy * unit.per_nat
    above = _("KL is 0 only at p = q, so the least {loss} is H(q), which isn't 0.")
    certain = _("KL is 0 only at p = q, so the least {loss} is H(q) = 0, which finite logits only come near.")
    return Group(
        f"   {name}(q, p) = H(q) + KL(q‖p)",
        f"   H(q) = {quantity(study.entropy, unit)},  KL(q‖p) ≥ 0",
        (above if floor else certain).format(loss=name),
        "",
        Chart(
            study.curve.p,
            study.curve.cross_entropy * unit.per_nat,
            mark=(float(study.estimate[0]), floor),
            caption=_("{loss} in {unit} over {first}; ● optimum, at the floor H(q)").format(
                loss=name, unit=unit.label, first=_first(study)
            ),
            level=floor,
        ),
    )


def _shared(study: MleStudy) -> list[str]:
    if study.counts.size == 2:
        return []
    sentence = _("Along every curve the other colours share 1 − {first} as they were drawn.")
    if not study.counts[1:].any():
        sentence = _("Along every curve the other colours share 1 − {first} evenly.")
    return ["", sentence.format(first=_first(study))]


def _first(study: MleStudy) -> str:
    return first_p(study, "p", escaped)


def _underflows(study: MleStudy) -> bool:
    return study.peak.likelihood < float(np.finfo(np.float64).tiny)


def _per_colour(study: MleStudy, form: str) -> list[str]:
    """Return one term for each colour, the middle ones left out where they are many."""
    symbols = ["p", "(1−p)"] if study.counts.size == 2 else [_symbol(*named) for named in enumerate(study.names, 1)]
    terms = [form.format(p=symbol, n=count(n)) for symbol, n in zip(symbols, study.counts, strict=True)]
    return terms if len(terms) <= NAMED else [*terms[:3], "…", terms[-1]]


def _symbol(index: int, name: str) -> str:
    return f"p_{name if name.isidentifier() else index}"
