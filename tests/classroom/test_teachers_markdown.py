"""Lessons as teachers write them: front matter, comments, formulas, data beside the lesson, answers from commands."""

import re
from pathlib import Path

import pytest

from sce_cli import cli
from sce_cli.lessons.formulas import plain
from sce_cli.lessons.script import parsed
from tests.classroom.conftest import WriteLesson
from tests.classroom.seat import SCE, Seat
from tests.classroom.test_prose import shown
from tests.each import for_each
from tests.running import assert_refused, run_sce

# Since Python 3.12 a fork warns where NumPy has threads; the child only executes another program.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")

LESSON = """---
title: Softmax in ten minutes
author: A teacher
---

# Softmax in ten minutes

<!-- say: welcome, phones away -->

What does a classifier *know*?

---

# Three scores

| class | score |
|-------|-------|
| cat   | 2     |
| dog   | 1     |

```sce
sce softmax 2 1
```

<!--
Wait for a guess before going on.
-->

---

No title on this slide, only a thought: **differences count**.
"""


def test_a_lesson_for_another_program_plays(lesson_file: WriteLesson) -> None:
    path = str(lesson_file(LESSON))
    with Seat(*SCE, "lesson", path) as seat:
        seat.until("Softmax in ten minutes", "A teacher", "What does a classifier know?", "1 of 3")
        seat.press("2\n")
        seat.until("Three scores", "2 of 3 (1/")
        seat.press("3\n")
        assert "Wait for" not in seat.until("only a thought: differences count.", "3 of 3")
        seat.press("\n")
        assert seat.exit_code() == 0
    assert run_sce("lesson", "--check", path).stdout == "no mistakes in 3 slides.\n"


def test_notes_are_shown_slide_by_slide(lesson_file: WriteLesson) -> None:
    path = str(lesson_file(LESSON))
    lines = run_sce("lesson", path, "--notes", "--lang", "en").stdout.splitlines()
    heads = [line.partition(" ─")[0] for line in lines if "─" in line]
    assert heads == ["1 of 3: Softmax in ten minutes", "2 of 3: Three scores", "3 of 3"]
    assert [line.strip() for line in lines if line.startswith("   ")] == [
        "say: welcome, phones away",
        "Wait for a guess before going on.",
    ]
    with Seat(*SCE, "lesson", path, "--notes", "--lang", "en") as seat:
        assert "Wait" not in seat.until("say: welcome, phones away", "1 of 3")
        seat.press("\n")
        seat.until("Wait for a guess before going on.")
    assert "There are no notes" in run_sce("lesson", str(lesson_file("# T\n\na\n")), "--notes", "--lang", "en").stdout


@for_each(
    ("formula", "expected"),
    [
        (r"p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}", "p_i = e^(z_i)/(Σ_k e^(z_k))"),
        (r"\hat{p} = n/N", "p̂ = n/N"),
        (r"-\sum_k q_k \ln p_k", "−Σ_k q_k ln p_k"),
        (r"\frac{\partial L}{\partial z_i}", "∂L/∂z_i"),
        (r"\frac{e^{a} + 1}{(1)(2)}", "(e^a + 1)/((1)(2))"),
        (r"\text{CE}(q,p) \ge 0", "CE(q,p) ≥ 0"),
        (r"\mathbf{W}x + b, \quad W \in \mathbb{R}^{K}", "Wx + b,   W ∈ R^K"),
        (r"x^2 + \{1\}", "x² + {1}"),
        (r"\begin{pmatrix}1\end{pmatrix}", None),
        (r"\unknown x", None),
    ],
)
def test_a_formula_in_plain_characters(formula: str, expected: str | None) -> None:
    assert plain(formula) == expected


@for_each(
    ("markdown", "expected"),
    [
        (r"the sum $\sum_k p_k = 1$.", ["the sum Σ_k p_k = 1."]),
        (r"$$\lambda \to 0$$", ["λ → 0"]),
        ("It costs $5 and $6, or $HOME/$USER.", ["It costs $5 and $6, or $HOME/$USER."]),
        (r"as $\begin{x}$ stands", [r"as $\begin{x}$ stands"]),
        (r"`$p_i$`", ["$p_i$"]),
        ("one<br>two<BR/>three", ["one", "two", "three"]),
        ("`<br>`", ["<br>"]),
        ("a <!-- hidden --> b", ["a b"]),
    ],
)
def test_what_others_write_in_a_line(markdown: str, expected: list[str]) -> None:
    assert [" ".join(line.split()) for line in shown(markdown)] == expected


