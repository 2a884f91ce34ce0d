"""What people type: what has one sensible reading is accepted, what isn't plain is said, the rest is put right."""

import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.each import for_each
from tests.running import follow, run_sce


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mydata.csv").write_text("x0,x1,kind\n" + "".join(f"{k},{k % 3},{'ab'[k > 5]}\n" for k in range(12)))


def document(line: str) -> Any:
    run = run_sce(*shlex.split(line)[1:], "--json")
    assert (run.exit_code, run.stderr) == (0, ""), line
    return run.json


ALIKE = [
    ("sce mle 6 4", "sce mle --counts 6,4"),
    ("sce mle 6 4", "sce mle --white 6 --black 4"),
    ("sce mle 5 3 2 --names red,green,blue", "sce mle --counts 5,3,2 --names red,green,blue"),
    ("sce mle --names red,green,blue 5 3 2", "sce mle --counts 5,3,2 --names red,green,blue"),
    ("sce mle white=6 black=4", "sce mle --white 6 --black 4"),
    ("sce mle 6 white 4 black", "sce mle --white 6 --black 4"),
    ("sce mle 'white 6, black 4'", "sce mle --white 6 --black 4"),
    ("sce mle --white 6 --black 4 --names w,b", "sce mle --counts 6,4 --names w,b"),
    ("sce mle --counts '5, 3, 2'", "sce mle --counts 5,3,2"),
    ("sce mle --counts 5;3;2", "sce mle --counts 5,3,2"),
    ("sce mle --counts 5 3 2", "sce mle --counts 5,3,2"),
    ("sce mle --counts 5, 3, 2", "sce mle --counts 5,3,2"),
    ("sce mle 5；3；2", "sce mle --counts 5,3,2"),
    ("sce mle 6:4", "sce mle --counts 6,4"),
    ("sce mle 6：4", "sce mle --counts 6,4"),
    ("sce mle --counts 6:4", "sce mle --counts 6,4"),
    ("sce MLE 6 4 --Names a,b", "sce mle --counts 6,4 --names a,b"),
    ("sce --json mle", "sce mle"),
    ("sce --base 2 mle", "sce mle --base 2"),
    ("sce mle --base bits", "sce mle --base 2"),
    ("sce mle --base LOG2", "sce mle --base 2"),
    ("sce mle --bits", "sce mle --base 2"),
    ("sce entropy .6,.4 .5,.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy p=.5,.5 q=.6,.4", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy 60%,40% 1/2,1/2", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy 60%/40% .5,.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy '0,6;0,4' '0,5;0,5'", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy 0.6，0.4 0.5，0.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy --target .6 .4 --prediction .5 .5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy cat=.6,dog=.4 cat=.5,dog=.5", "sce entropy --target .6,.4 --prediction .5,.5 --names cat,dog"),
    ("sce entropy 1,0,0 --logits 2,1,0.1", "sce entropy --target 1,0,0 --logits 2,1,0.1"),
    ("sce entropy --label dog --logits cat=2,dog=1", "sce entropy --label 1 --logits 2,1 --names cat,dog"),
    ("sce entropy --label DOG --logits 2,1 --names cat,dog", "sce entropy --label 1 --logits 2,1 --names cat,dog"),
    ("sce entropy 3,1 1,1 --normalise", "sce entropy --target 3,1 --prediction 1,1 --normalize"),
    ("sce entropy --label 0 --logits 2,1 --smoothing 10%", "sce entropy --label 0 --logits 2,1 --smoothing 0.1"),
    ("sce softmax 2,1,0.1", "sce softmax 2 1 0.1"),
    ("sce softmax '2 1 0.1'", "sce softmax 2 1 0.1"),
    ("sce softmax '[2, 1, 0.1]'", "sce softmax 2 1 0.1"),
    ("sce softmax (2，1，0.1)", "sce softmax 2 1 0.1"),
    ("sce softmax 2，1；0.1", "sce softmax 2 1 0.1"),
    ("sce softmax 2,1,0.1,", "sce softmax 2 1 0.1"),
    ("sce softmax ２ １ ０．１", "sce softmax 2 1 0.1"),
    ("sce softmax 'z = [2, 1, 0.1]'", "sce softmax 2 1 0.1"),
    ("sce softmax [2, 1, 0.1]", "sce softmax 2 1 0.1"),
    ("sce softmax --temperature 2 z=[2, 1, 0.1] --names a,b,c", "sce softmax 2 1 0.1 --temperature 2 --names a,b,c"),
    ("sce entropy [.6, .4] [.5, .5]", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy --target=[.6, .4] .5,.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce mle [6, 4]", "sce mle --counts 6,4"),
    ("sce softmax 2 1 --temperature 0,5", "sce softmax 2 1 --temperature 0.5"),
    ("sce entropy --label 0 --logits 2,1 --smoothing=0,1", "sce entropy --label 0 --logits 2,1 --smoothing 0.1"),
    ("sce grad 2 1 --dtype single", "sce grad 2 1 --dtype float32"),
    ("sce softmax 'np.array([2, 1, 0.1])'", "sce softmax 2 1 0.1"),
    ("sce softmax --logits 2,1,0.1", "sce softmax 2 1 0.1"),
    ("sce softmax --logits=-2,-1", "sce softmax -2 -1"),
    ("sce softmax −2 -1", "sce softmax -2 -1"),
    ("sce softmax 1/2 50%", "sce softmax 0.5 0.5"),
    ("sce softmax cat=2 dog=1", "sce softmax 2 1 --names cat,dog"),
    ("sce softmax 猫＝2 狗＝1", "sce softmax 2 1 --names 猫,狗"),
    ("sce softmax 2 1 --names 猫，狗", "sce softmax 2 1 --names 猫,狗"),
    ("sce softmax 2 1 --names cat dog", "sce softmax 2 1 --names cat,dog"),
    ("sce softmax 2 1 --names 'cat dog'", "sce softmax 2 1 --names cat,dog"),
    ("sce softmax 2 1 --names '[cat, dog]'", "sce softmax 2 1 --names cat,dog"),
    ("sce softmax 2 1 —names=cat,dog", "sce softmax 2 1 --names cat,dog"),
    ("sce softmax 2 1 --temperature 1/2", "sce softmax 2 1 --temperature 0.5"),
    ("sce softmax --temperature 50% 2 1", "sce softmax 2 1 --temperature 0.5"),
    ("sce softmax 2 1 -temperature 2", "sce softmax 2 1 --temperature 2"),
    ("sce grad --logits 2,1,0.1", "sce grad 2 1 0.1"),
    ("sce grad 2,1 --step_size 1e-5", "sce grad 2 1 --step-size 1e-5"),
    ("sce grad 2 1 --stepsize 1e-5", "sce grad 2 1 --step-size 1e-5"),
    ("sce grad --label DOG --names cat,dog,fox", "sce grad --label 1 --names cat,dog,fox"),
    ("sce grad cat=2 dog=1 --label dog", "sce grad 2 1 --label 1 --names cat,dog"),
    ("sce grad 2 1 --dtype FLOAT32 --method Complex", "sce grad 2 1 --dtype float32 --method complex"),
    ("sce grad 2 1 --target 60%,40%", "sce grad 2 1 --target .6,.4"),
]
"""Lines and what they mean, in the form that was understood before."""

QUICK = "--epochs 2"

DATA = [
    (f"sce train mydata.csv {QUICK}", f"sce train --data mydata.csv {QUICK}"),
    (f"sce train iris {QUICK}", f"sce train --data iris {QUICK}"),
    (f"sce train IRIS {QUICK}", f"sce train --data iris {QUICK}"),
    (f"sce train --data Iris {QUICK}", f"sce train --data iris {QUICK}"),
    ("sce train --epochs 2e0", f"sce train {QUICK}"),
    (f"sce train --optimizer SGD {QUICK}", f"sce train --optimizer sgd {QUICK}"),
    (f"sce train --optimiser sgd --lr 0.1 {QUICK}", f"sce train --optimizer sgd --learning-rate 0.1 {QUICK}"),
    (f"sce train --compare 'GD, Adam' {QUICK}", f"sce train --compare gd,adam {QUICK}"),
    (f"sce train --compare gd adam {QUICK}", f"sce train --compare gd,adam {QUICK}"),
    (f"sce train --test-fraction 25% {QUICK}", f"sce train --test-fraction 0.25 {QUICK}"),
]

SAME_BUT_TYPED = {"arguments", "timing", "seconds"}


@cache
def results(line: str) -> dict[str, Any]:
    return {name: value for name, value in document(line).items() if name not in SAME_BUT_TYPED and name != "notes"}


@for_each(("typed", "meant"), [*ALIKE, *DATA])
def test_one_sensible_reading_is_accepted(typed: str, meant: str) -> None:
    assert results(typed) == results(meant)


@for_each("line", ["sce grad --bug SIGN", "sce grad --bug sign"])
def test_a_planted_mistake_in_any_letters(line: str) -> None:
    assert run_sce(*line.split()[1:]).exit_code == 1


NOTED = [
    ("sce entropy 0.6,0.4", "No prediction was given: p is uniform over the 2 outcomes."),
    ("sce entropy 0.6 0.4", "No prediction was given: p is uniform over the 2 outcomes."),
    ("sce entropy --label cat --names cat,dog", "No prediction was given: p is uniform over the 2 outcomes."),
    ("sce entropy 0.6 0.4 0.5 0.5", "were read as the target 0.6,0.4 and the prediction 0.5,0.5."),
    ("sce entropy .5,.5 --label 0", ".5,.5 was read as the prediction, for --label 0 gives the target."),
    ("sce entropy 0.333,0.333,0.333 1/3,1/3,1/3", "--target 0.333,0.333,0.333 is rounded: it sums to 0.999"),
    ("sce entropy .5,.5 0.33,0.66", "--prediction 0.33,0.66 is rounded: it sums to 0.99"),
    ("sce entropy 2:1 .5,.5", "--target 2:1 is a ratio"),
    ("sce entropy 2：1 .5,.5", "--target 2:1 is a ratio"),
    ("sce grad 2 1 --target 2:1", "--target 2:1 is a ratio"),
    ("sce grad --target 0.333,0.333,0.333", "--target 0.333,0.333,0.333 is rounded"),
    (f"sce train iris.csv {QUICK}", "There is no file 'iris.csv': the data set iris was taken."),
]


@for_each(("line", "note"), NOTED)
def test_what_is_not_plain_is_said(line: str, note: str) -> None:
    assert any(note in said for said in document(line)["notes"])
    assert note.split()[0] in run_sce(*shlex.split(line)[1:]).stdout


def test_a_model_and_its_data_in_either_order() -> None:
    assert run_sce("train", "iris", "--save", "m.npz", "--epochs", "2").exit_code == 0
    right, swapped = document("sce predict m.npz iris --row 3"), document("sce predict iris m.npz --row 3")
    assert (right["notes"], right["prediction"]) == ([], swapped["prediction"])
    assert swapped["notes"] == ["'m.npz' was taken for the model and 'iris' for the examples."]
    beside = run_sce("predict", "iris", "m.npz")
    assert (beside.exit_code, beside.stderr) == (0, f"{swapped['notes'][0]}\n")


def test_a_model_without_its_ending_or_behind_an_option_is_put_right() -> None:
    assert run_sce("train", "mydata.csv", "--save", "m.npz", "--epochs", "2").exit_code == 0
    for line, right in (("m mydata.csv", "m.npz mydata.csv"), ("--model m.npz mydata.csv", "m.npz mydata.csv")):
        run = run_sce("predict", *line.split())
        assert run.exit_code == 2
        assert run.stderr.endswith(f" sce predict {right}\n")
    Path("mydata.csv").write_text(Path("mydata.csv").read_text().replace("x0,x1", "u,v"))
    assert run_sce("train", "mydata.csv", "--save", "m.npz", "--epochs", "2").exit_code == 0
    assert run_sce("predict", "m.npz").stderr.endswith("Name a data set or a file behind it.\n")


@for_each("word", ["help", "?"])
def test_help_behind_a_command_is_its_help(word: str) -> None:
    assert run_sce("train", word).stdout == run_sce("train", "--help").stdout


def test_an_address_is_no_data() -> None:
    run = run_sce("train", "https://example.com/iris.csv")
    assert run.exit_code == 2
    assert run.stderr.endswith(": curl -LO https://example.com/iris.csv\n")


PUT_RIGHT = [
    ("sce mle --heads 6 --tails 4", "sce mle --counts 6,4 --names heads,tails"),
    ("sce mle --heads=6 --white 4", "sce mle --counts 6,4 --names heads,white"),
    ("sce mle 6", "sce mle 6,4"),
    ("sce mle 60%", "sce mle 3,2"),
    ("sce mle p=0.6", "sce mle 3,2"),
    ("sce mle 6/4", "sce mle 3,2"),
    ("sce mle --white 6balls --black 4", "sce mle --white 6 --black 4"),
    ("sce mle --white 6", "sce mle --white 6 --black 4"),
    ("sce mle --white 0 --black 0", "sce mle --white 1 --black 0"),
    ("sce mle 6 4 --names a", "sce mle 6 4 --names a,class1"),
    ("sce mle 50% 50%", "sce mle 50 50"),
    ("sce mle --data 6,4", "sce mle --counts 6,4"),
    ("sce mle 6 4 --save x.png", "sce mle 6 4 --plot x.png"),
    ("sce mle 6 4 --output=x.html", "sce mle 6 4 --handout=x.html"),
    ("sce mle six four", "sce mle 5 5"),
    ("sce softmax 2,0 1,5", "sce softmax 2.0 1.5"),
    ("sce softmax 2 1 --temperature 1,000", "sce softmax 2 1 --temperature 1"),
    ("sce softmax 2 1 -t 2 -n a,b", "sce softmax 2 1 --temperature 2 --names a,b"),
    ("sce entropy -t .6,.4 -p .5,.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce grad 2 1 --eps 1e-5", "sce grad 2 1 --step-size 1e-5"),
    ("sce grad 2 1 --y 1", "sce grad 2 1 --label 1"),
    ("sce train tmydata.csv", "sce train mydata.csv"),
    ("sce train mydata.cvs", "sce train mydata.csv"),
    ("sce train mydata", "sce train mydata.csv"),
    (f"sce train data/iris.csv {QUICK}", f"sce train iris {QUICK}"),
    (f"sce train mydata.csv --sep , {QUICK}", f"sce train mydata.csv --delimiter , {QUICK}"),
    (f"sce train mydata.csv --y kind {QUICK}", f"sce train mydata.csv --label-column kind {QUICK}"),
    (f"sce train mydata.csv --target kind {QUICK}", f"sce train mydata.csv --label-column kind {QUICK}"),
    (f"sce train mydata.csv --columns x0 {QUICK}", f"sce train mydata.csv --features x0 {QUICK}"),
    (f"sce train mydata.csv --header 0 {QUICK}", f"sce train mydata.csv {QUICK}"),
    (f"sce train --optimizers gd,adam {QUICK}", f"sce train --compare gd,adam {QUICK}"),
    ("sce train -e 2", "sce train --epochs 2"),
    ("sce train -n 2", "sce train --epochs 2"),
    (f"sce train --test_split .3 {QUICK}", f"sce train --test-fraction .3 {QUICK}"),
    (f"sce train --random-state 1 {QUICK}", f"sce train --seed 1 {QUICK}"),
    (f"sce train --reg=.1 {QUICK}", f"sce train --l2=.1 {QUICK}"),
    (f"sce train --normalise {QUICK}", f"sce train {QUICK}"),
    (f"sce train --standardize iris {QUICK}", f"sce train iris {QUICK}"),
    (f"sce train --standardize=False {QUICK}", f"sce train --no-standardize {QUICK}"),
    (f"sce train --output m.npz {QUICK}", f"sce train --save m.npz {QUICK}"),
    (f"sce train --missing fill {QUICK}", f"sce train --missing mean {QUICK}"),
    ("sce mle --lang cn", "sce mle --lang zh"),
    ("sce lesson --chapter 2 --no-pause", "sce lesson 2 --no-pause"),
    ("sce mle 6,x y", "sce mle 6,5 5"),
    ("sce mle --counts six,four", "sce mle --counts 5,5"),
    ("sce softmax a b 3", "sce softmax 0.5 0.5 3"),
    ("sce softmax x=a y=b", "sce softmax x=0.5 y=0.5"),
    ("sce softmax , , 2", "sce softmax 2"),
    ("sce entropy a,b", "sce entropy 1/2,1/2"),
    ("sce entropy .6,x .5,.5", "sce entropy .6,2/5 .5,.5"),
    ("sce grad 2 1 0.1 --target a,b,-1", "sce grad 2 1 0.1 --target 1/3,1/3,1/3"),
    ("sce mle 6 4 --counts 6,4", "sce mle 6 4"),
    ("sce mle --json=1", "sce mle --json"),
    ("sce grad 2 1 0.1 --step 1e-5", "sce grad 2 1 0.1 --step-size 1e-5"),
    ("sce softmax 2 1 --step 0.1", "sce softmax 2 1 0.1 --step"),
    ("sce grad -l 0", "sce grad --label 0"),
    ("sce grad --label ca --names cat,dog,fox", "sce grad --label cat --names cat,dog,fox"),
    ("sce grad 2 1 --label 2", "sce grad 2 1 --label 1"),
    ("sce grad 2 1 --random 5 --classes 4", "sce grad 2 1"),
    ("sce grad --dtype float", "sce grad --dtype float64"),
    ("sce grad 1e7 0", "sce grad 1000000 0"),
    ("sce entropy --target .5,.6", "sce entropy --target .5,.6 --normalize"),
    ("sce entropy 60,40 50,50", "sce entropy 60,40 50,50 --normalize"),
    ("sce entropy --q .6,.4 --p .5,.5", "sce entropy --target .6,.4 --prediction .5,.5"),
    ("sce entropy --smoothing .1", "sce entropy --smoothing .1 --label 0 --prediction 0.5,0.5"),
    ("sce entropy .6,.4 .5,.3,.2", "sce entropy .6,.4 0.5,0.5"),
    ("sce entropy --prediction .5,.5", "sce entropy --prediction .5,.5 --label 0"),
    ("sce softmax --temp 2", "sce softmax --temperature 2"),
    ("sce softmax --T=2", "sce softmax --temperature=2"),
    ("sce softmax --temperature=hot", "sce softmax --temperature 0.5"),
    ("sce softmax 2.0f 1", "sce softmax 2.0 1"),
    ("sce softmax -inf -inf", "sce softmax 0 -inf"),
    ("sce softmax cat=2 1", "sce softmax 2 1"),
    (f"sce train --eta 0.1 {QUICK}", f"sce train --learning-rate 0.1 {QUICK}"),
    (f"sce train --alpha 0.1 {QUICK}", f"sce train --learning-rate 0.1 {QUICK}"),
    (f"sce train --momentum 0.9 {QUICK}", f"sce train --optimizer momentum {QUICK}"),
    (f"sce train --adam {QUICK}", f"sce train --optimizer adam {QUICK}"),
    (f"sce train iri {QUICK}", f"sce train iris {QUICK}"),
    (f"sce train iris digits {QUICK}", f"sce train iris {QUICK}"),
    ("sce train --epochs 5epochs", "sce train --epochs 5"),
    (f"sce train --optimizer newton --lr 1 {QUICK}", f"sce train --optimizer newton {QUICK}"),
    (f"sce train --plot loss.txt {QUICK}", f"sce train --plot loss.pdf {QUICK}"),
    ("sce predict", "sce train --save model.npz"),
    ("sce predict iris", "sce train iris --save model.npz"),
    ("sce predict m.npz new.csv", "sce train --save m.npz"),
    ("sce kl", "sce entropy"),
    ("sce kl .6,.4 .5,.5", "sce entropy .6,.4 .5,.5"),
    ("sce cross-entropy", "sce entropy"),
    ("sce help", "sce --help"),
    ("sce help mle", "sce mle --help"),
    ("sce quiz", "sce lesson 1"),
    ("sce version", "sce --version"),
    ("sce sotfmax 2 1", "sce softmax 2 1"),
    ("sce 2 1 0.1", "sce softmax 2 1 0.1"),
    ("sce mydata.csv", "sce train mydata.csv"),
    ("sce lesson 9", "sce lesson 6"),
    ("sce lesson 3-9", "sce lesson 1-6"),
    ("sce lesson --check 2", "sce lesson 2"),
    ("sce lesson --new 2", "sce lesson --new my.md"),
    ("sce lesson list", "sce lesson"),
]
"""Lines and the corrected ones."""


@for_each(("line", "right"), PUT_RIGHT)
def test_what_is_refused_is_answered_with_a_line_that_works(
    line: str, right: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_sce(*shlex.split(line)[1:])
    assert (run.exit_code, run.stdout) == (2, "")
    error, remedy = run.stderr.splitlines()
    assert error.startswith("Error: ")
    assert remedy.endswith(f" {right}")
    assert follow(remedy, capsys, rounds=1)


CHAPTERS = {
    "mle": "Maximum likelihood",
    "softmax": "Softmax",
    "kl": "Entropy and KL",
    "Entropy": "Entropy and KL",
    "maximum likelihood": "Maximum likelihood",
    "The gradient": "The gradient",
    "梯度": "The gradient",
    "2.": "Maximum likelihood",
    "第2章": "Maximum likelihood",
    "chapter 2": "Maximum likelihood",
    "'chapter 2'": "Maximum likelihood",
    "２": "Maximum likelihood",
}


@for_each("words", CHAPTERS)
def test_a_chapter_by_its_word(words: str) -> None:
    run = run_sce("lesson", *shlex.split(words), "--no-pause", "--lang", "EN")
    assert run.exit_code == 0
    assert run.stdout.startswith(CHAPTERS[words])


@for_each(("some", "same"), [("1-3", "1 2 3"), ("1,3", "1 3"), ("1…2", "1 2"), ("5-6", "grad train")])
def test_several_chapters(some: str, same: str) -> None:
    one, other = (run_sce("lesson", *words.split(), "--no-pause", "--lang", "en") for words in (some, same))
    assert one.exit_code == 0
    assert one.stdout == other.stdout


def test_the_sum_is_explained_up_to_half_a_unit_each() -> None:
    for target, explained in (("0.50,0.49", True), ("0.50,0.48", False), ("0.5,0.49", False), ("0.995,0.004", True)):
        assert (run_sce("entropy", target).exit_code == 0) == explained, target


def test_a_free_name_is_given_where_a_file_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("loss.pdf", "loss-2.pdf"):
        Path(name).write_text("mine")
    run = run_sce("mle", "--plot", "loss.txt")
    assert run.stderr.endswith(": sce mle --plot loss-3.pdf\n")
    assert follow(run.stderr.splitlines()[-1], capsys)


@for_each(
    ("command", "has", "lacks"),
    [
        ("softmax", "classes", "colour"),
        ("mle", "Names of the colours", "Names of the classes"),
        ("entropy", "outcomes", "colour"),
    ],
)
def test_the_help_speaks_of_what_the_command_has(command: str, has: str, lacks: str) -> None:
    text = " ".join(run_sce(command, "--help", COLUMNS="200").stdout.split())
    assert has in text
    assert lacks not in text
