"""The rules between options: each function turns one command's options into its study's arguments, or refuses them."""

import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sce_cli.errors import SceError, quoted
from sce_cli.options import MOST_BALLS, MOST_CLASSES
from sce_cli.parsers import output_file

if TYPE_CHECKING:
    from sce_cli.datasets import Table

ARTICLE = {"white": 6, "black": 4}
"""The ten balls of the article that the topics follow."""

TARGET, PREDICTION = (0.6, 0.4), (0.5, 0.5)
"""The frequencies of those balls, and a fair coin."""

LAST_DECIMAL = 1e-6
"""What each probability may be off by: `sce` prints them rounded to six decimals, and others cut them off there."""

LARGEST_LOGIT = {"float64": 1e6, "float32": 1e3}
"""Up to here the best step of every method is a whole number of units in the last place, so that z + h is exact."""

MOST_DIFFERENCES = 10_000
"""Entries of random gradients to check; this many take about ten seconds."""

LARGEST_TARGET = 1e6
SMALLEST_STEP, LARGEST_STEP = {"float64": 1e-300, "float32": 1e-35}, 1000
"""Beyond these, products underflow or overflow before they can show truncation and rounding."""

DEFAULT_LOGITS = (2.0, 1.0, 0.1)
"""The scores that the topics take when none are given."""


def scored(logits: Sequence[float] | None, names: Sequence[str] | None) -> dict[str, float]:
    """Return each class's logit by its name; without names the classes are numbered from 0."""
    given = tuple(logits or DEFAULT_LOGITS)
    _check_classes(f"logits {_joined(given)}", len(given), names)
    if max(given) == -math.inf:
        raise SceError(f"logits {_joined(given)}: every class is masked.", "Give at least one finite logit.")
    return dict(zip(names or map(str, range(len(given))), given, strict=True))


def colours(
    white: int | None, black: int | None, counts: Sequence[int] | None, names: Sequence[str] | None
) -> dict[str, int]:
    """Return how many balls of each colour were drawn, from either form of the command line."""
    if counts is None:
        drawn = _white_and_black(white, black, names)
    elif white is not None or black is not None:
        given = f"--white {white}" if white is not None else f"--black {black}"
        raise SceError(f"{given} and --counts {_joined(counts)} exclude each other.", "Give one or the other.")
    else:
        drawn = _counted(counts, names)
    if not 0 < sum(drawn.values()) <= MOST_BALLS:
        given = f"--counts {_joined(counts)}" if counts else f"--white {white} and --black {black}"
        raise SceError(
            f"{given} make {sum(drawn.values())} balls.", f"Draw at least one ball and at most 2^53 = {MOST_BALLS}."
        )
    return drawn


def _white_and_black(white: int | None, black: int | None, names: Sequence[str] | None) -> dict[str, int]:
    if names is not None:
        raise SceError(
            f"--names {_joined(names)} has no --counts to name.", "Give both: --counts 6,4 --names white,black."
        )
    if white is None and black is None:
        return ARTICLE
    if white is None or black is None:
        given, missing = (f"--black {black}", "--white") if white is None else (f"--white {white}", "--black")
        raise SceError(f"{missing} is missing beside {given}.", f"Add {missing} N; N may be 0.")
    return {"white": white, "black": black}


def _counted(counts: Sequence[int], names: Sequence[str] | None) -> dict[str, int]:
    if len(counts) < 2:
        raise SceError(f"--counts {_joined(counts)} has one colour only.", "Give at least two, as in --counts 6,4.")
    _check_classes(f"--counts {_joined(counts)}", len(counts), names)
    return dict(zip(names or (f"colour {index}" for index in range(1, len(counts) + 1)), counts, strict=True))


def _check_classes(given: str, classes: int, names: Sequence[str] | None) -> None:
    """Refuse more classes than a topic can show, and names that aren't one for each."""
    if classes > MOST_CLASSES:
        raise SceError(f"{given} has {classes} classes.", f"Give at most {MOST_CLASSES}.")
    if names is not None and len(names) != classes:
        raise SceError(
            f"--names {_joined(names)} has {len(names)} name{'s'[: len(names) - 1]} for {classes} classes.",
            "Give as many names as classes, as in --names red,green,blue for three.",
        )