def test_titles_may_hold_formulas_and_line_breaks() -> None:
    script = parsed("---\ntitle: 'All'\n---\n\na\n\n---\n\n# The $\\lambda$<br>of it\n\nb\n")
    assert (script.title, [scene.title for scene in script.scenes]) == ("All", ["All", "The λ of it"])


MARP = """---
marp: true
theme: gaia
style: |
  section { color: red; }
author:
  - Ann
  - Bo
---
<style>
h1 { color: red }

h2 { color: blue }
</style>

<!-- _class: lead -->
# <!-- fit --> **Softmax** in *one* hour
![bg left:40% 80%](https://example.org/x.png)

---
## Scores
* one<br>two
* three $z_i$
$$
p_i = z_i
$$

<div class="columns">

left ![w:300 A curve](curve.png)

</div>

<!--
Say this slowly.
-->
***
more
---
# Last
1. one
   - nested
"""

PRESENTERM = """---
title: Softmax
author: Ann
options:
  incremental_lists: true
---

First
---

text
<!-- pause -->
more

-------

below a rule
<!-- end_slide -->

Second
===
<!-- speaker_note: water -->
```bash +exec
ls
```

<!-- end_slide -->
<!-- skip_slide -->
Hidden
===
<!-- end_slide -->
last
"""

PANDOC = """# One {.unnumbered}

::: columns
left
:::

. . .

later

::: notes
Speak up.
:::

# Two
a
## Three
### no slide
b
"""


@for_each(
    ("text", "titles", "notes", "left_out"),
    [
        (MARP, ["Softmax in one hour", "Scores", "Last"], ["Say this slowly."], 5),
        (PRESENTERM, ["First", "Second", ""], ["water"], 1),
        (
            PRESENTERM.replace("options:", "options:\n  end_slide_shorthand: true"),
            ["Softmax", "", "", "Second", ""],
            ["water"],
            1,
        ),
        (PANDOC, ["One", "Two", "Three"], ["Speak up."], 2),
        ("---\nmarp: true\nheadingDivider: 2\n---\n# A\n## B\n### c\n# D\n", ["A", "B", "D"], [], 0),
        ("---\nheadingDivider: [3]\n---\n# A\n### B\nc\n### D\n", ["A", "B", "D"], [], 0),
        ("---\noptions:\n  implicit_slide_ends: true\n---\nA\n===\na\n\nB\n===\nb\n", ["A", "B"], [], 0),
        ("<!-- headingDivider: 1 -->\n# A\n## b\n# C\n", ["A", "C"], [], 0),
        ("a\n---\nb\n", ["", ""], [], 0),
        ("# A\n\n`<div>`\n\n```html\n<div>\n```\n\n<https://example.org>\n", ["A"], [], 0),
    ],
)
def test_slides_of_other_programs(text: str, titles: list[str], notes: list[str], left_out: int) -> None:
    script = parsed(text)
    assert script.mistakes == ()
    assert [scene.title for scene in script.scenes] == titles
    assert [note for scene in script.scenes for note in scene.notes] == notes
    assert len(script.left_out) == left_out, script.left_out


def test_what_is_left_out_is_said(lesson_file: WriteLesson) -> None:
    path = str(lesson_file(MARP))
    check = run_sce("lesson", "--check", path, "--lang", "en")
    assert check.exit_code == 0
    assert check.stdout.splitlines()[1:] == [
        f"{path}:18: note: the picture 'https://example.org/x.png' behind the text is left out.",
        f"{path}:28: note: a line of HTML is left out; what stands between two is shown.",
        f"{path}:30: note: the picture 'curve.png' is shown as its words on a screen.",
        f"{path}:32: note: a line of HTML is left out; what stands between two is shown.",
        "no mistakes in 3 slides.",
    ]
    played = run_sce("lesson", path, "--no-pause", "--lang", "en")
    assert (played.exit_code, "left [picture: A curve]" in played.stdout) == (0, True)
    assert [line for line in played.stdout.splitlines() if "<" in line or "red" in line] == []
    assert played.stdout.splitlines()[1:3] == ["   Ann, Bo", ""]
    assert played.stderr == f"5 things in {path} are for other programs; see which: sce lesson --check {path}\n"


