"""Entropy, cross-entropy and KL divergence step by step, and their figure."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.drawing.bars import BarColumns, Stack
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import column, error_size, number, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.entropy import figure_view
from sce_cli.topics.entropy import questions as ask
from sce_cli.topics.entropy.figure_view import first_drawn, flat
from sce_cli.topics.entropy.prediction import SMALLEST
from sce_cli.topics.entropy.study import Binary, EntropyStudy
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CANCELLING = 1e-6
"""A KL that is a smaller part of CE loses most of its digits in CE − H(q)."""

VISIBLE = 1e-3
"""A part of CE that changes one of the digits shown."""


class EntropyView(View):
    """Entropy, cross-entropy and KL divergence step by step."""

    def title(self, study: EntropyStudy) -> str:
        """Ask how far the prediction is from the target; where a float rounds a possible p to 0 or 1, with ≈."""
        asked = _("How far is the prediction p = {prediction} from the target q = {target}?")
        possible = study.outcomes.possible
        if possible.sum() > 1 and np.isin(study.prediction[possible], (0, 1)).any():
            asked = _("How far is the prediction p ≈ {prediction} from the target q = {target}?")
        return asked.format(prediction=vector(study.prediction), target=vector(study.target))

    def steps(self, study: EntropyStudy, unit: Unit) -> list[Step]:
        """Explain surprise, entropy, cross-entropy, KL and the way down to the floor, then what is special here."""
        explained = [
            (_("Surprise: what each outcome costs the prediction"), _surprise, ask.surprise(study, unit)),
            (_("Entropy: the least mean surprise"), _entropy, ask.least(study, unit)),
            (_("Cross-entropy: the prediction's mean surprise"), _cross_entropy, None),
            (_("KL divergence: what the prediction costs on top"), _divergence, ask.order(study, unit)),
            (_("From the prediction to the target, down to the floor"), _path, ask.halfway(study)),
        ]
        return [
            *(Step(title, body(study, unit), question) for title, body, question in explained),
            *_special(study, unit),
        ]

    def result(self, study: EntropyStudy, unit: Unit) -> str:
        """Return the cross-entropy, its floor and the gap in one line."""
        return _("CE(q, p) = {loss}: the floor H(q) = {floor}, and the gap KL(q‖p) = {gap}").format(
            loss=quantity(study.cross_entropy, unit),
            floor=quantity(study.entropy, unit),
            gap=quantity(study.divergence, unit),
        )

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure_view.figure}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the distributions, the surprises and the path beside their steps."""
        return figure_view.panels()


def _special(study: EntropyStudy, unit: Unit) -> Iterator[Step]:
    certain, label, lead = study.goal.certain, study.given.label, study.goal.best_lead
    if certain is not None and len(study.names) > 1:
        body = _one_hot(study, certain, unit)
        yield Step(_("A one-hot target: only its label counts"), body, ask.certainty(study, certain))
    if label is not None and lead is not None:
        body = _smoothed(study, label, lead, unit)
        yield Step(_("The floor of a smoothed target"), body, ask.surer(study, lead))
    if study.binary is not None and len(study.names) > 1:
        body = _binary(study, study.binary, unit)
        yield Step(_("One softmax, or a sigmoid for each outcome"), body, ask.two_losses(study, study.binary, unit))


def _surprise(study: EntropyStudy, unit: Unit) -> RenderableType:
    headers = [_("outcome"), f"−{unit.log} p", f"q·(−{unit.log} p)"]
    return Group(
        *_origins(study),
        _beside(study, {}),
        "",
        _(
            "An outcome to which the prediction gave the probability p surprises by −{log} p {unit}: by 0 if it was "
            "certain, by ∞ if it was impossible."
        ).format(log=unit.log, unit=unit.label),
        "",
        table(headers, _costs(study, unit), words=(0,)),
        *_why_infinite(study, unit),
    )


def _beside(study: EntropyStudy, more: dict[str, Array]) -> BarColumns:
    """Draw q beside p, and more; what is neither 0 nor 1 but for rounding isn't drawn as that."""
    target, possible = study.target > 0, study.outcomes.possible
    below = math.nextafter(1, 0)

    def inside(values: Array, these: NDArray[np.bool_], most: float) -> list[float]:
        return [float(value) for value in np.where(these, np.clip(values, SMALLEST, most), values)]

    series = {
        _("target q"): inside(study.target, target, below if target.sum() > 1 else 1),
        _("prediction p"): inside(study.prediction, possible, below if possible.sum() > 1 else 1),
        **{name: inside(values, possible, below) for name, values in more.items()},
    }
    return BarColumns([escaped(name) for name in study.names], series)


def _costs(study: EntropyStudy, unit: Unit) -> Iterator[tuple[str, str, str]]:
    """Yield each outcome's surprise, and what it adds to their mean, which the last row has."""
    with np.errstate(over="ignore"):
        surprise, terms = study.outcomes.surprise * unit.per_nat, study.outcomes.terms * unit.per_nat
    *added, total = column([*terms.tolist(), study.cross_entropy * unit.per_nat])
    yield from zip(map(escaped, study.names), column(surprise.tolist()), added, strict=True)
    yield "Σ", "", total


