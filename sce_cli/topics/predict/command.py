"""`sce predict`: its options, the rules between them, and its body."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli.errors import Change, SceError, quoted
from sce_cli.options.rules import only_one
from sce_cli.options.tables import Decimal, Delimiter, Encoding, LabelColumn, Missing, NoHeader, data_named
from sce_cli.parsers.files import free_name, output_file
from sce_cli.parsers.numbers import whole
from sce_cli.study import Explained, View
from sce_cli.translation import N_, _, ngettext

if TYPE_CHECKING:
    from sce_cli.datasets import Table
    from sce_cli.datasets.model import Model

HELP = """\
Follow one example through a trained classifier, or write the predictions for all as CSV.

Example: sce predict digits.npz --data digits --row 17
"""

MOST_ROWS = 2**53

ModelFile = Annotated[
    str | None,
    typer.Argument(metavar="MODEL.npz", help="A model that sce train --save has written.", show_default=False),
]
Source = Annotated[
    str | None, typer.Argument(metavar="[NAME|FILE]", help="The examples, as with --data.", show_default=False)
]
Data = Annotated[str | None, typer.Option("--data", metavar="NAME|FILE", help="The examples, named as for sce train.")]
Row = Annotated[
    int | None,
    typer.Option(
        parser=whole("--row", N_("the number of a row"), 0, MOST_ROWS),
        metavar="N",
        help="Follow one example, counted from 0.",
        show_default="all, as CSV",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        parser=output_file("--output", ".csv"),
        metavar="FILE.csv",
        help="Write the predictions of all rows here, names exactly as given: "
        "let a spreadsheet read them as text, or it may take =1 for a formula.",
    ),
]


def command(
    model: ModelFile = None,
    words: Source = None,
    data: Data = None,
    row: Row = None,
    label_column: LabelColumn = None,
    missing: Missing = None,
    delimiter: Delimiter = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    no_header: NoHeader = False,
    output: Output = None,
) -> Explained:
    """Return the study of one prediction, or of all."""
    only_one({"--row": row, "--output": output}, _("Leave out --row for a file of all rows"))
    only_one({"": words, "--data": data}, _("Name the examples once"))
    from sce_cli.datasets import NAMES, TextSettings, load_for_prediction

    model, examples, noted = _in_order(model, words or data)
    trained = _loaded(model, examples)
    if examples is None:
        raise _without_examples(model, trained)
    examples, notes = data_named(examples, NAMES)
    understood = {"model": model, "data": examples}
    table = load_for_prediction(
        examples,
        trained.preparation,
        trained.class_names,
        label_column=label_column,
        missing=missing,
        text=TextSettings(delimiter, decimal, encoding, no_header),
    )
    if row is not None:
        _check_row(row, table)
    _check_scores(trained, table, row)
    if row is None:
        from sce_cli.topics.predict.all_rows_study import study as study_all_rows

        return Explained(study_all_rows(trained, table), _view_of_all_rows, understood, noted + notes)
    from sce_cli.topics.predict.study import study

    return Explained(study(trained, table, row), _view, understood, noted + notes)


def _in_order(model: str | None, examples: str | None) -> tuple[str, str | None, tuple[str, ...]]:
    """Return the model and the examples, which may have changed places, and what to note of that."""
    if model is None or not (examples or model.lower().endswith(".npz") or os.path.lexists(model)):
        said = _("there is no model to predict with.") if model is None else _("MODEL {model} is no model.")
        raise SceError(said.format(model=quoted(model)), _making(examples or model))
    if examples and examples.lower().endswith(".npz") and not model.lower().endswith(".npz"):
        note = _("{model} was taken for the model and {data} for the examples.")
        return examples, model, (note.format(model=quoted(examples), data=quoted(model)),)
    return model, examples, ()


def _loaded(model: str, examples: str | None) -> "Model":
    from sce_cli.datasets.model import load_model

    try:
        return load_model(model)
    except SceError as mistake:
        if not os.path.lexists(model) and os.path.isfile(f"{model}.npz"):
            meant = _("Did you mean {name}?").format(name=quoted(f"{model}.npz"))
            raise SceError(mistake.message, meant, Change(model, f"{model}.npz")) from mistake
        remedy = _making(examples, model) if "--save" in mistake.remedy else mistake.remedy
        raise SceError(mistake.message, remedy) from mistake


def _making(examples: str | None, model: str = "") -> str:
    """Return how a model is made, of the set that is named if there is one, and under its name if that is free."""
    from sce_cli.datasets import NAMES

    of = f" {examples}" if examples in NAMES else ""
    own = re.fullmatch(r"(\w[\w-]{0,40})\.npz", model)
    return _("Make one: {line}").format(line=f"sce train{of} --save {free_name(own[1] if own else 'model', '.npz')}")


def _without_examples(model: str, trained: "Model") -> SceError:
    """Return the mistake of a model alone; the line names a data set with the model's classes, if there is one."""
    from sce_cli.datasets import NAMES, load

    fitting = [
        name
        for name in NAMES
        for table in [load(name)]
        if table.class_names == trained.class_names and {*trained.preparation.used} <= {*table.preparation.columns}
    ]
    return SceError(
        _("MODEL {model} has no examples beside it.").format(model=quoted(model)),
        _("Name a data set or a file behind it."),
        *(Change(model, model), Change("--data", fitting[0])) if fitting else (),
    )


def _view() -> View:
    from sce_cli.topics.predict.view import PredictView

    return PredictView()


def _view_of_all_rows() -> View:
    from sce_cli.topics.predict.all_rows_view import AllRowsView

    return AllRowsView()


def _check_scores(model: "Model", table: "Table", row: int | None) -> None:
    """Refuse rows so far from those that the model was trained on that their scores overflow."""
    from sce_cli.topics.predict.study import far_row

    far = far_row(table.features if row is None else table.features[row : row + 1], model)
    if far is not None:
        raise SceError(
            _("--data {data}, row {row}: its values are too far from the training's: the scores overflow.").format(
                data=quoted(table.name), row=far if row is None else row
            ),
            _("Give data in the units of those that the model was trained on."),
        )


def _check_row(row: int, table: "Table") -> None:
    """Refuse a row that isn't one of the table's."""
    if row >= len(table.features):
        raise SceError(
            ngettext(
                "--row {row} is not in --data {data}, which has {count} row.",
                "--row {row} is not in --data {data}, which has {count} rows.",
                len(table.features),
            ).format(row=row, data=quoted(table.name), count=len(table.features)),
            _("Rows count from 0: give one from 0 to {last}").format(last=len(table.features) - 1),
            Change("--row", str(len(table.features) - 1)),
        )
    absent = [name for name, value in zip(table.feature_names, table.features[row], strict=True) if value != value]
    if absent:
        raise SceError(
            _("--row {row} of --data {data} has no value for {name}.").format(
                row=row, data=quoted(table.name), name=quoted(absent[0])
            ),
            _("Add --missing mean to fill it with the mean of the training."),
        )
