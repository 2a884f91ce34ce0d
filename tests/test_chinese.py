"""A Chinese class sees Chinese: no command, step, question, demonstration or mistake has an English sentence."""

import re
import shlex
from pathlib import Path

import pytest
from rich.cells import cell_len

from sce_cli import cli
from tests.running import Run, run_sce

FOUR = re.compile(r"(?<![\w.\-/])(?:[A-Za-z][a-z']+[ ,;:]+){3}[a-z']{2,}")
"""Four English words in a row."""

LISTED = re.compile(r"(?:sce )?[a-z]+(?:, [a-z]+)+")
"""Names, such as those of optimisers and data sets."""

WHOLE = re.compile(r"接下来：sce |wrong\.md:[0-9]+: ")
"""What stays in one piece: a line to be pasted, and one that an editor reads."""

PYTHONS_OWN = re.compile(r"\w+(?:Warning|Error): [\w ]+")
"""What Python says of a student's program, as a student will meet it."""

COMMANDS = [
    "sce",
    "sce mle",
    "sce mle 5 3 2 --checks",
    "sce mle 10 0 --predict",
    "sce softmax --checks --predict",
    "sce softmax 2 -inf -1 --temperature 2",
    "sce softmax 1000 0 0 --base 2",
    "sce entropy --checks --predict",
    "sce entropy --label 0 --smoothing 0.1 --logits 2,1,0.1 --predict",
    "sce entropy .5,.5 1,0 --base 2",
    "sce grad --checks --predict",
    "sce grad --bug sign",
    "sce grad --random 5 --dtype float32",
    "sce grad 720 0",
    "sce train --epochs 3 --checks --predict",
    "sce train spiral --epochs 5 --compare gd,newton,adam",
    "sce train penguins --learning-rate 200 --epochs 5",
    "sce train --l2 0 --epochs 20 --label-smoothing 0.1",
    "sce train --data people.csv --epochs 3",
    "sce predict model.npz iris --row 77 --predict",
    "sce lesson",
    "sce lesson all --no-pause",
    "sce lesson 2 --notes",
    "sce lesson my.md --no-pause",
    "sce lesson --check my.md",
    "sce lesson --check wrong.md",
    "sce play",
    *(f"sce play {name}" for name in ("scores", "hill", "wrong", "steps", "floor", "train", "sample")),
    *(f"sce play {name} --keys '? right down right space'" for name in ("scores", "steps", "train")),
    "sce check mine.py",
    "sce check mine.py theirs.py",
    *(f"sce {command} --help" for command in ("", *cli.COMMANDS)),
]

REFUSED = [
    "sce kl",
    "sce mle --heads 6",
    "sce mle six four",
    "sce mle 0 0",
    "sce mle 6",
    "sce softmax a b",
    "sce softmax --temperature 0",
    "sce softmax -inf -inf",
    "sce softmax 2 1 --names a",
    "sce softmax --plot x.jpg",
    "sce softmax --plot",
    "sce softmax --json=3",
    "sce softmax --from-step 99",
    "sce softmax --json --step",
    "sce entropy .5,.6",
    "sce entropy .5,.5 .2,.3,.5",
    "sce entropy .5,.5 .5,.5 .5,.5",
    "sce entropy --smoothing 0.1",
    "sce grad --label 9",
    "sce grad --step-size 0",
    "sce grad 2 1 --step 1e-5",
    "sce train nowhere.csv",
    "sce train irsi",
    "sce train --optimizer sdg",
    "sce train --label-column nothing --data people.csv",
    "sce train --optimizer newton --learning-rate 1",
    "sce train --data mine.py",
    "sce predict",
    "sce predict people.csv iris",
    "sce predict model.npz iris --row 999",
    "sce lesson 99",
    "sce lesson nothing.md",
    "sce lesson people.csv",
    "sce lesson wrong.md",
    "sce lesson --handout x.html",
    "sce play nothing",
    "sce play scores --logits a",
    "sce check",
    "sce check nothing.py",
    "sce mle --lang fr",
]


LESSON = """# 课

得分。

```question
ask = "1+1？"
answer = 2
why = "二"
```

```sce {steps=1}
sce softmax 2 1
```
"""

