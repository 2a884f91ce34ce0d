"""Reading a lesson's Markdown: every mistake with its line, and what looks like one but isn't."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sce_cli import cli, lessons
from sce_cli.lessons.asked import Sourced
from sce_cli.lessons.pictures import BarSeries, Curves
from sce_cli.lessons.script import Command, Prose, Script, Solution, parsed
from sce_cli.study import Question
from tests.classroom.conftest import WriteLesson
from tests.each import for_each

TITLE = "# Title\n\nProse.\n\n---\n\n## Slide\n\n"
"""The next line is the ninth."""


def mistakes(text: str) -> list[tuple[int, str]]:
    return [(mistake.line, mistake.message) for mistake in parsed(text).mistakes]


def block(kind: str, *lines: str) -> str:
    return TITLE + "\n".join([f"```{kind}", *lines, "```", ""])


def question(**changed: str | None) -> str:
    """Return a lesson whose question starts in line 10; a key with None is left out."""
    keys = {"ask": '"How large?"', "answer": "0.5", "why": '"So it is."', **changed}
    return block("question", *(f"{key} = {value}" for key, value in keys.items() if value is not None))


MISTAKES = {
    "an empty file": ("", 1, "the lesson has no slide"),
    "an empty title and nothing else": ("#\n", 1, "the lesson has no slide"),
    "dashes and nothing else": ("---\n\n---\n", 1, "the lesson has no slide"),
    "a comment and nothing else": ("<!-- x -->\n", 1, "the lesson has no slide"),
    "open front matter": ("---\ntitle: T\n\n# T\n", 1, "the front matter is not closed"),
    "open notes": (f"{TITLE}::: notes\nb\n", 9, "the block of notes is not closed with :::"),
    "an open style": (f"{TITLE}<style>\nb\n", 9, "the <style> is not closed with </style>"),
    "an open comment": (f"{TITLE}a\n<!-- b\n", 10, "the comment is not closed"),
    "an open block": (f"{TITLE}```sce\nsce mle\n", 9, "not closed with ```"),
    "an open block of tildes": (f"{TITLE}~~~~text\nx\n~~~\n", 9, "not closed with ~~~~"),
    "an open block before a block": (f"{TITLE}```sce\nsce mle\n```question", 9, "not closed with ```"),
    "an open block of nothing": (f"{TITLE}```", 9, "not closed with ```"),
    "an open block in a list": (f"{TITLE}- ```text\n  x\n\nProse.\n", 9, "not closed with ```"),
    "a block in a list": (f"{TITLE}- item\n\n  ```sce\n  sce mle\n  ```\n", 11, "'sce' stands at the margin"),
    "a question in a quote": (f"{TITLE}> ```question\n> ```\n", 9, "'question' stands at the margin"),
    "a block without a command": (block("sce", ""), 9, "no command"),
    "another program": (block("sce", "sce mle", "ls"), 11, "'ls': a lesson runs commands that begin with sce"),
    "a path to sce": (block("sce", "./sce mle"), 10, "begin with sce"),
    "sce alone": (block("sce", "sce"), 10, "a lesson runs sce mle"),
    "a lesson within a lesson": (block("sce", "sce lesson 1"), 10, "a lesson runs sce mle"),
    "an option before the command": (block("sce", "sce --version"), 10, "a lesson runs sce mle"),
    "the help": (block("sce", "sce softmax --help"), 10, "not the help"),
    "the help in short": (block("sce", "sce softmax 1 2 -h"), 10, "not the help"),
    "the help, stuttered": (block("sce", "sce softmax -hh"), 10, "not the help"),
    "an open quotation": (block("sce", "sce mle --names 'a,b"), 10, "a quotation isn't closed"),
    "steps that aren't numbers": (block("sce {steps=two}", "sce mle"), 9, "{steps=2-4}"),
    "steps with a blank": (block("sce {steps = 2}", "sce mle"), 9, "{steps=2-4}"),
    "steps glued to the name": (block("sce{steps=2}", "sce mle"), 9, "{steps=2-4}"),
    "steps backwards": (block("sce {steps=4-2}", "sce mle"), 9, "4-2"),
    "another word behind the name": (block("sce bash", "sce mle"), 9, "{steps=2-4}"),
    "TOML without a value": (block("question", 'ask = "How?"', "answer =", 'why = "So."'), 11, "the TOML is wrong"),
    "TOML with an open text": (block("question", 'ask = "How?', "answer = 1"), 10, "the TOML is wrong"),
    "TOML with an open text of lines": (block("question", "answer = 1", 'ask = """How?', ""), 12, "the TOML is wrong"),
    "TOML with a key twice": (block("question", "answer = 1", "answer = 2"), 11, "the TOML is wrong"),
    "a number too long for Python": (question(answer="1" * 5000), 10, "the TOML is wrong"),
    "no question": (question(ask=None), 9, "ask"),
    "an empty question": (question(ask='" "'), 10, "ask"),
    "a question that is a number": (question(ask="1"), 10, "ask"),
    "no reason": (question(why=None), 9, "why"),
    "no answer": (question(answer=None), 9, "answer"),
    "an answer in words": (question(answer='"half"'), 11, "answer"),
    "an answer that is true": (question(answer="true"), 11, "answer"),
    "an answer that is no number": (question(answer="nan"), 11, "answer"),
    "an answer beyond all floats": (question(answer="1" * 400), 11, "answer"),
    "a negative tolerance": (question(tolerance="-0.1"), 13, "tolerance"),
    "a tolerance in words": (question(tolerance='"much"'), 13, "tolerance"),
    "a unit that is a number": (question(unit="1"), 13, "unit"),
    "a key too many": (question(hint='"no"'), 13, "'hint'"),
    "a misspelt key": (question(why=None, wyh='"So."'), 12, "'wyh'"),
    "a quoted key": (question(why=None, **{'"wyh"': '"So."'}), 12, "'wyh'"),
    "choices that are a text": (question(choices='"ab"', answer='"a"'), 13, "choices"),
    "one choice": (question(choices='["a"]', answer='"a"'), 13, "choices"),
    "nine choices": (question(choices=str([*"abcdefghi"]), answer='"a"'), 13, "choices"),
    "an empty choice": (question(choices='["", "b"]', answer='"a"'), 13, "choices"),
    "a letter beyond the choices": (question(choices='["x", "y"]', answer='"c"'), 11, "letter"),
    "a number for a choice": (question(choices='["x", "y"]', answer="1"), 11, "letter"),
    "a tolerance of choices": (question(choices='["x", "y"]', answer='"a"', tolerance="1"), 14, "tolerance"),
    "show of nothing": (block("sce {steps=2 show=words}", "sce mle"), 9, "show=picture"),
    "an answer twice": (question(**{"from": '"sce mle"', "field": '"peak"'}), 11, "leave out answer"),
    "a field without a command": (question(answer=None, field='"peak"'), 9, "field needs from"),
    "a command without a field": (question(answer=None, **{"from": '"sce mle"'}), 9, "from needs field"),
    "a field that is none": (question(answer=None, field='"a..b"', **{"from": '"sce mle"'}), 12, "from needs field"),
    "a command that is none": (question(answer=None, field='"a"', **{"from": '"ls"'}), 13, "'ls': a lesson runs"),
    "choices from a command": (question(choices='["x", "y"]', answer='"a"', field='"b"'), 14, "choices need no field"),
    "a slip that is no letter": (question(choices='["x", "y"]', answer='"a"', slips='{ c = "So." }'), 14, "no guess"),
    "a slip that is no number": (question(slips='{ half = "So." }'), 13, "'half' is no guess"),
    "a slip without a sentence": (question(slips="{ 1 = 2 }"), 13, "slips is a table"),
    "Escape in a slip": (question(slips=r'{ 1 = "\u001b" }'), 13, "U+001B"),
    "a chart without a caption": (block("chart", "low = 0", "high = 1", 'curve = "x"'), 9, "caption"),
    "a chart without ends": (block("chart", 'caption = "c"', 'curve = "x"'), 9, "low is a number"),
    "a chart backwards": (block("chart", 'caption = "c"', "low = 1", "high = 0", 'curve = "x"'), 12, "larger than low"),
    "a chart of code": (
        block("chart", 'caption = "c"', "low = 0", "high = 1", "curves = { a = \"__import__('os')\" }"),
        13,
        "can't be drawn",
    ),
    "a chart of another letter": (
        block("chart", 'caption = "c"', "low = 0", "high = 1", 'over = "p"', 'curves = { a = "x" }'),
        14,
        "its variable",
    ),
    "bars without labels": (block("bars", "[series]", "a = [1]"), 9, "labels are"),
    "bars above 1": (block("bars", 'labels = ["a"]', "series = { p = [2] }"), 11, "numbers from 0 to 1"),
    "shades of nothing": (block("shades", 'rows = ["a"]', 'columns = ["b"]'), 9, "field"),
    "Escape": (f"{TITLE}Hi \x1b[2J\n", 9, "U+001B"),
    "Escape in a command": (block("sce", "sce mle --names \x1b[2J,b"), 10, "U+001B"),
    "a form feed": (f"{TITLE}a\x0cb\n\nc\n", 9, "U+000C"),
    "a control character of Latin-1": (f"{TITLE}a\x85b\n", 9, "U+0085"),
    "a line separator": (f"{TITLE}a\u2028b\n", 9, "U+2028"),
    "text from right to left, forced": (f"{TITLE}\n\u202eabc\n", 10, "U+202E"),
    "a character without a meaning": (f"{TITLE}\0\n", 9, "U+0000"),
    "Escape in TOML's spelling": (question(ask=r'"How \u001b[2J?"'), 10, "U+001B"),
    "Escape in a choice": (question(choices=r'["\u001bc", "y"]', answer='"a"'), 13, "U+001B"),
    "a bell in a unit": (question(unit=r'"\u0007"'), 13, "U+0007"),
    "text from right to left in HTML's spelling": (f"{TITLE}a &#x202e; b\n", 9, "U+202E"),
}


