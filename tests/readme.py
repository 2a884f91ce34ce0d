"""The commands in the README and the examples, and their outputs, which `python -m tests.readme` writes anew."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.running import process_environment, run_sce, sce_process

README = Path(__file__).parent.parent / "README.md"
READMES = {"en": README, "zh": README.with_suffix(".zh.md")}
EXAMPLES = README.parent / "examples"
DOCUMENTS = (*READMES.values(), *sorted(EXAMPLES.glob("*.md")))

BLOCK = re.compile(r"```console\n\$ ([^\n]*\bsce [^\n]*)\n(.*?)```", re.DOTALL)

MODEL = "sce train --data digits --save digits.npz"
"""The command that makes the model which others use."""

OWN_MODEL = "sce train --data fruit.csv --save fruit.npz"
"""The command in the example of one's own data that does the same there."""

LESSON = "sce lesson --new my.md"
"""The command that begins the lesson which others play."""

STUBS = "sce check --new mine.py"
"""The command that begins the program which others check."""

FAILING = {
    "sce grad --bug factor-two",
    "sce grad 2 1 0.1 --label 0 --bug missing-off-diagonal",
    "sce grad --bug missing-off-diagonal",
    "sce train --learning-rate 50",
    "sce check examples/students/jun.py",
    "sce check examples/students",
}
"""Commands whose claims fail, as the text beside them says."""

FOR_A_SHELL = re.compile(r"[|;]")
"""What a command has that only a shell understands."""

EXCERPTS = {
    "accuracy": (
        ("formula", "ours", "SciPy", "torch"),
        ("`log_softmax`", "`cross_entropy_from_logits`", "`cross_entropy`", "`kl_divergence`"),
    ),
    "speed": (
        ("what", "beside", "ratio", "ours", "theirs"),
        (
            "`sce mle`, whole process | bare Typer program",
            "softmax, mean loss and gradient, 1,000,000, K = 10 | SciPy",
            "softmax, mean loss and gradient, 1,000,000, K = 10 | torch",
            "digits to the minimum, whole process | scikit-learn, whole process",
            "loading a CSV file, 100,000 × 10 | np.loadtxt",
        ),
    ),
}
"""Of the table in an example of that name the columns that the README shows too, and how its rows there begin."""

CELLS = {
    "zh": {
        "formula": "公式",
        "ours": "sce",
        "what": "内容",
        "beside": "对照",
        "ratio": "比值",
        "theirs": "对照用时",
        "`sce mle`, whole process": "`sce mle`，整个进程",
        "bare Typer program, with NumPy and Rich": "只导入 Typer、NumPy 与 Rich 的程序",
        "softmax, mean loss and gradient, 1,000,000, K = 10": "softmax、平均损失与梯度，1,000,000 个样本，K = 10",
        "SciPy's softmax and log_softmax": "SciPy 的 softmax 与 log_softmax",
        "torch, 1 thread": "torch，1 个线程",
        "digits to the minimum, whole process": "digits 训练到最小值，整个进程",
        "scikit-learn, whole process": "scikit-learn，整个进程",
        "loading a CSV file, 100,000 × 10": "读取 CSV 文件，100,000 × 10",
    }
}
"""How a README in another language says the words of these tables."""


def language_of(document: Path) -> str:
    """Return the language of a document: NAME.zh.md is Chinese."""
    return document.with_suffix("").suffix.removeprefix(".") or "en"


def output(command: str, folder: Path, language: str = "en", *, alone: bool = False) -> str:
    """Return what a command line prints in a folder, in this process or, where asked or needed, in one of its own."""
    if FOR_A_SHELL.search(command):
        return _shell(command, folder, language)
    run = (sce_process if alone else run_sce)(*shlex.split(command)[1:], folder=folder, SCE_LANG=language)
    assert (run.exit_code, run.stderr) == (int(command in FAILING), "")
    return run.stdout


def _shell(command: str, folder: Path, language: str) -> str:
    """Return what a line prints in a shell, on both streams, as a reader sees it."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = process_environment(PATH=path, PYTHONIOENCODING="utf-8", SCE_LANG=language)
    words = ["bash", "-c", f"set -o pipefail; {command}"]
    shell = subprocess.run(words, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True)
    return shell.stderr + shell.stdout


def prepare(folder: Path) -> None:
    """Put into a folder what a reader has there: the examples, and the models and the lesson of earlier commands."""
    shutil.copy(EXAMPLES / "fruit.csv", folder)
    shutil.copytree(EXAMPLES, folder / "examples")
    for command in (MODEL, OWN_MODEL, LESSON, STUBS):
        output(command, folder)


def between_markers(text: str, name: str, new: str) -> str:
    """Return a text with what stands between the markers of that name replaced."""
    marked = _marked(name)
    assert marked.search(text), f"there are no markers {name}"
    return marked.sub(lambda found: f"{found[1]}{new}\n{found[3]}", text)


def _marked(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n)(.*?)\n?(<!-- /{name} -->)", re.DOTALL)


def write_table(name: str, table: str) -> None:
    """Write a measured table into the example of that name, and its excerpt into the READMEs."""
    example = EXAMPLES / f"{name}.md"
    example.write_text(between_markers(example.read_text(encoding="utf-8"), name, table), encoding="utf-8")
    write_excerpt(name)


def write_excerpt(name: str) -> None:
    """Write what each README shows of a table."""
    for language, readme in READMES.items():
        shown = between_markers(readme.read_text(encoding="utf-8"), name, excerpt(name, language))
        readme.write_text(shown, encoding="utf-8")


def excerpt(name: str, language: str) -> str:
    """Return what the README in a language shows of the table in the example of that name."""
    found = _marked(name).search((EXAMPLES / f"{name}.md").read_text(encoding="utf-8"))
    assert found
    lines = [line for line in found[2].splitlines() if line.startswith("|")]
    columns, starts = EXCERPTS[name]
    chosen = [line for start in starts for line in lines if line.startswith(f"| {start}")]
    assert len(chosen) == len(starts), f"examples/{name}.md lacks a row that the README shows"
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in (lines[0], *chosen))
    places = [head.index(column) for column in columns]
    said = CELLS.get(language, {})
    table = [columns, *([row[place] for place in places] for row in rows)]
    shown = ([said.get(cell, cell) for cell in row] for row in table)
    first, *others = (f"| {' | '.join(row)} |" for row in shown)
    return "\n".join([first, "|---" * len(columns) + "|", *others])


def regenerated(document: Path, folder: Path) -> str:
    """Return a document's text with every command's output as it is now, in the document's language."""
    language, text = language_of(document), document.read_text(encoding="utf-8")
    return BLOCK.sub(lambda block: f"```console\n$ {block[1]}\n{output(block[1], folder, language)}```", text)


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        prepare(Path(name))
        for document in DOCUMENTS:
            document.write_text(regenerated(document, Path(name)), encoding="utf-8")
    for table in EXCERPTS:
        write_excerpt(table)
