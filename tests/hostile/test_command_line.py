"""Any words behind any command: never a traceback, and every promise of the exit codes and of --json is kept."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st

from sce_cli import cli
from tests.hostile.judging import assert_complaint, assert_manners
from tests.running import Run, process_environment, run_here

NUMBERS = [
    *("0", "1", "2", "3", "-1", "-0", "0.5", "1.5", ".5", "1e-3", "-.5e1", "1e309", "-1e309", "1e308", "-1e308"),
    *("1e-309", "5e-324", "1e9999", "1e99999", "9007199254740993", "18446744073709551616", "nan", "-nan", "inf"),
    *("-inf", "+inf", "Infinity", "1_000", "1,000", "٣", "½", "0x10", "0b1", "1e", "e1", "--1", "+-1", "1.", "1d3"),
    *("\u2212" + "1", "１", "1j", "1/2", "1%", "00001", "+1", " 1 ", "1 2", "1\n", "9" * 5000, "0." + "3" * 5000),
]
"""How people, spreadsheets and mischief write numbers."""

TEXTS = [
    *("", " ", ",", ",,", "a", "a,b", "a,a", "-", "--", "---", "-h", "-x", "--json", "--json=1", "=", "--=", "@x"),
    *("a\0b", "\0", "\ud800", "a,\udcff", "\x1b[31m", "\u202e", "\r", "a\nb", "\u0300", "红,é", "[/]", "[red]x[/red]"),
    *("${HOME}", "%s", "{}", "~", "..", "/", "*", "$x$", "$\\frac{1}{0}$", "x" * 10_000, "👩‍👩‍👧,🇨🇳", "'", '"', "\\"),
]
MANY = st.sampled_from(["1", "0", "-inf", "x", "1e308", ""]).map(lambda value: ",".join([value] * 100_000))
"""A hundred thousand values in one word."""

anything = (
    st.sampled_from(NUMBERS)
    | st.sampled_from(TEXTS)
    | st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=4).map(",".join)
    | st.text(st.characters(codec=None), max_size=6)
    | st.floats().map(repr)
    | st.floats(1e-3, 10).map(repr)
)

FITTING: Mapping[str, Sequence[str]] = {
    "--base": ["2", "10", "e"],
    "--bug": ["sign", "missing-off-diagonal", "factor-two", "sum-not-mean", "unnormalised-target"],
    "--compare": ["gd,newton", "adam,sgd,momentum", "newton"],
    "--counts": ["5,3", "0,9", "9007199254740991,1", "1,2,3"],
    "--data": ["iris", "penguins", "blobs", "spiral", "t.csv", "t.npz"],
    "--dtype": ["float32", "float64"],
    "--features": ["petal_length_cm,petal_width_cm", "sepal_width_cm", "x0", "x1,x0", "x1"],
    "--l2": ["0", "1e-300", "1e-3", "1", "1e300"],
    "--label-column": ["species", "island", "kind"],
    "--learning-rate": ["1e-9", "0.1", "1e3", "1e300"],
    "--logits": ["2,-1", "-inf,0", "1e308,-1e308", "0,5e-324", "3,2,1"],
    "--method": ["central", "forward", "complex"],
    "--names": ["a,b", "[/],红", "a,b,c"],
    "--optimizer": ["gd", "sgd", "momentum", "adam", "newton"],
    "--prediction": ["0.6,0.4", "0,1", "1,1e-17", "1e-320,1", "0.5,0.5", "0.2,0.5,0.3"],
    "--step-size": ["1e-5", "1e-300", "1000", "0.1"],
    "--target": ["0.6,0.4", "1,0", "0,1", "1e-320,1", "0.2,0.5,0.3"],
    "--width": ["40", "60", "1000"],
    "logits": ["2", "1", "0.1", "-1", "-inf", "1e308", "-1e308", "5e-324"],
    "model": ["m.npz", "m.npz", "m.npz", "t.npz", "."],
    "what": ["1", "t.md", "new.md"],
}
"""Values that are understood, so that the runs come beyond the parsers."""

OTHERWISE = ["0", "1", "2", "0.1", "0.5"]
"""What is likely to be understood by the options that aren't in FITTING, new ones among them."""

