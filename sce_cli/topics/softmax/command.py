"""`sce softmax`: its options, the rules between them, and its body."""

from typing import Annotated

import typer

from sce_cli.options.classes import Names
from sce_cli.options.logits import Logits, LogitsOption, read_logits
from sce_cli.parsers.numbers import bounded
from sce_cli.study import Explained, View
from sce_cli.translation import N_

HELP = """\
Turn scores into probabilities: what softmax keeps, what it loses, and how it fails when written naively.

Example: sce softmax 2 1 0.1 --temperature 0.5
"""

DEFAULT_TEMPERATURE = 1.0

Temperature = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--temperature",
            N_("a positive finite number"),
            N_("Give one, as in --temperature 0.5."),
            above=True,
        ),
        metavar="T",
        help="The temperature T > 0 that the logits are divided by.",
        show_default=f"{DEFAULT_TEMPERATURE:g}",
    ),
]


def command(
    words: Logits = None, logits: LogitsOption = None, temperature: Temperature = None, names: Names = None
) -> Explained:
    """Return the study of the scores."""
    scores = read_logits(words, logits, names)
    from sce_cli.topics.softmax.study import study

    made = study(scores.logits, scores.names, temperature or DEFAULT_TEMPERATURE)
    understood = {"logits": made.logits, "temperature": made.temperature, "names": made.names}
    return Explained(made, _view, understood)


def _view() -> View:
    from sce_cli.topics.softmax.view import SoftmaxView

    return SoftmaxView()
