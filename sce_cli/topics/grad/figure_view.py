"""The figure of `sce grad`, and its panels one by one."""

from collections.abc import Callable, Mapping, Sequence
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

LONGEST_NAME, LONGEST_LINE = 10, 20
"""Characters of a name, and of all of them beside each other, were they as long as the longest."""

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
    from sce_cli.drawing.plot import signed_matrix

    classes = np.arange(study.logits.size)
    title = _("Jacobian ∂p_i/∂z_j")
    if classes.size > MOST_SHADED:
        classes = np.sort(np.argsort(-study.prediction, kind="stable")[:MOST_NAMED])
        title = _("Jacobian, the {count} likeliest").format(count=classes.size)
    signed_matrix(axes, study.derivation.jacobian[np.ix_(classes, classes)])
    axes.set_title(title)
    axes.set_ylabel(_("class i of p"))
    axes.set_xlabel(_("class j of z"))
    if classes.size <= MOST_NAMED:
        names = _names(study, classes.tolist())
        _name_below(axes, names)
        axes.set_yticks(range(classes.size), names)


def _names(study: GradStudy, classes: Sequence[int]) -> list[str]:
    from sce_cli.drawing.plot import literal

    names = (study.names[k] for k in classes)
    return [literal(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…") for name in names]


def _name_below(axes: "Axes", names: Sequence[str]) -> None:
    """Put a name below each column, slanting where they would touch."""
    axes.set_xticks(range(len(names)), names)
    if max(map(len, names)) * len(names) > LONGEST_LINE:
        for text in axes.get_xticklabels():
            text.set(rotation=45, horizontalalignment="right", rotation_mode="anchor")


def draw_gradients(axes: "Axes", study: GradStudy, unit: Unit) -> None:
    """Draw the gradient as bars and its differences as marks on them; of many classes outlines, which stay visible."""
    compared, classes = study.comparison, np.arange(study.comparison.analytic.size)
    if classes.size <= MOST_NAMED:
        axes.bar(classes, compared.analytic, width=0.7, color="C0")
        axes.plot(classes, compared.numeric, "D", color="black", markersize=9)
        _name_below(axes, _names(study, classes.tolist()))
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
    axes.axvline(compared.best_step, color="0.2", linestyle=":", linewidth=1.5)
    axes.set_title(_(ERRORS[compared.method]))
    axes.set_xlabel(_("h, dotted: best h in theory"))
