"""Tables of real and made data: `from sce_cli.datasets import load`."""

from sce_cli.datasets.files import read_archive
from sce_cli.datasets.loading import NAMES, load, load_for_prediction
from sce_cli.datasets.splitting import check_split
from sce_cli.datasets.table import Table, picture_shape

__all__ = ["NAMES", "Table", "check_split", "load", "load_for_prediction", "picture_shape", "read_archive"]
