"""The options of the command line, each declared once."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from sce_cli.parsers import (
    chosen,
    columns,
    listed,
    name_list,
    output_file,
    positive,
    real,
    share,
    weight,
    whole,
)
from sce_cli.units import Unit

MOST_BALLS = 2**53
"""The largest count that the core holds exactly."""

MOST_CLASSES = 1000
FIGURE_FORMATS = (".png", ".svg", ".pdf")
HANDOUT_FORMATS = (".md", ".html")
NARROWEST = 40

Logits = Annotated[
    list[float] | None,
    typer.Argument(
        parser=real("logit", "a number", masked=True),
        metavar="Z...",
        help="The logits z: scores, any finite numbers, or -inf for a masked class.",
        show_default="2 1 0.1",
    ),
]

Target = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--target", weight("--target")),
        metavar="Q,Q,...",
        help="The target q: the true probability of each class (for grad, any weights).",
    ),
]
Label = Annotated[
    int | None,
    typer.Option(
        parser=whole("--label", "the number of a class", 0, MOST_CLASSES - 1),
        metavar="N",
        help="The true class, counted from 0: a one-hot target.",
    ),
]
StepSize = Annotated[
    float | None,
    typer.Option(parser=real("--step-size", "a number"), metavar="H", help="The step h of the finite difference."),
]
Precision = Annotated[
    Literal["float32", "float64"], typer.Option("--dtype", help="The floats that the gradient is computed in.")
]
Method = Annotated[Literal["central", "forward", "complex"], typer.Option(help="The kind of finite difference.")]
Bug = Annotated[
    Literal["sign", "missing-off-diagonal", "factor-two", "sum-not-mean", "unnormalised-target"] | None,
    typer.Option(
        metavar="NAME",
        help="Plant a classic mistake in the analytic gradient, for the check to catch: sign, missing-off-diagonal, "
        "factor-two, sum-not-mean or unnormalised-target.",
    ),
]
RandomPoints = Annotated[
    int | None,
    typer.Option(
        "--random",
        parser=whole("--random", "a number of points", 1, 10_000),
        metavar="N",
        help="Check N random points and show the worst.",
    ),
]
Classes = Annotated[
    int | None,
    typer.Option(
        parser=whole("--classes", "a number of classes", 2, MOST_CLASSES),
        metavar="K",
        help="Classes of the random points, else 3.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=whole("--seed", "a whole number", 0, 2**32 - 1), metavar="S", help="Seed of the random points, else 0."
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        parser=positive("--temperature"),
        metavar="T",
        help="The temperature T > 0 that the logits are divided by.",
        show_default="1",
    ),
]

balls = "a whole number of balls"
White = Annotated[
    int | None,
    typer.Option(parser=whole("--white", balls, 0, MOST_BALLS), metavar="N", help="White balls drawn."),
]
Black = Annotated[
    int | None,
    typer.Option(parser=whole("--black", balls, 0, MOST_BALLS), metavar="N", help="Black balls drawn."),
]
Counts = Annotated[
    Sequence[int] | None,
    typer.Option(
        parser=listed("--counts", whole("--counts", balls, 0, MOST_BALLS)),
        metavar="N,N,...",
        help="Balls drawn of each colour, for any number of colours.",
    ),
]
Names = Annotated[
    Sequence[str] | None,
    typer.Option(parser=name_list, metavar="A,B,...", help="Names of the classes (of the colours, with --counts)."),
]

Smoothing = Annotated[
    float | None,
    typer.Option(
        parser=share("--smoothing", "the share of the target to spread over all classes"),
        metavar="E",
        help="Share of the label's target that is spread evenly over all classes.",
    ),
]
Prediction = Annotated[
    Sequence[float] | None,
    typer.Option(
        parser=listed("--prediction", weight("--prediction")),
        metavar="P,P,...",
        help="The prediction p: the predicted probability of each class.",
    ),
]
PredictedLogits = Annotated[
    Sequence[float] | None,
    typer.Option(
        "--logits",
        parser=listed("--logits", real("--logits", "a number", masked=True)),
        metavar="Z,Z,...",
        help="The logits z of a prediction softmax(z); -inf masks a class.",
    ),
]
Normalize = Annotated[bool, typer.Option("--normalize", help="Divide the given target and prediction by their sums.")]


OPTIMIZERS = ("gd", "sgd", "momentum", "adam", "newton")

Data = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        help="blobs, spiral, iris, penguins or digits; or a FILE.csv with a header row; or a FILE.npz with X and y.",
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The CSV file's column of the classes.", show_default="the last one"),
]
Features = Annotated[
    Sequence[str] | None,
    typer.Option(parser=columns, metavar="A,B,...", help="The columns to learn from.", show_default="all"),
]
NoStandardize = Annotated[
    bool, typer.Option("--no-standardize", help="Take the features as they are, not with mean 0 and deviation 1.")
]
Optimizer = Annotated[
    Literal["gd", "sgd", "momentum", "adam", "newton"] | None,
    typer.Option(metavar="NAME", help="gd, sgd, momentum, adam or newton.", show_default="gd"),
]
Compare = Annotated[
    Sequence[str] | None,
    typer.Option(
        parser=chosen("--compare", OPTIMIZERS),
        metavar="A,B,...",
        help="Run several optimisers and overlay their curves; the first one is the model.",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        parser=whole("--epochs", "a number of epochs", 1, 1_000_000),
        metavar="N",
        help="Epochs at most.",
        show_default="200",
    ),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        parser=positive("--learning-rate"),
        metavar="R",
        help="The learning rate.",
        show_default="what suits the data",
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        parser=whole("--batch-size", "a number of examples", 1, MOST_BALLS),
        metavar="N",
        help="Examples of a step of sgd, momentum or adam.",
        show_default="32 for sgd, else all",
    ),
]
L2 = Annotated[
    float | None,
    typer.Option(
        "--l2",
        parser=positive("--l2", or_zero=True),
        metavar="L",
        help="The weight L of the penalty: L/2 times the sum of the squared weights.",
        show_default="0.001",
    ),
]
LabelSmoothing = Annotated[
    float | None,
    typer.Option(
        parser=share("--label-smoothing", "the share of each target to spread over all classes"),
        metavar="E",
        help="Share of each target that is spread evenly over all classes.",
        show_default="0",
    ),
]
TrainSeed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        parser=whole("--seed", "a whole number", 0, 2**32 - 1),
        metavar="S",
        help="Seed of made data, of the split and of the batches.",
        show_default="0",
    ),
]
TestFraction = Annotated[
    float | None,
    typer.Option(
        parser=share("--test-fraction", "the share of the examples to test on", most=0.9),
        metavar="F",
        help="Share of the examples that is kept for the test; 0 for none.",
        show_default="0.2",
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
PredictedData = Annotated[
    str, typer.Option("--data", metavar="NAME|FILE", help="The examples, named as for sce train.")
]
ModelFile = Annotated[str, typer.Argument(metavar="MODEL.npz", help="A model that sce train --save has written.")]
Row = Annotated[
    int | None,
    typer.Option(
        parser=whole("--row", "the number of a row", 0, MOST_BALLS),
        metavar="N",
        help="Follow one example, counted from 0.",
        show_default="all, as CSV",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--output", ".csv"), metavar="FILE.csv", help="Write the predictions of all rows here."
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
        Unit, typer.Option(help="Base of the printed logarithms: e (nats), 2 (bits) or 10 (dits).")
    ] = Unit.NATS,
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
    ascii: Ascii = False,
    width: Width = None,
) -> None:
    """Declare the options that every topic takes; only the signature is used."""


SHARED = tuple(
    parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for parameter in inspect.signature(shared).parameters.values()
)


Lesson = Annotated[
    str | None,
    typer.Argument(metavar="N|all|FILE.md", help="A chapter's number, all of them, or a lesson of your own."),
]
Language = Annotated[
    Literal["en", "zh"] | None,
    typer.Option("--lang", help="The lessons' language.", show_default="that of the locale"),
]
NoPause = Annotated[bool, typer.Option("--no-pause", help="Print all slides, without waiting for keys.")]
CheckLesson = Annotated[bool, typer.Option("--check", help="Report every mistake in FILE.md, with its line.")]
NewLesson = Annotated[bool, typer.Option("--new", help="Write FILE.md, a small lesson to begin with.")]
