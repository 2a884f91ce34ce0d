"""Entropy, cross-entropy and KL divergence step by step, and their figure."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import error_size, number, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.entropy import questions as ask
from sce_cli.topics.entropy.prediction import SMALLEST_NORMAL
from sce_cli.topics.entropy.study import Binary, EntropyStudy
from sce_cli.translation import _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FLAT = 1e-3
"""A curve that falls by a smaller part of itself is told in words."""

DIGITS = 5
"""Significant digits of a small number in a table of five columns."""

TALL = 3
"""A loss at t = 0 so many times the next one would flatten the curve."""

CANCELLING = 1e-6
"""A KL that is a smaller part of CE loses most of its digits in CE − H(q)."""


class EntropyView(View):
    """Entropy, cross-entropy and KL divergence step by step."""

    def title(self, study: EntropyStudy) -> str:
        """Ask how far the prediction is from the target."""
        return _("How far is the prediction p = {prediction} from the target q = {target}?").format(
            prediction=vector(study.prediction), target=vector(study.target)
        )

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
        return {"plot": figure}


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
        yield Step(_("Softmax CE is not summed sigmoid BCE"), body, ask.two_losses(study, study.binary, unit))


def _surprise(study: EntropyStudy, unit: Unit) -> RenderableType:
    columns = (study.names, study.target, _predicted(study), study.outcomes.surprise, study.outcomes.terms)
    rows = [
        (escaped(name), number(q, DIGITS), p, *_scaled([cost, term], unit))
        for name, q, p, cost, term in zip(*columns, strict=True)
    ]
    total = ("Σ", "1", "1", "", *_scaled([study.cross_entropy], unit))
    headers = [_("outcome"), "q", "p", f"−{unit.log} p", f"q·(−{unit.log} p)"]
    return Group(
        *_origins(study),
        _(
            "An outcome to which the prediction gave the probability p surprises by −{log} p {unit}: by 0 if it was "
            "certain, by ∞ if it was impossible."
        ).format(log=unit.log, unit=unit.label),
        "",
        table(headers, [*rows, total], words=(0,)),
        *_why_infinite(study, unit),
    )


def _scaled(nats: Iterable[float], unit: Unit) -> list[str]:
    values = [float(value) * unit.per_nat for value in nats]
    return [f"{value:.6f}" if 0.001 <= value < 1e4 else number(value, DIGITS) for value in values]


def _predicted(study: EntropyStudy) -> list[str]:
    """Format each p; one that is too small for a float64 isn't 0."""
    lost = study.outcomes.possible & (study.prediction < SMALLEST_NORMAL)
    return ["<1e-307" if tiny else number(p, DIGITS) for p, tiny in zip(study.prediction, lost, strict=True)]


def _origins(study: EntropyStudy) -> Iterator[str]:
    """Say where q and p came from, unless they were given as they are."""
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
    certain = _(
        "The mean surprise of one who knows q. It is 0 where one outcome is certain, and at most {log} {classes} = "
        "{most}, where all {classes} are equally likely."
    )
    uncertain = _(
        "The mean surprise of one who knows q. It is 0 where one outcome is certain, and at most {log} {classes} = "
        "{most}, where all {classes} are equally likely. Here the outcome is as uncertain as among {effective} equally "
        "likely ones."
    )
    return Group(
        f"   H(q) = −Σ q_k {unit.log} q_k = [bold]{quantity(study.entropy, unit)}[/]",
        "        = " + " = ".join(quantity(study.entropy, other) for other in Unit if other is not unit),
        (uncertain if study.entropy else certain).format(
            log=unit.log,
            classes=classes,
            most=quantity(math.log(classes), unit),
            effective=number(math.exp(study.entropy)),
        ),
    )


def _cross_entropy(study: EntropyStudy, unit: Unit) -> RenderableType:
    return Group(
        f"   CE(q, p) = −Σ q_k {unit.log} p_k = [bold]{quantity(study.cross_entropy, unit)}[/]",
        _("The outcomes come as q says, each costs what p makes it cost: the last column above, added up."),
    )


def _divergence(study: EntropyStudy, unit: Unit) -> RenderableType:
    log = unit.log
    parts = {
        "H(q)": study.entropy,
        "KL(q‖p)": study.divergence,
        "H(q) + KL(q‖p)": study.entropy + study.divergence,
        "CE(q, p)": study.cross_entropy,
    }
    rows = [(name, number(value * unit.per_nat)) for name, value in parts.items()]
    return Group(
        f"   KL(q‖p) = Σ q_k {log} (q_k/p_k) = [bold]{quantity(study.divergence, unit)}[/]",
        f"   KL(p‖q) = Σ p_k {log} (p_k/q_k) = {quantity(study.reverse_divergence, unit)}",
        _orders(study),
        "",
        table(["", _("in {unit}").format(unit=unit.label)], rows, words=(0,)),
        "",
        *_remarks(study, unit),
    )


def _orders(study: EntropyStudy) -> str:
    ruled_out = np.flatnonzero((study.target == 0) & study.outcomes.possible)
    if ruled_out.size:
        return _(
            "KL(p‖q) is ∞: p gives a probability to outcome {name}, which q rules out. The order matters: the target "
            "comes first."
        ).format(name=escaped(study.names[ruled_out[0]]))
    if study.divergence == 0:
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
        yield _("KL is computed on its own, not as CE − H(q), so the last two rows agree only if all three are right.")
    if floor > 0 and 0 < gap < math.inf:
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
        _("CE falls all the way, ever more slowly, and ends at the floor H(q), where the gap KL(q‖p_t) is 0."),
    ]
    if _flat(study):
        sentence = _("Here it falls by {fall} in all, too little for a curve beside {floor}.")
        return Group(*lines, sentence.format(fall=quantity(study.divergence, unit), floor=floor))
    path, first = study.path, _first_drawn(study)
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


