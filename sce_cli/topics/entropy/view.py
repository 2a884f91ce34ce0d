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
from sce_cli.topics.entropy.study import SMALLEST_NORMAL, EntropyStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
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
        return f"How far is the prediction p = {vector(study.prediction)} from the target q = {vector(study.target)}?"

    def steps(self, study: EntropyStudy, unit: Unit) -> list[Step]:
        """Explain surprise, entropy, cross-entropy, KL and the way down to the floor, then what is special here."""
        explained = [
            Step("Surprise: what each outcome costs the prediction", _surprise(study, unit), ask.surprise(study, unit)),
            Step("Entropy: the least mean surprise", _entropy(study, unit), ask.least(study, unit)),
            Step("Cross-entropy: the prediction's mean surprise", _cross_entropy(study, unit)),
            Step("KL divergence: what the prediction costs on top", _divergence(study, unit), ask.order(study, unit)),
            Step("From the prediction to the target, down to the floor", _path(study, unit), ask.halfway(study)),
        ]
        return [*explained, *_special(study, unit)]

    def result(self, study: EntropyStudy, unit: Unit) -> str:
        """Return the cross-entropy, its floor and the gap in one line."""
        loss, floor, gap = (quantity(value, unit) for value in (study.cross_entropy, study.entropy, study.divergence))
        return f"CE(q, p) = {loss}: the floor H(q) = {floor}, and the gap KL(q‖p) = {gap}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _special(study: EntropyStudy, unit: Unit) -> Iterator[Step]:
    if study.certain is not None and len(study.names) > 1:
        body = _one_hot(study, study.certain, unit)
        yield Step("A one-hot target: only its label counts", body, ask.certainty(study, study.certain))
    if study.label is not None and study.best_lead is not None:
        body = _smoothed(study, study.label, study.best_lead, unit)
        yield Step("The floor of a smoothed target", body, ask.surer(study, study.best_lead))
    if study.logits is not None and study.logits.size > 1:
        yield Step("Softmax CE is not summed sigmoid BCE", _binary(study, unit), ask.two_losses(study, unit))


def _surprise(study: EntropyStudy, unit: Unit) -> RenderableType:
    columns = (study.names, study.target, _predicted(study), study.surprise, study.terms)
    rows = [
        (escaped(name), number(q, DIGITS), p, *_scaled([cost, term], unit))
        for name, q, p, cost, term in zip(*columns, strict=True)
    ]
    total = ("Σ", "1", "1", "", *_scaled([study.cross_entropy], unit))
    headers = ["outcome", "q", "p", f"−{unit.log} p", f"q·(−{unit.log} p)"]
    return Group(
        *_origins(study),
        f"An outcome to which the prediction gave the probability p surprises by −{unit.log} p {unit.label}: "
        "by 0 if it was certain, by ∞ if it was impossible.",
        "",
        table(headers, [*rows, total], words=(0,)),
        *_why_infinite(study, unit),
    )


def _scaled(nats: Iterable[float], unit: Unit) -> list[str]:
    values = [float(value) * unit.per_nat for value in nats]
    return [f"{value:.6f}" if 0.001 <= value < 1e4 else number(value, DIGITS) for value in values]


def _predicted(study: EntropyStudy) -> list[str]:
    """Format each p; one that is too small for a float64 isn't 0."""
    lost = study.possible & (study.prediction < SMALLEST_NORMAL)
    return ["<1e-307" if tiny else number(p, DIGITS) for p, tiny in zip(study.prediction, lost, strict=True)]


def _origins(study: EntropyStudy) -> Iterator[str]:
    """Say where q and p came from, unless they were given as they are."""
    if study.label is not None:
        smoothed = f", smoothed with ε = {number(study.smoothing)}" if study.smoothing else ""
        yield f"   q = one-hot at {_outcome(study, study.label)}{smoothed}"
    if study.logits is not None:
        yield f"   p = softmax(z),  z = {vector(study.logits)}"
    for symbol, total in (("q", study.target_sum), ("p", study.prediction_sum)):
        if total != 1:
            yield f"   {symbol} = the numbers given, divided by their sum {number(total, 12)}"


def _why_infinite(study: EntropyStudy, unit: Unit) -> Iterator[str]:
    """Explain the first term that is ∞, and a first 0·∞."""
    with np.errstate(over="ignore"):
        infinite = np.isinf(study.surprise * unit.per_nat)
    for k in np.flatnonzero(infinite & (study.target > 0))[:1]:
        name, q = _outcome(study, k), number(study.target[k])
        if study.possible[k]:
            yield f"\n∞: the surprise of {name} is beyond the largest float64, 1.8e308."
        else:
            yield (
                f"\n∞: {name} happens, q = {q}, and was called impossible, p = 0. −{unit.log} p has no bound as p goes "
                "to 0, so no other merit of the prediction makes up for it."
            )
    for k in np.flatnonzero(infinite & (study.target == 0))[:1]:
        yield f"\n0·∞ counts as 0: {_outcome(study, k)} never happens, q = 0, so its surprise is never paid."


