"""`sce mle`: its options, the rules between them, and its body."""

from collections.abc import Sequence
from typing import Annotated

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError
from sce_cli.options.classes import check_classes
from sce_cli.options.pairs import named, own_names, values_in
from sce_cli.options.rules import joined, only_one
from sce_cli.parsers.names import name_list
from sce_cli.parsers.numbers import listed, whole
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _

HELP = """\
Derive the maximum likelihood estimate from drawn balls, and why it is cross-entropy.

Without arguments: six white balls and four black ones.

Example: sce mle --counts 5,3,2 --names red,green,blue
"""

ARTICLE = {N_("white"): 6, N_("black"): 4}
"""The ten balls of the article that the topics follow."""

MOST_BALLS = 2**53
"""The largest count that the core holds exactly."""

MOST_SHARED = 1000
"""Balls in counts that stand for a share."""

BALLS = N_("a whole number of balls")

LISTED = listed("--counts", whole("--counts", BALLS, 0, MOST_BALLS))
COUNT = whole("N...", BALLS, 0, MOST_BALLS)

Drawn = Annotated[
    list[str] | None,
    typer.Argument(metavar="N...", help="Balls drawn of each colour, as with --counts.", show_default="6 4"),
]
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
        parser=lambda text: LISTED(numerals.plain(text).replace(":", ",")),
        metavar="N,N,...",
        help="Balls drawn of each colour, for any number of colours.",
    ),
]
Names = Annotated[
    Sequence[str] | None, typer.Option("--names", parser=name_list, metavar="A,B,...", help="Names of the colours.")
]


def command(
    words: Drawn = None, white: White = None, black: Black = None, counts: Counts = None, names: Names = None
) -> Explained:
    """Return the study of the balls that were drawn."""
    only_one({"N...": words or None, "--counts": counts}, _("Give them once"))
    words = _paired(words) if words else words
    pairs = _counts_in(words or ())
    names = own_names([name for name, _count in pairs], words or (), names) if pairs else names
    drawn = _colours(white, black, tuple(count for _name, count in pairs) or counts, names, words)
    from sce_cli.topics.mle.study import study

    made = study(list(drawn.values()), tuple(drawn))
    return Explained(made, _view, {"counts": made.counts, "names": made.names})


def _paired(words: list[str]) -> list[str]:
    """Return counts and names by turns, 6 white 4 black, as pairs; 6:4 as two counts; all else as it is."""
    parts = [part for word in words for part in numerals.values(word.replace("：", ":").replace(":", ","))]
    for counts, names in ((parts[::2], parts[1::2]), (parts[1::2], parts[::2])):
        if len(counts) == len(names) and all(map(numerals.number, counts)) and all(map(_is_name, names)):
            return [f"{name}={count}" for name, count in zip(names, counts, strict=True)]
    return parts if any(":" in numerals.plain(word) for word in words) else words


def _counts_in(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return the counts in words, each with its name; a share alone is answered with counts that have it."""
    try:
        return values_in(words, named(COUNT))
    except SceError as mistake:
        word = words[0]
        share = numerals.exact(word.rpartition("=")[2])
        if len(words) > 1 or share is None or share < 0 or share.denominator > MOST_SHARED:
            raise
        drawn, of = share.numerator, share.denominator
        both = (drawn, of) if "/" in word else (drawn, of - drawn)
        counts = both if min(both) >= 0 and max(both) <= MOST_SHARED else tuple(ARTICLE.values())
        raise SceError(mistake.message, mistake.remedy, Change(word, ",".join(map(str, counts)))) from None


def _is_name(text: str) -> bool:
    return "=" not in text and not numerals.leading(text) and numerals.number(text) is None


def _view() -> View:
    from sce_cli.topics.mle.view import MleView

    return MleView()


def _colours(
    white: int | None,
    black: int | None,
    counts: Sequence[int] | None,
    names: Sequence[str] | None,
    words: Sequence[str] | None,
) -> dict[str, int]:
    """Return how many balls of each colour were drawn, from either form of the command line."""
    first = "--black" if white is None else "--white"
    both = {first: black if white is None else white, "N..." if words else "--counts": counts}
    only_one(both, None, *((Change("--white", None), Change("--black", None)) if words else ()))
    drawn = _white_and_black(white, black, names) if counts is None else _counted(counts, names)
    if not 0 < sum(drawn.values()) <= MOST_BALLS:
        two = _("--white {white} and --black {black} make {total} balls.")
        many = _("--counts {counts} make {total} balls.")
        said = (two if counts is None else many).format(
            white=white, black=black, counts=joined(counts or ()), total=sum(drawn.values())
        )
        raise SceError(
            said,
            _("Draw at least one ball and at most 2^53 = {most}").format(most=MOST_BALLS),
            *_fewer([*drawn.values()], counts is None, words),
        )
    return drawn


def _fewer(counts: Sequence[int], two: bool, words: Sequence[str] | None) -> list[Change]:
    """Return the changes that lead to one ball, or to as many as there may be."""
    total = sum(counts)
    fewer = [count * MOST_BALLS // total for count in counts] if total else [1, *counts[1:]]
    if two:
        return [Change("--white", str(fewer[0])), Change("--black", str(fewer[1]))]
    text, first, *others = ",".join(map(str, fewer)), *(words or ("--counts",))
    return [Change(first, text), *(Change(word, None) for word in others)]


def _white_and_black(white: int | None, black: int | None, names: Sequence[str] | None) -> dict[str, int]:
    if white is None and black is None:
        if names is not None:
            many = ["6", "4", *("1" for _name in names[2:])][: len(names)]
            raise SceError(
                _("--names {names} has no --counts to name.").format(names=joined(names)),
                _("Give both"),
                Change("--counts", ",".join(many)),
            )
        return dict(zip(_white_and_black_called(), ARTICLE.values(), strict=True))
    if white is None or black is None:
        said, missing = (f"--black {black}", "--white") if white is None else (f"--white {white}", "--black")
        raise SceError(
            _("{missing} is missing beside {said}.").format(missing=missing, said=said),
            _("Add {missing} N; N may be 0").format(missing=missing),
            Change(missing, "4" if white is None or white < MOST_BALLS else "0"),
        )
    check_classes(f"--white {white} --black {black}", 2, names)
    return dict(zip(names or _white_and_black_called(), (white, black), strict=True))


def _white_and_black_called() -> tuple[str, ...]:
    return tuple(map(_, ARTICLE))


def _counted(counts: Sequence[int], names: Sequence[str] | None) -> dict[str, int]:
    if len(counts) < 2:
        raise SceError(
            _("{counts} balls are of one colour only.").format(counts=joined(counts)),
            _("Give at least two"),
            Change("--counts", f"{counts[0]},4", str(counts[0])),
        )
    check_classes(f"--counts {joined(counts)}", len(counts), names)
    two = _white_and_black_called() if len(counts) == len(ARTICLE) else ()
    numbered = [_("colour {number}").format(number=number) for number in range(1, len(counts) + 1)]
    return dict(zip(names or two or numbered, counts, strict=True))