@for_each("case", MISTAKES)
def test_a_mistake_is_found_in_its_line(case: str) -> None:
    text, line, message = MISTAKES[case]
    found = mistakes(text)
    assert [number for number, said in found if message in said] == [line], found


def test_mistakes_come_in_the_order_of_their_lines() -> None:
    text = "\x07\n" + block("sce", "ls") + "\n&#x202e;\n" + question(ask=None)
    lines = [line for line, _ in mistakes(text)]
    assert lines == sorted(lines)
    assert len(lines) >= 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_are_all_one(end: str, last: bool, lesson_file: WriteLesson) -> None:
    text = question() + "\n" + block("sce", "sce mle").removeprefix(TITLE)
    changed = (text if last else text.rstrip()).replace("\n", end)
    script = lessons.load(lesson_file("\ufeff" + changed))
    assert not script.mistakes
    assert kinds(script) == [[Prose], [Question, Command]]
    assert mistakes(changed.replace("sce mle", "ls"))[0][0] == 16


def kinds(script: Script) -> list[list[type]]:
    return [[type(part) for part in scene.parts] for scene in script.scenes]


GOOD = {
    "dashes below a paragraph": ("# T\n\nProse\n---\n## S\n\nx\n", [[Prose], [Prose]]),
    "dashes below a table": ("# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n---\n## S\n\nx\n", [[Prose], [Prose]]),
    "dashes below a list": ("# T\n\n- a\n  - b\n---\n## S\n\nx\n", [[Prose], [Prose]]),
    "many dashes": ("# T\n\n-----\n\n## S\n\nx\n", [[], [Prose]]),
    "dashes in a block": ("# T\n\n```text\n---\n```\n", [[Prose]]),
    "stars are a rule": ("# T\n\na\n\n***\n\nb\n", [[Prose]]),
    "another language": ("# T\n\n```python\nimport os\n```\n", [[Prose]]),
    "a name that only begins like sce": ("# T\n\n```scenery\nls\n```\n", [[Prose]]),
    "a longer closing fence": ("# T\n\n```sce\nsce mle\n`````\n", [[Command]]),
    "a block of tildes": ("# T\n\n~~~sce {steps=none}\nsce mle\n~~~\n", [[Command]]),
    "an indented fence": ("# T\n\n  ```sce\n  sce mle\n  ```\n", [[Command]]),
    "blank lines between commands": ("# T\n\n```sce\n\nsce mle\n\n  sce grad\n```\n", [[Command, Command]]),
    "a title at once under dashes": ("# T\n---\n## S\nx\n", [[], [Prose]]),
    "a title of either level": ("## T\n\na\n\n---\n\n# S\n\nb\n", [[Prose], [Prose]]),
    "no titles": ("a\n\n---\n\nb\n", [[Prose], [Prose]]),
    "a title alone": ("# T\n\n---\n\n## S\n", [[], []]),
    "nothing after the last dashes": ("# T\n\na\n\n---\n", [[Prose]]),
    "front matter": ("---\ntitle: T\ntheme:\n  name: dark\n---\n\na\n", [[Prose]]),
    "dashes at the beginning": ("---\n\na\n", [[Prose]]),
    "a comment with dashes and a block": ("# T\n\na\n\n<!--\n---\n```sce\nls\n-->\n\nb\n", [[Prose]]),
    "a comment that is code": ("# T\n\n`<!--`\n\n```text\n<!--\n```\n", [[Prose]]),
    "presenterm's end of a slide": ("# T\n\na\n\n<!-- end_slide -->\n\n## S\n\nb\n", [[Prose], [Prose]]),
    "a chart": (block("chart", 'caption = "c"', "low = 0", "high = 1", 'curve = "x^2"'), [[Prose], [Curves]]),
    "bars": (block("bars", 'labels = ["a"]', "series = { p = [1] }"), [[Prose], [BarSeries]]),
    "a solution": (block("solution", "It is **1**.", "", "- a"), [[Prose], [Solution]]),
    "an answer from a command": (
        question(answer=None, **{"from": '"sce mle"', "field": '"a[0]"'}),
        [[Prose], [Sourced]],
    ),
    "HTML is text": ("# T\n\n<script>alert(1)</script>\n", [[Prose]]),
    "tabs and spaces of any width": ("# T\n\na\tb\n\n\u3000\u3000c\xa0&nbsp;&amp;\n", [[Prose]]),
    "a question of several lines": (
        '# T\n\n```question\nask = """\nHow\nlarge?"""\nanswer = 1\nwhy = "So."\n```\n',
        [[Question]],
    ),
}