def _entropy(study: EntropyStudy, unit: Unit) -> RenderableType:
    classes = len(study.names)
    effective = number(math.exp(study.entropy))
    here = f"Here the outcome is as uncertain as among {effective} equally likely ones." if study.entropy else ""
    return Group(
        f"   H(q) = −Σ q_k {unit.log} q_k = [bold]{quantity(study.entropy, unit)}[/]",
        "        = " + " = ".join(quantity(study.entropy, other) for other in Unit if other is not unit),
        "The mean surprise of one who knows q. It is 0 where one outcome is certain, and at most "
        f"{unit.log} {classes} = {quantity(math.log(classes), unit)}, where all {classes} are equally likely. {here}",
    )


def _cross_entropy(study: EntropyStudy, unit: Unit) -> RenderableType:
    return Group(
        f"   CE(q, p) = −Σ q_k {unit.log} p_k = [bold]{quantity(study.cross_entropy, unit)}[/]",
        "The outcomes come as q says, each costs what p makes it cost: the last column above, added up.",
    )


def _divergence(study: EntropyStudy, unit: Unit) -> RenderableType:
    log, scale = unit.log, unit.per_nat
    parts = {
        "H(q)": study.entropy,
        "KL(q‖p)": study.divergence,
        "H(q) + KL(q‖p)": study.entropy + study.divergence,
        "CE(q, p)": study.cross_entropy,
    }
    return Group(
        f"   KL(q‖p) = Σ q_k {log} (q_k/p_k) = [bold]{quantity(study.divergence, unit)}[/]",
        f"   KL(p‖q) = Σ p_k {log} (p_k/q_k) = {quantity(study.reverse_divergence, unit)}",
        _orders(study),
        "",
        table(["", f"in {unit.label}"], [(name, number(value * scale)) for name, value in parts.items()], words=(0,)),
        "",
        *_remarks(study, unit),
    )


def _orders(study: EntropyStudy) -> str:
    ruled_out = np.flatnonzero((study.target == 0) & study.possible)
    if ruled_out.size:
        return (
            f"KL(p‖q) is ∞: p gives a probability to {_outcome(study, ruled_out[0])}, which q rules out. "
            "The order matters: the target comes first."
        )
    if study.divergence == 0:
        return "Both are 0: p = q, and only there."
    return "Both are ≥ 0 and 0 only at p = q, but the order matters: the target comes first."


def _remarks(study: EntropyStudy, unit: Unit) -> Iterator[str]:
    """Say what the sum shows, and the two ways to spoil it: cancellation and mixed units."""
    loss, floor, gap = study.cross_entropy, study.entropy, study.divergence
    if math.isinf(loss):
        yield "The outcome that makes CE infinite makes KL infinite too."
    elif 0 < gap < CANCELLING * loss:
        yield (
            f"CE and H(q) agree in nearly all digits: CE − H(q) gives {error_size((loss - floor) * unit.per_nat)}. "
            "So KL is computed on its own, from terms q·ln(q/p) − q + p, none of which is negative."
        )
    else:
        yield "KL is computed on its own, not as CE − H(q), so the last two rows agree only if all three are right."
    if floor > 0 and 0 < gap < math.inf:
        mixed = floor * Unit.BITS.per_nat + gap
        yield f"Never mix units: H(q) in bits + KL in nats = {number(mixed)}, which is CE in neither."


def _path(study: EntropyStudy, unit: Unit) -> RenderableType:
    floor = quantity(study.entropy, unit)
    if study.divergence == 0:
        return f"The prediction is the target: CE stands on its floor H(q) = {floor}, and any other p costs more."
    lines = [
        "   p_t = (1−t)·p + t·q,   t from 0 to 1",
        "CE falls all the way, ever more slowly, and ends at the floor H(q), where the gap KL(q‖p_t) is 0.",
    ]
    if _flat(study):
        fall = quantity(study.divergence, unit)
        return Group(*lines, f"Here it falls by {fall} in all, too little for a curve beside {floor}.")
    first = _first_drawn(study)
    if first:
        start = quantity(study.cross_entropy, unit)
        lines.append(f"At t = 0 it is {start}; the curve begins at t = {study.path_t[first]:g}.")
    chart = Chart(
        study.path_t[first:],
        study.path_cross_entropy[first:] * unit.per_nat,
        mark=(1.0, study.entropy * unit.per_nat),
        caption=f"CE(q, p_t) in {unit.label} over t; ● the end, at the floor H(q)",
    )
    return Group(*lines, "", chart)


