"""A lesson's file as people write it for Marp, presenterm or by hand: front matter and comments, taken out of the text.

What is taken out leaves its line ends, so that every mistake keeps its line.
"""

import re
from dataclasses import dataclass, field

from sce_cli.translation import N_, _

LINE_END = re.compile(r"\r\n?|\n")
"""What Markdown takes for the end of a line; str.splitlines knows more of them."""

KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?")
"""A line of front matter."""

ITEM = re.compile(r"\s*-\s+(.+)")
"""An entry of a list in it."""

NESTED = re.compile(r"\s+(implicit_slide_ends|end_slide_shorthand)\s*:\s*(true)")
"""presenterm's options: titles begin a slide, and lines of dashes do."""

HIDDEN = re.compile(
    r"^[ \t>*+-]*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*(?:\n(?:.*?^[ \t>]*(?P=fence)[`~]*[ \t]*$|.*\Z)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).){1,1000}?(?<!`)(?P=ticks)(?!`)"
    r"|<!--(?P<note>.*?)(?:-->|(?P<open>\Z))"
    r"|^ {0,3}<(?P<style>style)\b.*?(?:</style>[^\n]*|(?P<unstyled>\Z))"
    r"|^ {0,3}(?P<tags>(?:</?[A-Za-z][\w-]*(?:\s[^<>\n]*)?/?>[ \t]*)+)$"
    r"|^:{3,}[ \t]*\{?\.?notes\b[^\n]*\n(?P<said>.*?)(?:^:{3,}[ \t]*$|(?P<unsaid>\Z))"
    r"|^(?P<mark>:{3,}[^\n]*|\. \. \.|\.\.\.)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
"""Code, in which nothing is a comment; comments, perhaps without an end; HTML on its own lines; marks of Pandoc."""

DIRECTIVE = re.compile(
    r"pause|new_?lines?\b.*|end_slide|jump_to_middle|column_layout\b.*|column\b.*|reset_layout|incremental_lists\b.*"
    r"|no_footer|skip_slide|alignment\b.*|font_size\b.*|list_item_newlines\b.*|snippet_output\b.*|fit"
    r"|prettier-ignore.*|markdownlint-.*|(?:START|END) doctoc.*"
    r"|_?(?:class|theme|paginate|header|footer|background\w*|color|size|style|headingDivider|math|marp|transition)\s*:.*",
    re.DOTALL,
)
"""What a comment says to the other programs, not to the speaker."""

END_OF_SLIDE = "end_slide"
"""presenterm's comment between two slides."""

END_RULE = "*" * 77
"""What stands for it in the text: a rule that, unlike dashes, makes no title of the line above."""

SKIPPED = "skip_slide"
"""presenterm's comment on a slide that isn't shown."""

DIVIDER = re.compile(r"_?headingDivider\s*:(.*)")
"""Marp's option for headings that begin a slide without a line of dashes."""

UNCLOSED = {
    "unstyled": N_("the <style> is not closed with </style>."),
    "unsaid": N_("the block of notes is not closed with :::."),
}
"""What is said of parts without an end, by the groups of HIDDEN."""

IMAGE = re.compile(r"<img\s[^<>\n]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Note:
    """What the speaker reads and the class doesn't, and its line."""

    line: int
    text: str


@dataclass
class Source:
    """A lesson's text without front matter and comments, and what they said.

    unclosed: lines in which they begin and nothing ends them. left_out: lines of what a slide can't show, and why.
    skipped: lines on slides that aren't to be shown.
    """

    text: str
    front: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unclosed: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)


def read(text: str) -> Source:
    """Take front matter and comments out of a lesson's text."""
    source = Source("\n".join(LINE_END.split(text)))
    _take_front_matter(source)
    source.text = HIDDEN.sub(lambda found: _taken_out(found, source), source.text)
    return source


def _take_front_matter(source: Source) -> None:
    """Take the keys between the two lines of dashes at the beginning, if there are some."""
    lines = source.text.split("\n")
    first = next((line for line in lines[1:] if line.strip()), "")
    if lines[0].rstrip() != "---" or not KEY.fullmatch(first.rstrip()):
        return
    end = next((row for row, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        source.unclosed.append((1, _("the front matter is not closed with ---.")))
        return
    source.front |= _keys(lines[1:end])
    source.text = "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _keys(lines: list[str]) -> dict[str, str]:
    """Return the keys of front matter; a list's entries are joined with commas."""
    keys: dict[str, str] = {}
    last = ""
    for line in lines:
        if found := KEY.fullmatch(line.rstrip()) or NESTED.fullmatch(line.rstrip()):
            last = found[1].lower()
            keys.setdefault(last, _unquoted(found[2] or ""))
        elif (entry := ITEM.fullmatch(line.rstrip())) and last:
            keys[last] = f"{keys[last]}, {_unquoted(entry[1])}".removeprefix(", ")
    return keys


def _unquoted(value: str) -> str:
    """Return a value without its quotes; a list in brackets is joined with commas."""
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(map(_unquoted, value[1:-1].split(",")))
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1].strip() if quoted else value


def _taken_out(found: re.Match[str], source: Source) -> str:
    """Return what stays of code, all, and of anything else, its line ends."""
    line = found.string.count("\n", 0, found.start()) + 1
    if found["note"] is not None:
        return _without_comment(found, source, line)
    source.unclosed += [(line, _(said)) for group, said in UNCLOSED.items() if found[group] is not None]
    if found["said"] is not None:
        source.notes.append(Note(line, found["said"].strip()))
    elif found["tags"] is not None:
        return _without_tags(found["tags"], source, line)
    elif found["style"] is not None:
        source.left_out.append((line, _("what <style> says to a browser is left out.")))
    elif found["mark"] is None:
        return found[0]
    elif found["mark"].startswith(":"):
        said = _("a mark for columns or boxes is left out; what stands between two is shown.")
        source.left_out.append((line, said))
    return "\n" * found[0].count("\n")


def _without_comment(found: re.Match[str], source: Source, line: int) -> str:
    """Keep what a comment says to the speaker, and return what it stands for."""
    if found["open"] is not None:
        source.unclosed.append((line, _("the comment is not closed with -->.")))
    said = found["note"].strip()
    if said == END_OF_SLIDE:
        return END_RULE
    if said == SKIPPED:
        source.skipped.append(line)
    if divider := DIVIDER.fullmatch(said):
        source.front.setdefault("headingdivider", divider[1].strip())
    said = re.sub(r"\A(?:speaker_notes?|notes?)\s*:\s*(?:\|\s*)?", "", said)
    if said and not DIRECTIVE.fullmatch(said):
        source.notes.append(Note(line, said))
    return "\n" * found[0].count("\n")


def _without_tags(tags: str, source: Source, line: int) -> str:
    """Return the pictures among the tags of a line, in Markdown."""
    if not re.fullmatch(r"(?:<br\s*/?>\s*)+", tags, re.IGNORECASE):
        source.left_out.append((line, _("a line of HTML is left out; what stands between two is shown.")))
    return " ".join(map(_image, IMAGE.findall(tags)))


def _image(tag: str) -> str:
    """Return a picture's tag in Markdown."""
    alt, source = (_attribute(tag, name) for name in ("alt", "src"))
    return f"![{alt.replace(']', '')}](<{source.replace('>', '')}>)"


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", tag)
    return "".join(part or "" for part in found.groups()) if found else ""
