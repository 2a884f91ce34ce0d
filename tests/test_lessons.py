"""What every lesson owes: the shared options, numbered steps, claims, a screen that fits, strict JSON, a figure."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.readme import EXAMPLES, README
from tests.running import run_sce

LESSONS = {
    "mle": ["mle"],
    "mle, boundary": ["mle", "--counts", "0,3,5", "--base", "2"],
    "softmax": ["softmax"],
    "softmax, masked": ["softmax", "-1", "2", "-.5", "1e-3", "-inf", "--base", "10"],
    "entropy": ["entropy"],
    "entropy, logits": ["entropy", "--logits", "2,1,0.1", "--label", "0", "--smoothing", "0.1", "--base", "2"],
    "entropy, infinite": ["entropy", "--target", "1,0", "--prediction", "0,1"],
    "grad": ["grad"],
    "grad, masked": ["grad", "-1", "2", "-.5", "1e-3", "-inf", "--target", "1,1,0,0,0", "--base", "2"],
    "grad, random": ["grad", "--random", "5", "--classes", "12", "--dtype", "float32"],
    "train": ["train"],
    "train, compared": ["train", "--data", "penguins", "--compare", "newton,adam,sgd", "--epochs", "9", "--base", "2"],
    "train, no test part": ["train", "--data", "digits", "--epochs", "3", "--test-fraction", "0", "--l2", "0.1"],
    "train, separable": [
        "train",
        "--features",
        "petal_width_cm,petal_length_cm",
        "--l2",
        "0",
        "--label-smoothing",
        "0",
    ],
    "predict": ["predict", "iris_model", "--data", "iris", "--row", "77", "--base", "10"],
    "predict, a picture": ["predict", "digits_model", "--data", "digits", "--row", "17"],
}
"""A word that ends in _model stands for the path that this fixture returns."""

COMMANDS = sorted({arguments[0] for arguments in LESSONS.values()})


@pytest.fixture(params=LESSONS)
def lesson(request: pytest.FixtureRequest) -> list[str]:
    return [request.getfixturevalue(word) if word.endswith("_model") else word for word in LESSONS[request.param]]


def test_the_view_fits_its_steps_are_numbered_and_ascii_is_ascii_with_every_step(lesson: list[str]) -> None:
    for width in (40, 60):
        assert_fits(printed(*lesson, "--width", str(width)), width)
    glyphs, plain = printed(*lesson, "--checks"), printed(*lesson, "--checks", "--ascii")
    assert_numbered(glyphs)
    assert plain.isascii()
    assert re.findall(r"\\[ux]\w+", plain) == []
    assert plain.count(" holds: ") == glyphs.count(" holds: ") > 0


def printed(*arguments: str) -> str:
    """Return what a lesson prints that goes well."""
    run = run_sce(*arguments)
    assert (run.exit_code, run.stderr) == (0, "")
    return run.stdout


def assert_fits(text: str, width: int) -> None:
    """Hold a view against its width, which the rule beside a title fills."""
    lines = text.splitlines()
    assert max(map(cell_len, lines)) == width
    assert [line for line in lines if line != line.rstrip()] == []


def assert_numbered(text: str) -> None:
    """Hold a view against its form: numbered steps, then the result, above the last line."""
    lines = text.splitlines()
    numbers = [int(found[1]) for line in lines if (found := re.match(r"(\d+)\. \S.* ─+$", line))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 5
    assert re.fullmatch(r"✓ \d+ claims checked two ways, all hold", lines[-1])
    assert any(line.startswith("Result: ") for line in lines[-4:-1])


def test_json_is_strict_and_complete_and_the_figure_is_drawn(lesson: list[str], tmp_path: Path) -> None:
    target = tmp_path / "figure.svg"
    run = run_sce(*lesson, "--plot", str(target), "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = run.json
    assert document["command"] == lesson[0]
    assert {"version", "arguments", "unit", "checks"} < set(document)
    assert all(check["holds"] is True for check in document["checks"])
    assert target.read_text(encoding="utf-8").count("<text") > 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_readme_or_the_tour(command: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (README, EXAMPLES / f"{command}.md"))
    help_text = run_sce(command, "--help", COLUMNS="200").stdout
    options = re.findall(r"^│\W*(--[a-z-]+)", help_text, re.MULTILINE)
    assert "--help" in options
    assert [option for option in options if option not in text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_gives_an_example(command: str) -> None:
    assert f"Example: sce {command} " in run_sce(command, "--help", COLUMNS="200").stdout
