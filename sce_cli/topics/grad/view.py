"""The gradient of softmax and cross-entropy in nine steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.drawing.bars import BarColumns
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import about, column, error_size, number, quantity, vector
from sce_cli.drawing.picture import ShadedMatrix
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.grad import figure_view
from sce_cli.topics.grad import questions as ask
from sce_cli.topics.grad.settings import BUGS, COPIES
from sce_cli.topics.grad.study import SATURATED, Comparison, GradStudy
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDEST_MATRIX = 4
"""Columns of terms that are shown."""

MOST_ON_SCREEN, FEW_ON_SCREEN = 8, 5
"""Classes up to which the screen shows the whole Jacobian, and those that it shows of more."""

SMALL = 5e-4
"""Three decimals of it would all be 0."""

ROUNDED, TINY = 1e-14, 1e-300
"""What an eigenvalue may be off by, relatively to the largest one, or to the least that this is."""

FORMULAS = {
    "central": "(CE(z + h) − CE(z − h)) / 2h",
    "forward": "(CE(z + h) − CE(z)) / h",
    "complex": "Im CE(z + ih) / h",
}
TRUNCATION = {"central": "h²", "forward": "h", "complex": "h²"}
THEORY = {"central": "ε^(1/3)", "forward": "ε^(1/2)"}
NEAR = 3.0
"""A step that is so many times the best one, or as small a part of it, is as good: the tolerance has room for it."""

UNTRUNCATED = 1e-6
"""A relative error at the largest step that rounding alone explains, in float32 too."""


class GradView(View):
    """The gradient in nine steps."""

    def title(self, study: GradStudy) -> str:
        """Say at which point the gradient is taken."""
        return _("The gradient of cross-entropy at z = {logits}, q = {target}").format(
            logits=vector(study.logits), target=vector(study.target)
        )

    def steps(self, study: GradStudy, unit: Unit) -> list[Step]:
        """Explain the forward pass, the chain rule and its collapse, the comparison, and what follows."""
        return [
            Step(_("Forward: logits, softmax, cross-entropy"), _forward(study, unit)),
            Step(_("The softmax's Jacobian"), _jacobian(study), ask.neighbour(study)),
            Step(_("Cross-entropy by the probabilities"), _by_probabilities(study)),
            Step(_("The chain rule, term by term"), _chain(study), ask.diagonal(study)),
            Step(_("It collapses to p·Σq − q"), _collapsed(study), ask.total(study)),
            Step(_("Finite differences beside it"), _comparison(study), ask.mistake(study)),
            Step(_("The error over the step size h"), _step_sizes(study), ask.step_size(study)),
            Step(_("The same matrix is the second derivative"), _curvature(study, unit)),
            Step(_("Why not the squared error"), _saturated(study), ask.saturated(study)),
        ]

    def result(self, study: GradStudy, unit: Unit) -> str:
        """Return the gradient, or what is wrong with it, in one line."""
        wrong, gradient = study.comparison.wrong, vector(study.comparison.analytic)
        if wrong:
            sentence = ngettext("Class {classes} is off: {cause}", "Classes {classes} are off: {cause}", len(wrong))
            return sentence.format(classes=_listed(study), cause=_cause(study))
        if study.bug:
            return _("∂CE/∂z = p·Σq − q = {gradient}; the planted mistake, {bug}, doesn't show here").format(
                gradient=gradient, bug=study.bug
            )
        return f"∂CE/∂z = p·Σq − q = {gradient}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure_view.figure}

    def panels(self) -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
        """Return what draws the Jacobian, the gradient and its error beside their steps."""
        return figure_view.panels()


def _forward(study: GradStudy, unit: Unit) -> RenderableType:
    arrays = (study.logits, study.prediction, study.target, study.surprise * unit.per_nat)
    columns = (column(array.tolist()) for array in arrays)
    rows = zip(map(escaped, study.names), *columns, strict=True)
    surprise = _("{quantity} in {unit}").format(quantity=f"−{unit.log} p", unit=unit.label)
    in_nats = ["", _("The gradients below are in nats per unit of logit.")] if unit is not Unit.NATS else []
    return Group(
        "   p = softmax(z)",
        f"   CE(q, p) = −Σ q_k {unit.log} p_k = {quantity(study.loss, unit)}",
        "",
        table([_("class"), "z", "p", "q", surprise], rows, words=_words(study.names)),
        *in_nats,
    )


def _words(names: Sequence[str], *others: int) -> tuple[int, ...]:
    """Return the columns that hold words: the names, unless they are numbers, and others."""
    return others if list(names) == [str(k) for k in range(len(names))] else (0, *others)


def _jacobian(study: GradStudy) -> RenderableType:
    return Group(
        _("   ∂p_i/∂z_j = p_i·(1 − p_i)   where i = j"),
        _("   ∂p_i/∂z_j = −p_i·p_j        elsewhere"),
        "",
        *_shaded(study),
        "",
        *_sums(study),
    )


def _sums(study: GradStudy) -> list[str]:
    """Say why rows and columns sum to 0."""
    if np.isfinite(study.logits).sum() == 1:
        return [_("One class alone has p = 1, whatever its logit: nothing moves.")]
    return [
        _("Each whole row sums to 0, for a shift of all logits changes no p."),
        _("Each whole column sums to 0, for what one class gains when z_j moves, the others lose."),
        _("It is symmetric: to transpose it by mistake changes nothing."),
    ]


def _shaded(study: GradStudy) -> Iterator[RenderableType]:
    """Yield the Jacobian in shades; of many classes that of the likeliest."""
    jacobian, classes = study.derivation.jacobian, np.arange(study.logits.size)
    if classes.size > MOST_ON_SCREEN:
        classes = np.sort(np.argsort(-study.prediction, kind="stable")[:FEW_ON_SCREEN])
        yield _("Of {classes} classes, the {count} likeliest:").format(classes=study.logits.size, count=classes.size)
    shown = jacobian[np.ix_(classes, classes)]
    yield ShadedMatrix(shown, [f"p_{i}" for i in classes], [f"z_{j}" for j in classes])
    largest = float(np.abs(shown).max())
    if largest < SMALL and np.isfinite(study.logits).sum() > 1:
        yield ""
        sentence = _("The largest entry is {size}: where p is nearly certain, hardly anything moves it.")
        if not largest:
            sentence = _("All round to 0: where p is nearly certain, hardly anything moves it.")
        yield sentence.format(size=error_size(largest))


def _by_probabilities(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂CE/∂p_i = −q_i/p_i",
        f"   ∂CE/∂p = {vector(study.derivation.probability_gradient)}",
        _("Only a class with q_i > 0 counts: for the same q_i, the more, the smaller its p_i."),
    )


def _chain(study: GradStudy) -> RenderableType:
    without = [_("A class with q_i = 0 sends nothing.")] if (study.target == 0).any() else []
    return Group(
        "   ∂CE/∂z_j = Σ_i ∂CE/∂p_i · ∂p_i/∂z_j",
        "",
        _terms(study),
        "",
        _("Each logit z_j, a row, moves every p_i, and the loss through each of them."),
        *without,
    )


def _terms(study: GradStudy) -> RenderableType:
    """Return the terms of each logit with their sum; of many classes the first ones' terms."""
    chain = study.derivation.chain
    shown = chain.shape[1] if chain.shape[1] <= WIDEST_MATRIX else WIDEST_MATRIX - 1
    more = ["…"] if chain.shape[1] > shown else []
    entries = np.column_stack([chain[:, :shown], chain.sum(axis=1)])
    cells = column(entries.ravel().tolist())
    lines = [cells[place : place + shown + 1] for place in range(0, entries.size, shown + 1)]
    rows = ([f"z_{j}", *line[:shown], *more, line[-1]] for j, line in enumerate(lines))
    heads = (_("via {quantity}").format(quantity=f"p_{i}") for i in range(shown))
    return table(["", *heads, *more, "∂CE/∂z_j"], rows, words=(0,))


