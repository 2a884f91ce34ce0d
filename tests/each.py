"""Many small cases in one test, which is quicker than a test for each of them."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Test = Callable[..., None]

MOST_NAMED = 5


def for_each(names: str | Sequence[str], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Give a test each case in turn, as `parametrize` does; all are tried, and a failure names those that fail.

    For cases that take some thousandths of a second, which is what a test of its own costs besides.
    """
    parameters, listed = names.split(",") if isinstance(names, str) else [*names], [*cases]
    assert listed, "there are no cases"

    def decorated(test: Test) -> Test:
        @functools.wraps(test)
        def all_cases(**fixtures: Any) -> None:
            failed: dict[str, Exception] = {}
            for case in listed:
                values = [case] if len(parameters) == 1 else case
                try:
                    test(**fixtures, **dict(zip(parameters, values, strict=True)))
                except Exception as failure:
                    failed[", ".join(map(str, values))] = failure
            if failed:
                first, *others = failed
                failed[first].add_note(f"with {first}; {len(failed)} of {len(listed)} fail: {others[:MOST_NAMED]}")
                raise failed[first]

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in parameters]
        assert len(kept) == len(signature.parameters) - len(parameters), "the test takes every parameter"
        all_cases.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return all_cases

    return decorated
