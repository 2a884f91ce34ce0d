"""The command line: each command's body turns its arguments into one study and returns it."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sce_cli import __version__, arguments, options, parsers
from sce_cli.errors import ExitCode, SceError, shortened
from sce_cli.study import Study

if TYPE_CHECKING:
    from sce_cli.present import Presentation

UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # Typer's own name for it is private

app = typer.Typer(
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


TOPICS, CLASSIFIER, CLASSROOM = "The formulas, step by step", "A classifier, on real data", "In class"
"""The groups of commands in the help."""

BEGIN = """\
sce teaches softmax and cross-entropy
by running them. Begin with one of these

   sce lesson 1
      a lesson, slide by slide
   sce softmax 2 1 0.1
      from scores to probabilities
   sce mle --white 6 --black 4
      which p explains ten draws?
   sce train
      a classifier of iris flowers

sce --help lists the commands,
sce lesson lists the chapters.
"""
"""What `sce` alone prints, which fits every screen: where to begin."""


def listed(group: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what makes a function a command, listed in a group of the help with its first line and its example."""

    def add(body: Callable[..., Any]) -> Callable[..., Any]:
        text = inspect.getdoc(body) or ""
        first, example = text.splitlines()[0], text.rpartition("Example: ")[2]
        return app.command(rich_help_panel=group, short_help=f"{first} Example: {example}")(body)

    return add


def topic(body: Callable[..., Study]) -> Callable[..., "Presentation"]:
    """Make a body that returns a study into a command that also takes the shared options, for outputs of the study."""

    @functools.wraps(body)
    def command(**given: Any) -> "Presentation":
        shared = {option.name: given.pop(option.name) for option in options.SHARED}
        from sce_cli.present import Outputs, Presentation

        arguments.check_outputs(shared)
        arguments.check_files({**given, "plot": shared["plot"], "handout": shared["handout"]})
        return Presentation(body.__name__, given, body(**given), Outputs(**shared))

    signature = inspect.signature(body)
    parameters = [*signature.parameters.values(), *options.SHARED]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def print_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"sce {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def sce(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Teach softmax and cross-entropy by running them."""
    if context.invoked_subcommand is None:
        typer.echo(BEGIN, nl=False)


@listed(TOPICS)
@topic
def mle(
    white: options.White = None,
    black: options.Black = None,
    counts: options.Counts = None,
    names: options.Names = None,
) -> Study:
    """Derive the maximum likelihood estimate from drawn balls, and why it is cross-entropy.

    Without arguments: six white balls and four black ones.

    Example: sce mle --counts 5,3,2 --names red,green,blue
    """
    from sce_cli.topics.mle.study import study

    drawn = arguments.colours(white, black, counts, names)
    return study(list(drawn.values()), tuple(drawn))


@listed(TOPICS)
@topic
def softmax(
    logits: options.Logits = None,
    temperature: options.Temperature = None,
    names: options.Names = None,
) -> Study:
    """Turn scores into probabilities: what softmax keeps, what it loses, and how it fails when written naively.

    Example: sce softmax 2 1 0.1 --temperature 0.5
    """
    from sce_cli.topics.softmax.study import study

    scored = arguments.scored(logits, names)
    return study(list(scored.values()), tuple(scored), temperature or 1.0)


@listed(TOPICS)
@topic
def entropy(
    target: options.Target = None,
    prediction: options.Prediction = None,
    label: options.Label = None,
    smoothing: options.Smoothing = None,
    logits: options.PredictedLogits = None,
    normalize: options.Normalize = False,
    names: options.Names = None,
) -> Study:
    """Compare a prediction with a target: surprise, entropy, cross-entropy and KL divergence.

    Without arguments: the target 0.6,0.4 and the prediction 0.5,0.5.

    Example: sce entropy --label 0 --smoothing 0.1 --logits 2,1,0.1 --names cat,dog,fox
    """
    given = arguments.two_distributions(target, label, smoothing, prediction, logits, normalize, names)
    from sce_cli.topics.entropy.study import study

    return study(**given)


@listed(TOPICS)
@topic
def grad(
    logits: options.Logits = None,
    label: options.Label = None,
    target: options.Target = None,
    step_size: options.StepSize = None,
    dtype: options.Precision = "float64",
    method: options.Method = "central",
    bug: options.Bug = None,
    random: options.RandomPoints = None,
    classes: options.Classes = None,
    seed: options.Seed = None,
) -> Study:
    """Derive the gradient of cross-entropy and hold it against finite differences.

    Without arguments: the logits 2 1 0.1 and class 0.

    Example: sce grad 2 1 0.1 --label 0 --bug sign
    """
    from sce_cli.topics.grad.study import random_study, study

    how = arguments.difference(step_size, dtype, method, bug or "")
    if random is not None:
        return random_study(*arguments.random_points(random, classes, seed, logits, label, target), **how)
    return study(*arguments.gradient_point(logits, label, target, classes, seed, dtype), **how)


