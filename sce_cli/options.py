"""The options that several commands share, each declared once, and the rules that go with them."""

import inspect
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError, brief, quoted
from sce_cli.parsers import Weights, free_name, name_list, one_of, output_file, proper_names, real, weights, whole
from sce_cli.parsers import base as base_of_logarithms
from sce_cli.translation import LANGUAGES, _, ngettext
from sce_cli.units import Unit

MOST_CLASSES = 1000
MOST_SEED = 2**32 - 1
FIGURE_FORMATS = (".png", ".svg", ".pdf")
HANDOUT_FORMATS = (".md", ".html")
NARROWEST = 40

Value = TypeVar("Value")

DEFAULT_LOGITS = (2.0, 1.0, 0.1)
"""The scores that the topics take when none are given."""

Logits = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class; cat=2 dog=1 names the classes.",
        show_default=" ".join(f"{logit:g}" for logit in DEFAULT_LOGITS),
    ),
]
LogitsOption = Annotated[str | None, typer.Option("--logits", metavar="Z,Z,...", help="The logits z, as one list.")]
Target = Annotated[
    Weights | None,
    typer.Option(
        "--target", parser=weights("--target"), metavar="Q,Q,...", help="The target q: a weight for each class, or 2:1."
    ),
]

Label = Annotated[
    str | None,
    typer.Option(metavar="N|NAME", help="The true class, counted from 0 or by its name: a one-hot target."),
]
Names = Annotated[Sequence[str] | None, typer.Option(parser=name_list, metavar="A,B,...", help="Names of the classes.")]
LabelColumn = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The table's column of the classes.", show_default="the last one"),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        metavar="SIGN",
        help="What separates the cells: , ; | or another sign, or tab or blanks.",
        show_default="found from the text",
    ),
]
Decimal = Annotated[
    str | None,
    typer.Option(metavar="SIGN", help="The decimal sign: point or comma.", show_default="found from the text"),
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The encoding of the text, such as gb18030.", show_default="found, or UTF-8"),
]
NoHeader = Annotated[bool, typer.Option("--no-header", help="Take the first row of the text as an example.")]

MISSING = ("drop", "mean", "refuse")
Missing = Annotated[
    str | None,
    typer.Option(
        parser=one_of("--missing", MISSING),
        autocompletion=one_of("--missing", MISSING).completed,
        metavar="NAME",
        help="Rows with a missing cell: drop them, fill them with the feature's mean, or refuse them.",
        show_default="drop, or as in training",
    ),
]

Handout = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--handout", *HANDOUT_FORMATS),
        metavar="FILE",
        help="Write the steps and figures as a page to give away: FILE.html or FILE.md.",
    ),
]
LANGUAGE = one_of("--lang", LANGUAGES)
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        parser=LANGUAGE,
        autocompletion=LANGUAGE.completed,
        metavar="en|zh",
        help="The language of all that is shown.",
        show_default="SCE_LANG, or that of the locale",
    ),
]
Ascii = Annotated[bool, typer.Option("--ascii", help="Use ASCII characters only.")]
Width = Annotated[
    int | None,
    typer.Option(
        parser=whole("--width", "a number of columns", NARROWEST, 1000),
        metavar="N",
        help="Columns to use, instead of at most 80.",
    ),
]


def shared(
    base: Annotated[
        str,
        typer.Option(
            parser=base_of_logarithms,
            metavar="e|2|10",
            help="Base of the printed logarithms: e (nats), 2 (bits) or 10 (dits).",
            show_default="e",
        ),
    ] = Unit.NATS.value,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, in nats, instead of the steps.")
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option(
            parser=output_file("--plot", *FIGURE_FORMATS),
            metavar="FILE",
            help="Also draw a figure: FILE.png, FILE.svg or FILE.pdf.",
        ),
    ] = None,
    handout: Handout = None,
    step: Annotated[bool, typer.Option("--step", help="Show one step at a time: Enter, b (back), q (end).")] = False,
    from_step: Annotated[
        int | None,
        typer.Option(
            parser=whole("--from-step", "the number of a step", 1, 1000), metavar="N", help="Begin with step N."
        ),
    ] = None,
    predict: Annotated[
        bool, typer.Option("--predict", help="Ask for a guess before a step that has a question.")
    ] = False,
    checks: Annotated[
        bool, typer.Option("--checks", help="List every claim, how far its two routes differ, and what is allowed.")
    ] = False,
    digits: Annotated[
        int | None,
        typer.Option(
            parser=whole("--digits", "a number of digits", 3, 17),
            metavar="N",
            help="Significant digits of the numbers in steps and figures.",
            show_default="4, more where the point needs them",
        ),
    ] = None,
    lang: Lang = None,
    ascii: Ascii = False,
    width: Width = None,
) -> None:
    """Declare the options that every topic takes; only the signature is used."""


