"""The functions of a student's program that are ours by their names; runs in the student's process."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sce_cli.topics.check.signatures import AXIS, BASE, OURS, PARAMETERS, TEMPERATURE, Parameter, ours, plain

METHODS = ("forward", "__call__", "call", "func", "loss", "compute", "calculate", "get_loss")
"""What a class calls the function that its own name says."""


FILLED = AXIS | TEMPERATURE | BASE
"""Parameters beside ours that can be given."""

OF_MODELS = {"loss", "gradient", "weight_gradient"}
"""What is a method of many models too."""

OF_GAUSSIANS = {"mu", "mean", "means", "sigma", "std", "var", "variance", "logvar", "logsigma", "logstd", "logvariance"}
"""Parameters of a KL divergence that takes no probabilities."""


@dataclass(frozen=True)
class Found:
    """A function of the student's."""

    ours: str
    name: str
    """As the student calls it, with the class of a method."""

    call: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    fits: bool = True
    """Whether it can take what ours takes; else it is another function of the same name."""


def found(program: Mapping[str, Any], named: Mapping[str, str], own: Callable[[Any], bool]) -> list[Found]:
    """Return the student's functions, at most one for each of ours, in our order.

    program: names with their values. named: ours with the student's names that --function gives. own: tells whether a
    value was defined by the student.
    """
    every = [
        *(_as(known, name, _looked_up(program, name), told=True) for known, name in named.items()),
        *(one for name, value in program.items() for one in _candidates(name, value, own)),
    ]
    kept: dict[str, Found] = {}
    for one in sorted(filter(None, every), key=lambda one: _likelihood(one, named)):
        kept.setdefault(one.ours, one)
    return [kept[known] for known in OURS if known in kept]


def _likelihood(one: Found, named: Mapping[str, str]) -> tuple[bool, bool, bool, int]:
    """Return what sorts the likeliest first.

    That is what the user names, then our own name, then one that says it is stable, then the latest version of several.
    """
    version = re.search(r"\d+$", one.name)
    latest = -int(version[0][:9]) if version else 0
    return named.get(one.ours) != one.name, one.name != one.ours, "stable" not in one.name.lower(), latest


def _looked_up(program: Mapping[str, Any], name: str) -> Any:
    """Return the value of a name, which may have a class before it, or None."""
    first, _dot, rest = name.partition(".")
    value = program.get(first)
    return _method(value, rest) if rest and inspect.isclass(value) else value


def _candidates(name: str, value: Any, own: Callable[[Any], bool]) -> list[Found | None]:
    """Return what a name of the student's may be; nothing where its value can't be looked at."""
    try:
        if name.startswith("_") or not own(value):
            return []
        if inspect.isclass(value):
            return [*_of_class(name, value)]
        return [_as(known, name, value)] if callable(value) and (known := ours(name)) is not None else []
    except BaseException:  # whatever the student's own attributes and classes do where they are looked at
        return []


def _of_class(name: str, value: type) -> Iterator[Found | None]:
    """Yield the methods that are ours by their own names, and the one that is by the name of the class.

    What a model calls its loss or its gradient is one of its inputs and its state: only a class without a state of its
    own has ours under these names.
    """
    plainly = "__init__" not in vars(value)
    for method, function in vars(value).items():
        known = ours(method)
        if known is None or method in METHODS:
            continue
        if plainly or isinstance(function, staticmethod) or known not in OF_MODELS:
            yield _as(known, f"{name}.{method}", _method(value, method))
    known = ours(name)
    for method in METHODS if known else ():
        if method in vars(value):
            yield _as(known, f"{name}.{method}", _method(value, method))
            return


def _method(value: type, method: str) -> Any:
    """Return a method as it is called: of an object without arguments, or of an empty one; else None."""
    makers: tuple[Callable[[], Any], ...] = (value, lambda: object.__new__(value))
    for made in makers:
        try:
            return getattr(made(), method)
        except BaseException:  # SystemExit too: no object ends the program
            continue
    return None


def _as(known: str | None, name: str, value: Any, *, told: bool = False) -> Found | None:
    """Return a function as one of ours; one under another name that can't take what ours takes is none.

    told: whether the user said that it is.
    """
    if known is None or not callable(value):
        return None
    parameters = _parameters(value)
    if parameters is None:
        return Found(known, name, value, ())
    wanted = len(PARAMETERS[known])
    needed = [one for one in parameters[wanted:] if one.required]
    fits = len(parameters) >= wanted and all(plain(one.name) in FILLED for one in needed)
    fits = fits and not (known == "kl_divergence" and any(plain(one.name) in OF_GAUSSIANS for one in parameters))
    return Found(known, name, value, parameters, fits) if fits or told or name == known else None


def _parameters(value: Any) -> tuple[Parameter, ...] | None:
    """Return the parameters that may be given in their places; None where they can't be told, as for *args."""
    try:
        every = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    placed = [one for one in every if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    if any(one.kind is one.VAR_POSITIONAL for one in every):
        return None
    keyed = [one for one in every if one.kind is one.KEYWORD_ONLY]
    return tuple(Parameter(one.name, one.default is one.empty) for one in [*placed, *keyed])
