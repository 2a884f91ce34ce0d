"""`sce entropy`: its options, the rules between them, and its body."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from sce_cli import numerals
from sce_cli.errors import Change, SceError, brief, quoted
from sce_cli.options.classes import Label, check_classes, read_label
from sce_cli.options.logits import LogitsOption, Scores, read_logits
from sce_cli.options.pairs import own_names
from sce_cli.options.rules import only_one
from sce_cli.options.weights import Target, divided, even
from sce_cli.parsers.names import name_list
from sce_cli.parsers.numbers import bounded
from sce_cli.parsers.weights import Weights, weights
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _

HELP = """\
Compare a prediction with a target: surprise, entropy, cross-entropy and KL divergence.

Without arguments: the target 0.6,0.4 and the prediction 0.5,0.5.

Example: sce entropy --label 0 --smoothing 0.1 --logits 2,1,0.1 --names cat,dog,fox
"""

DEFAULT_TARGET, DEFAULT_PREDICTION = Weights((0.6, 0.4), ("0.6", "0.4")), Weights((0.5, 0.5), ("0.5", "0.5"))
"""The frequencies of the article's balls, and a fair coin."""

LAST_DECIMAL = 1e-6
"""What each probability may be off by: `sce` prints them rounded to six decimals, and others cut them off there."""

TARGET, PREDICTION = "--target", "--prediction"

CALLED = {"q": TARGET, "target": TARGET, "p": PREDICTION, "prediction": PREDICTION}
"""What a distribution among the arguments may be called, as in q=0.6,0.4."""

Distributions = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[Q,Q,...] [P,P,...]",
        help="The target and the prediction, as with --target and --prediction.",
        show_default=False,
    ),
]
Smoothing = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--smoothing",
            N_("between 0 and 1"),
            N_("Give the share of the target to spread over all classes, such as 0.1."),
            most=1,
        ),
        metavar="E",
        help="Share of the label's target that is spread evenly over all classes.",
    ),
]
Prediction = Annotated[
    Weights | None,
    typer.Option(
        parser=weights(PREDICTION),
        metavar="P,P,...",
        help="The prediction p: the predicted probability of each outcome.",
        show_default="uniform",
    ),
]
Normalize = Annotated[bool, typer.Option("--normalize", help="Divide the given target and prediction by their sums.")]
Names = Annotated[
    Sequence[str] | None, typer.Option("--names", parser=name_list, metavar="A,B,...", help="Names of the outcomes.")
]


