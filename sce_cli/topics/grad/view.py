"""The gradient of softmax and cross-entropy in nine steps, and its figure."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Group, RenderableType

from sce_cli.core.checks import Array
from sce_cli.drawing.chart import Chart
from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import entry, error_size, number, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.grad import questions as ask
from sce_cli.topics.grad.settings import BUGS, COPIES
from sce_cli.topics.grad.study import SATURATED, Comparison, GradStudy
from sce_cli.translation import N_, _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONG = 8
"""Characters of a name that stands upright below a bar."""

WIDEST_MATRIX = 4
"""Columns of a matrix that are shown."""

MOST_SHADED, MOST_TICKS = 60, 12
"""Classes up to which a figure shows the whole Jacobian, and numbers each class."""

FORMULAS = {
    "central": "(CE(z + h) − CE(z − h)) / 2h",
    "forward": "(CE(z + h) − CE(z)) / h",
    "complex": "Im CE(z + ih) / h",
}
TRUNCATION = {"central": "h²", "forward": "h", "complex": "h²"}
THEORY = {"central": "ε^(1/3)", "forward": "ε^(1/2)"}
ERRORS = {
    "central": N_("relative error, central difference"),
    "forward": N_("relative error, forward difference"),
    "complex": N_("relative error, complex step"),
}

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
            Step(_("Which step size is best"), _step_sizes(study), ask.step_size(study)),
            Step(_("The same matrix is the second derivative"), _curvature(study)),
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
        return {"plot": figure}


def _forward(study: GradStudy, unit: Unit) -> RenderableType:
    columns = (study.logits, study.prediction, study.target, study.surprise * unit.per_nat)
    rows = [(escaped(name), *map(number, row)) for name, *row in zip(study.names, *columns, strict=True)]
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
        _matrix(study.derivation.jacobian, _("sum")),
        "",
        _("Symmetric, and every row sums to 0: what one class gains, the others lose."),
    )


def _by_probabilities(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂CE/∂p_j = −q_j/p_j",
        f"   ∂CE/∂p = {vector(study.derivation.probability_gradient)}",
        _("Only a class with q_j > 0 counts; the less it was expected, the more."),
    )


def _chain(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂CE/∂z_i = Σ_j ∂CE/∂p_j · ∂p_j/∂z_i",
        "",
        _matrix(study.derivation.chain, "∂CE/∂z_i"),
    )


def _collapsed(study: GradStudy) -> RenderableType:
    total = float(study.target.sum())
    shown = number(round(total, 12))  # 0.7 + 0.2 + 0.1 misses 1 by rounding
    lines = [
        "   Σ_j (−q_j/p_j)·p_j·(δ_ij − p_i) = p_i·Σ_j q_j − q_i",
        f"   Σ q = {shown}:  ∂CE/∂z = {'p − q' if abs(total - 1) < 1e-6 else f'{shown}·p − q'}",
        f"   [bold]∂CE/∂z = {vector(study.derivation.chain.sum(axis=1))}[/]",
        _("p_j cancels, so nothing blows up. The entries sum to 0: to shift all logits changes nothing."),
    ]
    if study.bug:
        planted = _("[bold red]Planted mistake, {bug}:[/] {cause}.").format(bug=study.bug, cause=_planted(study.bug))
        wrong = _("   ∂CE/∂z = {gradient}   (wrong)").format(gradient=vector(study.comparison.analytic))
        lines += ["", planted, wrong]
    return Group(*lines)


def _comparison(study: GradStudy) -> RenderableType:
    compared = study.comparison
    allowed = _(
        "The relative error is relative to the largest entry, or to CE/10 where that is larger. "
        "Allowed: {tolerance}, well above truncation, {truncation}, and rounding, {rounding}, at the best step. "
        "A mistake in a formula is usually of the size of 1."
    ).format(
        tolerance=error_size(compared.tolerance),
        truncation=TRUNCATION[compared.method],
        rounding="ε" if compared.method == "complex" else "ε/h",
    )
    return Group(
        f"   {FORMULAS[compared.method]},  h = {compared.step:.2g},  {compared.precision}",
        "",
        _compared(compared, study.names),
        "",
        allowed,
        *_random(study),
        *_found(study),
    )


def _compared(compared: Comparison, names: Sequence[str]) -> RenderableType:
    columns = (compared.analytic, compared.numeric, compared.absolute_error, compared.relative_error)
    rows = [
        (
            escaped(names[k]),
            number(a, 4),
            number(n, 4),
            error_size(far),
            error_size(relative),
            "✗" if k in compared.wrong else "✓",
        )
        for k, (a, n, far, relative) in enumerate(zip(*columns, strict=True))
    ]
    headers = [_("class"), _("analytic"), _("numeric"), _("absolute"), _("relative"), ""]
    return table(headers, rows, words=_words(names, 5))


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
    return cause.format(step=f"{step:.2g}", ratio=f"{ratio:.2g}")


def _step_sizes(study: GradStudy) -> RenderableType:
    method, best_step = study.comparison.method, study.comparison.best_step
    sizes, errors = study.steps.size, np.log10(np.maximum(study.steps.error, 1e-17))
    best = int(errors.argmin())
    theory = _("   theory: h = {formula}, here 2^{power} = {step}").format(
        formula=_("as small as one likes") if method == "complex" else THEORY[method],
        power=round(np.log2(best_step)),
        step=f"{best_step:.1e}",
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
            error=error_size(study.steps.error[best]), step=f"{sizes[best]:.1e}"
        ),
        "",
        Chart(
            np.log10(sizes),
            errors,
            mark=(float(np.log10(sizes[best])), float(errors[best])),
            caption=_("log₁₀ of the relative error over log₁₀ of h; ● the best h"),
        ),
    )


def _curvature(study: GradStudy) -> RenderableType:
    eigenvalues = study.derivation.eigenvalues
    flat = np.abs(eigenvalues) <= 1e-14 * max(float(eigenvalues.max()), 1e-300)
    convex = _("None is negative: CE is convex in the logits. The 0 belongs to a shift of all logits.")
    if flat.sum() > 1:
        convex = _(
            "None is negative: CE is convex in the logits. One 0 belongs to a shift of all logits, the others to "
            "classes that are masked or that p rules out."
        )
    return Group(
        "   ∂²CE/∂z² = Σq·(diag(p) − p pᵀ) = Σq·∂p/∂z",
        _("   eigenvalues of ∂p/∂z: {eigenvalues}").format(eigenvalues=vector(np.where(flat, 0, np.abs(eigenvalues)))),
        convex,
    )


def _saturated(study: GradStudy) -> RenderableType:
    return Group(
        _("A softmax that is sure and wrong: z = {logits}, class 0 is right.").format(logits=vector(SATURATED)),
        f"   ∂CE/∂z = {vector(study.saturated.cross_entropy)}",
        f"   ∂(½Σ(p − q)²)/∂z = {vector(study.saturated.squared_error)}",
        _(
            "The squared error's gradient keeps the Jacobian's vanishing factor p(1 − p); "
            "cross-entropy's 1/p cancels it."
        ),
    )


def _matrix(matrix: Array, total: str) -> RenderableType:
    """Return a matrix with the sum of each row; of a large one the first columns."""
    shown = matrix.shape[1] if matrix.shape[1] <= WIDEST_MATRIX else WIDEST_MATRIX - 1
    more = ["…"] if matrix.shape[1] > shown else []
    totals = np.where(np.abs(matrix.sum(axis=1)) <= 1e-14 * np.abs(matrix).max(), 0, matrix.sum(axis=1))
    rows = [
        (f"i = {i}", *map(entry, row[:shown]), *more, entry(row[-1]))
        for i, row in enumerate(np.column_stack([matrix, totals]))
    ]
    return table(["", *(f"j = {j}" for j in range(shown)), *more, total], rows)


def figure(study: GradStudy, unit: Unit) -> "Figure":
    """Draw the Jacobian, the two gradients side by side, and the error over the step size."""
    from sce_cli.drawing.plot import panels

    title = _("The gradient of cross-entropy at z = {logits}").format(logits=vector(study.logits))
    drawing, (left, middle, right) = panels(3, title)
    _draw_jacobian(left, study)
    _draw_gradients(middle, study)
    _draw_steps(right, study)
    return drawing


def _draw_jacobian(axes: "Axes", study: GradStudy) -> None:
    """Draw the matrix as shades; of very many classes the part of the likeliest, as the others' would be too fine."""
    classes = np.arange(study.logits.size)
    title = _("Jacobian ∂p_i/∂z_j")
    if classes.size > MOST_SHADED:
        classes = np.sort(np.argsort(-study.prediction, kind="stable")[:MOST_TICKS])
        title = _("Jacobian, the {count} likeliest").format(count=classes.size)
    jacobian = study.derivation.jacobian[np.ix_(classes, classes)]
    limit = float(np.abs(jacobian).max()) or 1.0
    image = axes.imshow(jacobian, cmap="PuOr", vmin=-limit, vmax=limit)
    axes.figure.colorbar(image, ax=axes, shrink=0.8)
    axes.set_title(title)
    axes.grid(visible=False)
    axes.set_ylabel("i")
    axes.set_xlabel("j")
    if classes.size <= MOST_TICKS:
        axes.set_xticks(range(classes.size), map(str, classes), rotation=90 if classes.max() > 99 else 0)
        axes.set_yticks(range(classes.size), map(str, classes))


