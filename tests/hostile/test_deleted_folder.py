"""A folder to work in that is gone: what has a whole path is read and written all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.judging import assert_complaint
from tests.running import Run, process_environment


def run_nowhere(arguments: list[str], folder: Path) -> Run:
    """Run a command in a folder that is deleted before it starts."""
    gone = folder / "gone"
    gone.mkdir(exist_ok=True)
    finished = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", sys.executable, "-m", "sce_cli", *arguments],
        capture_output=True,
        cwd=gone,
        env=process_environment(PYTHONIOENCODING="utf-8", PYTHONPATH=str(Path(__file__).parents[2])),
        check=False,
    )
    return Run(finished.stdout.decode(), finished.stderr.decode(), finished.returncode)


TABLE = "x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,9,b\n8,1,a\n2,2,b\n"


def test_whole_paths_are_read_and_written(folder: Path) -> None:
    (folder / "t.csv").write_text(TABLE)
    for line, written in {
        "mle --plot HERE/f.svg --handout HERE/h.md": ["f.svg", "h.md"],
        "train --data HERE/t.csv --epochs 2 --save HERE/m.npz --history HERE/h.csv": [
            "m.npz",
            "h.csv",
        ],
        "predict HERE/m.npz --data HERE/t.csv --output HERE/p.csv": ["p.csv"],
        "lesson --new HERE/my.md": ["my.md"],
        "lesson HERE/my.md --handout HERE/l.html": ["l.html"],
        "lesson --check HERE/my.md": [],
        "lesson 1 --no-pause": [],
    }.items():
        run = run_nowhere(line.replace("HERE", str(folder)).split(), folder)
        assert (run.exit_code, run.stderr) == (0, ""), line
        assert all((folder / name).stat().st_size for name in written)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("mle --plot f.svg", "--plot 'f.svg'"),
        ("train --data t.csv", "--data 't.csv'"),
        ("train --save m.npz", "--save 'm.npz'"),
        ("predict m.npz --data iris", "MODEL 'm.npz'"),
        ("lesson my.md", "lesson 'my.md'"),
        ("lesson --new my.md", "lesson --new 'my.md'"),
    ],
)
def test_a_path_from_a_folder_that_is_gone_is_a_clear_error(line: str, named: str, folder: Path) -> None:
    run = run_nowhere(line.split(), folder)
    assert_complaint(run)
    assert named in run.stderr
