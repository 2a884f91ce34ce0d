"""Check the gradient of a function of your own, a right one and a wrong one.

Run it: python examples/check_gradient.py
"""

import numpy as np

from sce_cli.core import check_gradient


def loss(x: np.ndarray) -> float:
    """Return the squared length of x, plus the product of its entries."""
    return float((x**2).sum() + x.prod())


point = np.array([1.0, 2.0, -3.0])
right = 2 * point + point.prod() / point
forgotten = 2 * point  # the product's part is missing

for name, gradient in [("right", right), ("forgotten", forgotten)]:
    check = check_gradient(loss, gradient, point)
    print(f"{name}: {'holds' if check.holds else f'entries {check.wrong} are off'}")
    print("  analytic      ", check.analytic)
    print("  numeric       ", check.numeric.round(6))
    print("  relative error", check.relative_error, "allowed", f"{check.tolerance:.1e}")