def _collapsed(study: GradStudy) -> RenderableType:
    total = float(study.target.sum())
    shown = number(round(total, 12))  # 0.7 + 0.2 + 0.1 misses 1 by rounding
    normalised = abs(total - 1) < 1e-6
    lines: list[RenderableType] = [
        "   Σ_i (−q_i/p_i)·p_i·(δ_ij − p_j) = p_j·Σ_i q_i − q_j",
        f"   Σ q = {shown}:  ∂CE/∂z = {'p − q' if normalised else f'{shown}·p − q'}",
        f"   [bold]∂CE/∂z = {vector(study.derivation.chain.sum(axis=1))}[/]",
        *(["", _apart(study), ""] if normalised else []),
        _("p_i cancels, so nothing blows up. The entries sum to 0, for a shift of all logits changes no loss."),
    ]
    if study.bug:
        planted = _("[bold red]Planted mistake, {bug}:[/] {cause}.").format(bug=study.bug, cause=_planted(study.bug))
        wrong = _("   ∂CE/∂z = {gradient}   (wrong)").format(gradient=vector(study.comparison.analytic))
        lines += ["", planted, wrong]
    return Group(*lines)


def _apart(study: GradStudy) -> RenderableType:
    """Return prediction and target as bars, whose difference the gradient is."""
    names = [escaped(name) for name in study.names]
    return BarColumns(names, {_("prediction p"): study.prediction.tolist(), _("target q"): study.target.tolist()})


