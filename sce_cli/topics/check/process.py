"""The worker processes that run students' programs, from the side of `sce`: each file goes to the next that is free."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

BEGIN = "import sys; sys.path.append(sys.argv[1]); from sce_cli.topics.check.worker import main; main()"
"""What a worker runs. Our own folder comes last: no file beside it stands in the way of a module."""

Told = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A program to be run, and how."""

    file: str
    """As it was named."""

    source: bytes

    seconds: float = 2.0
    """The time of one call."""

    functions: tuple[tuple[str, str], ...] = ()
    """Pairs of ours and what the student calls it, as --function gives them."""

    order: tuple[str, ...] = ()
    """target and prediction in the order of the parameters; () where their names tell."""

    shape: str = ""
    """one or batch; "" for both."""

    unreadable: str = ""
    """Why there is no text to be run."""


class Worker:
    """A process that runs one program after another, each in a child of its own."""

    def __init__(self) -> None:
        self.ending = False
        root = Path(__file__).parents[3]
        alone = {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg", **os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", BEGIN, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=alone,
            start_new_session=True,
        )

    def run(self, job: Job) -> Told | None:
        """Return what a program's run told; None if it ended the worker too."""
        asked = {
            "file": os.path.abspath(job.file),
            "source": base64.b64encode(job.source).decode(),
            "seconds": job.seconds,
            "functions": dict(job.functions),
            "order": job.order,
            "shape": job.shape,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.writelines([json.dumps(asked).encode() + b"\n"])
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            return None
        return dict(json.loads(line)) if line.endswith(b"\n") else None

    def end(self) -> None:
        """Close its input, at which it ends its child and itself; a thread that waits for its answer gets none."""
        self.ending = True
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def run_all(jobs: Sequence[Job], ready: Callable[[], None] = lambda: None) -> list[Told | None]:
    """Return what each program's run told, in order; ready: called after each."""
    free: SimpleQueue[Worker] = SimpleQueue()
    workers: list[Worker] = []

    def hire() -> None:
        workers.append(Worker())
        free.put(workers[-1])

    def run(job: Job) -> Told | None:
        worker = free.get()
        told = worker.run(job)
        if told is None and not worker.ending:
            hire()
        else:
            free.put(worker)
        ready()
        return told

    count = max(1, min(len(jobs), os.cpu_count() or 1))
    pool = ThreadPoolExecutor(count)
    try:
        for _ in range(count):
            hire()
        return list(pool.map(run, jobs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.end()