@for_each("case", GOOD)
def test_what_is_no_mistake(case: str) -> None:
    text, expected = GOOD[case]
    script = parsed(text)
    assert script.mistakes == ()
    assert kinds(script) == expected


def test_a_command_has_its_words_its_steps_and_its_line() -> None:
    lesson = block("sce {steps=2-4,7}", "sce mle --names 'red ball,b'", "", "sce grad")
    assert parsed(lesson).scenes[1].parts == (
        Command(("mle", "--names", "red ball,b"), (2, 3, 4, 7), 10),
        Command(("grad",), (2, 3, 4, 7), 12),
    )


def test_a_question_is_read_as_written_on_one_line() -> None:
    lesson = question(ask='"""\n  How\nlarge?"""', tolerance="0", unit='"bits"', answer="inf")
    assert parsed(lesson).scenes[1].parts == (Question("How large?", float("inf"), "So it is.", 0, (), "bits"),)
    lesson = question(answer="0.659", slips='{ "1/2" = "Half." }')
    [asked] = parsed(lesson).scenes[1].parts
    assert isinstance(asked, Question)
    assert (asked.close(0.6), asked.close(0.5), asked.slip(0.5), asked.slip(0.6)) == (True, False, "Half.", "")
    lesson = question(choices='["x", "y"]', answer='"b"')
    assert parsed(lesson).scenes[1].parts == (Question("How large?", 1, "So it is.", 0, ("x", "y")),)