def two_distributions(
    target: Sequence[float] | None,
    label: int | None,
    smoothing: float | None,
    prediction: Sequence[float] | None,
    logits: Sequence[float] | None,
    normalize: bool,
    names: Sequence[str] | None,
) -> dict[str, Any]:
    """Return what the study of a target and a prediction takes; each of the two has two forms."""
    if smoothing is not None and label is None:
        raise SceError(f"--smoothing {smoothing:g} has no --label to smooth.", "Add --label N, counted from 0.")
    if target is None and label is None and prediction is None and logits is None:
        target, prediction = TARGET, PREDICTION
    truth = _given({"--target": target, "--label": None if label is None else (label,)})
    guess = _given({"--prediction": prediction, "--logits": logits})
    if truth is None:
        raise SceError(f"{guess} has no target beside it.", "Add --target Q,Q,... or --label N.")
    if guess is None:
        raise SceError(f"{truth} has no prediction beside it.", "Add --prediction P,P,... or --logits Z,Z,....")
    classes = _same_length(guess, len(prediction or logits or ()), truth, target, label, names)
    if logits is not None and max(logits) == -math.inf:
        raise SceError(f"{guess} masks every class.", "Give at least one finite number.")
    for option, weights in (("--target", target), ("--prediction", prediction)):
        if weights is not None:
            _sums_to_one(option, weights, normalize)
    return {
        "names": tuple(names or map(str, range(classes))),
        "target": target,
        "label": label,
        "smoothing": smoothing or 0.0,
        "prediction": prediction,
        "logits": logits,
    }


def _given(forms: dict[str, Sequence[object] | None]) -> str | None:
    """Return the option that was given, with its value; one of two at most."""
    texts = [f"{option} {_joined(values)}" for option, values in forms.items() if values is not None]
    if len(texts) > 1:
        raise SceError(f"{' and '.join(texts)} exclude each other.", "Give one or the other.")
    return texts[0] if texts else None


def _same_length(
    guess: str, classes: int, truth: str, target: Sequence[float] | None, label: int | None, names: Sequence[str] | None
) -> int:
    """Return the number of classes, on which everything given agrees."""
    _check_classes(guess, classes, names)
    if target is not None and len(target) != classes:
        raise SceError(f"{truth} has {len(target)} classes, {guess} has {classes}.", "Give as many for both.")
    if label is not None and label >= classes:
        raise SceError(f"{truth} is not a class of {guess}.", f"Labels count from 0: give one from 0 to {classes - 1}.")
    return classes


def _sums_to_one(option: str, weights: Sequence[float], normalize: bool) -> None:
    """Refuse weights that don't sum to 1, nearly or after the division that `normalize` asks for."""
    total = sum(weights)
    if total == 0:
        raise SceError(f"{option} {_joined(weights)} sums to 0.", "Give at least one number above 0.")
    if not normalize and abs(total - 1) > LAST_DECIMAL * len(weights):
        raise SceError(
            f"{option} {_joined(weights)} sums to {total:.8g}, not to 1.", "Add --normalize to divide it by its sum."
        )


def _joined(values: Sequence[object]) -> str:
    text = ",".join(map(str, values))
    return text if len(text) <= 60 else f"{text[:50]}..."


def gradient_point(
    logits: Sequence[float] | None,
    label: int | None,
    target: Sequence[float] | None,
    classes: int | None,
    seed: int | None,
    precision: str,
) -> tuple[Sequence[float], Sequence[float]]:
    """Return the logits and the target, one weight a class, from a label or from weights of any positive sum."""
    for option, value in (("--classes", classes), ("--seed", seed)):
        if value is not None:
            raise SceError(f"{option} {value} is for random points only.", "Add --random N, or leave it out.")
    if label is not None and target is not None:
        raise SceError(f"--label {label} and --target {_joined(target)} exclude each other.", "Give one or the other.")
    logits = logits or DEFAULT_LOGITS
    _check_classes(f"logits {_joined(logits)}", len(logits), None)
    _near_enough(logits, precision)
    weights = _one_hot(label or 0, len(logits)) if target is None else target
    if len(weights) != len(logits):
        raise SceError(
            f"--target {_joined(weights)} has {len(weights)} entries for {len(logits)} logits.", "Give one for each."
        )
    if sum(weights) == 0:
        raise SceError(f"--target {_joined(weights)} has no entry above 0.", "Give weights q, not all of them 0.")
    if not 1 / LARGEST_TARGET <= sum(weights) <= LARGEST_TARGET:
        raise SceError(f"--target {_joined(weights)} sums to {sum(weights):g}.", "Let it be between 1e-6 and 1e6.")
    for index, (logit, weight) in enumerate(zip(logits, weights, strict=True)):
        if logit == -math.inf and weight > 0:
            given = f"--label {index}" if target is None else f"--target {_joined(target)}"
            raise SceError(
                f"{given} asks for class {index}, whose logit is -inf.",
                "The loss is infinite there: choose another class.",
            )
    return logits, weights


