"""The loop that turns keys into frames; it knows no demonstration and no terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sce_cli.errors import Change, SceError, quoted
from sce_cli.play.demonstration import State
from sce_cli.translation import N_, _

BIG = {">": "shift-right", "<": "shift-left"}
"""Keys for terminals that keep shift and the arrows for themselves."""

SPACE = "space"
"""The word of --keys for what a list of words can't hold."""

ARROWS = ("up", "down", "left", "right", "shift-left", "shift-right")

MOST_KEYS = 1000

KEYS = N_(
    "[bold]↑ ↓[/] choose  [bold]← →[/] change  [bold]< >[/] big  [bold]r[/] reset  [bold]?[/] why  [bold]q[/] leave"
)


@dataclass(frozen=True, eq=False)
class Session:
    """A demonstration under way."""

    name: str
    state: State
    first: State
    """Where r leads."""

    explained: bool = False
    over: bool = False

    @property
    def footer(self) -> tuple[str, str]:
        """The two lines below the picture: the keys, or what there is to see."""
        if self.explained:
            return _(self.state.EXPLAINED[0]), _(self.state.EXPLAINED[1])
        return _(self.state.KEYS), _(KEYS)

    def after(self, key: str) -> "Session":
        """Return the session after a key; the same one, where it changes nothing."""
        if key in {"q", "end"}:
            return replace(self, over=True)
        if key == "?":
            return replace(self, explained=not self.explained)
        state = self.first if key == "r" else self.state.after(BIG.get(key, key))
        return self if state is self.state else replace(self, state=state)


def begun(name: str, state: State, keys: Sequence[str] = ()) -> Session:
    """Return a session in which some keys have been played."""
    session = Session(name, state, state)
    for key in keys:
        session = session.after(key)
    return session


class Stage(Protocol):
    """What shows the frames and takes the keys."""

    def draw(self, session: Session) -> None:
        """Show a frame."""

    def key(self, pause: float | None) -> str:
        """Return the next key, "tick" after a pause without any, or "changed" where the frame is to be drawn anew."""

    def waiting(self) -> bool:
        """Whether a key is there already, so that a frame would be seen by nobody."""


def play(session: Session, stage: Stage) -> Session:
    """Play until a key ends it, and draw where something has changed; return the session that was shown last."""
    drawn: Session | None = None
    while not session.over:
        if drawn is not session and not stage.waiting():
            stage.draw(session)
            drawn = session
        key = stage.key(session.state.pause)
        if key == "changed":
            drawn = None
        else:
            session = session.after(key)
    return session


def keys_in(text: str) -> tuple[str, ...]:
    """Return the keys that words stand for: right, space, n, or right*5 for five of them. Raises SceError."""
    keys: list[str] = []
    for word in text.split():
        name, times, count = (word, "", "") if len(word) == 1 else word.partition("*")
        arrow = name.lower().replace("+", "-")
        key = " " if arrow == SPACE else arrow if arrow in ARROWS else name
        many = int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 0 if times else 1
        if (key not in ARROWS and len(key) != 1) or not many:
            known = ", ".join((SPACE, *ARROWS))
            raise SceError(
                _("--keys {keys}: {word} is no key.").format(keys=quoted(text), word=quoted(word)),
                _("Name keys with blanks between them: {known}, a letter, or right*5").format(known=known),
                Change("--keys", "right*5"),
            )
        keys += [key] * many
    if len(keys) > MOST_KEYS:
        raise SceError(
            _("--keys {keys} are {count} keys.").format(keys=quoted(text), count=len(keys)),
            _("Give at most {most}").format(most=MOST_KEYS),
            Change("--keys", "right*5"),
        )
    return tuple(keys)