def _origins(study: EntropyStudy) -> list[str]:
    """Say where q and p came from, unless they were given as they are."""
    said = list(_origin(study))
    return [*said, ""] if said else []


def _origin(study: EntropyStudy) -> Iterator[str]:
    given = study.given
    if given.label is not None:
        smoothed = _("   q = one-hot at outcome {name}, smoothed with ε = {smoothing}")
        plain = _("   q = one-hot at outcome {name}")
        yield (smoothed if given.smoothing else plain).format(
            name=escaped(study.names[given.label]), smoothing=number(given.smoothing)
        )
    if given.logits is not None:
        yield f"   p = softmax(z),  z = {vector(given.logits)}"
    for symbol, total in (("q", given.target_sum), ("p", given.prediction_sum)):
        if total != 1:
            yield _("   {symbol} = the numbers given, divided by their sum {total}").format(
                symbol=symbol, total=number(total, 12)
            )


def _why_infinite(study: EntropyStudy, unit: Unit) -> Iterator[str]:
    """Explain the first surprise that is ∞ and counts, and a first 0·∞."""
    with np.errstate(over="ignore"):
        infinite = np.isinf(study.outcomes.surprise * unit.per_nat)
    for k in np.flatnonzero(infinite & (study.target > 0))[:1]:
        beyond = _("∞: the surprise of outcome {name} is beyond the largest float64, 1.8e308.")
        impossible = _(
            "∞: outcome {name} happens, q = {q}, and was called impossible, p = 0. −{log} p has no bound as p goes to "
            "0, so no other merit of the prediction makes up for it."
        )
        yield ""
        yield (beyond if study.outcomes.possible[k] else impossible).format(
            name=escaped(study.names[k]), q=number(study.target[k]), log=unit.log
        )
    for k in np.flatnonzero(infinite & (study.target == 0))[:1]:
        yield ""
        yield _("0·∞ counts as 0: outcome {name} never happens, q = 0, so its surprise is never paid.").format(
            name=escaped(study.names[k])
        )


def _entropy(study: EntropyStudy, unit: Unit) -> RenderableType:
    classes = len(study.names)
    least = _(
        "The mean surprise of one who knows q: entropy is uncertainty. It is 0 where one outcome is certain, and at "
        "most {log} {classes} = {most}, where all are equally likely."
    ).format(log=unit.log, classes=classes, most=quantity(math.log(classes), unit))
    effective = _("Here the outcome is as uncertain as among {effective} equally likely ones.")
    return Group(
        f"   H(q) = −Σ q_k {unit.log} q_k = [bold]{quantity(study.entropy, unit)}[/]",
        "        = " + " = ".join(quantity(study.entropy, other) for other in Unit if other is not unit),
        least,
        *([effective.format(effective=number(math.exp(study.entropy)))] if study.entropy else []),
        *_redundancy(study, unit),
    )


def _redundancy(study: EntropyStudy, unit: Unit) -> Iterator[str]:
    """Tell entropy from redundancy, which the word is sometimes taken for."""
    if study.redundancy is not None:
        yield _("What is missing to the most there could be is the redundancy:")
        yield f"   1 − H(q)/{unit.log} {len(study.names)} = {number(study.redundancy)}"


def _cross_entropy(study: EntropyStudy, unit: Unit) -> RenderableType:
    return Group(
        f"   CE(q, p) = −Σ q_k {unit.log} p_k = [bold]{quantity(study.cross_entropy, unit)}[/]",
        _("The outcomes come as q says, each costs what p makes it cost: the last column of step 1, added up."),
    )


def _divergence(study: EntropyStudy, unit: Unit) -> RenderableType:
    log = unit.log
    return Group(
        f"   KL(q‖p) = Σ q_k {log} (q_k/p_k) = [bold]{quantity(study.divergence, unit)}[/]",
        f"   KL(p‖q) = Σ p_k {log} (p_k/q_k) = {quantity(study.reverse_divergence, unit)}",
        _orders(study),
        "",
        *_parts(study, unit),
        *_remarks(study, unit),
    )


def _parts(study: EntropyStudy, unit: Unit) -> Iterator[RenderableType]:
    """Draw the loss as its two parts."""
    parts = study.entropy * unit.per_nat, study.divergence * unit.per_nat
    whole = study.cross_entropy * unit.per_nat
    if 0 < whole < math.inf and all(map(math.isfinite, parts)) and any(parts):
        yield _("The loss as the sum of its two parts, in {unit}:").format(unit=unit.label)
        yield Stack(("H(q)", "KL(q‖p)", "CE(q, p)"), column([*parts, whole]), parts)
        yield ""


def _orders(study: EntropyStudy) -> str:
    ruled_out = np.flatnonzero((study.target == 0) & study.outcomes.possible)
    if ruled_out.size:
        return _(
            "KL(p‖q) is ∞: p gives a probability to outcome {name}, which q rules out. The order matters: the target "
            "comes first."
        ).format(name=escaped(study.names[ruled_out[0]]))
    if np.array_equal(study.target, study.prediction):
        return _("Both are 0: p = q, and only there.")
    return _("Both are ≥ 0 and 0 only at p = q, but the order matters: the target comes first.")


