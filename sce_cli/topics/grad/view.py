"""The gradient of softmax and cross-entropy in nine steps, and its figure."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType

from sce_cli.drawing.chart import Chart
from sce_cli.drawing.numbers import entry, error_size, number, quantity, vector
from sce_cli.drawing.tables import table
from sce_cli.study import Step, View
from sce_cli.topics.grad import questions as ask
from sce_cli.topics.grad.settings import BUGS
from sce_cli.topics.grad.study import APPROXIMATION, SATURATED, GradStudy
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDEST_MATRIX = 4
"""Columns of a matrix that are shown."""

FORMULAS = {
    "central": "(CE(z + h) − CE(z − h)) / 2h",
    "forward": "(CE(z + h) − CE(z)) / h",
    "complex": "Im CE(z + ih) / h",
}
TRUNCATION = {"central": "h²", "forward": "h", "complex": "h²"}
THEORY = {"central": "ε^(1/3)", "forward": "ε^(1/2)", "complex": "as small as one likes"}

UNTRUNCATED = 1e-6
"""A relative error at the largest step that rounding alone explains, in float32 too."""


class GradView(View):
    """The gradient in nine steps."""

    def title(self, study: GradStudy) -> str:
        """Say at which point the gradient is taken."""
        return f"The gradient of cross-entropy at z = {vector(study.logits)}, q = {vector(study.target)}"

    def steps(self, study: GradStudy, unit: Unit) -> list[Step]:
        """Explain the forward pass, the chain rule and its collapse, the comparison, and what follows."""
        return [
            Step("Forward: logits, softmax, cross-entropy", _forward(study, unit)),
            Step("The softmax's Jacobian", _jacobian(study), ask.neighbour(study)),
            Step("Cross-entropy by the probabilities", _by_probabilities(study)),
            Step("The chain rule, term by term", _chain(study), ask.diagonal(study)),
            Step("It collapses to p·Σq − q", _collapsed(study), ask.total(study)),
            Step("Finite differences beside it", _comparison(study), ask.mistake(study)),
            Step("Which step size is best", _step_sizes(study), ask.step_size(study)),
            Step("The same matrix is the second derivative", _curvature(study)),
            Step("Why not the squared error", _saturated(study), ask.saturated(study)),
        ]

    def result(self, study: GradStudy, unit: Unit) -> str:
        """Return the gradient, or what is wrong with it, in one line."""
        if study.wrong:
            return f"{_classes(study.wrong)} off: {_cause(study)}"
        hidden = f"; the planted mistake, {study.bug}, doesn't show here" if study.bug else ""
        return f"∂CE/∂z = p·Σq − q = {vector(study.analytic)}{hidden}"

    def figures(self) -> Mapping[str, Callable[[Any, Unit], "Figure"]]:
        """Return the figures."""
        return {"plot": figure}


def _forward(study: GradStudy, unit: Unit) -> RenderableType:
    columns = (study.logits, study.prediction, study.target, study.surprise * unit.per_nat)
    rows = [(str(k), *map(number, row)) for k, row in enumerate(zip(*columns, strict=True))]
    return Group(
        "   p = softmax(z)",
        f"   CE(q, p) = −Σ q_k {unit.log} p_k = {quantity(study.loss, unit)}",
        "",
        table(["class", "z", "p", "q", f"−{unit.log} p in {unit.label}"], rows),
        *(["", "The gradients below are in nats per unit of logit."] if unit is not Unit.NATS else []),
    )


def _jacobian(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂p_i/∂z_j = p_i·(1 − p_i)   where i = j",
        "   ∂p_i/∂z_j = −p_i·p_j        elsewhere",
        "",
        _matrix(study.jacobian, "sum"),
        "",
        "Symmetric, and every row sums to 0: what one class gains, the others lose.",
    )


def _by_probabilities(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂CE/∂p_j = −q_j/p_j",
        f"   ∂CE/∂p = {vector(study.probability_gradient)}",
        "Only a class with q_j > 0 counts; the less it was expected, the more.",
    )


def _chain(study: GradStudy) -> RenderableType:
    return Group(
        "   ∂CE/∂z_i = Σ_j ∂CE/∂p_j · ∂p_j/∂z_i",
        "",
        _matrix(study.chain, "∂CE/∂z_i"),
    )


def _collapsed(study: GradStudy) -> RenderableType:
    total = float(study.target.sum())
    shown = number(round(total, 12))  # 0.7 + 0.2 + 0.1 misses 1 by rounding
    lines = [
        "   Σ_j (−q_j/p_j)·p_j·(δ_ij − p_i) = p_i·Σ_j q_j − q_i",
        f"   Σ q = {shown}:  ∂CE/∂z = {'p − q' if abs(total - 1) < 1e-6 else f'{shown}·p − q'}",
        f"   [bold]∂CE/∂z = {vector(study.chain.sum(axis=1))}[/]",
        "p_j cancels, so nothing blows up. The entries sum to 0: to shift all logits changes nothing.",
    ]
    if study.bug:
        planted = f"[bold red]Planted mistake, {study.bug}:[/] {BUGS[study.bug]}."
        lines += ["", planted, f"   ∂CE/∂z = {vector(study.analytic)}   (wrong)"]
    return Group(*lines)


def _comparison(study: GradStudy) -> RenderableType:
    columns = (study.analytic, study.numeric, study.absolute_error, study.relative_error)
    rows = [
        (
            str(k),
            number(a, 4),
            number(n, 4),
            error_size(far),
            error_size(relative),
            "✗" if k in study.wrong else "✓",
        )
        for k, (a, n, far, relative) in enumerate(zip(*columns, strict=True))
    ]
    hidden = study.bug and not study.wrong
    rounding = "ε" if study.method == "complex" else "ε/h"
    return Group(
        f"   {FORMULAS[study.method]},  h = {study.step:.2g},  {study.precision}",
        "",
        table(["class", "analytic", "numeric", "absolute", "relative", ""], rows, words=(5,)),
        "",
        "The relative error is relative to the largest entry, or to CE/10 where that is larger. "
        f"Allowed: {error_size(study.tolerance)}, well above truncation, {TRUNCATION[study.method]}, and rounding, "
        f"{rounding}, at the best step. A mistake in a formula is usually of the size of 1.",
        *_random(study),
        *([f"[bold red]✗ {_classes(study.wrong)} off:[/] {_cause(study)}."] if study.wrong else []),
        *(
            ["The planted mistake doesn't show here: at this point it changes nothing, or too little."]
            if hidden
            else []
        ),
    )


def _random(study: GradStudy) -> list[str]:
    errors = study.random_errors
    if not errors.size:
        return []
    return [
        f"This is the worst of {errors.size:,} random points: relative error {error_size(errors.max())}, "
        f"where the median is {error_size(float(np.median(errors)))}."
    ]


def _cause(study: GradStudy) -> str:
    if study.bug:
        return BUGS[study.bug]
    ratio = study.step / study.best_step
    if ratio > 1:
        return f"h = {study.step:.2g} is {ratio:.2g} times the best step, so the curve bends within it (truncation)"
    return f"h = {study.step:.2g} is {ratio:.2g} of the best step, so what is left of the difference is rounding"


def _step_sizes(study: GradStudy) -> RenderableType:
    sizes, errors = study.step_sizes, np.log10(np.maximum(study.step_errors, 1e-17))
    best = int(errors.argmin())
    sides = f"To the right truncation grows as {TRUNCATION[study.method]}, to the left rounding grows as ε/h."
    if study.method == "complex":
        sides = "Nothing is subtracted, so nothing cancels: only truncation, h², is left."
    if study.step_errors.min() == 0 and study.step_errors[-1] < UNTRUNCATED:
        return Group(
            f"   theory: h = {THEORY[study.method]}, here 2^{round(np.log2(study.best_step))} = {study.best_step:.1e}",
            "Here CE is straight or symmetric around z, so nothing is truncated: some steps show no error at all.",
        )
    return Group(
        sides,
        f"   theory: h = {THEORY[study.method]}, here 2^{round(np.log2(study.best_step))} = {study.best_step:.1e}",
        f"   least error: {error_size(study.step_errors[best])} at h = {sizes[best]:.1e}",
        "",
        Chart(
            np.log10(sizes),
            errors,
            mark=(float(np.log10(sizes[best])), float(errors[best])),
            caption="log₁₀ of the relative error over log₁₀ of h; ● the best h",
        ),
    )


def _curvature(study: GradStudy) -> RenderableType:
    flat = np.abs(study.eigenvalues) <= 1e-14 * max(float(study.eigenvalues.max()), 1e-300)
    zeros = "The 0 belongs to a shift of all logits."
    if flat.sum() > 1:
        zeros = "One 0 belongs to a shift of all logits, the others to classes that are masked or that p rules out."
    return Group(
        "   ∂²CE/∂z² = Σq·(diag(p) − p pᵀ) = Σq·∂p/∂z",
        f"   eigenvalues of ∂p/∂z: {vector(np.where(flat, 0, np.abs(study.eigenvalues)))}",
        f"None is negative: CE is convex in the logits. {zeros}",
    )


def _saturated(study: GradStudy) -> RenderableType:
    return Group(
        f"A softmax that is sure and wrong: z = {vector(SATURATED)}, class 0 is right.",
        f"   ∂CE/∂z = {vector(study.saturated_gradient)}",
        f"   ∂(½Σ(p − q)²)/∂z = {vector(study.saturated_squared_gradient)}",
        "The squared error's gradient keeps the Jacobian's vanishing factor p(1 − p); cross-entropy's 1/p cancels it.",
    )


def _matrix(matrix: NDArray[np.floating], total: str) -> RenderableType:
    """Return a matrix with the sum of each row; of a large one the first columns."""
    shown = matrix.shape[1] if matrix.shape[1] <= WIDEST_MATRIX else WIDEST_MATRIX - 1
    more = ["…"] if matrix.shape[1] > shown else []
    totals = np.where(np.abs(matrix.sum(axis=1)) <= 1e-14 * np.abs(matrix).max(), 0, matrix.sum(axis=1))
    rows = [
        (f"i = {i}", *map(entry, row[:shown]), *more, entry(row[-1]))
        for i, row in enumerate(np.column_stack([matrix, totals]))
    ]
    return table(["", *(f"j = {j}" for j in range(shown)), *more, total], rows)


def _classes(indices: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, indices[:6])) + (", …" if len(indices) > 6 else "")
    return f"Class {shown} is" if len(indices) == 1 else f"Classes {shown} are"


def figure(study: GradStudy, unit: Unit) -> "Figure":
    """Draw the Jacobian, the two gradients side by side, and the error over the step size."""
    from sce_cli.drawing.plot import panels

    drawing, (left, middle, right) = panels(3, f"The gradient of cross-entropy at z = {vector(study.logits)}")
    classes, limit = np.arange(study.logits.size), float(np.abs(study.jacobian).max()) or 1.0
    drawing.colorbar(left.imshow(study.jacobian, cmap="PuOr", vmin=-limit, vmax=limit), ax=left, shrink=0.8)
    left.set_title("Jacobian ∂p_i/∂z_j")
    left.grid(visible=False)
    left.set_ylabel("i")
    left.set_xlabel("j")
    middle.bar(classes - 0.2, study.analytic, width=0.4, label="analytic", color="C0")
    middle.bar(classes + 0.2, study.numeric, width=0.4, label="numeric", color="C1", hatch="//")
    middle.set_title("∂CE/∂z, nats per unit of logit")
    middle.set_xlabel("class")
    middle.legend()
    right.loglog(study.step_sizes, np.maximum(study.step_errors, 1e-17))
    right.axvline(study.best_step, color="C2", linestyle=":", label="best h in theory")
    right.set_title(f"relative error, {APPROXIMATION[study.method]}")
    right.set_xlabel("step size h")
    right.legend()
    if classes.size <= 12:
        left.set_xticks(classes)
        left.set_yticks(classes)
        middle.set_xticks(classes)
    return drawing