def _comparison(study: GradStudy) -> RenderableType:
    compared = study.comparison
    allowed = _(
        "The relative error is relative to the largest entry, or to CE/10 where that is larger. "
        "Allowed: {tolerance}, well above what truncation and rounding leave. "
        "A mistake in a formula is usually of the size of 1."
    ).format(tolerance=error_size(compared.tolerance))
    return Group(
        f"   {FORMULAS[compared.method]},  h = {about(compared.step)},  {compared.precision}",
        "",
        _compared(compared, study.names),
        "",
        allowed,
        *_random(study),
        *_found(study),
    )


def _compared(compared: Comparison, names: Sequence[str]) -> RenderableType:
    errors = map(error_size, compared.relative_error)
    marks = ("✗" if k in compared.wrong else "✓" for k in range(len(names)))
    analytic, numeric = (column(gradient.tolist()) for gradient in (compared.analytic, compared.numeric))
    cells = (map(escaped, names), analytic, numeric, errors, marks)
    headers = [_("class"), _("analytic"), _("numeric"), _("relative error"), ""]
    return table(headers, zip(*cells, strict=True), words=_words(names, 4))


def _random(study: GradStudy) -> list[str]:
    errors = study.random_errors
    if not errors.size:
        return []
    sentence = ngettext(
        "This is the one random point: relative error {largest}.",
        "This is the worst of {count} random points: relative error {largest}, where the median is {median}.",
        errors.size,
    )
    return [
        sentence.format(
            count=f"{errors.size:,}",
            largest=error_size(errors.max()),
            median=error_size(float(np.median(errors))),
        )
    ]


def _found(study: GradStudy) -> list[str]:
    """Say which entries are off and why, or that a planted mistake doesn't show."""
    wrong = study.comparison.wrong
    if wrong:
        sentence = ngettext(
            "[bold red]✗ Class {classes} is off:[/] {cause}.",
            "[bold red]✗ Classes {classes} are off:[/] {cause}.",
            len(wrong),
        )
        return [sentence.format(classes=_listed(study), cause=_cause(study))]
    if study.bug:
        return [_("The planted mistake doesn't show here: at this point it changes nothing, or too little.")]
    return []


def _listed(study: GradStudy) -> str:
    """Return the classes that are off, by their names."""
    wrong = [escaped(study.names[k]) for k in study.comparison.wrong]
    return ", ".join(wrong[:6]) + (", …" if len(wrong) > 6 else "")


def _planted(bug: str) -> str:
    return _(BUGS[bug].cause).format(copies=COPIES)


def _cause(study: GradStudy) -> str:
    """Say why entries are off, as it stands behind a colon."""
    if study.bug:
        return _planted(study.bug)
    step, ratio = study.comparison.step, study.comparison.step / study.comparison.best_step
    if ratio > NEAR:
        cause = _("h = {step} is {ratio} times the best step, so the curve bends within it (truncation)")
    elif ratio < 1 / NEAR:
        cause = _("h = {step} is {ratio} of the best step, so what is left of the difference is rounding")
    else:
        cause = _("h = {step} is near the best step, so neither truncation nor rounding explains it")
    return cause.format(step=about(step), ratio=about(ratio))