def test_prose_keeps_the_indentation_that_makes_it_code() -> None:
    [prose] = parsed("# T\n\n    z = 1\n\nText.\n").scenes[0].parts
    assert isinstance(prose, Prose)
    assert [token.type for token in prose.tokens][:2] == ["code_block", "paragraph_open"]


@pytest.mark.parametrize(
    ("command", "line", "message"),
    [
        ("sce mle --white x", 10, "'x' is not a number"),
        ("sce softmax 1 2 --temprature 2", 10, "--temperature"),
        ("sce softmax 1 2; touch x", 10, "'touch' is not a number"),
        ("sce softmax 1 2 --install-completion", 10, "there is no option"),
        ("sce mle --plot mle.png", 10, "writes nothing"),
        ("sce mle --json", 10, "writes nothing"),
        ("sce mle --width 100", 10, "writes nothing"),
        ("sce mle --step", 10, "writes nothing"),
        ("sce predict nowhere.npz --data iris", 10, "nowhere.npz"),
    ],
)
def test_check_runs_the_commands(
    command: str, line: int, message: str, lesson_file: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lesson_file(block("sce", command))
    assert cli.run(["lesson", "--check", str(path)]) == 1
    said, count = capsys.readouterr().out.splitlines()
    assert said.startswith(f"{path}:{line}: ")
    assert message in said
    assert count == "1 mistake in 2 slides."


def test_check_names_a_step_that_is_not_there(lesson_file: WriteLesson, capsys: pytest.CaptureFixture[str]) -> None:
    path = lesson_file(block("sce {steps=2,9}", "sce mle"))
    assert cli.run(["lesson", "--check", str(path)]) == 1
    assert f"{path}:10: there is no step 9. Name steps from 1 to " in capsys.readouterr().out


def test_check_and_play_show_no_control_characters(
    lesson_file: WriteLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lesson_file(block("sce", "sce mle \x1b[2J", "\x1b]0;title\x07") + "\n```\x9b2J", "\x1b[31m.md")
    assert cli.run(["lesson", "--check", str(path)]) == 1
    assert cli.run(["lesson", str(path)]) == 2
    said = "".join(capsys.readouterr())
    assert not [character for character in said if not character.isprintable() and character != "\n"]
    assert r"\x1b[31m.md" in said


def test_a_lesson_with_mistakes_is_not_played(lesson_file: WriteLesson, capsys: pytest.CaptureFixture[str]) -> None:
    path = lesson_file(block("sce", "ls", "rm"))
    assert cli.run(["lesson", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "line 10: 'ls': a lesson runs commands that begin with sce, and nothing else. (1 more)" in err
    assert f"sce lesson --check {path}" in err


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PIECE = st.one_of(
    TEXT,
    st.sampled_from(
        [
            *(
                "# Title\n",
                "## Slide\n",
                "---\n",
                "***\n",
                "\n",
                "\n\n",
                "- ",
                "> ",
                "    ",
                "```\n",
                "~~~\n",
                "| a |\n|-|\n",
            ),
            *(
                "```sce\n",
                "```sce {steps=2}\n",
                "```question\n",
                "```sce {steps=9999-1}\n",
                "sce ",
                "softmax 1 2 ",
                "mle\n",
            ),
            *('ask = "?"\n', "answer = 1\n", 'answer = "b"\n', 'why = "!"\n', 'choices = ["a", "b"]\n', "unit = 2\n"),
            *(
                "tolerance = [[",
                "[a.b]\n",
                "'",
                '"',
                '"""',
                "\\",
                "\r",
                "\r\n",
                "![",
                "](x)",
                "&#27;",
                "<b>",
                "`",
                "**",
            ),
        ]
    ),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECE, max_size=25).map("".join))
def test_whatever_is_read_only_mistakes_come_of_it(text: str) -> None:
    script = parsed(text)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= mistake.line <= lines for mistake in script.mistakes)
    assert all(mistake.message for mistake in script.mistakes)
    assert script.scenes


@settings(deadline=None, max_examples=25)
@given(st.lists(PIECE, max_size=25).map(lambda pieces: TITLE + "".join(pieces)))
def test_whatever_is_checked_the_exit_code_says_how_it_is(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("lessons") / "my.md"
    path.write_text(text, encoding="utf-8", newline="")
    before = parsed(text).mistakes
    assert cli.run(["lesson", "--check", str(path)]) in ({1} if before else {0, 1})