def _first_drawn(study: EntropyStudy) -> int:
    """Return where a drawn path begins: not at t = 0 if the loss there is ∞, or dwarfs the rest."""
    return 0 if study.path_cross_entropy[0] <= TALL * study.path_cross_entropy[1] else 1


def _flat(study: EntropyStudy) -> bool:
    return study.divergence < math.inf and study.divergence <= FLAT * study.cross_entropy


def _one_hot(study: EntropyStudy, certain: int, unit: Unit) -> RenderableType:
    label = escaped(study.names[certain])
    return Group(
        f"   CE(q, p) = −{unit.log} p({label}) = [bold]{quantity(study.cross_entropy, unit)}[/]",
        f"Every other term is multiplied by 0. H(q) = 0, so CE = KL(q‖p). The floor 0 needs p({label}) = 1, which a "
        "softmax reaches only in the limit of infinite logits.",
    )


def _smoothed(study: EntropyStudy, label: int, lead: float, unit: Unit) -> RenderableType:
    top, other = number(study.target[label]), number(study.target[label - 1])
    return Group(
        f"   q = (1−ε)·one-hot + ε/K,   ε = {number(study.smoothing)}, K = {len(study.names)}",
        f"   q = {top} at {_outcome(study, label)}, {other} elsewhere",
        f"   floor: H(q) = [bold]{quantity(study.entropy, unit)}[/]",
        "No prediction, however good, has a smaller loss. It is reached at p = q, where the label's logit leads all "
        f"others by ln({top}/{other}) = {number(lead)} nats: a finite goal. "
        "A one-hot target drives that lead to ∞.",
    )


def _binary(study: EntropyStudy, unit: Unit) -> RenderableType:
    assert study.sigmoid is not None
    assert study.binary_terms is not None
    assert study.binary_cross_entropy is not None
    columns = (study.names, _predicted(study), study.sigmoid, study.terms, study.binary_terms)
    rows = [
        (escaped(name), p, number(sigmoid, DIGITS), *_scaled([term, binary], unit))
        for name, p, sigmoid, term, binary in zip(*columns, strict=True)
    ]
    losses = study.cross_entropy, study.binary_cross_entropy
    beyond = math.isinf(losses[1] * unit.per_nat) and np.isfinite(study.binary_terms).all()
    rows.append(("Σ", "1", number(study.sigmoid.sum(), DIGITS), *_scaled(losses, unit)))
    log = unit.log
    return Group(
        f"   CE  = −Σ q_k {log} p_k,   p = softmax(z)",
        f"   BCE = −Σ (q_k {log} σ_k + (1−q_k) {log} (1−σ_k))",
        "         with σ_k = 1/(1 + e^−z_k)",
        "",
        table(["outcome", "p", "σ", "CE term", "BCE term"], rows, words=(0,)),
        "",
        "Softmax makes the outcomes share a probability of 1: exactly one of them happens. Each sigmoid judges its "
        "outcome by itself: any number may happen, and what doesn't happen costs too.",
        *(["BCE is beyond the largest float64, 1.8e308."] if beyond else []),
    )


def _outcome(study: EntropyStudy, index: int) -> str:
    return f"outcome {escaped(study.names[index])}"


def figure(study: EntropyStudy, unit: Unit) -> "Figure":
    """Draw q beside p, the surprises, and CE along the path with its floor H(q) and the gap KL shaded."""
    from sce_cli.drawing.plot import bars, panels

    scale, log, first = unit.per_nat, unit.log, _first_drawn(study)
    drawing, (left, middle, right) = panels(3, f"CE(q, p) = {quantity(study.cross_entropy, unit)}")
    bars(left, study.names, {"target q": study.target, "prediction p": study.prediction})
    left.set_title("target and prediction")
    with np.errstate(over="ignore"):
        bars(middle, study.names, {f"−{log} p": study.surprise * scale, f"q·(−{log} p)": study.terms * scale})
    middle.set_title(f"surprise, {unit.label}")
    t, loss, floor = study.path_t[first:], study.path_cross_entropy[first:] * scale, study.entropy * scale
    right.plot(t, loss, label="CE(q, p_t)")
    right.axhline(floor, color="C1", linestyle="--", label=f"floor H(q) = {number(floor)}")
    right.fill_between(t, floor, loss, color="C0", alpha=0.2, label="gap KL(q‖p_t)")
    right.plot([1], [floor], "o", color="C2", markersize=11)
    if _flat(study):
        right.set_ylim(0, 1.5 * float(loss[0]) or 1)
    right.set_title(f"CE along the path, {unit.label}")
    right.set_xlabel("t, from p to q")
    right.legend(loc="upper right", framealpha=1)
    for axes in (left, middle):
        axes.set_xlabel("outcome")
    return drawing
