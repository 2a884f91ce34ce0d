"""`sce predict`: its options, the rules between them, and its body."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sce_cli.errors import SceError, quoted
from sce_cli.options import Decimal, Delimiter, Encoding, LabelColumn, Missing, NoHeader, only_one
from sce_cli.parsers import output_file, whole
from sce_cli.study import Explained, View
from sce_cli.translation import _, ngettext

if TYPE_CHECKING:
    from sce_cli.datasets import Table
    from sce_cli.datasets.model import Model

HELP = """\
Follow one example through a trained classifier, or write the predictions for all as CSV.

Example: sce predict digits.npz --data digits --row 17
"""

MOST_ROWS = 2**53

ModelFile = Annotated[str, typer.Argument(metavar="MODEL.npz", help="A model that sce train --save has written.")]
Data = Annotated[str, typer.Option("--data", metavar="NAME|FILE", help="The examples, named as for sce train.")]
Row = Annotated[
    int | None,
    typer.Option(
        parser=whole("--row", "the number of a row", 0, MOST_ROWS),
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
    model: ModelFile,
    data: Data,
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
    only_one({"--row": row, "--output": output}, _("Leave out --row for a file of all rows."))
    from sce_cli.datasets import TextSettings, load_for_prediction
    from sce_cli.datasets.model import load_model

    trained = load_model(model)
    table = load_for_prediction(
        data,
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

        return Explained(study_all_rows(trained, table), _view_of_all_rows)
    from sce_cli.topics.predict.study import study

    return Explained(study(trained, table, row), _view)


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
            _("Rows count from 0: give one from 0 to {last}.").format(last=len(table.features) - 1),
        )
    absent = [name for name, value in zip(table.feature_names, table.features[row], strict=True) if value != value]
    if absent:
        raise SceError(
            _("--row {row} of --data {data} has no value for {name}.").format(
                row=row, data=quoted(table.name), name=quoted(absent[0])
            ),
            _("Add --missing mean to fill it with the mean of the training."),
        )
