"""Softmax in seven steps, and its figure."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.bars import Bars
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import LONGEST_TABLE, table
from sce_cli.study import Step, View
from sce_cli.topics.softmax import questions as ask
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.translation import N_, _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_NAME = 10
"""Characters that a class's name may have in the head of a column and in the figure."""

VISIBLE = 1e-6
"""A difference of two p that six decimals show."""

TABLED = 3
"""Classes whose p the temperature table shows."""


UNDEFINED = {
    core.Linear.MIXED: N_(
        "Linear normalisation z/Σ z is undefined here: the scores have both signs, so some shares would be negative."
    ),
    core.Linear.ZERO_SUM: N_(
        "Linear normalisation z/Σ z is undefined here: the scores add up to 0, and nothing can be divided by 0."
    ),
    core.Linear.MASKED: N_(
        "Linear normalisation z/Σ z is undefined here: a masked class makes the sum -∞, and -∞/-∞ is no number."
    ),
}
"""Why linear normalisation makes no probabilities of the scores."""

BESIDE = {
    core.Linear.EQUAL: N_("Here all scores are equal, so both forms give every class the same p."),
    core.Linear.REVERSED: N_(
        "Here the sum is negative, which turns the order upside down: the lowest score gets the largest share."
    ),
}
"""What there is to say of its shares where no pair of them is compared with softmax's."""

SHARPER = {1: N_("sharper"), 0: N_("alike"), -1: N_("flatter")}
"""How softmax is for a pair of scores, beside linear normalisation."""


