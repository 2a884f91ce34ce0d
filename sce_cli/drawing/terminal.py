"""What the screen can carry: glyphs, numbers and tables. Bodies of steps are made of strings and these."""

import math
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import IO, Any

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

from sce_cli.core.checks import Array
from sce_cli.units import Unit

ASCII = {
    "p̂": "p_hat",
    "−": "-",
    "·": "*",
    "×": "x",
    "→": "->",
    "←": "<-",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "∞": "inf",
    "Σ": "sum",
    "∂": "d",
    "λ": "lambda",
    "δ": "delta",
    "ε": "eps",
    "η": "eta",
    "θ": "theta",
    "σ": "sigma",
    "½": "1/2 ",
    "√": "sqrt ",
    "⊗": "(x)",
    "⁻¹": "^-1",
    "ᵀ": "^T",
    "²": "^2",
    "—": "-",
    "₀": "0",
    "₁": "1",
    "₂": "2",
    "‖": "||",
    "✓": "+",
    "✗": "x",
    "●": "o",
    "…": "...",
    "─": "-",
    "╌": "-",
    "•": "*",
    "▌": "|",
}
"""Every glyph that the views use, and what stands for it on a stream that can't carry it."""

LINE_END = re.compile(r"(?:\x1b\[[0-9;]*m| )+$", re.MULTILINE)
"""Blanks at a line's end, with the colour codes among them."""

TAG = re.compile(r"(\\*)(\[[a-z#/@][^[]*?])|\\(?=\[)")
"""What Rich takes for markup, with the backslashes before it, or a backslash alone before any other bracket."""

LONGEST_TABLE = 12
"""Rows that a table shows; of a longer one, the first ones and the last."""

LONGEST_VECTOR = 5
"""Entries that a vector shows, likewise."""


class Screen(Console):
    """A console that prints into `text`, for a stream and as that stream can carry it.

    Strings are translated before they are laid out, so columns stay aligned when p̂ becomes p_hat. Renderables that
    draw with other characters ask `options.ascii_only`, as Rich's own boxes do.
    """

    def __init__(self, stream: IO[str], *, ascii_only: bool, width: int) -> None:
        self._carries = "ascii" if ascii_only else (getattr(stream, "encoding", None) or "utf-8").lower()
        colour = stream.isatty() or None  # None leaves it to the environment, FORCE_COLOR for instance
        super().__init__(
            file=StringIO(),
            force_terminal=colour,
            width=width,
            height=25,  # without it Rich takes a dumb terminal for one of 80 columns
            highlight=False,
            emoji=False,
        )

    @property
    def text(self) -> str:
        """All that was printed, without the blanks at line ends."""
        assert isinstance(self.file, StringIO)
        shown = self.file.getvalue().replace("…", self.carried("…")[0])  # Rich's own, where it cuts a word: one column
        return LINE_END.sub(lambda end: end[0].replace(" ", ""), self.carried(shown))

    def taken(self) -> str:
        """Return all that was printed since the last time."""
        text = self.text
        self.file = StringIO()
        return text

    def heading(self, title: str) -> Text:
        """Return a title in bold with a rule behind it that fills the line."""
        text = self.render_str(title)
        rule = self.carried("─") * max(self.width - cell_len(text.plain) - 1, 0)
        text.stylize("bold")
        return text.append(f" {rule}", "cyan")

    @property
    def encoding(self) -> str:
        """The encoding to draw for: ascii where that was asked for, else the stream's."""
        return self._carries

    def render_str(self, text: str, **style: Any) -> Text:
        """Turn markup into text that this screen can carry."""
        return super().render_str(self.carried(text), **style)

    def carried(self, text: str) -> str:
        """Return the text with every glyph replaced that the stream can't carry."""
        if self.encoding.startswith("utf"):
            return text
        for glyph, replacement in ASCII.items():
            text = text.replace(glyph, replacement)
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def number(value: float, digits: int = 8) -> str:
    """Format a number for reading: 6 decimals in the middle range, else `digits` significant ones.

    What isn't whole never reads as whole, 1 − 1e-15 gets as many digits as that takes; but above 1, what misses a
    whole number by rounding alone does.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    middle = 0.01 <= abs(value) < 1e6
    text = f"{value:.6f}".rstrip("0").rstrip(".") if middle else _with_short_exponent(f"{value:.{digits}g}")
    rounding = abs(value) > 1 and math.isclose(float(text), value, rel_tol=1e-13)
    return _never_whole(value) if middle and "." not in text and float(text) != value and not rounding else text


def _never_whole(value: float) -> str:
    """Return the fewest digits that don't read as a whole number."""
    return next(text for digits in range(7, 18) if float(text := f"{value:.{digits}g}") % 1 or digits == 17)