def random_points(
    points: int,
    classes: int | None,
    seed: int | None,
    logits: Sequence[float] | None,
    label: int | None,
    target: Sequence[float] | None,
) -> tuple[int, int, int]:
    """Return how many random points of how many classes to draw, and the seed; a point can't be given as well."""
    for option, value in (("Z...", logits), ("--label", label), ("--target", target)):
        if value is not None:
            shown = _joined(value) if isinstance(value, Sequence) else value
            raise SceError(f"{option} {shown} and --random {points} exclude each other.", "Give one or the other.")
    classes = classes or 3
    if points * classes > MOST_DIFFERENCES:
        raise SceError(
            f"--random {points} of {classes} classes make {points * classes} differences, which takes too long.",
            f"Give a product of at most {MOST_DIFFERENCES}.",
        )
    return points, classes, seed or 0


def difference(step: float | None, precision: str, method: str, bug: str) -> dict[str, Any]:
    """Return how the finite difference is to be taken, and the mistake to plant."""
    if step is not None and step <= 0:
        raise SceError(f"--step-size {step} is not above 0.", "Give a small positive number, such as 1e-5.")
    if step is not None and not SMALLEST_STEP[precision] <= step <= LARGEST_STEP:
        raise SceError(f"--step-size {step} is out of range.", f"Give {SMALLEST_STEP[precision]:g} to {LARGEST_STEP}.")
    return {"step": step, "precision": precision, "method": method, "bug": bug}


def _near_enough(logits: Sequence[float], precision: str) -> None:
    """Refuse logits so large that a small step drowns in their rounding, and those that are all masked."""
    if max(logits) == -math.inf:
        raise SceError(f"Z... {_joined(logits)} masks every class.", "Give at least one finite number.")
    largest = max(abs(logit) for logit in logits if logit != -math.inf)
    if largest > LARGEST_LOGIT[precision]:
        limit = LARGEST_LOGIT[precision]
        raise SceError(
            f"a logit of size {largest:g} swallows the step of a finite difference in {precision}.",
            f"Give logits between -{limit:g} and {limit:g}, or -inf.",
        )


def _one_hot(label: int, classes: int) -> list[float]:
    if label >= classes:
        raise SceError(f"--label {label} is not one of {classes} classes.", f"Give a class from 0 to {classes - 1}.")
    return [float(k == label) for k in range(classes)]


def training(
    optimizer: str | None,
    compare: Sequence[str] | None,
    epochs: int | None,
    learning_rate: float | None,
    batch_size: int | None,
    l2: float | None,
    label_smoothing: float | None,
    seed: int | None,
    test_fraction: float | None,
) -> dict[str, Any]:
    """Return how to train, with the defaults of what isn't given."""
    if optimizer is not None and compare is not None:
        raise SceError(
            f"--optimizer {optimizer} and --compare {_joined(compare)} exclude each other.",
            "The first one of --compare is the model.",
        )
    optimizers = tuple(compare or (optimizer or "gd",))
    if learning_rate is not None and set(optimizers) == {"newton"}:
        raise SceError(
            f"--learning-rate {learning_rate:g}: Newton's method has none, its steps have a length of their own.",
            "Leave it out, or choose --optimizer gd.",
        )
    if batch_size is not None and set(optimizers) <= {"gd", "newton"}:
        raise SceError(
            f"--batch-size {batch_size}: {' and '.join(optimizers)} use all examples in each step.",
            "Leave it out, or choose --optimizer sgd.",
        )
    return {
        "optimizers": optimizers,
        "epochs": epochs or 200,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "l2": 1e-3 if l2 is None else l2,
        "label_smoothing": label_smoothing or 0.0,
        "seed": seed or 0,
        "test_fraction": 0.2 if test_fraction is None else test_fraction,
    }


