"""Questions on the gradient: what the off-diagonal does, what the entries add up to, and which h is best."""

import numpy as np

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import about, error_size, number
from sce_cli.study import Question
from sce_cli.topics.grad.study import SATURATED, GradStudy
from sce_cli.translation import _

RELATIVE = 1e-9
"""A relative difference that rounding can explain."""

CLEARLY = 10.0
"""An error that is so many times the least one is clearly larger."""


def neighbour(study: GradStudy) -> Question | None:
    """Ask what the second-likeliest p does when only the likeliest class's logit rises."""
    first, *others = np.argsort(-study.prediction, kind="stable").tolist()
    if not others or study.derivation.jacobian[others[0], first] == 0:
        return None
    second, slope = others[0], study.derivation.jacobian[others[0], first]
    return Question(
        _(
            "Only the logit of class {first} rises, that of class {second} stays. What does the p of class {second} do?"
        ).format(first=escaped(study.names[first]), second=escaped(study.names[second])),
        float(1 + np.sign(slope)),
        _("The p share a sum of 1: {formula} = {slope}.").format(
            formula=f"∂p_{second}/∂z_{first} = −p_{second}·p_{first}", slope=number(slope)
        ),
        choices=(_("It falls."), _("It stays, as its logit does."), _("It rises.")),
    )


def diagonal(study: GradStudy) -> Question | None:
    """Ask which entries come out right when only the Jacobian's diagonal is used."""
    free, chain = np.isfinite(study.logits), study.derivation.chain
    gradient, kept = chain.sum(axis=1)[free], chain.diagonal()[free]
    right = np.abs(gradient - kept) <= RELATIVE * np.maximum(np.abs(gradient), np.abs(kept))
    one_hot = np.count_nonzero(study.target) == 1
    if right.sum() != one_hot or right.all():  # where an entry underflows, float64 can't tell
        return None
    label = int(study.target.argmax())
    name = escaped(study.names[label])
    why = _("Each entry also needs what the other targets send through the off-diagonal −p_i·p_j.")
    if one_hot:
        why = _("The others get all of their gradient from class {name}, through the off-diagonal −p_{label}·p_j.")
    return Question(
        _("Someone keeps only the diagonal of the Jacobian, i = j. Which entries of ∂CE/∂z come out right?"),
        float(2 - right.sum()),
        why.format(name=name, label=label),
        choices=(_("all"), _("only that of class {label}").format(label=name), _("none")),
    )


def total(study: GradStudy) -> Question | None:
    """Ask what the gradient's entries add up to."""
    if np.isfinite(study.logits).sum() < 2:
        return None
    weight, added = float(study.target.sum()), float(study.derivation.chain.sum())
    return Question(
        _("Whatever z and q are: what do the entries of ∂CE/∂z add up to?"),
        0.0 if abs(added) <= RELATIVE * weight else added,
        _("p·Σq and q have the same sum, for p sums to 1: a common shift of all logits changes nothing."),
        tolerance=0.05 * weight,
    )


def mistake(study: GradStudy) -> Question | None:
    """Ask whether finite differences find the mistake that was planted."""
    if not study.bug:
        return None
    why = _("At this point the mistake changes nothing, or too little.")
    if study.comparison.wrong:
        why = _("They know nothing of the formula, and the relative error beside them is {error}.").format(
            error=about(study.comparison.relative_error.max())
        )
    return Question(
        _("A mistake is planted, {bug}. Will finite differences of the loss show it here?").format(
            bug=escaped(study.bug)
        ),
        float(not study.comparison.wrong),
        why,
        choices=(_("Yes."), _("No.")),
    )


def step_size(study: GradStudy) -> Question | None:
    """Ask whether an ever smaller h gives an ever smaller error."""
    sizes = study.steps.size
    errors = np.maximum(study.steps.error, np.finfo(study.comparison.precision).eps)  # below it, chance rules
    least = errors.min()
    if errors[-1] <= CLEARLY * least:
        return None
    rises, flat = errors[0] > CLEARLY * least, errors[errors.size // 4] <= CLEARLY * least
    why = _("Nothing is subtracted in a complex step, so nothing cancels, and only truncation is left to vanish.")
    if rises:
        why = _(
            "The two losses become so alike that rounding drowns their difference, of the size of ε/h; the best h is "
            "about {step}."
        ).format(step=about(sizes[errors.argmin()], 1))
    return Question(
        _(
            "h becomes ever smaller, from {largest} to {smallest}. What does the error of the finite difference do?"
        ).format(largest=about(sizes[-1], 1), smallest=about(sizes[0], 1)),
        float(1 if rises else 2 if flat else 0),
        why,
        choices=(_("It falls all the way."), _("It falls, then rises again."), _("It falls, then stays small.")),
    )


def saturated(study: GradStudy) -> Question:
    """Ask which loss still has a gradient where the softmax is sure and wrong."""
    gradients = (study.saturated.cross_entropy, study.saturated.squared_error)
    sizes = [float(np.abs(gradient).max()) for gradient in gradients]
    ratio = sizes[0] / sizes[1]
    return Question(
        _(
            "A softmax is sure and wrong: z = {logits}, and class 0 is right. "
            "Which loss pushes harder, CE or ½Σ(p − q)²?"
        ).format(logits=f"({SATURATED[0]:g}, {SATURATED[1]:g})"),
        float(0 if ratio > CLEARLY else 1 if ratio < 1 / CLEARLY else 2),
        _("CE's largest entry is {size}, the squared error's {other}: its factor p(1 − p) vanishes.").format(
            size=number(sizes[0]), other=error_size(sizes[1])
        ),
        choices=("CE", "½Σ(p − q)²", _("both about the same")),
    )