@dataclass(frozen=True)
class Given:
    """What was given of the target and the prediction, each of which has two forms, and how it was read."""

    target: Weights | None
    label: str | None
    prediction: Weights | None
    logits: str | None
    names: Sequence[str] | None = None
    words: tuple[tuple[str, str], ...] = ()
    """The options that arguments stand for, with their words."""

    notes: tuple[str, ...] = ()

    @property
    def truth(self) -> str | None:
        """The target as it was typed."""
        return only_one({TARGET: self.target, "--label": self.label})

    @property
    def guess(self) -> str | None:
        """The prediction as it was typed."""
        return only_one({PREDICTION: self.prediction, "--logits": self.logits})

    def change(self, option: str, value: str) -> Change:
        """Return the change of an option, or of the argument that stands for it."""
        return Change(option, value, dict(self.words).get(option, ""))

    def noting(self, *notes: str) -> "Given":
        """Return the same with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def command(
    words: Distributions = None,
    target: Target = None,
    prediction: Prediction = None,
    label: Label = None,
    smoothing: Smoothing = None,
    logits: LogitsOption = None,
    normalize: Normalize = False,
    names: Names = None,
) -> Explained:
    """Return the study of the target and the prediction, each of which has two forms."""
    given = _with_words(Given(target, label, prediction, logits, names), words or ())
    _check_smoothing(given, smoothing)
    given = _complete(given)
    scores = None if given.logits is None else read_logits(None, given.logits, given.names)
    classes = len(scores.logits if scores else given.prediction.values if given.prediction else ())
    known = scores.names if scores else tuple(given.names or map(str, range(classes)))
    if not scores:
        check_classes(given.guess or "", classes, given.names)
    place = None if given.label is None else read_label(given.label, known)
    _same_classes(given, scores, classes)
    given = _summing_to_one(given, normalize)
    from sce_cli.topics.entropy.study import study

    made = study(
        known,
        target=given.target.values if given.target else None,
        label=place,
        smoothing=smoothing or 0.0,
        prediction=given.prediction.values if given.prediction else None,
        logits=scores.logits if scores else None,
    )
    understood: dict[str, object] = {"target": made.target, "prediction": made.prediction}
    understood |= {"logits": made.given.logits, "names": made.names}
    understood |= {"label": made.given.label, "smoothing": made.given.smoothing}
    return Explained(made, _view, understood, given.notes)


def _view() -> View:
    from sce_cli.topics.entropy.view import EntropyView

    return EntropyView()


def _with_words(given: Given, words: Sequence[str]) -> Given:
    """Return what was given with the arguments in the places that the options leave: the target, the prediction."""
    texts, notes = _distributions(words)
    given = given.noting(*notes)
    for text in texts:
        name, equals, rest = text.partition("=")
        option = CALLED.get(name.strip().lower()) if equals else None
        place = option or _lacking(given, text)
        if not option and place == PREDICTION and not given.words:
            note = _("{word} was read as the prediction, for {target} gives the target.")
            given = given.noting(note.format(word=text, target=given.truth))
        given = _with_word(given, place, rest if option else text, text)
    return given


def _distributions(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return one text for each distribution: numbers that stand alone are one together, or two that sum to 1 each."""
    _refuse_decimal_commas(words)
    if len(words) > 1 and all("=" in numerals.plain(word) for word in words):
        return _of_pairs(words), []
    numbers = [numerals.number(word) for word in words]
    values = [number for number in numbers if number is not None]
    if len(words) < 2 or len(values) < len(words):
        return [*words], []
    half = len(words) // 2
    if 2 * half == len(words) and math.isclose(sum(values[:half]), 1) and math.isclose(sum(values[half:]), 1):
        both = [",".join(words[:half]), ",".join(words[half:])] if half > 1 else [*words]
        note = _("The {count} numbers were read as the target {target} and the prediction {prediction}.")
        return both, [note.format(count=len(words), target=both[0], prediction=both[1])]
    return [",".join(words)], []


def _of_pairs(words: Sequence[str]) -> list[str]:
    """Return one text for each distribution of words such as cat=0.6, which may be called by the same names twice."""
    pairs = [numerals.plain(word).partition("=") for word in words]
    names = [name.strip().lower() for name, _equals, _value in pairs]
    single = all(numerals.number(value) is not None for _name, _equals, value in pairs)
    if not single or CALLED.keys() & {*names}:
        return [*words]
    half = len(words) // 2 if names[: len(words) // 2] == names[len(words) // 2 :] else len(words)
    return [",".join(part) for part in (words[:half], words[half:]) if part]


def _refuse_decimal_commas(words: Sequence[str]) -> None:
    """Refuse 0,6 0,4 in one argument or in several, whose sum is 1 only if commas stand for points."""
    typed = [numerals.plain(word) for word in words]
    parts = [part for word in typed for part in word.split()]
    if len(parts) < 2 or not all(map(numerals.DECIMAL_COMMA.fullmatch, parts)):
        return
    points = [numerals.number(part.replace(",", ".")) or 0 for part in parts]
    lists = [sum(numerals.number(value) or 0 for value in part.split(",")) for part in parts]
    half = len(points) // 2
    one = math.isclose(sum(points), 1) or (math.isclose(sum(points[:half]), 1) and math.isclose(sum(points[half:]), 1))
    if one and set(lists) != {1}:
        raise SceError(
            _("{values}: each may be one number with a decimal comma, or two.").format(values=brief(" ".join(typed))),
            _("Type points in decimals"),
            *(Change(word, text.replace(",", ".")) for word, text in zip(words, typed, strict=True)),
        )


def _lacking(given: Given, text: str) -> str:
    """Return the option whose place an argument takes."""
    if given.target is None and given.label is None:
        return TARGET
    if given.prediction is None and given.logits is None:
        return PREDICTION
    raise SceError(
        _("{text} has no place: the target and the prediction are given.").format(text=quoted(text)),
        _("Leave it out"),
        Change(text, None),
    )