SHARED = tuple(
    parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for parameter in inspect.signature(shared).parameters.values()
)


def joined(values: Sequence[object]) -> str:
    """Return what was given as a list, as it is typed, its end left out where it is very long."""
    return brief(",".join(map(str, values)))


def given(option: str, value: object) -> str:
    """Return an option with its value, as it is typed."""
    if value is True:
        return option
    if isinstance(value, Path):
        return f"{option} {quoted(value)}"
    plain = value if isinstance(value, str) or not isinstance(value, Sequence) else joined(value)
    return f"{option} {brief(str(plain))}".strip()


def only_one(values: Mapping[str, object], remedy: str | None = None, *also: Change) -> str | None:
    """Return the one option that was given, as it is typed, or None; refuse options that exclude each other.

    values: by their options; None and False where one wasn't given. The corrected line keeps the first one. also: what
    else to change there.
    """
    given_ones = {option: value for option, value in values.items() if value is not None and value is not False}
    texts = [given(option, value) for option, value in given_ones.items()]
    if len(texts) > 1:
        left_out = [Change(option, None) for option in [*given_ones][1:] if option.startswith("--")]
        raise SceError(
            _("{options} exclude each other.").format(options=_(" and ").join(texts)),
            remedy or _("Give one or the other."),
            *left_out,
            *also,
        )
    return texts[0] if texts else None


def check_classes(said: str, classes: int, names: Sequence[str] | None) -> None:
    """Refuse more classes than a topic can show, and names that aren't one for each; said: what gave the classes."""
    if classes > MOST_CLASSES:
        raise SceError(
            _("{classes_given} has {classes} classes.").format(classes_given=said, classes=classes),
            _("Give at most {most}.").format(most=MOST_CLASSES),
        )
    if names is not None and len(names) != classes:
        more = [name for name in (f"class{k}" for k in range(1, 2 * classes + 1)) if name not in names]
        raise SceError(
            ngettext(
                "--names {names} has {count} name for {classes} classes.",
                "--names {names} has {count} names for {classes} classes.",
                len(names),
            ).format(names=joined(names), count=len(names), classes=classes),
            _("Give as many names as classes"),
            Change("--names", ",".join([*names, *more][:classes])),
        )


CALLED = re.compile(
    r"^\s*(?:z|logits|scores)\s*[=＝]\s*(?=[^=＝]*[\s,;，；、][^=＝]*$)|^(?:np|numpy)\.array(?=\()", re.IGNORECASE
)
"""What a list of logits may be called, as in z=[2,1,0.1]; z=2 alone is a class named z."""


@dataclass(frozen=True)
class Scores:
    """The logits of the classes and their names, as they were understood by what was typed."""

    logits: tuple[float, ...]
    names: tuple[str, ...]
    typed: tuple[str, ...] = ()
    """The words that they stand in."""

    @property
    def said(self) -> str:
        """The logits as they were typed, the end left out where there are many."""
        text = ",".join(text for word in self.typed for text in numerals.values(word))
        return brief(text or ",".join(map(numerals.written, self.logits)))

    def with_logits(self, logits: Sequence[float]) -> list[Change]:
        """Return the changes of the words that give other logits."""
        rest, changes = list(logits), []
        for word in self.typed:
            parts = [part.rpartition("=") for part in numerals.values(word)]
            values = [numerals.written(rest.pop(0)) for part in parts if rest]
            texts = [f"{name}{equals}{value}" for (name, equals, _value), value in zip(parts, values, strict=False)]
            changes.append(Change(word, ",".join(texts)))
        return changes