def _draw_gradients(axes: "Axes", study: GradStudy) -> None:
    """Draw both gradients, of many classes as outlines, which stay visible where a bar is thinner than a dot."""
    from sce_cli.drawing.plot import literal

    compared, names = study.comparison, [literal(name) for name in study.names]
    classes = np.arange(compared.analytic.size)
    if classes.size <= MOST_TICKS:
        axes.bar(classes - 0.2, compared.analytic, width=0.4, label=_("analytic"), color="C0")
        axes.bar(classes + 0.2, compared.numeric, width=0.4, label=_("numeric"), color="C1", hatch="//")
        axes.set_xticks(classes, names, rotation=0 if max(map(len, names)) < LONG else 90)
    else:
        axes.plot(compared.analytic, drawstyle="steps-mid", label=_("analytic"))
        axes.plot(compared.numeric, drawstyle="steps-mid", label=_("numeric"))
    axes.set_title(_("∂CE/∂z, nats per unit of logit"))
    axes.set_xlabel(_("class"))
    axes.legend()


def _draw_steps(axes: "Axes", study: GradStudy) -> None:
    axes.loglog(study.steps.size, np.maximum(study.steps.error, 1e-17))
    axes.axvline(study.comparison.best_step, color="C2", linestyle=":", label=_("best h in theory"))
    axes.set_title(_(ERRORS[study.comparison.method]))
    axes.set_xlabel(_("step size h"))
    axes.legend()
