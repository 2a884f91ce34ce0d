"""Memory that runs out, which NumPy and the libraries behind it tell in ways of their own."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from sce_cli.errors import SceError
from sce_cli.translation import _

NEEDS = {"numpy": 134_000_000, "matplotlib": 90_000_000}
"""Bytes of address space that a package takes until it has computed or drawn something, NumPy's mostly for OpenBLAS."""


def ran_out(fault: BaseException) -> bool:
    """Tell whether this is what lack of memory leads to; a library that finds no room can't be imported."""
    texts = f"{fault} {fault.__cause__}".lower()
    return isinstance(fault, MemoryError) or "failed to map segment" in texts or "cannot allocate memory" in texts


def refusal() -> SceError:
    """Return what is said then."""
    remedy = _("Take less data at once, or allow more memory: ulimit -v tells the limit.")
    return SceError(_("memory ran out."), remedy)


class Room:
    """Raises MemoryError where a large package is about to be imported and has no room.

    Without, OpenBLAS would end the process itself, and other libraries tell the lack of memory in many ways.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Leave every import to others."""
        if name in NEEDS:
            import mmap

            try:
                mmap.mmap(-1, NEEDS[name]).close()
            except OSError:
                raise MemoryError from None
        return None


def look_for_room() -> None:
    """Where memory is limited, look for room before a large package is imported."""
    try:
        import resource
    except ImportError:  # as on Windows, which has no such limits
        return
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    if any(limit != resource.RLIM_INFINITY for limit in limits):
        sys.meta_path.insert(0, Room())
