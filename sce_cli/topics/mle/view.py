"""Maximum likelihood in six steps, and its figure."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli import core
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, equals, error_size, number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.mle import questions as ask
from sce_cli.topics.mle.study import Descent, MleStudy, Table
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 6
"""Colours that a line of text lists; a table shows more."""

LEAST_DRAWN = 1e-250
"""The smallest peak of L that is drawn as it is: Matplotlib takes an axis up to 2e-287 for one without extent."""


class MleView(View):
    """Maximum likelihood in six steps."""

    def title(self, study: MleStudy) -> str:
        """Say what was drawn."""
        return _title(study, escaped)

    def steps(self, study: MleStudy, unit: Unit) -> list[Step]:
        """Explain the derivation: product, sum, derivative, maximum, cross-entropy, floor."""
        two = study.counts.size == 2
        return [
            Step(_("The likelihood of what was drawn"), _likelihood(study), ask.orders(study)),
            Step(_("The logarithm turns the product into a sum"), _logarithm(study, unit), ask.logarithm(study, unit)),
            _derivative(study, unit),
            Step(
                _("The maximum"),
                Group(_maximum_of_two(study) if two else _maximum_of_many(study), *_routes(study)),
                ask.boundary(study) if two else ask.multiplier(study),
            ),
            Step(
                _("Divide by −N: binary cross-entropy") if two else _("Divide by −N: cross-entropy"),
                _cross_entropy(study, unit),
                ask.least_loss(study, unit),
            ),
            Step(_("The floor is the entropy, the gap is KL"), _floor(study, unit), ask.more_balls(study, unit)),
        ]

    def result(self, study: MleStudy, unit: Unit) -> str:
        """Return the estimate and the floor in one line."""
        return _("{estimate}; {loss} can't fall below H(q) = {floor}").format(
            estimate=_estimate(study), loss=_name(study), floor=quantity(study.entropy, unit)
        )

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _title(study: MleStudy, shown: Callable[[str], str]) -> str:
    """Say what was drawn; shown: what makes a name markup, or figure text."""
    drawn = [f"{count(n)} {shown(name)}" for n, name in zip(study.counts[:NAMED], study.names, strict=False)]
    more = ["…"] if study.counts.size > NAMED else []
    return ngettext(
        "Maximum likelihood from {total} ball: {drawn}",
        "Maximum likelihood from {total} balls: {drawn}",
        int(study.counts.sum()),
    ).format(total=count(study.counts.sum()), drawn=", ".join(drawn + more))


def _likelihood(study: MleStudy) -> RenderableType:
    value = _("   L(p̂) = {likelihood} at its peak, {estimate}")
    if _underflows(study):
        value = _("   L(p̂) underflows: as a float64 this product is {likelihood}.")
    return Group(
        ngettext(
            "{total} ball, drawn independently and put back, in one given order:",
            "{total} balls, drawn independently and put back, in one given order:",
            int(study.counts.sum()),
        ).format(total=count(study.counts.sum())),
        f"   L(p) = {' · '.join(_per_colour(study, '{p}^{n}'))}",
        value.format(likelihood=number(study.peak.likelihood), estimate=_estimate(study)),
        _("Counting all orders of the same balls multiplies L by a constant and doesn't move its peak."),
    )


def _logarithm(study: MleStudy, unit: Unit) -> RenderableType:
    terms = _per_colour(study, "{n} " + unit.log + " {p}")
    log_likelihood = study.peak.log_likelihood
    far = [f"   L(p̂) = {power_of_ten(log_likelihood * Unit.DITS.per_nat)}"] if _underflows(study) else []
    return Group(
        f"   {unit.log} L(p) = {' + '.join(terms)}",
        f"   {unit.log} L(p̂) = {quantity(log_likelihood, unit)}",
        *far,
        _("A logarithm rises with its argument: both peak at the same p̂."),
    )


def _derivative(study: MleStudy, unit: Unit) -> Step:
    if study.counts.size == 2:
        return Step(_("The derivative"), _derivative_of_two(study, unit), ask.slope_at_a_half(study))
    return Step(_("The derivative"), _derivative_of_many(study, unit), ask.slopes(study))


def _derivative_of_two(study: MleStudy, unit: Unit) -> RenderableType:
    first, second = (count(n) for n in study.counts)
    rows = [
        (number(p), number(slope), _("rises") if slope > 0 else _("falls") if slope < 0 else _("is level"))
        for p, slope in zip(study.table.p, study.table.slope, strict=True)
    ]
    return Group(
        _("   d ln L/dp = {first}/p − {second}/(1−p)   with p = P({name})").format(
            first=first, second=second, name=escaped(study.names[0])
        ),
        "",
        table(["p", _("d ln L/dp in nats"), "ln L"], rows, words=(2,)),
        *_in_nats(unit),
    )


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
    sentence = _("Derivatives are shown in nats, where they are simplest; in {unit} all of them × {factor:.6f}.")
    return ["", sentence.format(unit=unit.label, factor=unit.per_nat)]


def _maximum_of_two(study: MleStudy) -> RenderableType:
    if not study.counts.all():
        return _boundary_of_two(study)
    first, second, total = count(study.counts[0]), count(study.counts[1]), count(study.counts.sum())
    return Group(
        f"   {first}/p = {second}/(1−p)   →   [bold]p̂ = {first}/{total} {equals(study.estimate[0])}[/]",
        f"   d² ln L/dp² = −{first}/p² − {second}/(1−p)²",
        _("               {curvature} nats < 0 at p̂: a maximum").format(curvature=equals(study.peak.curvature.sum())),
    )


def _boundary_of_two(study: MleStudy) -> RenderableType:
    first, total = count(study.counts[0]), count(study.counts.sum())
    if study.counts[0] == 0:
        missing, slope = study.names[0], -study.peak.gradient[1]
        reason = _(
            "No {name} ball was drawn, so L only falls with p: the maximum lies on the boundary, where a derivative "
            "needn't vanish. The estimate rules out what it hasn't seen."
        )
    else:
        missing, slope = study.names[1], study.peak.gradient[0]
        reason = _(
            "No {name} ball was drawn, so L only rises with p: the maximum lies on the boundary, where a derivative "
            "needn't vanish. The estimate rules out what it hasn't seen."
        )
    return Group(
        f"   [bold]p̂ = {first}/{total} = {number(study.estimate[0])}[/]",
        _("   d ln L/dp = {slope} at p̂, not 0").format(slope=quantity(slope, Unit.NATS)),
        reason.format(name=escaped(missing)),
    )


def _maximum_of_many(study: MleStudy) -> RenderableType:
    columns = (study.names, study.counts, study.estimate, study.peak.gradient, study.peak.curvature)
    rows = [
        (escaped(name), count(n), number(p), *((number(slope), number(bend)) if n else ("—", "—")))
        for name, n, p, slope, bend in zip(*columns, strict=True)
    ]
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
        table([_("colour"), "n", "p̂", _("n/p̂, nats"), _("−n/p̂², nats")], rows, words=(0,)),
    )


def _routes(study: MleStudy) -> Iterator[RenderableType]:
    estimate, grid, descent = study.estimate, study.grid, study.descent
    rows = [
        (_("closed form, n/N"), number(estimate[0]), ""),
        (_("best p of a grid"), number(grid.estimate), error_size(grid.estimate - estimate[0])),
        (
            _("gradient descent"),
            number(descent.estimate[0]),
            error_size(np.abs(descent.estimate - estimate).max()),
        ),
    ]
    yield ""
    route = _("route to {estimate}").format(estimate=_first_p(study, "p̂"))
    yield table([route, _("value"), _("off by")], rows, words=(0,))
    yield ""
    yield _descent(study.descent)


def _descent(descent: Descent) -> str:
    """Say how the descent ended, and for two colours at which logit."""
    steps, logit = descent.steps, ""
    if descent.outcome != core.Outcome.CONVERGED.value:
        sentence = ngettext(
            "Descent follows the gradient softmax(z) − q of cross-entropy: it hasn't arrived after {steps} step.",
            "Descent follows the gradient softmax(z) − q of cross-entropy: it hasn't arrived after {steps} steps.",
            steps,
        )
    elif descent.logits.size == 2:
        logit = number(descent.logits[0] - descent.logits[1])
        sentence = ngettext(
            "Descent follows the gradient softmax(z) − q of cross-entropy: converged after {steps} step, at the logit "
            "ln(p/(1−p)) = {logit} nats.",
            "Descent follows the gradient softmax(z) − q of cross-entropy: converged after {steps} steps, at the logit "
            "ln(p/(1−p)) = {logit} nats.",
            steps,
        )
    else:
        sentence = ngettext(
            "Descent follows the gradient softmax(z) − q of cross-entropy: converged after {steps} step.",
            "Descent follows the gradient softmax(z) − q of cross-entropy: converged after {steps} steps.",
            steps,
        )
    return sentence.format(steps=steps, logit=logit)


def _cross_entropy(study: MleStudy, unit: Unit) -> RenderableType:
    name, first = _name(study), _first_p(study, "p")
    log, scale = unit.log, unit.per_nat
    columns = (study.table.p, study.table.mean_loss, study.table.cross_entropy)
    rows = [
        (number(p), f"{loss * scale:.6f}", f"{again * scale:.6f}", error_size((loss - again) * scale))
        for p, loss, again in zip(*columns, strict=True)
    ]
    formula = f"−q {log} p − (1−q) {log} (1−p)" if name == "BCE" else f"−Σ q_k {log} p_k"
    loss_head = _("−{log} L/N in {unit}").format(log=log, unit=unit.label)
    return Group(
        _("With the frequencies q = n/N = {frequencies}:").format(frequencies=vector(study.estimate)),
        f"   −{log} L/N = {formula} = {name}(q, p)",
        "",
        table([first, loss_head, f"{name}(q, p)", _("difference")], rows),
        "",
        *_shared(study),
        _slip(study.table, first, unit),
    )


def _slip(shown: Table, first: str, unit: Unit) -> str:
    """Warn of p in q's place, where it is farthest off; first: the symbol of the first colour's probability."""
    worst = int(np.abs(shown.prediction_entropy - shown.mean_loss).argmax())
    return _(
        "The likeliest p has the least cross-entropy. A slip to avoid: −Σ p {log} p, with p twice. It is H(p): at "
        "{first} = {p} it gives {slip}, not {loss}."
    ).format(
        log=unit.log,
        first=first,
        p=number(shown.p[worst]),
        slip=quantity(shown.prediction_entropy[worst], unit),
        loss=quantity(shown.mean_loss[worst], unit),
    )


def _floor(study: MleStudy, unit: Unit) -> RenderableType:
    name, floor = _name(study), study.entropy * unit.per_nat
    above = _("KL is 0 only at p = q, so the least {loss} is H(q), which isn't 0.")
    certain = _(
        "KL is 0 only at p = q, so the least {loss} is H(q), and 0 is reached only in the limit of infinite logits."
    )
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
                loss=name, unit=unit.label, first=_first_p(study, "p")
            ),
        ),
    )


def _shared(study: MleStudy) -> list[str]:
    if study.counts.size == 2:
        return []
    sentence = _("In each row the other colours share 1 − {first} as they were drawn.")
    return [sentence.format(first=_first_p(study, "p"))]


def _name(study: MleStudy) -> str:
    return "BCE" if study.counts.size == 2 else "CE"


def _estimate(study: MleStudy) -> str:
    return f"p̂ {equals(study.estimate[0])}" if study.counts.size == 2 else f"p̂ = {vector(study.estimate)}"


def _first_p(study: MleStudy, symbol: str) -> str:
    return symbol if study.counts.size == 2 else f"{symbol}({escaped(study.names[0])})"


def _underflows(study: MleStudy) -> bool:
    return study.peak.likelihood < float(np.finfo(np.float64).tiny)


def _per_colour(study: MleStudy, form: str) -> list[str]:
    """Return one term for each colour, the middle ones left out where they are many."""
    symbols = ["p", "(1−p)"] if study.counts.size == 2 else [_symbol(*named) for named in enumerate(study.names, 1)]
    terms = [form.format(p=symbol, n=count(n)) for symbol, n in zip(symbols, study.counts, strict=True)]
    return terms if len(terms) <= NAMED else [*terms[:3], "…", terms[-1]]


def _symbol(index: int, name: str) -> str:
    return f"p_{name if name.isidentifier() else index}"


def figure(study: MleStudy, unit: Unit) -> "Figure":
    """Draw L, its logarithm, and cross-entropy with its floor H(q) and the gap KL shaded, all over p."""
    from sce_cli.drawing.plot import literal, panels

    p = study.curve.p
    drawing, (left, middle, right) = panels(3, f"{_title(study, literal)}; {_estimate(study)}")
    peak = study.peak.log_likelihood if study.peak.likelihood < LEAST_DRAWN else 0.0
    left.plot(p, np.exp(study.curve.log_likelihood - peak))
    left.set_title(_("likelihood L(p) / L(p̂)") if peak else _("likelihood L(p)"))
    middle.plot(p, study.curve.log_likelihood * unit.per_nat)
    middle.set_title(f"{unit.log} L(p), {unit.label}")
    _draw_loss(right, study, unit)
    for axes in (left, middle, right):
        axes.axvline(float(study.estimate[0]), color="C2", linestyle=":", label="p̂")
        axes.set_xlabel(f"p = P({literal(study.names[0])})")
    right.legend(loc="upper center", framealpha=1)
    return drawing


def _draw_loss(axes: "Axes", study: MleStudy, unit: Unit) -> None:
    loss, floor = study.curve.cross_entropy * unit.per_nat, study.entropy * unit.per_nat
    axes.plot(study.curve.p, loss, label=f"{_name(study)}(q, p)")
    floor_label = _("floor H(q) = {floor}").format(floor=number(floor))
    axes.axhline(floor, color="C1", linestyle="--", label=floor_label)
    axes.fill_between(study.curve.p, floor, loss, color="C0", alpha=0.2, label=_("gap KL(q‖p)"))
    axes.set_title(_("cross-entropy, {unit}").format(unit=unit.label))
