"""The target as weights, one for each class, and how weights become a distribution."""

import math
from typing import Annotated

import typer

from sce_cli.parsers.weights import Weights, weights
from sce_cli.translation import _

Target = Annotated[
    Weights | None,
    typer.Option(
        "--target", parser=weights("--target"), metavar="Q,Q,...", help="The target q: a weight for each class, or 2:1."
    ),
]


def divided(option: str, given_weights: Weights) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return weights, divided by their sum where a ratio or rounding asks for it, and the sentence that says so."""
    total = sum(given_weights.values)
    if math.isclose(total, 1, rel_tol=1e-12) or not (given_weights.ratio or given_weights.rounded):
        return given_weights.values, ()
    ratio = _("{option} {weights} is a ratio: each number is divided by their sum, {sum}.")
    rounded = _("{option} {weights} is rounded: it sums to {sum}, and each number is divided by that.")
    said = (ratio if given_weights.ratio else rounded).format(option=option, weights=given_weights, sum=f"{total:.8g}")
    return tuple(value / total for value in given_weights.values), (said,)


def fitted(given_weights: Weights, classes: int) -> str:
    """Return weights for so many classes as they are typed: with 0 for those that lack one, or without the last."""
    typed = [*given_weights.typed, *["0"] * classes][:classes]
    return ",".join(typed) if sum(given_weights.values[:classes]) > 0 else even(classes)


def even(classes: int) -> str:
    """Return how the uniform distribution is typed."""
    return ",".join([f"1/{classes}"] * classes) if classes > 2 else ",".join(["0.5", "0.5"][:classes]) or "1"
