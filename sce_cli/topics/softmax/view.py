"""Softmax in eight steps."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType

from sce_cli import core
from sce_cli.core.checks import Array
from sce_cli.drawing.bars import BarColumns, Bars
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import column, number, power_of_ten, quantity, vector
from sce_cli.drawing.tables import LONGEST_TABLE, table
from sce_cli.study import Step, View
from sce_cli.topics.softmax import figure_view
from sce_cli.topics.softmax import questions as ask
from sce_cli.topics.softmax.study import SoftmaxStudy
from sce_cli.translation import N_, _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_NAME = 10
"""Characters that a class's name may have in the head of a column."""

SHORT = 9
"""Columns of a temperature and its mark that leave room for "T = " above a narrow column of bars."""

VISIBLE = 1e-4
"""A difference of two p that four digits show."""

NEAR = 1e-9
"""A relative difference that rounding explains."""

UNDEFINED = {
    core.Linear.ZERO_SUM: N_(
        "Linear normalisation z/Σ z is undefined here: the scores add up to 0, and nothing can be divided by 0."
    ),
    core.Linear.MASKED: N_(
        "Linear normalisation z/Σ z is undefined here: a masked class makes the sum -∞, and -∞/-∞ is no number."
    ),
}
"""Why linear normalisation makes nothing of the scores."""

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
    """Softmax in eight steps."""

    def title(self, study: SoftmaxStudy) -> str:
        """Say what the softmax is taken of."""
        return _("Softmax of the scores z = {scores}, temperature T = {temperature}").format(
            scores=vector(study.logits), temperature=number(study.temperature)
        )

    def steps(self, study: SoftmaxStudy, unit: Unit) -> list[Step]:
        """Explain its two operations, its simplest rival, its symmetry, temperature, its loss, two ways to spoil it."""
        return [
            Step(_("Exponentiate, with the maximum taken out"), Group(*_exponentiate(study)), ask.unchanged(study)),
            Step(_("Divide by the sum"), Group(*_divide(study, unit)), ask.largest(study)),
            Step(_("Why not just z/Σ z?"), Group(*_linear(study, unit)), ask.smallest(study)),
            Step(_("Shift and scale"), Group(*_move(study, unit)), ask.halved(study)),
            Step(_("Temperature"), Group(*_temperature(study, unit)), ask.hottest(study)),
            Step(_("The naive form breaks"), Group(*_naive(study)), ask.naive(study)),
            Step(_("Why cross-entropy goes with it"), Group(*_loss(study, unit)), ask.loss(study, unit)),
            Step(_("Softmax applied twice"), Group(*_twice(study, unit)), ask.twice(study, unit)),
        ]

    def result(self, study: SoftmaxStudy, unit: Unit) -> str:
        """Return the probabilities and their entropy in one line."""
        return f"p = {vector(study.prediction)}, H(p) = {quantity(study.entropy, unit)}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure_view.figure}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the linear shares and the temperature beside their steps."""
        return figure_view.panels()


def _exponentiate(study: SoftmaxStudy) -> Iterator[RenderableType]:
    over = _over(study)
    yield f"   p_i = e^(z_i{over}) / Σ_k e^(z_k{over})"
    yield _("A factor {factor} above and below cancels. With it no exponent is positive, so nothing overflows:").format(
        factor=f"e^(−max z{over})"
    )
    yield ""
    distance = "d = (z − max z)/T" if over else "d = z − max z"
    yield _by_class(study, {"z": study.logits, distance: study.centred, "e^d": study.exponentials})
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
    yield _inside(study)
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


def _inside(study: SoftmaxStudy) -> str:
    """Say where p lies."""
    if np.isfinite(study.logits).sum() == 1:
        return _("One class alone gets p = 1.")
    if study.prediction.max() < 1 and study.prediction.min() > 0:
        return _("They sum to 1, and each lies strictly between 0 and 1.")
    if np.isneginf(study.logits).any():
        return _("They sum to 1. A class that isn't masked has 0 < p < 1, though a float may round it to 0 or 1.")
    return _("They sum to 1. Each has 0 < p < 1, though a float may round it to 0 or 1.")


