"""What runs a student's program, in a process of its own: NumPy and the standard library only.

A worker (worker.py) takes one line of JSON a file, forks a child (children.py) that runs it, and watches over it: reads
what the child tells on a socket of its own, keeps the beginning of what the program prints, and kills it with all that
it started when a call takes too long. Where nothing forks, a fresh interpreter is the child.
"""

import base64
import contextlib
import importlib.machinery
import importlib.util
import itertools
import linecache
import os
import re
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.linalg
import numpy.random

from sce_cli.topics.check.finding import Found, found
from sce_cli.topics.check.forms import FORMS
from sce_cli.topics.check.probes import Probe
from sce_cli.topics.check.signatures import Reading, readings

LARGEST = 10_000
"""Entries of a result; what is longer is told by its shape."""

_as_array, _exact, _kinds, _now = np.asarray, np.float64, "fiub", time.monotonic
"""NumPy and the clock as they are now: a student's program may change them."""

Tell = Callable[[Mapping[str, Any]], None]


def run(job: Mapping[str, Any], tell: Tell) -> None:
    """Run a program and each of its functions, and tell what happens, event by event."""
    heard = _Warnings(job["file"])
    try:
        program, own = _loaded(job, heard)
    except BaseException as error:
        tell({"event": "import", "fault": _fault(error, job["file"]), "syntax": isinstance(error, SyntaxError)})
        return
    every = [one for one in found(program, job["functions"], own) if one.ours not in job["done"]]
    tell({"event": "found", "found": [[one.ours, one.name] for one in every], "names": [*program][:1000]})
    tensors = "torch" in sys.modules
    for one in (one for one in every if one.fits):
        _try(one, job, tell, heard, tensors=tensors)
    tell({"event": "done", "warnings": heard.lines})


def _loaded(job: Mapping[str, Any], heard: "_Warnings") -> tuple[dict[str, Any], Callable[[Any], bool]]:
    """Run a file's top level as a module of its own name, and return its names and what tells which are its own."""
    file, folder = job["file"], os.path.dirname(job["file"])
    stem = os.path.splitext(os.path.basename(file))[0]
    name = f"student_{stem}" if stem in sys.modules or stem in sys.stdlib_module_names else stem
    module = types.ModuleType(name)
    module.__file__ = file
    module.__loader__ = importlib.machinery.SourceFileLoader(name, file)
    sys.modules[name] = module
    sys.path.insert(0, folder)
    sys.argv = [file]
    sys.setrecursionlimit(1000)
    source = base64.b64decode(job["source"])
    code = compile(source, file, "exec", dont_inherit=True)
    lines = importlib.util.decode_source(source).splitlines(keepends=True)
    linecache.cache[file] = (len(source), None, lines, file)  # a notebook's lines aren't those of its file
    heard.listen()
    exec(code, module.__dict__)

    def own(value: Any) -> bool:
        value = (
            getattr(value, "func", None) or getattr(value, "pyfunc", None) or value
        )  # functools.partial, np.vectorize
        where = getattr(sys.modules.get(getattr(value, "__module__", "") or ""), "__file__", None) or ""
        return getattr(value, "__module__", None) == name or os.path.dirname(os.path.abspath(where)) == folder

    return dict(module.__dict__), own


class _Warnings:
    """The warnings that Python raises at the student's own lines, each once."""

    def __init__(self, file: str) -> None:
        self.file, self.lines, self.deaf = file, list[str](), False

    def listen(self) -> None:
        """Hear them from now on."""
        warnings.resetwarnings()
        warnings.simplefilter("default")
        warnings.showwarning = self._hear

    def _hear(self, message: Any, category: Any, filename: str, lineno: int, *_rest: Any, **_more: Any) -> None:
        line = f"line {lineno}: {category.__name__}: {message}"[:200]
        if not self.deaf and filename == self.file and line not in self.lines and len(self.lines) < 20:
            self.lines.append(line)


def _try(one: Found, job: Mapping[str, Any], tell: Tell, heard: "_Warnings", *, tensors: bool) -> None:
    """Call a function at every probe of every reading, until it has had its time; the first reading always ends."""
    begun = _now()
    every = list(readings(one.ours, one.parameters, tuple(job["order"]), tensors=tensors))
    for place, reading in enumerate(every):
        if place and _now() - begun > 2 * job["seconds"]:
            return
        heard.deaf = place > 0  # what only may be meant, says nothing
        tell({"event": "reading", "function": one.ours, "ours": one.ours, "reading": _described(reading)})
        pair = False
        for probe in FORMS[reading.form].probes():
            if job["shape"] and FORMS[reading.form].shapes and probe.batch is not (job["shape"] == "batch"):
                tell({"event": "answer", "answer": None})
                continue
            answer = _answer(one.call, reading, probe, job["file"])
            pair = pair or len(answer.get("items", ())) > 1
            tell({"event": "answer", "answer": answer})
        if pair and reading.form in {"loss", "labelled"}:
            _try_pair(one, reading, job["file"], tell)


def _try_pair(one: Found, reading: Reading, file: str, tell: Tell) -> None:
    """Call a function that gives loss and gradient at the probes of a gradient too."""
    form = {"loss": "gradient", "labelled": "gradient_of_p"}[reading.form]
    pair = Reading(form, reading.roles, reading.keywords, reading.carrier, reading.certain, reading.notes)
    tell({"event": "reading", "function": one.ours, "ours": "gradient", "reading": _described(pair)})
    for probe in FORMS[form].probes():
        tell({"event": "answer", "answer": _answer(one.call, pair, probe, file)})


