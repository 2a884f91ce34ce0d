"""A slide longer than the screen, in parts that belong together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

COLOURS = re.compile(r"\x1b\[[0-9;]*m")

RULE = re.compile(r"\s*[─-]{5,}\s*")
"""The line below the heads of a table."""

SHORT = 4
"""Lines, its title aside, below which a part is too little for a screen of its own."""

NO_BETTER = 20
"""A difference in cost that only says how alike in length the parts are."""


@dataclass(frozen=True)
class Parting:
    """Where the parts of a slide begin and end, and what is wrong with them: each part counts 100."""

    parts: list[tuple[int, int]]
    cost: float


def split(lines: Sequence[str], rows: int) -> list[tuple[int, int]]:
    """Return where parts begin and end, as few as possible, at empty lines where that can be.

    The first part has at most `rows` lines, the others one less. Among as many parts those are taken that leave no
    sentence alone, part no table from what introduces it, and are alike in length.
    """
    return parting(lines, rows).parts


def best(drafts: Sequence[Sequence[str]], rows: int) -> int:
    """Return which draft of a slide falls into the best parts; of equally good ones the first."""
    costs = [parting(lines, rows).cost for lines in drafts]
    return next(index for index, cost in enumerate(costs) if cost < min(costs) + NO_BETTER)


def parting(lines: Sequence[str], rows: int) -> Parting:
    """Return the best parts of a slide with what is wrong with them."""
    plain = [COLOURS.sub("", line).rstrip() for line in lines]
    costs: list[float] = [0.0, *[float("inf")] * len(lines)]
    before = [0] * (len(lines) + 1)
    for end in range(1, len(lines) + 1):
        for begin in range(max(end - rows - 1, 0), end):
            if _shown(plain, begin, end) > rows - bool(begin):
                continue
            cost = costs[begin] + _cost(plain, begin, end, rows)
            if cost < costs[end]:
                costs[end], before[end] = cost, begin
    ends = [len(lines)]
    while ends[-1] > 0:
        ends.append(before[ends[-1]])
    parts = list(zip(reversed(ends[1:]), reversed(ends[:-1]), strict=True))
    return Parting([_trimmed(plain, *part) for part in parts] or [(0, 0)], costs[-1])


def _shown(plain: Sequence[str], begin: int, end: int) -> int:
    """Return how many lines a part takes; an empty one at its end isn't shown."""
    return end - begin - (end < len(plain) and not plain[end - 1])


def _cost(plain: Sequence[str], begin: int, end: int, rows: int) -> float:
    """Return what is wrong with a part: each costs 100, and more where its end is in the wrong place."""
    shown = _shown(plain, begin, end)
    cost = 100 + ((rows - shown) / rows) ** 2 * 4
    if shown < SHORT and (begin or end < len(plain)):
        cost += 60
    if end < len(plain):
        cost += _cost_of_end(plain, end)
    return cost


def _cost_of_end(plain: Sequence[str], end: int) -> float:
    """Return what speaks against an end before a line, which had better be behind an empty one."""
    if plain[end - 1]:
        return 500 if not plain[end] else 400
    above, below = plain[end - 2] if end > 1 else "", plain[end : end + 3]
    if above.endswith((":", "：")):
        return 80
    if any(RULE.fullmatch(line) for line in below[1:]):
        return 50  # a table, whose caption stands above
    return 0


def _trimmed(plain: Sequence[str], begin: int, end: int) -> tuple[int, int]:
    """Return a part without an empty line at its end."""
    while end - begin > 1 and not plain[end - 1] and end < len(plain):
        end -= 1
    return begin, end
