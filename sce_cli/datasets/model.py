"""A trained classifier as it is kept in a file: NumPy arrays in an .npz archive, never unpickled."""

import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sce_cli.core.checks import Array
from sce_cli.core.expansion import EXPANSIONS, expanded, expanded_names, expanded_width
from sce_cli.datasets import Preparation, plain_preparation, read_archive
from sce_cli.datasets.number_forms import COMMA, POINT, Form
from sce_cli.datasets.preparation import MISSING, Feature
from sce_cli.errors import SceError, quoted
from sce_cli.translation import _

FORMAT = 3
"""The version of the file's layout; it rises when an older `sce` could no longer read the file.

Format 3 has expanded features; a model without them is written in format 2, which has no `expand`.

Format 1, of sce 0.1, has no preparation: its features are columns of numbers, and nobody knows which column the class
was.
"""

LARGEST = 1e100
"""The size of the largest mean and deviation, as of any feature that can be read."""

NUMBERS = ("weights", "bias", "mean", "scale")

TEXTS = ("feature_names", "feature_columns", "feature_categories", "columns", "category_columns", "category_texts")

FORMS = ("form_columns", "form_decimals", "form_grouped", "form_signs")
"""How columns of numbers were written; files of sce before it kept that have none of these."""


@dataclass(frozen=True, eq=False)
class Model:
    """A linear softmax classifier: z = W·(x − mean)/scale + b, or z = W·f((x − mean)/scale) + b with an expansion f.

    weights: W, shape (K, E), where E is D without an expansion. bias: b, shape (K,). mean, scale: shape (D,).
    class_names: K names. preparation: how the rows of a table become features. expand: one of EXPANSIONS, or "".
    """

    weights: Array
    bias: Array
    mean: Array
    scale: Array
    class_names: tuple[str, ...]
    preparation: Preparation
    expand: str = ""

    def inputs(self, features: Array) -> Array:
        """Return what enters the scores, shape (N, E), of features of shape (N, D)."""
        return expanded((features - self.mean) / self.scale, self.expand)

    @property
    def input_names(self) -> tuple[str, ...]:
        """E names."""
        return expanded_names(self.feature_names, self.expand)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """D names."""
        return self.preparation.feature_names

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns of the training data that it doesn't use."""
        return self.preparation.left_out


def encoded(model: Model) -> bytes:
    """Return the model as the bytes of its file."""
    file, kept = io.BytesIO(), model.preparation
    categories = [(column, text) for column, texts in kept.categories.items() for text in texts]
    texts = {
        "class_names": model.class_names,
        "feature_names": kept.feature_names,
        "feature_columns": [feature.column for feature in kept.features],
        "feature_categories": [feature.category for feature in kept.features],
        "columns": kept.columns,
        "category_columns": [column for column, _ in categories],
        "category_texts": [text for _, text in categories],
        "form_columns": list(kept.forms),
        "form_decimals": [form.decimal for form in kept.forms.values()],
        "form_grouped": ["grouped" * form.grouped for form in kept.forms.values()],
        "form_signs": [form.sign for form in kept.forms.values()],
    }
    contents: dict[str, Any] = {
        "format": np.array(FORMAT if model.expand else 2),
        **({"expand": np.array(model.expand)} if model.expand else {}),
        **{name: getattr(model, name) for name in NUMBERS},
        "fillings": kept.fillings,
        **{name: np.array(list(values), dtype=np.str_) for name, values in texts.items()},
        "label_column": np.array(kept.label_column if kept.label_column in kept.columns else ""),  # not an archive's y
        "header": np.array(kept.header),
        "missing": np.array(kept.missing),
    }
    np.savez(file, **contents)
    return file.getvalue()


def load_model(path: str) -> Model:
    """Return the model in a file. Raises SceError for a file that is no model, and for one of a later format."""
    remedy = _("Make one with sce train --save MODEL.npz.")
    arrays = read_archive("MODEL", path, remedy)
    fault = SceError(_("MODEL {path} is not a model.").format(path=quoted(path)), remedy)
    version = arrays.get("format")
    if version is None or version.shape != () or version.dtype.kind != "i" or version < 1:
        raise fault
    if version > FORMAT:
        raise SceError(
            _("MODEL {path} has format {version}, this sce knows formats up to {known}.").format(
                path=quoted(path), version=version, known=FORMAT
            ),
            _("Use a newer sce, or train the model anew."),
        )
    preparation = _preparation(arrays) if version > 1 else _preparation_of_format_1(arrays)
    if preparation is None or not _sound(arrays, preparation):
        raise fault
    fields: dict[str, Any] = {name: arrays[name] for name in NUMBERS}
    names = tuple(arrays["class_names"].tolist())
    return Model(**fields, class_names=names, preparation=preparation, expand=_expansion(arrays) or "")


def _expansion(arrays: dict[str, NDArray[Any]]) -> str | None:
    """Return how the features are expanded, "" if they aren't; None for what nobody knows."""
    kept = arrays.get("expand", np.array(""))
    name = str(kept) if kept.shape == () and kept.dtype.kind == "U" else None
    return name if name in ("", *EXPANSIONS) else None


