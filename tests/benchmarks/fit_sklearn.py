"""A whole process that fits the digits with scikit-learn, and prints its weights and biases as JSON.

The objective is that of `sce train`: scikit-learn minimises C·Σ CE + ½‖W‖², which is N·C times the mean CE with
λ = 1/(C·N).
"""

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression


def main(path: str, l2: float) -> None:
    """Fit and print."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    features, labels = table[:, :-1], table[:, -1].astype(int)
    scale = features.std(axis=0)
    features = (features - features.mean(axis=0)) / np.where(scale > 0, scale, 1)
    fitted = LogisticRegression(C=1 / (l2 * len(labels)), tol=1e-6, max_iter=10_000).fit(features, labels)
    print(json.dumps({"weights": fitted.coef_.tolist(), "bias": fitted.intercept_.tolist()}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
