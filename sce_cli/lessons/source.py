"""A lesson's file as people write it for Marp, presenterm or by hand: front matter and comments, taken out of the text.

What is taken out leaves its line ends, so that every mistake keeps its line.
"""

import re
from dataclasses import dataclass, field

LINE_END = re.compile(r"\r\n?|\n")
"""What Markdown takes for the end of a line; str.splitlines knows more of them."""

KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?")
"""A line of front matter."""

HIDDEN = re.compile(
    r"^[ \t>*+-]*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*(?:\n(?:.*?^[ \t>]*(?P=fence)[`~]*[ \t]*$|.*\Z)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).){1,1000}?(?<!`)(?P=ticks)(?!`)"
    r"|<!--(?P<note>.*?)(?:-->|(?P<open>\Z))",
    re.DOTALL | re.MULTILINE,
)
"""Code, in which nothing is a comment; and a comment, which perhaps nothing ends."""

DIRECTIVE = re.compile(
    r"pause|new_?lines?\b.*|end_slide|jump_to_middle|column_layout\b.*|column\b.*|reset_layout|incremental_lists\b.*"
    r"|no_footer|skip_slide|alignment\b.*|font_size\b.*"
    r"|_?(?:class|theme|paginate|header|footer|background\w*|color|size|style|headingDivider|math|marp)\s*:.*",
    re.DOTALL,
)
"""What a comment says to the other programs, not to the speaker."""

END_OF_SLIDE = "end_slide"
"""presenterm's comment for a line of dashes."""


@dataclass(frozen=True)
class Note:
    """What the speaker reads and the class doesn't, and its line."""

    line: int
    text: str


@dataclass
class Source:
    """A lesson's text without front matter and comments, what they said, and lines in which they aren't closed."""

    text: str
    front: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unclosed: list[tuple[int, str]] = field(default_factory=list)


def read(text: str) -> Source:
    """Take front matter and comments out of a lesson's text."""
    source = Source("\n".join(LINE_END.split(text)))
    _take_front_matter(source)
    source.text = HIDDEN.sub(lambda found: _without_comment(found, source), source.text)
    return source


def _take_front_matter(source: Source) -> None:
    """Take the keys between the two lines of dashes at the beginning, if there are some."""
    lines = source.text.split("\n")
    first = next((line for line in lines[1:] if line.strip()), "")
    if lines[0].rstrip() != "---" or not KEY.fullmatch(first.rstrip()):
        return
    end = next((row for row, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        source.unclosed.append((1, "the front matter is not closed with ---."))
        return
    for found in filter(None, (KEY.fullmatch(line.rstrip()) for line in lines[1:end])):
        source.front.setdefault(found[1].lower(), _unquoted(found[2] or ""))
    source.text = "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1].strip() if quoted else value


def _without_comment(found: re.Match[str], source: Source) -> str:
    """Return what stays of code, all, and of a comment, its line ends."""
    if found["note"] is None:
        return found[0]
    line = found.string.count("\n", 0, found.start()) + 1
    if found["open"] is not None:
        source.unclosed.append((line, "the comment is not closed with -->."))
    said = found["note"].strip()
    if said == END_OF_SLIDE:
        return "---"
    said = re.sub(r"\A(?:speaker_notes?|notes?)\s*:\s*(?:\|\s*)?", "", said)
    if said and not DIRECTIVE.fullmatch(said):
        source.notes.append(Note(line, said))
    return "\n" * found[0].count("\n")
