"""Lesson files, whatever they hold and whatever they are: a lesson, a list of mistakes, or a clear error."""

import os
import re
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sce_cli.lessons import LARGEST, STARTER, chapters
from sce_cli.translation import LANGUAGES
from tests.hostile.judging import as_nobody, assert_complaint, assert_manners
from tests.hostile.test_files_read import damaged, fixed
from tests.running import Run, run_here

GOOD = STARTER.read_bytes()

pieces = st.sampled_from(
    [
        *(
            "# T\n",
            "\n---\n",
            "## S\n",
            "```sce\n",
            "```sce {steps=1}\n",
            "```question\n",
            "```\n",
            "~~~sce\n",
            "> ",
            "- ",
        ),
        *(
            "sce softmax 2 1\n",
            "sce mle --white nan\n",
            "sce train --data x.csv\n",
            "sce lesson 1\n",
            "sce $(id) ; ls\n",
        ),
        *(
            'ask = "?"\n',
            "answer = 1e999\n",
            "answer = nan\n",
            "choices = [",
            '"a", ',
            "]\n",
            'why = "[/]"\n',
            "tolerance = -0\n",
        ),
        *(
            "\x1b[2J",
            "\0",
            "\r",
            "\x85",
            "\u202e",
            "[b]",
            "\\",
            "|a|\n|-|\n",
            "<b>",
            "![](x)",
            "红，",
            "٣",
            "x" * 5000,
            "[" * 500,
        ),
    ]
).map(str.encode)


LEFT_OUT = r"[0-9]+ things? in my.md (?:is|are) for other programs; see which: sce lesson --check my.md\n"
"""What is said on stderr of what such programs as Marp take out of a file."""


def runs(content: bytes) -> list[Run]:
    """Return what playing and checking make of a lesson."""
    Path("my.md").write_bytes(content)
    return [run_here(["lesson", "my.md"]), run_here(["lesson", "--check", "my.md"])]


@fixed
@given(content=damaged(GOOD) | st.lists(pieces, max_size=30).map(b"".join) | st.binary(max_size=100))
def test_any_lesson_file(content: bytes) -> None:
    played, checked = runs(content)
    played = replace(played, stderr=re.sub(LEFT_OUT, "", played.stderr))
    assert_manners(played, as_json=False)
    assert_manners(checked, as_json=False)
    assert "\x1b" not in played.stdout + played.stderr + checked.stdout
    if checked.exit_code == 0:
        assert played.exit_code == 0


def test_what_is_no_lesson_file_is_refused_at_once() -> None:
    Path("folder.md").mkdir()
    os.mkfifo("pipe.md")
    Path("ring.md").symlink_to("ring.md")
    Path("endless.md").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        for name in ("folder.md", "pipe.md", "ring.md", "endless.md", "socket.md", "missing.md"):
            for run in (run_here(["lesson", name]), run_here(["lesson", "--check", name])):
                assert_complaint(run)
                assert f"'{name}'" in run.stderr


@pytest.mark.parametrize("mode", [0o000, 0o200])
def test_a_lesson_that_is_not_ones_own_is_a_clear_error(mode: int, shared_folder: Path) -> None:
    Path("my.md").write_bytes(GOOD)
    assert run_here(["lesson", "my.md"]).exit_code == 0  # nobody may not read this program's own files either
    os.chmod("my.md", mode)
    with as_nobody():
        run = run_here(["lesson", "my.md"])
    assert_complaint(run)
    assert "can't be read: Permission denied." in run.stderr


def test_a_link_to_a_lesson_is_that_lesson() -> None:
    Path("my.md").write_bytes(GOOD)
    Path("link.md").symlink_to("my.md")
    assert run_here(["lesson", "link.md"]) == run_here(["lesson", "my.md"])


def repeated(piece: str, size: int, paragraph: int | None = None) -> str:
    """Return a lesson of a piece again and again, in paragraphs of a size."""
    body = (piece * (size // len(piece)))[:size]
    length = paragraph or size
    return "# T\n\n" + "\n\n".join(body[begin : begin + length] for begin in range(0, size, length)) + "\n"


def asked(lines: str) -> str:
    return f"# T\n\n---\n\n## S\n\n```question\n{lines}```\n"


ENDLESS = {
    "stars": (repeated("*_", 900_000), "is larger than 100 kB"),
    "pictures": (repeated("![[]()", 900_000), "is larger than 100 kB"),
    "brackets": (repeated("[", 900_000), "is larger than 100 kB"),
    "keys": (asked("".join(f"k{number} = 1\n" for number in range(50_000))), "is larger than 100 kB"),
    "a long paragraph": (repeated("*_", 90_000), "line 3: more than 5000 characters without an empty line"),
    "many keys": (asked("".join(f"k{number} = 1\n" for number in range(9_000))), "line 7: more than 5000 characters"),
    "a wide table": ("# T\n\n" + "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "a|\n" * 300, "more than 20000 cells"),
    "commands": ("# T\n\n" + "```sce\nsce mle\n```\n\n" * 201, "more than 200 commands"),
}
"""Lessons that took minutes, and others of their kind."""


@pytest.mark.parametrize("lesson", ENDLESS)
def test_a_lesson_that_would_take_minutes_is_refused_at_once(lesson: str) -> None:
    text, problem = ENDLESS[lesson]
    Path("my.md").write_text(text)
    for words in (["my.md"], ["--check", "my.md"], ["my.md", "--handout", "h.html"]):
        start = time.process_time()
        run = run_here(["lesson", *words])
        assert time.process_time() - start < 1
        assert_complaint(run)
        assert problem in run.stderr


HEAVY = {
    **{piece: repeated(piece, 95_000, 4_990) for piece in ("*_", "![[]()", "![", "[a](", "x", "**a** ", "a\n", "熵")},
    "quotes": repeated("> - ", 95_000, 4_990),
    "keys apart": asked("".join(f"k{number} = 1\n\n" for number in range(9_000))),
    "blanks": asked(f"a{' ' * 4000}\n\n" * 20),
    "dots": asked(f"{'.'.join('a' * 2400)} = 1\n\n" * 15),
    "slides": "# T\n\n" + "---\n\n## S\n\na\n\n" * 6_000,
}
"""Lessons at the limits."""


@pytest.mark.parametrize("lesson", HEAVY)
def test_a_lesson_at_the_limits_is_read_in_seconds(lesson: str) -> None:
    Path("my.md").write_text(HEAVY[lesson].encode()[:100_000].decode(errors="ignore"))
    start = time.process_time()
    run = run_here(["lesson", "--check", "my.md"])
    assert time.process_time() - start < 5
    assert_manners(run, as_json=False)


def test_a_chapter_is_far_from_the_limits() -> None:
    sizes = [path.stat().st_size for language in LANGUAGES for path in chapters(language)]
    assert max(sizes) < LARGEST / 5
