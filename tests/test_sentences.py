"""Sentences reach a reader whole and through gettext, so that they can be translated: `_`, `N_` or `ngettext`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.each import for_each

PACKAGE = Path(__file__).parent.parent / "sce_cli"
FORMULAS = {PACKAGE / "core", PACKAGE / "lessons/formulas.py", PACKAGE / "datasets/dates.py"}
"""What speaks to programs, whose outcomes are values of the JSON too, and lists of signs and of months' names."""

FILES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if not FORMULAS & {path, *path.parents} and path != PACKAGE / "topics/__init__.py"  # which names groups of the help
]

MARKS = {"_", "N_", "ngettext"}
"""What makes a sentence translatable."""

VALUES = {
    *("partly separable", "target and prediction", "gradient below the tolerance, without a minimiser"),
    *("offset points", "axes fraction", "svg+xml", "too slow", "target,prediction", "prediction,target"),
    *("DejaVu Sans", "round,pad=0.15", "Glyph .* missing from font", ", lines=True"),
    *("Object arrays", "end of document", "failed to map segment", "cannot allocate memory"),
    "display = print\n",
    "(?:formula|table|picture)(?:,(?:formula|table|picture))*",
}
"""Texts that a program reads: a value in the JSON, an argument, Matplotlib's coordinates, what another program says."""

COMMAND_LINE = re.compile(r"sce [a-z]+ .*")
"""What is to be typed."""

IN_BRACES = re.compile(r"\{ ?\w+ ?=[^{}]*\}")
"""What a lesson's block has in braces."""

NO_SENTENCES = {"Annotated", "Literal", "TypeVar", "Topic", "Words", "compile", "replace"}
"""Calls and types whose texts are declarations, as the help of an option, or are looked for in other texts."""

FOR_PROGRAMMERS = {"TypeError", "ValueError"}
"""What a reader of a screen never meets."""

DECLARED = re.compile(r"_*([A-Z_]*HELP|STYLE|CSS|BEGIN|IN_CLASS|ARRAY|PANDAS|READ_SVM|(READ|LOAD)_R)")
"""Constants that are texts of the help, a style sheet, what `sce` alone prints, or programs."""

NO_WORDS = {
    "help",
    "metavar",
    "show_default",
    "rich_help_panel",
    "style",
    "loc",
    "justify",
    "linestyle",
    "encoding",
    "textcoords",
}
"""Arguments that are declarations or names out of a library."""

SHORT = "an|as|at|be|by|do|if|in|is|it|no|of|on|or|so|to|up|we"
WORD = re.compile(rf"(?<![\w./-])(?:[A-Za-z]{{3,}}|(?i:{SHORT}))(?![\w/(-]|\.\w)")
"""A word of English; not an option, a file's name, or a part of a formula."""

OF_FORMULAS = {"argmax", "bce", "exp", "log", "logsumexp", "max", "mean", "min", "nats", "sign", "softmax", "sum"}
STYLES = {"bold", "dim", "italic", "underline", "reverse", "red", "green", "yellow", "blue", "magenta", "cyan", "not"}
LEFT_OUT = re.compile(r"\[/?[a-z ]*\]|<[^>]*>|\w+=\"\w*\"|\x1b\[\w*")
"""Markup, tags, and codes of terminals."""


def words(text: str) -> list[str]:
    """Return a text's words of English."""
    found = [word.lower() for word in WORD.findall(LEFT_OUT.sub("", text))]
    return [] if {*found} <= STYLES else [word for word in found if word not in OF_FORMULAS]


def literal(node: ast.expr) -> str:
    """Return the text of a string or of what is fixed in an f-string; the rest is a number or a name."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def glued(node: ast.AST) -> bool:
    """Whether this is an f-string, which no catalogue can hold."""
    return isinstance(node, ast.JoinedStr)


def declares(node: ast.AST) -> bool:
    """Whether the texts below a node are declarations, remarks for programmers, or marked: none is left to look at."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.Assign):
        return any(DECLARED.fullmatch(named(to)) for to in node.targets)
    if isinstance(node, ast.keyword):
        return node.arg in NO_WORDS
    if isinstance(node, ast.Subscript):
        return named(node.value) in NO_SENTENCES
    if isinstance(node, ast.Call):
        return named(node.func) in MARKS | NO_SENTENCES | FOR_PROGRAMMERS
    return isinstance(node, ast.Assert)


def named(node: ast.expr) -> str:
    """Return the last name of what is called."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def faults(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each sentence that no catalogue could hold."""
    if isinstance(node, ast.Call) and named(node.func) in MARKS:
        yield from ((part.lineno, literal(part)) for part in node.args if glued(part) and words(literal(part)))
    if declares(node):
        return
    if isinstance(node, ast.expr) and is_sentence(literal(node)):
        yield node.lineno, literal(node)
    elif not glued(node):
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and field not in {"annotation", "returns"}:
                    yield from faults(child)


def is_sentence(text: str) -> bool:
    """Whether a text has two words of English, and is neither a value nor what is to be typed."""
    typed = COMMAND_LINE.fullmatch(text) or IN_BRACES.fullmatch(text)
    return text not in VALUES and not typed and len(words(text)) >= 2


def found_in(text: str) -> list[tuple[int, str]]:
    """Return the faults in a program's text."""
    return [*faults(ast.parse(text))]


@for_each("file", FILES)
def test_sentences_are_whole_and_marked(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.parent.name == "lessons":  # whose ValueErrors become mistakes that a teacher reads
        text = text.replace("ValueError", "SceError")
    assert found_in(text) == []


@for_each(
    "wrong",
    [
        'f"{n} rows were left out"',
        'print("Rows were left out.")',
        '_(f"{n} rows were left out")',
        'print("It " + "falls." if n else "It rises.")',
        'raise SceError(f"{n} is too large.", _("Give less."))',
        'write("{name} is not {other}")',
        'many = "{n} rows were left out."; ngettext(one, many, n)',
        'table(["class", "true class"])',
        'Step(f"[bold]The {n}th step[/]")',
    ],
)
def test_a_sentence_that_cannot_be_translated_is_found(wrong: str) -> None:
    assert len(found_in(wrong)) == 1


@for_each(
    "right",
    [
        '_("{count} rows were left out.").format(count=n)',
        'CLAIM = N_("{name} is the mean of {other}")',
        'ngettext("{n} row was left out.", "{n} rows were left out.", n).format(n=n)',
        '"""A docstring of two sentences. They are not shown."""',
        'f"   L(p) = {powers}"',
        'f"[bold red]{sign}[/]"',
        'Style.parse("bold red")',
        'f"   ln L(p̂) = {value}, d ln L/dp = {slope}"',
        'f"--counts {counts}"',
        'typer.Option(metavar="N", help="Balls drawn of each colour.")',
        'assert first, "there is a first one"',
        'write("{steps=2 show=picture}")',
        'White = Annotated[int, whole("--white", "a whole number of balls")]',
    ],
)
def test_formulas_declarations_and_marked_sentences_are_left_alone(right: str) -> None:
    assert found_in(right) == []