def read_logits(words: Sequence[str] | None, option: str | None, names: Sequence[str] | None) -> Scores:
    """Return the logits from the words behind the command or from --logits, and a name for each class.

    Several logits may stand in a word, and cat=2 names a class. Without names the classes are numbered from 0.
    """
    only_one({"Z...": words or None, "--logits": option}, _("Give them once"))
    typed = (option,) if option is not None else tuple(words or ())
    pairs = [pair for word in typed for pair in _pairs(CALLED.sub("", word))]
    logits = tuple(value for _name, value in pairs) or DEFAULT_LOGITS
    known = own_names([name for name, _value in pairs], typed, names) if pairs else names
    scores = Scores(logits, tuple(known or map(str, range(len(logits)))), typed)
    said = _("logits {logits}").format(logits=scores.said)
    check_classes(said, len(logits), known)
    if max(logits) == -math.inf:
        raise SceError(
            _("{logits_given}: every class is masked.").format(logits_given=said),
            _("Give at least one finite logit"),
            *scores.with_logits([0, *logits[1:]]),
        )
    return scores


def own_names(own: Sequence[str], typed: Sequence[str], names: Sequence[str] | None) -> Sequence[str] | None:
    """Return the names in pairs such as cat=2, else those of --names; own: "" where a value has none."""
    if not any(own):
        return names
    if not all(own):
        bare = [Change(word, ",".join(part.rpartition("=")[2] for part in numerals.values(word))) for word in typed]
        raise SceError(
            _("{values}: some have a name, others none.").format(values=joined(typed)),
            _("Name all of them, or none"),
            *bare,
        )
    only_one({_("names in {values} =").format(values=joined(own)): True, "--names": names}, _("Name them once"))
    try:
        return name_list(",".join(own))
    except SceError as mistake:
        rest = proper_names(own)
        changes = [Change(word, ",".join(_renamed(word, rest))) for word in typed]
        raise SceError(mistake.message, mistake.remedy, *changes) from None


def _renamed(word: str, names: list[str]) -> list[str]:
    """Return the pairs in a word with the first of other names, which are used up."""
    return [f"{names.pop(0)}={part.rpartition('=')[2]}" for part in numerals.values(word)]


def _pairs(word: str) -> list[tuple[str, float]]:
    """Return the logits in a word, each with the name before its =, if there is one."""
    return values_in(word, named(real("logit", _("a number"), masked=True)))


def named(parse: Callable[[str], Value]) -> Callable[[str], tuple[str, Value]]:
    """Return a parser for a value with a name before it, as cat=2; the name is "" if there is none."""

    def pair(part: str) -> tuple[str, Value]:
        name, equals, value = part.rpartition("=")
        try:
            return name.strip(), parse(value)
        except SceError as mistake:
            instead = [Change("", f"{name}{equals}{change.value}") for change in mistake.changes[:1]]
            raise SceError(mistake.message, mistake.remedy, *instead) from None

    return pair


def values_in(word: str, parse: Callable[[str], Value]) -> list[Value]:
    """Return the values in a word behind the command; a mistake of one shows the word with another in its place."""
    parts, values = numerals.values(word), []
    if not any(parts):
        raise SceError(_("an argument is empty."), _("Leave it out"), Change(word, None))
    for place, part in enumerate(parts):
        try:
            values.append(parse(part))
        except SceError as mistake:
            instead = [change.value or "" for change in mistake.changes[:1]] if part else []
            line = ",".join(filter(None, [*parts[:place], *instead, *parts[place + 1 :]]))
            raise SceError(mistake.message, mistake.remedy, Change(word, line)) from None
    return values


def read_label(text: str, names: Sequence[str]) -> int:
    """Return the place of a class that is named, or counted from 0."""
    typed = numerals.plain(text)
    if typed in names:
        return list(names).index(typed)
    folded = [name.casefold() for name in names]
    if folded.count(typed.casefold()) == 1:
        return folded.index(typed.casefold())
    place = numerals.exact(typed)
    if place is not None and place.denominator == 1 and 0 <= place < len(names):
        return int(place)
    numbered = list(names) == [str(k) for k in range(len(names))]
    by_number = _("Give a number from 0 to {last}")
    by_name = _("Give one of {names}, or a number from 0 to {last}")
    raise SceError(
        ngettext(
            "--label {label} is not one of {count} class.", "--label {label} is not one of {count} classes.", len(names)
        ).format(label=quoted(text.strip()), count=len(names)),
        (by_number if numbered else by_name).format(names=joined(names), last=len(names) - 1),
        Change("--label", _nearest(typed, names)),
    )