def test_data_count_from_the_lessons_folder(
    lesson_file: WriteLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lesson_file("# T\n\n```sce {steps=1}\nsce train --data own.csv --epochs 1\n```\n")
    rows = "".join(f"{x * x % 17 / 3:.3f},{'ab'[x % 2]}\n" for x in range(40))
    (path.parent / "own.csv").write_text(f"x,class\n{rows}", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder in (path.parent, elsewhere):
        monkeypatch.chdir(folder)
        assert run_sce("lesson", "--check", str(path)).exit_code == 0
        played = run_sce("lesson", str(path), "--no-pause")
        assert (played.exit_code, "Error" in played.stdout, Path.cwd()) == (0, False, folder)


SOURCED = """# T

```question
ask = "How large?"
from = "sce softmax 2 1 0.1"
field = "{field}"
why = "So."
```
"""


@for_each(
    ("field", "said"),
    [
        ("prediction[0]", "Truth   0.6590"),
        ("table.temperature[-1]", "Truth   10"),
        ("naive.sum[4]", "Truth   ∞"),
        ("prediction", "prediction is no number. There it has [0] to [2]."),
        ("prediction[3]", "the command's JSON has no prediction[3]. There it has [0] to [2]."),
        ("linear.nothing", "the command's JSON has no linear.nothing. There it has outcome"),
        ("linear.outcome", "linear.outcome is no number."),
    ],
)
def test_an_answer_comes_from_a_command(field: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(SOURCED.format(field=field), encoding="utf-8")
    played, check = run_sce("lesson", str(path), "--no-pause", "--lang", "en"), run_sce("lesson", "--check", str(path))
    right = said.startswith("Truth")
    assert played.exit_code == check.exit_code == (0 if right else 1)
    assert said.partition(". ")[0] in played.stdout
    if not right:
        assert f"{path}:5: {said}" in check.stdout


@for_each(
    ("block", "said"),
    [
        ('chart\ncaption = "c"\nlow = -2\nhigh = -1\ncurve = "ln(x)"', "the curve 'ln(x)' has no number to draw"),
        ('bars\nlabels = ["a"]\nseries = { p = "sce softmax 2 1" }', "prediction isn't 1 numbers from 0 to 1"),
        ('bars\nlabels = ["a", "b"]\nseries = { p = "sce softmax 2 x" }', "'x' is not a number"),
        (
            'chart\ncaption = "c"\nlow = 0\nhigh = 1\ncurve = "x"\n'
            'mark = { from = "sce softmax 2 1", field = "logits[0]" }',
            "mark 2.0 doesn't lie between low and high",
        ),
        (
            'chart\ncaption = "c"\nlow = 0\nhigh = 1\ncurve = "x"\n'
            'level = { from = "sce entropy --target 1,0 --prediction 0,1", field = "cross_entropy" }',
            "cross_entropy is infinite",
        ),
        ('shades\nfrom = "sce grad 2 1"\nfield = "logits"\nrows = ["a"]\ncolumns = ["b"]', "isn't a matrix of 1 × 1"),
    ],
)
def test_playing_and_check_find_the_same_mistakes_in_a_picture(block: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(f"# T\n\n```{block}\n```\n", encoding="utf-8")
    played, check = run_sce("lesson", str(path), "--no-pause"), run_sce("lesson", "--check", str(path))
    assert (played.exit_code, check.exit_code) == (1, 1)
    assert check.stdout.startswith(f"{path}:3: ")
    assert said in check.stdout
    assert said in " ".join(played.stdout.split())


def test_pictures_of_a_lesson_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(
        "# T\n\n```chart\n"
        'caption = "two curves [x]"\nover = "p"\nlow = 0\nhigh = 1\ncurves = { a = "p^2", b = "exp(-p)" }\nmark = 0.5\n'
        '```\n\n```bars\nlabels = ["cat", "dog"]\n[series]\n"half" = [0.5, 0.5]\n'
        '"cold" = "sce softmax 2 1 --temperature 0.5"\n'
        '```\n\n```shades\nfrom = "sce grad 2 1 --label 0"\nfield = "derivation.jacobian"\nrows = ["i"]\n'
        'columns = ["j"]\n```\n',
        encoding="utf-8",
    )
    shown = run_sce("lesson", str(path), "--no-pause").stdout
    assert "two curves [x]" in shown
    assert "●" in shown
    assert "0.881 █" in shown
    path.write_text(path.read_text(encoding="utf-8").replace('"i"', '"i", "k"').replace('"j"', '"j", "l"'))
    assert "▓" in run_sce("lesson", str(path), "--no-pause").stdout.replace("█", "▓").rpartition("dog")[2]


def test_a_picture_takes_numbers_from_commands(tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(
        '# T\n\n```bars\nlabels = ["a", "b"]\n[series]\n'
        '"linear" = { from = "sce softmax 1 3", field = "linear.prediction" }\n'
        '"counted" = { from = "sce mle --white 6 --black 4", field = "counts", share = true }\n'
        '```\n\n```bars\nlabels = ["one"]\n'
        'series = { x = { from = "sce mle --white 3 --black 1", field = "estimate[0]" } }\n'
        '```\n\n```chart\ncaption = "c"\nlow = 0\nhigh = 1\ncurve = "x"\n'
        'mark = { from = "sce mle --white 6 --black 4", field = "estimate[0]" }\n'
        'level = { from = "sce entropy --target 0.6,0.4 --prediction 0.5,0.5", field = "entropy" }\n'
        '```\n\n```shades\nfrom = "sce train --epochs 1"\nfield = "reached.confusion"\n'
        'rows = ["a", "b", "c"]\ncolumns = ["a longer name", "b", "c"]\n```\n',
        encoding="utf-8",
    )
    run = run_sce("lesson", str(path), "--no-pause", "--lang", "en")
    assert (run.exit_code, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    numbers = [re.findall(r"0\.[0-9]{3}", line) for line in lines if line.startswith(("   a  ", "   b  ", "   one"))]
    assert numbers[:3] == [["0.250", "0.600"], ["0.750", "0.400"], ["0.750"]]
    assert "●" in run.stdout
    assert "╌" in run.stdout
    matrix = lines[next(row for row, line in enumerate(lines) if "a longer name" in line) :][1:4]
    assert all("." not in row and re.search("[0-9]", row) for row in matrix)


@for_each("show", ["picture", "table", "formula", "picture,formula"])
def test_a_part_of_a_step_is_shown(show: str, tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(f"# T\n\n```sce {{steps=5 show={show}}}\nsce train --epochs 2\n```\n", encoding="utf-8")
    run = run_sce("lesson", str(path), "--no-pause")
    assert run.exit_code == 0
    assert ("⠉" in run.stdout, "epoch  " in run.stdout, "θ ← " in run.stdout) == (
        "picture" in show,
        "table" in show,
        "formula" in show,
    )
    assert "one step an epoch" not in run.stdout or show != "picture"


def test_a_step_without_what_is_to_be_shown_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my.md"
    path.write_text("# T\n\n```sce {steps=6 show=picture}\nsce train --epochs 2\n```\n", encoding="utf-8")
    assert cli.run(["lesson", "--check", str(path)]) == 1
    assert "step 6 has nothing of this sort: picture. Leave show= out." in capsys.readouterr().out


@for_each(
    ("arguments", "message", "remedy"),
    [
        (["--from-slide", "9"], "--from-slide 9: there are 3 slides", "from 1 to 3"),
        (["--from-slide", "0"], "--from-slide", "the number of a slide"),
        (["--answers", "none"], "--answers none", "--handout"),
        (["--notes", "--handout", "x.html"], "--handout and --notes exclude each other", ""),
    ],
)
def test_options_that_name_nothing(
    arguments: list[str], message: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my.md"
    path.write_text(LESSON, encoding="utf-8")
    assert_refused(["lesson", str(path), *arguments], message, remedy, capsys)


def test_a_slide_to_begin_with_needs_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "my.md"
    path.write_text(LESSON, encoding="utf-8")
    lines = run_sce("lesson", str(path), "--no-pause", "--from-slide", "3").stdout.splitlines()
    assert lines == ["   No title on this slide, only a thought: differences count."]
