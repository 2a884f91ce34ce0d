"""Whether a table's features can be expanded to products or sines."""

from sce_cli.core.expansion import expanded_width
from sce_cli.datasets.table import Table
from sce_cli.errors import Change, SceError
from sce_cli.translation import _

MOST_INPUTS = 2000
"""Features after an expansion; of more, an epoch takes long."""

MOST_NUMBERS = 20_000_000
"""Of an expanded table: 160 MB."""


def check_expansion(table: Table, expansion: str) -> None:
    """Refuse an expansion to more inputs than can be trained on."""
    rows, width = table.features.shape
    inputs = expanded_width(width, expansion)
    if expansion and (inputs > MOST_INPUTS or inputs * rows > MOST_NUMBERS):
        raise SceError(
            _("--expand {expansion} makes {inputs} features of {count}, for {rows} rows.").format(
                expansion=expansion, inputs=inputs, count=width, rows=rows
            ),
            _("Choose two of them"),
            Change("--features", ",".join(table.preparation.used[:2])),
        )