def _first_drawn(study: EntropyStudy) -> int:
    """Return where a drawn path begins: not at t = 0 if the loss there is ∞, or dwarfs the rest."""
    return 0 if study.path.cross_entropy[0] <= TALL * study.path.cross_entropy[1] else 1


def _flat(study: EntropyStudy) -> bool:
    return study.divergence < math.inf and study.divergence <= FLAT * study.cross_entropy


def _one_hot(study: EntropyStudy, certain: int, unit: Unit) -> RenderableType:
    label = escaped(study.names[certain])
    return Group(
        f"   CE(q, p) = −{unit.log} p({label}) = [bold]{quantity(study.cross_entropy, unit)}[/]",
        _(
            "Every other term is multiplied by 0. H(q) = 0, so CE = KL(q‖p). The floor 0 needs p({label}) = 1, which a "
            "softmax reaches only in the limit of infinite logits."
        ).format(label=label),
    )


def _smoothed(study: EntropyStudy, label: int, lead: float, unit: Unit) -> RenderableType:
    top, other = number(study.target[label]), number(study.target[label - 1])
    return Group(
        f"   q = (1−ε)·one-hot + ε/K,   ε = {number(study.given.smoothing)}, K = {len(study.names)}",
        _("   q = {top} at outcome {name}, {other} elsewhere").format(
            top=top, name=escaped(study.names[label]), other=other
        ),
        _("   floor: H(q) = [bold]{floor}[/]").format(floor=quantity(study.entropy, unit)),
        _(
            "No prediction, however good, has a smaller loss. It is reached at p = q, where the label's logit leads "
            "all others by ln({top}/{other}) = {lead} nats: a finite goal. A one-hot target drives that lead to ∞."
        ).format(top=top, other=other, lead=number(lead)),
    )


def _binary(study: EntropyStudy, binary: Binary, unit: Unit) -> RenderableType:
    columns = (study.names, _predicted(study), binary.sigmoid, study.outcomes.terms, binary.terms)
    rows = [
        (escaped(name), p, number(sigmoid, DIGITS), *_scaled([term, other], unit))
        for name, p, sigmoid, term, other in zip(*columns, strict=True)
    ]
    losses = study.cross_entropy, binary.cross_entropy
    beyond = math.isinf(losses[1] * unit.per_nat) and np.isfinite(binary.terms).all()
    rows.append(("Σ", "1", number(binary.sigmoid.sum(), DIGITS), *_scaled(losses, unit)))
    log = unit.log
    return Group(
        f"   CE  = −Σ q_k {log} p_k,   p = softmax(z)",
        f"   BCE = −Σ (q_k {log} σ_k + (1−q_k) {log} (1−σ_k))",
        _("         with σ_k = 1/(1 + e^−z_k)"),
        "",
        table([_("outcome"), "p", "σ", _("CE term"), _("BCE term")], rows, words=(0,)),
        "",
        _(
            "Softmax makes the outcomes share a probability of 1: exactly one of them happens. Each sigmoid judges its "
            "outcome by itself: any number may happen, and what doesn't happen costs too."
        ),
        *([_("BCE is beyond the largest float64, 1.8e308.")] if beyond else []),
    )


def figure(study: EntropyStudy, unit: Unit) -> "Figure":
    """Draw q beside p, the surprises, and CE along the path with its floor H(q) and the gap KL shaded."""
    from sce_cli.drawing.plot import bars, panels

    log, each = unit.log, study.outcomes
    drawing, (left, middle, right) = panels(3, f"CE(q, p) = {quantity(study.cross_entropy, unit)}")
    bars(left, study.names, {_("target q"): study.target, _("prediction p"): study.prediction})
    left.set_title(_("target and prediction"))
    with np.errstate(over="ignore"):
        costs = {f"−{log} p": each.surprise * unit.per_nat, f"q·(−{log} p)": each.terms * unit.per_nat}
    bars(middle, study.names, costs)
    middle.set_title(_("surprise, {unit}").format(unit=unit.label))
    _draw_path(right, study, unit)
    for axes in (left, middle):
        axes.set_xlabel(_("outcome"))
    return drawing


def _draw_path(axes: "Axes", study: EntropyStudy, unit: Unit) -> None:
    first, floor = _first_drawn(study), study.entropy * unit.per_nat
    t, loss = study.path.t[first:], study.path.cross_entropy[first:] * unit.per_nat
    axes.plot(t, loss, label="CE(q, p_t)")
    axes.axhline(floor, color="C1", linestyle="--", label=_("floor H(q) = {floor}").format(floor=number(floor)))
    axes.fill_between(t, floor, loss, color="C0", alpha=0.2, label=_("gap KL(q‖p_t)"))
    axes.plot([1], [floor], "o", color="C2", markersize=11)
    if _flat(study):
        axes.set_ylim(0, 1.5 * float(loss[0]) or 1)
    axes.set_title(_("CE along the path, {unit}").format(unit=unit.label))
    axes.set_xlabel(_("t, from p to q"))
    axes.legend(loc="upper right", framealpha=1)
