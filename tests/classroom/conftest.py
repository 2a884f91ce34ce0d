"""Lessons for the tests, each written to a file of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

WriteLesson = Callable[..., Path]


@pytest.fixture
def lesson_file(tmp_path: Path) -> WriteLesson:
    """Return what writes a lesson's text or bytes to a file in a folder of its own, and returns the file."""

    def written(lesson: str | bytes, name: str = "my.md") -> Path:
        folder = tmp_path / "lessons"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(lesson if isinstance(lesson, bytes) else lesson.encode())
        return path

    return written
