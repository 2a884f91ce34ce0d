"""The figure of `sce grad`, and its panels one by one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sce_cli.drawing.numbers import vector
from sce_cli.topics.grad.study import GradStudy
from sce_cli.translation import N_, _
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHADED, MOST_NAMED = 60, 12
"""Classes up to which the whole Jacobian is shown, and up to which each class bears its name."""

LONGEST_LINE = 20
"""Characters of all columns' names, were they as long as the longest; where there are more, numbers stand for them."""

ERRORS = {
    "central": N_("relative error, central difference"),
    "forward": N_("relative error, forward difference"),
    "complex": N_("relative error, complex step"),
}


def figure(study: GradStudy, unit: Unit) -> "Figure":
    """Draw the Jacobian, the two gradients, and the error over the step size."""
    from sce_cli.drawing.plot import panels

    title = _("The gradient of cross-entropy at z = {logits}").format(logits=vector(study.logits))
    drawing, (left, middle, right) = panels(3, title)
    draw_jacobian(left, study, unit)
    draw_gradients(middle, study, unit)
    draw_steps(right, study, unit)
    return drawing


def panels() -> Mapping[int, Callable[[Any, Unit], "Figure"]]:
    """Return what draws the panels that belong to steps, by the steps' numbers."""
    from sce_cli.drawing.plot import alone

    return {2: alone(draw_jacobian), 6: alone(draw_gradients), 7: alone(draw_steps)}


def draw_jacobian(axes: "Axes", study: GradStudy, unit: Unit) -> None:
    """Draw the matrix as shades; of very many classes the part of the likeliest, as the others' would be too fine."""
    from sce_cli.drawing.plot import short, signed_matrix

    classes = np.arange(study.logits.size)
    title = _("Jacobian ∂p_i/∂z_j")
    if classes.size > MOST_SHADED:
        classes = np.sort(np.argsort(-study.prediction, kind="stable")[:MOST_NAMED])
        title = _("Jacobian, the {count} likeliest").format(count=classes.size)
    signed_matrix(axes, study.derivation.jacobian[np.ix_(classes, classes)])
    axes.set_title(title)
    axes.set_ylabel("p_i", rotation=0, labelpad=14)
    axes.set_xlabel("z_j")
    if classes.size <= MOST_NAMED:
        names = [short(study.names[k]) for k in classes]
        if max(map(len, names)) * len(names) > LONGEST_LINE:
            names = list(map(str, classes))
        axes.set_xticks(range(classes.size), names, rotation=90 * (max(map(len, names)) * len(names) > LONGEST_LINE))
        axes.set_yticks(range(classes.size), names)


def draw_gradients(axes: "Axes", study: GradStudy, unit: Unit) -> None:
    """Draw the gradient as bars and its differences as marks on them; of many classes outlines, which stay visible."""
    from sce_cli.drawing.plot import name_columns

    compared, classes = study.comparison, np.arange(study.comparison.analytic.size)
    if classes.size <= MOST_NAMED:
        axes.bar(classes, compared.analytic, width=0.7, color="C0")
        axes.plot(classes, compared.numeric, "D", color="black", markersize=9)
        name_columns(axes, study.names, 8)
        axes.set_xlabel(_("bars: analytic, ◆: numeric"))
    else:
        axes.plot(compared.analytic, drawstyle="steps-mid")
        axes.plot(compared.numeric, drawstyle="steps-mid")
        axes.set_xlabel(_("solid: analytic, dashed: numeric"))
    axes.axhline(0, color="0.2", linestyle="-", linewidth=1)
    axes.set_axisbelow(True)
    axes.grid(visible=False, axis="x")
    axes.set_title(_("∂CE/∂z, nats per unit of logit"))


def draw_steps(axes: "Axes", study: GradStudy, unit: Unit) -> None:
    """Draw the error over the step size, and where theory puts the best one."""
    compared = study.comparison
    axes.loglog(study.steps.size, np.maximum(study.steps.error, 1e-17))
    axes.set_title(_(ERRORS[compared.method]))
    axes.set_xlabel("h")
    if compared.method != "complex":  # there any small one is as good
        axes.axvline(compared.best_step, color="0.2", linestyle=":", linewidth=1.5)
        axes.set_xlabel(_("h, dotted: best h in theory"))
