"""Rows a block at a time: what is worked on stays in a core's own cache, and no copy of the whole is needed."""

from collections.abc import Iterator

CACHED = 65_536
"""Numbers of a block: half a megabyte, which stays in a core's own cache while it is worked on."""


def blocks(examples: int, length: int) -> Iterator[slice]:
    """Yield slices of `length` rows, at least one, that cover all examples."""
    length = max(length, 1)
    for start in range(0, examples, length):
        yield slice(start, min(start + length, examples))
