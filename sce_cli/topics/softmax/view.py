"""Softmax in seven steps, and its figure."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.drawing.bars import Bars
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import LONGEST_TABLE, table
from sce_cli.study import Step, View
from sce_cli.topics.softmax import questions as ask
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_NAME = 10
"""Characters that a class's name may have in the head of a column and in the figure."""

VISIBLE = 1e-6
"""A difference of two p that six decimals show."""

TABLED = 3
"""Classes whose p the temperature table shows."""


class SoftmaxView(View):
    """Softmax in seven steps."""

    def title(self, study: SoftmaxStudy) -> str:
        """Say what the softmax is taken of."""
        return f"Softmax of the scores z = {vector(study.logits)}, temperature T = {number(study.temperature)}"

    def steps(self, study: SoftmaxStudy, unit: Unit) -> list[Step]:
        """Explain its two operations, its simplest rival, its symmetry, temperature, and two ways to spoil it."""
        return [
            Step("Exponentiate, with the maximum taken out", Group(*_exponentiate(study)), ask.unchanged(study)),
            Step("Divide by the sum", Group(*_divide(study, unit)), ask.largest(study)),
            Step("Why not just z/Σ z?", Group(*_linear(study, unit)), ask.smallest(study)),
            Step("Shift and scale", Group(*_move(study, unit)), ask.halved(study)),
            Step("Temperature", Group(*_temperature(study, unit)), ask.hottest(study)),
            Step("The naive form breaks", Group(*_naive(study)), ask.naive(study)),
            Step("Softmax applied twice", Group(*_twice(study, unit)), ask.twice(study, unit)),
        ]

    def result(self, study: SoftmaxStudy, unit: Unit) -> str:
        """Return the probabilities and their entropy in one line."""
        return f"p = {vector(study.prediction)}, H(p) = {quantity(study.entropy, unit)}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _exponentiate(study: SoftmaxStudy) -> Iterator[RenderableType]:
    over = _over(study)
    yield f"   p_i = e^(z_i{over}) / Σ_k e^(z_k{over})"
    yield f"A factor e^(−max z{over}) above and below cancels. With it no exponent is positive, so nothing overflows:"
    yield ""
    columns = [[number(value) for value in column] for column in (study.logits, study.centred)]
    exponentials = [_probability(value) for value in study.exponentials]
    yield _by_class(study, ["z", "d = (z − max z)/T" if over else "d = z − max z", "e^d"], [*columns, exponentials])
    masked = np.isneginf(study.logits)
    if masked.any():
        yield ""
        yield "A class with z = -∞ is masked: e^(-∞) = 0, and so is its p, exactly."
    if (np.isneginf(study.centred) & ~masked).any():
        yield ""
        yield "A d of -∞ is a difference that float64 can't hold."