def _linear(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    linear = study.linear
    if linear.outcome in UNDEFINED:
        yield _(UNDEFINED[linear.outcome])
        yield _("Softmax takes any scores: e^d is never negative, and the largest score's is 1.")
        return
    if linear.outcome is core.Linear.MIXED:
        yield _by_class(study, {_("softmax p"): study.prediction, _("linear z/Σ z"): linear.shares})
        yield ""
        yield _("The linear shares add up to 1 too, but some are negative: they are defined, and no distribution.")
        yield _("Softmax takes any scores: e^d is never negative, and the largest score's is 1.")
        return
    yield _beside(study, {_("softmax p"): study.prediction, _("linear z/Σ z"): linear.prediction})
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
    fields = (pairs.larger, pairs.smaller, pairs.mean, pairs.sharper)
    rows = []
    for a, b, mean, sharper in zip(*(field.tolist() for field in fields), strict=True):
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
    yield _("Class {name}, and three rows of scores:").format(name=escaped(study.names[study.ranking[0]]))
    yield ""
    yield _moved_table(study, unit, log_sums)
    yield ""
    yield _(
        "A shift multiplies every {power} by the same factor, which cancels: softmax sees only differences of scores, "
        "and {logarithm} Σ {power} moves along. Linear normalisation sees only ratios."
    ).format(power=power, logarithm=unit.log)
    if _all_equal(study):
        yield _("Here all the scores are equal, so that scaling changes nothing either.")
    else:
        yield _("Scaling changes a softmax: z/2 is twice the temperature.")
    if np.isinf(log_sums).any():
        yield _(
            "The sum is infinite, for z/T exceeds float64. Softmax only needs its differences, and takes them first."
        )


def _moved_table(study: SoftmaxStudy, unit: Unit, log_sums: Array) -> RenderableType:
    moved = study.moved
    shift = f"z {'+' if moved.shift > 0 else '−'} {number(abs(moved.shift))}"
    undefined = _("undefined")
    shares = (
        undefined if math.isnan(share) else shown
        for share, shown in zip(moved.linear, column(moved.linear.tolist()), strict=True)
    )
    rows = zip(("z", shift, "z/2"), column(moved.prediction.tolist()), shares, column(log_sums.tolist()), strict=True)
    headers = [
        _("scores"),
        _("softmax p"),
        "z/Σ z",
        _("{quantity} in {unit}").format(quantity=f"{unit.log} Σ {_power(study)}", unit=unit.label),
    ]
    return table(headers, rows, words=(0,))


def _temperature(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    shown = study.ranking[: study.table.prediction.shape[1]]
    yield "   p_i = e^(z_i/T) / Σ_k e^(z_k/T)"
    yield ""
    if shown.size < study.logits.size:
        yield _("Of {classes} classes, those of the {count} largest scores:").format(
            classes=study.logits.size, count=shown.size
        )
    yield BarColumns([escaped(study.names[k]) for k in shown], _at_temperatures(study))
    yield ""
    yield _limits(study, unit)
    if _all_equal(study):
        return
    yield ""
    inner = _within(study.curve.temperature, study.table.temperature)
    yield Chart(
        np.log10(study.curve.temperature[inner]),
        study.curve.entropy[inner] * unit.per_nat,
        mark=(math.log10(study.temperature), study.entropy * unit.per_nat),
        caption=_("H(p) in {unit} over T; ● T = {temperature}").format(
            unit=unit.label, temperature=number(study.temperature)
        ),
        powers="x",
    )


def _at_temperatures(study: SoftmaxStudy) -> dict[str, Sequence[float]]:
    """Return p at a few temperatures, by what stands above them: cold ones, the study's own, and a hot one."""
    every = study.table.temperature.tolist()
    others = [t for t in every if t != study.temperature]
    kept = sorted({study.temperature, others[0], others[(len(others) - 1) // 2], others[-1]})
    names = ["● " * (t == study.temperature) + _brief(t) for t in kept]
    before = "T = " if max(map(len, names)) <= SHORT else ""
    return {
        name.removesuffix(_brief(t)) + before + _brief(t): study.table.prediction[every.index(t)].tolist()
        for t, name in zip(kept, names, strict=True)
    }


def _within(values: Array, others: Array) -> NDArray[np.bool_]:
    """Return which values lie in the range of others, rounding aside."""
    return np.asarray((values >= others.min() * (1 - NEAR)) & (values * (1 - NEAR) <= others.max()))


def _limits(study: SoftmaxStudy, unit: Unit) -> str:
    """Say what p comes to at no temperature and at an endless one."""
    if _all_equal(study):
        return _("Equal scores have equal p at every T.")
    finite = study.logits[np.isfinite(study.logits)]
    ties = int((finite == finite.max()).sum())
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
    naive, stable = study.naive, study.prediction.max()
    yield _(
        "In float64, e^z is ∞ above z = 709.78, 0 below -745.13, and loses digits from -708.4 on. A shift of all "
        "scores mustn't change p; here is what comes out for the largest one, whose p is {p}:"
    ).format(p=number(stable))
    yield ""
    yield _naive_table(study)
    yield ""
    yield _("∞/∞ and 0/0 are no numbers.")
    wrong = np.abs(naive.quotient - stable) > VISIBLE
    if any(wrong):
        yield _("Worse is a wrong p without a warning, as at {exponent}.").format(
            exponent=number(naive.exponent[wrong][0])
        )
    yield _("With the maximum taken out, the largest z is always 0.")


def _naive_table(study: SoftmaxStudy) -> RenderableType:
    naive = study.naive
    columns = zip(naive.exponent, naive.numerator, naive.sum, naive.quotient, strict=True)
    rows = [
        (
            _("{exponent}, given").format(exponent=number(exponent)) if index == naive.given else number(exponent),
            _brief(above),
            _brief(below),
            f"{number(above)}/{number(below)}" if math.isnan(quotient) else number(quotient),
        )
        for index, (exponent, above, below, quotient) in enumerate(columns)
    ]
    largest = _("largest {exponent}").format(exponent=f"z{_over(study)}")
    return table([largest, _("its e^z"), "Σ e^z", _("naive p")], rows)


def _loss(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    loss, top = study.loss, int(study.ranking[0])
    yield f"   −{unit.log} p_y = {_log_quotient(study, unit)}"
    yield _(
        "y is the true class. The logarithm undoes the exponential, and no quotient is left: cross-entropy is smooth "
        "in the scores, and convex, for its second derivative along any direction is a variance (sce grad)."
    )
    if math.isinf(loss.lead):
        alone = np.isfinite(study.logits).sum() == 1
        said = _("Here nothing competes with class {name}, and its loss is 0.")
        if not alone:
            said = _("Here class {name} leads by more than float64 can hold, and its loss rounds to 0.")
        yield said.format(name=escaped(study.names[top]))
        return
    yield ""
    caption = _("−{logarithm} p_y over the log odds d = {logarithm} p_y/(1 − p_y), both in {unit}; ● class {name}")
    yield Chart(
        loss.curve_lead * unit.per_nat,
        loss.curve_value * unit.per_nat,
        mark=(loss.lead * unit.per_nat, loss.value * unit.per_nat) if loss.curve_lead[-1] >= abs(loss.lead) else None,
        caption=caption.format(logarithm=unit.log, unit=unit.label, name=escaped(_short(study.names[top]))),
    )
    yield ""
    yield _("Far to the left, where the answer is wrong, the slope comes to -1: however wrong, it still pushes back.")


def _log_quotient(study: SoftmaxStudy, unit: Unit) -> str:
    """Return the logarithm of 1/p_y as a difference, in the unit's logarithm."""
    factor = "" if unit is Unit.NATS else f"·{unit.log} e"
    return f"{unit.log} Σ {_power(study)} − z_y{_over(study)}{factor}"


def _twice(study: SoftmaxStudy, unit: Unit) -> Iterator[RenderableType]:
    twice, top = study.twice, int(study.ranking[0])
    yield _("A loss that takes scores applies softmax itself. Give it p instead of z, and softmax is applied twice:")
    yield ""
    yield _beside(study, {"p": study.prediction, "s = softmax(p)": twice.prediction})
    yield ""
    if study.prediction.min() == study.prediction.max():
        yield _("A uniform p is the only one that stays as it is.")
    else:
        yield _("Any two p that differ have a logarithmic mean below 1, so a second softmax only flattens.")
    if not np.isfinite(study.logits).all():
        yield _("A masked class is back: e^0 = 1.")
    yield _("The loss, if class {name} is the true one:").format(name=escaped(study.names[top]))
    once, again = (quantity(abs(float(log_p[top])), unit) for log_p in (study.log_prediction, twice.log_prediction))
    yield f"   −{unit.log} p = {once},   −{unit.log} s = {again}"
    if twice.floor > 0:
        one = "1" if unit is Unit.NATS else f"{unit.log} e"
        yield _("Even a certain, correct p = 1 doesn't get below a floor:")
        bound = f"{unit.log}(e + {twice.prediction.size} − 1) − {one} = {quantity(twice.floor, unit)}"
        yield f"   {_('loss')} ≥ {bound}"
    yield _("Log-softmax applied twice does no harm: it is its own log-softmax.")


def _all_equal(study: SoftmaxStudy) -> bool:
    finite = study.logits[np.isfinite(study.logits)]
    return bool(finite.min() == finite.max())


def _power(study: SoftmaxStudy) -> str:
    return "e^z" if study.temperature == 1 else "e^(z/T)"


def _over(study: SoftmaxStudy) -> str:
    return "" if study.temperature == 1 else "/T"


def _order(study: SoftmaxStudy) -> list[int]:
    """Return the classes as a table lists them: by number, or the largest score first where not all are shown."""
    every = study.ranking if study.ranking.size > LONGEST_TABLE else np.arange(study.ranking.size)
    return [int(k) for k in every]


def _by_class(study: SoftmaxStudy, columns: Mapping[str, Array]) -> RenderableType:
    order = _order(study)
    rows = zip(
        (escaped(study.names[k]) for k in order),
        *(column(values[order].tolist()) for values in columns.values()),
        strict=True,
    )
    return table([_("class"), *columns], rows, words=(0,))


def _beside(study: SoftmaxStudy, columns: Mapping[str, Array]) -> RenderableType:
    """Return probabilities as bars side by side."""
    order = _order(study)
    return BarColumns(
        [escaped(study.names[k]) for k in order], {name: p[order].tolist() for name, p in columns.items()}
    )


def _brief(value: float) -> str:
    """Format a number ≥ 0 as others in the middle range, else to three digits."""
    middle = value == 0 or 0.01 <= value < 1e6 or math.isinf(value)
    return number(value) if middle else f"{value:.3g}".replace("e+", "e")


def _odds(log_odds: float) -> str:
    if log_odds < math.log(1e6) or math.isinf(log_odds):
        return number(float(f"{math.exp(log_odds):.12g}"))  # exp(ln 2 − ln 1) isn't 2 to the last digit
    return power_of_ten(log_odds * Unit.DITS.per_nat)


def _compared(first: float, second: float, scale: float) -> str:
    sign = "≈" if first == second else "<" if first < second else ">"
    return f"{number(first * scale)} {sign} {number(second * scale)}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
