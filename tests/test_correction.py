"""Corrected command lines: what is changed, how it is quoted, and which word is the likeliest."""

import shlex

from sce_cli.correction import by_likeness, corrected, line_of, spelled
from sce_cli.errors import ARGUMENT, Change
from tests.each import for_each

OPTIONS = {"--label": False, "--names": False, "--json": True, "--logits": False, "--step-size": False, "--base": False}
FLAGS = [name for name, flag in OPTIONS.items() if flag]


@for_each(
    "line,changes,right",
    [
        ("grad --label 4", [Change("--label", "2")], "sce grad --label 2"),
        ("grad --label=4 2 1", [Change("--label", "1")], "sce grad --label 1 2 1"),
        ("grad --label 4 --json", [Change("--label", None)], "sce grad --json"),
        ("grad --json --label 4", [Change("--json", None)], "sce grad --label 4"),
        ("grad 2 1", [Change("--label", "0")], "sce grad 2 1 --label 0"),
        ("grad 2 1", [Change("--json", "")], "sce grad 2 1 --json"),
        ("grad -- 2 -1", [Change("--label", "0")], "sce grad --label 0 -- 2 -1"),
        ("grad 2 x", [Change("x", "1")], "sce grad 2 1"),
        ("grad --logits=2,x", [Change("2,x", "2,1")], "sce grad --logits=2,1"),
        ("grad x x", [Change("x", "1"), Change("x", "2")], "sce grad 1 2"),
        ("train iri", [Change("--data", "iris", "iri")], "sce train iris"),
        ("train --data iri", [Change("--data", "iris", "iri")], "sce train --data iris"),
        ("lesson --json", [Change(ARGUMENT, "2")], "sce lesson 2 --json"),
        ("grad --names 'a b'", [Change("--names", "big cat,dog")], "sce grad --names 'big cat,dog'"),
        ("grad --names x", [Change("--names", "$HOME;*")], "sce grad --names '$HOME;*'"),
    ],
)
def test_a_line_with_its_changes(line: str, changes: list[Change], right: str) -> None:
    assert corrected(shlex.split(line), changes, FLAGS) == right


def test_no_line_where_nothing_changes_or_none_can_be_shown() -> None:
    assert corrected(["grad", "2"], [Change("x", "1")], FLAGS) == ""
    assert corrected(["grad", "2"], [Change("--label", None)], FLAGS) == ""
    assert line_of("grad", "x" * 500) == ""
    assert line_of("grad", "a\x1b[31m") == ""


def test_the_shell_reads_what_is_shown() -> None:
    words = ["grad", "--names", "a b,$c,'d',\"e\"", "红", "-1"]
    assert shlex.split(line_of(*words)) == ["sce", *words]


@for_each(
    "word,best",
    [
        ("--lab", "--label"),
        ("--lable", "--label"),
        ("--log", "--logits"),
        ("--stepp-size", "--step-size"),
        ("--b", "--base"),
    ],
)
def test_the_likeliest_comes_first(word: str, best: str) -> None:
    assert by_likeness(word, OPTIONS)[0] == best


def test_what_begins_so_comes_before_what_is_merely_alike() -> None:
    assert by_likeness("temp", ["tempt", "attempt", "temperature"]) == ["tempt", "temperature", "attempt"]
    assert by_likeness("xyz", OPTIONS) == []


@for_each(
    "typed,read",
    [
        ("grad --LABEL 1", "grad --label 1"),
        ("grad -label 1", "grad --label 1"),
        ("grad —label 1", "grad --label 1"),
        ("grad –label=1", "grad --label=1"),
        ("grad --step_size 1", "grad --step-size 1"),
        ("grad --stepsize 1", "grad --step-size 1"),
        ("grad --bits", "grad --base=2"),
        ("grad --logits 2 1 0.1", "grad --logits 2,1,0.1"),
        ("grad --logits 2, 1, --json", "grad --logits 2,1 --json"),
        ("grad --names cat dog", "grad --names cat,dog"),
        ("grad 2 1 --names cat dog --label cat", "grad 2 1 --names cat,dog --label cat"),
        ("grad 2 --logits 2 1", "grad 2 --logits 2 1"),
        ("grad --names 1 2 3", "grad --names 1 2 3"),
        ("grad --other 1", "grad --other 1"),
        ("grad -1 -inf -.5", "grad -1 -inf -.5"),
    ],
)
def test_other_spellings(typed: str, read: str) -> None:
    assert spelled(typed.split(), OPTIONS) == read.split()
