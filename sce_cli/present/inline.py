"""What is bold in a line of text, for handouts."""

from collections.abc import Iterator
from itertools import pairwise

from rich.text import Text


def stretches(text: Text) -> Iterator[tuple[str, bool]]:
    """Yield a text in stretches, each with whether it is bold."""
    ends = sorted({0, len(text.plain), *(end for span in text.spans for end in (span.start, span.end))})
    for begin, end in pairwise(ends):
        yield (
            text.plain[begin:end],
            any(span.start <= begin < span.end and "bold" in str(span.style) for span in text.spans),
        )
