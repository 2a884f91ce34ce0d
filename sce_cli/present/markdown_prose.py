"""A lesson's Markdown written anew from what was understood: no HTML and no links, whatever a later reader allows."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from sce_cli.text import visible

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
"""What Markdown, or mathematics within it, would take for its own."""

LEADING = re.compile(r"^(\d*)([-+=.)])(?=[\s=-]|$)")
"""What would begin a list, a rule or a heading, at a line's beginning."""

LANGUAGES = {"python", "console", "bash", "sh", "toml", "json", "csv"}
"""What a fenced block may be said to hold; readers draw others, as mermaid, or take them for HTML, as {=html}."""

ALIGNED = {"text-align:right": "---:", "text-align:center": ":-:", "text-align:left": ":---"}


def escaped(text: str) -> str:
    """Return a text with a backslash before what Markdown would take for its own."""
    return SPECIAL.sub(r"\\\1", visible(text))


def line(markdown: str) -> str:
    """Return Markdown that stands at the beginning of a line and begins nothing there."""
    return LEADING.sub(r"\1\\\2", markdown.strip(" "))


def fenced(lines: Sequence[str], language: str) -> list[str]:
    """Return lines within a fence that is longer than any of theirs."""
    longest = max((len(ticks) for text in lines for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    shown = ["\t".join(map(visible, text.split("\t"))) for text in lines]
    return [f"{fence}{language}", *shown, fence]


def written(tokens: Sequence[Token]) -> str:
    """Return parsed Markdown as a text that means the same to every reader."""
    return "\n".join(_blocks(SyntaxTreeNode(tokens).children, ""))


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str | None) -> Iterator[str]:
    """Yield the lines of blocks, `between` as a line between two of them."""
    for index, node in enumerate(nodes):
        if index and between is not None:
            yield between
        yield from _block(node)


def _block(node: SyntaxTreeNode) -> Iterator[str]:
    if node.type in {"paragraph", "inline"}:
        yield from map(line, _inline(node).split("\n"))
    elif node.type == "heading":
        yield f"{node.markup if node.markup.startswith('#') else '##'} {_inline(node)}"
    elif node.type in {"fence", "code_block"}:
        language = node.info.strip() if node.type == "fence" else ""
        yield from fenced(node.content.removesuffix("\n").split("\n"), language if language in LANGUAGES else "text")
    elif node.type == "blockquote":
        yield from (f"> {text}".rstrip(" ") for text in [*_blocks(node.children, "")] or [""])
    elif node.type in {"bullet_list", "ordered_list"}:
        yield from _list(node)
    elif node.type == "table":
        yield from _table(node)
    else:
        assert node.type == "hr"
        yield "___"


def _list(node: SyntaxTreeNode) -> Iterator[str]:
    """Yield a list with its own marks; where its paragraphs stand apart, so do its items."""
    first = int(node.attrs.get("start", 1))
    apart = any(part.type == "paragraph" and not part.hidden for item in node.children for part in item.children)
    for index, item in enumerate(node.children):
        mark = f"{first + index}{item.markup}" if node.type == "ordered_list" else item.markup
        if index and apart:
            yield ""
        for row, text in enumerate(_blocks(item.children, "" if apart else None)):
            yield f"{' ' * len(mark) if row else mark} {text}".rstrip(" ")
        if not item.children:
            yield mark


def _table(node: SyntaxTreeNode) -> Iterator[str]:
    rows = [row.children for part in node.children for row in part.children]
    rule = [ALIGNED.get(str(cell.attrs.get("style")), "---") for cell in rows[0]]
    lines = [[_inline(cell).replace("\n", " ") for cell in row] for row in rows]
    yield from (f"| {' | '.join(cells)} |" for cells in [lines[0], rule, *lines[1:]])


def _inline(node: SyntaxTreeNode) -> str:
    """Return running text; links as their text."""
    if node.type == "text":
        return escaped(_in_line(node.content))
    if node.type == "code_inline":
        return _code(_in_line(node.content), in_table=any(_is_cell(parent) for parent in _parents(node)))
    if node.type in {"softbreak", "hardbreak"}:
        return "\n" if node.type == "softbreak" else "\\\n"
    inner = "".join(map(_inline, node.children))
    if node.type == "image":
        return f"![{inner}]({node.attrs['src']})"
    return f"{node.markup}{inner}{node.markup}" if node.type in {"em", "strong"} else inner


def _in_line(content: str) -> str:
    """Return text or code on one line; a formula may stand on several."""
    return re.sub(r"[\t\n]", " ", content)


def _code(content: str, *, in_table: bool) -> str:
    """Return code within a line, between more backticks than it has in a row."""
    runs = {len(ticks) for ticks in re.findall("`+", content)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    blank = " " if "`" in (content[0], content[-1]) or (content.strip(" ") and content[0] == content[-1] == " ") else ""
    shown = visible(content).replace("|", r"\|") if in_table else visible(content)
    return f"{fence}{blank}{shown}{blank}{fence}"


def _parents(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    while node.parent is not None:
        node = node.parent
        yield node


def _is_cell(node: SyntaxTreeNode) -> bool:
    return node.type in {"th", "td"}
