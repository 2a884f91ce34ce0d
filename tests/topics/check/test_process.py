"""Whatever a student's program does, `sce check` survives it, says so, and leaves nothing running."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sce_cli.topics.check import worker
from sce_cli.topics.check.process import BEGIN, Job
from sce_cli.topics.check.study import Program, programs
from tests.topics.check.test_manners import function, job

ROOT = Path(__file__).parents[3]

GOOD = "\ndef entropy(q):\n    import numpy\n    q = q[q > 0]\n    return -(q * numpy.log(q)).sum()\n"
"""A right function, which stands behind what does harm."""

UNIQUE = "4242.4242"
"""Seconds that nothing else sleeps for."""

SURVIVED = {
    "a loop": ("def softmax(z):\n    while True:\n        pass", "too slow", None),
    "a loop that catches everything": (
        "def softmax(z):\n    while True:\n        try:\n            while True:\n                pass\n"
        "        except BaseException:\n            pass",
        "too slow",
        None,
    ),
    "lines without end": ("def softmax(z):\n    for k in range(10**8):\n        print('line', k)", "too slow", None),
    "os._exit": ("import os\ndef softmax(z):\n    os._exit(3)", "raised", "it ended its process, with status 3"),
    "SystemExit": ("import sys\ndef softmax(z):\n    sys.exit(3)", "raised", "SystemExit: 3"),
    "an answer of its own": (
        "import os\ndef softmax(z):\n    for number in range(3, 64):\n        try:\n"
        '            os.write(number, b\'{"event": "done", "warnings": []}\\n\')\n        except OSError:\n'
        "            pass\n    return z",
        "raised",
        "it wrote where its results are told",
    ),
    "a signal": ("import os\ndef softmax(z):\n    os.kill(0, 9)", "raised", "its process was ended by signal 9"),
    "recursion": (
        "def softmax(z):\n    return softmax(z)",
        "raised",
        "RecursionError: maximum recursion depth exceeded",
    ),
    "a fork": ("import os\ndef softmax(z):\n    os.fork()\n    return z", "wrong", None),
    "a process that stays": (
        f"import subprocess\ndef softmax(z):\n    subprocess.Popen(['sleep', '{UNIQUE}'], start_new_session=True)\n"
        "    return z",
        "wrong",
        None,
    ),
    "a thread that never ends": (
        "import threading, time\ndef softmax(z):\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n"
        "    return z",
        "wrong",
        None,
    ),
    "too much memory": ("def softmax(z):\n    return bytearray(50 * 10**9)", "raised", "MemoryError"),
    "a closed output": (
        "import sys\ndef softmax(z):\n    sys.stdout.close()\n    print(z)",
        "raised",
        "ValueError: I/O operation on closed file.",
    ),
    "an output of its own": ("import io, sys\nsys.stdout = io.StringIO()\nprint('x')\n", "missing", None),
    "another folder": ("import os\nos.chdir('/')\ndef softmax(z):\n    return z", "wrong", None),
    "None": ("def softmax(z):\n    return None", "wrong", None),
    "a text": ("def softmax(z):\n    return 'x' * 10**6", "wrong", None),
    "an object that can't be shown": (
        "class Odd:\n    def __repr__(self):\n        raise ValueError\ndef softmax(z):\n    return Odd()",
        "wrong",
        None,
    ),
    "a large array": ("import numpy as np\ndef softmax(z):\n    return np.zeros((3000, 3000))", "wrong", None),
    "an exception that can't be shown": (
        "class Odd(Exception):\n    def __str__(self):\n        raise Odd\ndef softmax(z):\n    raise Odd",
        "raised",
        "Odd",
    ),
    "another numpy.exp": (
        "import numpy as np\nnp.exp = np.asarray = None\ndef softmax(z):\n    return z",
        "wrong",
        None,
    ),
    "carriage returns": ("def softmax(z):\r\n    return z\r\n", "wrong", None),
    "a byte order mark": ("\ufeffdef softmax(z):\n    return z", "wrong", None),
    "a main block": ("if __name__ == '__main__':\n    raise SystemExit(9)", "missing", None),
    "a warning": ("import warnings\ndef softmax(z):\n    warnings.warn('mine')\n    return z", "wrong", None),
    "other parameters": ("def softmax(a, b, c):\n    return a", "missing", None),
    "a stub": ("def softmax(z):\n    raise NotImplementedError", "missing", None),
}


def test_whatever_a_program_does_the_rest_of_it_is_checked(tmp_path: Path) -> None:
    jobs = [Job(str(tmp_path / "mine.py"), (source + GOOD).encode(), 0.5) for source, *_rest in SURVIVED.values()]
    for (name, (_source, outcome, error)), program in zip(SURVIVED.items(), programs(jobs), strict=True):
        one = function(program, "softmax")
        assert (one.outcome, one.error) == (outcome, error), name
        if name not in {"another numpy.exp", "an answer of its own"}:
            assert function(program, "entropy").outcome == "right", name
    assert UNIQUE not in running()


def running() -> str:
    """Return the command lines of every process."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(entry.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(lines)


NOT_RUN = {
    "a syntax error": (b"def softmax(z:\n    return z", "SyntaxError: '(' was never closed", 1),
    "an error": (b"x = 1\ny = 1 / 0\n", "ZeroDivisionError: division by zero", 2),
    "a question": (b"name = input('who? ')\n", "EOFError: EOF when reading a line", 1),
    "an exit": (b"import sys\nsys.exit()\n", "SystemExit", 2),
    "a loop": (b"while True: pass", "not done within 1.5 s", None),
    "no UTF-8": (b"x = '\xe9'\n", None, None),
}