def _step_sizes(study: GradStudy) -> RenderableType:
    method, best_step = study.comparison.method, study.comparison.best_step
    sizes, errors = study.steps.size, np.log10(np.maximum(study.steps.error, 1e-17))
    best = int(errors.argmin())
    theory = _("   theory: h = {formula}, here 2^{power} = {step}").format(
        formula=_("as small as one likes") if method == "complex" else THEORY[method],
        power=round(np.log2(best_step)),
        step=about(best_step),
    )
    if study.steps.error.min() == 0 and study.steps.error[-1] < UNTRUNCATED:
        return Group(
            theory,
            _("Here CE is straight or symmetric around z, so nothing is truncated: some steps show no error at all."),
        )
    sides = _("To the right truncation grows as {truncation}, to the left rounding grows as ε/h.")
    if method == "complex":
        sides = _("Nothing is subtracted, so nothing cancels: only truncation, {truncation}, is left.")
    return Group(
        sides.format(truncation=TRUNCATION[method]),
        theory,
        _("   least error: {error} at h = {step}").format(
            error=error_size(study.steps.error[best]), step=about(sizes[best])
        ),
        "",
        Chart(
            np.log10(sizes),
            errors,
            mark=(float(np.log10(sizes[best])), float(errors[best])),
            caption=_("the relative error over h; ● the best h"),
            powers="xy",
        ),
    )


def _curvature(study: GradStudy, unit: Unit) -> RenderableType:
    eigenvalues = study.derivation.eigenvalues
    zeros = int((np.abs(eigenvalues) <= ROUNDED * max(float(eigenvalues.max()), TINY)).sum())
    shift = _("What is 0 but for rounding belongs to a shift of all logits.")
    if zeros > 1:
        shift = _(
            "What is 0 but for rounding belongs to a shift of all logits, and to classes that are masked or that p "
            "rules out."
        )
    return Group(
        "   ∂²CE/∂z² = Σq·(diag(p) − p pᵀ) = Σq·∂p/∂z",
        "   vᵀ(diag(p) − p pᵀ)v = Σ p v² − (Σ p v)² = Var_p(v) ≥ 0",
        _(
            "Along any direction v the second derivative is Σq times a variance, which is never negative, whatever v "
            "and p are. So CE is convex in the logits."
        ),
        *_along(study, unit),
        "",
        _("   eigenvalues of ∂p/∂z: {eigenvalues}").format(eigenvalues=vector(eigenvalues)),
        _("They illustrate it at this one point. {shift}").format(shift=shift),
    )


def _along(study: GradStudy, unit: Unit) -> Iterator[RenderableType]:
    """Yield the loss over one logit, where it isn't always 0."""
    along = study.along
    if along.loss.min() == along.loss.max():
        return
    caption = _("CE in {unit} over the logit of class {name} alone; ● here")
    yield ""
    yield Chart(
        along.logit,
        along.loss * unit.per_nat,
        mark=(float(study.logits[along.place]), float(along.loss[along.loss.size // 2]) * unit.per_nat),
        caption=caption.format(unit=unit.label, name=escaped(study.names[along.place])),
    )


def _saturated(study: GradStudy) -> RenderableType:
    saturated = study.saturated
    return Group(
        _("A softmax that is sure and wrong: z = {logits}, class 0 is right.").format(logits=vector(SATURATED)),
        f"   ∂CE/∂z = {vector(saturated.cross_entropy)}",
        f"   ∂(½Σ(p − q)²)/∂z = {vector(saturated.squared_error)}",
        "",
        Chart(
            saturated.lead,
            saturated.losses,
            mark=None,
            caption=_("the loss over the lead z_0 − z_1. c: CE in nats, s: ½Σ(p − q)²"),
            letters="cs",
        ),
        "",
        _(
            "On the left, s is level: the squared error's gradient keeps the Jacobian's vanishing factor p(1 − p), "
            "which cross-entropy's 1/p cancels."
        ),
    )