@listed(CLASSIFIER)
@topic
def train(
    data: options.Data = "iris",
    label_column: options.LabelColumn = None,
    features: options.Features = None,
    no_standardize: options.NoStandardize = False,
    optimizer: options.Optimizer = None,
    compare: options.Compare = None,
    epochs: options.Epochs = None,
    learning_rate: options.LearningRate = None,
    batch_size: options.BatchSize = None,
    l2: options.L2 = None,
    label_smoothing: options.LabelSmoothing = None,
    seed: options.TrainSeed = None,
    test_fraction: options.TestFraction = None,
    plot_boundary: options.PlotBoundary = None,
    history: options.History = None,
    save: options.Save = None,
) -> Study:
    """Train a softmax classifier on real data, and measure how far it is from the best one.

    Without arguments: the iris flowers, by gradient descent.

    Example: sce train --data digits --compare gd,adam,newton --plot loss.png
    """
    how = arguments.training(
        optimizer, compare, epochs, learning_rate, batch_size, l2, label_smoothing, seed, test_fraction
    )
    from sce_cli.datasets import load

    table = load(data, label_column=label_column, features=features, seed=how["seed"])
    arguments.check_table(table, how, plot_boundary)
    from sce_cli.present.live import watched
    from sce_cli.topics.train.study import study

    with watched(how["epochs"]) as watch:
        return study(table, standardize=not no_standardize, watch=watch, **how)


@listed(CLASSIFIER)
@topic
def predict(
    model: options.ModelFile,
    data: options.PredictedData,
    row: options.Row = None,
    label_column: options.LabelColumn = None,
    output: options.Output = None,
) -> Study:
    """Follow one example through a trained classifier, or write the predictions for all as CSV.

    Example: sce predict digits.npz --data digits --row 17
    """
    from sce_cli.datasets import load_for_prediction
    from sce_cli.datasets.model import load_model

    trained = load_model(model)
    table = load_for_prediction(
        data,
        feature_names=trained.feature_names,
        left_out=trained.left_out,
        class_names=trained.class_names,
        label_column=label_column,
    )
    if row is None:
        from sce_cli.topics.predict.all_rows_study import study as study_all

        return study_all(trained, table)
    from sce_cli.topics.predict.study import study

    return study(trained, table, arguments.checked_row(row, table, output))


@listed(CLASSROOM)
def lesson(
    what: options.Lesson = None,
    lang: options.Language = None,
    no_pause: options.NoPause = False,
    handout: options.Handout = None,
    check: options.CheckLesson = False,
    new: options.NewLesson = False,
    ascii: options.Ascii = False,
    width: options.Width = None,
) -> ExitCode:
    """Play a paced lesson: prose, commands that run live, and questions.

    Without arguments: list the chapters.

    Example: sce lesson 2 --lang en
    """
    from sce_cli import lessons
    from sce_cli.present import Outputs, classroom

    language = arguments.lesson_language(lang, ascii)
    arguments.check_lesson(what, check, new, handout)
    outputs = Outputs(handout=handout, ascii=ascii, width=width, step=not no_pause, predict=not no_pause)
    if check or new:
        path = arguments.own_lesson(what, new)
        return classroom.report_mistakes(path, _study) if check else classroom.write_starter(path)
    if what is None:
        return classroom.list_chapters(language, outputs)
    paths = lessons.files_of(what, language)
    arguments.check_handout(handout, paths)
    scripts = [lessons.load_to_play(path) for path in paths]
    return classroom.play_lessons(scripts, _study, language, outputs)


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code: the one door for errors."""
    try:
        return _shown(_called(argv))
    except SceError as mistake:
        return _complain(mistake)
    except UsageError as mistake:
        return _complain(_as_sce_error(mistake, " ".join(["sce", *argv[:1]])))
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except SystemExit:  # Rich's way to say that the reader of the help has closed the pipe
        return ExitCode.OK
    except OSError as fault:  # the help's way to a full disk; a study's outputs have their own messages
        return _complain(SceError(f"the output can't be written: {fault.strerror}.", "Send it elsewhere."))


def _called(argv: list[str]) -> Any:
    """Run the body of the command that a command line names, and return what it returns."""
    return app([_told_apart(word) for word in argv], prog_name="sce", standalone_mode=False)


def _study(words: Sequence[str]) -> "Presentation":
    """Run a topic that a lesson names, and return what it would present."""
    from sce_cli.present import Presentation

    try:
        result = _called([*words])
    except UsageError as mistake:
        raise _as_sce_error(mistake, f"sce {words[0]}") from mistake
    assert isinstance(result, Presentation), "lessons name topics"
    return result


def _shown(result: "Presentation | int | None") -> int:
    """Present a study, and return the exit code."""
    if result is None or isinstance(result, int):  # what the help and the version leave
        return result or ExitCode.OK
    from sce_cli.present import present

    return present(result)


def _told_apart(word: str) -> str:
    """Put a blank before a negative number, so that Typer doesn't take it for an option; the parsers strip it."""
    return f" {word}" if parsers.NEGATIVE.fullmatch(word) else word


def _as_sce_error(mistake: Any, command: str) -> SceError:
    """Return a mistake that Typer found as one line and a remedy: the closest option, or the command's help."""
    closest = getattr(mistake, "possibilities", None)
    if closest:
        return SceError(f"{shortened(mistake.message)}.", f"Did you mean {' or '.join(closest)}?")
    command = mistake.ctx.command_path if mistake.ctx else command
    message = " ".join(mistake.format_message().replace("Value error, ", "").split())
    return SceError(shortened(message), f"See {command} --help.")


def _complain(mistake: SceError) -> ExitCode:
    from sce_cli.present import complain

    return complain(mistake)