ENDINGS = [".svg", ".html", ".csv", ".npz", ".md"]
ODD_FILES = [f"{name}{ending}" for name in ("\0", "\ud800", "no/f", "x" * 300, "ring", "folder") for ending in ENDINGS]
"""Names that no file here has, or can have; a ring of links and a folder are put there."""

OUTPUTS = {"FILE": "f.svg", "FILE.csv": "f.csv", "MODEL.npz": "f.npz"}
"""By metavar: a file that can be written."""

COSTLY = {"--epochs": ["1", "2", "3"], "--random": ["1", "2", "3"], "--classes": ["2", "3"]}
"""Options whose values between 10 and a million are legitimate and slow: NUMBERS has none of these."""

APP: Any = typer.main.get_command(cli.app)
COMMANDS: dict[str, Any] = {name: APP.get_command(None, name) for name in cli.COMMANDS}


def fitting(parameter: Any) -> st.SearchStrategy[str]:
    """Return what a parameter is likely to understand; figures, which take a while, are drawn by other tests."""
    name = parameter.opts[0]
    if parameter.metavar in OUTPUTS and name != "model":
        return st.just("no/f.svg" if parameter.metavar == "FILE" else OUTPUTS[parameter.metavar])
    return st.sampled_from(FITTING.get(name) or COSTLY.get(name) or OTHERWISE)


def odd(parameter: Any) -> st.SearchStrategy[str]:
    """Return what no parameter, or only some, should understand."""
    if parameter.opts[0] in COSTLY:
        return st.sampled_from([*NUMBERS, *TEXTS])
    if parameter.metavar in OUTPUTS:
        return st.sampled_from(TEXTS) | st.sampled_from(ODD_FILES)
    if "FILE" in (parameter.metavar or ""):
        return anything | st.sampled_from(ODD_FILES)
    return anything | MANY if "," in (parameter.metavar or "") else anything


