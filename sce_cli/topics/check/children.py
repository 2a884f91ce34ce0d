"""The processes that run one program each: copies of the worker or, where nothing forks, fresh interpreters.

Each tells what happens, event by event, and is ended with all that it started.
"""

import contextlib
import ctypes
import io
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from queue import Empty, SimpleQueue
from typing import Any

from sce_cli.topics.check import runner
from sce_cli.topics.check.forms import FORMS

MEMORY = 2 << 30
"""Bytes that a program may have of its own."""

KEPT = 4000
"""Bytes of what it prints that are kept."""

BEGIN = "import sys; sys.path.append(sys.argv[1]); from sce_cli.topics.check.children import alone; alone()"
"""What a fresh interpreter runs."""

Event = dict[str, Any]


def prepare() -> None:
    """Compute the inputs before a student's program can change NumPy."""
    for form in FORMS.values():
        form.probes()


class Child:
    """A process that runs a program."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.printed, self.length, self._rest = b"", 0, b""
        self._socket, theirs = socket.socketpair()
        self._output, their_output = os.pipe()
        self.pid = _forked(job, theirs, their_output, self._socket, self._output)
        theirs.close()
        os.close(their_output)
        os.set_blocking(self._output, False)
        self._socket.setblocking(False)
        self._waiting = selectors.DefaultSelector()
        for source in (self._socket, self._output, sys.stdin.fileno()):
            self._waiting.register(source, selectors.EVENT_READ)
        self._status: int | None = None

    def __enter__(self) -> "Child":
        """Return it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End it, with all that it started."""
        end_all(self.pid)
        self._drain()
        self._waiting.close()
        self._socket.close()
        os.close(self._output)

    def next(self, seconds: float) -> Event:
        """Return the next event, or how the process ended, or that the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            line, newline, rest = self._rest.partition(b"\n")
            if newline:
                self._rest = rest
                return dict(json.loads(line))
            left = deadline - time.monotonic()
            if left <= 0:
                return {"event": "slow", "seconds": seconds}
            for key, _ in self._waiting.select(min(left, 0.1)):
                if key.fileobj is self._socket:
                    self._receive()
                elif key.fileobj == self._output:
                    self._drain()
                else:  # whoever wanted to know is gone: there is one line for each program
                    end_all(self.pid)
                    os._exit(0)
            if b"\n" not in self._rest and self._gone():
                self._receive()
                if b"\n" not in self._rest:
                    return {"event": "ended", "status": self._status}

    def _receive(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            self._rest += self._socket.recv(1 << 20)

    def _drain(self) -> None:
        """Take what was printed, of which the beginning is kept."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(64):
                data = os.read(self._output, 1 << 16)
                if not data:
                    with contextlib.suppress(KeyError):
                        self._waiting.unregister(self._output)
                    return
                self.length += len(data)
                self.printed += data[: max(0, KEPT - len(self.printed))]

    def _gone(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status is not None


class Fresh:
    """A fresh interpreter that runs a program, where a process can't be copied; what it prints comes at its end."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.printed, self.length = b"", 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", BEGIN, *sys.path[-1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(b"")

    def __enter__(self) -> "Fresh":
        """Return it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def next(self, seconds: float) -> Event:
        """Return the next event, or how the process ended, or that the time is over."""
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            return {"event": "slow", "seconds": seconds}
        if not line:
            return {"event": "ended", "status": self._process.wait()}
        event = dict(json.loads(line))
        if event["event"] == "done":
            self.printed, self.length = event["printed"].encode(), event["length"]
        return event


def alone() -> None:
    """Run the one program that a line of JSON names, and tell what happens on what was the standard output."""
    job, events = json.loads(sys.stdin.buffer.readline()), os.dup(1)
    prepare()
    with tempfile.TemporaryFile() as output:
        _settle(job, output.fileno())

        def tell(event: Mapping[str, Any]) -> None:
            told = dict(event)
            if event["event"] == "done":
                sys.stdout.flush()
                told["length"] = output.seek(0, os.SEEK_END)
                output.seek(0)
                told["printed"] = output.read(KEPT).decode(errors="backslashreplace")
            os.write(events, json.dumps(told).encode() + b"\n")

        runner.run(job, tell)
    os._exit(0)


def _forked(job: Mapping[str, Any], theirs: socket.socket, output: int, *ours: Any) -> int:
    """Return the number of a process that runs a program and tells what happens."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _control(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it doesn't outlive this process
        os.setsid()
        for mine in ours:
            os.close(mine if isinstance(mine, int) else mine.detach())
        _settle(job, output)
        runner.run(job, _teller(theirs))
        with contextlib.suppress(Exception):
            sys.stdout.flush()
    finally:
        os._exit(0)


def _settle(job: Mapping[str, Any], output: int) -> None:
    """Give the process streams of its own, limits, and the program's folder."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(mine, standard)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    for name, number in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(number, "w", closefd=False)
        stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.__stdin__ = sys.stdin  # type: ignore[misc]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(OSError):
        os.chdir(os.path.dirname(job["file"]))
    limit(MEMORY)


def limit(most: int) -> None:
    """Bound the memory that the process may take, where the system can, and leave no core behind."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))


def _teller(to: socket.socket) -> runner.Tell:
    """Return what sends an event; a copy of the process that the program made ends where it would tell one."""
    own, number, leave = os.getpid(), os.getpid, os._exit
    dumps, send = json.dumps, to.sendall

    def tell(event: Mapping[str, Any]) -> None:
        if number() != own:
            leave(0)
        send(dumps(event).encode() + b"\n")

    return tell


def adopt_orphans() -> None:
    """Become the parent of whatever a child leaves behind, where the system can, so that it can be ended."""
    _control(36, 1)  # PR_SET_CHILD_SUBREAPER


def _control(what: int, value: int) -> None:
    """Ask Linux for something about this process; other systems have no such thing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


def end_all(pid: int) -> None:
    """Kill a process, its group, and every process that has come down to this one."""
    for _ in range(1000):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        for child in (pid, *_children()):
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _children() -> Iterator[int]:
    """Yield the children of this process, where the system tells."""
    own = os.getpid()
    for entry in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{entry}/stat", "rb") as file:
                if int(file.read().rpartition(b")")[2].split()[1]) == own:
                    yield int(entry)
