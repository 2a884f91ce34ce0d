"""The rules between options: each function turns one command's options into its study's arguments, or refuses them."""

import math
from collections.abc import Sequence

from sce_cli.errors import SceError
from sce_cli.options import MOST_BALLS

MOST_COLOURS = 1000
ARTICLE = {"white": 6, "black": 4}
"""The ten balls of the article that the lessons follow."""

DEFAULT_LOGITS = (2.0, 1.0, 0.1)
"""The scores that the lessons take when none are given."""


def scored(logits: Sequence[float] | None, names: Sequence[str] | None) -> dict[str, float]:
    """Return each class's logit by its name; without names the classes are numbered from 0."""
    given = tuple(logits or DEFAULT_LOGITS)
    if max(given) == -math.inf:
        raise SceError(f"logits {_joined(given)}: every class is masked.", "Give at least one finite logit.")
    if names is None:
        names = tuple(map(str, range(len(given))))
    if len(names) != len(given):
        raise SceError(
            f"--names {_joined(names)} has {len(names)} names for {len(given)} logits.",
            "Give as many names as logits, as in 2 1 0.1 --names cat,dog,bird.",
        )
    return dict(zip(names, given, strict=True))


def colours(
    white: int | None, black: int | None, counts: Sequence[int] | None, names: Sequence[str] | None
) -> dict[str, int]:
    """Return how many balls of each colour were drawn, from either form of the command line."""
    if counts is None:
        drawn = _white_and_black(white, black, names)
    elif white is not None or black is not None:
        given = f"--white {white}" if white is not None else f"--black {black}"
        raise SceError(f"{given} and --counts {_joined(counts)} exclude each other.", "Give one or the other.")
    else:
        drawn = _counted(counts, names)
    if not 0 < sum(drawn.values()) <= MOST_BALLS:
        given = f"--counts {_joined(counts)}" if counts else f"--white {white} and --black {black}"
        raise SceError(
            f"{given} make {sum(drawn.values())} balls.", f"Draw at least one ball and at most 2^53 = {MOST_BALLS}."
        )
    return drawn


def _white_and_black(white: int | None, black: int | None, names: Sequence[str] | None) -> dict[str, int]:
    if names is not None:
        raise SceError(
            f"--names {_joined(names)} has no --counts to name.", "Give both: --counts 6,4 --names white,black."
        )
    if white is None and black is None:
        return ARTICLE
    if white is None or black is None:
        given, missing = (f"--black {black}", "--white") if white is None else (f"--white {white}", "--black")
        raise SceError(f"{missing} is missing beside {given}.", f"Add {missing} N; N may be 0.")
    return {"white": white, "black": black}


def _counted(counts: Sequence[int], names: Sequence[str] | None) -> dict[str, int]:
    if len(counts) < 2:
        raise SceError(f"--counts {_joined(counts)} has one colour only.", "Give at least two, as in --counts 6,4.")
    if len(counts) > MOST_COLOURS:
        raise SceError(f"--counts {_joined(counts)} has {len(counts)} colours.", f"Give at most {MOST_COLOURS}.")
    if names is None:
        names = tuple(str(index) for index in range(1, len(counts) + 1))
    if len(names) != len(counts):
        raise SceError(
            f"--names {_joined(names)} has {len(names)} names for {len(counts)} counts.",
            "Give as many names as counts, as in --counts 5,3,2 --names red,green,blue.",
        )
    return dict(zip(names, counts, strict=True))


def _joined(values: Sequence[object]) -> str:
    text = ",".join(map(str, values))
    return text if len(text) <= 60 else f"{text[:50]}…"
