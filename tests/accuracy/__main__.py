"""Print the worst errors of the core, SciPy and torch as a table; with --write, also write it into the documents."""

import platform
import sys

from tests.accuracy.formulas import GROUPS
from tests.accuracy.measuring import measured
from tests.accuracy.rivals import SCIPY_FORMULAS, torch_formulas
from tests.accuracy.table import HEAD, SCIPY, TORCH, line
from tests.benchmarks.measuring import versions
from tests.readme import write_table


def main(options: list[str]) -> None:
    """Measure, print and, where asked, write."""
    if set(options) - {"--write"}:
        sys.exit("Give no option, or --write.")
    rivals = {SCIPY: SCIPY_FORMULAS, TORCH: torch_formulas()}
    lines = [HEAD]
    for group in GROUPS.values():
        worst = measured(group, rivals)
        lines += [line(formula, worst[formula.name]) for formula in group.formulas]
    machine = f"Measured with {versions('numpy', 'scipy', 'torch', 'mpmath')} on {platform.machine()}."
    table = "\n".join([*lines, "", machine])
    print(table)
    if options:
        write_table("accuracy", table)


if __name__ == "__main__":
    main(sys.argv[1:])
