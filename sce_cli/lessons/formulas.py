r"""Simple formulas between dollar signs, as `$\sum_k q_k \ln p_k$`, in the characters that a terminal has."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

TABLE = """
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε eta η theta θ kappa κ mu μ pi π rho ρ sigma σ tau τ phi
φ varphi φ chi χ psi ψ omega ω xi ξ lambda λ nu ν zeta ζ in ∈ to → le ≤ ge ≥ ne ≠ Gamma Γ Delta Δ Theta Θ
Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω Pi Π sum Σ prod Π int ∫ partial ∂ nabla ∇ infty ∞ cdot · times × pm ± div
÷ leq ≤ geq ≥ neq ≠ approx ≈ sim ~ equiv ≡ propto ∝ ll ≪ gg ≫ ldots … cdots … dots … mid | vert | Vert ‖
forall ∀ exists ∃ circ ∘ star * ast * rightarrow → leftarrow ← Rightarrow ⇒ Leftrightarrow ⇔ leftrightarrow ↔
mapsto ↦ top ᵀ prime ′ ell ℓ lVert ‖ rVert ‖ langle ⟨ rangle ⟩ subset ⊂ cup ∪ cap ∩
"""
"""Names of signs, each with its sign."""

NAMES = TABLE.split()

FUNCTIONS = ("log", "ln", "exp", "max", "min", "argmax", "argmin", "lim", "sin", "cos", "tanh")

SIGNS = {
    **dict(zip(NAMES[::2], NAMES[1::2], strict=True)),
    **{name: name for name in FUNCTIONS},
    **dict.fromkeys(["left", "right", "displaystyle"], ""),
    **dict.fromkeys(["quad", "qquad"], " "),
}
"""Commands without arguments."""

FONTS = "|".join(
    ("text", "textbf", "textit", "mathrm", "mathbf", "mathit", "mathbb", "mathcal", "boldsymbol", "bm", "operatorname")
)
"""Commands that only set another font."""

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}

GROUP = r"\{([^{}]*)\}"
"""The innermost braces."""

PART = r"(?:∂ ?)?[^\W_]+(?:_\w)?(?:\^\([^()]*\))?"
"""What needs no parentheses above or below the line of a fraction."""

UNDERSTOOD = re.compile(r"[^\\{}$]*")


def plain(formula: str) -> str | None:
    """Return a formula in plain characters; None where it has what they can't say."""
    formula = " ".join(formula.split())
    text = re.sub(r"\\[,;:!> ]", " ", re.sub(r"\\([{}])", lambda brace: "\0\1"["{}".index(brace[1])], formula))
    text = text.replace("\\|", "‖").replace("\\%", "%").replace("\\_", "_")
    text = re.sub(r"\\([A-Za-z]+)", lambda name: SIGNS.get(name[1], name[0]), text)
    before = ""
    while before != text:
        before = text
        text = re.sub(rf"\\(?:{FONTS})\s*{GROUP}", r"\1", text)
        text = re.sub(rf"\\({'|'.join(ACCENTS)})\s*(?:\{{(.)\}}|(\w))", _accented, text)
        text = re.sub(rf"([_^])\s*{GROUP}", lambda part: part[1] + _whole(part[2]), text)
        text = re.sub(rf"\\[dt]?frac\s*{GROUP}\s*{GROUP}", _fraction, text)
        text = re.sub(rf"\\sqrt\s*{GROUP}", lambda part: f"√{_whole(part[1])}", text)
        text = re.sub(rf"(?<![A-Za-z\\}}]){GROUP}", r"\1", text)
    text = re.sub(r"([∂∇]) ", r"\1", re.sub(r"\^\*", "*", text).replace("'", "′"))
    text = re.sub(r"\^2(?![0-9])", "²", text)
    text = re.sub(r"(?<=[A-Za-z_ )])-|-(?=[A-Za-z_ (])|^-", "−", text)
    return text.strip().replace("\0", "{").replace("\1", "}") if UNDERSTOOD.fullmatch(text) else None


def _whole(part: str, whole: str = r"[^\W_]+") -> str:
    """Return a part of a formula, in parentheses unless it is whole."""
    return part if re.fullmatch(whole, part.strip()) else f"({part})"


def _fraction(found: re.Match[str]) -> str:
    return f"{_whole(found[1], PART)}/{_whole(found[2], PART)}"


def _accented(found: re.Match[str]) -> str:
    return f"{found[2] or found[3]}{ACCENTS[found[1]]}"


FORMULA = re.compile(
    r"(?<!\$)\$\$(?!\$)\s*(?P<apart>[^$]{1,600}?)\s*(?<!\\)\$\$(?!\$)\s*"
    r"|\$(?![\s$])(?P<line>[^$]{1,300}?)(?<![\s\\])\$(?![\w$])"
)
"""A formula on lines of its own, or in a line; a sign of dollars or of a prompt begins none."""


def _formula(state: StateInline, silent: bool) -> bool:
    """Read $…$ or $$…$$, unless it has what plain characters can't say."""
    found = FORMULA.match(state.src, state.pos, state.posMax)
    said = plain(found["line"] or found["apart"]) if found else None
    if found is None or said is None:
        return False
    if not silent:
        if found["apart"]:
            _end_line(state)
        state.push("text", "", 0).content = said
        if found["apart"] and found.end() < state.posMax:
            state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _end_line(state: StateInline) -> None:
    """End the line that stands before a formula, if one does."""
    state.pending = state.pending.rstrip()
    if state.pending or state.tokens:
        if not state.pending and state.tokens[-1].type.endswith("break"):
            state.tokens.pop()
        state.push("hardbreak", "br", 0)


def add_formulas(markdown: MarkdownIt) -> MarkdownIt:
    """Let a reader of Markdown take formulas."""
    markdown.inline.ruler.before("escape", "formula", _formula)
    return markdown