class SoftmaxView(View):
    """Softmax in seven steps."""

    def title(self, study: SoftmaxStudy) -> str:
        """Say what the softmax is taken of."""
        return _("Softmax of the scores z = {scores}, temperature T = {temperature}").format(
            scores=vector(study.logits), temperature=number(study.temperature)
        )

    def steps(self, study: SoftmaxStudy, unit: Unit) -> list[Step]:
        """Explain its two operations, its simplest rival, its symmetry, temperature, and two ways to spoil it."""
        return [
            Step(_("Exponentiate, with the maximum taken out"), Group(*_exponentiate(study)), ask.unchanged(study)),
            Step(_("Divide by the sum"), Group(*_divide(study, unit)), ask.largest(study)),
            Step(_("Why not just z/Σ z?"), Group(*_linear(study, unit)), ask.smallest(study)),
            Step(_("Shift and scale"), Group(*_move(study, unit)), ask.halved(study)),
            Step(_("Temperature"), Group(*_temperature(study, unit)), ask.hottest(study)),
            Step(_("The naive form breaks"), Group(*_naive(study)), ask.naive(study)),
            Step(_("Softmax applied twice"), Group(*_twice(study, unit)), ask.twice(study, unit)),
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
    yield _("A factor {factor} above and below cancels. With it no exponent is positive, so nothing overflows:").format(
        factor=f"e^(−max z{over})"
    )
    yield ""
    columns = [[number(value) for value in column] for column in (study.logits, study.centred)]
    exponentials = [_probability(value) for value in study.exponentials]
    yield _by_class(study, ["z", "d = (z − max z)/T" if over else "d = z − max z", "e^d"], [*columns, exponentials])
    masked = np.isneginf(study.logits)
    if masked.any():
        yield ""
        yield _("A class with z = -∞ is masked: e^(-∞) = 0, and so is its p, exactly.")
    if (np.isneginf(study.centred) & ~masked).any():
        yield ""
        yield _("A d of -∞ is a difference that float64 can't hold.")


def _divide(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    classes = int(np.isfinite(study.logits).sum())
    order = _order(study)
    yield f"   p = e^d / Σ e^d,   Σ e^d = {number(study.exponentials.sum())}"
    yield ""
    yield Bars([escaped(study.names[k]) for k in order], [study.prediction[k] for k in order])
    yield ""
    yield _("The entropy is H(p) = {entropy}, of at most {logarithm} {classes} = {most}.").format(
        entropy=quantity(study.entropy, unit),
        logarithm=unit.log,
        classes=classes,
        most=quantity(math.log(classes), unit),
    )
    lost = np.flatnonzero((study.prediction == 0) & np.isfinite(study.log_prediction))
    if lost.size:
        yield _(
            "p({name}) underflows to 0, its logarithm doesn't: {logarithm} p = {value}. "
            "A loss should take it from the scores."
        ).format(
            name=escaped(study.names[lost[0]]),
            logarithm=unit.log,
            value=quantity(study.log_prediction[lost[0]], unit),
        )


def _linear(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    linear = study.linear
    if linear.outcome in UNDEFINED:
        yield _(UNDEFINED[linear.outcome])
        yield _("Softmax takes any scores: e^d is never negative, and the largest score's is 1.")
        return
    columns = [[_probability(p) for p in column] for column in (study.prediction, linear.prediction)]
    yield _by_class(study, [_("softmax p"), _("linear z/Σ z")], columns)
    yield ""
    if linear.outcome in BESIDE:
        yield _(BESIDE[linear.outcome])
        return
    yield _("Odds of neighbours a > b in the ranking of the scores:")
    yield ""
    yield _pairs(study)
    yield ""
    yield "   L(a, b) = (a − b) / (ln a − ln b)"
    yield _(
        "Softmax is the sharper for a pair exactly where this logarithmic mean exceeds T, for then its ln odds "
        "(a−b)/T exceed the linear ones, ln a − ln b."
    )
    yield f"[bold]{_verdict(study)}[/]"
    yield _("Softmax against linear: largest p {largest}, entropy {entropy} {unit}.").format(
        largest=_compared(study.prediction.max(), linear.prediction.max(), 1),
        entropy=_compared(study.entropy, linear.entropy, unit.per_nat),
        unit=unit.label,
    )
    if study.logits.min() == 0:
        yield _("A score of 0 gets no linear share at all: its odds are ∞. Softmax rules out no finite score.")


def _pairs(study: SoftmaxStudy) -> RenderableType:
    pairs = study.linear.pairs
    columns = (pairs.larger, pairs.smaller, pairs.mean, pairs.sharper)
    rows = []
    for a, b, mean, sharper in zip(*(column.tolist() for column in columns), strict=True):
        linear = math.log(a) - math.log(b) if b else math.inf
        odds = _odds((a - b) / study.temperature), _odds(linear)
        rows.append((number(a), number(b), *odds, number(mean), _(SHARPER[int(sharper)])))
    power = "e^(a−b)" if study.temperature == 1 else "e^((a−b)/T)"
    return table(["a", "b", power, "a/b", "L(a, b)", _("softmax is")], rows, words=(5,))


def _verdict(study: SoftmaxStudy) -> str:
    """Return which form is the sharper: the neighbours settle all pairs, and L falls along the ranking."""
    signs = study.linear.pairs.sharper
    if signs.size == 1:
        sentences = {
            0: _("Both are equally sharp here, for L is T = {temperature} to rounding."),
            1: _("Softmax is the sharper here: L exceeds T = {temperature}."),
            -1: _("Softmax is the flatter here: L is below T = {temperature}."),
        }
    else:
        sentences = {
            0: _("Both are equally sharp here, for every L is T = {temperature} to rounding."),
            1: _(
                "Softmax is the sharper here: every L exceeds T = {temperature}. "
                "Odds multiply, so this holds for any two."
            ),
            -1: _(
                "Softmax is the flatter here: every L is below T = {temperature}. "
                "Odds multiply, so this holds for any two."
            ),
        }
    sentence = sentences[int(np.sign(signs.sum()))]
    if signs.min() < 0 < signs.max():
        sentence = _("Neither is sharper throughout: L exceeds T = {temperature} between the larger scores only.")
    return sentence.format(temperature=number(study.temperature))


def _move(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    moved, power = study.moved, _power(study)
    with np.errstate(over="ignore"):
        log_sums = moved.log_sum * unit.per_nat
    yield _moved_table(study, unit, log_sums)
    yield ""
    yield _(
        "A shift multiplies every {power} by the same factor, which cancels: softmax sees only differences of scores, "
        "and {logarithm} Σ {power} moves along. Linear normalisation sees only ratios."
    ).format(power=power, logarithm=unit.log)
    finite = study.logits[np.isfinite(study.logits)]
    if finite.min() == finite.max():
        yield _("Here all the scores are equal, so that scaling changes nothing either.")
    else:
        yield _("Scaling changes a softmax: z/2 is twice the temperature.")
    if np.isinf(log_sums).any():
        yield _(
            "The sum is infinite, for z/T exceeds float64. Softmax only needs its differences, and takes them first."
        )


def _moved_table(study: SoftmaxStudy, unit: Unit, log_sums: Array) -> RenderableType:
    moved, name = study.moved, escaped(_short(study.names[study.ranking[0]]))
    shift = f"z {'+' if moved.shift > 0 else '−'} {number(abs(moved.shift))}"
    undefined = _("undefined")
    rows = [
        (scores, _probability(p), undefined if math.isnan(share) else _probability(share), number(total))
        for scores, p, share, total in zip(("z", shift, "z/2"), moved.prediction, moved.linear, log_sums, strict=True)
    ]
    headers = [
        _("scores"),
        _("softmax p({name})").format(name=name),
        _("linear p({name})").format(name=name),
        _("{quantity} in {unit}").format(quantity=f"{unit.log} Σ {_power(study)}", unit=unit.label),
    ]
    return table(headers, rows, words=(0,))


def _temperature(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    shown = [escaped(_short(study.names[k])) for k in study.ranking[:TABLED]]
    columns = (study.table.temperature, study.table.prediction, study.table.entropy * unit.per_nat)
    rows = [
        (f"{'● ' if t == study.temperature else ''}{number(t)}", *map(_probability, p[:TABLED]), f"{entropy:.6f}")
        for t, p, entropy in zip(*columns, strict=True)
    ]
    entropy = _("{quantity} in {unit}").format(quantity="H(p)", unit=unit.label)
    yield "   p_i = e^(z_i/T) / Σ_k e^(z_k/T)"
    yield ""
    yield table(["T", *(f"p({name})" for name in shown), entropy], rows)
    yield ""
    yield _limits(study, unit)
    yield ""
    yield Chart(
        np.log10(study.curve.temperature),
        study.curve.entropy * unit.per_nat,
        mark=(math.log10(study.temperature), study.entropy * unit.per_nat),
        caption=_("H(p) in {unit} over log₁₀ T; ● T = {temperature}").format(
            unit=unit.label, temperature=number(study.temperature)
        ),
    )


def _limits(study: SoftmaxStudy, unit: Unit) -> str:
    """Say what p comes to at no temperature and at an endless one."""
    finite = study.logits[np.isfinite(study.logits)]
    ties = int((finite == finite.max()).sum())
    if ties == finite.size:
        return _("Equal scores have equal p at every T.")
    sentences = {
        (True, False): _(
            "T → 0: all goes to the largest score. T → ∞: each gets 1/{classes}, and H(p) = {logarithm} {classes}."
        ),
        (True, True): _(
            "T → 0: all goes to the largest score. T → ∞: each that isn't masked gets 1/{classes}, "
            "and H(p) = {logarithm} {classes}."
        ),
        (False, False): _(
            "T → 0: the {ties} largest scores share all. T → ∞: each gets 1/{classes}, "
            "and H(p) = {logarithm} {classes}."
        ),
        (False, True): _(
            "T → 0: the {ties} largest scores share all. T → ∞: each that isn't masked gets 1/{classes}, "
            "and H(p) = {logarithm} {classes}."
        ),
    }
    sentence = sentences[ties == 1, finite.size < study.logits.size]
    return sentence.format(ties=ties, classes=finite.size, logarithm=unit.log)


def _naive(study: SoftmaxStudy) -> Iterator[RenderableType]:
    yield _(
        "In float64, e^z is ∞ above z = 709.78, 0 below -745.13, and loses digits from -708.4 on. A shift of all "
        "scores mustn't change p; here is p of the largest one:"
    )
    yield ""
    yield _naive_table(study)
    yield ""
    wrong = np.abs(study.naive.quotient - study.prediction.max()) > VISIBLE
    if any(wrong):
        yield _(
            "∞/∞ and 0/0 are no numbers. Worse is a wrong p without a warning, as at {exponent}. "
            "With the maximum taken out, the largest z is always 0."
        ).format(exponent=number(study.naive.exponent[wrong][0]))
    else:
        yield _("∞/∞ and 0/0 are no numbers. With the maximum taken out, the largest z is always 0.")


def _naive_table(study: SoftmaxStudy) -> RenderableType:
    naive = study.naive
    columns = zip(naive.exponent, naive.numerator, naive.sum, naive.quotient, strict=True)
    rows = [
        (
            _("{exponent}, given").format(exponent=number(exponent)) if index == naive.given else number(exponent),
            _brief(above),
            _brief(below),
            f"{number(above)}/{number(below)}" if math.isnan(quotient) else _probability(quotient),
            _probability(study.prediction.max()),
        )
        for index, (exponent, above, below, quotient) in enumerate(columns)
    ]
    largest = _("largest {exponent}").format(exponent=f"z{_over(study)}")
    return table([largest, _("its e^z"), "Σ e^z", _("naive p"), _("stable p")], rows)


def _twice(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    twice = study.twice
    probabilities = [[_probability(p) for p in column] for column in (study.prediction, twice.prediction)]
    losses = [
        [number(abs(float(log_p)) * unit.per_nat) for log_p in column]
        for column in (study.log_prediction, twice.log_prediction)
    ]
    yield _(
        "A loss that takes scores applies softmax itself. Give it p instead of z, and softmax is applied twice. "
        "The loss of each class, in {unit}:"
    ).format(unit=unit.label)
    yield ""
    headers = ["p", "s = softmax(p)", f"−{unit.log} p", f"−{unit.log} s"]
    yield _by_class(study, headers, [*probabilities, *losses])
    yield ""
    if study.prediction.min() == study.prediction.max():
        yield _("A uniform p is the only one that stays as it is.")
    else:
        yield _("Any two p that differ have a logarithmic mean below 1, so a second softmax only flattens.")
    if not np.isfinite(study.logits).all():
        yield _("A masked class is back: e^0 = 1.")
    one = "1" if unit is Unit.NATS else f"{unit.log} e"
    floor = f"{unit.log}(e + {twice.prediction.size} − 1) − {one} = {quantity(twice.floor, unit)}"
    yield _("   loss ≥ {floor}").format(floor=floor)
    yield _(
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
    return table([_("class"), *headers], rows, words=(0,))


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

    title = _("softmax at temperature T = {temperature}").format(temperature=number(study.temperature))
    drawing, (left, middle, right) = panels(3, title)
    names = [literal(_short(name)) for name in study.names]
    _draw_shares(left, study, names)
    powers = np.log10(study.curve.temperature)  # log axes fail near 1e308
    for k, p in zip(study.ranking, study.curve.prediction.T, strict=False):
        middle.plot(powers, p, label=names[k])
    middle.set_title(_("p over the temperature"))
    middle.legend(title=_("class"))
    right.plot(powers, study.curve.entropy * unit.per_nat)
    _draw_entropy_marks(right, study, unit)
    for axes in (middle, right):
        axes.axvline(math.log10(study.temperature), color="0.2", linestyle=":")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("log₁₀ T")
    return drawing


def _draw_shares(axes: "Axes", study: SoftmaxStudy, names: Sequence[str]) -> None:
    """Draw the p of each class, or the largest ones, beside the linear shares."""
    order = _order(study)[:LONGEST_TABLE]
    series = [(_("softmax"), study.prediction, "")]
    if study.linear.prediction.size:
        series.append((_("linear"), study.linear.prediction, "//"))
    for index, (label, p, hatch) in enumerate(series):
        rows = np.arange(len(order)) + (index - (len(series) - 1) / 2) * 0.4
        axes.barh(rows, p[order], 0.4, color=f"C{index}", hatch=hatch, edgecolor="white", label=label)
    axes.set_yticks(range(len(order)), [names[k] for k in order])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.45 * max(p[order].max() for _label, p, _hatch in series))  # room for the legend
    every = len(order) == study.logits.size
    axes.set_title(_("p of each class") if every else _("the {count} largest p").format(count=len(order)))
    axes.legend(loc="center right")


def _draw_entropy_marks(axes: "Axes", study: SoftmaxStudy, unit: Unit) -> None:
    """Draw the largest entropy as a level, and the study's own as a point."""
    classes = int(np.isfinite(study.logits).sum())
    axes.axhline(math.log(classes) * unit.per_nat, color="C1", linestyle="--", label=f"{unit.log} {classes}")
    own = math.log10(study.temperature), study.entropy * unit.per_nat
    axes.plot(*own, "o", color="0.2", markersize=10, label=f"T = {number(study.temperature)}")
    axes.set_title(_("entropy H(p), {unit}").format(unit=unit.label))
    axes.legend(loc="lower right")