def _described(reading: Reading) -> list[Any]:
    return [
        reading.form,
        reading.roles,
        reading.keywords,
        reading.carrier,
        reading.certain,
        reading.notes,
    ]


def _answer(call: Callable[..., Any], reading: Reading, probe: Probe, file: str) -> dict[str, Any]:
    """Call a function once, with copies, and return what it gave in a form that JSON can carry."""
    given = [_carried(probe.parts[role], reading.carrier) for role in reading.roles]
    before = [_carried(probe.parts[role], reading.carrier) for role in reading.roles]
    keywords = {name: int(value) if value == int(value) else value for name, value in reading.keywords}
    try:
        answer = _encoded(_drawn(call(*given, **keywords)))
    except BaseException as error:  # SystemExit too: a function mustn't end the program
        if isinstance(error, NotImplementedError):
            return {"missing": True}
        if isinstance(error, AttributeError) and error.obj is getattr(call, "__self__", ()):
            return {"stateful": True}
        return {"fault": _fault(error, file)}
    for place, (now, then) in enumerate(zip(given, before, strict=True)):
        if not _same(now, then):
            answer["changed"] = reading.roles[place]
            answer["after"] = _encoded(now)
            break
    return answer


def _carried(part: Any, carrier: str) -> Any:
    array = _as_array(part)
    if array.ndim == 0:
        return int(array)
    if carrier == "list":
        return array.tolist()
    if carrier == "tensor":
        return sys.modules["torch"].tensor(array.tolist(), dtype=_torch_type(array))
    return array.copy()


def _torch_type(array: Any) -> Any:
    torch = sys.modules["torch"]
    return torch.int64 if array.dtype.kind == "i" else torch.float64


def _same(now: Any, then: Any) -> bool:
    try:
        first, second = (_as_array(_detached(part), dtype=_exact) for part in (now, then))
    except Exception:
        return False
    return first.shape == second.shape and first.tobytes() == second.tobytes()


def _detached(value: Any) -> Any:
    """Return a tensor as an array, and anything else as it is."""
    return value.detach().cpu().numpy() if type(value).__module__.split(".")[0] == "torch" else value


def _drawn(value: Any) -> Any:
    """Return what a generator or a map yields as a list, the values of a dictionary as a tuple, and else what it is.

    Raises NotImplementedError where that is returned in the place of being raised.
    """
    if value is NotImplemented or value is NotImplementedError or isinstance(value, NotImplementedError):
        raise NotImplementedError
    if isinstance(value, dict) and 0 < len(value) <= 4:
        return tuple(value.values()) if len(value) > 1 else next(iter(value.values()))
    if isinstance(value, Iterator):
        return [_drawn(part) for part in itertools.islice(value, LARGEST + 1)]
    return [_drawn(part) for part in value] if isinstance(value, list) and len(value) <= LARGEST else value


def _encoded(value: Any) -> dict[str, Any]:
    """Return a result, or the parts of a pair."""
    if isinstance(value, tuple) and 1 < len(value) <= 4 and not _regular(value):
        return {"items": [_encoded(part) for part in value]}
    if value is None:
        return {"other": "None"}
    try:
        array = _as_array(_detached(value))
    except Exception:
        return {"other": _kind_of(value)}
    if array.dtype.kind == "O":
        with contextlib.suppress(Exception):
            array = _as_array(array.tolist(), dtype=_exact)
    if array.dtype.kind not in _kinds:
        return {"other": _kind_of(value)}
    if array.size > LARGEST:
        return {"other": f"{type(value).__name__}{array.shape}"}
    exact = array.astype(_exact)
    return {"shape": array.shape, "data": base64.b64encode(exact.tobytes()).decode()}


def _regular(values: tuple[Any, ...]) -> bool:
    """Tell whether a tuple is one array, and not several results."""
    try:
        return bool(_as_array([_detached(value) for value in values]).dtype.kind in _kinds)
    except Exception:
        return False


def _kind_of(value: Any) -> str:
    """Return what a value is, shortly; its own way to say so may fail."""
    try:
        said = re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    except Exception:
        said = f"a {type(value).__name__}"
    return said if len(said) <= 60 else f"{said[:57]}..."


def _fault(error: BaseException, file: str) -> dict[str, Any]:
    """Return an exception in one line, with the last of the student's own lines that it went through."""
    if isinstance(error, SyntaxError) and error.filename in {file, None}:
        return {
            "text": f"{type(error).__name__}: {error.msg}",
            "line": error.lineno,
            "code": (error.text or "").strip(),
        }
    try:
        said = str(error).strip().splitlines()
    except Exception:
        said = []
    text = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    frames = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    line = frames[-1] if frames else None
    code = linecache.getline(file, line).strip() if line else ""
    outside = isinstance(error, ValueError) and any(word in text for word in ("domain", "positive"))  # math.log(0)
    arithmetic = isinstance(error, ArithmeticError | RuntimeWarning) or outside
    return {"text": text[:200], "line": line, "code": code[:200], "arithmetic": arithmetic}