def _preparation(arrays: dict[str, NDArray[Any]]) -> Preparation | None:
    """Return how rows become features, or None if that isn't told, or contradicts itself."""
    if not {*TEXTS, "fillings", "label_column", "header", "missing"} <= set(arrays):
        return None
    label, header, missing = (arrays[name] for name in ("label_column", "header", "missing"))
    if not all(_are_texts(arrays[name]) for name in TEXTS) or (label.shape, header.shape, missing.shape) != ((),) * 3:
        return None
    if (label.dtype.kind, header.dtype.kind, missing.dtype.kind) != ("U", "b", "U") or str(missing) not in MISSING:
        return None
    texts = {name: arrays[name].tolist() for name in TEXTS}
    described = ("feature_names", "feature_columns", "feature_categories")
    pairs = ("category_columns", "category_texts")
    if any(len({len(texts[name]) for name in group}) > 1 for group in (described, pairs)):
        return None
    categories: dict[str, tuple[str, ...]] = {}
    for column, text in zip(texts["category_columns"], texts["category_texts"], strict=True):
        categories[column] = (*categories.get(column, ()), text)
    features = tuple(map(Feature, *(texts[name] for name in described)))
    forms = _forms(arrays)
    if forms is None:
        return None
    columns = tuple(texts["columns"])
    return Preparation(features, columns, categories, str(label), bool(header), str(missing), arrays["fillings"], forms)


def _forms(arrays: dict[str, NDArray[Any]]) -> dict[str, Form] | None:
    """Return how columns of numbers were written; None if that contradicts itself."""
    if not set(FORMS) & set(arrays):
        return {}
    if not set(FORMS) <= set(arrays) or not all(_are_texts(arrays[name]) for name in FORMS):
        return None
    columns, decimals, grouped, signs = (arrays[name].tolist() for name in FORMS)
    if len({len(columns), len(decimals), len(grouped), len(signs)}) > 1 or not set(decimals) <= {POINT, COMMA}:
        return None
    written = zip(columns, decimals, grouped, signs, strict=True)
    return {column: Form(decimal, bool(group), sign) for column, decimal, group, sign in written}


def _preparation_of_format_1(arrays: dict[str, NDArray[Any]]) -> Preparation | None:
    """Return how rows become features: all are columns of numbers; None if the columns aren't told."""
    if not {"mean", "feature_names", "left_out"} <= set(arrays):
        return None
    names, left_out = arrays["feature_names"], arrays["left_out"]
    if not _are_names(names) or not _are_names(left_out):
        return None
    kept = plain_preparation(names.tolist(), [*names.tolist(), *left_out.tolist()])
    return replace(kept, fillings=arrays["mean"])


def _sound(arrays: dict[str, NDArray[Any]], preparation: Preparation) -> bool:
    """Whether every array is there, finite, and of the shape that the others ask for."""
    if not {*NUMBERS, "class_names"} <= set(arrays) or not _is_consistent(preparation):
        return False
    classes, features = arrays["class_names"].size, len(preparation.features)
    expansion = _expansion(arrays)
    if expansion is None:
        return False
    shapes = {
        "weights": (classes, expanded_width(features, expansion)),
        "bias": (classes,),
        "mean": (features,),
        "scale": (features,),
    }
    numbers = all(
        array.dtype == np.float64 and array.shape == shape and np.isfinite(array).all()
        for array, shape in [
            *((arrays[name], shape) for name, shape in shapes.items()),
            (preparation.fillings, (features,)),
        ]
    )
    names = _are_names(arrays["class_names"])
    return numbers and names and classes > 1 and features > 0 and _can_standardise(arrays["mean"], arrays["scale"])


def _can_standardise(mean: Array, scale: Array) -> bool:
    """Whether these may be the means and deviations of features, however small."""
    return bool((np.abs(mean) <= LARGEST).all() and (scale > 0).all() and (scale <= LARGEST).all())


def _is_consistent(preparation: Preparation) -> bool:
    """Whether the names are different and can be shown, and each feature is of a column and a category that's known."""
    columns, categories = set(preparation.columns), preparation.categories
    names = [*preparation.feature_names]
    return (
        _are_names(np.array(names, dtype=np.str_))
        and _are_names(np.array(preparation.columns, dtype=np.str_))
        and {*preparation.used, *categories, *filter(None, [preparation.label_column])} <= columns
        and preparation.label_column not in preparation.used
        and all(
            feature.category in categories[feature.column] if feature.column in categories else not feature.category
            for feature in preparation.features
        )
    )


def _are_texts(texts: NDArray[Any]) -> bool:
    return texts.ndim == 1 and (not texts.size or texts.dtype.kind == "U")


def _are_names(texts: NDArray[Any]) -> bool:
    """Whether these are different texts that can be shown, or none."""
    names = texts.tolist() if _are_texts(texts) else [""]
    return len(set(names)) == len(names) and all(name and name.isprintable() for name in names)
