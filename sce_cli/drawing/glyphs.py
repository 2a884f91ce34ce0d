"""The glyphs that the views use, and what stands for them on a stream that can't carry them."""

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
    "Π": "prod",
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
    "³": "^3",
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
    "›": ">",
    "↑": "^",
    "↓": "v",
}
"""Every glyph that the views use, and what stands for it on a stream that can't carry it."""


def encodable(text: str, encoding: str) -> str:
    """Return a text with every glyph replaced that an encoding, in lower case, can't carry."""
    if encoding.startswith("utf"):
        return text
    for glyph, replacement in ASCII.items():
        text = text.replace(glyph, replacement)
    return text.encode(encoding, "backslashreplace").decode(encoding)
