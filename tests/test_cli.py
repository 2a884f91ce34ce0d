"""The command line: errors, exit codes, files, and the outputs that every topic shares."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sce_cli import __version__, cli, present
from sce_cli.core.checks import LARGEST_EXACT_COUNT
from sce_cli.errors import ExitCode, SceError
from sce_cli.parsers.numbers import whole
from sce_cli.study import Check
from sce_cli.topics import CLASSIFIER, FORMULAS
from sce_cli.topics.grad.settings import BUGS
from sce_cli.topics.mle import study as mle
from sce_cli.topics.mle.command import MOST_BALLS
from sce_cli.topics.train.optimizers import OPTIMIZERS
from tests.each import for_each
from tests.running import assert_refused, process_environment, run_sce, sce_process

TEN = ("mle", "--white", "6", "--black", "4")

BAD_INPUT = [
    (["--white", "-1", "--black", "4"], "--white '-1'", "at least 0"),
    (["--white", "1.5", "--black", "4"], "--white '1.5'", "without a fraction"),
    (["--white", "six", "--black", "4"], "--white 'six'", "whole number"),
    (["--white", "nan", "--black", "4"], "--white 'nan'", "whole number"),
    (["--white", "1e300", "--black", "4"], "--white '1e300'", "at most 9007199254740992"),
    (["--white", "1e999999999999999999999", "--black", "4"], "--white '1e999999999999999999999'", "whole number"),
    (["--plot", "x" * 300 + ".png"], "(304 characters)", "folder of your own"),
    (["--plot", "a\0.png"], r"--plot 'a\x00.png'", "folder of your own"),
    (["--counts", "5,3", "--names", "a," + "b" * 21], "longer than 20", "short name"),
    (["--white", "9" * 5000, "--black", "4"], "(5000 characters)", "at most"),
    (["--white", "1_0", "--black", "4"], "--white '1_0'", "whole number"),
    (["--white", "٣", "--black", "4"], "--white '٣'", "whole number"),
    (["--white", "", "--black", "4"], "--white ''", "whole number"),
    (["--white", "6"], "--black is missing beside --white 6", "--black N"),
    (["--black", "4"], "--white is missing beside --black 4", "--white N"),
    (["--white", "0", "--black", "0"], "--white 0 and --black 0", "at least one ball"),
    (["--white", str(2**53), "--black", "1"], "--white 9007199254740992 and --black 1", "at most 2^53"),
    (["--counts", "0,0"], "--counts 0,0", "at least one ball"),
    (["--counts", "5"], "5 balls are of one colour", "at least two"),
    (["--counts", "5,,2"], "--counts '5,,2'", "commas"),
    (["--counts", "5,-3"], "--counts '-3'", "at least 0"),
    (["--counts", ",".join(["1"] * 1001)], "1001 classes", "at most 1000"),
    (["--counts", "5,3", "--names", "a"], "--names a has 1 name for 2 classes", "as many names"),
    (["--counts", "5,3", "--names", "a,a"], "--names 'a,a'", "of its own"),
    (["--counts", "5,3", "--names", "a,"], "--names 'a,'", "of its own"),
    (["--counts", "5,3", "--names", "a,\x1b[31m"], r"--names 'a,\x1b[31m'", "of its own"),
    (["--names", "a,b"], "--names a,b", "--counts 6,4"),
    (["--white", "6", "--counts", "5,3"], "--white 6 and --counts 5,3", "one or the other"),
    (["--black", "4", "--counts", "5,3"], "--black 4 and --counts 5,3", "one or the other"),
    (["--plot", "figure.bmp"], "--plot 'figure.bmp'", ".pdf"),
    (["--plot", "no/such/folder.png"], "--plot 'no/such/folder.png'", "folder of your own"),
    (["--base", "3"], "--base '3' is not known", "e (nats), 2 (bits) or 10 (dits): sce mle --base 2"),
    (["--width", "12"], "--width '12'", "at least 40"),
    (["--whit", "6"], "--whit", "--white"),
    (["--white"], "--white", "sce mle --help"),
    (["six"], "'six' is not a number", "whole number of balls: sce mle"),
]


@for_each(("arguments", "named", "remedy"), BAD_INPUT)
def test_bad_input_is_one_line_and_a_remedy(
    arguments: list[str], named: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(["mle", *arguments], named, remedy, capsys)


def test_bad_input_leaves_no_traceback_and_no_file(tmp_path: Path) -> None:
    run = run_sce("mle", "--white", "-1", "--black", "4", "--plot", "f.png", "--json", folder=tmp_path)
    assert (run.stdout, run.exit_code) == ("", 2)
    right = "sce mle --white 5 --black 4 --plot f.png --json"
    assert run.stderr == f"Error: --white '-1' is less than 0.\nGive a whole number of balls, at least 0: {right}\n"
    assert [*tmp_path.iterdir()] == []


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["mel"]) == 2
    assert "mel" in capsys.readouterr().err.splitlines()[0]


def test_bytes_that_are_no_text_are_refused_without_a_traceback() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", "mle", "--counts", "1,2", "--names", b"a,\xff"],
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 2
    assert finished.stderr.decode().splitlines()[0].startswith("Error: --names")


def test_sce_alone_shows_where_to_begin() -> None:
    run = run_sce()
    assert (run.exit_code, run.stderr) == (0, "")
    assert max(map(len, run.stdout.splitlines())) <= 40
    begin = re.findall(r"^ +(sce .*)$", run.stdout, re.MULTILINE)
    assert len(begin) >= 4
    assert [command for command in begin if run_sce(*command.split()[1:]).exit_code != 0] == []


def test_version_shows_the_version() -> None:
    assert run_sce("--version").stdout == f"sce {__version__}\n"


def test_help_groups_the_commands_and_gives_an_example_of_each() -> None:
    text = " ".join(run_sce("--help", COLUMNS="100").stdout.replace("│", " ").split())
    groups = [text.index(group) for group in (FORMULAS, CLASSIFIER, cli.IN_CLASS)]
    assert groups == sorted(groups)
    for command in cli.COMMANDS:
        assert f"Example: sce {command} " in text


def test_no_arguments_are_the_articles_ten_balls() -> None:
    assert run_sce("mle").stdout == run_sce(*TEN).stdout


def test_whole_numbers_may_be_written_with_an_exponent() -> None:
    parse = whole("--white", "a number", 0, 2**53)
    assert [parse(text) for text in ("6", "+6", " 6 ", "1e15", "6.0", "6e0", "9007199254740992")] == [
        *[6] * 3,
        10**15,
        6,
        6,
        2**53,
    ]
    with pytest.raises(SceError, match="not a whole number"):
        parse("9007199254740991.5")


def failing(study: mle.MleStudy) -> mle.MleStudy:
    return replace(study, checks=(Check("two and two are five", 1.0, 0.5), *study.checks))


def test_a_failed_claim_prints_everything_and_exits_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = mle.study
    monkeypatch.setattr(mle, "study", lambda *arguments: failing(honest(*arguments)))
    assert cli.run(["mle"]) == ExitCode.CLAIM_FAILED
    stdout = capsys.readouterr().out
    assert "✗ FAILS: two and two are five; off by 1.0e0, allowed 5.0e-1" in " ".join(stdout.split())
    assert "✗ 1 of 8 claims failed" in stdout
    assert "holds:" not in stdout
    assert "7. The floor" in stdout
    assert cli.run(["mle", "--json"]) == ExitCode.CLAIM_FAILED
    assert json.loads(capsys.readouterr().out)["checks"][0]["holds"] is False


@pytest.mark.parametrize(("error", "holds"), [(0.5, True), (0.6, False), (float("nan"), False), (float("inf"), False)])
def test_a_claim_holds_up_to_its_tolerance_and_never_with_nan(error: float, holds: bool) -> None:
    assert Check("a claim", error, 0.5).holds is holds


def test_ctrl_c_while_modules_are_imported_exits_with_130(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    run = sce_process("mle", PYTHONPATH=os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    assert (run.stdout, run.stderr, run.exit_code) == ("", "", ExitCode.INTERRUPTED)


def test_ctrl_c_exits_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: Any) -> mle.MleStudy:
        raise KeyboardInterrupt

    monkeypatch.setattr(mle, "study", interrupted)
    assert cli.run(["mle"]) == ExitCode.INTERRUPTED
    assert capsys.readouterr().out == ""


def test_json_turns_infinities_into_strings_and_nan_into_null(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = mle.study
    odd = (Check("odd", float("inf"), float("nan")),)
    monkeypatch.setattr(mle, "study", lambda *arguments: replace(honest(*arguments), entropy=float("-inf"), checks=odd))
    cli.run(["mle", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["entropy"] == "-Infinity"
    assert document["checks"] == [{"claim": "odd", "error": "Infinity", "tolerance": None, "holds": False}]


SIGNATURES = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize(
    ("suffix", "counts"),
    [("png", "6,4"), ("svg", "0,4"), ("pdf", "5,3,2"), ("svg", "666,444"), ("svg", "600000000000000,400000000000000")],
)
def test_figures_are_written_whole(
    suffix: str, counts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"figure.{suffix}"
    assert cli.run(["mle", "--counts", counts, "--plot", str(target)]) == 0
    assert target.read_bytes().startswith(SIGNATURES[suffix])
    assert os.listdir(tmp_path) == [target.name]
    assert f"Figure:{target}" in "".join(capsys.readouterr().out.split())


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    figures = [f"figure.{suffix}" for suffix in SIGNATURES]
    both = [tmp_path / "here", tmp_path / "in a process of its own"]
    for folder in both:
        folder.mkdir()
    for figure in figures:
        assert run_sce(*TEN, "--plot", figure, "--json", folder=both[0]).exit_code == 0
    others = f"from sce_cli import cli\nfor name in {figures}: cli.run([*{TEN}, '--plot', name, '--json'])"
    subprocess.run([sys.executable, "-c", others], cwd=both[1], stdout=subprocess.DEVNULL, check=True)
    for figure in figures:
        first, second = (folder.joinpath(figure).read_bytes() for folder in both)
        assert first == second, figure


def test_the_figures_text_is_text_and_names_may_hold_anything(tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    run = run_sce("mle", "--counts", "6,4", "--names", "$x,<红>&", "--plot", str(target))
    assert (run.exit_code, run.stderr) == (0, "")
    picture = target.read_text(encoding="utf-8")
    assert "p = P($x)" in picture
    assert "floor H(q) = 0.6730" in picture


def test_an_existing_figure_is_replaced_through_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.svg", tmp_path / "link.svg"
    target.write_text("old")
    link.symlink_to(target)
    assert run_sce(*TEN, "--plot", str(link), "--json").exit_code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<?xml")


def test_a_figure_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "figure.png"
    target.write_text("old")
    monkeypatch.setattr(Path, "replace", full)
    assert cli.run(["mle", "--plot", str(target)]) == 2
    stdout, stderr = capsys.readouterr()
    assert stdout == ""
    assert stderr.startswith("Error: --plot '")
    assert "can't be written: No space left on device.\n" in stderr
    assert os.listdir(tmp_path) == [target.name]
    assert target.read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [TEN, (*TEN, "--json")])
def test_a_full_disk_behind_stdout_is_a_clear_error(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "sce_cli", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[0] == "Error: standard output can't be written: No space left on device."
    assert len(finished.stderr.splitlines()) == 2


def test_help_that_lists_names_lists_them_all() -> None:
    def listed(names: Iterable[str]) -> str:
        *others, last = names
        return f"{', '.join(others)} or {last}."

    shown = {name: " ".join(run_sce(name, "--help").stdout.replace("│", " ").split()) for name in ("grad", "train")}
    assert listed(BUGS) in shown["grad"]
    assert listed(OPTIMIZERS) in shown["train"]
    assert listed(name for name, spec in OPTIMIZERS.items() if not spec.whole_batch) in shown["train"]
    for spec in OPTIMIZERS.values():
        assert spec.batch_size is None or f"{spec.batch_size} for {spec.name}" in shown["train"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["mle", "--help"]])
def test_help_to_a_full_disk_is_a_clear_error(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "sce_cli", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[0].startswith("Error: ")
    assert len(finished.stderr.splitlines()) == 2


def test_an_unknown_backend_and_a_users_style_do_not_change_a_figure(tmp_path: Path) -> None:
    plain, styled = tmp_path / "plain.svg", tmp_path / "styled.svg"
    (tmp_path / "matplotlibrc").write_text("font.size: 40\naxes.facecolor: black\n")
    run_sce(*TEN, "--plot", str(plain), "--json")
    run = sce_process(*TEN, "--plot", str(styled), "--json", MPLBACKEND="bogus", MATPLOTLIBRC=str(tmp_path))
    assert (run.exit_code, run.stderr) == (0, "")
    assert plain.read_bytes() == styled.read_bytes()


def test_json_shows_the_arguments_as_they_were_understood() -> None:
    document = run_sce("mle", "--json").json
    assert document["arguments"] == {
        "white": None,
        "black": None,
        "counts": [6, 4],
        "names": ["white", "black"],
        "base": "e",
        "plot": None,
    }


def test_the_largest_count_is_the_cores() -> None:
    assert MOST_BALLS == LARGEST_EXACT_COUNT


def test_a_complaint_is_always_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    present.complain(SceError("one\ntwo\x1b[31m", "three\r"))
    assert capsys.readouterr().err == "Error: one\\ntwo\\x1b[31m\nthree\\r\n"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux lists the threads of a process")
def test_matrix_products_take_one_thread_on_a_machine_that_may_be_busy() -> None:
    threads = """
import atexit, os, sys
atexit.register(lambda: print(len(os.listdir("/proc/self/task")), file=sys.stderr))
from sce_cli.__main__ import main
sys.argv = ["sce", "train", "--epochs", "1"]
main()
"""
    environment = process_environment()
    environment.pop("OPENBLAS_NUM_THREADS", None)
    finished = subprocess.run([sys.executable, "-c", threads], capture_output=True, env=environment, check=True)
    assert finished.stderr == b"1\n"


def test_the_claims_are_one_line_and_listed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["mle"])
    short = capsys.readouterr().out
    assert short.splitlines()[-1] == "✓ 7 claims checked two ways, all hold"
    assert "holds:" not in short
    cli.run(["mle", "--checks"])
    listed = capsys.readouterr().out
    assert listed.count("✓ holds: ") == 7
    assert listed.splitlines()[-1] == short.splitlines()[-1]