def words(parameter: Any, value: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Return the words that give one parameter, in either of the forms that people write."""
    if parameter.param_type_name == "argument":
        return st.lists(value, min_size=1, max_size=1 if parameter.nargs == 1 else 4)
    name = st.sampled_from([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return name.map(lambda option: [option])
    pair = st.tuples(name, value)
    return pair.map(list) | pair.map(lambda both: ["=".join(both)])


def command_lines(command: str) -> st.SearchStrategy[list[str]]:
    """Return arguments made of the command's own options: most are understood, some odd, some twice, some stray."""
    parameters = COMMANDS[command].params
    needed = [words(parameter, fitting(parameter)) for parameter in parameters if parameter.required]
    brief = ["--epochs", "3"] if any("--epochs" in parameter.opts for parameter in parameters) else []
    tame = st.lists(
        st.sampled_from(parameters).flatmap(lambda parameter: words(parameter, fitting(parameter))), max_size=4
    )
    wild = st.lists(st.sampled_from(parameters).flatmap(lambda parameter: words(parameter, odd(parameter))), max_size=3)
    stray = st.lists(anything, max_size=1)
    parts = st.tuples(
        st.tuples(*needed) | st.just(()), tame, st.just([]) | wild, st.just([]) | stray.map(lambda w: [w])
    )
    return parts.map(lambda kinds: [command, *brief, *(word for kind in kinds for part in kind for word in part)])


fixed = settings(derandomize=True, database=None, deadline=None, max_examples=60)


@pytest.fixture(autouse=True)
def _files(folder: Path, iris_model: str) -> None:
    """Put data and a model where FITTING names them."""
    shutil.copy(iris_model, "m.npz")
    Path("t.csv").write_text("x0,x1,kind\n1,2,a\n3,4,b\n5,6,a\n7,9,b\n")
    Path("t.md").write_text("# A lesson\n\nProse.\n")
    np.savez("t.npz", X=np.eye(6), y=np.arange(6) % 2)
    for ending in ENDINGS:
        Path(f"folder{ending}").mkdir()
        Path(f"ring{ending}").symlink_to(f"ring{ending}")


@pytest.mark.parametrize("command", COMMANDS)
@fixed
@given(data=st.data(), as_json=st.booleans())
def test_any_words_behind_a_command(command: str, data: st.DataObject, as_json: bool) -> None:
    line = data.draw(command_lines(command))
    wanted = as_json and not {"-h", "--help"} & set(line)
    run = run_here([command, *["--json"] * as_json, *line[1:]])
    assert_manners(run, as_json=wanted or run.stdout.startswith("{"))


@pytest.mark.parametrize("command", COMMANDS)
def test_odd_names_of_files(command: str) -> None:
    for parameter in COMMANDS[command].params:
        if "FILE" in (parameter.metavar or "") or "MODEL" in (parameter.metavar or ""):
            option = [parameter.opts[0]] if parameter.opts[0].startswith("-") else []
            flags = [other.opts[0] for other in COMMANDS[command].params if getattr(other, "is_flag", False)]
            for name in ODD_FILES:
                for flag in [[flag] for flag in flags if not option] or [[]]:
                    run = run_here([command, *flag, *option, name])
                    assert_manners(run, as_json=False)
                    assert run.exit_code == 2, (flag, option, name)


@fixed
@given(line=st.lists(anything | st.sampled_from([*COMMANDS, "--version", "-h", "--show-completion"]), max_size=3))
def test_any_words_behind_sce_itself(line: list[str]) -> None:
    assert_manners(run_here(line), as_json=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_one_parameter_too_much_to_take(command: str) -> None:
    for parameter in COMMANDS[command].params:
        if parameter.param_type_name == "option" and not parameter.is_flag:
            for value in ("9" * 100_000, ",".join(["1"] * 100_000), ",".join(["x"] * 100_000)):
                assert_manners(run_here([command, f"{parameter.opts[0]}={value}"]), as_json=False)


def test_nul_and_lone_surrogates_are_shown_by_their_codes() -> None:
    for word, shown in (("\0", r"\x00"), ("\ud800", r"\ud800"), ("\udcff", r"\udcff"), ("\x1b[2J", r"\x1b[2J")):
        run = run_here(["mle", "--white", f"6{word}", "--black", "4"])
        assert_complaint(run)
        assert f"--white '6{shown}' is not a number." in run.stderr


# Processes: the arguments are bytes there, and the streams have encodings of their own


def as_process(*arguments: str | bytes, encoding: str = "utf-8", **environment: str) -> Run:
    """Run `sce` as a process, with arguments that may be any bytes, and hold it against its manners."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-m", "sce_cli", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=process_environment(PYTHONIOENCODING=encoding, **environment),
        check=False,
    )
    run = Run(finished.stdout.decode(encoding), finished.stderr.decode(encoding), finished.returncode)
    assert_manners(run, as_json="--json" in arguments)
    return run


@pytest.mark.skipif(sys.platform != "linux", reason="words and names of files are any bytes on Linux only")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((b"\xe7\xba",), 2),
        (("mle", b"--\xff"), 2),
        (("mle", "--white", b"\xd9\xa3", "--black", "4"), 2),
        (("mle", "--counts", "1,2", "--names", "红,é".encode(), "--json"), 2),
        (("train", "--features", b"\xff"), 2),
        (("predict", b"\xff.npz", "--data", b"\xff.csv"), 2),
        (("train", "--epochs", "2", "--json", "--history", b"\xff.csv"), 0),
    ],
    ids=repr,
)
def test_bytes_that_are_no_text_in_the_oldest_locale(arguments: tuple[str | bytes, ...], code: int) -> None:
    run = as_process(*arguments, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", encoding="ascii")
    assert run.exit_code == code
    assert os.path.exists(b"\xff.csv") == (code == 0)


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_a_mistake_on_streams_of_any_encoding(encoding: str) -> None:
    run = as_process("mle", "--white", "六\udcff\x1b", "--black", "4", encoding=encoding)
    assert run.exit_code == 2


def test_nobody_at_the_keyboard_and_no_streams_at_all() -> None:
    for closed in ("<&- 2>&-", "<&- >&- 2>&-"):
        finished = subprocess.run(
            ["bash", "-c", f'exec "$@" {closed}', "bash", sys.executable, "-m", "sce_cli", "mle"],
            capture_output=True,
            check=False,
        )
        assert (finished.returncode, finished.stderr) == (0, b""), closed
