"""A study as one strict JSON document."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from sce_cli import __version__
from sce_cli.present.outputs import Presentation
from sce_cli.study import Check
from sce_cli.text import encodable
from sce_cli.units import Unit


def as_json(shown: Presentation) -> str:
    """Return the command, the arguments as understood, the study's fields and its claims, in nats."""
    study, defaults = shown.study, shown.explained.understood
    understood = {name: defaults.get(name, value) for name, value in shown.arguments.items()}
    results = {field.name: getattr(study, field.name) for field in fields(study) if field.name != "checks"}
    document = {
        "command": shown.command,
        "version": __version__,
        "arguments": {**understood, "base": shown.outputs.base, "plot": shown.outputs.plot},
        "notes": list(shown.explained.notes),
        "unit": Unit.NATS.english,
        **results,
        "checks": [_claim(check) for check in study.checks],
    }
    return strict(document)


def strict(document: Mapping[str, Any]) -> str:
    """Return a document as one line of strict JSON."""
    return json.dumps(_plain(document), ensure_ascii=True, allow_nan=False) + "\n"


def _claim(check: Check) -> dict[str, Any]:
    return {"claim": check.english, "error": check.error, "tolerance": check.tolerance, "holds": check.holds}


def _plain(value: Any) -> Any:
    """Return a value as strict JSON has it: infinities as strings, NaN as null, a field as_ under the name as."""
    if isinstance(value, Mapping):
        return {encodable(name): _plain(item) for name, item in value.items()}
    if is_dataclass(value):
        return {field.name.removesuffix("_"): _plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "tolist"):  # a NumPy array or scalar
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (str, Path)):
        return encodable(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
