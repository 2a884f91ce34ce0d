"""Pictures that lie beside a lesson: within a handout, or as their words."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from markdown_it.token import Token

from sce_cli.translation import _

LARGEST = 5_000_000
"""Bytes of a picture that a handout takes in."""

KINDS = {b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
"""The kinds of pictures by their first bytes; SVG has none of its own."""


def as_words(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with each picture as its words."""
    return _replaced(tokens, None)


def as_data(tokens: Sequence[Token], folder: Path | None) -> list[Token]:
    """Return tokens with each picture that lies in the folder as data, and any other as its words."""
    return _replaced(tokens, folder)


def _replaced(tokens: Sequence[Token], folder: Path | None) -> list[Token]:
    return [token.copy(children=[*_shown(token.children, folder)]) if token.children else token for token in tokens]


def _shown(children: Sequence[Token], folder: Path | None) -> Iterator[Token]:
    for child in children:
        data = _data(folder, str(child.attrs["src"])) if child.type == "image" and folder else ""
        if child.type != "image":
            yield child
        elif data:
            yield child.copy(attrs={**child.attrs, "src": data})
        else:
            yield Token("text", "", 0, content=_("[picture: {words}]").format(words=child.content))


def _data(folder: Path, address: str) -> str:
    """Return a picture's address that holds it; nothing for one that isn't a picture within the folder."""
    with suppress(OSError, ValueError):  # no file can have such a name
        path = (folder / unquote(address)).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= LARGEST:
            content = path.read_bytes()
            kind = next((kind for first, kind in KINDS.items() if content.startswith(first)), "")
            if path.suffix.lower() == ".svg" and b"<svg" in content[:LARGEST]:
                kind = "svg+xml"
            return f"data:image/{kind};base64,{base64.b64encode(content).decode()}" if kind else ""
    return ""
