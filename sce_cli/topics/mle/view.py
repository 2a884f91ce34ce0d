"""Maximum likelihood in six steps, and its figure."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import count, equals, error_size, number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.mle import questions as ask
from sce_cli.topics.mle.study import MleStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMED = 6
"""Colours that a line of text lists; a table shows more."""

LEAST_DRAWN = 1e-250
"""The smallest peak of L that is drawn as it is: Matplotlib takes an axis up to 2e-287 for one without extent."""


class MleView(View):
    """Maximum likelihood in six steps."""

    def title(self, study: MleStudy) -> str:
        """Say what was drawn."""
        return _title(study)

    def steps(self, study: MleStudy, unit: Unit) -> list[Step]:
        """Explain the derivation: product, sum, derivative, maximum, cross-entropy, floor."""
        two = study.counts.size == 2
        return [
            Step("The likelihood of what was drawn", _likelihood(study), ask.orders(study)),
            Step("The logarithm turns the product into a sum", _logarithm(study, unit), ask.logarithm(study, unit)),
            _derivative(study, unit),
            Step(
                "The maximum",
                Group(_maximum_of_two(study) if two else _maximum_of_many(study), *_routes(study)),
                ask.boundary(study) if two else ask.multiplier(study),
            ),
            Step(
                f"Divide by −N: {'binary ' if two else ''}cross-entropy",
                _cross_entropy(study, unit),
                ask.least_loss(study, unit),
            ),
            Step("The floor is the entropy, the gap is KL", _floor(study, unit), ask.more_balls(study, unit)),
        ]

    def result(self, study: MleStudy, unit: Unit) -> str:
        """Return the estimate and the floor in one line."""
        return f"{_estimate(study)}; {_name(study)} can't fall below H(q) = {quantity(study.entropy, unit)}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _title(study: MleStudy) -> str:
    """Say what was drawn."""
    drawn = [f"{count(n)} {escaped(name)}" for n, name in zip(study.counts[:NAMED], study.names, strict=False)]
    more = ["…"] if study.counts.size > NAMED else []
    return f"Maximum likelihood from {_balls(study)}: {', '.join(drawn + more)}"


def _likelihood(study: MleStudy) -> RenderableType:
    value = f"   L(p̂) = {number(study.peak.likelihood)} at its peak, {_estimate(study)}"
    if _underflows(study):
        value = f"   L(p̂) underflows: as a float64 this product is {number(study.peak.likelihood)}."
    return Group(
        f"{_balls(study)}, drawn independently and put back, in one given order:",
        f"   L(p) = {' · '.join(_per_colour(study, '{p}^{n}'))}",
        value,
        "Counting all orders of the same balls multiplies L by a constant and doesn't move its peak.",
    )


def _logarithm(study: MleStudy, unit: Unit) -> RenderableType:
    terms = _per_colour(study, "{n} " + unit.log + " {p}")
    far = [f"   L(p̂) = {power_of_ten(study.peak.log_likelihood * Unit.DITS.per_nat)}"] if _underflows(study) else []
    return Group(
        f"   {unit.log} L(p) = {' + '.join(terms)}",
        f"   {unit.log} L(p̂) = {quantity(study.peak.log_likelihood, unit)}",
        *far,
        "A logarithm rises with its argument: both peak at the same p̂.",
    )


def _derivative(study: MleStudy, unit: Unit) -> Step:
    if study.counts.size == 2:
        return Step("The derivative", _derivative_of_two(study, unit), ask.slope_at_a_half(study))
    return Step("The derivative", _derivative_of_many(study, unit), ask.slopes(study))


def _derivative_of_two(study: MleStudy, unit: Unit) -> RenderableType:
    first, second = (count(n) for n in study.counts)
    rows = [
        (number(p), number(slope), "rises" if slope > 0 else "falls" if slope < 0 else "is level")
        for p, slope in zip(study.table.p, study.table.slope, strict=True)
    ]
    return Group(
        f"   d ln L/dp = {first}/p − {second}/(1−p)   with p = P({escaped(study.names[0])})",
        "",
        table(["p", "d ln L/dp in nats", "ln L"], rows, words=(2,)),
        *_in_nats(unit),
    )


def _derivative_of_many(study: MleStudy, unit: Unit) -> RenderableType:
    drawn = "" if study.counts.all() else " for each colour that was drawn"
    return Group(
        f"The p_k are tied by Σ p_k = 1; a Lagrange multiplier λ lets each be varied by itself. At the maximum{drawn}:",
        "   ∂/∂p_k (ln L − λ·(Σ p_k − 1)) = n_k/p_k − λ = 0",
        *_in_nats(unit),
    )


def _in_nats(unit: Unit) -> list[str]:
    """Say why the derivatives stay in nats when the other logarithms are printed in another unit."""
    if unit is Unit.NATS:
        return []
    return [
        "",
        f"Derivatives are shown in nats, where they are simplest; in {unit.label} all of them × {unit.per_nat:.6f}.",
    ]


def _maximum_of_two(study: MleStudy) -> RenderableType:
    first, second, total = count(study.counts[0]), count(study.counts[1]), count(study.counts.sum())
    if study.counts.all():
        return Group(
            f"   {first}/p = {second}/(1−p)   →   [bold]p̂ = {first}/{total} {equals(study.estimate[0])}[/]",
            f"   d² ln L/dp² = −{first}/p² − {second}/(1−p)²",
            f"               {equals(study.peak.curvature.sum())} nats < 0 at p̂: a maximum",
        )
    missing, slope = (0, -study.peak.gradient[1]) if study.counts[0] == 0 else (1, study.peak.gradient[0])
    return Group(
        f"   [bold]p̂ = {first}/{total} = {number(study.estimate[0])}[/]",
        f"   d ln L/dp = {quantity(slope, Unit.NATS)} at p̂, not 0",
        f"No {escaped(study.names[missing])} ball was drawn, so L only {'falls' if slope < 0 else 'rises'} with p: the "
        "maximum lies on the boundary, where a derivative needn't vanish. The estimate rules out what it hasn't seen.",
    )


def _maximum_of_many(study: MleStudy) -> RenderableType:
    columns = (study.names, study.counts, study.estimate, study.peak.gradient, study.peak.curvature)
    rows = [
        (escaped(name), count(n), number(p), *((number(slope), number(bend)) if n else ("—", "—")))
        for name, n, p, slope, bend in zip(*columns, strict=True)
    ]
    total = count(study.counts.sum())
    return Group(
        "   n_k/p_k = λ   →   p_k = n_k/λ",
        f"   Σ p_k = 1     →   λ = N = {total},   [bold]p̂_k = n_k/N[/]",
        "ln L is concave (its second derivatives are −n_k/p_k² ≤ 0, the mixed ones 0), so this is its maximum."
        + ("" if study.counts.all() else " A colour never drawn has slope 0 < λ: its p̂ stays on the boundary, at 0."),
        "",
        table(["colour", "n", "p̂", "n/p̂, nats", "−n/p̂², nats"], rows, words=(0,)),
    )


def _routes(study: MleStudy) -> Iterator[RenderableType]:
    estimate, logits = study.estimate, study.descent.logits
    rows = [
        ("closed form, n/N", number(estimate[0]), ""),
        ("best p of a grid", number(study.grid.estimate), error_size(study.grid.estimate - estimate[0])),
        (
            "gradient descent",
            number(study.descent.estimate[0]),
            error_size(np.abs(study.descent.estimate - estimate).max()),
        ),
    ]
    yield ""
    yield table([f"route to {_first_p(study, 'p̂')}", "value", "off by"], rows, words=(0,))
    yield ""
    place = f", at the logit ln(p/(1−p)) = {number(logits[0] - logits[1])} nats" if logits.size == 2 else ""
    yield (
        f"Descent follows the gradient softmax(z) − q of cross-entropy: {study.descent.outcome} after "
        f"{study.descent.steps} steps{place}."
    )


def _cross_entropy(study: MleStudy, unit: Unit) -> RenderableType:
    name, log, scale = _name(study), unit.log, unit.per_nat
    columns = (study.table.p, study.table.mean_loss, study.table.cross_entropy)
    rows = [
        (number(p), f"{loss * scale:.6f}", f"{again * scale:.6f}", error_size((loss - again) * scale))
        for p, loss, again in zip(*columns, strict=True)
    ]
    formula = f"−q {log} p − (1−q) {log} (1−p)" if name == "BCE" else f"−Σ q_k {log} p_k"
    worst = int(np.abs(study.table.prediction_entropy - study.table.mean_loss).argmax())
    slip, right = study.table.prediction_entropy[worst], study.table.mean_loss[worst]
    return Group(
        f"With the frequencies q = n/N = {vector(study.estimate)}:",
        f"   −{log} L/N = {formula} = {name}(q, p)",
        "",
        table([_first_p(study, "p"), f"−{log} L/N in {unit.label}", f"{name}(q, p)", "difference"], rows),
        "",
        *_shared(study),
        f"The likeliest p has the least cross-entropy. A slip to avoid: −Σ p {log} p, with p twice. It is H(p): at "
        f"{_first_p(study, 'p')} = {number(study.table.p[worst])} it gives {quantity(slip, unit)}, not "
        f"{quantity(right, unit)}.",
    )


def _floor(study: MleStudy, unit: Unit) -> RenderableType:
    name, floor = _name(study), study.entropy * unit.per_nat
    return Group(
        f"   {name}(q, p) = H(q) + KL(q‖p)",
        f"   H(q) = {quantity(study.entropy, unit)},  KL(q‖p) ≥ 0",
        f"KL is 0 only at p = q, so the least {name} is H(q), "
        + ("which isn't 0." if floor else "and 0 is reached only in the limit of infinite logits."),
        "",
        Chart(
            study.curve.p,
            study.curve.cross_entropy * unit.per_nat,
            mark=(float(study.estimate[0]), floor),
            caption=f"{name} in {unit.label} over {_first_p(study, 'p')}; ● optimum, at the floor H(q)",
        ),
    )


def _shared(study: MleStudy) -> list[str]:
    if study.counts.size == 2:
        return []
    return [f"In each row the other colours share 1 − {_first_p(study, 'p')} as they were drawn."]


def _balls(study: MleStudy) -> str:
    total = count(study.counts.sum())
    return f"{total} ball{'' if total == '1' else 's'}"


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

    p, scale = study.curve.p, unit.per_nat
    drawing, (left, middle, right) = panels(3, literal(f"{_title(study)}; {_estimate(study)}"))
    peak = study.peak.log_likelihood if study.peak.likelihood < LEAST_DRAWN else 0.0
    left.plot(p, np.exp(study.curve.log_likelihood - peak))
    left.set_title("likelihood L(p)" + (" / L(p̂)" if peak else ""))
    middle.plot(p, study.curve.log_likelihood * scale)
    middle.set_title(f"{unit.log} L(p), {unit.label}")
    loss, floor = study.curve.cross_entropy * scale, study.entropy * scale
    right.plot(p, loss, label=f"{_name(study)}(q, p)")
    right.axhline(floor, color="C1", linestyle="--", label=f"floor H(q) = {number(floor)}")
    right.fill_between(p, floor, loss, color="C0", alpha=0.2, label="gap KL(q‖p)")
    right.set_title(f"cross-entropy, {unit.label}")
    for axes in (left, middle, right):
        axes.axvline(float(study.estimate[0]), color="C2", linestyle=":", label="p̂")
        axes.set_xlabel(f"p = P({literal(study.names[0])})")
    right.legend(loc="upper center", framealpha=1)
    return drawing
