"""Files that a command reads, whatever they hold and whatever they are: an answer or a clear error."""

import io
import os
import pickle
import resource
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sce_cli.datasets import files
from tests.hostile.judging import as_nobody, assert_complaint, assert_manners
from tests.running import Run, process_environment, run_here

GOOD_CSV = b"a,b,kind\n1,2,x\n3,4.5e0,y\n5,-6,x\n7,8,y\n"
fixed = settings(derandomize=True, database=None, deadline=None, max_examples=40)


def archive(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


GOOD_NPZ = archive(X=np.array([[1, 2.0], [3, 4], [5, 6], [7, 9]]), y=np.array([0, 1, 0, 1]))


@pytest.fixture(scope="session")
def good_model(iris_model: str) -> bytes:
    return Path(iris_model).read_bytes()


def train_on(name: str, content: bytes) -> Run:
    Path(name).write_bytes(content)
    return run_here(["train", "--data", name, "--epochs", "1", "--test-fraction", "0", "--json"])


def predict_with(content: bytes) -> Run:
    Path("m.npz").write_bytes(content)
    return run_here(["predict", "m.npz", "--data", "iris", "--row", "3", "--json"])


# What a file holds


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """Return a file that was cut off, or has other bytes, a hole or a repetition somewhere."""
    start, length = draw(st.integers(0, len(good))), draw(st.integers(0, 40))
    end = min(start + length, len(good))
    kinds = [good[:start], good[:start] + draw(st.binary(max_size=8)) + good[end:], good[:end] + good[start:]]
    return draw(st.sampled_from(kinds))


pieces = st.sampled_from(
    [
        b"a",
        b"kind",
        b",",
        b"\n",
        b"\r",
        b'"',
        b"1",
        b"-0",
        b"1e309",
        b"1e100",
        b"1e-320",
        b"nan",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b" ",
        "红".encode(),
        "٣".encode(),
        b"1_000",
        b"0x10",
        b"[/]",
        b"x" * 5000,
        b"9" * 5000,
        b"1," * 3000,
        b"\x1b[2J",
    ]
)


@fixed
@given(content=damaged(GOOD_CSV) | st.lists(pieces, max_size=30).map(b"".join) | st.binary(max_size=100))
def test_any_csv_file(content: bytes) -> None:
    assert_manners(train_on("t.csv", content), as_json=True)


cells = st.sampled_from([b"1", b"2", b"-3.5", b"1e100", b"-1e100", b"1e-300", b"0"])
kinds = st.sampled_from([b"x", "红".encode(), b"[/]", b"$\\frac$", b"-1", b"x" * 300, b"a b", b"'"])


@example(rows=[b"1,1,x", b"1,1,b", b"1,1,[/]", b"1,1e100,c"], names=[b"u", b"v"], extra=["--no-standardize"])
@fixed
@given(
    rows=st.lists(st.tuples(cells, cells, kinds).map(b",".join), min_size=2, max_size=6),
    names=st.permutations([b"p_hat", b"[red]"]),
    extra=st.sampled_from(
        [
            [],
            ["--no-standardize"],
            ["--optimizer", "newton"],
            ["--l2", "0"],
            ["--batch-size", "1", "--optimizer", "sgd"],
        ]
    ),
)
def test_numbers_and_classes_at_the_ends_of_what_a_csv_file_may_hold(
    rows: list[bytes], names: list[bytes], extra: list[str]
) -> None:
    Path("t.csv").write_bytes(b"\n".join([b",".join([*names, b"kind"]), *rows]))
    run = run_here(["train", "--data", "t.csv", "--epochs", "2", "--test-fraction", "0", "--json", *extra])
    assert_manners(run, as_json=True)


@fixed
@given(content=damaged(GOOD_NPZ) | st.binary(max_size=100).map(lambda noise: b"PK\x03\x04" + noise))
def test_any_npz_file(content: bytes) -> None:
    assert_manners(train_on("t.npz", content), as_json=True)


@fixed
@given(data=st.data())
def test_any_model_file(data: st.DataObject, good_model: bytes) -> None:
    assert_manners(predict_with(data.draw(damaged(good_model))), as_json=True)


def npy(header: bytes, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    size = len(header).to_bytes(2 if version == b"\x01\x00" else 4, "little")
    return b"\x93NUMPY" + version + size + header + content


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in members.items():
            target.writestr(f"{name}.npy", content)
    return file.getvalue()


types = st.sampled_from(
    ["<f8", "|O", "<U2000000000", "<U0", "|V8", "<c16", "<M8[s]", "|S3", ">i2", "|b1", "<f16", "x", ""]
)
sizes = st.sampled_from([0, 1, 2, 4, -1, 10**6, 2**31, 2**62, 2**63, 10**30, True, 1.5])
headers = st.fixed_dictionaries(
    {"descr": types | st.just([("a", "<f8")]), "fortran_order": st.booleans() | st.none()},
    optional={"shape": st.lists(sizes, max_size=3).map(tuple), "more": st.none()},
).map(lambda fields: repr(fields).encode() + b"\n")
nonsense = st.sampled_from(
    [b"(" * 9000, b"[" * 150 + b"]" * 150, b"{'descr': " * 500, b"9" * 5000, b"\xff", b"1" * 60_000, b""]
)


@fixed
@given(
    header=headers | nonsense,
    name=st.sampled_from("Xy"),
    version=st.sampled_from([b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"]),
)
def test_any_header_of_an_array(header: bytes, name: str, version: bytes) -> None:
    good = {"X": np.eye(4), "y": np.arange(4) % 2}
    members = {key: _npy(array) for key, array in good.items()}
    run = train_on("t.npz", zipped(**{**members, name: npy(header, bytes(128), version)}))
    assert_manners(run, as_json=True)


def _npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@fixed
@given(header=headers | nonsense, data=st.data())
def test_any_header_in_a_model(header: bytes, data: st.DataObject, good_model: bytes) -> None:
    arrays = dict(np.load(io.BytesIO(good_model)))
    name = data.draw(st.sampled_from(sorted(arrays)))
    members = {key: _npy(array) for key, array in arrays.items()}
    assert_manners(predict_with(zipped(**{**members, name: npy(header, bytes(128))})), as_json=True)


class Trap:
    """Makes a file when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, ("sprung",)


@pytest.mark.parametrize("name", ["X", "y", "weights", "class_names", "format"])
def test_nothing_is_ever_unpickled(name: str, good_model: bytes) -> None:
    trap = np.array([Trap(), Trap()], dtype=object)
    data = {"X": np.eye(2), "y": np.arange(2)}
    for content in (
        archive(**{**data, **dict(np.load(io.BytesIO(good_model))), name: trap}),
        pickle.dumps(Trap()),
        _npy(trap),
    ):
        run = predict_with(content) if name not in data else train_on("t.npz", content)
        assert_complaint(run)
    assert_complaint(train_on("t.csv", pickle.dumps(Trap())))
    assert not os.path.exists("sprung")
    pickle.loads(pickle.dumps(Trap()))
    assert os.path.exists("sprung")


# Bombs


def bomb(size: int) -> bytes:
    """Return an archive of a few mebibytes whose X unpacks to so many bytes of zeros, without unpacking it here."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    header = repr({"descr": "<f8", "fortran_order": False, "shape": (size // 8, 1)}).encode() + b"\n"
    content = deflate.compress(npy(header)) + deflate.flush(zlib.Z_FULL_FLUSH)
    mebibyte = deflate.compress(bytes(1 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    content += mebibyte * (size >> 20) + deflate.flush()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("y.npy", _npy(np.arange(4) % 2))
        target.writestr("X.npy", content)
        member = target.getinfo("X.npy")
        member.compress_type, member.file_size = zipfile.ZIP_DEFLATED, size + len(npy(header))
    return file.getvalue()


def test_a_bomb_that_unpacks_to_more_than_there_is_is_refused() -> None:
    Path("bomb.npz").write_bytes(bomb(1 << 30))
    assert os.path.getsize("bomb.npz") < 2 << 20
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", "train", "--data", "bomb.npz"],
        capture_output=True,
        env=process_environment(OPENBLAS_NUM_THREADS="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
        text=True,
        check=False,
    )
    assert_complaint(Run(finished.stdout, finished.stderr, finished.returncode))
    assert "--data 'bomb.npz' doesn't fit into memory." in finished.stderr


@pytest.mark.parametrize("name", ["X", "junk"])
def test_no_member_is_read_if_all_do_not_fit_into_memory(
    name: str, good_model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "memory", lambda: 1e6)
    monkeypatch.setattr(files, "array_of", None)
    large = io.BytesIO()
    np.savez_compressed(
        large, **{**dict(np.load(io.BytesIO(good_model))), "y": np.arange(2), name: np.zeros((2, 10**5))}
    )
    assert len(large.getvalue()) < 1e4
    for run in (predict_with(large.getvalue()), train_on("t.npz", large.getvalue())):
        assert_complaint(run)
        assert "doesn't fit into memory." in run.stderr


def test_memory_is_what_this_machine_has() -> None:
    assert 1 << 27 < files.memory() < 1 << 50


# What a file is


def read_as(name: str) -> list[Run]:
    """Return what commands say of a file of that name, as data and as a model."""
    return [run_here(["train", "--data", name, "--epochs", "1"]), run_here(["predict", name, "--data", "iris"])]


def test_what_is_no_file_is_refused_at_once() -> None:
    Path("folder.npz").mkdir()
    os.mkfifo("pipe.npz")
    Path("ring.npz").symlink_to("ring.npz")
    Path("nowhere.npz").symlink_to("missing.npz")
    Path("null.npz").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.npz")
        for name in ("folder.npz", "pipe.npz", "ring.npz", "nowhere.npz", "null.npz", "socket.npz", "folder.npz/x.npz"):
            for run in read_as(name):
                assert_complaint(run)
                assert f"'{name}'" in run.stderr


def test_a_link_is_what_it_leads_to(good_model: bytes) -> None:
    Path("m.npz").write_bytes(good_model)
    Path("link.npz").symlink_to("m.npz")
    Path("chain.npz").symlink_to("link.npz")
    assert run_here(["predict", "chain.npz", "--data", "iris"]) == run_here(["predict", "m.npz", "--data", "iris"])
    Path("t.csv").write_bytes(GOOD_CSV)
    for link in (Path("soft.csv"), Path("hard.csv")):
        link.symlink_to("t.csv") if link.name == "soft.csv" else os.link("t.csv", link)
        run = run_here(["train", "--data", "t.csv", "--history", str(link), "--test-fraction", "0"])
        assert_complaint(run)
        assert "would overwrite --data 't.csv'" in run.stderr


@pytest.mark.parametrize("mode", [0o000, 0o200])
def test_a_file_that_is_not_ones_own_is_a_clear_error(mode: int, shared_folder: Path, good_model: bytes) -> None:
    for name, content in (("t.csv", GOOD_CSV), ("m.npz", good_model)):
        Path(name).write_bytes(content)
        os.chmod(name, mode)
    with as_nobody():
        runs = [run_here(["train", "--data", "t.csv"]), *read_as("m.npz")]
    for run in runs:
        assert_complaint(run)
        assert "can't be read: Permission denied." in run.stderr


def test_a_folder_closed_to_us_is_a_clear_error(shared_folder: Path) -> None:
    Path("closed").mkdir(mode=0o000)
    with as_nobody():
        runs = read_as("closed/m.npz")
    for run in runs:
        assert_complaint(run)
        assert "can't be read: Permission denied." in run.stderr
