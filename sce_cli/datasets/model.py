"""A trained classifier as it is kept in a file: NumPy arrays in an .npz archive, never unpickled."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.core.checks import Array
from sce_cli.datasets import read_archive
from sce_cli.errors import SceError, quoted

FORMAT = 1
"""The version of the file's layout; it rises when an older `sce` could no longer read the file."""

LARGEST = 1e100
"""The size of the largest mean and deviation, as of any feature that can be read."""

NUMBERS, TEXTS = ("weights", "bias", "mean", "scale"), ("class_names", "feature_names", "left_out")


@dataclass(frozen=True, eq=False)
class Model:
    """A linear softmax classifier: z = W·(x − mean)/scale + b.

    weights: W, shape (K, D). bias: b, shape (K,). mean, scale: shape (D,). class_names: K names. feature_names: D
    names. left_out: columns of the training data that it doesn't use.
    """

    weights: Array
    bias: Array
    mean: Array
    scale: Array
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    left_out: tuple[str, ...]


def encoded(model: Model) -> bytes:
    """Return the model as the bytes of its file."""
    file = io.BytesIO()
    arrays = {name: getattr(model, name) for name in NUMBERS}
    texts = {name: np.array(getattr(model, name), dtype=np.str_) for name in TEXTS}
    contents: dict[str, Any] = {"format": np.array(FORMAT), **arrays, **texts}
    np.savez(file, **contents)
    return file.getvalue()


def load_model(path: str) -> Model:
    """Return the model in a file. Raises SceError for a file that is no model, and for one of a later format."""
    remedy = "Make one with sce train --save MODEL.npz."
    arrays = read_archive("MODEL", path, remedy)
    fault = SceError(f"MODEL {quoted(path)} is not a model.", remedy)
    version = arrays.get("format")
    if version is None or version.shape != () or version.dtype.kind != "i" or version < 1:
        raise fault
    if version > FORMAT:
        raise SceError(
            f"MODEL {quoted(path)} has format {version}, this sce knows formats up to {FORMAT}.",
            "Use a newer sce, or train the model anew.",
        )
    if not _sound(arrays):
        raise fault
    fields: dict[str, Any] = {name: arrays[name] for name in NUMBERS}
    fields |= {name: tuple(arrays[name].tolist()) for name in TEXTS}
    return Model(**fields)


def _sound(arrays: dict[str, NDArray[Any]]) -> bool:
    """Whether every array is there, finite, and of the shape that the others ask for."""
    if not {*NUMBERS, *TEXTS} <= set(arrays):
        return False
    classes, features = arrays["class_names"].size, arrays["feature_names"].size
    shapes = {"weights": (classes, features), "bias": (classes,), "mean": (features,), "scale": (features,)}
    numbers = all(
        arrays[name].dtype == np.float64 and arrays[name].shape == shape and np.isfinite(arrays[name]).all()
        for name, shape in shapes.items()
    )
    texts = all(_are_names(arrays[name]) for name in TEXTS)
    return numbers and texts and classes > 1 and features > 0 and _can_standardise(arrays["mean"], arrays["scale"])


def _can_standardise(mean: Array, scale: Array) -> bool:
    """Whether these may be the means and deviations of features, however small."""
    return bool((np.abs(mean) <= LARGEST).all() and (scale > 0).all() and (scale <= LARGEST).all())


def _are_names(texts: NDArray[Any]) -> bool:
    """Whether these are different texts that can be shown, or none."""
    if texts.ndim != 1 or (texts.size and texts.dtype.kind != "U"):
        return False
    names = texts.tolist()
    return len(set(names)) == len(names) and all(name and name.isprintable() for name in names)
