"""`sce train`: its options, the rules between them, and its body."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli.errors import Change, SceError, quoted
from sce_cli.options.choices import choice
from sce_cli.options.outputs import FIGURE_FORMATS
from sce_cli.options.rules import joined, only_one
from sce_cli.options.tables import MISSING, Decimal, Delimiter, Encoding, LabelColumn, Missing, NoHeader, data_named
from sce_cli.parsers.choices import chosen
from sce_cli.parsers.files import output_file
from sce_cli.parsers.names import columns
from sce_cli.parsers.numbers import bounded, seed, whole
from sce_cli.study import Explained, View
from sce_cli.topics.train.optimizers import DEFAULT_OPTIMIZER, OPTIMIZERS
from sce_cli.topics.train.settings import TrainSettings
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.datasets import Table
    from sce_cli.topics.train.study import TrainStudy

HELP = """\
Train a softmax classifier on real data, and measure how far it is from the best one.

Without arguments: the iris flowers, by gradient descent.

Example: sce train --data digits --compare gd,adam,newton --plot loss.png
"""

EXPANSIONS = ("2", "3", "sines")
"""As in sce_cli.core.expansion, which is NumPy's."""

DEFAULT_DATA = "iris"
DEFAULTS = TrainSettings()
NAMES = tuple(OPTIMIZERS)
IN_BATCHES = [spec.name for spec in OPTIMIZERS.values() if not spec.whole_batch]

MOST_EXAMPLES = 2**53


Source = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME|FILE]", help="The data, as with --data.", show_default=DEFAULT_DATA)
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="blobs, spiral, circles, xor, moons, iris, penguins or digits; or a FILE with a table as text, - for "
        "standard input; or a FILE.npz with X and y.",
    ),
]
Features = Annotated[
    Sequence[str] | None,
    typer.Option(parser=columns, metavar="A,B,...", help="The columns to learn from.", show_default="all"),
]
Expand = Annotated[
    str | None,
    choice(
        "--expand",
        EXPANSIONS,
        help="Let the features' products enter too, up to the second or the third degree, or their sines.",
    ),
]
NoStandardize = Annotated[
    bool, typer.Option("--no-standardize", help="Take the features as they are, not with mean 0 and deviation 1.")
]
Optimizer = Annotated[
    str | None,
    choice(
        "--optimizer", NAMES, help="gd, sgd, momentum, adam or newton.", metavar="NAME", show_default=DEFAULT_OPTIMIZER
    ),
]
Compare = Annotated[
    Sequence[str] | None,
    typer.Option(
        parser=chosen("--compare", NAMES),
        metavar="A,B,...",
        help="Run several optimisers and overlay their curves; the first one is the model.",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        parser=whole("--epochs", N_("a number of epochs"), 1, 1_000_000),
        metavar="N",
        help="Epochs at most.",
        show_default=str(DEFAULTS.epochs),
    ),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--learning-rate",
            N_("a positive finite number"),
            N_("Give one, as in --learning-rate 0.5."),
            above=True,
        ),
        metavar="R",
        help="The learning rate.",
        show_default="what suits the data",
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        parser=whole("--batch-size", N_("a number of examples"), 1, MOST_EXAMPLES),
        metavar="N",
        help="Examples of a step of sgd, momentum or adam.",
        show_default="32 for sgd, else all",
    ),
]
L2 = Annotated[
    float | None,
    typer.Option(
        "--l2",
        parser=bounded("--l2", N_("a finite number that isn't negative"), N_("Give one, as in --l2 0.5.")),
        metavar="L",
        help="The weight L of the penalty: L/2 times the sum of the squared weights.",
        show_default=f"{DEFAULTS.l2:g}",
    ),
]
LabelSmoothing = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--label-smoothing",
            N_("between 0 and 1"),
            N_("Give the share of each target to spread over all classes, such as 0.1."),
            most=1,
        ),
        metavar="E",
        help="Share of each target that is spread evenly over all classes.",
        show_default=f"{DEFAULTS.label_smoothing:g}",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=seed,
        metavar="S",
        help="Seed of made data, of the split and of the batches.",
        show_default=str(DEFAULTS.seed),
    ),
]
TestFraction = Annotated[
    float | None,
    typer.Option(
        parser=bounded(
            "--test-fraction",
            N_("between 0 and 0.9"),
            N_("Give the share of the examples to test on, such as 0.1."),
            most=0.9,
        ),
        metavar="F",
        help="Share of the examples that is kept for the test; 0 for none.",
        show_default=f"{DEFAULTS.test_fraction:g}",
    ),
]
PlotBoundary = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--plot-boundary", *FIGURE_FORMATS),
        metavar="FILE",
        help="Also draw the decision regions of two features, or the weights of pictures.",
    ),
]
History = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--history", ".csv"), metavar="FILE.csv", help="Also write one row for each epoch."
    ),
]
Save = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--save", ".npz"), metavar="MODEL.npz", help="Also write the model, for sce predict."
    ),
]