def _remarks(study: EntropyStudy, unit: Unit) -> Iterator[str]:
    """Say what the sum shows, and the two ways to spoil it: cancellation and mixed units."""
    loss, floor, gap = study.cross_entropy, study.entropy, study.divergence
    if math.isinf(loss):
        yield _("The outcome that makes CE infinite makes KL infinite too.")
    elif 0 < gap < CANCELLING * loss:
        yield _(
            "CE and H(q) agree in nearly all digits: CE − H(q) gives {difference}. So KL is computed on its own, from "
            "terms q·ln(q/p) − q + p, none of which is negative."
        ).format(difference=error_size((loss - floor) * unit.per_nat))
    else:
        yield _("KL is computed on its own, not as CE − H(q). That the parts add up is one of the claims checked.")
    if floor > 0 and VISIBLE * loss < gap < math.inf:
        yield _("Never mix units: H(q) in bits + KL in nats = {mixed}, which is CE in neither.").format(
            mixed=number(floor * Unit.BITS.per_nat + gap)
        )


def _path(study: EntropyStudy, unit: Unit) -> RenderableType:
    floor = quantity(study.entropy, unit)
    if study.divergence == 0:
        sentence = _("The prediction is the target: CE stands on its floor H(q) = {floor}, and any other p costs more.")
        return sentence.format(floor=floor)
    lines = [
        _("   p_t = (1−t)·p + t·q,   t from 0 to 1"),
        _(
            "CE is convex in p: it falls all the way, over each stretch by less than over the one before, and ends at "
            "the floor H(q), where the gap KL(q‖p_t) is 0."
        ),
    ]
    if flat(study):
        sentence = _("Here it falls by {fall} in all, too little for a curve beside {floor}.")
        return Group(*lines, sentence.format(fall=quantity(study.divergence, unit), floor=floor))
    path, first = study.path, first_drawn(study)
    if first:
        sentence = _("At t = 0 it is {start}; the curve begins at t = {t:g}.")
        lines.append(sentence.format(start=quantity(study.cross_entropy, unit), t=path.t[first]))
    chart = Chart(
        path.t[first:],
        path.cross_entropy[first:] * unit.per_nat,
        mark=(1.0, study.entropy * unit.per_nat),
        caption=_("CE(q, p_t) in {unit} over t; ● the end, at the floor H(q)").format(unit=unit.label),
    )
    return Group(*lines, "", chart)


def _one_hot(study: EntropyStudy, certain: int, unit: Unit) -> RenderableType:
    label = escaped(study.names[certain])
    return Group(
        f"   CE(q, p) = −{unit.log} p({label}) = [bold]{quantity(study.cross_entropy, unit)}[/]",
        _(
            "Every other term is multiplied by 0. H(q) = 0, so CE = KL(q‖p). The floor 0 needs p({label}) = 1, which a "
            "softmax of finite logits only comes near."
        ).format(label=label),
    )


def _smoothed(study: EntropyStudy, label: int, lead: float, unit: Unit) -> RenderableType:
    top, other = number(study.target[label]), number(study.target[label - 1])
    return Group(
        f"   q = (1−ε)·{_('one-hot')} + ε/K,   ε = {number(study.given.smoothing)}, K = {len(study.names)}",
        _("   q = {top} at outcome {name}, {other} elsewhere").format(
            top=top, name=escaped(study.names[label]), other=other
        ),
        _("   floor: H(q) = [bold]{floor}[/]").format(floor=quantity(study.entropy, unit)),
        _(
            "No prediction, however good, has a smaller loss. It is reached at p = q, where the label's logit leads "
            "all others by ln({top}/{other}) = {lead} nats: a finite goal. The floor of a one-hot target needs an "
            "infinite lead."
        ).format(top=top, other=other, lead=number(lead)),
    )


def _binary(study: EntropyStudy, binary: Binary, unit: Unit) -> RenderableType:
    log, loss = unit.log, binary.cross_entropy
    beyond = math.isinf(loss * unit.per_nat) and np.isfinite(binary.terms).all()
    return Group(
        f"   CE  = −Σ q_k {log} p_k,   p = softmax(z)",
        f"   BCE = −Σ (q_k {log} σ_k + (1−q_k) {log} (1−σ_k))",
        _("         with σ_k = 1/(1 + e^−z_k)"),
        "",
        _beside(study, {_("sigmoid σ"): binary.sigmoid}),
        "",
        f"   CE = {quantity(study.cross_entropy, unit)},   BCE = {quantity(loss, unit)}",
        _(
            "Softmax makes the outcomes share a probability of 1: exactly one of them happens. Each sigmoid judges its "
            "outcome by itself: any number may happen, and what doesn't happen costs too."
        ),
        *([_("BCE is beyond the largest float64, 1.8e308.")] if beyond else []),
    )
