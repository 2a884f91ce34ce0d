"""Questions on the gradient: what the off-diagonal does, what the entries add up to, and which h is best."""

import numpy as np

from sce_cli.drawing.markup import escaped
from sce_cli.drawing.numbers import number
from sce_cli.study import Question
from sce_cli.topics.grad.study import SATURATED, GradStudy

RELATIVE = 1e-9
"""A relative difference that rounding can explain."""

CLEARLY = 10.0
"""An error that is so many times the least one is clearly larger."""


def neighbour(study: GradStudy) -> Question | None:
    """Ask what the second-likeliest p does when only the likeliest class's logit rises."""
    first, *others = np.argsort(-study.prediction, kind="stable").tolist()
    if not others or study.jacobian[others[0], first] == 0:
        return None
    second, slope = others[0], study.jacobian[others[0], first]
    return Question(
        f"Only the logit of class {first} rises, that of class {second} stays. What does the p of class {second} do?",
        float(1 + np.sign(slope)),
        f"The p share a sum of 1: ∂p_{second}/∂z_{first} = −p_{second}·p_{first} = {number(slope)}.",
        choices=("It falls.", "It stays, as its logit does.", "It rises."),
    )


def diagonal(study: GradStudy) -> Question | None:
    """Ask which entries come out right when only the Jacobian's diagonal is used."""
    free = np.isfinite(study.logits)
    gradient, kept = study.chain.sum(axis=1)[free], study.chain.diagonal()[free]
    right = np.abs(gradient - kept) <= RELATIVE * np.maximum(np.abs(gradient), np.abs(kept))
    one_hot = np.count_nonzero(study.target) == 1
    if right.sum() != one_hot or right.all():  # where an entry underflows, float64 can't tell
        return None
    label = int(study.target.argmax())
    why = f"The others get all of their gradient from class {label}, through the off-diagonal −p_i·p_{label}."
    if not one_hot:
        why = "Each entry also needs what the other targets send through the off-diagonal −p_i·p_j."
    return Question(
        "Someone keeps only the diagonal of the Jacobian, i = j. Which entries of ∂CE/∂z come out right?",
        float(2 - right.sum()),
        why,
        choices=("all", f"only that of class {label}", "none"),
    )


def total(study: GradStudy) -> Question | None:
    """Ask what the gradient's entries add up to."""
    if np.isfinite(study.logits).sum() < 2:
        return None
    weight, added = float(study.target.sum()), float(study.chain.sum())
    return Question(
        "Whatever z and q are: what do the entries of ∂CE/∂z add up to?",
        0.0 if abs(added) <= RELATIVE * weight else added,
        "p·Σq and q have the same sum, for p sums to 1: a common shift of all logits changes nothing.",
        tolerance=0.05 * weight,
    )


def mistake(study: GradStudy) -> Question | None:
    """Ask whether finite differences find the mistake that was planted."""
    if not study.bug:
        return None
    found = f"They know nothing of the formula, and the relative error beside them is {study.relative_error.max():.2g}."
    return Question(
        f"A mistake is planted, {escaped(study.bug)}. Will finite differences of the loss show it here?",
        float(not study.wrong),
        found if study.wrong else "At this point the mistake changes nothing, or too little.",
        choices=("Yes.", "No."),
    )


def step_size(study: GradStudy) -> Question | None:
    """Ask whether an ever smaller h gives an ever smaller error."""
    sizes = study.step_sizes
    errors = np.maximum(study.step_errors, np.finfo(study.precision).eps)  # below it, differences are chance
    least = errors.min()
    if errors[-1] <= CLEARLY * least:
        return None
    rises, flat = errors[0] > CLEARLY * least, errors[errors.size // 4] <= CLEARLY * least
    why = "Nothing is subtracted in a complex step, so nothing cancels, and only truncation is left to vanish."
    if rises:
        why = (
            "The two losses become so alike that rounding drowns their difference, of the size of ε/h; the best h is "
            f"about {sizes[errors.argmin()]:.0e}."
        )
    return Question(
        f"h becomes ever smaller, from {sizes[-1]:.0e} to {sizes[0]:.0e}. What does the error of the finite difference "
        "do?",
        float(1 if rises else 2 if flat else 0),
        why,
        choices=("It falls all the way.", "It falls, then rises again.", "It falls, then stays small."),
    )


def saturated(study: GradStudy) -> Question:
    """Ask which loss still has a gradient where the softmax is sure and wrong."""
    sizes = [float(np.abs(g).max()) for g in (study.saturated_gradient, study.saturated_squared_gradient)]
    ratio = sizes[0] / sizes[1]
    return Question(
        f"A softmax is sure and wrong: z = ({SATURATED[0]:g}, {SATURATED[1]:g}), and class 0 is right. Which loss "
        "pushes harder, CE or ½Σ(p − q)²?",
        float(0 if ratio > CLEARLY else 1 if ratio < 1 / CLEARLY else 2),
        f"CE's largest entry is {number(sizes[0])}, the squared error's {sizes[1]:.1e}: its factor p(1 − p) vanishes.",
        choices=("CE", "½Σ(p − q)²", "both about the same"),
    )