def test_a_program_that_cannot_be_run_says_why(tmp_path: Path) -> None:
    jobs = [Job(str(tmp_path / "mine.py"), source, 0.3) for source, *_rest in NOT_RUN.values()]
    for (name, (_source, error, line)), program in zip(NOT_RUN.items(), programs(jobs), strict=True):
        assert program.error is not None, name
        assert program.functions == (), name
        if error:
            assert (program.error, program.line) == (error, line), name
    (last,) = programs([jobs[-1]])
    assert "utf-8" in (last.error or "").lower()


def test_a_program_that_ends_its_worker_costs_the_others_nothing(tmp_path: Path) -> None:
    killing = "import os, signal\ndef softmax(z):\n    os.kill(os.getppid(), signal.SIGKILL)\n    return z"
    every = programs([job(source, tmp_path) for source in (GOOD, killing, GOOD, GOOD)])
    assert every[1].error == "it ended the process that watches over it"
    assert [function(every[k], "entropy").outcome for k in (0, 2, 3)] == ["right"] * 3


@pytest.mark.parametrize("name", ["random", "numpy", "typing", "softmax"])
def test_a_name_that_a_module_has(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text("import random\nimport numpy as np\nx = np.random.default_rng(0).random()\n" + GOOD)
    (program,) = programs([Job(str(path), path.read_bytes())])
    assert function(program, "entropy").outcome == "right"


def test_a_file_beside_it_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text(GOOD)
    (program,) = programs([job("from helpers import entropy\n", tmp_path)])
    assert function(program, "entropy").outcome == "right"


def test_what_it_prints_and_its_own_warnings_are_kept(tmp_path: Path) -> None:
    source = "print('hello')\ndef entropy(q):\n    return -np.sum(q * np.log(q))\n"
    (program,) = programs([job(source, tmp_path)])
    assert program.printed == "hello\n"
    assert program.warnings == (
        "line 4: RuntimeWarning: divide by zero encountered in log",
        "line 4: RuntimeWarning: invalid value encountered in multiply",
    )


TORCH = """
import numpy as np

int64, float64 = np.int64, np.float64

class Tensor:
    def __init__(self, values):
        self.values = np.asarray(values)
    def detach(self):
        return self
    cpu = detach
    def numpy(self):
        return self.values
    def exp(self):
        return Tensor(np.exp(self.values))
    def sum(self, dim, keepdim):
        return Tensor(self.values.sum(dim, keepdims=keepdim))
    def __truediv__(self, other):
        return Tensor(self.values / other.values)

def tensor(values, dtype):
    return Tensor(np.array(values, dtype))
"""


def test_tensors_come_where_the_program_imports_torch(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(TORCH)
    source = "import torch\ndef softmax(z):\n    return z.exp() / z.exp().sum(-1, keepdim=True)\n"
    (program,) = programs([job(source, tmp_path)])
    one = function(program, "softmax")
    assert (one.outcome, one.mistake) == ("wrong", "overflow")
    assert one.counterexample is not None
    assert one.counterexample.input == "softmax(torch.tensor([1000., 0.]))"


def test_a_fresh_interpreter_does_without_a_fork() -> None:
    begin = BEGIN.replace("from", "import sce_cli.topics.check.worker as w; w.FORKS = False; from", 1)
    source = b"print('hi')\ndef softmax(z):\n    while True: pass\n" + GOOD.encode()
    asked = {"file": "/mine.py", "source": base64.b64encode(source).decode(), "seconds": 0.5}
    asked |= {"functions": {}, "order": [], "shape": ""}
    run = subprocess.run(
        [sys.executable, "-P", "-c", begin, str(ROOT)],
        input=json.dumps(asked).encode() + b"\n",
        capture_output=True,
        check=True,
    )
    told = json.loads(run.stdout)
    assert (told["printed"], told["limited"]) == ("hi\n", False)
    assert told["ended"]["softmax"]["event"] == "slow"
    assert {reading["ours"] for reading in told["readings"]} == {"softmax", "entropy"}


@pytest.mark.skipif(not worker.FORKS, reason="there is no fork")
def test_ctrl_c_leaves_nothing_running(tmp_path: Path) -> None:
    path = tmp_path / "loop.py"
    path.write_text(f"import subprocess\nsubprocess.run(['sleep', '{UNIQUE}1'])\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "sce_cli", "check", str(path)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    _wait_for(f"{UNIQUE}1", there=True)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(20) == 130
    _wait_for(f"{UNIQUE}1", there=False)


def _wait_for(text: str, *, there: bool) -> None:
    deadline = time.monotonic() + 20
    while (text in running()) is not there:
        assert time.monotonic() < deadline, text
        time.sleep(0.05)


def test_many_files_take_no_start_each(tmp_path: Path) -> None:
    """A start of Python and NumPy is a tenth of a second at least: forty files of one function take less than forty."""

    def seconds(count: int) -> float:
        begun = time.process_time(), time.monotonic()
        done: list[Program] = programs([job(GOOD, tmp_path) for _ in range(count)])
        assert len(done) == count
        return time.monotonic() - begun[1]

    assert seconds(40) < 0.35 * 40 * seconds(1)