def _with_short_exponent(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def equals(value: float) -> str:
    """Format "= value", or "≈ value" where the digits shown aren't all."""
    text = number(value)
    return f"= {text}" if math.isinf(value) or float(text) == value else f"≈ {text}"


def escaped(text: str) -> str:
    """Return a user's text so that markup shows it as it is; never put a bracket right behind it."""
    return TAG.sub(lambda found: rf"{found[1] * 2}\{found[2]}" if found[2] else r"\\", text)


def count(value: float) -> str:
    """Format a whole number exactly, large round ones as powers of ten."""
    short = number(value)
    return short if float(short) == value else f"{value:,.0f}"


def error_size(value: float) -> str:
    """Format the size of an error: two significant digits, or a plain 0."""
    return "0" if value == 0 else _with_short_exponent(f"{abs(value):.1e}")


def entry(value: float) -> str:
    """Format an entry of a table to six decimals, or to two digits where they would all be 0."""
    rounds_to_zero = 0 < abs(value) < 5e-7
    return f"{'-' if value < 0 else ''}{error_size(value)}" if rounds_to_zero else f"{value + 0.0:.6f}"


def vector(values: Array) -> str:
    """Format a vector in brackets, the middle left out where it is long."""
    shown = [number(value) for value in values]
    return f"({', '.join(shown if len(shown) <= LONGEST_VECTOR else [*shown[:3], '…', shown[-1]])})"


def quantity(nats: float, unit: Unit) -> str:
    """Format a logarithm with its unit."""
    text = number(float(nats) * unit.per_nat)  # a float, unlike a NumPy scalar, goes to ∞ without a warning
    return f"{text} {unit.label.removesuffix('s') if text in ('1', '-1') else unit.label}"


def power_of_ten(exponent: float) -> str:
    """Format 10^exponent, which may be far outside the range of a float."""
    if abs(exponent) >= 1e6:
        return f"10^({exponent:.10g})"  # so far out, the exponent's own rounding hides the leading digits
    mantissa, _, power = f"{Decimal(10) ** Decimal(exponent):.6e}".lower().partition("e")
    return f"{mantissa} × 10^{int(power)}"


def plain_grid() -> Table:
    """Return an empty table with a rule below its header and nothing around it."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], words: Container[int] = ()) -> Table:
    """Return a plain table: numbers to the right, the columns `words` to the left; a long one loses its middle."""
    grid = plain_grid()
    for index, header in enumerate(headers):
        grid.add_column(header, justify="left" if index in words else "right", overflow="fold")
    rows = list(rows)
    hidden = len(rows) - LONGEST_TABLE
    if hidden > 0:
        rows[LONGEST_TABLE - 2 : -1] = [["…"] * len(headers)]
    for row in rows:
        grid.add_row(*row)
    return grid


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from 0 to 1, one a row, with a label before and the value behind."""

    labels: Sequence[str]
    values: Sequence[float]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[str]:
        """Draw as wide as the options allow; a long list loses its middle."""
        eighths = ("", "-", "-", "-", "=", "=", "=", "=") if options.ascii_only else ("", *"▏▎▍▌▋▊▉")
        whole = "=" if options.ascii_only else "█"
        margin = min(max(cell_len(console.render_str(label).plain) for label in self.labels), options.max_width // 3)
        length = max(options.max_width - margin - 12, 8)
        rows = list(zip(self.labels, self.values, strict=True))
        if len(rows) > LONGEST_TABLE:
            rows[LONGEST_TABLE - 2 : -1] = [("…", math.nan)]
        for label, value in rows:
            name = set_cell_size(console.render_str(label).plain, margin)
            filled, part = divmod(0 if math.isnan(value) else round(value * length * 8), 8)
            shown = "" if math.isnan(value) else f"{value:.6f}"
            yield f"{escaped(name)} {shown:>8}  {whole * filled}{eighths[part]}"
