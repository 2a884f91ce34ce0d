"""`sce mle`: its options, the rules between them, and its body."""

from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli.errors import SceError
from sce_cli.options import Names, check_classes, joined, only_one
from sce_cli.parsers import listed, whole
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _

HELP = """\
Derive the maximum likelihood estimate from drawn balls, and why it is cross-entropy.

Without arguments: six white balls and four black ones.

Example: sce mle --counts 5,3,2 --names red,green,blue
"""

ARTICLE = {"white": 6, "black": 4}
"""The ten balls of the article that the topics follow."""

MOST_BALLS = 2**53
"""The largest count that the core holds exactly."""

BALLS = N_("a whole number of balls")

White = Annotated[
    int | None,
    typer.Option(parser=whole("--white", BALLS, 0, MOST_BALLS), metavar="N", help="White balls drawn."),
]
Black = Annotated[
    int | None,
    typer.Option(parser=whole("--black", BALLS, 0, MOST_BALLS), metavar="N", help="Black balls drawn."),
]
Counts = Annotated[
    Sequence[int] | None,
    typer.Option(
        parser=listed("--counts", whole("--counts", BALLS, 0, MOST_BALLS)),
        metavar="N,N,...",
        help="Balls drawn of each colour, for any number of colours.",
    ),
]


def command(white: White = None, black: Black = None, counts: Counts = None, names: Names = None) -> Explained:
    """Return the study of the balls that were drawn."""
    drawn = _colours(white, black, counts, names)
    from sce_cli.topics.mle.study import study

    made = study(list(drawn.values()), tuple(drawn))
    return Explained(made, _view, {"counts": made.counts, "names": made.names})


def _view() -> View:
    from sce_cli.topics.mle.view import MleView

    return MleView()


def _colours(
    white: int | None, black: int | None, counts: Sequence[int] | None, names: Sequence[str] | None
) -> dict[str, int]:
    """Return how many balls of each colour were drawn, from either form of the command line."""
    first = "--black" if white is None else "--white"
    only_one({first: black if white is None else white, "--counts": counts})
    drawn = _white_and_black(white, black, names) if counts is None else _counted(counts, names)
    if not 0 < sum(drawn.values()) <= MOST_BALLS:
        two = _("--white {white} and --black {black} make {total} balls.")
        many = _("--counts {counts} make {total} balls.")
        said = (two if counts is None else many).format(
            white=white, black=black, counts=joined(counts or ()), total=sum(drawn.values())
        )
        raise SceError(said, _("Draw at least one ball and at most 2^53 = {most}.").format(most=MOST_BALLS))
    return drawn


def _white_and_black(white: int | None, black: int | None, names: Sequence[str] | None) -> dict[str, int]:
    if names is not None:
        raise SceError(
            _("--names {names} has no --counts to name.").format(names=joined(names)),
            _("Give both: --counts 6,4 --names white,black."),
        )
    if white is None and black is None:
        return ARTICLE
    if white is None or black is None:
        said, missing = (f"--black {black}", "--white") if white is None else (f"--white {white}", "--black")
        raise SceError(
            _("{missing} is missing beside {said}.").format(missing=missing, said=said),
            _("Add {missing} N; N may be 0.").format(missing=missing),
        )
    return {"white": white, "black": black}


def _counted(counts: Sequence[int], names: Sequence[str] | None) -> dict[str, int]:
    if len(counts) < 2:
        raise SceError(
            _("--counts {counts} has one colour only.").format(counts=joined(counts)),
            _("Give at least two, as in --counts 6,4."),
        )
    check_classes(f"--counts {joined(counts)}", len(counts), names)
    return dict(zip(names or (f"colour {index}" for index in range(1, len(counts) + 1)), counts, strict=True))