def check_table(table: "Table", how: dict[str, Any], plot_boundary: Path | None) -> None:
    """Refuse a table that can't be split, and a picture that can't be drawn."""
    import numpy as np

    from sce_cli.datasets import picture_shape

    assert table.labels is not None
    alone = np.flatnonzero(np.bincount(table.labels) == 1)
    if alone.size and how["test_fraction"]:
        row = int((table.labels == alone[0]).argmax())
        raise SceError(
            f"--data {quoted(table.name)}, row {row}, column {quoted(table.label_column)}: the only row of class "
            f"{quoted(table.class_names[alone[0]])} can't be in both the training and the test part.",
            "Add rows of that class, or give --test-fraction 0.",
        )
    if plot_boundary is not None and len(table.feature_names) != 2 and not picture_shape(table.feature_names):
        raise SceError(
            f"--plot-boundary {quoted(plot_boundary)} draws two features, not {len(table.feature_names)}.",
            f"Choose two, as in --features {','.join(table.feature_names[:2])}.",
        )


def checked_row(row: int, table: "Table", output: Path | None) -> int:
    """Return the row to follow, which must be one of the table's; a file of all rows can't be asked for as well."""
    if output is not None:
        raise SceError(
            f"--row {row} and --output {quoted(output)} exclude each other.", "Leave out --row for a file of all rows."
        )
    if row >= len(table.features):
        raise SceError(
            f"--row {row} is not in --data {quoted(table.name)}, which has {len(table.features)} rows.",
            f"Rows count from 0: give one from 0 to {len(table.features) - 1}.",
        )
    return row


def check_outputs(shared: dict[str, Any]) -> None:
    """Refuse to pace a JSON document; shared: the shared options by their names."""
    for name in ("step", "from_step", "predict"):
        if shared["json"] and shared[name]:
            given = f"--{name.replace('_', '-')}" + ("" if shared[name] is True else f" {shared[name]}")
            raise SceError(f"--json and {given} exclude each other: JSON is one document.", "Leave one of them out.")


def lesson_language(lang: str | None, ascii_only: bool) -> str:
    """Return the language of the lessons: the given one, else the locale's; Chinese can't be written in ASCII."""
    from sce_cli.lessons import default_language

    if lang == "zh" and ascii_only:
        raise SceError("--lang zh and --ascii exclude each other.", "Leave one of them out.")
    return "en" if ascii_only else lang or default_language()


def check_lesson(what: str | None, check: bool, new: bool, handout: Path | None) -> None:
    """Refuse two things at once, and a handout of no lesson."""
    if check and new:
        raise SceError("--check and --new exclude each other.", "Leave one of them out.")
    if handout and (check or new or what is None):
        given = "--check" if check else "--new" if new else "the list of chapters"
        raise SceError(
            f"--handout {quoted(handout)} is made of a lesson, not of {given}.",
            f"Name a lesson, as in sce lesson 2 --handout {handout.name}.",
        )


def own_lesson(what: str | None, new: bool) -> Path:
    """Return the file that is to be checked or begun."""
    option = "--new" if new else "--check"
    if what is None or not what.endswith(".md"):
        given = "" if what is None else f" {quoted(what)}"
        raise SceError(f"lesson {option}{given} names no Markdown file.", f"Name one, as in sce lesson {option} my.md.")
    return output_file("lesson --new", ".md")(what) if new else Path(what)


def check_handout(handout: Path | None, played: Sequence[Path]) -> None:
    """Refuse a handout that is the file of a lesson."""
    with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
        if handout and any(handout.samefile(path) for path in played):
            raise SceError(f"--handout {quoted(handout)} would overwrite the lesson.", "Name another file.")


def check_files(given: dict[str, Any]) -> None:
    """Refuse an output that is the file of the data, or another output; given: the arguments by their names."""
    outputs: dict[Path, str] = {}
    for name, path in given.items():
        if not isinstance(path, Path):
            continue
        option = f"--{name.replace('_', '-')}"
        same = False
        with suppress(OSError, ValueError):  # either file may not exist, or have a name that none can have
            same = path.samefile(given.get("data", ""))
        if same:
            raise SceError(
                f"{option} {quoted(path)} would overwrite --data {quoted(given['data'])}.", "Name another file."
            )
        other = outputs.setdefault(path.resolve(), option)
        if other != option:
            raise SceError(f"{other} and {option} name the same file, {quoted(path)}.", "Name another file for one.")