def _with_word(given: Given, option: str, text: str, word: str) -> Given:
    """Return what was given with a distribution that stands among the arguments, perhaps with the outcomes' names."""
    twice = {option: given.target if option == TARGET else given.prediction, quoted(word): True}
    only_one(twice, None, Change(word, None))
    pairs = [part.rpartition("=") for part in numerals.values(text)] if "=" in text else []
    own = tuple(name.strip() for name, _equals, _value in pairs)
    named = given.names if not own or own == given.names else own_names(own, (word,), given.names)
    try:
        read = weights(option)(",".join(value for _name, _equals, value in pairs) if pairs else text)
    except SceError as mistake:
        instead = [Change(option, change.value, word) for change in mistake.changes]
        raise SceError(mistake.message, mistake.remedy, *instead) from None
    given = replace(given, names=named, words=(*given.words, (option, word)))
    return replace(given, target=read) if option == TARGET else replace(given, prediction=read)


def _check_smoothing(given: Given, smoothing: float | None) -> None:
    if smoothing is None or given.label is not None:
        return
    changes = [Change("--label", "0")]
    if given.target is not None:
        changes = [Change("--smoothing", None)]
    elif given.guess is None:
        changes += [Change(PREDICTION, even(len(given.names or "ab")))]
    raise SceError(
        _("--smoothing {smoothing} has no --label to smooth.").format(smoothing=f"{smoothing:g}"),
        _("Add --label N, counted from 0, or leave --smoothing out") if given.target else _("Add --label N"),
        *changes,
    )


def _complete(given: Given) -> Given:
    """Return what was given with what lacks: the article's example, or a uniform prediction."""
    truth, guess = given.truth, given.guess
    if truth is None and guess is None:
        return replace(given, target=DEFAULT_TARGET, prediction=DEFAULT_PREDICTION)
    if truth is None:
        raise SceError(
            _("{prediction} has no target beside it.").format(prediction=guess),
            _("Add --target Q,Q,... or --label N"),
            Change("--label", "0"),
        )
    if guess is not None:
        return given
    classes = len(given.target.values) if given.target else len(given.names or ())
    if not classes:
        place = numerals.number(given.label or "") or 0
        raise SceError(
            _("{target} has no prediction beside it, and the outcomes have no names.").format(target=truth),
            _("Add --prediction P,P,... or --logits Z,Z,..."),
            Change(PREDICTION, even(int(min(max(place + 1, 2), 20)))),
        )
    uniform = Weights((1 / classes,) * classes, tuple(even(classes).split(",")))
    note = _("No prediction was given: p is uniform over the {count} outcomes.").format(count=classes)
    return replace(given, prediction=uniform).noting(note)


def _same_classes(given: Given, scores: Scores | None, classes: int) -> None:
    """Refuse a target and a prediction that don't agree on the number of outcomes."""
    if given.target is None or len(given.target.values) == classes:
        return
    needed = len(given.target.values)
    if scores:
        changes = [Change("--logits", ",".join(map(numerals.written, [*scores.logits, *[0.0] * needed][:needed])))]
    else:
        changes = [given.change(PREDICTION, even(needed))]
    raise SceError(
        _("{target} has {count} classes, {prediction} has {classes}.").format(
            target=given.truth, count=needed, prediction=given.guess, classes=classes
        ),
        _("Give as many for both"),
        *changes,
    )


def _summing_to_one(given: Given, normalize: bool) -> Given:
    """Refuse weights that don't sum to 1, but for a ratio, and for what the rounding of their decimals explains."""
    for option, typed in ((TARGET, given.target), (PREDICTION, given.prediction)):
        if typed is None:
            continue
        total = sum(typed.values)
        if total == 0:
            raise SceError(
                _("{option} {weights} sums to 0.").format(option=option, weights=typed),
                _("Give at least one number above 0"),
                given.change(option, even(len(typed.values))),
            )
        notes = divided(option, typed)[1]
        if not normalize and not notes and abs(total - 1) > LAST_DECIMAL * len(typed.values):
            raise SceError(
                _("{option} {weights} sums to {sum}, not to 1.").format(
                    option=option, weights=typed, sum=f"{total:.8g}"
                ),
                _("Add --normalize to divide it by its sum"),
                Change("--normalize", ""),
            )
        given = given if normalize else given.noting(*notes)
    return given