def command(
    words: Source = None,
    data: Data = None,
    label_column: LabelColumn = None,
    features: Features = None,
    missing: Missing = None,
    delimiter: Delimiter = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    no_header: NoHeader = False,
    expand: Expand = None,
    no_standardize: NoStandardize = False,
    optimizer: Optimizer = None,
    compare: Compare = None,
    epochs: Epochs = None,
    learning_rate: LearningRate = None,
    batch_size: BatchSize = None,
    l2: L2 = None,
    label_smoothing: LabelSmoothing = None,
    seed: Seed = None,
    test_fraction: TestFraction = None,
    plot_boundary: PlotBoundary = None,
    history: History = None,
    save: Save = None,
) -> Explained:
    """Return the study of a training."""
    sources, compare = _told_apart(words or (), compare)
    settings = TrainSettings(
        optimizers=_optimizers(optimizer, compare),
        epochs=epochs or DEFAULTS.epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        l2=DEFAULTS.l2 if l2 is None else l2,
        label_smoothing=label_smoothing or DEFAULTS.label_smoothing,
        seed=seed or DEFAULTS.seed,
        test_fraction=DEFAULTS.test_fraction if test_fraction is None else test_fraction,
        expand=expand or "",
        standardize=not no_standardize,
    )
    _check_use(settings)
    from sce_cli.datasets import NAMES as KNOWN
    from sce_cli.datasets import TextSettings, load

    data, notes = data_named(_one_source(sources, data), KNOWN)
    text = TextSettings(delimiter, decimal, encoding, no_header)
    missing = missing or MISSING[0]
    table = load(data, label_column=label_column, features=features, seed=settings.seed, missing=missing, text=text)
    _check_table(table, settings, plot_boundary)
    made = _watched_study(table, settings)
    return Explained(made, _view, {**_understood(made), "data": data, "missing": missing, "compare": compare}, notes)


def _view() -> View:
    from sce_cli.topics.train.view import TrainView

    return TrainView()


def _told_apart(words: Sequence[str], compare: Sequence[str] | None) -> tuple[Sequence[str], tuple[str, ...] | None]:
    """Return the words that name data, and the optimisers to compare, of which some may stand among the words."""
    if not compare:
        return words, None
    more = [word.lower().strip(",") for word in words if word.lower().strip(",") in NAMES]
    return [word for word in words if word.lower().strip(",") not in more], (*compare, *more)


def _check_table(table: "Table", settings: TrainSettings, plot_boundary: Path | None) -> None:
    """Refuse a table that can't be parted, expanded or drawn as is asked for."""
    from sce_cli.datasets import check_expansion, check_split

    check_split(table, settings.test_fraction)
    check_expansion(table, settings.expand)
    _check_boundary(plot_boundary, table.feature_names)


def _watched_study(table: "Table", settings: TrainSettings) -> "TrainStudy":
    """Train, with a line on the terminal that tells how far it is."""
    from sce_cli.present.live import watched
    from sce_cli.topics.train.study import study

    with watched(settings.epochs) as watch:
        return study(table, settings, watch)


def _understood(made: "TrainStudy") -> dict[str, object]:
    """Return the settings of a training as they came to be: those of the run that is the model."""
    run = made.first
    found = {"optimizer": run.optimizer, "learning_rate": run.learning_rate}
    return {**asdict(made.settings), **found, "epochs": run.epochs, "batch_size": run.batch_size}


def _one_source(sources: Sequence[str], data: str | None) -> str:
    only_one({"": " ".join(sources) or None, "--data": data}, _("Name the data once"))
    if len(sources) > 1:
        raise SceError(
            _("{sources} are several data.").format(sources=joined(sources)),
            _("Name one"),
            *(Change(word, None) for word in sources[1:]),
        )
    return sources[0] if sources else data or DEFAULT_DATA


def _optimizers(optimizer: str | None, compare: Sequence[str] | None) -> tuple[str, ...]:
    only_one({"--optimizer": optimizer, "--compare": compare}, _("The first one of --compare is the model."))
    return tuple(compare or (optimizer or DEFAULT_OPTIMIZER,))


def _check_use(settings: TrainSettings) -> None:
    """Refuse a learning rate or a batch size that none of the optimisers has a use for."""
    specs = [OPTIMIZERS[name] for name in settings.optimizers]
    if settings.learning_rate is not None and all(spec.by_curvature for spec in specs):
        raise SceError(
            ngettext(
                "--learning-rate {rate}: {names} has none, its steps have a length of their own.",
                "--learning-rate {rate}: {names} have none, their steps have a length of their own.",
                len(specs),
            ).format(rate=f"{settings.learning_rate:g}", names=joined(settings.optimizers)),
            _("Leave it out, or choose --optimizer {name}").format(name=DEFAULT_OPTIMIZER),
            Change("--learning-rate", None),
        )
    if settings.batch_size is not None and all(spec.whole_batch for spec in specs):
        raise SceError(
            ngettext(
                "--batch-size {size}: {names} uses all examples in each step.",
                "--batch-size {size}: {names} use all examples in each step.",
                len(specs),
            ).format(size=settings.batch_size, names=joined(settings.optimizers)),
            _("Leave it out, or choose --optimizer {name}").format(name=IN_BATCHES[0]),
            Change("--batch-size", None),
        )


def _check_boundary(plot_boundary: Path | None, feature_names: Sequence[str]) -> None:
    """Refuse a picture of other features than two or pixels."""
    from sce_cli.datasets import picture_shape

    if plot_boundary is not None and len(feature_names) != 2 and not picture_shape(feature_names):
        raise SceError(
            _("--plot-boundary {file} draws two features, not {count}.").format(
                file=quoted(plot_boundary), count=len(feature_names)
            ),
            _("Choose two, as in --features {names}").format(names=joined(feature_names[:2])),
            Change("--features", joined(feature_names[:2])),
        )
