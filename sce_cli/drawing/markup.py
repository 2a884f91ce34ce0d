"""A user's text on its way to markup."""

import re

from sce_cli.text import visible

TAG = re.compile(r"(\\*)(\[[a-z#/@][^[]*?])|\\(?=\[)")
"""What Rich takes for markup, with the backslashes before it, or a backslash alone before any other bracket."""


def escaped(text: str) -> str:
    """Return a user's text so that markup shows it and it plays no tricks; never put a bracket right behind it."""
    return TAG.sub(lambda found: rf"{found[1] * 2}\{found[2]}" if found[2] else r"\\", visible(text))