def _divide(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    classes = int(np.isfinite(study.logits).sum())
    order = _order(study)
    yield f"   p = e^d / Σ e^d,   Σ e^d = {number(study.exponentials.sum())}"
    yield ""
    yield Bars([escaped(study.names[k]) for k in order], [study.prediction[k] for k in order])
    yield ""
    most = f"of at most {unit.log} {classes} = {quantity(math.log(classes), unit)}"
    yield f"The entropy is H(p) = {quantity(study.entropy, unit)}, {most}."
    lost = np.flatnonzero((study.prediction == 0) & np.isfinite(study.log_prediction))
    if lost.size:
        k = lost[0]
        yield (
            f"p({escaped(study.names[k])}) underflows to 0, its logarithm doesn't: {unit.log} p = "
            f"{quantity(study.log_prediction[k], unit)}. A loss should take it from the scores."
        )


def _linear(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    if not study.linear.size:
        yield f"Linear normalisation z/Σ z is undefined here: {study.linear_outcome.value}."
        yield "Softmax takes any scores: e^d is never negative, and the largest score's is 1."
        return
    columns = [[_probability(p) for p in column] for column in (study.prediction, study.linear)]
    yield _by_class(study, ["softmax p", "linear z/Σ z"], columns)
    yield ""
    if not study.pair_mean.size:
        yield f"Here {study.linear_outcome.value}."
        return
    yield "Odds of neighbours a > b in the ranking of the scores:"
    yield ""
    yield _pairs(study)
    yield ""
    yield "   L(a, b) = (a − b) / (ln a − ln b)"
    yield (
        "Softmax is the sharper for a pair exactly where this logarithmic mean exceeds T, for then its ln odds "
        "(a−b)/T exceed the linear ones, ln a − ln b."
    )
    yield f"[bold]{_verdict(study)}[/]"
    yield (
        f"Softmax against linear: largest p {_compared(study.prediction.max(), study.linear.max(), 1)}, "
        f"entropy {_compared(study.entropy, study.linear_entropy, unit.per_nat)} {unit.label}."
    )
    if study.logits.min() == 0:
        yield "A score of 0 gets no linear share at all: its odds are ∞. Softmax rules out no finite score."


def _pairs(study: SoftmaxStudy) -> RenderableType:
    words = {1: "sharper", 0: "alike", -1: "flatter"}
    columns = (study.pair_larger, study.pair_smaller, study.pair_mean, study.pair_sharper)
    rows = []
    for a, b, mean, sharper in zip(*(column.tolist() for column in columns), strict=True):
        linear = math.log(a) - math.log(b) if b else math.inf
        odds = _odds((a - b) / study.temperature), _odds(linear)
        rows.append((number(a), number(b), *odds, number(mean), words[int(sharper)]))
    power = "e^(a−b)" if study.temperature == 1 else "e^((a−b)/T)"
    return table(["a", "b", power, "a/b", "L(a, b)", "softmax is"], rows, words=(5,))


def _verdict(study: SoftmaxStudy) -> str:
    """Return which form is the sharper: the neighbours settle all pairs, and L falls along the ranking."""
    threshold, signs = f"T = {number(study.temperature)}", study.pair_sharper
    every, all_pairs = ("L", "") if signs.size == 1 else ("every L", " Odds multiply, so this holds for any two.")
    if not signs.any():
        return f"Both are equally sharp here, for {every} is {threshold} to rounding."
    if signs.min() >= 0:
        return f"Softmax is the sharper here: {every} exceeds {threshold}.{all_pairs}"
    if signs.max() <= 0:
        return f"Softmax is the flatter here: {every} is below {threshold}.{all_pairs}"
    return f"Neither is sharper throughout: L exceeds {threshold} between the larger scores only."


def _move(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    name, power = escaped(_short(study.names[study.ranking[0]])), _power(study)
    shift = f"z {'+' if study.shift > 0 else '−'} {number(abs(study.shift))}"
    with np.errstate(over="ignore"):
        log_sums = study.moved_log_sum * unit.per_nat
    columns = (("z", shift, "z/2"), study.moved_softmax, study.moved_linear, log_sums)
    rows = [
        (scores, _probability(p), "undefined" if math.isnan(share) else _probability(share), number(total))
        for scores, p, share, total in zip(*columns, strict=True)
    ]
    sums = f"{unit.log} Σ {power} in {unit.label}"
    yield table(["scores", f"softmax p({name})", f"linear p({name})", sums], rows, words=(0,))
    yield ""
    yield (
        f"A shift multiplies every {power} by the same factor, which cancels: softmax sees only differences of "
        f"scores, and {unit.log} Σ {power} moves along. Linear normalisation sees only ratios."
    )
    finite = study.logits[np.isfinite(study.logits)]
    if finite.min() == finite.max():
        yield "Here all the scores are equal, so that scaling changes nothing either."
    else:
        yield "Scaling changes a softmax: z/2 is twice the temperature."
    if np.isinf(log_sums).any():
        yield "The sum is infinite, for z/T exceeds float64. Softmax only needs its differences, and takes them first."


def _temperature(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    shown = [escaped(_short(study.names[k])) for k in study.drawn[:TABLED]]
    columns = (study.table_temperature, study.table_prediction, study.table_entropy * unit.per_nat)
    rows = [
        (f"{'● ' if t == study.temperature else ''}{number(t)}", *map(_probability, p[:TABLED]), f"{entropy:.6f}")
        for t, p, entropy in zip(*columns, strict=True)
    ]
    yield "   p_i = e^(z_i/T) / Σ_k e^(z_k/T)"
    yield ""
    yield table(["T", *(f"p({name})" for name in shown), f"H(p) in {unit.label}"], rows)
    yield ""
    finite = study.logits[np.isfinite(study.logits)]
    ties = int((finite == finite.max()).sum())
    if ties == finite.size:
        yield "Equal scores have equal p at every T."
    else:
        coldest = "all goes to the largest score" if ties == 1 else f"the {ties} largest scores share all"
        each = "each" if finite.size == study.logits.size else "each that isn't masked"
        yield f"T → 0: {coldest}. T → ∞: {each} gets 1/{finite.size}, and H(p) = {unit.log} {finite.size}."
    yield ""
    yield Chart(
        np.log10(study.curve_temperature),
        study.curve_entropy * unit.per_nat,
        mark=(math.log10(study.temperature), study.entropy * unit.per_nat),
        caption=f"H(p) in {unit.label} over log₁₀ T; ● T = {number(study.temperature)}",
    )


def _naive(study: SoftmaxStudy) -> Iterator[RenderableType]:
    columns = (study.naive_exponent, study.naive_numerator, study.naive_sum, study.naive_quotient)
    rows = [
        (
            number(exponent) + (", given" if index == study.naive_given else ""),
            _brief(above),
            _brief(below),
            f"{number(above)}/{number(below)}" if math.isnan(quotient) else _probability(quotient),
            _probability(study.prediction.max()),
        )
        for index, (exponent, above, below, quotient) in enumerate(zip(*columns, strict=True))
    ]
    yield (
        "In float64, e^z is ∞ above z = 709.78, 0 below -745.13, and loses digits from -708.4 on. A shift of all "
        "scores mustn't change p; here is p of the largest one:"
    )
    yield ""
    largest = f"largest z{_over(study)}"
    yield table([largest, "its e^z", "Σ e^z", "naive p", "stable p"], rows)
    yield ""
    wrong = np.abs(study.naive_quotient - study.prediction.max()) > VISIBLE
    silent = (
        f" Worse is a wrong p without a warning, as at {number(study.naive_exponent[wrong][0])}." if any(wrong) else ""
    )
    yield f"∞/∞ and 0/0 are no numbers.{silent} With the maximum taken out, the largest z is always 0."


def _twice(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    columns = [
        *([_probability(p) for p in column] for column in (study.prediction, study.twice)),
        *(
            [number(abs(float(log_p)) * unit.per_nat) for log_p in column]
            for column in (study.log_prediction, study.twice_log)
        ),
    ]
    yield (
        "A loss that takes scores applies softmax itself. Give it p instead of z, and softmax is applied twice. "
        f"The loss of each class, in {unit.label}:"
    )
    yield ""
    yield _by_class(study, ["p", "s = softmax(p)", f"−{unit.log} p", f"−{unit.log} s"], columns)
    yield ""
    if study.prediction.min() == study.prediction.max():
        yield "A uniform p is the only one that stays as it is."
    else:
        yield "Any two p that differ have a logarithmic mean below 1, so a second softmax only flattens."
    if not np.isfinite(study.logits).all():
        yield "A masked class is back: e^0 = 1."
    one = "1" if unit is Unit.NATS else f"{unit.log} e"
    yield f"   loss ≥ {unit.log}(e + {study.twice.size} − 1) − {one} = {quantity(study.floor, unit)}"
    yield (
        "Even a certain, correct p = 1 doesn't get below that floor. Log-softmax applied twice does no harm: it is its "
        "own log-softmax."
    )


def _power(study: SoftmaxStudy) -> str:
    return "e^z" if study.temperature == 1 else "e^(z/T)"


def _over(study: SoftmaxStudy) -> str:
    return "" if study.temperature == 1 else "/T"


def _order(study: SoftmaxStudy) -> list[int]:
    """Return the classes as a table lists them: by number, or the largest score first where not all are shown."""
    every = study.ranking if study.ranking.size > LONGEST_TABLE else np.arange(study.ranking.size)
    return [int(k) for k in every]


def _by_class(study: SoftmaxStudy, headers: Sequence[str], columns: Sequence[Sequence[str]]) -> RenderableType:
    rows = [(escaped(study.names[k]), *(column[k] for column in columns)) for k in _order(study)]
    return table(["class", *headers], rows, words=(0,))


def _probability(p: float) -> str:
    """Format a number in [0, 1], six decimals unless it needs an exponent."""
    return f"{p:.6f}" if p >= 1e-6 else _brief(p)


def _brief(value: float) -> str:
    """Format a number ≥ 0 to six decimals in the middle range, else to three digits."""
    middle = value == 0 or 0.01 <= value < 1e6 or math.isinf(value)
    return number(value) if middle else f"{value:.3g}".replace("e+", "e")


def _odds(log_odds: float) -> str:
    if log_odds < math.log(1e6) or math.isinf(log_odds):
        return number(float(f"{math.exp(log_odds):.12g}"))  # exp(ln 2 − ln 1) isn't 2 to the last digit
    return power_of_ten(log_odds * Unit.DITS.per_nat)


def _compared(first: float, second: float, scale: float) -> str:
    sign = "=" if first == second else "<" if first < second else ">"
    return f"{number(first * scale)} {sign} {number(second * scale)}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def figure(study: SoftmaxStudy, unit: Unit) -> "Figure":
    """Draw softmax beside linear normalisation, every class's p over the temperature, and the entropy over it."""
    from sce_cli.drawing.plot import literal, panels

    temperature = number(study.temperature)
    drawing, (left, middle, right) = panels(3, f"softmax at temperature T = {temperature}")
    order = _order(study)[:LONGEST_TABLE]
    names = [literal(_short(name)) for name in study.names]
    bars = [("softmax", study.prediction, "")] + ([("linear", study.linear, "//")] if study.linear.size else [])
    for index, (label, p, hatch) in enumerate(bars):
        rows = np.arange(len(order)) + (index - (len(bars) - 1) / 2) * 0.4
        left.barh(rows, p[order], 0.4, color=f"C{index}", hatch=hatch, edgecolor="white", label=label)
    left.set_yticks(range(len(order)), [names[k] for k in order])
    left.invert_yaxis()
    left.set_xlim(0, 1.45 * max(p[order].max() for _, p, _ in bars))  # room for the legend beside the longest bar
    left.set_title("p of each class" if len(order) == study.logits.size else f"the {len(order)} largest p")
    left.legend(loc="center right")
    powers, power = np.log10(study.curve_temperature), math.log10(study.temperature)  # log axes fail near 1e308
    for k, p in zip(study.drawn, study.curve_prediction.T, strict=True):
        middle.plot(powers, p, label=names[k])
    middle.set_title("p over the temperature")
    middle.legend(title="class")
    right.plot(powers, study.curve_entropy * unit.per_nat)
    classes = int(np.isfinite(study.logits).sum())
    right.axhline(math.log(classes) * unit.per_nat, color="C1", linestyle="--", label=f"{unit.log} {classes}")
    right.plot(power, study.entropy * unit.per_nat, "o", color="0.2", markersize=10, label=f"T = {temperature}")
    right.set_title(f"entropy H(p), {unit.label}")
    right.legend(loc="lower right")
    for axes in (middle, right):
        axes.axvline(power, color="0.2", linestyle=":")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("log₁₀ T")
    return drawing
