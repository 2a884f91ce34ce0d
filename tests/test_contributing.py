"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the package."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import catalogue
from tests.readme import README
from tests.running import Run, process_environment
from tests.test_layers import ALLOWED, imported, room

GUIDE = (README.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^ *`(\S+\.py)`(?:, (above|in) `(\w+)`)?\n\n( *)```\w+\n(.*?)\n *```$", re.DOTALL | re.MULTILINE)
"""A file to write, or to add to, and its code."""

PLACES = {"above": r"^(?={}\b)", "in": r"^{}\b.*?(?=^ *\)\n[)}}]|^[)}}])"}
"""Where code is added: above the line that begins with a name, or below the last entry of a list of that name."""

LESSON = """\
# Odds

---

## Guess

```sce {steps=1}
sce odds 0.8
```
"""


def recipe(title: str) -> str:
    """Return a section of the guide."""
    return GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def follow(title: str, folder: Path) -> None:
    """Write what the blocks of a recipe say, each in its file."""
    blocks = BLOCK.findall(recipe(title))
    assert len(blocks) == recipe(title).count("```") // 2, "a block doesn't say where it belongs"
    for name, where, place, indent, code in blocks:
        file, lines = folder / name, re.sub(rf"^{indent}", "", code, flags=re.MULTILINE)
        if not where:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{lines}\n", encoding="utf-8")
            continue
        text = file.read_text(encoding="utf-8")
        found = re.search(PLACES[where].format(place), text, re.DOTALL | re.MULTILINE)
        assert found, f"{name} has no {place}"
        gap = "\n" if where == "in" else "\n\n\n"
        file.write_text(f"{text[: found.end()]}{lines}{gap}{text[found.end() :]}", encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package in which the recipes were followed."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(README.parent / "sce_cli", folder / "sce_cli", ignore=shutil.ignore_patterns("__pycache__"))
    follow("A topic", folder)
    follow("An optimiser", folder)
    follow("A demonstration", folder)
    (folder / "odds.md").write_text(LESSON, encoding="utf-8")
    return folder


def run(copy: Path, *arguments: str, **environment: str) -> Run:
    """Run the copy's `sce`."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-m", "sce_cli", *arguments],
        cwd=copy,
        env=process_environment(PYTHONIOENCODING="utf-8", **environment),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Run(finished.stdout, finished.stderr, finished.returncode)


def test_the_topic_is_explained(copy: Path) -> None:
    shown = run(copy, "odds", "0.8")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "1. Odds ─" in shown.stdout
    assert "Result: odds 4, ln odds 1.386 nats" in shown.stdout


def test_it_is_drawn_in_ascii_too(copy: Path) -> None:
    shown = run(copy, "odds", "0.8", "--ascii", "--width", "60", "--base", "2")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.isascii()
    assert "log2 odds 2 bits" in shown.stdout
    assert "*" in shown.stdout


def test_it_is_one_strict_document(copy: Path) -> None:
    document = run(copy, "odds", "0.8", "--json").json
    assert document["command"] == "odds"
    assert document["arguments"]["probability"] == 0.8
    assert document["odds"] == pytest.approx(4)
    assert [check["holds"] for check in document["checks"]] == [True, True]


def test_a_class_guesses_before_it_sees(copy: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "sce_cli", "odds", "0.8", "--predict"],
        cwd=copy,
        env=process_environment(PYTHONIOENCODING="utf-8"),
        input="4\na\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "1 of 2 guesses" in finished.stdout


def test_a_lesson_plays_it(copy: Path) -> None:
    assert run(copy, "lesson", "--check", "odds.md").exit_code == 0
    shown = run(copy, "lesson", "odds.md", "--no-pause", "--lang", "en")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "$ sce odds 0.8" in shown.stdout
    assert "p/(1 − p) = 4" in shown.stdout


def test_the_help_and_the_shell_know_it(copy: Path) -> None:
    assert "sce odds 0.8" in run(copy, "--help").stdout
    completed = run(copy, _SCE_COMPLETE="complete_bash", COMP_WORDS="sce od", COMP_CWORD="1")
    assert completed.stdout.split() == ["odds"]


@pytest.mark.parametrize("p", ["1.5", "0", "x"])
def test_out_of_range_is_refused_in_two_lines(copy: Path, p: str) -> None:
    refused = run(copy, "odds", p)
    assert (refused.exit_code, refused.stdout) == (2, "")
    error, remedy = refused.stderr.splitlines()
    assert error == f"Error: probability '{p}' is not above 0 and below 1."
    assert remedy == "Give a number between them, such as 0.8: sce odds 0.8"


def test_its_outputs_are_files(copy: Path) -> None:
    shown = run(copy, "odds", "0.8", "--plot", "odds.svg", "--handout", "odds.html")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert (copy / "odds.svg").stat().st_size > 0
    assert (copy / "odds.html").stat().st_size > 0


def test_it_keeps_to_the_layers(copy: Path) -> None:
    files = sorted((copy / "sce_cli/topics/odds").glob("*.py"))
    assert [file.stem for file in files] == ["__init__", "command", "questions", "study", "view"]
    for file in files[1:]:
        named = {name for name in imported(file) if name.startswith("sce_cli.")}
        rooms = {room(name.split(".")[1:]) for name in named}
        assert rooms - {"translation"} <= ALLOWED[room(["topics", "odds", file.stem])], file


def test_its_own_tests_pass(copy: Path) -> None:
    words = ["-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(copy), "-p", "no:cacheprovider", "tests"]
    finished = subprocess.run([sys.executable, *words], cwd=copy, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout


def test_the_optimiser_trains(copy: Path) -> None:
    shown = run(copy, "train", "--optimizer", "rmsprop")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "RMSprop" in shown.stdout
    names = ["rmsprop", "gd", "sgd", "momentum", "adam", "newton"]
    compared = run(copy, "train", "--compare", ",".join(names), "--epochs", "20", "--plot", "six.svg")
    assert (compared.exit_code, compared.stderr) == (0, "")
    for letter, name in zip("abcdef", names, strict=True):
        assert re.search(rf"^ *{letter} {name} ", compared.stdout, re.MULTILINE)


def test_the_demonstration_is_played(copy: Path) -> None:
    shown = run(copy, "play", "surprise", "--keys", "left*25")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "p = 0.25   −ln p = 1.386 nats" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "Go on with sce entropy --target 1,0 --prediction 0.25,0.75"
    assert "surprise" in run(copy, "play").stdout
    refused = run(copy, "play", "surprise", "--counts", "6,4")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_language_is_begun_and_spoken(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = recipe("A language")
    begun, bring = guide.partition("```sh\n")[2].partition("\n```")[0].rsplit("\n", 1)
    subprocess.run(["bash", "-ec", begun], cwd=copy, check=True)
    assert bring.endswith(catalogue.__name__)
    declared = copy / "sce_cli/translation.py"
    text = declared.read_text(encoding="utf-8")
    for name, entry in (("LOCALES", '"de": "de_DE"'), ("LETTERS", '"de": "äöüß"')):
        assert f"`{entry}`" in guide
        text = text.replace(f"\n{name} = {{", f"\n{name} = {{{entry}, ")
    declared.write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "PACKAGE", copy / "sce_cli")
    monkeypatch.setattr(catalogue, "LOCALE", copy / "sce_cli/locale")
    catalogue.main()
    source = copy / "sce_cli/locale/de_DE/LC_MESSAGES/sce.po"
    one = 'msgid "Result: {result}"\nmsgstr "'
    new = source.read_text(encoding="utf-8").replace(one, f"{one}Ergebnis: {{result}}")
    source.write_text(new, encoding="utf-8")
    catalogue.main()
    assert "Ergebnis: odds 4" in run(copy, "odds", "0.8", "--lang", "de").stdout
    assert "Ergebnis: odds 4" in run(copy, "odds", "0.8", LC_ALL="de_DE.UTF-8").stdout
    assert run(copy, "lesson", "2", "--no-pause", "--lang", "de").exit_code == 0