WRONG = """---
title: 课

<!-- 备注 -->
![bg](猫.png)
![狗](狗.png)

```question
ask = "1+1？"
answer = "二"
tolerance = -1
slips = { x = "" }
sum = 2
```

```question
ask = "1+1？"
choices = ["二"]
unit = 3
field = "."
```

```question
from = "ls"
field = 1
answer = 2
```

```question
ask = "1+1？
```

```chart
low = 2
high = 1
curve = "sin(x)"
```

```chart
caption = "a"
low = 0
high = 1
over = "xy"
```

```chart
caption = "a"
low = 0
high = 1
curve = "y"
```

```bars
labels = []
series = 3
```

```bars
labels = ["a"]
[series]
b = [2]
```

```shades
rows = []
```

```sce {steps=3-1}
rm -r
sce lesson 3
sce softmax --help
sce softmax "1
sce softmax a
```

```sce {show=all}
```

```play
nothing
```

- list

  ```sce
  sce softmax
  ```

<style>
```
"""
"""A lesson with many mistakes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chinese")
    rows = [f"{k};{k % 7},5;{'NA' if k == 3 else 'abc'[k % 3]};{'ab'[k > 5]}\n" for k in range(12)]
    (path / "people.csv").write_text("id;größe;note;kind\n" + "".join(rows))
    (path / "mine.py").write_text(
        "import numpy as np\n\n\ndef softmax(z):\n    e = np.exp(z)\n    return e / e.sum()\n"
    )
    (path / "theirs.py").write_text(
        "def softmax(z):\n    return z\n\n\ndef entropy(q):\n    raise NotImplementedError\n"
    )
    (path / "my.md").write_text(LESSON, encoding="utf-8")
    (path / "wrong.md").write_text(WRONG, encoding="utf-8")
    assert run_sce("train", "--epochs", "2", "--save", "model.npz", folder=path).exit_code == 0
    return path


def chinese(line: str, folder: Path, columns: int = 80) -> Run:
    return run_sce(*shlex.split(line)[1:], folder=folder, SCE_LANG="zh", COLUMNS=str(columns))


def english(text: str) -> list[str]:
    """Return the English sentences in a text."""
    return [found for found in FOUR.findall(PYTHONS_OWN.sub("", text)) if not LISTED.fullmatch(found)]


@pytest.mark.parametrize("line", COMMANDS)
def test_what_a_command_shows_has_no_english_sentence(line: str, folder: Path) -> None:
    run = chinese(line, folder)
    assert run.exit_code in {0, 1}, run.stderr
    assert english(run.stdout + run.stderr) == []


@pytest.mark.parametrize("name", ["new.md", "new.py"])
def test_what_is_written_to_begin_with_is_chinese_and_works(name: str, folder: Path) -> None:
    command = "lesson" if name.endswith(".md") else "check"
    begun = chinese(f"sce {command} --new {name}", folder)
    assert (begun.exit_code, begun.stderr) == (0, "")
    assert f"文件：{name}" in begun.stdout
    text = (folder / name).read_text(encoding="utf-8").replace("import numpy as np", "")
    assert english(text) == []
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 100
    assert chinese(f"sce {command} {name}", folder).exit_code == 0


@pytest.mark.parametrize("line", REFUSED)
def test_a_mistake_is_told_in_chinese(line: str, folder: Path) -> None:
    run = chinese(line, folder)
    assert (run.exit_code, run.stdout) == (2, "")
    assert run.stderr.startswith("错误：")
    assert english(run.stderr) == []
    assert not re.search("。：|: sce ", run.stderr)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_chinese_screens_fit_and_no_line_begins_with_what_closes(columns: int, folder: Path) -> None:
    for line in COMMANDS:
        if "--help" in line and columns < 60:
            continue  # Typer's own table takes what its names need
        shown = chinese(line, folder, columns).stdout.splitlines()
        lines = [text for text in shown if not WHOLE.match(text)]
        assert [text for text in lines if cell_len(text) > columns] == [], line
        assert [text for text in lines if text.strip()[:1] and text.strip()[0] in "，。、；：？！）》」』"] == [], line


def test_json_is_the_same_in_every_language(folder: Path) -> None:
    for line in ("sce mle 6 4", "sce softmax", "sce train --epochs 2", "sce entropy .6,.4"):
        there, here = run_sce(*shlex.split(line)[1:], "--json", folder=folder), chinese(f"{line} --json", folder)
        assert here.stdout == there.stdout


def test_a_stream_without_chinese_letters_gets_english_and_is_told_once_if_it_was_asked_for(folder: Path) -> None:
    asked = run_sce("mle", "--lang", "zh", encoding="cp1252", folder=folder)
    assert asked.stdout.startswith("Maximum likelihood")
    assert len(asked.stderr.splitlines()) == 1
    assert run_sce("mle", encoding="cp1252", folder=folder, SCE_LANG="zh").stderr == ""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("sce play scores 猫=2 狗=1 小狐狸=0.1 一只名字很长很长的动物=0", r"(?<=  )[01]\.\d{6} "),
        ("sce play floor --names 下雨,天晴无云", r"0\.[546]00 █"),
        ("sce softmax 猫=2 狗=1 小狐狸=0.1 --from-step 8", r"0\.\d{3} █"),
        ("sce train cn.csv --epochs 2 --from-step 7", r"100\.0%$"),
    ],
)
def test_names_of_two_columns_a_letter_stand_in_line(line: str, found: str, folder: Path) -> None:
    rows = "".join(f"{k % 5};{k % 3 + k % 2 * 9};{('山鸢尾', '变色鸢尾花')[k % 2]}\n" for k in range(20))
    (folder / "cn.csv").write_text(f"花瓣;花萼;种类\n{rows}", encoding="utf-8")
    shown = chinese(line, folder).stdout.splitlines()
    places = {tuple(cell_len(text[: hit.start()]) for hit in re.finditer(found, text)) for text in shown} - {()}
    assert len(places) == 1, shown
