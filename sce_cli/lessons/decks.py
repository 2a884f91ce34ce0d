"""The slides in Markdown as people write it for Marp, presenterm or Pandoc: where they begin, and their pictures."""

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from sce_cli.errors import quoted
from sce_cli.lessons.source import END_RULE, Source
from sce_cli.translation import _

BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

LAYOUT = re.compile(
    r"bg|fit|contain|cover|auto|vertical|center|image:\S+|[0-9.]+%|#\w|(?:left|right|w|h|width|height)(?::\S*)?"
    r"|(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)(?::\S*)?"
)
"""What Marp and presenterm read in the words of a picture."""


def slides_in(tokens: Sequence[Token], source: Source) -> list[list[Token]]:
    """Return the tokens of each slide, its title, if it has one, as a large heading at its top.

    A slide but the first keeps the rule or the heading that begins it as its first token, with its line.
    """
    ruled = [*map(with_breaks, _with_rules(tokens, source.front))]
    dividers = _dividers(ruled, source.front)
    return [*_split([*_with_pictures(ruled, source)], dividers)]


def _with_rules(tokens: Sequence[Token], front: Mapping[str, str]) -> Iterator[Token]:
    """Yield tokens in which what ends a slide is a rule of dashes: a line of dashes, or presenterm's comments.

    Where the comments do, a line of dashes makes a title of the paragraph above, or is a rule on the slide.
    """
    ends = sum(token.markup.startswith(END_RULE) for token in tokens)
    rules = sum(token.type == "hr" and token.markup.startswith("-") for token in tokens)
    comments = ends > rules and "end_slide_shorthand" not in front
    underlined, last = False, 0
    for token in tokens:
        if token.type == "heading_open" and token.map:
            underlined, last = token.markup == "-" and not comments, token.map[1]
        ended = token.markup.startswith(END_RULE)
        if token.type == "hr" and (ended or comments):
            yield token.copy(markup="---" if ended else "***")
        elif underlined and token.type.startswith("heading_"):
            yield from _ruled(token, last)
        else:
            yield token


def _ruled(token: Token, last: int) -> Iterator[Token]:
    """Yield what a part of an underlined title stands for: a paragraph, and the rule in its last line."""
    yield token.copy(type=token.type.replace("heading", "paragraph"), tag="p", markup="")
    if token.type == "heading_close":
        yield Token("hr", "hr", 0, map=[last - 1, last], markup="---", level=token.level, block=True)


def _dividers(tokens: Sequence[Token], front: Mapping[str, str]) -> set[str]:
    """Return the headings that begin a slide: as an option says, else the large ones where no line of dashes does."""
    if levels := re.findall("[1-6]", front.get("headingdivider", "")):
        listed = front["headingdivider"].startswith("[") or len(levels) > 1
        return {f"h{level}" for level in (levels if listed else range(1, int(levels[0]) + 1))}
    if "implicit_slide_ends" in front:
        return {"=", "-"}
    ruled = any(token.type == "hr" and token.level == 0 and token.markup.startswith("-") for token in tokens)
    return set() if ruled else {"h1", "h2"}


def _split(tokens: Sequence[Token], dividers: set[str]) -> Iterator[list[Token]]:
    """Yield the tokens of each slide, a line of dashes or a dividing heading before all but the first."""
    slide: list[Token] = []
    for token in tokens:
        divides = token.type == "heading_open" and bool({token.tag, token.markup} & dividers)
        ruled = token.type == "hr" and token.markup.startswith("-")
        begun = any(part.type != "hr" for part in slide)
        if token.level == 0 and (ruled or (divides and begun)):
            yield slide
            slide = []
        slide.append(token.copy(tag="h1") if divides and token.level == 0 else token)
    yield slide


def _with_pictures(tokens: Sequence[Token], source: Source) -> Iterator[Token]:
    """Yield tokens without the pictures behind the text; of a paragraph that has nothing else, nothing."""
    waiting: list[Token] = []
    for token in tokens:
        if token.type == "paragraph_open":
            waiting = [token]
        elif token.type == "inline" and any(child.type == "image" for child in token.children or ()):
            children = [*_pictures(token, source)]
            if children:
                yield from [*waiting, token.copy(children=children)]
            waiting = [] if children else [token]
        elif token.type == "paragraph_close" and waiting:
            waiting = []
        else:
            yield from [*waiting, token]
            waiting = []


def _pictures(token: Token, source: Source) -> list[Token]:
    """Return running text with pictures named by their words alone."""
    kept: list[Token] = []
    line = (token.map or [0])[0] + 1
    for child in token.children or ():
        line += child.type in {"softbreak", "hardbreak"}
        if child.type == "image":
            kept += _picture(child, line, source)
        elif kept or not child.type.endswith("break"):
            kept.append(child)
    while kept and (kept[-1].type.endswith("break") or not (kept[-1].content.strip() or kept[-1].tag)):
        kept.pop()
    return kept


def _picture(token: Token, line: int, source: Source) -> Iterator[Token]:
    words, address = token.content.split(), str(token.attrs["src"])
    if "bg" in words:
        behind = _("the picture {address} behind the text is left out.")
        source.left_out.append((line, behind.format(address=quoted(address))))
        return
    as_words = _("the picture {address} is shown as its words on a screen.")
    source.left_out.append((line, as_words.format(address=quoted(address))))
    said = " ".join(word for word in words if not LAYOUT.fullmatch(word)) or re.split("[/?#]", address)[-1]
    yield token.copy(content=said, children=[Token("text", "", 0, content=said)])


def with_breaks(token: Token) -> Token:
    """Return a token of running text in which <br> ends a line."""
    if token.type != "inline" or not BREAK.search(token.content):
        return token
    children: list[Token] = []
    for child in token.children or ():
        pieces = BREAK.split(child.content) if child.type == "text" else [child.content]
        for index, piece in enumerate(pieces):
            if index:
                children.append(Token("hardbreak", "br", 0))
            children.append(child.copy(content=piece))
    return token.copy(children=children)
