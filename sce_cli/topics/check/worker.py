"""A process that runs students' programs, each in a child that it watches over, and answers a line of JSON for each.

It has NumPy loaded, so that a child is there in a few milliseconds. Whatever a child does, it ends with all that it
started: a call that takes too long, os._exit, a fork, a thread that never ends, output without an end.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from sce_cli.topics.check.children import Child, Event, Fresh, adopt_orphans, prepare

FORKS = hasattr(os, "fork")
"""Whether the system can copy a process; else a fresh interpreter runs each program, without a limit of memory."""

IMPORT = 5
"""How many times as long as a call the top level of a program may take."""


def main() -> None:
    """Answer one line of JSON after another, until there is no more."""
    prepare()
    adopt_orphans()
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(work(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


def work(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run a program, again without the function that ended it, and return what it told."""
    heard = Heard()
    while True:
        with (Child if FORKS else Fresh)({**job, "done": [*heard.done]}) as child:
            again = heard.listen(child, job["seconds"])
            heard.printed = heard.printed or child.printed
            heard.length = max(heard.length, child.length)
        if not again:
            return heard.told()


class Heard:
    """What a program's processes told, one after another."""

    def __init__(self) -> None:
        self.found: list[list[str]] = []
        self.readings: list[dict[str, Any]] = []
        self.ended: dict[str, dict[str, Any]] = {}
        self.warnings: list[str] = []
        self.fault: dict[str, Any] | None = None
        self.done: set[str] = set()
        self.printed, self.length = b"", 0

    def listen(self, child: "Child | Fresh", seconds: float) -> bool:
        """Take one process's events; tell whether another is to go on behind the function that ended it."""
        doing: str | None = None
        while True:
            event = child.next(seconds if doing else IMPORT * seconds)
            kind = event["event"]
            if kind == "answer":
                self.readings[-1]["answers"].append(event["answer"])
            elif kind == "reading":
                doing = event["function"]
                self.readings.append({name: event[name] for name in ("function", "ours", "reading")} | {"answers": []})
            elif kind == "found":
                self.found = self.found or event["found"]
            elif kind == "done":
                self.warnings = self.warnings or event["warnings"]
                return False
            elif kind == "import" or doing is None:
                self.fault = event
                return False
            else:
                self._end(doing, event)
                return len(self.done) < len(self.found)

    def _end(self, function: str, event: Event) -> None:
        """Note what ended a function, unless that was a further way to read it."""
        self.done |= {*self._up_to(function)}
        begun = [reading for reading in self.readings if reading["function"] == function]
        if len(begun) > 1:
            self.readings.pop()
        else:
            self.ended[function] = event

    def _up_to(self, function: str) -> list[str]:
        names = [ours for ours, _name in self.found]
        return names[: names.index(function) + 1]

    def told(self) -> dict[str, Any]:
        """Return all of it in a form that JSON can carry."""
        printed = self.printed.decode(errors="backslashreplace")
        return {
            "found": self.found,
            "readings": self.readings,
            "ended": self.ended,
            "warnings": self.warnings,
            "fault": self.fault,
            "printed": printed,
            "length": self.length,
            "limited": FORKS,
        }


if __name__ == "__main__":
    main()
