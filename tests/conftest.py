"""One thread for each test process, and trained models that are made once for all tests."""

import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads that wait for a core taken by another process are slow

from sce_cli.datasets import load
from sce_cli.datasets.model import encoded
from sce_cli.topics.train.study import study


def _saved(data: str, folder: pytest.TempPathFactory) -> str:
    path = folder.mktemp("models") / f"{data}.npz"
    path.write_bytes(encoded(study(load(data)).model))
    return str(path)


@pytest.fixture(scope="session")
def digits_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of what `sce train --data digits --save` saves."""
    return _saved("digits", tmp_path_factory)


@pytest.fixture(scope="session")
def iris_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of what `sce train --save` saves."""
    return _saved("iris", tmp_path_factory)