def _nearest(typed: str, names: Sequence[str]) -> str:
    """Return the class that is meant, by its letters or as the last one, else the first."""
    from sce_cli.correction import by_likeness

    if numerals.exact(typed) is not None:
        return names[-1 if (numerals.exact(typed) or 0) >= len(names) else 0]
    return next(iter(by_likeness(typed, names)), names[0])


def data_named(typed: str, known: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the data that are meant, a set's name in any letters or a file, and what to note of that.

    Refuses what is neither, where a set may be meant; known: the names of the sets.
    """
    if typed in known or os.path.lexists(typed):
        return typed, ()
    plain = Path(numerals.plain(typed).lower())
    if plain.name in known:
        return plain.name, ()
    if plain.stem in known and plain.suffix in {".csv", ".npz"}:
        note = _("There is no file {file}: the data set {name} was taken.")
        return plain.stem, (note.format(file=quoted(typed), name=plain.stem),)
    from sce_cli.correction import by_likeness

    bare = len(typed) < MOST_CLASSES and plain.name == str(plain) and not plain.suffix
    near = by_likeness(plain.name, known) if bare else []
    if near:
        raise SceError(
            _("--data {data} is not a data set or a file that can be read.").format(data=quoted(typed)),
            _("Give {names}, or the path of a file").format(names=", ".join(known)),
            Change("--data", near[0], typed),
        )
    return typed, ()


def divided(option: str, given_weights: Weights) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return weights, divided by their sum where a ratio or rounding asks for it, and the sentence that says so."""
    total = sum(given_weights.values)
    if math.isclose(total, 1, rel_tol=1e-12) or not (given_weights.ratio or given_weights.rounded):
        return given_weights.values, ()
    ratio = _("{option} {weights} is a ratio: each number is divided by their sum, {sum}.")
    rounded = _("{option} {weights} is rounded: it sums to {sum}, and each number is divided by that.")
    said = (ratio if given_weights.ratio else rounded).format(option=option, weights=given_weights, sum=f"{total:.8g}")
    return tuple(value / total for value in given_weights.values), (said,)


def fitted(given_weights: Weights, classes: int) -> str:
    """Return weights for so many classes as they are typed: with 0 for those that lack one, or without the last."""
    typed = [*given_weights.typed, *["0"] * classes][:classes]
    return ",".join(typed) if sum(given_weights.values[:classes]) > 0 else even(classes)


def even(classes: int) -> str:
    """Return how the uniform distribution is typed."""
    return ",".join([f"1/{classes}"] * classes) if classes > 2 else ",".join(["0.5", "0.5"][:classes]) or "1"


def check_outputs(outputs: Mapping[str, Any]) -> None:
    """Refuse to pace a JSON document; outputs: the shared options by their names."""
    for name in ("step", "from_step", "predict"):
        if outputs["json"] and outputs[name]:
            said = given(f"--{name.replace('_', '-')}", outputs[name])
            raise SceError(
                _("--json and {option} exclude each other: JSON is one document.").format(option=said),
                _("Leave one of them out"),
                *(Change(option, None) for option in ("--step", "--from-step", "--predict")),
            )


def check_files(arguments: Mapping[str, Any]) -> None:
    """Refuse an output that is the file of the data, or another output; arguments: by their names."""
    outputs: dict[Path, str] = {}
    for name, path in arguments.items():
        if not isinstance(path, Path):
            continue
        option = f"--{name.replace('_', '-')}"
        words = arguments.get("words") or ""
        data = arguments.get("data") or (words[0] if isinstance(words, list) else words)
        same = False
        with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
            same = path.samefile(data)
        if same:
            raise SceError(
                f"{option} {quoted(path)} would overwrite --data {quoted(data)}.",
                "Name another file",
                Change(option, free_name("new", path.suffix)),
            )
        other = outputs.setdefault(path.resolve(), option)
        if other != option:
            raise SceError(
                f"{other} and {option} name the same file, {quoted(path)}.",
                "Name another file for one",
                Change(option, free_name(f"another-{name.replace('_', '-')}", path.suffix)),
            )
