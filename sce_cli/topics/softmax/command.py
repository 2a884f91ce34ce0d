"""`sce softmax`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli.errors import SceError
from sce_cli.options import DEFAULT_LOGITS, Logits, Names, check_classes, joined
from sce_cli.parsers import bounded
from sce_cli.study import Explained, View
from sce_cli.translation import _

HELP = """\
Turn scores into probabilities: what softmax keeps, what it loses, and how it fails when written naively.

Example: sce softmax 2 1 0.1 --temperature 0.5
"""

DEFAULT_TEMPERATURE = 1.0

Temperature = Annotated[
    float | None,
    typer.Option(
        parser=bounded("--temperature", "a positive finite number", "Give one, as in --temperature 0.5.", above=True),
        metavar="T",
        help="The temperature T > 0 that the logits are divided by.",
        show_default=f"{DEFAULT_TEMPERATURE:g}",
    ),
]


def command(logits: Logits = None, temperature: Temperature = None, names: Names = None) -> Explained:
    """Return the study of the scores."""
    named = _named_logits(logits, names)
    from sce_cli.topics.softmax.study import study

    made = study(list(named.values()), tuple(named), temperature or DEFAULT_TEMPERATURE)
    return Explained(made, _view, {"logits": made.logits, "temperature": made.temperature, "names": made.names})


def _view() -> View:
    from sce_cli.topics.softmax.view import SoftmaxView

    return SoftmaxView()


def _named_logits(logits: Sequence[float] | None, names: Sequence[str] | None) -> dict[str, float]:
    """Return each class's logit by its name; without names the classes are numbered from 0."""
    scores = tuple(logits or DEFAULT_LOGITS)
    check_classes(f"logits {joined(scores)}", len(scores), names)
    if max(scores) == -math.inf:
        raise SceError(
            _("logits {scores}: every class is masked.").format(scores=joined(scores)),
            _("Give at least one finite logit."),
        )
    return dict(zip(names or map(str, range(len(scores))), scores, strict=True))
