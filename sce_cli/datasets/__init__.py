"""Tables of real and made data: `from sce_cli.datasets import load`."""

from sce_cli.datasets.dialect import TextSettings
from sce_cli.datasets.expanding import check_expansion
from sce_cli.datasets.files import read_archive
from sce_cli.datasets.loading import MADE, NAMES, load, load_for_prediction
from sce_cli.datasets.preparation import Preparation, fill, means, plain_preparation
from sce_cli.datasets.reading import ColumnReading, Reading
from sce_cli.datasets.splitting import check_split
from sce_cli.datasets.table import UNKNOWN, Table, picture_shape
from sce_cli.datasets.table_rows import rows_with_nan

__all__ = [
    "MADE",
    "NAMES",
    "UNKNOWN",
    "ColumnReading",
    "Preparation",
    "Reading",
    "Table",
    "TextSettings",
    "check_expansion",
    "check_split",
    "fill",
    "load",
    "load_for_prediction",
    "means",
    "picture_shape",
    "plain_preparation",
    "read_archive",
    "rows_with_nan",
]
