"""The one way of sentences to a reader: Python's gettext, as yet without a catalogue.

A sentence is whole, with named placeholders: _("{count} rows were left out.").format(count=3). Numbers, formulas and
table cells without words need none of it.
"""

from gettext import gettext as _
from gettext import ngettext

__all__ = ["N_", "_", "ngettext"]


def N_(sentence: str) -> str:  # noqa: N802, as gettext's readers of source code expect it
    """Mark a sentence that is translated where it is shown, as a study's claims are."""
    return sentence
